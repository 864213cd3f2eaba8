#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 7: a role by hand, with an attached policy and a foreign statement, stays; so does a data source's own role."""

from __future__ import annotations

from aws_console import foreign_trust
from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies(), trust=[foreign_trust()], attached=True)
reader = consoles.aws.business.get_data_source(
    applicationId=live.id, indexId=live.index, dataSourceId=live.sources["staff-policies"]
)["roleArn"]
host = application_host(
    live,
    qbusiness_application_role_name=live.role.rpartition("/")[2],
    qbusiness_knowledge_data_sources=[{"name": "staff-policies", "role_arn": reader}],
)
publish({"corp": identity_host(identity)}, {"assistant": host}, untouched=["*"])

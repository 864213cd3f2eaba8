#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 4: `state: absent` of one data source removes it, and takes no right from the role that the other one uses."""

from __future__ import annotations

from aws_console import s3_source
from consoles import FILES, Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
sources = {
    "staff-policies": s3_source(consoles.aws.bucket("corp-policies", FILES), "policies/"),
    "machine-manuals": s3_source(consoles.aws.bucket("corp-manuals", {"press.txt": "The press has two levers."})),
}
live = consoles.application(identity, sources=sources)
listed = [{"name": "staff-policies"}, {"name": "machine-manuals", "state": "absent"}]
host = application_host(live, qbusiness_knowledge_data_sources=listed)
publish(
    {"corp": identity_host(identity)},
    {"assistant": host},
    removed=["machine-manuals"],
    untouched=["corp-assistant-reader", live.sources["staff-policies"]],
)

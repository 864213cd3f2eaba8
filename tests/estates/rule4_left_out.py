#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 4: a data source, a group and an application that the inventory lost stay, and the run names them."""

from __future__ import annotations

from aws_console import s3_source
from consoles import FILES, Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
consoles.okta.assign(identity.app, consoles.okta.group("Night shift"))
sources = {
    "staff-policies": s3_source(consoles.aws.bucket("corp-policies", FILES), "policies/"),
    "machine-manuals": s3_source(consoles.aws.bucket("corp-manuals", {"press.txt": "The press has two levers."})),
}
live = consoles.application(identity, "handbook", sources=sources)
consoles.application(identity, "canteen")
host = application_host(live, qbusiness_knowledge_data_sources=[{"name": "staff-policies"}])
publish(
    {"corp": identity_host(identity, okta_oidc_app_groups=["All staff"])},
    {"handbook": host},
    says=["machine-manuals", "Night shift", "canteen", "absent"],
    untouched=[*live.sources.values(), "canteen", "Night shift"],
)

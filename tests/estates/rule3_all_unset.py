#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 3: an inventory that sets nothing leaves everything as it is: settings, prefixes, statements, tags, policies."""

from __future__ import annotations

from aws_console import foreign_trust, s3_source
from consoles import FILES, Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
bucket = consoles.aws.bucket("corp-policies", FILES)
source = s3_source(bucket, "policies/", mode="FORCED_FULL_CRAWL", mapped=True)
live = consoles.application(
    identity,
    sources={"staff-policies": source},
    trust=[foreign_trust()],
    attached=True,
    description="Made in the console",
    attachmentsConfiguration={"attachmentsControlMode": "DISABLED"},
    qAppsConfiguration={"qAppsControlMode": "ENABLED"},
)
more = {
    "type": "EXPRESSION",
    "name": "department",
    "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
    "values": ["user.department"],
}
consoles.okta.saml_settings(
    identity.app,
    f"{live.url}saml",
    [*identity.roles, "arn:aws:iam::123456789012:role/wiki,arn:aws:iam::123456789012:saml-provider/wiki"],
    more=[more],
    urls=["https://wiki.corp.example/saml"],
    email="user.login",
)
publish({"corp": identity_host(identity)}, {"assistant": application_host(live)}, untouched=["*"])

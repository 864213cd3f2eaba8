#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole trial: three applications by hand, two protocols, one new one, an inventory as an operator writes it."""

from __future__ import annotations

from aws_console import Document, foreign_trust, s3_source
from consoles import FILES, GROUP, Consoles, application_host, identity_host, publish

consoles = Consoles()
group = consoles.okta.group(GROUP)
saml, oidc = consoles.saml(group=group), consoles.oidc(group=group)
bucket = consoles.aws.bucket("corp-policies", FILES)
consoles.aws.bucket("corp-theme", {"style.css": "body { color: teal }"})


def policies() -> dict[str, Document]:
    return {"staff-policies": s3_source(bucket, "policies/", mode="FORCED_FULL_CRAWL", mapped=True)}


looks = {"customCSSUrl": "https://corp-theme.s3.amazonaws.com/style.css"}
assistant = consoles.application(
    saml, "assistant", sources=policies(), trust=[foreign_trust()], attached=True, description="For everybody"
)
consoles.aws.business.update_web_experience(
    applicationId=assistant.id, webExperienceId=assistant.experience, customizationConfiguration=looks
)
handbook = consoles.application(oidc, "handbook", sources=policies())
canteen = consoles.application(oidc, "canteen")
uris = consoles.okta.call("GET", f"/api/v1/apps/{oidc.app}")["settings"]["oauthClient"]["redirect_uris"]
consoles.okta.redirect_uris(oidc.app, [*uris, "https://wiki.corp.example/callback"])
new = {
    "qbusiness_identity": "corp-oidc",
    "qbusiness_application_display_name": "helpdesk",
    "qbusiness_application_subscription_tier": "Q_LITE",
    "qbusiness_knowledge_data_sources": [{"name": "policies", "bucket": bucket, "inclusion_prefixes": ["policies/"]}],
}
publish(
    {
        "corp": identity_host(saml, okta_saml_app_groups=[GROUP]),
        "corp-oidc": identity_host(oidc, okta_oidc_app_groups=[GROUP]),
    },
    {
        "assistant": application_host(
            assistant, qbusiness_knowledge_data_sources=[{"name": "staff-policies", "bucket": bucket}]
        ),
        "handbook": application_host(handbook, qbusiness_identity="corp-oidc"),
        "canteen": application_host(canteen, qbusiness_identity="corp-oidc"),
        "helpdesk": {**new, "qbusiness_application_create": True},
    },
    made=["helpdesk"],
)

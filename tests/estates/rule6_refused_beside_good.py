#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 6: a host whose bucket does not exist writes nothing, on its identity either; a good host beside it is made."""

from __future__ import annotations

from consoles import FILES, GROUP, Consoles, publish

consoles = Consoles()
consoles.okta.group(GROUP)
consoles.aws.bucket("corp-policies", FILES)


def new(name: str, bucket: str) -> dict[str, object]:
    return {
        "qbusiness_identity": name,
        "qbusiness_application_display_name": name,
        "qbusiness_application_subscription_tier": "Q_LITE",
        "qbusiness_knowledge_data_sources": [{"name": "policies", "bucket": bucket}],
    }


publish(
    {
        "good": {"okta_oidc_app_label": "Good", "okta_oidc_app_groups": [GROUP]},
        "bad": {
            "okta_saml_app_label": "Bad",
            "okta_saml_app_groups": [GROUP],
            "iam_identity_provider_name": "bad-okta",
        },
    },
    {"good": new("good", "corp-policies"), "bad-application": {**new("bad", "corp-polices")}},
    refused=["bad-application"],
    message=["corp-polices", "qbusiness_knowledge_data_sources"],
    made=["good", "Good"],
    never_made=["bad", "Bad", "bad-okta"],
)

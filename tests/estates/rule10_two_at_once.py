#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 10: two first runs at one instant leave one of everything."""

from __future__ import annotations

from consoles import FILES, GROUP, Consoles, publish

consoles = Consoles()
consoles.okta.group(GROUP)
consoles.aws.bucket("corp-policies", FILES)
publish(
    {"corp": {"okta_oidc_app_label": "Corp knowledge", "okta_oidc_app_groups": [GROUP]}},
    {
        "handbook": {
            "qbusiness_identity": "corp",
            "qbusiness_application_display_name": "handbook",
            "qbusiness_application_subscription_tier": "Q_LITE",
            "qbusiness_knowledge_data_sources": [{"name": "policies", "bucket": "corp-policies"}],
        }
    },
    together=2,
    made=["handbook", "Corp knowledge"],
)

#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 6: an object of the theme bucket that does not exist is refused before the first write."""

from __future__ import annotations

from consoles import GROUP, Consoles, publish

consoles = Consoles()
consoles.okta.group(GROUP)
consoles.aws.bucket("corp-theme", {"logo.svg": "<svg/>"})
publish(
    {"corp": {"okta_saml_app_label": "Ask", "okta_saml_app_groups": [GROUP], "iam_identity_provider_name": "corp"}},
    {
        "assistant": {
            "qbusiness_identity": "corp",
            "qbusiness_application_display_name": "assistant",
            "qbusiness_web_experience_theme_bucket": "corp-theme",
            "qbusiness_web_experience_theme": {"logo": "logos.svg"},
        }
    },
    refused=["assistant"],
    message=["qbusiness_web_experience_theme", "logos.svg"],
    unchanged=True,
)

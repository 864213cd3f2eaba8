# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pieces of argument specs for what speaks to Okta. The documentation fragment is ``qbusiness.federation.okta``."""

from __future__ import annotations

import os
from typing import Any

#: The variables that Okta's own SDKs and its Terraform provider read, and one of ours.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "okta_org_url": ("OKTA_CLIENT_ORGURL", "OKTA_ORG_URL"),
    "okta_api_token": ("OKTA_CLIENT_TOKEN", "OKTA_API_TOKEN"),
    "okta_client_id": ("OKTA_CLIENT_CLIENTID",),
    "okta_private_key": ("OKTA_CLIENT_PRIVATEKEY",),
    "okta_private_key_id": ("OKTA_CLIENT_PRIVATEKEYID",),
    "okta_rate_reserve": ("QBUSINESS_OKTA_RATE_RESERVE",),
}

OPTIONS: dict[str, Any] = {
    "okta_org_url": {"type": "str"},
    "okta_api_token": {"type": "str", "no_log": True},
    "okta_client_id": {"type": "str"},
    "okta_private_key": {"type": "str", "no_log": True},
    "okta_private_key_id": {"type": "str", "no_log": False},
    "okta_scopes": {"type": "list", "elements": "str"},
    "okta_rate_reserve": {"type": "int", "default": 10},
}


def okta_arguments(*parts: dict[str, Any]) -> dict[str, Any]:
    """The connection options of an Okta org, with their environment fallbacks, and these."""
    from ansible.module_utils.common.parameters import env_fallback

    def fallback(*names: str) -> Any:
        # A variable that is empty counts as unset, and the next one is looked at.
        return env_fallback(*[name for name in names if os.environ.get(name)])

    spec: dict[str, Any] = {}
    for name, option in OPTIONS.items():
        spec[name] = dict(option)
        if name in ENVIRONMENT:
            spec[name]["fallback"] = (fallback, list(ENVIRONMENT[name]))
    for part in parts:
        spec.update(part)
    return spec

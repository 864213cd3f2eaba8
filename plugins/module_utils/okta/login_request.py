# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options by which a sign-in begins with a SAML request, as an application with a URL of its own begins it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .authn_request import ISSUER, AuthnRequest, build
from .login_options import OIDC, SAML

OPTIONS: dict[str, Any] = {"saml_request": {"type": "raw"}, "saml_request_issuer": {"type": "str"}}
#: In place of a request: the sign-in begins at Okta, or for the app's default URL.
NONE, DEFAULT = "none", "default"


def faults(values: Mapping[str, Any], protocol: str) -> list[str]:
    """What is wrong with the options."""
    wanted = values.get("saml_request")
    if wanted in (None, NONE):
        return [
            f"{name}: needs saml_request" for name in ("saml_request_issuer",) if values.get(name) and protocol == SAML
        ]
    if protocol == OIDC or values.get("saml_response"):
        return ["saml_request: goes with a sign-in at a SAML app only"]
    right = "should be none, default, or a dictionary with acs_url or acs_index"
    if isinstance(wanted, str):
        return [] if wanted == DEFAULT else [f"saml_request: {wanted} … {right}"]
    if not isinstance(wanted, Mapping) or len(wanted) != 1 or not {"acs_url", "acs_index"} & set(wanted):
        return [f"saml_request: {right}; one of the two"]
    index = wanted.get("acs_index")
    if "acs_index" in wanted and not str(index).isdecimal():
        return [f"saml_request.acs_index: {index} … should be the number of one of the app's other SSO URLs"]
    if "acs_url" in wanted and not wanted["acs_url"]:
        return ["saml_request.acs_url: is empty"]
    return []


def request(values: Mapping[str, Any]) -> AuthnRequest | None:
    """The request that is asked for.

    :param values: without faults
    """
    wanted = values.get("saml_request")
    if wanted in (None, NONE):
        return None
    chosen = wanted if isinstance(wanted, Mapping) else {}
    index = chosen.get("acs_index")
    return build(
        values["sso_url"],
        issuer=values.get("saml_request_issuer") or ISSUER,
        acs_url=str(chosen.get("acs_url") or ""),
        acs_index=None if index is None else int(index),
    )

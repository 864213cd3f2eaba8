# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of OpenID Connect that ``Settings.disabled_checks`` can switch off, to see what each of them stops."""

from __future__ import annotations

from qbusiness_sandbox.okta.org import Org

#: What is checked, by name.
CHECKS: dict[str, str] = {
    "oidc_state": "an authorize request has a state",
    "oidc_redirect_uri": "the redirect URI is one of the application's",
    "oidc_pkce": "a challenge where the application demands one, and the verifier that fits it",
    "oidc_assignment": "the user is assigned to the application",
    "oidc_policy": "an access policy of the custom server covers the request",
    "oidc_client_method": "the client authenticates by its own method",
    "oidc_client_secret": "the secret is one of the application's ACTIVE ones",
    "oidc_assertion_signature": "a client assertion is signed by a key of the application",
    "oidc_assertion_audience": "a client assertion is addressed to the endpoint",
    "oidc_assertion_expiry": "a client assertion is not expired",
    "oidc_assertion_lifetime": "a client assertion is good for an hour at most",
    "oidc_assertion_once": "a client assertion is taken once",
    "oidc_code_once": "a code is taken once",
    "oidc_code_expiry": "a code is taken within five minutes",
    "oidc_code_client": "a code is taken from the client that it was issued to",
    "oidc_code_server": "a code is taken by the server that issued it",
    "oidc_code_redirect_uri": "a code comes with the redirect URI of the authorize request",
    "oidc_refresh_client": "a refresh token is taken from the client that it was issued to",
    "oidc_refresh_reuse": "a refresh token that was rotated out is not taken any more",
    "oidc_api_scopes": "an access token has a scope for the operation of the management API",
    "oidc_dpop_binding": "a bound access token comes with a proof of its key",
    "oidc_dpop_once": "a DPoP proof is taken once",
    "oidc_dpop_url": "a DPoP proof is for the URL that was asked",
    "oidc_post_logout_redirect_uri": "a logout leads to one of the application's URIs",
}


def on(org: Org, check: str) -> bool:
    """Whether a check is made. Raises ``KeyError`` for a name that is none."""
    if check not in CHECKS:
        raise KeyError(check)
    return check not in org.cloud.settings.disabled_checks

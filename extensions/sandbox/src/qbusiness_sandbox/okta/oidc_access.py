# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens at the management API: whose they are, whether they are bound to a key, and what they may do.

Source: https://developer.okta.com/docs/guides/implement-oauth-for-okta/main/ and https://developer.okta.com/docs/api/oauth2/.
Real orgs also want an admin role for a service app; the embedded one does not (guess: nothing is refused for its lack).
"""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import OktaError
from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_dpop import check_proof
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_tokens import access_of, living
from qbusiness_sandbox.okta.routes import Call

SCHEMES = ("bearer", "dpop")
#: What the scopes of an operation are about, by the beginning of its path template; the longest one counts.
_KINDS = {
    "/api/v1/apps": "apps",
    "/api/v1/apps/{appId}/grants": "appGrants",
    "/api/v1/apps/{appId}/tokens": "apps",
    "/api/v1/groups": "groups",
    "/api/v1/users": "users",
    "/api/v1/users/{userId}/roles": "roles",
    "/api/v1/users/{userId}/sessions": "sessions",
    "/api/v1/policies": "policies",
    "/api/v1/authorizationServers": "authorizationServers",
    "/api/v1/inlineHooks": "inlineHooks",
    "/api/v1/eventHooks": "eventHooks",
}


def scopes_for(method: str, template: str) -> set[str]:
    """Any of these lets an operation pass. A ``manage`` scope also allows the reads (documented)."""
    kind = max((prefix for prefix in _KINDS if template.startswith(prefix)), key=len, default="")
    if not kind:
        return set()
    name = f"okta.{_KINDS[kind]}"
    return {f"{name}.manage"} | ({f"{name}.read"} if method in ("GET", "HEAD") else set())


def _challenge(call: Call, scheme: str, error: OAuthError) -> dict[str, str]:
    text = (
        f'{scheme} authorization_uri="{call.base}/oauth2/v1/authorize", realm="{call.base}", error="{error.code}",'
        f' error_description="{error.description}", resource="{call.request.path}"'
    )
    return {"WWW-Authenticate": text}


def _refusal(call: Call, scheme: str, code: str, name: str) -> OktaError:
    error = OktaError(code)
    error.headers = _challenge(call, scheme, OAuthError(name))
    return error


def _check_binding(call: Call, bound: str, token: str, dpop: bool) -> None:
    """The proof of a bound token, and none for another one. Raises :class:`OAuthError`."""
    if not bound:
        if dpop:
            raise OAuthError("access_token_not_dpop_bound")
        return
    if not on(call.org, "oidc_dpop_binding"):
        return
    if not dpop:
        raise OAuthError("dpop_authentication_scheme_required")
    proved = check_proof(call, access_token=token, nonce=call.org.options.api_nonce)
    if not proved:
        raise OAuthError("dpop_proof_required_for_token")
    if proved != bound:
        raise OAuthError("invalid_access_token_dpop_binding")


def check(call: Call, scheme: str, token: str, required: bool = True) -> str:
    """The client id of a request's token. ``required``: whether a scope must fit the operation (not for unknown paths).

    Raises :class:`OktaError` (401 E0000011, 403 E0000006) and :class:`OAuthError` for DPoP."""
    shown = "DPoP" if scheme == "dpop" else "Bearer"
    found = access_of(call.org, call.org.state.org_server, token)
    if found is None or found[0]["aud"] != call.base:
        raise _refusal(call, shown, "E0000011", "access_token_invalid")
    record = found[1]
    if not living(call.org, record):
        raise _refusal(call, shown, "E0000011", "access_token_revoked" if record.revoked else "token_expired")
    if record.user and record.user != call.org.user("me").id:
        raise OktaError("E0000006")  # a user's token can do what the user can, and nobody else is an administrator
    _check_binding(call, record.thumbprint, token, scheme == "dpop")
    wanted = scopes_for(call.request.method, call.template)
    if required and not wanted & set(record.scopes) and on(call.org, "oidc_api_scopes"):
        raise _refusal(call, shown, "E0000006", "access_token_insufficient_scopes")
    return record.client

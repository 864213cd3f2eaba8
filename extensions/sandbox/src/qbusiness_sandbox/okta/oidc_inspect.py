# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/v1/introspect``, ``/v1/revoke``, ``/v1/userinfo`` and the refresh tokens of an application."""

from __future__ import annotations

import hashlib

from qbusiness_sandbox.okta.errors import missing
from qbusiness_sandbox.okta.oidc_claims import scope_claims, server_claims
from qbusiness_sandbox.okta.oidc_clients import authenticate, has_client
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_names import Names
from qbusiness_sandbox.okta.oidc_servers import both, endpoint, issuer_of, server_of
from qbusiness_sandbox.okta.oidc_state import Refresh
from qbusiness_sandbox.okta.oidc_tokens import access_of, client_id_of, living, verified
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import App, AuthorizationServer
from qbusiness_sandbox.okta.values import Json, stamp

_NO_STORE = {"Cache-Control": "no-cache, no-store"}


def _refresh_alive(org: Org, token: Refresh) -> bool:
    ended = bool(token.expires) and token.expires <= org.now
    return not ended and not token.replaced and org.now - token.used <= token.idle


def _user_name(org: Org, identifier: str) -> Json:
    user = org.state.users.get(identifier)
    return {"username": user.login, "uid": user.id} if user else {}


def _introspected(call: Call, server: AuthorizationServer, app: App, token: str) -> Json | None:
    """What is said of a living token of this server and client; None for anything else."""
    org, client = call.org, client_id_of(app)
    refresh = org.state.oidc.refresh.get(token)
    if refresh is not None and (refresh.server, refresh.client) == (server.id, client) and _refresh_alive(org, refresh):
        until = refresh.expires or refresh.used + refresh.idle
        return {
            "active": True,
            "token_type": "Bearer",
            "scope": " ".join(refresh.scopes),
            "client_id": client,
            "exp": int(until),
            **_user_name(org, refresh.user),
        }
    found = access_of(org, server, token)
    if found is not None:
        claims, record = found
        if not living(org, record) or record.client != client:
            return None
        kept: Json = {name: claims[name] for name in ("iss", "aud", "iat", "exp", "jti", "sub") if name in claims}
        kind = "DPoP" if record.thumbprint else "Bearer"
        return {
            "active": True,
            "token_type": kind,
            "scope": " ".join(record.scopes),
            "client_id": record.client,
            **kept,
            **_user_name(org, record.user),
        }
    claims_of_id = verified(org, server, token)
    if claims_of_id and claims_of_id.get("aud") == client and claims_of_id["exp"] > org.now:
        return {"active": True, **claims_of_id, **_user_name(org, str(claims_of_id["sub"]))}
    return None


@both("POST", "introspect")
def introspect(call: Call) -> Answer:
    server = server_of(call)
    app = authenticate(call, server, endpoint(server, call.base, "introspect"))
    token = call.request.form.get("token", "")
    if not token:
        raise OAuthError("request_missing_token")
    return 200, _introspected(call, server, app, token) or {"active": False}, _NO_STORE


@both("POST", "revoke")
def revoke(call: Call) -> Answer:
    """A refresh token takes its access tokens along. What is unknown or somebody else's is answered the same way
    (documented: 200 also for an invalid token)."""
    server = server_of(call)
    app = authenticate(call, server, endpoint(server, call.base, "revoke"))
    token = call.request.form.get("token", "")
    if not token:
        raise OAuthError("request_missing_token")
    oidc, client = call.org.state.oidc, client_id_of(app)
    refresh = oidc.refresh.get(token)
    if refresh is not None and (refresh.server, refresh.client) == (server.id, client):
        oidc.end_family(refresh.family)
    found = access_of(call.org, server, token)
    if found is not None and found[1].client == client:
        found[1].revoked = True
    return 200, None


def _userinfo(call: Call) -> Answer:
    org, server = call.org, server_of(call)
    scheme, _space, token = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise OAuthError("access_token_missing", headers={"WWW-Authenticate": "Bearer"})
    found = access_of(org, server, token.strip())
    if found is None or not living(org, found[1]) or found[1].thumbprint:
        refusal = 'Bearer error="invalid_token", error_description="The access token is invalid."'
        raise OAuthError("access_token_invalid", headers={"WWW-Authenticate": refusal})
    record = found[1]
    user = org.state.users.get(record.user)
    app = next((app for app in org.state.apps.values() if has_client(app, record.client)), None)
    if user is None or app is None or "openid" not in record.scopes:
        raise OAuthError("openid_scope_required_access_token")
    names = Names(org, app, user, record.scopes)
    # Claims that an ID token leaves out are found here (documented for alwaysIncludeInToken).
    claims = {**scope_claims(names, thin=False), **server_claims(server, "IDENTITY", names, thin=False)}
    return 200, {"sub": user.id, **claims}, _NO_STORE


@both("GET", "userinfo")
def get_userinfo(call: Call) -> Answer:
    return _userinfo(call)


@both("POST", "userinfo")
def post_userinfo(call: Call) -> Answer:
    return _userinfo(call)


def token_id(value: str) -> str:
    """The ``oar…`` id of a refresh token; made of its hash, so that the value need not be kept elsewhere."""
    return "oar" + hashlib.sha256(value.encode()).hexdigest()[:17]


def _token_view(call: Call, app: App, value: str, token: Refresh) -> Json:
    server = call.org.state.servers.get(token.server) or call.org.state.org_server
    own = f"{call.base}/api/v1/apps/{app.id}/tokens/{token_id(value)}"
    return {
        "id": token_id(value),
        "status": "ACTIVE",
        "created": stamp(token.created),
        "lastUpdated": stamp(token.used),
        "expiresAt": stamp(token.expires or token.used + token.idle),
        "issuer": issuer_of(server, call.base),
        "clientId": token.client,
        "userId": token.user,
        "scopes": list(token.scopes),
        "_links": {"self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}}},
    }


def _tokens(call: Call, app: App) -> dict[str, Refresh]:
    client = app.credentials.get("oauthClient", {}).get("client_id")
    known = call.org.state.oidc.refresh
    return {v: t for v, t in known.items() if t.client == client and _refresh_alive(call.org, t)}


@route("GET", "/api/v1/apps/{appId}/tokens")
def list_tokens(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    return 200, [_token_view(call, app, value, token) for value, token in _tokens(call, app).items()]


@route("DELETE", "/api/v1/apps/{appId}/tokens")
def revoke_tokens(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    for token in _tokens(call, app).values():
        call.org.state.oidc.end_family(token.family)
    return 204, None


@route("DELETE", "/api/v1/apps/{appId}/tokens/{tokenId}")
def revoke_token(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    for value, token in _tokens(call, app).items():
        if token_id(value) == call.params["tokenId"]:
            call.org.state.oidc.end_family(token.family)
            return 204, None
    raise missing(call.params["tokenId"], "OAuth2RefreshToken")  # guess: the name of the kind

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens: ID tokens and access tokens are RS256 JWTs of the server's active key, refresh tokens are opaque.

Claims as Okta's OpenID Connect & OAuth 2.0 API reference lists them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets

from qbusiness_sandbox.okta.oidc_claims import federated_claims, scope_claims, server_claims
from qbusiness_sandbox.okta.oidc_keys import active, all_keys
from qbusiness_sandbox.okta.oidc_names import Names
from qbusiness_sandbox.okta.oidc_servers import issuer_of
from qbusiness_sandbox.okta.oidc_state import Access
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, AuthorizationServer, User
from qbusiness_sandbox.okta.values import Json

#: Seconds an ID token lives, and an access token of the org server (documented).
HOUR = 3600


def left_hash(text: str) -> str:
    """``at_hash`` and ``c_hash``: the left half of the SHA-256 (OpenID Connect Core, 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def client_id_of(app: App) -> str:
    return str(app.credentials["oauthClient"]["client_id"])


def sign(org: Org, server: AuthorizationServer, claims: Json, kind: str = "") -> str:
    """A compact JWT; ``kind`` is its header's ``typ``."""
    from joserfc import jws

    key = active(org, server)
    header: Json = {"kid": key.kid, "alg": "RS256"} | ({"typ": kind} if kind else {})
    return jws.serialize_compact(header, json.dumps(claims).encode(), key.jose, algorithms=["RS256"])


def verified(org: Org, server: AuthorizationServer, token: str) -> Json | None:
    """The claims of a token that one of the server's keys signed; None for anything else. Looks at no time."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys = KeySet([key.jose_public for _status, key in all_keys(org, server)])
    try:
        return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)
    except (JoseError, ValueError, TypeError):
        return None


def build_id_token(
    org: Org,
    server: AuthorizationServer,
    app: App,
    user: User,
    *,
    base: str,
    nonce: str = "",
    now: float | None = None,
    scopes: tuple[str, ...] = ("openid",),
    authenticated: float | None = None,
    access_token: str = "",
    code: str = "",
    thin: bool = True,
) -> str:
    """A signed ID token. ``base``: scheme and host of the org. ``now``, ``authenticated``: seconds since the epoch
    (default: now). ``thin``: see :func:`oidc_claims.server_claims`. Raises :class:`OAuthError` where a claim has no
    value."""
    moment = org.now if now is None else now
    names = Names(org, app, user, scopes)
    claims: Json = {
        **federated_claims(names),
        **scope_claims(names, thin),
        **server_claims(server, "IDENTITY", names, thin),
        "sub": user.id,
        "ver": 1,
        "iss": issuer_of(server, base),
        "aud": client_id_of(app),
        "iat": int(moment),
        "exp": int(moment) + HOUR,
        "jti": "ID." + secrets.token_urlsafe(32),
        "amr": ["pwd"],
        "idp": org.state.org_id,
        "auth_time": int(moment if authenticated is None else authenticated),
    }
    if nonce:
        claims["nonce"] = nonce
    if access_token:
        claims["at_hash"] = left_hash(access_token)
    if code:
        claims["c_hash"] = left_hash(code)
    return sign(org, server, claims)


def build_access_token(
    org: Org,
    server: AuthorizationServer,
    app: App,
    user: User | None,
    *,
    base: str,
    scopes: tuple[str, ...],
    lifetime: int = HOUR,
    authenticated: float | None = None,
    family: str = "",
    thumbprint: str = "",
) -> tuple[str, str]:
    """A signed access token and its ``jti``, by which it is remembered for introspection and revocation.

    ``user``: None for a client of its own. ``lifetime``: seconds. ``thumbprint``: of the key that DPoP binds it to."""
    jti = "AT." + secrets.token_urlsafe(32)
    names = Names(org, app, user, scopes)
    audiences = server.body["audiences"]
    claims: Json = {
        **server_claims(server, "RESOURCE", names, thin=False),
        "ver": 1,
        "jti": jti,
        "iss": issuer_of(server, base),
        "aud": (audiences[0] if len(audiences) == 1 else audiences) if server.id else base,
        "iat": int(org.now),
        "exp": int(org.now) + lifetime,
        "cid": client_id_of(app),
        "scp": list(scopes),
    }
    if user is not None:
        claims |= {"uid": user.id, "auth_time": int(org.now if authenticated is None else authenticated)}
    if thumbprint:
        claims["cnf"] = {"jkt": thumbprint}
    token = sign(org, server, claims, "" if server.id else "application/okta-internal-at+jwt")
    org.state.oidc.access[jti] = Access(
        client_id_of(app), server.id, user.id if user else "", scopes, org.now, org.now + lifetime, family, thumbprint
    )
    return token, jti


def access_of(org: Org, server: AuthorizationServer, token: str) -> tuple[Json, Access] | None:
    """Claims and record of an access token of a server; None for what is none of its."""
    claims = verified(org, server, token)
    record = org.state.oidc.access.get(str(claims.get("jti"))) if claims else None
    return (claims, record) if claims and record is not None and record.server == server.id else None


def living(org: Org, access: Access) -> bool:
    return not access.revoked and access.expires > org.now

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authorization servers as clients see them: issuer, discovery documents, JWKS.

The org's own server has the id ``""`` and the paths ``/oauth2/v1/…``; a custom one ``/oauth2/{id}/v1/…`` (Okta's
OpenID Connect & OAuth 2.0 API reference).
"""

from __future__ import annotations

from collections.abc import Callable

from qbusiness_sandbox.okta.errors import OktaError, missing
from qbusiness_sandbox.okta.oidc_keys import all_keys, public
from qbusiness_sandbox.okta.routes import Answer, Call, Function, route
from qbusiness_sandbox.okta.state import AuthorizationServer
from qbusiness_sandbox.okta.values import Json

SIGNATURES = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
SECRET_SIGNATURES = ("HS256", "HS384", "HS512")
METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none")
GRANTS = ("authorization_code", "implicit", "refresh_token", "client_credentials")
RESPONSE_TYPES = ("code", "id_token", "code id_token", "code token", "id_token token", "code id_token token", "token")
RESPONSE_MODES = ("query", "fragment", "form_post")
CLAIMS = (
    "iss",
    "ver",
    "sub",
    "aud",
    "iat",
    "exp",
    "jti",
    "auth_time",
    "amr",
    "idp",
    "nonce",
    "name",
    "nickname",
    "preferred_username",
    "given_name",
    "middle_name",
    "family_name",
    "email",
    "email_verified",
    "profile",
    "zoneinfo",
    "locale",
    "address",
    "phone_number",
    "updated_at",
    "at_hash",
    "c_hash",
)


def issuer_of(server: AuthorizationServer, base: str) -> str:
    """The ``iss`` of a server's tokens; ``base`` is scheme and host of the org."""
    return f"{base}/oauth2/{server.id}" if server.id else base


def endpoint(server: AuthorizationServer, base: str, name: str) -> str:
    """The URL of one of its endpoints: ``authorize``, ``token``, ``keys`` …"""
    return f"{base}/oauth2/{server.id}/v1/{name}" if server.id else f"{base}/oauth2/v1/{name}"


def server_of(call: Call) -> AuthorizationServer:
    """The server that a path names. 401 E0000015 without the licence, 404 E0000007 where there is none."""
    if "serverId" not in call.params:
        return call.org.state.org_server
    if not call.org.options.get("okta_api_access_management", True):
        raise OktaError("E0000015")
    server = call.org.server(call.params["serverId"])
    if server.body["status"] != "ACTIVE":
        raise missing(server.id, "AuthorizationServer")  # guess: an inactive server is as if it were not there
    return server


def both(method: str, name: str) -> Callable[[Function], Function]:
    """Register an endpoint of the org server and of the custom ones. Needs no API token, changes no object."""

    def register(function: Function) -> Function:
        for template in (f"/oauth2/v1/{name}", f"/oauth2/{{serverId}}/v1/{name}"):
            route(method, template, public=True, write=False)(function)
        return function

    return register


def _published_scopes(server: AuthorizationServer) -> list[str]:
    return [str(s["name"]) for s in server.scopes.values() if s["metadataPublish"] == "ALL_CLIENTS"]


def document(call: Call, openid: bool) -> Json:
    """The discovery document; only what the embedded org really has is named."""
    server, base = server_of(call), call.base
    body: Json = {
        "issuer": issuer_of(server, base),
        "authorization_endpoint": endpoint(server, base, "authorize"),
        "token_endpoint": endpoint(server, base, "token"),
        "jwks_uri": endpoint(server, base, "keys"),
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANTS),
        "subject_types_supported": ["public"],
        "scopes_supported": _published_scopes(server),
        "token_endpoint_auth_methods_supported": list(METHODS),
        "claims_supported": list(CLAIMS),
        "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": endpoint(server, base, "introspect"),
        "introspection_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint": endpoint(server, base, "revoke"),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "end_session_endpoint": endpoint(server, base, "logout"),
        "request_parameter_supported": False,
        "request_object_signing_alg_values_supported": [*SECRET_SIGNATURES, *SIGNATURES],
        "dpop_signing_alg_values_supported": list(SIGNATURES),
    }
    if openid:
        body["userinfo_endpoint"] = endpoint(server, base, "userinfo")
        body["id_token_signing_alg_values_supported"] = ["RS256"]
    return body


@route("GET", "/.well-known/openid-configuration", public=True)
@route("GET", "/oauth2/{serverId}/.well-known/openid-configuration", public=True)
def openid_configuration(call: Call) -> Answer:
    return 200, document(call, openid=True)


@route("GET", "/.well-known/oauth-authorization-server", public=True)
@route("GET", "/oauth2/{serverId}/.well-known/oauth-authorization-server", public=True)
def oauth_authorization_server(call: Call) -> Answer:
    return 200, document(call, openid=False)


@both("GET", "keys")
def jwks(call: Call) -> Answer:
    """Every key that a token may be signed with, the next and the last one included."""
    keys = [public(key) for _status, key in all_keys(call.org, server_of(call))]
    return 200, {"keys": keys}, {"Cache-Control": "max-age=3600, must-revalidate"}

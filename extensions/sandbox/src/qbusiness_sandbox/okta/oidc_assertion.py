# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client assertions: ``private_key_jwt`` and ``client_secret_jwt``.

Source: https://developer.okta.com/docs/guides/build-self-signed-jwt/ and the catalogue of ``oidc_errors.py``. Okta
takes note of an assertion's ``jti`` with every request, also one that fails later (said in okta-sdk-python's
source).
"""

from __future__ import annotations

from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_jwt import BadJwt, taken_apart, verify
from qbusiness_sandbox.okta.oidc_servers import SECRET_SIGNATURES, SIGNATURES
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App
from qbusiness_sandbox.okta.values import Json, as_object

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Seconds that an assertion may be good for (documented).
LONGEST = 3600
#: Characters of a secret that an HMAC needs (documented for ``client_secret_jwt``).
SHORTEST_SECRET = 32


def client_of(assertion: str) -> str:
    """The client that an assertion says it is from. Raises :class:`OAuthError`."""
    try:
        _header, claims = taken_apart(assertion)
    except BadJwt:
        raise OAuthError("client_assertion_invalid_jwt") from None
    if not isinstance(claims.get("iss"), str) or not claims["iss"]:
        raise OAuthError("client_assertion_invalid_issuer")
    return str(claims["iss"])


def _signing_key(app: App, header: Json) -> Json:
    client = app.settings["oauthClient"]
    if client.get("jwks_uri"):
        raise OAuthError("jwks_uri_error")  # nothing outside of the embedded cloud is asked
    keys = [key for key in as_object(client.get("jwks")).get("keys", []) if key["status"] == "ACTIVE"]
    keys = [key for key in keys if key.get("use") in (None, "sig")]
    if not keys:
        raise OAuthError("client_assertion_jwks_not_configured")
    kid = header.get("kid")
    if kid is None and len(keys) == 1:
        return dict(keys[0])
    for key in keys:
        if key["kid"] == kid:
            return dict(key)
    raise OAuthError("client_assertion_invalid_kid")


def _check_signature(app: App, assertion: str, header: Json) -> None:
    if app.credentials["oauthClient"]["token_endpoint_auth_method"] == "client_secret_jwt":
        if header.get("alg") not in SECRET_SIGNATURES:
            raise OAuthError("client_assertion_invalid_signature_algorithm")
        active = [secret.value for secret in app.secrets if secret.status == "ACTIVE"]
        if not active:
            raise OAuthError("client_assertion_invalid_no_secret")
        long = [value.encode() for value in active if len(value) >= SHORTEST_SECRET]
        if not long:
            raise OAuthError("client_assertion_invalid_secret_length")
        for secret in long:
            try:
                verify(assertion, secret, SECRET_SIGNATURES)
            except BadJwt:
                continue
            return
        raise OAuthError("client_assertion_invalid_signature")
    if header.get("alg") not in SIGNATURES:
        raise OAuthError("client_assertion_invalid_signature_algorithm")
    key = _signing_key(app, header)
    try:
        verify(assertion, key, SIGNATURES)
    except BadJwt:
        raise OAuthError("client_assertion_invalid_signature") from None


def check_assertion(org: Org, app: App, assertion: str, endpoint_url: str) -> None:
    """Raise :class:`OAuthError` unless the assertion is the application's own, fresh, and meant for this endpoint."""
    header, claims = taken_apart(assertion)
    client = app.credentials["oauthClient"]["client_id"]
    if claims.get("sub") != client:
        raise OAuthError("client_assertion_invalid_subject")
    if on(org, "oidc_assertion_signature"):
        _check_signature(app, assertion, header)
    audience = claims.get("aud")
    if endpoint_url not in (audience if isinstance(audience, list) else [audience]) and (
        on(org, "oidc_assertion_audience")
    ):
        raise OAuthError("client_assertion_invalid_audience")
    _check_times(org, claims)
    jti = claims.get("jti")
    if jti is not None and on(org, "oidc_assertion_once"):
        if (client, str(jti)) in org.state.oidc.assertions:
            raise OAuthError("client_assertion_already_used")
        org.state.oidc.assertions.add((client, str(jti)))


def _check_times(org: Org, claims: Json) -> None:
    expires, issued = claims.get("exp"), claims.get("iat")
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise OAuthError("client_assertion_expiration_required")
    if expires <= org.now and on(org, "oidc_assertion_expiry"):
        raise OAuthError("client_assertion_expired_token")
    if expires > org.now + LONGEST + 1 and on(org, "oidc_assertion_lifetime"):
        raise OAuthError("client_assertion_expires_too_far_in_future")
    # guess: how far the client's clock may be ahead
    if isinstance(issued, int | float) and issued > org.now + 300:
        raise OAuthError("client_assertion_issued_at_in_future")

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grants of the token endpoint: a code, a refresh token, or the client itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_policy import Lifetimes, evaluate
from qbusiness_sandbox.okta.oidc_scopes import OPENID, granted_to, needing_consent, requested
from qbusiness_sandbox.okta.oidc_state import Code, Refresh
from qbusiness_sandbox.okta.oidc_tokens import build_access_token, build_id_token, client_id_of
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Call
from qbusiness_sandbox.okta.state import App, AuthorizationServer, User
from qbusiness_sandbox.okta.values import Json, as_object

#: Seconds in which a rotated refresh token is still taken, where the application says nothing (documented).
LEEWAY = 30


@dataclass(frozen=True)
class Asking:
    """A request of an authenticated client. ``thumbprint``: of the key of its DPoP proof, or ""."""

    call: Call
    server: AuthorizationServer
    app: App
    thumbprint: str

    @property
    def org(self) -> Org:
        return self.call.org

    @property
    def client(self) -> str:
        return client_id_of(self.app)

    def needed(self, name: str) -> str:
        """A form member that must be there. Raises :class:`OAuthError`."""
        value = self.call.request.form.get(name, "")
        if not value:
            raise OAuthError("missing_token_request_parameter", name)
        return value


def _check_verifier(asking: Asking, code: Code) -> None:
    verifier = asking.call.request.form.get("code_verifier", "")
    if not on(asking.org, "oidc_pkce"):
        return
    if not code.challenge:
        if verifier:
            raise OAuthError("pkce_missing_challenge_verifier_present")
        return
    if not verifier:
        raise OAuthError("pkce_missing_verifier")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not hmac.compare_digest(digest.encode(), code.challenge.encode()):
        raise OAuthError("pkce_verification_failed")


def _code_of(asking: Asking) -> Code:
    """The code of a request, spent by it. Raises :class:`OAuthError`."""
    oidc, value = asking.org.state.oidc, asking.needed("code")
    code = oidc.codes.get(value)
    if code is None:
        raise OAuthError("invalid_authorization_code")
    if code.client != asking.client and on(asking.org, "oidc_code_client"):
        raise OAuthError("mismatched_client")
    if code.spent and on(asking.org, "oidc_code_once"):
        # What it was traded for ends with the second try (RFC 6749, 4.1.2).
        oidc.end_family(code.family)
        for jti in code.issued:
            oidc.access[jti].revoked = True
        raise OAuthError("invalid_authorization_code")
    if code.expires <= asking.org.now and on(asking.org, "oidc_code_expiry"):
        raise OAuthError("invalid_authorization_code")
    if code.server != asking.server.id and on(asking.org, "oidc_code_server"):
        raise OAuthError("mismatched_authorization_server")
    if asking.call.request.form.get("redirect_uri") != code.redirect_uri and on(asking.org, "oidc_code_redirect_uri"):
        raise OAuthError("mismatched_redirect_uri")
    _check_verifier(asking, code)
    code.spent = True
    return code


def _user_of(asking: Asking, identifier: str) -> User:
    """The user of a grant, who must still be there, ACTIVE and assigned. Raises :class:`OAuthError`."""
    user = asking.org.state.users.get(identifier)
    if user is None or user.status in ("DEPROVISIONED", "SUSPENDED"):
        raise OAuthError("invalid_authorization_code")  # guess: which error
    if not asking.org.assigned(asking.app, user) and on(asking.org, "oidc_assignment"):
        raise OAuthError("user_not_assigned")
    return user


def _refresh_token(asking: Asking, grant: Refresh) -> str:
    value = secrets.token_urlsafe(32)
    asking.org.state.oidc.refresh[value] = grant
    return value


def _user_tokens(
    asking: Asking,
    user: User,
    scopes: tuple[str, ...],
    lifetimes: Lifetimes,
    authenticated: float,
    nonce: str,
    family: str,
) -> tuple[Json, str]:
    """Access token and ID token for a user; also the former's ``jti``."""
    token, jti = build_access_token(
        asking.org,
        asking.server,
        asking.app,
        user,
        base=asking.call.base,
        scopes=scopes,
        authenticated=authenticated,
        lifetime=lifetimes.access,
        family=family,
        thumbprint=asking.thumbprint,
    )
    body: Json = {"expires_in": lifetimes.access, "access_token": token, "scope": " ".join(scopes)}
    if "openid" in scopes:
        body["id_token"] = build_id_token(
            asking.org,
            asking.server,
            asking.app,
            user,
            base=asking.call.base,
            scopes=scopes,
            authenticated=authenticated,
            nonce=nonce,
            access_token=token,
        )
    return body, jti


def authorization_code(asking: Asking) -> Json:
    code = _code_of(asking)
    user = _user_of(asking, code.user)
    lifetimes = evaluate(asking.org, asking.server, asking.client, user, "authorization_code", code.scopes)
    wanted = "offline_access" in code.scopes and "refresh_token" in asking.app.settings["oauthClient"]["grant_types"]
    code.family = secrets.token_hex(8) if wanted else ""
    body, jti = _user_tokens(asking, user, code.scopes, lifetimes, code.authenticated, code.nonce, code.family)
    code.issued.append(jti)
    if wanted:
        now = asking.org.now
        body["refresh_token"] = _refresh_token(
            asking,
            Refresh(
                code.client,
                code.server,
                code.user,
                code.scopes,
                code.authenticated,
                now,
                now + lifetimes.refresh if lifetimes.refresh else 0.0,
                lifetimes.idle,
                now,
                code.family,
                asking.thumbprint,
            ),
        )
    return body


def _living_refresh(asking: Asking, value: str) -> Refresh:
    """The refresh token of a request. One that was rotated out longer ago than the leeway ends its whole family.

    Raises :class:`OAuthError`."""
    oidc, now = asking.org.state.oidc, asking.org.now
    token = oidc.refresh.get(value)
    if token is None or (token.client != asking.client and on(asking.org, "oidc_refresh_client")):
        raise OAuthError("invalid_refresh_token")
    if token.server != asking.server.id:
        raise OAuthError("mismatched_authorization_server")
    if (token.expires and token.expires <= now) or now - token.used > token.idle:
        raise OAuthError("invalid_refresh_token")
    leeway = as_object(asking.app.settings["oauthClient"].get("refresh_token")).get("leeway", LEEWAY)
    if token.replaced and now - token.replaced > leeway and on(asking.org, "oidc_refresh_reuse"):
        oidc.end_family(token.family)
        raise OAuthError("invalid_refresh_token")
    if token.thumbprint and token.thumbprint != asking.thumbprint:
        raise OAuthError("invalid_dpop_proof_invalid_public_key_binding")
    return token


def refresh_token(asking: Asking) -> Json:
    value = asking.needed("refresh_token")
    token = _living_refresh(asking, value)
    user = _user_of(asking, token.user)
    scopes = tuple(dict.fromkeys(asking.call.request.form.get("scope", "").split())) or token.scopes
    denied = [name for name in scopes if name not in token.scopes]
    if denied:
        raise OAuthError("refresh_scopes_denied", ", ".join(denied))
    # guess: the rules that count are those of the code flow, in which the token was made
    lifetimes = evaluate(asking.org, asking.server, asking.client, user, "authorization_code", scopes)
    body, _jti = _user_tokens(asking, user, scopes, lifetimes, token.authenticated, "", token.family)
    now = asking.org.now
    token.used = now
    rotation = as_object(asking.app.settings["oauthClient"].get("refresh_token")).get("rotation_type", "STATIC")
    if rotation == "ROTATE":
        token.replaced = token.replaced or now
        body["refresh_token"] = _refresh_token(
            asking,
            Refresh(
                token.client,
                token.server,
                token.user,
                token.scopes,
                token.authenticated,
                now,
                token.expires,
                token.idle,
                now,
                token.family,
                token.thumbprint,
            ),
        )
    else:
        body["refresh_token"] = value
    return body


def client_credentials(asking: Asking) -> Json:
    """A client for itself: on the org server a service app with ``private_key_jwt`` and granted scopes of the
    management API, on a custom server its own scopes."""
    client, text = asking.app.settings["oauthClient"], asking.call.request.form.get("scope", "")
    lifetimes = Lifetimes()
    if not asking.server.id:
        if client["application_type"] != "service":
            raise OAuthError("invalid_application_type_client_credentials")
        if asking.app.credentials["oauthClient"]["token_endpoint_auth_method"] != "private_key_jwt":
            raise OAuthError("unsupported_auth_method_client_creds")
        if not text.split():
            raise OAuthError("missing_scopes")
        scopes = requested(asking.server, text)
        if set(scopes) & (OPENID | {"offline_access"}):
            raise OAuthError("openid_not_allowed_client_creds")
        scopes = granted_to(asking.app, scopes)
    else:
        scopes = requested(asking.server, text)
        if set(scopes) & (OPENID | {"offline_access"}):
            raise OAuthError("openid_not_allowed_client_creds")
        needed = needing_consent(asking.server, scopes)
        if needed and client["consent_method"] == "REQUIRED":
            raise OAuthError("consent_required_client_credentials", ", ".join(needed))
        lifetimes = evaluate(asking.org, asking.server, asking.client, None, "client_credentials", scopes)
    token, _jti = build_access_token(
        asking.org,
        asking.server,
        asking.app,
        None,
        base=asking.call.base,
        scopes=scopes,
        lifetime=lifetimes.access,
        thumbprint=asking.thumbprint,
    )
    return {"expires_in": lifetimes.access, "access_token": token, "scope": " ".join(scopes)}


GRANTS: dict[str, Callable[[Asking], Json]] = {
    "authorization_code": authorization_code,
    "refresh_token": refresh_token,
    "client_credentials": client_credentials,
}

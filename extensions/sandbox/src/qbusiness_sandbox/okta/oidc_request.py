# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of an authorize request, checked before anybody signs in.

Source: Okta's OpenID Connect & OAuth 2.0 API reference (authorize) and the catalogue of ``oidc_errors.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_scopes import OPENID, requested
from qbusiness_sandbox.okta.oidc_servers import RESPONSE_MODES
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, AuthorizationServer
from qbusiness_sandbox.okta.values import Json

PROMPTS = ("none", "consent", "login", "consent login", "login consent")
#: A code challenge: the base64url of 32 bytes, or a plain verifier's length (RFC 7636, 4.2).
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True)
class Target:
    """Where answers go, also those that are errors: known as soon as client and redirect URI are right."""

    redirect_uri: str
    mode: str
    state: str


@dataclass(frozen=True)
class Authorization:
    """A checked request. ``max_age``: seconds, or None."""

    app: App
    target: Target
    response_types: frozenset[str]
    scopes: tuple[str, ...]
    nonce: str
    prompts: frozenset[str]
    max_age: int | None
    challenge: str
    login_hint: str

    @property
    def silent(self) -> bool:
        return "none" in self.prompts

    @property
    def grant(self) -> str:
        """What access policies call this request."""
        return "authorization_code" if "code" in self.response_types else "implicit"


def _wildcard(pattern: str, uri: str) -> bool:
    """``https://*.example.com/…``: the star stands for one or more labels of the host (``wildcard_redirect``)."""
    wanted, given = urlsplit(pattern), urlsplit(uri)
    if not wanted.netloc.startswith("*.") or not given.netloc.endswith(wanted.netloc[1:]):
        return False
    label = given.netloc[: -len(wanted.netloc) + 1]
    same = (wanted.scheme, wanted.path, wanted.query) == (given.scheme, given.path, given.query)
    return same and re.fullmatch(r"[A-Za-z0-9.-]+", label) is not None


def redirect_allowed(org: Org, app: App, uri: str) -> bool:
    """Character for character one of the application's, or one that its wildcard stands for."""
    if not on(org, "oidc_redirect_uri"):
        return bool(uri)
    client: Json = app.settings["oauthClient"]
    if uri in client["redirect_uris"]:
        return True
    return client["wildcard_redirect"] == "SUBDOMAIN" and any(_wildcard(p, uri) for p in client["redirect_uris"])


def target_of(values: Mapping[str, str]) -> Target:
    """Where the answer goes; the mode follows from the response type where none is asked for."""
    types = set(values.get("response_type", "").split())
    default = "fragment" if types & {"token", "id_token"} else "query"
    mode = values.get("response_mode") or default
    return Target(values.get("redirect_uri", ""), mode if mode in RESPONSE_MODES else default, values.get("state", ""))


def _check_response(values: Mapping[str, str], app: App) -> frozenset[str]:
    types = frozenset(values.get("response_type", "").split())
    allowed = app.settings["oauthClient"]["response_types"]
    if not types or not types <= set(allowed):
        raise OAuthError("unsupported_response_type", ", ".join(allowed))
    grants = app.settings["oauthClient"]["grant_types"]
    needed = {"authorization_code"} if "code" in types else set()
    needed |= {"implicit"} if types - {"code"} else set()
    if not needed <= set(grants):
        raise OAuthError("unauthorized_client", ", ".join(grants))
    mode = values.get("response_mode")
    if mode and mode not in RESPONSE_MODES:
        raise OAuthError("unsupported_response_mode")
    if mode == "query" and types - {"code"}:
        raise OAuthError("unsupported_response_mode_query_with_tokens")
    return types


def _check_challenge(values: Mapping[str, str], app: App, org: Org) -> str:
    challenge, method = values.get("code_challenge", ""), values.get("code_challenge_method")
    if not challenge:
        if app.credentials["oauthClient"]["pkce_required"] and on(org, "oidc_pkce"):
            raise OAuthError("pkce_missing_challenge")
        return ""
    if method != "S256":
        raise OAuthError("pkce_unsupported_code_challenge_method", "S256")
    if not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("pkce_invalid_challenge")
    return challenge


def _check_age(values: Mapping[str, str], prompts: frozenset[str]) -> int | None:
    text = values.get("max_age")
    if text is None:
        return None
    if not text.isdigit() or int(text) >= 2**31:
        raise OAuthError("invalid_max_age")
    if int(text) == 0 and "none" in prompts:
        raise OAuthError("invalid_prompt_for_zero_max_age")
    return int(text)


def checked(org: Org, server: AuthorizationServer, app: App, values: Mapping[str, str]) -> Authorization:
    """The request of a known client with a known redirect URI. Raises :class:`OAuthError`."""
    target = target_of(values)
    if app.settings["oauthClient"]["application_type"] == "service":
        raise OAuthError("invalid_client_application_type", "authorize")
    types = _check_response(values, app)
    # The documentation also names the characters of a state; clients are known to send others and are served.
    if not target.state and on(org, "oidc_state"):
        raise OAuthError("invalid_state")
    scopes = requested(server, values.get("scope", ""))
    if "openid" not in scopes and (set(scopes) & OPENID or "id_token" in types):
        raise OAuthError("openid_scope_required")
    if "offline_access" in scopes and "refresh_token" not in app.settings["oauthClient"]["grant_types"]:
        # guess: which error
        raise OAuthError("unauthorized_client", ", ".join(app.settings["oauthClient"]["grant_types"]))
    nonce = values.get("nonce", "")
    if types - {"code"} and not nonce:
        raise OAuthError("invalid_nonce")
    prompt = values.get("prompt", "")
    if prompt and prompt not in PROMPTS:
        raise OAuthError("invalid_prompt", ", ".join(PROMPTS[:3]))
    prompts = frozenset(prompt.split())
    return Authorization(
        app,
        target,
        types,
        scopes,
        nonce,
        prompts,
        _check_age(values, prompts),
        _check_challenge(values, app, org),
        values.get("login_hint", ""),
    )

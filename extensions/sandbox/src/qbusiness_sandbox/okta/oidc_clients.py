# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks at the token endpoint: the client, proved by the method that its application is set to."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

from qbusiness_sandbox.okta.oidc_assertion import ASSERTION_TYPE, check_assertion, client_of
from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Call
from qbusiness_sandbox.okta.state import App, AuthorizationServer
from qbusiness_sandbox.okta.values import as_object


@dataclass(frozen=True)
class Presented:
    """Credentials as they came. ``method``: ``client_secret_basic`` …; ``assertion`` stands for both JWT methods."""

    method: str
    client: str
    secret: str = ""


def has_client(app: App, client_id: str) -> bool:
    """Whether a client id is an application's."""
    return bool(app.credentials.get("oauthClient", {}).get("client_id") == client_id)


def find_client(org: Org, client_id: str) -> App | None:
    """The application with a client id; None also for one that is INACTIVE (guess)."""
    for app in org.state.apps.values():
        if has_client(app, client_id):
            return app if app.active else None
    return None


def _basic(value: str) -> Presented:
    """The header's parts are form-encoded on their own (RFC 6749, 2.3.1)."""
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_basic_auth_creds") from None
    client, colon, secret = text.partition(":")
    if not colon:
        raise OAuthError("invalid_basic_auth_creds")
    return Presented("client_secret_basic", unquote_plus(client), unquote_plus(secret))


def presented(call: Call) -> Presented:
    """The one set of credentials of a request. Raises :class:`OAuthError` for none, and for more than one."""
    form, header = call.request.form, call.request.headers.get("Authorization", "")
    if {"client_secret", "client_assertion"} & set(call.request.args):
        raise OAuthError("client_credentials_in_query")
    repeated = [name for name in form if len(form.getlist(name)) > 1 and name not in ("audience", "resource")]
    if repeated:
        raise OAuthError("illegal_duplicated_parameters", ", ".join(repeated))
    scheme, _space, value = header.partition(" ")
    found: list[Presented] = []
    if scheme.lower() == "basic":
        found.append(_basic(value.strip()))
    if form.get("client_secret"):
        found.append(Presented("client_secret_post", form.get("client_id", ""), form["client_secret"]))
    if form.get("client_assertion"):
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise OAuthError("client_assertion_type_invalid")
        client = client_of(form["client_assertion"])
        if form.get("client_id", client) != client:
            raise OAuthError("multiple_client_credentials")  # guess: which error
        found.append(Presented("assertion", client, form["client_assertion"]))
    # A client id beside the header counts as a second set (reported by users of several libraries).
    plain = form.get("client_id") and (not found or found[0].method == "client_secret_basic")
    if plain and len(found) < 2:
        found.append(Presented("none", form["client_id"]))
    if not found:
        raise OAuthError("missing_client_credentials")
    if len(found) > 1:
        raise OAuthError("multiple_client_credentials")
    return found[0]


def _check_secret(app: App, secret: str) -> None:
    """Every ACTIVE secret is good."""
    good = [s.value for s in app.secrets if s.status == "ACTIVE"]
    # Each one is compared, so that the time says nothing.
    if True not in [hmac.compare_digest(value.encode(), secret.encode()) for value in good]:
        raise OAuthError("invalid_client_secret")


def authenticate(call: Call, server: AuthorizationServer, endpoint_url: str) -> App:
    """The application that asks. ``endpoint_url``: what a client assertion must be addressed to.

    Raises :class:`OAuthError`."""
    org, given = call.org, presented(call)
    app = find_client(org, given.client)
    if app is None:
        raise OAuthError("invalid_client_id")
    method = str(app.credentials["oauthClient"]["token_endpoint_auth_method"])
    if given.method == "assertion":
        if method not in ("private_key_jwt", "client_secret_jwt"):
            raise OAuthError("invalid_token_endpoint_auth_method")
        check_assertion(org, app, given.secret, endpoint_url)
    elif given.method != method and on(org, "oidc_client_method"):
        raise OAuthError("invalid_token_endpoint_auth_method")
    elif given.secret and on(org, "oidc_client_secret"):
        _check_secret(app, given.secret)
    return app


def check_zone(call: Call, app: App) -> None:
    """``network`` of the application. The zones that requests come from are a switch (``okta_network_zones``).

    Raises :class:`OAuthError`."""
    network = as_object(app.settings["oauthClient"].get("network"))
    if network.get("connection", "ANYWHERE") == "ANYWHERE":
        return
    zones = set(call.org.options.get("okta_network_zones", []))
    included, excluded = set(network.get("include") or []), set(network.get("exclude") or [])
    inside = bool(included & (zones | {"ALL_ZONES"})) if included else True
    if not inside or excluded & zones:
        raise OAuthError("disallowed_network_zone")


def check_browser(call: Call, app: App) -> None:
    """A request with an ``Origin`` is a browser's: it must use the code flow with PKCE, from one of the redirect URIs.

    Raises :class:`OAuthError`."""
    origin = call.request.headers.get("Origin")
    if not origin:
        return
    if call.request.form.get("grant_type") not in ("authorization_code", "refresh_token"):
        raise OAuthError("unsupported_grant_type_browser_request")
    if call.request.form.get("grant_type") == "authorization_code" and not call.request.form.get("code_verifier"):
        raise OAuthError("unsupported_auth_method_browser_request")
    known = {"{0.scheme}://{0.netloc}".format(urlsplit(uri)) for uri in app.settings["oauthClient"]["redirect_uris"]}
    if origin not in known:
        raise OAuthError("illegal_origin_browser_request")

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign a test user in at Okta with a password, and fetch an app's SAML response, without a browser.

``POST /api/v1/authn`` gives a session token that can be spent once within five minutes;
``GET /login/sessionCookieRedirect`` turns it into the session's cookie; the app's SSO URL then answers with a form.
Sources: https://developer.okta.com/docs/reference/api/authn/ and
https://developer.okta.com/docs/guides/session-cookie/main/ . Not for people: a proof by a test user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .. import causes
from ..cause_rows.okta import FORM, SIGN_IN
from ..errors import InputError, LayerError
from .authn_request import AuthnRequest
from .browser import Browser, org_origin
from .saml_page import SamlForm, read_form

#: States of a sign-in that have a row of their own in the table of causes.
_STATES = ("MFA_REQUIRED", "MFA_ENROLL", "PASSWORD_EXPIRED", "LOCKED_OUT")
#: A page of the org that every user has; named as the redirect's target and never visited.
_HOME = "/app/UserHome"
#: ``sid``: Classic Engine; ``idx``: Identity Engine.
_COOKIES = ("sid", "idx")


@dataclass
class Session:
    """A signed-in user. ``token``: the session token, when no cookie came of it and it has to be spent at the app."""

    browser: Browser = field(repr=False)
    secrets: set[str] = field(repr=False)
    login: str
    user_id: str
    token: str = field(default="", repr=False)

    @property
    def origin(self) -> str:
        return self.browser.origin


def sign_in(org_url: str, username: str, password: str, secrets: set[str]) -> Session:
    """Authenticate once; a refusal is never repeated, since each one counts towards the user's lockout.

    :param org_url: ``https://example.okta.com``
    :param secrets: gets the password and every token and cookie on the way
    :raises InputError: the URL is none of an org
    :raises LayerError: layer ``okta_sign_in``
    """
    secrets.add(password)
    browser = Browser(org_origin(org_url), secrets)
    try:
        return _authenticate(browser, username, password, secrets)
    except BaseException:
        browser.close()
        raise


def _authenticate(browser: Browser, username: str, password: str, secrets: set[str]) -> Session:
    # The rate limit refuses before the password is looked at: that, and nothing else, is tried again.
    answer = browser.read(
        SIGN_IN,
        "/api/v1/authn",
        "POST",
        headers={"Accept": "application/json"},
        json={
            "username": username,
            "password": password,
            "options": {"multiOptionalFactorEnroll": False, "warnBeforePasswordExpired": False},
        },
    )
    body = _json(answer)
    token = str(body.get("sessionToken") or "")
    state = str(body.get("stateToken") or "")
    secrets.update(value for value in (token, state) if value)
    if answer.status_code != 200:
        raise _refusal(browser, username, answer.status_code, body)
    if body.get("status") != "SUCCESS" or not token:
        if state:
            _quietly(browser, "POST", "/api/v1/authn/cancel", json={"stateToken": state})
        raise _unfinished(body)
    user = body.get("_embedded", {}).get("user", {})
    session = Session(
        browser, secrets, str(user.get("profile", {}).get("login") or username), str(user.get("id") or ""), token
    )
    # The token stands in this one URL. The redirect is not followed: the cookie is what is wanted.
    browser.read(
        SIGN_IN,
        "/login/sessionCookieRedirect",
        params={"token": token, "redirectUrl": f"{browser.origin}{_HOME}"},
        headers={"Accept": "text/html"},
    )
    if browser.cookie(*_COOKIES):
        session.token = ""
    return session


def saml_response(
    session: Session, sso_url: str, relay_state: str = "", request: AuthnRequest | None = None, post: bool = False
) -> SamlForm:
    """The form that the app's SSO URL answers with. It is read, never posted.

    :param sso_url: ``Location`` of ``SingleSignOnService`` in the app's metadata, or the app's embed link
    :param relay_state: handed through
    :param request: with which the application begins; without, the sign-in begins at Okta
    :param post: carry the request by the POST binding, not by the redirect binding
    :raises InputError: the URL is not on the org's host
    :raises LayerError: layer ``okta_assignment`` or ``saml_form``
    """
    check_sso_url(session.origin, sso_url)
    encoded = "" if request is None else request.post() if post else request.redirect()
    values = {"RelayState": relay_state, "SAMLRequest": encoded}
    token, session.token = {"sessionToken": session.token}, ""
    if post and encoded:
        answer = session.browser.visit(FORM, sso_url, _given(token), data=_given(values))
    else:
        answer = session.browser.visit(FORM, sso_url, _given({**values, **token}))
    form = read_form(answer.text, answer.status_code)
    session.secrets.add(form.saml_response)
    return form


def _given(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def check_sso_url(origin: str, sso_url: str) -> None:
    """:raises InputError: a session must not be carried to another host"""
    parts = urlsplit(sso_url)
    if f"{parts.scheme}://{parts.netloc}" != origin or parts.query:
        raise InputError(
            [
                (
                    f"sso_url: {parts.scheme}://{parts.netloc}{parts.path} … should be on the org's own host {origin} "
                    "and without a query, as SingleSignOnService says it in the app's metadata"
                )
            ]
        )


def close(session: Session) -> bool:
    """End the session at Okta and forget its cookies; whether Okta said that it is ended. Never fails."""
    try:
        answer = _quietly(session.browser, "DELETE", "/api/v1/sessions/me")
        return answer in (204, 404)
    finally:
        session.browser.close()


def _quietly(browser: Browser, method: str, path: str, **more: Any) -> int:
    """The status of a request whose failure does not matter; 0 when no answer came."""
    try:
        return browser.send(SIGN_IN, method, path, headers={"Accept": "application/json"}, **more).status_code
    except LayerError:
        return 0


def _json(answer: Any) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _refusal(browser: Browser, username: str, status: int, body: dict[str, Any]) -> LayerError:
    """What ``/authn`` means by an error."""
    code = str(body.get("errorCode") or "")
    trace = f" (errorId {body['errorId']})" if body.get("errorId") else ""
    facts = {"okta_error_code": code}
    if code == "E0000004":
        elsewhere = _foreign_provider(browser, username)
        if elsewhere:
            return causes.error("sign_in.foreign_provider", facts, kind=elsewhere)
        return causes.error("sign_in.password", facts, trace=trace)
    if status == 403 or code == "E0000006":
        return causes.error("sign_in.denied", facts)
    return causes.error("sign_in.other", facts, answer=f"HTTP {status}{f' and {code}' if code else ''}", trace=trace)


def _foreign_provider(browser: Browser, username: str) -> str:
    """The kind of identity provider that signs this user in, when it is not Okta."""
    try:
        answer = browser.send(
            SIGN_IN,
            "GET",
            "/.well-known/webfinger",
            params={"resource": f"okta:acct:{username}", "rel": "okta:idp"},
            headers={"Accept": "application/jrd+json"},
        )
    except LayerError:
        return ""
    links = _json(answer).get("links")
    first = links[0] if isinstance(links, list) and links and isinstance(links[0], dict) else {}
    kind = str((first.get("properties") or {}).get("okta:idp:type") or "")
    return "" if kind in ("", "OKTA", "IWA") else kind


def _unfinished(body: dict[str, Any]) -> LayerError:
    """A sign-in that wants something more than the password."""
    status = str(body.get("status") or "no status")
    factors = body.get("_embedded", {}).get("factors") or []
    names = ", ".join(f"{item.get('provider', '?')}:{item.get('factorType', '?')}".lower() for item in factors)
    key = f"sign_in.{status.lower() if status in _STATES else 'unfinished'}"
    return causes.error(key, {"okta_status": status}, factors=names or "not named", status=status)

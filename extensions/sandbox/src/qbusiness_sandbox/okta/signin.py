# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in: ``/api/v1/authn``, sessions and their cookies, the hosted page's form (Okta's Authentication API)."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from qbusiness_sandbox.okta import pages
from qbusiness_sandbox.okta.errors import OktaError, invalid
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import Session, Ticket, User
from qbusiness_sandbox.okta.values import Json, new_id, stamp

#: Seconds a session token is good for (documented).
TOKEN_LIFE = 300
STATE_LIFE = 3600
SESSION_LIFE = 7200
COOKIES = ("sid", "idx")
#: Query parameters that carry a session token.
TOKENS = ("sessionToken", "onetimetoken")


def _session_token() -> str:
    return "20111" + secrets.token_urlsafe(32)


def check_password(org: Org, name: str, password: str) -> User | None:
    """The user whose password it is; a wrong one counts towards lockout. None hides why, as Okta does."""
    user = org.find_user(name)
    if user is None or user.status in ("DEPROVISIONED", "SUSPENDED", "STAGED", "PROVISIONED", "LOCKED_OUT"):
        return None
    if user.policy == "deny":
        return None
    if not user.password or not hmac.compare_digest(user.password.encode(), password.encode()):
        user.failures += 1
        if user.failures >= org.options.lockout_attempts:
            user.status, user.status_changed = "LOCKED_OUT", org.now
        return None
    user.failures = 0
    return user


def _user_part(user: User) -> Json:
    profile = user.profile
    return {
        "id": user.id,
        "passwordChanged": stamp(user.password_changed or user.created),
        "profile": {
            "login": user.login,
            "firstName": profile.get("firstName"),
            "lastName": profile.get("lastName"),
            "locale": profile.get("locale") or "en",
            "timeZone": profile.get("timezone") or "America/Los_Angeles",
        },
    }


def _state(org: Org, user: User) -> str:
    token = ("02.id." if org.options.identity_engine else "00") + secrets.token_urlsafe(30)
    org.state.state_tokens[token] = Ticket(user.id, org.now + STATE_LIFE)
    return token


def _pending(call: Call, user: User, status: str, name: str, more: Json) -> Answer:
    """A transaction that needs something more than the password."""
    href = f"{call.base}/api/v1/authn/{name}"
    links: Json = {"cancel": {"href": f"{call.base}/api/v1/authn/cancel", "hints": {"allow": ["POST"]}}}
    if status == "PASSWORD_EXPIRED":
        links["next"] = {"name": "changePassword", "href": href, "hints": {"allow": ["POST"]}}
    return 200, {
        "stateToken": _state(call.org, user),
        "expiresAt": stamp(call.org.now + STATE_LIFE),
        "status": status,
        "_embedded": {"user": _user_part(user), **more},
        "_links": links,
    }


def _factor(call: Call, user: User) -> Json:
    identifier = f"ost{user.id[3:]}"
    return {
        "id": identifier,
        "factorType": "token:software:totp",
        "provider": "OKTA",
        "vendorName": "OKTA",
        "profile": {"credentialId": user.login},
        "_links": {
            "verify": {"href": f"{call.base}/api/v1/authn/factors/{identifier}/verify", "hints": {"allow": ["POST"]}}
        },
    }


@route("POST", "/api/v1/authn", public=True, write=False)
def authn(call: Call) -> Answer:
    org, body = call.org, call.json()
    if body.get("stateToken"):
        token = str(body["stateToken"])
        ticket = org.state.state_tokens.get(token)
        if ticket is None or org.options.identity_engine:
            raise OktaError("E0000011")
        return _pending(call, org.user(ticket.user), "MFA_REQUIRED", "", {"factors": [], "policy": {}})
    if body.get("audience") and org.options.identity_engine:
        raise invalid("audience", "audience: is not supported")  # guess: the text
    name = body.get("username")
    if not isinstance(name, str) or not name or not isinstance(body.get("password"), str):
        raise OktaError("E0000004")
    user = check_password(org, name, body["password"])
    if user is None:
        known = org.find_user(name)
        if known is not None and known.status == "LOCKED_OUT" and org.options.get("okta_show_lockout", False):
            return 200, {
                "status": "LOCKED_OUT",
                "_links": {
                    "next": {
                        "name": "unlock",
                        "href": f"{call.base}/api/v1/authn/recovery/unlock",
                        "hints": {"allow": ["POST"]},
                    }
                },
            }
        raise OktaError("E0000004")
    if user.policy == "mfa_at_global":
        return _pending(
            call,
            user,
            "MFA_REQUIRED",
            "",
            {
                "factors": [_factor(call, user)],
                "policy": {
                    "allowRememberDevice": False,
                    "rememberDeviceLifetimeInMinutes": 0,
                    "rememberDeviceByDefault": False,
                },
            },
        )
    if user.policy == "mfa_enroll":
        factor = {**_factor(call, user), "status": "NOT_SETUP", "enrollment": "REQUIRED"}
        return _pending(call, user, "MFA_ENROLL", "", {"factors": [factor]})
    if user.status == "PASSWORD_EXPIRED":
        return _pending(
            call,
            user,
            "PASSWORD_EXPIRED",
            "credentials/change_password",
            {
                "policy": {
                    "complexity": {"minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1, "minSymbol": 0}
                }
            },
        )
    token = _session_token()
    org.state.session_tokens[token] = Ticket(user.id, org.now + TOKEN_LIFE)
    return 200, {
        "expiresAt": stamp(org.now + TOKEN_LIFE),
        "status": "SUCCESS",
        "sessionToken": token,
        "_embedded": {"user": _user_part(user)},
        "_links": {"cancel": {"href": f"{call.base}/api/v1/authn/cancel", "hints": {"allow": ["POST"]}}},
    }


@route("POST", "/api/v1/authn/cancel", public=True, write=False)
def cancel(call: Call) -> Answer:
    if call.org.state.state_tokens.pop(str(call.json().get("stateToken")), None) is None:
        raise OktaError("E0000011")
    return 200, {"relayState": None}


def spend(org: Org, token: str) -> User | None:
    """The user of a session token; it can be spent once, within five minutes."""
    ticket = org.state.session_tokens.pop(token, None)
    if ticket is None or ticket.expires < org.now:
        return None
    return org.state.users.get(ticket.user)


def open_session(org: Org, user: User) -> Session:
    session = Session("102" + secrets.token_urlsafe(24), user.id, org.now, org.now + SESSION_LIFE)
    org.state.sessions[session.id] = session
    user.last_login = org.now
    return session


def set_cookies(call: Call, response: Response, session: Session) -> None:
    """``sid``, and with the Identity Engine ``idx`` too."""
    secure = call.request.scheme == "https"
    for name in COOKIES if call.org.options.identity_engine else COOKIES[:1]:
        response.set_cookie(
            name, session.id, path="/", secure=secure, httponly=True, samesite="None" if secure else None
        )


def current(call: Call) -> Session | None:
    """The session that the cookies name."""
    for name in reversed(COOKIES):
        session = call.org.state.sessions.get(call.request.cookies.get(name, ""))
        user = call.org.state.users.get(session.user) if session is not None else None
        if session is None or user is None or user.status in ("DEPROVISIONED", "SUSPENDED"):
            continue
        if session.expires > call.org.now:
            return session
    return None


def session_of(call: Call) -> tuple[Session | None, bool]:
    """The session of a cookie or of a session token in the request, and whether it is a new one whose cookie has to be
    set."""
    session = current(call)
    for name in TOKENS:
        token = call.request.values.get(name)
        if token and session is None:
            user = spend(call.org, token)
            if user is not None:
                return open_session(call.org, user), True
    return session, False


def sign_in_page(call: Call, target: str, user: str = "", error: str = "") -> Response:
    prefix = "02.id." if call.org.options.identity_engine else "00"
    return pages.sign_in_page(
        prefix + secrets.token_urlsafe(20) + "-x", f"{call.base}/login/login.htm", target, user, error
    )


def _own(call: Call, target: str) -> bool:
    """Whether a target lies in the org: a path, or a URL on the host that was asked."""
    parts = urlsplit(target)
    if not parts.scheme and not parts.netloc:
        return target.startswith("/") and not target.startswith("//")
    return parts.scheme == call.request.scheme and parts.netloc == call.request.host


def _cookie_redirect(call: Call) -> Answer:
    values = call.request.values
    target = values.get("redirectUrl", "")
    if not _own(call, target):
        return pages.error_page(400, "Bad Request", "The redirectUrl is not a trusted origin.")  # guess: page and text
    user = spend(call.org, values.get("token", ""))
    if user is None:
        return sign_in_page(call, target)  # guess: where an invalid token lands
    response = redirect(target, 302)
    set_cookies(call, response, open_session(call.org, user))
    return response


@route("GET", "/login/sessionCookieRedirect", public=True, write=False)
def get_cookie_redirect(call: Call) -> Answer:
    return _cookie_redirect(call)


@route("POST", "/login/sessionCookieRedirect", public=True, write=False)
def post_cookie_redirect(call: Call) -> Answer:
    return _cookie_redirect(call)


@route("GET", "/login/login.htm", public=True, write=False)
def login_page(call: Call) -> Answer:
    target = call.query("fromURI", "/app/UserHome")
    return sign_in_page(call, target if _own(call, target) else "/app/UserHome")


@route("POST", "/login/login.htm", public=True, write=False)
def login_form(call: Call) -> Answer:
    """What the hosted page's form sends."""
    form = call.request.form
    target = form.get("fromURI", "")
    target = target if _own(call, target) else "/app/UserHome"
    name = form.get("identifier", "")
    user = check_password(call.org, name, form.get("passcode", ""))
    if user is None:
        return sign_in_page(call, target, name, "Unable to sign in")
    if user.policy in ("mfa_at_global", "mfa_enroll") or user.status == "PASSWORD_EXPIRED":
        return pages.error_page(403, "Extra Verification", "This user needs more than a password to sign in.")
    response = redirect(target, 302)
    set_cookies(call, response, open_session(call.org, user))
    return response


@route("GET", "/", public=True, write=False)
@route("GET", "/app/UserHome", public=True, write=False)
def home(call: Call) -> Answer:
    session = current(call)
    if session is None:
        return sign_in_page(call, "/app/UserHome")
    return pages.dashboard(call.org.state.users[session.user].login)


def _required(call: Call) -> Session:
    session = current(call)
    if session is None:
        raise OktaError("E0000007", summary="Not found: Resource not found: me (Session)")
    return session


@route("GET", "/api/v1/sessions/me", public=True, write=False)
def get_session(call: Call) -> Answer:
    session = _required(call)
    user = call.org.state.users[session.user]
    return 200, {
        "id": session.id,
        "userId": user.id,
        "login": user.login,
        "createdAt": stamp(session.created),
        "expiresAt": stamp(session.expires),
        "status": "ACTIVE",
        "lastPasswordVerification": stamp(session.created),
        "amr": ["pwd"],
        "idp": {"id": call.org.state.org_id, "type": "OKTA"},
        "mfaActive": False,
    }


@route("DELETE", "/api/v1/sessions/me", public=True, write=False)
def close_session(call: Call) -> Answer:
    call.org.state.sessions.pop(_required(call).id, None)
    response = Response(status=204)
    for name in COOKIES:
        response.delete_cookie(name, path="/")
    return response


@route("GET", "/login/signout", public=True, write=False)
def sign_out(call: Call) -> Answer:
    session = current(call)
    if session is not None:
        call.org.state.sessions.pop(session.id, None)
    response = redirect("/login/login.htm", 302)
    for name in COOKIES:
        response.delete_cookie(name, path="/")
    return response


@route("GET", "/api/v1/users/me/appLinks", public=True, write=False)
def app_links(call: Call) -> Answer:
    session = current(call)
    if session is None:
        raise OktaError("E0000005", status=403)
    user = call.org.state.users[session.user]
    found = []
    for app in call.org.state.apps.values():
        if app.active and not app.built_in and call.org.assigned(app, user):
            found += [
                {
                    "id": new_id("00u"),
                    "label": app.label,
                    "linkUrl": f"{call.base}/home/{app.name}/{app.id}/{app.embed}",
                    "logoUrl": "",
                    "appName": app.name,
                    "appInstanceId": app.id,
                    "appAssignmentId": user.id,
                    "credentialsSetup": False,
                    "hidden": False,
                    "sortOrder": 0,
                }
                for _unused in app.visibility.get("appLinks", {})
            ]
    return 200, found

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/users`` and the assignment of users to applications (Okta's Users and Apps API references)."""

from __future__ import annotations

import re
import secrets

from qbusiness_sandbox.okta.api_groups import group_view
from qbusiness_sandbox.okta.errors import OktaError, invalid, missing
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.paging import paged
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import App, User, UserAssignment
from qbusiness_sandbox.okta.user_view import user_view
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id, stamp

REQUIRED = ("login", "firstName", "lastName", "email")
_EXISTS = "login: An object with this field already exists in the current organization"
_FILTER = re.compile(r'\s*(?:profile\.)?(\w+)\s+(eq|sw|co)\s+"([^"]*)"\s*')
#: turn: statuses it is allowed in (None: any but DEPROVISIONED), the status it leads to.
_TURNS: dict[str, tuple[tuple[str, ...] | None, str]] = {
    "activate": (("STAGED", "DEPROVISIONED"), "ACTIVE"),
    "reactivate": (("PROVISIONED",), "PROVISIONED"),
    "deactivate": (None, "DEPROVISIONED"),
    "suspend": (("ACTIVE",), "SUSPENDED"),
    "unsuspend": (("SUSPENDED",), "ACTIVE"),
    "unlock": (("LOCKED_OUT",), "ACTIVE"),
    "expire_password": (("ACTIVE", "STAGED", "PROVISIONED", "LOCKED_OUT", "RECOVERY"), "PASSWORD_EXPIRED"),
    "reset_password": (None, "RECOVERY"),
}


def _check_profile(org: Org, profile: Json, own: User | None) -> None:
    causes = [f"{name}: The field cannot be left blank" for name in REQUIRED if not profile.get(name)]
    if causes:
        raise invalid(causes[0].partition(":")[0], *causes)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", str(profile["login"])):
        raise invalid("login", "login: Username must be in the form of an email address")
    other = org.find_user(str(profile["login"]))
    if other is not None and other is not own and other.login.lower() == str(profile["login"]).lower():
        raise invalid("login", _EXISTS)


def _matches(user: User, text: str) -> bool:
    for part in re.split(r"\s+and\s+", text):
        match = _FILTER.fullmatch(part)
        if not match:
            raise OktaError("E0000031", f"Invalid search criteria: {text}")  # guess: the cause
        have = str({"id": user.id, "status": user.status}.get(match[1], user.profile.get(match[1])) or "").lower()
        want = match[3].lower()
        if not {"eq": have == want, "sw": have.startswith(want), "co": want in have}[match[2]]:
            return False
    return True


@route("GET", "/api/v1/users")
def list_users(call: Call) -> Answer:
    users = list(call.org.state.users.values())
    text = call.query("search") or call.query("filter")
    if text:
        users = [user for user in users if _matches(user, text)]
    else:
        users = [user for user in users if user.status != "DEPROVISIONED"]
    prefix = call.query("q").lower()
    if prefix:
        names = ("firstName", "lastName", "email")
        users = [u for u in users if any(str(u.profile.get(n) or "").lower().startswith(prefix) for n in names)]
    return paged(call, users, lambda u: u.id, lambda u: user_view(u, call.base, brief=True), 200, 200)


@route("POST", "/api/v1/users")
def create_user(call: Call) -> Answer:
    org, body = call.org, call.json()
    profile = as_object(body.get("profile"))
    _check_profile(org, profile, None)
    password = as_object(as_object(body.get("credentials")).get("password")).get("value") or ""
    groups = [org.group(identifier) for identifier in body.get("groupIds") or []]
    full = {"firstName": None, "lastName": None, "mobilePhone": None, "secondEmail": None, **profile}
    user = User(new_id("00u"), full, str(password), org.now, status="STAGED", updated=org.now)
    if password:
        user.password_changed = org.now
    if call.flag("activate", True):
        user.status = "ACTIVE" if password else "PROVISIONED"
        if call.query("nextLogin") == "changePassword":
            user.status = "PASSWORD_EXPIRED"
        user.activated = user.status_changed = org.now
    org.state.users[user.id] = user
    for group in groups:
        if group.type != "BUILT_IN":
            group.members.append(user.id)
    return 200, user_view(user, call.base)


@route("GET", "/api/v1/users/{userId}")
def get_user(call: Call) -> Answer:
    return 200, user_view(call.org.user(call.params["userId"]), call.base)


def _write_profile(call: Call, partial: bool) -> Answer:
    user, body = call.org.user(call.params["userId"]), call.json()
    sent = as_object(body.get("profile"))
    profile = (
        {**user.profile, **sent}
        if partial
        else {"firstName": None, "lastName": None, "mobilePhone": None, "secondEmail": None, **sent}
    )
    _check_profile(call.org, profile, user)
    password = as_object(as_object(body.get("credentials")).get("password")).get("value")
    if password:
        user.password, user.password_changed = str(password), call.org.now
    user.profile, user.updated = profile, call.org.now
    return 200, user_view(user, call.base)


@route("PUT", "/api/v1/users/{userId}")
def replace_user(call: Call) -> Answer:
    return _write_profile(call, partial=False)


@route("POST", "/api/v1/users/{userId}")
def update_user(call: Call) -> Answer:
    return _write_profile(call, partial=True)


def _forget(org: Org, user: User) -> None:
    for group in org.state.groups.values():
        if user.id in group.members:
            group.members.remove(user.id)
    for app in org.state.apps.values():
        app.users.pop(user.id, None)


@route("DELETE", "/api/v1/users/{userId}")
def delete_user(call: Call) -> Answer:
    """The first call deactivates, the second deletes."""
    org = call.org
    user = org.user(call.params["userId"])
    if user.status != "DEPROVISIONED":
        user.status, user.status_changed, user.updated = "DEPROVISIONED", org.now, org.now
        _forget(org, user)
    else:
        del org.state.users[user.id]
    return 204, None


@route("POST", "/api/v1/users/{userId}/lifecycle/{turn}")
def turn_user(call: Call) -> Answer:
    user, turn = call.org.user(call.params["userId"]), call.params["turn"]
    if turn not in _TURNS:
        raise OktaError("E0000008")
    allowed, status = _TURNS[turn]
    if (user.status not in allowed) if allowed else (user.status == "DEPROVISIONED"):
        raise (
            OktaError("E0000038")
            if turn != "activate"
            else OktaError("E0000001", summary="Activation failed because the user is already active", status=403)
        )
    if turn == "activate" and not user.password:
        status = "PROVISIONED"
    user.status, user.status_changed, user.updated = status, call.org.now, call.org.now
    user.failures = 0
    if turn == "deactivate":
        _forget(call.org, user)
    if turn == "activate":
        user.activated = call.org.now
    if turn == "expire_password":
        return 200, user_view(user, call.base)
    if turn in ("activate", "reactivate", "reset_password") and not call.flag("sendEmail", True):
        token = secrets.token_urlsafe(15)
        name = "resetPasswordUrl" if turn == "reset_password" else "activationUrl"
        answer: Json = {
            name: f"{call.base}/signin/{'reset-password' if turn == 'reset_password' else 'activate'}/{token}"
        }
        if turn != "reset_password":
            answer["activationToken"] = token
        return 200, answer
    return 200, {}


@route("GET", "/api/v1/users/{userId}/groups")
def list_user_groups(call: Call) -> Answer:
    user = call.org.user(call.params["userId"])
    return paged(call, call.org.groups_of(user), lambda g: g.id, lambda g: group_view(g, call.base), 200, 200)


@route("DELETE", "/api/v1/users/{userId}/sessions")
def end_sessions(call: Call) -> Answer:
    user = call.org.user(call.params["userId"])
    sessions = call.org.state.sessions
    for identifier in [i for i, session in sessions.items() if session.user == user.id]:
        del sessions[identifier]
    return 204, None


def app_user_view(call: Call, app: App, user: User, assignment: UserAssignment) -> Json:
    own = f"{call.base}/api/v1/apps/{app.id}"
    links: Json = {"app": {"href": own}, "user": {"href": f"{call.base}/api/v1/users/{user.id}"}}
    if assignment.scope == "GROUP":
        group = next((i for i in app.groups if user.id in call.org.group(i).members), "")
        links["group"] = {
            "name": call.org.group(group).name if group else "",
            "href": f"{call.base}/api/v1/groups/{group}",
        }
    return {
        "id": user.id,
        "externalId": None,
        "created": stamp(assignment.created),
        "lastUpdated": stamp(assignment.updated),
        "scope": assignment.scope,
        "status": "ACTIVE",
        "statusChanged": stamp(assignment.created),
        "passwordChanged": None,
        "syncState": "DISABLED",
        "credentials": {"userName": assignment.credentials.get("userName") or user.login},
        "profile": clone(assignment.profile),
        "_links": links,
    }


def _app_users(org: Org, app: App) -> dict[str, UserAssignment]:
    """Direct assignments, and those that come through a group."""
    found = dict(app.users)
    for group_id, assignment in app.groups.items():
        group = org.group(group_id)
        members = list(org.state.users) if group.type == "BUILT_IN" else group.members
        for member in members:
            found.setdefault(member, UserAssignment(member, assignment.updated, assignment.updated, "GROUP"))
    return found


@route("GET", "/api/v1/apps/{appId}/users")
def list_app_users(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    found = _app_users(call.org, app)
    prefix = call.query("q").lower()
    users = [call.org.user(i) for i in found]
    if prefix:
        users = [
            u
            for u in users
            if any(
                str(u.profile.get(n) or "").lower().startswith(prefix)
                for n in ("login", "email", "firstName", "lastName")
            )
        ]

    def show(user: User) -> Json:
        body = app_user_view(call, app, user, found[user.id])
        if call.query("expand") == "user":
            body["_embedded"] = {"user": user_view(user, call.base)}
        return body

    return paged(call, users, lambda u: u.id, show, 50, 500)


@route("POST", "/api/v1/apps/{appId}/users")
def assign_user(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    if not app.active:
        raise missing(app.id, "AppInstance")  # as for groups
    body = call.json()
    if not body.get("id"):
        raise invalid("id", "id: The field cannot be left blank")
    user = call.org.user(str(body["id"]))
    if app.settings.get("implicitAssignment"):
        raise invalid("appInstance", "Assignments are not allowed while implicit assignment is on.")  # guess: the text
    now = call.org.now
    assignment = UserAssignment(
        user.id,
        now,
        now,
        str(body.get("scope") or "USER"),
        as_object(body.get("credentials")),
        as_object(body.get("profile")),
    )
    app.users[user.id] = assignment
    return 200, app_user_view(call, app, user, assignment)


def _assignment(call: Call) -> tuple[App, User, UserAssignment]:
    app = call.org.app(call.params["appId"])
    found = _app_users(call.org, app)
    user = call.org.find_user(call.params["userId"])
    if user is None or user.id not in found:
        raise missing(call.params["userId"], "AppUser")
    return app, user, found[user.id]


@route("GET", "/api/v1/apps/{appId}/users/{userId}")
def get_app_user(call: Call) -> Answer:
    return 200, app_user_view(call, *_assignment(call))


@route("POST", "/api/v1/apps/{appId}/users/{userId}")
def update_app_user(call: Call) -> Answer:
    app, user, assignment = _assignment(call)
    body = call.json()
    assignment.scope = str(body.get("scope") or "USER")
    assignment.credentials |= as_object(body.get("credentials"))
    assignment.profile |= as_object(body.get("profile"))
    assignment.updated = call.org.now
    app.users[user.id] = assignment
    return 200, app_user_view(call, app, user, assignment)


@route("DELETE", "/api/v1/apps/{appId}/users/{userId}")
def unassign_user(call: Call) -> Answer:
    app, user, _unused = _assignment(call)
    app.users.pop(user.id, None)
    return 204, None

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/groups``: groups, their members, and assignment of groups to applications."""

from __future__ import annotations

import re
from typing import Any

from qbusiness_sandbox.okta.app_view import CONTENT, view
from qbusiness_sandbox.okta.errors import OktaError, blank, invalid, missing
from qbusiness_sandbox.okta.paging import paged
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import App, Group, GroupAssignment
from qbusiness_sandbox.okta.user_view import user_view
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id, stamp

NAME_LIMIT = 255
_LOGO = "/assets/img/logos/groups/odyssey/okta-"
_SEARCH = re.compile(r'\s*(profile\.\w+|id|type)\s+(eq|sw|co)\s+"((?:[^"\\]|\\.)*)"\s*')


def group_view(group: Group, base: str) -> Json:
    own = f"{base}/api/v1/groups/{group.id}"
    return {
        "id": group.id,
        "created": stamp(group.created),
        "lastUpdated": stamp(group.updated),
        "lastMembershipUpdated": stamp(group.membership_updated),
        "objectClass": ["okta:user_group"],
        "type": group.type,
        "profile": {"name": group.name, "description": group.description, **group.profile},
        "_links": {
            "logo": [
                {
                    "name": "medium",
                    "href": f"{CONTENT}{_LOGO}medium.30ce6d4085dff29412984e4c191bc874.png",
                    "type": "image/png",
                },
                {
                    "name": "large",
                    "href": f"{CONTENT}{_LOGO}large.c3cb8cda8ae0add1b4fe928f5844dbe3.png",
                    "type": "image/png",
                },
            ],
            "owners": {"href": f"{own}/owners"},
            "users": {"href": f"{own}/users"},
            "apps": {"href": f"{own}/apps"},
        },
    }


def _checked_profile(call: Call, body: Json, own: Group | None) -> Json:
    profile = as_object(body.get("profile"))
    name = profile.get("name")
    if not name:
        raise blank("name")
    if len(str(name)) > NAME_LIMIT:
        raise invalid("name", f"name: must be less than {NAME_LIMIT + 1} characters")  # guess: the text
    for other in call.org.state.groups.values():
        if other.name == name and other is not own:
            raise invalid("name", "name: An object with this field already exists in the current organization")
    return profile


def _searched(groups: list[Group], text: str) -> list[Group]:
    for part in re.split(r"\s+and\s+", text):
        match = _SEARCH.fullmatch(part)
        if not match:
            raise OktaError("E0000031", f"Invalid search criteria: {text}")  # guess: the cause
        field, test, value = match[1], match[2], re.sub(r"\\(.)", r"\1", match[3]).lower()

        def of(group: Group, field: str = field) -> str:
            known: dict[str, Any] = {
                "id": group.id,
                "type": group.type,
                "profile.name": group.name,
                "profile.description": group.description,
            }
            return str(known.get(field, group.profile.get(field.partition(".")[2])) or "").lower()

        tests = {"eq": lambda a, b: a == b, "sw": str.startswith, "co": str.__contains__}
        groups = [group for group in groups if tests[test](of(group), value)]
    return groups


@route("GET", "/api/v1/groups")
def list_groups(call: Call) -> Answer:
    groups = list(call.org.state.groups.values())
    prefix = call.query("q").lower()
    if prefix:
        groups = [group for group in groups if group.name.lower().startswith(prefix)]
    for parameter in ("search", "filter"):
        if call.query(parameter):
            groups = _searched(groups, call.query(parameter))
    default, most = (300, 300) if prefix else (10000, 10000)
    return paged(call, groups, lambda g: g.id, lambda g: group_view(g, call.base), default, most)


@route("POST", "/api/v1/groups")
def create_group(call: Call) -> Answer:
    profile = _checked_profile(call, call.json(), None)
    now = call.org.now
    extra = {key: value for key, value in profile.items() if key not in ("name", "description")}
    group = Group(new_id("00g"), profile["name"], profile.get("description"), now, now, now, profile=extra)
    call.org.state.groups[group.id] = group
    return 200, group_view(group, call.base)


@route("GET", "/api/v1/groups/{groupId}")
def get_group(call: Call) -> Answer:
    return 200, group_view(call.org.group(call.params["groupId"]), call.base)


def _changeable(call: Call) -> Group:
    group = call.org.group(call.params["groupId"])
    if group.type == "BUILT_IN":
        raise OktaError(
            "E0000038",
            "System groups cannot be modified",
            summary="This operation is not allowed in the current state.",
        )  # guess: the texts
    return group


@route("PUT", "/api/v1/groups/{groupId}")
def replace_group(call: Call) -> Answer:
    group = _changeable(call)
    profile = _checked_profile(call, call.json(), group)
    group.name, group.description, group.updated = profile["name"], profile.get("description"), call.org.now
    group.profile = {key: value for key, value in profile.items() if key not in ("name", "description")}
    return 200, group_view(group, call.base)


@route("DELETE", "/api/v1/groups/{groupId}")
def delete_group(call: Call) -> Answer:
    group = _changeable(call)
    for app in call.org.state.apps.values():
        app.groups.pop(group.id, None)
    del call.org.state.groups[group.id]
    return 204, None


@route("GET", "/api/v1/groups/{groupId}/users")
def list_members(call: Call) -> Answer:
    group = call.org.group(call.params["groupId"])
    users = call.org.state.users
    members = list(users.values()) if group.type == "BUILT_IN" else [users[i] for i in group.members if i in users]
    return paged(call, members, lambda u: u.id, lambda u: user_view(u, call.base, brief=True), 1000, 1000)


@route("PUT", "/api/v1/groups/{groupId}/users/{userId}")
def add_member(call: Call) -> Answer:
    group, user = _changeable(call), call.org.user(call.params["userId"])
    if user.id not in group.members:
        group.members.append(user.id)
        group.membership_updated = call.org.now
    return 204, None


@route("DELETE", "/api/v1/groups/{groupId}/users/{userId}")
def remove_member(call: Call) -> Answer:
    group, user = _changeable(call), call.org.user(call.params["userId"])
    if user.id in group.members:
        group.members.remove(user.id)
        group.membership_updated = call.org.now
    return 204, None


@route("GET", "/api/v1/groups/{groupId}/apps")
def list_group_apps(call: Call) -> Answer:
    group = call.org.group(call.params["groupId"])
    apps = [app for app in call.org.state.apps.values() if group.id in app.groups]
    return paged(call, apps, lambda app: app.id, lambda app: view(call.org, app, call.base), 20, 200)


def _assignment_view(call: Call, app: App, group_id: str) -> Json:
    assignment = app.groups[group_id]
    own = f"{call.base}/api/v1/apps/{app.id}"
    return {
        "id": group_id,
        "lastUpdated": stamp(assignment.updated),
        "priority": assignment.priority,
        "profile": clone(assignment.profile),
        "_links": {
            "app": {"href": own},
            "self": {"href": f"{own}/groups/{group_id}"},
            "group": {"href": f"{call.base}/api/v1/groups/{group_id}"},
        },
    }


def _expanded(call: Call, app: App, group_id: str) -> Json:
    body = _assignment_view(call, app, group_id)
    if call.query("expand") == "group":
        body["_embedded"] = {"group": group_view(call.org.group(group_id), call.base)}
    return body


@route("GET", "/api/v1/apps/{appId}/groups")
def list_assignments(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    found = sorted(app.groups, key=lambda identifier: app.groups[identifier].priority)
    prefix = call.query("q").lower()
    if prefix:
        found = [i for i in found if call.org.group(i).name.lower().startswith(prefix)]
    return paged(call, found, lambda i: i, lambda i: _expanded(call, app, i), 20, 200)


def _make_room(app: App, group_id: str, priority: int) -> None:
    """Who stands at the wanted priority moves one down, and so on up to the first gap (gaps are kept: recorded)."""
    taken = {a.priority: a for i, a in app.groups.items() if i != group_id}
    moving = []
    while priority in taken:
        moving.append(taken[priority])
        priority += 1
    for assignment in moving:
        assignment.priority += 1


@route("PUT", "/api/v1/apps/{appId}/groups/{groupId}")
def assign_group(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    if not app.active:
        raise missing(app.id, "AppInstance")  # reported: terraform-provider-okta issue 1502
    group = call.org.group(call.params["groupId"])
    if app.settings.get("implicitAssignment"):
        # guess: the text (reported: terraform-provider-okta issue 1172)
        raise invalid("appInstance", "Assignments are not allowed while implicit assignment is on.")
    sent = call.json_or_empty()
    before = app.groups.get(group.id)
    priority = sent.get("priority")
    if priority is None:
        others = [a.priority for a in app.groups.values()]
        priority = before.priority if before else max(others, default=-1) + 1
    elif not isinstance(priority, int) or priority < 0 or priority > 100:
        raise invalid("priority", "priority: must be between 0 and 100")  # guess: the text
    _make_room(app, group.id, priority)
    app.groups[group.id] = GroupAssignment(priority, as_object(sent.get("profile")), call.org.now)
    return 200, _assignment_view(call, app, group.id)


def _assigned(call: Call) -> tuple[App, str]:
    app = call.org.app(call.params["appId"])
    if call.params["groupId"] not in app.groups:
        raise missing(call.params["groupId"], "ApplicationGroupAssignment")  # guess: the name of the kind
    return app, call.params["groupId"]


@route("GET", "/api/v1/apps/{appId}/groups/{groupId}")
def get_assignment(call: Call) -> Answer:
    return 200, _expanded(call, *_assigned(call))


@route("PATCH", "/api/v1/apps/{appId}/groups/{groupId}")
def patch_assignment(call: Call) -> Answer:
    """JSON Patch of ``/priority`` and ``/profile/…`` only."""
    app, group_id = _assigned(call)
    operations = call.request.get_json(force=True, silent=True)
    if not isinstance(operations, list):
        raise OktaError("E0000003")
    assignment = app.groups[group_id]
    for operation in operations:
        path = str(as_object(operation).get("path", ""))
        if path == "/priority":
            _make_room(app, group_id, int(operation["value"]))
            assignment.priority = int(operation["value"])
        elif path.startswith("/profile/"):
            assignment.profile[path.removeprefix("/profile/")] = operation.get("value")
        else:
            raise invalid("path", "path: Invalid value")  # guess: the text
    assignment.updated = call.org.now
    return 200, _assignment_view(call, app, group_id)


@route("DELETE", "/api/v1/apps/{appId}/groups/{groupId}")
def unassign_group(call: Call) -> Answer:
    app, group_id = _assigned(call)
    del app.groups[group_id]
    return 204, None

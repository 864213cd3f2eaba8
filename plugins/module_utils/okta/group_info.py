# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of an Okta org and their members, read only.

Source: Okta's Management API, ``/groups`` (pages of 10,000 at most) and ``/groups/{groupId}/users`` (of 1,000).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..host import Context
from ..placeholder import is_placeholder
from .scopes import session_with
from .session import OktaSession

#: Members of one page.
PAGE = 1000
OPTIONS: dict[str, Any] = {
    "group_id": {"type": "str"},
    "name": {"type": "str"},
    "include_members": {"type": "bool", "default": False},
}


def groups(context: Context) -> dict[str, Any]:
    """What the module ``okta_group_info`` does.

    :raises ServiceError: Okta refuses
    """
    session = session_with(context, "okta.groups.read")
    found = []
    for group in _found(session, context.parameters):
        shown = _view(group)
        if context.parameters["include_members"]:
            shown["members"] = members(session, str(group["id"]))
        found.append(shown)
    return {"changed": False, "groups": found}


def _found(session: OktaSession, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    group_id, name = str(parameters.get("group_id") or ""), str(parameters.get("name") or "")
    if is_placeholder(group_id) or is_placeholder(name):
        return
    if group_id:
        one = session.find("groups", group_id)
        if one is not None and (not name or one["profile"]["name"] == name):
            yield one
        return
    if not name:
        yield from session.pages("groups")
        return
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    hits = [g for g in session.pages("groups", search=f'profile.name eq "{escaped}"') if g["profile"]["name"] == name]
    # The search lags behind; the list by prefix does not, but has no second page.
    yield from hits or [g for g in session.pages("groups", q=name) if g["profile"]["name"] == name]


def members(session: OktaSession, group_id: str) -> list[dict[str, Any]]:
    """The members of a group over all pages, in the order of their logins."""
    found = [_member(user) for user in session.pages("groups", group_id, "users", limit=PAGE)]
    return sorted(found, key=lambda member: str(member["login"]).lower())


def _view(group: Mapping[str, Any]) -> dict[str, Any]:
    profile = group["profile"]
    return {
        "id": group["id"],
        "name": profile["name"],
        "description": profile.get("description") or "",
        "type": group.get("type"),
        "created": group.get("created"),
        "last_membership_updated": group.get("lastMembershipUpdated"),
    }


def _member(user: Mapping[str, Any]) -> dict[str, Any]:
    """Of a profile only what names the person."""
    profile = user.get("profile") or {}
    return {
        "id": user["id"],
        "login": profile.get("login"),
        "email": profile.get("email"),
        "first_name": profile.get("firstName"),
        "last_name": profile.get("lastName"),
        "status": user.get("status"),
    }

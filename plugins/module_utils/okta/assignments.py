# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has an app: groups by their names, users by their logins. Additive, unless it is told to purge.

Assignments that came to a user through a group are the group's: they are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import AmbiguousError, NotFoundError
from ..placeholder import is_placeholder
from ..resource import Call
from . import creation
from .session import OktaSession, eventually

#: id → name or login.
Named = dict[str, str]

OPTIONS: dict[str, Any] = {
    "groups": {"type": "list", "elements": "str"},
    "purge_groups": {"type": "bool", "default": False},
    "users": {"type": "list", "elements": "str"},
    "purge_users": {"type": "bool", "default": False},
}


@dataclass
class Difference:
    """``before``: what is assigned, as far as it was looked at."""

    before: Named = field(default_factory=dict)
    add: Named = field(default_factory=dict)
    remove: Named = field(default_factory=dict)

    @property
    def after(self) -> Named:
        return {key: name for key, name in {**self.before, **self.add}.items() if key not in self.remove}

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


def group_difference(session: OktaSession, app_id: str, names: Sequence[str], purge: bool) -> Difference:
    """:param app_id: empty for an app that is not there yet
    :raises NotFoundError: naming every group that does not exist
    :raises AmbiguousError: a name fits several groups
    """
    before: Named = {}
    if app_id:
        for item in session.pages("apps", app_id, "groups", limit=200, expand="group"):
            group = item.get("_embedded", {}).get("group") or session.get("groups", str(item["id"]))
            before[str(item["id"])] = str(group["profile"]["name"])
    wanted = list(dict.fromkeys(names))
    assigned = set(before.values())
    add = groups_named(session, [name for name in wanted if name not in assigned])
    remove = {key: name for key, name in before.items() if purge and name not in wanted}
    return Difference(before, add, remove)


def groups_named(session: OktaSession, names: Iterable[str], option: str = "groups") -> Named:
    """The groups of these names.

    :param option: named in the errors
    :raises NotFoundError: naming every group that does not exist
    :raises AmbiguousError: a name fits several groups
    """
    found: Named = {}
    missing: list[str] = []
    for name in names:
        if is_placeholder(name):
            found[name] = name
            continue
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        hits = _exact(session.pages("groups", search=f'profile.name eq "{escaped}"'), name)
        # The search lags behind; the list by prefix does not, but has no second page.
        hits = hits or _exact(session.pages("groups", q=name), name)
        if len(hits) > 1:
            kinds = ", ".join(f"{group['id']} ({group.get('type')})" for group in hits)
            raise AmbiguousError(f"{option}: {name!r} is the name of {len(hits)} groups: {kinds}.")
        if hits:
            found[str(hits[0]["id"])] = name
        else:
            missing.append(name)
    if missing:
        raise NotFoundError(f"{option}: there is no group named " + ", ".join(repr(name) for name in missing) + ".")
    return found


def _exact(groups: Iterable[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [group for group in groups if group["profile"]["name"] == name]


def user_difference(session: OktaSession, app_id: str, logins: Sequence[str], purge: bool) -> Difference:
    """:param app_id: empty for an app that is not there yet
    :raises NotFoundError: naming every user that does not exist
    """
    before: Named = _direct_users(session, app_id) if app_id and purge else {}
    known = {login.lower(): key for key, login in before.items()}
    wanted: Named = {}
    missing: list[str] = []
    for login in dict.fromkeys(logins):
        if login.lower() in known:
            wanted[known[login.lower()]] = login
        elif is_placeholder(login):
            wanted[login] = login
        else:
            user = session.find("users", login)
            # Okta also takes ids, short names, and "me" for the token's own user; here a login is a login.
            if user is None or str(user["profile"]["login"]).lower() != login.lower():
                missing.append(login)
            else:
                wanted[str(user["id"])] = login
    if missing:
        raise NotFoundError("users: there is no user with login " + ", ".join(repr(login) for login in missing) + ".")
    if app_id and not purge:
        for key, login in wanted.items():
            assignment = None if is_placeholder(key) else session.find("apps", app_id, "users", key)
            if assignment and assignment.get("scope") == "USER":
                before[key] = login
    add = {key: login for key, login in wanted.items() if key not in before}
    remove = {key: login for key, login in before.items() if purge and key not in wanted}
    return Difference(before, add, remove)


def _direct_users(session: OktaSession, app_id: str) -> Named:
    """Users who have the app themselves."""
    return {
        str(item["id"]): str(item.get("_embedded", {}).get("user", {}).get("profile", {}).get("login") or "")
        for item in session.pages("apps", app_id, "users", limit=500, expand="user")
        if item.get("scope") == "USER"
    }


def assign_group(session: OktaSession, app_id: str, group_id: str) -> None:
    """Priority and profile are left to Okta."""
    session.put("apps", app_id, "groups", group_id, body={})


def unassign_group(session: OktaSession, app_id: str, group_id: str) -> None:
    session.delete("apps", app_id, "groups", group_id)


def assign_user(session: OktaSession, app_id: str, user_id: str) -> None:
    """Also makes the user's own what came through a group. guess: that the same call does that."""

    def look() -> Any:
        assignment = session.find("apps", app_id, "users", user_id)
        return assignment if assignment and assignment.get("scope") == "USER" else None

    creation.send(lambda: session.post("apps", app_id, "users", body={"id": user_id, "scope": "USER"}), look)


def unassign_user(session: OktaSession, app_id: str, user_id: str) -> None:
    session.delete("apps", app_id, "users", user_id)


def calls(
    session: OktaSession, app_id: Callable[[], str], groups: Difference | None, users: Difference | None
) -> list[Call]:
    """The calls that bring about both differences; ``app_id`` is asked when they are made."""

    def call(name: str, act: Callable[[OktaSession, str, str], None], key: str) -> Call:
        return Call(name, lambda: eventually(lambda: act(session, app_id(), key)))

    made: list[Call] = []
    if groups is not None:
        made += [call("assignGroupToApplication", assign_group, key) for key in groups.add]
        made += [call("unassignApplicationFromGroup", unassign_group, key) for key in groups.remove]
    if users is not None:
        made += [call("assignUserToApplication", assign_user, key) for key in users.add]
        made += [call("unassignUserFromApplication", unassign_user, key) for key in users.remove]
    return made

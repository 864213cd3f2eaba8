# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names and functions of Okta's expressions mean for one sign-in.

Both dialects are understood: ``user.email`` (attribute statements and claims of authorization servers) and
``user.profile.email`` (Identity Engine, federated claims). Source: Okta's expression language reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qbusiness_sandbox.okta.expressions import user_name
from qbusiness_sandbox.okta.oidc_expressions import NOTHING, ExpressionError
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, User
from qbusiness_sandbox.okta.values import stamp

#: The default user profile (Users API reference). Others exist where a user of the org has them.
BASE_PROFILE = frozenset(
    [
        "login",
        "email",
        "secondEmail",
        "firstName",
        "lastName",
        "middleName",
        "honorificPrefix",
        "honorificSuffix",
        "title",
        "displayName",
        "nickName",
        "profileUrl",
        "primaryPhone",
        "mobilePhone",
        "streetAddress",
        "city",
        "state",
        "zipCode",
        "countryCode",
        "postalAddress",
        "preferredLanguage",
        "locale",
        "timezone",
        "userType",
        "employeeNumber",
        "costCenter",
        "organization",
        "division",
        "department",
        "managerId",
        "manager",
    ]
)


@dataclass(frozen=True)
class _Thing:
    """One of the objects that expressions begin with."""

    kind: str


_THINGS = ("user", "appuser", "app", "org", "session", "access", "source", "String", "Arrays", "Convert", "Groups")

_STRINGS: dict[str, Callable[..., Any]] = {
    "append": lambda a, b: a + b,
    "join": lambda separator, *parts: separator.join(parts),
    "len": len,
    "removeSpaces": lambda a: re.sub(r"\s", "", a),
    "replace": lambda a, old, new: a.replace(old, new),
    "replaceFirst": lambda a, old, new: a.replace(old, new, 1),
    "startsWith": lambda a, b: a.startswith(b),
    "stringContains": lambda a, b: b in a,
    "stringSwitch": lambda a, default, *pairs: next(
        (value for key, value in zip(pairs[::2], pairs[1::2], strict=False) if key in a), default
    ),
    "substring": lambda a, start, end: a[start:end],
    "substringAfter": lambda a, mark: a.partition(mark)[2],
    "substringBefore": lambda a, mark: a.partition(mark)[0],
    "toLowerCase": lambda a: a.lower(),
    "toUpperCase": lambda a: a.upper(),
    "trim": lambda a: a.strip(),
}
_ARRAYS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: [*a, b],
    "remove": lambda a, b: [item for item in a if item != b],
    "clear": lambda a: [],
    "get": lambda a, index: a[index],
    "flatten": lambda *items: [x for item in items for x in (item if isinstance(item, list) else [item])],
    "contains": lambda a, b: b in a,
    "size": lambda a: 0 if a is None else len(a),
    "isEmpty": lambda a: not a,
    "toCsvString": lambda a: ",".join(str(item) for item in a),
}
_CONVERSIONS: dict[str, Callable[..., Any]] = {"toInt": lambda a: round(float(a)), "toNum": float}
_LIBRARIES = {"String": _STRINGS, "Arrays": _ARRAYS, "Convert": _CONVERSIONS}
_GROUP_TESTS: dict[str, Callable[[str, str], bool]] = {
    "isMemberOfGroupName": lambda name, wanted: name == wanted,
    "isMemberOfGroupNameStartsWith": lambda name, wanted: name.startswith(wanted),
    "isMemberOfGroupNameContains": lambda name, wanted: wanted in name,
    "isMemberOfGroupNameRegex": lambda name, wanted: re.fullmatch(wanted, name) is not None,
}
_GROUP_LISTS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": lambda name, wanted: name.startswith(wanted),
    "endsWith": lambda name, wanted: name.endswith(wanted),
    "contains": lambda name, wanted: wanted in name,
}


@dataclass(frozen=True)
class Names:
    """The names of one evaluation. ``user`` is None where a client asks for itself."""

    org: Org
    app: App
    user: User | None
    scopes: tuple[str, ...] = ()

    def name(self, name: str) -> Any:
        if name in ("user", "appuser") and self.user is None:
            return None
        if name in _THINGS:
            return _Thing(name)
        raise ExpressionError(f"{name} is not known")

    def member(self, owner: Any, name: str) -> Any:
        if owner is None:
            return None  # guess: a member of nothing is nothing
        if isinstance(owner, Mapping):
            return owner.get(name)
        if not isinstance(owner, _Thing):
            raise ExpressionError(f"{name} is not known")
        return self._of(owner.kind, name)

    def _of(self, kind: str, name: str) -> Any:
        if kind in ("user", "source") and self.user is not None:
            return {**self._schema(), **self.user.profile} if name == "profile" else self._attribute(self.user, name)
        if kind == "appuser" and self.user is not None:
            if name == "userName":
                return user_name(self.app, self.user)
            assignment = self.app.users.get(self.user.id)
            profile = assignment.profile if assignment else {}
            return profile[name] if name in profile else self._attribute(self.user, name)
        known = {
            "app": {
                "clientId": self.app.credentials.get("oauthClient", {}).get("client_id"),
                "id": self.app.id,
                "name": self.app.name,
                "label": self.app.label,
                "profile": self.app.profile or {},
            },
            "org": {"name": self.org.state.organization, "subDomain": self.org.state.organization},
            "session": {"amr": ["pwd"]},
            "access": {"scope": list(self.scopes)},
        }.get(kind, {})
        if name not in known:
            raise ExpressionError(f"{kind}.{name} is not known")
        return known[name]

    def _schema(self) -> dict[str, Any]:
        """Every attribute that a user can have, without a value."""
        names = BASE_PROFILE.union(*(user.profile for user in self.org.state.users.values()))
        return dict.fromkeys(names)

    def _attribute(self, user: User, name: str) -> Any:
        if name in user.profile:
            return user.profile[name]
        if name == "id":
            return user.id
        if name == "status":
            return user.status
        if name not in self._schema():
            raise ExpressionError(f"user.{name} is not known")
        return None

    def call(self, owner: Any, name: str, arguments: list[Any]) -> Any:
        try:
            return self._call(owner, name, arguments)
        except (TypeError, ValueError, IndexError, AttributeError, re.error):
            raise ExpressionError(f"{name} does not fit its arguments") from None

    def _call(self, owner: Any, name: str, arguments: list[Any]) -> Any:
        if owner is NOTHING:
            return self._function(name, arguments)
        if isinstance(owner, _Thing):
            if owner.kind == "user" and name == "getInternalProperty" and self.user is not None:
                return self._internal(self.user, *arguments)
            if owner.kind == "Groups" and name in _GROUP_LISTS:
                # The first argument is the source of the groups, as "OKTA"; the third a limit.
                names = [group for group in self._groups() if _GROUP_LISTS[name](group, arguments[1])]
                return names[: arguments[2]]
            library = _LIBRARIES.get(owner.kind, {})
            if name in library:
                return library[name](*arguments)
        if isinstance(owner, str) and name in _STRINGS:
            return _STRINGS[name](owner, *arguments)
        if isinstance(owner, list) and name in _ARRAYS:
            return _ARRAYS[name](owner, *arguments)
        raise ExpressionError(f"{name}() is not known")

    def _internal(self, user: User, name: str) -> Any:
        times = {"created": user.created, "lastUpdated": user.updated, "lastLogin": user.last_login}
        if name in times:
            moment = times[name]
            return None if moment is None else stamp(moment)
        if name in ("id", "status"):
            return self._attribute(user, name)
        raise ExpressionError(f"the internal property {name} is not known")

    def _groups(self) -> list[str]:
        return [group.name for group in self.org.groups_of(self.user)] if self.user else []

    def _function(self, name: str, arguments: list[Any]) -> Any:
        if name in _GROUP_TESTS:
            return any(_GROUP_TESTS[name](group, arguments[0]) for group in self._groups())
        if name in ("isMemberOfGroup", "isMemberOfAnyGroup"):
            identifiers = {group.id for group in self.org.groups_of(self.user)} if self.user else set()
            return bool(identifiers & set(arguments))
        raise ExpressionError(f"{name}() is not known")

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of an application and the names that they have in data sources (aliases), each by index and data source.

Source: API_CreateUser, API_GetUser, API_UpdateUser; connector-principal-store.html: addresses are not case-sensitive,
and a sub-address (``a+b@x``) is the address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import model
from ..aws import Aws
from ..host import Context
from ..resource import Call, State
from .part import Part, converge_part
from .table import SERVICE

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "user_id": {"type": "str", "required": True},
    "user_aliases": {
        "type": "list",
        "elements": "dict",
        "options": {
            "user_id": {"type": "str", "required": True},
            "index_id": {"type": "str"},
            "data_source_id": {"type": "str"},
        },
    },
    "purge_aliases": {"type": "bool", "default": False},
}

Alias = Mapping[str, Any]
Key = tuple[str, str]


def normal(user: Any) -> str:
    """An address in the form in which the service compares it; another name as it is.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/connector-principal-store.html
    """
    name, at, host = str(user).partition("@")
    return (name.partition("+")[0] + at + host).lower() if at else name


def key_of(alias: Alias) -> Key:
    """What an alias is known by: index and data source, both empty for one of the whole application."""
    return str(alias.get("indexId") or ""), str(alias.get("dataSourceId") or "")


def read_user(aws: Aws, application_id: str, user_id: str) -> dict[str, Any] | None:
    """A user with its aliases; ``None`` when there is none of the name. No operation lists users."""
    answer = aws.get(SERVICE, "GetUser", applicationId=application_id, userId=user_id)
    if answer is None:
        return None
    return {"userId": user_id, "userAliases": [dict(alias) for alias in answer.get("userAliases") or []]}


def view_of(state: State) -> dict[str, Any]:
    """A user as the module answers it."""
    return {
        "user_id": state["userId"],
        "user_aliases": [
            {model.option_name(name): value for name, value in alias.items()}
            for alias in sorted(state["userAliases"], key=key_of)
        ],
    }


class User(Part):
    """One user. States are ``{"userId": …, "userAliases": […]}``."""

    noun = "user"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        parameters = context.parameters
        self.user_id = str(parameters["user_id"])
        self.purge = bool(parameters["purge_aliases"])
        shape = self.aws.input_shape(SERVICE, "CreateUser")
        given = parameters.get("user_aliases")
        #: ``None``: aliases are left as they are.
        self.aliases: list[dict[str, Any]] | None = (
            None if given is None else model.to_members(shape.members["userAliases"], given)
        )

    def find(self) -> State | None:
        self.refuse(self._faults())
        return None if self.planned else self._user()

    def _user(self) -> State | None:
        return read_user(self.aws, self.parents["applicationId"], self.user_id)

    def _faults(self) -> Iterator[str]:
        members: dict[str, Any] = {**self.parents, "userId": self.user_id}
        if self.present and self.aliases is not None:
            members["userAliases"] = self.aliases
        yield from self.shape_faults("CreateUser", members)
        if not self.present:
            return
        if self.purge and self.aliases is None:
            yield "purge_aliases: needs user_aliases, which says the aliases that stay; [] for none"
        seen: dict[Key, int] = {}
        for number, alias in enumerate(self.aliases or []):
            key = key_of(alias)
            if key in seen:
                yield (
                    f"user_aliases[{number}]: is for the same index and data source as user_aliases[{seen[key]}]; a "
                    "user has one alias there"
                )
            seen.setdefault(key, number)

    def check(self, current: State | None) -> None:
        """All of it was checked before the first read."""

    # -- planning --

    def creation(self) -> Sequence[Call]:
        return [Call("CreateUser", self._create)]

    def _create(self) -> None:
        aliases = {"userAliases": self.aliases} if self.aliases else {}
        self.aws.call(SERVICE, "CreateUser", **self.parents, userId=self.user_id, **aliases)

    def _delta(self, current: State) -> tuple[list[Alias], list[Alias]]:
        """The aliases to put and to take away."""
        there = {key_of(alias): alias for alias in current["userAliases"]}
        wanted = {key_of(alias): alias for alias in self.aliases or []}
        put: list[Alias] = [
            alias
            for key, alias in wanted.items()
            if key not in there or normal(there[key]["userId"]) != normal(alias["userId"])
        ]
        gone: list[Alias] = [alias for key, alias in there.items() if key not in wanted] if self.purge else []
        return put, gone

    def changes(self, current: State) -> Sequence[Call]:
        put, gone = self._delta(current)
        return [Call("UpdateUser", lambda: self._update(put, gone))] if put or gone else []

    def _update(self, put: Sequence[Alias], gone: Sequence[Alias]) -> None:
        lists = {"userAliasesToUpdate": list(put), "userAliasesToDelete": list(gone)}
        given = {name: aliases for name, aliases in lists.items() if aliases}
        self.aws.call(SERVICE, "UpdateUser", **self.parents, userId=self.user_id, **given)

    def removal(self, current: State) -> Sequence[Call]:
        return [Call("DeleteUser", self._delete)]

    def _delete(self) -> None:
        self.aws.get(SERVICE, "DeleteUser", **self.parents, userId=self.user_id)

    def loss(self, current: State) -> Sequence[str]:
        count = len(current["userAliases"])
        return [f"user {self.user_id} with {count} alias{'' if count == 1 else 'es'}"]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        there = {key_of(alias): alias for alias in (current or {}).get("userAliases", [])}
        put, gone = self._delta(current or {"userAliases": []})
        for alias in gone:
            del there[key_of(alias)]
        return {"userId": self.user_id, "userAliases": [*{**there, **{key_of(alias): alias for alias in put}}.values()]}

    def read(self) -> State:
        return self._user() or self.predicted(None)

    def view(self, state: State) -> dict[str, Any]:
        return view_of(state)

    def identity(self, state: State) -> dict[str, Any]:
        return {**self.parent_options(), "user_id": self.user_id}


def manage(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_user`` does.

    :raises FederationError: see :mod:`..errors`
    """
    return converge_part(context, User)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between two looks at a cloud: objects, and their members by path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from things import Thing, Things

#: By which member the items of a list are told apart, where one of these is in all of them.
_IDENTITIES = ("name", "indexFieldName", "url", "id")


@dataclass(frozen=True)
class Field:
    """A member that differs. Of lists each element that is lost (``new`` is None) or came (``old`` is None)."""

    path: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.path}: {_short(self.old)} → {_short(self.new)}"


@dataclass(frozen=True)
class Change:
    """One object that is new (``before`` is None), gone (``after`` is None) or different in ``fields``."""

    before: Thing | None
    after: Thing | None
    fields: tuple[Field, ...] = ()

    @property
    def thing(self) -> Thing:
        thing = self.after or self.before
        assert thing is not None
        return thing

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.thing.title} was created"
        if self.after is None:
            return f"{self.thing.title} was deleted"
        return f"{self.thing.title}: {'; '.join(map(str, self.fields))}"


def changes(before: Things, after: Things) -> list[Change]:
    """Return the differences, in the order of the keys."""
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            found.append(Change(old, new))
        elif old.members != new.members:
            fields = tuple(_fields("", old.members, new.members))
            if fields:
                found.append(Change(old, new, fields))
    return found


def canonical(value: Any) -> str:
    """Return one text for equal values, whatever the order of their members."""
    return json.dumps(value, sort_keys=True, default=str)


def _fields(path: str, old: Any, new: Any) -> Iterator[Field]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            yield from _fields(f"{path}.{name}" if path else str(name), old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _elements(path, old, new)
    elif old != new and (old or new):  # a member that is not there is as good as an empty one
        yield Field(path, old, new)


def _elements(path: str, old: list[Any], new: list[Any]) -> Iterator[Field]:
    identity = _identity(old, new)
    if identity:
        named = [{str(item[identity]): item for item in items} for items in (old, new)]
        for name in sorted({*named[0], *named[1]}):
            pair = [items.get(name) for items in named]
            yield from _fields(f"{path}[{name}]", *pair) if all(pair) else [Field(f"{path}[{name}]", *pair)]
        return
    known = {canonical(item) for item in old}, {canonical(item) for item in new}
    yield from (Field(path, item, None) for item in old if canonical(item) not in known[1])
    yield from (Field(path, None, item) for item in new if canonical(item) not in known[0])


def _identity(old: list[Any], new: list[Any]) -> str:
    items = [*old, *new]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return ""
    for name in _IDENTITIES:
        if all(name in item for item in items) and all(
            len({str(item[name]) for item in each}) == len(each) for each in (old, new)
        ):
            return name
    return ""


def _short(value: Any) -> str:
    text = "(none)" if value is None else canonical(value)
    return text if len(text) <= 160 else f"{text[:150]}…"

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain JSON into the cloud's dataclasses, with errors that name the member."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, get_origin, get_type_hints

T = TypeVar("T")

_NAMES: dict[Any, str] = {
    str: "a string",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    dict: "an object",
    list: "a list",
    set: "a list of strings",
}


class Unreadable(ValueError):
    """What a client sent does not fit; the text names the member."""


def expect(value: Any, kind: Any, where: str) -> Any:
    """``value`` if it is of the kind (``str``, ``bool``, ``int``, ``float``, ``dict``, ``list``, ``set`` for a list of
    strings). Raises :class:`Unreadable`."""
    fits = {
        str: isinstance(value, str),
        bool: isinstance(value, bool),
        int: isinstance(value, int) and not isinstance(value, bool),
        float: isinstance(value, (int, float)) and not isinstance(value, bool),
        dict: isinstance(value, dict),
        list: isinstance(value, list),
        set: isinstance(value, list) and all(isinstance(item, str) for item in value),
    }[kind]
    if not fits:
        raise Unreadable(f"{where} must be {_NAMES[kind]}")
    if kind is float:
        return float(value)
    return set(value) if kind is set else value


def members(cls: type[Any], data: Any, where: str) -> dict[str, Any]:
    """The members of a dataclass that ``data`` holds, checked one by one. Raises :class:`Unreadable`."""
    found: Mapping[str, Any] = expect(data, dict, where)
    hints = get_type_hints(cls)
    known = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    for name in found:
        if name not in known:
            raise Unreadable(f"{where}.{name} is not known; the members are {', '.join(known)}")
    return {
        name: expect(value, get_origin(known[name]) or known[name], f"{where}.{name}") for name, value in found.items()
    }


def build(cls: type[T], data: Any, where: str) -> T:
    """An instance of a dataclass. Raises :class:`Unreadable`, also for a missing member."""
    values = members(cls, data, where)
    for item in dataclasses.fields(cls):  # type: ignore[arg-type]  # T is a dataclass; members() has looked
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        if required and item.name not in values:
            raise Unreadable(f"{where}.{item.name} is missing")
    return cls(**values)

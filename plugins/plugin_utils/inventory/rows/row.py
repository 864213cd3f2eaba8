# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One row: a variable, what its value has to be, and how a message and a schema say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....module_utils.federation.host_variables import is_set
from ..values import shown

#: A value → what is wrong with it, each with the place inside of the value (``.Email``), often empty.
Check = Callable[[Any], Iterator[tuple[str, str]]]


@dataclass(frozen=True)
class Row:
    """What the values of one variable have to be, beyond the type that its argument spec says."""

    #: A variable, or a part of one: ``okta_saml_app_groups[]``, ``qbusiness_knowledge_data_sources[].name``.
    path: str
    check: Check
    #: What is allowed, with an example: the end of every message.
    allowed: str
    #: The same for editors: keywords of JSON Schema.
    schema: Mapping[str, Any] = field(default_factory=dict)

    @property
    def variable(self) -> str:
        """Return the variable that the row is about."""
        return re.split(r"[\[.]", self.path, maxsplit=1)[0]

    def faults(self, value: Any) -> Iterator[str]:
        """Return a sentence for each thing that is wrong with the variable's value."""
        parts = re.findall(r"\[\]|\.\w+", self.path.removeprefix(self.variable))
        for place, item in _items(value, parts, self.variable):
            try:
                found = list(self.check(item))
            except ValueError:  # a URL whose host is none: https://[x
                found = [("", f"{shown(item)} cannot be read")]
            for inside, wrong in found:
                yield f"{place}{inside}: {wrong}. {self.allowed}"


def _items(value: Any, parts: list[str], place: str) -> Iterator[tuple[str, Any]]:
    """Return the set values at a path, each with its place."""
    if not parts:
        if is_set(value):
            yield place, value
    elif parts[0] == "[]":
        for number, item in enumerate(value if isinstance(value, list) else ()):
            yield from _items(item, parts[1:], f"{place}[{number}]")
    elif isinstance(value, Mapping):
        yield from _items(value.get(parts[0][1:]), parts[1:], place + parts[0])


def matching(pattern: str, wrong: str) -> Check:
    """Return a check of texts by a regular expression."""
    compiled = re.compile(pattern)

    def check(value: Any) -> Iterator[tuple[str, str]]:
        if not compiled.fullmatch(str(value)):
            yield "", f"{shown(value)} {wrong}"

    return check


def between(low: int, high: int) -> Check:
    """Return a check of numbers."""

    def check(value: Any) -> Iterator[tuple[str, str]]:
        if not low <= int(value) <= high:
            yield "", f"{value} is out of range"

    return check


def long(low: int, high: int) -> Check:
    """Return a check of the length of texts."""

    def check(value: Any) -> Iterator[tuple[str, str]]:
        if not low <= len(str(value)) <= high:
            yield "", f"{shown(value)} has {len(str(value))} characters"

    return check


def both(*checks: Check) -> Check:
    """Return a check that tells the first fault that one of these finds."""

    def check(value: Any) -> Iterator[tuple[str, str]]:
        for one in checks:
            found = list(one(value))
            if found:
                yield from found
                return

    return check

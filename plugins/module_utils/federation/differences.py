# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which fields of an object differ between two of its views, each by a dotted path with both of its values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..compare import fingerprint, is_empty

#: What names an item of a list of maps, the first that all items have: the services' own, IAM's, connectors', Okta's.
NAMES = ("name", "Sid", "sid", "id", "display_name", "displayName", "indexFieldName", "seedUrl", "key")
Difference = dict[str, Any]


def fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return the fields that differ: ``field``, ``before`` and ``after``; of lists also what was ``added`` and
    ``removed``.

    Items of lists of maps are found by their name where they have one. JSON texts are compared as documents. Absent and
    empty are the same. The order of a list is a difference only where nothing else differs, since services give lists
    back in an order of their own.
    """
    return list(_map("", before, after, ordered=False)) or list(_map("", before, after, ordered=True))


def _map(path: str, before: Mapping[str, Any], after: Mapping[str, Any], *, ordered: bool) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        inner = f"{path}.{key}" if path else str(key)
        yield from _value(inner, before.get(key), after.get(key), ordered=ordered)


def _value(path: str, before: Any, after: Any, *, ordered: bool) -> Iterator[Difference]:
    before, after = _document(before), _document(after)
    if (is_empty(before) and is_empty(after)) or _equal(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _map(path, before, after, ordered=ordered)
    elif _is_list(before, after):
        yield from _list(path, before or [], after or [], ordered=ordered)
    else:
        yield {"field": path, "before": before, "after": after}


def _document(value: Any) -> Any:
    """Return the map or list that a JSON text holds; any other value as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _equal(before: Any, after: Any) -> bool:
    return type(before) is type(after) and bool(before == after)


def _is_list(before: Any, after: Any) -> bool:
    """Return whether both are lists, or one is and the other is not set."""
    return all(isinstance(value, (list, tuple)) or value is None for value in (before, after))


def _list(path: str, before: Sequence[Any], after: Sequence[Any], *, ordered: bool) -> Iterator[Difference]:
    name = _name([*before], [*after])
    if name:
        yield from _map(
            path, {item[name]: item for item in before}, {item[name]: item for item in after}, ordered=ordered
        )
        return
    if len(before) == len(after) and all(isinstance(item, Mapping) for item in (*before, *after)):
        for number, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _value(f"{path}[{number}]", left, right, ordered=ordered)
        return
    added, removed = _beyond(after, before), _beyond(before, after)
    if added or removed or ordered:
        yield {"field": path, "before": list(before), "after": list(after), "added": added, "removed": removed}


def _name(*lists: Sequence[Any]) -> str:
    """Return the key that names the items of each list, or an empty text."""
    items = [item for each in lists for item in each]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return ""
    return next((key for key in NAMES if all(_unique(key, each) for each in lists)), "")


def _unique(key: str, items: Sequence[Mapping[str, Any]]) -> bool:
    values = [item.get(key) for item in items]
    return all(isinstance(value, (str, int)) and value != "" for value in values) and len(set(values)) == len(values)


def _beyond(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return the items that ``others`` does not hold, counting repetitions."""
    left = [fingerprint(item) for item in others]
    beyond = []
    for item in items:
        mark = fingerprint(item)
        if mark in left:
            left.remove(mark)
        else:
            beyond.append(item)
    return beyond

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What applications are called as hosts. Names of applications are unique in no account, let alone in several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_PATH = re.compile(r"[A-Za-z_]\w*(\.\w+)*")
#: What is always told apart.
LAST = "application_id"


def path_value(expression: str, record: Mapping[str, Any]) -> Any:
    """The value of a path like ``application_tags.Name``; ``None`` where there is none."""
    value: Any = record
    for part in expression.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def is_path(expression: str) -> bool:
    """Whether an expression is nothing but a path."""
    return bool(_PATH.fullmatch(expression))


def choose(
    records: Sequence[Mapping[str, Any]],
    preferences: Sequence[str],
    evaluate: Callable[[str, Mapping[str, Any]], Any],
) -> tuple[list[str], list[str]]:
    """A name for each record, and the names that several records would have had.

    A record has the first preference that says something. Where several would have one name, each of them goes on to
    its next preference, and at last to the application's id: so no name depends on the order of the records.

    :param evaluate: expression, record → what it says
    """
    names = [_candidates(record, preferences, evaluate) for record in records]
    places = [0] * len(records)
    shared: list[str] = []
    while True:
        count = Counter(mine[place] for mine, place in zip(names, places, strict=True))
        again = [
            number
            for number, mine in enumerate(names)
            if count[mine[places[number]]] > 1 and places[number] + 1 < len(mine)
        ]
        if not again:
            return [mine[place] for mine, place in zip(names, places, strict=True)], sorted(set(shared))
        for number in again:
            shared.append(names[number][places[number]])
            places[number] += 1


def _candidates(
    record: Mapping[str, Any], preferences: Sequence[str], evaluate: Callable[[str, Mapping[str, Any]], Any]
) -> list[str]:
    said = [evaluate(expression, record) for expression in preferences]
    found = [str(value).strip() for value in said if isinstance(value, (str, int)) and str(value).strip()]
    return list(dict.fromkeys([*found, str(record[LAST])]))

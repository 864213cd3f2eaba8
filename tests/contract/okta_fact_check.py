# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an answer is what a step of ``okta_facts`` says, and every way to spoil an answer so that it is not."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from okta_bodies import fill
from okta_facts import UNSET, Step

#: What no answer has.
OTHER = "something else"
ABSENT = object()


@dataclass(frozen=True)
class Answer:
    """An answer; headers by lower-case name, the body parsed where it is JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any


def _segments(path: str) -> list[str]:
    return re.findall(r"\[[^\]]+\]|[^.\[\]]+", path)


def _key(place: Any, segment: str) -> Any:
    """Return the key or index that a segment means in a place; nothing where it has none such."""
    if isinstance(place, list):
        if segment.startswith("["):
            name, _equals, value = segment[1:-1].partition("=")
            return next((number for number, item in enumerate(place) if str(item.get(name)) == value), None)
        return int(segment) if segment.isdigit() and int(segment) < len(place) else None
    return segment if isinstance(place, dict) and segment in place else None


def at(body: Any, path: str) -> Any:
    """Return what stands at a path, or :data:`ABSENT`."""
    for segment in _segments(path):
        key = _key(body, segment)
        if key is None:
            return ABSENT
        body = body[key]
    return body


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are equal, types included: true is not 1."""
    return repr(one) == repr(other) if isinstance(one, bool | int | float) else bool(one == other)


def differences(step: Step, answer: Answer, values: Mapping[str, str]) -> list[str]:
    """Return how an answer differs from what the step says."""
    found = [] if answer.status == step.status else [f"status {answer.status}, not {step.status}: {answer.body}"]
    if step.answer is not UNSET and not _same(answer.body, step.answer):
        found.append(f"the whole is {answer.body!r}, not {step.answer!r}")
    return found + list(_members(step, answer, values)) + list(_rest(step, answer, values))


def _members(step: Step, answer: Answer, values: Mapping[str, str]) -> Iterator[str]:
    for path, value in {**step.facts, **step.echoes}.items():
        expected, current = fill(value, values), at(answer.body, fill(path, values))
        if not _same(current, expected):
            yield f"{path} is {'absent' if current is ABSENT else repr(current)}, not {expected!r}"
    for path in [*step.has, *step.keep.values()]:
        if at(answer.body, fill(path, values)) is ABSENT:
            yield f"{path} is absent"
    for path in step.lacks:
        if at(answer.body, path) is not ABSENT:
            yield f"{path} is there: {at(answer.body, path)!r}"
    for path, pattern in step.matches.items():
        current = at(answer.body, path)
        if not isinstance(current, str) or not re.search(fill(pattern, values), current):
            yield f"{path} is {'absent' if current is ABSENT else repr(current)}, which {pattern} does not match"
    for path, length in step.lengths.items():
        current = at(answer.body, path)
        if not isinstance(current, list | dict) or len(current) != length:
            yield f"{path or 'the whole'} does not have {length} items: {current!r}"


def _rest(step: Step, answer: Answer, values: Mapping[str, str]) -> Iterator[str]:
    for name, pattern in step.headers.items():
        if not re.search(fill(pattern, values), answer.headers.get(name, "")):
            yield f"header {name} is {answer.headers.get(name)!r}, which {pattern} does not match"
    for name in step.no_headers:
        if name in answer.headers:
            yield f"header {name} is there: {answer.headers[name]}"
    text = answer.body if isinstance(answer.body, str) else ""
    for pattern in step.text:
        if not re.search(fill(pattern, values), text):
            yield f"the text does not have {pattern}: {text[:400]}"
    for pattern in step.no_text:
        if not text or re.search(fill(pattern, values), text):
            yield f"the text has {pattern}, or there is none: {text[:400]}"


# -- answers that are wrong --------------------------------------------------------------------------------------------


def _changed(body: Any, path: str, change: Callable[[Any, Any], None]) -> Any:
    """Return a copy in which the place and key at the path were given to ``change``."""
    made = copy.deepcopy(body)
    *parents, last = _segments(path)
    place = made
    for segment in parents:
        place = place[_key(place, segment)]
    key = _key(place, last)
    change(place, last if key is None else key)
    return made


def _set_to(value: Any) -> Callable[[Any, Any], None]:
    def change(place: Any, key: Any) -> None:
        place[key] = value

    return change


_set = _set_to(OTHER)


def spoiled(step: Step, answer: Answer, values: Mapping[str, str]) -> Iterator[tuple[str, Answer]]:
    """Return for each single expectation an answer that breaks it, with what was done."""
    yield "status", replace(answer, status=answer.status + 1)
    if step.answer is not UNSET:
        yield "the whole", replace(answer, body={"more": OTHER})
    for path in [*step.facts, *step.echoes, *step.matches]:
        yield path, replace(answer, body=_changed(answer.body, fill(path, values), _set))
    for path in step.has:
        yield path, replace(answer, body=_changed(answer.body, path, lambda place, key: place.pop(key)))
    for path in step.lacks:
        # a path whose parent is missing would be absent in every answer
        yield path, replace(answer, body=_changed(answer.body, path, _set))
    for path in step.lengths:
        current = at(answer.body, path)
        longer = [*current, OTHER] if isinstance(current, list) else {**current, OTHER: OTHER}
        yield (
            f"length of {path}",
            replace(answer, body=_changed(answer.body, path, _set_to(longer)) if path else longer),
        )
    for name in step.headers:
        yield name, replace(answer, headers={key: value for key, value in answer.headers.items() if key != name})
    for name in step.no_headers:
        yield name, replace(answer, headers={**answer.headers, name: OTHER})
    for pattern in step.text:
        yield pattern, replace(answer, body=re.sub(fill(pattern, values), "", str(answer.body)))
    for pattern in step.no_text:
        # the pattern itself, as a text that it finds
        yield pattern, replace(answer, body=f"{answer.body}{pattern}")

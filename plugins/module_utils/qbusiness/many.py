# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task for many objects of a kind: looked at in a few threads, written in order, waited for together.

What an item does not say is taken from the task's own option of the same name.
"""

from __future__ import annotations

import time
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ..arguments import LIFECYCLE, TAGS
from ..errors import FederationError, InputError
from ..host import Context
from ..threads import in_threads

#: How messages call an item, by the first of these options that it has.
NAMES = ("display_name", "data_source_id", "plugin_id")


class Part(t.Protocol):
    """What is done for one item, in steps."""

    context: Context

    @property
    def operations(self) -> Sequence[str]:
        """The writes that were made."""

    @property
    def removes(self) -> bool:
        """Whether it takes something away, and so goes before what may need the room."""

    def look(self) -> None:
        """Read and decide; nothing is written.

        :raises InputError: naming every fault
        """

    def act(self) -> None:
        """Write, without waiting for what comes of it."""

    def rest(self, timeout: float) -> None:
        """Wait for what comes of it, for so many seconds."""

    def answer(self) -> dict[str, Any]:
        """What the module would answer for this one alone."""


@dataclass
class Item:
    """One item of the list, and what became of it."""

    place: str
    given: Mapping[str, Any]
    part: Part
    error: FederationError | None = None
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return next((str(self.given[name]) for name in NAMES if self.given.get(name)), "")

    @property
    def failure(self) -> str:
        """What went wrong, for a person; without its place, where only its id is known and the error has that."""
        said = self.error.message if self.error else ""
        by_id = self.label if self.label not in (self.given.get("display_name"), "") else ""
        return said if by_id and by_id in said else f"{self.place} ({self.label}): {said}"

    def attempt(self, step: Callable[[], Any]) -> None:
        """Take a step, unless one before has failed."""
        if self.error is None:
            try:
                step()
            except FederationError as error:
                self.error = error

    def finish(self) -> None:
        self.answer = self.part.answer()

    def result(self) -> dict[str, Any]:
        """The item's result: its names, and what came of it."""
        named = {name: self.given[name] for name in NAMES if self.given.get(name)}
        if self.error is None:
            return {**named, **self.answer}
        made = list(self.part.operations)
        failed = {"failed": True, "msg": self.error.message, "changed": bool(made), "operations": made}
        return {**named, "diff": {"before": {}, "after": {}}, **self.error.facts, **failed}

    def faults(self, of_task: Mapping[str, Any]) -> Iterable[str]:
        """The faults of its input, each with the option in which it stands: the item's own, or the task's."""
        if isinstance(self.error, InputError):
            for fault in self.error.faults:
                option = fault.partition(": ")[0].partition(".")[0].partition("[")[0]
                task_wide = option not in self.given and of_task.get(option) is not None
                yield fault if task_wide else f"{self.place}.{fault}"


def argument(options: Mapping[str, Any], apart: Sequence[str], named: Sequence[str], **more: Any) -> dict[str, Any]:
    """The option of a list: each item takes what the task takes for one object.

    :param options: the options of one object
    :param apart: those that are the task's alone
    :param named: options of which an item needs one
    """
    item = {name: _optional(option) for name, option in {**options, **more}.items() if name not in apart}
    if len(named) == 1:
        item[named[0]]["required"] = True
        return {"type": "list", "elements": "dict", "options": item}
    return {"type": "list", "elements": "dict", "options": item, "required_one_of": [tuple(named)]}


#: What items that are states can say for themselves, besides their own options.
STATE_AND_TAGS: dict[str, Any] = {"state": LIFECYCLE["state"], **TAGS}


def _optional(option: Mapping[str, Any]) -> dict[str, Any]:
    """Without a default, which would hide what the task says."""
    return {key: value for key, value in option.items() if key not in ("required", "default")}


def each(
    context: Context,
    plural: str,
    make: Callable[[Context], Part],
    together: Callable[[Sequence[Item]], Mapping[str, Any]] = lambda _items: {},
) -> dict[str, Any]:
    """Do the same for every item of the option ``plural``.

    :param together: sees all items once they were looked at, may set errors of them, and returns more of the answer
    :raises InputError: naming every fault of all items; nothing was written
    :raises FederationError: naming every item that failed; the others are done
    """
    of_task = {name: value for name, value in context.parameters.items() if name != plural}
    items = [
        _item(context, f"{plural}[{number}]", of_task, given, make)
        for number, given in enumerate(context.parameters[plural])
    ]
    doubled = list(_doubled(items))
    _all(items, lambda item: item.attempt(item.part.look))
    more = together(items)
    if doubled or any(isinstance(item.error, InputError) for item in items):
        found = [fault for item in items for fault in item.faults(of_task)]
        raise InputError(list(dict.fromkeys([*doubled, *found])))
    if not context.check_mode:
        for item in sorted(items, key=lambda item: not item.part.removes):
            item.attempt(item.part.act)
    end = time.monotonic() + float(context.parameters.get("wait_timeout") or 0)
    _all(items, lambda item: item.attempt(lambda: item.part.rest(max(end - time.monotonic(), 0.0))))
    _all(items, lambda item: item.attempt(item.finish))
    for text in dict.fromkeys(text for item in items for text in item.part.context.warnings):
        context.warn(text)
    return _answer(plural, items, more)


def _item(
    context: Context,
    place: str,
    of_task: Mapping[str, Any],
    options: Mapping[str, Any],
    make: Callable[[Context], Part],
) -> Item:
    given = {name: value for name, value in options.items() if value is not None}
    return Item(place, given, make(replace(context, parameters={**of_task, **given}, warnings=[])))


def _doubled(items: Sequence[Item]) -> Iterable[str]:
    """Two items that mean one object would undo each other."""
    seen: dict[tuple[str, str], str] = {}
    for item in items:
        for name in NAMES:
            value = item.given.get(name)
            if value and (name, str(value)) in seen:
                yield f"{item.place}.{name}: {value!r} is that of {seen[name, str(value)]}, too; give each object once"
            elif value:
                seen[name, str(value)] = item.place


def _all(items: Sequence[Item], act: Callable[[Item], None]) -> None:
    in_threads([partial(act, item) for item in items])


def _answer(plural: str, items: Sequence[Item], more: Mapping[str, Any]) -> dict[str, Any]:
    results = [item.result() for item in items]
    answer: dict[str, Any] = {
        **more,
        "changed": any(result["changed"] for result in results),
        plural: results,
        "operations": [operation for result in results for operation in result["operations"]],
        "diff": [
            {
                **result["diff"],
                "before_header": f"{item.place} {item.label}",
                "after_header": f"{item.place} {item.label}",
            }
            for item, result in zip(items, results, strict=True)
            if result["changed"] and result["diff"]["before"] != result["diff"]["after"]
        ],
    }
    lost = [loss for result in results for loss in result.get("lost", [])]
    if lost:
        answer["lost"] = lost
    failed = [item for item in items if item.error is not None]
    if failed:
        texts = [f"- {item.failure}" for item in failed]
        others = "; the others are done" if len(failed) < len(items) else ""
        told = f"{len(failed)} of {len(items)} {plural} failed{others}:\n"
        raise FederationError(told + "\n".join(texts), **answer)
    return answer

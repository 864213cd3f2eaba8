# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine: read, compare, plan, apply, answer. Every module uses it; none repeats it.

A :class:`Resource` is one object of one service. It knows how to read itself, which calls bring it from what is to what
is wanted, and how it looks to a person. The engine decides nothing about a service and performs nothing in check mode.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .compare import Comparator, same
from .errors import ImmutableError
from .federation.differences import fields

State = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One write: the operation's name as the service spells it, and what performs it (waiting included)."""

    operation: str
    act: Callable[[], None]


class Resource(ABC):
    """One object of one service, as the engine sees it. States are in the service's own spelling."""

    #: The service's noun in snake_case: the key of the answer.
    noun: str

    @abstractmethod
    def find(self) -> State | None:
        """What is there now, or ``None``. Reads only.

        :raises AmbiguousError: the name fits several
        :raises NotFoundError: an id was given that does not exist, and the object is wanted
        """

    @abstractmethod
    def check(self, current: State | None) -> None:
        """Check all input before the first write.

        :raises InputError: naming every fault
        """

    @abstractmethod
    def creation(self) -> Sequence[Call]:
        """The calls that make it."""

    @abstractmethod
    def changes(self, current: State) -> Sequence[Call]:
        """The calls that make it as wanted; none when it is.

        :raises ImmutableError: a difference that cannot be changed in place
        """

    @abstractmethod
    def removal(self, current: State) -> Sequence[Call]:
        """The calls that take it away."""

    @abstractmethod
    def predicted(self, current: State | None) -> State:
        """What it will be when the calls have been made, with placeholders for what only the service can say."""

    @abstractmethod
    def read(self) -> State:
        """What it is after the calls."""

    @abstractmethod
    def view(self, state: State) -> dict[str, Any]:
        """How the module answers it: snake_case, JSON types, no secret."""

    def identity(self, state: State) -> dict[str, Any]:
        """Ids and ARNs that the module answers beside the object itself."""
        return {}

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """A view without what moves by itself (times, counters, status): what a diff shows."""
        return dict(view)

    def loss(self, current: State) -> Sequence[str]:
        """What goes with it when it is removed; each a short sentence."""
        return ()


@dataclass
class Result:
    """What the engine did, or would do."""

    resource: Resource
    changed: bool
    before: State | None
    after: State | None
    operations: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    def answer(self) -> dict[str, Any]:
        """The module's answer."""
        before = self.resource.view(self.before) if self.before is not None else None
        after = self.resource.view(self.after) if self.after is not None else None
        left = self.resource.comparable(before) if before else {}
        right = self.resource.comparable(after) if after else {}
        answer: dict[str, Any] = {
            "changed": self.changed,
            "operations": self.operations,
            "differences": fields(left, right) if self.changed and before and after else [],
            "diff": {"before": left, "after": right},
        }
        if after is not None and self.after is not None:
            answer[self.resource.noun] = after
            answer.update(self.resource.identity(self.after))
        elif before is not None and self.before is not None:
            answer.update(self.resource.identity(self.before))
        if self.losses:
            answer["lost"] = self.losses
        return answer


@dataclass
class Plan:
    """What a resource takes to be as it is wanted."""

    resource: Resource
    present: bool
    current: State | None
    calls: Sequence[Call] = ()
    losses: list[str] = field(default_factory=list)
    #: The operations that were made.
    made: list[str] = field(default_factory=list)

    def perform(self) -> None:
        """Make the calls."""
        for call in self.calls:
            call.act()
            self.made.append(call.operation)

    def result(self, *, check_mode: bool) -> Result:
        """What came of it, or in check mode would come of it."""
        if not self.present:
            return Result(self.resource, bool(self.calls), self.current, None, _names(self.calls), self.losses)
        if not self.calls:
            return Result(self.resource, False, self.current, self.current)
        after = self.resource.predicted(self.current) if check_mode else self.resource.read()
        return Result(self.resource, True, self.current, after, _names(self.calls))


def plan(resource: Resource, state: str) -> Plan:
    """Read, check and compare; nothing is written.

    :param state: ``present`` or ``absent``
    """
    current = resource.find()
    if state == "absent":
        if current is None:
            return Plan(resource, False, None)
        return Plan(resource, False, current, list(resource.removal(current)), list(resource.loss(current)))
    resource.check(current)
    return Plan(resource, True, current, list(resource.creation() if current is None else resource.changes(current)))


def ensure(resource: Resource, *, state: str, check_mode: bool) -> Result:
    """Bring a resource to ``state`` (``present`` or ``absent``); in check mode only say what that would take."""
    planned = plan(resource, state)
    if not check_mode:
        planned.perform()
    return planned.result(check_mode=check_mode)


def _names(calls: Iterable[Call]) -> list[str]:
    return [call.operation for call in calls]


def differing(
    wanted: Mapping[str, Any], current: State, comparators: Mapping[str, Comparator], default: Comparator = same
) -> dict[str, Any]:
    """The wanted members that are not so yet. Only what the user gave is looked at: defaults are no difference."""
    return {
        member: value
        for member, value in wanted.items()
        if not comparators.get(member, default)(value, current.get(member))
    }


def refuse_immutable(
    noun: str,
    name: str,
    differences: Mapping[str, Any],
    current: State,
    losses: Mapping[str, str],
    option: Callable[[str], str] = str,
) -> None:
    """Stop at wanted changes of immutable members.

    :param losses: immutable member → what a replacement would lose
    :raises ImmutableError: naming each field, both values, and what a replacement would lose
    """
    hit = [member for member in differences if member in losses]
    if hit:
        sentences = [
            f"{option(member)} of {noun} {name} is {current.get(member)!r} and cannot become "
            f"{differences[member]!r}: it is fixed at creation. {losses[member]}"
            for member in hit
        ]
        raise ImmutableError("\n".join(sentences), immutable=[option(member) for member in hit])


def merged(current: Any, wanted: Any) -> Any:
    """``wanted`` laid over ``current``, map by map: what a service that replaces whole structures must be sent."""
    if isinstance(current, Mapping) and isinstance(wanted, Mapping):
        result = dict(current)
        for key, value in wanted.items():
            result[key] = merged(current.get(key), value)
        return result
    return wanted

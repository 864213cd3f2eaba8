# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine: read, compare, plan, apply, answer. Every module uses it; none repeats it.

A :class:`Resource` is one object of one service. It knows how to read itself, which calls bring it from what is to what
is wanted, and how it looks to a person. The engine decides nothing about a service and performs nothing in check mode.

An object that several hosts write has a :attr:`Resource.shared_key`: its writers take turns on a machine
(:mod:`.turns`), each plans by what the one before left, and reads back what it wrote. Where a writer on another machine
came in between, it is planned and written again.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .compare import Comparator, same
from .errors import ImmutableError, WaitError
from .federation.differences import fields
from .turns import Turn, now, turn

State = Mapping[str, Any]

#: How often a shared object is written where others write it at the same time.
WRITES = 5
#: Seconds between looks at what was written, where it does not show: reads of a service may lag behind its writes.
PAUSES = (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Call:
    """One write: the operation's name as the service spells it, and what performs it (waiting included)."""

    operation: str
    act: Callable[[], None]


class SupersededError(Exception):
    """Raised by a call that makes an object: another one of its name, made by somebody else, is the one to go on with.

    The resource finds that one from now on. ``made``: whether the call wrote at all.
    """

    def __init__(self, *, made: bool) -> None:
        super().__init__()
        self.made = made


def nobody(_text: str) -> None:
    """Nobody is there to be told."""


class Resource(ABC):
    """One object of one service, as the engine sees it. States are in the service's own spelling."""

    #: The service's noun in snake_case: the key of the answer.
    noun: str
    #: Is told what a write waits for.
    tell: Callable[[str], None] = staticmethod(nobody)

    @property
    def shared_key(self) -> str:
        """Which object it is, for those who write it too: empty where nobody else does. It may be known better once
        the object was found."""
        return ""

    @property
    def described(self) -> str:
        """How messages call it."""
        return self.noun

    def forget(self) -> None:  # noqa: B027 (optional: most resources have nothing to forget)
        """Forget what was read for others too: the next read asks the service."""

    def missing(self, state: State) -> Sequence[str]:
        """What was to be there after the calls and is not, each as an operation or an option; of a shared object.

        :param state: from :meth:`read`
        """
        return ()

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

    def remains(self) -> bool:
        """Whether a shared object is there after its removal, since others put it back. Reads only."""
        return False


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
        """Make the calls; those that another one's object takes where that is the one to go on with."""
        for _turn in range(WRITES):
            try:
                for call in self.calls:
                    self._make(call)
                return
            except SupersededError:
                self.calls = plan(self.resource, "present").calls
        raise WaitError(_lost(self.resource, [call.operation for call in self.calls]))

    def settle(self, look_again: Callable[[], None]) -> None:
        """Look again at what was made, where that was left until now."""
        try:
            look_again()
        except SupersededError:
            self.calls = plan(self.resource, "present").calls
            self.perform()

    def _make(self, call: Call) -> None:
        try:
            call.act()
        except SupersededError as error:
            if error.made:
                self.made.append(call.operation)
            raise
        self.made.append(call.operation)

    def result(self, *, check_mode: bool) -> Result:
        """What came of it, or in check mode would come of it."""
        operations = _names(self.calls) if check_mode else self.made
        if not self.present:
            return Result(self.resource, bool(operations), self.current, None, operations, self.losses)
        if not operations and not self.calls:
            return Result(self.resource, False, self.current, self.current)
        after = self.resource.predicted(self.current) if check_mode else self.resource.read()
        return Result(self.resource, bool(operations), self.current, after, operations)


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
    began = now()
    planned = plan(resource, state)
    if check_mode or not planned.calls:
        return planned.result(check_mode=check_mode)
    if resource.shared_key:
        return _in_turn(planned, state, began)
    planned.perform()
    return planned.result(check_mode=False)


def _in_turn(planned: Plan, state: str, began: float) -> Result:
    """Carry a plan out when it is its turn; a new one, where others wrote since it began."""
    resource = planned.resource
    while True:
        key = resource.shared_key
        with turn(key, resource.described, resource.tell) as mine:
            if mine.changed_since(began):
                resource.forget()
                began = now()
                planned = plan(resource, state)
                if resource.shared_key != key:
                    continue
            return _verified(planned, state, mine)


def _verified(planned: Plan, state: str, mine: Turn) -> Result:
    """Carry a plan out, and again what did not stay.

    :raises WaitError: it never stays
    """
    resource, before, operations = planned.resource, planned.current, list[str]()
    for _turn in range(WRITES):
        if not planned.calls:
            break
        try:
            planned.perform()
        finally:
            mine.note()
        operations += planned.made
        after, left = _read_back(resource, planned.present)
        if not left:
            return Result(resource, bool(operations), before, after, operations, planned.losses)
        resource.forget()
        planned = plan(resource, state)
    else:
        raise WaitError(_lost(resource, left), untaken=list(left))
    return Result(resource, bool(operations), before, planned.current, operations)


def _read_back(resource: Resource, present: bool) -> tuple[State | None, Sequence[str]]:
    """What a resource is after the calls, and what of them is not so."""
    for pause in (*PAUSES, 0.0):
        after = resource.read() if present else None
        left = resource.missing(after) if after is not None else ["its removal"] if resource.remains() else []
        if not left:
            break
        time.sleep(pause)
    return after, left


def _lost(resource: Resource, left: Sequence[str]) -> str:
    return (
        f"{resource.described} was written {WRITES} times with success, and these did not take or stay: "
        f"{', '.join(left)}. Somebody else writes there at the same time, or the service does not take them. Run again "
        "when nobody else writes there."
    )


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

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exists: resources with their life cycles, and the parts of applications that are no resources of their own.

A life cycle advances by being looked at: each look that shows a transitional status uses one of them up
(:meth:`Store.look`); when none is left the resource has arrived, or is gone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.qbusiness.kinds import GONE, TABLE, Kind, Life


@dataclass
class Progress:
    """Statuses still to be shown, one for each look, and where it ends. ``arrive`` runs once on arrival."""

    final: str
    pending: list[str] = field(default_factory=list)
    stuck: bool = False
    arrive: Callable[[], None] | None = None

    @property
    def status(self) -> str:
        return self.pending[0] if self.pending else self.final

    @property
    def moving(self) -> bool:
        return bool(self.pending)

    def start(self, steps: tuple[str, ...], looks: int, final: str, arrive: Callable[[], None] | None = None) -> None:
        """Begin to move through ``steps``, shown by ``looks`` reads in all, to ``final``."""
        self.pending = [steps[number * len(steps) // looks] for number in range(looks)] if steps and looks > 0 else []
        self.final = final
        self.stuck = False
        self.arrive = arrive
        self._settle()

    def look(self) -> str:
        """The status as this look sees it."""
        shown = self.status
        if self.pending and not self.stuck:
            self.pending.pop(0)
            self._settle()
        return shown

    def finish(self) -> None:
        """Arrive now."""
        self.pending = []
        self._settle()

    def _settle(self) -> None:
        if not self.pending and self.arrive is not None:
            arrive, self.arrive = self.arrive, None
            arrive()


@dataclass
class Resource:
    """One resource of the table. ``ids``: its own id and its ancestors'. ``values``: members as the API names them."""

    kind: Kind
    ids: dict[str, str]
    arn: str
    values: dict[str, Any]
    created: float
    updated: float
    progress: Progress
    tags: dict[str, str] = field(default_factory=dict)
    error: dict[str, str] = field(default_factory=dict)
    #: What only this service knows: write-only members, and what a kind keeps for itself.
    hidden: dict[str, Any] = field(default_factory=dict)
    #: Things that belong to it without being resources (see :mod:`parts`).
    parts: Any = None
    #: The view before the last write, for stale reads; None: it did not exist.
    before: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        return self.ids[self.kind.id]

    @property
    def life(self) -> Life:
        assert self.kind.life is not None  # noqa: S101 - only kinds with a life cycle come here
        return self.kind.life


class Store:
    """All resources, in the order of their creation."""

    def __init__(self) -> None:
        self._resources: dict[str, dict[str, Resource]] = {kind.name: {} for kind in TABLE}
        #: Views of what was deleted, for stale reads.
        self.deleted: dict[str, dict[str, Any]] = {}
        #: Answers by operation and client token, with the input's fingerprint.
        self.tokens: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}

    def add(self, resource: Resource) -> None:
        self._resources[resource.kind.name][resource.id] = resource

    def get(self, kind: Kind, resource_id: str, **ancestors: str) -> Resource | None:
        """A resource by its id; None when it does not exist under these ancestors."""
        found = self._resources[kind.name].get(resource_id)
        if found is None or any(found.ids.get(name) != value for name, value in ancestors.items()):
            return None
        return found

    def all(self, kind: Kind, **ancestors: str) -> list[Resource]:
        """The resources of a kind, of all or of one parent."""
        return [
            resource
            for resource in self._resources[kind.name].values()
            if all(resource.ids.get(name) == value for name, value in ancestors.items())
        ]

    def by_arn(self, arn: str) -> Resource | None:
        for resource in self:
            if resource.arn == arn:
                return resource
        return None

    def __iter__(self) -> Iterator[Resource]:
        for of_kind in self._resources.values():
            yield from of_kind.values()

    def remove(self, resource: Resource) -> None:
        """Take a resource away with everything below it. guess: 5 and 6 (that nothing below stands in the way)"""
        for other in list(self):
            if other.ids.get(resource.kind.id) == resource.id:
                self._resources[other.kind.name].pop(other.id, None)

    def begin(
        self,
        resource: Resource,
        step: str,
        looks: int,
        *,
        failure: str = "",
        stuck: bool = False,
        arrive: Callable[[], None] | None = None,
    ) -> None:
        """Begin the ``create``, ``update`` or ``delete`` of a resource.

        ``failure``: the message with which it ends as failed. ``stuck``: it does not end, and shows that message.
        """
        life = resource.life
        steps: tuple[str, ...] = getattr(life, step)
        resource.error = {}
        final = {"create": life.steady, "update": life.steady, "delete": GONE}[step]
        if failure and not stuck:
            final = life.failed[step]

        def end() -> None:
            if final == GONE:
                self.remove(resource)
                return
            if failure:
                resource.error = {"errorMessage": failure, "errorCode": "InternalError"}
            elif arrive is not None:
                arrive()

        if stuck:
            resource.progress.start(steps[-1:], 1, final, end)
            resource.progress.stuck = True
            resource.error = {"errorMessage": failure, "errorCode": "InvalidRequest"}
        else:
            resource.progress.start(steps, looks, final, end)

    def snapshot(self, resource: Resource, view: dict[str, Any]) -> None:
        """Remember what a read showed before the write that now comes."""
        resource.before = copy.deepcopy(view)

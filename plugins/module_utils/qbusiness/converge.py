# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring one Q Business resource to the state that a task asks for, or each of a list: what every module of the service
calls."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from typing import Any

from .. import resource as engine
from ..aws import MISSING
from ..errors import InputError, ServiceError
from ..host import Context
from ..model import option_name
from ..resource import ensure
from .many import Item, each
from .siblings import Siblings
from .table import ServiceResource, Spec


def resource_of(context: Context, spec: Spec, resource_class: type[ServiceResource]) -> ServiceResource:
    """The resource that a task's options describe."""
    parameters = context.parameters
    resource = resource_class(
        spec,
        context.aws,
        parents={member: str(parameters.get(option_name(member)) or "") for member in spec.parents},
        options=parameters,
        given_id=parameters.get(option_name(spec.id_member)),
        tags=parameters.get("tags"),
        purge_tags=parameters.get("purge_tags", True),
        wait=parameters.get("wait", True),
        wait_timeout=parameters.get("wait_timeout", 1800),
        present=parameters["state"] == "present",
    )
    resource.tell = context.tell
    return resource


def converge(
    context: Context, spec: Spec, resource_class: type[ServiceResource] = ServiceResource, *, many: str = ""
) -> dict[str, Any]:
    """Read, compare, plan, apply, answer.

    :param many: the option that holds a list of such resources, where the module has one
    :raises FederationError: see :mod:`..errors`
    """
    if context.parameters.get(many) is not None:
        family = Family(context, spec, resource_class, many)
        return each(context, many, family.make, family.together)
    resource = resource_of(context, spec, resource_class)
    answer = ensure(resource, state=context.parameters["state"], check_mode=context.check_mode).answer()
    for notice in resource.notices:
        context.warn(notice)
    return answer


class Declared:
    """One resource of a list, in steps: all are looked at before the first is written, and waited for together."""

    def __init__(self, context: Context, spec: Spec, resource_class: type[ServiceResource]) -> None:
        self.context = context
        self.resource = resource_of(context, spec, resource_class)
        self._plan = engine.Plan(self.resource, self.resource.present, None)

    @property
    def operations(self) -> list[str]:
        return self._plan.made

    @property
    def removes(self) -> bool:
        return not self.resource.present

    def look(self) -> None:
        self._plan = engine.plan(self.resource, self.context.parameters["state"])

    def act(self) -> None:
        waits, self.resource.wait = self.resource.wait, False
        self.resource.deferring = True
        self._plan.perform()
        self.resource.wait = waits

    def rest(self, timeout: float) -> None:
        self._plan.settle(self.resource.look_again)
        if self.resource.wait and self._plan.made:
            self.resource.rest(timeout)

    def answer(self) -> dict[str, Any]:
        for notice in self.resource.notices:
            self.context.warn(notice)
        return self._plan.result(check_mode=self.context.check_mode).answer()


class Family:
    """The resources of a list, seen together: two items that mean one object, and the objects that no item means."""

    def __init__(self, context: Context, spec: Spec, resource_class: type[ServiceResource], many: str) -> None:
        self._context, self._spec, self._class = context, spec, resource_class
        self._siblings = Siblings.of(context.parameters[many], option_name(spec.id_member))

    def make(self, part: Context) -> Declared:
        declared = Declared(part, self._spec, self._class)
        declared.resource.siblings = self._siblings
        return declared

    def together(self, items: Sequence[Item]) -> dict[str, Any]:
        """Mark items that mean the object of another one, and return the objects that none means as ``unlisted``."""
        sound = [item for item in items if item.error is None]
        seen: dict[str, Item] = {}
        for item in sound:
            other = seen.setdefault(_resource(item).id, item)
            if _resource(item).id and other is not item:
                option = "display_name" if item.given.get("display_name") else option_name(self._spec.id_member)
                text = f"{option}: {item.label!r} is {self._spec.noun} {_resource(item).id}, which {other.place} means"
                item.error = InputError([f"{text}, too; give each object once"])
        return self._unlisted([_resource(item) for item in sound])

    def _unlisted(self, resources: Sequence[ServiceResource]) -> dict[str, Any]:
        if not resources or resources[0].planned:
            return {"unlisted": []}
        try:
            listed = resources[0].listed()
        except ServiceError as error:
            if error.code in MISSING:
                return {"unlisted": []}
            self._context.warn(f"Objects that the list does not name cannot be told: {error.message}")
            return {}
        found = self._siblings.unlisted(listed, self._spec.id_member)
        for item in found:
            known = {key: value for resource in resources for key, value in getattr(resource, "buckets", {}).items()}
            bucket = known.get(item[option_name(self._spec.id_member)])
            if bucket:
                item["bucket"] = bucket
        return {"unlisted": found}


def _resource(item: Item) -> ServiceResource:
    return t.cast("Declared", item.part).resource

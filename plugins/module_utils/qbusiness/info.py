# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there of one kind of Q Business resource: by its id, by its exact name, or all of a parent.

Every resource with a :class:`~.table.Spec` is read and shown here as its own module does, with the same keys. Nothing
is waited for: an object in transition, or one that failed, is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import model
from ..aws import MISSING, Aws, tags_to_map
from ..errors import InputError, ServiceError
from ..host import Context
from ..model import option_name
from ..placeholder import is_placeholder
from ..resource import State
from .table import SERVICE, ServiceResource, Spec

TAGS_OPTION: dict[str, Any] = {"include_tags": {"type": "bool", "default": False}}


def plural(spec: Spec) -> str:
    """The key of the answer: the service's own word for several of them (``indices``)."""
    return option_name(spec.list_key)


def name_option(spec: Spec) -> str:
    """The option by which it is found, as the module that writes it has it; ``""`` where lists carry no name."""
    return option_name(spec.name_member) if spec.name_member else ""


def options(spec: Spec) -> dict[str, Any]:
    """The argument spec of the module that reads them."""
    names = [option_name(spec.id_member), name_option(spec)]
    return {
        **{option_name(member): {"type": "str", "required": True} for member in spec.parents},
        **{name: {"type": "str"} for name in names if name},
        **TAGS_OPTION,
    }


class Reader:
    """Reads objects of one kind that have the same parents."""

    def __init__(
        self,
        aws: Aws,
        spec: Spec,
        parents: Mapping[str, str],
        resource_class: type[ServiceResource] = ServiceResource,
    ) -> None:
        """:param parents: parent ids by member (``{"applicationId": …}``)"""
        self._aws = aws
        self._spec = spec
        self._parents = dict(parents)
        # One that is not wanted is read as it is, without waiting, and may be missing.
        self._resource = resource_class(spec, aws, parents=parents, options={}, present=False)

    def listed(self) -> Iterator[State]:
        """What the list says of each, over all its pages; nothing when the parent is not there."""
        spec = self._spec
        if any(is_placeholder(parent) for parent in self._parents.values()):
            return
        try:
            yield from self._aws.pages(
                SERVICE, spec.list_operation, spec.list_key, maxResults=spec.page_size, **self._parents
            )
        except ServiceError as error:
            if error.code not in MISSING:
                raise

    def read(self, object_id: str, *, tags: bool) -> dict[str, Any] | None:
        """One, as its module answers it, with the ids of its parents; ``None`` when it is not there."""
        self._resource.id = object_id
        state = self._resource.find()
        if state is None:
            return None
        if tags:
            arn = state[self._spec.arn_member]
            answer = self._aws.get(SERVICE, "ListTagsForResource", resourceARN=arn)
            if answer is None:  # it went away since
                return None
            state = {**state, "tags": tags_to_map(answer.get("tags"))}
        return {**self._resource.identity(state), **self._resource.view(state)}

    def all(self, *, name: str = "", tags: bool) -> list[dict[str, Any]]:
        """All of them, or all of one name, in the order of the list."""
        member = self._spec.name_member
        ids = [
            str(item[self._spec.id_member]) for item in self.listed() if not name or str(item.get(member) or "") == name
        ]
        found = (self.read(object_id, tags=tags) for object_id in ids)
        return [item for item in found if item is not None]


def check_ids(aws: Aws, operation: str, ids: Mapping[str, str]) -> None:
    """:param operation: one that takes these ids (members)
    :raises InputError: naming every id that cannot be one
    """
    members = aws.input_shape(SERVICE, operation).members
    found = [
        fault for member, value in ids.items() for fault in model.faults(members[member], value, option_name(member))
    ]
    if found:
        raise InputError(found)


def info(context: Context, spec: Spec, resource_class: type[ServiceResource] = ServiceResource) -> dict[str, Any]:
    """What the module ``…_info`` of a kind of resource does.

    :raises InputError: an id cannot be one
    :raises ServiceError: the service refuses
    """
    parameters = context.parameters
    parents = {member: str(parameters[option_name(member)]) for member in spec.parents}
    tags = bool(parameters["include_tags"])
    named = str(parameters.get(name_option(spec)) or "") if spec.name_member else ""
    object_id = str(parameters.get(option_name(spec.id_member)) or "")
    check_ids(context.aws, spec.operation("Get"), {**parents, **({spec.id_member: object_id} if object_id else {})})
    reader = Reader(context.aws, spec, parents, resource_class)
    if object_id:
        one = reader.read(object_id, tags=tags)
        found = [one] if one is not None and (not named or one.get(name_option(spec)) == named) else []
    else:
        found = reader.all(name=named, tags=tags)
    return {"changed": False, plural(spec): found}

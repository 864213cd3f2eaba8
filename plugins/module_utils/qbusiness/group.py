# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of an index. ``PutGroup`` replaces the members, and no operation gives them back: nothing can be compared.

So ``update`` says what is done with a group that is there, and ``changed`` says whether it was put. A digest of the
members has no place to be kept in: groups have no tags and no description.
Source: API_PutGroup, API_GetGroup; aws-qbusiness reference, "Group".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from .. import model
from ..aws import Aws, wait_for
from ..compare import fingerprint
from ..errors import InputError
from ..host import Context
from ..placeholder import is_placeholder
from ..resource import Call, State
from .part import Part, converge_part
from .table import SERVICE

#: https://docs.aws.amazon.com/amazonq/latest/api-reference/API_PutGroup.html
INLINE_LIMIT = 1000
#: Said where a group would be put without members.
MEMBERS_NEEDED = (
    "group_members: is required where the group is put (users and groups are short forms); for an empty group it is "
    "users: []"
)
#: Shown where the members would be.
UNREADABLE = "(the service does not show them)"
_MEMBER_TYPE: dict[str, Any] = {"type": {"type": "str", "choices": ["INDEX", "DATASOURCE"]}}

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "index_id": {"type": "str", "required": True},
    "group_name": {"type": "str", "required": True},
    "data_source_id": {"type": "str"},
    "type": {"type": "str", "choices": ["INDEX", "DATASOURCE"]},
    "users": {"type": "list", "elements": "str"},
    "groups": {"type": "list", "elements": "str"},
    "group_members": {
        "type": "dict",
        "options": {
            "member_users": {
                "type": "list",
                "elements": "dict",
                "options": {"user_id": {"type": "str", "required": True}, **_MEMBER_TYPE},
            },
            "member_groups": {
                "type": "list",
                "elements": "dict",
                "options": {"group_name": {"type": "str", "required": True}, **_MEMBER_TYPE},
            },
            "s3_path_for_group_members": {
                "type": "dict",
                "options": {
                    "bucket": {"type": "str", "required": True},
                    "key": {"type": "str", "required": True, "no_log": False},
                },
            },
        },
    },
    "role_arn": {"type": "str"},
    "update": {"type": "str", "choices": ["always", "missing"], "default": "always"},
}


def read_group(aws: Aws, ids: Mapping[str, str]) -> dict[str, Any] | None:
    """What the service says of a group: its ids and its status, never its members.

    :param ids: ``applicationId``, ``indexId``, ``groupName``, and ``dataSourceId`` where it has one
    """
    answer = aws.get(SERVICE, "GetGroup", **ids)
    status = (answer or {}).get("status") or {}
    # A group that is gone may be shown as DELETED instead of not being found (service model, GroupStatus).
    if answer is None or status.get("status") == "DELETED":
        return None
    own = {name: ids[name] for name in ("groupName", "dataSourceId") if name in ids}
    return {**own, **status}


def group_names(aws: Aws, index: Mapping[str, str], moment: datetime, source_id: str = "") -> Iterator[str]:
    """Names of the groups of an index, or of one of its data sources, that were put before a moment.

    :param index: ``applicationId``, ``indexId``
    """
    source = {"dataSourceId": source_id} if source_id else {}
    where = {**index, **source, "updatedEarlierThan": moment}
    for item in aws.pages(SERVICE, "ListGroups", "items", **where, maxResults=10):
        yield str(item["groupName"])


def view_of(state: State) -> dict[str, Any]:
    """A group as the module answers it."""
    error = state.get("errorDetail") or {}
    moment = state.get("lastUpdatedAt")
    shown: dict[str, Any] = {"group_name": state["groupName"]}
    if state.get("dataSourceId"):
        shown["data_source_id"] = state["dataSourceId"]
    shown["status"] = state.get("status")
    if moment is not None:
        shown["last_updated_at"] = moment.isoformat()
    if error:
        shown["error_detail"] = {model.option_name(name): value for name, value in error.items()}
    return shown


def _unique(items: Sequence[Any]) -> list[Any]:
    """In the order of their first occurrence."""
    return list({fingerprint(item): item for item in items}.values())


class Group(Part):
    """One group. States are what :func:`read_group` answers; ``groupMembers`` and ``type`` where this task puts it."""

    noun = "group"
    parent_members = ("applicationId", "indexId")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        parameters = context.parameters
        self.always = parameters["update"] == "always"
        self.name = str(parameters["group_name"])
        source = parameters.get("data_source_id")
        self.ids: dict[str, str] = {**self.parents, "groupName": self.name}
        if source:
            self.ids["dataSourceId"] = str(source)
        self.type = str(parameters.get("type") or ("DATASOURCE" if source else "INDEX"))
        self.role_arn = str(parameters.get("role_arn") or "")
        self.members = self._members(parameters)

    def _members(self, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """``groupMembers``; ``None`` when none are given."""
        names = ("users", "groups", "group_members")
        if all(parameters.get(name) is None for name in names):
            return None
        shape = self.aws.input_shape(SERVICE, "PutGroup").members["groupMembers"]
        members: dict[str, Any] = model.to_members(shape, parameters.get("group_members") or {})
        shorthand = {
            "memberUsers": [{"userId": item} for item in parameters.get("users") or []],
            "memberGroups": [{"groupName": item} for item in parameters.get("groups") or []],
        }
        for name, items in shorthand.items():
            listed = [{"type": self.type, **item} for item in (*members.get(name, []), *items)]
            if listed:
                members[name] = _unique(listed)
        return members

    # -- reading --

    def find(self) -> State | None:
        self.refuse(self._faults())
        if self.planned or is_placeholder(self.ids.get("dataSourceId")):
            return None
        state = read_group(self.aws, self.ids)
        if state is None or not self.present:
            return state
        if state.get("status") == "DELETING":
            self._until_gone()
            return None
        return self._settled() if state.get("status") == "PROCESSING" else state

    def _faults(self) -> Iterator[str]:
        yield from self.shape_faults("GetGroup", self.ids)
        if not self.present:
            return
        given: dict[str, Any] = {"type": self.type}
        if self.members is not None:
            given["groupMembers"] = self.members
        if self.role_arn:
            given["roleArn"] = self.role_arn
        yield from self.shape_faults("PutGroup", given)
        if self.type == "DATASOURCE" and "dataSourceId" not in self.ids:
            yield "data_source_id: is required with type DATASOURCE; it is the data source that knows the group"
        yield from self._member_faults(self.members or {})
        if self.members is None and self.always:
            yield MEMBERS_NEEDED

    def _member_faults(self, members: Mapping[str, Any]) -> Iterator[str]:
        count = len(members.get("memberUsers", [])) + len(members.get("memberGroups", []))
        if count > INLINE_LIMIT:
            yield (
                f"group_members: {count} members are given in the task, at most {INLINE_LIMIT} are possible; put them "
                "into an object in S3 and give s3_path_for_group_members with role_arn"
            )
        if "s3PathForGroupMembers" in members:
            if count:
                yield "group_members: members are given in the task and in S3; right is one of the two"
            if not self.role_arn:
                yield "role_arn: is required with s3_path_for_group_members; it is the role that may read the object"
        for number, item in enumerate(members.get("memberGroups", [])):
            if item.get("groupName") == self.name and item.get("type") == self.type:
                yield f"group_members.member_groups[{number}]: the group cannot be in itself"

    def _settled(self) -> State:
        state = wait_for(
            lambda: read_group(self.aws, self.ids),
            lambda seen: seen is None or seen.get("status") in ("SUCCEEDED", "FAILED"),
            lambda _seen: "",
            f"group {self.name}",
            self.timeout,
        )
        return state or {}

    def check(self, current: State | None) -> None:
        if self.members is None and (current is None or self._is_due(current)):
            raise InputError([MEMBERS_NEEDED])

    # -- planning --

    def _is_due(self, current: State) -> bool:
        """Whether a group that is there is put again. One whose last put failed always is."""
        return self.always or current.get("status") == "FAILED"

    def creation(self) -> Sequence[Call]:
        return [Call("PutGroup", self._put)]

    def changes(self, current: State) -> Sequence[Call]:
        return self.creation() if self._is_due(current) else []

    def _put(self) -> None:
        role = {"roleArn": self.role_arn} if self.role_arn else {}
        self.aws.call(SERVICE, "PutGroup", **self.ids, type=self.type, groupMembers=self.members or {}, **role)
        if self.wait:
            wait_for(
                lambda: read_group(self.aws, self.ids),
                lambda seen: seen is not None and seen.get("status") == "SUCCEEDED",
                self._failure,
                f"group {self.name}",
                self.timeout,
            )

    @staticmethod
    def _failure(state: State | None) -> str:
        if state is None or state.get("status") != "FAILED":
            return ""
        error = state.get("errorDetail") or {}
        texts = [str(error[name]) for name in ("errorMessage", "errorCode") if error.get(name)]
        return " ".join(texts) or "the service gives no reason"

    def removal(self, current: State) -> Sequence[Call]:
        if current.get("status") == "DELETING":
            return [Call("DeleteGroup", self._until_gone)] if self.wait else []
        return [Call("DeleteGroup", self._delete)]

    def _delete(self) -> None:
        if (read_group(self.aws, self.ids) or {}).get("status") == "PROCESSING":
            self._settled()
        self.aws.get(SERVICE, "DeleteGroup", **self.ids)
        if self.wait:
            self._until_gone()

    def _until_gone(self) -> None:
        wait_for(
            lambda: read_group(self.aws, self.ids),
            lambda seen: seen is None,
            self._failure,
            f"group {self.name}",
            self.timeout,
        )

    def loss(self, current: State) -> Sequence[str]:
        return [f"group {self.name} with its members: who sees documents through it sees them no more"]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        own: dict[str, Any] = {name: self.ids[name] for name in ("groupName", "dataSourceId") if name in self.ids}
        return {**own, "status": "SUCCEEDED", "type": self.type, "groupMembers": self.members or {}}

    def read(self) -> State:
        return {**self.predicted(None), **(read_group(self.aws, self.ids) or {})}

    def view(self, state: State) -> dict[str, Any]:
        shown = view_of(state)
        if "groupMembers" in state:
            shape = self.aws.input_shape(SERVICE, "PutGroup").members["groupMembers"]
            shown.update(type=state["type"], group_members=model.to_options(shape, state["groupMembers"]))
        return shown

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        moving = ("status", "last_updated_at", "error_detail")
        return {"group_members": UNREADABLE, **{key: value for key, value in view.items() if key not in moving}}

    def identity(self, state: State) -> dict[str, Any]:
        return {**self.parent_options(), "group_name": self.name}


def manage(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_group`` does.

    :raises FederationError: see :mod:`..errors`
    """
    return converge_part(context, Group)

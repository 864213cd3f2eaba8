# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of an index (reference section 4.9). No operation gives the members back."""

from __future__ import annotations

from qbusiness_sandbox.qbusiness.engine import Answer, handles, page
from qbusiness_sandbox.qbusiness.errors import invalid, missing
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, DATA_SOURCE, GONE, INDEX
from qbusiness_sandbox.qbusiness.parts import Group
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.store import Progress

#: API_PutGroup
MAX_INLINE_MEMBERS = 1000


def _group(call: Call) -> Group:
    found = call.index_parts.groups.get((call.params.get("dataSourceId", ""), call.params["groupName"]))
    if found is None:
        raise missing("Group", call.params["groupName"])
    return found


def _check(call: Call) -> None:
    params = call.params
    members = params["groupMembers"]
    if len(members.get("memberGroups", [])) + len(members.get("memberUsers", [])) > MAX_INLINE_MEMBERS:
        raise invalid(f"At most {MAX_INLINE_MEMBERS} members may be given inline", "groupMembers")
    if "s3PathForGroupMembers" in members and "roleArn" not in params:
        raise invalid("roleArn is required with s3PathForGroupMembers", "roleArn")
    if params["type"] == "DATASOURCE" and "dataSourceId" not in params:
        # guess: 48
        raise invalid("dataSourceId is required for a group of type DATASOURCE", "dataSourceId")
    call.check_role(params.get("roleArn"))
    if "dataSourceId" in params:
        call.other(DATA_SOURCE, params["dataSourceId"], indexId=call.resource(INDEX).id)


@handles("PutGroup")
def put_group(call: Call) -> None:
    _check(call)
    call.active(APPLICATION)
    call.active(INDEX)
    params = call.params
    key = (params.get("dataSourceId", ""), params["groupName"])
    group = Group(key[1], key[0], params["type"], params["groupMembers"], call.now, Progress("SUCCEEDED"))
    fault = call.fault("failed_end")

    def arrive() -> None:
        if fault is not None:
            group.error = {"errorMessage": fault.message, "errorCode": "InternalError"}

    looks = call.service.polls("group")
    group.progress.start(("PROCESSING",), looks, "FAILED" if fault else "SUCCEEDED", arrive)
    call.index_parts.groups[key] = group


@handles("GetGroup")
def get_group(call: Call) -> Answer:
    group = _group(call)
    status = group.progress.look()
    shown = {
        "status": status,
        "lastUpdatedAt": group.updated,
        "errorDetail": dict(group.error) if status == "FAILED" else {},
    }
    return {"status": shown, "statusHistory": [shown]}


@handles("ListGroups")
def list_groups(call: Call) -> Answer:
    source = call.params.get("dataSourceId")
    names = [
        {"groupName": group.name}
        for group in call.index_parts.groups.values()
        if group.updated < call.params["updatedEarlierThan"] and source in (None, group.data_source_id)
    ]
    chosen, token = page(call, names)
    return {"items": chosen, "nextToken": token}


@handles("DeleteGroup")
def delete_group(call: Call) -> None:
    group = _group(call)
    groups = call.index_parts.groups
    key = (group.data_source_id, group.name)
    group.updated = call.now
    # guess: 48, in the end the group is not found, though the model also knows DELETED
    group.progress.start(("DELETING",), call.service.polls("group"), GONE, lambda: _drop(groups, key))


def _drop(groups: dict[tuple[str, str], Group], key: tuple[str, str]) -> None:
    groups.pop(key, None)


def groups_of(call: Call, user: str) -> set[str]:
    """The names of the index's groups that a user is in, directly or through other groups."""
    groups = call.index_parts.groups.values()
    names = {
        group.name
        for group in groups
        if any(member["userId"].lower() == user for member in group.members.get("memberUsers", []))
    }
    while True:
        more = {
            group.name
            for group in groups
            if any(member["groupName"] in names for member in group.members.get("memberGroups", []))
        }
        if more <= names:
            return names
        names |= more

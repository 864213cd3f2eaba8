# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qbusiness_group`` on the embedded cloud; the witnesses are boto3 and, for members, the cloud's own store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    FailedStateError,
    InputError,
    WaitError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_group import function
from conftest import Call, Play
from qbusiness_sandbox.cloud import Fault
from resource_world import World

pytestmark = pytest.mark.usefixtures("instant")

NAME = "handbook/readers"
USERS = ["anna@example.com", "ben@example.com"]


def given(world: World, **changes: Any) -> dict[str, Any]:
    options = {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "group_name": NAME,
        "users": USERS,
        **changes,
    }
    return {name: value for name, value in options.items() if value is not None}


def source(world: World) -> str:
    made = world.q.create_data_source(
        applicationId=world.application_id,
        indexId=world.index_id,
        displayName="wiki",
        configuration={"type": "CUSTOM", "version": "1.0.0"},
    )
    world.cloud.log.clear()
    return str(made["dataSourceId"])


def names(world: World) -> list[str]:
    """The groups that the index lists."""
    later = datetime.now(UTC) + timedelta(days=1)
    where = {"applicationId": world.application_id, "indexId": world.index_id}
    return [item["groupName"] for item in world.q.list_groups(**where, updatedEarlierThan=later)["items"]]


def stored(world: World, name: str = NAME, data_source_id: str = "") -> dict[str, Any]:
    """The group in the cloud's own store: no operation shows its type and members."""
    (index,) = world.cloud.rooms["aws"].dump()["qbusiness"]["indices"]
    (group,) = [item for item in index["groups"] if (item["groupName"], item["dataSourceId"]) == (name, data_source_id)]
    return dict(group)


def members(world: World, data_source_id: str = "") -> dict[str, Any]:
    found: dict[str, Any] = stored(world, data_source_id=data_source_id)["members"]
    return found


def test_create(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"group": 3, "*": 0}
    answer = call(function, **given(world, groups=["interns"]))
    assert answer["operations"] == world.writes() == ["PutGroup"]
    assert names(world) == [NAME]
    assert answer["group"]["status"] == "SUCCEEDED"
    assert members(world) == {
        "memberUsers": [{"userId": user, "type": "INDEX"} for user in USERS],
        "memberGroups": [{"groupName": "interns", "type": "INDEX"}],
    }
    assert answer["group"]["group_members"]["member_users"][0] == {"user_id": USERS[0], "type": "INDEX"}
    assert (answer["group_name"], answer["index_id"]) == (NAME, world.index_id)
    assert answer["diff"]["before"] == {}


def test_create_in_a_data_source(world: World, call: Call) -> None:
    data_source_id = source(world)
    member_users = [{"user_id": "ANNA.MILLER"}, {"user_id": "ben@example.com", "type": "INDEX"}]
    options = given(world, users=None, data_source_id=data_source_id, group_members={"member_users": member_users})
    answer = call(function, **options)
    assert members(world, data_source_id=data_source_id) == {
        "memberUsers": [
            {"userId": "ANNA.MILLER", "type": "DATASOURCE"},
            {"userId": "ben@example.com", "type": "INDEX"},
        ]
    }
    assert answer["group"]["type"] == "DATASOURCE"
    assert answer["group"]["data_source_id"] == data_source_id
    # The same name without a data source is another group.
    assert call(function, **given(world, update="missing"))["operations"] == ["PutGroup"]


def test_create_from_s3(world: World, call: Call) -> None:
    role = world.role("reader")
    where = {"bucket": "acme-groups", "key": "everybody.json"}
    options = given(world, users=None, group_members={"s3_path_for_group_members": where}, role_arn=role)
    call(function, **options)
    assert members(world) == {"s3PathForGroupMembers": where}


def test_create_empty(world: World, call: Call) -> None:
    call(function, **given(world, users=[]))
    assert members(world) == {}


def test_create_drops_doubles(world: World, call: Call) -> None:
    member_users = [{"user_id": USERS[0], "type": "INDEX"}]
    call(function, **given(world, group_members={"member_users": member_users}))
    assert [item["userId"] for item in members(world)["memberUsers"]] == USERS


def test_no_change(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.log.clear()
    answer = call(function, **given(world, users=["other@example.com"], update="missing"))
    assert answer["changed"] is False
    assert world.requests() == ["GetGroup"]
    assert "group_members" not in answer["group"]
    assert answer["diff"]["before"] == answer["diff"]["after"]
    assert [item["userId"] for item in members(world)["memberUsers"]] == USERS


def test_no_change_without_members(world: World, call: Call) -> None:
    call(function, **given(world))
    assert call(function, **given(world, users=None, update="missing"))["changed"] is False


def test_update_always_says_that_it_changed(world: World, call: Call) -> None:
    call(function, **given(world))
    for users in (USERS, ["cora@example.com"]):
        world.cloud.log.clear()
        planned = call(function, check_mode=True, **given(world, users=users))
        assert world.writes() == []
        answer = call(function, **given(world, users=users))
        assert answer["operations"] == planned["operations"] == world.writes() == ["PutGroup"]
        assert answer["diff"] == planned["diff"]
        assert answer["diff"]["before"]["group_members"] == "(the service does not show them)"
        assert [item["userId"] for item in members(world)["memberUsers"]] == users


@pytest.mark.parametrize(
    ("field", "value", "member", "seen"),
    [
        ("groups", ["interns"], "members", {"memberGroups": [{"groupName": "interns", "type": "INDEX"}]}),
        ("type", "DATASOURCE", "type", "DATASOURCE"),
    ],
    ids=["groups", "type"],
)
def test_update(field: str, value: Any, member: str, seen: Any, world: World, call: Call) -> None:
    data_source_id = source(world)
    where = {"data_source_id": data_source_id, "type": "INDEX", "users": []}
    call(function, **given(world, **where))
    assert stored(world, data_source_id=data_source_id)[member] != seen
    call(function, **given(world, **{**where, field: value}))
    assert stored(world, data_source_id=data_source_id)[member] == seen


def test_update_of_one_that_failed(world: World, call: Call) -> None:
    fault = Fault("failed_end", "qbusiness", "PutGroup", message="The file cannot be read.")
    world.cloud.faults.add(fault)
    with pytest.raises(FailedStateError, match=r"handbook/readers failed: The file cannot be read\. InternalError"):
        call(function, **given(world))
    assert call(function, **given(world, update="missing"))["operations"] == ["PutGroup"]


def test_update_waits_for_the_one_before(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"group": 4, "*": 0}
    assert call(function, **given(world, wait=False))["group"]["status"] == "PROCESSING"
    answer = call(function, **given(world, update="missing"))
    assert (answer["changed"], answer["group"]["status"]) == (False, "SUCCEEDED")


def test_create_while_the_old_one_is_deleted(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.settings.polls = {"group": 4, "*": 0}
    call(function, **given(world, state="absent", wait=False))
    assert call(function, **given(world, update="missing"))["operations"] == ["PutGroup"]
    assert names(world) == [NAME]


def test_create_gives_up_waiting(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"group": 1000, "*": 0}
    with pytest.raises(WaitError, match="PROCESSING after 20 s"):
        call(function, **given(world, wait_timeout=20))


def test_absent(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.settings.polls = {"group": 3, "*": 0}
    where = given(world, users=None, state="absent")
    world.cloud.log.clear()
    planned = call(function, check_mode=True, **where)
    assert (planned["changed"], world.writes()) == (True, [])
    answer = call(function, **where)
    assert answer["operations"] == world.writes() == ["DeleteGroup"]
    assert NAME in answer["lost"][0]
    assert names(world) == []
    assert call(function, **where)["changed"] is False


def test_absent_when_the_service_shows_deleted(world: World, call: Call) -> None:
    body = '{"status": {"status": "DELETED"}}'
    options = {"body": body, "content_type": "application/json"}
    world.cloud.faults.add(Fault("answer", "qbusiness", "GetGroup", status=200, options=options))
    assert call(function, **given(world, users=None, state="absent"))["changed"] is False


def test_check(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world))
    assert world.writes() == []
    answer = call(function, **given(world))
    assert (planned["operations"], planned["diff"]) == (answer["operations"], answer["diff"])
    assert call(function, check_mode=True, **given(world, update="missing"))["changed"] is False


def test_check_in_an_index_that_is_only_planned(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world, index_id=uuid_like("index", "x")))
    assert planned["operations"] == ["PutGroup"]
    assert world.requests() == []


def test_bad_input(world: World, call: Call) -> None:
    faulty = {
        "index_id": "short",
        "group_name": "",
        "type": "DATASOURCE",
        "users": [f"user{number}@example.com" for number in range(1000)],
        "group_members": {
            "member_groups": [{"group_name": "a\tb"}],
            "s3_path_for_group_members": {"bucket": "No_Bucket", "key": "x"},
        },
    }
    with pytest.raises(InputError) as caught:
        call(function, **given(world, **faulty))
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "index_id",
        "group_name",
        "group_members.member_groups[0].group_name",
        "group_members.s3_path_for_group_members.bucket",
        "data_source_id",
        "group_members",
        "group_members",
        "role_arn",
    ]
    assert "1001 members" in caught.value.message
    assert world.requests() == []


def test_bad_input_of_a_group_in_itself(world: World, call: Call) -> None:
    with pytest.raises(InputError, match=r"member_groups\[0\]: the group cannot be in itself"):
        call(function, **given(world, groups=[NAME]))


def test_bad_input_without_members(world: World, call: Call) -> None:
    with pytest.raises(InputError, match="group_members: is required where the group is put"):
        call(function, **given(world, users=None))
    assert world.writes() == []


def test_play(world: World, play: Play) -> None:
    task = {"name": "x", "qbusiness.federation.qbusiness_group": given(world, update="missing")}
    assert [result["changed"] for result in play([task, task]).results] == [True, False]
    assert names(world) == [NAME]


def test_play_with_the_members_of_a_group_of_okta(world: World, play: Play) -> None:
    """As the example of the documentation does."""
    people = [{"login": login} for login in USERS]
    world.cloud.seed({"okta": {"users": people, "groups": [{"name": "Knowledge workers", "members": USERS}]}})
    read = {"name": "Knowledge workers", "include_members": True}
    users = "{{ found.groups[0].members | map(attribute='email') }}"
    tasks = [
        {"name": "x", "qbusiness.federation.okta_group_info": read, "register": "found"},
        {"name": "y", "qbusiness.federation.qbusiness_group": given(world, users=users)},
    ]
    assert play(tasks).results[1]["operations"] == ["PutGroup"]
    assert [item["userId"] for item in members(world)["memberUsers"]] == USERS

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chat response configurations. The witness is boto3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    FailedStateError,
    InputError,
    NotFoundError,
    WaitError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder, uuid_like
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.chat_response_configuration import (
    INSTRUCTIONS,
)
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_chat_response_configuration import (
    function as response,
)
from conftest import Call, Play
from qbusiness_sandbox.cloud import Fault
from resource_world import World, camel

pytestmark = pytest.mark.usefixtures("instant")

CREATE, UPDATE, DELETE = (f"{verb}ChatResponseConfiguration" for verb in ("Create", "Update", "Delete"))


@pytest.fixture
def house(world: World) -> dict[str, Any]:
    """Options of one. Names may hold spaces here."""
    return {
        "application_id": world.application_id,
        "display_name": "House style",
        "response_configurations": told(tone="Friendly", response_length="Three sentences"),
    }


def told(**instructions: str) -> dict[str, Any]:
    return {"ALL": {"instruction_collection": instructions}}


def seen(world: World, answer: Mapping[str, Any]) -> dict[str, Any]:
    """As boto3 sees it."""
    found: dict[str, Any] = world.q.get_chat_response_configuration(
        applicationId=world.application_id, chatResponseConfigurationId=answer["chat_response_configuration_id"]
    )
    return found


def used(world: World, answer: Mapping[str, Any], copy: str = "inUseConfiguration") -> dict[str, Any]:
    """The instructions of one of the copies."""
    found: dict[str, Any] = seen(world, answer)[copy]["responseConfigurations"]["ALL"]["instructionCollection"]
    return found


def listed(world: World) -> list[dict[str, Any]]:
    found = world.q.list_chat_response_configurations(applicationId=world.application_id)
    return list(found["chatResponseConfigurations"])


def test_chat_response_configuration_create(world: World, call: Call, house: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 3}
    answer = call(response, **house)
    assert (answer["changed"], answer["operations"], world.writes()) == (True, [CREATE], [CREATE])
    assert used(world, answer) == {"tone": "Friendly", "responseLength": "Three sentences"}
    shown = answer["chat_response_configuration"]
    assert shown["display_name"] == seen(world, answer)["displayName"] == "House style"
    assert shown["response_configurations"] == house["response_configurations"]
    assert shown["status"] == shown["in_use_configuration"]["status"] == "ACTIVE"
    assert answer["chat_response_configuration_arn"] == seen(world, answer)["chatResponseConfigurationArn"]
    assert "error" not in shown


def test_chat_response_configuration_create_without_waiting(world: World, call: Call, house: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 4}
    quick = call(response, wait=False, **house)
    assert quick["chat_response_configuration"]["status"] == "CREATING"
    again = call(response, **house)
    assert (again["changed"], again["chat_response_configuration"]["status"]) == (False, "ACTIVE")


def test_chat_response_configuration_create_gives_up_waiting(world: World, call: Call, house: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 1000}
    with pytest.raises(WaitError, match="CREATING"):
        call(response, wait_timeout=20, **house)


def test_chat_response_configuration_no_change(world: World, call: Call, house: dict[str, Any]) -> None:
    made = call(response, **house)
    world.cloud.log.clear()
    again = call(response, **house)
    assert (again["changed"], again["operations"], world.writes()) == (False, [], [])
    assert again["chat_response_configuration_id"] == made["chat_response_configuration_id"]
    assert again["diff"]["before"] == again["diff"]["after"]
    named = {"application_id": world.application_id, "display_name": "House style"}
    assert call(response, **named)["changed"] is False


@pytest.mark.parametrize("name", [pytest.param(name, id=f"update_{name}") for name in INSTRUCTIONS])
def test_chat_response_configuration_update(name: str, world: World, call: Call, house: dict[str, Any]) -> None:
    """Each instruction: set while the others stay, planned the same, and not set again."""
    made = call(response, **house)
    world.cloud.settings.polls = {"*": 2}
    options = {**house, "response_configurations": told(**{name: "Something else"})}
    world.cloud.log.clear()
    planned = call(response, True, **options)
    assert world.writes() == []
    changed = call(response, **options)
    assert planned["operations"] == changed["operations"] == world.writes() == [UPDATE]
    kept = {"tone": "Friendly", "responseLength": "Three sentences"}
    assert used(world, made) == {**kept, camel(name): "Something else"}
    assert planned["diff"] == changed["diff"]
    world.cloud.log.clear()
    assert call(response, **options)["changed"] is False
    assert world.writes() == []


def test_chat_response_configuration_update_takes_away(world: World, call: Call, house: dict[str, Any]) -> None:
    made = call(response, **house)
    options = {**house, "response_configurations": told(tone="", perspective="")}
    planned = call(response, True, **options)
    changed = call(response, **options)
    assert planned["diff"] == changed["diff"]
    assert used(world, made) == {"responseLength": "Three sentences"}
    assert call(response, **options)["changed"] is False


def test_chat_response_configuration_update_display_name(world: World, call: Call, house: dict[str, Any]) -> None:
    """An update has to carry the instructions, even where only the name changes."""
    made = call(response, **house)
    where = {
        "application_id": world.application_id,
        "chat_response_configuration_id": made["chat_response_configuration_id"],
    }
    renamed = call(response, **where, display_name="New name")
    assert renamed["operations"] == [UPDATE]
    assert seen(world, made)["displayName"] == "New name"
    assert used(world, made) == {"tone": "Friendly", "responseLength": "Three sentences"}


def test_chat_response_configuration_update_tags(world: World, call: Call, house: dict[str, Any]) -> None:
    made = call(response, **house, tags={"Team": "a", "old": "x"})
    changed = call(response, **house, tags={"Team": "b"})
    assert changed["operations"] == ["UntagResource", "TagResource"]
    there = world.q.list_tags_for_resource(resourceARN=made["chat_response_configuration_arn"])["tags"]
    assert there == [{"key": "Team", "value": "b"}]


def test_chat_response_configuration_immutable(world: World, call: Call, house: dict[str, Any]) -> None:
    """Nothing of it is fixed but the application: an id of another application is not found."""
    made = call(response, **house)
    other = {**house, "application_id": world.application("other")}
    with pytest.raises(NotFoundError, match=made["chat_response_configuration_id"]):
        call(response, **other, chat_response_configuration_id=made["chat_response_configuration_id"])


def test_chat_response_configuration_absent(world: World, call: Call, house: dict[str, Any]) -> None:
    made = call(response, **house)
    where = {"application_id": world.application_id, "display_name": "House style", "state": "absent"}
    world.cloud.log.clear()
    planned = call(response, True, **where)
    assert (planned["changed"], world.writes()) == (True, [])
    gone = call(response, **where)
    assert gone["operations"] == planned["operations"] == world.writes() == [DELETE]
    assert gone["lost"] == planned["lost"]
    assert made["chat_response_configuration_id"] in gone["lost"][0]
    assert "response_length, tone" in gone["lost"][0]
    assert listed(world) == []
    world.cloud.log.clear()
    assert call(response, **where)["changed"] is False
    assert world.writes() == []


def test_chat_response_configuration_check(world: World, call: Call, house: dict[str, Any]) -> None:
    planned = call(response, True, **house, tags={"team": "a"})
    assert (world.writes(), listed(world)) == ([], [])
    assert is_placeholder(planned["chat_response_configuration_id"])
    made = call(response, **house, tags={"team": "a"})
    assert planned["operations"] == made["operations"]
    assert set(planned) == set(made)
    for name, value in planned["chat_response_configuration"].items():
        if not is_placeholder(value):
            assert made["chat_response_configuration"][name] == value, name
    world.cloud.log.clear()
    child = call(response, True, **{**house, "application_id": uuid_like("application")})
    assert (child["operations"], world.requests()) == ([CREATE], [])


def test_chat_response_configuration_diff(world: World, call: Call, house: dict[str, Any]) -> None:
    call(response, **house)
    changed = call(response, **{**house, "response_configurations": told(tone="Formal")})
    before, after = changed["diff"]["before"], changed["diff"]["after"]
    assert {name for name in after if before[name] != after[name]} == {"response_configurations"}
    assert before["response_configurations"]["ALL"]["instruction_collection"]["tone"] == "Friendly"
    assert after["response_configurations"]["ALL"]["instruction_collection"]["tone"] == "Formal"
    moving = {"status", "in_use_configuration", "last_update_configuration", "updated_at"}
    assert not moving & set(after)


def test_chat_response_configuration_bad_input(world: World, call: Call) -> None:
    with pytest.raises(InputError) as caught:
        call(
            response,
            application_id=world.application_id,
            display_name="x" * 101,
            response_configurations=told(tone="Hey", identity="x" * 1001, examples="x" * 1000),
            tags={"k" * 129: "v"},
        )
    assert {fault.partition(": ")[0] for fault in caught.value.faults} == {
        "display_name",
        "response_configurations.ALL.instruction_collection.tone",
        "response_configurations.ALL.instruction_collection.identity",
        "tags[0].key",
    }
    with pytest.raises(InputError, match="response_configurations: is required to create"):
        call(response, application_id=world.application_id, display_name="x")
    with pytest.raises(InputError, match=r"response_configurations: 0 entries given, allowed are 1 to 1"):
        call(response, application_id=world.application_id, display_name="x", response_configurations={})
    assert world.writes() == []


def test_chat_response_configuration_whose_creation_failed(world: World, call: Call, house: dict[str, Any]) -> None:
    world.cloud.faults.add(Fault("failed_end", "qbusiness", CREATE, message="The service says why"))
    with pytest.raises(FailedStateError, match="The service says why"):
        call(response, **house)
    with pytest.raises(FailedStateError, match=r"The service says why.*state=absent"):
        call(response, **house)
    assert call(response, **house, state="absent")["changed"] is True
    assert call(response, **house)["changed"] is True


def test_chat_response_configuration_whose_update_failed(world: World, call: Call, house: dict[str, Any]) -> None:
    """What is in use stays in use, and is what the next run compares with."""
    made = call(response, **house)
    world.cloud.faults.add(Fault("failed_end", "qbusiness", UPDATE, message="The service says why"))
    formal = {**house, "response_configurations": told(tone="Formal")}
    with pytest.raises(FailedStateError, match="The service says why"):
        call(response, **formal)
    assert used(world, made)["tone"] == "Friendly"
    assert used(world, made, "lastUpdateConfiguration")["tone"] == "Formal"
    same = call(response, **house)
    assert (same["changed"], same["chat_response_configuration"]["status"]) == (False, "FAILED")
    again = call(response, **formal)
    assert again["operations"] == [UPDATE]
    assert used(world, made)["tone"] == "Formal"
    assert call(response, **formal)["changed"] is False


def test_chat_response_configuration_that_is_named_twice(world: World, call: Call, house: dict[str, Any]) -> None:
    made = call(response, **house)
    second = world.q.create_chat_response_configuration(
        applicationId=world.application_id, displayName="House style", responseConfigurations={"ALL": {}}
    )
    with pytest.raises(AmbiguousError) as caught:
        call(response, **house)
    assert made["chat_response_configuration_id"] in caught.value.message
    assert second["chatResponseConfigurationId"] in caught.value.message


def test_chat_response_configuration_is_found_over_pages(world: World, call: Call, house: dict[str, Any]) -> None:
    for number in range(3):
        call(response, **{**house, "display_name": f"Other {number}"})
    made = call(response, **house)
    world.cloud.settings.page_size = 1
    again = call(response, **house)
    assert again["changed"] is False
    assert again["chat_response_configuration_id"] == made["chat_response_configuration_id"]


def test_chat_response_configuration_in_a_playbook(world: World, play: Play, house: dict[str, Any]) -> None:
    name = "qbusiness.federation.qbusiness_chat_response_configuration"
    tasks = [{name: house}, {name: house}, {name: {**house, "state": "absent"}}]
    assert [result["changed"] for result in play(tasks).results] == [True, False, True]
    assert listed(world) == []

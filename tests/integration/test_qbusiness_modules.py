# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module of Q Business objects does alike: a test per aspect, run for each module. The witness is boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    FailedStateError,
    ImmutableError,
    InputError,
    NotFoundError,
    ServiceError,
    WaitError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder, uuid_like
from ansible_collections.qbusiness.federation.plugins.modules import qbusiness_app
from conftest import Call, Play, module_arguments
from qbusiness_sandbox.cloud import Fault
from resource_world import KINDS, Kind, World, camel

pytestmark = pytest.mark.usefixtures("instant")

NAMED = [kind for kind in KINDS if kind.named]
CHILDREN = [kind for kind in KINDS if kind.parents]


def each(kinds: list[Kind]) -> Any:
    return pytest.mark.parametrize("kind", kinds, ids=lambda kind: kind.name)


def given(kind: Kind, world: World, **changes: Any) -> dict[str, Any]:
    options = {**kind.where(world), **kind.options(world), **changes}
    return {name: value for name, value in options.items() if value is not None}


def seen(found: dict[str, Any]) -> dict[str, Any]:
    """What boto3 found, without what belongs to the request."""
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def make(call: Call, kind: Kind, world: World, **changes: Any) -> str:
    """One that the module made; its id. The log is empty afterwards."""
    answer = call(kind.function, **given(kind, world, **changes))
    world.cloud.log.clear()
    return str(answer[kind.id])


@each(KINDS)
def test_create(kind: Kind, world: World, call: Call) -> None:
    before = len(kind.all(world))
    answer = call(kind.function, **given(kind, world))
    assert answer["changed"] is True
    assert answer["operations"] == world.writes() == [f"Create{kind.operation}"]
    assert len(kind.all(world)) == before + 1
    found = kind.get(world, answer[kind.id])
    assert found[camel(f"{kind.noun}_arn")] == answer[f"{kind.noun}_arn"]
    if kind.named:
        assert found["displayName"] == answer[kind.noun]["display_name"] == given(kind, world)["display_name"]
    assert answer["diff"]["before"] == {}
    assert not set(answer["diff"]["after"]) & {"status", "created_at", "updated_at", "error"}


@each(KINDS)
def test_create_waits(kind: Kind, world: World, call: Call) -> None:
    world.cloud.settings.polls = {"*": 3}
    answer = call(kind.function, **given(kind, world))
    assert answer[kind.noun]["status"] == ("PENDING_AUTH_CONFIG" if kind.name == "web_experience" else "ACTIVE")


@each(KINDS)
def test_create_gives_up_waiting(kind: Kind, world: World, call: Call) -> None:
    world.cloud.settings.polls = {"*": 1000}
    with pytest.raises(WaitError, match=r"CREATI|PENDING_CREATION"):
        call(kind.function, wait_timeout=20, **given(kind, world))


@each(KINDS)
def test_create_without_waiting(kind: Kind, world: World, call: Call) -> None:
    world.cloud.settings.polls = {"*": 5}
    answer = call(kind.function, wait=False, **given(kind, world))
    assert answer["changed"] is True
    assert "CREATI" in answer[kind.noun]["status"] or answer[kind.noun]["status"] == "PENDING_CREATION"


@each(KINDS)
def test_again_changes_nothing(kind: Kind, world: World, call: Call) -> None:
    object_id = make(call, kind, world)
    answer = call(kind.function, **given(kind, world))
    assert (answer["changed"], answer["operations"], world.writes()) == (False, [], [])
    assert answer[kind.id] == object_id
    assert answer["diff"]["before"] == answer["diff"]["after"]


@pytest.mark.parametrize("tags", [None, {"team": "a"}], ids=["plain", "tags"])
def test_made_and_not_waited_for(world: World, call: Call, tags: dict[str, str] | None) -> None:
    """The service may not show for a moment what it has made; the answer is whole all the same."""
    gone = Fault("error", "qbusiness", "GetApplication", status=404, code="ResourceNotFoundException", count=2)
    world.cloud.faults.add(gone)
    made = call(qbusiness_app.function, display_name="new", wait=False, tags=tags)
    assert world.cloud.faults.pending() == []
    seen = world.q.get_application(applicationId=made["application_id"])
    assert made["application_arn"] == made["application"]["application_arn"] == seen["applicationArn"]


@pytest.mark.parametrize(
    ("kind", "option"),
    [pytest.param(kind, option, id=f"{kind.name}-{option}") for kind in KINDS for option in kind.updates],
)
def test_update(kind: Kind, option: str, world: World, call: Call) -> None:
    object_id = make(call, kind, world)
    value, read, expected = kind.updates[option]
    planned = call(kind.function, True, **given(kind, world, **{option: value}))
    assert world.writes() == []
    answer = call(kind.function, **given(kind, world, **{option: value}))
    assert answer["changed"] is planned["changed"] is True
    assert answer["operations"] == planned["operations"] == world.writes() == [f"Update{kind.operation}"]
    assert read(kind.get(world, object_id)) == expected
    assert planned["diff"] == answer["diff"]
    before, after = answer["diff"]["before"], answer["diff"]["after"]
    assert {key for key in after if before.get(key) != after[key]} == {option}
    world.cloud.log.clear()
    again = call(kind.function, **given(kind, world, **{option: value}))
    assert (again["changed"], world.writes()) == (False, [])
    # What is not given stays.
    assert call(kind.function, **given(kind, world, **{option: None}))["changed"] is False
    assert read(kind.get(world, object_id)) == expected


@each([kind for kind in KINDS if kind.fixed])
def test_immutable_is_refused(kind: Kind, world: World, call: Call) -> None:
    assert kind.fixed is not None
    option, value, loss = kind.fixed
    first = {option: {"kms_key_id": "first-key"}} if kind.name == "app" else {}
    object_id = make(call, kind, world, **first)
    seen = kind.get(world, object_id)
    further: dict[str, Any] = {"role_arn": world.role("any")} if kind.name in ("retriever", "datasource") else {}
    if kind.name == "retriever":
        further["configuration"] = None
    world.cloud.log.clear()
    with pytest.raises(ImmutableError) as caught:
        call(kind.function, **given(kind, world, **{option: value}, **further))
    assert option in caught.value.message
    assert loss in caught.value.message
    assert "lost" in caught.value.message
    assert world.writes() == []
    assert _still(kind.get(world, object_id)) == _still(seen)


def _still(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != "ResponseMetadata"}


@each(KINDS)
def test_absent(kind: Kind, world: World, call: Call) -> None:
    object_id = make(call, kind, world)
    before = len(kind.all(world))
    name = {kind.named: kind.options(world)[kind.named]} if kind.named else {}
    world.cloud.settings.polls = {"*": 2}
    planned = call(kind.function, True, state="absent", **kind.where(world), **name)
    assert (planned["changed"], world.writes(), len(kind.all(world))) == (True, [], before)
    answer = call(kind.function, state="absent", **kind.where(world), **name)
    assert answer["changed"] is True
    assert answer["operations"] == planned["operations"] == world.writes() == [f"Delete{kind.operation}"]
    assert answer["lost"] == planned["lost"]
    assert object_id in answer["lost"][0]
    assert answer[kind.id] == object_id
    assert len(kind.all(world)) == before - 1
    world.cloud.log.clear()
    again = call(kind.function, state="absent", **kind.where(world), **name)
    assert (again["changed"], again["operations"], world.writes()) == (False, [], [])
    by_id = call(kind.function, state="absent", **kind.where(world), **{kind.id: object_id})
    assert by_id["changed"] is False


@each(CHILDREN)
def test_absent_without_parent(kind: Kind, world: World, call: Call) -> None:
    gone = dict.fromkeys(kind.parents, "00000000-aaaa-4bbb-8ccc-000000000000")
    name = {kind.named: "any"} if kind.named else {}
    assert call(kind.function, state="absent", **gone, **name)["changed"] is False


@each(KINDS)
def test_check_mode_predicts_what_is_created(kind: Kind, world: World, call: Call) -> None:
    before = kind.all(world)
    options = given(kind, world, tags={"team": "a"})
    planned = call(kind.function, True, **options)
    assert world.writes() == []
    assert len(kind.all(world)) == len(before)
    assert is_placeholder(planned[kind.id])
    made = call(kind.function, **options)
    assert (planned["changed"], planned["operations"]) == (made["changed"], made["operations"])
    assert set(planned) == set(made)
    for name, value in planned[kind.noun].items():
        if not is_placeholder(value):
            assert made[kind.noun][name] == value, name


@each(CHILDREN)
def test_check_mode_with_a_planned_parent(kind: Kind, world: World, call: Call) -> None:
    planned = {name: uuid_like(name) for name in kind.parents}
    answer = call(kind.function, True, **given(kind, world, **planned))
    assert answer["operations"] == [f"Create{kind.operation}"]
    assert world.requests() == []
    with pytest.raises(InputError, match="placeholder"):
        call(kind.function, **given(kind, world, **planned))
    assert world.requests() == []


@each(KINDS)
def test_faults_are_named_at_once(kind: Kind, world: World, call: Call) -> None:
    options, expected = kind.faulty
    with pytest.raises(InputError) as caught:
        call(kind.function, **kind.where(world), **options)
    assert sorted(fault.partition(": ")[0] + ": " for fault in caught.value.faults) == sorted(expected)
    assert world.writes() == []
    assert "X-Amz-Signature" not in caught.value.message


@each(NAMED)
def test_adopts_by_name(kind: Kind, world: World, call: Call) -> None:
    object_id = make(call, kind, world)
    answer = call(kind.function, **kind.where(world), display_name=kind.options(world)["display_name"])
    assert (answer["changed"], answer[kind.id], world.writes()) == (False, object_id, [])


@each(KINDS)
def test_adopts_by_id(kind: Kind, world: World, call: Call) -> None:
    object_id = make(call, kind, world)
    answer = call(kind.function, **kind.where(world), **{kind.id: object_id})
    assert (answer["changed"], answer[kind.id], world.writes()) == (False, object_id, [])
    with pytest.raises(NotFoundError, match="00000000-aaaa"):
        call(kind.function, **kind.where(world), **{kind.id: "00000000-aaaa-4bbb-8ccc-000000000000"})


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        pytest.param(kind, option, id=f"{kind.name}-{option}")
        for kind in KINDS
        if "initially" in module_arguments(kind.function)["argument_spec"]
        for option in kind.updates
    ],
)
def test_what_counts_only_initially(kind: Kind, option: str, world: World, call: Call) -> None:
    value, read, expected = kind.updates[option]
    wanted = given(kind, world, **{option: value}, initially=[option])
    object_id = make(call, kind, world)
    found = kind.get(world, object_id)
    for check_mode in (True, False):
        answer = call(kind.function, check_mode, **wanted)
        assert (answer["changed"], answer["diff"]["before"]) == (False, answer["diff"]["after"])
    assert (world.writes(), seen(kind.get(world, object_id))) == ([], seen(found))
    call(kind.function, **kind.where(world), **{kind.id: object_id}, state="absent")
    planned = call(kind.function, True, **wanted)
    made = call(kind.function, **wanted)
    assert read(kind.get(world, made[kind.id])) == expected
    assert planned["operations"] == made["operations"]


@each(NAMED)
def test_renames_by_id(kind: Kind, world: World, call: Call) -> None:
    object_id = make(call, kind, world)
    answer = call(kind.function, **given(kind, world, display_name="renamed"), **{kind.id: object_id})
    assert answer["operations"] == [f"Update{kind.operation}"]
    assert kind.get(world, object_id)["displayName"] == "renamed"


@each(KINDS)
def test_ambiguous_is_refused(kind: Kind, world: World, call: Call) -> None:
    ids = [make(call, kind, world)]
    if kind.named:
        # A second one of the same name: made under another, then renamed by the witness.
        second = make(call, kind, world, display_name="second")
        update = getattr(world.q, f"update_{kind.noun}")
        update(**kind.members(world), **{camel(kind.id): second}, displayName=kind.options(world)["display_name"])
    else:
        second = world.q.create_web_experience(applicationId=world.application_id)["webExperienceId"]
    ids.append(second)
    world.cloud.log.clear()
    for state in ("present", "absent"):
        with pytest.raises(AmbiguousError) as caught:
            call(kind.function, state=state, **given(kind, world))
        assert all(object_id in caught.value.message for object_id in ids)
        assert kind.id in caught.value.message
    assert world.writes() == []


@each(NAMED)
def test_finds_over_pages(kind: Kind, world: World, call: Call) -> None:
    for number in range(3):
        make(call, kind, world, display_name=f"other-{number}")
    object_id = make(call, kind, world, display_name="last")
    world.cloud.settings.page_size = 1
    answer = call(kind.function, **given(kind, world, display_name="last"))
    assert (answer["changed"], answer[kind.id]) == (False, object_id)
    listing = [name for name in world.requests() if name.startswith("List")]
    assert len(listing) >= 4


@each(KINDS)
def test_tags(kind: Kind, world: World, call: Call) -> None:
    made = call(kind.function, **given(kind, world, tags={"Team": "a", "old": "x"}))
    arn = made[f"{kind.noun}_arn"]

    def tags() -> dict[str, str]:
        return {tag["key"]: tag["value"] for tag in world.q.list_tags_for_resource(resourceARN=arn)["tags"]}

    assert tags() == made[kind.noun]["tags"] == {"Team": "a", "old": "x"}
    kept = call(kind.function, **given(kind, world, tags={"Team": "b"}, purge_tags=False))
    assert kept["operations"] == ["TagResource"]
    assert tags() == {"Team": "b", "old": "x"}
    planned = call(kind.function, True, **given(kind, world, tags={"Team": "b"}))
    assert tags() == {"Team": "b", "old": "x"}
    purged = call(kind.function, **given(kind, world, tags={"Team": "b"}))
    assert planned["operations"] == purged["operations"] == ["UntagResource"]
    assert planned["diff"] == purged["diff"]
    assert tags() == {"Team": "b"}
    world.cloud.log.clear()
    assert call(kind.function, **given(kind, world, tags={"Team": "b"}))["changed"] is False
    assert call(kind.function, **given(kind, world))["changed"] is False
    assert world.writes() == []
    assert call(kind.function, **given(kind, world, tags={"Team": None}))["operations"] == ["TagResource"]
    assert tags() == {"Team": ""}
    assert call(kind.function, **given(kind, world, tags={}))["operations"] == ["UntagResource"]
    assert tags() == {}


@each(KINDS)
def test_failed_end(kind: Kind, world: World, call: Call) -> None:
    text = "The service says why"
    world.cloud.faults.add(Fault("failed_end", "qbusiness", f"Create{kind.operation}", message=text))
    # A retriever has no error member: only its status can be said.
    told = "FAILED" if kind.name == "retriever" else text
    with pytest.raises(FailedStateError, match=told):
        call(kind.function, **given(kind, world))
    with pytest.raises(FailedStateError, match="state=absent"):
        call(kind.function, **given(kind, world))
    assert call(kind.function, state="absent", **given(kind, world))["changed"] is True
    assert call(kind.function, **given(kind, world))["changed"] is True


@each([kind for kind in KINDS if kind.name in ("app", "index", "datasource")])
def test_error_in_a_passing_status(kind: Kind, world: World, call: Call) -> None:
    text = "The service says why, and stays where it is"
    world.cloud.settings.polls = {"*": 2}
    world.cloud.faults.add(Fault("stays_with_error", "qbusiness", f"Create{kind.operation}", message=text))
    with pytest.raises(FailedStateError, match=text):
        call(kind.function, **given(kind, world))
    with pytest.raises(FailedStateError, match=text):
        call(kind.function, **given(kind, world))


@each(KINDS)
def test_cut_connection_makes_no_second_one(kind: Kind, world: World, call: Call) -> None:
    before = len(kind.all(world))
    world.cloud.faults.add(Fault("cut_after", "qbusiness", f"Create{kind.operation}", count=20))
    with pytest.raises(ServiceError):
        call(kind.function, **given(kind, world))
    world.cloud.faults.clear()
    assert len(kind.all(world)) == before + 1
    assert call(kind.function, **given(kind, world))["changed"] is False
    assert len(kind.all(world)) == before + 1


@each(KINDS)
def test_throttling_is_waited_out(kind: Kind, world: World, call: Call) -> None:
    fault = Fault("error", "qbusiness", f"Create{kind.operation}", count=6, status=429, code="ThrottlingException")
    world.cloud.faults.add(fault)
    assert call(kind.function, **given(kind, world))["changed"] is True


@each(KINDS)
def test_waits_out_what_another_run_began(kind: Kind, world: World, call: Call) -> None:
    world.cloud.settings.polls = {"*": 4}
    call(kind.function, wait=False, **given(kind, world))
    answer = call(kind.function, **given(kind, world))
    assert answer["changed"] is False
    assert answer[kind.noun]["status"] in ("ACTIVE", "PENDING_AUTH_CONFIG")


def test_modules_in_a_playbook(world: World, play: Play) -> None:
    """The real modules in a real playbook: made, unchanged, planned, removed."""
    tasks = [{f"qbusiness.federation.qbusiness_{kind.name}": given(kind, world)} for kind in CHILDREN]
    planned = play(tasks, "--check", "--diff").results
    assert world.writes() == []
    made = play(tasks).results
    assert [result["operations"] for result in planned] == [result["operations"] for result in made]
    assert all(result["changed"] for result in made)
    assert not any(result["changed"] for result in play(tasks).results)
    gone = [{name: {**options, "state": "absent"}} for task in reversed(tasks) for name, options in task.items()]
    assert all(result["changed"] for result in play(gone).results)
    assert world.q.list_web_experiences(applicationId=world.application_id)["webExperiences"] == []

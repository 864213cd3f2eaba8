# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that read Q Business objects: a test per aspect, run for each. The witness is boto3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.modules import (
    qbusiness_app_info,
    qbusiness_datasource_info,
    qbusiness_datasource_sync_info,
    qbusiness_index_info,
    qbusiness_retriever_info,
    qbusiness_web_experience_info,
)
from conftest import Call, Play
from info_world import undocumented
from qbusiness_sandbox.cloud import Fault
from resource_world import KINDS, Kind, World, camel, s3_document


@dataclass(frozen=True)
class Reading:
    """A module that reads what the module of ``kind`` writes."""

    kind: Kind
    function: Function
    plural: str


_FUNCTIONS: dict[str, tuple[Function, str]] = {
    "app": (qbusiness_app_info.function, "applications"),
    "index": (qbusiness_index_info.function, "indices"),
    "retriever": (qbusiness_retriever_info.function, "retrievers"),
    "datasource": (qbusiness_datasource_info.function, "data_sources"),
    "web_experience": (qbusiness_web_experience_info.function, "web_experiences"),
}
READINGS = [Reading(kind, *_FUNCTIONS[kind.name]) for kind in KINDS if kind.name in _FUNCTIONS]
NAMED = [reading for reading in READINGS if reading.kind.named]
CHILDREN = [reading for reading in READINGS if reading.kind.parents]
NOBODY = "00000000-1111-4222-8333-444444444444"


def each(readings: list[Reading]) -> Any:
    return pytest.mark.parametrize("reading", readings, ids=lambda reading: reading.kind.name)


def make(call: Call, reading: Reading, world: World, **changes: Any) -> dict[str, Any]:
    """What the writing module answered; the log is empty afterwards."""
    kind = reading.kind
    options = {**kind.where(world), **kind.options(world), "tags": {"team": "a", "Cost-Center": "7"}, **changes}
    answer = call(kind.function, **{name: value for name, value in options.items() if value is not None})
    world.cloud.log.clear()
    return answer


def read(call: Call, reading: Reading, world: World, **options: Any) -> list[dict[str, Any]]:
    answer = call(reading.function, **{**reading.kind.where(world), **options})
    assert answer["changed"] is False
    assert world.writes() == []
    assert undocumented(reading.function, reading.plural, answer[reading.plural]) == set()
    return list(answer[reading.plural])


@each(READINGS)
def test_by_id_with_the_keys_of_the_writing_module(reading: Reading, world: World, call: Call) -> None:
    made = make(call, reading, world)
    kind = reading.kind
    found = read(call, reading, world, include_tags=True, **{kind.id: made[kind.id]})
    assert len(found) == 1
    expected = made[kind.noun]
    assert {key: found[0][key] for key in expected} == expected
    assert found[0]["tags"] == {"team": "a", "Cost-Center": "7"}
    assert {name: found[0][name] for name in kind.where(world)} == kind.where(world)
    seen = kind.get(world, made[kind.id])
    assert found[0][f"{kind.noun}_arn"] == seen[camel(f"{kind.noun}_arn")]


@each(READINGS)
def test_tags_cost_a_call_and_are_read_only_when_asked_for(reading: Reading, world: World, call: Call) -> None:
    made = make(call, reading, world)
    found = read(call, reading, world, **{reading.kind.id: made[reading.kind.id]})
    assert "tags" not in found[0]
    assert world.requests() == [f"Get{reading.kind.operation}"]


@each(NAMED)
def test_by_exact_name_over_all_pages(reading: Reading, world: World, call: Call) -> None:
    world.cloud.settings.page_size = 2
    ids = [make(call, reading, world, display_name=name)[reading.kind.id] for name in ("one", "two", "twofold", "Two")]
    found = read(call, reading, world, display_name="two")
    assert [item[reading.kind.id] for item in found] == [ids[1]]
    assert sum(name.startswith("List") for name in world.requests()) > 1
    assert read(call, reading, world, display_name="tw") == []


@each(READINGS)
def test_all_of_the_parent_over_all_pages(reading: Reading, world: World, call: Call) -> None:
    world.cloud.settings.page_size = 2
    for number in range(5 if reading.kind.named else 1):
        name = {"display_name": f"number-{number}"} if reading.kind.named else {}
        make(call, reading, world, **name)
    found = read(call, reading, world)
    listed = reading.kind.all(world)
    assert [item[reading.kind.id] for item in found] == [item[camel(reading.kind.id)] for item in listed]
    assert len(found) >= (5 if reading.kind.named else 1)


def test_several_of_one_name_are_all_answered(world: World, call: Call) -> None:
    ids = {world.application("twin"), world.application("twin")}
    answer = call(qbusiness_app_info.function, display_name="twin")
    assert {item["application_id"] for item in answer["applications"]} == ids


def test_several_web_experiences_are_all_answered(world: World, call: Call) -> None:
    ids = {
        world.q.create_web_experience(applicationId=world.application_id, title=title)["webExperienceId"]
        for title in ("a", "b", "c")
    }
    answer = call(qbusiness_web_experience_info.function, application_id=world.application_id)
    assert {item["web_experience_id"] for item in answer["web_experiences"]} == ids
    assert {item["title"] for item in answer["web_experiences"]} == {"a", "b", "c"}
    for item in answer["web_experiences"]:
        assert item["saml_acs_url"] == item["default_endpoint"] + "saml"
        assert item["oidc_redirect_uri"] == item["default_endpoint"] + "authorization-code/callback"


@each(READINGS)
def test_nothing_there_is_no_error(reading: Reading, world: World, call: Call) -> None:
    assert read(call, reading, world, **{reading.kind.id: NOBODY}) == []
    if reading.kind.named:
        assert read(call, reading, world, display_name="nobody") == []


@each(CHILDREN)
def test_a_parent_that_is_not_there_is_no_error(reading: Reading, world: World, call: Call) -> None:
    assert read(call, reading, world, application_id=NOBODY) == []


@each(NAMED)
def test_a_name_beside_an_id_must_fit(reading: Reading, world: World, call: Call) -> None:
    made = make(call, reading, world)
    chosen = {reading.kind.id: made[reading.kind.id]}
    assert read(call, reading, world, display_name="other", **chosen) == []
    assert len(read(call, reading, world, display_name=made[reading.kind.noun]["display_name"], **chosen)) == 1


@each(READINGS)
def test_check_mode_reads_the_same(reading: Reading, world: World, call: Call) -> None:
    made = make(call, reading, world)
    options = {**reading.kind.where(world), reading.kind.id: made[reading.kind.id]}
    assert call(reading.function, True, **options) == call(reading.function, False, **options)


@each(READINGS)
def test_what_is_only_planned_is_not_there_yet(reading: Reading, world: World, call: Call) -> None:
    planned = uuid_like("planned")
    options = {**reading.kind.where(world), reading.kind.id: planned}
    assert call(reading.function, True, **options)[reading.plural] == []
    for parent in reading.kind.where(world):
        options = {**reading.kind.where(world), parent: planned}
        assert call(reading.function, True, **options)[reading.plural] == []
    assert world.requests() == []
    with pytest.raises(InputError, match="placeholder"):
        call(reading.function, False, **{**reading.kind.where(world), reading.kind.id: planned})


@each(READINGS)
def test_ids_that_cannot_be_are_all_named(reading: Reading, world: World, call: Call) -> None:
    options = {**dict.fromkeys(reading.kind.where(world), "short"), reading.kind.id: "short"}
    with pytest.raises(InputError) as caught:
        call(reading.function, **options)
    assert sorted(fault.partition(":")[0] for fault in caught.value.faults) == sorted(options)
    assert world.requests() == []


@each(READINGS)
def test_a_refusal_is_an_error(reading: Reading, world: World, call: Call) -> None:
    world.cloud.faults.add(Fault("error", service="qbusiness", count=-1, status=403, code="AccessDeniedException"))
    with pytest.raises(ServiceError) as caught:
        call(reading.function, **reading.kind.where(world))
    assert caught.value.code == "AccessDeniedException"


def test_what_is_in_transition_or_failed_is_shown_as_it_is(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"*": 50}
    moving = world.application("moving")
    found = call(qbusiness_app_info.function, application_id=moving)["applications"]
    assert found[0]["status"] == "CREATING"
    world.cloud.settings.polls = {"*": 0}
    world.cloud.faults.add(Fault("failed_end", service="qbusiness", operation="CreateApplication"))
    failed = world.application("failed")
    found = call(qbusiness_app_info.function, application_id=failed)["applications"]
    assert found[0]["status"] == world.q.get_application(applicationId=failed)["status"] == "FAILED"
    assert found[0]["error"]["error_message"]


@pytest.fixture
def source(world: World) -> dict[str, str]:
    """A data source with documents, as options."""
    world.bucket("a.txt", "b.txt")
    role = world.role("reader", "qbusiness.amazonaws.com", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    made = world.q.create_data_source(
        applicationId=world.application_id,
        indexId=world.index_id,
        displayName="handbook",
        roleArn=role,
        configuration=s3_document(additionalProperties={}),
    )
    return {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "data_source_id": made["dataSourceId"],
    }


def start(world: World, source: dict[str, str]) -> str:
    ids = {camel(name): value for name, value in source.items()}
    return str(world.q.start_data_source_sync_job(**ids)["executionId"])


def test_sync_jobs_the_newest_first_with_numbers(world: World, source: dict[str, str], call: Call) -> None:
    world.cloud.settings.page_size = 2
    ids = []
    for _unused in range(5):
        ids.append(start(world, source))
        world.cloud.clock.advance(60)
    world.cloud.log.clear()
    jobs = call(qbusiness_datasource_sync_info.function, **source)["jobs"]
    assert [job["execution_id"] for job in jobs] == ids[::-1]
    assert world.requests() == ["ListDataSourceSyncJobs"] * 3
    assert undocumented(qbusiness_datasource_sync_info.function, "jobs", jobs) == set()
    seen = world.q.list_data_source_sync_jobs(**{camel(name): value for name, value in source.items()})["history"][0]
    assert jobs[0]["status"] == seen["status"] == "SUCCEEDED"
    assert jobs[0]["running"] is False
    assert jobs[0]["metrics"]["documents_scanned"] == int(seen["metrics"]["documentsScanned"]) == 2
    assert jobs[0]["start_time"] == seen["startTime"].isoformat()


def test_as_many_sync_jobs_as_asked_for(world: World, source: dict[str, str], call: Call) -> None:
    world.cloud.settings.page_size = 2
    for _unused in range(4):
        start(world, source)
        world.cloud.clock.advance(60)
    world.cloud.log.clear()
    jobs = call(qbusiness_datasource_sync_info.function, max_jobs=2, **source)["jobs"]
    assert len(jobs) == 2
    assert world.requests() == ["ListDataSourceSyncJobs"]
    with pytest.raises(InputError, match="max_jobs"):
        call(qbusiness_datasource_sync_info.function, max_jobs=0, **source)


def test_sync_jobs_by_status_and_by_id(world: World, source: dict[str, str], call: Call) -> None:
    world.cloud.faults.add(Fault("failed_end", service="qbusiness", operation="StartDataSourceSyncJob"))
    failed = start(world, source)
    world.cloud.clock.advance(60)
    good = start(world, source)
    found = call(qbusiness_datasource_sync_info.function, status="FAILED", **source)["jobs"]
    assert [job["execution_id"] for job in found] == [failed]
    assert found[0]["error"]
    found = call(qbusiness_datasource_sync_info.function, execution_id=good, **source)["jobs"]
    assert [job["execution_id"] for job in found] == [good]
    assert call(qbusiness_datasource_sync_info.function, execution_id=NOBODY, **source)["jobs"] == []


def test_a_running_sync_job_is_said_to_run(world: World, source: dict[str, str], call: Call) -> None:
    world.cloud.settings.polls = {"*": 50}
    start(world, source)
    found = call(qbusiness_datasource_sync_info.function, **source)["jobs"]
    assert (found[0]["running"], found[0]["status"].startswith("SYNCING")) == (True, True)


def test_no_sync_jobs(world: World, source: dict[str, str], call: Call) -> None:
    assert call(qbusiness_datasource_sync_info.function, **source)["jobs"] == []
    assert call(qbusiness_datasource_sync_info.function, **{**source, "data_source_id": NOBODY})["jobs"] == []
    planned = {**source, "data_source_id": uuid_like("planned")}
    assert call(qbusiness_datasource_sync_info.function, True, **planned)["jobs"] == []


def test_through_real_ansible(world: World, play: Play) -> None:
    played = play(
        [
            {"qbusiness.federation.qbusiness_app_info": {"display_name": "parent", "include_tags": True}},
            {"qbusiness.federation.qbusiness_index_info": {"application_id": world.application_id}},
        ],
        "--check",
    )
    apps, indices = played.results
    assert [item["application_id"] for item in apps["applications"]] == [world.application_id]
    assert apps["applications"][0]["tags"] == {}
    assert [item["index_id"] for item in indices["indices"]] == [world.index_id]
    assert (apps["changed"], indices["changed"]) == (False, False)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sync jobs: started when due, adopted, waited for, judged. The witness is boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    FailedStateError,
    FederationError,
    InputError,
    NotFoundError,
    WaitError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource import function as datasource
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource_sync import function as sync
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud, Fault
from resource_world import BUCKET, World, make_world, s3_document

pytestmark = pytest.mark.usefixtures("instant")

START = "StartDataSourceSyncJob"


@pytest.fixture
def world(cloud: Cloud, aws: Callable[[str], Any]) -> World:
    world = make_world(cloud, aws)
    world.bucket("docs/leave.txt", "docs/travel.txt", "other/secret.txt")
    return world


def make_source(world: World, document: dict[str, Any] | None = None) -> dict[str, str]:
    """A data source, as the module's options."""
    read = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    }
    role = world.role("reader", "qbusiness.amazonaws.com", read)
    made = world.q.create_data_source(
        applicationId=world.application_id,
        indexId=world.index_id,
        displayName="handbook",
        roleArn=role,
        configuration=document or s3_document(),
    )
    world.cloud.log.clear()
    # The bucket's times are those of the wall clock, in whole seconds: what comes now comes later than its objects.
    world.cloud.clock.advance(10)
    return {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "data_source_id": made["dataSourceId"],
    }


@pytest.fixture
def source(world: World) -> dict[str, str]:
    return make_source(world)


def jobs(world: World, source: dict[str, str]) -> list[dict[str, Any]]:
    """The history, as boto3 sees it."""
    found: list[dict[str, Any]] = world.q.list_data_source_sync_jobs(
        applicationId=source["application_id"], indexId=source["index_id"], dataSourceId=source["data_source_id"]
    )["history"]
    return found


def test_datasource_sync_never_synced(world: World, call: Call, source: dict[str, str]) -> None:
    world.cloud.settings.polls = {"*": 0, "sync_job": 4}
    answer = call(sync, **source)
    assert (answer["changed"], answer["operations"]) == (True, [START])
    assert answer["reason"] == "it was never synced"
    assert answer["metrics"] == {
        "documents_added": 2,
        "documents_modified": 0,
        "documents_deleted": 0,
        "documents_failed": 0,
        "documents_scanned": 2,
    }
    (job,) = jobs(world, source)
    assert answer["job"]["execution_id"] == job["executionId"]
    assert answer["job"]["status"] == job["status"] == "SUCCEEDED"


def test_datasource_sync_again_changes_nothing(world: World, call: Call, source: dict[str, str]) -> None:
    first = call(sync, **source)
    world.cloud.log.clear()
    answer = call(sync, **source)
    assert (answer["changed"], answer["operations"], answer["reason"], world.writes()) == (False, [], "", [])
    assert answer["job"] == first["job"]
    assert answer["metrics"] == first["metrics"]


def test_datasource_sync_check_mode(world: World, call: Call, source: dict[str, str]) -> None:
    planned = call(sync, True, **source)
    assert (planned["changed"], planned["operations"]) == (True, [START])
    assert planned["reason"] == "it was never synced"
    assert (world.writes(), jobs(world, source)) == ([], [])
    call(sync, **source)
    assert call(sync, True, **source)["changed"] is False


def test_datasource_sync_check_mode_with_planned_parents(world: World, call: Call) -> None:
    options = {name: uuid_like(name) for name in ("application_id", "index_id", "data_source_id")}
    answer = call(sync, True, **options)
    assert (answer["changed"], answer["operations"]) == (True, [START])
    assert call(sync, True, start="never", **options)["changed"] is False
    assert world.requests() == []


def test_datasource_sync_definition_changed(world: World, call: Call, source: dict[str, str]) -> None:
    call(sync, **source)
    world.cloud.clock.advance(60)
    world.q.update_data_source(
        applicationId=source["application_id"],
        indexId=source["index_id"],
        dataSourceId=source["data_source_id"],
        description="changed",
    )
    answer = call(sync, **source)
    assert answer["changed"] is True
    assert "definition" in answer["reason"]
    assert call(sync, **source)["changed"] is False


@pytest.mark.parametrize(
    "document",
    [
        s3_document(additionalProperties={"inclusionPrefixes": ["/docs/"], "exclusionPrefixes": ["docs/drafts/"]}),
        {
            "type": "S3V2",
            "connectionConfiguration": {"bucketName": BUCKET, "bucketOwnerAccountId": "123456789012"},
            "filterConfiguration": {"inclusionPrefixes": ["docs/"], "exclusionPrefixes": ["docs/drafts/"]},
        },
    ],
    ids=["S3", "S3V2"],
)
def test_datasource_sync_documents_changed_in_the_bucket(document: dict[str, Any], world: World, call: Call) -> None:
    world.cloud.clock.advance(-120)
    source = make_source(world, document)
    # Synced before the objects were put, as it seems to the service.
    call(sync, **source)
    changed = call(sync, **source)
    assert changed["changed"] is True
    assert "a document in the bucket was changed" in changed["reason"]
    # Synced after all of them.
    world.cloud.clock.advance(240)
    call(sync, start="always", **source)
    assert call(sync, **source)["changed"] is False


def test_datasource_sync_looks_only_under_the_prefixes(world: World, call: Call) -> None:
    world.cloud.clock.advance(-120)
    source = make_source(world, s3_document(additionalProperties={"inclusionPrefixes": ["drafts/"]}))
    call(sync, **source)
    # Every object of the bucket is newer than this sync, none of them is under the prefix.
    assert call(sync, **source)["changed"] is False
    world.put("drafts/new.txt")
    assert "a document in the bucket was changed" in call(sync, **source)["reason"]


def test_datasource_sync_bucket_that_cannot_be_seen(world: World, call: Call, source: dict[str, str]) -> None:
    call(sync, **source)
    fault = Fault("error", "s3", "*", count=-1, status=403, code="AccessDenied", message="Not yours")
    world.cloud.faults.add(fault)
    answer = call(sync, **source)
    assert answer["changed"] is False
    assert "documents_changed" in answer["warnings"][0]


def test_datasource_sync_documents_changed_said(world: World, call: Call, source: dict[str, str]) -> None:
    call(sync, **source)
    answer = call(sync, documents_changed=True, **source)
    assert answer["changed"] is True
    assert "documents_changed" in answer["reason"]
    world.cloud.log.clear()
    assert call(sync, documents_changed=False, **source)["changed"] is False
    assert not [entry for entry in world.cloud.log.since() if entry.service == "s3"]


def test_datasource_sync_always_and_never(world: World, call: Call, source: dict[str, str]) -> None:
    nothing = call(sync, start="never", **source)
    assert (nothing["changed"], nothing["job"], nothing["metrics"]) == (False, {}, {})
    call(sync, **source)
    assert call(sync, start="always", **source)["changed"] is True
    assert len(jobs(world, source)) == 2
    assert call(sync, start="never", documents_changed=True, **source)["changed"] is False


def test_datasource_sync_failed_end(world: World, call: Call, source: dict[str, str]) -> None:
    world.cloud.faults.add(Fault("failed_end", "qbusiness", START, message="The bucket is on fire"))
    with pytest.raises(FailedStateError, match="The bucket is on fire") as caught:
        call(sync, **source)
    assert caught.value.message == (
        f"data source handbook ({source['data_source_id']}): the sync ended FAILED: "
        "The bucket is on fire (InvalidRequest, InternalError)"
    )
    assert caught.value.facts["job"]["status"] == "FAILED"
    with pytest.raises(FailedStateError, match="The bucket is on fire"):
        call(sync, start="never", **source)
    source_id = source["data_source_id"]
    of_list = {name: value for name, value in source.items() if name != "data_source_id"}
    with pytest.raises(FederationError) as caught_of_list:
        call(sync, start="never", **of_list, data_sources=[{"data_source_id": source_id}])
    assert caught_of_list.value.message.startswith(
        f"1 of 1 data_sources failed:\n- data source {source_id}: the sync ended FAILED: The bucket is on fire ("
    )
    assert call(sync, True, **source)["reason"] == "the last sync ended FAILED"
    answer = call(sync, **source)
    assert (answer["changed"], answer["reason"]) == (True, "the last sync ended FAILED")
    assert answer["job"]["status"] == "SUCCEEDED"


def test_datasource_sync_aborted(world: World, call: Call, source: dict[str, str]) -> None:
    world.cloud.settings.polls = {"*": 0, "sync_job": 3}
    call(sync, wait=False, **source)
    world.q.stop_data_source_sync_job(
        applicationId=source["application_id"], indexId=source["index_id"], dataSourceId=source["data_source_id"]
    )
    with pytest.raises(FailedStateError, match="ABORTED"):
        call(sync, start="never", **source)
    assert call(sync, **source)["reason"] == "the last sync ended ABORTED"


def test_datasource_sync_incomplete_is_a_warning(world: World, call: Call) -> None:
    filters = {"inclusionPrefixes": ["docs/"], "maxFileSizeInMegaBytes": "0.0001"}
    world.put("docs/long.txt", "x" * 5000)
    source = make_source(world, s3_document(additionalProperties=filters))
    answer = call(sync, **source)
    assert answer["job"]["status"] == "INCOMPLETE"
    assert (answer["metrics"]["documents_failed"], answer["metrics"]["documents_scanned"]) == (1, 3)
    assert "failed 1" in answer["warnings"][0] and "scanned 3" in answer["warnings"][0]
    assert call(sync, **source)["changed"] is False


def test_datasource_sync_adopts_a_running_job(world: World, call: Call, source: dict[str, str]) -> None:
    world.cloud.settings.polls = {"*": 0, "sync_job": 6}
    ids = {"applicationId": source["application_id"], "indexId": source["index_id"]}
    started = world.q.start_data_source_sync_job(**ids, dataSourceId=source["data_source_id"])
    world.cloud.log.clear()
    answer = call(sync, **source)
    assert (answer["changed"], world.writes()) == (False, [])
    assert answer["job"]["execution_id"] == started["executionId"]
    assert answer["job"]["status"] == "SUCCEEDED"


def test_datasource_sync_without_waiting(world: World, call: Call, source: dict[str, str]) -> None:
    world.cloud.settings.polls = {"*": 0, "sync_job": 9}
    answer = call(sync, wait=False, **source)
    assert (answer["changed"], answer["operations"], answer["reason"]) == (True, [START], "it was never synced")
    assert answer["job"]["status"] == "SYNCING"
    again = call(sync, wait=False, **source)
    assert (again["changed"], again["job"]["execution_id"]) == (False, answer["job"]["execution_id"])
    assert len(jobs(world, source)) == 1


def test_datasource_sync_gives_up_waiting(world: World, call: Call, source: dict[str, str]) -> None:
    world.cloud.settings.polls = {"*": 0, "sync_job": 10000}
    with pytest.raises(WaitError, match="SYNCING"):
        call(sync, wait_timeout=60, **source)


@pytest.mark.parametrize("looks", [1, 2, 20])
def test_datasource_sync_cut_connection_adopts(looks: int, world: World, call: Call, source: dict[str, str]) -> None:
    world.cloud.settings.polls = {"*": 0, "sync_job": looks}
    world.cloud.faults.add(Fault("cut_after", "qbusiness", START))
    answer = call(sync, **source)
    assert answer["job"]["status"] == "SUCCEEDED"
    assert len(jobs(world, source)) == 1


def test_datasource_sync_custom_is_left_to_its_program(world: World, call: Call) -> None:
    source = make_source(world, {"type": "CUSTOM", "version": "1.0.0"})
    with pytest.raises(InputError, match="CUSTOM"):
        call(sync, **source)
    assert call(sync, start="never", **source)["changed"] is False
    assert world.writes() == []


def test_datasource_sync_of_a_source_that_is_told(world: World, call: Call, source: dict[str, str]) -> None:
    """What a task before answered decides as what would be read does; what is no such answer is read."""
    document = s3_document()
    call(sync, **source)
    told = call(datasource, **source, configuration=document)["data_source"]
    for known, reads in ((told, 0), ({"type": "S3"}, 1), ({**told, "updated_at": "yesterday"}, 1)):
        world.cloud.log.clear()
        assert call(sync, **source, data_source=known)["changed"] is False
        asked = [entry.operation for entry in world.cloud.log.since()]
        assert asked.count("GetDataSource") == reads
    world.cloud.clock.advance(60)
    changed = call(datasource, **source, configuration=document, description="another")["data_source"]
    assert call(sync, **source, data_source=told)["changed"] is False
    assert "definition" in call(sync, **source, data_source=changed)["reason"]


def test_datasource_sync_of_a_custom_source_that_is_told(world: World, call: Call) -> None:
    source = make_source(world, {"type": "CUSTOM", "version": "1.0.0"})
    told = call(datasource, **source)["data_source"]
    with pytest.raises(InputError, match="CUSTOM"):
        call(sync, **source, data_source=told)


@pytest.mark.parametrize("start", ["due", "never"])
def test_datasource_sync_of_nothing(world: World, call: Call, source: dict[str, str], start: str) -> None:
    with pytest.raises(NotFoundError, match="00000000-aaaa"):
        call(sync, **{**source, "start": start, "data_source_id": "00000000-aaaa-4bbb-8ccc-000000000000"})


def test_datasource_sync_in_a_playbook(world: World, play: Play, source: dict[str, str]) -> None:
    task = {"qbusiness.federation.qbusiness_datasource_sync": source}
    assert play([task], "--check").results[0]["reason"] == "it was never synced"
    first, second = play([task, task]).results
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["metrics"]["documents_added"] == 2

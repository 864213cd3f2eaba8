# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qbusiness_document`` on the embedded cloud; the witnesses are boto3 and, for what no operation shows, its store."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    FailedStateError,
    InputError,
    NotFoundError,
    ServiceError,
    WaitError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness import document as document_module
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_document import function
from conftest import Call, Play
from qbusiness_sandbox.cloud import Fault
from resource_world import BUCKET, World, s3_document

pytestmark = pytest.mark.usefixtures("instant")

LEAVE, TRAVEL = "handbook/leave", "handbook/travel"
TEXT = "There are 27 days of leave a year."
PUT, DELETE = "BatchPutDocument", "BatchDeleteDocument"
START, STOP = "StartDataSourceSyncJob", "StopDataSourceSyncJob"


def text(document_id: str = LEAVE, content: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"id": document_id, "content": {"text": content}, **more}


def sourced(document_id: str = LEAVE, **more: Any) -> dict[str, Any]:
    """One that a data source takes."""
    return text(document_id, title=document_id, source_uri=f"https://example.com/{document_id}", **more)


def given(world: World, *documents: dict[str, Any], **changes: Any) -> dict[str, Any]:
    options = {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "documents": list(documents) or [text()],
        **changes,
    }
    return {name: value for name, value in options.items() if value is not None}


def source(world: World, configuration: dict[str, Any] | None = None, **members: Any) -> str:
    made = world.q.create_data_source(
        applicationId=world.application_id,
        indexId=world.index_id,
        displayName="wiki",
        configuration=configuration or {"type": "CUSTOM", "version": "1.0.0"},
        **members,
    )
    world.cloud.log.clear()
    return str(made["dataSourceId"])


def jobs(world: World, data_source_id: str) -> list[str]:
    found = world.q.list_data_source_sync_jobs(
        applicationId=world.application_id, indexId=world.index_id, dataSourceId=data_source_id
    )
    return [job["status"] for job in found["history"]]


def listed(world: World) -> dict[str, str]:
    """What the index lists: statuses by id."""
    where = {"applicationId": world.application_id, "indexId": world.index_id}
    return {item["documentId"]: item["status"] for item in world.q.list_documents(**where)["documentDetailList"]}


def stored(world: World, document_id: str = LEAVE) -> dict[str, Any]:
    (index,) = world.cloud.rooms["aws"].dump()["qbusiness"]["indices"]
    (found,) = [item for item in index["documents"] if item["documentId"] == document_id]
    return dict(found)


def digest(content: str = TEXT) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def reader(world: World) -> str:
    """A role that may read the bucket."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    listing = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{BUCKET}"}
    return world.role("reader", "qbusiness.amazonaws.com", statement, listing)


def in_s3(key: str, document_id: str = LEAVE) -> dict[str, Any]:
    return {"id": document_id, "content": {"s3": {"bucket": BUCKET, "key": key}}}


# -- create ---------------------------------------------------------------------------------------------------------


def test_create(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"document": 3, "*": 0}
    attributes = [
        {"name": "_category", "value": {"string_value": "handbook"}},
        {"name": "_created_at", "value": {"date_value": "2026-01-01T01:00:00+01:00"}},
        {"name": "pages", "value": {"long_value": 2}},
        {"name": "teams", "value": {"string_list_value": ["a", "b"]}},
    ]
    access = {"access_controls": [{"principals": [{"user": {"id": "anna@example.com", "access": "ALLOW"}}]}]}
    document = text(title="Leave", attributes=attributes, access_configuration=access, content_type="PLAIN_TEXT")
    answer = call(function, **given(world, {**document, "source_uri": "https://example.com/leave"}))
    assert answer["operations"] == world.writes() == [PUT]
    assert listed(world) == {LEAVE: "INDEXED"}
    found = stored(world)
    assert (found["title"], found["uri"], found["sha256"]) == ("Leave", "https://example.com/leave", digest())
    assert [item["name"] for item in found["attributes"]] == [
        "_category",
        "_created_at",
        "pages",
        "teams",
        "_source_uri",
    ]
    assert found["attributes"][2]["value"] == {"longValue": 2}
    json.dumps(world.cloud.dump())  # as the control endpoint answers it
    where = {"applicationId": world.application_id, "indexId": world.index_id, "documentId": LEAVE}
    for user, may in (("anna@example.com", True), ("ben@example.com", False)):
        assert world.q.check_document_access(**where, userId=user)["hasAccess"] is may
    (shown,) = answer["documents"]
    assert (shown["document_id"], shown["status"], shown["sha256"]) == (LEAVE, "INDEXED", digest())
    assert answer["put"] == [LEAVE]
    assert answer["diff"]["before"] == {}
    assert answer["diff"]["after"][LEAVE] == {"title": "Leave", "content_type": "PLAIN_TEXT", "sha256": digest()}
    assert TEXT not in json.dumps(answer)


def test_create_from_base64(world: World, call: Call) -> None:
    content = {"base64": base64.b64encode(b"\x00\xff").decode() + "\n"}
    call(function, **given(world, {"id": LEAVE, "content": content}))
    assert stored(world)["sha256"] == hashlib.sha256(b"\x00\xff").hexdigest()


def test_create_from_file(world: World, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "leave.MD"
    path.write_text(TEXT, encoding="utf-8")
    answer = call(function, **given(world, {"id": LEAVE, "content": {"path": str(path)}}))
    assert stored(world)["sha256"] == digest()
    assert answer["documents"][0]["content_type"] == "MD"


def test_create_from_s3(world: World, call: Call) -> None:
    world.bucket("leave.txt")
    answer = call(function, **given(world, in_s3("leave.txt"), role_arn=reader(world)))
    assert stored(world)["sha256"] == digest()
    assert answer["diff"]["after"][LEAVE] == {"s3": {"bucket": BUCKET, "key": "leave.txt"}}


def test_create_in_a_data_source(world: World, call: Call) -> None:
    data_source_id = source(world)
    world.cloud.settings.polls = {"*": 2}
    answer = call(function, **given(world, sourced(), data_source_id=data_source_id))
    assert answer["operations"] == world.writes() == [START, PUT, STOP]
    assert stored(world)["dataSourceId"] == data_source_id == answer["data_source_id"]
    assert jobs(world, data_source_id) == ["SUCCEEDED"]


def test_create_in_batches(world: World, call: Call) -> None:
    documents = [text(f"d{number}") for number in range(23)]
    answer = call(function, **given(world, *documents))
    assert answer["operations"] == world.writes() == [PUT] * 3
    assert set(listed(world)) == {item["id"] for item in documents}


def test_create_in_batches_of_a_size(world: World, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of 40 bytes, where one may have 100: two and one."""
    monkeypatch.setattr(document_module, "SIZE_LIMIT", 100)
    documents = [text(f"d{number}", "x" * 40) for number in range(3)]
    assert call(function, **given(world, *documents))["operations"] == [PUT, PUT]


def test_create_with_enrichment_and_media(world: World, call: Call) -> None:
    more: dict[str, Any] = {
        "document_enrichment_configuration": {"inline_configurations": [{"document_content_operator": "DELETE"}]},
        "media_extraction_configuration": {"image_extraction_configuration": {"image_extraction_status": "ENABLED"}},
    }
    assert call(function, **given(world, text(**more)))["changed"] is True
    bad: dict[str, Any] = {
        "media_extraction_configuration": {"image_extraction_configuration": {"image_extraction_status": "ON"}}
    }
    with pytest.raises(InputError, match="image_extraction_status: 'ON' is none of"):
        call(function, **given(world, text(**bad)))


# -- no change and update -------------------------------------------------------------------------------------------


def test_no_change_when_missing(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.log.clear()
    answer = call(function, **given(world, text(content="other"), update="missing"))
    assert (answer["changed"], answer["put"]) == (False, [])
    assert world.requests() == ["ListDocuments"]
    assert answer["diff"]["before"] == answer["diff"]["after"] == {LEAVE: "(the service does not show it)"}
    assert stored(world)["sha256"] == digest()


def test_no_change_of_a_data_source_starts_no_job(world: World, call: Call) -> None:
    options = given(world, sourced(), data_source_id=source(world), update="missing", purge_documents=True)
    call(function, **options)
    world.cloud.log.clear()
    assert call(function, **options)["changed"] is False
    assert world.requests() == ["GetDataSource", "ListDocuments", "ListDataSourceSyncJobs"]


def test_no_change_of_a_file(world: World, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "leave.txt"
    path.write_text(TEXT, encoding="utf-8")
    os.utime(path, (time.time() - 60, time.time() - 60))
    options = given(world, {"id": LEAVE, "content": {"path": str(path)}}, update="changed")
    assert call(function, **options)["changed"] is True
    assert call(function, **options)["changed"] is False
    path.write_text("28", encoding="utf-8")
    os.utime(path, (time.time() + 60, time.time() + 60))
    assert call(function, **options)["operations"] == [PUT]
    assert stored(world)["sha256"] == digest("28")


def test_no_change_of_an_object(world: World, call: Call) -> None:
    world.bucket("leave.txt")
    options = given(world, in_s3("leave.txt"), role_arn=reader(world), update="changed")
    world.cloud.clock.advance(60)
    assert call(function, **options)["changed"] is True
    assert call(function, **options)["changed"] is False
    world.cloud.clock.advance(-600)
    world.q.batch_put_document(
        applicationId=world.application_id,
        indexId=world.index_id,
        documents=[{"id": LEAVE, "content": {"blob": b"old"}}],
    )
    assert call(function, **options)["put"] == [LEAVE]
    assert stored(world)["sha256"] == digest()


def test_update_always(world: World, call: Call) -> None:
    call(function, **given(world))
    planned = call(function, check_mode=True, **given(world))
    answer = call(function, **given(world))
    assert answer["operations"] == planned["operations"] == [PUT]
    assert answer["diff"] == planned["diff"]
    assert answer["diff"]["before"] == {LEAVE: "(the service does not show it)"}
    assert listed(world) == {LEAVE: "UPDATED"}


@pytest.mark.parametrize(
    ("field", "value", "member", "seen"),
    [
        ("content", {"text": "28"}, "sha256", digest("28")),
        ("title", "New", "title", "New"),
        ("source_uri", "https://new.example.com", "uri", "https://new.example.com"),
        (
            "attributes",
            [{"name": "_category", "value": {"string_value": "new"}}],
            "attributes",
            [{"name": "_category", "value": {"stringValue": "new"}}],
        ),
        (
            "access_configuration",
            {"access_controls": [{"principals": [{"group": {"name": "g", "access": "DENY"}}]}]},
            "accessConfiguration",
            {"accessControls": [{"principals": [{"group": {"name": "g", "access": "DENY"}}]}]},
        ),
    ],
    ids=["content", "title", "source_uri", "attributes", "access_configuration"],
)
def test_update(field: str, value: Any, member: str, seen: Any, world: World, call: Call) -> None:
    call(function, **given(world))
    assert stored(world)[member] != seen
    call(function, **given(world, text(**{field: value}) if field != "content" else {"id": LEAVE, field: value}))
    assert stored(world)[member] == seen


def test_update_waits_for_the_new_one_not_the_old(world: World, call: Call) -> None:
    """The old status is still shown for a while after a put, with the old time."""
    call(function, **given(world))
    where = {"applicationId": world.application_id, "indexId": world.index_id}
    (old,) = world.q.list_documents(**where)["documentDetailList"]
    stale = {"documentId": LEAVE, "status": "INDEXED"}
    stale.update({name: old[name].timestamp() for name in ("createdAt", "updatedAt")})
    options = {"body": json.dumps({"documentDetailList": [stale]}), "content_type": "application/json"}
    world.cloud.faults.add(Fault("answer", "qbusiness", "ListDocuments", skip=1, count=3, status=200, options=options))
    world.cloud.log.clear()
    assert call(function, **given(world))["documents"][0]["status"] == "UPDATED"
    assert world.requests() == ["ListDocuments", PUT, *["ListDocuments"] * 5]


# -- absent ---------------------------------------------------------------------------------------------------------


def test_absent(world: World, call: Call) -> None:
    call(function, **given(world, text(LEAVE), text(TRAVEL)))
    world.cloud.settings.polls = {"document": 3, "*": 0}
    options = given(world, documents=None, documents_absent=[LEAVE, "never/there"])
    world.cloud.log.clear()
    planned = call(function, check_mode=True, **options)
    assert (planned["operations"], planned["deleted"], world.writes()) == ([DELETE], [LEAVE], [])
    answer = call(function, **options)
    assert answer["operations"] == world.writes() == [DELETE]
    assert answer["diff"] == planned["diff"]
    assert set(listed(world)) == {TRAVEL}
    assert call(function, **options)["changed"] is False


def test_absent_purges_the_data_source_only(world: World, call: Call) -> None:
    data_source_id = source(world)
    call(function, **given(world, text("alone")))
    call(function, **given(world, sourced(LEAVE), sourced(TRAVEL), data_source_id=data_source_id))
    options = given(world, sourced(LEAVE), data_source_id=data_source_id, update="missing", purge_documents=True)
    answer = call(function, **options)
    assert answer["operations"] == [START, DELETE, STOP]
    assert answer["deleted"] == [TRAVEL]
    assert set(listed(world)) == {"alone", LEAVE}
    assert call(function, **options)["changed"] is False
    call(function, **{**options, "documents": []})
    assert set(listed(world)) == {"alone"}


def test_create_while_the_old_one_is_deleted(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.settings.polls = {"document": 3, "*": 0}
    call(function, **given(world, documents=None, documents_absent=[LEAVE], wait=False))
    assert call(function, **given(world, update="missing"))["put"] == [LEAVE]
    assert listed(world) == {LEAVE: "INDEXED"}


# -- failures -------------------------------------------------------------------------------------------------------


def test_failed_documents_are_named(world: World, call: Call) -> None:
    """One object that the role cannot read, one that cannot be indexed, one that is well."""
    world.bucket("leave.txt")
    fault = Fault(
        "failed_end", "qbusiness", PUT, message="The file is encrypted.", options={"documents": ["encrypted"]}
    )
    world.cloud.faults.add(fault)
    documents = (in_s3("leave.txt", "unreadable"), text("encrypted"), text("well"))
    with pytest.raises(FailedStateError) as caught:
        call(function, **given(world, *documents, role_arn=world.role("blind")))
    message = caught.value.message
    assert message.startswith("2 of 3 documents failed:\n- unreadable: ")
    assert "- encrypted: The file is encrypted. InvalidRequest" in message
    assert [item["document_id"] for item in caught.value.facts["failed_documents"]] == ["unreadable", "encrypted"]
    assert listed(world) == {"encrypted": "DOCUMENT_FAILED_TO_INDEX", "well": "INDEXED"}
    # What failed is put again, what is well is not.
    answer = call(function, **given(world, text("encrypted"), text("well"), update="missing"))
    assert answer["put"] == ["encrypted"]
    assert listed(world) == {"encrypted": "UPDATED", "well": "INDEXED"}


def test_refused_request_stops_the_job(world: World, call: Call) -> None:
    data_source_id = source(world)
    world.cloud.faults.add(Fault("error", "qbusiness", PUT, status=403, code="AccessDeniedException", skip=1))
    documents = [sourced(f"d{number}") for number in range(25)]
    with pytest.raises(ServiceError) as caught:
        call(function, **given(world, *documents, data_source_id=data_source_id))
    assert caught.value.code == "AccessDeniedException"
    assert world.writes() == [START, PUT, PUT, STOP]
    assert jobs(world, data_source_id) == ["SUCCEEDED"]
    assert len(listed(world)) == 10


def test_file_that_goes_away_stops_the_job(world: World, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    data_source_id = source(world)

    def gone(_self: document_module.Document) -> bytes:
        raise FileNotFoundError("leave.txt")

    monkeypatch.setattr(document_module.Document, "request", gone)
    with pytest.raises(Exception, match=r"A file cannot be read any more: leave\.txt"):
        call(function, **given(world, sourced(), data_source_id=data_source_id))
    assert jobs(world, data_source_id) == ["SUCCEEDED"]


def test_run_that_was_cut_off_is_finished(world: World, call: Call) -> None:
    data_source_id = source(world)
    where = {"applicationId": world.application_id, "indexId": world.index_id, "dataSourceId": data_source_id}
    world.q.start_data_source_sync_job(**where)
    world.cloud.log.clear()
    answer = call(function, **given(world, sourced(), data_source_id=data_source_id))
    assert answer["operations"] == world.writes() == [PUT, STOP]
    assert "is running" in answer["warnings"][0]
    assert jobs(world, data_source_id) == ["SUCCEEDED"]


def test_run_that_was_cut_off_before_its_last_call_is_finished(world: World, call: Call) -> None:
    """All documents are there already; only the job has to be stopped."""
    data_source_id = source(world)
    options = given(world, sourced(), data_source_id=data_source_id, update="missing")
    world.cloud.faults.add(Fault("error", "qbusiness", STOP, status=403, code="AccessDeniedException"))
    with pytest.raises(ServiceError):
        call(function, **options)
    assert jobs(world, data_source_id) == ["SYNCING"]
    assert call(function, **options)["operations"] == [STOP]
    assert jobs(world, data_source_id) == ["SUCCEEDED"]
    assert call(function, **options)["changed"] is False


def test_documents_of_another_run_are_waited_for(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"document": 5, "*": 0}
    call(function, **given(world, wait=False))
    answer = call(function, **given(world, update="missing"))
    assert (answer["changed"], answer["documents"][0]["status"]) == (False, "INDEXED")
    # One that fails meanwhile is put again.
    world.cloud.faults.add(Fault("failed_end", "qbusiness", PUT))
    call(function, **given(world, wait=False))
    answer = call(function, **given(world, update="missing"))
    assert (answer["put"], answer["documents"][0]["status"]) == ([LEAVE], "UPDATED")


def test_documents_of_another_run_are_waited_for_beside_new_ones(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"document": 8, "*": 0}
    call(function, **given(world, wait=False))
    answer = call(function, **given(world, text(), text(TRAVEL), update="missing"))
    assert answer["put"] == [TRAVEL]
    assert listed(world) == {LEAVE: "INDEXED", TRAVEL: "INDEXED"}


def test_job_that_is_indexing_is_waited_for(world: World, call: Call) -> None:
    data_source_id = source(world)
    where = {"applicationId": world.application_id, "indexId": world.index_id, "dataSourceId": data_source_id}
    world.q.start_data_source_sync_job(**where)
    world.cloud.settings.polls = {"sync_job": 5, "*": 0}
    world.q.stop_data_source_sync_job(**where)
    answer = call(function, **given(world, sourced(), data_source_id=data_source_id))
    assert answer["operations"] == [START, PUT, STOP]
    assert jobs(world, data_source_id) == ["SUCCEEDED", "SUCCEEDED"]


def test_create_gives_up_waiting(world: World, call: Call) -> None:
    world.cloud.settings.polls = {"document": 1000, "*": 0}
    with pytest.raises(WaitError, match="a document was still RECEIVED after 20 s"):
        call(function, **given(world, wait_timeout=20))
    assert call(function, **given(world, text(TRAVEL), wait=False))["documents"][0]["status"] == "RECEIVED"


# -- check mode and bad input ---------------------------------------------------------------------------------------


def test_check(world: World, call: Call) -> None:
    options = given(world, sourced(), data_source_id=source(world))
    planned = call(function, check_mode=True, **options)
    assert world.writes() == []
    assert listed(world) == {}
    answer = call(function, **options)
    assert (planned["operations"], planned["diff"], planned["put"]) == (
        answer["operations"],
        answer["diff"],
        answer["put"],
    )


def test_check_where_all_is_only_planned(world: World, call: Call) -> None:
    planned = call(
        function,
        check_mode=True,
        **given(world, sourced(), index_id=uuid_like("index", "x"), data_source_id=uuid_like("data_source", "x")),
    )
    assert planned["operations"] == [START, PUT, STOP]
    assert world.requests() == []


def test_check_of_an_object_that_is_not_there_yet(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world, in_s3("leave.txt"), role_arn=reader(world)))
    assert planned["put"] == [LEAVE]
    assert "there is no object" in planned["warnings"][0]


def test_check_of_a_file_that_is_not_there_yet(world: World, call: Call, tmp_path: Path) -> None:
    """A task before would make it."""
    options = given(world, {"id": LEAVE, "content": {"path": str(tmp_path / "leave.txt")}}, update="changed")
    planned = call(function, check_mode=True, **options)
    assert planned["put"] == [LEAVE]
    assert planned["diff"]["after"] == {LEAVE: {"content_type": "PLAIN_TEXT"}}
    assert "there is no file" in planned["warnings"][0]
    with pytest.raises(InputError, match="is no file"):
        call(function, **options)


def test_bad_input(world: World, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "SIZE_LIMIT", 10)
    empty = tmp_path / "empty.txt"
    empty.touch()
    documents = [
        text("tab\there", title="", content_type="PLAIN_TEXT"),
        {"id": "two", "content": {"text": "a", "base64": "b"}},
        {"id": "none", "content": {}},
        {"id": "no64", "content": {"base64": "%%%"}},
        {"id": "nofile", "content": {"path": str(tmp_path / "absent")}},
        {"id": "empty", "content": {"path": str(empty)}},
        in_s3("x", "two"),
        text("a", "small", attributes=[{"name": "no spaces", "value": {"long_value": 1, "string_value": "x"}}]),
        text("b", "small", attributes=[{"name": "d", "value": {"date_value": "soon"}}] * 2),
        text("c", "small", access_configuration={"access_controls": [{"principals": [{"user": {"acces": "X"}}]}]}),
    ]
    with pytest.raises(InputError) as caught:
        call(function, **given(world, *documents, documents_absent=["a", ""], purge_documents=True, index_id="short"))
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "index_id",
        "purge_documents",
        "documents[0].id",
        "documents[0].title",
        "documents[0].content.text",
        "documents[1].content",
        "documents[2].content",
        "documents[3].content.base64",
        "documents[4].content.path",
        "documents[5].content.path",
        "documents[6].id",
        "documents[7].attributes[0].name",
        "documents[7].attributes[0].value",
        "documents[8].attributes[0].value.date_value",
        "documents[8].attributes[1].value.date_value",
        "documents[8].attributes[1].name",
        "documents[9].access_configuration.access_controls[0].principals[0].user.access",
        "documents[9].access_configuration.access_controls[0].principals[0].user.acces",
        "role_arn",
        "documents_absent[0]",
        "documents_absent[1]",
    ]
    assert "34 bytes given, a document may have 10" in caught.value.message
    assert world.requests() == []


def test_bad_input_of_a_data_source(world: World, call: Call) -> None:
    twice = [{"name": "_source_uri", "value": {"string_value": "https://example.com"}}]
    documents = (text(), text(TRAVEL, title="x", source_uri="https://example.com", attributes=twice))
    with pytest.raises(InputError) as caught:
        call(function, **given(world, *documents, data_source_id=source(world)))
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "documents[0].title",
        "documents[0].source_uri",
        "documents[1].source_uri",
    ]


def test_bad_input_of_nothing(world: World, call: Call) -> None:
    with pytest.raises(InputError, match="documents: this or documents_absent is required"):
        call(function, **given(world, documents=None))


def test_bad_input_of_changed(world: World, call: Call) -> None:
    with pytest.raises(InputError, match=r"documents\[0\]\.content: when content that stands in the task"):
        call(function, **given(world, update="changed"))


def test_bad_input_of_objects(world: World, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    world.bucket("leave.txt")
    monkeypatch.setattr(document_module, "SIZE_LIMIT", 10)
    with pytest.raises(InputError) as caught:
        call(function, **given(world, in_s3("absent"), in_s3("leave.txt", TRAVEL), role_arn=reader(world)))
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "documents[0].content.s3",
        "documents[1].content.s3",
    ]
    assert world.writes() == []


def test_bad_input_of_a_data_source_that_fetches(world: World, call: Call) -> None:
    role = world.role("connector")
    data_source_id = source(world, s3_document(), roleArn=role)
    with pytest.raises(InputError, match="data_source_id: is of type S3"):
        call(function, **given(world, sourced(), data_source_id=data_source_id))
    gone = "00000000-1111-4222-8333-444444444444"
    with pytest.raises(NotFoundError, match=gone):
        call(function, **given(world, sourced(), data_source_id=gone))


def test_play(world: World, play: Play) -> None:
    task = {"name": "x", "qbusiness.federation.qbusiness_document": given(world, update="missing")}
    assert [result["changed"] for result in play([task, task]).results] == [True, False]
    assert listed(world) == {LEAVE: "INDEXED"}

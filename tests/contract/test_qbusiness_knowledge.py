# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sync jobs, documents and questions of the embedded Q Business, and who may ask them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qbusiness_sandbox.qbusiness.chat import NO_ANSWER
from qbusiness_sandbox.qbusiness.service import BucketRefused
from qbusiness_scenario import session
from qbusiness_stage import Stage, counts, staged
from qbusiness_world import ROLE, SAML_PROVIDER, s3_configuration


@pytest.fixture
def s() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


def hold(s: Stage, **objects: bytes) -> None:
    """Let the bucket hold these objects; a double underscore stands for a slash and a dot for the last one."""
    named = [(key.replace("__", "/").replace("_txt", ".txt"), data) for key, data in objects.items()]
    s.room.bucket_reader = lambda bucket, role, application: named


def filtered(**filters: Any) -> dict[str, Any]:
    return s3_configuration(additionalProperties=filters)


# -- sync jobs ------------------------------------------------------------------------------------------------------


def test_a_job_runs_through_its_statuses(s: Stage) -> None:
    source = s.source(s.index(s.application()))
    s.polls(sync_job=2)
    job = s.q.start_data_source_sync_job(**source)["executionId"]
    seen = [s.q.list_data_source_sync_jobs(**source)["history"][0] for _unused in range(3)]
    assert [one["status"] for one in seen] == ["SYNCING", "SYNCING_INDEXING", "SUCCEEDED"]
    assert ["endTime" in one for one in seen] == [False, True, True]
    assert [counts(one)[0] for one in seen] == [0, 0, 2]
    assert {one["executionId"] for one in seen} == {job}


def test_one_job_at_a_time(s: Stage) -> None:
    source = s.source(s.index(s.application()))
    s.polls(sync_job=2)
    s.q.start_data_source_sync_job(**source)
    with s.refused("ConflictException", "already running"):
        s.q.start_data_source_sync_job(**source)
    s.q.stop_data_source_sync_job(**source)
    seen = [s.q.list_data_source_sync_jobs(**source)["history"][0]["status"] for _unused in range(3)]
    assert seen == ["STOPPING", "STOPPING", "ABORTED"]
    with s.refused("ConflictException", "No sync job"):
        s.q.stop_data_source_sync_job(**source)
    s.q.start_data_source_sync_job(**source)
    history = s.q.list_data_source_sync_jobs(**source)["history"]
    assert [one["status"] for one in history] == ["SYNCING", "ABORTED"], "newest first"


def test_jobs_are_filtered_by_status_and_time(s: Stage) -> None:
    source = s.source(s.index(s.application()))
    s.sync(source)
    s.fault("failed_end", "StartDataSourceSyncJob")
    s.cloud.clock.advance(100)
    s.sync(source)
    listed = s.q.list_data_source_sync_jobs
    assert [job["status"] for job in listed(**source, statusFilter="FAILED")["history"]] == ["FAILED"]
    middle = s.cloud.clock.now() - 50
    assert [job["status"] for job in listed(**source, startTime=middle)["history"]] == ["FAILED"]
    assert [job["status"] for job in listed(**source, endTime=middle)["history"]] == ["SUCCEEDED"]


def test_changes_are_found_by_content(s: Stage) -> None:
    source = s.source(s.index(s.application()))
    hold(s, a_txt=b"one", b_txt=b"two")
    assert counts(s.sync(source)) == [2, 0, 0, 0, 2]
    assert counts(s.sync(source)) == [0, 0, 0, 0, 2]
    hold(s, a_txt=b"changed", c_txt=b"three")
    assert counts(s.sync(source)) == [1, 1, 1, 0, 2]
    s.q.update_data_source(**source, configuration=s3_configuration(syncMode="FORCED_FULL_CRAWL"))
    assert counts(s.sync(source)) == [0, 2, 0, 0, 2]


def test_a_large_document_makes_the_job_incomplete(s: Stage) -> None:
    source = s.source(s.index(s.application()), configuration=filtered(maxFileSizeInMegaBytes="1"))
    hold(s, small_txt=b"x", large_txt=b"x" * (1024 * 1024 + 1))
    job = s.sync(source)
    assert (job["status"], counts(job)) == ("INCOMPLETE", [1, 0, 0, 1, 2])


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, {"docs/a.txt", "docs/old/b.txt", "c.md"}),
        ({"inclusionPrefixes": ["docs/"]}, {"docs/a.txt", "docs/old/b.txt"}),
        ({"inclusionPrefixes": ["docs/"], "exclusionPrefixes": ["docs/old/"]}, {"docs/a.txt"}),
        ({"inclusionPatterns": ["*.md"]}, {"c.md"}),
        ({"exclusionPatterns": [r".*\.txt"]}, {"c.md"}),
        ({"inclusionPatterns": ["("]}, set()),
    ],
)
def test_prefixes_and_patterns(s: Stage, filters: dict[str, Any], wanted: set[str]) -> None:
    index = s.index(s.application())
    objects = [("docs/", b""), ("docs/a.txt", b"a"), ("docs/old/b.txt", b"b"), ("c.md", b"c")]
    s.room.bucket_reader = lambda bucket, role, application: objects
    s.sync(s.source(index, configuration=filtered(**filters)))
    found = {item["documentId"] for item in s.q.list_documents(**index)["documentDetailList"]}
    assert found == {f"s3://documents/{key}" for key in wanted}


def test_s3v2_reads_its_own_members(s: Stage) -> None:
    index = s.index(s.application())
    asked: list[tuple[str, str, str]] = []

    def read(bucket: str, role: str, application: str) -> list[tuple[str, bytes]]:
        asked.append((bucket, role, application))
        return [("in/a.txt", b"a"), ("out/b.txt", b"b")]

    s.room.bucket_reader = read
    configuration = {
        "type": "S3V2",
        "connectionConfiguration": {"bucketName": "second", "bucketOwnerAccountId": "123456789012"},
        "filterConfiguration": {"inclusionPrefixes": ["in/"]},
    }
    assert counts(s.sync(s.source(index, configuration=configuration))) == [1, 0, 0, 0, 1]
    arn = s.q.get_application(applicationId=index["applicationId"])["applicationArn"]
    assert asked == [("second", ROLE, arn)]


def test_a_bucket_that_may_not_be_read_fails_the_job(s: Stage) -> None:
    source = s.source(s.index(s.application()))

    def refuse(bucket: str, role: str, application: str) -> list[tuple[str, bytes]]:
        raise BucketRefused("The role may not list the bucket")

    s.room.bucket_reader = refuse
    job = s.sync(source)
    assert (job["status"], job["error"]["errorMessage"]) == ("FAILED", "The role may not list the bucket")


def test_metadata_files_name_a_document(s: Stage) -> None:
    index = s.index(s.application())
    s.retriever(index)
    metadata = b'{"Title": "The rules", "Attributes": {"_source_uri": "https://wiki.example.com/rules"}}'
    objects = [("docs/a.txt", b"Holidays are long."), ("metadata/docs/a.txt.metadata.json", metadata)]
    s.room.bucket_reader = lambda bucket, role, application: objects
    assert counts(s.sync(s.source(index)))[-1] == 1
    said = s.q.chat_sync(applicationId=index["applicationId"], userMessage="holidays")
    source = said["sourceAttributions"][0]
    assert (source["title"], source["url"]) == ("The rules", "https://wiki.example.com/rules")


def test_documents_of_a_custom_source(s: Stage) -> None:
    index = s.index(s.application())
    source = s.custom(index)
    documents = [{"id": "one", "content": {"blob": b"text"}, "title": "One"}]
    with s.refused("ValidationException", "no running sync job"):
        s.q.batch_put_document(**index, documents=documents, dataSourceSyncId="0" * 36)
    job = s.q.start_data_source_sync_job(**source)["executionId"]
    s.q.batch_put_document(**index, documents=documents, dataSourceSyncId=job)
    missing = [{"id": "two", "content": {"s3": {"bucket": "documents", "key": "nothing"}}}]
    failed = s.q.batch_put_document(**index, documents=missing, dataSourceSyncId=job)["failedDocuments"]
    assert [(item["id"], item["dataSourceId"]) for item in failed] == [("two", source["dataSourceId"])]
    assert s.q.list_data_source_sync_jobs(**source)["history"][0]["status"] == "SYNCING"
    s.q.stop_data_source_sync_job(**source)
    ended = s.q.list_data_source_sync_jobs(**source)["history"][0]
    assert (ended["status"], counts(ended)) == ("INCOMPLETE", [1, 0, 0, 1, 2])
    with s.refused("ValidationException", "no running sync job"):
        s.q.batch_put_document(**index, documents=documents, dataSourceSyncId=job)
    statistics = s.q.get_index(**index)["indexStatistics"]["textDocumentStatistics"]
    assert statistics == {"indexedTextBytes": 4, "indexedTextDocumentCount": 1}


def test_documents_take_their_time(s: Stage) -> None:
    index = s.index(s.application())
    s.polls(document=2)
    s.q.batch_put_document(**index, documents=[{"id": "one", "content": {"blob": b"x"}}])

    def shown() -> list[str]:
        return [item["status"] for item in s.q.list_documents(**index)["documentDetailList"]]

    assert [shown() for _unused in range(3)] == [["RECEIVED"], ["PROCESSING"], ["INDEXED"]]
    s.q.batch_delete_document(**index, documents=[{"documentId": "one"}, {"documentId": "unknown"}])
    assert [shown() for _unused in range(3)] == [["DELETING"], ["DELETING"], []]


# -- questions ------------------------------------------------------------------------------------------------------


def knowing(s: Stage, **more: Any) -> dict[str, str]:
    """A SAML application that knows about holidays, with auto-subscription."""
    a = s.application("AWS_IAM_IDP_SAML")
    index = s.index(a)
    s.retriever(index)
    s.sync(s.source(index))
    automatic = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_LITE", **more}
    s.q.update_application(applicationId=a, autoSubscriptionConfiguration=automatic)
    return index


def ask(s: Stage, index: dict[str, str], message: str = "How many days of holidays?", **more: Any) -> Any:
    return s.q.chat_sync(applicationId=index["applicationId"], userMessage=message, **more)


def test_the_first_question_subscribes(s: Stage) -> None:
    index = knowing(s)
    s.room.person = session()
    with s.refused("AccessDeniedException", "User does not have a subscription for the given application."):
        ask(s, index)
    said = ask(s, index)
    assert "thirty days of holidays" in said["systemMessage"]
    source = said["sourceAttributions"][0]
    assert (source["title"], source["url"]) == ("holidays.txt", "s3://documents/docs/holidays.txt")
    assert source["snippet"] == "Everybody gets thirty days of holidays."
    assert said["failedAttachments"] == []
    listed = s.q.list_subscriptions(applicationId=index["applicationId"])["subscriptions"]
    assert [item["currentSubscription"] for item in listed] == [{"type": "Q_LITE"}]
    assert set(listed[0]["principal"]) == {"user"}
    s.room.person = session("Ann@Example.com")
    ask(s, index)  # the same person in other letters
    s.room.person = session("bob@example.com")
    with s.refused("AccessDeniedException", "subscription"):
        ask(s, index)


def test_nobody_is_subscribed_who_may_not_be(s: Stage) -> None:
    index = knowing(s)
    s.room.person = session()
    s.room.may_subscribe = lambda principal: False
    for _unused in range(2):
        with s.refused("AccessDeniedException", "subscription"):
            ask(s, index)
    s.room.may_subscribe = lambda principal: True
    s.q.update_application(
        applicationId=index["applicationId"], autoSubscriptionConfiguration={"autoSubscribe": "DISABLED"}
    )
    for _unused in range(2):
        with s.refused("AccessDeniedException", "subscription"):
            ask(s, index)
    assert s.q.list_subscriptions(applicationId=index["applicationId"])["subscriptions"] == []


@pytest.mark.parametrize(
    "person",
    [
        None,
        session(kind="administrator"),
        session(""),
        session(federated_provider=SAML_PROVIDER + "-other"),
    ],
    ids=["nobody", "administrator", "no e-mail", "another provider"],
)
def test_who_may_not_ask_at_all(s: Stage, person: Any) -> None:
    index = knowing(s)
    s.room.person = person
    a = index["applicationId"]
    with s.refused("AccessDeniedException", "User is not authorized"):
        ask(s, index)
    for name in ("list_conversations", "list_attachments"):
        with s.refused("AccessDeniedException", "User is not authorized"):
            getattr(s.q, name)(applicationId=a)


def test_conversations_are_private_and_go_on(s: Stage) -> None:
    index = knowing(s)
    a = index["applicationId"]
    s.room.person = session()
    with s.refused("AccessDeniedException"):
        ask(s, index)
    said = ask(s, index)
    more = ask(
        s, index, "And the picture?", conversationId=said["conversationId"], parentMessageId=said["systemMessageId"]
    )
    assert more["conversationId"] == said["conversationId"]
    ids = {"applicationId": a, "conversationId": said["conversationId"]}
    assert [item["body"] for item in s.q.list_messages(**ids)["messages"]][1::2] == [
        "And the picture?",
        "How many days of holidays?",
    ]
    assert s.q.list_conversations(applicationId=a)["conversations"][0]["title"] == "How many days of holidays?"
    with s.refused("ResourceNotFoundException"):
        ask(s, index, conversationId="0" * 36)
    s.room.person = session("bob@example.com")
    with s.refused("AccessDeniedException"):
        ask(s, index)
    with s.refused("ResourceNotFoundException"):
        s.q.list_messages(**ids)
    assert s.q.list_conversations(applicationId=a)["conversations"] == []


def test_an_answer_without_a_hit(s: Stage) -> None:
    a = s.application("")
    index = s.index(a)
    s.retriever(index)
    s.sync(s.source(index))
    person = {"userId": "ann"}
    assert "general knowledge" in ask(s, index, "volcanoes", **person)["systemMessage"]
    s.q.update_chat_controls_configuration(applicationId=a, responseScope="ENTERPRISE_CONTENT_ONLY")
    said = ask(s, index, "volcanoes", **person)
    assert (said["systemMessage"], said["sourceAttributions"]) == (NO_ANSWER, [])
    assert ask(s, index, **person)["systemMessage"] == ask(s, index, **person)["systemMessage"]


def test_modes_and_blocked_phrases(s: Stage) -> None:
    a = s.application("")
    index = s.index(a)
    person = {"userId": "ann"}
    with s.refused("ValidationException", "Creator mode"):
        ask(s, index, chatMode="CREATOR_MODE", **person)
    s.q.update_chat_controls_configuration(
        applicationId=a,
        creatorModeConfiguration={"creatorModeControl": "ENABLED"},
        blockedPhrasesConfigurationUpdate={
            "blockedPhrasesToCreateOrUpdate": ["Salary"],
            "systemMessageOverride": "No.",
        },
    )
    ask(s, index, chatMode="CREATOR_MODE", **person)
    assert ask(s, index, "what is my salary?", **person)["systemMessage"] == "No."
    with s.refused("ResourceNotFoundException"):
        plugin = {"pluginConfiguration": {"pluginId": "0a1b2c3d-0000-4000-8000-00000000000a"}}
        ask(s, index, chatMode="PLUGIN_MODE", chatModeConfiguration=plugin, **person)


def test_nothing_is_known_without_a_retriever_or_before_the_end_of_a_sync(s: Stage) -> None:
    index = s.index(s.application())
    source = s.source(index)
    s.polls(sync_job=2)
    s.q.start_data_source_sync_job(**source)
    assert ask(s, index)["sourceAttributions"] == []
    retriever = s.retriever(index)
    assert len(ask(s, index)["sourceAttributions"]) == 1, "two questions were two looks at the job"
    s.q.delete_retriever(**retriever)
    assert ask(s, index)["sourceAttributions"] == []


def test_access_control_and_filters(s: Stage) -> None:
    a = s.application("")
    index = s.index(a)
    s.retriever(index)

    def access(*principals: dict[str, Any]) -> dict[str, Any]:
        return {"accessControls": [{"principals": list(principals)}]}

    ann = {"user": {"id": "ann@example.com", "access": "ALLOW"}}
    staff = {"group": {"name": "staff", "access": "ALLOW"}}
    not_bob = {"user": {"id": "bob@example.com", "access": "DENY"}}
    department = [{"name": "department", "value": {"stringValue": "hr"}}]
    s.q.batch_put_document(
        **index,
        documents=[
            {"id": "open", "content": {"blob": b"holidays for all"}, "attributes": department},
            {"id": "ann", "content": {"blob": b"holidays of ann"}, "accessConfiguration": access(ann)},
            {"id": "staff", "content": {"blob": b"holidays of staff"}, "accessConfiguration": access(staff, not_bob)},
        ],
    )
    members = {"memberUsers": [{"userId": "ann@example.com"}, {"userId": "bob@example.com"}]}
    s.q.put_group(**index, groupName="inner", type="INDEX", groupMembers=members)
    s.q.put_group(**index, groupName="staff", type="INDEX", groupMembers={"memberGroups": [{"groupName": "inner"}]})

    def sees(user: str, **more: Any) -> set[str]:
        found = ask(s, index, "holidays", userId=user, **more)["sourceAttributions"]
        return {item["documentId"] for item in found}

    assert sees("ann@example.com") == {"open", "ann", "staff"}
    assert sees("bob@example.com") == {"open"}
    hr = {"equalsTo": department[0]}
    assert sees("ann@example.com", attributeFilter=hr) == {"open"}
    assert sees("ann@example.com", attributeFilter={"notFilter": hr}) == {"ann", "staff"}
    assert sees("ann@example.com", attributeFilter={"andAllFilters": [hr, {"notFilter": hr}]}) == set()
    checked = s.q.check_document_access(**index, userId="bob@example.com", documentId="staff")
    assert checked["hasAccess"] is False
    assert [item["name"] for item in checked["userGroups"]] == ["inner", "staff"]
    assert checked["documentAcl"]["denyList"]["conditions"][0]["users"] == [{"id": "bob@example.com"}]


def test_search(s: Stage) -> None:
    index = s.index(s.application())
    retriever = s.retriever(index)["retrieverId"]
    s.sync(s.source(index))
    values = {"applicationId": index["applicationId"], "queryText": "days of holidays"}
    found = s.q.search_relevant_content(**values, contentSource={"retriever": {"retrieverId": retriever}})
    assert [item["documentTitle"] for item in found["relevantContent"]] == ["holidays.txt"]
    assert found["relevantContent"][0]["scoreAttributes"] == {"scoreConfidence": "VERY_HIGH"}
    with s.refused("ResourceNotFoundException"):
        s.q.search_relevant_content(**values, contentSource={"retriever": {"retrieverId": "0" * 36}})


def test_files_in_a_conversation(s: Stage) -> None:
    index = s.index(s.application())
    files = [{"name": f"f{number}", "data": b"x"} for number in range(6)]
    said = ask(s, index, attachments=files)
    assert [item["name"] for item in said["failedAttachments"]] == ["f5"]
    ids = {"applicationId": index["applicationId"]}
    kept = s.q.list_attachments(**ids)["attachments"]
    assert len(kept) == 5
    copied = {"conversation": {"conversationId": said["conversationId"], "attachmentId": kept[0]["attachmentId"]}}
    other = ask(s, index, attachments=[{"copyFrom": copied}])
    listed = s.q.list_attachments(**ids, conversationId=other["conversationId"])["attachments"]
    assert [item["name"] for item in listed] == ["f0"]
    s.q.delete_conversation(**ids, conversationId=said["conversationId"])
    assert len(s.q.list_attachments(**ids)["attachments"]) == 1

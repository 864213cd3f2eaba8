# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life cycles of the resources of the embedded Q Business, and the faults that can be injected into them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qbusiness_stage import Stage, staged, statuses


@pytest.fixture
def s() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


# -- life cycles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reads", [0, 1, 3])
def test_an_application_lives_by_the_number_of_reads(s: Stage, reads: int) -> None:
    s.polls(application=reads)
    a = s.application()
    read = s.q.get_application
    assert statuses(read, reads + 1, applicationId=a) == ["CREATING"] * reads + ["ACTIVE"]
    s.q.update_application(applicationId=a, description="new")
    assert statuses(read, reads + 1, applicationId=a) == ["UPDATING"] * reads + ["ACTIVE"]
    s.q.delete_application(applicationId=a)
    assert statuses(read, reads + 1, applicationId=a) == ["DELETING"] * reads + ["404"]


def test_a_data_source_is_pending_first(s: Stage) -> None:
    index = s.index(s.application())
    s.polls(data_source=2)
    source = s.source(index)
    assert statuses(s.q.get_data_source, 3, **source) == ["PENDING_CREATION", "CREATING", "ACTIVE"]
    s.q.update_data_source(**source, description="new")
    assert statuses(s.q.get_data_source, 3, **source) == ["UPDATING", "UPDATING", "ACTIVE"]
    s.q.delete_data_source(**source)
    assert statuses(s.q.get_data_source, 3, **source) == ["DELETING", "DELETING", "404"]


def test_a_retriever_is_created_slowly_and_deleted_at_once(s: Stage) -> None:
    index = s.index(s.application())
    s.polls(retriever=1)
    retriever = s.retriever(index)
    assert statuses(s.q.get_retriever, 2, **retriever) == ["CREATING", "ACTIVE"]
    s.q.update_retriever(**retriever, displayName="other")
    assert statuses(s.q.get_retriever, 1, **retriever) == ["ACTIVE"]
    s.q.delete_retriever(**retriever)
    assert statuses(s.q.get_retriever, 1, **retriever) == ["404"]


def test_a_plugin_has_a_build_status(s: Stage) -> None:
    a = s.application()
    s.polls(plugin=1)
    auth: dict[str, Any] = {"noAuthConfiguration": {}}
    made = s.q.create_plugin(applicationId=a, displayName="p", type="ASANA", authConfiguration=auth)
    assert made["buildStatus"] == "CREATE_IN_PROGRESS"
    plugin = {"applicationId": a, "pluginId": made["pluginId"]}
    assert statuses(s.q.get_plugin, 2, "buildStatus", **plugin) == ["CREATE_IN_PROGRESS", "READY"]
    s.q.update_plugin(**plugin, state="DISABLED")
    with s.refused("ConflictException"):
        s.q.update_plugin(**plugin, state="ENABLED")
    assert statuses(s.q.get_plugin, 1, "buildStatus", **plugin) == ["READY"]
    s.q.delete_plugin(**plugin)
    assert statuses(s.q.get_plugin, 2, "buildStatus", **plugin) == ["DELETE_IN_PROGRESS", "404"]


def test_a_group_is_processed(s: Stage) -> None:
    index = s.index(s.application())
    s.polls(group=1)
    s.q.put_group(**index, groupName="g", type="INDEX", groupMembers={})
    seen = [s.q.get_group(**index, groupName="g")["status"]["status"] for _unused in range(2)]
    assert seen == ["PROCESSING", "SUCCEEDED"]
    s.q.delete_group(**index, groupName="g")
    assert s.q.get_group(**index, groupName="g")["status"]["status"] == "DELETING"
    with s.refused("ResourceNotFoundException"):
        s.q.get_group(**index, groupName="g")


def test_a_response_configuration_has_two_copies(s: Stage) -> None:
    a = s.application()
    s.polls(chat_response_configuration=1)
    first = {"ALL": {"instructionCollection": {"tone": "friendly"}}}
    second = {"ALL": {"instructionCollection": {"tone": "formal"}}}
    made = s.q.create_chat_response_configuration(applicationId=a, displayName="c", responseConfigurations=first)
    ids = {"applicationId": a, "chatResponseConfigurationId": made["chatResponseConfigurationId"]}
    shown = s.q.get_chat_response_configuration(**ids)
    assert "inUseConfiguration" not in shown
    assert shown["lastUpdateConfiguration"]["status"] == "CREATING"
    assert s.q.get_chat_response_configuration(**ids)["inUseConfiguration"]["responseConfigurations"] == first
    s.fault("failed_end", "UpdateChatResponseConfiguration")
    s.q.update_chat_response_configuration(**ids, responseConfigurations=second)
    shown = [s.q.get_chat_response_configuration(**ids) for _unused in range(2)]
    assert [one["inUseConfiguration"]["responseConfigurations"] for one in shown] == [first, first]
    assert [one["lastUpdateConfiguration"]["status"] for one in shown] == ["UPDATING", "FAILED"]
    assert shown[1]["lastUpdateConfiguration"]["error"]["errorMessage"] == "It was not to be"


def test_lists_are_looks_too_and_a_dump_is_none(s: Stage) -> None:
    s.polls(application=2)
    s.application()
    assert [s.room.dump()["applications"][0]["status"] for _unused in range(5)] == ["CREATING"] * 5
    seen = [s.q.list_applications()["applications"][0]["status"] for _unused in range(3)]
    assert seen == ["CREATING", "CREATING", "ACTIVE"]


def test_children_want_an_active_parent(s: Stage) -> None:
    s.polls(application=2, index=1)
    a = s.application()
    with s.refused("ConflictException", a, "is not in ACTIVE state") as seen:
        s.index(a)
    assert (seen["resourceId"], seen["resourceType"]) == (a, "Application")
    with s.refused("ConflictException"):
        s.index(a)
    index = s.index(a)  # the two refusals were looks: time has passed
    with s.refused("ConflictException", "is not in ACTIVE state"):
        s.source(index)
    s.source(index)


def test_deleting_on_the_way_is_a_conflict_unless_the_option_says_no(s: Stage) -> None:
    s.polls(application=5)
    a = s.application()
    with s.refused("ConflictException"):
        s.q.delete_application(applicationId=a)
    s.cloud.settings.options["strict_delete"] = False
    s.q.delete_application(applicationId=a)
    s.q.delete_application(applicationId=a)
    assert s.q.get_application(applicationId=a)["status"] == "DELETING"


# -- faults ---------------------------------------------------------------------------------------------------------


def test_failed_end(s: Stage) -> None:
    s.polls(application=1)
    s.fault("failed_end", "CreateApplication", "No way")
    a = s.application()
    shown = [s.q.get_application(applicationId=a) for _unused in range(2)]
    assert [(one["status"], one["error"]) for one in shown] == [
        ("CREATING", {}),
        ("FAILED", {"errorMessage": "No way", "errorCode": "InternalError"}),
    ]
    s.q.delete_application(applicationId=a)


def test_failed_end_of_an_update_keeps_what_was_asked_and_the_next_one_heals(s: Stage) -> None:
    index = s.index(s.application())
    s.fault("failed_end", "UpdateIndex")
    s.q.update_index(**index, description="new")
    assert s.q.get_index(**index)["status"] == "FAILED"
    s.q.update_index(**index, description="newer")
    shown = s.q.get_index(**index)
    assert (shown["status"], shown["error"], shown["description"]) == ("ACTIVE", {}, "newer")


def test_failed_ends_of_a_retriever_an_experience_and_a_sync(s: Stage) -> None:
    a = s.application()
    index = s.index(a)
    s.fault("failed_end", "CreateRetriever")
    assert s.q.get_retriever(**s.retriever(index))["status"] == "FAILED"
    s.fault("failed_end", "CreateWebExperience")
    w = s.q.create_web_experience(applicationId=a)["webExperienceId"]
    assert s.q.get_web_experience(applicationId=a, webExperienceId=w)["status"] == "FAILED"
    s.fault("failed_end", "StartDataSourceSyncJob", "The crawler died")
    job = s.sync(s.source(index))
    assert (job["status"], job["error"]["errorMessage"]) == ("FAILED", "The crawler died")
    assert job["dataSourceErrorCode"]


def test_a_data_source_stays_on_the_way_with_an_error(s: Stage) -> None:
    index = s.index(s.application())
    s.fault("stays_with_error", "CreateDataSource", "The role is wrong")
    source = s.source(index)
    for _unused in range(3):
        shown = s.q.get_data_source(**source)
        assert (shown["status"], shown["error"]["errorMessage"]) == ("CREATING", "The role is wrong")
    s.fault("stays_with_error", "UpdateDataSource", "Still wrong")
    s.q.update_data_source(**source, description="new")
    shown = s.q.get_data_source(**source)
    assert (shown["status"], shown["error"]["errorMessage"]) == ("UPDATING", "Still wrong")
    s.q.delete_data_source(**source)
    with s.refused("ResourceNotFoundException"):
        s.q.get_data_source(**source)


def test_maintenance(s: Stage) -> None:
    index = s.index(s.application())
    s.fault("maintenance", "UpdateIndex")
    with s.refused("ConflictException", "due to ongoing maintenance activity"):
        s.q.update_index(**index, description="new")
    s.q.update_index(**index, description="new")


def test_stale_reads(s: Stage) -> None:
    a = s.application()
    s.fault("stale_read", "GetApplication")
    with s.refused("ResourceNotFoundException"):
        s.q.get_application(applicationId=a)
    s.q.update_application(applicationId=a, description="new")
    s.fault("stale_read", "GetApplication")
    assert "description" not in s.q.get_application(applicationId=a)
    assert s.q.get_application(applicationId=a)["description"] == "new"
    s.q.delete_application(applicationId=a)
    s.fault("stale_read", "GetApplication")
    assert s.q.get_application(applicationId=a)["status"] == "ACTIVE"
    with s.refused("ResourceNotFoundException"):
        s.q.get_application(applicationId=a)


@pytest.mark.parametrize("reads", [0, 1])
def test_active_after_delete(s: Stage, reads: int) -> None:
    s.polls(application=reads)
    a = s.application()
    statuses(s.q.get_application, reads, applicationId=a)
    s.fault("active_after_delete", "DeleteApplication")
    s.q.delete_application(applicationId=a)
    assert statuses(s.q.get_application, reads + 2, applicationId=a) == ["ACTIVE"] + ["DELETING"] * reads + ["404"]

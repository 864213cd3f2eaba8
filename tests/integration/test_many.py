# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many objects in one task. The witnesses are boto3 and the cloud's log."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError, InputError
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource import function as datasource
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource_sync import function as sync
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud, Fault
from resource_world import BUCKET, World, s3_document

pytestmark = pytest.mark.usefixtures("instant")
READ = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
}
NAMES = [f"source-{number:02}" for number in range(23)]


@pytest.fixture
def task(world: World) -> dict[str, Any]:
    """What all items have in common."""
    return {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "role_arn": world.role("reader", "qbusiness.amazonaws.com", READ),
        "configuration": s3_document(),
    }


def items(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"display_name": name, **more} for name in names]


def there(world: World) -> dict[str, str]:
    """Names and ids of the data sources, by boto3."""
    where = {"applicationId": world.application_id, "indexId": world.index_id}
    pages = world.q.get_paginator("list_data_sources").paginate(**where)
    return {item["displayName"]: item["dataSourceId"] for page in pages for item in page["dataSources"]}


def asked(cloud: Cloud) -> dict[str, int]:
    return dict(Counter(entry.operation for entry in cloud.log.since() if entry.service == "qbusiness"))


def test_all_are_made_and_then_nothing_changes(world: World, call: Call, task: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 2}
    made = call(datasource, **task, data_sources=items(*NAMES))
    assert made["operations"] == ["CreateDataSource"] * len(NAMES)
    assert [item["display_name"] for item in made["data_sources"]] == NAMES
    assert {item["display_name"]: item["data_source_id"] for item in made["data_sources"]} == there(world)
    assert all(item["data_source"]["status"] == "ACTIVE" for item in made["data_sources"])
    assert len(made["diff"]) == len(NAMES) and made["diff"][3]["after"]["display_name"] == NAMES[3]
    world.cloud.log.clear()
    again = call(datasource, **task, data_sources=items(*NAMES))
    assert again["changed"] is False and again["diff"] == []
    assert asked(world.cloud) == {"ListDataSources": 3, "GetDataSource": len(NAMES)}


def test_an_item_goes_before_the_task(world: World, call: Call, task: dict[str, Any]) -> None:
    call(datasource, **task, data_sources=items("first", "second", "third"))
    wanted = [
        {"display_name": "first", "description": "mine"},
        {"display_name": "second"},
        {"display_name": "third", "state": "absent"},
        {"display_name": "fourth", "tags": {"a": "b"}},
    ]
    world.cloud.log.clear()
    answer = call(datasource, **task, description="ours", data_sources=wanted)
    assert [item["operations"] for item in answer["data_sources"]] == [
        ["UpdateDataSource"],
        ["UpdateDataSource"],
        ["DeleteDataSource"],
        ["CreateDataSource"],
    ]
    assert world.writes() == ["DeleteDataSource", "UpdateDataSource", "UpdateDataSource", "CreateDataSource"]
    assert sorted(there(world)) == ["first", "fourth", "second"]
    assert [item["data_source"]["description"] for item in answer["data_sources"] if "data_source" in item] == [
        "mine",
        "ours",
        "ours",
    ]
    assert answer["data_sources"][2]["lost"]


def test_check_mode_writes_nothing(world: World, call: Call, task: dict[str, Any]) -> None:
    call(datasource, **task, data_sources=items("first"))
    world.cloud.log.clear()
    answer = call(datasource, check_mode=True, **task, data_sources=items("first", "second"))
    assert [item["changed"] for item in answer["data_sources"]] == [False, True]
    assert answer["operations"] == ["CreateDataSource"] and world.writes() == []
    assert sorted(there(world)) == ["first"]


def test_all_faults_of_all_items_before_any_write(world: World, call: Call, task: dict[str, Any]) -> None:
    wanted = [
        {"display_name": "fine"},
        {"display_name": "no spaces"},
        {"display_name": "other", "sync_schedule": "daily", "description": "x" * 1001},
        {"display_name": "fine"},
    ]
    with pytest.raises(InputError) as caught:
        call(datasource, **{**task, "role_arn": "nobody"}, data_sources=wanted)
    told = sorted(fault.partition(": ")[0] for fault in caught.value.faults)
    assert told == [
        "data_sources[1].display_name",
        "data_sources[2].description",
        "data_sources[2].sync_schedule",
        "data_sources[3].display_name",
        "role_arn",
    ]
    assert world.writes() == [] and there(world) == {}


def test_failing_items_are_named_and_the_others_done(world: World, call: Call, task: dict[str, Any]) -> None:
    call(datasource, **task, data_sources=items("fixed"))
    world.cloud.faults.add(Fault("failed_end", "qbusiness", "CreateDataSource", count=1))
    wanted = [
        {"display_name": "fixed", "configuration": {"type": "WEBCRAWLERV2"}},
        {"display_name": "broken"},
        {"display_name": "whole"},
        {"data_source_id": "0a1b2c3d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"},
    ]
    with pytest.raises(FederationError) as caught:
        call(datasource, **task, data_sources=wanted)
    message, facts = caught.value.message, caught.value.facts
    assert message.startswith("3 of 4 data_sources failed")
    assert all(text in message for text in ("[0] (fixed)", "[1] (broken)")) and "whole" not in message
    assert "[3]" not in message and message.count("0a1b2c3d-") == 1
    results = facts["data_sources"]
    assert [bool(item.get("failed")) for item in results] == [True, True, False, True]
    assert [item["changed"] for item in results] == [False, True, True, False]
    assert facts["changed"] is True and facts["operations"] == ["CreateDataSource"] * 2
    assert "whole" in there(world)


def test_one_of_a_kind(call: Call, task: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="mutually exclusive"):
        call(datasource, **task, display_name="a", data_sources=items("b"))
    with pytest.raises(InputError, match="one of the following is required"):
        call(datasource, **task, data_sources=[{"description": "nameless"}])


def test_none_of_them_is_no_change(call: Call, task: dict[str, Any]) -> None:
    answer = call(datasource, **task, data_sources=[])
    assert (answer["changed"], answer["data_sources"]) == (False, [])


# -- syncs ------------------------------------------------------------------------------------------------------------


def test_syncs_are_started_and_waited_for_together(world: World, call: Call, task: dict[str, Any]) -> None:
    world.bucket("docs/a.txt")
    made = call(datasource, **task, data_sources=items(*NAMES[:11]))
    where = {name: task[name] for name in ("application_id", "index_id")}
    wanted = [{"data_source_id": item["data_source_id"]} for item in made["data_sources"]]
    world.cloud.settings.polls = {"*": 3}
    world.cloud.log.clear()
    planned = call(sync, check_mode=True, **where, data_sources=wanted)
    assert planned["changed"] is True and world.writes() == []
    answer = call(sync, **where, data_sources=wanted)
    assert answer["operations"] == ["StartDataSourceSyncJob"] * len(wanted)
    assert all(item["job"]["status"] in ("SUCCEEDED", "INCOMPLETE") for item in answer["data_sources"])
    reads = [entry.operation for entry in world.cloud.log.since() if entry.service == "qbusiness"]
    last_start = len(reads) - reads[::-1].index("StartDataSourceSyncJob")
    assert "ListDataSourceSyncJobs" not in reads[reads.index("StartDataSourceSyncJob") : last_start]
    again = call(sync, **where, data_sources=wanted, documents_changed=False)
    assert again["changed"] is False and [item["reason"] for item in again["data_sources"]] == [""] * len(wanted)


# -- both hosts -------------------------------------------------------------------------------------------------------


def test_both_hosts_say_the_same(world: World, task: dict[str, Any], play: Play) -> None:
    wanted = [{"display_name": "first"}, {"display_name": "second", "state": "absent"}]
    module = {"qbusiness.federation.qbusiness_datasource": {**task, "data_sources": wanted}}
    made, here, there_ = play([module, module, {**module, "vars": {"qbusiness_execution": "module"}}]).results
    assert made["changed"] is True and here["changed"] is False
    assert {**here, "_ansible_no_log": None} == {**there_, "_ansible_no_log": None}
    assert made["data_sources"][0]["data_source_id"] == here["data_sources"][0]["data_source_id"]


def test_both_hosts_fail_alike(world: World, task: dict[str, Any], play: Play) -> None:
    wanted = [{"display_name": "first"}, {"data_source_id": "0a1b2c3d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"}]
    module = {"qbusiness.federation.qbusiness_datasource": {**task, "data_sources": wanted}, "ignore_errors": True}
    _made, here, there_ = play([module, module, {**module, "vars": {"qbusiness_execution": "module"}}]).results
    assert "1 of 2 data_sources failed" in here["msg"]
    assert (here["msg"], here["data_sources"]) == (there_["msg"], there_["data_sources"])


def test_the_items_of_a_loop_share_a_listing(world: World, call: Call, task: dict[str, Any], play: Play) -> None:
    call(datasource, **task, data_sources=items(*NAMES[:12]))
    world.cloud.log.clear()
    module = {
        "qbusiness.federation.qbusiness_datasource": {**task, "display_name": "{{ item }}", "create": True},
        "loop": [*NAMES[:6], "new", *NAMES[6:12]],
    }
    [played] = play([module]).results
    assert [item["changed"] for item in played["results"]].count(True) == 1
    # two pages, and again after the one that was made
    assert asked(world.cloud)["ListDataSources"] == 4


def test_another_try_lists_anew(world: World, task: dict[str, Any], play: Play) -> None:
    """What ``until`` waits for may be made by somebody else."""
    module = {
        "qbusiness.federation.qbusiness_datasource": {**task, "display_name": "awaited"},
        "check_mode": True,
        "register": "seen",
        "until": "seen is not changed",
        "retries": 1,
        "delay": 0,
        "ignore_errors": True,
    }
    world.cloud.log.clear()
    play([module])
    assert asked(world.cloud)["ListDataSources"] == 2

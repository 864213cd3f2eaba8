# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many plugins in one task. The witnesses are boto3 and the cloud's log."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError, InputError
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_plugin import function as plugin
from conftest import Call, Play
from hosts_cases import leave
from qbusiness_sandbox.cloud import Fault
from resource_world import World

pytestmark = pytest.mark.usefixtures("instant")
NAMES = [f"plugin-{number:02}" for number in range(12)]


@pytest.fixture
def task(world: World) -> dict[str, Any]:
    """What all items have in common."""
    return {
        "application_id": world.application_id,
        "type": "CUSTOM",
        "auth_configuration": {"no_auth_configuration": {}},
        "custom_plugin_configuration": schema(),
    }


def schema(title: str = "Leave") -> dict[str, Any]:
    return leave(info={"title": title, "version": "1"})


def items(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"display_name": name, **more} for name in names]


def there(world: World) -> dict[str, str]:
    """Names and states of the plugins, by boto3."""
    pages = world.q.get_paginator("list_plugins").paginate(applicationId=world.application_id)
    return {item["displayName"]: item["state"] for page in pages for item in page["plugins"]}


def test_all_are_made_and_then_nothing_changes(world: World, call: Call, task: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 2}
    made = call(plugin, **task, plugins=items(*NAMES))
    assert made["operations"] == ["CreatePlugin"] * len(NAMES)
    assert [item["display_name"] for item in made["plugins"]] == NAMES == sorted(there(world))
    assert {item["build_status"] for item in made["plugins"]} == {"READY"}
    assert "openapi" not in json.dumps(made["diff"])
    world.cloud.log.clear()
    again = call(plugin, **task, plugins=items(*NAMES))
    assert again["changed"] is False and again["diff"] == []
    asked = Counter(entry.operation for entry in world.cloud.log.since())
    assert asked == {"ListPlugins": 1, "GetPlugin": len(NAMES)}


def test_an_item_goes_before_the_task(world: World, call: Call, task: dict[str, Any]) -> None:
    call(plugin, **task, plugins=items("first", "second", "third"))
    wanted = [
        {"display_name": "first", "custom_plugin_configuration": schema("Other")},
        {"display_name": "second", "plugin_state": "DISABLED"},
        {"display_name": "third", "state": "absent"},
        {"display_name": "fourth", "tags": {"a": "b"}, "plugin_state": "DISABLED"},
        {"display_name": "fifth", "rebuild": True},
    ]
    planned = call(plugin, check_mode=True, **task, plugins=wanted)
    world.cloud.log.clear()
    answer = call(plugin, **task, plugins=wanted)
    done = [item["operations"] for item in answer["plugins"]]
    assert done == [
        ["UpdatePlugin"],
        ["UpdatePlugin"],
        ["DeletePlugin"],
        ["CreatePlugin", "UpdatePlugin"],
        ["CreatePlugin"],
    ]
    assert [item["operations"] for item in planned["plugins"]] == done
    assert world.writes()[0] == "DeletePlugin"
    states = {"first": "ENABLED", "second": "DISABLED", "fourth": "DISABLED", "fifth": "ENABLED"}
    assert there(world) == states
    assert answer["plugins"][2]["lost"]
    assert call(plugin, **task, plugins=wanted[:4])["changed"] is False
    rebuilt = call(plugin, **task, rebuild=True, plugins=[{"display_name": "first", "rebuild": False}, *items("fifth")])
    assert [item["changed"] for item in rebuilt["plugins"]] == [True, True]


def test_all_faults_of_all_items_before_any_write(world: World, call: Call, task: dict[str, Any]) -> None:
    wanted = [
        {"display_name": "fine"},
        {"display_name": "no spaces"},
        {"display_name": "other", "type": "JIRA_CLOUD"},
        {"display_name": "fine"},
    ]
    with pytest.raises(InputError) as caught:
        call(plugin, **{**task, "server_url": "nowhere at all"}, plugins=wanted)
    told = sorted(fault.partition(": ")[0] for fault in caught.value.faults)
    assert "plugins[1].display_name" in told and "plugins[3].display_name" in told and "server_url" in told
    assert [fault for fault in caught.value.faults if "JIRA_CLOUD" in fault]
    assert world.writes() == [] and there(world) == {}


def test_failing_items_are_named_and_the_others_done(world: World, call: Call, task: dict[str, Any]) -> None:
    world.cloud.faults.add(Fault("failed_end", "qbusiness", "CreatePlugin", count=1))
    with pytest.raises(FederationError) as caught:
        call(plugin, **task, plugins=items("broken", "whole"))
    message, facts = caught.value.message, caught.value.facts
    assert message.startswith("1 of 2 plugins failed") and "[0] (broken)" in message and "CREATE_FAILED" in message
    assert [bool(item.get("failed")) for item in facts["plugins"]] == [True, False]
    assert facts["plugins"][1]["build_status"] == "READY"


def test_one_of_a_kind(call: Call, task: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="mutually exclusive"):
        call(plugin, **task, display_name="a", plugins=items("b"))
    with pytest.raises(InputError, match="one of the following is required"):
        call(plugin, **task, plugins=[{"plugin_state": "ENABLED"}])
    assert call(plugin, **task, plugins=[])["changed"] is False


def test_both_hosts_say_the_same(world: World, task: dict[str, Any], play: Play) -> None:
    wanted = [{"display_name": "first"}, {"display_name": "second", "state": "absent"}]
    module = {"qbusiness.federation.qbusiness_plugin": {**task, "plugins": wanted}}
    made, here, apart = play([module, module, {**module, "vars": {"qbusiness_execution": "module"}}]).results
    assert made["changed"] is True and here["changed"] is False
    assert {**here, "_ansible_no_log": None} == {**apart, "_ansible_no_log": None}

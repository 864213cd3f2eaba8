# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible does around tasks that run in the controller: handlers, rescue, includes, loops, other tries.

Each is a way by which a result, a failure or a memory of a worker could get lost, or reach what it should not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hosts_world import HERE, Run, Stage, odd
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import Running

HOSTS = ("one", "two")
APP = "qbusiness.federation.qbusiness_app"


@pytest.fixture(scope="module")
def stage(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("flow"), running)


@pytest.fixture(scope="module")
def run(stage: Stage) -> Run:
    """A play of two hosts, at two strategies."""
    (stage.book / "more.yml").write_text(yaml.safe_dump([odd("included")]), encoding="utf-8")
    tried = {"count": 2, "any": "{{ playbook_dir }}/{{ inventory_hostname }}{{ item }}{{ ansible_play_name }}"}
    tasks = [
        {"name": "a block", "block": [odd("fails", "fail"), odd("never")], "rescue": [odd("rescued")]},
        {**odd("notifying", "leak", {"secret": "Canary-flow-1"}), "notify": "handler"},
        odd("once", run_once=True),
        odd("tried", "twice", tried, loop=[1, 2], until="tried is success", retries=3, delay=0, register="tried"),
        {"name": "more", "ansible.builtin.include_tasks": "more.yml", "loop": [1, 2]},
        odd("delegated", delegate_to="{{ item }}", loop=list(HOSTS)),
        odd("refused", failed_when=True, ignore_errors=True),
        odd("skipped", when=False),
        odd("one at a time", throttle=1),
    ]
    common = {"hosts": "all", "gather_facts": False, "vars": HERE, "handlers": [odd("handler")], "tasks": tasks}
    plays = [{**common, "name": name, "strategy": f"ansible.builtin.{name}"} for name in ("linear", "host_pinned")]
    return stage.plays(plays, "-i", ",".join(HOSTS), "--forks", "50")


def test_every_task_ends_as_it_should(run: Run) -> None:
    """On both hosts in both plays. Once is once where hosts go together; the other strategy has no such thing."""
    assert run.returncode == 0, run.text[-3000:]
    found = Counter((event["task"], event["event"]) for event in run.events if "host" in event and event.get("task"))
    ours = {key: number for key, number in found.items() if key[1] != "task"}
    twice = 2 * len(HOSTS)
    expected = {
        ("fails", "failed"): twice,
        ("rescued", "ok"): twice,
        ("notifying", "ok"): twice,
        ("once", "ok"): 1 + len(HOSTS),
        ("tried", "ok"): twice,
        ("included", "ok"): 2 * twice,
        ("delegated", "ok"): twice,
        ("refused", "failed"): twice,
        ("skipped", "skipped"): twice,
        ("one at a time", "ok"): twice,
        ("handler", "ok"): twice,
    }
    assert {key: ours.get(key) for key in expected} == expected
    assert not [key for key in ours if key[0] == "never"]


def test_all_of_it_is_done_in_the_controller(run: Run) -> None:
    started = [event["detail"] for event in run.events if event["event"] == "start"]
    assert [detail for detail in started if detail != "/sbin/ldconfig"] == []
    assert [event["event"] for event in run.events].count("import") == 1


def test_each_item_has_its_tries(run: Run) -> None:
    results = [event["result"] for event in run.events if event.get("task") == "tried" and event["event"] == "ok"]
    assert [[item["tries"] for item in result["results"]] for result in results] == [[2, 2]] * 4
    assert [[item["attempts"] for item in result["results"]] for result in results] == [[2, 2]] * 4


def test_another_try_asks_anew_and_another_item_does_not(stage: Stage, cloud: Cloud, aws: Callable[[str], Any]) -> None:
    """What a listing answered is for the items of a loop; who tries again wants to know what is there by then."""
    aws("qbusiness").create_application(displayName="assistant")
    by_name = {"name": "loop", APP: {"display_name": "assistant"}, "loop": [1, 2, 3]}
    again = {"name": "again", APP: {"display_name": "assistant"}, "until": False, "retries": 2, "delay": 0}
    cloud.log.clear()
    run = stage.tasks([by_name, again])
    assert run.records("loop")[0]["event"] == "ok", run.text[-3000:]
    asked = [entry.operation for entry in cloud.log.since()]
    assert asked[:4] == ["ListApplications"] + ["GetApplication"] * 3
    # The first, and two more.
    assert asked[4:] == ["ListApplications", "GetApplication"] * 3

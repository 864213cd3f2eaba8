# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task that finds nothing to do may cost, exactly: processes, imports of the plugin, connections, calls.

Processes, imports and connections are seen from within ``ansible-playbook``, the calls in the cloud's request log.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hosts_cases import Scene, scene
from hosts_world import Run, Stage, Task
from qbusiness_sandbox.testing import Running

COLLECTION = "qbusiness.federation"


def found(made: Scene) -> list[tuple[Task, int, list[str]]]:
    """Tasks of what is there, with their connections, and the calls in order."""
    by_name = {"display_name": "assistant"}
    index = {**made.indexed, "display_name": "index"}
    role = {"name": "reader"}
    app = {"app_id": made.oidc_id}
    return [
        ({"name": "app by id", f"{COLLECTION}.qbusiness_app": made.here}, 1, ["GetApplication"]),
        (
            {"name": "app by name", f"{COLLECTION}.qbusiness_app": by_name},
            1,
            ["ListApplications", "GetApplication"],
        ),
        (
            {"name": "app with tags", f"{COLLECTION}.qbusiness_app": {**made.here, "tags": {}}},
            1,
            ["GetApplication", "ListTagsForResource"],
        ),
        ({"name": "index by id", f"{COLLECTION}.qbusiness_index": index}, 1, ["GetIndex"]),
        (
            {
                "name": "loop",
                f"{COLLECTION}.qbusiness_index": {**made.indexed, "wait_timeout": "{{ item }}"},
                "loop": [1, 2, 3],
            },
            1,
            ["GetIndex"] * 3,
        ),
        (
            {"name": "role", f"{COLLECTION}.iam_federation_role_info": role},
            1,
            ["GetRole", "ListRolePolicies", "ListAttachedRolePolicies"],
        ),
        ({"name": "okta app", f"{COLLECTION}.okta_app_info": app}, 1, ["GET /api/v1/apps/{appId}"]),
    ]


@pytest.fixture(scope="module")
def made(running: Running) -> Scene:
    return scene(running)


@pytest.fixture(scope="module")
def run(made: Scene, running: Running, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Stage(tmp_path_factory.mktemp("budget"), running).tasks([task for task, _connections, _calls in found(made)])


def test_tasks_cost_what_they_must(made: Scene, run: Run) -> None:
    assert run.returncode == 0, run.text[-3000:]
    calls = [entry.operation for entry in made.cloud.log.since()]
    wanted: list[str] = []
    for task, connections, expected in found(made):
        result = run.result(task["name"])
        assert result["changed"] is False, result
        assert (task["name"], run.count(task["name"], "start")) == (task["name"], 0)
        assert (task["name"], run.count(task["name"], "connect")) == (task["name"], connections)
        wanted += expected
    assert calls == wanted


def test_the_plugin_is_imported_once_before_the_first_fork(run: Run) -> None:
    """Six different modules; what the parent has imported, its workers inherit."""
    events = [event["event"] for event in run.events]
    (imported,) = [event for event in run.events if event["event"] == "import"]
    (parent,) = {event["pid"] for event in run.events if event["event"] == "task"}
    assert imported["pid"] == parent
    assert events.index("import") < events.index("connect")


def test_no_connection_is_made_by_the_parent(run: Run) -> None:
    (parent,) = {event["pid"] for event in run.events if event["event"] == "task"}
    assert parent not in [event["pid"] for event in run.events if event["event"] == "connect"]


def test_the_witness_sees_what_it_looks_for(running: Running, tmp_path: Path) -> None:
    """Without which the zeros above would say nothing."""
    stage = Stage(tmp_path / "stage", running)
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "x", "ansible.builtin.command": "true"}]}
    run = stage.plays([play])
    assert run.count("x", "start") > 0, (run.text, run.events)

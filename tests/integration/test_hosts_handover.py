# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the controller does a task itself, and when it hands it over to the ordinary module.

The witness is whether a process was started during the task (Python's audit events, inside ``ansible-playbook``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.plugin_utils import controller
from hosts_world import AS_MODULE, HERE, Run, Stage, Task, odd
from qbusiness_sandbox.testing import Running

#: A connection that is local in all but its name.
ELSEWHERE = """from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = '''
name: elsewhere
short_description: Another connection
description: Another connection.
extends_documentation_fragment: [connection_pipelining]
'''


class Connection(Local):
    transport = "tests.hosts.elsewhere"
"""
#: In the controller: nothing of the task, the play or the host says otherwise.
STAYS: list[Task] = [
    odd("plain"),
    odd("check mode", check_mode=True),
    odd("no become", become=False),
    odd("empty environment", environment={}),
    odd("environment of empty ones", environment=[{}, {}]),
    odd("environment that is templated to nothing", environment="{{ none_of_it }}", vars={"none_of_it": {}}),
    odd("interpreter by the magic variable", vars={"ansible_python_interpreter": "{{ ansible_playbook_python }}"}),
    odd("automatic", vars={"qbusiness_execution": "auto"}),
    odd("to localhost", delegate_to="localhost"),
    odd("local action", connection="local"),
]
LEAVES: list[Task] = [
    odd("told so", vars=AS_MODULE),
    odd("told so by a template", vars={"way": "module", "qbusiness_execution": "{{ way }}"}),
    odd("connection of the task", vars={"ansible_connection": "tests.hosts.elsewhere"}),
    odd("become of the task", become=True),
    odd("become by a variable", vars={"ansible_become": True}),
    odd("environment", environment={"ODD_SECRET": "x"}),
    odd("templated environment", environment="{{ some_of_it }}", vars={"some_of_it": {"ODD_SECRET": "x"}}),
    {"name": "a block", "environment": {"ODD_SECRET": "x"}, "block": [odd("environment of the block")]},
    odd("another interpreter", vars={"ansible_python_interpreter": "{{ playbook_dir }}/python"}),
    odd("a link to the interpreter", vars={"ansible_python_interpreter": "{{ playbook_dir }}/link"}),
    odd("interpreter to be looked for", vars={"ansible_python_interpreter": "auto_silent"}),
    odd("to another", delegate_to="other"),
    odd("to one with no interpreter", delegate_to="bare"),
    odd("awaited") | {"async": 30, "poll": 1},
    odd("begun", register="begun") | {"async": 30, "poll": 0},
]
#: Where a password or a program is needed that a test's machine may not have: only the start of a process counts.
MAY_FAIL = (
    "become of the task",
    "become by a variable",
    "interpreter to be looked for",
    "to one with no interpreter",
    # It is the one that a virtual environment was made with, and has none of its libraries.
    "a link to the interpreter",
)
LATER: list[Task] = [
    {
        "name": "ended",
        "ansible.builtin.async_status": {"jid": "{{ begun.ansible_job_id }}"},
        "register": "ended",
        "until": "ended is finished",
        "retries": 60,
        "delay": 0.2,
    },
    odd("told nonsense", vars={"qbusiness_execution": "fast"}),
]


def _names(tasks: list[Task]) -> list[str]:
    return [task["block"][0]["name"] if "block" in task else task["name"] for task in tasks]


@pytest.fixture(scope="module")
def stage(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    made = Stage(tmp_path_factory.mktemp("handover"), running)
    wrapper = made.book / "python"
    wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o700)
    (made.book / "link").symlink_to(Path(sys.executable).resolve())
    folder = made.folder / "collections/ansible_collections/tests/hosts/plugins/connection"
    folder.mkdir()
    (folder / "elsewhere.py").write_text(ELSEWHERE, encoding="utf-8")
    inventory = (
        f"here ansible_connection=local ansible_python_interpreter={sys.executable}\n"
        f"same ansible_connection=local ansible_python_interpreter={sys.executable}\n"
        f"other ansible_connection=local ansible_python_interpreter={wrapper}\n"
        "bare ansible_connection=local\n"
    )
    (made.book / "hosts").write_text(inventory, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def run(stage: Stage) -> Run:
    """All of them, and plays that say it for all of their tasks."""
    common = {"hosts": "here", "gather_facts": False, "ignore_errors": True}
    plays: list[dict[str, Any]] = [
        {**common, "tasks": [*STAYS, *LEAVES, *LATER]},
        {**common, "environment": {"ODD_SECRET": "x"}, "tasks": [odd("environment of the play")]},
        {**common, "become": True, "tasks": [odd("become of the play")]},
        {**common, "connection": "tests.hosts.elsewhere", "tasks": [odd("connection of the play")]},
        {**common, "hosts": "bare", "tasks": [odd("no interpreter")]},
        {**common, "hosts": "other", "tasks": [odd("to the same", delegate_to="same")]},
    ]
    # An inventory's variable for the connection goes before the play's.
    plays[3]["vars"] = {"ansible_connection": "tests.hosts.elsewhere"}
    return stage.plays(plays, "-i", str(stage.book / "hosts"), ANSIBLE_ASYNC_DIR=str(stage.folder / "async"))


@pytest.mark.parametrize("name", [*_names(STAYS), "to the same"])
def test_the_controller_does_it(run: Run, name: str) -> None:
    assert run.records(name)[0]["event"] == "ok", run.text[-3000:]
    assert run.count(name, "start") == 0


@pytest.mark.parametrize(
    "name",
    [*_names(LEAVES), "environment of the play", "become of the play", "connection of the play", "no interpreter"],
)
def test_the_module_does_it(run: Run, name: str) -> None:
    assert run.count(name, "start") > 0
    if name not in (*MAY_FAIL, "become of the play", "no interpreter"):
        assert run.records(name)[0]["event"] == "ok", (run.records(name), run.text[-3000:])


def test_async_works(run: Run) -> None:
    assert run.result("awaited")["given"] == run.result("plain")["given"]
    assert run.result("begun")["ansible_job_id"]
    assert run.result("ended")["given"] == run.result("plain")["given"]


def test_a_way_that_does_not_exist(run: Run) -> None:
    assert run.records("told nonsense")[0]["event"] == "failed"
    assert "qbusiness_execution: fast is none of auto, module" in run.result("told nonsense")["msg"]


def test_become_of_the_command_line(stage: Stage) -> None:
    assert stage.tasks([odd("plain")], "--become").count("plain", "start") > 0


def test_the_interpreter_of_the_configuration(stage: Stage) -> None:
    """As good as a variable, and a variable goes before it."""
    play = {
        "hosts": "bare",
        "gather_facts": False,
        "tasks": [odd("plain"), odd("another", vars={"ansible_python_interpreter": "{{ playbook_dir }}/python"})],
    }
    run = stage.plays([play], "-i", str(stage.book / "hosts"), ANSIBLE_PYTHON_INTERPRETER=sys.executable)
    assert run.returncode == 0, run.text[-3000:]
    assert run.count("plain", "start") == 0 < run.count("another", "start")


@pytest.mark.parametrize("library", ["botocore", "requests"])
def test_a_library_that_the_controller_has_not(stage: Stage, library: str) -> None:
    """The module's own process has it (here)."""
    run = stage.tasks([odd("plain")], WITNESS_WITHOUT=library)
    assert run.returncode == 0 and run.count("plain", "start") > 0, run.text[-3000:]


def test_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    task = SimpleNamespace(async_val=0, environment=[], delegate_to=None)
    plugin = controller.Controller.__new__(controller.Controller)
    settings = {
        "_task": task,
        "_connection": SimpleNamespace(transport="local", become=None, _shell=SimpleNamespace(env_prefix=lambda: "")),
        "_play_context": SimpleNamespace(become=False),
        "_templar": SimpleNamespace(template=lambda value: value),
    }
    for name, value in settings.items():
        setattr(plugin, name, value)
    assert plugin.reason_to_hand_over(HERE) == ""
    fake = SimpleNamespace(platform="darwin", executable=sys.executable)
    monkeypatch.setattr(controller, "sys", fake)
    assert "macOS" in plugin.reason_to_hand_over(HERE)
    assert "interpreter" in plugin.reason_to_hand_over({**HERE, "ansible_python_interpreter": str(Path("/other"))})

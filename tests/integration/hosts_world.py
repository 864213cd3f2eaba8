# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks on both hosts of the collection, with witnesses inside ``ansible-playbook``.

What the controller's process and its workers do is told by ``hosts_witness/sitecustomize.py``, what came of the tasks
by ``hosts_witness/callback/witness.py``; both append to one file, in the order of time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from qbusiness_sandbox.testing import Running

WITNESS = Path(__file__).with_name("hosts_witness")
ACTION = """from __future__ import annotations

from ansible_collections.qbusiness.federation.plugins.plugin_utils.controller import Controller
from ansible_collections.tests.hosts.plugins.modules import odd


class ActionModule(Controller):
    module = odd
"""
#: A variable that leads every module out of the controller.
AS_MODULE = {"qbusiness_execution": "module"}
HERE = {"ansible_python_interpreter": sys.executable, "ansible_connection": "local"}
ODD = "tests.hosts.odd"
ENDED = ("ok", "failed", "unreachable", "skipped")
Task = dict[str, Any]


@dataclass
class Run:
    """What a run of ``ansible-playbook`` left."""

    returncode: int
    text: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def during(self, task: str) -> list[dict[str, Any]]:
        """The events from the start of a task to that of the next."""
        return list(self._during(task))

    def _during(self, task: str) -> Iterator[dict[str, Any]]:
        within = False
        for event in self.events:
            if event["event"] == "task":
                within = event["task"] == task
            elif within:
                yield event

    def count(self, task: str, event: str) -> int:
        """How often something happened during a task: ``start`` of a process, ``connect`` …"""
        return sum(item["event"] == event for item in self.during(task))

    def records(self, task: str) -> list[dict[str, Any]]:
        """How the task ended on each host: ``event`` (ok, failed …), ``host``, ``result``."""
        return [item for item in self.during(task) if item["event"] in ENDED]

    def result(self, task: str) -> dict[str, Any]:
        """The result of a task that ran on one host."""
        records = self.records(task)
        assert len(records) == 1, (task, records, self.text[-3000:])
        return dict(records[0]["result"])


class Stage:
    """A folder to run playbooks in, with the collection ``tests.hosts`` and an environment of its own."""

    def __init__(self, folder: Path, running: Running) -> None:
        self.folder = folder
        self.book = folder / "project"
        self.elsewhere = folder / "elsewhere"
        for place in (self.book, self.elsewhere):
            place.mkdir(parents=True)
        plugins = folder / "collections/ansible_collections/tests/hosts/plugins"
        (plugins / "modules").mkdir(parents=True)
        (plugins / "action").mkdir()
        shutil.copy(WITNESS / "odd.py", plugins / "modules/odd.py")
        (plugins / "action/odd.py").write_text(ACTION, encoding="utf-8")
        cloud = running.cloud
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "OKTA_", "ANSIBLE_"))}
        self.environment = {
            **kept,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "PYTHONPATH": str(WITNESS),
            # The order in which Ansible's messages show sets.
            "PYTHONHASHSEED": "0",
            "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
            "ANSIBLE_CALLBACK_PLUGINS": str(WITNESS / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "witness",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "1",
            "AWS_ENDPOINT_URL": running.urls["aws"],
            "AWS_REGION": cloud.region,
            "AWS_ACCESS_KEY_ID": cloud.administrator.access_key_id,
            "AWS_SECRET_ACCESS_KEY": cloud.administrator.secret_access_key,
            "OKTA_CLIENT_ORGURL": running.urls["okta"],
            "OKTA_CLIENT_TOKEN": cloud.administrator.okta_api_token,
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        }
        self._runs = 0

    def plays(self, plays: Sequence[Mapping[str, Any]], *arguments: str, **environment: str | None) -> Run:
        """Run a playbook; ``environment``: changes, ``None`` takes a variable away."""
        self._runs += 1
        name = f"{self._runs:03}"
        book, witness = self.book / f"{name}.yml", self.folder / f"{name}.jsonl"
        book.write_text(yaml.safe_dump(list(plays), sort_keys=False), encoding="utf-8")
        changed = {**self.environment, "WITNESS": str(witness), **environment}
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(book), *arguments]
        run = subprocess.run(
            command,
            env={key: value for key, value in changed.items() if value is not None},
            cwd=self.elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = witness.read_text(encoding="utf-8").splitlines() if witness.exists() else []
        return Run(run.returncode, run.stdout + run.stderr, [json.loads(line) for line in lines])

    def tasks(self, tasks: Sequence[Task], *arguments: str, **environment: str | None) -> Run:
        """Run tasks on localhost in the controller; a failed task does not end the run."""
        play = {"hosts": "localhost", "gather_facts": False, "vars": HERE, "ignore_errors": True, "tasks": list(tasks)}
        return self.plays([play], *arguments, **environment)


def odd(name: str, what: str = "echo", options: Mapping[str, Any] | None = None, **keywords: Any) -> Task:
    """A task of the odd module."""
    return {"name": name, ODD: {"what": what, **(options or {})}, **keywords}


def both(tasks: Sequence[Task]) -> list[Task]:
    """Each task in the controller and, with ``as module`` after its name, as a module."""
    return [*tasks, *(as_module(task) for task in tasks)]


def as_module(task: Task) -> Task:
    return {**task, "name": f"{task['name']} as module", "vars": {**task.get("vars", {}), **AS_MODULE}}

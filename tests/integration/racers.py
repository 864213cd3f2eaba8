# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that start at one instant, each in a process of its own, as Ansible's workers do: a program for tests, and the
function that runs it.

The program reads JSON: rounds, each a list of tasks with ``module``, ``options`` and ``temporary``, the folder for
temporary files: tasks with different ones know as little of each other as those on different machines. It writes what
each answered.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.qbusiness.federation.plugins.module_utils import aws as aws_module
from ansible_collections.qbusiness.federation.plugins.module_utils import boto_clients
from ansible_collections.qbusiness.federation.plugins.module_utils.host import CONNECTION, Context, outcome

MODULES = "ansible_collections.qbusiness.federation.plugins.modules"
HOST_ONLY = ("supports_check_mode", "bypass_checks", "no_log", "add_file_common_args")


@dataclass(frozen=True)
class Racer:
    """One task. ``machine``: tasks with the same name of a machine share its folder for temporary files."""

    module: str
    options: Mapping[str, Any]
    machine: str = "one"


def races(folder: Path, connection: Mapping[str, Any], rounds: Sequence[Sequence[Racer]]) -> list[list[dict[str, Any]]]:
    """Run round after round, all tasks of one at one instant; what each answered, in order."""
    for racer in (racer for racers in rounds for racer in racers):
        (folder / racer.machine).mkdir(exist_ok=True)
    tasks = [
        [
            {
                "module": racer.module,
                "options": {**connection, **racer.options},
                "temporary": str(folder / racer.machine),
            }
            for racer in racers
        ]
        for racers in rounds
    ]
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(tasks), capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return answers


def all_done(answers: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    """Every task of every round ended well."""
    failed = [answer["msg"] for round_ in answers for answer in round_ if answer.get("failed")]
    assert not failed, failed


def _run(task: Mapping[str, Any], start: Any, answers: Any, number: int) -> None:
    """One worker."""
    tempfile.tempdir = task["temporary"]
    module = importlib.import_module(f"{MODULES}.{task['module']}")
    arguments = {key: value for key, value in module.ARGUMENTS.items() if key not in HOST_ONLY}
    known = arguments["argument_spec"]
    validated = ArgumentSpecValidator(**arguments).validate(
        {key: value for key, value in task["options"].items() if key in known}
    )
    assert not validated.error_messages, validated.error_messages
    parameters = validated.validated_parameters
    aws = aws_module.Aws({key: value for key, value in parameters.items() if key in CONNECTION})
    context = Context(parameters, check_mode=False, aws=aws)
    start.wait()
    answer = outcome(module.function, context)
    answers.put((number, json.dumps({**answer, "warnings": context.warnings}, default=str)))


def main() -> None:
    """Read, run, write."""
    rounds = json.load(sys.stdin)
    boto_clients.warm(boto_clients.COMMON)
    for tasks in rounds:
        for task in tasks:
            importlib.import_module(f"{MODULES}.{task['module']}")
    print(json.dumps([_round(tasks) for tasks in rounds]))


def _round(tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One round, in processes of its own."""
    forking = multiprocessing.get_context("fork")
    start, answers = forking.Barrier(len(tasks)), forking.Queue()
    workers = [forking.Process(target=_run, args=(task, start, answers, number)) for number, task in enumerate(tasks)]
    for worker in workers:
        worker.start()
    found = sorted(answers.get(timeout=240) for _worker in workers)
    for worker in workers:
        worker.join()
    return [json.loads(text) for _number, text in found]


if __name__ == "__main__":
    main()

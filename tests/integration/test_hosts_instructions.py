# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one task that changes nothing costs a worker, in instructions, which callgrind counts alike on a busy machine.

A task of one data source, and one of eleven, each in a fork with a client of its own, against the embedded cloud. The
figures recorded in ``instructions.json`` hold for one build of Python and one botocore. Record those of others, or new
ones after a change that is meant to cost or to save, by ``INSTRUCTIONS=record .venv/bin/python -m pytest`` with this
file's path. Where none are recorded, a warning says what they are, and only their ratio is held.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import Running

PROGRAM = Path(__file__).with_name("counted_tasks.py")
RECORDED = Path(__file__).with_name("instructions.json")
ITEMS = (1, 11)
#: How far a count may be from its recorded figure.
TOLERANCE = 0.03
#: Seconds after which a command is one that never ends.
PATIENCE = 300
BUILD = "optimized" if "--enable-optimizations" in str(sysconfig.get_config_var("CONFIG_ARGS")) else "plain"
PYTHON = f"{platform.python_implementation()} {platform.python_version()} {BUILD} {platform.python_compiler()}"
HERE = f"{PYTHON}, {platform.machine()}, botocore {botocore.__version__}"


class Counted:
    """The program under callgrind, which counts from the second task on: what is before is so ten times as quick."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self._folder = folder
        # The same addresses and the same order of sets each time; compiled files are written if they are not there.
        command = ["setarch", "-R", "valgrind", "-q", "--tool=callgrind", "--instr-atstart=no"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(
            [*command, f"--callgrind-out-file={folder}/out.%p", sys.executable, str(PROGRAM), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> Counted:
        assert self.line() == "ready"
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate(timeout=PATIENCE)

    def line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def task(self, items: list[dict[str, Any]]) -> tuple[str, str]:
        """Do a task: its process, and what came of it."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(items) + "\n")
        self._process.stdin.flush()
        process, _space, said = self.line().partition(" ")
        return process, said

    def tell(self, *words: str) -> None:
        """A command for callgrind."""
        subprocess.run(
            ["vgdb", f"--pid={self._process.pid}", *words], check=True, timeout=PATIENCE, capture_output=True
        )

    def count(self, items: list[dict[str, Any]]) -> int:
        """The instructions of a task that has nothing to change."""
        self.tell("zero")
        process, said = self.task(items)
        assert said == "False"
        text = (self._folder / f"out.{process}").read_text(encoding="utf-8")
        (total,) = re.findall(r"^(?:summary|totals): (\d+)$", text, re.MULTILINE)[:1]
        return int(total)


@pytest.fixture
def counted(running: Running, cloud: Cloud, aws: Callable[[str], Any], tmp_path: Path) -> Iterator[Counted]:
    cloud.settings.polls = {"*": 0}
    q = aws("qbusiness")
    where = {"applicationId": q.create_application(displayName="a")["applicationId"]}
    where["indexId"] = q.create_index(**where, displayName="i")["indexId"]
    configuration = {"type": "CUSTOM", "version": "1.0.0"}
    for number in range(max(ITEMS)):
        q.create_data_source(**where, displayName=f"source-{number:02}", configuration=configuration)
    options = {
        "application_id": where["applicationId"],
        "index_id": where["indexId"],
        "configuration": configuration,
        "state": "present",
        "wait": True,
        "wait_timeout": 60,
        "endpoint_url": running.urls["aws"],
        "region": cloud.region,
        "access_key": cloud.administrator.access_key_id,
        "secret_key": cloud.administrator.secret_access_key,
    }
    with Counted(tmp_path, options) as program:
        yield program


def test_a_task_costs_what_it_did(counted: Counted) -> None:
    items = [{"display_name": f"source-{number:02}"} for number in range(max(ITEMS))]
    # What is compiled and written to the disk at the first use is no task's.
    assert counted.task(items)[1] == "False"
    counted.tell("instrumentation", "on")
    found = {str(number): counted.count(items[:number]) for number in ITEMS}
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    if os.environ.get("INSTRUCTIONS") == "record":
        recorded[HERE] = found
        RECORDED.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"instructions: {found}")
    # Each further item costs a fraction of the first, which makes the client and connects.
    assert (found["11"] - found["1"]) / 10 < found["1"] / 5
    if HERE not in recorded:
        warnings.warn(f"no figures are recorded for {HERE}; they would be {found}", stacklevel=1)
        return
    for number, count in found.items():
        wanted = recorded[HERE][number]
        assert abs(count / wanted - 1) <= TOLERANCE, f"{number} items: {count} instructions, recorded are {wanted}"

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud for tests: rooms inside the test's own process, a full cloud in it, or the command as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qbusiness_sandbox.cloud import Cloud, Room
from qbusiness_sandbox.control_client import Control
from qbusiness_sandbox.export import IN_THE_WAY
from qbusiness_sandbox.launch import Options, Sandbox
from qbusiness_sandbox.server import Listener, Server

#: Seconds after which a process that does not start or end is given up.
PATIENCE = 120.0


@dataclass
class Running:
    """A started cloud: its state, and the URL of each room."""

    cloud: Cloud
    urls: dict[str, str] = field(default_factory=dict)


@contextmanager
def serving(cloud: Cloud, rooms: dict[str, Room] | None = None) -> Iterator[Running]:
    """Serve the rooms of ``cloud`` (or just these) over plain HTTP on free ports until the block ends."""
    if rooms is not None:
        cloud.rooms = rooms
    listeners = {name: Listener(Server(cloud, name)) for name in cloud.rooms}
    for listener in listeners.values():
        listener.start()
    try:
        yield Running(cloud, {name: listener.url for name, listener in listeners.items()})
    finally:
        for listener in listeners.values():
            listener.stop()


@contextmanager
def full_cloud(options: Options | None = None) -> Iterator[Sandbox]:
    """A whole cloud in this process with both ways in: ``.cloud``, ``.environment()``, ``.aws.url``, ``.okta.url``,
    ``.proxy.url``, ``.control.url``, ``.ca_file``."""
    sandbox = Sandbox(options)
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()


@dataclass
class Process:
    """A cloud in a process of its own. ``environment``: what its export file says."""

    environment: dict[str, str] = field(repr=False)
    control: Control
    pid: int

    def environ(self) -> dict[str, str]:
        """This process's environment led to the cloud: pass it to a child as ``env``."""
        return {**{k: v for k, v in os.environ.items() if k not in IN_THE_WAY}, **self.environment}


@contextmanager
def sandbox_process(arguments: Sequence[str] = ()) -> Iterator[Process]:
    """Start ``python -m qbusiness_sandbox`` on free ports, with further ``arguments``; end it with the block.

    Raises ``RuntimeError`` with the command's own error when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="qbusiness-sandbox-export-") as folder:
        export = Path(folder) / "environment.json"
        command = [sys.executable, "-m", "qbusiness_sandbox", "--export", str(export), "--format", "json", *arguments]
        with (Path(folder) / "stderr").open("w+", encoding="utf-8") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own module, with the test's arguments
                command, stdout=subprocess.PIPE, stderr=errors, text=True
            )
            try:
                # One line when it is ready, or the end of the stream when it is not going to be.
                ready = process.stdout.readline() if process.stdout else ""
                if not ready:
                    process.wait(PATIENCE)
                    errors.seek(0)
                    raise RuntimeError(f"The embedded cloud did not start: {errors.read().strip()}")
                environment: dict[str, str] = json.loads(export.read_text(encoding="utf-8"))
                control = Control(environment["QBUSINESS_SANDBOX_CONTROL"])
                try:
                    yield Process(environment, control, process.pid)
                finally:
                    control.close()
            finally:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                if process.stdout:
                    process.stdout.close()

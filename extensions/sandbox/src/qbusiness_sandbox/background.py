# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m qbusiness_sandbox.background start | stop --export FILE``: a cloud that outlives the one who starts it.

For what is made of several programs, as a molecule scenario is. FILE is the cloud's export file as JSON, and says which
process it is. ``start`` takes the options of ``python -m qbusiness_sandbox`` too, comes back when everything is ready,
and does nothing where FILE names a cloud that runs. ``stop`` ends just the process that FILE names, and only if that
is a cloud. Both print one word: ``started``, ``running``, ``stopped`` or ``absent``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from qbusiness_sandbox.control_client import Control, ControlError
from qbusiness_sandbox.parent import alive

#: Seconds after which a cloud that does not get ready, or does not end, is given up.
PATIENCE = 120.0
_INTERVAL = 0.1


class BackgroundError(Exception):
    """It did not work; the text says why."""


def running(export: Path) -> int:
    """The id of the process of the cloud that the file names, 0 when none runs.

    The process has to say by itself that it has this id: after a crash the file may name one that is another's by now.
    """
    try:
        environment = json.loads(export.read_text(encoding="utf-8"))
        pid = int(environment["QBUSINESS_SANDBOX_PID"])
        control = Control(environment["QBUSINESS_SANDBOX_CONTROL"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    try:
        return pid if control.health().get("pid") == pid else 0
    except (OSError, ValueError, ControlError):  # errors of requests are OSErrors
        return 0
    finally:
        control.close()


def start(export: Path, arguments: Sequence[str]) -> str:
    """Start it in a session of its own, its messages in the file beside ``export``. Raises :class:`BackgroundError`."""
    if running(export):
        return "running"
    export.parent.mkdir(parents=True, exist_ok=True)
    export.unlink(missing_ok=True)  # of a process that was killed
    log = export.with_name(f"{export.name}.log")
    command = [sys.executable, "-m", "qbusiness_sandbox", "--no-parent-watch", "--format", "json"]
    with log.open("w", encoding="utf-8") as messages:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--export", str(export), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    end = time.monotonic() + PATIENCE
    while not export.exists():
        if process.poll() is not None:
            raise BackgroundError(log.read_text(encoding="utf-8").strip() or "it ended without a word")
        if time.monotonic() > end:
            process.kill()
            raise BackgroundError(f"it was not ready after {PATIENCE:.0f} s; its messages are in {log}")
        time.sleep(_INTERVAL)
    return "started"


def stop(export: Path) -> str:
    """End the cloud that the file names, and wait until it is gone. Raises :class:`BackgroundError`."""
    pid = running(export)
    if not pid:
        export.unlink(missing_ok=True)
        return "absent"
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + PATIENCE
    while alive(pid):
        if time.monotonic() > end:
            raise BackgroundError(f"the process {pid} did not end within {PATIENCE:.0f} s")
        time.sleep(_INTERVAL)
    export.with_name(f"{export.name}.log").unlink(missing_ok=True)
    return "stopped"


def main(argv: Sequence[str] | None = None) -> int:
    """The command's exit status."""
    parser = argparse.ArgumentParser("qbusiness_sandbox.background", description="A cloud in the background.")
    parser.add_argument("what", choices=("start", "stop"))
    parser.add_argument("--export", type=Path, required=True, metavar="FILE")
    known, others = parser.parse_known_args(argv)
    try:
        print(start(known.export, others) if known.what == "start" else stop(known.export))
    except BackgroundError as error:
        print(f"The embedded cloud: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imported by every Python at its start: in ``ansible-playbook`` and what it forks, notes what the process does.

Python's own audit events are the witness: a process cannot be started, an address connected to, a module's code run, or
the environment changed from Python without one.

``WITNESS``: the file that a line of JSON per event is appended to. ``WITNESS_WITHOUT``: a package that the playbook's
process, and no other, cannot import.
"""

from __future__ import annotations

import importlib.abc
import json
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import Any

STARTS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system")
ENVIRONMENT = ("os.putenv", "os.unsetenv")
OURS = "/plugins/plugin_utils/controller.py"


def _note(event: str, detail: str) -> None:
    line = json.dumps({"event": event, "detail": detail, "pid": os.getpid()}) + "\n"
    # One write to a file opened for appending: lines of several processes do not mix.
    place = os.open(os.environ["WITNESS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(place, line.encode())
    os.close(place)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in STARTS:
        _note("start", str(arguments[0]))
    elif event in ENVIRONMENT:
        _note("environment", str(arguments[0]))
    elif event == "socket.connect":
        _note("connect", str(arguments[1]))
    elif event == "exec" and isinstance(arguments[0], CodeType) and arguments[0].co_filename.endswith(OURS):
        _note("import", "controller")


class _Without(importlib.abc.MetaPathFinder):
    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name.partition(".")[0] == self._package:
            raise ImportError(f"no {name} in this test")


if "WITNESS" in os.environ and any(part.endswith("ansible-playbook") for part in sys.orig_argv[:3]):
    if os.environ.get("WITNESS_WITHOUT"):
        sys.meta_path.insert(0, _Without(os.environ["WITNESS_WITHOUT"]))
    sys.addaudithook(_watch)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""End with the parent process."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

#: ``PR_SET_PDEATHSIG`` of Linux's prctl(2).
_SET_PARENT_DEATH_SIGNAL = 1
#: Seconds between two looks where no signal comes.
_INTERVAL = 0.5


def alive(pid: int) -> bool:
    """Whether a process with this id runs, whoever it belongs to. One that ended and that its parent did not ask for
    (in a container nobody may) does not; Linux tells."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return sys.platform != "linux"


class Watch:
    """Waits for the end: a signal, or that the process that started this one (``parent``) or the process with the id
    ``owner`` (0: none) is gone.

    The kernel's signal for a parent's end is bound to the *thread* that started us (prctl(2)) and exists on Linux only.
    So it only makes this process look at its parent's id, which it also does by itself from time to time.
    """

    def __init__(self, parent: bool, owner: int = 0) -> None:
        self._parent = os.getppid() if parent else 0
        self._owner = owner
        self._wake = threading.Event()
        self._ended = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        if parent and sys.platform == "linux":
            signal.signal(signal.SIGUSR1, lambda _number, _frame: self._wake.set())
            ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGUSR1), 0, 0, 0)

    def _end(self, _number: int, _frame: object) -> None:
        self._ended = True
        self._wake.set()

    def over(self) -> bool:
        orphan = bool(self._parent and os.getppid() != self._parent)
        return self._ended or orphan or bool(self._owner and not alive(self._owner))

    def wait(self) -> None:
        """Return when it is over."""
        while not self.over():
            self._wake.wait(_INTERVAL)
            self._wake.clear()

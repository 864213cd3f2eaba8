# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns: who writes an object that others write too does so alone on this machine, whichever run, host, fork or
execution it belongs to.

A turn is the lock of a small file, which the kernel gives up with the process that holds it. The file remembers when
the last turn ended in which something was written: what was read after that need not be read again. Writers on other
machines do not take turns with these; they are the reason why what was written is read back (:mod:`.resource`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import private_files
from .errors import WaitError

#: Part of the files' names: another form of what is in them is another file.
FORM = 1
#: Seconds that a turn is waited for at most: whoever holds it for longer was stopped.
PATIENCE = 600.0
#: Seconds between two words about a wait.
WORD = 30.0
#: Seconds between two looks whether the turn is free, from and to.
PAUSE = (0.005, 0.03)
#: Bytes of a file that are read at most.
SIZE = 4096

ALONE = (
    "{folder} is not this user's alone, so that tasks of other processes do not take turns with this one when they "
    "change the same objects. Delete that folder, or set TMPDIR to another one."
)

_held = threading.local()
_memory: dict[str, dict[str, Any]] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def now() -> float:
    """Return the time by which turns are told apart: the same for all processes of a machine."""
    return time.monotonic()


@dataclass
class Turn:
    """A turn that is held. ``made``: the id that the last creation in a turn of this key was answered with."""

    wrote: float | None = None
    made: str = ""

    def changed_since(self, began: float) -> bool:
        """Return whether something was written in a turn of this key since then."""
        # A time that lies ahead is of the time before the machine was started anew.
        return self.wrote is not None and (self.wrote >= began or self.wrote > now())

    def note(self, made: str = "") -> None:
        """Note that something was written, and perhaps made."""
        self.wrote = now()
        self.made = made or self.made


@contextlib.contextmanager
def turn(key: str, what: str, tell: Callable[[str], None]) -> Iterator[Turn]:
    """Wait for the turn, and hold it. A thread that holds it already goes on with it.

    :param key: says which object it is: the service, the account or org, and the object
    :param what: how messages call the object
    :param tell: is told of a wait that is long
    :raises WaitError: the turn did not come in :data:`PATIENCE`
    """
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    mine: dict[str, Turn] = _held.__dict__
    if name in mine:
        yield mine[name]
        return
    with contextlib.ExitStack() as stack:
        load, save = stack.enter_context(_file(name, _Wait(what, tell)))
        held = mine[name] = _turn(load())
        try:
            yield held
        finally:
            del mine[name]
            save(vars(held))


class _Wait:
    """A wait for a turn, in words."""

    def __init__(self, what: str, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self._what = what
        self._began = now()
        self._since = datetime.now(UTC).strftime("%H:%M:%S")

    def lasts(self) -> None:
        """Say so.

        :raises WaitError: it has lasted too long
        """
        waited = now() - self._began
        if waited >= PATIENCE:
            raise WaitError(
                f"{self._what}: another task on this machine has been changing it for {waited:.0f} s, and this one "
                "waited for its turn in vain. End that task if it hangs, and run again."
            )
        if waited >= WORD:
            self.tell(f"Waiting since {self._since} UTC for other tasks on this machine that change {self._what}.")


Access = tuple[Callable[[], Any], Callable[[dict[str, Any]], None]]


@contextlib.contextmanager
def _file(name: str, wait: _Wait) -> Iterator[Access]:
    """The locked file, read and written by the two functions; a lock of this process alone where no file can be had."""
    path = private_files.folder() / f"turn-{FORM}-{name}.json"
    try:
        place = _locked(path, wait)
    except OSError:
        wait.tell(ALONE.format(folder=path.parent))
        with _thread_lock(name):
            yield lambda: _memory.get(name), lambda state: _memory.update({name: dict(state)})
        return
    try:
        yield lambda: _load(place), lambda state: _save(place, state)
    finally:
        os.close(place)


def _locked(path: Path, wait: _Wait) -> int:
    """:raises OSError: no file can be had, or none can be locked"""
    while True:
        place = private_files.opened(path, "turn-*.json")
        try:
            while True:
                with contextlib.suppress(BlockingIOError):
                    private_files.lock(place, WORD, PAUSE)
                    break
                wait.lasts()
            if private_files.is_current(place, path):
                os.utime(place)  # a file in use is not deleted as an old one
                return place
        except BaseException:
            os.close(place)
            raise
        os.close(place)


def _thread_lock(name: str) -> threading.Lock:
    with _guard:
        return _locks.setdefault(name, threading.Lock())


def _load(place: int) -> Any:
    """What was saved; nothing where that was cut off."""
    try:
        return json.loads(os.pread(place, SIZE, 0) or b"{}")
    except (OSError, ValueError):
        return {}


def _save(place: int, state: dict[str, Any]) -> None:
    text = json.dumps(state, separators=(",", ":")).encode()
    with contextlib.suppress(OSError):  # what is not remembered is read again
        os.pwrite(place, text, 0)
        os.ftruncate(place, len(text))


def _turn(saved: Any) -> Turn:
    """The turn that was saved; one that knows of nothing where that has another form."""
    found = saved if isinstance(saved, dict) else {}
    wrote, made = found.get("wrote"), found.get("made")
    return Turn(wrote if isinstance(wrote, float) else None, made if isinstance(made, str) else "")

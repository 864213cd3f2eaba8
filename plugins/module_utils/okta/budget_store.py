# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the processes of a machine share what they know of an account's rate limits: one small file, locked for
microseconds, never during a request. Where no file can be had, each process knows its own."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import random
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .buckets import Bucket

#: Part of the files' names: another form of what is in them is another file.
FORM = 1
#: Seconds that a lock is waited for: who holds it longer was stopped.
LOCKED = 2.0
#: Seconds after which nobody uses a file any more.
UNUSED = 3600.0

_memory: dict[str, dict[str, Bucket]] = {}
_memory_lock = threading.Lock()


def folder() -> Path:
    """The user's own, in the place for temporary files: the same for all runs, even those whose homes differ."""
    return Path(tempfile.gettempdir()) / f"qbusiness.federation-{os.geteuid()}"


def name_of(origin: str, account: str) -> str:
    """A name that says nothing of the account.

    :param account: whose requests Okta counts together: an API token, or a service app's client id
    """
    return hashlib.sha256(f"{origin}\0{account}".encode()).hexdigest()[:32]


class Store:
    """The buckets of one account."""

    def __init__(self, name: str) -> None:
        """:param name: from :func:`name_of`"""
        self._name = name
        self._path = folder() / f"okta-{FORM}-{name}.json"
        self._alone = False

    @contextlib.contextmanager
    def buckets(self) -> Iterator[dict[str, Bucket]]:
        """The buckets by name, to be changed in place; nobody else has them meanwhile. Want of a file is no error."""
        place = self._open()
        if place is None:
            with _memory_lock:
                yield _memory.setdefault(self._name, {})
            return
        try:
            found = _load(place)
            yield found
            self._save(place, found)
        finally:
            os.close(place)

    def _open(self) -> int | None:
        """The locked file; ``None`` where there is none to be had."""
        if self._alone:
            return None
        place = -1
        try:
            place = self._opened()
            _lock(place)
        except OSError:
            self._alone = True
            if place >= 0:
                os.close(place)
            return None
        return place

    def _opened(self) -> int:
        """:raises OSError: there is no such file that is the user's alone, and none can be made"""
        flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        _prepare(self._path.parent)
        try:
            place = os.open(self._path, flags)
        except FileNotFoundError:
            _tidy(self._path.parent)
            place = os.open(self._path, flags | os.O_CREAT, 0o600)
        found = os.fstat(place)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink > 1:
            os.close(place)
            raise PermissionError(f"{self._path} is not this user's alone")
        return place

    def _save(self, place: int, found: dict[str, Bucket]) -> None:
        text = json.dumps({name: vars(bucket) for name, bucket in found.items()}, separators=(",", ":")).encode()
        try:
            os.pwrite(place, text, 0)
            os.ftruncate(place, len(text))
        except OSError:
            self._alone = True


def _prepare(place: Path) -> None:
    """Make the folder.

    :raises OSError: somebody else may write in it
    """
    try:
        found = place.lstat()
    except FileNotFoundError:
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError(f"{place} is not this user's alone")


def _tidy(place: Path) -> None:
    """Take away the files that nobody uses any more."""
    for path in place.glob("okta-*.json"):
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime > UNUSED:
                path.unlink()


def _lock(place: int) -> None:
    """:raises OSError: another holds it for too long, or the file system has no locks"""
    given_up = time.monotonic() + LOCKED
    while True:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > given_up:
                raise
            time.sleep(random.uniform(0.0002, 0.002))


def _load(place: int) -> dict[str, Bucket]:
    """What was saved; nothing where that was cut off."""
    try:
        buckets = json.loads(os.pread(place, 1 << 20, 0) or b"{}")
        return {name: _bucket(saved) for name, saved in buckets.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _bucket(saved: dict[str, Any]) -> Bucket:
    """:raises TypeError: a member is none of a bucket, or of another type"""
    bucket = Bucket()
    for name, value in saved.items():
        if type(value) is not type(getattr(bucket, name)):
            raise TypeError(name)
        if isinstance(value, dict) and not all(isinstance(time, float) for time in value.values()):
            raise TypeError(name)
    return Bucket(**saved)

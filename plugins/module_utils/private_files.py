# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small files that the processes of one user share on one machine, safe against files of others."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import stat
import tempfile
import time
from pathlib import Path

#: Seconds after which nobody uses a file any more.
UNUSED = 3600.0


def folder() -> Path:
    """Return the user's own folder, in the place for temporary files: the same for all runs, even those whose homes
    differ."""
    return Path(tempfile.gettempdir()) / f"qbusiness.federation-{os.geteuid()}"


def opened(path: Path, stale: str) -> int:
    """Return a descriptor of a file that is the user's alone; the file is made where it does not exist.

    :param stale: a pattern of files beside it that are deleted when unused, whenever a new one is made
    :raises OSError: no such file can be had
    """
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    _prepare(path.parent)
    try:
        place = os.open(path, flags)
    except FileNotFoundError:
        _tidy(path.parent, stale)
        place = os.open(path, flags | os.O_CREAT, 0o600)
    found = os.fstat(place)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink > 1:
        os.close(place)
        raise PermissionError(f"{path} is not this user's alone")
    return place


def lock(place: int, seconds: float, pause: tuple[float, float] = (0.0002, 0.002)) -> None:
    """Lock a file for this descriptor.

    :param pause: seconds between two tries, from and to
    :raises OSError: another holds it for longer than ``seconds`` (``BlockingIOError``), or the file system has no locks
    """
    given_up = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > given_up:
                raise
            time.sleep(random.uniform(*pause))


def is_current(place: int, path: Path) -> bool:
    """Return whether a path still leads to an open file, which may have been deleted while its lock was waited for."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(place))


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


def _tidy(place: Path, stale: str) -> None:
    """Delete the files that nobody uses any more."""
    for path in place.glob(stale):
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime > UNUSED:
                path.unlink()

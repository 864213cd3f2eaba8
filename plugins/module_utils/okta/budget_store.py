# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the processes of a machine share what they know of an account's rate limits: one small file, locked for
microseconds, never during a request. Where no file can be had, each process knows its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from typing import Any

from ..private_files import folder, lock, opened
from .buckets import Bucket

#: Part of the files' names: another form of what is in them is another file.
FORM = 1
#: Seconds that a lock is waited for: who holds it longer was stopped.
LOCKED = 2.0

_memory: dict[str, dict[str, Bucket]] = {}
_memory_lock = threading.Lock()


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
            place = opened(self._path, "okta-*.json")
            lock(place, LOCKED)
        except OSError:
            self._alone = True
            if place >= 0:
                os.close(place)
            return None
        return place

    def _save(self, place: int, found: dict[str, Bucket]) -> None:
        text = json.dumps({name: vars(bucket) for name, bucket in found.items()}, separators=(",", ":")).encode()
        try:
            os.pwrite(place, text, 0)
            os.ftruncate(place, len(text))
        except OSError:
            self._alone = True


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

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what a task waits for, and since when, while it waits."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

#: Seconds between two words about a wait.
WORD = 30.0
#: Shows a text at once; a process runs one task at a time, in several threads.
_show: list[Callable[[str], None]] = []


@contextlib.contextmanager
def shown_by(show: Callable[[str], None]) -> Iterator[None]:
    """Show words about waits by ``show``, where the execution has a way to show anything."""
    _show.append(show)
    try:
        yield
    finally:
        _show.remove(show)


class Wait:
    """One wait. ``what``: names the object that is waited for."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since = datetime.now(UTC).strftime("%H:%M:%S")
        self._said = time.monotonic()

    def lasts(self, status: str = "") -> None:
        """Say that it lasts, once in :data:`WORD` seconds.

        :param status: the state that was seen last
        """
        if time.monotonic() - self._said < WORD:
            return
        self._said = time.monotonic()
        text = f"Waiting since {self._since} UTC for {self._what}" + (f", which is {status}." if status else ".")
        for show in _show:
            show(text)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work of many calls in a small number of threads, where a piece of work may add more.

No piece waits for another one, so the threads are always busy with calls. Threads end when nothing is left to do: none
waits for a next task, and none holds up a process that ends.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

Work = Callable[[], None]


class Crew:
    """The threads, shared by all who ask at once."""

    def __init__(self, threads: int) -> None:
        """:param threads: at most"""
        self._most = max(1, threads)
        self._lock = threading.Lock()
        self._todo: deque[tuple[Group, Work]] = deque()
        self._running = 0

    def group(self) -> Group:
        """Work that is waited for together."""
        return Group(self)

    def put(self, group: Group, work: Work) -> None:
        """Have a piece of work done."""
        with self._lock:
            self._todo.append((group, work))
            start = self._running < self._most
            self._running += start
        if start:
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._todo:
                    self._running -= 1
                    return
                group, work = self._todo.popleft()
            try:
                work()
            except Exception as error:  # raised by Group.wait
                group.failed(error)
            group.finished()


class Group:
    """Pieces of work; each may add more to it."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._changed = threading.Condition()
        self._left = 0
        self._error: Exception | None = None

    def add(self, work: Work) -> None:
        """Have a piece of work done by one of the threads."""
        with self._changed:
            self._left += 1
        self._crew.put(self, work)

    def failed(self, error: Exception) -> None:
        """Keep the first error."""
        with self._changed:
            self._error = self._error or error

    def finished(self) -> None:
        """One piece less."""
        with self._changed:
            self._left -= 1
            if not self._left:
                self._changed.notify_all()

    def wait(self) -> None:
        """Wait until nothing is left. Not for one of the threads themselves.

        :raises Exception: the first that a piece of work raised
        """
        with self._changed:
            while self._left:
                self._changed.wait()
        if self._error is not None:
            raise self._error

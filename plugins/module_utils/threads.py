# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small number of threads for calls that wait for a service."""

from __future__ import annotations

import queue
import threading
import typing as t
from collections.abc import Callable, Sequence

#: Threads at most, of one task.
MOST = 8
T = t.TypeVar("T")


def in_threads(work: Sequence[Callable[[], T]]) -> list[T]:
    """The results, in order. The threads hold nobody up who leaves: a task whose time is over, or a process.

    :raises Exception: what the first of the work that failed raised, when all is over
    """
    if len(work) < 2:
        return [act() for act in work]
    todo: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, T | None, Exception | None]] = queue.SimpleQueue()
    count = min(MOST, len(work))
    for place in (*range(len(work)), *(None for _thread in range(count))):
        todo.put(place)

    def run() -> None:
        while (place := todo.get()) is not None:
            try:
                done.put((place, work[place](), None))
            except Exception as error:  # raised again below
                done.put((place, None, error))

    for _thread in range(count):
        threading.Thread(target=run, daemon=True).start()
    ended = sorted((done.get() for _item in work), key=lambda item: item[0])
    for _place, _result, error in ended:
        if error is not None:
            raise error
    return [t.cast("T", result) for _place, result, _error in ended]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rate budget for all who speak to an org with the same account: whoever sends takes a permit first.

Near the limit requests wait in one queue, over all processes, for the reset that Okta states; a part of each limit is
left to people and other programs. A 429 is so the exception: somebody else used up what was left.
"""

from __future__ import annotations

import contextlib
import os
import time
import typing as t
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .buckets import Bucket, Turn, bucket_of, kept
from .budget_store import Store, name_of
from .pacing import PATIENCE

#: Percent of each limit that is left to others, unless the task says otherwise, and at most.
RESERVE, MOST_RESERVE = 10, 90
#: Seconds of waiting that are worth a word.
NOTABLE = 2.0


@dataclass
class Permit:
    """To send one request. ``headers``: those of its answer. ``stuck``: seconds that were waited in vain."""

    headers: Mapping[str, str] | None = None
    stuck: float = 0.0


class Budget:
    """What one account may send to one org."""

    def __init__(self, origin: str, account: str, reserve: int = RESERVE) -> None:
        """:param account: an API token, or a service app's client id
        :param reserve: percent of each limit
        """
        self._host = origin.partition("://")[2]
        self._store = Store(name_of(origin, account))
        self._reserve = reserve

    @contextlib.contextmanager
    def permit(self, method: str, path: str, tell: Callable[[str], None]) -> Iterator[Permit]:
        """A permit, when it is this request's turn; nothing is locked while it is used.

        :param tell: is told of a wait that is long
        """
        name, ticket = bucket_of(method, path), os.urandom(8).hex()
        permit = Permit(stuck=self._wait(name, ticket, tell))
        try:
            yield permit
        finally:
            with self._bucket(name) as bucket:
                bucket.settle(ticket, time.monotonic(), permit.headers)

    def _wait(self, name: str, ticket: str, tell: Callable[[str], None]) -> float:
        """Wait for the turn. When the queue has not moved for :data:`..pacing.PATIENCE`, others take all that there is,
        and the request is sent in any case: Okta's answer says so better."""
        began = moved = time.monotonic()
        best, told = -1, False
        while True:
            with self._bucket(name) as bucket:
                now = time.monotonic()  # not before the lock is had: others' times would lie in the future
                turn = bucket.turn(ticket, now, self._reserve)
                if turn.go:
                    return 0.0
                if best < 0 or turn.place < best:
                    best, moved = turn.place, now
                if now - moved >= PATIENCE:
                    bucket.leave(ticket)
                    return now - moved
                text = "" if told else self._text(name, bucket, turn, now - began, now)
            if text:
                told = True
                tell(text)
            time.sleep(turn.pause)

    def _text(self, name: str, bucket: Bucket, turn: Turn, waited: float, now: float) -> str:
        """What there is to say of a long wait: the same for all who wait for the same reset. Empty: it is short."""
        ahead = bucket.ends - now if bucket.limit > 0 and turn.place >= len(bucket.flights) else 0.0
        if waited + ahead <= NOTABLE:
            return ""
        limit = max(bucket.limit, 0)
        others = kept(limit, self._reserve) if limit else 0
        reset = datetime.fromtimestamp(bucket.window, UTC).strftime("%H:%M:%S")
        return (
            f"Okta's rate limit at {self._host} for {name} ({limit} requests in a window, {others} of them left to "
            f"others) is used up until {reset} UTC by Okta's clock; requests wait."
        )

    def _bucket(self, name: str) -> t.ContextManager[Bucket]:
        return _named(self._store, name)


@contextlib.contextmanager
def _named(store: Store, name: str) -> Iterator[Bucket]:
    with store.buckets() as buckets:
        yield buckets.setdefault(name, Bucket())

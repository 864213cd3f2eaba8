# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of one bucket of Okta's rate limits, and whose turn it is to send: arithmetic only.

Source: https://developer.okta.com/docs/reference/rate-limits/ and recorded answers. A bucket's window begins with its
first request and ends at ``X-Rate-Limit-Reset``, in whole seconds by Okta's clock; paths and methods share buckets.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .pacing import LONGEST_WAIT

#: Seconds that are waited beyond a reset: Okta rounds both of the times that it states.
MARGIN = 1.0
#: Seconds after which a request gets no answer any more (``transport.TIMEOUT``), and a waiting one is gone.
FLIGHT, PRESENCE = 45.0, 10.0
#: Seconds for which a limit is remembered that no answer stated again.
MEMORY = 600.0
#: Seconds between two looks at most; a waiting request shows by them that it is still there.
LOOK = 1.0
#: In place of a limit: the answers state none.
NONE_STATED = -1


def bucket_of(method: str, path: str) -> str:
    """The name of the bucket that a request counts for, as far as paths tell.

    One object's own GET has a bucket, its PUT and DELETE another, all else of its kind, sub-resources too, a third
    (recorded: apps, groups). Orgs where two of these are one state the same numbers for both.
    """
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[:2] != ["api", "v1"] or len(parts) < 3:
        return f"/{parts[0]}"
    kind = f"/api/v1/{parts[2]}"
    if len(parts) != 4:
        return kind
    return f"{'GET' if method == 'GET' else 'PUT, DELETE'} {kind}/ID"


@dataclass(frozen=True)
class Reading:
    """What an answer states. ``window``: its reset, by Okta's clock; ``seconds``: until then."""

    limit: int
    remaining: int
    window: int
    seconds: float


def reading(headers: Mapping[str, str]) -> Reading | None:
    """``None``: nothing useful, as with the limit of requests at once, which is stated as 0 (documented)."""
    try:
        limit, remaining, window = (int(headers[f"X-Rate-Limit-{name}"]) for name in ("Limit", "Remaining", "Reset"))
        seconds = window - parsedate_to_datetime(headers["Date"]).timestamp()
        datetime.fromtimestamp(window, UTC)  # said of a long wait
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    return Reading(limit, remaining, window, seconds) if limit > 0 else None


def kept(limit: int, percent: int) -> int:
    """How many requests of a limit are left to others; one may always be sent."""
    return min(math.ceil(limit * percent / 100), limit - 1)


@dataclass(frozen=True)
class Turn:
    """Whether to send now; otherwise look again after ``pause`` seconds. ``place``: how many are before this one."""

    go: bool
    place: int = 0
    pause: float = 0.0


@dataclass
class Bucket:
    """All times are of a clock that the processes of a machine share. ``limit`` 0: nothing is known yet."""

    limit: int = 0
    remaining: int = 0
    #: The window's reset by Okta's clock, and by ours; whether that is over and no answer told of the next window.
    window: int = 0
    ends: float = 0.0
    over: bool = True
    #: Requests that are on their way, and those that wait, in order: their tickets, and when they were last heard of.
    flights: dict[str, float] = field(default_factory=dict)
    queue: dict[str, float] = field(default_factory=dict)

    def turn(self, ticket: str, now: float, percent: int) -> Turn:
        """Whether it is this request's turn, which is then on its way; otherwise it stands in the queue.

        :param percent: of the limit that is left to others
        """
        self._tidy(now)
        place = list(self.queue).index(ticket) if ticket in self.queue else len(self.queue)
        room = self._room(percent)
        if place < room:
            self.queue.pop(ticket, None)
            if self.limit != NONE_STATED:
                self.flights[ticket] = now
            return Turn(True)
        self.queue[ticket] = now
        if place < room + len(self.flights):
            pause = random.uniform(0.02, 0.08)  # an answer that comes may make room
        else:
            pause = min(max(self.ends - now, 0.05), LOOK)
        return Turn(False, place, pause)

    def leave(self, ticket: str) -> None:
        """Wait no longer."""
        self.queue.pop(ticket, None)

    def settle(self, ticket: str, now: float, headers: Mapping[str, str] | None) -> None:
        """Take down what became of a request.

        :param headers: of its answer; ``None``: none came, and it may have been counted
        """
        self.flights.pop(ticket, None)
        if headers is None:
            self.remaining = max(self.remaining - (not self.over), 0)
            return
        read = reading(headers)
        if read is None:
            self.limit = self.limit or NONE_STATED
            return
        same = read.window == self.window
        late = 0 < self.window - read.window < 2 * LONGEST_WAIT or (same and self.over and read.seconds <= 0)
        if late and self.limit > 0:
            return  # of a window that is over
        if same and not self.over:
            self.remaining = min(self.remaining, read.remaining)  # answers come in any order
        else:
            self.remaining, self.window, self.over = read.remaining, read.window, False
            self.ends = now + min(max(read.seconds, 0.0), LONGEST_WAIT) + MARGIN
        self.limit = read.limit

    def _room(self, percent: int) -> float:
        """How many may be sent now. Of an unknown bucket one, which will tell."""
        if self.limit == NONE_STATED:
            return math.inf
        if self.limit == 0:
            return 1 - len(self.flights)
        return self.remaining - len(self.flights) - kept(self.limit, percent)

    def _tidy(self, now: float) -> None:
        """Drop what is of another time; times in the future are of another boot of the machine."""
        self.flights = {ticket: since for ticket, since in self.flights.items() if -LOOK <= now - since <= FLIGHT}
        self.queue = {ticket: seen for ticket, seen in self.queue.items() if -LOOK <= now - seen <= PRESENCE}
        if not self.over and now >= self.ends:
            self.over, self.remaining = True, max(self.limit, 0)
        if self.limit > 0 and not -LONGEST_WAIT - MARGIN <= now - self.ends <= MEMORY:
            self.limit, self.window, self.over = 0, 0, True

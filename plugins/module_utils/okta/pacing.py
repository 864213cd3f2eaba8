# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to wait before a request goes to Okta once more.

Source: https://developer.okta.com/docs/reference/rl-best-practices/ and recorded answers.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

#: Seconds that one request waits for the rate limit at most, in all.
PATIENCE = 600.0
#: Buckets are a minute long; more than so many seconds are never waited for at once.
LONGEST_WAIT = 75.0


@dataclass
class RateLimit:
    """How long one request has waited for the rate limit. Many hosts may share one, so that it takes several resets
    until each had its turn; it is time that is limited, not the number of tries."""

    times: int = 0
    pause: float = 0.0
    waited: float = 0.0

    def waits(self, headers: Mapping[str, str]) -> bool:
        """Whether to wait once more, for ``pause`` seconds.

        :param headers: of the answer with status 429
        """
        self.times += 1
        self.pause = rate_wait(headers, self.times)
        self.waited += self.pause
        return self.waited <= PATIENCE

    def stuck(self, seconds: float) -> None:
        """Seconds that the request waited for a turn that did not come."""
        self.waited += seconds


def rate_wait(headers: Mapping[str, str], attempt: int) -> float:
    """Seconds to wait after a 429, by Okta's own clock: reset − date + 1 s, and jitter.

    Okta sends no Retry-After (recorded). The limit of concurrent requests has no useful reset: short, growing pauses.
    """
    concurrency = headers.get("X-Rate-Limit-Limit") == "0"
    try:
        now = parsedate_to_datetime(headers["Date"]).timestamp()
        seconds = int(headers["X-Rate-Limit-Reset"]) - now + 1
    except (KeyError, ValueError, TypeError, OverflowError):
        concurrency, seconds = True, 0.0
    if concurrency:
        return backoff(attempt)
    return min(max(seconds, 1.0), LONGEST_WAIT) + random.uniform(0, 1)


def backoff(attempt: int) -> float:
    """Seconds, growing with the number of the attempt, up to 15, with jitter."""
    return float(min(0.5 * 2 ** min(attempt, 10), 15) * random.uniform(0.5, 1))

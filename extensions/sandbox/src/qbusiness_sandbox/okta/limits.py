# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate limits: buckets by path and method, one minute each (recorded headers).

Their sizes are told by ``okta_rate_limits``, the minute's length by ``okta_rate_window``.
"""

from __future__ import annotations

import math
import re

from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.okta.errors import OktaError

WINDOW = 60.0
#: What the headers say where no limit is set: it is never used up.
UNLIMITED = 600


def bucket_of(method: str, path: str) -> str:
    """The bucket a request counts for. ``/apps``, life cycle and all sub-resources share one; one application's own
    GET, PUT and DELETE have another (recorded)."""
    if re.fullmatch(r"/api/v1/apps/[^/]+", path):
        return "app"
    if re.fullmatch(r"/oauth2(/[^/]+)?/v1/keys", path):
        return "keys"
    if path.startswith("/api/v1/apps"):
        return "apps"
    match = re.match(r"/api/v1/(\w+)", path)
    if match:
        return match[1]
    return "oauth2" if path.startswith("/oauth2") else "pages"


class Limits:
    """How much is left of each bucket until its reset."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.left: dict[str, tuple[int, float]] = {}

    def size(self, bucket: str) -> int:
        """0: no limit. The JWKS has none (documented)."""
        if bucket == "keys":
            return 0
        limits = self._cloud.settings.options.get("okta_rate_limits") or {}
        return int(limits.get(bucket, limits.get("*", 0)))

    def take(self, method: str, path: str) -> tuple[dict[str, str], OktaError | None]:
        """Count one request: the headers of its answer, and the 429 if the bucket was empty."""
        bucket = bucket_of(method, path)
        now = self._cloud.clock.now()
        window = float(self._cloud.settings.options.get("okta_rate_window", WINDOW))
        size = self.size(bucket)
        if not size:
            return _headers(UNLIMITED, UNLIMITED - 1, math.floor(now) + window), None
        remaining, reset = self.left.get(bucket, (size, 0.0))
        if now >= reset:
            remaining, reset = size, math.floor(now) + window
        error = None
        if remaining <= 0:
            error = OktaError("E0000047")
        else:
            remaining -= 1
        self.left[bucket] = (remaining, reset)
        return _headers(size, max(remaining, 0), reset), error


def _headers(limit: int, remaining: int, reset: float) -> dict[str, str]:
    return {
        "X-Rate-Limit-Limit": str(limit),
        "X-Rate-Limit-Remaining": str(remaining),
        "X-Rate-Limit-Reset": str(int(reset)),
    }

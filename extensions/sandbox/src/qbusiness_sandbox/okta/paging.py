# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists in pages with ``Link`` headers, one header line per relation (recorded)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote_plus

from werkzeug.wrappers import Response

from qbusiness_sandbox.okta.errors import OktaError, invalid
from qbusiness_sandbox.okta.routes import Call

#: Query parameters that Okta does not echo in its links (recorded).
NOT_ECHOED = frozenset({"useOptimization", "alwaysIncludeVpnSettings", "includeNonDeleted", "after"})


def _link(call: Call, after: str = "") -> str:
    pairs = [(name, value) for name, value in call.pairs() if name not in NOT_ECHOED]
    # The order is Okta's own, not the request's (recorded): after, limit, q, filter, then the rest.
    order = {"after": 0, "limit": 1, "q": 2, "filter": 3}
    pairs.sort(key=lambda pair: order.get(pair[0], 9))
    if after:
        pairs.insert(0, ("after", after))
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in pairs)
    return f"{call.base}{call.request.path}" + (f"?{query}" if query else "")


def paged(
    call: Call, items: Sequence[Any], key: Callable[[Any], str], show: Callable[[Any], Any], default: int, most: int
) -> Response:
    """One page of ``items``. The cursor is the id of the last item of the page before (recorded)."""
    limit = default
    if call.query("limit"):
        try:
            limit = int(call.query("limit"))
        except ValueError:
            raise invalid("limit", "limit: must be a number") from None
        if limit == -1:
            limit = default
        if not 0 < limit <= most:
            # guess: the text; that a limit beyond the most is refused and not cut is documented for some lists only
            raise invalid("limit", f"limit: must be between 1 and {most}")
    cap = call.org.cloud.settings.page_size
    limit = min(limit, cap) if cap else limit
    start = 0
    after = call.query("after")
    if after:
        keys = [key(item) for item in items]
        if after not in keys:
            raise OktaError("E0000029", "Invalid cursor.")
        start = keys.index(after) + 1
    page = items[start : start + limit]
    response = Response(json.dumps([show(item) for item in page]), 200, content_type="application/json")
    response.headers.add("Link", f'<{_link(call, after)}>; rel="self"')
    if start + limit < len(items) and page:
        response.headers.add("Link", f'<{_link(call, key(page[-1]))}>; rel="next"')
    return response

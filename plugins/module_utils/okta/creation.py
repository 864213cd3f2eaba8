# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""POST requests to Okta that end right: once, whatever becomes of their answer.

Okta knows no token by which a POST could be repeated, so where an answer is late, lost or an error of the server, it is
looked up whether the request was carried out before it is sent again.
"""

from __future__ import annotations

import time
import typing as t
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..errors import ServiceError
from ..resource import SupersededError
from .errors import INVALID, UNKNOWN
from .session import OktaSession

#: How often a creation is sent at most.
TRIES = 3
#: Seconds before each look whether it was carried out, and further ones where the answer was late: it may be under way
#: still when the answer is given up.
LOOKS, LATE = (0.0, 1.0, 2.0, 4.0), (8.0, 15.0, 30.0)
#: Seconds after which nothing is made any more that is dated like what was made before.
SECOND = 1.1
#: What requests calls an answer that is late.
READ_TIMEOUT = "ReadTimeout"
T = t.TypeVar("T")


def is_open(error: ServiceError) -> bool:
    """Return whether a request that ended so may have been carried out."""
    return error.code in UNKNOWN or int(error.facts.get("http_status") or 0) >= 500


def create(post: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Return what ``post`` answers, or what ``look`` finds where that answer did not come.

    :param look: returns what was made, as ``post`` would; ``None`` where nothing was
    :raises SupersededError: Okta refuses it since somebody else made one of this name meanwhile
    :raises ServiceError: any other refusal, or :data:`TRIES` requests that were not carried out
    """
    try:
        return send(post, look)
    except ServiceError as error:
        if error.code != INVALID or look() is None:
            raise
    raise SupersededError(made=False)


def send(post: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Return what ``post`` answers, or what ``look`` finds where that answer did not come.

    :raises ServiceError: a refusal, or :data:`TRIES` requests that were not carried out
    """
    left = TRIES
    while True:
        left -= 1
        try:
            return post()
        except ServiceError as error:
            if not is_open(error):
                raise
            found = _found(look, (*LOOKS, *(LATE if error.facts.get("kind") == READ_TIMEOUT else ())))
            if found is not None:
                return found
            if not left:
                raise


def _found(look: Callable[[], T | None], pauses: Iterable[float]) -> T | None:
    for pause in pauses:
        time.sleep(pause)
        found = look()
        if found is not None:
            return found
    return None


def named(items: Iterable[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """Return the first item of a list that has this name."""
    return next((item for item in items if item.get("name") == name), None)


def shown(look: Callable[[], list[dict[str, Any]]], made: dict[str, Any], since: float) -> dict[str, Any]:
    """Return the oldest of what a list shows, once it shows what was made, and all that was made in the same second.

    :param since: when it was made, by :func:`time.monotonic`
    """
    settle(since)
    for pause in LOOKS:
        time.sleep(pause)
        found = look()
        if any(item["id"] == made["id"] for item in found):
            break
    return min([*found, made], key=age)


def settle(since: float) -> None:
    """Wait until the second is over in which something was made.

    Okta's times are whole seconds (recorded): of two objects of one second neither is the older, and the first of two
    runs to look would not see the other's yet.
    """
    time.sleep(max(since + SECOND - time.monotonic(), 0.0))


def turn(session: OktaSession, turn: str, *parts: str) -> None:
    """Activate or deactivate what is at a path (``turn``); what is so already is fine where no answer said so."""
    status = "ACTIVE" if turn == "activate" else "INACTIVE"

    def look() -> bool | None:
        return True if (session.find(*parts) or {}).get("status") == status else None

    def post() -> bool:
        session.post(*parts, "lifecycle", turn)
        return True

    send(post, look)


def age(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return what orders objects of one name by their age, the same for all who look."""
    return str(item.get("created") or ""), str(item["id"])

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing keys of an app: when to have a new one.

Keys can neither be deleted nor renamed, so one that was made and never put to use (a run that was cut off) is used.
Source: https://developer.okta.com/docs/guides/sign-with-own-cert/ and the Apps API, ``/credentials/keys``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

OPTIONS: dict[str, Any] = {
    "rotate_within_days": {"type": "int", "required": True},
    "validity_years": {"type": "int", "default": 10},
}
YEARS = range(2, 11)


@dataclass(frozen=True)
class Rotation:
    """``kid`` of a key that is there to be used; empty: one has to be generated first."""

    kid: str = ""


def faults(options: Mapping[str, Any]) -> Iterator[str]:
    """What cannot be right in the option ``signing_key``."""
    years, days = options["validity_years"], options["rotate_within_days"]
    if years not in YEARS:
        yield f"signing_key.validity_years: is {years}; it should be {YEARS.start} to {YEARS.stop - 1}"
    elif not 0 <= days < years * 365:
        yield (
            f"signing_key.rotate_within_days: is {days}; it should be 0 or more, and less than the new key is good for "
            f"({years} years), or every run would rotate"
        )


def rotation(
    keys: Sequence[Mapping[str, Any]], active: str, options: Mapping[str, Any], now: datetime
) -> Rotation | None:
    """What to do so that the app signs with a key that is good for ``rotate_within_days`` more; ``None``: nothing."""
    limit = now + timedelta(days=options["rotate_within_days"])
    current = next((key for key in keys if key.get("kid") == active), None)
    if current is not None and _instant(current["expiresAt"]) > limit:
        return None
    since = _instant(current["created"]) if current is not None else now
    spare = [
        key
        for key in keys
        if key.get("kid") != active and _instant(key["created"]) > since and _instant(key["expiresAt"]) > limit
    ]
    newest = max(spare, key=lambda key: _instant(key["created"]), default=None)
    return Rotation(str(newest["kid"]) if newest else "")


def _instant(text: Any) -> datetime:
    """``2026-01-31T12:00:00.000Z``."""
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

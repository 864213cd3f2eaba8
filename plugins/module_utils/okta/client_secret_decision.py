# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done about the client secret of an app: decided from what Okta lists and what is stored. Pure.

Okta keeps two secrets at most, each ACTIVE or INACTIVE; every ACTIVE one is good. The stored one is version
``AWSCURRENT`` of the secret in Secrets Manager; a rotation that has begun has a version ``AWSPENDING`` with the new
value, as Secrets Manager's own rotations have. So what a run that was cut off left behind says by itself what is to be
done next:

====================================  =====================================================================
cut off after                         the next run
====================================  =====================================================================
nothing or the making of room         rotates as if nothing had been
``AWSPENDING`` was put                Okta does not know the value yet: gives it to Okta and goes on, or drops
                                      it when no rotation is wanted any more
the new secret was made at Okta       proves it, makes it ``AWSCURRENT``, deactivates the old one
it was made ``AWSCURRENT``            deactivates the old one
the old one was deactivated           takes the label ``AWSPENDING`` away
the proof failed, and the new         deletes it and takes the label away; the old one was never touched
one was deactivated, or deleted
the first secret was made at Okta     stores it
====================================  =====================================================================

Two ACTIVE secrets without ``AWSPENDING`` are none of our doing: the stored one stays, the other is left alone, until a
rotation needs its place.
Sources: Okta's Management API, ``/apps/{appId}/credentials/secrets`` (recorded: ``sdk_client_secret_lifecycle``);
https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html#term_version
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

#: How many client secrets an app has at most.
MOST = 2


@dataclass(frozen=True)
class ClientSecret:
    """One client secret as Okta lists it."""

    id: str
    value: str = field(repr=False)
    active: bool
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class Situation:
    """``current``: the stored value, empty when there is none. ``pending``: the value of ``AWSPENDING``, ``None`` when
    no version has that label."""

    listed: Sequence[ClientSecret]
    current: str = field(default="", repr=False)
    pending: str | None = field(default=None, repr=False)

    @property
    def settled(self) -> bool:
        """Whether the new value is the current one already."""
        return self.pending is not None and self.pending == self.current


@dataclass(frozen=True)
class Decision:
    """What to do, one after the other, each part when it is set."""

    #: Secrets to deactivate, where they are active, and to delete: a place is needed, or they failed.
    drop: tuple[ClientSecret, ...] = ()
    #: Take the label ``AWSPENDING`` from a value that is given up.
    abandon: bool = False
    #: Make a secret at Okta and store it: there is none.
    make: bool = False
    #: Store this one: what is stored is no active one.
    store: ClientSecret | None = None
    #: Put ``AWSPENDING`` (unless it is there) and make its secret at Okta.
    begin: bool = False
    #: The new secret that is at Okta already.
    finish: ClientSecret | None = None
    #: ``AWSCURRENT`` is the new one already.
    settle: bool = False
    #: Active secrets that are neither stored nor of this rotation.
    foreign: tuple[ClientSecret, ...] = ()

    @property
    def rotates(self) -> bool:
        return self.begin or self.settle or self.finish is not None


def moment(text: Any) -> datetime:
    """A time as Okta writes it."""
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def listed(answer: Iterable[Mapping[str, Any]]) -> list[ClientSecret]:
    """Okta's list, the newest first."""
    found = [
        ClientSecret(
            str(item["id"]),
            str(item["client_secret"]),
            item.get("status") == "ACTIVE",
            moment(item["created"]),
            moment(item.get("lastUpdated") or item["created"]),
        )
        for item in answer
    ]
    return sorted(found, key=lambda secret: (secret.created, secret.id), reverse=True)


def with_value(secrets: Iterable[ClientSecret], value: str | None) -> ClientSecret | None:
    """The one of this value, an active one where there are several."""
    hits = [secret for secret in secrets if value and secret.value == value]
    return next(iter(sorted(hits, key=lambda secret: not secret.active)), None)


def stored_one(situation: Situation) -> ClientSecret | None:
    """The active secret that is stored."""
    found = with_value(situation.listed, situation.current)
    return found if found is not None and found.active else None


def is_due(secret: ClientSecret | None, rotate: str, after_days: int | None, now: datetime) -> bool:
    """Whether the stored secret is to be rotated."""
    if secret is None:
        return False
    return rotate == "always" or (after_days is not None and secret.created + timedelta(days=after_days) <= now)


def decide(situation: Situation, due: bool) -> Decision:
    """What to do, see the table above.

    :param due: from :func:`is_due`
    """
    stored = stored_one(situation)
    if situation.settled and stored is not None:
        return Decision(settle=True)
    if situation.pending is None:
        return _without_rotation(situation, stored, due)
    new = with_value(situation.listed, situation.pending)
    if new is not None and new.active:
        return Decision(finish=new)
    if new is None and due and stored is not None:
        return Decision(begin=True, drop=room(situation, stored))
    left = [secret for secret in situation.listed if secret is not new]
    rest = _without_rotation(Situation(left, situation.current), stored, due=False)
    failed = (new,) if new is not None else ()
    return Decision((*failed, *rest.drop), True, rest.make, rest.store, foreign=rest.foreign)


def _without_rotation(situation: Situation, stored: ClientSecret | None, due: bool) -> Decision:
    active = [secret for secret in situation.listed if secret.active]
    if stored is None:
        if active:
            return Decision(store=active[0])
        return Decision(make=True, drop=tuple(situation.listed[MOST - 1 :]))
    if due:
        return Decision(begin=True, drop=room(situation, stored))
    return Decision(foreign=tuple(secret for secret in active if secret is not stored))


def room(situation: Situation, stored: ClientSecret) -> tuple[ClientSecret, ...]:
    """What has to go before another secret can be made: the stored one stays."""
    others = [secret for secret in situation.listed if secret is not stored]
    return tuple(others) if len(situation.listed) >= MOST else ()


def outdated(secrets: Iterable[ClientSecret], days: int, now: datetime) -> list[ClientSecret]:
    """Inactive secrets that have been so for this many days."""
    return [secret for secret in secrets if not secret.active and secret.updated + timedelta(days=days) <= now]

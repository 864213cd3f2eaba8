# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creations in Q Business that leave one object, also where two runs on two machines create it at the same time.

Names are not unique there, and a creation knows no condition. It knows a token: the same token, with the same input,
answers with the same object. So the token is made of what the object is, not at random. Where two inputs differ there
are two objects, and a second look at the list finds the other one: the older stays.

A token must not bring back an object that was deleted since, and how long the service remembers tokens is documented
nowhere. So a token holds for :data:`TOKEN_SECONDS` only, and is made of the id, too, that the last creation of the name
was answered with: that object is gone, or it would have been found. Of a creation on another machine that id is not
known; where the answer leads to nothing, the creation is repeated with a token that is new.
"""

from __future__ import annotations

import hashlib
import json
import time
import typing as t
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..resource import SupersededError
from ..turns import now

if t.TYPE_CHECKING:
    from .table import ServiceResource

TOKEN = "clientToken"
#: Makes the tokens differ from those of other programs.
NAMESPACE = uuid.UUID("6b0f3a0e-5d1c-5c0a-9c53-0a1d7f6d8e21")
#: How long, in seconds, two creations count as ones of the same instant.
TOKEN_SECONDS = 600
#: Seconds after which nothing is made any more that is dated like what was made before.
SECOND = 1.1
#: Seconds between looks for what was made, while lists do not show it.
PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 14.0)


def key(resource: ServiceResource) -> str:
    """Return the key of the turn in which an object of this name is made."""
    return "qbusiness " + json.dumps(
        [resource.aws.region, resource.spec.kind, *resource.parents.values(), resource.name]
    )


def token(resource: ServiceResource, members: Mapping[str, Any], former: str) -> dict[str, str]:
    """Return the token of a creation, as a parameter; none where the operation takes none.

    Account and region need not be part of it: a token is known only where it was sent.

    :param members: the input. The service refuses a token that it knows of another one (guess: with a conflict), so
        each input has its own
    :param former: what tells it from former creations: the id that the last one was answered with, as far as known
    """
    if TOKEN not in resource.create_shape.members:
        return {}
    text = json.dumps([key(resource), members, former, int(time.time() // TOKEN_SECONDS)], sort_keys=True, default=str)
    return {TOKEN: str(uuid.uuid5(NAMESPACE, hashlib.sha256(text.encode()).hexdigest()))}


def look_again(resource: ServiceResource, since: float) -> None:
    """Look for objects of this name that were made at the same time as the resource's own.

    :param since: when that was made, by :func:`..turns.now`

    :raises SupersededError: an older one exists, and what was made is deleted; or there is none, since the service
        answered with what was deleted before
    """
    mine = resource.id
    ids = _shown(resource, since)
    if mine not in ids and resource.is_gone():
        resource.id, resource.salt = "", uuid.uuid4().hex
        raise SupersededError(made=False)
    first = min({*ids, mine}, key=resource.age) if len({*ids, mine}) > 1 else mine
    if first == mine:
        return
    resource.notices.append(
        f"Another run made the {resource.label} ({first}) at the same time; the one that this task had made ({mine}) "
        "was deleted again."
    )
    resource.give_way(first)
    raise SupersededError(made=True)


def _shown(resource: ServiceResource, since: float) -> list[str]:
    """The ids of this name, once the resource's own is among them, and all that were made at the same time."""
    for pause in PAUSES:
        found = {str(item[resource.spec.id_member]): item for item in resource.alike()}
        mine = found.get(resource.id)
        # Where times are whole seconds, another one of this second may come yet, and be the older by its id.
        # guess: that they are not; the embedded cloud has them in milliseconds.
        left = since + SECOND - now() if mine and _is_whole(mine.get("createdAt")) else 0.0
        if mine and left <= 0:
            break
        time.sleep(left or pause)
        resource.aws.forget_listings()
    return list(found)


def _is_whole(created: Any) -> bool:
    return isinstance(created, datetime) and created.microsecond == 0

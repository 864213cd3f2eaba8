# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of applications that a later release of Okta knows and this room does not.

The option ``okta_more_members`` names them by dotted paths (``settings.signOn.newSwitch``). As other members of an
application they are written as sent, and a PUT that leaves one out takes it away (a replacement is documented; guess:
none of them is kept).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.values import Json, clone, pick

_ABSENT = object()


def found(org: Org, body: Mapping[str, Any]) -> Json:
    """The values of such members in an application's JSON, by path."""
    values: Json = {}
    for path in org.options.more_members:
        value = pick(body, *path.split("."), default=_ABSENT)
        if value is not _ABSENT:
            values[path] = clone(value)
    return values


def shown(org: Org, body: Json, values: Mapping[str, Any]) -> Json:
    """An application's JSON with these members, where their parents are there."""
    for path in org.options.more_members:
        *parents, name = path.split(".")
        place = pick(body, *parents) if parents else body
        if isinstance(place, dict):
            place.pop(name, None)
            if path in values:
                place[name] = clone(values[path])
    return body

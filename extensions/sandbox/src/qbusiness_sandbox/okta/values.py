# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small shared values: identifiers, times, JSON helpers."""

from __future__ import annotations

import copy
import secrets
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

_ALPHABET = string.ascii_letters + string.digits
#: Okta ends its ids with a mark of the cell that made them; the sandbox has a cell of its own.
CELL = "5d7"


def new_id(prefix: str) -> str:
    """An Okta id: a prefix of three characters that tells the kind, 20 characters in all."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _unused in range(14)) + CELL


def external_key(app_id: str) -> str:
    """The ``exk…`` of an application; its first characters are those of the id (recorded)."""
    return "exk" + app_id[3:11] + "".join(secrets.choice(_ALPHABET) for _unused in range(6)) + CELL


def stamp(seconds: float) -> str:
    """ISO 8601 as Okta writes it: whole seconds, ``.000Z``."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def instant(seconds: float) -> str:
    """ISO 8601 with milliseconds, as SAML assertions carry it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def pick(data: Any, *path: str, default: Any = None) -> Any:
    """A member at a path; ``default`` where a step is missing or is no object."""
    for step in path:
        if not isinstance(data, Mapping) or step not in data:
            return default
        data = data[step]
    return data


def clone(data: Any) -> Any:
    return copy.deepcopy(data)


def as_object(data: Any) -> Json:
    """The object itself, or an empty one where something else stands."""
    return dict(data) if isinstance(data, Mapping) else {}

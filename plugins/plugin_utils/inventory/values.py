# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of variables: how a message shows one, what a name is like, and lists in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

#: The longest text that a message shows.
SHOWN = 100


@dataclass(frozen=True)
class Untemplatable:
    """Stands for a variable whose template failed."""

    reason: str


def shown(value: Any) -> str:
    """Return a value as a message may show it: short, in one line, no user and no query of a URL, no nested values."""
    if isinstance(value, str):
        text = _bare(value)
        return json.dumps(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…", ensure_ascii=False)
    if isinstance(value, Mapping):
        return "a dictionary"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _bare(text: str) -> str:
    """Return a URL without what may be a secret: user and password, the values of its query."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    host = parts.netloc.rpartition("@")[2]
    query = "?…" if parts.query else ""
    return f"{parts.scheme}://{host}{parts.path}{query}"


def near(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known name that is most like this one; ``""`` when none is like it."""
    found = get_close_matches(name, sorted(known), n=1, cutoff=cutoff)
    return found[0] if found else ""


def listed(names: Iterable[str], last: str = "and") -> str:
    """Return names as a sentence lists them: ``a, b and c``."""
    *head, tail = names
    return f"{', '.join(head)} {last} {tail}" if head else tail

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marked placeholders: what check mode answers where only the service could say the value.

They fit the services' own patterns, so that they can be put into ARNs, URLs and options of later tasks, and they can
be told from any real value: real ids are lower-case UUIDs or Okta's ``0oa…``, real accounts are not all zeros.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

#: Eight characters, as long as the first part of a UUID and as the first label of a web experience's host.
MARK = "planned0"
#: The account id in the ARNs of what does not exist yet.
ACCOUNT = "000000000000"

_MARKED = re.compile(rf"{MARK}|:{ACCOUNT}:")


def uuid_like(*parts: str) -> str:
    """A placeholder of 36 characters for what ``parts`` describe; equal parts give equal placeholders."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{MARK}-{digest[:4]}-4{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"


def okta_id(prefix: str, *parts: str) -> str:
    """A placeholder of 20 characters for an Okta object; ``prefix`` as in ``0oa`` (apps) or ``exk`` (SAML issuers)."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{prefix}{MARK}{digest[:9]}"


def is_placeholder(value: Any) -> bool:
    """Whether a text holds a placeholder."""
    return isinstance(value, str) and bool(_MARKED.search(value))


def holding(options: Any, path: str = "") -> list[str]:
    """The paths of all options that hold a placeholder, nested ones included."""
    if isinstance(options, Mapping):
        return [
            found for key, value in options.items() for found in holding(value, f"{path}.{key}" if path else str(key))
        ]
    if isinstance(options, (list, tuple)):
        return [found for number, value in enumerate(options) for found in holding(value, f"{path}[{number}]")]
    return [path] if is_placeholder(options) else []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search for secrets in what a run leaves behind."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

#: What no run may leave, whatever its value: a signed token, a SAML response (the beginnings of ``<?xml`` and of
#: ``<saml2p:Response`` and ``<samlp:Response`` in base64), temporary credentials, a private key.
PATTERNS = {
    "a signed token": re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}"),
    "a SAML response": re.compile(r"(PD94bWwg|PHNhbWwycDpS|PHNhbWxwOlJl)[A-Za-z0-9+/]{200,}"),
    "temporary credentials": re.compile(r"\bASIA[A-Z0-9]{12,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a session token of Okta": re.compile(r"\bsessionToken=[A-Za-z0-9_-]{8,}"),
}


def forms(secret: str) -> set[str]:
    """A secret as it is, in a URL, and at the three positions that base64 can give it."""
    found = {secret, quote(secret, safe="")}
    for offset in range(3):
        coded = base64.b64encode(b"x" * offset + secret.encode()).decode()
        # The characters at both ends depend on the neighbours.
        inner = coded[4 if offset else 0 : len(coded) // 4 * 4 - 4]
        if len(inner) >= 12:
            found.add(inner)
    return found


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes().decode("utf-8", "replace")


def leaks(named: Iterable[tuple[str, str]], secrets: dict[str, str]) -> list[str]:
    """Where something is that should not be: ``secret in place``, never the secret itself.

    :param named: places with their texts
    :param secrets: values by what they are
    """
    found: list[str] = []
    for place, text in named:
        for name, value in secrets.items():
            if any(form in text for form in forms(value)):
                found.append(f"{name} in {place}")
        found += [f"{name} in {place}" for name, pattern in PATTERNS.items() if pattern.search(text)]
    return found

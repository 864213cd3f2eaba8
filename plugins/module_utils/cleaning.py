# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take secrets out of texts that others wrote: exceptions and warnings of libraries, messages of services.

A library writes a secret as it met it: as Python shows a text or bytes, in a URL, in base64 (also together with a user
name), in JSON, in HTML, or cut short. Ansible's own ``no_log`` knows the plain form alone.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
#: Other spellings that are shorter are left alone: they would blank harmless texts.
LEAST = 6
#: A secret that is at least so long is recognized by its beginning, of at least so many characters.
LONG, BEGINNING = 16, 12
#: How documents begin, and texts that speak of them.
_DOCUMENT = re.compile(r"[\[{<&-]|%[57]B|%3C|\\u", re.IGNORECASE)


def cleaned(text: str, secrets: Iterable[str]) -> str:
    """A text without these secrets, in whatever spelling."""
    if not text:
        return text
    plain = {secret for secret in secrets if secret}
    spellings = {spelling for secret in plain for spelling in _spellings(secret)}
    # The longest first: one may be a part of another.
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return _without_beginnings(text, [item for item in spellings if len(item) >= LONG and not _DOCUMENT.match(item)])


def cleaned_tree(value: Any, secrets: Iterable[str]) -> Any:
    """A result with all of its texts, keys too, :func:`cleaned`."""
    found = {secret for secret in secrets if secret}
    return _tree(value, found) if found else value


def _tree(value: Any, secrets: set[str]) -> Any:
    if isinstance(value, str):
        return cleaned(value, secrets)
    if isinstance(value, bytes):
        return cleaned(value.decode("utf-8", "surrogateescape"), secrets).encode("utf-8", "surrogateescape")
    if isinstance(value, Mapping):
        return {_tree(key, secrets): _tree(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_tree(item, secrets) for item in value]
    return value


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    for part in _parts(secret):
        if len(part) >= LEAST:
            yield from (spelling for spelling in _written(part) if len(spelling) >= LEAST)


def _parts(secret: str) -> set[str]:
    """The secret, what is left of it without white space around it, and each of its lines that is not a mark."""
    lines = [line.strip() for line in secret.splitlines()]
    return {secret, secret.strip(), *(line for line in lines if not line.startswith("-----"))}


def _written(secret: str) -> Iterator[str]:
    for text in (secret, *_python(secret), *_json(secret)):
        yield text
        # An exception within the arguments of another is shown as one shows texts, once more.
        yield from _python(text)
        yield from (html.escape(text), html.escape(text, quote=False), *_xml(text))
    for code in _base64(secret):
        yield from (code, quote(code, safe=""))
    for url in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield url
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), url)
        yield quote(url, safe="")
    yield _bytes(secret).hex()
    yield _bytes(secret).hex().upper()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _python(text: str) -> Iterator[str]:
    """As Python shows a text or its bytes, with either kind of quotes, all letters as they are or escaped."""
    for shown in (repr(text)[1:-1], ascii(text)[1:-1], repr(_bytes(text))[2:-1]):
        yield from (shown, shown.replace("\\'", "'"), shown.replace("\\'", "'").replace("'", "\\'"))


def _json(text: str) -> Iterator[str]:
    for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield from (escaped, escaped.replace("/", "\\/"))


def _xml(text: str) -> Iterator[str]:
    """As attributes and texts of XML are written."""
    marks = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    for more in ({}, {"'": "&apos;"}, {"\n": "\n", "\r": "\r", "\t": "\t"}):
        yield "".join({**marks, **more}.get(character, character) for character in text)


def _base64(text: str) -> Iterator[str]:
    """What base64 makes of a text wherever it stands between others, in both alphabets.

    The ends, which depend on the neighbours, are left out.
    """
    for before in range(3):
        code = base64.b64encode(b"\0" * before + _bytes(text)).decode().rstrip("=")
        whole = (before + len(_bytes(text))) // 3 * 4
        inner = code[4 if before else 0 : whole]
        yield from (inner, inner.replace("+", "-").replace("/", "_"))
        if not before:
            yield from (code, code.replace("+", "-").replace("/", "_"))


def _without_beginnings(text: str, spellings: Iterable[str]) -> str:
    """A text without what is left of spellings that were cut short."""
    beginnings: dict[str, list[str]] = {}
    for spelling in spellings:
        beginnings.setdefault(spelling[:BEGINNING], []).append(spelling)
    for beginning, found in beginnings.items():
        place = text.find(beginning)
        while place >= 0:
            length = max(_common(text[place : place + len(spelling)], spelling) for spelling in found)
            text = f"{text[:place]}{MASK}{text[place + length :]}"
            place = text.find(beginning, place + len(MASK))
    return text


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of a proxy, a gateway or a sign-in page in place of the service that was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

#: Our own error code.
FOREIGN = "ForeignAnswer"
#: How an HTML page begins, after a byte order mark, an XML declaration and comments.
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf|\s|<\?xml[^>]*>|<!--.*?-->)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
#: At most so many characters are shown of what another one says of itself.
SHOWN = 80
#: Only so much of a page is looked through for its title.
HEAD = 4096


def is_html(body: bytes) -> bool:
    """Whether a body is an HTML page."""
    return _HTML.match(body[:HEAD]) is not None


@dataclass(frozen=True)
class ForeignAnswer:
    """What is known of such an answer. ``what``: what shows that it is foreign, like "it is an HTML page"."""

    status: int
    headers: Mapping[str, str]
    what: str
    body: bytes = field(default=b"", repr=False)

    def described(self, service: str) -> str:
        """Who answered what, in sentences; of the body no more than its title.

        :param service: who should have answered
        """
        headers = {name.lower(): value for name, value in self.headers.items()}
        kind = _plain(headers.get("content-type", "").partition(";")[0]) or "no content type"
        title = _TITLE.search(self.body[:HEAD])
        said = [f"the title {_plain(unescape(title[1].decode('utf-8', 'replace')))!r}"] if title else []
        said += [f"{name.title()}: {_plain(headers[name])}" for name in ("server", "via") if headers.get(name)]
        marks = f" It has {' and '.join(said)}." if said else ""
        came = f"the answer with HTTP {self.status} and {kind} is not one of {service}: {self.what}."
        return f"{came} A proxy, a gateway or a sign-in page answered in its place.{marks}"


def _plain(text: str) -> str:
    """A text of others on one line, without control characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing a recorded answer with a live one, leaving out ids, times, hosts and secrets.

Ids, key ids and secrets are not just ignored: the same recorded one must always stand for the same live one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

#: An id of Okta's: a prefix that tells the kind, and then letters and digits; 20 characters (error and key ids differ).
ID = re.compile(r"(?<![A-Za-z0-9])(?:0[0-9a-z]{2}|[a-z]{3})[A-Za-z0-9]{17}(?![A-Za-z0-9_-])")
_ID = re.compile(r"(?:0[0-9a-z]{2}|[a-z]{3})[A-Za-z0-9]{17}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_HOST = re.compile(r"https?://[^/\s\"'<>]+")
_CERTIFICATE = re.compile(r"(<ds:X509Certificate>)[^<]*(</ds:X509Certificate>)")
#: The counter that ends a generated application name, and the picture store's own names.
_COUNTER = re.compile(r"(?<=_)\d+(?=$|_link$|[/:])")
_EMBED = re.compile(r"(/home/[^/]+/[^/]+/)[^/?]+")
_PICTURE = re.compile(r"/fs/bcg/4/\w+")

SECRETS = frozenset({"client_secret", "secret_hash", "access_token", "id_token", "refresh_token", "activationToken"})
#: Parts of a key pair; they differ because the pair does.
KEY_MATERIAL = frozenset({"x5c", "n", "x5t#S256"})
OPAQUE = frozenset({"errorId"})


class Comparison:
    """What is known about which recorded value stands for which live one."""

    def __init__(self) -> None:
        self.live: dict[str, str] = {}

    def translate(self, text: str) -> str:
        """A recorded text with every known recorded value replaced by its live one."""
        known = sorted((key for key in self.live if key in text), key=len, reverse=True)
        if not known:
            return text
        pattern = re.compile("|".join(re.escape(key) for key in known))
        return pattern.sub(lambda match: self.live[match[0]], text)

    def translated(self, body: Any) -> Any:
        return None if body is None else json.loads(self.translate(json.dumps(body)))

    def _pair(self, recorded: str, live: str) -> bool:
        """Remember that one stands for the other; false where it stood for something else before."""
        return self.live.setdefault(recorded, live) == live

    def _texts(self, recorded: str, live: str) -> bool:
        if recorded == live:
            return True
        if _TIME.fullmatch(recorded) and _TIME.fullmatch(live):
            return True
        found, met = (ID.findall(_CERTIFICATE.sub(r"\1\2", text)) for text in (recorded, live))
        if len(found) != len(met) or not all(self._pair(a, b) for a, b in zip(found, met, strict=True)):
            return self._plain(recorded) == self._plain(live) and len(found) == len(met)
        return self._plain(recorded) == self._plain(live)

    @staticmethod
    def _plain(text: str) -> str:
        """Without ids, hosts, counters and certificates."""
        text = _CERTIFICATE.sub(r"\1\2", text)
        text = _PICTURE.sub("/fs", _EMBED.sub(r"\1", text))
        text = _HOST.sub("", ID.sub("", text))
        if text.startswith("orn:"):
            text = ":".join(part for number, part in enumerate(text.split(":")) if number != 1)
        return _COUNTER.sub("", text)

    def differences(self, recorded: Any, live: Any, path: str = "") -> Iterator[str]:
        """What differs; a member that only the live answer has begins with ``+``."""
        if isinstance(recorded, dict) and isinstance(live, dict):
            yield from self._objects(recorded, live, path)
        elif isinstance(recorded, list) and isinstance(live, list):
            yield from self._lists(recorded, live, path, whole=True)
        elif isinstance(recorded, str) and isinstance(live, str):
            yield from self._strings(recorded, live, path)
        elif recorded != live or type(recorded) is not type(live):
            yield f"{path} {recorded!r} != {live!r}"

    def _objects(self, recorded: dict[str, Any], live: dict[str, Any], path: str) -> Iterator[str]:
        for key, value in recorded.items():
            here = f"{path}.{key}"
            match = self._member(key, live)
            if match is None:
                yield f"{here} is missing"
            elif key in OPAQUE or (key in KEY_MATERIAL and "x5c" in recorded and "kty" in recorded):
                continue
            elif (key in SECRETS or key == "kid") and isinstance(value, str) and isinstance(live[match], str):
                if not self._pair(value, live[match]):
                    yield f"{here} is another {'key' if key == 'kid' else 'secret'} than before"
            else:
                yield from self.differences(value, live[match], here)
        known = {self._member(key, live) for key in recorded}
        for key in live:
            if key not in known:
                yield f"+{path}.{key} was not recorded"

    def _strings(self, recorded: str, live: str, path: str) -> Iterator[str]:
        name = path.rpartition(".")[2]
        if name == "id" and _ID.fullmatch(recorded) and _ID.fullmatch(live):
            if not self._pair(recorded, live):
                yield f"{path} is another object than before"
        elif name == "name" and recorded != live and self._plain(recorded) == self._plain(live):
            if not self._pair(recorded, live):
                yield f"{path} is another name than before"
        elif not self._texts(recorded, live):
            yield f"{path} {recorded!r} != {live!r}"

    def _member(self, key: str, live: dict[str, Any]) -> str | None:
        """The live member of that name; generated names end in a counter of the org."""
        if key in live:
            return key
        plain = self._plain(key)
        return next((other for other in live if self._plain(other) == plain), None)

    def _score(self, recorded: Any, live: Any) -> int:
        """How well two list items fit: known ids first, then the number of differences."""
        if isinstance(recorded, dict) and isinstance(live, dict):
            for key in ("id", "kid"):
                if key in recorded and recorded[key] in self.live:
                    return -1 if self.live[recorded[key]] == live.get(key) else 1000
                if key in recorded and live.get(key) in self.live.values():
                    return 1000
        trial = Comparison()
        trial.live = dict(self.live)
        return sum(1 for text in trial.differences(recorded, live) if not text.startswith("+"))

    def _lists(self, recorded: list[Any], live: list[Any], path: str, whole: bool) -> Iterator[str]:
        simple = not any(isinstance(item, dict) for item in [*recorded, *live])
        if whole and len(recorded) != len(live):
            yield f"{path} has {len(live)} items, recorded {len(recorded)}"
        if simple:
            for number, (one, other) in enumerate(zip(recorded, live, strict=False)):
                yield from self.differences(one, other, f"{path}[{number}]")
            return
        left = list(live)
        for number, item in enumerate(recorded):
            if not left:
                break
            best = min(left, key=lambda other, item=item: self._score(item, other))  # type: ignore[misc]  # bound default
            left.remove(best)
            yield from self.differences(item, best, f"{path}[{number}]")

    def answers(self, recorded: Any, live: Any, trimmed: bool) -> list[str]:
        """Differences of two whole answers; of a trimmed list only the recorded items are compared."""
        if trimmed and isinstance(recorded, list) and isinstance(live, list):
            return list(self._lists(recorded, live, "", whole=False))
        return list(self.differences(recorded, live))

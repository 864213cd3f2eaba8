# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-ins that a web experience has begun at an OpenID Connect provider and waits for.

Each belongs to one browser (by a cookie), one host, ends with its first use, and after a while by itself. Guess: all of
it; AWS documents only the address of the callback.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

#: Bound to this host and to TLS by its prefix (RFC 6265bis, 4.1.3.2).
COOKIE = "__Host-qbusiness-sign-in"
#: guess: seconds that a user has at the identity provider.
PATIENCE = 600


class StateError(Exception):
    """A callback that answers nothing this browser has begun; the text says why."""


@dataclass(frozen=True)
class Pending:
    """One sign-in. ``verifier``: PKCE's; ``expires``: seconds since the epoch."""

    host: str
    browser: str = field(repr=False, default="")
    state: str = field(repr=False, default="")
    nonce: str = field(repr=False, default="")
    verifier: str = field(repr=False, default="")
    expires: float = 0.0
    used: bool = False

    @property
    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class PendingSignIns:
    """All of them, by state."""

    def __init__(self) -> None:
        self._by_state: dict[str, Pending] = {}

    def clear(self) -> None:
        self._by_state.clear()

    def begin(self, host: str, browser: str, now: float) -> Pending:
        """A new one; ``browser`` is the cookie's value, which is kept if it is one that was given out."""
        self._by_state = {state: item for state, item in self._by_state.items() if item.expires > now}
        known = any(hmac.compare_digest(item.browser.encode(), browser.encode()) for item in self._by_state.values())
        pending = Pending(
            host=host,
            browser=browser if known else secrets.token_urlsafe(32),
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            expires=now + PATIENCE,
        )
        self._by_state[pending.state] = pending
        return pending

    def take(self, host: str, browser: str, state: str, now: float, disabled: AbstractSet[str]) -> Pending:
        """The sign-in that a callback belongs to, used up by it; raises :class:`StateError`.

        ``web_state`` switched off: whatever comes is taken, as if this browser had begun it.
        """
        found = self._by_state.get(state)
        if "web_state" in disabled:
            return found or Pending(host)
        if found is None or found.host != host:
            raise StateError("The sign-in was not begun here." if state else "The answer carries no state.")
        if not hmac.compare_digest(found.browser.encode(), browser.encode()):
            raise StateError("The sign-in was begun in another browser.")
        if found.used:
            raise StateError("The answer was used before.")
        self._by_state[state] = replace(found, used=True)
        if found.expires <= now:
            raise StateError("The sign-in took too long.")
        return found

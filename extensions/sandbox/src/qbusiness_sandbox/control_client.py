# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the control endpoint, for tests and tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

#: Seconds to wait for an answer.
TIMEOUT = 60.0


class ControlError(Exception):
    """The control endpoint refused; the text is its own sentence."""


class Control:
    """``url``: what the environment variable ``QBUSINESS_SANDBOX_CONTROL`` says."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        # No proxy and no credentials from the environment: the endpoint is on this machine.
        self._session.trust_env = False

    def _call(self, method: str, path: str, body: Any = None, **query: str | int) -> dict[str, Any]:
        response = self._session.request(method, self.url + path, json=body, params=query, timeout=TIMEOUT)
        answer: dict[str, Any] = response.json()
        if response.status_code != 200:
            raise ControlError(answer.get("error", response.reason))
        return answer

    def health(self) -> dict[str, Any]:
        return self._call("GET", "/health")

    def reset(self) -> None:
        self._call("POST", "/reset")

    def seed(self, data: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Put objects in place; answers their ids by room."""
        return self._call("POST", "/seed", data)

    def state(self) -> dict[str, Any]:
        """Everything there is, by room."""
        return self._call("GET", "/state")

    def requests(self, since: int = 0, *, writes: bool = False) -> list[dict[str, Any]]:
        """The logged requests with a number above ``since``."""
        found = self._call("GET", "/requests", since=since, writes=str(writes).lower())
        entries: list[dict[str, Any]] = found["requests"]
        return entries

    def forget_requests(self) -> None:
        self._call("DELETE", "/requests")

    def settings(self) -> dict[str, Any]:
        return self._call("GET", "/settings")

    def replace_settings(self, **values: Any) -> dict[str, Any]:
        """Everything that is not given goes back to its default."""
        return self._call("PUT", "/settings", values)

    def set(self, **values: Any) -> dict[str, Any]:
        """Change what is given: ``polls``, ``page_size``, ``disabled_checks``, ``options``."""
        return self._call("PATCH", "/settings", values)

    def fault(self, effect: str, **values: Any) -> None:
        """Add one fault; the members are those of :class:`qbusiness_sandbox.cloud.Fault`."""
        self._call("POST", "/faults", {"effect": effect, **values})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are still to come."""
        pending: list[dict[str, Any]] = self._call("GET", "/faults")["faults"]
        return pending

    def clear_faults(self) -> None:
        self._call("DELETE", "/faults")

    def now(self) -> float:
        """The cloud's time, seconds since the epoch."""
        return float(self._call("GET", "/clock")["now"])

    def advance(self, seconds: float) -> None:
        self._call("POST", "/clock", {"advance": seconds})

    def close(self) -> None:
        self._session.close()

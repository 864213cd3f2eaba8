# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at the services: whoever asks the same again gets the same answer, and two who ask at once ask once."""

from __future__ import annotations

import threading
import typing as t
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..aws import Aws
from ..errors import FederationError
from ..okta.session import JSON, OktaSession

if t.TYPE_CHECKING:
    from requests import Response

T = t.TypeVar("T")
#: The end of paths at Okta whose answers hold secrets: asked each time, and kept nowhere.
SECRET_PATHS = ("/credentials/secrets",)


@dataclass
class _Answer:
    over: threading.Event = field(default_factory=threading.Event)
    value: Any = None
    error: Exception | None = None


class Memory:
    """Answers by what was asked; for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, _Answer] = {}

    def forget(self) -> None:
        """Ask anew from now on."""
        with self._lock:
            self._answers.clear()

    def once(self, asked: str, ask: Callable[[], T]) -> T:
        """What ``ask`` answers, or has answered.

        :raises FederationError: what it raises, or has raised
        """
        with self._lock:
            answer = self._answers.get(asked)
            mine = answer is None
            if answer is None:
                answer = self._answers[asked] = _Answer()
        if mine:
            try:
                answer.value = ask()
            except FederationError as error:
                answer.error = error
            except BaseException:
                with self._lock:
                    self._answers.pop(asked, None)
                answer.error = FederationError(f"{asked} was given up")
                raise
            finally:
                answer.over.set()
        else:
            answer.over.wait()
        if answer.error is not None:
            raise answer.error
        return t.cast("T", answer.value)


class RememberingAws(Aws):
    """A connection whose reads are remembered; it cannot write."""

    def __init__(self, inner: Aws, memory: Memory) -> None:
        super().__init__({})
        self._inner = inner
        self._memory = memory

    def client(self, service: str) -> Any:
        return self._inner.client(service)

    def in_region(self, region: str) -> Aws:
        return RememberingAws(self._inner.in_region(region), self._memory)

    def _call(
        self, service: str, operation: str, parameters: dict[str, Any], conflict_seconds: float
    ) -> dict[str, Any]:
        # IAM's answers are the account's, whatever the region.
        place = "" if service in ("iam", "sts") else self.region
        asked = repr((place, service, operation, sorted(parameters.items())))
        answer = self._memory.once(asked, lambda: self._inner.call(service, operation, **parameters))
        return dict(answer)  # some readers take members out


class RememberingOkta(OktaSession):
    """A session whose reads are remembered; it cannot write."""

    def __init__(self, inner: OktaSession, memory: Memory) -> None:
        self.origin = inner.origin
        self.tell = inner.tell
        self.answers = inner.answers
        self._inner = inner
        self._memory = memory
        self._lock = threading.Lock()
        self._begun = False

    def _send(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None, accept: str = JSON
    ) -> Response:
        if method != "GET" or body is not None:
            raise AssertionError(f"a reader does not send {method}")

        def ask() -> Response:
            return self._sent(path, params, accept)

        if path.endswith(SECRET_PATHS):
            return ask()
        return self._memory.once(repr((self.origin, path, sorted((params or {}).items()), accept)), ask)

    def _sent(self, path: str, params: Mapping[str, Any] | None, accept: str) -> Response:
        """One request; the first one alone, which gets a service app its token."""
        send = partial(self._inner._send, "GET", path, params=params, accept=accept)  # noqa: SLF001 (of its own class)
        with self._lock:
            if not self._begun:
                answer = send()
                self._begun = True
                return answer
        return send()

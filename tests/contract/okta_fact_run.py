# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holding a case of ``okta_facts`` with a fresh embedded org."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests
from okta_bodies import fill, given
from okta_fact_check import Answer, at, differences
from okta_facts import Case, Step, body_of
from okta_service_app import TOKEN_PATH, ServiceApp
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.okta.room import OktaRoom
from qbusiness_sandbox.testing import serving


@dataclass
class Played:
    """What was answered to each step, and which values stood for the names then."""

    answers: list[tuple[Step, Answer, dict[str, str]]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


class Dialogue:
    """A case with an org of its own."""

    def __init__(self, case: Case, **options: Any) -> None:
        self._case = case
        self._cloud = Cloud()
        self._room = OktaRoom(self._cloud)
        self._cloud.settings.options.update({**case.org, **options})
        self._room.reset()
        self._service = ServiceApp(self._room, set(case.scopes)) if case.scopes else None
        self._values = dict(given())

    def hold(self) -> Played:
        """Send every step, and compare; a step that went wrong ends it, since the next ones build on it."""
        played = Played()
        with serving(self._cloud, {"okta": self._room}) as running:
            for number, step in enumerate(self._case.steps, 1):
                self._cloud.clock.advance(step.wait)
                answer = self._send(running.urls["okta"], step)
                found = differences(step, answer, self._values)
                played.answers.append((step, answer, dict(self._values)))
                played.differences += [f"step {number}, {step.do}: {text}" for text in found]
                if found:
                    break
                self._values |= {name: str(at(answer.body, path)) for name, path in step.keep.items()}
        return played

    def _send(self, base: str, step: Step) -> Answer:
        path, body = fill(step.path, self._values), fill(body_of(step), self._values)
        headers = {"Accept": step.accept}
        arguments: dict[str, Any] = {"json": body} if body is not None else {}
        if self._service and path == TOKEN_PATH:
            headers["dpop"] = ""  # bound to a key: the service app puts the proof here
            arguments = {"data": self._service.sign(base + path, body, headers)}
        else:
            headers["Authorization"] = f"SSWS {self._cloud.administrator.okta_api_token}"
        answer = requests.request(step.method, base + path, headers=headers, timeout=30, **arguments)
        if self._service and path == TOKEN_PATH:
            self._service.learn(answer)
        kind = answer.headers.get("Content-Type", "")
        parsed = answer.json() if "json" in kind else answer.content.decode() or None
        return Answer(answer.status_code, {key.lower(): value for key, value in answer.headers.items()}, parsed)

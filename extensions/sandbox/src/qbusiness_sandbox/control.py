# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control endpoint: JSON over plain HTTP on a loopback port of its own.

======================  ====================================================================================
``GET /health``         is it up, and what is it
``POST /reset``         back to the beginning, with the same credentials and keys
``POST /seed``          put objects in place: ``{room: {...}}``; answers their ids
``GET /state``          everything there is, without a secret
``GET /requests``       the request log; ``?since=N`` (numbers above N), ``&writes=true``
``DELETE /requests``    forget the log
``GET /settings``       how the cloud behaves; ``PUT`` replaces all of it, ``PATCH`` what is given
``GET /faults``         the faults still to come; ``POST`` adds one or a list, ``DELETE`` forgets them
``GET /clock``          the cloud's time; ``POST {"advance": seconds}`` moves it
======================  ====================================================================================
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import Cloud, Fault, Settings
from qbusiness_sandbox.reading import Unreadable, build, expect, members
from qbusiness_sandbox.server import Handler, Server

_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.IGNORECASE)


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """What the control endpoint does."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "/health"): self._health,
            ("POST", "/reset"): self._reset,
            ("POST", "/seed"): self._seed,
            ("GET", "/state"): lambda _request: cloud.dump(),
            ("GET", "/requests"): self._requests,
            ("DELETE", "/requests"): self._forget,
            ("GET", "/settings"): lambda _request: self._settings(),
            ("PUT", "/settings"): self._replace_settings,
            ("PATCH", "/settings"): self._change_settings,
            ("GET", "/faults"): lambda _request: {"faults": cloud.faults.pending()},
            ("POST", "/faults"): self._add_faults,
            ("DELETE", "/faults"): self._clear_faults,
            ("GET", "/clock"): lambda _request: self._clock(),
            ("POST", "/clock"): self._advance,
        }

    def answer(self, request: Request) -> Response:
        """Answer one request; errors are JSON too: ``{"error": "..."}``."""
        try:
            self._check_origin(request)
            body, status = self._find(request)(request), 200
        except Unreadable as error:
            body, status = {"error": str(error)}, 400
        except Refused as error:
            body, status = {"error": str(error)}, error.status
        return Response(json.dumps(body, default=str) + "\n", status, content_type="application/json")

    @staticmethod
    def _check_origin(request: Request) -> None:
        """A page in the user's browser must not reach the endpoint, neither by a name that resolves to the loopback
        address nor by a form that it posts."""
        if not _LOOPBACK.fullmatch(request.headers.get("Host", "")):
            raise Refused(403, "The Host header must name the loopback interface")
        origin = request.headers.get("Origin")
        if origin is not None and not _LOOPBACK.fullmatch(urlsplit(origin).netloc):
            raise Refused(403, "Requests of web pages are refused")

    def _find(self, request: Request) -> Callable[[Request], Any]:
        method = "GET" if request.method == "HEAD" else request.method
        path = request.path.rstrip("/") or "/"
        found = self._routes.get((method, path))
        if found is None:
            methods = sorted(name for name, known in self._routes if known == path)
            if methods:
                raise Refused(405, f"{path} takes {', '.join(methods)}")
            raise Refused(404, f"{path} is not known; there is {', '.join(sorted({key[1] for key in self._routes}))}")
        return found

    @staticmethod
    def _json(request: Request) -> Any:
        try:
            return json.loads(request.get_data() or b"null")
        except ValueError as error:
            raise Unreadable(f"The body is not JSON: {error}") from error

    def _health(self, _request: Request) -> dict[str, Any]:
        return {
            "status": "ready",
            "account_id": self._cloud.account_id,
            "region": self._cloud.region,
            "rooms": sorted(self._cloud.rooms),
            "pid": os.getpid(),
        }

    def _reset(self, _request: Request) -> dict[str, Any]:
        self._cloud.reset()
        return {}

    def _seed(self, request: Request) -> Any:
        return seed(self._cloud, self._json(request))

    def _requests(self, request: Request) -> dict[str, Any]:
        since = request.args.get("since", "0")
        if not since.isdigit():
            raise Unreadable("since must be an integer that is not negative")
        writes = request.args.get("writes", "false").lower()
        if writes not in ("true", "false"):
            raise Unreadable("writes must be true or false")
        log = self._cloud.log
        entries = log.writes(int(since)) if writes == "true" else log.since(int(since))
        return {"requests": [asdict(entry) for entry in entries]}

    def _forget(self, _request: Request) -> dict[str, Any]:
        self._cloud.log.clear()
        return {}

    def _settings(self) -> dict[str, Any]:
        settings = self._cloud.settings
        return {**asdict(settings), "disabled_checks": sorted(settings.disabled_checks)}

    def _apply(self, settings: Settings, values: dict[str, Any]) -> dict[str, Any]:
        for kind, count in values.get("polls", {}).items():
            expect(count, int, f"settings.polls.{kind}")
        if values.get("page_size", 0) < 0:
            raise Unreadable("settings.page_size must not be negative")
        for name, value in values.items():
            setattr(settings, name, value)
        with self._cloud.lock:
            self._cloud.settings = settings
        return self._settings()

    def _replace_settings(self, request: Request) -> dict[str, Any]:
        return self._apply(Settings(), members(Settings, self._json(request), "settings"))

    def _change_settings(self, request: Request) -> dict[str, Any]:
        """Of ``polls`` and ``options`` the given keys are changed, the others stay."""
        values = members(Settings, self._json(request), "settings")
        current = self._cloud.settings
        for name in ("polls", "options"):
            if name in values:
                values[name] = {**getattr(current, name), **values[name]}
        return self._apply(current, values)

    def _add_faults(self, request: Request) -> dict[str, Any]:
        data = self._json(request)
        items = data if isinstance(data, list) else [data]
        several = isinstance(data, list)
        faults = [build(Fault, item, f"faults[{i}]" if several else "fault") for i, item in enumerate(items)]
        for fault in faults:
            self._cloud.faults.add(fault)
        return {"faults": self._cloud.faults.pending()}

    def _clear_faults(self, _request: Request) -> dict[str, Any]:
        self._cloud.faults.clear()
        return {}

    def _clock(self) -> dict[str, float]:
        clock = self._cloud.clock
        return {"now": clock.now(), "offset": clock.offset}

    def _advance(self, request: Request) -> dict[str, float]:
        body = expect(self._json(request), dict, "The body")
        for name in body:
            if name != "advance":
                raise Unreadable(f"{name} is not known; the member is advance")
        if "advance" not in body:
            raise Unreadable("advance is missing")
        self._cloud.clock.advance(expect(body["advance"], float, "advance"))
        return self._clock()


def seed(cloud: Cloud, data: Any) -> dict[str, Any]:
    """Seed the rooms. Raises :class:`Unreadable` where a part does not fit."""
    parts = expect(data, dict, "The seed")
    for room, part in parts.items():
        if room not in cloud.rooms:
            raise Unreadable(f"{room} is not a room; the rooms are {', '.join(sorted(cloud.rooms))}")
        expect(part, dict, room)
    made: dict[str, Any] = {}
    for room, part in parts.items():
        try:
            made.update(cloud.seed({room: part}))
        except KeyError as error:
            raise Unreadable(f"{room}: {error.args[0] if error.args else 'a member'} is missing or unknown") from error
        except StopIteration as error:
            raise Unreadable(f"{room}: an object that the seed refers to does not exist") from error
        except Exception as error:
            # Whatever a room's own checks raise is the seed's fault, as the room sees it.
            raise Unreadable(f"{room}: {error or type(error).__name__}") from error
    return made


class ControlHandler(Handler):
    """The control endpoint's connections."""

    server: ControlServer

    def answer(self, request: Request, connection: str) -> Response:
        return self.server.control.answer(request)


class ControlServer(Server):
    """The control endpoint's listener."""

    def __init__(self, cloud: Cloud, port: int = 0) -> None:
        self.control = Control(cloud)
        super().__init__(cloud, "control", port, ControlHandler)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every room of the embedded cloud shares: clock, settings, faults, request log, and the way in.

A *room* is one service (or one front before several): it says which operation a request is, before anything happens
(:meth:`Room.identify`), and then carries it out (:meth:`Room.handle`). The cloud stands between the listener and the
room, so that the log, the faults and the lock are written once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.names import OKTA_HOST

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
#: Stands for the certificate authority of a cloud that is served without TLS.
NO_AUTHORITY = hashlib.sha1(b"qbusiness-sandbox", usedforsecurity=False).hexdigest()

#: Keys under which the cloud keeps what it knows about a request in its WSGI environ.
PRINCIPAL = "qbusiness_sandbox.principal"
OPERATION = "qbusiness_sandbox.operation"
#: Seconds that a room wants its answer to be held back, without the lock: what the answer says may be old by then.
PAUSE = "qbusiness_sandbox.pause"


@dataclass(frozen=True)
class Operation:
    """What a request asks for. ``service`` is the signing name (``qbusiness``, ``iam``, ``sts``, ``s3`` …) or ``okta``,
    ``web``; ``name`` the service model's operation name, or for HTTP APIs ``METHOD /path/{template}``."""

    service: str
    name: str
    write: bool


class Room(Protocol):
    """One service of the cloud."""

    def identify(self, request: Request) -> Operation:
        """Name the operation; changes nothing, never raises (an unknown one is named ``Unknown``)."""

    def handle(self, request: Request, operation: Operation) -> Response:
        """Carry the operation out and answer as the real service would, errors included."""

    def reset(self) -> None:
        """Forget everything and make the room's initial state."""

    def seed(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put objects in place by the back door; answers what was made (ids)."""

    def dump(self) -> Mapping[str, Any]:
        """The room's state as JSON, without a secret in it."""


@dataclass
class Clock:
    """Wall time plus an offset that tests may move."""

    offset: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += seconds


@dataclass
class Settings:
    """How the cloud behaves; all of it may be set through the control endpoint.

    ``polls``: how many reads of a resource still show its transitional status, by kind (``"*"`` for the rest).
    ``page_size``: a cap on every page of every list (0: the services' own). ``disabled_checks``: names of checks of the
    sign-in path that are left out, so that a test can show that the check is what stops an attack. ``options``:
    switches of the rooms, each described by the room that reads it.
    """

    polls: dict[str, int] = field(default_factory=lambda: {"*": 1})
    page_size: int = 0
    disabled_checks: set[str] = field(default_factory=set)
    options: dict[str, Any] = field(default_factory=dict)

    def polls_of(self, kind: str) -> int:
        return self.polls.get(kind, self.polls.get("*", 0))


@dataclass
class Fault:
    """One injected fault.

    ``effect``: ``error`` (answer ``status``/``code`` instead of acting), ``answer`` (answer ``status`` and, of
    ``options``, ``body``, ``content_type``, ``headers`` instead of acting), ``delay`` (sleep ``seconds`` first),
    ``cut_before`` (drop the connection, nothing done), ``cut_after`` (act, then drop the connection), ``error_after``
    (act, then answer ``status``/``code`` in place of a success), or a name that a room understands (``failed_end``,
    ``stale_read`` …), which it asks for with :meth:`Faults.take`.
    Which requests: ``service``/``operation`` (``"*"`` for any), ``writes_only``; of those ``skip`` pass first, then
    ``count`` are hit (-1: all).
    """

    effect: str
    service: str = "*"
    operation: str = "*"
    writes_only: bool = False
    skip: int = 0
    count: int = 1
    status: int = 500
    code: str = "InternalServerException"
    message: str = "Injected fault"
    seconds: float = 0.0
    options: dict[str, Any] = field(default_factory=dict)

    def matches(self, operation: Operation) -> bool:
        return (
            self.service in ("*", operation.service)
            and self.operation in ("*", operation.name)
            and (operation.write or not self.writes_only)
        )


class Faults:
    """The faults that are still to come."""

    #: Effects the cloud itself carries out; any other effect belongs to a room.
    GENERAL = frozenset({"error", "answer", "delay", "cut_before", "cut_after", "error_after"})

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def pending(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, operation: Operation, *effects: str) -> list[Fault]:
        """The faults with one of these effects that hit this request; each is used up by one."""
        hit: list[Fault] = []
        with self._lock:
            for fault in self._faults:
                if fault.effect not in effects or not fault.matches(operation) or fault.count == 0:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.count > 0:
                    fault.count -= 1
                hit.append(fault)
            self._faults = [fault for fault in self._faults if fault.count != 0]
        return hit


@dataclass(frozen=True)
class LogEntry:
    """One request that came in. Never holds a header or a body: those carry secrets."""

    number: int
    service: str
    operation: str
    write: bool
    method: str
    path: str
    status: int
    error: str
    principal: str
    connection: str
    time: float


class RequestLog:
    """The requests in the order in which they were answered."""

    def __init__(self) -> None:
        self._entries: list[LogEntry] = []
        self._next = 1
        self._lock = threading.Lock()

    def add(self, **values: Any) -> LogEntry:
        with self._lock:
            entry = LogEntry(number=self._next, **values)
            self._next += 1
            self._entries.append(entry)
            return entry

    def since(self, number: int = 0) -> list[LogEntry]:
        with self._lock:
            return [entry for entry in self._entries if entry.number > number]

    def writes(self, number: int = 0) -> list[LogEntry]:
        return [entry for entry in self.since(number) if entry.write]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


class Cut(Exception):
    """Raised to drop the connection without an answer."""


@dataclass(frozen=True)
class Administrator:
    """The credentials that own the account and the org; new in every process, never persisted."""

    access_key_id: str
    secret_access_key: str
    okta_api_token: str

    @classmethod
    def make(cls) -> Administrator:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        key_id = "AKIA" + "".join(secrets.choice(alphabet) for _unused in range(16))
        return cls(key_id, secrets.token_urlsafe(30)[:40], "00" + secrets.token_urlsafe(30)[:40])


class Cloud:
    """The whole of it. ``rooms``: ``aws`` (every signed AWS API, Q Business included), ``okta``, ``web``."""

    def __init__(self, account_id: str = ACCOUNT_ID, region: str = REGION) -> None:
        self.account_id = account_id
        self.region = region
        self.administrator = Administrator.make()
        self.clock = Clock()
        self.settings = Settings()
        self.faults = Faults()
        self.log = RequestLog()
        self.rooms: dict[str, Room] = {}
        #: The org's host name, and the SHA-1 (hexadecimal) of the authority that issues its certificate.
        self.okta_host = OKTA_HOST
        self.ca_thumbprint = NO_AUTHORITY
        # One request acts at a time: the rooms need no locks of their own. Waiting faults sleep outside of it.
        self.lock = threading.RLock()

    def reset(self) -> None:
        """As just started, with the same credentials and keys."""
        with self.lock:
            self.clock = Clock()
            self.settings = Settings()
            self.faults.clear()
            for room in self.rooms.values():
                room.reset()
            self.log.clear()

    def seed(self, data: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        with self.lock:
            return {name: self.rooms[name].seed(part) for name, part in data.items()}

    def dump(self) -> dict[str, Any]:
        with self.lock:
            return {name: room.dump() for name, room in self.rooms.items()}

    def answer(self, room_name: str, request: Request, connection: str = "") -> Response:
        """Carry one request out: identify, inject faults, act, log. Raises :class:`Cut` to drop the connection."""
        room = self.rooms[room_name]
        operation = room.identify(request)
        request.environ[OPERATION] = operation
        for fault in self.faults.take(operation, "delay"):
            time.sleep(fault.seconds)
        if self.faults.take(operation, "cut_before"):
            self._log(request, operation, 0, "cut_before", connection)
            raise Cut
        errors = self.faults.take(operation, "error", "answer")
        if errors:
            response = error_response(operation, errors[0])
        else:
            with self.lock:
                response = room.handle(request, operation)
            time.sleep(request.environ.get(PAUSE, 0.0))
        error = response.headers.get("x-amzn-errortype", "") or response.headers.get("x-sandbox-error", "")
        committed = response.status_code < 400
        if committed and operation.write and self.faults.take(operation, "cut_after"):
            self._log(request, operation, response.status_code, "cut_after", connection)
            raise Cut
        late = self.faults.take(operation, "error_after") if committed else []
        if late:
            response, error = error_response(operation, late[0]), late[0].code
        self._log(request, operation, response.status_code, error, connection)
        return response

    def _log(self, request: Request, operation: Operation, status: int, error: str, connection: str) -> None:
        principal = request.environ.get(PRINCIPAL)
        self.log.add(
            service=operation.service,
            operation=operation.name,
            write=operation.write,
            method=request.method,
            path=request.path,
            status=status,
            error=error,
            principal=str(getattr(principal, "arn", "") or ""),
            connection=connection,
            time=self.clock.now(),
        )


def error_response(operation: Operation, fault: Fault) -> Response:
    """An injected error in the shape of the service that was asked, or the answer that the fault has with it."""
    if fault.effect == "answer":
        options = {"content_type": "text/html;charset=utf-8", "headers": {}, **fault.options}
        headers = {**options["headers"], "x-sandbox-error": "Injected"}
        return Response(options.get("body", ""), fault.status, content_type=options["content_type"], headers=headers)
    if operation.service == "okta":
        cause = {"errorCode": fault.code, "errorSummary": fault.message, "errorLink": fault.code}
        body = json.dumps({**cause, "errorId": f"oae{secrets.token_hex(8)}", "errorCauses": []})
        headers = {"x-sandbox-error": fault.code}
        return Response(body, fault.status, content_type="application/json", headers=headers)
    if operation.service in ("iam", "sts", "s3"):
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(fault.code)}</Code>"
            f"<Message>{escape(fault.message)}</Message></Error><RequestId>injected</RequestId></ErrorResponse>"
        )
        headers = {"x-sandbox-error": fault.code}
        return Response(body, fault.status, content_type="text/xml", headers=headers)
    return Response(
        json.dumps({"message": fault.message, "__type": fault.code}),
        fault.status,
        content_type="application/json",
        headers={"x-amzn-errortype": fault.code},
    )

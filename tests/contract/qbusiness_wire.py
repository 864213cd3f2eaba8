# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to Q Business as raw HTTP, so that no client checks them before they are sent."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.model import OperationModel

SCHEME = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/qbusiness/aws4_request, SignedHeaders=host, Signature=0"
)


@dataclass(frozen=True)
class Answer:
    """Status, error type (empty on success) and decoded body."""

    status: int
    error: str
    body: Any

    @property
    def brief(self) -> str:
        return f"{self.status} {self.error}".strip()


class Wire:
    """One kept-alive connection."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)

    def send(self, method: str, target: str, body: Any = None) -> Answer:
        """Send one request. ``target``: path and query as they go over the wire; ``body``: JSON or None."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": SCHEME} | ({"Content-Type": "application/json"} if data is not None else {})
        self._connection.request(method, target, data, headers)
        response = self._connection.getresponse()
        text = response.read()
        return Answer(response.status, response.getheader("x-amzn-ErrorType") or "", json.loads(text or b"{}"))

    def close(self) -> None:
        self._connection.close()


def location(member: Any) -> str:
    """Where a top member of an input travels: ``uri``, ``querystring`` or ``body``."""
    return str(member.serialization.get("location", "body"))


def query_text(value: Any, shape: Any) -> str:
    """A query value in the form of the wire; one of the wrong type goes as it is."""
    if shape.type_name == "timestamp" and not isinstance(value, str):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value)


def assemble(operation: OperationModel, values: dict[str, Any]) -> tuple[str, str, Any]:
    """Method, target and body of a request with these input values."""
    path, _unused, key = operation.http["requestUri"].partition("?")
    query = [key] if key else []
    body: dict[str, Any] = {}
    has_body = False
    for name, member in operation.input_shape.members.items():
        where = location(member)
        has_body = has_body or where == "body"
        if name not in values:
            continue
        if where == "uri":
            path = path.replace("{" + member.serialization["name"] + "}", quote(str(values[name]), safe=""))
        elif where == "querystring":
            items = values[name] if isinstance(values[name], list) else [values[name]]
            wire_name = member.serialization.get("name", name)
            query += [f"{wire_name}={quote(query_text(item, member), safe='')}" for item in items]
        else:
            body[name] = values[name]
    target = path + ("?" + "&".join(query) if query else "")
    return operation.http["method"], target, body if has_body else None

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routing table: which function answers which method and path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.okta.errors import OktaError
from qbusiness_sandbox.okta.values import Json

if TYPE_CHECKING:
    from qbusiness_sandbox.okta.org import Org

#: What a function answers: a finished response, or a status and a JSON body (None: no body).
Answer = Response | tuple[int, Any] | tuple[int, Any, dict[str, str]]


@dataclass
class Call:
    """One request on its way to a function."""

    org: Org
    request: Request
    template: str
    params: dict[str, str]

    @property
    def base(self) -> str:
        """Scheme and host that were asked; answers name the same (recorded)."""
        return f"{self.request.scheme}://{self.request.host}"

    def query(self, name: str, default: str = "") -> str:
        return self.request.args.get(name, default)

    def flag(self, name: str, default: bool) -> bool:
        value = self.request.args.get(name)
        return default if value is None else value.lower() == "true"

    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.request.query_string.decode("latin-1"), keep_blank_values=True)

    def json(self) -> Json:
        """The body as an object; E0000003 where it is none."""
        data = self.request.get_json(force=True, silent=True)
        if not isinstance(data, dict):
            raise OktaError("E0000003")
        return data

    def json_or_empty(self) -> Json:
        return self.json() if self.request.get_data() else {}


Function = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    function: Function
    public: bool
    write: bool


class Routes:
    """Routes in the order in which they were registered; literal segments win over placeholders."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(
        self, method: str, template: str, public: bool = False, write: bool | None = None
    ) -> Callable[[Function], Function]:
        """Register a function. ``public``: needs no API token. ``write``: counts as a change (default: not a read)."""

        def register(function: Function) -> Function:
            pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
            is_write = method not in ("GET", "HEAD") if write is None else write
            self._routes.append(Route(method, template, pattern, function, public, is_write))
            self._routes.sort(key=lambda route: (route.template.count("{"), route.template))
            return function

        return register

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a raw path; its parameters are decoded."""
        method = "GET" if method == "HEAD" else method
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match and route.method == method:
                return route, {key: unquote(value) for key, value in match.groupdict().items()}
        return None

    def methods(self, path: str) -> set[str]:
        return {route.method for route in self._routes if route.pattern.fullmatch(path)}


ROUTES = Routes()
route = ROUTES.add

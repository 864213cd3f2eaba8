# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Okta org as a room of the embedded cloud."""

from __future__ import annotations

import importlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import PAUSE, PRINCIPAL, Cloud, Operation
from qbusiness_sandbox.okta import oidc_access
from qbusiness_sandbox.okta.dump import dump
from qbusiness_sandbox.okta.errors import OktaError
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import ROUTES, Answer, Call
from qbusiness_sandbox.okta.seed import seed

# Importing a file of functions fills the routing table.
_MODULES = (
    "api_apps",
    "api_keys",
    "api_groups",
    "api_users",
    "api_org",
    "api_hooks",
    "api_event_hooks",
    "api_grants",
    "api_servers",
    "api_server_policies",
    "api_rules",
    "signin",
    "sso",
    "oidc_servers",
    "oidc_authorize",
    "oidc_consent",
    "oidc_token",
    "oidc_inspect",
    "oidc_logout",
)
for _module in _MODULES:
    importlib.import_module(f"qbusiness_sandbox.okta.{_module}")


@dataclass(frozen=True)
class OktaPrincipal:
    """Who asked; ``arn`` is what the request log shows."""

    arn: str


def _path(request: Request) -> str:
    return str(request.environ.get("REQUEST_URI") or request.path).partition("?")[0]


class OktaRoom:
    """One org. See ``options.py`` for its switches, ``seed.py`` and ``dump.py`` for what they take and give."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.org = Org(cloud)

    def identify(self, request: Request) -> Operation:
        found = ROUTES.find(request.method, _path(request))
        if found is None:
            return Operation("okta", "Unknown", request.method not in ("GET", "HEAD"))
        return Operation("okta", f"{found[0].method} {found[0].template}", found[0].write)

    def handle(self, request: Request, operation: Operation) -> Response:
        path = _path(request)
        headers, limited = self.org.limits.take(request.method, path)
        try:
            if limited:
                raise limited
            response = self._answer(request, path)
        except OktaError as error:
            response = self._respond((error.status, error.body(), error.headers))
            response.headers["x-sandbox-error"] = error.code
        except OAuthError as refusal:
            response = self._respond((refusal.status, refusal.body(), refusal.headers))
            response.headers["x-sandbox-error"] = refusal.code
        for name, value in headers.items():
            response.headers[name] = value
        response.headers["X-Okta-Request-Id"] = secrets.token_hex(16)
        return response

    def _answer(self, request: Request, path: str) -> Response:
        found = ROUTES.find(request.method, path)
        if found is None:
            if path.startswith("/api/"):
                self._authenticate(Call(self.org, request, path, {}), known=False)
                raise OktaError("E0000022" if ROUTES.methods(path) else "E0000008")
            return Response(
                "<html><body><h1>404</h1><p>Page Not Found</p></body></html>", 404, content_type="text/html"
            )
        route, params = found
        call = Call(self.org, request, route.template, params)
        if not route.public:
            self._authenticate(call)
        if route.template == "/api/v1/apps/{appId}" and route.method == "GET":
            request.environ[PAUSE] = float(self.org.options.get("okta_read_to_write_delay", 0))
        return self._respond(route.function(call))

    def _authenticate(self, call: Call, known: bool = True) -> None:
        """``Authorization: SSWS {token}``, or a service app's access token; anything else is E0000011."""
        value = call.request.headers.get("Authorization", "")
        kind, _space, rest = value.partition(" ")
        if kind.lower() in oidc_access.SCHEMES:
            client = oidc_access.check(call, kind.lower(), rest.strip(), required=known)
            call.request.environ[PRINCIPAL] = OktaPrincipal(f"okta:client/{client}")
            return
        # okta-sdk-python 3.4.6 leaves the space out, and real orgs take that.
        scheme, token = value[:4], value[4:]
        expected = self.cloud.administrator.okta_api_token
        if scheme.upper() != "SSWS" or not secrets.compare_digest(token.strip().encode(), expected.encode()):
            raise OktaError("E0000011")
        call.request.environ[PRINCIPAL] = OktaPrincipal("okta:administrator")

    @staticmethod
    def _respond(answer: Answer) -> Response:
        if isinstance(answer, Response):
            return answer
        status, body = answer[0], answer[1]
        extra: dict[str, str] = answer[2] if len(answer) == 3 else {}
        if body is None:
            response = Response(status=status)
            del response.headers["Content-Type"]
        else:
            response = Response(json.dumps(body), status, content_type="application/json")
        for name, value in extra.items():
            response.headers[name] = value
        return response

    def reset(self) -> None:
        self.org.reset()

    def seed(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        return seed(self.org, data)

    def dump(self) -> Mapping[str, Any]:
        return dump(self.org)

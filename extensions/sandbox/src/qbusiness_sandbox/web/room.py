# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web experiences as a room of the embedded cloud: one site for each ``defaultEndpoint``.

``GET /`` shows the way in or the chat; ``GET /sign-in`` sends the browser to the identity provider; ``POST /saml`` or
``GET /authorization-code/callback`` takes what it sends back, and trades it at STS for credentials, which stay here;
``POST /api/chat`` asks Q Business with them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import Cloud, Operation
from qbusiness_sandbox.web import inside, oidc, pages, pending, theme
from qbusiness_sandbox.web.directory import Experience, find

#: Bound to this host and to TLS by its prefix (RFC 6265bis, 4.1.3.2).
COOKIE = "__Host-qbusiness-session"
_ASSETS = {
    "style.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
}
_THEME = {"style.css": "style", "logo": "logo", "favicon": "favicon", "font": "font"}


@dataclass
class Visit:
    """A browser that has signed in to one web experience. ``thread``: conversation and last answer."""

    host: str
    session: inside.Session
    thread: tuple[str, str] = ("", "")


class WebRoom:
    """Every web experience there is."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._visits: dict[str, Visit] = {}
        self._pending = pending.PendingSignIns()
        self._routes: dict[tuple[str, str], Callable[[Request, Experience], Response]] = {
            ("GET", "/"): self._home,
            ("GET", "/sign-in"): self._sign_in,
            ("POST", "/saml"): self._saml,
            ("GET", "/authorization-code/callback"): self._callback,
            ("POST", "/api/chat"): self._chat,
            ("POST", "/sign-out"): self._sign_out,
            ("GET", "/theme/{file}"): self._theme_file,
        }

    @staticmethod
    def _template(path: str) -> str:
        folder = path.rpartition("/")[0]
        return f"{folder}/{{file}}" if folder in ("/assets", "/theme") else path

    def identify(self, request: Request) -> Operation:
        method = "GET" if request.method == "HEAD" else request.method
        template = self._template(request.path)
        known = (method, template) in self._routes or (method, template) == ("GET", "/assets/{file}")
        # No request to a web experience changes what is configured; a question is logged as Q Business's.
        return Operation("web", f"{method} {template}" if known else "Unknown", False)

    def handle(self, request: Request, operation: Operation) -> Response:
        template = self._template(request.path)
        if operation.name == "GET /assets/{file}":
            return self._asset(request)
        host = request.host.partition(":")[0]
        experience = find(self.cloud, host)
        if experience is None:
            return pages.problem(404, "No such web experience", f"No web experience has the address {host}.")
        if experience.status != "ACTIVE":
            message = f"The web experience is {experience.status or 'not ready'}. It opens when it is ACTIVE."
            return pages.problem(503, "Not ready", message)
        route = self._routes.get(("GET" if request.method == "HEAD" else request.method, template))
        if route is not None:
            return route(request, experience)
        allowed = sorted(method for method, known in self._routes if known == template)
        if allowed:
            return pages.problem(405, "Not allowed", f"This address takes {' and '.join(allowed)} only.")
        return pages.problem(404, "Not found", "There is no such page.")

    # -- signing in ---------------------------------------------------------------------------------------------

    def _home(self, request: Request, experience: Experience) -> Response:
        look = theme.load(self.cloud, experience)
        visit = self._visit(request, experience)
        return pages.chat(experience, look, visit.session.user) if visit else pages.landing(experience, look)

    def _sign_in(self, request: Request, experience: Experience) -> Response:
        if experience.open_id_connect:
            return self._sign_in_by_code(request, experience)
        if not experience.authentication_url:
            return pages.problem(500, "No identity provider", "The web experience has no authentication URL.")
        return redirect(experience.authentication_url, 302)

    def _sign_in_by_code(self, request: Request, experience: Experience) -> Response:
        now = self.cloud.clock.now()
        attempt = self._pending.begin(experience.host, request.cookies.get(pending.COOKIE, ""), now)
        try:
            url = oidc.authorization_url(self.cloud, experience, attempt)
        except inside.LayerError as error:
            return self._refused(502, error.layer, error.code, error.message)
        response = redirect(url, 302)
        # Lax: the way back is a navigation that the identity provider starts.
        response.set_cookie(
            pending.COOKIE,
            attempt.browser,
            max_age=pending.PATIENCE,
            path="/",
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _callback(self, request: Request, experience: Experience) -> Response:
        """Where the authorization code of an OpenID Connect provider arrives, or its refusal."""
        if not experience.open_id_connect:
            return pages.problem(404, "Not found", "There is no such page.")
        values = request.args
        try:
            attempt = self._pending.take(
                experience.host,
                request.cookies.get(pending.COOKIE, ""),
                values.get("state", ""),
                self.cloud.clock.now(),
                self.cloud.settings.disabled_checks,
            )
        except pending.StateError as error:
            return self._refused(403, oidc.HERE, "StateMismatch", str(error))
        if "error" in values:
            return self._refused(403, oidc.PROVIDER, values["error"], values.get("error_description", ""))
        if not values.get("code"):
            return self._refused(400, oidc.HERE, "MissingCode", "The request carries no code.")
        try:
            session = oidc.redeem(self.cloud, experience, attempt, values["code"])
        except inside.LayerError as error:
            return self._refused(403, error.layer, error.code, error.message)
        return self._opened(experience, session)

    def _saml(self, request: Request, experience: Experience) -> Response:
        assertion = request.form.get("SAMLResponse", "")
        if not assertion:
            return self._refused(400, "Web experience", "MissingAssertion", "The request carries no SAMLResponse.")
        if not experience.provider_arn:
            message = "The application has no IAM identity provider for SAML."
            return self._refused(500, "Web experience", "NoProvider", message)
        # guess: a web experience without a role of its own takes the first one that the response names.
        role = experience.role_arn or inside.role_of(assertion, experience.provider_arn)
        if not role:
            message = "Neither the web experience nor the SAML response names a role."
            return self._refused(403, "Web experience", "NoRole", message)
        try:
            session = inside.assume_role_with_saml(self.cloud, role, experience.provider_arn, assertion)
        except inside.LayerError as error:
            return self._refused(403, error.layer, error.code, error.message)
        return self._opened(experience, session)

    def _opened(self, experience: Experience, session: inside.Session) -> Response:
        """On to the chat, with a cookie that stands for the session."""
        key = secrets.token_urlsafe(32)
        self._visits[key] = Visit(experience.host, session)
        response = redirect("/#/chat", 303)
        # None: the page may stand in a frame of an allowed origin.
        response.set_cookie(
            COOKIE, key, max_age=inside.SESSION_SECONDS, path="/", secure=True, httponly=True, samesite="None"
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def _refused(status: int, layer: str, code: str, message: str) -> Response:
        response = pages.problem(
            status,
            "You could not be signed in",
            "The sign-in stopped here:",
            details={"Layer": layer, "Code": code, "Message": message},
            again=True,
        )
        response.headers["x-sandbox-error"] = code
        return response

    def _visit(self, request: Request, experience: Experience) -> Visit | None:
        key = request.cookies.get(COOKIE, "")
        visit = self._visits.get(key)
        if visit is None or visit.host != experience.host:
            return None
        if visit.session.expires <= self.cloud.clock.now():
            del self._visits[key]
            return None
        return visit

    def _sign_out(self, request: Request, experience: Experience) -> Response:
        """Forgets the session here; the identity provider's stays
        (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/using-web-experience.html)."""
        if not self._same_site(request, experience):
            return pages.problem(403, "Refused", "The request comes from another site.")
        self._visits.pop(request.cookies.get(COOKIE, ""), None)
        response = redirect("/", 303)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="None")
        return response

    @staticmethod
    def _same_site(request: Request, experience: Experience) -> bool:
        # A document with Referrer-Policy no-referrer posts its forms with the origin "null" (Fetch, 3.2).
        origin = request.headers.get("Origin")
        fetched_from = request.headers.get("Sec-Fetch-Site", "same-origin")
        if origin == "null":
            return fetched_from == "same-origin"
        return origin in (None, f"https://{experience.host}")

    # -- chatting -----------------------------------------------------------------------------------------------

    def _chat(self, request: Request, experience: Experience) -> Response:
        """``{"message": text}`` → ``{"answer", "sources": [{"number", "title", "url", "snippet"}]}``."""
        if not self._same_site(request, experience) or request.mimetype != "application/json":
            return _json({"error": {"layer": "Web experience", "code": "Refused", "message": "Not this page"}}, 403)
        visit = self._visit(request, experience)
        if visit is None:
            message = "Your session has ended. Sign in again."
            return _json({"error": {"layer": "Web experience", "code": "SignedOut", "message": message}}, 401)
        body = request.get_json(force=True, silent=True)
        question = body.get("message") if isinstance(body, dict) else None
        if not isinstance(question, str) or not question.strip():
            message = "The member message is missing or empty."
            return _json({"error": {"layer": "Web experience", "code": "BadRequest", "message": message}}, 400)
        try:
            reply = inside.chat(self.cloud, visit.session, experience.application_id, question, visit.thread)
        except inside.LayerError as error:
            return _json({"error": {"layer": error.layer, "code": error.code, "message": error.message}}, 502)
        visit.thread = (reply.conversation_id, reply.message_id)
        sources = [
            {
                "number": source.get("citationNumber", number),
                "title": source.get("title") or source.get("documentId") or "Untitled",
                "url": source.get("url") or "",
                "snippet": source.get("snippet") or "",
            }
            for number, source in enumerate(reply.sources, 1)
        ]
        return _json({"answer": reply.text, "sources": sources, "attempts": reply.attempts}, 200)

    # -- files --------------------------------------------------------------------------------------------------

    @staticmethod
    def _asset(request: Request) -> Response:
        name = request.path.rpartition("/")[2]
        if name not in _ASSETS:
            return pages.problem(404, "Not found", "There is no such file.")
        data = (resources.files(__package__) / "assets" / name).read_bytes()
        return _file(data, _ASSETS[name])

    def _theme_file(self, request: Request, experience: Experience) -> Response:
        name = _THEME.get(request.path.rpartition("/")[2], "")
        found = getattr(theme.load(self.cloud, experience), name, None) if name else None
        if not isinstance(found, theme.Artefact):
            return pages.problem(404, "Not found", "The theme has no such file, or it cannot be read.")
        return _file(found.data, found.content_type)

    # -- the cloud's own back doors -----------------------------------------------------------------------------

    def reset(self) -> None:
        self._visits.clear()
        self._pending.clear()

    def seed(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """A web experience is made in Q Business; there is nothing to put here."""
        if data:
            raise ValueError("there is nothing to seed here")
        return {}

    def dump(self) -> Mapping[str, Any]:
        """Who is signed in where."""
        now = self.cloud.clock.now()
        return {
            "sessions": [
                {"host": visit.host, "user": visit.session.user}
                for visit in self._visits.values()
                if visit.session.expires > now
            ]
        }


def _json(body: Mapping[str, Any], status: int) -> Response:
    response = Response(json.dumps(body), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    error = body.get("error")
    if isinstance(error, Mapping):
        response.headers["x-sandbox-error"] = str(error["code"])
    return response


def _file(data: bytes, content_type: str) -> Response:
    response = Response(data, 200, content_type=content_type)
    # A file of a theme is somebody's upload: it may be shown, and do nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

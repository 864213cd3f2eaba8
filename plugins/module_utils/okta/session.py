# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that speaks to Okta's management API: HTTP, authorization, pages, retries, errors."""

from __future__ import annotations

import re
import time
import typing as t
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from ..answers import Answers, question
from ..credential_form import is_url, word_fault
from ..errors import InputError, ServiceError
from .browser import org_origin
from .budget import MOST_RESERVE, RESERVE, Budget
from .credentials import NONCE, TOKEN_PATH, ApiToken, Credentials, ServiceApp
from .errors import NOT_FOUND, body_of, document_of, list_of, no_answer, object_of, refusal
from .pacing import RateLimit, backoff
from .transport import NoAnswerError, Transport

if t.TYPE_CHECKING:
    from requests import Response

#: How often a request is sent at most when it fails or gets no answer.
FAULT_TRIES = 4
PASSING = frozenset({423, 500, 502, 503, 504})
#: A POST may have done its work when its answer is lost: it is never repeated.
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
JSON = "application/json"
T = t.TypeVar("T")


def path_of(*parts: str) -> str:
    """A path below ``/api/v1`` of parts that are quoted."""
    return "/".join(("/api/v1", *(quote(part, safe="") for part in parts)))


class OktaSession:
    """A session with one org; one for a task."""

    def __init__(self, origin: str, credentials: Credentials, budget: Budget) -> None:
        """:param origin: from :func:`..okta.browser.org_origin`
        :param budget: that of the credentials' owner
        :raises DependencyError: requests is absent
        """
        self.origin = origin
        #: Is told what a request waits for.
        self.tell: Callable[[str], None] = _nobody
        #: Answers that the run has had already; for hosts that share them.
        self.answers: Answers | None = None
        self._credentials = credentials
        self._budget = budget
        self._http = Transport(origin)

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    @property
    def secrets(self) -> set[str]:
        """What no text may hold: tokens and keys."""
        return set(self._credentials.secrets)

    def get(self, *parts: str, **params: Any) -> Any:
        """The object at a path.

        :raises ServiceError: any refusal, or another one answered
        """
        return self._known(
            path_of(*parts), params, lambda: object_of(self._send("GET", path_of(*parts), params=params))
        )

    def _known(self, path: str, params: Mapping[str, Any], ask: Callable[[], T]) -> T:
        """Return what the run knows to be the answer, else what ``ask`` answers."""
        if self.answers is None:
            return ask()
        asked = question("okta", self.origin, path, params)
        kept: T | None = self.answers.get(asked)
        if kept is None:
            kept = ask()
            self.answers.keep(asked, kept)
        return kept

    def find(self, *parts: str, **params: Any) -> Any:
        """The object at a path, ``None`` when Okta knows no such object."""
        try:
            return self.get(*parts, **params)
        except ServiceError as error:
            if error.code == NOT_FOUND:
                return None
            raise

    def pipeline(self) -> str:
        """``idx`` (Identity Engine) or ``v1`` (Classic Engine); recorded of ``/.well-known/okta-organization``."""
        return str((body_of(self._send("GET", "/.well-known/okta-organization")) or {}).get("pipeline") or "")

    def document(self, *parts: str, **params: Any) -> bytes:
        """The bytes of an XML document: the header names another encoding than the document itself does (recorded)."""
        path = path_of(*parts)
        return self._known(
            path,
            {**params, "accept": "xml"},
            lambda: document_of(self._send("GET", path, params=params, accept="application/xml")),
        )

    def pages(self, *parts: str, **params: Any) -> Iterator[dict[str, Any]]:
        """All items of a list, over all its pages, as ``Link`` headers lead.

        :raises ServiceError: a page lies on another host, which must not be sent a token
        """
        if self.answers is None:
            yield from self._pages(*parts, **params)
        else:
            asked = {**params, "pages": "all"}
            yield from self._known(path_of(*parts), asked, lambda: list(self._pages(*parts, **params)))

    def _pages(self, *parts: str, **params: Any) -> Iterator[dict[str, Any]]:
        path, query = path_of(*parts), params
        seen: set[str] = set()
        while True:
            answer = self._send("GET", path, params=query)
            yield from list_of(answer)
            url = _next_page(answer)
            if not url:
                return
            target = urlsplit(url)
            if f"{target.scheme}://{target.netloc}" != self.origin:
                raise ServiceError(
                    f"Okta GET {urlsplit(path).path}: the next page is on {target.netloc}, not on {self.host}; is "
                    "okta_org_url the org's own URL?"
                )
            if url in seen:
                raise ServiceError(f"Okta GET {target.path}: the list leads back to a page that was read already.")
            seen.add(url)
            path, query = f"{target.path}?{target.query}", {}

    def items(self, *parts: str) -> list[dict[str, Any]]:
        """All items of a list.

        :raises ServiceError: as :meth:`pages`
        """
        return list(self.pages(*parts))

    def post(self, *parts: str, body: Any = None, **params: Any) -> Any:
        """The JSON answered to a POST, which is never repeated once it may have been carried out."""
        return object_of(self._send("POST", path_of(*parts), params=params, body=body), "lifecycle" in parts)

    def put(self, *parts: str, body: Any = None) -> Any:
        return object_of(self._send("PUT", path_of(*parts), body=body))

    def delete(self, *parts: str) -> None:
        """Delete; what is gone already is fine."""
        try:
            object_of(self._send("DELETE", path_of(*parts)), optional=True)
        except ServiceError as error:
            if error.code != NOT_FOUND:
                raise

    # -- how a request gets its answer ------------------------------------------------------------------------------

    def _send(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None, accept: str = JSON
    ) -> Response:
        if self.answers is not None and method != "GET":
            self.answers.forget([*path.split("/"), body])
        more: dict[str, Any] = {"params": dict(params or {})}
        if body is not None:
            more["json"] = body
        tries, renewed = Tries(), set[str]()
        url = f"{self.origin}{urlsplit(path).path}"

        def signed() -> dict[str, Any]:
            return {**more, "headers": {"Accept": accept, **self._credentials.headers(method, url, self._form)}}

        while True:
            self._credentials.ready(self._form)
            answer = self._tried(tries, method, path, signed)
            if answer is None:
                continue
            if answer.status_code < 300:
                return answer
            what = self._credentials.renew(answer) if _refused(answer) else ""
            if not what or what in renewed:
                raise refusal(answer, self._credentials.secrets)
            renewed.add(what)
            tries.note(answer)

    def _tried(self, tries: Tries, method: str, path: str, signed: Callable[[], dict[str, Any]]) -> Response | None:
        """One request; ``None`` when it is to be sent again, which has been waited for.

        :param signed: makes what requests takes, when it is this request's turn: a proof is good for minutes only
        :raises ServiceError: no answer came, and it may not be sent again
        """
        repeatable = method in REPEATABLE or path == TOKEN_PATH
        try:
            with self._budget.permit(method, path, self.tell) as permit:
                tries.stuck(permit.stuck)
                more = signed()
                more["headers"] |= tries.headers
                answer = self._http.send(method, path, **more)
                permit.headers = answer.headers
        except NoAnswerError as error:
            if not repeatable or not tries.fault():
                raise no_answer(method, urlsplit(path).path, error.kind) from None
        else:
            limited = answer.status_code == 429
            again = tries.limit(answer) if limited else answer.status_code in PASSING and repeatable and tries.fault()
            if not again:
                return answer
            tries.note(answer)
        time.sleep(tries.pause)
        return None

    def _form(self, path: str, sign: Callable[[], tuple[Mapping[str, str], Mapping[str, str]]]) -> Response:
        """What is answered to a form, sent without the session's authorization and signed anew for each try."""
        tries = Tries()

        def signed() -> dict[str, Any]:
            form, headers = sign()
            return {"data": dict(form), "headers": {"Accept": JSON, **headers}}

        while True:
            answer = self._tried(tries, "POST", path, signed)
            if answer is not None:
                return answer


def _next_page(answer: Response) -> str:
    """The URL of a list's next page; ``""``: this was the last.

    :raises ServiceError: the header ``Link`` names one and cannot be read, so that the list would end too early
    """
    path = urlsplit(str(answer.request.url)).path
    url = str(answer.links.get("next", {}).get("url") or "")
    try:
        urlsplit(url)
    except ValueError:
        url = ""
    if not url and re.search(r"rel\s*=\s*\"?next\b", answer.headers.get("Link", "")):
        raise ServiceError(
            f"Okta GET {path}: the header Link, which leads to the list's next page, cannot be read. Check for a proxy "
            "that changes it (HTTPS_PROXY, NO_PROXY)."
        )
    return url


def _nobody(_text: str) -> None:
    """Nobody is there to be told."""


def _refused(answer: Response) -> bool:
    """Whether other credentials might be taken: a token that is worth nothing any more, or a proof without a nonce.

    Okta's SDK also takes 400 for the second (okta-sdk-python, ``request_executor.py``).
    """
    return answer.status_code == 401 or (answer.status_code == 400 and bool(answer.headers.get(NONCE)))


@dataclass
class Tries:
    """What became of one request so far. ``pause``: seconds until the next try. ``headers``: how Okta's own SDKs mark a
    request that is sent again."""

    pause: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    _faults: int = 0
    _limit: RateLimit = field(default_factory=RateLimit)

    def fault(self) -> bool:
        """Whether to send it again after a fault."""
        self._faults += 1
        self.pause = backoff(self._faults)
        return self._faults < FAULT_TRIES

    def limit(self, answer: Response) -> bool:
        """Whether to send it again after it met the rate limit."""
        again = self._limit.waits(answer.headers)
        self.pause = self._limit.pause
        return again

    def stuck(self, seconds: float) -> None:
        """What was waited in vain for its turn counts for the rate limit."""
        self._limit.stuck(seconds)

    def note(self, answer: Response) -> None:
        """Take down what the next try says of this one."""
        count = int(self.headers.get("X-Okta-Retry-Count", 0)) + 1
        self.headers = {
            "X-Okta-Retry-For": answer.headers.get("X-Okta-Request-Id", ""),
            "X-Okta-Retry-Count": str(count),
        }


def eventually(act: Callable[[], T], tries: int = 5) -> T:
    """What ``act`` answers; below an app that was just made Okta may say 404 for a moment.

    Reported: terraform-provider-okta issues 58, 316, 1686.
    """
    for attempt in range(1, tries):
        try:
            return act()
        except ServiceError as error:
            if error.code != NOT_FOUND:
                raise
            time.sleep(backoff(attempt - 1))
    return act()


def scopes_for(parameters: Mapping[str, Any]) -> list[str]:
    """The fewest scopes that a task needs: one that is not granted makes Okta refuse all of them.

    Source: https://developer.okta.com/docs/api/oauth2/
    """
    if parameters.get("okta_scopes"):
        return list(parameters["okta_scopes"])
    scopes = ["okta.apps.manage" if "sign_on_mode" in parameters else "okta.apps.read"]
    for option, scope in (
        ("groups", "okta.groups.read"),
        ("users", "okta.users.read"),
        ("access_policy", "okta.policies.read"),
    ):
        if parameters.get(option):
            scopes.append(scope)
    return scopes


def connect(parameters: Mapping[str, Any]) -> OktaSession:
    """The session that the connection options describe. Nothing is sent yet. An empty text counts as not given.

    :raises InputError: naming every fault of the connection options
    :raises DependencyError: a library is absent
    """
    url, token, client, key = (
        str(parameters.get(name) or "").strip()
        for name in ("okta_org_url", "okta_api_token", "okta_client_id", "okta_private_key")
    )
    faults: list[str] = []
    origin = ""
    if not url:
        faults.append("okta_org_url: is required; the org's URL, like https://example.okta.com (or OKTA_CLIENT_ORGURL)")
    else:
        try:
            origin = org_origin(url)
        except InputError as error:
            faults += error.faults
    if token and client and key:
        faults.append(
            "okta_api_token: goes not with okta_client_id and okta_private_key; give one of them (an empty text unsets "
            "what the environment brings)"
        )
    elif not token and not (client and key):
        missing = "okta_private_key" if client else "okta_client_id" if key else "okta_api_token"
        faults.append(
            f"{missing}: is required; an API token (OKTA_CLIENT_TOKEN), or okta_client_id and okta_private_key of a "
            "service app"
        )
    if is_url(token):
        faults.append(
            "okta_api_token: is a URL. It should be an API token; exchange it with okta_org_url if the token is there "
            "(OKTA_CLIENT_TOKEN and OKTA_CLIENT_ORGURL in the environment)"
        )
    elif token.startswith("SSWS "):
        faults.append("okta_api_token: begins with SSWS; it should be the token alone")
    elif fault := word_fault("okta_api_token", token, "OKTA_CLIENT_TOKEN in the environment"):
        faults.append(fault)
    if fault := word_fault("okta_client_id", client, "OKTA_CLIENT_CLIENTID in the environment"):
        faults.append(fault)
    given = parameters.get("okta_rate_reserve")
    reserve = RESERVE if given is None else int(given)
    if not 0 <= reserve <= MOST_RESERVE:
        faults.append(f"okta_rate_reserve: {reserve} … should be a percentage from 0 to {MOST_RESERVE}")
    if faults:
        raise InputError(faults)
    budget = Budget(origin, token or client, reserve)
    if token:
        return OktaSession(origin, ApiToken(token), budget)
    key_id = str(parameters.get("okta_private_key_id") or "")
    return OktaSession(origin, ServiceApp(origin, client, key, key_id, scopes_for(parameters)), budget)

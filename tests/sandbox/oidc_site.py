# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web experience that signs in by OpenID Connect, and browsers without scripts before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests
from okta_client import Form
from qbusiness_sandbox.launch import Sandbox
from qbusiness_sandbox.sample import PASSWORD, Clients, Sample, federate_oidc

QUESTION = "How are trains booked by the travel policy?"
ANN, MALLORY = "ann@example.com", "mallory@example.com"


class Details(HTMLParser):
    """The definition list of a page that says what went wrong."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tag = ""
        self.texts: list[str] = []
        self.feed(text)
        self.values = dict(zip(self.texts[::2], self.texts[1::2], strict=True))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        if tag in ("dt", "dd"):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.tag in ("dt", "dd"):
            self.texts[-1] += data


def changed(url: str, **values: str | None) -> str:
    """A URL with members of its query replaced or (None) left out."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **values}
    kept = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urlencode(kept)).geturl()


def member(url: str, name: str) -> str:
    return dict(parse_qsl(urlsplit(url).query))[name]


@dataclass
class Browser:
    """One browser and its user."""

    site: str
    session: requests.Session = field(repr=False)
    username: str = ANN

    def get(self, url: str, **more: Any) -> requests.Response:
        """A page, without following redirects."""
        return self.session.get(urljoin(self.site, url), timeout=60, allow_redirects=False, **more)

    def begin(self) -> str:
        """The address at the identity provider that the web experience sends to."""
        answer = self.get("sign-in")
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def answer_of(self, url: str) -> requests.Response:
        """The identity provider's answer: a redirect to the callback, or a page. Signs in where that is asked for."""
        answer = self.get(url)
        form = Form(answer.text)
        if "passcode" in form.fields:
            fields = {**form.fields, "identifier": self.username, "passcode": PASSWORD}
            answer = self.session.post(form.action, data=fields, timeout=60, allow_redirects=False)
        while answer.is_redirect and not answer.headers["Location"].startswith(self.site):
            answer = self.get(urljoin(answer.url, answer.headers["Location"]))
        return answer

    def callback_url(self, url: str = "") -> str:
        """Where the identity provider sends the browser, with the code."""
        answer = self.answer_of(url or self.begin())
        assert answer.is_redirect, answer.text
        return answer.headers["Location"]

    def sign_in(self) -> requests.Response:
        return self.get(self.callback_url())

    def chat(self, message: str = QUESTION) -> requests.Response:
        return self.session.post(urljoin(self.site, "api/chat"), json={"message": message}, timeout=60)


@dataclass
class OidcSite:
    """The cloud with a federated application."""

    sandbox: Sandbox
    sample: Sample
    clients: Clients
    _sessions: list[requests.Session] = field(default_factory=list)

    def browser(self, username: str = ANN) -> Browser:
        """A new browser without a cookie."""
        session = requests.Session()
        session.trust_env = False
        session.proxies = {"https": self.sandbox.proxy.url}
        session.verify = str(self.sandbox.ca_file)
        self._sessions.append(session)
        return Browser(self.sample.url, session, username)

    def without(self, *checks: str) -> None:
        self.sandbox.cloud.settings.disabled_checks = set(checks)

    def operations(self) -> list[tuple[str, str, int]]:
        return [(entry.service, entry.operation, entry.status) for entry in self.sandbox.cloud.log.since()]

    def add_user(self, username: str) -> None:
        """Another person who is assigned to the application."""
        profile = {"firstName": "Mal", "lastName": "Ory", "login": username, "email": username}
        body = {"profile": profile, "credentials": {"password": {"value": PASSWORD}}}
        user = self.clients.call_okta("POST", "/api/v1/users?activate=true", body)
        path = f"/api/v1/apps/{self.sample.okta_app_id}/users"
        self.clients.call_okta("POST", path, {"id": user["id"], "scope": "USER"})

    def trust(self, role: str, change: Callable[[str], str]) -> None:
        """Change a role's trust policy, as text."""
        iam = self.clients.aws("iam")
        document = json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=change(document))

    def policy(self, role: str, keep: Callable[[Mapping[str, Any]], bool]) -> None:
        """Keep only some statements of a role's policy."""
        iam = self.clients.aws("iam")
        document = iam.get_role_policy(RoleName=role, PolicyName="chat")["PolicyDocument"]
        document["Statement"] = [item for item in document["Statement"] if keep(item)]
        iam.put_role_policy(RoleName=role, PolicyName="chat", PolicyDocument=json.dumps(document))


@contextmanager
def oidc_site(sandbox: Sandbox) -> Iterator[OidcSite]:
    """A freshly federated application in a cloud that is already running."""
    sandbox.cloud.reset()
    environment = sandbox.environment()
    sample = federate_oidc(environment)
    sandbox.cloud.log.clear()
    site = OidcSite(sandbox, sample, Clients(environment))
    try:
        yield site
    finally:
        for session in (*site._sessions, site.clients.okta):
            session.close()

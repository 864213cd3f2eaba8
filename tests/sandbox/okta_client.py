# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of the embedded org for the tests: plain requests, a cookie jar, a parser of the pages."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import requests
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.okta.room import OktaRoom
from qbusiness_sandbox.sample import sign_on
from qbusiness_sandbox.testing import serving

PASSWORD = "Correct-horse-1"
JANE = "jane.doe@example.com"

SIGN_ON = sign_on("https://web.example.com/saml")


class Form(HTMLParser):
    """The forms of a page: action and named inputs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = values.get("action", "")
        if tag == "input" and values.get("name"):
            self.fields[values["name"]] = values.get("value", "")


@dataclass
class Client:
    """An administrator of the org, and a browser."""

    url: str
    room: OktaRoom
    browser: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        token = self.room.cloud.administrator.okta_api_token
        return requests.request(method, self.url + path, headers={"Authorization": f"SSWS {token}"}, timeout=30, **more)

    def new_app(self, **changes: Any) -> dict[str, Any]:
        body = {"label": "Example", "signOnMode": "SAML_2_0", "settings": {"signOn": {**SIGN_ON, **changes}}}
        answer = self.call("POST", "/api/v1/apps", json=body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def sso_url(self, app: dict[str, Any]) -> str:
        text = self.call("GET", f"/api/v1/apps/{app['id']}/sso/saml/metadata").text
        match = re.search(r'SingleSignOnService [^>]*Location="([^"]+)"', text)
        assert match
        return match[1]

    def assign(self, app: dict[str, Any], login: str = JANE) -> None:
        user = self.call("GET", f"/api/v1/users/{login}").json()
        answer = self.call("POST", f"/api/v1/apps/{app['id']}/users", json={"id": user["id"], "scope": "USER"})
        assert answer.status_code == 200, answer.text

    def authenticate(self, login: str = JANE, password: str = PASSWORD) -> requests.Response:
        body = {"username": login, "password": password}
        return self.browser.post(f"{self.url}/api/v1/authn", json=body, timeout=30)

    def sign_in(self, login: str = JANE) -> None:
        token = self.authenticate(login).json()["sessionToken"]
        parameters = {"token": token, "redirectUrl": f"{self.url}/app/UserHome"}
        answer = self.browser.get(f"{self.url}/login/sessionCookieRedirect", params=parameters, timeout=30)
        assert "My Apps" in answer.text

    def saml(self, app: dict[str, Any], **parameters: str) -> tuple[Form, bytes]:
        """The form of the application's page and the response in it."""
        page = self.browser.get(self.sso_url(app), params=parameters, timeout=30)
        form = Form(page.text)
        assert "SAMLResponse" in form.fields, (page.status_code, page.text)
        return form, base64.b64decode(form.fields["SAMLResponse"], validate=True)


@contextmanager
def org(**options: Any) -> Iterator[Client]:
    """A running org with the user Jane in the group ``aws-users``."""
    cloud = Cloud()
    room = OktaRoom(cloud)
    cloud.settings.options.update(options)
    with serving(cloud, {"okta": room}) as running:
        room.seed(
            {
                "users": [
                    {"login": JANE, "password": PASSWORD, "firstName": "Jane", "lastName": "Doe", "city": "Bern"},
                ],
                "groups": [{"name": "aws-users", "members": [JANE]}, {"name": "other", "members": [JANE]}],
            }
        )
        yield Client(running.urls["okta"], room)

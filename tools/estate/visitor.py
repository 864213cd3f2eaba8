# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A browser without scripts: follows redirects, fills in Okta's sign-in form, posts what the pages post themselves."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

#: Pages after which a way that does not end is given up.
_STEPS = 20


class Form(HTMLParser):
    """The form of a page: action and named inputs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = values.get("action", "")
        if tag == "input" and values.get("name"):
            self.fields[values["name"]] = values.get("value", "")


class Visitor:
    """One person before one browser."""

    def __init__(self, environment: Mapping[str, str], login: str, password: str) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.proxies = {"https": environment["HTTPS_PROXY"]}
        self.session.verify = environment["REQUESTS_CA_BUNDLE"]
        self._credentials = {"identifier": login, "passcode": password}

    def go(self, url: str, until: str = "") -> requests.Response:
        """Follow the way from ``url`` to its end, or to the first redirect or form that leads to ``until``; sign in
        once where Okta asks for it."""
        answer, asked = self._get(url), False
        for _step in range(_STEPS):
            if answer.is_redirect:
                target = urljoin(answer.url, answer.headers["Location"])
                if until and target.startswith(until):
                    return answer
                answer = self._get(target)
                continue
            form = Form(answer.text)
            if "passcode" in form.fields and not asked:
                asked = True
                answer = self._post(urljoin(answer.url, form.action), {**form.fields, **self._credentials})
            elif "SAMLResponse" in form.fields and not (until and form.action.startswith(until)):
                answer = self._post(form.action, form.fields)
            else:
                return answer
        return answer

    def ask(self, site: str, question: str) -> requests.Response:
        return self.session.post(urljoin(site, "api/chat"), json={"message": question}, timeout=60)

    def _get(self, url: str) -> requests.Response:
        return self.session.get(url, allow_redirects=False, timeout=60)

    def _post(self, url: str, fields: Mapping[str, str]) -> requests.Response:
        # A form's answer at another host is read as a browser reads it, its origin included.
        headers = {"Origin": f"https://{urlsplit(url).hostname}"} if url.endswith("/sign-out") else {}
        return self.session.post(url, data=fields, headers=headers, allow_redirects=False, timeout=60)

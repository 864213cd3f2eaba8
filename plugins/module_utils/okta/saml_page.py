# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that a browser meets on the way through Okta: the form with the SAML response, and what comes instead.

The source of their marks stands beside their causes (``cause_rows/okta.py``); the status alone decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from .. import causes
from ..errors import LayerError


@dataclass(frozen=True)
class SamlForm:
    """What the page would post. ``saml_response``: base64, unchanged; a bearer credential, never to be shown."""

    action: str
    saml_response: str = field(repr=False)
    relay_state: str = field(repr=False)


@dataclass
class _Form:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]


class _Page(HTMLParser):
    """Forms with their named inputs, title, first headline, and the ids and classes that tell pages apart."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self.marks: set[str] = set()
        self.title = ""
        self.headline = ""
        self._inside = ""
        self._open: _Form | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.marks.update(f"{values.get('id', '')} {values.get('class', '')}".split())
        if tag == "form":
            self._open = _Form(values.get("action", ""))
            self.forms.append(self._open)
        elif tag == "input" and self._open is not None and values.get("name"):
            self._open.fields.append((values["name"], values.get("value", "")))
        if (tag == "title" and not self.title) or (tag == "h1" and not self.headline):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside == "h1":
            self.headline += data


def headline(text: str) -> str:
    """What a page calls itself, as a short line."""
    return _heading(_Page(text))


def _heading(page: _Page) -> str:
    return " ".join((page.headline or page.title).split())[:120]


def read_form(text: str, status: int) -> SamlForm:
    """The form with the SAML response.

    :param text: the page
    :param status: its HTTP status
    :raises LayerError: any other page, with its meaning
    """
    page = _Page(text)
    forms = [form for form in page.forms if form.values("SAMLResponse")]
    if len(forms) == 1 and len(forms[0].values("SAMLResponse")) == 1:
        relay = forms[0].values("RelayState")
        return SamlForm(forms[0].action, forms[0].values("SAMLResponse")[0], relay[0] if relay else "")
    if forms:
        raise causes.error("page.two_responses")
    raise _meaning(page, text, status)


def _meaning(page: _Page, text: str, status: int) -> LayerError:
    """What a page without the form says."""
    heading = f"{page.title} {page.headline}"
    values: dict[str, Any] = {}
    if re.search(r"app not assigned", heading, re.IGNORECASE) or "not assigned this app" in text:
        key = "not_assigned"
    elif re.search(r"app access locked", heading, re.IGNORECASE):
        key = "denied"
    elif any(form.values("SAMLRequest") for form in page.forms):
        key = "other_provider"
    elif "password-verification-challenge" in page.marks:
        key = "password_again"
    elif "Extra Verification" in page.title:
        key = "extra_verification"
    elif "okta-sign-in" in page.marks or "var stateToken" in text or "oktaData" in text:
        key = "sign_in"
    elif status == 404:
        key = "not_found"
    elif status == 400:
        key, values = "bad_request", {"heading": _heading(page) or "HTTP 400"}
    else:
        key, values = "other", {"status": status, "heading": _heading(page) or "no title"}
    return causes.error(f"page.{key}", **values)

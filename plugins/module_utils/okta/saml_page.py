# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that a browser meets on the way through Okta: the form with the SAML response, and what comes instead.

The marks of the pages are those of saved real pages and of clients that have read them for years (okta-awscli,
okta-aws-cli-assume-role, tokendito, gimme-aws-creds, saml2aws); the status alone decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ..errors import LayerError

ASSIGNMENT = "okta_assignment"
FORM = "saml_form"

#: What a password-only sign-in needs, on both engines.
PASSWORD_ONLY = (
    "Give this user a password-only rule in the org's sign-on policy (Identity Engine: global session policy) and in "
    "the app's sign-in policy, limited to this controller's network zone, or pass saml_response from outside."
)


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


def _line(text: str) -> str:
    """A text of a page as a short line."""
    return " ".join(text.split())[:120]


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
        raise LayerError(
            FORM,
            "Okta's page has more than one SAMLResponse.",
            "Look at sso_url: it should be the Location of SingleSignOnService in the app's metadata.",
        )
    raise _meaning(page, text, status)


def _meaning(page: _Page, text: str, status: int) -> LayerError:
    """What a page without the form says."""
    heading = f"{page.title} {page.headline}"
    if re.search(r"app not assigned", heading, re.IGNORECASE) or "not assigned this app" in text:
        return LayerError(
            ASSIGNMENT,
            "The user is not assigned to the app in Okta, or the assignment is in error.",
            "Assign the user, or a group that the user is in, to the app and check the assignment's status.",
        )
    if re.search(r"app access locked", heading, re.IGNORECASE):
        return LayerError(
            ASSIGNMENT,
            "The app's sign-in policy denies this user.",
            "Look at the rules of the app's sign-in policy: one that says Denied applies to this user.",
        )
    if any(form.values("SAMLRequest") for form in page.forms):
        return LayerError(
            FORM,
            "Okta sends the user on to another identity provider.",
            "Use a test user whom no routing rule sends elsewhere, or pass saml_response from outside.",
        )
    if "password-verification-challenge" in page.marks:
        return LayerError(
            FORM,
            "The app's sign-in policy asks for the password again.",
            "Set the rule's re-authentication frequency to two minutes or more.",
        )
    if "Extra Verification" in page.title:
        return LayerError(FORM, "The app's sign-on policy asks the user for a second factor.", PASSWORD_ONLY)
    if "okta-sign-in" in page.marks or "var stateToken" in text or "oktaData" in text:
        return LayerError(
            FORM,
            "Okta shows its sign-in page instead of the app: the app's sign-in policy wants more than the password, or "
            "asks for it every time.",
            PASSWORD_ONLY + " Re-authentication every time is hit and miss; two minutes or more work.",
        )
    if status == 404:
        return LayerError(
            FORM,
            "Okta knows no active app at this URL.",
            "Compare sso_url with the Location of SingleSignOnService in the app's metadata, and see that the app is "
            "ACTIVE and of this org.",
        )
    if status == 400:
        return LayerError(
            FORM,
            f"Okta refuses the request ({_line(page.headline or page.title) or 'HTTP 400'}).",
            "With saml_request, compare its AssertionConsumerServiceURL or index, its issuer and its signature with "
            "the app's settings; without, check sso_url.",
        )
    return LayerError(
        FORM,
        f"Okta answers HTTP {status} with a page without a SAML response"
        f" ({_line(page.headline or page.title) or 'no title'}).",
        "Open sso_url in a browser as this user and see what it shows.",
    )

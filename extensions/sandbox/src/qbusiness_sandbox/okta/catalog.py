# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Application templates: what a name that is not custom brings with it.

The entries say what was recorded of a template or what Okta's API reference shows of it; any other name is taken as a
template with one link ``login`` and no fields of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

DEFAULT_LOGO = "/assets/img/logos/default.6770228fb0dab49a1695ef440a5279bb.png"
_BOOKMARK_LOGO = "/assets/img/logos/bookmark-app.b81c03e2607468e5b5f9c9351c99313e.png"


@dataclass(frozen=True)
class Template:
    """``fields``: template parameters that are answered even when they were not sent; ``embed``: the last part of the
    embed link (a number for templates); ``logo``: path at the content network; ``mode``: sign-on mode if none is sent;
    ``required``: template parameters that must be sent; ``help``: the kind of help page, if any."""

    links: tuple[str, ...] = ("login",)
    fields: dict[str, Any] = field(default_factory=dict)
    embed: str = ""
    logo: str = ""
    mode: str = ""
    required: tuple[str, ...] = ()
    name_formats: tuple[str, ...] = ("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",)
    help: str = "external-doc"


TEMPLATES: dict[str, Template] = {
    "bookmark": Template(
        fields={"requestIntegration": False},
        embed="2557",
        logo=_BOOKMARK_LOGO,
        mode="BOOKMARK",
        required=("url",),
        help="",
    ),
    "template_basic_auth": Template(mode="BASIC_AUTH", required=("url", "authURL"), logo=DEFAULT_LOGO, help=""),
    # The parameters of the templates below are those of Okta's Apps API reference; the ones not sent come back null.
    "template_swa": Template(
        fields=dict.fromkeys(
            ("buttonField", "checkbox", "loginUrlRegex", "passwordField", "redirectUrl", "usernameField")
        ),
        mode="BROWSER_PLUGIN",
        required=("url",),
        logo=DEFAULT_LOGO,
        help="",
    ),
    "template_swa3field": Template(
        fields=dict.fromkeys(
            (
                "buttonSelector",
                "extraFieldSelector",
                "extraFieldValue",
                "loginUrlRegex",
                "passwordSelector",
                "targetURL",
                "userNameSelector",
            )
        ),
        mode="BROWSER_PLUGIN",
        logo=DEFAULT_LOGO,
        help="",
    ),
    "template_sps": Template(
        fields=dict.fromkeys(
            (
                "usernameField",
                "passwordField",
                "optionalField1",
                "optionalField1Value",
                "optionalField2",
                "optionalField2Value",
                "optionalField3",
                "optionalField3Value",
            )
        ),
        mode="SECURE_PASSWORD_STORE",
        required=("url",),
        logo=DEFAULT_LOGO,
        help="",
    ),
    "template_wsfed": Template(mode="WS_FEDERATION", logo=DEFAULT_LOGO, help=""),
    "oidc_client": Template(
        links=("oidc_client_link",), embed="aln177a159h7Zf52X0g8", logo=DEFAULT_LOGO, mode="OPENID_CONNECT", help=""
    ),
    "pagerduty": Template(fields={"adminUserId": None}, embed="3107"),
    "sharepoint_onpremise": Template(
        fields={"attributeStatements": None},
        embed="3601",
        name_formats=(
            "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
            "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        ),
    ),
    "zoomus": Template(fields={"audience_uri": None, "acs_url": None}),
}

_UNKNOWN = Template()


def template_of(name: str) -> Template:
    return TEMPLATES.get(name, _UNKNOWN)


def refusals(name: str, parameters: dict[str, Any]) -> list[str]:
    """Reasons why a template is not ready to be made into an app, as causes of E0000001 on ``settings``."""
    if (
        name == "office365"
        and parameters.get("wsFedConfigureType") == "AUTO"
        and not parameters.get("requireAdminConsent")
    ):
        return ["In order to continue using WS-FED Auto for SSO, you must grant admin consent."]  # recorded
    return []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web experiences.

Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/customizing-web-experience-themes.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..compare import same_unordered, same_unordered_by
from ..placeholder import MARK
from ..resource import State
from . import losses
from .initially import ADOPT_SINGLE, Adopted, naming
from .table import ServiceResource, Spec

#: Options and endings that the service takes, by member. Source: the service model's patterns.
FILES = {
    "customCSSUrl": ("custom_css_url", (".css",)),
    "logoUrl": ("logo_url", (".svg", ".png")),
    "fontUrl": ("font_url", (".ttf", ".woff", ".woff2", ".otf")),
    "faviconUrl": ("favicon_url", (".svg", ".ico")),
}
#: The path at which a web experience takes the assertion.
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam.html
SAML_PATH = "saml"
#: The path at which it takes the authorization code.
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html, step 4.8
OIDC_PATH = "authorization-code/callback"
PENDING = "PENDING_AUTH_CONFIG"


def same_extensions(wanted: Any, current: Any) -> bool:
    """The enabled extensions are a set."""
    return same_unordered(
        (wanted or {}).get("enabledBrowserExtensions"), (current or {}).get("enabledBrowserExtensions")
    )


def carry_customization(current: Any, wanted: Any) -> dict[str, str]:
    """All four are sent, those that were not given as they are: whether an omitted one survives is not documented."""
    return {member: str({**(current or {}), **wanted}.get(member) or "") for member in FILES}


def bare_origin(origin: Any) -> str:
    """An origin has no path, so a trailing slash says nothing."""
    return str(origin).rstrip("/")


def bare_origins(origins: Any) -> list[str]:
    return [bare_origin(origin) for origin in origins]


def at_rest(state: State) -> bool:
    """``PENDING_AUTH_CONFIG`` is where one rests whose sign-in is not set up (AWS's CloudFormation handler takes it for
    stable just when there is no role); with role and provider it is on its way."""
    complete = bool(state.get("roleArn") and state.get("identityProviderConfiguration"))
    return state.get("status") == "ACTIVE" or (state.get("status") == PENDING and not complete)


def _file_faults(member: str, url: str) -> Iterator[str]:
    """What is wrong with one file of the theme. An empty text clears it."""
    name, endings = FILES[member]
    option = f"customization_configuration.{name}"
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc}{parts.path}"  # a query may hold a signature
    if parts.query or parts.fragment:
        yield f"{option}: {shown!r} carries a query; the service takes none, so a presigned URL is impossible"
    elif parts.scheme not in ("http", "https") or not parts.netloc:
        yield f"{option}: {url!r} is no URL; right would be https://host/path{endings[0]}"
    elif not parts.path.endswith(endings):
        yield f"{option}: {shown!r} must end in {' or '.join(endings)}"


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    for member, url in (wanted.get("customizationConfiguration") or {}).items():
        if url and member in FILES:
            yield from _file_faults(member, str(url))
    for number, origin in enumerate(wanted.get("origins") or []):
        parts = urlsplit(bare_origin(origin))
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
            yield f"origins[{number}]: {origin!r} is no origin; right would be https://intranet.example.com"
    extensions = (wanted.get("browserExtensionConfiguration") or {}).get("enabledBrowserExtensions")
    provider = wanted.get("identityProviderConfiguration") or (current or {}).get("identityProviderConfiguration") or {}
    if extensions and "samlConfiguration" in provider:
        # Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/browser-extensions.html
        yield (
            f"browser_extension_configuration.enabled_browser_extensions: {', '.join(extensions)} cannot be used here: "
            "the browser extension does not support people who sign in by SAML; it needs an application with OIDC"
        )


def _predict(_ids: Mapping[str, str], wanted: Mapping[str, Any]) -> dict[str, Any]:
    complete = wanted.get("roleArn") and wanted.get("identityProviderConfiguration")
    return {"status": "ACTIVE" if complete else PENDING}


def _facts(state: State) -> dict[str, str]:
    endpoint = str(state.get("defaultEndpoint") or "")
    base = endpoint.rstrip("/")
    return {
        "default_endpoint": endpoint,
        "saml_acs_url": f"{base}/{SAML_PATH}" if base else "",
        "oidc_redirect_uri": f"{base}/{OIDC_PATH}" if base else "",
    }


def _removal_loss(_resource: ServiceResource, current: State) -> list[str]:
    return [losses.web_experience(current)]


WEB_EXPERIENCE = Spec(
    noun="web_experience",
    kind="WebExperience",
    id_member="webExperienceId",
    arn_member="webExperienceArn",
    arn_path="application/{applicationId}/web-experience/{webExperienceId}",
    parents=("applicationId",),
    list_operation="ListWebExperiences",
    list_key="webExperiences",
    page_size=100,
    name_member="",
    ready=at_rest,
    comparators={
        "origins": same_unordered_by(bare_origin),
        "browserExtensionConfiguration": same_extensions,
    },
    carry={"customizationConfiguration": carry_customization},
    sent={"origins": bare_origins},
    checks=_checks,
    predict=_predict,
    facts=_facts,
    removal_loss=_removal_loss,
)


class WebExperience(Adopted):
    """A planned one has a planned URL."""

    def predicted(self, current: State | None) -> State:
        state = dict(super().predicted(current))
        state.setdefault("defaultEndpoint", f"https://{MARK}.chat.qbusiness.{self.aws.region}.on.aws/")
        return state


def _texts(*names: str) -> dict[str, Any]:
    return {name: {"type": "str"} for name in names}


OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "web_experience_id": {"type": "str"},
    **_texts("title", "subtitle", "welcome_message", "role_arn"),
    "sample_prompts_control_mode": {"type": "str", "choices": ["ENABLED", "DISABLED"]},
    "origins": {"type": "list", "elements": "str"},
    "identity_provider_configuration": {
        "type": "dict",
        "options": {
            "saml_configuration": {
                "type": "dict",
                "options": {"authentication_url": {"type": "str", "required": True}},
            },
            "open_id_connect_configuration": {
                "type": "dict",
                "options": {
                    "secrets_arn": {"type": "str", "no_log": False},
                    "secrets_role": {"type": "str", "no_log": False},
                },
            },
        },
        "mutually_exclusive": [("saml_configuration", "open_id_connect_configuration")],
    },
    "browser_extension_configuration": {
        "type": "dict",
        "options": {
            "enabled_browser_extensions": {
                "type": "list",
                "elements": "str",
                "choices": ["FIREFOX", "CHROME"],
                "required": True,
            }
        },
    },
    "customization_configuration": {
        "type": "dict",
        "options": _texts("custom_css_url", "logo_url", "font_url", "favicon_url"),
    },
}
OPTIONS |= naming(OPTIONS, "application_id", "web_experience_id") | ADOPT_SINGLE

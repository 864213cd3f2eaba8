# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Web experiences. Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/customizing-web-experience-themes.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..compare import same_unordered, same_unordered_by
from ..placeholder import MARK
from ..resource import State
from .table import ServiceResource, Spec

#: Endings that the service takes, by member. Source: the service model's patterns.
ENDINGS = {
    "customCSSUrl": (".css",),
    "logoUrl": (".svg", ".png"),
    "fontUrl": (".ttf", ".woff", ".woff2", ".otf"),
    "faviconUrl": (".svg", ".ico"),
}
_OPTION = {
    "customCSSUrl": "custom_css_url",
    "logoUrl": "logo_url",
    "fontUrl": "font_url",
    "faviconUrl": "favicon_url",
}


def same_extensions(wanted: Any, current: Any) -> bool:
    """The enabled extensions are a set."""
    return same_unordered(
        (wanted or {}).get("enabledBrowserExtensions"), (current or {}).get("enabledBrowserExtensions")
    )


def carry_customization(current: Any, wanted: Any) -> dict[str, str]:
    """All four are sent, those that were not given as they are: whether an omitted one survives is not documented."""
    return {member: str({**(current or {}), **wanted}.get(member) or "") for member in ENDINGS}


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    for member, url in (wanted.get("customizationConfiguration") or {}).items():
        option = f"customization_configuration.{_OPTION.get(member, member)}"
        if url and "?" in url:
            yield f"{option}: {url.partition('?')[0]!r} carries a query; the service takes none, so presigned URLs are impossible"
        elif url and not url.endswith(ENDINGS.get(member, ("",))):
            yield f"{option}: {url!r} must end in {' or '.join(ENDINGS[member])}"
    extensions = (wanted.get("browserExtensionConfiguration") or {}).get("enabledBrowserExtensions")
    provider = wanted.get("identityProviderConfiguration") or (current or {}).get("identityProviderConfiguration") or {}
    if extensions and "samlConfiguration" in provider:
        yield (
            f"browser_extension_configuration.enabled_browser_extensions: {', '.join(extensions)} cannot be used here: the browser "
            "extension does not support people who sign in by SAML; it needs OIDC"
        )


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
    # PENDING_AUTH_CONFIG is where one without a role comes to rest (AWS's CloudFormation handler takes it for stable).
    ready=frozenset({"ACTIVE", "PENDING_AUTH_CONFIG"}),
    comparators={
        "origins": same_unordered_by(lambda origin: str(origin).rstrip("/")),
        "browserExtensionConfiguration": same_extensions,
    },
    carry={"customizationConfiguration": carry_customization, "browserExtensionConfiguration": lambda _c, w: w},
    checks=_checks,
    predict=lambda _ids, _wanted: {},
    removal_loss=lambda current: [
        f"web experience {current.get('webExperienceId')} with its URL {current.get('defaultEndpoint')}"
    ],
)


class WebExperience(ServiceResource):
    """A web experience answers its URL, and the URL to which Okta sends the assertion."""

    def _members(self, options: Mapping[str, Any]) -> dict[str, Any]:
        members = super()._members(options)
        if members.get("origins"):
            members["origins"] = [str(origin).rstrip("/") for origin in members["origins"]]
        return members

    def predicted(self, current: State | None) -> State:
        state = dict(super().predicted(current))
        state.setdefault("defaultEndpoint", f"https://{MARK}.chat.qbusiness.{self.aws.region}.on.aws/")
        return state

    def identity(self, state: State) -> dict[str, Any]:
        endpoint = str(state.get("defaultEndpoint") or "")
        return {
            **super().identity(state),
            "default_endpoint": endpoint,
            "saml_acs_url": f"{endpoint.rstrip('/')}/saml" if endpoint else "",
        }


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
                    "secrets_arn": {"type": "str", "required": True, "no_log": False},
                    "secrets_role": {"type": "str", "required": True, "no_log": False},
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

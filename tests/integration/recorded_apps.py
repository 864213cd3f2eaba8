# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps whose request is known too, and that request as options of ``okta_app``.

They are those of real orgs where recordings are provided, and those of ``own_apps.py`` everywhere. The names come from
the module's own tables. A member of a request that is no option has to stand in :data:`NOT_OPTIONS`, or the translation
fails.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import recordings
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import app_document
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.names import option_of
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.oidc_settings import FRONT_CHANNEL
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.protocols import PROTOCOLS

Json = dict[str, Any]
NOT_OPTIONS = {
    "name": "generated, or the template's; it never changes",
    "signOnMode": "sign_on_mode, which is given for every app",
    "credentials.signing": "the key is rotated by signing_key, and is otherwise Okta's",
    "credentials.oauthClient.client_secret": "never sent",
    "settings.app": "parameters of a template of Okta's catalog",
    "settings.oauthClient.network": "from which networks a client may ask is left as it is",
    "settings.implicitAssignment": "federation broker mode is left as it is",
    "settings.manualProvisioning": "provisioning is left as it is",
    **{
        f"settings.signOn.{name}Override": "sent so that the statements change; custom apps drop it"
        for name in ("ssoAcsUrl", "audience", "recipient", "destination")
    },
}


@dataclass(frozen=True)
class Recorded:
    """An app: what was sent, and what the org answered."""

    name: str
    pipeline: str
    body: Json
    answer: Json
    hooks: list[Json]

    @property
    def app_id(self) -> str:
        return str(self.answer["id"])

    @property
    def mode(self) -> str:
        return str(self.answer["signOnMode"])

    @property
    def features(self) -> Json:
        """What the org's release answers; see the embedded org's options."""
        logout = self.answer.get("universalLogout", "absent")
        settings = self.answer["settings"]
        return {
            "universal_logout": "null" if logout is None else logout if logout == "absent" else "object",
            "em_opt_in": "emOptInStatus" in settings,
            "front_channel_logout": "participate_slo" in settings.get("oauthClient", {}),
        }


def recorded() -> list[Recorded]:
    """Return every successful POST and PUT of a SAML 2.0 or OpenID Connect app whose body was recorded; none where no
    recordings are provided, which is the one skip of ``tests/contract/test_okta_recordings.py``."""
    folder = recordings.folder()
    files = [] if folder is None else recordings.files(folder)
    return [app for path in files for app in _of(path.stem, json.loads(path.read_text()))]


def _of(scenario: str, data: Json) -> Iterator[Recorded]:
    hooks: list[Json] = []
    for interaction in data["interactions"]:
        request, response = interaction["request"], interaction["response"]
        body, answer = request["body"], response["body"]
        if request["method"] not in ("POST", "PUT") or response["status"] >= 300 or not isinstance(answer, dict):
            continue
        if request["path"] == "/api/v1/inlineHooks":
            hooks.append(answer)
        if isinstance(body, dict) and answer.get("signOnMode") in PROTOCOLS:
            name = f"{scenario}-{interaction['index']}-{request['method']}"
            yield Recorded(name, data.get("org_pipeline") or "idx", body, answer, list(hooks))


# -- a request as options ---------------------------------------------------------------------------------------------


def options_of(app: Recorded) -> Json:
    """The options that say what the request said."""
    options: Json = {"sign_on_mode": app.mode, "status": app.answer["status"]}
    for path, value in _members(app.body):
        parent, _dot, member = path.rpartition(".")
        if parent in ("settings.signOn", "settings.oauthClient", "credentials.oauthClient"):
            for option, found in _setting(app, path, member, value).items():
                # what stands in several members is one structure
                options[option] = {**options[option], **found} if option in options else found
        elif path == "label":
            options["label"] = value
        else:
            option = option_of(member)
            options[option] = _structure(app_document.OPTIONS[option]["options"], value)
    if "attribute_statements" in options:
        options["purge_attribute_statements"] = True
    return options


def _members(body: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The members that are or may be options, with their paths."""
    for name, value in body.items():
        here = f"{path}{name}"
        if here in ("settings", "credentials", "settings.signOn", "settings.oauthClient", "credentials.oauthClient"):
            yield from _members(value, f"{here}.")
        elif here not in NOT_OPTIONS:
            yield here, value


def _structure(spec: Mapping[str, Any], value: Mapping[str, Any]) -> Json:
    """A structure by the module's own argument spec; null is an empty text there."""
    found: Json = {}
    for name, item in value.items():
        option = option_of(name)
        inner = spec[option].get("options")
        found[option] = _structure(inner, item) if inner else "" if item is None else copy.deepcopy(item)
    return found


def _setting(app: Recorded, path: str, member: str, value: Any) -> Json:
    protocol, option = PROTOCOLS[app.mode], option_of(member)
    if not protocol.own_definition(app.answer) and option not in protocol.CATALOG:
        return {}  # sent all the same by the one who was recorded; its template sets it
    if member in FRONT_CHANNEL.values():
        return {"frontchannel_logout": {name: value for name, other in FRONT_CHANNEL.items() if other == member}}
    if option not in protocol.SETTINGS:
        raise AssertionError(f"{path} is no option, and does not stand in NOT_OPTIONS")
    spec = protocol.OPTIONS[option]
    if option == "sp_certificate":
        return {option: value["x5c"][0]}
    if option == "inline_hooks":
        return {option: [hook["id"] for hook in value]}
    if spec["type"] == "list" and "options" in spec:
        return {option: [_structure(spec["options"], item) for item in value]}
    if "options" in spec:
        return {option: _structure(spec["options"], value)}
    return {option: "" if value is None else copy.deepcopy(value)}


# -- one changed setting ----------------------------------------------------------------------------------------------

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ELSEWHERE = "https://changed.example.com/somewhere"


def settings_of(options: Mapping[str, Any]) -> Iterator[str]:
    """The settings that can be changed one by one: ``audience``, ``visibility.hide.ios``."""
    for option, value in options.items():
        if option in app_document.OPTIONS:
            yield from _leaves(option, value)
        elif option not in ("sign_on_mode", "status") and not option.startswith("purge_"):
            yield option


def _leaves(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and not path.endswith("app_links"):
        for name, item in value.items():
            yield from _leaves(f"{path}.{name}", item)
    else:
        yield path


def with_changed(options: Mapping[str, Any], setting: str, certificate: str) -> Json:
    """The options with another value of one setting.

    :param certificate: another one than any recorded, as base64
    """
    changed = copy.deepcopy(dict(options))
    *parents, last = setting.split(".")
    spec: Mapping[str, Any] = {**PROTOCOLS[options["sign_on_mode"]].OPTIONS, **app_document.OPTIONS, "label": {}}
    place = changed
    for name in parents:
        place, spec = place[name], spec[name]["options"]
    place[last] = certificate if last == "sp_certificate" else _other(setting, spec[last], place[last])
    return changed


def _other(setting: str, spec: Mapping[str, Any], value: Any) -> Any:
    special = {
        "user_name_template.type": lambda: "NONE",
        "client_id": lambda: f"{value}x",
        "grant_types": lambda: [*value, DEVICE],
        "response_types": lambda: value[:-1] if len(value) > 1 else [*value, "token"],
        "redirect_uris": lambda: [*value, ELSEWHERE],
        "token_endpoint_auth_method": lambda: (
            "client_secret_post" if value == "client_secret_basic" else "client_secret_basic"
        ),
        # its mode would need an address besides
        "idp_initiated_login": lambda: {**value, "default_scope": ["openid"]},
        "frontchannel_logout": lambda: {**value, "uri": ELSEWHERE},
        "jwks": lambda: {"keys": [{**value["keys"][0], "kid": "another"}, *value["keys"][1:]]},
        "slo": lambda: {"issuer": "urn:sp", **value, "enabled": True, "logout_url": ELSEWHERE},
        "acs_endpoints": lambda: [*value, {"url": ELSEWHERE, "index": 7}],
        "attribute_statements": lambda: [*value, {"name": "changed", "values": ["user.city"]}],
        "inline_hooks": list,
        "visibility.app_links": lambda: {name: not shown for name, shown in value.items()},
    }
    if setting in special:
        return special[setting]()
    if spec.get("type") == "bool":
        return not value
    if "choices" in spec:
        choices = spec["choices"]
        return choices[(choices.index(value) + 1) % len(choices)]
    return ELSEWHERE if str(value).startswith("http") or "url" in setting else f"{value} changed".strip()


def goes_not_alone(options: Mapping[str, Any], setting: str) -> bool:
    """Whether another value of this setting contradicts one that the request names besides, or leaves out."""
    if setting in ("response_signed", "assertion_signed"):
        return bool(options[setting]) and not (options["response_signed"] and options["assertion_signed"])
    if setting == "allow_multiple_acs_endpoints":
        return bool(options[setting] and options.get("acs_endpoints"))
    if setting == "slo":
        return not options["slo"]["enabled"] and "sp_certificate" not in options
    if setting == "saml_signed_request_enabled":
        return not options[setting] and "sp_certificate" not in options
    if setting == "wildcard_redirect":
        return any("*" in uri for uri in options.get("redirect_uris", []))
    if setting == "response_types":
        return options[setting] == ["code"] and "client_credentials" not in options["grant_types"]
    return False


# -- what differs -----------------------------------------------------------------------------------------------------

_PLACES = (
    "settings.sign_on.",
    "settings.oauth_client.",
    "credentials.oauth_client.",
    "settings.notes.",
    "credentials.user_name_template.",
)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The settings in which two answered apps differ, as :func:`settings_of` names them; other members by their path.

    Members may be spelled as Okta does, or as the module answers them.
    """
    left, right = dict(_flat("", before)), dict(_flat("", after))
    absent = object()
    paths = {path for path in (*left, *right) if left.get(path, absent) != right.get(path, absent)}
    return {_setting_at(path) for path in paths}


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            kept = path.endswith("app_links.")
            yield from _flat(f"{path}{name if kept else option_of(name)}.", item)
    else:
        yield path.rstrip("."), value


def _setting_at(path: str) -> str:
    if path.startswith("visibility.app_links"):
        return "visibility.app_links"
    for place in _PLACES:
        if path.startswith(place):
            rest = path.removeprefix(place)
            if place in _PLACES[3:]:
                return f"{place.split('.')[1]}.{rest}"
            name = rest.partition(".")[0]
            return "frontchannel_logout" if name in FRONT_CHANNEL.values() else name
    return path

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plugins: built-in ones and custom ones.

Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/plugins.html, plugin-iam-role.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..aws import Aws
from ..errors import FailedStateError
from ..resource import Call, State
from . import openapi
from .many import STATE_AND_TAGS, argument
from .table import ServiceResource, Spec

CUSTOM = "CUSTOM"
SETTINGS = "customPluginConfiguration"
AUTHENTICATION = "authConfiguration"
#: The build's status in the words of the table.
STATUS = {
    "READY": "ACTIVE",
    "CREATE_IN_PROGRESS": "CREATING",
    "UPDATE_IN_PROGRESS": "UPDATING",
    "DELETE_IN_PROGRESS": "DELETING",
}
FAILED = frozenset({"CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED"})
#: The service has no member for the reason of a failure (service model, GetPluginResponse).
NO_REASON = {
    "CREATE_FAILED": "the build ended in CREATE_FAILED; the service gives no reason.",
    "UPDATE_FAILED": "the build ended in UPDATE_FAILED; the service gives no reason.",
    "DELETE_FAILED": "the removal ended in DELETE_FAILED; the service gives no reason.",
}
LOOK_AT = {
    True: "Look at the OpenAPI schema first (and, for one in S3, whether the object is there and can be read).",
    False: "Look at the secret, and at the role that may read it.",
}
#: Parts of the authentication that may be taken away again by an empty text.
URLS = ("authorizationUrl", "tokenUrl")
_ROLE = re.compile(r"arn:[a-z0-9-]+:iam::\d{12}:role/.+")
_SECRET = re.compile(r"arn:[a-z0-9-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+")


def seen(state: State) -> State:
    """The build's status as the table knows one, and a text where there is none."""
    build = str(state.get("buildStatus") or "")
    told: dict[str, Any] = {**state, "status": STATUS.get(build, build)}
    if build in FAILED:
        told["error"] = {"errorMessage": f"{NO_REASON[build]} {LOOK_AT[state.get('type') == CUSTOM]}"}
    return told


def _arm(union: Any) -> tuple[str, Any]:
    for name, value in (union or {}).items():
        return str(name), value
    return "", None


def same_settings(wanted: Any, current: Any) -> bool:
    """The schema by its meaning, the rest as given. Where the service keeps the schema to itself, it is no difference.

    guess: that GetPlugin answers the schema is not documented.
    """
    there = current or {}
    if any(there.get(name) != value for name, value in (wanted or {}).items() if name != "apiSchema"):
        return False
    arm, value = _arm((wanted or {}).get("apiSchema"))
    was_arm, was = _arm(there.get("apiSchema"))
    if not arm or not was_arm:
        return bool(there)
    return arm == was_arm and (openapi.same_document(value, was) if arm == "payload" else value == was)


def carry_settings(current: Any, wanted: Any) -> Any:
    """The settings are replaced whole."""
    return {**(current or {}), **wanted}


def _with_payload(settings: Any, told: Callable[[Any], str]) -> Any:
    schema = (settings or {}).get("apiSchema") or {}
    if "payload" not in schema:
        return settings
    return {**settings, "apiSchema": {**schema, "payload": told(schema["payload"])}}


def sent_settings(settings: Any) -> Any:
    """Data is sent as JSON text."""
    return _with_payload(settings, openapi.text_of)


def shown_settings(settings: Any) -> Any:
    """Without the schema, which the service model calls sensitive."""
    return _with_payload(settings, openapi.summary)


def carry_authentication(current: Any, wanted: Any) -> Any:
    """Of the same kind, what was not given stays."""
    arm, value = _arm(wanted)
    was_arm, was = _arm(current)
    return {arm: {**was, **value}} if arm == was_arm else wanted


def sent_authentication(authentication: Any) -> Any:
    """An empty URL is sent as none: the service takes no empty one."""
    return {
        arm: {name: item for name, item in (value or {}).items() if not (name in URLS and item == "")}
        for arm, value in (authentication or {}).items()
    }


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    kind = str((current or {}).get("type") or wanted.get("type") or "")
    settings = wanted.get(SETTINGS)
    if kind == CUSTOM and current is None and not settings:
        yield "custom_plugin_configuration: is required with type CUSTOM; it holds the OpenAPI schema"
    if kind and kind != CUSTOM and settings:
        yield f"custom_plugin_configuration: goes only with type CUSTOM, not with {kind}"
    schema = (settings or {}).get("apiSchema") or {}
    if "payload" in schema:
        yield from openapi.faults(schema["payload"], "custom_plugin_configuration.api_schema.payload")
    for arm, value in (wanted.get(AUTHENTICATION) or {}).items():
        yield from _authentication_faults(arm, value or {})


def _authentication_faults(arm: str, value: Mapping[str, Any]) -> Iterator[str]:
    names = {
        "basicAuthConfiguration": "basic_auth_configuration",
        "oAuth2ClientCredentialConfiguration": "o_auth2_client_credential_configuration",
        "idcAuthConfiguration": "idc_auth_configuration",
    }
    path = f"auth_configuration.{names.get(arm, arm)}"
    secret, role = str(value.get("secretArn") or ""), str(value.get("roleArn") or "")
    if secret and not _SECRET.fullmatch(secret):
        yield (
            f"{path}.secret_arn: {secret!r} is no secret; right would be "
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:name-AbCdEf"
        )
    if role and not _ROLE.fullmatch(role):
        yield f"{path}.role_arn: {role!r} is no role; right would be arn:aws:iam::123456789012:role/name"


def _removal_loss(_resource: ServiceResource, current: State) -> list[str]:
    return [
        f"plugin {current.get('displayName')} ({current.get('pluginId')}): nobody can act through it in chat any more"
    ]


def _facts(state: State) -> dict[str, Any]:
    return {"build_status": str(state.get("buildStatus") or "")}


PLUGIN = Spec(
    noun="plugin",
    kind="Plugin",
    id_member="pluginId",
    arn_member="pluginArn",
    arn_path="application/{applicationId}/plugin/{pluginId}",
    parents=("applicationId",),
    list_operation="ListPlugins",
    list_key="plugins",
    page_size=50,
    failed=FAILED,
    failed_removal=frozenset({"DELETE_FAILED"}),
    mends=lambda state: state.get("buildStatus") == "UPDATE_FAILED",
    seen=seen,
    hidden=frozenset({"status", "error"}),
    volatile=frozenset({"build_status"}),
    spelled={"state": "plugin_state"},
    comparators={SETTINGS: same_settings},
    carry={SETTINGS: carry_settings, AUTHENTICATION: carry_authentication},
    sent={SETTINGS: sent_settings, AUTHENTICATION: sent_authentication},
    shown={SETTINGS: shown_settings},
    loss=(
        "Another type means a new plugin, with a new id: the settings of this one would be lost. To go on, remove it "
        "with state=absent first, or give the new one another display_name."
    ),
    checks=_checks,
    predict=lambda _ids, _wanted: {"buildStatus": "READY"},
    removal_loss=_removal_loss,
    facts=_facts,
)


class Plugin(ServiceResource):
    """One whose schema may have to be read again though nothing differs."""

    def __init__(self, spec: Spec, aws: Aws, *, options: Mapping[str, Any], **more: Any) -> None:
        super().__init__(spec, aws, options=options, **more)
        self._again = bool(options.get("rebuild"))

    def changes(self, current: State) -> Sequence[Call]:
        failed = current.get("buildStatus") == "UPDATE_FAILED"
        # A build that failed is tried again with what is wanted: what it failed with is not to be told from what is.
        self._again = self._again or failed
        calls = super().changes(current)
        if failed and not calls:
            raise FailedStateError(
                f"The {self.label} is in the state UPDATE_FAILED, and nothing that was given would change it: "
                f"{(current.get('error') or {}).get('errorMessage')}"
            )
        return calls

    def _same(self, member: str, wanted: Any, current: Any) -> bool:
        return not (self._again and member == SETTINGS) and super()._same(member, wanted, current)


def _texts(*names: str) -> dict[str, Any]:
    """ARNs and URLs: none of them is a secret, whatever their names look like."""
    return {name: {"type": "str", "no_log": False} for name in names}


OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "plugin_id": {"type": "str"},
    "display_name": {"type": "str"},
    "type": {"type": "str"},
    "auth_configuration": {
        "type": "dict",
        "options": {
            "basic_auth_configuration": {"type": "dict", "options": _texts("secret_arn", "role_arn")},
            "o_auth2_client_credential_configuration": {
                "type": "dict",
                "options": _texts("secret_arn", "role_arn", "authorization_url", "token_url"),
            },
            "no_auth_configuration": {"type": "dict"},
            "idc_auth_configuration": {
                "type": "dict",
                "options": _texts("idc_application_arn", "role_arn"),
            },
        },
    },
    "server_url": {"type": "str"},
    "custom_plugin_configuration": {
        "type": "dict",
        "options": {
            "description": {"type": "str"},
            "api_schema_type": {"type": "str", "choices": ["OPEN_API_V3"], "default": "OPEN_API_V3"},
            "api_schema": {
                "type": "dict",
                "options": {
                    "payload": {"type": "raw"},
                    "s3": {
                        "type": "dict",
                        "options": {"bucket": {"type": "str"}, "key": {"type": "str", "no_log": False}},
                    },
                },
            },
        },
    },
    "plugin_state": {"type": "str", "choices": ["ENABLED", "DISABLED"]},
    "rebuild": {"type": "bool", "default": False},
}
#: The option that holds a list of plugins.
MANY = "plugins"
OF_MANY: dict[str, Any] = {
    MANY: argument(OPTIONS, ("application_id",), ("plugin_id", "display_name"), **STATE_AND_TAGS)
}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chat response configurations: how answers sound.

The service shows two copies: the one in use, and the last one that was asked for, which may be under way or failed.
Source: the service model;
https://docs.aws.amazon.com/amazonq/latest/api-reference/API_GetChatResponseConfiguration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import option_name
from ..resource import State
from .table import ServiceResource, Spec

CONFIGURATIONS = "responseConfigurations"
COLLECTION = "instructionCollection"
#: The kind of answers that a configuration is for: the service knows one.
ALL = "ALL"
INSTRUCTIONS = (
    "response_length",
    "target_audience",
    "perspective",
    "output_style",
    "identity",
    "tone",
    "custom_instructions",
    "examples",
)


def seen(state: State) -> State:
    """The copy to compare with, and the status of the last one that was asked for.

    guess: which copy is there when; both after the first success, only the last one until then.
    """
    last, used = state.get("lastUpdateConfiguration") or {}, state.get("inUseConfiguration") or {}
    if not last and not used:
        return state  # one of a list
    told = last or used
    compared = used if used and told.get("status") == "FAILED" else told
    return {
        **state,
        "status": told.get("status"),
        "error": told.get("error") or {},
        "updatedAt": told.get("updatedAt"),
        CONFIGURATIONS: compared.get(CONFIGURATIONS) or {},
    }


def _mends(state: State) -> bool:
    """One that was in use before an update failed can be updated again."""
    return bool(state.get("inUseConfiguration"))


def _instructions(configuration: Any) -> dict[str, Any]:
    return dict((configuration or {}).get(COLLECTION) or {})


def carry_configurations(current: Any, wanted: Any) -> Any:
    """An update replaces all instructions: those that were not given go along."""
    return {
        kind: {COLLECTION: {**_instructions((current or {}).get(kind)), **_instructions(configuration)}}
        for kind, configuration in (wanted or {}).items()
    }


def sent_configurations(configurations: Any) -> Any:
    """An instruction is taken away by leaving it out: the service takes no empty one."""
    return {
        kind: {
            **configuration,
            COLLECTION: {name: text for name, text in _instructions(configuration).items() if text != ""},
        }
        for kind, configuration in (configurations or {}).items()
        if isinstance(configuration, Mapping)
    }


def _removal_loss(_resource: ServiceResource, current: State) -> list[str]:
    told = sorted(map(option_name, _instructions((current.get(CONFIGURATIONS) or {}).get(ALL))))
    name = f"{current.get('displayName')} ({current.get('chatResponseConfigurationId')})"
    return [f"chat response configuration {name} with its instructions: {', '.join(told) or 'none'}"]


CHAT_RESPONSE_CONFIGURATION = Spec(
    noun="chat_response_configuration",
    kind="ChatResponseConfiguration",
    id_member="chatResponseConfigurationId",
    arn_member="chatResponseConfigurationArn",
    arn_path="application/{applicationId}/chat-response-configuration/{chatResponseConfigurationId}",
    parents=("applicationId",),
    list_operation="ListChatResponseConfigurations",
    list_key="chatResponseConfigurations",
    page_size=100,
    seen=seen,
    mends=_mends,
    hidden=frozenset({"updatedAt"}),
    volatile=frozenset({"in_use_configuration", "last_update_configuration", "response_configuration_summary"}),
    carry={CONFIGURATIONS: carry_configurations},
    sent={CONFIGURATIONS: sent_configurations},
    removal_loss=_removal_loss,
)

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "chat_response_configuration_id": {"type": "str"},
    "display_name": {"type": "str"},
    "response_configurations": {
        "type": "dict",
        "options": {
            ALL: {
                "type": "dict",
                "options": {
                    "instruction_collection": {
                        "type": "dict",
                        "options": {name: {"type": "str"} for name in INSTRUCTIONS},
                    },
                },
            },
        },
    },
}

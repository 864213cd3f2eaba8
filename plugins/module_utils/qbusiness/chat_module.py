# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A question as a task: its options are checked against the service model, and all faults named, before it is asked.

Source: the service model (``ChatSync``); https://docs.aws.amazon.com/amazonq/latest/api-reference/API_ChatSync.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import model
from ..errors import InputError
from ..host import Context
from ..placeholder import is_placeholder
from .chat import ask

SERVICE = "qbusiness"
PLUGIN_MODE = "PLUGIN_MODE"

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "question": {"type": "str", "required": True},
    "conversation_id": {"type": "str"},
    "parent_message_id": {"type": "str"},
    "attribute_filter": {"type": "dict"},
    "chat_mode": {"type": "str", "choices": ["RETRIEVAL_MODE", "CREATOR_MODE", PLUGIN_MODE]},
    "plugin_id": {"type": "str"},
    "wait_timeout": {"type": "int", "default": 60},
}
#: Options that are members of ChatSync by themselves.
MEMBERS = {
    "application_id": "applicationId",
    "conversation_id": "conversationId",
    "parent_message_id": "parentMessageId",
    "attribute_filter": "attributeFilter",
}


def _faults(context: Context, given: Mapping[str, Any], members: Mapping[str, Any]) -> Iterator[str]:
    """Everything that is wrong with the options."""
    shape = context.aws.input_shape(SERVICE, "ChatSync")
    for option, member in MEMBERS.items():
        if member in members and not is_placeholder(members[member]):
            yield from model.faults(shape.members[member], members[member], option)
    if not str(given["question"]).strip():
        yield "question: is empty"
    if given.get("parent_message_id") and not given.get("conversation_id"):
        yield "conversation_id: is required with parent_message_id; it is the conversation of that message"
    if given.get("conversation_id") and not given.get("parent_message_id"):
        yield (
            "parent_message_id: is required with conversation_id; it is the system_message_id of the answer that the "
            "question follows"
        )
    if given.get("plugin_id"):
        plugin = shape.members["chatModeConfiguration"].members["pluginConfiguration"].members["pluginId"]
        if not is_placeholder(given["plugin_id"]):
            yield from model.faults(plugin, given["plugin_id"], "plugin_id")
        if given.get("chat_mode") != PLUGIN_MODE:
            yield f"plugin_id: goes with chat_mode={PLUGIN_MODE}"
    elif given.get("chat_mode") == PLUGIN_MODE:
        yield f"plugin_id: is required with chat_mode={PLUGIN_MODE}"
    if int(given.get("wait_timeout") or 0) < 0:
        yield "wait_timeout: is below 0"


def chat(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_chat`` does.

    :raises FederationError: see :mod:`..errors`
    """
    given = context.parameters
    shape = context.aws.input_shape(SERVICE, "ChatSync")
    members = {
        member: model.to_members(shape.members[member], given[option])
        for option, member in MEMBERS.items()
        if given.get(option)
    }
    found = list(_faults(context, given, members))
    if found:
        raise InputError(found)
    if context.check_mode:
        context.warn("Check mode: only the options were checked. Nothing was asked.")
        return {"changed": True}
    answer = ask(
        context.aws,
        members["applicationId"],
        str(given["question"]),
        conversation_id=members.get("conversationId", ""),
        parent_message_id=members.get("parentMessageId", ""),
        attribute_filter=members.get("attributeFilter"),
        chat_mode=str(given.get("chat_mode") or ""),
        plugin_id=str(given.get("plugin_id") or ""),
        patience=float(given.get("wait_timeout") or 0),
    )
    view = answer.as_dict()
    return {
        "changed": True,
        "answer": view["text"],
        **{
            name: view[name] for name in ("sources", "conversation_id", "system_message_id", "user_message_id", "tries")
        },
    }

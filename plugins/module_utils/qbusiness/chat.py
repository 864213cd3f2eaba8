# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One question to an application, as a signed-in person: ``ChatSync``.

https://docs.aws.amazon.com/amazonq/latest/api-reference/API_ChatSync.html
"""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from typing import Any

from .. import causes
from ..aws import Aws
from ..errors import LayerError, ServiceError

#: What a person's first ChatSync answers: it subscribes the person, and has to be repeated.
#: Source: the README of AWS's sample for IAM federation, which quotes the text.
NO_SUBSCRIPTION = re.compile(r"does not have a subscription", re.IGNORECASE)
#: Tries that are made in any case, however short the patience.
TRIES = 2


@dataclass(frozen=True)
class Source:
    """A document that the answer rests on."""

    title: str
    url: str
    document_id: str
    data_source_id: str
    citation_number: int | None
    snippet: str


@dataclass(frozen=True)
class Answer:
    """What the application says. ``tries``: how often it was asked, more than once when the first try subscribed."""

    text: str
    conversation_id: str
    system_message_id: str
    user_message_id: str
    sources: tuple[Source, ...]
    failed_attachments: tuple[str, ...]
    tries: int

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "sources": [asdict(source) for source in self.sources]}


def ask(
    aws: Aws,
    application_id: str,
    question: str,
    *,
    conversation_id: str = "",
    parent_message_id: str = "",
    attribute_filter: dict[str, Any] | None = None,
    chat_mode: str = "",
    plugin_id: str = "",
    patience: float = 30.0,
) -> Answer:
    """Ask, and repeat while the service says that the person has no subscription yet.

    :param aws: with the person's own credentials
    :param attribute_filter: as the service model spells it
    :param plugin_id: with the chat mode ``PLUGIN_MODE``
    :param patience: seconds for which "no subscription" is waited out; two tries are made in any case
    :raises LayerError: layer ``subscription`` or ``chat``
    """
    given = {
        "applicationId": application_id,
        "userMessage": question,
        "conversationId": conversation_id,
        "parentMessageId": parent_message_id,
        "attributeFilter": attribute_filter,
        "chatMode": chat_mode,
        "chatModeConfiguration": {"pluginConfiguration": {"pluginId": plugin_id}} if plugin_id else None,
    }
    parameters = {name: value for name, value in given.items() if value}
    deadline = time.monotonic() + patience
    pause = 0.5
    tries = 0
    while True:
        tries += 1
        try:
            return _answer(aws.call("qbusiness", "ChatSync", **parameters), tries)
        except ServiceError as error:
            waiting = error.code == "AccessDeniedException" and NO_SUBSCRIPTION.search(error.message)
            if not waiting or (tries >= TRIES and time.monotonic() + pause > deadline):
                raise _meaning(error, application_id, tries) from None
        time.sleep(pause)
        pause = min(pause * 2, 8.0)


def _answer(body: dict[str, Any], tries: int) -> Answer:
    return Answer(
        text=str(body.get("systemMessage") or ""),
        conversation_id=str(body.get("conversationId") or ""),
        system_message_id=str(body.get("systemMessageId") or ""),
        user_message_id=str(body.get("userMessageId") or ""),
        sources=tuple(
            Source(
                title=str(item.get("title") or ""),
                url=str(item.get("url") or ""),
                document_id=str(item.get("documentId") or ""),
                data_source_id=str(item.get("datasourceId") or ""),
                citation_number=item.get("citationNumber"),
                snippet=str(item.get("snippet") or ""),
            )
            for item in body.get("sourceAttributions") or []
        ),
        failed_attachments=tuple(str(item.get("name") or "") for item in body.get("failedAttachments") or []),
        tries=tries,
    )


def _meaning(error: ServiceError, application_id: str, tries: int) -> LayerError:
    """ChatSync's answers in words."""
    facts = {"error_code": error.code, "service_message": error.message}
    return causes.translated(("chat",), error.code, error.message, facts, application_id=application_id, tries=tries)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions and answers (reference sections 4.16 and 6.5): ChatSync, SearchRelevantContent and the conversations."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness.engine import Answer, handles, page
from qbusiness_sandbox.qbusiness.errors import QError, invalid, missing
from qbusiness_sandbox.qbusiness.identity import person, subscriber
from qbusiness_sandbox.qbusiness.kinds import PLUGIN, RETRIEVER
from qbusiness_sandbox.qbusiness.parts import Attachment, Conversation
from qbusiness_sandbox.qbusiness.search import Hit, find, retrievers_of
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.syncjobs import pass_time

#: guess: 54, the words of an answer without a hit; the documentation only says "No answer found".
NO_ANSWER = "No answer found: sorry, I could not find relevant information to complete your request."
BLOCKED = "I am not allowed to talk about this."
#: quotas-regions.html: files in a conversation, and bytes in a file.
MAX_FILES = 5
MAX_FILE_BYTES = 10 * 1024 * 1024
#: The model's limits of an answer and of a message that is listed.
ANSWER_LENGTH = 2048
BODY_LENGTH = 1000
SOURCES = 5


def _conversation(call: Call, user: str) -> Conversation:
    """The path's or the body's conversation of this user. Raises ResourceNotFound."""
    conversation_id = call.params["conversationId"]
    found = call.application_parts.conversations.get(conversation_id)
    if found is None or found.user != user:
        raise missing("Conversation", conversation_id)
    return found


def _continued(call: Call, user: str, title: str) -> Conversation:
    """The conversation that a question belongs to; a new one when it names none."""
    if "conversationId" in call.params:
        conversation = _conversation(call, user)
        parent = call.params.get("parentMessageId")
        if parent is not None and all(item["messageId"] != parent for item in conversation.messages):
            raise missing("Message", parent)
        return conversation
    if "parentMessageId" in call.params:
        raise invalid("parentMessageId needs conversationId", "parentMessageId")  # guess: 55
    return Conversation(call.service.new_id(), user, title, call.now)


def _attribution(number: int, hit: Hit, sentence_at: tuple[int, int]) -> Answer:
    document = hit.document
    segment: Answer = {
        "beginOffset": sentence_at[0],
        "endOffset": sentence_at[1],
        "snippetExcerpt": {"text": hit.sentence},
    }
    if document.media_id:
        segment["sourceDetails"] = {
            "imageSourceDetails": {"mediaId": document.media_id, "mediaMimeType": document.media_type}
        }
    shown: Answer = {
        "title": document.title,
        "snippet": hit.sentence or document.title,
        "url": document.uri,
        "citationNumber": number,
        "updatedAt": document.updated,
        "textMessageSegments": [segment],
        "documentId": document.id,
        "indexId": hit.index_id,
    }
    if document.sync_source:
        shown["datasourceId"] = document.sync_source
    return shown


def _from_documents(hits: list[Hit]) -> tuple[str, list[Answer]]:
    text, sources = "", []
    for number, hit in enumerate(hits[:SOURCES], 1):
        quote = f'According to {hit.document.title}: "{hit.sentence}" [{number}]'
        begin = len(text) + (1 if text else 0)
        if begin + len(quote) > BODY_LENGTH and text:
            break
        text = f"{text} {quote}".strip()
        sources.append(_attribution(number, hit, (begin, begin + len(quote))))
    return text[:ANSWER_LENGTH], sources


def _blocked(controls: dict[str, Any], message: str) -> bool:
    phrases = controls["blockedPhrases"]["blockedPhrases"]
    return any(phrase and phrase.lower() in message.lower() for phrase in phrases)


def _answer(call: Call, user: str, message: str, conversation: Conversation) -> tuple[str, list[Answer]]:
    controls = call.application_parts.controls
    mode = call.params.get("chatMode", "RETRIEVAL_MODE")
    if mode == "PLUGIN_MODE":
        chosen = call.params.get("chatModeConfiguration", {}).get("pluginConfiguration")
        if chosen is None:
            raise invalid("PLUGIN_MODE needs a plugin", "chatModeConfiguration")  # guess: 55
        call.other(PLUGIN, chosen["pluginId"], applicationId=call.application.id)
    if mode == "CREATOR_MODE" and controls["creatorModeConfiguration"]["creatorModeControl"] != "ENABLED":
        raise invalid("Creator mode is disabled for this application", "chatMode")  # guess: 27
    if _blocked(controls, message):
        return controls["blockedPhrases"].get("systemMessageOverride") or BLOCKED, []
    if mode == "RETRIEVAL_MODE":
        hits = find(call, message, retrievers_of(call), user, call.params.get("attributeFilter"))
        if hits:
            for hit in hits:
                if hit.document.media_id:
                    conversation.media[hit.document.media_id] = (hit.document.media_type, hit.document.data)
            return _from_documents(hits)
        if controls["responseScope"] == "ENTERPRISE_CONTENT_ONLY":
            return NO_ANSWER, []
    return f"From general knowledge, not from your documents, about: {message}"[:BODY_LENGTH], []


def _attach(call: Call, user: str, conversation: Conversation) -> tuple[list[Answer], list[Answer]]:
    """Keep the files of a message; answers those that are kept and those that failed."""
    parts = call.application_parts
    kept: list[Answer] = []
    failed: list[Answer] = []
    for item in call.params.get("attachments", []):
        present = [one for one in parts.attachments.values() if one.conversation_id == conversation.id]
        data = item.get("data", b"")
        name = item.get("name", "attachment")
        source = item.get("copyFrom", {}).get("conversation")
        if source is not None:
            original = parts.attachments.get(source["attachmentId"])
            if original is None or original.user != user:
                raise missing("Attachment", source["attachmentId"])
            data, name = original.data, original.name
        if len(present) >= MAX_FILES or len(data) > MAX_FILE_BYTES:
            error = {"errorMessage": "There are too many files, or one is too large", "errorCode": "InvalidRequest"}
            failed.append({"name": name, "status": "FAILED", "error": error, "conversationId": conversation.id})
            continue
        made = Attachment(call.service.new_id(), conversation.id, user, name, data, call.now)
        parts.attachments[made.id] = made
        kept.append(
            {"name": name, "status": "SUCCESS", "attachmentId": made.id, "conversationId": conversation.id, "error": {}}
        )
    return kept, failed


@handles("ChatSync")
def chat_sync(call: Call) -> Answer:
    user = subscriber(call)
    pass_time(call)
    message = call.params.get("userMessage", "")
    if not message and "actionExecution" not in call.params and "authChallengeResponse" not in call.params:
        raise invalid("userMessage is required", "userMessage")  # guess: 55
    conversation = _continued(call, user, message or "Action")
    text, sources = _answer(call, user, message, conversation)
    kept, failed = _attach(call, user, conversation)
    call.application_parts.conversations[conversation.id] = conversation
    asked, answered = call.service.new_id(), call.service.new_id()
    now = call.now
    conversation.messages += [
        {"messageId": asked, "type": "USER", "body": message[:BODY_LENGTH], "time": now, "attachments": kept},
        {
            "messageId": answered,
            "type": "SYSTEM",
            "body": text[:BODY_LENGTH],
            "time": now,
            "sourceAttribution": sources,
        },
    ]
    return {
        "conversationId": conversation.id,
        "systemMessage": text,
        "systemMessageId": answered,
        "userMessageId": asked,
        "sourceAttributions": sources,
        "failedAttachments": failed,
    }


def _confidence(share: float) -> str:
    """guess: 54"""
    for name, least in (("VERY_HIGH", 0.9), ("HIGH", 0.6), ("MEDIUM", 0.3)):
        if share >= least:
            return name
    return "LOW"


@handles("SearchRelevantContent")
def search_content(call: Call) -> Answer:
    user = subscriber(call)
    pass_time(call)
    retriever_id = call.params["contentSource"]["retriever"]["retrieverId"]
    retriever = call.other(RETRIEVER, retriever_id, applicationId=call.application.id)
    hits = find(call, call.params["queryText"], [retriever], user, call.params.get("attributeFilter"))
    chosen, token = page(call, hits)
    content = []
    for hit in chosen:
        document = hit.document
        shown: Answer = {
            "content": hit.sentence or document.title,
            "documentId": document.id,
            "documentTitle": document.title,
            "scoreAttributes": {"scoreConfidence": _confidence(hit.share)},
        }
        if document.attributes:
            shown["documentAttributes"] = document.attributes
        if document.uri.startswith(("http://", "https://", "ftp://", "file://")):
            shown["documentUri"] = document.uri  # the model's pattern has no s3://
        content.append(shown)
    return {"relevantContent": content, "nextToken": token}


# -- conversations --------------------------------------------------------------------------------------------------


@handles("ListConversations")
def list_conversations(call: Call) -> Answer:
    user = subscriber(call)
    mine = [item for item in call.application_parts.conversations.values() if item.user == user]
    chosen, token = page(call, mine)
    shown = [{"conversationId": item.id, "title": item.title, "startTime": item.start} for item in chosen]
    return {"conversations": shown, "nextToken": token}


@handles("ListMessages")
def list_messages(call: Call) -> Answer:
    conversation = _conversation(call, subscriber(call))
    chosen, token = page(call, conversation.messages[::-1])  # newest first, as recorded
    return {"messages": chosen, "nextToken": token}


@handles("DeleteConversation")
def delete_conversation(call: Call) -> None:
    conversation = _conversation(call, subscriber(call))
    parts = call.application_parts
    del parts.conversations[conversation.id]
    parts.attachments = {key: one for key, one in parts.attachments.items() if one.conversation_id != conversation.id}


@handles("PutFeedback")
def put_feedback(call: Call) -> None:
    # Anonymous and unsubscribed users may give feedback too: the operation knows no LicenseNotFound (model).
    conversation = _conversation(call, person(call))
    message_id = call.params["messageId"]
    if all(item["messageId"] != message_id or item["type"] != "SYSTEM" for item in conversation.messages):
        raise missing("Message", message_id)
    conversation.feedback.append({"messageId": message_id, **call.given("messageCopiedAt", "messageUsefulness")})


@handles("ListAttachments")
def list_attachments(call: Call) -> Answer:
    user = subscriber(call)
    wanted = call.params.get("conversationId")
    mine = [
        item
        for item in call.application_parts.attachments.values()
        if item.user == user and wanted in (None, item.conversation_id)
    ]
    chosen, token = page(call, mine)
    shown = [
        {
            "attachmentId": item.id,
            "conversationId": item.conversation_id,
            "name": item.name,
            "fileSize": len(item.data),
            "createdAt": item.created,
            "status": "SUCCESS",
            "error": {},
        }
        for item in chosen
    ]
    return {"attachments": shown, "nextToken": token}


@handles("DeleteAttachment")
def delete_attachment(call: Call) -> None:
    conversation = _conversation(call, subscriber(call))
    attachment = call.application_parts.attachments.get(call.params["attachmentId"])
    if attachment is None or attachment.conversation_id != conversation.id:
        raise missing("Attachment", call.params["attachmentId"])
    del call.application_parts.attachments[attachment.id]


@handles("GetMedia")
def get_media(call: Call) -> Answer:
    conversation = _conversation(call, subscriber(call))
    found = conversation.media.get(call.params["mediaId"])
    if found is None or all(item["messageId"] != call.params["messageId"] for item in conversation.messages):
        raise missing("Media", call.params["mediaId"])
    if len(found[1]) > MAX_FILE_BYTES:
        raise QError("MediaTooLargeException", "The media is too large")
    return {"mediaBytes": found[1], "mediaMimeType": found[0]}

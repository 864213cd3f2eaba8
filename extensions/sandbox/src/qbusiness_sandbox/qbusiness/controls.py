# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat controls, one set for each application (reference section 4.10)."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness.engine import Answer, handles, page
from qbusiness_sandbox.qbusiness.errors import exceeded, invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION
from qbusiness_sandbox.qbusiness.service import Call

#: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails-concepts.html
MAX_PHRASES = 20
MAX_TOPICS = 2
MAX_RULES = 5
SWITCHES = (
    "responseScope",
    "orchestrationConfiguration",
    "creatorModeConfiguration",
    "hallucinationReductionConfiguration",
)


def initial_controls() -> dict[str, Any]:
    """Before anything was changed. guess: 15"""
    return {
        "responseScope": "EXTENDED_KNOWLEDGE_ENABLED",
        "orchestrationConfiguration": {"control": "ENABLED"},
        "creatorModeConfiguration": {"creatorModeControl": "DISABLED"},
        "hallucinationReductionConfiguration": {"hallucinationReductionControl": "DISABLED"},
        "blockedPhrases": {"blockedPhrases": []},
        "topicConfigurations": [],
    }


@handles("GetChatControlsConfiguration")
def get_controls(call: Call) -> Answer:
    controls = call.application_parts.controls
    topics, token = page(call, controls["topicConfigurations"])
    return {**controls, "topicConfigurations": topics, "nextToken": token}


# guess: 18, phrases are taken as they are
def _phrases(call: Call, present: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    gone = set(change.get("blockedPhrasesToDelete", []))
    phrases = [phrase for phrase in present["blockedPhrases"] if phrase not in gone]
    phrases += [p for p in dict.fromkeys(change.get("blockedPhrasesToCreateOrUpdate", [])) if p not in phrases]
    if len(phrases) > MAX_PHRASES:
        # guess: 39 (the class)
        raise exceeded(f"At most {MAX_PHRASES} phrases may be blocked", "BlockedPhrase", call.application.id)
    return {**present, "blockedPhrases": phrases} | (
        {"systemMessageOverride": change["systemMessageOverride"]} if "systemMessageOverride" in change else {}
    )


def _topics(call: Call, present: list[dict[str, Any]]) -> list[dict[str, Any]]:
    gone = {topic["name"] for topic in call.params.get("topicConfigurationsToDelete", [])}
    topics = {topic["name"]: topic for topic in present if topic["name"] not in gone}
    for topic in call.params.get("topicConfigurationsToCreateOrUpdate", []):
        if len(topic["rules"]) > MAX_RULES:
            # guess: 39 (the class)
            raise exceeded(f"A topic may have at most {MAX_RULES} rules", "TopicConfiguration", topic["name"])
        topics[topic["name"]] = topic
    if len(topics) > MAX_TOPICS:
        # guess: 39 (the class)
        raise exceeded(f"There may be at most {MAX_TOPICS} topics", "TopicConfiguration", call.application.id)
    return list(topics.values())


@handles("UpdateChatControlsConfiguration")
def update_controls(call: Call) -> None:
    params = call.params
    given = set(params) - {"applicationId", "clientToken", "blockedPhrasesConfigurationUpdate"}
    if call.identity_type == "ANONYMOUS" and given:
        # guess: 39
        raise invalid("An anonymous application takes blocked phrases only", *sorted(given))
    call.active(APPLICATION)
    parts = call.application_parts
    changed = {**parts.controls, **call.given(*SWITCHES)}
    hallucination = changed["hallucinationReductionConfiguration"].get("hallucinationReductionControl", "DISABLED")
    if hallucination == "ENABLED" == changed["orchestrationConfiguration"]["control"]:
        # guess: 39 (the class): the page says that the two exclude each other
        raise invalid(
            "Hallucination reduction and orchestration exclude each other", "hallucinationReductionConfiguration"
        )
    changed["blockedPhrases"] = _phrases(
        call, changed["blockedPhrases"], params.get("blockedPhrasesConfigurationUpdate", {})
    )
    changed["topicConfigurations"] = _topics(call, changed["topicConfigurations"])
    parts.controls = changed


@handles("DeleteChatControlsConfiguration")
def delete_controls(call: Call) -> None:
    # guess: 17
    call.application_parts.controls = initial_controls()

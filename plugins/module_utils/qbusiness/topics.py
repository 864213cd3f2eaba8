# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Topics of the chat controls: their meaning, their faults, and what changes them.

A topic is known by its name. What was not given of it is kept; its rules are one value.
Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails-topic-controls.html
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import model
from ..compare import fingerprint, is_empty, same_or_both_empty, same_unordered

if t.TYPE_CHECKING:
    from botocore.model import Shape

#: Most topics of an application, and most rules of a topic (the service model allows ten of each).
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails-topic-controls.html
MOST_TOPICS = 2
MOST_RULES = 5
OPTION = "topic_configurations"
ABSENT = "topic_configurations_absent"
#: The arm of a rule's configuration that fits each type, and its option.
ARM_OF = {
    "CONTENT_BLOCKER_RULE": ("contentBlockerRule", "content_blocker_rule"),
    "CONTENT_RETRIEVAL_RULE": ("contentRetrievalRule", "content_retrieval_rule"),
}

Topic = Mapping[str, Any]


def _people(value: Any) -> dict[str, list[str]]:
    return {name: sorted(map(str, items)) for name, items in (value or {}).items() if not is_empty(items)}


def rule_meaning(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without what says nothing: order of people and sources, and empty structures."""
    configuration = rule.get("ruleConfiguration") or {}
    blocker = configuration.get("contentBlockerRule") or {}
    sources = (configuration.get("contentRetrievalRule") or {}).get("eligibleDataSources") or []
    return {
        "type": rule.get("ruleType"),
        "included": _people(rule.get("includedUsersAndGroups")),
        "excluded": _people(rule.get("excludedUsersAndGroups")),
        "message": blocker.get("systemMessageOverride") or "",
        "sources": sorted(map(fingerprint, sources)),
    }


def same_topic(wanted: Topic, current: Topic) -> bool:
    """Whether what was given of a topic is so. guess: the order of rules and of example messages has no meaning."""
    if "rules" in wanted and not same_unordered(
        [rule_meaning(rule) for rule in wanted["rules"]], [rule_meaning(rule) for rule in current.get("rules") or []]
    ):
        return False
    messages = "exampleChatMessages"
    if messages in wanted and not same_unordered(wanted[messages], current.get(messages)):
        return False
    return "description" not in wanted or same_or_both_empty(wanted["description"], current.get("description"))


def by_name(topics: Any) -> dict[str, Topic]:
    return {str(topic.get("name")): topic for topic in topics or []}


def delta(
    current: Sequence[Topic], wanted: Sequence[Topic] | None, absent: Sequence[str], purge: bool
) -> tuple[list[Topic], list[Topic]]:
    """Topics to write, whole, and topics to delete, as they are stored (the service asks for their rules, too)."""
    there, given = by_name(current), by_name(wanted)
    write: list[Topic] = [
        {**there.get(name, {}), **topic}
        for name, topic in given.items()
        if name not in there or not same_topic(topic, there[name])
    ]
    unwanted = set(absent) | ({name for name in there if name not in given} if wanted is not None and purge else set())
    return write, [topic for name, topic in there.items() if name in unwanted]


def after(current: Sequence[Topic], write: Sequence[Topic], delete: Sequence[Topic]) -> list[Topic]:
    """The topics once a delta has been applied."""
    gone = set(by_name(delete))
    kept = {name: topic for name, topic in by_name(current).items() if name not in gone}
    return list({**kept, **by_name(write)}.values())


def faults(
    shape: Shape, wanted: Sequence[Topic] | None, absent: Sequence[str], current: Sequence[Topic], purge: bool
) -> Iterator[str]:
    """What cannot be right.

    :param shape: of a list of topics
    """
    there = by_name(current)
    names = [str(topic.get("name")) for topic in wanted or []]
    for number, topic in enumerate(wanted or []):
        path = f"{OPTION}[{number}]"
        if names.index(names[number]) != number:
            yield f"{path}.name: {names[number]!r} is listed twice"
        if names[number] in absent:
            yield f"{path}.name: {names[number]!r} is in {ABSENT}, too"
        if "rules" not in topic and names[number] not in there:
            yield f"{path}.rules: is required for the new topic {names[number]}; [] is none"
        yield from model.faults(shape.member, {"rules": [], **topic}, path)
        rules = topic.get("rules") or []
        if MOST_RULES < len(rules) <= 2 * MOST_RULES:
            yield f"{path}.rules: {len(rules)} items given, a topic may have {MOST_RULES}"
        for place, rule in enumerate(rules):
            yield from _rule_faults(rule, f"{path}.rules[{place}]")
    for number, name in enumerate(absent):
        yield from model.faults(shape.member.members["name"], name, f"{ABSENT}[{number}]")
    total = after(current, *delta(current, wanted, absent, purge))
    if wanted and len(total) > MOST_TOPICS:
        yield (
            f"{OPTION}: there would be {len(total)} topics ({', '.join(sorted(by_name(total)))}); "
            f"an application may have {MOST_TOPICS}"
        )


def _rule_faults(rule: Mapping[str, Any], path: str) -> Iterator[str]:
    included, excluded = (_people(rule.get(f"{side}UsersAndGroups")) for side in ("included", "excluded"))
    if included and excluded:
        yield f"{path}: a rule has included_users_and_groups or excluded_users_and_groups, not both"
    kind = str(rule.get("ruleType"))
    arm, option = ARM_OF.get(kind, ("", ""))
    given = set(rule.get("ruleConfiguration") or {})
    if arm and given - {arm}:
        yield f"{path}.rule_configuration: a rule of the type {kind} has {option}, and only that"


_PEOPLE: dict[str, Any] = {
    "type": "dict",
    "options": {
        "user_ids": {"type": "list", "elements": "str"},
        "user_groups": {"type": "list", "elements": "str"},
    },
}
_RULE: dict[str, Any] = {
    "rule_type": {"type": "str", "choices": list(ARM_OF), "required": True},
    "included_users_and_groups": _PEOPLE,
    "excluded_users_and_groups": _PEOPLE,
    "rule_configuration": {
        "type": "dict",
        "options": {
            "content_blocker_rule": {"type": "dict", "options": {"system_message_override": {"type": "str"}}},
            "content_retrieval_rule": {
                "type": "dict",
                "options": {
                    "eligible_data_sources": {
                        "type": "list",
                        "elements": "dict",
                        "options": {"index_id": {"type": "str"}, "data_source_id": {"type": "str"}},
                    },
                },
            },
        },
    },
}
OPTIONS: dict[str, Any] = {
    OPTION: {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "description": {"type": "str"},
            "example_chat_messages": {"type": "list", "elements": "str"},
            "rules": {"type": "list", "elements": "dict", "options": _RULE},
        },
    },
    ABSENT: {"type": "list", "elements": "str"},
    "purge_topics": {"type": "bool", "default": True},
}

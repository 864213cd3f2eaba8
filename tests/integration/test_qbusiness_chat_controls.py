# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chat controls: a declared state over a service of deltas. The witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, NotFoundError
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_chat_controls import function as controls
from conftest import Call, Play
from qbusiness_sandbox.cloud import Fault
from resource_world import World

pytestmark = pytest.mark.usefixtures("instant")

UPDATE = "UpdateChatControlsConfiguration"
DELETE = "DeleteChatControlsConfiguration"
GONE = "00000000-aaaa-4bbb-8ccc-000000000000"
RULE = {"rule_type": "CONTENT_BLOCKER_RULE"}


@pytest.fixture
def where(world: World) -> dict[str, Any]:
    return {"application_id": world.application_id}


def seen(world: World) -> dict[str, Any]:
    """As boto3 sees them, in one page."""
    size, world.cloud.settings.page_size = world.cloud.settings.page_size, 0
    found: dict[str, Any] = world.q.get_chat_controls_configuration(applicationId=world.application_id)
    world.cloud.settings.page_size = size
    return found


def phrases(world: World) -> list[str]:
    return list(seen(world)["blockedPhrases"]["blockedPhrases"])


def topics(world: World) -> dict[str, dict[str, Any]]:
    return {topic["name"]: topic for topic in seen(world)["topicConfigurations"]}


def topic(name: str = "salaries", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "What somebody earns", "rules": [RULE], **more}


# -- what every module does ------------------------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "response_scope": "ENTERPRISE_CONTENT_ONLY",
    "orchestration_configuration": {"control": "DISABLED"},
    "creator_mode_configuration": {"creator_mode_control": "ENABLED"},
    "hallucination_reduction_configuration": {"hallucination_reduction_control": "ENABLED"},
    "blocked_phrases": ["aurora", "borealis"],
    "system_message_override": "I do not talk about that.",
    "topic_configurations": [
        topic(),
        topic(
            "plans",
            example_chat_messages=["What comes next?", "What is planned?"],
            rules=[
                {
                    "rule_type": "CONTENT_BLOCKER_RULE",
                    "excluded_users_and_groups": {"user_ids": ["ada@example.com"], "user_groups": ["board", "staff"]},
                    "rule_configuration": {"content_blocker_rule": {"system_message_override": "Ask the board."}},
                },
                {
                    "rule_type": "CONTENT_RETRIEVAL_RULE",
                    "included_users_and_groups": {"user_groups": ["board"]},
                    "rule_configuration": {
                        "content_retrieval_rule": {
                            "eligible_data_sources": [
                                {"index_id": GONE, "data_source_id": GONE},
                                {"index_id": GONE, "data_source_id": GONE.replace("a", "b")},
                            ]
                        }
                    },
                },
            ],
        ),
    ],
}


def test_chat_controls_create(world: World, call: Call, where: dict[str, Any]) -> None:
    """Of an application that nobody has given any yet: one write for all of it."""
    answer = call(controls, **where, **EVERYTHING)
    assert (answer["changed"], answer["operations"], world.writes()) == (True, [UPDATE], [UPDATE])
    found = seen(world)
    assert found["responseScope"] == answer["chat_controls"]["response_scope"] == "ENTERPRISE_CONTENT_ONLY"
    assert found["orchestrationConfiguration"] == {"control": "DISABLED"}
    assert found["creatorModeConfiguration"] == {"creatorModeControl": "ENABLED"}
    assert found["hallucinationReductionConfiguration"] == {"hallucinationReductionControl": "ENABLED"}
    assert found["blockedPhrases"] == {
        "blockedPhrases": ["aurora", "borealis"],
        "systemMessageOverride": "I do not talk about that.",
    }
    there = topics(world)
    assert set(there) == {"salaries", "plans"}
    assert there["plans"]["rules"][0]["excludedUsersAndGroups"] == {
        "userIds": ["ada@example.com"],
        "userGroups": ["board", "staff"],
    }
    assert len(there["plans"]["rules"][1]["ruleConfiguration"]["contentRetrievalRule"]["eligibleDataSources"]) == 2
    assert answer["application_id"] == world.application_id


def test_chat_controls_no_change(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, **EVERYTHING)
    world.cloud.log.clear()
    again = call(controls, **where, **EVERYTHING)
    assert (again["changed"], again["operations"]) == (False, [])
    assert world.requests() == ["GetChatControlsConfiguration"]
    assert again["diff"]["before"] == again["diff"]["after"]
    assert call(controls, **where)["changed"] is False
    assert world.writes() == []


UPDATES: dict[str, tuple[Any, Callable[[Mapping[str, Any]], Any], Any]] = {
    "response_scope": (
        "ENTERPRISE_CONTENT_ONLY",
        lambda found: found["responseScope"],
        "ENTERPRISE_CONTENT_ONLY",
    ),
    "orchestration_configuration": (
        {"control": "DISABLED"},
        lambda found: found["orchestrationConfiguration"]["control"],
        "DISABLED",
    ),
    "creator_mode_configuration": (
        {"creator_mode_control": "ENABLED"},
        lambda found: found["creatorModeConfiguration"]["creatorModeControl"],
        "ENABLED",
    ),
    "blocked_phrases": (["aurora"], lambda found: found["blockedPhrases"]["blockedPhrases"], ["aurora"]),
    "system_message_override": (
        "No.",
        lambda found: found["blockedPhrases"]["systemMessageOverride"],
        "No.",
    ),
    "topic_configurations": (
        [topic()],
        lambda found: [item["name"] for item in found["topicConfigurations"]],
        ["salaries"],
    ),
}


@pytest.mark.parametrize("option", [pytest.param(name, id=f"update_{name}") for name in UPDATES])
def test_chat_controls_update(option: str, world: World, call: Call, where: dict[str, Any]) -> None:
    value, read, expected = UPDATES[option]
    before = seen(world)
    world.cloud.log.clear()
    planned = call(controls, True, **where, **{option: value})
    assert world.writes() == []
    changed = call(controls, **where, **{option: value})
    assert planned["operations"] == changed["operations"] == world.writes() == [UPDATE]
    found = seen(world)
    assert read(found) == expected
    assert planned["diff"] == changed["diff"]
    differing = {
        name for name in changed["diff"]["after"] if changed["diff"]["before"][name] != changed["diff"]["after"][name]
    }
    assert len(differing) == 1
    assert sum(found[name] != before[name] for name in before if name != "ResponseMetadata") == 1
    world.cloud.log.clear()
    assert call(controls, **where, **{option: value})["changed"] is False
    assert call(controls, **where)["changed"] is False
    assert world.writes() == []


def test_chat_controls_update_hallucination_reduction_configuration(
    world: World, call: Call, where: dict[str, Any]
) -> None:
    on = {"hallucination_reduction_configuration": {"hallucination_reduction_control": "ENABLED"}}
    with pytest.raises(InputError, match="excludes orchestration, and both would be ENABLED"):
        call(controls, **where, **on)
    assert world.writes() == []
    changed = call(controls, **where, **on, orchestration_configuration={"control": "DISABLED"})
    assert changed["operations"] == [UPDATE]
    assert seen(world)["hallucinationReductionConfiguration"]["hallucinationReductionControl"] == "ENABLED"
    with pytest.raises(InputError, match="excludes orchestration"):
        call(controls, **where, orchestration_configuration={"control": "ENABLED"})
    assert call(controls, **where, response_scope="ENTERPRISE_CONTENT_ONLY")["changed"] is True


def test_chat_controls_immutable(world: World, call: Call, where: dict[str, Any]) -> None:
    """Nothing of them is fixed: everything that can be given can be given back."""
    before = seen(world)
    call(controls, **where, **EVERYTHING)
    back = {
        "response_scope": before["responseScope"],
        "orchestration_configuration": before["orchestrationConfiguration"],
        "creator_mode_configuration": {"creator_mode_control": "DISABLED"},
        "hallucination_reduction_configuration": {"hallucination_reduction_control": "DISABLED"},
        "blocked_phrases": [],
        "system_message_override": "",
        "topic_configurations": [],
    }
    assert call(controls, **where, **back)["operations"] == [UPDATE]
    after = seen(world)
    assert after["blockedPhrases"].pop("systemMessageOverride") == ""
    after.pop("ResponseMetadata"), before.pop("ResponseMetadata")
    assert after == before
    assert call(controls, **where, **back)["changed"] is False


def test_chat_controls_absent(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, **EVERYTHING)
    world.cloud.log.clear()
    planned = call(controls, True, **where, state="absent")
    assert (planned["changed"], world.writes()) == (True, [])
    gone = call(controls, **where, state="absent")
    assert gone["operations"] == planned["operations"] == world.writes() == [DELETE]
    assert gone["lost"] == planned["lost"]
    told = "\n".join(gone["lost"])
    for word in ("topic salaries", "topic plans", "'aurora'", "'borealis'", "I do not talk", "ENTERPRISE_CONTENT_ONLY"):
        assert word in told
    assert (phrases(world), topics(world)) == ([], {})
    world.cloud.log.clear()
    again = call(controls, **where, state="absent")
    assert (again["changed"], again["operations"], again.get("lost"), world.writes()) == (False, [], None, [])


def test_chat_controls_absent_leaves_switches(world: World, call: Call, where: dict[str, Any]) -> None:
    """Switches alone are nothing that can be deleted."""
    call(controls, **where, response_scope="ENTERPRISE_CONTENT_ONLY")
    world.cloud.log.clear()
    assert call(controls, **where, state="absent")["changed"] is False
    assert world.writes() == []
    assert seen(world)["responseScope"] == "ENTERPRISE_CONTENT_ONLY"


def test_chat_controls_of_no_application(world: World, call: Call) -> None:
    assert call(controls, application_id=GONE, state="absent")["changed"] is False
    with pytest.raises(NotFoundError, match=GONE):
        call(controls, application_id=GONE, **EVERYTHING)


def test_chat_controls_check(world: World, call: Call, where: dict[str, Any]) -> None:
    planned = call(controls, True, **where, **EVERYTHING)
    assert world.writes() == []
    made = call(controls, **where, **EVERYTHING)
    assert planned["operations"] == made["operations"]
    assert planned["diff"] == made["diff"]
    assert planned["chat_controls"] == made["chat_controls"]


def test_chat_controls_check_with_a_planned_parent(world: World, call: Call) -> None:
    planned = call(controls, True, application_id=uuid_like("application"), **EVERYTHING)
    assert (planned["changed"], planned["operations"], world.requests()) == (True, [UPDATE], [])
    assert planned["chat_controls"]["blocked_phrases"]["blocked_phrases"] == ["aurora", "borealis"]
    assert call(controls, True, application_id=uuid_like("application"))["changed"] is False
    gone = call(controls, True, application_id=uuid_like("application"), state="absent")
    assert (gone["changed"], world.requests()) == (False, [])


def test_chat_controls_diff(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, **EVERYTHING)
    changed = call(controls, **where, blocked_phrases=["aurora", "cumulus"], topic_configurations=[topic()])
    before, after = changed["diff"]["before"], changed["diff"]["after"]
    assert before["blocked_phrases"]["blocked_phrases"] == ["aurora", "borealis"]
    assert after["blocked_phrases"]["blocked_phrases"] == ["aurora", "cumulus"]
    assert [item["name"] for item in before["topic_configurations"]] == ["salaries", "plans"]
    assert [item["name"] for item in after["topic_configurations"]] == ["salaries"]
    assert {name for name in after if before[name] != after[name]} == {"blocked_phrases", "topic_configurations"}


def test_chat_controls_bad_input(world: World, call: Call, where: dict[str, Any]) -> None:
    both = {"user_groups": ["board"]}
    rules = [
        {**RULE, "included_users_and_groups": both, "excluded_users_and_groups": both},
        {**RULE, "rule_configuration": {"content_retrieval_rule": {"eligible_data_sources": []}}},
        {**RULE, "rule_configuration": {"content_blocker_rule": {"system_message_override": "x" * 351}}},
        {
            "rule_type": "CONTENT_RETRIEVAL_RULE",
            "rule_configuration": {"content_retrieval_rule": {"eligible_data_sources": [{"index_id": "short"}] * 6}},
        },
        RULE,
        RULE,
    ]
    with pytest.raises(InputError) as caught:
        call(
            controls,
            **where,
            hallucination_reduction_configuration={"hallucination_reduction_control": "ENABLED"},
            blocked_phrases=["x" * 37, "", "here\x07", "both", *(str(number) for number in range(20))],
            blocked_phrases_absent=["both", "y" * 37],
            system_message_override="x" * 351,
            topic_configurations=[
                topic("no spaces", description="x" * 351, example_chat_messages=["q"] * 6, rules=rules),
                {"name": "new", "description": "No rules"},
                topic("twice"),
                topic("twice"),
            ],
            topic_configurations_absent=["twice", "no spaces either"],
        )
    assert {fault.partition(": ")[0] for fault in caught.value.faults} == {
        "hallucination_reduction_configuration",
        "blocked_phrases",
        "blocked_phrases[0]",
        "blocked_phrases[1]",
        "blocked_phrases[2]",
        "blocked_phrases_absent[1]",
        "system_message_override",
        "topic_configurations",
        "topic_configurations[0].name",
        "topic_configurations[0].description",
        "topic_configurations[0].example_chat_messages",
        "topic_configurations[0].rules",
        "topic_configurations[0].rules[0]",
        "topic_configurations[0].rules[1].rule_configuration",
        "topic_configurations[0].rules[2].rule_configuration.content_blocker_rule.system_message_override",
        "topic_configurations[0].rules[3].rule_configuration.content_retrieval_rule.eligible_data_sources",
        *(
            "topic_configurations[0].rules[3].rule_configuration.content_retrieval_rule."
            f"eligible_data_sources[{number}].index_id"
            for number in range(6)
        ),
        "topic_configurations[1].rules",
        "topic_configurations[2].name",
        "topic_configurations[3].name",
        "topic_configurations_absent[1]",
    }
    assert world.writes() == []


def test_chat_controls_bad_input_of_the_id(world: World, call: Call) -> None:
    """Said with the other faults, before the service is asked."""
    with pytest.raises(InputError) as caught:
        call(controls, application_id="short", blocked_phrases=["x" * 37])
    assert {fault.partition(": ")[0] for fault in caught.value.faults} == {"application_id", "blocked_phrases[0]"}
    with pytest.raises(InputError, match="application_id"):
        call(controls, application_id="short", state="absent")
    assert world.requests() == []


def test_chat_controls_bad_input_of_an_anonymous_application(world: World, call: Call) -> None:
    anonymous = {"application_id": world.application("open", identityType="ANONYMOUS")}
    world.cloud.log.clear()
    with pytest.raises(InputError) as caught:
        call(controls, **anonymous, response_scope="ENTERPRISE_CONTENT_ONLY", topic_configurations=[topic()])
    assert {fault.partition(": ")[0] for fault in caught.value.faults} == {"response_scope", "topic_configurations"}
    assert world.writes() == []
    assert call(controls, **anonymous, blocked_phrases=["aurora"])["operations"] == [UPDATE]


# -- deltas ----------------------------------------------------------------------------------------------------------


def test_chat_controls_send_only_what_differs(world: World, call: Call, where: dict[str, Any]) -> None:
    """What the one write carries, as the service got it."""
    call(controls, **where, **EVERYTHING)
    changed = {
        **EVERYTHING,
        "creator_mode_configuration": {"creator_mode_control": "DISABLED"},
        "blocked_phrases": ["borealis", "cumulus"],
        "topic_configurations": [topic(description="Pay")],
    }
    stored = topics(world)["plans"]
    sent = carried(world, call, **where, **changed)
    sent.pop("clientToken", None)
    assert sent == {
        "creatorModeConfiguration": {"creatorModeControl": "DISABLED"},
        "blockedPhrasesConfigurationUpdate": {
            "blockedPhrasesToCreateOrUpdate": ["cumulus"],
            "blockedPhrasesToDelete": ["aurora"],
        },
        "topicConfigurationsToCreateOrUpdate": [
            {"name": "salaries", "description": "Pay", "rules": [{"ruleType": "CONTENT_BLOCKER_RULE"}]}
        ],
        "topicConfigurationsToDelete": [stored],
    }
    assert phrases(world) == ["borealis", "cumulus"]
    assert set(topics(world)) == {"salaries"}


def carried(world: World, call: Call, **options: Any) -> dict[str, Any]:
    """The body of the module's one write, as the cloud gets it."""
    bodies: list[dict[str, Any]] = []
    room: Any = world.cloud.rooms["aws"]
    handle = room.handle

    def watch(request: Any, operation: Any) -> Any:
        if operation.name == UPDATE:
            bodies.append(json.loads(request.get_data(cache=True)))
        return handle(request, operation)

    room.handle = watch
    try:
        call(controls, **options)
    finally:
        room.handle = handle
    assert len(bodies) == 1
    return bodies[0]


def test_chat_controls_phrases_of_others_are_kept(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, blocked_phrases=["aurora"])
    added = call(controls, **where, blocked_phrases=["borealis"], purge_blocked_phrases=False)
    assert added["chat_controls"]["blocked_phrases"]["blocked_phrases"] == phrases(world) == ["aurora", "borealis"]
    turned = call(controls, **where, blocked_phrases=["borealis", "aurora", "borealis"])
    assert turned["changed"] is False
    # Capital letters are another phrase.
    assert call(controls, True, **where, blocked_phrases=["Aurora", "borealis"])["changed"] is True
    assert call(controls, **where, blocked_phrases_absent=["aurora", "unknown"])["operations"] == [UPDATE]
    assert phrases(world) == ["borealis"]
    assert call(controls, **where, blocked_phrases_absent=["aurora", "unknown"])["changed"] is False
    assert call(controls, **where, blocked_phrases=[])["operations"] == [UPDATE]
    assert phrases(world) == []


def test_chat_controls_count_phrases_of_others(world: World, call: Call, where: dict[str, Any]) -> None:
    twenty = [f"phrase {number}" for number in range(20)]
    call(controls, **where, blocked_phrases=twenty)
    with pytest.raises(InputError, match="there would be 21; an application may have 20"):
        call(controls, **where, blocked_phrases=["one more"], purge_blocked_phrases=False)
    assert call(controls, **where, blocked_phrases=[*twenty[1:], "another"])["operations"] == [UPDATE]
    assert phrases(world) == [*twenty[1:], "another"]


def test_chat_controls_message_is_set_and_cleared(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, blocked_phrases=["aurora"], system_message_override="No.")
    assert call(controls, **where, system_message_override="No.")["changed"] is False
    assert call(controls, **where, system_message_override="")["operations"] == [UPDATE]
    assert seen(world)["blockedPhrases"] == {"blockedPhrases": ["aurora"], "systemMessageOverride": ""}
    assert call(controls, **where, system_message_override="")["changed"] is False


def test_chat_controls_topics_of_others_are_kept(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, topic_configurations=[topic()])
    added = call(controls, **where, topic_configurations=[topic("plans")], purge_topics=False)
    assert added["operations"] == [UPDATE]
    assert set(topics(world)) == {"salaries", "plans"}
    with pytest.raises(InputError, match=r"there would be 3 topics \(more, plans, salaries\)"):
        call(controls, **where, topic_configurations=[topic("more")], purge_topics=False)
    assert call(controls, **where, topic_configurations_absent=["salaries"])["operations"] == [UPDATE]
    assert set(topics(world)) == {"plans"}
    assert call(controls, **where, topic_configurations_absent=["salaries"])["changed"] is False
    # One goes and another comes in one call.
    assert call(controls, **where, topic_configurations=[topic("a"), topic("b")])["operations"] == [UPDATE]
    assert set(topics(world)) == {"a", "b"}
    assert call(controls, **where, topic_configurations=[])["operations"] == [UPDATE]
    assert topics(world) == {}


def test_chat_controls_topic_keeps_what_is_not_given(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, **EVERYTHING)
    stored = topics(world)["plans"]
    changed = call(
        controls, **where, topic_configurations=[{"name": "plans", "description": "New"}], purge_topics=False
    )
    assert changed["operations"] == [UPDATE]
    assert topics(world)["plans"] == {**stored, "description": "New"}


def test_chat_controls_topic_order_says_nothing(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, **EVERYTHING)
    plans = json.loads(json.dumps(EVERYTHING["topic_configurations"][1]))
    plans["rules"].reverse()
    plans["rules"][0]["rule_configuration"]["content_retrieval_rule"]["eligible_data_sources"].reverse()
    plans["rules"][1]["excluded_users_and_groups"]["user_groups"].reverse()
    plans["rules"][1]["included_users_and_groups"] = {"user_ids": []}
    plans["example_chat_messages"].reverse()
    turned = [plans, topic(rules=[{**RULE, "rule_configuration": {"content_blocker_rule": {}}}])]
    world.cloud.log.clear()
    assert call(controls, **where, topic_configurations=turned)["changed"] is False
    plans["rules"].pop()
    assert call(controls, **where, topic_configurations=turned)["operations"] == [UPDATE]


def test_chat_controls_are_read_over_pages(world: World, call: Call, where: dict[str, Any]) -> None:
    call(controls, **where, **EVERYTHING)
    world.cloud.settings.page_size = 1
    world.cloud.log.clear()
    again = call(controls, **where, **EVERYTHING)
    assert (again["changed"], world.writes()) == (False, [])
    assert len(world.requests()) >= 2
    assert len(again["chat_controls"]["topic_configurations"]) == 2
    assert "next_token" not in again["chat_controls"]
    gone = call(controls, **where, topic_configurations=[topic()])
    assert gone["operations"] == [UPDATE]
    assert set(topics(world)) == {"salaries"}


def test_chat_controls_wait_out_maintenance(world: World, call: Call, where: dict[str, Any]) -> None:
    world.cloud.faults.add(Fault("maintenance", "qbusiness", UPDATE, count=3))
    assert call(controls, **where, blocked_phrases=["aurora"])["changed"] is True


def test_chat_controls_in_a_playbook(world: World, play: Play, where: dict[str, Any]) -> None:
    name = "qbusiness.federation.qbusiness_chat_controls"
    tasks = [
        {name: {**where, **EVERYTHING}},
        {name: {**where, **EVERYTHING}},
        {name: {**where, "state": "absent"}},
    ]
    assert [result["changed"] for result in play(tasks).results] == [True, False, True]
    assert (phrases(world), topics(world)) == ([], {})

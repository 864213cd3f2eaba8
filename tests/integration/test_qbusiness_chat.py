# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qbusiness_chat`` on the embedded cloud. The witness is boto3, with the person's own session made by boto3 too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, LayerError
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_chat import function
from botocore import UNSIGNED
from botocore.config import Config
from conftest import Call, Play
from proof_world import ANN, DOCUMENT, QUESTION
from qbusiness_sandbox.cloud import Cloud, Fault
from qbusiness_sandbox.testing import Running
from session_world import TokenWorld, token_world

UNKNOWN = "99999999-8888-4777-8666-555555555555"


class Person:
    """Ann with her session."""

    def __init__(self, made: TokenWorld) -> None:
        self.made = made
        sts = boto3.client(
            "sts",
            endpoint_url=made.urls["aws"],
            region_name=made.cloud.region,
            config=Config(signature_version=UNSIGNED),
        )
        self.keys = sts.assume_role_with_web_identity(
            RoleArn=made.role_arn, RoleSessionName=ANN, WebIdentityToken=made.token()
        )["Credentials"]

    @property
    def options(self) -> dict[str, Any]:
        return {
            "application_id": self.made.application_id,
            "access_key": self.keys["AccessKeyId"],
            "secret_key": self.keys["SecretAccessKey"],
            "session_token": self.keys["SessionToken"],
        }

    @property
    def client(self) -> Any:
        """The witness: Ann by boto3."""
        return boto3.client(
            "qbusiness",
            endpoint_url=self.made.urls["aws"],
            region_name=self.made.cloud.region,
            aws_access_key_id=self.keys["AccessKeyId"],
            aws_secret_access_key=self.keys["SecretAccessKey"],
            aws_session_token=self.keys["SessionToken"],
        )

    def messages(self, conversation: str) -> list[dict[str, Any]]:
        """What was said, the oldest first."""
        found = self.client.list_messages(applicationId=self.made.application_id, conversationId=conversation)
        return list(reversed(found["messages"]))


@pytest.fixture
def ann(cloud: Cloud, running: Running) -> Person:
    return Person(token_world(cloud, running))


def chats(ann: Person) -> int:
    return sum(entry.operation == "ChatSync" for entry in ann.made.cloud.log.since())


def test_the_first_question_subscribes_and_is_asked_again(call: Call, ann: Person) -> None:
    answer = call(function, **ann.options, question=QUESTION)
    assert (answer["changed"], answer["tries"]) == (True, 2)
    assert DOCUMENT in answer["answer"]
    assert [source["title"] for source in answer["sources"]] == ["Leave policy"]
    assert answer["sources"][0]["document_id"] == "leave"
    said = ann.messages(answer["conversation_id"])
    assert [message["messageId"] for message in said] == [answer["user_message_id"], answer["system_message_id"]]
    assert [message["body"] for message in said] == [QUESTION, answer["answer"]]
    assert call(function, **ann.options, question=QUESTION)["tries"] == 1
    assert chats(ann) == 3


def test_a_conversation_goes_on(call: Call, ann: Person) -> None:
    first = call(function, **ann.options, question=QUESTION)
    second = call(
        function,
        **ann.options,
        question="And how much leave for others?",
        conversation_id=first["conversation_id"],
        parent_message_id=first["system_message_id"],
    )
    assert second["conversation_id"] == first["conversation_id"]
    said = ann.messages(first["conversation_id"])
    assert [message["messageId"] for message in said] == [
        first["user_message_id"],
        first["system_message_id"],
        second["user_message_id"],
        second["system_message_id"],
    ]
    listed = ann.client.list_conversations(applicationId=ann.made.application_id)["conversations"]
    assert [item["conversationId"] for item in listed] == [first["conversation_id"]]


def test_a_filter_by_attributes(call: Call, ann: Person) -> None:
    client = ann.made.aws("qbusiness")
    application = ann.made.application_id
    index = client.list_indices(applicationId=application)["indices"][0]["indexId"]
    updated = datetime(2026, 5, 1, tzinfo=UTC)
    client.batch_put_document(
        applicationId=application,
        indexId=index,
        documents=[
            {
                "id": f"leave-{category}",
                "title": f"Leave of {category}",
                "contentType": "PLAIN_TEXT",
                "content": {"blob": f"There are {days} days of leave a year.".encode()},
                "attributes": [
                    {"name": "_category", "value": {"stringValue": category}},
                    {"name": "_last_updated_at", "value": {"dateValue": updated}},
                ],
            }
            for category, days in (("managers", 40), ("clerks", 24))
        ],
    )

    def titles(attribute_filter: dict[str, Any]) -> list[str]:
        answer = call(function, **ann.options, question=QUESTION, attribute_filter=attribute_filter)
        return sorted(source["title"] for source in answer["sources"])

    clerks = {"equals_to": {"name": "_category", "value": {"string_value": "clerks"}}}
    assert titles(clerks) == ["Leave of clerks"]
    managers = {"equals_to": {"name": "_category", "value": {"string_value": "managers"}}}
    assert titles({"or_all_filters": [clerks, managers]}) == ["Leave of clerks", "Leave of managers"]
    later = {"greater_than": {"name": "_last_updated_at", "value": {"date_value": "2026-06-01T00:00:00Z"}}}
    earlier = {"less_than": {"name": "_last_updated_at", "value": {"date_value": "2026-06-01T00:00:00+02:00"}}}
    assert titles({"and_all_filters": [clerks, later]}) == []
    assert titles({"and_all_filters": [{"not_filter": clerks}, earlier]}) == ["Leave of managers"]


def test_chat_modes(call: Call, ann: Person) -> None:
    ann.made.aws("qbusiness").update_chat_controls_configuration(
        applicationId=ann.made.application_id, creatorModeConfiguration={"creatorModeControl": "ENABLED"}
    )
    creative = call(function, **ann.options, question=QUESTION, chat_mode="CREATOR_MODE")
    assert creative["sources"] == []
    assert DOCUMENT not in creative["answer"]
    found = call(function, **ann.options, question=QUESTION, chat_mode="RETRIEVAL_MODE")
    assert DOCUMENT in found["answer"]
    with pytest.raises(LayerError) as caught:
        call(function, **ann.options, question=QUESTION, chat_mode="PLUGIN_MODE", plugin_id=UNKNOWN)
    assert UNKNOWN in caught.value.facts["service_message"]


def test_every_fault_at_once(call: Call, ann: Person) -> None:
    options = {**ann.options, "application_id": "short"}
    ann.made.cloud.log.clear()
    with pytest.raises(InputError) as caught:
        call(
            function,
            **options,
            question=" ",
            parent_message_id="x y",
            plugin_id="p",
            wait_timeout=-1,
            attribute_filter={
                "and_all_filters": [
                    {"equals_to": {"name": "_category", "value": {"string_value": 7, "long_value": 8}}},
                    {"equal_to": {"name": "x"}},
                    {"contains_all": {"name": "a b"}},
                    {"less_than": {"name": "_created_at", "value": {"date_value": "yesterday"}}},
                ]
            },
        )
    assert [fault.split(": ")[0] for fault in caught.value.faults] == [
        "application_id",
        "parent_message_id",
        "attribute_filter.and_all_filters[0].equals_to.value",
        "attribute_filter.and_all_filters[0].equals_to.value.string_value",
        "attribute_filter.and_all_filters[1].equal_to",
        "attribute_filter.and_all_filters[2].contains_all.value",
        "attribute_filter.and_all_filters[2].contains_all.name",
        "attribute_filter.and_all_filters[3].less_than.value.date_value",
        "question",
        "conversation_id",
        "plugin_id",
        "plugin_id",
        "wait_timeout",
    ]
    assert ann.made.cloud.log.since() == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"conversation_id": UNKNOWN}, "parent_message_id: is required"),
        ({"chat_mode": "PLUGIN_MODE"}, "plugin_id: is required"),
        ({"chat_mode": "CREATOR_MODE", "plugin_id": UNKNOWN}, "plugin_id: goes with"),
        ({"chat_mode": "FREE_MODE"}, "value of chat_mode must be one of"),
    ],
)
def test_faults_of_options(call: Call, cloud: Cloud, given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        call(function, application_id=UNKNOWN, question=QUESTION, **given)
    assert cloud.log.since() == []


def test_check_mode_asks_nothing(call: Call, ann: Person) -> None:
    ann.made.cloud.log.clear()
    options = {**ann.options, "application_id": "planned0-1234-4123-8123-123456789012"}
    answer = call(function, check_mode=True, **options, question=QUESTION)
    assert answer["changed"] is True
    assert "Nothing was asked" in answer["warnings"][0]
    assert "answer" not in answer
    with pytest.raises(InputError):
        call(function, check_mode=True, **options, question="")
    assert ann.made.cloud.log.since() == []


def test_no_subscription_at_all(call: Call, ann: Person) -> None:
    """Two tries in any case, and then where to look."""
    ann.made.auto_subscribe("DISABLED")
    with pytest.raises(LayerError) as caught:
        call(function, **ann.options, question=QUESTION, wait_timeout=0)
    assert caught.value.layer == "subscription"
    assert "auto" in caught.value.next_step
    assert chats(ann) == 2


def test_a_subscription_that_takes_its_time(call: Call, ann: Person) -> None:
    text = "User does not have a subscription for the given application."
    refusal = Fault("error", operation="ChatSync", status=403, code="AccessDeniedException", message=text, count=1)
    ann.made.cloud.faults.add(refusal)
    assert call(function, **ann.options, question=QUESTION, wait_timeout=30)["tries"] == 3


def test_refusals_say_where_to_look(call: Call, ann: Person) -> None:
    with pytest.raises(LayerError) as caught:
        call(function, **{**ann.options, "application_id": UNKNOWN}, question=QUESTION, wait_timeout=0)
    assert (caught.value.layer, caught.value.facts["error_code"]) == ("chat", "ResourceNotFoundException")
    ann.made.allow("qbusiness:GetApplication")
    with pytest.raises(LayerError) as caught:
        call(function, **ann.options, question=QUESTION, wait_timeout=0)
    assert "qbusiness:ChatSync" in caught.value.next_step


def test_somebody_elses_conversation(call: Call, ann: Person) -> None:
    call(function, **ann.options, question=QUESTION)
    with pytest.raises(LayerError) as caught:
        call(function, **ann.options, question=QUESTION, conversation_id=UNKNOWN, parent_message_id=UNKNOWN)
    assert "Conversation" in caught.value.facts["service_message"]


def test_a_real_playbook(play: Play, ann: Person) -> None:
    module = "qbusiness.federation.qbusiness_chat"
    first = {module: {**ann.options, "question": QUESTION}, "register": "first"}
    second = {
        module: {
            **ann.options,
            "question": "And how much leave for others?",
            "conversation_id": "{{ first.conversation_id }}",
            "parent_message_id": "{{ first.system_message_id }}",
        }
    }
    played = play([first, second], "--diff", "-vvv")
    results = played.results
    assert [result["changed"] for result in results] == [True, True]
    assert len(ann.messages(results[0]["conversation_id"])) == 4
    assert ann.keys["SecretAccessKey"] not in played.text
    assert ann.keys["SessionToken"] not in played.text

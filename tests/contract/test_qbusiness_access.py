# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat controls, users, groups, the policy, tags and subscriptions of the embedded Q Business, and its back doors."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from qbusiness_stage import Stage, staged
from qbusiness_world import INSTANCE, ROLE


@pytest.fixture
def s() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


# -- chat controls, users, groups, policy, tags ---------------------------------------------------------------------


def test_chat_controls_are_deltas(s: Stage) -> None:
    a = s.application("")
    s.q.update_chat_controls_configuration(
        applicationId=a,
        blockedPhrasesConfigurationUpdate={
            "blockedPhrasesToCreateOrUpdate": ["one", "two"],
            "systemMessageOverride": "no",
        },
        topicConfigurationsToCreateOrUpdate=[{"name": "t", "rules": []}],
    )
    s.q.update_chat_controls_configuration(
        applicationId=a,
        blockedPhrasesConfigurationUpdate={
            "blockedPhrasesToCreateOrUpdate": ["three"],
            "blockedPhrasesToDelete": ["one"],
        },
    )
    shown = s.q.get_chat_controls_configuration(applicationId=a)
    assert shown["blockedPhrases"] == {"blockedPhrases": ["two", "three"], "systemMessageOverride": "no"}
    assert [topic["name"] for topic in shown["topicConfigurations"]] == ["t"]
    s.q.update_chat_controls_configuration(applicationId=a, topicConfigurationsToDelete=[{"name": "t", "rules": []}])
    assert s.q.get_chat_controls_configuration(applicationId=a)["topicConfigurations"] == []
    s.q.delete_chat_controls_configuration(applicationId=a)
    assert s.q.get_chat_controls_configuration(applicationId=a)["blockedPhrases"] == {"blockedPhrases": []}


def test_limits_of_chat_controls(s: Stage) -> None:
    a = s.application("")
    change = s.q.update_chat_controls_configuration
    phrases = {"blockedPhrasesToCreateOrUpdate": [f"p{number}" for number in range(21)]}
    with s.refused("ServiceQuotaExceededException"):
        change(applicationId=a, blockedPhrasesConfigurationUpdate=phrases)
    topics = [{"name": f"t{number}", "rules": []} for number in range(3)]
    with s.refused("ServiceQuotaExceededException"):
        change(applicationId=a, topicConfigurationsToCreateOrUpdate=topics)
    reduction = {"hallucinationReductionControl": "ENABLED"}
    with s.refused("ValidationException", "exclude"):
        change(applicationId=a, hallucinationReductionConfiguration=reduction)
    change(
        applicationId=a,
        hallucinationReductionConfiguration=reduction,
        orchestrationConfiguration={"control": "DISABLED"},
    )
    with s.refused("ValidationException", "anonymous"):
        change(applicationId=s.application(), responseScope="ENTERPRISE_CONTENT_ONLY")


def test_users_and_aliases(s: Stage) -> None:
    a = s.application()
    s.q.create_user(applicationId=a, userId="Ann@example.com")
    with s.refused("ConflictException"):
        s.q.create_user(applicationId=a, userId="ann+work@example.com")
    one, two = {"userId": "a1", "indexId": "1" * 36}, {"userId": "a2"}
    s.q.update_user(applicationId=a, userId="ann@example.com", userAliasesToUpdate=[one, two])
    other = {"userId": "b1", "indexId": "1" * 36}
    made = s.q.update_user(
        applicationId=a, userId="ann@example.com", userAliasesToUpdate=[other], userAliasesToDelete=[two]
    )
    assert (made["userAliasesAdded"], made["userAliasesUpdated"], made["userAliasesDeleted"]) == ([], [other], [two])
    assert s.q.get_user(applicationId=a, userId="ann@example.com")["userAliases"] == [other]
    with s.refused("ResourceNotFoundException"):
        s.q.get_user(applicationId=a, userId="bob@example.com")


def test_groups_need_a_role_for_a_file(s: Stage) -> None:
    index = s.index(s.application())
    members = {"s3PathForGroupMembers": {"bucket": "groups", "key": "members.json"}}
    with s.refused("ValidationException", "roleArn"):
        s.q.put_group(**index, groupName="g", type="INDEX", groupMembers=members)
    s.q.put_group(**index, groupName="g", type="INDEX", groupMembers=members, roleArn=ROLE)
    s.fault("failed_end", "PutGroup", "No such file")
    s.q.put_group(**index, groupName="g", type="INDEX", groupMembers=members, roleArn=ROLE)
    status = s.q.get_group(**index, groupName="g")["status"]
    assert (status["status"], status["errorDetail"]["errorMessage"]) == ("FAILED", "No such file")


def test_the_policy_is_overwritten_by_statement_id(s: Stage) -> None:
    a = s.application()
    values = {"applicationId": a, "statementId": "s", "principal": ROLE}
    s.q.associate_permission(**values, actions=["qbusiness:SearchRelevantContent"])
    condition = {
        "conditionOperator": "StringEquals",
        "conditionKey": "aws:PrincipalTag/team",
        "conditionValues": ["red"],
    }
    s.q.associate_permission(**values, actions=["qbusiness:Chat", "qbusiness:ChatSync"], conditions=[condition])
    statement = json.loads(s.q.get_policy(applicationId=a)["policy"])["Statement"]
    assert len(statement) == 1
    assert statement[0]["Action"] == ["qbusiness:Chat", "qbusiness:ChatSync"]
    assert statement[0]["Condition"] == {"StringEquals": {"aws:PrincipalTag/team": ["red"]}}
    for number in range(9):
        s.q.associate_permission(**{**values, "statementId": f"s{number}"}, actions=["qbusiness:ChatSync"])
    assert len(s.q.get_policy(applicationId=a)["policy"]) > 2048
    with s.refused("ResourceNotFoundException"):
        s.q.disassociate_permission(applicationId=a, statementId="other")


def test_tags(s: Stage) -> None:
    made = s.q.create_application(displayName="x", tags=[{"key": "a", "value": "1"}])
    arn = made["applicationArn"]
    s.q.tag_resource(resourceARN=arn, tags=[{"key": f"k{n}", "value": ""} for n in range(49)])
    with s.refused("ValidationException", "at most 50"):
        s.q.tag_resource(resourceARN=arn, tags=[{"key": "one-more", "value": ""}])
    with s.refused("ValidationException", "aws:"):
        s.q.tag_resource(resourceARN=arn, tags=[{"key": "aws:x", "value": ""}])
    with s.refused("ValidationException", "aws:"):
        s.application(tags=[{"key": "AWS:x", "value": ""}])
    s.q.tag_resource(resourceARN=arn, tags=[{"key": "a", "value": "2"}])
    assert {"key": "a", "value": "2"} in s.q.list_tags_for_resource(resourceARN=arn)["tags"]
    with s.refused("ResourceNotFoundException"):
        s.q.list_tags_for_resource(resourceARN=arn[:-1] + "x")


def test_subscriptions_over_the_month(s: Stage) -> None:
    a = s.application("AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE)
    person = {"user": "0a1b2c3d-0000-4000-8000-00000000000b"}
    made = s.q.create_subscription(applicationId=a, principal=person, type="Q_BUSINESS")
    ids = {"applicationId": a, "subscriptionId": made["subscriptionId"]}
    with s.refused("ConflictException"):
        s.q.create_subscription(applicationId=a, principal={"user": person["user"].upper()}, type="Q_LITE")
    lower = s.q.update_subscription(**ids, type="Q_LITE")
    assert (lower["currentSubscription"], lower["nextSubscription"]) == ({"type": "Q_BUSINESS"}, {"type": "Q_LITE"})
    s.cloud.clock.advance(32 * 86400)
    shown = s.q.list_subscriptions(applicationId=a)["subscriptions"][0]
    assert shown["currentSubscription"] == {"type": "Q_LITE"}
    assert "nextSubscription" not in s.q.cancel_subscription(**ids)
    assert len(s.q.list_subscriptions(applicationId=a)["subscriptions"]) == 1
    s.cloud.clock.advance(32 * 86400)
    assert s.q.list_subscriptions(applicationId=a)["subscriptions"] == []
    with s.refused("ValidationException", "Identity Center"):
        s.q.create_subscription(applicationId=s.application(), principal=person, type="Q_LITE")


# -- the room -------------------------------------------------------------------------------------------------------


def test_resource_arns() -> None:
    from qbusiness_sandbox.cloud import Cloud
    from qbusiness_sandbox.qbusiness.room import QBusinessRoom
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    room = QBusinessRoom(Cloud())
    base = "arn:aws:qbusiness:us-east-1:123456789012:application/"

    def arns(method: str, target: str) -> list[str]:
        request = Request(EnvironBuilder(method=method, environ_overrides={"REQUEST_URI": target}).get_environ())
        return room.resource_arns(request, room.identify(request))

    assert arns("POST", "/applications") == []
    assert arns("POST", "/applications/A/conversations?sync") == [base + "A"]
    assert arns("GET", "/applications/A/indices") == [base + "A"]
    assert arns("GET", "/applications/A/indices/I") == [base + "A", base + "A/index/I"]
    assert arns("POST", "/applications/A/indices/I/datasources/D/startsync") == [
        base + "A",
        base + "A/index/I/data-source/D",
    ]
    assert arns("GET", "/applications/A/retrievers/R") == [base + "A", base + "A/retriever/R"]
    assert arns("GET", "/applications/A/experiences/W") == [base + "A"]
    assert arns("GET", "/v1/tags/arn%3Aaws%3Ax%2Fy") == ["arn:aws:x/y"]
    assert arns("GET", "/nothing") == []


def test_reset_and_dump(s: Stage) -> None:
    secret_token = "a-token-of-the-client"
    s.application("AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE, clientToken=secret_token)
    dumped = s.room.dump()
    assert secret_token not in json.dumps(dumped)
    assert dumped["applications"][0]["identityCenterInstanceArn"] == INSTANCE
    s.room.reset()
    assert all(value == [] for value in s.room.dump().values())
    assert s.q.list_applications()["applications"] == []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that read what an application has beside its tree. The witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.modules import (
    qbusiness_chat_controls,
    qbusiness_chat_controls_info,
    qbusiness_chat_response_configuration,
    qbusiness_chat_response_configuration_info,
    qbusiness_data_accessor,
    qbusiness_data_accessor_info,
    qbusiness_document,
    qbusiness_document_info,
    qbusiness_group,
    qbusiness_group_info,
    qbusiness_permission,
    qbusiness_permission_info,
    qbusiness_plugin,
    qbusiness_plugin_info,
    qbusiness_subscription,
    qbusiness_subscription_info,
    qbusiness_user,
    qbusiness_user_info,
)
from conftest import Call, Play
from info_world import undocumented
from qbusiness_sandbox.cloud import Cloud, Fault
from resource_world import World, make_world

pytestmark = pytest.mark.usefixtures("instant")

INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
VENDOR = "arn:aws:iam::210987654321:role/whiteboard-retrieval"
SEARCH = "qbusiness:SearchRelevantContent"
NOBODY = "00000000-1111-4222-8333-444444444444"
USERS = ["54482488-1021-7026-18f3-be45837cd0e4", "64482488-1021-7026-18f3-be45837cd0e4"]
API = {
    "openapi": "3.0.1",
    "info": {"title": "Leave", "version": "1.0"},
    "servers": [{"url": "https://leave.example.com"}],
    "paths": {"/days": {"get": {"operationId": "days", "responses": {"200": {"description": "Days"}}}}},
}


@pytest.fixture
def world(cloud: Cloud, aws: Callable[[str], Any]) -> World:
    """Its application is one of Identity Center, which may have all of them, with an index."""
    world = make_world(cloud, aws)
    world.application_id = world.application("center", identityType="AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE)
    world.index_id = world.index("of-center")
    cloud.log.clear()
    return world


@dataclass(frozen=True)
class Named:
    """What is found by a name: the module that writes it, the one that reads it, how one is made."""

    noun: str
    write: Function
    read: Function
    options: dict[str, Any]

    @property
    def plural(self) -> str:
        return f"{self.noun}s"


NAMED = [
    Named(
        "plugin",
        qbusiness_plugin.function,
        qbusiness_plugin_info.function,
        {
            "type": "CUSTOM",
            "auth_configuration": {"no_auth_configuration": {}},
            "custom_plugin_configuration": {
                "description": "Asks for leave",
                "api_schema": {"payload": json.dumps(API)},
            },
        },
    ),
    Named(
        "data_accessor",
        qbusiness_data_accessor.function,
        qbusiness_data_accessor_info.function,
        {
            "principal": VENDOR,
            "action_configurations": [{"action": SEARCH}],
            "authentication_detail": {"authentication_type": "AWS_IAM_IDC_AUTH_CODE", "external_ids": ["tenant-1"]},
        },
    ),
    Named(
        "chat_response_configuration",
        qbusiness_chat_response_configuration.function,
        qbusiness_chat_response_configuration_info.function,
        {"response_configurations": {"ALL": {"instruction_collection": {"tone": "Friendly"}}}},
    ),
]
named = pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.noun)


def make(call: Call, world: World, kind: Named, name: str = "first", **more: Any) -> dict[str, Any]:
    answer = call(kind.write, application_id=world.application_id, display_name=name, **kind.options, **more)
    world.cloud.log.clear()
    return answer


def found(call: Call, function: Function, key: str, **options: Any) -> list[dict[str, Any]]:
    """What a module answered, all of it documented."""
    answer = call(function, **options)
    assert answer["changed"] is False
    assert undocumented(function, key, answer[key]) == set()
    return list(answer[key])


@named
def test_by_id_with_the_keys_of_the_writing_module(world: World, call: Call, kind: Named) -> None:
    made = make(call, world, kind, tags={"Team": "a"})
    key = f"{kind.noun}_id"
    where = {"application_id": world.application_id, key: made[key]}
    [item] = found(call, kind.read, kind.plural, include_tags=True, **where)
    assert {name: item[name] for name in made[kind.noun]} == made[kind.noun]
    assert item["tags"] == {"Team": "a"}
    assert (item["application_id"], item[f"{kind.noun}_arn"]) == (world.application_id, made[f"{kind.noun}_arn"])
    assert world.writes() == []
    assert "tags" not in found(call, kind.read, kind.plural, **where)[0]


@named
def test_by_name_and_all_over_all_pages(world: World, call: Call, kind: Named) -> None:
    ids = {name: make(call, world, kind, name)[f"{kind.noun}_id"] for name in ("first", "firsts", "third")}
    world.cloud.settings.page_size = 1
    where = {"application_id": world.application_id}
    key = f"{kind.noun}_id"
    listed = getattr(world.q, f"list_{kind.plural}")(applicationId=world.application_id)
    assert len(next(value for value in listed.values() if isinstance(value, list))) == 1
    assert [item[key] for item in found(call, kind.read, kind.plural, display_name="first", **where)] == [ids["first"]]
    assert {item[key] for item in found(call, kind.read, kind.plural, **where)} == set(ids.values())
    assert found(call, kind.read, kind.plural, display_name="fir", **where) == []


@named
def test_nothing_named_is_there(world: World, call: Call, kind: Named) -> None:
    where = {"application_id": world.application_id}
    assert found(call, kind.read, kind.plural, **where) == []
    assert found(call, kind.read, kind.plural, **{f"{kind.noun}_id": NOBODY}, **where) == []
    assert found(call, kind.read, kind.plural, application_id=NOBODY) == []


def test_a_plugin_shows_no_document_and_no_secret(world: World, call: Call) -> None:
    make(call, world, NAMED[0])
    [item] = found(call, qbusiness_plugin_info.function, "plugins", application_id=world.application_id)
    assert item["build_status"] == "READY"
    payload = item["custom_plugin_configuration"]["api_schema"]["payload"]
    assert payload.startswith("OpenAPI 3.0.1 'Leave 1.0'") and "paths" not in payload


# -- chat controls ----------------------------------------------------------------------------------------------------


def test_chat_controls(world: World, call: Call) -> None:
    topics = [
        {
            "name": f"topic-{number}",
            "description": "Pay",
            "rules": [
                {
                    "rule_type": "CONTENT_BLOCKER_RULE",
                    "rule_configuration": {"content_blocker_rule": {"system_message_override": "No"}},
                }
            ],
        }
        for number in range(2)
    ]
    made = call(
        qbusiness_chat_controls.function,
        application_id=world.application_id,
        blocked_phrases=["aurora"],
        response_scope="ENTERPRISE_CONTENT_ONLY",
        topic_configurations=topics,
    )
    world.cloud.settings.page_size = 1
    read = qbusiness_chat_controls_info.function
    [item] = found(call, read, "chat_controls", application_id=world.application_id)
    assert item == {"application_id": world.application_id, **made["chat_controls"]}
    assert {topic["name"] for topic in item["topic_configurations"]} == {topic["name"] for topic in topics}
    first = world.q.get_chat_controls_configuration(applicationId=world.application_id)
    assert item["blocked_phrases"]["blocked_phrases"] == first["blockedPhrases"]["blockedPhrases"] == ["aurora"]
    assert found(call, read, "chat_controls", application_id=NOBODY) == []


# -- subscriptions ----------------------------------------------------------------------------------------------------


def test_subscriptions(world: World, call: Call) -> None:
    where = {"application_id": world.application_id}
    made = [
        call(qbusiness_subscription.function, user=user, type=tier, **where)["subscription"]
        for user, tier in zip(USERS, ("Q_LITE", "Q_BUSINESS"), strict=True)
    ]
    made.append(call(qbusiness_subscription.function, group=USERS[0], type="Q_LITE", **where)["subscription"])
    world.cloud.settings.page_size = 1
    read = qbusiness_subscription_info.function
    items = found(call, read, "subscriptions", **where)
    assert sorted(items, key=str) == sorted(({**where, **item} for item in made), key=str)
    assert found(call, read, "subscriptions", user=USERS[0].upper(), **where) == [{**where, **made[0]}]
    assert found(call, read, "subscriptions", group=USERS[0], **where) == [{**where, **made[2]}]
    wanted = made[1]["subscription_id"]
    assert found(call, read, "subscriptions", subscription_id=wanted, **where) == [{**where, **made[1]}]
    assert found(call, read, "subscriptions", user=NOBODY, **where) == []
    assert found(call, read, "subscriptions", application_id=NOBODY) == []


# -- users ------------------------------------------------------------------------------------------------------------


def test_users(world: World, call: Call) -> None:
    where = {"application_id": world.application_id}
    aliases = [{"user_id": "anna.global"}, {"user_id": "ANNA", "index_id": world.index_id, "data_source_id": NOBODY}]
    made = call(qbusiness_user.function, user_id="anna@example.com", user_aliases=aliases, **where)["user"]
    read = qbusiness_user_info.function
    names = ["nobody@example.com", "anna@example.com", "anna@example.com"]
    assert found(call, read, "users", user_ids=names, **where) == [{**where, **made}]
    seen = world.q.get_user(applicationId=world.application_id, userId="anna@example.com")["userAliases"]
    assert {alias["userId"] for alias in seen} == {alias["user_id"] for alias in made["user_aliases"]}
    assert found(call, read, "users", user_id="anna@example.com", **where) == [{**where, **made}]
    assert found(call, read, "users", user_id="nobody@example.com", **where) == []


# -- groups -----------------------------------------------------------------------------------------------------------


def test_groups(world: World, call: Call) -> None:
    where = {"application_id": world.application_id, "index_id": world.index_id}
    source = world.q.create_data_source(
        applicationId=world.application_id,
        indexId=world.index_id,
        displayName="wiki",
        configuration={"type": "CUSTOM", "version": "1.0.0"},
    )["dataSourceId"]
    for number in range(3):
        call(qbusiness_group.function, group_name=f"group-{number}", users=["anna@example.com"], **where)
    call(qbusiness_group.function, group_name="wiki-readers", data_source_id=source, users=[], **where)
    world.cloud.settings.page_size = 2
    read = qbusiness_group_info.function
    by_name = {item["group_name"]: item for item in found(call, read, "groups", **where)}
    assert set(by_name) == {"group-0", "group-1", "group-2", "wiki-readers"}
    assert by_name["group-1"]["status"] == "SUCCEEDED" and by_name["group-1"]["last_updated_at"]
    # A group of a data source is read with its data source only.
    assert by_name["wiki-readers"]["status"] is None
    [item] = found(call, read, "groups", data_source_id=source, **where)
    assert (item["group_name"], item["data_source_id"], item["status"]) == ("wiki-readers", source, "SUCCEEDED")
    [item] = found(call, read, "groups", group_name="group-2", **where)
    seen = world.q.get_group(applicationId=world.application_id, indexId=world.index_id, groupName="group-2")
    assert item["status"] == seen["status"]["status"]
    assert item["last_updated_at"] == seen["status"]["lastUpdatedAt"].isoformat()
    assert found(call, read, "groups", group_name="nobody", **where) == []
    assert found(call, read, "groups", **{**where, "index_id": NOBODY}) == []


# -- statements -------------------------------------------------------------------------------------------------------


def test_permissions(world: World, call: Call) -> None:
    where = {"application_id": world.application_id}
    read = qbusiness_permission_info.function
    assert found(call, read, "permissions", **where) == []
    made = call(qbusiness_permission.function, statement_id="vendor", principal=VENDOR, actions=[SEARCH], **where)[
        "permission"
    ]
    world.q.associate_permission(
        applicationId=world.application_id, statementId="theirs", actions=[SEARCH], principal=VENDOR
    )
    items = found(call, read, "permissions", **where)
    policy = json.loads(world.q.get_policy(applicationId=world.application_id)["policy"])
    assert (
        {item["statement_id"] for item in items}
        == {item["Sid"] for item in policy["Statement"]}
        == {"vendor", "theirs"}
    )
    assert found(call, read, "permissions", statement_id="vendor", **where) == [{**where, **made}]
    assert found(call, read, "permissions", statement_id="vend", **where) == []
    assert found(call, read, "permissions", application_id=NOBODY) == []


# -- documents --------------------------------------------------------------------------------------------------------


def test_documents(world: World, call: Call) -> None:
    where = {"application_id": world.application_id, "index_id": world.index_id}
    documents = [{"id": f"handbook/{number}", "content": {"text": "Leave"}} for number in range(5)]
    call(qbusiness_document.function, documents=documents, **where)
    world.cloud.settings.page_size = 2
    read = qbusiness_document_info.function
    items = {item["document_id"]: item for item in found(call, read, "documents", **where)}
    assert set(items) == {document["id"] for document in documents}
    ids = {"applicationId": world.application_id, "indexId": world.index_id}
    for seen in world.q.list_documents(**ids)["documentDetailList"]:
        shown = items[seen["documentId"]]
        assert (shown["status"], shown["created_at"]) == (seen["status"], seen["createdAt"].isoformat())
    status = items["handbook/1"]["status"]
    chosen = found(call, read, "documents", document_ids=["handbook/1", "nobody"], **where)
    assert [item["document_id"] for item in chosen] == ["handbook/1"]
    assert found(call, read, "documents", document_ids=[], **where) == []
    assert len(found(call, read, "documents", statuses=[status], **where)) == 5
    assert found(call, read, "documents", statuses=["FAILED"], **where) == []
    assert found(call, read, "documents", **{**where, "index_id": NOBODY}) == []


# -- all of them ------------------------------------------------------------------------------------------------------

PARTS: dict[str, tuple[Function, str, dict[str, Any]]] = {
    "chat_controls": (qbusiness_chat_controls_info.function, "chat_controls", {}),
    "subscription": (qbusiness_subscription_info.function, "subscriptions", {}),
    "user": (qbusiness_user_info.function, "users", {"user_ids": ["a@example.com"]}),
    "group": (qbusiness_group_info.function, "groups", {"index_id": NOBODY}),
    "permission": (qbusiness_permission_info.function, "permissions", {}),
    "document": (qbusiness_document_info.function, "documents", {"index_id": NOBODY}),
}
each = pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)


@each
def test_what_is_only_planned_is_not_there_yet(world: World, call: Call, part: Any) -> None:
    function, key, options = part
    planned = uuid_like("planned")
    assert call(function, True, **options, application_id=planned)[key] == []
    if "index_id" in options:
        assert call(function, True, application_id=world.application_id, index_id=planned)[key] == []
    assert world.requests() == []
    with pytest.raises(InputError, match="placeholder"):
        call(function, **options, application_id=planned)


@each
def test_an_id_that_cannot_be(world: World, call: Call, part: Any) -> None:
    function, _key, options = part
    with pytest.raises(InputError, match="application_id"):
        call(function, **options, application_id="short")
    assert world.requests() == []


@each
def test_a_refusal_is_an_error(world: World, call: Call, part: Any) -> None:
    function, _key, options = part
    world.cloud.faults.add(Fault("error", service="qbusiness", count=-1, status=403, code="AccessDeniedException"))
    with pytest.raises(ServiceError) as caught:
        call(function, **options, application_id=world.application_id)
    assert caught.value.code == "AccessDeniedException"


def test_through_real_ansible(world: World, call: Call, play: Play) -> None:
    make(call, world, NAMED[0])
    where = {"application_id": world.application_id}
    index = {**where, "index_id": world.index_id}
    tasks: dict[str, dict[str, Any]] = {
        "plugin": where,
        "data_accessor": where,
        "chat_response_configuration": where,
        "chat_controls": where,
        "subscription": where,
        "user": {**where, "user_id": "a@example.com"},
        "group": index,
        "permission": where,
        "document": index,
    }
    played = play(
        [{f"qbusiness.federation.qbusiness_{name}_info": options} for name, options in tasks.items()], "--check"
    )
    assert len(played.results) == len(tasks)
    assert played.results[0]["plugins"][0]["display_name"] == "first"
    assert not [result for result in played.results if result["changed"]]

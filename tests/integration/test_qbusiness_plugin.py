# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plugins. The witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    FailedStateError,
    ImmutableError,
    InputError,
    NotFoundError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder, uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_plugin import function as plugin
from conftest import Call, Play
from qbusiness_sandbox.cloud import Fault
from resource_world import World

pytestmark = pytest.mark.usefixtures("instant")

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:leave-AbCdEf"
CENTER = "arn:aws:sso::123456789012:application/ssoins-0123456789abcdef/apl-0123456789abcdef"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Leave", "version": "1.0", "description": "Kept out of answers"},
    "servers": [{"url": "https://leave.example.com"}],
    "paths": {"/days": {"get": {"operationId": "days", "responses": {"200": {"description": "Days"}}}}},
}
SUMMARY = "OpenAPI 3.0.1 'Leave 1.0', 1 operation(s), sha256 "


@pytest.fixture
def custom(world: World) -> dict[str, Any]:
    """Options of a custom plugin."""
    return {
        "application_id": world.application_id,
        "display_name": "leave",
        "type": "CUSTOM",
        "auth_configuration": {"no_auth_configuration": {}},
        "custom_plugin_configuration": settings(),
    }


@pytest.fixture
def built_in(world: World) -> dict[str, Any]:
    """Options of a built-in plugin."""
    return {
        "application_id": world.application_id,
        "display_name": "tickets",
        "type": "JIRA_CLOUD",
        "server_url": "https://jira.example.com",
        "auth_configuration": {"o_auth2_client_credential_configuration": oauth(world)},
    }


def settings(document: Any = None, **more: Any) -> dict[str, Any]:
    schema = {"payload": json.dumps(DOCUMENT) if document is None else document}
    return {"description": "Asks for leave", "api_schema": schema, **more}


def oauth(world: World, **more: Any) -> dict[str, Any]:
    urls = {"authorization_url": "https://login.example.com/a", "token_url": "https://login.example.com/t"}
    try:
        role = world.aws("iam").get_role(RoleName="plugins")["Role"]["Arn"]
    except Exception:  # moto's class of it is made at run time
        role = world.role("plugins")
    return {"secret_arn": SECRET, "role_arn": role, **urls, **more}


def seen(world: World, answer: Mapping[str, Any]) -> dict[str, Any]:
    """As boto3 sees it."""
    found: dict[str, Any] = world.q.get_plugin(applicationId=world.application_id, pluginId=answer["plugin_id"])
    return found


def listed(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.q.list_plugins(applicationId=world.application_id)["plugins"]
    return found


# -- what every module does ------------------------------------------------------------------------------------------


def test_plugin_create(world: World, call: Call, custom: dict[str, Any]) -> None:
    answer = call(plugin, **custom)
    assert (answer["changed"], answer["operations"], world.writes()) == (True, ["CreatePlugin"], ["CreatePlugin"])
    found = seen(world, answer)
    assert found["displayName"] == "leave"
    assert found["authConfiguration"] == {"noAuthConfiguration": {}}
    assert json.loads(found["customPluginConfiguration"]["apiSchema"]["payload"]) == DOCUMENT
    assert answer["build_status"] == answer["plugin"]["build_status"] == found["buildStatus"] == "READY"
    assert answer["plugin"]["auth_configuration"] == {"no_auth_configuration": {}}
    assert answer["plugin_arn"] == found["pluginArn"]
    assert not {"status", "error"} & set(answer["plugin"])


def test_plugin_create_built_in(world: World, call: Call, built_in: dict[str, Any]) -> None:
    answer = call(plugin, **built_in)
    found = seen(world, answer)
    assert found["serverUrl"] == answer["plugin"]["server_url"] == "https://jira.example.com"
    assert found["authConfiguration"]["oAuth2ClientCredentialConfiguration"]["secretArn"] == SECRET


def test_plugin_create_waits_for_the_build(world: World, call: Call, custom: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 3}
    assert call(plugin, **custom)["build_status"] == "READY"
    world.cloud.settings.polls = {"*": 5}
    quick = call(plugin, wait=False, **{**custom, "display_name": "quick"})
    assert quick["build_status"] == "CREATE_IN_PROGRESS"
    assert call(plugin, **{**custom, "display_name": "quick"})["build_status"] == "READY"


def test_plugin_create_with_a_state_makes_a_second_call(world: World, call: Call, custom: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 2}
    answer = call(plugin, **custom, plugin_state="DISABLED")
    assert answer["operations"] == world.writes() == ["CreatePlugin", "UpdatePlugin"]
    assert seen(world, answer)["state"] == answer["plugin"]["state"] == "DISABLED"
    assert call(plugin, **custom, plugin_state="DISABLED")["changed"] is False


def test_plugin_no_change(world: World, call: Call, custom: dict[str, Any], built_in: dict[str, Any]) -> None:
    for options in (custom, built_in):
        made = call(plugin, **options)
        world.cloud.log.clear()
        again = call(plugin, **options)
        assert (again["changed"], again["operations"], world.writes()) == (False, [], [])
        assert again["plugin_id"] == made["plugin_id"]
        assert again["diff"]["before"] == again["diff"]["after"]


def _updates(world: World) -> dict[str, tuple[Any, Callable[[Mapping[str, Any]], Any], Any]]:
    basic = {"secret_arn": SECRET, "role_arn": oauth(world)["role_arn"]}
    return {
        "auth_configuration": (
            {"basic_auth_configuration": basic},
            lambda found: found["authConfiguration"],
            {"basicAuthConfiguration": {"secretArn": SECRET, "roleArn": basic["role_arn"]}},
        ),
        "custom_plugin_configuration": (
            settings(description="Other"),
            lambda found: found["customPluginConfiguration"]["description"],
            "Other",
        ),
        "server_url": ("https://other.example.com", lambda found: found["serverUrl"], "https://other.example.com"),
        "plugin_state": ("DISABLED", lambda found: found["state"], "DISABLED"),
    }


@pytest.mark.parametrize(
    "option",
    [
        pytest.param(name, id=f"update_{name}")
        for name in ("auth_configuration", "custom_plugin_configuration", "server_url", "plugin_state")
    ],
)
def test_plugin_update(option: str, world: World, call: Call, custom: dict[str, Any]) -> None:
    made = call(plugin, **custom)
    value, read, expected = _updates(world)[option]
    world.cloud.log.clear()
    planned = call(plugin, True, **{**custom, option: value})
    assert world.writes() == []
    changed = call(plugin, **{**custom, option: value})
    assert planned["operations"] == changed["operations"] == world.writes() == ["UpdatePlugin"]
    assert read(seen(world, made)) == expected
    assert planned["diff"] == changed["diff"]
    before, after = changed["diff"]["before"], changed["diff"]["after"]
    key = "state" if option == "plugin_state" else option
    assert {name for name in after if before.get(name) != after[name]} == {key}
    world.cloud.log.clear()
    assert call(plugin, **{**custom, option: value})["changed"] is False
    assert call(plugin, application_id=world.application_id, display_name="leave")["changed"] is False
    assert world.writes() == []


def test_plugin_update_display_name(world: World, call: Call, custom: dict[str, Any]) -> None:
    made = call(plugin, **custom)
    renamed = call(plugin, **{**custom, "display_name": "renamed"}, plugin_id=made["plugin_id"])
    assert renamed["operations"] == ["UpdatePlugin"]
    assert seen(world, made)["displayName"] == "renamed"


def test_plugin_update_tags(world: World, call: Call, custom: dict[str, Any]) -> None:
    made = call(plugin, **custom, tags={"Team": "a", "old": "x"})
    assert made["plugin"]["tags"] == {"Team": "a", "old": "x"}
    changed = call(plugin, **custom, tags={"Team": "b"})
    assert changed["operations"] == ["UntagResource", "TagResource"]
    there = world.q.list_tags_for_resource(resourceARN=made["plugin_arn"])["tags"]
    assert there == [{"key": "Team", "value": "b"}]


def test_plugin_immutable(world: World, call: Call, custom: dict[str, Any], built_in: dict[str, Any]) -> None:
    made = call(plugin, **built_in)
    world.cloud.log.clear()
    with pytest.raises(ImmutableError, match=r"type of plugin tickets is 'JIRA_CLOUD'.*'ASANA'.*would be lost"):
        call(plugin, **{**built_in, "type": "ASANA"})
    assert world.writes() == []
    assert seen(world, made)["type"] == "JIRA_CLOUD"


def test_plugin_absent(world: World, call: Call, custom: dict[str, Any]) -> None:
    made = call(plugin, **custom)
    where = {"application_id": world.application_id, "display_name": "leave", "state": "absent"}
    world.cloud.settings.polls = {"*": 2}
    world.cloud.log.clear()
    planned = call(plugin, True, **where)
    assert (planned["changed"], world.writes()) == (True, [])
    gone = call(plugin, **where)
    assert gone["operations"] == planned["operations"] == world.writes() == ["DeletePlugin"]
    assert gone["lost"] == planned["lost"]
    assert made["plugin_id"] in gone["lost"][0]
    assert listed(world) == []
    world.cloud.log.clear()
    assert call(plugin, **where)["changed"] is False
    by_id = {"application_id": world.application_id, "plugin_id": made["plugin_id"]}
    assert call(plugin, **by_id, state="absent")["changed"] is False
    elsewhere = {**where, "application_id": "00000000-aaaa-4bbb-8ccc-000000000000"}
    assert call(plugin, **elsewhere)["changed"] is False
    assert world.writes() == []
    with pytest.raises(NotFoundError, match=made["plugin_id"]):
        call(plugin, **by_id)


def test_plugin_absent_fails(world: World, call: Call, custom: dict[str, Any]) -> None:
    call(plugin, **custom)
    world.cloud.settings.polls = {"*": 1}
    world.cloud.faults.add(Fault("failed_end", "qbusiness", "DeletePlugin"))
    with pytest.raises(FailedStateError, match="DELETE_FAILED"):
        call(plugin, **custom, state="absent")
    with pytest.raises(FailedStateError, match=r"DELETE_FAILED.*state=absent"):
        call(plugin, **custom)
    assert call(plugin, **custom, state="absent")["changed"] is True
    assert listed(world) == []


def test_plugin_check(world: World, call: Call, custom: dict[str, Any], built_in: dict[str, Any]) -> None:
    for options in (custom, {**built_in, "plugin_state": "ENABLED"}):
        world.cloud.log.clear()
        planned = call(plugin, True, **options, tags={"team": "a"})
        assert world.writes() == []
        assert is_placeholder(planned["plugin_id"])
        assert is_placeholder(planned["plugin_arn"])
        made = call(plugin, **options, tags={"team": "a"})
        assert planned["operations"] == made["operations"]
        assert set(planned) == set(made)
        for name, value in planned["plugin"].items():
            if not is_placeholder(value):
                assert made["plugin"][name] == value, name


def test_plugin_check_with_a_planned_parent(world: World, call: Call, custom: dict[str, Any]) -> None:
    planned = call(plugin, True, **{**custom, "application_id": uuid_like("application")})
    assert planned["operations"] == ["CreatePlugin"]
    assert world.requests() == []


def test_plugin_diff(world: World, call: Call, custom: dict[str, Any]) -> None:
    """The document is in no answer; a change of it is seen by its summary."""
    made = call(plugin, **custom)
    other = {**DOCUMENT, "info": {"title": "Leave", "version": "2.0"}}
    changed = call(plugin, **{**custom, "custom_plugin_configuration": settings(other)})
    before, after = (changed["diff"][side]["custom_plugin_configuration"] for side in ("before", "after"))
    assert before["api_schema"]["payload"].startswith(SUMMARY)
    assert after["api_schema"]["payload"].startswith("OpenAPI 3.0.1 'Leave 2.0', 1 operation(s)")
    assert "Kept out of answers" not in json.dumps([made, changed])
    assert "build_status" not in changed["diff"]["after"]


def test_plugin_bad_input(world: World, call: Call) -> None:
    with pytest.raises(InputError) as caught:
        call(
            plugin,
            application_id=world.application_id,
            display_name="no spaces",
            type="JIRA_CLOUD",
            server_url="no url",
            auth_configuration={
                "basic_auth_configuration": {
                    "secret_arn": "arn:aws:ssm:us-east-1:123456789012:parameter",
                    "role_arn": "",
                },
                "no_auth_configuration": {},
            },
            custom_plugin_configuration={
                "description": "x" * 201,
                "api_schema": {"payload": "swagger: '2.0'\nnote: never shown", "s3": {"bucket": "x"}},
            },
            tags={"k" * 129: "v"},
        )
    named = {fault.partition(": ")[0] for fault in caught.value.faults}
    assert named >= {
        "display_name",
        "server_url",
        "auth_configuration",
        "auth_configuration.basic_auth_configuration.secret_arn",
        "custom_plugin_configuration",
        "custom_plugin_configuration.description",
        "custom_plugin_configuration.api_schema",
        "tags[0].key",
    }
    assert "never shown" not in caught.value.message
    assert world.writes() == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "type: is required to create"),
        ({"type": "NOTES"}, "type: 'NOTES' is none of SERVICE_NOW"),
        ({"type": "CUSTOM"}, "custom_plugin_configuration: is required with type CUSTOM"),
        ({"type": "ASANA"}, "auth_configuration: is required"),
        (
            {"auth_configuration": {"idc_auth_configuration": {"role_arn": "arn:aws:iam::1:user/x"}}},
            r"idc_auth_configuration.role_arn: 'arn:aws:iam::1:user/x' is no role",
        ),
        (
            {"auth_configuration": {"idc_auth_configuration": {"role_arn": "arn:aws:iam::123456789012:role/x"}}},
            r"idc_auth_configuration.idc_application_arn: is required",
        ),
        ({"auth_configuration": {"no_auth_configuration": {"x": 1}}}, r"no_auth_configuration.x: is unknown"),
    ],
)
def test_plugin_bad_input_of_one_kind(options: dict[str, Any], text: str, world: World, call: Call) -> None:
    with pytest.raises(InputError, match=text):
        call(plugin, application_id=world.application_id, display_name="x", **options)
    assert world.writes() == []


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("{", "neither JSON nor YAML"),
        ("just a text", "is no OpenAPI document"),
        ("swagger: '2.0'\npaths: {/x: {get: {}}}", "it says swagger 2; OpenAPI 3 is needed"),
        ("openapi: 2.9.0\npaths: {/x: {get: {}}}", "openapi is '2.9.0'; OpenAPI 3 is needed"),
        ("openapi: 3.0.1\npaths: {}", "has no operation"),
        ({**DOCUMENT, "paths": {f"/{n}": {"get": {}} for n in range(21)}}, "has 21 operations, a plugin may have 20"),
        ({**DOCUMENT, "note": "x" * 1_000_000}, "longer than 1 MB"),
    ],
    ids=["no_document", "text", "swagger", "version", "empty", "operations", "length"],
)
def test_plugin_bad_input_schema(document: Any, text: str, world: World, call: Call, custom: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=text):
        call(plugin, **{**custom, "custom_plugin_configuration": settings(document)})
    assert world.writes() == []


# -- what is special -------------------------------------------------------------------------------------------------

SAME = {
    "data": DOCUMENT,
    "compact": json.dumps(DOCUMENT, separators=(",", ":")),
    "turned": json.dumps(dict(reversed(DOCUMENT.items())), indent=4),
    "yaml": yaml.safe_dump(DOCUMENT, sort_keys=False),
    "yaml_keys": yaml.safe_dump(DOCUMENT).replace("'200':", "200:"),
}


@pytest.mark.parametrize("given", list(SAME))
def test_plugin_schema_is_compared_by_its_meaning(given: str, world: World, call: Call, custom: dict[str, Any]) -> None:
    made = call(plugin, **{**custom, "custom_plugin_configuration": settings(SAME[given])})
    payload = seen(world, made)["customPluginConfiguration"]["apiSchema"]["payload"]
    assert payload == (json.dumps(DOCUMENT) if given == "data" else SAME[given])
    world.cloud.log.clear()
    for document in SAME.values():
        again = call(plugin, **{**custom, "custom_plugin_configuration": settings(document)})
        assert (again["changed"], world.writes()) == (False, [])
    other = json.loads(json.dumps(DOCUMENT))
    other["paths"]["/days"]["get"]["responses"]["200"]["description"] = "Other"
    assert call(plugin, **{**custom, "custom_plugin_configuration": settings(other)})["operations"] == ["UpdatePlugin"]


def test_plugin_schema_in_s3(world: World, call: Call, custom: dict[str, Any]) -> None:
    in_s3 = {"description": "Asks for leave", "api_schema": {"s3": {"bucket": "schemas", "key": "leave.yaml"}}}
    options = {**custom, "custom_plugin_configuration": in_s3}
    made = call(plugin, **options)
    assert seen(world, made)["customPluginConfiguration"]["apiSchema"] == {
        "s3": {"bucket": "schemas", "key": "leave.yaml"}
    }
    assert call(plugin, **options)["changed"] is False
    assert call(plugin, True, **options, rebuild=True)["operations"] == ["UpdatePlugin"]
    world.cloud.log.clear()
    again = call(plugin, **options, rebuild=True)
    assert again["operations"] == world.writes() == ["UpdatePlugin"]
    # From one kind to the other, and back.
    assert call(plugin, **custom)["operations"] == ["UpdatePlugin"]
    assert set(seen(world, made)["customPluginConfiguration"]["apiSchema"]) == {"payload"}


def test_plugin_authentication_keeps_what_is_not_given(world: World, call: Call, built_in: dict[str, Any]) -> None:
    made = call(plugin, **built_in)
    arm = "o_auth2_client_credential_configuration"
    other = {"secret_arn": f"{SECRET}2", "role_arn": oauth(world)["role_arn"]}
    call(plugin, **{**built_in, "auth_configuration": {arm: other}})
    found = seen(world, made)["authConfiguration"]["oAuth2ClientCredentialConfiguration"]
    assert (found["secretArn"], found["tokenUrl"]) == (f"{SECRET}2", "https://login.example.com/t")
    without = {"auth_configuration": {arm: {**other, "token_url": ""}}}
    assert call(plugin, **{**built_in, **without})["operations"] == ["UpdatePlugin"]
    found = seen(world, made)["authConfiguration"]["oAuth2ClientCredentialConfiguration"]
    assert found.get("tokenUrl") is None
    assert found["authorizationUrl"] == "https://login.example.com/a"
    assert call(plugin, **{**built_in, **without})["changed"] is False


def test_plugin_with_identity_center(world: World, call: Call, custom: dict[str, Any]) -> None:
    arm = {"idc_application_arn": CENTER, "role_arn": oauth(world)["role_arn"]}
    made = call(plugin, **{**custom, "auth_configuration": {"idc_auth_configuration": arm}})
    assert seen(world, made)["authConfiguration"] == {
        "idcAuthConfiguration": {"idcApplicationArn": CENTER, "roleArn": arm["role_arn"]}
    }


def test_plugin_whose_creation_failed(world: World, call: Call, custom: dict[str, Any]) -> None:
    world.cloud.faults.add(Fault("failed_end", "qbusiness", "CreatePlugin"))
    with pytest.raises(FailedStateError, match=r"CREATE_FAILED.*no reason.*OpenAPI schema"):
        call(plugin, **custom)
    with pytest.raises(FailedStateError, match=r"CREATE_FAILED.*Remove it \(state=absent\)"):
        call(plugin, **custom)
    assert call(plugin, **custom, state="absent")["changed"] is True
    assert call(plugin, **custom)["build_status"] == "READY"


def test_plugin_whose_update_failed_is_built_again(world: World, call: Call, custom: dict[str, Any]) -> None:
    made = call(plugin, **custom)
    world.cloud.faults.add(Fault("failed_end", "qbusiness", "UpdatePlugin"))
    changed = {**custom, "custom_plugin_configuration": settings(description="Other")}
    with pytest.raises(FailedStateError, match=r"UPDATE_FAILED.*OpenAPI schema"):
        call(plugin, **changed)
    with pytest.raises(FailedStateError, match="nothing that was given would change it"):
        call(plugin, application_id=world.application_id, display_name="leave")
    world.cloud.log.clear()
    again = call(plugin, **changed)
    assert again["operations"] == world.writes() == ["UpdatePlugin"]
    assert seen(world, made)["buildStatus"] == "READY"
    assert call(plugin, **changed)["changed"] is False


def test_plugin_that_is_named_twice(world: World, call: Call, custom: dict[str, Any]) -> None:
    ids = [call(plugin, **custom)["plugin_id"]]
    members = {"applicationId": world.application_id, "displayName": "leave", "type": "ASANA"}
    second = world.q.create_plugin(**members, authConfiguration={"noAuthConfiguration": {}})
    ids.append(second["pluginId"])
    with pytest.raises(AmbiguousError) as caught:
        call(plugin, **custom)
    assert all(plugin_id in caught.value.message for plugin_id in ids)


def test_plugin_is_found_over_pages(world: World, call: Call, custom: dict[str, Any]) -> None:
    for number in range(3):
        call(plugin, **{**custom, "display_name": f"other-{number}"})
    made = call(plugin, **custom)
    world.cloud.settings.page_size = 1
    again = call(plugin, **custom)
    assert (again["changed"], again["plugin_id"]) == (False, made["plugin_id"])


def test_plugin_in_a_playbook(world: World, play: Play, custom: dict[str, Any]) -> None:
    """The document is data of the playbook; it is in no output."""
    options = {**custom, "custom_plugin_configuration": settings(DOCUMENT), "plugin_state": "ENABLED"}
    name = "qbusiness.federation.qbusiness_plugin"
    texts = {"json": json.dumps(DOCUMENT), "yaml": yaml.safe_dump(DOCUMENT)}
    other = yaml.safe_dump({**DOCUMENT, "openapi": "3.0.3"})
    tasks: list[dict[str, Any]] = [
        {name: options},
        {name: options},
        *(
            {name: {**options, "custom_plugin_configuration": settings("{{ given }}")}, "vars": {"given": text}}
            for text in (*texts.values(), other)
        ),
        {name: {**options, "state": "absent"}},
    ]
    played = play(tasks, "--diff")
    assert [result["changed"] for result in played.results] == [True, False, False, False, True, True]
    assert SUMMARY in played.text
    assert "Kept out of answers" not in json.dumps([result.get("diff") for result in played.results])
    assert listed(world) == []

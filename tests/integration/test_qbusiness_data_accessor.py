# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data accessors of an application with Identity Center. The witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    ImmutableError,
    InputError,
    NotFoundError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder, uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_data_accessor import function as accessor
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud
from resource_world import World, make_world

pytestmark = pytest.mark.usefixtures("instant")

VENDOR = "arn:aws:iam::210987654321:role/whiteboard-retrieval"
INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
ISSUER = "arn:aws:sso::123456789012:trustedTokenIssuer/ssoins-0123456789abcdef/tti-01234567-0123-4123-8123-0123456789ab"
SEARCH = "qbusiness:SearchRelevantContent"
FILTER: dict[str, Any] = {
    "and_all_filters": [
        {"equals_to": {"name": "stage", "value": {"string_value": "published"}}},
        {"contains_any": {"name": "teams", "value": {"string_list_value": ["a", "b"]}}},
        {"not_filter": {"greater_than": {"name": "_created_at", "value": {"date_value": "2026-01-01T01:00:00+01:00"}}}},
        {"or_all_filters": [{"less_than": {"name": "level", "value": {"long_value": 3}}}]},
    ]
}


@pytest.fixture
def world(cloud: Cloud, aws: Callable[[str], Any]) -> World:
    world = make_world(cloud, aws)
    world.application_id = world.application("center", identityType="AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE)
    cloud.log.clear()
    return world


@pytest.fixture
def board(world: World) -> dict[str, Any]:
    """Options of one."""
    return {
        "application_id": world.application_id,
        "display_name": "whiteboard",
        "principal": VENDOR,
        "action_configurations": filtered(FILTER),
        "authentication_detail": {"authentication_type": "AWS_IAM_IDC_AUTH_CODE", "external_ids": ["tenant-1"]},
    }


def filtered(document: Any) -> list[dict[str, Any]]:
    return [{"filter_configuration": {"document_attribute_filter": document}}]


def seen(world: World, answer: Mapping[str, Any]) -> dict[str, Any]:
    """As boto3 sees it."""
    where = {"applicationId": world.application_id, "dataAccessorId": answer["data_accessor_id"]}
    found: dict[str, Any] = world.q.get_data_accessor(**where)
    return found


def listed(world: World) -> list[dict[str, Any]]:
    return list(world.q.list_data_accessors(applicationId=world.application_id)["dataAccessors"])


def test_data_accessor_create(world: World, call: Call, board: dict[str, Any]) -> None:
    answer = call(accessor, **board)
    assert (answer["changed"], answer["operations"]) == (True, ["CreateDataAccessor"])
    assert world.writes() == ["CreateDataAccessor"]
    found = seen(world, answer)
    assert found["principal"] == answer["data_accessor"]["principal"] == VENDOR
    assert found["idcApplicationArn"] == answer["idc_application_arn"]
    assert found["dataAccessorArn"] == answer["data_accessor_arn"]
    assert found["authenticationDetail"] == {
        "authenticationType": "AWS_IAM_IDC_AUTH_CODE",
        "externalIds": ["tenant-1"],
    }
    (action,) = found["actionConfigurations"]
    assert action["action"] == SEARCH
    parts = action["filterConfiguration"]["documentAttributeFilter"]["andAllFilters"]
    assert parts[1]["containsAny"] == {"name": "teams", "value": {"stringListValue": ["a", "b"]}}
    date = parts[2]["notFilter"]["greaterThan"]["value"]["dateValue"]
    assert date == datetime(2026, 1, 1, tzinfo=UTC)
    assert parts[3]["orAllFilters"][0]["lessThan"]["value"] == {"longValue": 3}
    assert "status" not in answer["data_accessor"]


def test_data_accessor_no_change(world: World, call: Call, board: dict[str, Any]) -> None:
    made = call(accessor, **board)
    turned = json.loads(json.dumps(FILTER))
    turned["and_all_filters"].reverse()
    turned["and_all_filters"][2]["contains_any"]["value"]["string_list_value"].reverse()
    turned["and_all_filters"][1]["not_filter"]["greater_than"]["value"]["date_value"] = "2026-01-01T00:00:00Z"
    world.cloud.log.clear()
    for options in (board, {**board, "action_configurations": filtered(turned)}):
        again = call(accessor, **options)
        assert (again["changed"], again["operations"], world.writes()) == (False, [], [])
        assert again["data_accessor_id"] == made["data_accessor_id"]
        assert again["diff"]["before"] == again["diff"]["after"]
    named = {"application_id": world.application_id, "display_name": "whiteboard"}
    assert call(accessor, **named)["changed"] is False


UPDATES: dict[str, tuple[Any, Callable[[Mapping[str, Any]], Any], Any]] = {
    "action_configurations": (
        [{"action": SEARCH}],
        lambda found: found["actionConfigurations"],
        [{"action": SEARCH}],
    ),
    "authentication_detail": (
        {
            "authentication_type": "AWS_IAM_IDC_TTI",
            "authentication_configuration": {
                "idc_trusted_token_issuer_configuration": {"idc_trusted_token_issuer_arn": ISSUER}
            },
        },
        lambda found: found["authenticationDetail"],
        {
            "authenticationType": "AWS_IAM_IDC_TTI",
            "authenticationConfiguration": {"idcTrustedTokenIssuerConfiguration": {"idcTrustedTokenIssuerArn": ISSUER}},
            "externalIds": ["tenant-1"],
        },
    ),
}


@pytest.mark.parametrize("option", [pytest.param(name, id=f"update_{name}") for name in UPDATES])
def test_data_accessor_update(option: str, world: World, call: Call, board: dict[str, Any]) -> None:
    made = call(accessor, **board)
    value, read, expected = UPDATES[option]
    world.cloud.log.clear()
    planned = call(accessor, True, **{**board, option: value})
    assert world.writes() == []
    changed = call(accessor, **{**board, option: value})
    assert planned["operations"] == changed["operations"] == world.writes() == ["UpdateDataAccessor"]
    assert read(seen(world, made)) == expected
    assert planned["diff"] == changed["diff"]
    before, after = changed["diff"]["before"], changed["diff"]["after"]
    assert {name for name in after if before.get(name) != after[name]} == {option}
    world.cloud.log.clear()
    assert call(accessor, **{**board, option: value})["changed"] is False
    assert world.writes() == []


def test_data_accessor_update_display_name(world: World, call: Call, board: dict[str, Any]) -> None:
    """An update has to carry the actions, even where only the name changes."""
    made = call(accessor, **board)
    actions = seen(world, made)["actionConfigurations"]
    where = {"application_id": world.application_id, "data_accessor_id": made["data_accessor_id"]}
    assert call(accessor, **where, display_name="renamed")["operations"] == ["UpdateDataAccessor"]
    assert seen(world, made)["displayName"] == "renamed"
    assert seen(world, made)["actionConfigurations"] == actions


def test_data_accessor_update_of_the_detail_leaves_the_old_type(
    world: World, call: Call, board: dict[str, Any]
) -> None:
    """The issuer of one type does not go along to the other; the tenant does."""
    issuer = {**UPDATES["authentication_detail"][0], "external_ids": ["tenant-1"]}
    made = call(accessor, **{**board, "authentication_detail": issuer})
    call(accessor, **{**board, "authentication_detail": {"authentication_type": "AWS_IAM_IDC_AUTH_CODE"}})
    assert seen(world, made)["authenticationDetail"] == {
        "authenticationType": "AWS_IAM_IDC_AUTH_CODE",
        "externalIds": ["tenant-1"],
    }


def test_data_accessor_update_tags(world: World, call: Call, board: dict[str, Any]) -> None:
    made = call(accessor, **board, tags={"Team": "a", "old": "x"})
    assert call(accessor, **board, tags={"Team": "b"})["operations"] == ["UntagResource", "TagResource"]
    there = world.q.list_tags_for_resource(resourceARN=made["data_accessor_arn"])["tags"]
    assert there == [{"key": "Team", "value": "b"}]


def test_data_accessor_immutable(world: World, call: Call, board: dict[str, Any]) -> None:
    made = call(accessor, **board)
    world.cloud.log.clear()
    with pytest.raises(ImmutableError, match=r"principal of data_accessor whiteboard.*would be lost"):
        call(accessor, **{**board, "principal": f"{VENDOR}-2"})
    assert world.writes() == []
    assert seen(world, made)["principal"] == VENDOR


def test_data_accessor_absent(world: World, call: Call, board: dict[str, Any]) -> None:
    made = call(accessor, **board)
    where = {"application_id": world.application_id, "display_name": "whiteboard", "state": "absent"}
    world.cloud.log.clear()
    planned = call(accessor, True, **where)
    assert (planned["changed"], world.writes()) == (True, [])
    gone = call(accessor, **where)
    assert gone["operations"] == planned["operations"] == world.writes() == ["DeleteDataAccessor"]
    assert gone["lost"] == planned["lost"]
    assert VENDOR in gone["lost"][0]
    assert made["idc_application_arn"] in gone["lost"][1]
    assert listed(world) == []
    world.cloud.log.clear()
    assert call(accessor, **where)["changed"] is False
    assert world.writes() == []
    with pytest.raises(NotFoundError, match=made["data_accessor_id"]):
        call(accessor, application_id=world.application_id, data_accessor_id=made["data_accessor_id"])


def test_data_accessor_check(world: World, call: Call, board: dict[str, Any]) -> None:
    planned = call(accessor, True, **board, tags={"team": "a"})
    assert (world.writes(), listed(world)) == ([], [])
    assert is_placeholder(planned["data_accessor_id"])
    assert is_placeholder(planned["idc_application_arn"])
    made = call(accessor, **board, tags={"team": "a"})
    assert planned["operations"] == made["operations"]
    assert set(planned) == set(made)
    for name, value in planned["data_accessor"].items():
        if not is_placeholder(value):
            assert made["data_accessor"][name] == value, name
    world.cloud.log.clear()
    child = call(accessor, True, **{**board, "application_id": uuid_like("application")})
    assert (child["operations"], world.requests()) == (["CreateDataAccessor"], [])


def test_data_accessor_diff(world: World, call: Call, board: dict[str, Any]) -> None:
    call(accessor, **board)
    other = {"equals_to": {"name": "stage", "value": {"string_value": "draft"}}}
    changed = call(accessor, **{**board, "action_configurations": filtered(other)})
    before, after = changed["diff"]["before"], changed["diff"]["after"]
    assert {name for name in after if before[name] != after[name]} == {"action_configurations"}
    shown = after["action_configurations"][0]["filter_configuration"]["document_attribute_filter"]
    assert shown == other


def test_data_accessor_bad_input(world: World, call: Call) -> None:
    wrong = {
        "equals_to": {"name": "no spaces", "value": {"date_value": "soon"}},
        "unknown": 1,
        "less_than": {"name": "x", "value": {"long_value": "three", "string_value": "three"}},
    }
    with pytest.raises(InputError) as caught:
        call(
            accessor,
            application_id=world.application_id,
            display_name="no spaces",
            principal="arn:aws:iam::1:user/x",
            action_configurations=[*filtered(wrong), {"action": "s3:GetObject"}, *[{}] * 9],
            authentication_detail={"authentication_type": "AWS_IAM_IDC_TTI", "external_ids": ["a", "no spaces"]},
            tags={"k": "v" * 257},
        )
    path = "action_configurations[0].filter_configuration.document_attribute_filter"
    assert {fault.partition(": ")[0] for fault in caught.value.faults} == {
        "display_name",
        "principal",
        "action_configurations",
        "action_configurations[1].action",
        f"{path}.equals_to.name",
        f"{path}.equals_to.value.date_value",
        f"{path}.less_than.value",
        f"{path}.less_than.value.long_value",
        f"{path}.unknown",
        "authentication_detail.authentication_configuration",
        "authentication_detail.external_ids",
        "authentication_detail.external_ids[1]",
        "tags[0].value",
    }
    assert world.writes() == []


def test_data_accessor_bad_input_of_another_identity_type(world: World, call: Call, board: dict[str, Any]) -> None:
    """Only where one would be made, and before anything is written."""
    other = {**board, "application_id": world.application("federated")}
    world.cloud.log.clear()
    for check_mode in (True, False):
        with pytest.raises(InputError, match=r"application_id: the application federated.*Identity Center"):
            call(accessor, check_mode, **other)
    assert world.writes() == []
    call(accessor, **board)
    world.cloud.log.clear()
    call(accessor, **board)
    assert "GetApplication" not in world.requests()


def test_data_accessor_that_is_named_twice(world: World, call: Call, board: dict[str, Any]) -> None:
    made = call(accessor, **board)
    second = world.q.create_data_accessor(
        applicationId=world.application_id,
        displayName="whiteboard",
        principal=VENDOR,
        actionConfigurations=[{"action": SEARCH}],
    )
    with pytest.raises(AmbiguousError) as caught:
        call(accessor, **board)
    assert made["data_accessor_id"] in caught.value.message
    assert second["dataAccessorId"] in caught.value.message


def test_data_accessor_is_found_over_pages(world: World, call: Call, board: dict[str, Any]) -> None:
    for number in range(3):
        call(accessor, **{**board, "display_name": f"other-{number}"})
    made = call(accessor, **board)
    world.cloud.settings.page_size = 1
    again = call(accessor, **board)
    assert (again["changed"], again["data_accessor_id"]) == (False, made["data_accessor_id"])


def test_data_accessor_in_a_playbook(world: World, play: Play, board: dict[str, Any]) -> None:
    name = "qbusiness.federation.qbusiness_data_accessor"
    tasks = [{name: board}, {name: board}, {name: {**board, "state": "absent"}}]
    assert [result["changed"] for result in play(tasks).results] == [True, False, True]
    assert listed(world) == []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qbusiness_permission`` on the embedded cloud; the witness is boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_permission import function
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud, Fault
from resource_world import World

pytestmark = pytest.mark.usefixtures("instant")

VENDOR = "arn:aws:iam::210987654321:role/vendor"
OTHER = "arn:aws:iam::210987654321:role/other"
SEARCH, PLUGINS = "qbusiness:SearchRelevantContent", "qbusiness:ListPlugins"
KEY = "aws:PrincipalTag/QBusinessDataAccessorExternalId"


def condition(value: str = "acme-4711", key: str = KEY) -> dict[str, Any]:
    return {"condition_key": key, "condition_values": [value]}


def given(world: World, **changes: Any) -> dict[str, Any]:
    options = {
        "application_id": world.application_id,
        "statement_id": "vendor-search",
        "principal": VENDOR,
        "actions": [SEARCH, PLUGINS],
        "conditions": [condition()],
        **changes,
    }
    return {name: value for name, value in options.items() if value is not None}


def policy(world: World) -> dict[str, dict[str, Any]]:
    """The statements by Sid."""
    document = json.loads(world.q.get_policy(applicationId=world.application_id).get("policy", "{}"))
    return {statement["Sid"]: statement for statement in document.get("Statement", [])}


def theirs(world: World) -> None:
    """A statement of somebody else."""
    world.q.associate_permission(
        applicationId=world.application_id, statementId="theirs", actions=[SEARCH], principal=OTHER
    )
    world.cloud.log.clear()


def test_create(world: World, call: Call) -> None:
    theirs(world)
    answer = call(function, **given(world))
    assert answer["operations"] == world.writes() == ["AssociatePermission"]
    found = policy(world)
    assert set(found) == {"theirs", "vendor-search"}
    assert found["vendor-search"]["Principal"] == {"AWS": VENDOR}
    assert found["vendor-search"]["Action"] == [SEARCH, PLUGINS]
    assert found["vendor-search"]["Condition"] == {"StringEquals": {KEY: ["acme-4711"]}}
    assert answer["permission"] == {
        "statement_id": "vendor-search",
        "principal": VENDOR,
        "actions": [SEARCH, PLUGINS],
        "conditions": [{"condition_operator": "StringEquals", **condition()}],
    }
    assert answer["statement_id"] == "vendor-search"
    assert answer["application_id"] == world.application_id
    assert answer["diff"]["before"] == {}
    assert answer["diff"]["after"] == answer["permission"]


def test_no_change(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.log.clear()
    answer = call(function, **given(world))
    assert answer["changed"] is False
    assert world.requests() == ["GetPolicy"]
    assert answer["diff"]["before"] == answer["diff"]["after"] != {}


def test_no_change_of_the_same_in_another_form(world: World, call: Call) -> None:
    """The policy spells one action as a text; order and capital letters mean nothing."""
    call(function, **given(world, actions=[SEARCH]))
    same = call(function, **given(world, actions=["qbusiness:searchrelevantcontent"], conditions=[condition(key=KEY)]))
    assert same["changed"] is False
    call(function, **given(world))
    assert call(function, **given(world, actions=[PLUGINS, SEARCH]))["changed"] is False


@pytest.mark.parametrize(
    ("field", "value", "member", "seen"),
    [
        ("principal", OTHER, "Principal", {"AWS": OTHER}),
        ("actions", [PLUGINS], "Action", PLUGINS),
        ("conditions", [condition("acme-4712")], "Condition", {"StringEquals": {KEY: ["acme-4712"]}}),
    ],
    ids=["principal", "actions", "conditions"],
)
def test_update(field: str, value: Any, member: str, seen: Any, world: World, call: Call) -> None:
    theirs(world)
    call(function, **given(world))
    world.cloud.log.clear()
    planned = call(function, check_mode=True, **given(world, **{field: value}))
    assert world.writes() == []
    answer = call(function, **given(world, **{field: value}))
    assert answer["operations"] == planned["operations"] == ["DisassociatePermission", "AssociatePermission"]
    assert world.writes() == answer["operations"]
    assert answer["diff"] == planned["diff"]
    found = policy(world)
    assert found["vendor-search"][member] == seen
    assert found["theirs"]["Principal"] == {"AWS": OTHER}
    assert call(function, **given(world, **{field: value}))["changed"] is False


def test_update_takes_conditions_away(world: World, call: Call) -> None:
    call(function, **given(world))
    call(function, **given(world, conditions=None))
    assert "Condition" not in policy(world)["vendor-search"]


def test_update_that_is_refused_leaves_the_old_statement(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.faults.add(Fault("error", "qbusiness", "AssociatePermission", status=402, code="ServiceQuotaExceeded"))
    with pytest.raises(ServiceError, match="was put back") as caught:
        call(function, **given(world, principal=OTHER))
    assert caught.value.code == "ServiceQuotaExceeded"
    assert policy(world)["vendor-search"]["Principal"] == {"AWS": VENDOR}
    assert policy(world)["vendor-search"]["Condition"] == {"StringEquals": {KEY: ["acme-4711"]}}


def test_update_that_cannot_be_taken_back_says_so(world: World, call: Call) -> None:
    call(function, **given(world))
    fault = Fault("error", "qbusiness", "AssociatePermission", status=402, code="ServiceQuotaExceeded", count=-1)
    world.cloud.faults.add(fault)
    with pytest.raises(ServiceError, match=r"could not be put back .*there is none now"):
        call(function, **given(world, principal=OTHER))
    world.cloud.faults.clear()
    assert policy(world) == {}
    assert call(function, **given(world, principal=OTHER))["operations"] == ["AssociatePermission"]


def test_update_names_a_role_that_was_removed(world: World, call: Call, cloud: Cloud) -> None:
    statement = {"Sid": "vendor-search", "Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEID"}, "Action": SEARCH}
    body = json.dumps({"policy": json.dumps({"Version": "2012-10-17", "Statement": statement})})
    cloud.faults.add(
        Fault(
            "answer", "qbusiness", "GetPolicy", status=200, options={"body": body, "content_type": "application/json"}
        )
    )
    answer = call(function, check_mode=True, **given(world, actions=[SEARCH], conditions=None))
    assert answer["operations"] == ["DisassociatePermission", "AssociatePermission"]
    assert "role that was removed (AROAEXAMPLEID)" in answer["warnings"][0]


def test_absent(world: World, call: Call) -> None:
    theirs(world)
    call(function, **given(world))
    where = {"application_id": world.application_id, "statement_id": "vendor-search", "state": "absent"}
    world.cloud.log.clear()
    planned = call(function, check_mode=True, **where)
    assert planned["changed"] is True
    assert world.writes() == []
    answer = call(function, **where)
    assert answer["operations"] == planned["operations"] == world.writes() == ["DisassociatePermission"]
    assert answer["lost"] == [f"statement vendor-search: what {VENDOR} may do ({SEARCH}, {PLUGINS})"]
    assert set(policy(world)) == {"theirs"}
    assert call(function, **where)["changed"] is False


def test_absent_where_the_application_is_gone(world: World, call: Call) -> None:
    gone = "00000000-1111-4222-8333-444444444444"
    answer = call(function, application_id=gone, statement_id="vendor-search", state="absent")
    assert answer["changed"] is False


def test_check(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world))
    assert world.writes() == []
    assert policy(world) == {}
    answer = call(function, **given(world))
    assert (planned["operations"], planned["diff"]) == (answer["operations"], answer["diff"])


def test_check_in_an_application_that_is_only_planned(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world, application_id=uuid_like("application", "x")))
    assert planned["operations"] == ["AssociatePermission"]
    assert world.requests() == []


def test_bad_input(world: World, call: Call) -> None:
    faulty = {
        "statement_id": "no spaces",
        "principal": "arn:aws:iam::210987654321:user/anna",
        "actions": ["s3:GetObject", SEARCH, SEARCH],
        "conditions": [
            {"condition_key": "sts:ExternalId", "condition_values": ["a", "b"]},
            condition("x"),
            condition("y", KEY.upper().replace("AWS:", "aws:")),
        ],
    }
    with pytest.raises(InputError) as caught:
        call(function, **given(world, application_id="short", **faulty))
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "application_id",
        "statement_id",
        "principal",
        "actions[0]",
        "conditions[0].condition_key",
        "conditions[0].condition_values",
        "actions[2]",
        "conditions[2]",
    ]
    assert world.requests() == []


def test_bad_input_of_what_is_missing(world: World, call: Call) -> None:
    with pytest.raises(InputError) as caught:
        call(function, application_id=world.application_id, statement_id="vendor-search")
    assert caught.value.faults == [
        "actions: is required with state=present",
        "principal: is required with state=present",
    ]


def test_play(world: World, play: Play) -> None:
    task = {"name": "x", "qbusiness.federation.qbusiness_permission": given(world)}
    results = play([task, task]).results
    assert [result["changed"] for result in results] == [True, False]
    assert set(policy(world)) == {"vendor-search"}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qbusiness_user`` on the embedded cloud; the witness is boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_user import function
from botocore.exceptions import ClientError
from conftest import Call, Play
from resource_world import World

pytestmark = pytest.mark.usefixtures("instant")

ANNA = "anna@example.com"
SOURCE = "3b1c4d5e-2f3a-4b5c-8d9e-8f7a6b5c4d3e"
GLOBAL = {"user_id": "anna.global"}


def given(world: World, **changes: Any) -> dict[str, Any]:
    options = {
        "application_id": world.application_id,
        "user_id": ANNA,
        "user_aliases": [GLOBAL, wiki(world)],
        **changes,
    }
    return {name: value for name, value in options.items() if value is not None}


def wiki(world: World, user: str = "ANNA.MILLER") -> dict[str, str]:
    """The alias in a data source."""
    return {"user_id": user, "index_id": world.index_id, "data_source_id": SOURCE}


def aliases(world: World, user: str = ANNA) -> set[tuple[str, str, str]]:
    """Index, data source and name of each alias, or a ``ClientError``."""
    found = world.q.get_user(applicationId=world.application_id, userId=user)["userAliases"]
    return {(item.get("indexId", ""), item.get("dataSourceId", ""), item["userId"]) for item in found}


def test_create(world: World, call: Call) -> None:
    answer = call(function, **given(world))
    assert answer["operations"] == world.writes() == ["CreateUser"]
    assert aliases(world) == {("", "", "anna.global"), (world.index_id, SOURCE, "ANNA.MILLER")}
    assert answer["user"] == {"user_id": ANNA, "user_aliases": [GLOBAL, wiki(world)]}
    assert (answer["user_id"], answer["application_id"]) == (ANNA, world.application_id)
    assert answer["diff"] == {"before": {}, "after": answer["user"]}


def test_create_without_aliases(world: World, call: Call) -> None:
    call(function, **given(world, user_aliases=None))
    assert aliases(world) == set()


def test_no_change(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.log.clear()
    answer = call(function, **given(world))
    assert answer["changed"] is False
    assert world.requests() == ["GetUser"]
    assert call(function, **given(world, user_aliases=None))["changed"] is False


def test_no_change_of_the_same_address(world: World, call: Call) -> None:
    """Capital letters and sub-addresses make no other address, of the user and of an alias."""
    call(function, **given(world, user_aliases=[{"user_id": "Anna+Wiki@Example.com"}]))
    same = given(world, user_id="Anna+hr@EXAMPLE.com", user_aliases=[{"user_id": "anna@example.com"}])
    assert call(function, **same)["changed"] is False
    assert aliases(world) == {("", "", "Anna+Wiki@Example.com")}


def test_update_alias_keeps_the_others(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.log.clear()
    options = given(world, user_aliases=[wiki(world, "anna.miller")])
    planned = call(function, check_mode=True, **options)
    assert world.writes() == []
    answer = call(function, **options)
    assert answer["operations"] == planned["operations"] == world.writes() == ["UpdateUser"]
    assert answer["diff"] == planned["diff"]
    assert aliases(world) == {("", "", "anna.global"), (world.index_id, SOURCE, "anna.miller")}
    assert call(function, **options)["changed"] is False


def test_update_adds_alias_of_an_index(world: World, call: Call) -> None:
    call(function, **given(world))
    call(function, **given(world, user_aliases=[{"user_id": "a", "index_id": world.index_id}]))
    assert (world.index_id, "", "a") in aliases(world)
    assert len(aliases(world)) == 3


def test_update_purges(world: World, call: Call) -> None:
    call(function, **given(world))
    options = given(world, user_aliases=[wiki(world, "anna.miller")], purge_aliases=True)
    planned = call(function, check_mode=True, **options)
    answer = call(function, **options)
    assert answer["diff"] == planned["diff"]
    assert aliases(world) == {(world.index_id, SOURCE, "anna.miller")}
    assert call(function, **options)["changed"] is False
    call(function, **given(world, user_aliases=[], purge_aliases=True))
    assert aliases(world) == set()


def test_absent(world: World, call: Call) -> None:
    call(function, **given(world))
    where = {"application_id": world.application_id, "user_id": ANNA.upper(), "state": "absent"}
    world.cloud.log.clear()
    planned = call(function, check_mode=True, **where)
    assert (planned["changed"], world.writes()) == (True, [])
    answer = call(function, **where)
    assert answer["operations"] == world.writes() == ["DeleteUser"]
    assert answer["lost"] == [f"user {ANNA.upper()} with 2 aliases"]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        aliases(world)
    assert call(function, **where)["changed"] is False


def test_check(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world))
    assert world.writes() == []
    answer = call(function, **given(world))
    assert (planned["operations"], planned["diff"]) == (answer["operations"], answer["diff"])


def test_check_in_an_application_that_is_only_planned(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world, application_id=uuid_like("application", "x")))
    assert planned["operations"] == ["CreateUser"]
    assert world.requests() == []


def test_bad_input(world: World, call: Call) -> None:
    faulty = {
        "user_id": "x" * 2049,
        "user_aliases": [{"user_id": "", "index_id": "short"}, GLOBAL, {"user_id": "again"}],
    }
    with pytest.raises(InputError) as caught:
        call(function, **given(world, application_id="short", **faulty))
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "application_id",
        "user_id",
        "user_aliases[0].user_id",
        "user_aliases[0].index_id",
        "user_aliases[2]",
    ]
    assert world.requests() == []


def test_bad_input_of_a_purge_of_nothing(world: World, call: Call) -> None:
    with pytest.raises(InputError, match="purge_aliases: needs user_aliases"):
        call(function, **given(world, user_aliases=None, purge_aliases=True))


def test_play(world: World, play: Play) -> None:
    task = {"name": "x", "qbusiness.federation.qbusiness_user": given(world)}
    assert [result["changed"] for result in play([task, task]).results] == [True, False]
    assert len(aliases(world)) == 2

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qbusiness_subscription`` on the embedded cloud; the witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    InputError,
    NotFoundError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder, uuid_like
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_subscription import function
from conftest import Call, Play
from iam_metadata import metadata
from qbusiness_sandbox.cloud import Cloud, Fault
from resource_world import World, make_world

pytestmark = pytest.mark.usefixtures("instant")

ANNA = "54482488-1021-7026-18f3-be45837cd0e4"
GROUP = "94482488-3041-7026-18f3-be45837cd0e4"
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
LITE, PRO = "Q_LITE", "Q_BUSINESS"
CREATE, UPDATE, CANCEL = "CreateSubscription", "UpdateSubscription", "CancelSubscription"


@pytest.fixture
def world(cloud: Cloud, aws: Callable[[str], Any]) -> World:
    """With an application of IAM Identity Center, the only kind that takes subscriptions from outside."""
    world = make_world(cloud, aws)
    world.application_id = world.application(
        "identity-center", identityType="AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE
    )
    world.cloud.log.clear()
    return world


def given(world: World, **changes: Any) -> dict[str, Any]:
    options = {"application_id": world.application_id, "user": ANNA, "type": LITE, **changes}
    return {name: value for name, value in options.items() if value is not None}


def listed(world: World) -> dict[str, tuple[Any, Any]]:
    """Tiers of this and the next month, by principal."""
    found = world.q.list_subscriptions(applicationId=world.application_id)["subscriptions"]
    return {
        next(iter(item["principal"].values())): (
            item["currentSubscription"]["type"],
            item.get("nextSubscription", {}).get("type"),
        )
        for item in found
    }


@pytest.mark.parametrize(("kind", "principal"), [("user", ANNA), ("group", GROUP)])
def test_create(kind: str, principal: str, world: World, call: Call) -> None:
    answer = call(function, **given(world, **{"user": None, kind: principal}))
    assert answer["operations"] == world.writes() == [CREATE]
    assert listed(world) == {principal: (LITE, LITE)}
    assert answer["subscription"] == {
        "subscription_id": answer["subscription_id"],
        "subscription_arn": answer["subscription_arn"],
        "principal": {kind: principal},
        "current_type": LITE,
        "next_type": LITE,
    }
    assert answer["diff"] == {"before": {}, "after": answer["subscription"]}


def test_create_where_people_subscribe_by_signing_in(world: World, call: Call) -> None:
    provider = world.aws("iam").create_saml_provider(Name="okta", SAMLMetadataDocument=metadata())["SAMLProviderArn"]
    application_id = world.application("federated", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=provider)
    with pytest.raises(ServiceError, match="IAM Identity Center"):
        call(function, **given(world, application_id=application_id))


def test_no_change(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.log.clear()
    for options in (given(world), given(world, user=ANNA.upper())):
        assert call(function, **options)["changed"] is False
    assert set(world.requests()) == {"ListSubscriptions"}


def test_no_change_over_pages(world: World, call: Call) -> None:
    for number in range(5):
        call(function, **given(world, user=f"{number}4482488-1021-7026-18f3-be45837cd0e4"))
    world.cloud.settings.page_size = 2
    last = given(world, user="44482488-1021-7026-18f3-be45837cd0e4")
    assert call(function, **last)["changed"] is False


def test_update_type_up_is_immediate(world: World, call: Call) -> None:
    call(function, **given(world))
    planned = call(function, check_mode=True, **given(world, type=PRO))
    assert listed(world) == {ANNA: (LITE, LITE)}
    answer = call(function, **given(world, type=PRO))
    assert answer["operations"] == planned["operations"] == [UPDATE]
    assert answer["diff"] == planned["diff"]
    assert listed(world) == {ANNA: (PRO, PRO)}


def test_update_type_down_comes_next_month_and_is_no_difference_until_then(world: World, call: Call) -> None:
    call(function, **given(world, type=PRO))
    planned = call(function, check_mode=True, **given(world))
    answer = call(function, **given(world))
    assert answer["operations"] == [UPDATE]
    assert answer["diff"] == planned["diff"]
    assert listed(world) == {ANNA: (PRO, LITE)}
    world.cloud.log.clear()
    assert call(function, **given(world))["changed"] is False
    assert world.writes() == []


def test_update_by_id(world: World, call: Call) -> None:
    made = call(function, **given(world))
    answer = call(function, **given(world, user=None, subscription_id=made["subscription_id"], type=PRO))
    assert answer["operations"] == [UPDATE]
    assert listed(world) == {ANNA: (PRO, PRO)}
    with pytest.raises(NotFoundError, match="subscription with the id other"):
        call(function, **given(world, user=None, subscription_id="other"))


def test_update_takes_a_cancellation_back(world: World, call: Call) -> None:
    call(function, **given(world))
    call(function, **given(world, state="absent"))
    assert listed(world) == {ANNA: (LITE, None)}
    planned = call(function, check_mode=True, **given(world))
    assert planned["changed"] is True
    assert "taken for cancelled" in planned["warnings"][0]
    answer = call(function, **given(world))
    assert (answer["changed"], answer["operations"]) == (True, [UPDATE])
    assert listed(world) == {ANNA: (LITE, LITE)}


def test_no_change_of_a_steady_one_that_shows_no_next(world: World, call: Call) -> None:
    """Some list items may have none, though nothing was cancelled."""
    made = call(function, **given(world))
    item = {
        "subscriptionId": made["subscription_id"],
        "principal": {"user": ANNA},
        "currentSubscription": {"type": LITE},
    }
    body = json.dumps({"subscriptions": [item]})
    options = {"body": body, "content_type": "application/json"}
    world.cloud.faults.add(Fault("answer", "qbusiness", "ListSubscriptions", status=200, count=2, options=options))
    answer = call(function, **given(world))
    assert (answer["changed"], answer["operations"]) == (False, [UPDATE])
    assert listed(world) == {ANNA: (LITE, LITE)}


def test_absent(world: World, call: Call) -> None:
    call(function, **given(world))
    world.cloud.log.clear()
    where = given(world, type=None, state="absent")
    planned = call(function, check_mode=True, **where)
    assert (planned["changed"], planned["operations"], world.writes()) == (True, [CANCEL], [])
    answer = call(function, **where)
    assert answer["operations"] == world.writes() == [CANCEL]
    assert "Q_LITE ends with this month" in answer["lost"][0]
    assert listed(world) == {ANNA: (LITE, None)}
    # It stays in the list until the month is over: cancelling it again changes nothing.
    again = call(function, **where)
    assert again["changed"] is False
    assert "lost" not in again
    assert call(function, check_mode=True, **where)["changed"] is False
    assert call(function, **given(world, user=None, group=GROUP, type=None, state="absent"))["changed"] is False


def test_check(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world))
    assert world.writes() == []
    assert is_placeholder(planned["subscription_id"])
    assert is_placeholder(planned["subscription_arn"])
    answer = call(function, **given(world))
    assert planned["operations"] == answer["operations"]
    assert planned["subscription"]["next_type"] == answer["subscription"]["next_type"]


def test_check_in_an_application_that_is_only_planned(world: World, call: Call) -> None:
    planned = call(function, check_mode=True, **given(world, application_id=uuid_like("application", "x")))
    assert planned["operations"] == [CREATE]
    assert world.requests() == []


def test_bad_input(world: World, call: Call) -> None:
    with pytest.raises(InputError) as caught:
        call(function, application_id="short", user="anna@example.com", group=GROUP)
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == ["application_id", "user", "user", "type"]
    assert world.requests() == []
    with pytest.raises(InputError, match="exactly one of user, group, subscription_id is needed, none given"):
        call(function, **given(world, user=None))


def test_play(world: World, play: Play) -> None:
    task = {"name": "x", "qbusiness.federation.qbusiness_subscription": given(world)}
    assert [result["changed"] for result in play([task, task]).results] == [True, False]
    assert listed(world) == {ANNA: (LITE, LITE)}

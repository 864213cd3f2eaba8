# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_client_secret`` rotates: each step, each cut, each failing proof. Witnesses are plain HTTP and boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    FederationError,
    InputError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import client_secret_proof
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import session as session_module
from ansible_collections.qbusiness.federation.plugins.modules.okta_client_secret import function
from conftest import Call, OktaHttp
from qbusiness_sandbox.cloud import Cloud, Fault
from secret_world import NAME, World

Keep = Callable[..., dict[str, Any]]
LIST = "/api/v1/apps/{appId}/credentials/secrets"
MAKE, TURN = f"POST {LIST}", f"POST {LIST}/{{secretId}}/lifecycle/{{turn}}"
DELETE = f"DELETE {LIST}/{{secretId}}"
ROTATION = [
    "PutSecretValue",
    "createOAuth2ClientSecret",
    "PutSecretValue",
    "deactivateOAuth2ClientSecret",
    "UpdateSecretVersionStage",
]
WRITES = ["PutSecretValue", MAKE, "PutSecretValue", TURN, "UpdateSecretVersionStage"]


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses pass at once, botocore's too."""
    made: list[float] = []
    for module in (client_secret_proof, session_module):
        monkeypatch.setattr(module, "time", SimpleNamespace(sleep=made.append))
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _seconds: None))
    return made


@pytest.fixture(params=["client_secret_basic", "client_secret_post"])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(okta_http: OktaHttp, aws: Callable[[str], Any], cloud: Cloud) -> World:
    return World(okta_http, aws, cloud)


@pytest.fixture
def keep(call: Call, world: World) -> Keep:
    """Run the module on the world's app and secret; nothing that it answers holds a value."""

    def run(**options: Any) -> dict[str, Any]:
        before = world.values()
        answer = call(function, **{"app_id": world.app_id, "secret_name": NAME, **options})
        text = json.dumps(answer)
        assert not [value for value in before | world.values() if value in text]
        return answer

    return run


@pytest.fixture
def old(keep: Keep, world: World) -> str:
    """The value that is stored before; other keys are in the secret too."""
    value = str(world.listed()[0]["client_secret"])
    text = json.dumps({"client_secret": value, "note": "a note of somebody else"})
    world.manager.create_secret(Name=NAME, SecretString=text)
    world.age(100)
    world.cloud.log.clear()
    return value


def rotated(world: World, old: str) -> None:
    """Everything is as after a whole rotation."""
    assert world.document()["note"] == "a note of somebody else"
    assert world.stored() != old
    assert world.statuses() == ["INACTIVE", "ACTIVE"]
    assert [item["client_secret"] for item in world.listed()] == [old, world.stored()]
    assert world.takes(world.stored()) and not world.takes(old)
    assert world.labels() == {"AWSCURRENT", "AWSPREVIOUS"}


# -- a whole rotation ------------------------------------------------------------------------------------------------


def test_a_rotation_for_each_method(call: Call, okta_http: OktaHttp, aws: Any, cloud: Cloud, method: str) -> None:
    world = World(okta_http, aws, cloud, token_endpoint_auth_method=method)
    call(function, app_id=world.app_id, secret_name=NAME)
    before = world.stored()
    answer = call(function, app_id=world.app_id, secret_name=NAME, rotate="always")
    assert answer["rotated"] is True and answer["operations"] == ROTATION
    assert world.statuses() == ["INACTIVE", "ACTIVE"] and world.stored() != before
    assert world.listed()[1]["client_secret"] == world.stored()
    assert answer["client_secret_id"] == world.listed()[1]["id"]


def test_a_rotation_writes_in_this_order_and_proves_in_between(keep: Keep, world: World, old: str) -> None:
    answer = keep(rotate="always")
    assert answer["operations"] == ROTATION
    log = [entry for entry in world.cloud.log.since() if entry.write or "/v1/token" in entry.path]
    names = [entry.operation if "/v1/token" not in entry.path else "token" for entry in log]
    assert names[:6] == [*WRITES[:2], "token", *WRITES[2:]]
    token = next(entry for entry in log if "/v1/token" in entry.path)
    assert (token.path, token.status) == ("/oauth2/v1/token", 400)
    rotated(world, old)
    assert answer["diff"]["before"]["client_secret_id"] != answer["diff"]["after"]["client_secret_id"]


def test_by_age(keep: Keep, world: World, old: str) -> None:
    assert keep(rotate_after_days=101)["changed"] is False
    answer = keep(rotate_after_days=99)
    assert answer["rotated"] is True
    rotated(world, old)
    assert keep(rotate_after_days=99)["changed"] is False


def test_the_old_one_is_deleted_by_a_later_run(keep: Keep, world: World, old: str) -> None:
    keep(rotate="always")
    assert keep()["changed"] is False
    world.age(8)
    planned = keep(check_mode=True)
    answer = keep()
    assert planned["operations"] == answer["operations"] == ["deleteOAuth2ClientSecret"]
    assert answer["rotated"] is False
    assert world.statuses() == ["ACTIVE"] and world.takes(world.stored())
    assert keep()["changed"] is False


def test_when_the_old_one_is_deleted_can_be_said(keep: Keep, world: World, old: str) -> None:
    keep(rotate="always")
    world.age(20)
    assert keep(delete_inactive_after_days=21)["changed"] is False
    assert keep(delete_inactive_after_days=20)["operations"] == ["deleteOAuth2ClientSecret"]


def test_always_rotates_each_time_and_makes_room_first(keep: Keep, world: World, old: str) -> None:
    keep(rotate="always")
    between = world.stored()
    answer = keep(rotate="always")
    assert answer["operations"] == ["deleteOAuth2ClientSecret", *ROTATION]
    assert [item["client_secret"] for item in world.listed()] == [between, world.stored()]
    assert world.takes(world.stored()) and not world.takes(between)


def test_the_plan_is_what_is_done(keep: Keep, world: World, old: str) -> None:
    second = world.add()
    world.turn(second["id"])
    world.cloud.log.clear()
    planned = keep(check_mode=True, rotate="always")
    assert world.writes() == []
    assert planned["rotated"] is True and planned["client_secret_id"].startswith("ocsplanned0")
    assert keep(rotate="always")["operations"] == planned["operations"] == ["deleteOAuth2ClientSecret", *ROTATION]
    assert planned["diff"]["after"]["client_secrets"][world.listed()[0]["id"]] == "INACTIVE"


def test_age_alone_takes_no_active_secret_away(keep: Keep, world: World, old: str) -> None:
    """Somebody may use the second one; a schedule is nobody's word that it may go."""
    world.age(100)
    second = world.add()
    answer = keep(rotate_after_days=99)
    assert (answer["changed"], answer["operations"]) == (False, [])
    assert any(second["id"] in text and "is not rotated" in text for text in answer["warnings"])
    assert world.takes(second["client_secret"]) and world.stored() == old
    # An inactive one is in nobody's way.
    world.turn(second["id"])
    assert keep(rotate_after_days=99)["rotated"] is True


# -- two active ones -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [0, 1])
def test_of_two_active_ones_the_stored_one_stays(keep: Keep, world: World, old: str, stored: int) -> None:
    world.add()
    value = world.listed()[stored]["client_secret"]
    world.manager.put_secret_value(SecretId=NAME, SecretString=json.dumps({"client_secret": value}))
    world.cloud.log.clear()
    answer = keep(rotate_after_days=1000)
    assert answer["changed"] is False and world.writes() == []
    assert world.listed()[1 - stored]["id"] in answer["warnings"][0]
    assert world.stored() == value and world.statuses() == ["ACTIVE", "ACTIVE"]


def test_a_rotation_takes_the_place_of_the_one_that_is_not_stored(keep: Keep, world: World, old: str) -> None:
    other = world.add()
    answer = keep(rotate="always")
    assert answer["operations"] == ["deactivateOAuth2ClientSecret", "deleteOAuth2ClientSecret", *ROTATION]
    assert other["id"] in answer["warnings"][0] and "locked out" in answer["warnings"][0]
    rotated(world, old)


# -- cut off anywhere ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(5))
@pytest.mark.parametrize("effect", ["cut_before", "cut_after"])
@pytest.mark.parametrize("rotate", ["always", "never"])
def test_a_cut_is_finished_by_the_next_run(
    keep: Keep, world: World, old: str, step: int, effect: str, rotate: str, instant: None
) -> None:
    """Each write is cut off before and after it was carried out, and the next run is one with and one without the wish
    to rotate. What cannot be known to have begun is not finished by a run that has no such wish, and nothing is lost.
    """
    service = "secretsmanager" if step in (0, 2, 4) else "okta"
    skip = 1 if step == 2 else 0
    operation = WRITES[step]
    # botocore tries five times by itself; so that the run dies, all of them are cut off.
    world.cloud.faults.add(Fault(effect, service=service, operation=operation, skip=skip, count=-1))
    if step == 1:
        # A lost answer is looked up; the run dies before it can.
        world.cloud.faults.add(Fault("cut_before", service="okta", operation=f"GET {LIST}", skip=2, count=-1))
    if (step, effect) == (3, "cut_after"):
        keep(rotate="always")  # that it was carried out is found out
        world.cloud.faults.clear()
        rotated(world, old)
        return
    with pytest.raises(ServiceError):
        keep(rotate="always")
    world.cloud.faults.clear()
    assert world.takes(world.stored())
    answer = keep(rotate=rotate)
    assert world.takes(world.stored())
    if step == 0 and rotate == "never":
        assert world.stored() == old and world.statuses() == ["ACTIVE"]
        assert world.labels() <= {"AWSCURRENT", "AWSPREVIOUS"}
    elif step == 1 and effect == "cut_before" and rotate == "never":
        # Okta never got the value: it is dropped.
        assert answer["operations"] == ["UpdateSecretVersionStage"]
        assert world.stored() == old and world.statuses() == ["ACTIVE"] and world.labels() == {"AWSCURRENT"}
    elif step == 4 and effect == "cut_after" and rotate == "always":
        # The rotation was whole already, and its end alone was not heard of: this is the next one.
        assert world.statuses() == ["INACTIVE", "ACTIVE"] and world.takes(world.stored())
    else:
        rotated(world, old)
    assert keep()["changed"] is False


def test_the_first_secret_of_an_app_that_was_made_and_not_stored(keep: Keep, world: World, instant: None) -> None:
    room: Any = world.cloud.rooms["okta"]
    room.org.state.apps[world.app_id].secrets.clear()
    world.cut("cut_before", "CreateSecret", "secretsmanager")
    with pytest.raises(ServiceError):
        keep()
    world.cloud.faults.clear()
    assert keep()["operations"] == ["CreateSecret"]
    assert [item["client_secret"] for item in world.listed()] == [world.stored()]


def test_a_lost_answer_of_okta_is_looked_up(keep: Keep, world: World, old: str) -> None:
    world.cloud.faults.add(Fault("cut_after", service="okta", operation=MAKE))
    assert keep(rotate="always")["rotated"] is True
    rotated(world, old)


def test_making_room_is_repeated(keep: Keep, world: World, old: str, instant: None) -> None:
    """A deactivation whose answer is lost, each time, is looked up, and is not taken for a failure."""
    world.add()
    world.cut("cut_after", TURN)
    keep(rotate="always")
    rotated(world, old)


# -- the proof fails -------------------------------------------------------------------------------------------------


def refuse_new(world: World, monkeypatch: pytest.MonkeyPatch, old: str) -> None:
    """Okta takes no secret but the old one."""
    from qbusiness_sandbox.okta import oidc_clients

    original = oidc_clients._check_secret  # the org's own check

    def check(app: Any, secret: str) -> None:
        original(app, secret if secret == old else "another")

    monkeypatch.setattr(oidc_clients, "_check_secret", check)


def untouched(world: World, old: str) -> None:
    assert world.stored() == old and world.document()["note"] == "a note of somebody else"
    assert [(item["client_secret"], item["status"]) for item in world.listed()] == [(old, "ACTIVE")]
    assert "AWSPENDING" not in world.labels() and world.takes(old)


def test_a_secret_that_okta_does_not_take_is_taken_back(
    keep: Keep, world: World, old: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    refuse_new(world, monkeypatch, old)
    with pytest.raises(
        FederationError, match=r"does not take the new client secret ocs.*HTTP 401 invalid_client"
    ) as caught:
        keep(rotate="always")
    assert "the new one was removed" in caught.value.message
    assert pauses[:3] == [1.0, 3.0, 6.0]
    assert not [value for value in world.values() if value in caught.value.message]
    untouched(world, old)
    assert keep()["changed"] is False
    monkeypatch.undo()
    assert keep(rotate="always")["rotated"] is True


def test_a_secret_that_okta_takes_a_moment_later_is_good(
    keep: Keep, world: World, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qbusiness_sandbox.okta import oidc_clients
    from qbusiness_sandbox.okta.oidc_errors import OAuthError

    original, left = oidc_clients._check_secret, [2]  # the org's own check

    def check(app: Any, secret: str) -> None:
        if left[0]:
            left[0] -= 1
            raise OAuthError("invalid_client_secret")
        original(app, secret)

    monkeypatch.setattr(oidc_clients, "_check_secret", check)
    assert keep(rotate="always")["rotated"] is True
    rotated(world, old)


@pytest.mark.parametrize("fault", ["error", "cut_before"])
def test_no_answer_is_no_proof(keep: Keep, world: World, old: str, fault: str) -> None:
    world.cloud.faults.add(
        Fault(fault, service="okta", operation="POST /oauth2/v1/token", status=503, code="E0000010", count=-1)
    )
    with pytest.raises(FederationError, match=r"does not take.*(HTTP 503 E0000010|no answer)"):
        keep(rotate="always")
    world.cloud.faults.clear()
    untouched(world, old)


@pytest.mark.parametrize("operation", [TURN, DELETE, "UpdateSecretVersionStage"])
@pytest.mark.parametrize("effect", ["cut_before", "cut_after"])
@pytest.mark.parametrize("rotate", ["never", "always"])
def test_taking_back_that_was_cut_off_is_finished(
    keep: Keep,
    world: World,
    old: str,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    effect: str,
    rotate: str,
    instant: None,
) -> None:
    refuse_new(world, monkeypatch, old)
    service = "okta" if operation.startswith(("POST", "DELETE")) else "secretsmanager"
    world.cut(effect, operation, service)
    # That Okta carried it out is found out: a deletion by its repetition, a deactivation by a look.
    heard = operation in (TURN, DELETE) and effect == "cut_after"
    with pytest.raises(FederationError, match="was removed" if heard else "which the next run will do"):
        keep(rotate="always")
    world.cloud.faults.clear()
    assert world.stored() == old and world.takes(old)
    # It is tried again where the new one is still active, or a rotation is wanted and nothing is left of the last.
    active = operation == TURN and effect == "cut_before"
    gone = heard or operation == "UpdateSecretVersionStage"
    if active or (rotate == "always" and gone):
        with pytest.raises(FederationError, match="the new one was removed"):
            keep(rotate=rotate)
    else:
        keep(rotate=rotate)
    untouched(world, old)
    assert keep()["changed"] is False


# -- refusals --------------------------------------------------------------------------------------------------------


def test_an_inactive_app_is_not_rotated(keep: Keep, call: Call, world: World, old: str) -> None:
    world.http.post(f"/api/v1/apps/{world.app_id}/lifecycle/deactivate")
    world.cloud.log.clear()
    with pytest.raises(InputError, match=r"rotate: the app .* is inactive"):
        keep(rotate="always")
    answer = keep(rotate_after_days=1)
    assert answer["changed"] is False and "is not rotated" in answer["warnings"][0]
    assert world.writes() == []


def test_an_app_without_the_code_flow_is_not_rotated(keep: Keep, world: World, old: str) -> None:
    room: Any = world.cloud.rooms["okta"]
    room.org.state.apps[world.app_id].settings["oauthClient"]["grant_types"] = ["client_credentials"]
    with pytest.raises(InputError, match="does not have the grant authorization_code"):
        keep(rotate="always")
    assert world.statuses() == ["ACTIVE"]


def test_somebody_elses_pending_version_stops_it(keep: Keep, world: World, old: str) -> None:
    world.manager.put_secret_value(SecretId=NAME, SecretString='{"other": "x"}', VersionStages=["AWSPENDING"])
    with pytest.raises(ServiceError, match="AWSPENDING without a client_secret"):
        keep(rotate="always")
    assert world.stored() == old and world.statuses() == ["ACTIVE"]


def test_a_pending_one_that_was_deactivated_by_hand_is_dropped(keep: Keep, world: World, old: str) -> None:
    value = world.add()["client_secret"]
    world.manager.put_secret_value(
        SecretId=NAME, SecretString=json.dumps({"client_secret": value}), VersionStages=["AWSPENDING"]
    )
    world.turn(world.listed()[1]["id"])
    assert keep()["operations"] == ["deleteOAuth2ClientSecret", "UpdateSecretVersionStage"]
    untouched(world, old)

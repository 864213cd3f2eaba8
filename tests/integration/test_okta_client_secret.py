# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_client_secret`` on the embedded cloud: storing, settings, removal. Witnesses are plain HTTP and boto3."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    InputError,
    InUseError,
    NotFoundError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.client_secret_store import Store
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.client_secret_uses import same_secret
from ansible_collections.qbusiness.federation.plugins.modules.okta_client_secret import function
from conftest import Call, OktaHttp
from qbusiness_sandbox.cloud import Cloud, Fault
from secret_world import NAME, World

ARN = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{NAME}-a1b2c3"


@pytest.fixture
def world(okta_http: OktaHttp, aws: Callable[[str], Any], cloud: Cloud) -> World:
    return World(okta_http, aws, cloud)


@pytest.fixture
def keep(call: Call, world: World) -> Callable[..., dict[str, Any]]:
    """Run the module on the world's app and secret; nothing that it answers holds a value."""

    def run(**options: Any) -> dict[str, Any]:
        before = world.values()
        answer = call(function, **{"app_id": world.app_id, "secret_name": NAME, **options})
        text = json.dumps(answer)
        assert not [value for value in before | world.values() if value in text]
        return answer

    return run


Keep = Callable[..., dict[str, Any]]


# -- storing ---------------------------------------------------------------------------------------------------------


def test_the_first_run_stores_what_okta_has(keep: Keep, world: World) -> None:
    answer = keep(description="For the assistant", tags={"team": "knowledge"})
    assert answer["changed"] is True and answer["rotated"] is False
    assert answer["operations"] == ["CreateSecret"]
    assert world.writes() == ["CreateSecret"]
    [secret] = world.listed()
    assert world.document() == {"client_secret": secret["client_secret"]}
    described = world.described()
    assert answer["secret_arn"] == described["ARN"] and answer["secret_name"] == NAME
    assert answer["client_secret_id"] == secret["id"]
    assert described["Description"] == "For the assistant"
    assert described["Tags"] == [{"Key": "team", "Value": "knowledge"}]
    assert answer["diff"]["before"] == {} and answer["diff"]["after"]["client_secrets"] == {secret["id"]: "ACTIVE"}


def test_a_second_run_changes_nothing_in_three_reads(keep: Keep, call: Call, world: World) -> None:
    first = keep()
    world.cloud.log.clear()
    answer = call(function, app_id=world.app_id, secret_name=NAME)
    assert answer["changed"] is False and answer["operations"] == []
    assert answer["secret_arn"] == first["secret_arn"]
    assert world.writes() == []
    operations = [entry.operation for entry in world.cloud.log.since()]
    assert operations == [
        "GET /api/v1/apps/{appId}/credentials/secrets",
        "DescribeSecret",
        "GetSecretValue",
    ]


def test_the_newest_active_one_is_taken(keep: Keep, world: World) -> None:
    world.age(2)
    world.add()
    world.age(1)
    newest = world.add() if len(world.listed()) < 2 else world.listed()[1]
    assert keep()["client_secret_id"] == newest["id"]
    assert world.stored() == newest["client_secret"]


def test_an_inactive_one_is_not_taken(keep: Keep, world: World) -> None:
    world.age(2)
    second = world.add()
    world.turn(second["id"])
    assert keep()["client_secret_id"] == world.listed()[0]["id"]
    assert world.stored() == world.listed()[0]["client_secret"]


def test_an_app_without_a_secret_gets_one(keep: Keep, world: World) -> None:
    room: Any = world.cloud.rooms["okta"]
    room.org.state.apps[world.app_id].secrets.clear()
    answer = keep()
    assert answer["operations"] == ["createOAuth2ClientSecret", "CreateSecret"]
    [made] = world.listed()
    assert made["status"] == "ACTIVE" and made["client_secret"] == world.stored() and len(world.stored()) == 64
    assert answer["client_secret_id"] == made["id"]
    assert world.takes(world.stored())


def test_a_stored_one_that_okta_no_longer_takes_is_replaced(keep: Keep, world: World) -> None:
    keep()
    world.age(1)
    second = world.add()
    world.turn(world.listed()[0]["id"])
    answer = keep()
    assert answer["operations"] == ["PutSecretValue"] and answer["rotated"] is False
    assert world.stored() == second["client_secret"] and world.takes(world.stored())
    assert keep()["changed"] is False


def test_a_secret_made_by_hand_is_adopted_and_its_other_keys_stay(keep: Keep, world: World) -> None:
    kept = {"client_secret": "an-old-one-that-is-gone", "note": "a note of somebody else", "n": 1}
    world.manager.create_secret(Name=NAME, SecretString=json.dumps(kept))
    assert keep()["operations"] == ["PutSecretValue"]
    assert world.document() == {**kept, "client_secret": world.listed()[0]["client_secret"]}


def test_a_value_that_is_none_of_the_apps_is_written_over_with_a_warning(keep: Keep, world: World) -> None:
    world.manager.create_secret(Name=NAME, SecretString='{"client_secret": "of-another-app-perhaps"}')
    answer = keep()
    assert "none of the app's" in answer["warnings"][0] and "of-another-app-perhaps" not in json.dumps(answer)
    before = world.manager.get_secret_value(SecretId=NAME, VersionStage="AWSPREVIOUS")
    assert json.loads(before["SecretString"]) == {"client_secret": "of-another-app-perhaps"}
    # An empty object waits to be filled.
    world.manager.put_secret_value(SecretId=NAME, SecretString="{}")
    assert "warnings" not in keep()
    assert world.takes(world.stored())


def test_other_keys_stay_through_a_run_that_changes_nothing(keep: Keep, world: World) -> None:
    text = json.dumps({"note": "a note of somebody else", "client_secret": world.listed()[0]["client_secret"]})
    world.manager.create_secret(Name=NAME, SecretString=text)
    assert keep()["changed"] is False
    assert world.manager.get_secret_value(SecretId=NAME)["SecretString"] == text


#: Another service's secret, by a wrong secret_name.
DATABASE = '{"username": "admin", "password": "somebody-elses"}'


@pytest.mark.parametrize("text", ["plain-text-that-somebody-stored", "[1]", '{"client_secret": {"a": 1}}', DATABASE])
def test_a_value_of_another_form_is_not_touched(call: Call, world: World, text: str) -> None:
    world.manager.create_secret(Name=NAME, SecretString=text)
    with pytest.raises(ServiceError, match="is no JSON object") as caught:
        call(function, app_id=world.app_id, secret_name=NAME)
    assert text not in caught.value.message
    assert world.manager.get_secret_value(SecretId=NAME)["SecretString"] == text


def test_a_secret_without_a_value_gets_one(keep: Keep, world: World) -> None:
    world.manager.create_secret(Name=NAME)
    assert keep()["operations"] == ["PutSecretValue"]
    assert world.stored() == world.listed()[0]["client_secret"]


@pytest.mark.parametrize("text", ['{"client_secret": "another-one-of-a-run-beside", "note": "n"}', None])
def test_a_secret_that_somebody_made_meanwhile(
    keep: Keep, world: World, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    value = world.listed()[0]["client_secret"]
    world.manager.create_secret(Name=NAME, SecretString=text or json.dumps({"client_secret": value, "note": "n"}))
    original, seen = Store.read, []

    def read(store: Store, *, values: bool) -> Any:
        seen.append(values)
        return None if len(seen) == 1 else original(store, values=values)

    monkeypatch.setattr(Store, "read", read)
    world.cloud.log.clear()
    assert keep()["operations"] == ["CreateSecret"]
    assert world.document() == {"client_secret": value, "note": "n"}
    assert world.writes() == (["CreateSecret", "PutSecretValue"] if text else ["CreateSecret"])


# -- settings --------------------------------------------------------------------------------------------------------


def test_description_and_tags(keep: Keep, world: World) -> None:
    keep(description="one", tags={"team": "knowledge", "stage": "test"})
    world.cloud.log.clear()
    answer = keep(description="two", tags={"team": "sales"})
    assert answer["operations"] == ["UpdateSecret", "UntagResource", "TagResource"] == world.writes()
    described = world.described()
    assert described["Description"] == "two"
    assert described["Tags"] == [{"Key": "team", "Value": "sales"}]
    assert keep()["changed"] is False
    assert keep(tags={"site": "1"}, purge_tags=False)["operations"] == ["TagResource"]
    assert {item["Key"] for item in world.described()["Tags"]} == {"team", "site"}
    assert answer["diff"]["after"]["tags"] == {"team": "sales"}


def test_the_key(keep: Keep, world: World) -> None:
    kms = world.aws("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/assistant", TargetKeyId=key["KeyId"])
    keep()
    assert keep(kms_key_id="")["changed"] is False
    assert keep(kms_key_id=key["Arn"])["operations"] == ["UpdateSecret"]
    assert world.described()["KmsKeyId"] == key["Arn"]
    for same in (key["KeyId"], key["Arn"], "alias/assistant"):
        assert keep(kms_key_id=same)["changed"] is False
    assert keep(kms_key_id="")["operations"] == ["UpdateSecret"]


# -- a secret that is scheduled for deletion -------------------------------------------------------------------------


def test_a_secret_scheduled_for_deletion_is_restored(keep: Keep, world: World) -> None:
    first = keep()
    world.manager.delete_secret(SecretId=NAME)
    planned = keep_check(keep)
    assert planned["operations"] == ["RestoreSecret"] and "would be restored" in planned["warnings"][0]
    answer = keep()
    assert answer["operations"] == ["RestoreSecret"] and answer["secret_arn"] == first["secret_arn"]
    assert "DeletedDate" not in world.described()
    assert keep()["changed"] is False


def test_what_is_restored_is_put_right_in_the_same_run(keep: Keep, world: World) -> None:
    keep()
    world.manager.delete_secret(SecretId=NAME)
    world.age(1)
    second = world.add()
    world.turn(world.listed()[0]["id"])
    answer = keep(tags={"team": "knowledge"})
    assert answer["operations"] == ["RestoreSecret", "TagResource", "PutSecretValue"]
    assert answer["changed"] is True and answer["diff"]["before"]["deletion_date"]
    assert world.stored() == second["client_secret"]


def keep_check(keep: Keep, **options: Any) -> dict[str, Any]:
    return keep(check_mode=True, **options)


# -- check mode ------------------------------------------------------------------------------------------------------


def test_the_plan_of_a_first_run(keep: Keep, world: World) -> None:
    planned = keep_check(keep, description="one", tags={"team": "knowledge"})
    assert planned["operations"] == ["CreateSecret"] and planned["changed"] is True
    assert world.writes() == []
    # The pattern of secretsArn in the service model of qbusiness.
    pattern = r"arn:[a-z0-9-\.]{1,63}:[a-z0-9-\.]{0,63}:[a-z0-9-\.]{0,63}:[a-z0-9-\.]{0,63}:[^/].{0,1023}"
    assert re.fullmatch(pattern, planned["secret_arn"]) and "planned0" not in NAME
    assert planned["secret_arn"].startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:assistant/okta-")
    assert planned["secret"]["tags"] == {"team": "knowledge"}
    assert keep()["client_secret_id"] == planned["client_secret_id"]


def test_an_app_that_is_only_planned(call: Call, world: World) -> None:
    world.cloud.log.clear()
    planned = call(function, check_mode=True, app_id="0oaplanned0abcdef012", secret_name=NAME)
    assert planned["operations"] == ["CreateSecret"] and planned["client_secret_id"].startswith("ocsplanned0")
    assert world.cloud.log.since() == []
    with pytest.raises(InputError, match="app_id: holds a placeholder"):
        call(function, app_id="0oaplanned0abcdef012", secret_name=NAME)


# -- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["private_key_jwt", "none", "client_secret_jwt"])
def test_an_app_without_a_secret_to_send_is_refused(call: Call, world: World, method: str) -> None:
    room: Any = world.cloud.rooms["okta"]
    room.org.state.apps[world.app_id].credentials["oauthClient"]["token_endpoint_auth_method"] = method
    with pytest.raises(InputError, match=f"proves itself by {method}.*client_secret_basic or client_secret_post"):
        call(function, app_id=world.app_id, secret_name=NAME)
    assert world.writes() == []


def test_a_saml_app_is_refused(call: Call, world: World) -> None:
    app = world.http.post(
        "/api/v1/apps",
        json={
            "label": "Link",
            "signOnMode": "BOOKMARK",
            "name": "bookmark",
            "settings": {"app": {"requestIntegration": False, "url": "https://example.com"}},
        },
    ).json()
    with pytest.raises(InputError, match="is a BOOKMARK app"):
        call(function, app_id=app["id"], secret_name=NAME)


def test_an_app_that_is_not_there(call: Call, world: World) -> None:
    with pytest.raises(NotFoundError, match="app_id: the org has no app 0oa00000000000000000"):
        call(function, app_id="0oa00000000000000000", secret_name=NAME)
    assert call(function, app_id="0oa00000000000000000", secret_name=NAME, state="absent")["changed"] is False


def test_all_faults_at_once(call: Call, world: World) -> None:
    with pytest.raises(InputError) as caught:
        call(
            function,
            app_id=" ",
            secret_name="arn:aws:x",
            description="x" * 3000,
            tags={"aws:x": "1", "k": "v" * 300},
            recovery_window_days=3,
            force_delete=True,
            rotate_after_days=0,
            delete_inactive_after_days=-1,
        )
    starts = [
        "secret_name:",
        "description:",
        "tags",
        "tags: 'aws:x'",
        "recovery_window_days: 3",
        "recovery_window_days: goes not",
        "app_id: is empty",
        "rotate_after_days: 0",
        "delete_inactive_after_days: -1",
    ]
    assert len(caught.value.faults) == len(starts)
    assert all(any(fault.startswith(start) for fault in caught.value.faults) for start in starts)
    assert world.cloud.log.since() == []


def test_a_secret_that_a_function_rotates_is_refused(call: Call, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    call(function, app_id=world.app_id, secret_name=NAME)
    from moto.secretsmanager.models import FakeSecret

    original = FakeSecret.to_dict
    monkeypatch.setattr(FakeSecret, "to_dict", lambda self: {**original(self), "RotationEnabled": True})
    with pytest.raises(ServiceError, match="RotationEnabled"):
        call(function, app_id=world.app_id, secret_name=NAME)


# -- removal ---------------------------------------------------------------------------------------------------------


def test_removing_schedules_the_deletion_and_leaves_okta_alone(keep: Keep, world: World) -> None:
    keep()
    before = world.listed()
    planned = keep_check(keep, state="absent", recovery_window_days=8)
    assert "DeletedDate" not in world.described()
    world.cloud.log.clear()
    answer = keep(state="absent", recovery_window_days=8)
    assert planned["operations"] == answer["operations"] == ["DeleteSecret"] == world.writes()
    assert planned["lost"] == answer["lost"] and "in 8 days" in answer["lost"][0] and "stays" in answer["lost"][1]
    assert world.described()["DeletedDate"]
    assert world.listed() == before
    assert not [entry for entry in world.cloud.log.since() if entry.service == "okta" and entry.write]
    again = keep(state="absent")
    assert again["changed"] is False
    gone = keep(state="absent", force_delete=True)
    assert gone["operations"] == ["DeleteSecret"]
    assert world.manager.list_secrets()["SecretList"] == []


def web_experience(world: World, secret: str) -> tuple[str, str]:
    """An application with a web experience that reads the secret, made with boto3."""
    service, role = world.aws("qbusiness"), f"arn:aws:iam::{world.cloud.account_id}:role/assistant"
    world.cloud.settings.polls = {"*": 0}
    issuer = "https://acme.okta.com/oauth2/default"
    provider = f"arn:aws:iam::{world.cloud.account_id}:oidc-provider/{issuer.removeprefix('https://')}"
    if not world.aws("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        world.aws("iam").create_open_id_connect_provider(Url=issuer, ClientIDList=[world.app_id])
        people = {"Federated": provider}, ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
        reader = {"Service": "application.qbusiness.amazonaws.com"}, ["sts:AssumeRole"]
        trust = [{"Effect": "Allow", "Principal": who, "Action": what} for who, what in (people, reader)]
        world.aws("iam").create_role(
            RoleName="assistant", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
        )
    application = service.create_application(
        displayName="assistant",
        identityType="AWS_IAM_IDP_OIDC",
        iamIdentityProviderArn=provider,
        clientIdsForOIDC=[world.app_id],
    )["applicationId"]
    configuration = {"openIDConnectConfiguration": {"secretsArn": secret, "secretsRole": role}}
    web = service.create_web_experience(
        applicationId=application, roleArn=role, identityProviderConfiguration=configuration
    )["webExperienceId"]
    return str(application), str(web)


def test_a_secret_that_a_web_experience_reads_stays(keep: Keep, call: Call, world: World) -> None:
    arn = keep()["secret_arn"]
    web_experience(world, "arn:aws:secretsmanager:us-east-1:123456789012:secret:another-a1b2c3")
    application, web = web_experience(world, arn)
    with pytest.raises(InUseError, match="is read by web experience") as caught:
        call(function, app_id=world.app_id, secret_name=NAME, state="absent")
    assert caught.value.facts["used_by"] == [f"web experience {web} of application assistant ({application})"]
    planned = keep_check(keep, state="absent")
    assert planned["operations"] == ["DeleteSecret"] and web in planned["warnings"][0]
    assert "DeletedDate" not in world.described()
    assert keep(state="absent", force=True)["changed"] is True
    assert world.described()["DeletedDate"]


def test_a_secret_whose_web_experience_is_gone_goes(keep: Keep, world: World) -> None:
    application, web = web_experience(world, keep()["secret_arn"])
    world.aws("qbusiness").delete_web_experience(applicationId=application, webExperienceId=web)
    assert keep(state="absent")["changed"] is True


def test_who_may_not_look_is_told_so(keep: Keep, call: Call, world: World) -> None:
    keep()
    world.cloud.faults.add(
        Fault("error", operation="ListApplications", status=403, code="AccessDeniedException", message="No", count=-1)
    )
    with pytest.raises(ServiceError, match=r"cannot be told.*ListWebExperiences.*force=true"):
        call(function, app_id=world.app_id, secret_name=NAME, state="absent")
    assert keep(state="absent", force=True)["changed"] is True


@pytest.mark.parametrize(
    ("named", "same"),
    [
        (ARN, True),
        (ARN[:-7], True),
        (NAME, True),
        (ARN[:-1], False),
        ("arn:aws:secretsmanager:x:1:secret:other", False),
    ],
)
def test_how_a_web_experience_names_a_secret(named: str, same: bool) -> None:
    assert same_secret(named, ARN, NAME) is same

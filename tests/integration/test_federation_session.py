# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``federation_session`` on the embedded cloud: what it opens, what it refuses, what it says. boto3 is the witness."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, LayerError
from ansible_collections.qbusiness.federation.plugins.modules.federation_session import function
from botocore.exceptions import ClientError
from conftest import Call, Play
from proof_world import ANN, DOCUMENT, QUESTION, ROLE_NAME, World
from qbusiness_sandbox.cloud import Cloud, Fault
from qbusiness_sandbox.testing import Running
from session_world import TokenWorld, saml_response, saml_world, token_world, who_is

CHAT_ONLY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "qbusiness:ChatSync", "Resource": "*"}],
}


@pytest.fixture
def tokens(cloud: Cloud, running: Running) -> TokenWorld:
    return token_world(cloud, running)


@pytest.fixture
def saml(cloud: Cloud, running: Running) -> World:
    return saml_world(cloud, running)


def test_an_id_token(call: Call, tokens: TokenWorld) -> None:
    answer = call(function, id_token=tokens.token(), role_arn=tokens.role_arn, return_credentials=True)
    arn = f"arn:aws:sts::{tokens.cloud.account_id}:assumed-role/{ROLE_NAME}/{ANN}"
    assert answer["changed"] is False
    assert who_is(tokens, answer["credentials"]) == arn == answer["session"]["arn"]
    assert answer["session"]["session_name"] == ANN
    assert answer["session"]["subject"] == tokens.user_id
    assert answer["session"]["audience"] == tokens.client_id
    assert answer["session"]["region"] == tokens.cloud.region
    left = datetime.fromisoformat(answer["session"]["expires"]) - datetime.now(UTC)
    assert 3500 < left.total_seconds() <= 3601
    entry = next(entry for entry in tokens.cloud.log.since() if entry.operation == "AssumeRoleWithWebIdentity")
    assert "administrator" not in entry.principal  # unsigned, though the task has keys


def test_a_saml_response(call: Call, saml: World) -> None:
    given = {"provider_arn": saml.provider_arn, "role_arn": saml.role_arn}
    answer = call(function, saml_response=saml_response(saml), **given, return_credentials=True)
    arn = f"arn:aws:sts::{saml.cloud.account_id}:assumed-role/{ROLE_NAME}/{ANN}"
    assert who_is(saml, answer["credentials"]) == arn == answer["session"]["arn"]


def test_no_credentials_are_answered(call: Call, tokens: TokenWorld) -> None:
    token = tokens.token()
    answer = call(function, id_token=token, role_arn=tokens.role_arn)
    assert "credentials" not in answer
    assert token not in json.dumps(answer)
    assert set(answer) == {"changed", "session"}


def test_name_duration_and_policy(call: Call, tokens: TokenWorld) -> None:
    answer = call(
        function,
        id_token=tokens.token(),
        role_arn=tokens.role_arn,
        session_name="job-17",
        duration_seconds=900,
        policy=CHAT_ONLY,
        return_credentials=True,
    )
    assert answer["session"]["arn"].endswith(f"/{ROLE_NAME}/job-17")
    left = datetime.fromisoformat(answer["session"]["expires"]) - datetime.now(UTC)
    assert 800 < left.total_seconds() <= 901
    keys = answer["credentials"]
    client = boto3.client(
        "qbusiness",
        endpoint_url=tokens.urls["aws"],
        region_name=tokens.cloud.region,
        aws_access_key_id=keys["access_key_id"],
        aws_secret_access_key=keys["secret_access_key"],
        aws_session_token=keys["session_token"],
    )
    # The role itself may do everything.
    with pytest.raises(ClientError, match="AccessDenied"):
        client.get_application(applicationId=tokens.application_id)


def test_a_session_name_that_sts_would_not_take(call: Call, tokens: TokenWorld) -> None:
    email = "ann o:neil+" + "x" * 70 + "@example.com"
    tokens.org.state.users[tokens.user_id].profile["email"] = email
    answer = call(function, id_token=tokens.token(), role_arn=tokens.role_arn, wait_timeout=0)
    assert answer["session"]["session_name"] == ("ann-o-neil+" + "x" * 70)[:64]


def test_every_fault_at_once(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError) as caught:
        call(
            function,
            saml_response="PHg+",
            id_token="a.b.c",
            role_arn="assistant",
            session_name="a b",
            duration_seconds=60,
            policy={"Statement": "x" * 3000},
            credentials_file="/nowhere/credentials",
            wait_timeout=-1,
        )
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "id_token, saml_response",
        "provider_arn",
        "session_name",
        "role_arn",
        "session_name",
        "duration_seconds",
        "policy",
        "wait_timeout",
        "profile_name",
    ]
    assert cloud.log.since() == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "one of them is needed"),
        ({"saml_response": "PHg+", "provider_arn": "okta"}, "is not of the form"),
        ({"saml_response": "PHg+", "provider_arn": "arn:aws:iam::123456789012:oidc-provider/a"}, "is no saml-provider"),
        ({"profile_name": "a]b", "saml_response": "PHg+", "provider_arn": "x"}, "profile_name: 'a]b'"),
        (
            {"profile_name": "a", "credentials_file": "/tmp/f", "env_file": "/tmp/f", "saml_response": "PHg+"},
            "env_file: is the same file",
        ),
    ],
)
def test_faults_of_options(call: Call, cloud: Cloud, given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        call(function, role_arn=f"arn:aws:iam::{cloud.account_id}:role/{ROLE_NAME}", **given)
    assert says in caught.value.message
    assert cloud.log.since() == []


def test_a_provider_of_another_issuer(call: Call, tokens: TokenWorld) -> None:
    tokens.cloud.log.clear()
    with pytest.raises(InputError, match=r"is not the provider of the token's issuer https://acme\.okta\.com"):
        call(
            function,
            id_token=tokens.token(),
            role_arn=tokens.role_arn,
            provider_arn=f"arn:aws:iam::{tokens.cloud.account_id}:oidc-provider/other.okta.com",
        )
    assert tokens.cloud.log.since() == []
    fits = call(function, id_token=tokens.token(), role_arn=tokens.role_arn, provider_arn=tokens.provider_arn)
    assert fits["session"]


def test_what_is_no_token_is_not_sent(call: Call, cloud: Cloud) -> None:
    role = f"arn:aws:iam::{cloud.account_id}:role/{ROLE_NAME}"
    for text in ("opaque-access-token", "canary.canary.canary", "e30.W10.sig"):
        with pytest.raises(LayerError) as caught:
            call(function, id_token=text, role_arn=role)
        assert caught.value.layer == "id_token"
        assert text not in caught.value.message
    assert cloud.log.since() == []


def test_a_refusal_says_where_to_look(call: Call, tokens: TokenWorld) -> None:
    tokens.aws("iam").update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=tokens.trust(audience="other"))
    with pytest.raises(LayerError) as caught:
        call(function, id_token=tokens.token(), role_arn=tokens.role_arn, wait_timeout=0)
    assert caught.value.layer == "sts"
    assert tokens.role_arn in caught.value.next_step


def test_a_refusal_that_passes_is_waited_out(call: Call, tokens: TokenWorld) -> None:
    for code in ("AccessDenied", "InvalidIdentityToken", "IDPCommunicationError"):
        tokens.cloud.faults.add(Fault("error", operation="AssumeRoleWithWebIdentity", status=400, code=code))
        assert call(function, id_token=tokens.token(), role_arn=tokens.role_arn, wait_timeout=10)["session"]
    tokens.cloud.faults.add(Fault("error", operation="AssumeRoleWithWebIdentity", status=400, code="AccessDenied"))
    with pytest.raises(LayerError):
        call(function, id_token=tokens.token(), role_arn=tokens.role_arn, wait_timeout=0)


def test_a_token_without_the_email_tag_is_warned_of(call: Call, tokens: TokenWorld) -> None:
    assert "warnings" not in call(function, id_token=tokens.token(), role_arn=tokens.role_arn)
    tokens.claim("user.login", "something")
    answer = call(function, id_token=tokens.token(), role_arn=tokens.role_arn)
    assert "no session tag Email" in answer["warnings"][0]


def test_check_mode_opens_nothing(call: Call, tokens: TokenWorld) -> None:
    tokens.cloud.log.clear()
    role = "arn:aws:iam::000000000000:role/assistant"
    for given in ({}, {"id_token": "planned0.id.token"}, {"id_token": tokens.token()}):
        answer = call(function, check_mode=True, role_arn=role, **given)
        assert (answer["changed"], answer["session"]) == (False, None)
        assert "No session was opened" in answer["warnings"][0]
    with pytest.raises(LayerError):
        call(function, check_mode=True, role_arn=role, id_token="opaque")
    with pytest.raises(InputError, match="duration_seconds"):
        call(function, check_mode=True, role_arn=role, duration_seconds=1)
    assert tokens.cloud.log.since() == []


def test_a_real_playbook_holds_no_secret(play: Play, tokens: TokenWorld) -> None:
    """Without being asked for, no credential is in anything that a run shows, not even at the highest verbosity."""
    token = tokens.token()
    name = "qbusiness.federation.federation_session"
    played = play([{name: {"id_token": token, "role_arn": tokens.role_arn}}], "-vvvv")
    assert played.results[0]["session"]["session_name"] == ANN
    keys = {"access_key": "access_key_id", "secret_key": "secret_access_key", "session_token": "session_token"}
    asked = play(
        [
            {
                name: {"id_token": token, "role_arn": tokens.role_arn, "return_credentials": True},
                "register": "person",
                "no_log": True,
            },
            {
                "qbusiness.federation.qbusiness_chat": {
                    "application_id": tokens.application_id,
                    "question": QUESTION,
                    **{option: f"{{{{ person.credentials.{member} }}}}" for option, member in keys.items()},
                }
            },
        ],
        "-vvvv",
    )
    assert DOCUMENT in asked.results[1]["answer"]  # they are the credentials themselves, and not what censors them
    for text in (played.text, asked.text):
        assert token not in text
        assert token.rpartition(".")[2] not in text
        assert "ASIA" not in text

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_login`` at an OpenID Connect app. PyJWT, joserfc, requests and boto3 are the witnesses."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import boto3
import jwt
import pytest
import requests
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, LayerError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import id_token as token_module
from botocore import UNSIGNED
from botocore.config import Config
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws
from joserfc.jwk import KeySet, KeySetSerialization
from oidc_world import CALLBACK, TAGS, OidcWorld, oidc_world, running
from proof_world import ANN, PASSWORD, ROLE_NAME
from qbusiness_sandbox.launch import Sandbox

KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as started:
        yield started


@pytest.fixture
def made(sandbox: Sandbox) -> OidcWorld:
    return oidc_world(sandbox)


def keys(made: OidcWorld) -> dict[str, Any]:
    """The issuer's keys, by a plain request."""
    discovery = requests.get(f"{made.issuer}/.well-known/openid-configuration", timeout=30).json()
    found: dict[str, Any] = requests.get(discovery["jwks_uri"], timeout=30).json()
    return found


def public_jwk() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    return {**found, "kid": "ours", "use": "sig"}


def test_a_token_is_checked_and_kept_back(made: OidcWorld) -> None:
    answer = made.login(expect={"email": ANN, "tags": {"Email": [ANN]}, "claims": {"email": ANN}})
    assert (answer["changed"], answer["checked"], answer["protocol"]) == (False, True, "oidc")
    assert answer["who"] == ANN and answer["session_closed"] is True
    assert answer["token"]["issuer"] == made.issuer and answer["token"]["audiences"] == [made.client_id]
    assert answer["token"]["tags"] == {"Email": [ANN]} and answer["token"]["tags_form"] == "nested"
    assert "id_token" not in answer and "eyJ" not in json.dumps(answer)
    # Witnesses: no session is left, one password was sent, the access token was revoked.
    assert made.org.state.sessions == {}
    operations = [entry.operation for entry in made.cloud.log.since()]
    assert operations.count("POST /api/v1/authn") == 1
    assert any(operation.endswith("/v1/revoke") for operation in operations)


def test_the_token_is_one_that_others_believe(made: OidcWorld) -> None:
    token = made.login(return_credentials=True)["id_token"]
    key = jwt.PyJWKSet.from_dict(keys(made))[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=made.client_id, issuer=made.issuer)
    assert claims[TAGS] == {"principal_tags": {"Email": ANN}} or claims[TAGS] == {"principal_tags": {"Email": [ANN]}}
    assert claims["nonce"] and claims["sub"] == made.user_id
    jws.deserialize_compact(token, KeySet.import_key_set(cast(KeySetSerialization, keys(made))), algorithms=["RS256"])
    made.make_aws()
    session = boto3.client("sts", config=Config(signature_version=UNSIGNED)).assume_role_with_web_identity(
        RoleArn=made.role_arn, RoleSessionName="witness", WebIdentityToken=token
    )
    assert session["AssumedRoleUser"]["Arn"].endswith(f"assumed-role/{ROLE_NAME}/witness")


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({}, {"token_endpoint_auth_method": "client_secret_basic"}),
        ({"token_endpoint_auth_method": "client_secret_post"}, {"token_endpoint_auth_method": "client_secret_post"}),
        ({}, {"client_secret_arn": None, "client_secret": "given"}),
        (
            {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [public_jwk()]}},
            {"client_secret_arn": None, "private_key": PEM, "private_key_id": "ours"},
        ),
        (
            {"application_type": "browser", "token_endpoint_auth_method": "none", "pkce_required": True},
            {"client_secret_arn": None},
        ),
        ({"pkce_required": True}, {}),
        ({}, {"pkce": False}),
        ({}, {"authorization_server": "default"}),
        ({}, {"issuer": "of the world"}),
    ],
    ids=["basic", "post", "secret given", "private_key_jwt", "none", "pkce demanded", "no pkce", "server", "issuer"],
)
def test_ways_of_a_client(made: OidcWorld, settings: dict[str, Any], options: dict[str, Any]) -> None:
    if "application_type" in settings:
        made.make_client(**settings)
        options = {"client_id": made.client_id, **options}
    elif settings:
        made.change_client(**settings)
    if options.get("client_secret"):
        options = {**options, "client_secret": made.client_secret}
    if options.get("issuer"):
        options = {**options, "issuer": made.issuer}
    assert made.login(**options)["who"] == ANN
    assert made.org.state.sessions == {}


def test_both_forms_of_the_tags(made: OidcWorld) -> None:
    made.claim("user.email", f"{TAGS}/principal_tags/Email")
    token = made.login(expect={"email": ANN})["token"]
    assert token["tags_form"] == "flat" and token["tags"] == {"Email": [ANN]}


def test_all_differences_are_named(made: OidcWorld) -> None:
    expect = {"email": "bob@example.com", "tags": {"Team": "red"}, "claims": {"ver": 2}}
    with pytest.raises(LayerError) as refused:
        made.login(expect=expect)
    assert refused.value.layer == "id_token"
    differences = refused.value.facts["differences"]
    assert differences == [
        f"the tag Email is {ANN}, not bob@example.com",
        "principal tag Team is missing, not red",
        "claim ver is 1, not 2",
    ]
    assert made.org.state.sessions == {}


def test_check_mode_sends_nothing(made: OidcWorld) -> None:
    before = len(made.cloud.log.since())
    answer = made.login(check_mode=True)
    assert answer == {"changed": False, "checked": False, "protocol": "oidc"}
    assert len(made.cloud.log.since()) == before


def test_a_session_may_be_left_open(made: OidcWorld) -> None:
    assert made.login(close_session=False)["session_closed"] is False
    assert len(made.org.state.sessions) == 1


# -- tokens from outside ------------------------------------------------------------------------------------------


def outside(made: OidcWorld, token: str, **options: Any) -> dict[str, Any]:
    """``okta_login`` with a token from elsewhere: no sign-in."""
    nothing: dict[str, Any] = dict.fromkeys(("username", "password", "client_secret_arn", "redirect_uri"))
    return made.login(id_token=token, **nothing, **options)


def forged(made: OidcWorld, token: str, key: Any = KEY, algorithm: str = "RS256", **changes: Any) -> str:
    """The token with other claims, signed by somebody else."""
    claims = jwt.decode(token, options={"verify_signature": False}) | changes
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": keys(made)["keys"][0]["kid"]})


def test_a_token_from_outside(made: OidcWorld) -> None:
    token = made.login(return_credentials=True)["id_token"]
    before = [entry.operation for entry in made.cloud.log.since()].count("POST /api/v1/authn")
    nonce = jwt.decode(token, options={"verify_signature": False})["nonce"]
    answer = outside(made, token, nonce=nonce, expect={"email": ANN})
    assert answer["checked"] is True and answer["who"] == ANN and answer["session_closed"] is None
    assert outside(made, token, okta_org_url=None, issuer=made.issuer)["checked"] is True
    assert [entry.operation for entry in made.cloud.log.since()].count("POST /api/v1/authn") == before


@pytest.mark.parametrize(
    ("changes", "layer_text"),
    [
        ({}, "its signature is wrong"),
        ({"algorithm": "HS256", "key": "a shared secret of thirty-two bytes!"}, "its algorithm is 'HS256', not RS256"),
        ({"algorithm": "none", "key": ""}, "its algorithm is 'none', not RS256"),
    ],
    ids=["foreign key", "HS256", "none"],
)
def test_a_forged_token_is_refused(made: OidcWorld, changes: dict[str, Any], layer_text: str) -> None:
    token = made.login(return_credentials=True)["id_token"]
    with pytest.raises(LayerError) as refused:
        outside(made, forged(made, token, **changes))
    assert refused.value.layer == "id_token" and layer_text in refused.value.cause


def test_a_changed_token_is_refused(made: OidcWorld) -> None:
    token = made.login(return_credentials=True)["id_token"]
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims[TAGS] = {"principal_tags": {"Email": "boss@example.com"}}
    other = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    for text in (f"{head}.{other}.{signature}", f"{head}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(LayerError, match="its signature is wrong"):
            outside(made, text)
    for text in (f"{head}.{body}", "not a token", f"{head}.{body}.{signature}." + "x"):
        with pytest.raises(LayerError, match="This is no"):
            outside(made, text)


def test_a_token_of_somebody_else_is_refused(made: OidcWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    token = made.login(return_credentials=True)["id_token"]
    with pytest.raises(LayerError, match="its nonce is not the one"):
        outside(made, token, nonce="another")
    with pytest.raises(LayerError, match=rf"aud is {made.client_id}, not 0oaother"):
        outside(made, token, client_id="0oaother")
    with pytest.raises(LayerError, match="is not signed by"):
        outside(made, token, issuer=made.urls["okta"])
    later = time.time() + 7200
    monkeypatch.setattr(token_module, "time", SimpleNamespace(time=lambda: later))
    with pytest.raises(LayerError, match="it was good until"):
        outside(made, token)


# -- options ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ({"client_id": None, "client_secret_arn": None, "redirect_uri": None}, ["sso_url"]),
        ({"sso_url": "https://acme.okta.com/x"}, ["sso_url"]),
        (
            {"redirect_uri": None, "client_secret_arn": None, "token_endpoint_auth_method": "client_secret_post"},
            ["redirect_uri", "client_secret_arn"],
        ),
        ({"client_secret": "a", "private_key": "b"}, ["client_secret"]),
        ({"scopes": ["email"], "issuer": "http://example.com/x"}, ["scopes", "issuer"]),
        ({"issuer": "https://a.example", "authorization_server": "default"}, ["issuer"]),
        ({"id_token": "x", "return_credentials": True}, ["username", "password", "return_credentials"]),
        ({"expect": {"destination": "x", "role_pairs": ["a"]}}, ["expect.destination", "expect.role_pairs"]),
        ({"saml_request": "default"}, ["saml_request"]),
        ({"username": None, "password": None}, ["username", "password"]),
    ],
)
def test_faults_of_the_options_are_all_named(made: OidcWorld, options: dict[str, Any], faults: list[str]) -> None:
    before = len(made.cloud.log.since())
    with pytest.raises(InputError) as refused:
        made.login(**options)
    assert {fault.partition(":")[0] for fault in refused.value.faults} == set(faults), refused.value.faults
    assert len(made.cloud.log.since()) == before


def test_names_come_from_the_environment(made: OidcWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKTA_TEST_USERNAME", ANN)
    monkeypatch.setenv("OKTA_TEST_PASSWORD", PASSWORD)
    assert made.login(username=None, password=None, okta_org_url="")["who"] == ANN
    assert CALLBACK not in [entry.path for entry in made.cloud.log.since()]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``federation_proof`` of an application whose people sign in by OpenID Connect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.proof import OPTIONS, prove
from oidc_world import TAGS, OidcWorld, oidc_world, running
from proof_world import ANN, DOCUMENT, ROLE_NAME, made_context
from qbusiness_sandbox.launch import Sandbox

LAYERS = [
    "client_secret",
    "okta_sign_in",
    "okta_assignment",
    "oidc_authorize",
    "oidc_token",
    "id_token",
    "sts",
    "session",
    "subscription",
    "chat",
]
NO_SIGN_IN: dict[str, Any] = dict.fromkeys(("username", "password", "client_secret_arn", "redirect_uri"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as started:
        yield started


@pytest.fixture
def made(sandbox: Sandbox) -> OidcWorld:
    return oidc_world(sandbox, aws=True)


def layers(evidence: dict[str, Any]) -> list[str]:
    return [entry["layer"] for entry in evidence["layers"]]


def authentications(made: OidcWorld) -> int:
    """How often a password was sent, by the cloud's own log."""
    return sum(entry.operation == "POST /api/v1/authn" for entry in made.cloud.log.since())


def test_everything_works(made: OidcWorld) -> None:
    evidence = made.prove(require_sources=True)
    assert evidence["failed_layer"] is None, evidence
    assert evidence["proved"] is True and layers(evidence) == LAYERS
    assert all(entry["ok"] and entry["milliseconds"] >= 0 for entry in evidence["layers"])
    assert evidence["who"] == ANN and DOCUMENT in evidence["answer"]
    assert [source["title"] for source in evidence["sources"]] == ["Leave policy"]
    token = evidence["id_token"]
    assert (token["issuer"], token["audiences"], token["tags_form"]) == (made.issuer, [made.client_id], "nested")
    assert token["tags"] == {"Email": [ANN]} and token["subject"] == made.user_id
    assert "eyJ" not in json.dumps(evidence) and evidence["assertion"] is None
    # Witnesses: no session is left at Okta, the password was sent once, the first question subscribed.
    assert evidence["session_closed"] is True and made.org.state.sessions == {}
    assert authentications(made) == 1
    chats = [entry for entry in made.cloud.log.since() if entry.operation == "ChatSync"]
    assert len(chats) == 2
    assert evidence["session"]["arn"].endswith(f"assumed-role/{ROLE_NAME}/{ANN}")
    assert evidence["session"]["arn"] == chats[-1].principal


def test_a_given_secret_and_the_flat_form_of_the_tags(made: OidcWorld) -> None:
    made.claim("user.email", f"{TAGS}/principal_tags/Email")
    evidence = made.prove(client_secret_arn=None, client_secret=made.client_secret)
    assert evidence["proved"] is True, evidence
    assert layers(evidence) == LAYERS[1:] and evidence["id_token"]["tags_form"] == "flat"


def test_a_token_from_outside_needs_no_sign_in(made: OidcWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    token = made.login(return_credentials=True)["id_token"]
    monkeypatch.setenv("OKTA_TEST_PASSWORD", "of somebody else")
    before = authentications(made)
    nonce = jwt.decode(token, options={"verify_signature": False})["nonce"]
    evidence = made.prove(id_token=token, nonce=nonce, okta_org_url=None, **NO_SIGN_IN)
    assert evidence["proved"] is True, evidence
    assert layers(evidence) == LAYERS[5:] and evidence["session_closed"] is None
    assert authentications(made) == before
    with pytest.raises(InputError, match="password: cannot be given together with id_token"):
        made.prove(id_token=token)


def test_a_token_without_the_email_is_found_before_sts(made: OidcWorld) -> None:
    assert made.prove()["proved"] is True
    made.claim('{"principal_tags": {"Team": {user.login} }}')
    evidence = made.prove()
    assert evidence["failed_layer"] == "id_token", evidence
    assert "it has no principal tag Email" in evidence["cause"]
    assert evidence["id_token"]["tags"] == {"Team": [ANN]}
    assert all(entry["ok"] for entry in evidence["layers"][:-1])
    assert sum(entry.operation == "AssumeRoleWithWebIdentity" for entry in made.cloud.log.since()) == 1


def test_a_provider_of_another_issuer_is_named(made: OidcWorld) -> None:
    other = made.provider_arn.replace("/oauth2/default", "/oauth2/other")
    token = made.login(return_credentials=True)["id_token"]
    evidence = made.prove(provider_arn=other, id_token=token, issuer=made.issuer, **NO_SIGN_IN)
    assert evidence["failed_layer"] == "id_token"
    assert f"iss is {made.issuer}, not {made.issuer.replace('default', 'other')}" in evidence["cause"]


def test_check_mode_checks_the_options_and_sends_nothing(made: OidcWorld) -> None:
    before = len(made.cloud.log.since())
    answer = prove(made_context(OPTIONS, made.options(), check_mode=True))
    assert answer["changed"] is False and answer["proved"] is False and answer["evidence"]["layers"] == []
    placeholder = {
        "client_id": "0oaplanned0abcdef",
        "redirect_uri": "https://planned0.example/authorization-code/callback",
    }
    assert prove(made_context(OPTIONS, made.options(**placeholder), check_mode=True))["changed"] is False
    assert len(made.cloud.log.since()) == before


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ({"client_id": None}, ["client_id"]),
        ({"sso_url": "https://acme.okta.com/app/x"}, ["sso_url"]),
        (
            {"provider_arn": "arn:aws:iam::123456789012:saml-provider/x"},
            ["client_id", "client_secret_arn", "redirect_uri", "sso_url"],
        ),
        ({"provider_arn": "x", "redirect_uri": None}, ["redirect_uri", "provider_arn"]),
    ],
)
def test_options_of_the_wrong_protocol(made: OidcWorld, options: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        made.prove(**options)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == faults

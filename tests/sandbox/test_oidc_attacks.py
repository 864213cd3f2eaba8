# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on the OpenID Connect sign-in at STS: each is refused, and each succeeds as soon as the check that stops it
is removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from aws_harness import Aws
from botocore.exceptions import ClientError
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from oidc_attacks import ATTACKS, Attack, good_sign_in, prepare
from oidc_maker import CLIENT, ISSUER, IssuerRoom, good, jwk, rsa_key
from qbusiness_sandbox.aws import oidc_checks
from qbusiness_sandbox.aws.front import AwsRoom
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import serving

#: The cloud's clock is behind, so that a session can expire while requests are still signed in time.
BEHIND = -500.0


@pytest.fixture(scope="module")
def running() -> Iterator[Aws]:
    cloud = Cloud()
    room = AwsRoom(cloud)
    with serving(cloud, {"aws": room, "okta": IssuerRoom()}) as run:
        yield Aws(cloud, room, run.urls["aws"])


@pytest.fixture
def account(running: Aws) -> Aws:
    running.cloud.reset()
    running.cloud.clock.advance(BEHIND)
    prepare(running)
    return running


def _attack(account: Aws, attack: Attack) -> bool:
    """Whether the attacker got what they wanted; raises what the cloud refused with."""
    attack.account(account)
    return attack.goal(attack.change(good_sign_in(account)).run(account))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_refused(account: Aws, attack: Attack) -> None:
    answer = good_sign_in(account).run(account)
    assert answer["SubjectFromWebIdentityToken"] == "00u1annexample12345"
    assert answer["Tags"] == {"Email": "ann@example.com"}
    account.cloud.clock.offset = BEHIND
    account.room.iam.oidc.keys.reset()
    with pytest.raises(ClientError) as refusal:
        _attack(account, attack)
    assert refusal.value.response["Error"]["Code"] == attack.code


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_succeeds_without_its_check(account: Aws, attack: Attack) -> None:
    account.cloud.settings.disabled_checks = set(attack.checks)
    assert _attack(account, attack)


def test_there_are_enough_attacks_and_each_has_a_source() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 45
    guesses = Path(__file__).parents[2] / "extensions/sandbox/docs/guesses.md"
    text = guesses.read_text(encoding="utf-8")
    known = {*oidc_checks.NAMES, "identity_policy", "session_expiry"}
    for attack in ATTACKS:
        assert attack.checks <= known, attack.name
        pages = ("https://docs.aws.amazon.com/", "https://repost.aws/")
        assert attack.source.startswith(pages) or f"`{attack.name}`" in text, attack.name


# -- independent witnesses --------------------------------------------------------------------------------------------


def _pyjwt(text: str) -> bool:
    """Whether PyJWT accepts a token with the issuer's published keys."""
    keys = jwt.PyJWKSet.from_dict({"keys": [jwk(rsa_key(1), "one", "RS256")]})
    try:
        key = keys[jwt.get_unverified_header(text)["kid"]]
        jwt.decode(text, key, algorithms=["RS256"], audience=CLIENT, issuer=ISSUER)
    except (jwt.PyJWTError, KeyError):
        return False
    return True


def _joserfc(text: str) -> bool:
    """Whether joserfc does."""
    keys = KeySet.import_key_set({"keys": [jwk(rsa_key(1), "one", "RS256")]})
    try:
        token = joserfc_jwt.decode(text, keys, algorithms=["RS256"])
        joserfc_jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": CLIENT}
        ).validate(token.claims)
    except (JoseError, ValueError):
        return False
    return True


#: Attacks on what any reader of an ID token has to check.
_GENERAL = (
    "alg_none",
    "hmac_with_the_public_key",
    "tampered_claims",
    "signature_stripped",
    "foreign_key",
    "foreign_kid",
    "jwk_in_the_header",
    "jku_in_the_header",
    "issuer_with_a_slash",
    "issuer_in_capitals",
    "issuer_without_tls",
    "issuer_is_another_org",
    "issuer_is_another_server",
    "foreign_client",
    "expired",
)


@pytest.mark.parametrize("witness", [_pyjwt, _joserfc])
def test_witnesses_agree(account: Aws, witness: object) -> None:
    assert callable(witness)
    account.cloud.clock.offset = 0.0
    sign_in = good_sign_in(account)
    assert witness(sign_in.token.text())
    for attack in ATTACKS:
        if attack.name in _GENERAL:
            changed = attack.change(sign_in)
            assert not witness(changed.text(changed.token.text())), attack.name


def test_a_token_is_a_json_web_token_and_nothing_else(account: Aws) -> None:
    sign_in = good_sign_in(account)
    text = sign_in.token.text()
    header, payload, signature = text.split(".")
    wrong = [
        "opaque-access-token",
        f"{header}.{payload}",
        f"{text}.",
        f"{text}==",
        f"{header}.{payload}=.{signature}",
        f" {text}",
        f"{header}.{payload[:-4]}.{signature}",
        f"{header}.{payload}.{signature}\n",
        good(0).text().replace(".", "..", 1),
    ]
    for item in wrong:
        with pytest.raises(ClientError, match=r"not a valid JWT|signature") as refusal:
            replace(sign_in, text={text: item}.__getitem__).run(account)
        assert refusal.value.response["Error"]["Code"] == "InvalidIdentityToken"
    assert good_sign_in(account).run(account)["Tags"] == {"Email": "ann@example.com"}

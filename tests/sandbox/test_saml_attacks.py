# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on the SAML sign-in: each is refused, and each succeeds as soon as the check that stops it is removed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import saml_tricks as tricks
from aws_harness import Aws, aws
from botocore.exceptions import ClientError
from saml_attacks import ATTACKS, IDP, Attack, good_sign_in, prepare
from saml_maker import AUDIENCE, encode

#: The cloud's clock is behind, so that a session can expire while requests are still signed in time.
BEHIND = -500.0


@pytest.fixture(scope="module")
def running() -> Iterator[Aws]:
    with aws() as run:
        yield run


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
    assert answer["Subject"] == "ann@example.com"
    account.cloud.clock.offset = BEHIND
    if not attack.code:
        assert not _attack(account, attack)
        return
    with pytest.raises(ClientError) as refusal:
        _attack(account, attack)
    assert refusal.value.response["Error"]["Code"] == attack.code


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_succeeds_without_its_check(account: Aws, attack: Attack) -> None:
    account.cloud.settings.disabled_checks = set(attack.checks)
    assert _attack(account, attack)


def test_there_are_enough_attacks_and_each_has_a_source() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 35
    guesses = Path(__file__).parents[2] / "extensions/sandbox/docs/guesses.md"
    text = guesses.read_text(encoding="utf-8")
    for attack in ATTACKS:
        assert attack.source.startswith("https://docs.aws.amazon.com/") or f"`{attack.name}`" in text, attack.name


def _witness(tmp_path: Path, xml: bytes) -> bool:
    """Whether the xmlsec1 command accepts the signature."""
    (tmp_path / "response.xml").write_bytes(xml)
    (tmp_path / "idp.pem").write_bytes(IDP.pem)
    done = subprocess.run(
        [
            "xmlsec1",
            "--verify",
            "--pubkey-cert-pem",
            str(tmp_path / "idp.pem"),
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
            str(tmp_path / "response.xml"),
        ],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_xmlsec1_agrees(account: Aws, tmp_path: Path) -> None:
    xml = IDP.response(good_sign_in(account).spec)
    assert _witness(tmp_path, xml)
    assert not _witness(tmp_path, tricks.replace_text("ann@example.com", tricks.VICTIM)(xml))
    assert not _witness(tmp_path, tricks.flip_signature(xml))


def test_pysaml2_agrees(account: Aws) -> None:
    saml2 = pytest.importorskip("saml2")
    from saml2.client import Saml2Client
    from saml2.config import SPConfig

    config = SPConfig()
    config.load(
        {
            "entityid": AUDIENCE,
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "metadata": {"inline": [IDP.metadata()]},
            "accepted_time_diff": 3600,
            "service": {
                "sp": {
                    "endpoints": {"assertion_consumer_service": [(AUDIENCE, saml2.BINDING_HTTP_POST)]},
                    "allow_unsolicited": True,
                    "want_response_signed": False,
                    "want_assertions_signed": True,
                }
            },
        }
    )
    client = Saml2Client(config=config)
    account.cloud.clock.offset = 0.0
    xml = IDP.response(good_sign_in(account).spec)
    accepted = client.parse_authn_request_response(encode(xml), saml2.BINDING_HTTP_POST)
    assert accepted.name_id.text == "ann@example.com"
    tampered = encode(tricks.replace_text("ann@example.com", tricks.VICTIM)(xml))
    with pytest.raises(Exception, match=r"(?i)signature"):
        client.parse_authn_request_response(tampered, saml2.BINDING_HTTP_POST)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on the embedded org's OpenID Connect: each is refused, and each succeeds as soon as its check is removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from okta_oidc_attacks import ATTACKS, Attack, World, error_code, world
from qbusiness_sandbox.okta.oidc_checks import CHECKS
from qbusiness_sandbox.okta.oidc_errors import CATALOGUE


@pytest.fixture
def scene() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_refused(scene: World, attack: Attack) -> None:
    right = attack.flow(scene, False)
    assert error_code(right) == "", right.text
    scene.client.room.cloud.clock.offset = 0.0
    scene.client.sign_in()
    wrong = attack.flow(scene, True)
    assert error_code(wrong) == attack.error, wrong.text


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_succeeds_without_its_check(scene: World, attack: Attack) -> None:
    scene.client.room.cloud.settings.disabled_checks = set(attack.checks)
    done = attack.flow(scene, True)
    assert error_code(done) == "", done.text


def test_every_check_is_attacked_and_every_attack_has_a_name() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert {check for attack in ATTACKS for check in attack.checks} == set(CHECKS)
    codes = {code for _status, code, _text in CATALOGUE.values()} | {"html", "E0000006"}
    assert {attack.error for attack in ATTACKS} <= codes

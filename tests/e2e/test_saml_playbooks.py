# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks by SAML, from an empty cloud on; a test goes on where the last one ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from journey import Journey, journey


@pytest.fixture(scope="module")
def way() -> Iterator[Journey]:
    with journey("saml") as started:
        yield started


@pytest.fixture(scope="module")
def planned_and_made(way: Journey) -> Journey:
    way.plan_is_what_is_then_made()
    return way


def test_plan_on_an_empty_cloud_is_what_is_then_made(planned_and_made: Journey) -> None:
    assert planned_and_made.writes()


def test_second_run_and_check_change_nothing(planned_and_made: Journey) -> None:
    planned_and_made.second_run_changes_nothing()


def test_login_is_proved(planned_and_made: Journey) -> None:
    planned_and_made.login_is_proved()


def test_what_is_not_there_is_named(planned_and_made: Journey) -> None:
    other = ("-e", "qbusiness_application_display_name=other")
    run = planned_and_made.play(*other, name="prove_login")
    assert run.returncode != 0
    assert "qbusiness_application_display_name: application" in run.output
    assert "not found in us-east-1" in run.output

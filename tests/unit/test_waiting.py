# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A long wait says what it waits for, and since when; a short one says nothing."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import aws as aws_module
from ansible_collections.qbusiness.federation.plugins.module_utils.waiting import shown_by


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a pause moves on."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    return now


def waited(clock: list[float], seconds: float) -> list[str]:
    """What is said while an index takes so many seconds."""
    said: list[str] = []
    end = clock[0] + seconds

    def read() -> dict[str, Any]:
        return {"status": "ACTIVE" if clock[0] >= end else "CREATING"}

    with shown_by(said.append):
        aws_module.wait_for(
            read, lambda state: state == {"status": "ACTIVE"}, lambda _state: "", "index documents", 1800
        )
    return said


def test_a_short_wait_says_nothing(clock: list[float]) -> None:
    assert waited(clock, 20) == []


def test_a_long_wait_says_so_about_every_30_seconds(clock: list[float]) -> None:
    said = waited(clock, 100)
    assert 2 <= len(said) <= 3
    assert {text.partition(" UTC ")[2] for text in said} == {"for index documents, which is CREATING."}
    assert all(text.startswith("Waiting since ") for text in said)


def test_nobody_is_told_outside_of_an_execution_that_can_show(clock: list[float]) -> None:
    waited(clock, 100)
    aws_module.wait_for(lambda: None, lambda _state: clock[0] > 1200, lambda _state: "", "nothing", 1800)

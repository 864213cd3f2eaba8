# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run by SAML that was cut off after any write is finished by the next one: same state, no duplicate."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from journey import Journey, journey

#: A spread over the writes of a whole run; `make cut` tries each of them.
SPREAD = (1, 4, 7, 11, 16)


@pytest.fixture(scope="module")
def way() -> Iterator[Journey]:
    with journey("saml") as started:
        yield started


@pytest.fixture(scope="module")
def uninterrupted(way: Journey) -> object:
    return way.uninterrupted()


@pytest.mark.parametrize("number", SPREAD)
def test_cut_run_is_finished_by_the_next(uninterrupted: object, way: Journey, number: int) -> None:
    assert way.cut_and_finish(number) == uninterrupted


@pytest.mark.cut
def test_every_cut_run_is_finished_by_the_next(way: Journey) -> None:
    way.every_cut_is_finished_by_the_next_run()

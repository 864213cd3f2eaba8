# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of recorded answers with live ones, on answers of our own."""

from __future__ import annotations

from okta_compare import Comparison


def test_ids_must_stay_the_same() -> None:
    compare = Comparison()
    one, other = "0oa" + "a" * 17, "0oa" + "b" * 17
    assert not compare.answers({"id": one}, {"id": other}, trimmed=False)
    assert compare.answers({"id": one}, {"id": one}, trimmed=False)


def test_a_secret_that_changes_is_a_difference() -> None:
    compare = Comparison()
    assert not compare.answers({"client_secret": "scrubbed-1"}, {"client_secret": "first"}, trimmed=False)
    assert compare.answers({"client_secret": "scrubbed-1"}, {"client_secret": "second"}, trimmed=False)


def test_a_missing_member_and_an_extra_one_are_seen() -> None:
    found = Comparison().answers({"a": 1, "b": None}, {"a": 1, "c": 2}, trimmed=False)
    assert found == [".b is missing", "+.c was not recorded"]

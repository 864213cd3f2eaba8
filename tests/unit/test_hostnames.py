# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What applications are called as hosts of the inventory."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.hostnames import (
    choose,
    is_path,
    path_value,
)


def record(number: int, name: str | None = "assistant", **tags: str) -> dict[str, Any]:
    return {"application_id": f"id-{number}", "application_name": name, "application_tags": tags}


def names(records: list[dict[str, Any]], *preferences: str) -> list[str]:
    return choose(records, preferences or ("application_name",), path_value)[0]


def test_the_first_preference_that_says_something() -> None:
    records = [record(1, Name="one"), record(2, "two"), record(3, None), record(4, "  ")]
    assert names(records, "application_tags.Name", "application_name") == ["one", "two", "id-3", "id-4"]


def test_shared_names_go_on_for_all_who_would_have_them() -> None:
    records = [record(1), record(2, Name="second"), record(3, "other")]
    chosen, shared = choose(records, ("application_name", "application_tags.Name"), path_value)
    assert chosen == ["id-1", "second", "other"]
    assert shared == ["assistant"]


def test_a_name_to_go_on_to_may_be_shared_too() -> None:
    records = [record(1, Name="other"), record(2), record(3, "other")]
    chosen, shared = choose(records, ("application_name", "application_tags.Name"), path_value)
    assert chosen == ["id-1", "id-2", "id-3"]
    assert shared == ["assistant", "other"]


def test_names_do_not_depend_on_the_order() -> None:
    records = [record(1, Name="other"), record(2), record(3, "other"), record(4, "alone"), record(5, None)]
    expected = {item["application_id"]: name for item, name in zip(records, names(records), strict=True)}
    for order in itertools.permutations(records):
        found = names(list(order))
        assert {item["application_id"]: name for item, name in zip(order, found, strict=True)} == expected
        assert len(set(found)) == len(found)


def test_what_is_no_name() -> None:
    records = [{**record(1), "application_name": {"a": 1}}, {**record(2), "application_name": 7}]
    assert names(records) == ["id-1", "7"]


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("application_name", True),
        ("application_tags.Name", True),
        ("application_tags['Name']", False),
        ("application_name ~ region", False),
        ("a.b.", False),
        ("1a", False),
    ],
)
def test_paths(expression: str, path: bool) -> None:
    assert is_path(expression) is path


def test_values_of_paths() -> None:
    found = record(1, Name="one")
    assert path_value("application_tags.Name", found) == "one"
    assert path_value("application_tags.Name.more", found) is None
    assert path_value("nothing.at.all", found) is None


def test_no_records() -> None:
    assert choose([], ("application_name",), path_value) == ([], [])

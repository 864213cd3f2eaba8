# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Differences by field: paths, values, what is named and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.differences import fields


def listed(field: str, before: list[Any], after: list[Any], added: list[Any], removed: list[Any]) -> dict[str, Any]:
    return {"field": field, "before": before, "after": after, "added": added, "removed": removed}


def one(field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"field": field, "before": before, "after": after}


def test_values_by_dotted_paths_in_the_order_of_the_object() -> None:
    before = {"title": "a", "kept": 1, "config": {"deep": {"mode": "ON", "other": 2}}, "gone": "x"}
    after = {"title": "b", "kept": 1, "config": {"deep": {"mode": "OFF", "other": 2}}, "new": True}
    assert fields(before, after) == [
        one("title", "a", "b"),
        one("config.deep.mode", "ON", "OFF"),
        one("gone", "x", None),
        one("new", None, True),
    ]


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_absent_and_empty_are_the_same_and_false_is_neither(empty: Any) -> None:
    assert fields({"a": empty}, {}) == fields({}, {"a": empty}) == []
    assert fields({"a": empty}, {"a": False}) == [one("a", empty, False)]
    assert fields({"a": 0}, {"a": False}) == [one("a", 0, False)]


def test_lists_of_values_say_what_came_and_went() -> None:
    assert fields({"prefixes": ["a/", "b/", "b/"]}, {"prefixes": ["b/", "c/"]}) == [
        listed("prefixes", ["a/", "b/", "b/"], ["b/", "c/"], ["c/"], ["a/", "b/"])
    ]
    assert fields({}, {"prefixes": ["a/"]}) == [listed("prefixes", [], ["a/"], ["a/"], [])]


def test_the_order_of_a_list_counts_where_nothing_else_differs() -> None:
    assert fields({"a": [1, 2], "b": 1}, {"a": [2, 1], "b": 2}) == [one("b", 1, 2)]
    assert fields({"a": [1, 2]}, {"a": [2, 1]}) == [listed("a", [1, 2], [2, 1], [], [])]


def test_named_items_are_found_by_their_name() -> None:
    before = {"attributes": [{"name": "team", "search": "ENABLED"}, {"name": "year", "type": "NUMBER"}]}
    after = {
        "attributes": [{"name": "year", "type": "NUMBER"}, {"name": "team", "search": "DISABLED"}, {"name": "new"}]
    }
    assert fields(before, after) == [
        one("attributes.team.search", "ENABLED", "DISABLED"),
        one("attributes.new", None, {"name": "new"}),
    ]


def test_items_without_a_name_are_found_by_their_place_or_told_whole() -> None:
    before = {"rules": [{"key": "a", "to": 1}, {"key": "a", "to": 2}]}
    assert fields(before, {"rules": [{"key": "a", "to": 1}, {"key": "a", "to": 3}]}) == [one("rules[1].to", 2, 3)]
    fewer = {"rules": [{"key": "a", "to": 2}, {"key": "a", "to": 2}, {"key": "a", "to": 1}]}
    assert fields(before, fewer) == [listed("rules", before["rules"], fewer["rules"], [{"key": "a", "to": 2}], [])]


def test_json_texts_are_documents() -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Action": ["s3:GetObject"]}]}
    wider = {"Statement": [{"Action": ["s3:GetObject", "s3:ListBucket"], "Sid": "Read"}], "Version": "2012-10-17"}
    text = json.dumps(policy)
    assert fields({"policy": text}, {"policy": json.dumps(policy, indent=2, sort_keys=True)}) == []
    expected = [
        listed(
            "policy.Statement.Read.Action", ["s3:GetObject"], ["s3:GetObject", "s3:ListBucket"], ["s3:ListBucket"], []
        )
    ]
    assert fields({"policy": text}, {"policy": json.dumps(wider)}) == expected
    assert fields({"policy": text}, {"policy": wider}) == expected
    assert fields({"title": "[draft"}, {"title": "{draft"}) == [one("title", "[draft", "{draft")]

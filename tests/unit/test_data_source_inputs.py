# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data sources of an inventory: what is not set is not sent, roles that exist stay, and what the role is for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.plugin_utils.data_sources import (
    SAME,
    buckets_of_role,
    data_sources,
    needs_role,
    of_role,
    syncable,
)

ROLE = "arn:aws:iam::111122223333:role/path/reader"
OTHER = "arn:aws:iam::111122223333:role/other"
LIVE = {
    "handbook": {"data_source_id": "ds-1", "role_arn": ROLE},
    "drafts": {"data_source_id": "ds-2", "role_arn": OTHER},
}
CUSTOM = {"name": "pushed", "configuration": {"type": "CUSTOM"}}


def sent(item: dict[str, Any], live: Any = LIVE, role: str = ROLE, subnets: list[str] | None = None) -> dict[str, Any]:
    """Return what the module gets for one item."""
    (found,) = data_sources([item], role, live, subnets or [], ["sg-1"])
    return found


@pytest.mark.parametrize("live", [{}, None, ""])
def test_a_new_data_source_gets_the_role_and_what_it_sets(live: Any) -> None:
    item: dict[str, Any] = {
        "name": "wiki",
        "bucket": "docs",
        "inclusion_prefixes": ["a/"],
        "description": None,
        "configuration": {},
    }
    assert sent(item, live) == {
        "display_name": "wiki",
        "bucket": "docs",
        "inclusion_prefixes": ["a/"],
        "role_arn": ROLE,
    }


def test_a_live_one_keeps_its_role_and_all_that_is_not_set() -> None:
    assert sent({"name": "drafts"}) == {"display_name": "drafts", "data_source_id": "ds-2"}


@pytest.mark.parametrize("name", [name for name in SAME if name not in ("sync_schedule", "description")])
def test_empty_members_are_not_set(name: str) -> None:
    assert sent({"name": "drafts", name: ""}) == {"display_name": "drafts", "data_source_id": "ds-2"}


@pytest.mark.parametrize("name", ["sync_schedule", "description"])
def test_a_schedule_and_a_description_can_be_cleared(name: str) -> None:
    assert sent({"name": "drafts", name: ""})[name] == ""
    assert name not in sent({"name": "drafts", name: None})


def test_what_an_item_sets_goes_first() -> None:
    item = {"name": "drafts", "role_arn": ROLE, "data_source_id": "ds-9", "create": False}
    assert sent(item) == {"display_name": "drafts", "role_arn": ROLE, "data_source_id": "ds-9", "create": False}


def test_what_programs_fill_has_no_role_and_no_network() -> None:
    assert sent(CUSTOM, subnets=["subnet-1"]) == {"display_name": "pushed", "configuration": {"type": "CUSTOM"}}


def test_what_is_to_be_deleted_is_named_by_its_id_alone() -> None:
    item = {"name": "handbook", "state": "absent"}
    assert sent(item, subnets=["subnet-1"]) == {
        "display_name": "handbook",
        "state": "absent",
        "data_source_id": "ds-1",
    }


def test_a_network_is_set_where_subnets_are() -> None:
    network = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}
    assert sent({"name": "wiki"}, subnets=["subnet-1"])["vpc_configuration"] == network
    assert "vpc_configuration" not in sent({"name": "wiki"})


ITEMS: list[dict[str, Any]] = [
    {"name": "handbook", "bucket": "one"},
    {"name": "drafts", "bucket": "two"},
    {"name": "wiki", "bucket": "three"},
    {"name": "again", "bucket": "one"},
    {"name": "own", "bucket": "four", "role_arn": OTHER},
    {"name": "gone", "bucket": "five", "state": "absent"},
    {"name": "empty", "bucket": "six", "role_arn": ""},
    {"name": "crawler"},
    CUSTOM,
]


def test_the_role_is_for_new_ones_and_those_that_have_it() -> None:
    names = [item["name"] for item in of_role(ITEMS, LIVE, "reader")]
    assert names == ["handbook", "wiki", "again", "empty", "crawler"]
    assert buckets_of_role(ITEMS, LIVE, "reader") == ["one", "three", "six"]


def test_a_role_of_a_longer_name_is_another_role() -> None:
    live = {"handbook": {"role_arn": "arn:aws:iam::1:role/my-reader"}}
    assert of_role([{"name": "handbook"}], live, "reader") == []


@pytest.mark.parametrize(
    ("items", "needed"),
    [
        ([], False),
        ([CUSTOM], False),
        ([{"name": "drafts"}], False),
        ([{"name": "handbook"}], True),
        ([{"name": "wiki"}], True),
        ([{"name": "wiki", "role_arn": OTHER}], False),
        ([{"name": "wiki", "state": "absent"}], False),
    ],
)
def test_no_role_is_made_that_nobody_reads_by(items: list[dict[str, Any]], needed: bool) -> None:
    assert needs_role(items, LIVE, "reader") is needed


def test_only_what_exists_and_the_service_reads_is_synced() -> None:
    results: list[dict[str, Any]] = [
        {"data_source_id": "ds-1", "data_source": {"type": "S3"}, "changed": True},
        {"data_source_id": "ds-2", "data_source": {"type": "CUSTOM"}},
        {"data_source_id": "ds-3", "changed": True},
    ]
    assert syncable(results) == [{"data_source_id": "ds-1", "data_source": {"type": "S3"}}]

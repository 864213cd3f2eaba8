# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indices. Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/select-retriever.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..resource import State
from .table import Spec

#: Most units by type. Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/tiers.html
MOST_UNITS = {"ENTERPRISE": 50, "STARTER": 5}


def same_attributes(wanted: Any, current: Any) -> bool:
    """Document attributes are merged by name and cannot be taken away: each listed one must be as listed."""
    there = {item.get("name"): item for item in current or []}
    return all(
        item.get("name") in there and all(there[item["name"]].get(key) == value for key, value in item.items())
        for item in wanted or []
    )


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    kind = str(wanted.get("type") or (current or {}).get("type") or "ENTERPRISE")
    units = (wanted.get("capacityConfiguration") or {}).get("units")
    most = MOST_UNITS.get(kind)
    if units is not None and most is not None and units > most:
        yield f"capacity_configuration.units: {units} is too many for an index of type {kind}; at most {most} are allowed"


def _removal_loss(current: State) -> list[str]:
    return [
        f"index {current.get('displayName')} ({current.get('indexId')})",
        "all documents in it and its data sources",
        "the use of every retriever that points at it",
    ]


INDEX = Spec(
    noun="index",
    kind="Index",
    id_member="indexId",
    arn_member="indexArn",
    arn_path="application/{applicationId}/index/{indexId}",
    parents=("applicationId",),
    list_operation="ListIndices",
    list_key="indices",
    page_size=100,
    comparators={"documentAttributeConfigurations": same_attributes},
    loss="Another value means a new index: all documents and data sources of this one would be lost.",
    checks=_checks,
    removal_loss=_removal_loss,
)

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "index_id": {"type": "str"},
    "display_name": {"type": "str"},
    "description": {"type": "str"},
    "type": {"type": "str", "choices": list(MOST_UNITS)},
    "capacity_configuration": {"type": "dict", "options": {"units": {"type": "int", "required": True}}},
    "document_attribute_configurations": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "choices": ["STRING", "STRING_LIST", "NUMBER", "DATE"], "required": True},
            "search": {"type": "str", "choices": ["ENABLED", "DISABLED"]},
        },
    },
}

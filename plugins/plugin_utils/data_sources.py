# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data sources of an inventory as the module ``qbusiness_datasource`` takes them, and what their role is for.

``live`` is what ``federation_resolve`` has read: by the name in the inventory, the ID and the role of the data source.
A live data source keeps the role that it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils.federation.host_variables import is_set

Item = Mapping[str, Any]
Live = Mapping[str, Mapping[str, str]]
#: Options of an item that the module takes under the same name.
SAME = (
    "data_source_id",
    "state",
    "bucket",
    "inclusion_prefixes",
    "configuration",
    "sync_schedule",
    "description",
    "role_arn",
    "create",
)
#: Of these, texts that are empty where a data source has none.
CLEARED = ("sync_schedule", "description")


def data_sources(
    items: Sequence[Item], role_arn: str, live: Any, subnet_ids: Sequence[str], security_group_ids: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the option ``data_sources``; what an item does not set is not compared.

    :param role_arn: the role for data sources that have none
    """
    known: Live = live or {}
    vpc = {"subnet_ids": list(subnet_ids), "security_group_ids": list(security_group_ids)} if subnet_ids else {}
    found = []
    for item in items:
        options = {name: item[name] for name in SAME if is_set(item.get(name)) or _clears(name, item.get(name))}
        if not options.get("configuration"):
            options.pop("configuration", None)
        now = known.get(str(item["name"])) or {}
        options["display_name"] = item["name"]
        if now.get("data_source_id"):
            options.setdefault("data_source_id", now["data_source_id"])
        if is_read(item) and options.get("state") != "absent":
            if not now.get("role_arn") and role_arn:
                options.setdefault("role_arn", role_arn)
            if vpc:
                options["vpc_configuration"] = vpc
        found.append(options)
    return found


def _clears(name: str, value: Any) -> bool:
    """Return whether an empty text stands for what is to be empty, and not for what is not set."""
    return name in CLEARED and value == ""


def is_read(item: Item) -> bool:
    """Return whether the service reads the documents: those of type CUSTOM are put by a program."""
    configuration = item.get("configuration")
    return not isinstance(configuration, Mapping) or configuration.get("type") != "CUSTOM"


def of_role(items: Sequence[Item], live: Any, role_name: str) -> list[Item]:
    """Return the items that the role with this name reads: new ones, and live ones that have it already."""
    known: Live = live or {}
    found = []
    for item in items:
        has = str((known.get(str(item["name"])) or {}).get("role_arn") or "")
        own = is_set(item.get("role_arn")) or item.get("state") == "absent" or not is_read(item)
        if not own and (not has or has.endswith(f"/{role_name}")):
            found.append(item)
    return found


def needs_role(items: Sequence[Item], live: Any, role_name: str) -> bool:
    """Return whether any data source reads by the role with this name."""
    return bool(of_role(items, live, role_name))


def buckets_of_role(items: Sequence[Item], live: Any, role_name: str) -> list[str]:
    """Return the buckets that the role with this name reads."""
    return list(dict.fromkeys(str(item["bucket"]) for item in of_role(items, live, role_name) if item.get("bucket")))


def syncable(results: Sequence[Item]) -> list[dict[str, Any]]:
    """Return what ``qbusiness_datasource_sync`` needs of the data sources that exist and are read by the service.

    :param results: ``data_sources`` of the answer of ``qbusiness_datasource``
    """
    return [
        {"data_source_id": item["data_source_id"], "data_source": item["data_source"]}
        for item in results
        if item.get("data_source") and item["data_source"].get("type") != "CUSTOM"
    ]

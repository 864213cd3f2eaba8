# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Indices (reference section 4.2)."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness.engine import Answer, create, handles, settled, update, views
from qbusiness_sandbox.qbusiness.errors import conflict, invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, INDEX
from qbusiness_sandbox.qbusiness.parts import IndexParts
from qbusiness_sandbox.qbusiness.service import Call, index_parts
from qbusiness_sandbox.qbusiness.store import Resource

#: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/select-retriever.html and tiers.html
MAX_UNITS = {"ENTERPRISE": 50, "STARTER": 5}
DOCUMENTS_PER_UNIT = 20_000
BYTES_PER_UNIT = 200 * 1024 * 1024
#: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/doc-attributes.html
MAX_CUSTOM_ATTRIBUTES = 50
MAX_SEARCHABLE_ATTRIBUTES = 30
#: As recorded on an untouched index (reference 4.2).
RESERVED = {
    "_authors": "STRING_LIST",
    "_category": "STRING",
    "_created_at": "DATE",
    "_data_source_id": "STRING",
    "_document_title": "STRING",
    "_file_type": "STRING",
    "_language_code": "STRING",
    "_last_updated_at": "DATE",
    "_source_uri": "STRING",
    "_version": "STRING",
    "_view_count": "NUMBER",
}
#: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/maintenance.html
MAINTENANCE = "Index can't be updated at this time due to ongoing maintenance activity. Try again later."


def _reserved() -> list[dict[str, str]]:
    return [
        {"name": name, "type": kind, "search": "ENABLED" if name == "_document_title" else "DISABLED"}
        for name, kind in RESERVED.items()
    ]


def _check_units(index_type: str, units: int) -> None:
    if units > MAX_UNITS[index_type]:
        raise invalid(
            f"An index of type {index_type} may have at most {MAX_UNITS[index_type]} units",
            "capacityConfiguration.units",
        )


def _merged(present: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Attributes merged by name. Raises ValidationException. guess: 12"""
    by_name = {item["name"]: dict(item) for item in present}
    for item in given:
        name = item.get("name")
        if name is None:
            raise invalid("An attribute needs a name", "documentAttributeConfigurations")
        known = by_name.get(name)
        if known is None:
            if "type" not in item:
                raise invalid(f"The new attribute {name} needs a type", "documentAttributeConfigurations")
            by_name[name] = {"search": "DISABLED", **item}
            continue
        if item.get("type", known["type"]) != known["type"]:
            raise invalid(f"The type of the attribute {name} cannot be changed", "documentAttributeConfigurations")
        known.update(item)
    if sum(name not in RESERVED for name in by_name) > MAX_CUSTOM_ATTRIBUTES:
        raise invalid(
            f"An index may have at most {MAX_CUSTOM_ATTRIBUTES} custom attributes", "documentAttributeConfigurations"
        )
    if sum(item["search"] == "ENABLED" for item in by_name.values()) > MAX_SEARCHABLE_ATTRIBUTES:
        raise invalid(
            f"An index may have at most {MAX_SEARCHABLE_ATTRIBUTES} searchable attributes",
            "documentAttributeConfigurations",
        )
    return list(by_name.values())


def statistics(resource: Resource) -> dict[str, int]:
    """Count and bytes of the documents that are indexed."""
    documents = [item for item in index_parts(resource).documents.values() if item.searchable]
    return {
        "indexedTextBytes": sum(len(item.data) for item in documents),
        "indexedTextDocumentCount": len(documents),
    }


@views(INDEX)
def view_index(call: Call, resource: Resource, status: str) -> Answer:
    return {"indexStatistics": {"textDocumentStatistics": statistics(resource)}}


@handles("CreateIndex")
def create_index(call: Call) -> Answer:
    units = call.params.get("capacityConfiguration", {}).get("units", 1)
    _check_units(call.params.get("type", "ENTERPRISE"), units)
    call.active(APPLICATION)
    values = call.given("displayName", "description", "type")
    values["capacityConfiguration"] = {"units": units}
    values["documentAttributeConfigurations"] = _reserved()
    return create(call, INDEX, values, parts=IndexParts())


@handles("UpdateIndex")
def update_index(call: Call) -> None:
    resource = call.resource(INDEX)
    values = call.given("displayName", "description", "capacityConfiguration")  # guess: 28
    units = call.params.get("capacityConfiguration", {}).get("units")
    if units is not None:
        _check_units(resource.values["type"], units)
        used = statistics(resource)
        if units * DOCUMENTS_PER_UNIT < used["indexedTextDocumentCount"] or (
            units * BYTES_PER_UNIT < used["indexedTextBytes"]
        ):
            # guess: 13
            raise invalid("The index holds more than so many units can", "capacityConfiguration.units")
    elif "capacityConfiguration" in values:
        del values["capacityConfiguration"]
    given = call.params.get("documentAttributeConfigurations")
    if given is not None:
        values["documentAttributeConfigurations"] = _merged(resource.values["documentAttributeConfigurations"], given)
    settled(call, resource)
    if call.fault("maintenance") is not None:
        raise conflict(MAINTENANCE, INDEX.noun, resource.id)
    update(call, resource, values)

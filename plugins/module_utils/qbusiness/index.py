# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indices. Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/select-retriever.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..resource import State
from . import losses
from .initially import ADOPT_SINGLE, naming
from .table import SERVICE, ServiceResource, Spec

#: Most units by type. Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/tiers.html
MOST_UNITS = {"ENTERPRISE": 50, "STARTER": 5}
ATTRIBUTES = "documentAttributeConfigurations"


def _by_name(attributes: Any) -> dict[str, dict[str, Any]]:
    return {str(item.get("name")): dict(item) for item in attributes or []}


def same_attributes(wanted: Any, current: Any) -> bool:
    """Document attributes are merged by name and cannot be taken away: each listed one must be as listed, the service's
    reserved ones (``_category`` …) like the others; what is not listed is no difference.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/doc-attributes.html
    """
    there = _by_name(current)
    return all(item.items() <= there.get(name, {}).items() for name, item in _by_name(wanted).items())


def listed_attributes(current: Any, wanted: Any) -> list[dict[str, Any]]:
    """What an update sends: the listed attributes, each complete. The service merges them by name
    (guess: both CloudFormation and Terraform send only their own)."""
    there = _by_name(current)
    return [{**there.get(name, {}), **item} for name, item in _by_name(wanted).items()]


def all_attributes(current: Any, wanted: Any) -> list[dict[str, Any]]:
    """What is there after an update. guess: a new attribute is not searched unless it is said."""
    there = _by_name(current)
    for item in listed_attributes(current, wanted):
        there[item["name"]] = item if item["name"] in there else {"search": "DISABLED", **item}
    return list(there.values())


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    kind = str(wanted.get("type") or (current or {}).get("type") or "ENTERPRISE")
    units = (wanted.get("capacityConfiguration") or {}).get("units")
    most = MOST_UNITS.get(kind)
    if units is not None and most is not None and units > most:
        yield f"capacity_configuration.units: {units} is too many for an index of type {kind}; allowed are 1 to {most}"
    there = _by_name((current or {}).get(ATTRIBUTES))
    seen: set[str] = set()
    for number, item in enumerate(wanted.get(ATTRIBUTES) or []):
        path, name = f"document_attribute_configurations[{number}]", str(item.get("name") or "")
        if name in seen:
            yield f"{path}.name: {name!r} is listed twice"
        seen.add(name)
        # Reserved attributes are there from the beginning, of a type that the service knows.
        if not item.get("type") and name not in there and not name.startswith("_"):
            yield f"{path}.type: is required for the new attribute {name}; STRING, STRING_LIST, NUMBER or DATE"


def _fixed(wanted: Mapping[str, Any], current: State) -> Iterator[tuple[str, Any, Any]]:
    there = _by_name(current.get(ATTRIBUTES))
    for name, item in _by_name(wanted.get(ATTRIBUTES)).items():
        was, becomes = there.get(name, {}).get("type"), item.get("type")
        if was and becomes and was != becomes:
            yield f"{ATTRIBUTES}.{name}.type", was, becomes


def retrievers_of(resource: ServiceResource, index_id: str) -> list[str]:
    """The names of the retrievers that point at an index; removing it by the API leaves them pointing at nothing.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/supported-native-retriever-actions.html
    """
    application = {"applicationId": resource.parents["applicationId"]}
    names: list[str] = []
    for item in resource.aws.pages(SERVICE, "ListRetrievers", "retrievers", maxResults=50, **application):
        if item.get("type") == "NATIVE_INDEX":
            found = resource.aws.get(SERVICE, "GetRetriever", **application, retrieverId=item["retrieverId"]) or {}
            native = (found.get("configuration") or {}).get("nativeIndexConfiguration") or {}
            if native.get("indexId") == index_id:
                names.append(f"{found.get('displayName')} ({item['retrieverId']})")
    return names


def _removal_loss(resource: ServiceResource, current: State) -> list[str]:
    retrievers = retrievers_of(resource, str(current.get("indexId")))
    return [
        *losses.index(resource.aws, resource.parents["applicationId"], current),
        *(f"the use of retriever {name}, which points at it and stays" for name in retrievers),
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
    comparators={ATTRIBUTES: same_attributes},
    carry={ATTRIBUTES: listed_attributes},
    becomes={ATTRIBUTES: all_attributes},
    loss=(
        "Another value means a new index: all documents and data sources of this one would be lost. To go on, remove "
        "it with state=absent first, or give the new one another display_name."
    ),
    checks=_checks,
    fixed=_fixed,
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
            "type": {"type": "str", "choices": ["STRING", "STRING_LIST", "NUMBER", "DATE"]},
            "search": {"type": "str", "choices": ["ENABLED", "DISABLED"]},
        },
    },
}
OPTIONS |= naming(OPTIONS, "application_id", "index_id", "display_name") | ADOPT_SINGLE

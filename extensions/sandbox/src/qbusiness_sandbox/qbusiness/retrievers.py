# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retrievers (reference section 4.3)."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness.engine import Answer, create, handles, settled, update
from qbusiness_sandbox.qbusiness.errors import invalid, missing
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, INDEX, RETRIEVER
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.store import Resource

KENDRA = "KENDRA_INDEX"
#: The arm of the configuration that fits each type.
ARMS = {"NATIVE_INDEX": "nativeIndexConfiguration", KENDRA: "kendraIndexConfiguration"}
#: The arm of a boost that fits an attribute's type.
BOOSTS = {
    "NUMBER": "numberConfiguration",
    "STRING": "stringConfiguration",
    "DATE": "dateConfiguration",
    "STRING_LIST": "stringListConfiguration",
}


def has_kendra(call: Call) -> bool:
    """Whether the path's application takes its content from Kendra."""
    found = call.store.all(RETRIEVER, applicationId=call.application.id)
    return any(retriever.values["type"] == KENDRA for retriever in found)


def _check_boosts(index: Resource, boosts: dict[str, Any]) -> None:
    """A boosted attribute must exist, be of the arm's type, and be searchable if it is text
    (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/configuring-boosting.html; the class is guess 38)."""
    attributes = {item["name"]: item for item in index.values["documentAttributeConfigurations"]}
    for name, boost in boosts.items():
        attribute = attributes.get(name)
        member = f"configuration.nativeIndexConfiguration.boostingOverride.{name}"
        if attribute is None:
            raise invalid(f"The index has no attribute {name}", member)
        if BOOSTS[attribute["type"]] not in boost:
            raise invalid(f"The attribute {name} is of type {attribute['type']}", member)
        if attribute["type"] in ("STRING", "STRING_LIST") and attribute["search"] != "ENABLED":
            raise invalid(f"The attribute {name} is not searchable", member)


def _check(call: Call, retriever_type: str, configuration: dict[str, Any], role: str | None) -> None:
    if ARMS[retriever_type] not in configuration:
        raise invalid(f"The configuration does not fit the type {retriever_type}", "configuration")
    if retriever_type == KENDRA:
        if role is None:
            raise invalid(f"roleArn is required for a retriever of type {KENDRA}", "roleArn")
        index_id = configuration["kendraIndexConfiguration"]["indexId"]
        if call.service.kendra_indices and index_id not in call.service.kendra_indices:
            raise missing("KendraIndex", index_id)
        return
    native = configuration["nativeIndexConfiguration"]
    # guess: 38 (the class)
    index = call.other(INDEX, native["indexId"], applicationId=call.application.id)
    _check_boosts(index, native.get("boostingOverride", {}))


def _stored(configuration: dict[str, Any]) -> dict[str, Any]:
    """Without ``version``, which is read-only (API_NativeIndexConfiguration)."""
    native = configuration.get("nativeIndexConfiguration")
    if native is None:
        return configuration
    return {"nativeIndexConfiguration": {name: value for name, value in native.items() if name != "version"}}


@handles("CreateRetriever")
def create_retriever(call: Call) -> Answer:
    params = call.params
    _check(call, params["type"], params["configuration"], params.get("roleArn"))
    call.check_role(params.get("roleArn"))
    call.active(APPLICATION)
    values = call.given("type", "displayName", "roleArn")
    return create(call, RETRIEVER, {**values, "configuration": _stored(params["configuration"])})


@handles("UpdateRetriever")
def update_retriever(call: Call) -> None:
    resource = call.resource(RETRIEVER)
    values = call.given("displayName", "roleArn", "configuration")
    if "configuration" in values:
        role = values.get("roleArn", resource.values.get("roleArn"))
        _check(call, resource.values["type"], values["configuration"], role)
        values["configuration"] = _stored(values["configuration"])
    call.check_role(call.params.get("roleArn"))
    settled(call, resource)
    update(call, resource, values)

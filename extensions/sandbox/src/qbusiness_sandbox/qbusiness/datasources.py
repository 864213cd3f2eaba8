# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sources (reference section 4.4)."""

from __future__ import annotations

from typing import Any

import regex

from qbusiness_sandbox.qbusiness import connectors, normalising
from qbusiness_sandbox.qbusiness.engine import Answer, check_quota, create, handles, settled, update
from qbusiness_sandbox.qbusiness.errors import invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, DATA_SOURCE, INDEX
from qbusiness_sandbox.qbusiness.parts import DataSourceParts
from qbusiness_sandbox.qbusiness.retrievers import has_kendra
from qbusiness_sandbox.qbusiness.service import Call

#: Members that ``{}`` clears. guess: 10
CLEARABLE = ("documentEnrichmentConfiguration", "mediaExtractionConfiguration")
KEPT = (
    "displayName",
    "configuration",
    "vpcConfiguration",
    "description",
    "syncSchedule",
    "roleArn",
    *CLEARABLE,
)


def _connector(call: Call, document: Any) -> str:
    """The type of a document that fits its connector. Raises ValidationException."""
    return connectors.check(document, lenient=call.service.option(normalising.OPTION, False))


def _stored(call: Call, values: Answer) -> Answer:
    """The members as they are kept."""
    if "configuration" in values and call.service.option(normalising.OPTION, False):
        return {**values, "configuration": normalising.normalised(values["configuration"])}
    return values


def _check(call: Call, connector: str, role: str | None, schedule: str) -> None:
    if connector == connectors.CUSTOM:
        if schedule:
            # API_CreateDataSource: a schedule for CUSTOM is a ValidationException.
            raise invalid("A data source of type CUSTOM takes no syncSchedule", "syncSchedule")
    elif role is None:
        # API_CreateDataSource: required for all connectors but CUSTOM.
        raise invalid(f"roleArn is required for a data source of type {connector}", "roleArn")
    if schedule and not regex.fullmatch(r"cron\(.+\)", schedule):
        # guess: 42
        raise invalid("syncSchedule must be cron(...) or empty", "syncSchedule")
    call.check_role(call.params.get("roleArn"))


@handles("CreateDataSource")
def create_data_source(call: Call) -> Answer:
    params = call.params
    connector = _connector(call, params["configuration"])
    _check(call, connector, params.get("roleArn"), params.get("syncSchedule", ""))
    if has_kendra(call):
        # select-retriever.html says that it cannot be; guess: 43 (the class)
        raise invalid("An application with a Kendra retriever takes no data sources")
    call.active(APPLICATION)
    call.active(INDEX)
    check_quota(call, DATA_SOURCE)
    values = {name: value for name, value in call.given(*KEPT).items() if value != {} or name not in CLEARABLE}
    return create(call, DATA_SOURCE, {**_stored(call, values), "type": connector}, parts=DataSourceParts())


@handles("UpdateDataSource")
def update_data_source(call: Call) -> None:
    resource = call.resource(DATA_SOURCE)
    values = call.given(*KEPT)
    connector = str(resource.values["type"])
    if "configuration" in values and _connector(call, values["configuration"]) != connector:
        # guess: 14
        raise invalid("The type of a data source cannot be changed", "configuration.type")
    role = values.get("roleArn", resource.values.get("roleArn"))
    _check(call, connector, role, values.get("syncSchedule", resource.values["syncSchedule"]))
    settled(call, resource)
    cleared = [name for name in CLEARABLE if values.get(name) == {}]
    update(call, resource, _stored(call, values), drop=cleared)

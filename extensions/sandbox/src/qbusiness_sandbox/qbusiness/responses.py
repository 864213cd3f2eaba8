# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat response configurations (reference section 4.11): what is in use, and what was asked for last."""

from __future__ import annotations

from qbusiness_sandbox.qbusiness.engine import Answer, create, handles, settled, update, views
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, CHAT_RESPONSE_CONFIGURATION
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.store import Resource

KIND = CHAT_RESPONSE_CONFIGURATION


def _summary(configurations: Answer) -> str:
    instructions = configurations.get("ALL", {}).get("instructionCollection", {})
    return ", ".join(sorted(instructions)) or "no instructions"


def _detail(configurations: Answer, status: str, updated: float, error: Answer) -> Answer:
    return {
        "responseConfigurations": configurations,
        "responseConfigurationSummary": _summary(configurations),
        "status": status,
        "updatedAt": updated,
        "error": error,
    }


@views(KIND)
def view(call: Call, resource: Resource, status: str) -> Answer:
    """Which copy is there when is guess 30: in use from the first success on, last update always."""
    arrived = status == resource.progress.final
    last = _detail(
        resource.values["responseConfigurations"], status, resource.updated, dict(resource.error) if arrived else {}
    )
    shown: Answer = {
        "lastUpdateConfiguration": last,
        "responseConfigurationSummary": _summary(resource.values["responseConfigurations"]),
    }
    if status == "ACTIVE":
        shown["inUseConfiguration"] = last
        return shown
    # While an update is shown, what was used before it: the look that shows it may already have let it arrive.
    used = resource.hidden.get({"UPDATING": "used_before", "FAILED": "in_use"}.get(status, ""))
    if used is not None:
        shown["inUseConfiguration"] = _detail(used["configurations"], "ACTIVE", used["updated"], {})
    return shown


def _use(resource: Resource) -> None:
    resource.hidden["in_use"] = {
        "configurations": resource.values["responseConfigurations"],
        "updated": resource.updated,
    }


@handles("CreateChatResponseConfiguration")
def create_configuration(call: Call) -> Answer:
    call.active(APPLICATION)
    return create(call, KIND, call.given("displayName", "responseConfigurations"), arrive=_use)


@handles("UpdateChatResponseConfiguration")
def update_configuration(call: Call) -> None:
    resource = call.resource(KIND)
    settled(call, resource)
    resource.hidden["used_before"] = resource.hidden.get("in_use")
    update(call, resource, call.given("displayName", "responseConfigurations"), arrive=lambda: _use(resource))

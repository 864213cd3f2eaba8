# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plugins (reference section 4.12)."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness import model
from qbusiness_sandbox.qbusiness.engine import Answer, check_quota, create, handles, page, settled, update
from qbusiness_sandbox.qbusiness.errors import invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, PLUGIN
from qbusiness_sandbox.qbusiness.service import Call

CUSTOM = "CUSTOM"
# guess: 21, the payload of an API schema is given back
#: Types without actions of their own (plugin-apis.html).
WITHOUT_ACTIONS = frozenset({CUSTOM, "SERVICE_NOW", "SALESFORCE", "JIRA", "ZENDESK"})
KEPT = ("displayName", "authConfiguration", "serverUrl", "customPluginConfiguration")
#: guess: 50 (which type is in which of the model's categories)
CATEGORIES = {
    "SALESFORCE": "Customer relationship management (CRM)",
    "SALESFORCE_CRM": "Customer relationship management (CRM)",
    "JIRA": "Project management",
    "JIRA_CLOUD": "Project management",
    "ASANA": "Project management",
    "SMARTSHEET": "Project management",
    "MICROSOFT_TEAMS": "Communication",
    "SERVICE_NOW": "Ticketing and incident management",
    "SERVICENOW_NOW_PLATFORM": "Ticketing and incident management",
    "ZENDESK": "Ticketing and incident management",
    "ZENDESK_SUITE": "Ticketing and incident management",
    "PAGERDUTY_ADVANCE": "Ticketing and incident management",
}


def _check(call: Call, plugin_type: str) -> None:
    """The roles of the authentication. guess: 35 (the class)"""
    for arm in call.params.get("authConfiguration", {}).values():
        call.check_role(arm.get("roleArn"), member="authConfiguration")
    if plugin_type != CUSTOM and "customPluginConfiguration" in call.params:
        raise invalid(
            "customPluginConfiguration is for plugins of type CUSTOM", "customPluginConfiguration"
        )  # guess: 50


@handles("CreatePlugin")
def create_plugin(call: Call) -> Answer:
    plugin_type = call.params["type"]
    if plugin_type == CUSTOM and "customPluginConfiguration" not in call.params:
        raise invalid("customPluginConfiguration is required for type CUSTOM", "customPluginConfiguration")
    _check(call, plugin_type)
    call.active(APPLICATION)
    check_quota(call, PLUGIN)
    made = create(call, PLUGIN, {**call.given(*KEPT), "type": plugin_type})
    return {**made, "buildStatus": call.resource(PLUGIN).progress.status}


@handles("UpdatePlugin")
def update_plugin(call: Call) -> None:
    resource = call.resource(PLUGIN)
    _check(call, str(resource.values["type"]))
    settled(call, resource)
    update(call, resource, call.given(*KEPT, "state"))


def _actions(plugin_type: str) -> list[dict[str, Any]]:
    """Two actions for a type that has some. guess: 50"""
    if plugin_type in WITHOUT_ACTIONS:
        return []
    words = plugin_type.replace("_", " ").title()
    return [
        {
            "actionIdentifier": f"{plugin_type.lower()}_{verb}",
            "displayName": f"{verb.title()} in {words}",
            "instructionExample": f"{verb.title()} an item in {words}",
            "description": f"{verb.title()} an item in {words}",
        }
        for verb in ("search", "create")
    ]


@handles("ListPluginActions")
def list_plugin_actions(call: Call) -> Answer:
    chosen, token = page(call, _actions(str(call.resource(PLUGIN).values["type"])))
    return {"items": chosen, "nextToken": token}


@handles("ListPluginTypeActions")
def list_type_actions(call: Call) -> Answer:
    chosen, token = page(call, _actions(call.params["pluginType"]))
    return {"items": chosen, "nextToken": token}


@handles("ListPluginTypeMetadata")
def list_type_metadata(call: Call) -> Answer:
    types = [name for name in model.limits("PluginType")["enum"] if name not in WITHOUT_ACTIONS]
    items = [
        {
            "type": name,
            "category": CATEGORIES.get(name, "Productivity"),
            "description": f"{name.replace('_', ' ').title()} actions",
        }
        for name in types
    ]
    chosen, token = page(call, items)
    return {"items": chosen, "nextToken": token}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Group rules and federated claims: small objects with a name and an expression."""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import OktaError, blank, invalid, missing
from qbusiness_sandbox.okta.paging import paged
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import App
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id


def _claim(call: Call, app: App) -> Json:
    claim = app.claims.get(call.params["claimId"])
    if claim is None:
        raise missing(call.params["claimId"], "FederatedClaim")  # guess: the name of the kind
    return claim


def _claim_body(app: App, sent: Json, own: str) -> Json:
    for member in ("name", "expression"):
        if not sent.get(member):
            raise blank(member)
    if any(claim["name"] == sent["name"] and claim["id"] != own for claim in app.claims.values()):
        raise invalid("name", "name: An object with this field already exists")  # guess: the text
    return {"name": sent["name"], "expression": sent["expression"]}


@route("GET", "/api/v1/apps/{appId}/federated-claims")
def list_claims(call: Call) -> Answer:
    return 200, list(call.org.app(call.params["appId"]).claims.values())


@route("POST", "/api/v1/apps/{appId}/federated-claims")
def create_claim(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    claim = {
        "id": new_id("ofc"),
        **_claim_body(app, call.json(), ""),
        "created": call.org.stamp(),
        "lastUpdated": call.org.stamp(),
    }
    app.claims[claim["id"]] = claim
    return 201, claim


@route("GET", "/api/v1/apps/{appId}/federated-claims/{claimId}")
def get_claim(call: Call) -> Answer:
    return 200, _claim(call, call.org.app(call.params["appId"]))


@route("PUT", "/api/v1/apps/{appId}/federated-claims/{claimId}")
def replace_claim(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    claim = _claim(call, app)
    claim |= {**_claim_body(app, call.json(), claim["id"]), "lastUpdated": call.org.stamp()}
    return 200, claim


@route("DELETE", "/api/v1/apps/{appId}/federated-claims/{claimId}")
def delete_claim(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    del app.claims[_claim(call, app)["id"]]
    return 204, None


def _rule(call: Call) -> Json:
    rule = call.org.state.group_rules.get(call.params["ruleId"])
    if rule is None:
        raise missing(call.params["ruleId"], "GroupRule")  # guess: the name of the kind
    return rule


def _rule_body(call: Call, sent: Json, own: str) -> Json:
    for member in ("name", "conditions", "actions"):
        if not sent.get(member):
            raise blank(member)
    if any(rule["name"] == sent["name"] and rule["id"] != own for rule in call.org.state.group_rules.values()):
        raise invalid("name", "name: An object with this field already exists in the current organization")
    return {
        "name": sent["name"],
        "conditions": clone(as_object(sent["conditions"])),
        "actions": clone(as_object(sent["actions"])),
    }


@route("GET", "/api/v1/groups/rules")
def list_rules(call: Call) -> Answer:
    rules = [r for r in call.org.state.group_rules.values() if call.query("search").lower() in r["name"].lower()]
    return paged(call, rules, lambda rule: str(rule["id"]), lambda rule: rule, 50, 200)


@route("POST", "/api/v1/groups/rules")
def create_rule(call: Call) -> Answer:
    body = _rule_body(call, call.json(), "")
    rule: Json = {
        "type": "group_rule",
        "id": new_id("0pr"),
        "status": "INACTIVE",
        "created": call.org.stamp(),
        "lastUpdated": call.org.stamp(),
        **body,
        "allGroupsValid": True,
    }
    call.org.state.group_rules[rule["id"]] = rule
    return 200, rule


@route("GET", "/api/v1/groups/rules/{ruleId}")
def get_rule(call: Call) -> Answer:
    return 200, _rule(call)


@route("PUT", "/api/v1/groups/rules/{ruleId}")
def replace_rule(call: Call) -> Answer:
    rule = _rule(call)
    if rule["status"] == "ACTIVE":
        raise invalid("rule", "Cannot update an active rule.")  # guess: the text
    rule |= {**_rule_body(call, call.json(), rule["id"]), "lastUpdated": call.org.stamp()}
    return 200, rule


@route("DELETE", "/api/v1/groups/rules/{ruleId}")
def delete_rule(call: Call) -> Answer:
    del call.org.state.group_rules[_rule(call)["id"]]
    return 202, None


@route("POST", "/api/v1/groups/rules/{ruleId}/lifecycle/{turn}")
def turn_rule(call: Call) -> Answer:
    rule = _rule(call)
    if call.params["turn"] not in ("activate", "deactivate"):
        raise OktaError("E0000008")
    rule["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    rule["lastUpdated"] = call.org.stamp()
    return 204, None

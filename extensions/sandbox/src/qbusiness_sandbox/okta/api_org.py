# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the org says about itself, its policies and their rules."""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import OktaError, blank, invalid, missing
from qbusiness_sandbox.okta.initial import policy_body
from qbusiness_sandbox.okta.paging import paged
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id

POLICY_TYPES = frozenset(
    {
        "OKTA_SIGN_ON",
        "PASSWORD",
        "MFA_ENROLL",
        "OAUTH_AUTHORIZATION_POLICY",
        "IDP_DISCOVERY",
        "ACCESS_POLICY",
        "PROFILE_ENROLLMENT",
        "POST_AUTH_SESSION",
        "ENTITY_RISK",
        "DEVICE_SIGNAL_COLLECTION",
    }
)


@route("GET", "/.well-known/okta-organization", public=True)
def organization(call: Call) -> Answer:
    return 200, {
        "id": call.org.state.org_id,
        "cell": call.org.options.get("okta_cell", "sandbox"),
        "_links": {"organization": {"href": call.base}},
        "pipeline": call.org.options.pipeline,
        "settings": call.org.options.org_settings(),
    }


@route("GET", "/.well-known/webfinger", public=True)
def webfinger(call: Call) -> Answer:
    resource = call.query("resource")
    if not resource.startswith("okta:acct:"):
        raise invalid("resource", "resource: Invalid value")  # guess: the text
    link: Json = {
        "rel": "okta:idp",
        "href": f"{call.base}/sso/idps/OKTA",
        "titles": {"und": "sandbox"},
        "properties": {
            "okta:idp:metadata": f"{call.base}/api/v1/idps/OKTA/metadata.xml",
            "okta:idp:type": "OKTA",
            "okta:idp:id": call.org.state.org_id,
        },
    }
    return 200, {"subject": resource, "links": [link]}, {"Content-Type": "application/jrd+json"}


def policy_view(call: Call, policy: Json) -> Json:
    own = f"{call.base}/api/v1/policies/{policy['id']}"
    body: Json = clone(policy)
    links: Json = {
        "self": {"href": own, "hints": {"allow": ["GET", "PUT"] + ([] if policy["system"] else ["DELETE"])}},
        "rules": {"href": f"{own}/rules", "hints": {"allow": ["GET", "POST"]}},
    }
    if policy["type"] == "ACCESS_POLICY" and not policy["system"]:
        links["mappings"] = {"href": f"{own}/mappings", "hints": {"allow": ["GET", "POST"]}}
    if not policy["system"]:
        turn = "deactivate" if policy["status"] == "ACTIVE" else "activate"
        links[turn] = {"href": f"{own}/lifecycle/{turn}", "hints": {"allow": ["POST"]}}
    body["_links"] = links
    if policy["type"] == "ACCESS_POLICY" and call.org.options.feature("embedded_policies"):
        body["_embedded"] = {"resourceType": "APP"}
    return body


@route("GET", "/api/v1/policies")
def list_policies(call: Call) -> Answer:
    kind = call.query("type")
    if not kind:
        raise invalid("type", "type: The field cannot be left blank")  # guess: the text
    if kind not in POLICY_TYPES:
        raise invalid("type", "type: Invalid value")  # guess: the text
    found = [p for p in call.org.state.policies.values() if p["type"] == kind]
    if call.query("status"):
        found = [p for p in found if p["status"] == call.query("status")]
    return paged(call, found, lambda p: str(p["id"]), lambda p: policy_view(call, p), 200, 200)


def _catch_all(call: Call) -> Json:
    """The rule that Okta puts into a new access policy (Policy API reference)."""
    method = {"factorMode": "2FA", "type": "ASSURANCE", "reauthenticateIn": "PT2H", "constraints": []}
    return {
        "id": new_id("rul"),
        "status": "ACTIVE",
        "name": "Catch-all Rule",
        "priority": 99,
        "created": call.org.stamp(),
        "lastUpdated": call.org.stamp(),
        "system": True,
        "conditions": None,
        "actions": {"appSignOn": {"access": "ALLOW", "verificationMethod": method}},
        "type": "ACCESS_POLICY",
    }


@route("POST", "/api/v1/policies")
def create_policy(call: Call) -> Answer:
    body = call.json()
    kind, name = str(body.get("type") or ""), body.get("name")
    if kind not in POLICY_TYPES:
        raise invalid("type", "type: Invalid value")  # guess: the text
    if not name:
        raise blank("name")
    same = [p for p in call.org.state.policies.values() if p["type"] == kind]
    if any(p["name"] == name for p in same):
        raise invalid("name", "name: Policy name already in use")
    priority = body.get("priority") or (1 if kind in ("ACCESS_POLICY", "PROFILE_ENROLLMENT") else max(1, len(same)))
    policy = policy_body(kind, str(name), str(body.get("description") or ""), False, call.org.now, int(priority))
    policy["status"] = body.get("status") or ("ACTIVE" if call.flag("activate", True) else "INACTIVE")
    for member in ("conditions", "settings"):
        if body.get(member) is not None:
            policy[member] = clone(body[member])
    call.org.state.policies[policy["id"]] = policy
    if kind == "ACCESS_POLICY":
        rule = _catch_all(call)
        call.org.state.policy_rules[policy["id"]] = {rule["id"]: rule}
    return 200, policy_view(call, policy)


@route("GET", "/api/v1/policies/{policyId}")
def get_policy(call: Call) -> Answer:
    return 200, policy_view(call, call.org.policy(call.params["policyId"]))


@route("PUT", "/api/v1/policies/{policyId}")
def replace_policy(call: Call) -> Answer:
    policy, body = call.org.policy(call.params["policyId"]), call.json()
    if not body.get("name"):
        raise blank("name")
    for member in ("name", "description", "priority", "conditions", "settings"):
        if body.get(member) is not None:
            policy[member] = clone(body[member])
    policy["lastUpdated"] = call.org.stamp()
    return 200, policy_view(call, policy)


@route("DELETE", "/api/v1/policies/{policyId}")
def delete_policy(call: Call) -> Answer:
    policy = call.org.policy(call.params["policyId"])
    owned = any(app.built_in and app.policy == policy["id"] for app in call.org.state.apps.values())
    if policy["system"] or owned:
        raise OktaError("E0000006")  # guess: which error
    for app in call.org.state.apps.values():
        if app.policy == policy["id"]:
            app.policy = call.org.default_policy()
    del call.org.state.policies[policy["id"]]
    call.org.state.policy_rules.pop(policy["id"], None)
    return 204, None


@route("POST", "/api/v1/policies/{policyId}/lifecycle/{turn}")
def turn_policy(call: Call) -> Answer:
    policy = call.org.policy(call.params["policyId"])
    policy["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    return 204, None


@route("GET", "/api/v1/policies/{policyId}/mappings")
def list_mappings(call: Call) -> Answer:
    policy = call.org.policy(call.params["policyId"])
    mapped = [app for app in call.org.state.apps.values() if app.policy == policy["id"]]
    return 200, [
        {
            "id": f"map{app.id[3:]}",
            "_links": {
                "self": {"href": f"{call.base}/api/v1/policies/{policy['id']}/mappings/map{app.id[3:]}"},
                "application": {"href": f"{call.base}/api/v1/apps/{app.id}"},
            },
        }
        for app in mapped
    ]


def _rule_view(call: Call, policy: Json, rule: Json) -> Json:
    own = f"{call.base}/api/v1/policies/{policy['id']}/rules/{rule['id']}"
    body: Json = clone(rule)
    allowed = ["GET", "PUT"] + ([] if rule["system"] else ["DELETE"])
    body["_links"] = {"self": {"href": own, "hints": {"allow": allowed}}}
    if not rule["system"]:
        turn = "deactivate" if rule["status"] == "ACTIVE" else "activate"
        body["_links"][turn] = {"href": f"{own}/lifecycle/{turn}", "hints": {"allow": ["POST"]}}
    return body


def _rule(call: Call, policy: Json) -> Json:
    rule = call.org.state.policy_rules.get(policy["id"], {}).get(call.params["ruleId"])
    if rule is None:
        raise missing(call.params["ruleId"], "PolicyRule")
    return rule


@route("GET", "/api/v1/policies/{policyId}/rules")
def list_rules(call: Call) -> Answer:
    policy = call.org.policy(call.params["policyId"])
    return 200, [_rule_view(call, policy, r) for r in call.org.state.policy_rules.get(policy["id"], {}).values()]


@route("POST", "/api/v1/policies/{policyId}/rules")
def create_rule(call: Call) -> Answer:
    policy, body = call.org.policy(call.params["policyId"]), call.json()
    if not body.get("name"):
        raise blank("name")
    rules = call.org.state.policy_rules.setdefault(policy["id"], {})
    rule: Json = {
        "id": new_id("rul" if policy["type"] == "ACCESS_POLICY" else "0pr"),
        "status": body.get("status") or "ACTIVE",
        "name": body["name"],
        "priority": body.get("priority") or len(rules) + 1,
        "created": call.org.stamp(),
        "lastUpdated": call.org.stamp(),
        "system": False,
        "conditions": clone(body.get("conditions")),
        "actions": clone(as_object(body.get("actions"))),
        "type": body.get("type") or policy["type"],
    }
    rules[rule["id"]] = rule
    return 200, _rule_view(call, policy, rule)


@route("GET", "/api/v1/policies/{policyId}/rules/{ruleId}")
def get_rule(call: Call) -> Answer:
    policy = call.org.policy(call.params["policyId"])
    return 200, _rule_view(call, policy, _rule(call, policy))


@route("PUT", "/api/v1/policies/{policyId}/rules/{ruleId}")
def replace_rule(call: Call) -> Answer:
    policy, body = call.org.policy(call.params["policyId"]), call.json()
    rule = _rule(call, policy)
    for member in ("name", "priority", "conditions", "actions", "status"):
        if body.get(member) is not None:
            rule[member] = clone(body[member])
    rule["lastUpdated"] = call.org.stamp()
    return 200, _rule_view(call, policy, rule)


@route("DELETE", "/api/v1/policies/{policyId}/rules/{ruleId}")
def delete_rule(call: Call) -> Answer:
    policy = call.org.policy(call.params["policyId"])
    del call.org.state.policy_rules[policy["id"]][_rule(call, policy)["id"]]
    return 204, None


@route("POST", "/api/v1/policies/{policyId}/rules/{ruleId}/lifecycle/{turn}")
def turn_rule(call: Call) -> Answer:
    policy = call.org.policy(call.params["policyId"])
    _rule(call, policy)["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    return 204, None

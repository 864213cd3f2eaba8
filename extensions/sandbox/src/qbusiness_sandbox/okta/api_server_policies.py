# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access policies of authorization servers, and their rules."""

from __future__ import annotations

from qbusiness_sandbox.okta.api_servers import ROOT, hints, server_of
from qbusiness_sandbox.okta.errors import blank, missing
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import AuthorizationServer
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id


def _policy_view(call: Call, server: AuthorizationServer, policy: Json, rule: Json | None = None) -> Json:
    own = f"{call.base}{ROOT}/{server.id}/policies/{policy['id']}"
    body: Json = clone(rule or policy)
    if rule is not None:
        own += f"/rules/{rule['id']}"
    turn = "deactivate" if body["status"] == "ACTIVE" else "activate"
    body["_links"] = {"self": hints(own, "GET", "PUT", "DELETE"), turn: hints(f"{own}/lifecycle/{turn}", "POST")}
    if rule is None:
        body["_links"]["rules"] = hints(f"{own}/rules", "GET", "POST")
    return body


def _policy(call: Call, server: AuthorizationServer) -> Json:
    policy = server.policies.get(call.params["policyId"])
    if policy is None:
        raise missing(call.params["policyId"], "Policy")
    return policy


def _policy_rule(call: Call, server: AuthorizationServer) -> Json:
    rule = server.rules.get(_policy(call, server)["id"], {}).get(call.params["ruleId"])
    if rule is None:
        raise missing(call.params["ruleId"], "PolicyRule")
    return rule


#: Lifetimes that a rule gets where it names none (Authorization Servers API reference).
_TOKEN: Json = {
    "accessTokenLifetimeMinutes": 60,
    "refreshTokenLifetimeMinutes": 0,
    "refreshTokenWindowMinutes": 10080,
}


def _rule_conditions(sent: Json) -> Json:
    """Conditions of a rule with both lists of users and groups."""
    answer: Json = clone(sent)
    people = as_object(answer.get("people"))
    for who in ("users", "groups"):
        people[who] = {"include": [], "exclude": [], **as_object(people.get(who))}
    answer["people"] = people
    return answer


def _policy_body(sent: Json, default: int, kind: str) -> Json:
    if not sent.get("name"):
        raise blank("name")
    body: Json = {
        "status": sent.get("status") or "ACTIVE",
        "name": sent["name"],
        "priority": sent.get("priority") or default,
        "system": False,
        "conditions": clone(sent.get("conditions")),
        "type": kind,
    }
    if kind == "RESOURCE_ACCESS":
        token = {**_TOKEN, **as_object(as_object(sent.get("actions")).get("token"))}
        body["actions"] = {"token": token}
        body["conditions"] = _rule_conditions(as_object(sent.get("conditions")))
    else:
        body["description"] = sent.get("description")
    return body


def _make_room(items: dict[str, Json], item: Json) -> None:
    """Who stands at an item's priority moves one down, up to the first gap (guess: as assignments of groups do)."""
    taken = {int(other["priority"]): other for other in items.values() if other is not item}
    place = int(item["priority"])
    moved = []
    while place in taken:
        moved.append(taken[place])
        place += 1
    for other in moved:
        other["priority"] += 1


def new_policy(org: Org, server: AuthorizationServer, sent: Json) -> Json:
    policy: Json = {
        "id": new_id("00p"),
        **_policy_body(sent, len(server.policies) + 1, "OAUTH_AUTHORIZATION_POLICY"),
        "created": org.stamp(),
        "lastUpdated": org.stamp(),
    }
    _make_room(server.policies, policy)
    server.policies[policy["id"]] = policy
    return policy


def new_rule(org: Org, server: AuthorizationServer, policy: Json, sent: Json) -> Json:
    rules = server.rules.setdefault(policy["id"], {})
    rule: Json = {
        "id": new_id("0pr"),
        **_policy_body(sent, len(rules) + 1, "RESOURCE_ACCESS"),
        "created": org.stamp(),
        "lastUpdated": org.stamp(),
    }
    _make_room(rules, rule)
    rules[rule["id"]] = rule
    return rule


@route("GET", ROOT + "/{serverId}/policies")
def list_policies(call: Call) -> Answer:
    server = server_of(call)
    return 200, [_policy_view(call, server, policy) for policy in server.policies.values()]


@route("POST", ROOT + "/{serverId}/policies")
def create_policy(call: Call) -> Answer:
    server = server_of(call)
    policy = new_policy(call.org, server, call.json())
    return 201, _policy_view(call, server, policy)


@route("GET", ROOT + "/{serverId}/policies/{policyId}")
def get_policy(call: Call) -> Answer:
    server = server_of(call)
    return 200, _policy_view(call, server, _policy(call, server))


@route("PUT", ROOT + "/{serverId}/policies/{policyId}")
def replace_policy(call: Call) -> Answer:
    server = server_of(call)
    policy = _policy(call, server)
    policy |= _policy_body(call.json(), policy["priority"], "OAUTH_AUTHORIZATION_POLICY")
    _make_room(server.policies, policy)
    policy["lastUpdated"] = call.org.stamp()
    return 200, _policy_view(call, server, policy)


@route("DELETE", ROOT + "/{serverId}/policies/{policyId}")
def delete_policy(call: Call) -> Answer:
    server = server_of(call)
    identifier = _policy(call, server)["id"]
    del server.policies[identifier]
    server.rules.pop(identifier, None)
    return 204, None


@route("POST", ROOT + "/{serverId}/policies/{policyId}/lifecycle/{turn}")
def turn_policy(call: Call) -> Answer:
    _policy(call, server_of(call))["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    return 204, None


@route("GET", ROOT + "/{serverId}/policies/{policyId}/rules")
def list_rules(call: Call) -> Answer:
    server = server_of(call)
    policy = _policy(call, server)
    return 200, [_policy_view(call, server, policy, rule) for rule in server.rules.get(policy["id"], {}).values()]


@route("POST", ROOT + "/{serverId}/policies/{policyId}/rules")
def create_rule(call: Call) -> Answer:
    server = server_of(call)
    policy = _policy(call, server)
    rule = new_rule(call.org, server, policy, call.json())
    return 201, _policy_view(call, server, policy, rule)


@route("GET", ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}")
def get_rule(call: Call) -> Answer:
    server = server_of(call)
    return 200, _policy_view(call, server, _policy(call, server), _policy_rule(call, server))


@route("PUT", ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}")
def replace_rule(call: Call) -> Answer:
    server = server_of(call)
    rule = _policy_rule(call, server)
    rule |= _policy_body(call.json(), rule["priority"], "RESOURCE_ACCESS")
    _make_room(server.rules[call.params["policyId"]], rule)
    rule["lastUpdated"] = call.org.stamp()
    return 200, _policy_view(call, server, _policy(call, server), rule)


@route("DELETE", ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}")
def delete_rule(call: Call) -> Answer:
    server = server_of(call)
    del server.rules[call.params["policyId"]][_policy_rule(call, server)["id"]]
    return 204, None


@route("POST", ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}/lifecycle/{turn}")
def turn_rule(call: Call) -> Answer:
    _policy_rule(call, server_of(call))["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    return 204, None

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/authorizationServers`` with claims, scopes, policies and rules."""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import OktaError, blank, invalid, missing
from qbusiness_sandbox.okta.initial import authorization_server
from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import AuthorizationServer
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id, stamp

#: Seconds between two automatic rotations of a server's key (recorded: 90 days).
ROTATION = 90 * 86400
_ROOT = "/api/v1/authorizationServers"


def _licensed(call: Call) -> None:
    if not call.org.options.get("okta_api_access_management", True):
        raise OktaError("E0000015")


def _hints(href: str, *allow: str) -> Json:
    return {"href": href, "hints": {"allow": list(allow)}}


def server_view(call: Call, server: AuthorizationServer) -> Json:
    own = f"{call.base}{_ROOT}/{server.id}"
    issuer = f"{call.base}/oauth2/{server.id}"
    body = {key: clone(value) for key, value in server.body.items() if key != "rotationMode"}
    rotation = server.body["rotationMode"]
    signing: Json = {"kid": server.key.kid, "rotationMode": rotation, "lastRotated": stamp(server.key.created)}
    if rotation == "AUTO":
        signing["nextRotation"] = stamp(server.key.created + ROTATION)
    body |= {"issuer": issuer, "created": stamp(server.created), "lastUpdated": stamp(server.updated),
             "credentials": {"signing": signing}}
    turn = "deactivate" if body["status"] == "ACTIVE" else "activate"
    body["_links"] = {
        "rotateKey": _hints(f"{own}/credentials/lifecycle/keyRotate", "POST"),
        "metadata": [{"name": name, **_hints(f"{issuer}/.well-known/{name}", "GET")}
                     for name in ("oauth-authorization-server", "openid-configuration")],
        "keys": _hints(f"{own}/credentials/keys", "GET"),
        "claims": _hints(f"{own}/claims", "GET", "POST"),
        "policies": _hints(f"{own}/policies", "GET", "POST"),
        "self": _hints(own, "GET", "DELETE", "PUT"),
        "scopes": _hints(f"{own}/scopes", "GET", "POST"),
        turn: _hints(f"{own}/lifecycle/{turn}", "POST"),
    }
    return body


def _checked(call: Call, body: Json, own: AuthorizationServer | None) -> None:
    for member in ("name", "audiences"):
        if not body.get(member):
            raise blank(member)
    for other in call.org.state.servers.values():
        if other is not own and other.body["name"] == body["name"]:
            raise invalid("name", "name: An object with this field already exists in the current organization")


def _server(call: Call) -> AuthorizationServer:
    _licensed(call)
    return call.org.server(call.params["serverId"])


@route("GET", _ROOT)
def list_servers(call: Call) -> Answer:
    _licensed(call)
    prefix = call.query("q").lower()
    return 200, [server_view(call, s) for s in call.org.state.servers.values()
                 if s.body["name"].lower().startswith(prefix)]


@route("POST", _ROOT)
def create_server(call: Call) -> Answer:
    _licensed(call)
    body = call.json()
    _checked(call, body, None)
    rotation = as_object(as_object(body.get("credentials")).get("signing")).get("rotationMode") or "AUTO"
    server = authorization_server(new_id("aus"), body["name"], body.get("description") or "", list(body["audiences"]),
                                  call.org.now, body.get("issuerMode") or "ORG_URL", rotation)
    if body.get("description") is None:
        server.body["description"] = None
    call.org.state.servers[server.id] = server
    return 201, server_view(call, server)


@route("GET", _ROOT + "/{serverId}")
def get_server(call: Call) -> Answer:
    return 200, server_view(call, _server(call))


@route("PUT", _ROOT + "/{serverId}")
def replace_server(call: Call) -> Answer:
    server, body = _server(call), call.json()
    _checked(call, body, server)
    server.body |= {"name": body["name"], "description": body.get("description"), "audiences": list(body["audiences"])}
    if body.get("issuerMode"):
        server.body["issuerMode"] = body["issuerMode"]
    rotation = as_object(as_object(body.get("credentials")).get("signing")).get("rotationMode")
    server.body["rotationMode"] = rotation or server.body["rotationMode"]
    server.updated = call.org.now
    return 200, server_view(call, server)


@route("DELETE", _ROOT + "/{serverId}")
def delete_server(call: Call) -> Answer:
    server = _server(call)
    if server.body["default"]:
        raise OktaError("E0000006")  # guess: which error
    if server.body["status"] == "ACTIVE":
        raise invalid("id", "The authorization server must be deactivated before it can be deleted.")  # guess: the text
    del call.org.state.servers[server.id]
    return 204, None


@route("POST", _ROOT + "/{serverId}/lifecycle/{turn}")
def turn_server(call: Call) -> Answer:
    server = _server(call)
    if call.params["turn"] not in ("activate", "deactivate"):
        raise OktaError("E0000008")
    server.body["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    server.updated = call.org.now
    return 204, None


@route("GET", _ROOT + "/{serverId}/credentials/keys")
def list_server_keys(call: Call) -> Answer:
    jwk = _server(call).key.jwk(call.org.now)
    return 200, [{"status": "ACTIVE", "alg": "RS256", **{name: jwk[name] for name in ("kty", "kid", "use", "e", "n")}}]


@route("POST", _ROOT + "/{serverId}/credentials/lifecycle/keyRotate")
def rotate_server_key(call: Call) -> Answer:
    server = _server(call)
    server.key = SigningKey(call.org.now)
    return list_server_keys(call)


def _owned(call: Call, kind: str, item: Json) -> Json:
    """A claim or scope with its link."""
    body = clone(item)
    own = f"{call.base}{_ROOT}/{call.params['serverId']}/{kind}/{item['id']}"
    allowed = ("GET", "PUT") if item["system"] else ("GET", "PUT", "DELETE")
    body["_links"] = {"self": _hints(own, *allowed)}
    return body


def _claim_body(server: AuthorizationServer, sent: Json, own: str) -> Json:
    if not sent.get("name"):
        raise blank("name")
    if not sent.get("value") and not sent.get("group_filter_type"):
        raise blank("value")
    kind = sent.get("claimType") or "RESOURCE"
    for other in server.claims.values():
        if other["id"] != own and (other["name"], other["claimType"]) == (sent["name"], kind):
            raise invalid("name", "name: Claim name is already in use")  # guess: the text
    body: Json = {"name": sent["name"], "status": sent.get("status") or "ACTIVE", "claimType": kind,
                  "valueType": sent.get("valueType") or "EXPRESSION", "value": sent.get("value"),
                  "conditions": {"scopes": list(as_object(sent.get("conditions")).get("scopes") or [])},
                  "system": False, "alwaysIncludeInToken": bool(sent.get("alwaysIncludeInToken")), "apiResourceId": None}
    if sent.get("group_filter_type"):
        body["group_filter_type"] = sent["group_filter_type"]
    return body


def _scope_body(server: AuthorizationServer, sent: Json, own: str) -> Json:
    if not sent.get("name"):
        raise blank("name")
    if any(other["id"] != own and other["name"] == sent["name"] for other in server.scopes.values()):
        raise invalid("name", "name: Scope name is already in use")  # guess: the text
    return {"name": sent["name"], "displayName": sent.get("displayName"), "description": sent.get("description"),
            "system": False, "metadataPublish": sent.get("metadataPublish") or "NO_CLIENTS",
            "consent": sent.get("consent") or "IMPLICIT", "optional": bool(sent.get("optional")), "apiResourceId": None,
            "default": bool(sent.get("default"))}


_KINDS = {"claims": ("ocl", _claim_body, "OAuth2Claim"), "scopes": ("scp", _scope_body, "OAuth2Scope")}


def _items(server: AuthorizationServer, kind: str) -> dict[str, Json]:
    return server.claims if kind == "claims" else server.scopes


def _item(call: Call, server: AuthorizationServer, kind: str) -> Json:
    item = _items(server, kind).get(call.params["itemId"])
    if item is None:
        raise missing(call.params["itemId"], _KINDS[kind][2])  # guess: the name of the kind
    return item


def _register(kind: str) -> None:
    """The five operations on claims or scopes."""
    prefix, check, _ = _KINDS[kind]
    collection = f"{_ROOT}/{{serverId}}/{kind}"

    @route("GET", collection)
    def list_items(call: Call) -> Answer:
        return 200, [_owned(call, kind, item) for item in _items(_server(call), kind).values()]

    @route("POST", collection)
    def create_item(call: Call) -> Answer:
        server = _server(call)
        item = {"id": new_id(prefix), **check(server, call.json(), "")}
        _items(server, kind)[item["id"]] = item
        return 201, _owned(call, kind, item)

    @route("GET", collection + "/{itemId}")
    def get_item(call: Call) -> Answer:
        return 200, _owned(call, kind, _item(call, _server(call), kind))

    @route("PUT", collection + "/{itemId}")
    def replace_item(call: Call) -> Answer:
        server = _server(call)
        item = _item(call, server, kind)
        system = item["system"]
        item |= check(server, call.json(), item["id"])
        item["system"] = system
        return 200, _owned(call, kind, item)

    @route("DELETE", collection + "/{itemId}")
    def delete_item(call: Call) -> Answer:
        server = _server(call)
        item = _item(call, server, kind)
        if item["system"]:
            raise OktaError("E0000006")  # guess: which error
        del _items(server, kind)[item["id"]]
        return 204, None


_register("claims")
_register("scopes")


def _policy_view(call: Call, server: AuthorizationServer, policy: Json, rule: Json | None = None) -> Json:
    own = f"{call.base}{_ROOT}/{server.id}/policies/{policy['id']}"
    body = clone(rule or policy)
    if rule is not None:
        own += f"/rules/{rule['id']}"
    turn = "deactivate" if body["status"] == "ACTIVE" else "activate"
    body["_links"] = {"self": _hints(own, "GET", "PUT", "DELETE"), turn: _hints(f"{own}/lifecycle/{turn}", "POST")}
    if rule is None:
        body["_links"]["rules"] = _hints(f"{own}/rules", "GET", "POST")
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


def _policy_body(sent: Json, default: int, kind: str) -> Json:
    if not sent.get("name"):
        raise blank("name")
    body: Json = {"status": sent.get("status") or "ACTIVE", "name": sent["name"],
                  "priority": sent.get("priority") or default, "system": False,
                  "conditions": clone(sent.get("conditions")), "type": kind}
    if kind == "RESOURCE_ACCESS":
        body["actions"] = clone(as_object(sent.get("actions")))
    else:
        body["description"] = sent.get("description")
    return body


@route("GET", _ROOT + "/{serverId}/policies")
def list_policies(call: Call) -> Answer:
    server = _server(call)
    return 200, [_policy_view(call, server, policy) for policy in server.policies.values()]


@route("POST", _ROOT + "/{serverId}/policies")
def create_policy(call: Call) -> Answer:
    server = _server(call)
    policy = {"id": new_id("00p"), **_policy_body(call.json(), len(server.policies) + 1, "OAUTH_AUTHORIZATION_POLICY"),
              "created": call.org.stamp(), "lastUpdated": call.org.stamp()}
    server.policies[policy["id"]] = policy
    return 201, _policy_view(call, server, policy)


@route("GET", _ROOT + "/{serverId}/policies/{policyId}")
def get_policy(call: Call) -> Answer:
    server = _server(call)
    return 200, _policy_view(call, server, _policy(call, server))


@route("PUT", _ROOT + "/{serverId}/policies/{policyId}")
def replace_policy(call: Call) -> Answer:
    server = _server(call)
    policy = _policy(call, server)
    policy |= _policy_body(call.json(), policy["priority"], "OAUTH_AUTHORIZATION_POLICY")
    policy["lastUpdated"] = call.org.stamp()
    return 200, _policy_view(call, server, policy)


@route("DELETE", _ROOT + "/{serverId}/policies/{policyId}")
def delete_policy(call: Call) -> Answer:
    server = _server(call)
    identifier = _policy(call, server)["id"]
    del server.policies[identifier]
    server.rules.pop(identifier, None)
    return 204, None


@route("POST", _ROOT + "/{serverId}/policies/{policyId}/lifecycle/{turn}")
def turn_policy(call: Call) -> Answer:
    _policy(call, _server(call))["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    return 204, None


@route("GET", _ROOT + "/{serverId}/policies/{policyId}/rules")
def list_rules(call: Call) -> Answer:
    server = _server(call)
    policy = _policy(call, server)
    return 200, [_policy_view(call, server, policy, rule) for rule in server.rules.get(policy["id"], {}).values()]


@route("POST", _ROOT + "/{serverId}/policies/{policyId}/rules")
def create_rule(call: Call) -> Answer:
    server = _server(call)
    policy = _policy(call, server)
    rules = server.rules.setdefault(policy["id"], {})
    rule = {"id": new_id("0pr"), **_policy_body(call.json(), len(rules) + 1, "RESOURCE_ACCESS"),
            "created": call.org.stamp(), "lastUpdated": call.org.stamp()}
    rules[rule["id"]] = rule
    return 201, _policy_view(call, server, policy, rule)


@route("GET", _ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}")
def get_rule(call: Call) -> Answer:
    server = _server(call)
    return 200, _policy_view(call, server, _policy(call, server), _policy_rule(call, server))


@route("PUT", _ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}")
def replace_rule(call: Call) -> Answer:
    server = _server(call)
    rule = _policy_rule(call, server)
    rule |= _policy_body(call.json(), rule["priority"], "RESOURCE_ACCESS")
    rule["lastUpdated"] = call.org.stamp()
    return 200, _policy_view(call, server, _policy(call, server), rule)


@route("DELETE", _ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}")
def delete_rule(call: Call) -> Answer:
    server = _server(call)
    del server.rules[call.params["policyId"]][_policy_rule(call, server)["id"]]
    return 204, None


@route("POST", _ROOT + "/{serverId}/policies/{policyId}/rules/{ruleId}/lifecycle/{turn}")
def turn_rule(call: Call) -> Answer:
    _policy_rule(call, _server(call))["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    return 204, None

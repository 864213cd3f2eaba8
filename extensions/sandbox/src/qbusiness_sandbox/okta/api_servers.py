# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/authorizationServers`` with claims and scopes."""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import OktaError, blank, invalid, missing
from qbusiness_sandbox.okta.initial import authorization_server
from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.oidc_keys import ROTATION, active, all_keys, public, rotate
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import AuthorizationServer
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id, stamp

ROOT = "/api/v1/authorizationServers"


def _licensed(call: Call) -> None:
    if not call.org.options.get("okta_api_access_management", True):
        raise OktaError("E0000015")


def hints(href: str, *allow: str) -> Json:
    return {"href": href, "hints": {"allow": list(allow)}}


def server_view(call: Call, server: AuthorizationServer) -> Json:
    own = f"{call.base}{ROOT}/{server.id}"
    issuer = f"{call.base}/oauth2/{server.id}"
    body = {key: clone(value) for key, value in server.body.items() if key != "rotationMode"}
    rotation = server.body["rotationMode"]
    key = active(call.org, server)
    signing: Json = {"kid": key.kid, "rotationMode": rotation, "lastRotated": stamp(key.created)}
    if rotation == "AUTO":
        signing["nextRotation"] = stamp(key.created + ROTATION)
    body |= {
        "issuer": issuer,
        "created": stamp(server.created),
        "lastUpdated": stamp(server.updated),
        "credentials": {"signing": signing},
    }
    turn = "deactivate" if body["status"] == "ACTIVE" else "activate"
    body["_links"] = {
        "rotateKey": hints(f"{own}/credentials/lifecycle/keyRotate", "POST"),
        "metadata": [
            {"name": name, **hints(f"{issuer}/.well-known/{name}", "GET")}
            for name in ("oauth-authorization-server", "openid-configuration")
        ],
        "keys": hints(f"{own}/credentials/keys", "GET"),
        "claims": hints(f"{own}/claims", "GET", "POST"),
        "policies": hints(f"{own}/policies", "GET", "POST"),
        "self": hints(own, "GET", "DELETE", "PUT"),
        "scopes": hints(f"{own}/scopes", "GET", "POST"),
        turn: hints(f"{own}/lifecycle/{turn}", "POST"),
    }
    return body


def _checked(call: Call, body: Json, own: AuthorizationServer | None) -> None:
    for member in ("name", "audiences"):
        if not body.get(member):
            raise blank(member)
    for other in call.org.state.servers.values():
        if other is not own and other.body["name"] == body["name"]:
            raise invalid("name", "name: An object with this field already exists in the current organization")


def server_of(call: Call) -> AuthorizationServer:
    _licensed(call)
    return call.org.server(call.params["serverId"])


@route("GET", ROOT)
def list_servers(call: Call) -> Answer:
    _licensed(call)
    prefix = call.query("q").lower()
    return 200, [
        server_view(call, s) for s in call.org.state.servers.values() if s.body["name"].lower().startswith(prefix)
    ]


@route("POST", ROOT)
def create_server(call: Call) -> Answer:
    _licensed(call)
    body = call.json()
    _checked(call, body, None)
    rotation = as_object(as_object(body.get("credentials")).get("signing")).get("rotationMode") or "AUTO"
    server = authorization_server(
        new_id("aus"),
        body["name"],
        body.get("description") or "",
        list(body["audiences"]),
        call.org.now,
        body.get("issuerMode") or "ORG_URL",
        rotation,
    )
    if body.get("description") is None:
        server.body["description"] = None
    call.org.state.servers[server.id] = server
    return 201, server_view(call, server)


@route("GET", ROOT + "/{serverId}")
def get_server(call: Call) -> Answer:
    return 200, server_view(call, server_of(call))


@route("PUT", ROOT + "/{serverId}")
def replace_server(call: Call) -> Answer:
    server, body = server_of(call), call.json()
    _checked(call, body, server)
    server.body |= {"name": body["name"], "description": body.get("description"), "audiences": list(body["audiences"])}
    if body.get("issuerMode"):
        server.body["issuerMode"] = body["issuerMode"]
    rotation = as_object(as_object(body.get("credentials")).get("signing")).get("rotationMode")
    server.body["rotationMode"] = rotation or server.body["rotationMode"]
    server.updated = call.org.now
    return 200, server_view(call, server)


@route("DELETE", ROOT + "/{serverId}")
def delete_server(call: Call) -> Answer:
    server = server_of(call)
    if server.body["default"]:
        raise OktaError("E0000006")  # guess: which error
    if server.body["status"] == "ACTIVE":
        raise invalid("id", "The authorization server must be deactivated before it can be deleted.")  # guess: the text
    del call.org.state.servers[server.id]
    return 204, None


@route("POST", ROOT + "/{serverId}/lifecycle/{turn}")
def turn_server(call: Call) -> Answer:
    server = server_of(call)
    if call.params["turn"] not in ("activate", "deactivate"):
        raise OktaError("E0000008")
    server.body["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    server.updated = call.org.now
    return 204, None


def _key_view(call: Call, server: AuthorizationServer, status: str, key: SigningKey) -> Json:
    own = f"{call.base}{ROOT}/{server.id}/credentials/keys/{key.kid}"
    return {"status": status, **public(key), "_links": {"self": hints(own, "GET")}}


@route("GET", ROOT + "/{serverId}/credentials/keys")
def list_server_keys(call: Call) -> Answer:
    """The NEXT key is made when somebody wants to see it (documented: it may be missing)."""
    server = server_of(call)
    server.next_key = server.next_key or SigningKey(call.org.now)
    return 200, [_key_view(call, server, status, key) for status, key in all_keys(call.org, server)]


@route("GET", ROOT + "/{serverId}/credentials/keys/{keyId}")
def get_server_key(call: Call) -> Answer:
    server = server_of(call)
    for status, key in all_keys(call.org, server):
        if key.kid == call.params["keyId"]:
            return 200, _key_view(call, server, status, key)
    raise missing(call.params["keyId"], "JsonWebKey")  # guess: the name of the kind


@route("POST", ROOT + "/{serverId}/credentials/lifecycle/keyRotate")
def rotate_server_key(call: Call) -> Answer:
    if call.json().get("use") != "sig":
        raise invalid("use", "use: Invalid value")  # guess: the text
    rotate(call.org, server_of(call))
    return list_server_keys(call)


def _owned(call: Call, kind: str, item: Json) -> Json:
    """A claim or scope with its link."""
    body: Json = clone(item)
    own = f"{call.base}{ROOT}/{call.params['serverId']}/{kind}/{item['id']}"
    allowed = ("GET", "PUT") if item["system"] else ("GET", "PUT", "DELETE")
    body["_links"] = {"self": hints(own, *allowed)}
    return body


def claim_body(server: AuthorizationServer, sent: Json, own: str) -> Json:
    if not sent.get("name"):
        raise blank("name")
    if not sent.get("value") and not sent.get("group_filter_type"):
        raise blank("value")
    kind = sent.get("claimType") or "RESOURCE"
    for other in server.claims.values():
        if other["id"] != own and (other["name"], other["claimType"]) == (sent["name"], kind):
            raise invalid("name", "name: Claim name is already in use")  # guess: the text
    body: Json = {
        "name": sent["name"],
        "status": sent.get("status") or "ACTIVE",
        "claimType": kind,
        "valueType": sent.get("valueType") or "EXPRESSION",
        "value": sent.get("value"),
        "conditions": {"scopes": list(as_object(sent.get("conditions")).get("scopes") or [])},
        "system": False,
        "alwaysIncludeInToken": bool(sent.get("alwaysIncludeInToken")),
        "apiResourceId": None,
    }
    if sent.get("group_filter_type"):
        body["group_filter_type"] = sent["group_filter_type"]
    return body


def scope_body(server: AuthorizationServer, sent: Json, own: str) -> Json:
    if not sent.get("name"):
        raise blank("name")
    if any(other["id"] != own and other["name"] == sent["name"] for other in server.scopes.values()):
        raise invalid("name", "name: Scope name is already in use")  # guess: the text
    return {
        "name": sent["name"],
        "displayName": sent.get("displayName"),
        "description": sent.get("description"),
        "system": False,
        "metadataPublish": sent.get("metadataPublish") or "NO_CLIENTS",
        "consent": sent.get("consent") or "IMPLICIT",
        "optional": bool(sent.get("optional")),
        "apiResourceId": None,
        "default": bool(sent.get("default")),
    }


_KINDS = {"claims": ("ocl", claim_body, "OAuth2Claim"), "scopes": ("scp", scope_body, "OAuth2Scope")}


def _items(server: AuthorizationServer, kind: str) -> dict[str, Json]:
    return server.claims if kind == "claims" else server.scopes


def _item(call: Call, server: AuthorizationServer, kind: str) -> Json:
    item = _items(server, kind).get(call.params["itemId"])
    if item is None:
        raise missing(call.params["itemId"], _KINDS[kind][2])  # guess: the name of the kind
    return item


def _register(kind: str) -> None:
    """The five operations on claims or scopes."""
    prefix, check, _unused = _KINDS[kind]
    collection = f"{ROOT}/{{serverId}}/{kind}"

    @route("GET", collection)
    def list_items(call: Call) -> Answer:
        return 200, [_owned(call, kind, item) for item in _items(server_of(call), kind).values()]

    @route("POST", collection)
    def create_item(call: Call) -> Answer:
        server = server_of(call)
        item = {"id": new_id(prefix), **check(server, call.json(), "")}
        _items(server, kind)[item["id"]] = item
        return 201, _owned(call, kind, item)

    @route("GET", collection + "/{itemId}")
    def get_item(call: Call) -> Answer:
        return 200, _owned(call, kind, _item(call, server_of(call), kind))

    @route("PUT", collection + "/{itemId}")
    def replace_item(call: Call) -> Answer:
        server = server_of(call)
        item = _item(call, server, kind)
        system = item["system"]
        item |= check(server, call.json(), item["id"])
        item["system"] = system
        return 200, _owned(call, kind, item)

    @route("DELETE", collection + "/{itemId}")
    def delete_item(call: Call) -> Answer:
        server = server_of(call)
        item = _item(call, server, kind)
        if item["system"]:
            raise OktaError("E0000006")  # guess: which error
        del _items(server, kind)[item["id"]]
        return 204, None


_register("claims")
_register("scopes")

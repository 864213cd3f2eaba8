# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/eventHooks`` (Okta's Event Hooks API reference). Nothing is ever sent to a hook."""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import OktaError, blank, missing
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id

_ROOT = "/api/v1/eventHooks"


def _view(call: Call, hook: Json) -> Json:
    own = f"{call.base}{_ROOT}/{hook['id']}"
    turn = "deactivate" if hook["status"] == "ACTIVE" else "activate"
    body: Json = clone(hook)
    body["_links"] = {
        "self": {"href": own},
        "verify": {"href": f"{own}/lifecycle/verify", "hints": {"allow": ["POST"]}},
        turn: {"href": f"{own}/lifecycle/{turn}", "hints": {"allow": ["POST"]}},
    }
    if hook["status"] != "ACTIVE":
        body["_links"]["delete"] = {"href": own, "hints": {"allow": ["DELETE"]}}
    return body


def _body(sent: Json) -> Json:
    """The authorization scheme's value is a secret and is not answered."""
    for member in ("name", "events", "channel"):
        if not sent.get(member):
            raise blank(member)
    channel, events = as_object(sent["channel"]), as_object(sent["events"])
    config = as_object(channel.get("config"))
    shown: Json = {
        "uri": config.get("uri"),
        "headers": clone(config.get("headers") or []),
        "method": config.get("method") or "POST",
    }
    scheme = as_object(config.get("authScheme"))
    shown["authScheme"] = {"type": scheme.get("type"), "key": scheme.get("key")} if scheme else None
    return {
        "name": sent["name"],
        "description": sent.get("description"),
        "events": {
            "type": events.get("type") or "EVENT_TYPE",
            "items": list(events.get("items") or []),
            "filter": None,
        },
        "channel": {"type": channel.get("type") or "HTTP", "version": channel.get("version"), "config": shown},
    }


def _hook(call: Call) -> Json:
    hook = call.org.state.event_hooks.get(call.params["hookId"])
    if hook is None:
        raise missing(call.params["hookId"], "EventHook")  # guess: the name of the kind
    return hook


@route("GET", _ROOT)
def list_hooks(call: Call) -> Answer:
    return 200, [_view(call, hook) for hook in call.org.state.event_hooks.values()]


@route("POST", _ROOT)
def create_hook(call: Call) -> Answer:
    admin = call.org.user("me")
    hook: Json = {
        "id": new_id("who"),
        "status": "ACTIVE",
        "verificationStatus": "UNVERIFIED",
        **_body(call.json()),
        "created": call.org.stamp(),
        "createdBy": admin.id,
        "lastUpdated": call.org.stamp(),
    }
    call.org.state.event_hooks[hook["id"]] = hook
    return 200, _view(call, hook)


@route("GET", _ROOT + "/{hookId}")
def get_hook(call: Call) -> Answer:
    return 200, _view(call, _hook(call))


@route("PUT", _ROOT + "/{hookId}")
def replace_hook(call: Call) -> Answer:
    hook = _hook(call)
    hook |= {**_body(call.json()), "lastUpdated": call.org.stamp()}
    return 200, _view(call, hook)


@route("DELETE", _ROOT + "/{hookId}")
def delete_hook(call: Call) -> Answer:
    hook = _hook(call)
    if hook["status"] == "ACTIVE":
        raise OktaError("E0000038", summary="Event hook must be deactivated before deletion.")  # guess: the text
    del call.org.state.event_hooks[hook["id"]]
    return 204, None


@route("POST", _ROOT + "/{hookId}/lifecycle/{turn}")
def turn_hook(call: Call) -> Answer:
    hook = _hook(call)
    turn = call.params["turn"]
    if turn not in ("activate", "deactivate", "verify"):
        raise OktaError("E0000008")
    if turn == "verify":
        hook["verificationStatus"] = "VERIFIED"
    else:
        hook["status"] = "ACTIVE" if turn == "activate" else "INACTIVE"
    hook["lastUpdated"] = call.org.stamp()
    return 200, _view(call, hook)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/inlineHooks``."""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import OktaError, blank, invalid, missing
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id, stamp


def _hook_view(call: Call, hook: Json) -> Json:
    own = f"{call.base}/api/v1/inlineHooks/{hook['id']}"
    turn = "deactivate" if hook["status"] == "ACTIVE" else "activate"
    body: Json = clone(hook)
    body["_links"] = {"self": {"href": own}, turn: {"href": f"{own}/lifecycle/{turn}", "hints": {"allow": ["POST"]}}}
    if hook["status"] == "ACTIVE":
        body["_links"]["execute"] = {"href": f"{own}/execute", "hints": {"allow": ["POST"]}}
    else:
        body["_links"]["delete"] = {"href": own, "hints": {"allow": ["DELETE"]}}
    return body


def _hook_body(call: Call, body: Json) -> Json:
    """Name, type, version, channel; the value of the authorization scheme is a secret and is not answered."""
    if not body.get("name"):
        raise blank("name")
    channel = as_object(body.get("channel"))
    config = as_object(channel.get("config"))
    answer: Json = {
        "uri": config.get("uri"),
        "headers": clone(config.get("headers") or []),
        "method": config.get("method") or "POST",
    }
    scheme = as_object(config.get("authScheme"))
    if scheme:
        answer["authScheme"] = {"type": scheme.get("type"), "key": scheme.get("key")}
    for name in ("authType", "clientId", "scope", "tokenUrl", "hookKeyId"):
        if config.get(name) is not None:
            answer[name] = config[name]
    return {
        "name": body["name"],
        "type": body.get("type"),
        "version": body.get("version"),
        "channel": {
            "type": channel.get("type") or "HTTP",
            "version": channel.get("version") or "1.0.0",
            "config": answer,
        },
    }


def _hook(call: Call) -> Json:
    hook = call.org.state.hooks.get(call.params["hookId"])
    if hook is None:
        raise missing(call.params["hookId"], "InlineHook")  # guess: the name of the kind
    return hook


@route("GET", "/api/v1/inlineHooks")
def list_hooks(call: Call) -> Answer:
    kind = call.query("type")
    return 200, [_hook_view(call, h) for h in call.org.state.hooks.values() if kind in ("", h["type"])]


@route("POST", "/api/v1/inlineHooks")
def create_hook(call: Call) -> Answer:
    made = _hook_body(call, call.json())
    if any(hook["name"] == made["name"] for hook in call.org.state.hooks.values()):
        raise invalid("name", "name: An object with this field already exists in the current organization")
    hook: Json = {
        "id": new_id("cal"),
        "status": "ACTIVE",
        **made,
        "created": stamp(call.org.now),
        "lastUpdated": stamp(call.org.now),
    }
    call.org.state.hooks[hook["id"]] = hook
    return 200, _hook_view(call, hook)


@route("GET", "/api/v1/inlineHooks/{hookId}")
def get_hook(call: Call) -> Answer:
    return 200, _hook_view(call, _hook(call))


@route("PUT", "/api/v1/inlineHooks/{hookId}")
def replace_hook(call: Call) -> Answer:
    hook = _hook(call)
    hook |= _hook_body(call, {**call.json(), "type": hook["type"]})
    hook["lastUpdated"] = call.org.stamp()
    return 200, _hook_view(call, hook)


@route("DELETE", "/api/v1/inlineHooks/{hookId}")
def delete_hook(call: Call) -> Answer:
    hook = _hook(call)
    if hook["status"] == "ACTIVE":
        raise OktaError("E0000038", summary="Inline hook must be deactivated before deletion.")  # guess: the text
    del call.org.state.hooks[hook["id"]]
    return 204, None


@route("POST", "/api/v1/inlineHooks/{hookId}/lifecycle/{turn}")
def turn_hook(call: Call) -> Answer:
    hook = _hook(call)
    if call.params["turn"] not in ("activate", "deactivate"):
        raise OktaError("E0000008")
    hook["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
    hook["lastUpdated"] = call.org.stamp()
    return 200, _hook_view(call, hook)

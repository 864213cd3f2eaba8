# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``okta_authorization_server``, and what can be seen to be wrong with them before anything is sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..placeholder import is_placeholder
from . import principal_tags, server_policies
from .entries import clashes

#: The id of the server that orgs bring along.
DEFAULT_ID = "default"
_ID = re.compile(r"aus[A-Za-z0-9]{17}")
#: Source: Okta's Apps API, ``client_id``.
_CLIENT_ID = re.compile(r"[A-Za-z0-9$\-_.+!*'(),]{6,100}")
#: Options of the server itself, with their members.
SERVER_MEMBERS = {"description": "description", "audiences": "audiences", "issuer_mode": "issuerMode"}
#: What access tokens of a new server are for, where the user names nothing: STS and Amazon Q Business read ID tokens.
AUDIENCES = ["api://qbusiness"]
SCOPE_MEMBERS = {
    "name": "name",
    "display_name": "displayName",
    "description": "description",
    "consent": "consent",
    "metadata_publish": "metadataPublish",
    "default": "default",
    "optional": "optional",
}

_TEXT = {"type": "str"}
OPTIONS: dict[str, Any] = {
    "server": {"type": "str", "default": DEFAULT_ID},
    "description": _TEXT,
    "audiences": {"type": "list", "elements": "str"},
    "issuer_mode": {"type": "str", "choices": ["ORG_URL", "CUSTOM_URL", "DYNAMIC"]},
    "principal_tags": {"type": "dict", "default": dict(principal_tags.DEFAULT)},
    "claim_form": {"type": "str", "choices": list(principal_tags.FORMS), "default": "nested"},
    "initially": {"type": "list", "elements": "str", "choices": ["principal_tags"], "default": []},
    "purge_claims": {"type": "bool", "default": True},
    "scopes": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "display_name": _TEXT,
            "description": _TEXT,
            "consent": {"type": "str", "choices": ["IMPLICIT", "REQUIRED", "FLEXIBLE"]},
            "metadata_publish": {"type": "str", "choices": ["ALL_CLIENTS", "NO_CLIENTS"]},
            "default": {"type": "bool"},
            "optional": {"type": "bool"},
        },
    },
    "client_ids": {"type": "list", "elements": "str"},
    "client_ids_absent": {"type": "list", "elements": "str"},
    "manage_policy": {"type": "bool", "default": True},
    "policy": {"type": "dict", "options": server_policies.POLICY_OPTIONS},
    "rule": {"type": "dict", "options": server_policies.RULE_OPTIONS},
    "remove_server": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
}


def is_id(server: str) -> bool:
    """Whether the option names a server by its id."""
    return server == DEFAULT_ID or bool(_ID.fullmatch(server))


def faults(options: Mapping[str, Any]) -> Iterator[str]:
    """Every fault of the options."""
    if not str(options["server"]).strip():
        yield "server: is empty; it should be the name of an authorization server, or its id, like default"
    for name in ("client_ids", "client_ids_absent"):
        yield from _client_faults(name, options.get(name) or [])
    if options["state"] == "absent":
        if options.get("client_ids") is None and not options["remove_server"]:
            yield "client_ids: is required with state=absent, unless remove_server=true; they are what is taken out"
        if options.get("client_ids_absent"):
            yield "client_ids_absent: goes with state=present; with state=absent the client_ids are taken out"
        return
    if options["remove_server"]:
        yield "remove_server: goes with state=absent"
    yield from clashes("client_ids", options.get("client_ids"), options.get("client_ids_absent"))
    if options.get("audiences") is not None and not [item for item in options["audiences"] if item.strip()]:
        yield "audiences: is empty; right would be an address that access tokens are for, like api://qbusiness"
    yield from principal_tags.faults(options["principal_tags"] or {}, options["claim_form"])
    names = Counter(str(scope["name"]) for scope in options.get("scopes") or [])
    for name, number in names.items():
        if not name.strip() or re.search(r"\s", name):
            yield f"scopes: {name!r} is no name of a scope; it should have no white space"
        elif number > 1:
            yield f"scopes: {name!r} stands there {number} times"
    yield from _policy_faults(options)


def _client_faults(name: str, clients: Sequence[str]) -> Iterator[str]:
    for place, client in enumerate(clients):
        if not _CLIENT_ID.fullmatch(client) and not is_placeholder(client):
            yield f"{name}[{place}]: {client[:40]!r} is no client id; it should be one of an OpenID Connect app"


def _policy_faults(options: Mapping[str, Any]) -> Iterator[str]:
    if not options["manage_policy"]:
        for name in ("policy", "rule", "client_ids_absent"):
            if options.get(name):
                yield f"{name}: goes with manage_policy=true"
    for name in ("policy", "rule"):
        part = options.get(name) or {}
        if "name" in part and not str(part["name"] or "").strip():
            yield f"{name}.name: is empty"
        if part.get("priority") is not None and part["priority"] < 1:
            yield f"{name}.priority: {part['priority']} … should be a number from 1"
    rule = options.get("rule") or {}
    yield from server_policies.lifetimes_faults(rule)
    grants = rule.get("grant_types")
    if grants is not None and server_policies.GRANT not in grants:
        yield f"rule.grant_types: has no {server_policies.GRANT}, by which people sign in to Amazon Q Business"
    for name in ("groups", "scopes"):
        if rule.get(name) is not None and not rule[name]:
            yield f"rule.{name}: is empty, so that the rule would fit nobody; leave it out for everybody and any scope"
    if options.get("policy") and options.get("client_ids") is None and options.get("client_ids_absent") is None:
        yield "policy: needs client_ids, the apps that it lets in"

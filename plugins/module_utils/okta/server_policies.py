# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access policies and rules of an authorization server: whom they let in, and the JSON of our own. Pure functions.

A policy names clients, its rules say how and for whom they get tokens. Okta takes the first policy and rule that fit:
https://help.okta.com/oie/en-us/Content/Topics/Security/api-config-access-policies.htm. Where none fits, the server
issues nothing, and sign-in ends with "no matching policy".
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..compare import same, same_unordered
from ..resource import differing

Document = dict[str, Any]

#: The name of policy and rule where the user names none.
NAME = "Amazon Q Business"
DESCRIPTION = "Lets the sign-in of Amazon Q Business in."
#: Stands for every app of the org, and for everybody.
ALL_CLIENTS, EVERYONE = "ALL_CLIENTS", "EVERYONE"
#: What signing in to Amazon Q Business takes.
GRANT = "authorization_code"
_GRANT = "urn:ietf:params:oauth:grant-type:"
GRANTS = [
    GRANT,
    "implicit",
    "password",
    "client_credentials",
    "interaction_code",
    *(f"{_GRANT}{name}" for name in ("device_code", "token-exchange", "jwt-bearer", "saml2-bearer")),
    "urn:openid:params:grant-type:ciba",
]
#: Smallest and largest, in minutes. Source: Okta's Management API, ``TokenAuthorizationServerPolicyRuleAction``.
LIFETIMES = {
    "access_token_lifetime_minutes": ("accessTokenLifetimeMinutes", 5, 1440),
    "refresh_token_lifetime_minutes": ("refreshTokenLifetimeMinutes", 0, 2_628_000),
    "refresh_token_window_minutes": ("refreshTokenWindowMinutes", 10, 2_628_000),
}
#: Ignored when sent, or Okta's own.
READ_ONLY = frozenset({"id", "created", "lastUpdated", "system", "_links", "_embedded"})

POLICY_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "default": NAME},
    "description": {"type": "str"},
    "priority": {"type": "int"},
}
RULE_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "default": NAME},
    "priority": {"type": "int"},
    "grant_types": {"type": "list", "elements": "str", "choices": GRANTS},
    "groups": {"type": "list", "elements": "str"},
    "scopes": {"type": "list", "elements": "str"},
    **{name: {"type": "int", "no_log": False} for name in LIFETIMES},
}


def active(document: Mapping[str, Any]) -> bool:
    return document.get("status") == "ACTIVE"


def included(document: Mapping[str, Any], *path: str) -> list[Any]:
    """What a condition of a policy or rule includes (``clients``; ``people``, ``groups``)."""
    place: Any = document.get("conditions") or {}
    for part in path:
        place = place.get(part) or {}
    return list(place.get("include") or [])


def clients_of(policy: Mapping[str, Any]) -> list[str]:
    return [str(client) for client in included(policy, "clients")]


def lets_in(
    policy: Mapping[str, Any], rules: Iterable[Mapping[str, Any]], client_id: str, grants: Sequence[str]
) -> bool:
    """Whether a policy with these rules gives a client tokens by all of ``grants``."""
    clients = clients_of(policy)
    return (
        active(policy)
        and (client_id in clients or ALL_CLIENTS in clients)
        and any(active(rule) and set(grants) <= set(included(rule, "grantTypes")) for rule in rules)
    )


def lifetimes_faults(rule: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the lifetimes of the option ``rule``."""
    for option, (_member, low, high) in LIFETIMES.items():
        value = rule.get(option)
        if value is not None and not low <= value <= high:
            yield f"rule.{option}: {value} … should be a number of minutes from {low} to {high}"


def writable(document: Mapping[str, Any]) -> Document:
    """A policy or rule as a PUT takes it."""
    return copy.deepcopy({key: value for key, value in document.items() if key not in READ_ONLY})


# -- our policy -----------------------------------------------------------------------------------------------------


def wanted_policy(
    options: Mapping[str, Any], current: Mapping[str, Any] | None, add: Sequence[str], remove: Sequence[str], last: int
) -> Document:
    """Our policy as it is to be: clients are added and taken out, those of others stay where they are.

    :param options: of ``POLICY_OPTIONS``
    :param last: the lowest priority that a policy of the server has
    """
    body: Document = writable(current) if current else {"type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE"}
    body["name"] = options["name"]
    if options.get("description") is not None:
        body["description"] = options["description"]
    elif current is None:
        body["description"] = DESCRIPTION
    if options.get("priority") is not None:
        body["priority"] = options["priority"]
    elif current is None:
        body["priority"] = last + 1
    kept = [client for client in clients_of(current or {}) if client not in set(remove)]
    add = [] if ALL_CLIENTS in kept else add
    conditions = dict(body.get("conditions") or {})
    conditions["clients"] = {**(conditions.get("clients") or {}), "include": list(dict.fromkeys([*kept, *add]))}
    body["conditions"] = conditions
    return body


def policy_differs(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    members = {name: wanted.get(name) for name in ("description", "priority")}
    return bool(differing(members, current, {})) or not same_unordered(clients_of(wanted), clients_of(current))


# -- our rule -------------------------------------------------------------------------------------------------------


def wanted_rule(
    options: Mapping[str, Any], current: Mapping[str, Any] | None, groups: Sequence[str] | None, last: int
) -> Document:
    """Our rule as it is to be. What is not named stays as it is; a new one lets everybody in by the code flow.

    :param options: of ``RULE_OPTIONS``
    :param groups: ids for the names of the option
    """
    body: Document = writable(current) if current else {"type": "RESOURCE_ACCESS", "status": "ACTIVE"}
    body["name"] = options["name"]
    if options.get("priority") is not None:
        body["priority"] = options["priority"]
    elif current is None:
        body["priority"] = last + 1
    conditions: Document = dict(body.get("conditions") or {})
    grants = options.get("grant_types")
    if grants is None:
        grants = list(dict.fromkeys([*included(body, "grantTypes"), GRANT]))
    conditions["grantTypes"] = {"include": list(grants)}
    if options.get("scopes") is not None or current is None:
        conditions["scopes"] = {"include": list(options.get("scopes") or ["*"])}
    if groups is not None or current is None:
        people = dict(conditions.get("people") or {})
        people["groups"] = {**(people.get("groups") or {}), "include": list(groups or [EVERYONE])}
        conditions["people"] = people
    body["conditions"] = conditions
    minutes = {
        member: options[option] for option, (member, *_bounds) in LIFETIMES.items() if options.get(option) is not None
    }
    if minutes:
        actions = dict(body.get("actions") or {})
        actions["token"] = {**(actions.get("token") or {}), **minutes}
        body["actions"] = actions
    return body


def rule_differs(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    lists = (("grantTypes",), ("scopes",), ("people", "groups"))
    return (
        wanted.get("priority") != current.get("priority")
        or any(not same_unordered(included(wanted, *path), included(current, *path)) for path in lists)
        or not same((wanted.get("actions") or {}).get("token"), (current.get("actions") or {}).get("token"))
    )

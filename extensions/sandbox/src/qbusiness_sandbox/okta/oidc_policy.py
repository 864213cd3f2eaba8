# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access policies of custom authorization servers: which client may ask for which scopes, for whom, by which grant.

The first ACTIVE policy and rule, by priority, that match the request are applied (Okta's page on access policies). The
org server has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_tokens import HOUR
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import AuthorizationServer, User
from qbusiness_sandbox.okta.values import Json, pick

#: What "everybody" and "every client" are written as.
EVERYONE, ALL_CLIENTS, ANY_SCOPE = "EVERYONE", "ALL_CLIENTS", "*"


@dataclass(frozen=True)
class Lifetimes:
    """Seconds. ``refresh``: 0 is without an end; ``idle``: how long a refresh token may lie unused."""

    access: int = HOUR
    refresh: int = 0
    idle: int = 7 * 86400


def _ordered(items: Iterable[Json]) -> list[Json]:
    return sorted((item for item in items if item["status"] == "ACTIVE"), key=lambda item: int(item["priority"]))


def _people_match(org: Org, rule: Json, user: User | None) -> bool:
    """Whether a rule's users and groups include the user. A client that asks for itself is not looked up there."""
    if user is None:
        return True
    groups = {group.id for group in org.groups_of(user)} | {EVERYONE}
    people = pick(rule, "conditions", "people", default={})
    if user.id in pick(people, "users", "exclude", default=[]):
        return False
    if groups & set(pick(people, "groups", "exclude", default=[])):
        return False
    included = pick(people, "users", "include", default=[]), pick(people, "groups", "include", default=[])
    if not any(included):
        return True  # guess: a rule that names nobody is for everybody
    return user.id in included[0] or bool(groups & set(included[1]))


def _scopes_match(rule: Json, scopes: Iterable[str]) -> bool:
    allowed = set(pick(rule, "conditions", "scopes", "include", default=[]))
    if not allowed:
        # guess: where this error comes from; the catalogue only has its text
        raise OAuthError("no_scope_allowed")
    return ANY_SCOPE in allowed or set(scopes) <= allowed


def evaluate(
    org: Org, server: AuthorizationServer, client: str, user: User | None, grant: str, scopes: Iterable[str]
) -> Lifetimes:
    """The lifetimes of the rule that matches. Raises :class:`OAuthError` ``no_matching_policy``."""
    if not server.id or not on(org, "oidc_policy"):
        return Lifetimes()
    scopes = tuple(scopes)
    for policy in _ordered(server.policies.values()):
        clients = pick(policy, "conditions", "clients", "include", default=[])
        if ALL_CLIENTS not in clients and client not in clients:
            continue
        for rule in _ordered(server.rules.get(policy["id"], {}).values()):
            if grant not in pick(rule, "conditions", "grantTypes", "include", default=[]):
                continue
            if not _people_match(org, rule, user) or not _scopes_match(rule, scopes):
                continue
            token = pick(rule, "actions", "token", default={})
            return Lifetimes(
                60 * int(token["accessTokenLifetimeMinutes"]),
                60 * int(token["refreshTokenLifetimeMinutes"]),
                60 * int(token["refreshTokenWindowMinutes"]),
            )
    raise OAuthError("no_matching_policy")

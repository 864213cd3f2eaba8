# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that bring an authorization server to what is wanted of it, and what it is like after them.

The server's id, and that of a new policy, are known only when the calls before have been made, so they are looked up
then. What is wanted is compared by meaning; what is not named stays as it is.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..compare import same_or_both_empty, same_unordered
from ..placeholder import okta_id
from ..resource import Call, State, differing
from . import creation, server_policies
from .principal_tags import is_tags_claim, same_expression
from .server_options import AUDIENCES, DEFAULT_ID, SCOPE_MEMBERS
from .server_policies import Document, active, clients_of, included, writable
from .session import OktaSession

ROOT = "authorizationServers"


@dataclass(frozen=True)
class Wanted:
    """What the user named, as the documents have it. ``policy`` and ``rule`` as the options have them; ``policy`` is
    ``None`` where nothing has to be done for the clients."""

    server: Document
    claims: Mapping[str, str]
    purge_claims: bool
    scopes: Sequence[Mapping[str, Any]]
    policy: Mapping[str, Any] | None
    policy_name: str
    add: Sequence[str]
    remove: Sequence[str]
    #: ``None``: any rule of the policy that lets people in will do.
    rule: Mapping[str, Any] | None
    groups: Sequence[str] | None


def is_default(server: Mapping[str, Any]) -> bool:
    """Whether it is the server that the org brought along, which cannot be deleted."""
    return bool(server.get("default")) or server.get("id") == DEFAULT_ID


class Plan:
    """``calls`` and ``after``; both grow with each thing that is asked for."""

    def __init__(
        self, session: OktaSession, named: str, current: State | None, made: dict[str, float] | None = None
    ) -> None:
        """:param named: the name that a new server gets
        :param made: takes the id of everything that the calls make, with the time
        """
        self._made = {} if made is None else made
        self._session = session
        self._named = named
        self.calls: list[Call] = []
        self._missing = current is None
        self.after: dict[str, Any] = copy.deepcopy(dict(current)) if current is not None else self._fresh()
        self._server_id = "" if self._missing else str(self.after["server"]["id"])

    def _fresh(self) -> dict[str, Any]:
        server_id = okta_id("aus", self._session.origin, self._named)
        server = {
            "id": server_id,
            "name": self._named,
            "description": None,
            "audiences": list(AUDIENCES),
            "issuer": f"{self._session.origin}/oauth2/{server_id}",
            "issuerMode": "ORG_URL",
            "status": "ACTIVE",
            "default": False,
        }
        return {"server": server, "claims": [], "scopes": [], "policies": [], "rules": {}}

    def _add(self, operation: str, act: Callable[[], Any]) -> None:
        self.calls.append(Call(operation, lambda: _discard(act())))

    def _path(self, *parts: str) -> tuple[str, ...]:
        return (ROOT, self._server_id, *parts)

    def present(self, wanted: Wanted) -> None:
        """Everything that is wanted, in the order in which it depends on each other. The claim comes before the policy:
        nobody is let in who would come without a tag."""
        self._server(wanted.server)
        for scope in wanted.scopes:
            self._scope(scope)
        for name, expression in wanted.claims.items():
            self._claim(name, expression)
        if wanted.claims and wanted.purge_claims:
            self.remove_claims(
                [claim for claim in self.after["claims"] if is_tags_claim(claim) and claim["name"] not in wanted.claims]
            )
        self._policy(wanted)

    # -- the server -------------------------------------------------------------------------------------------------

    def _server(self, wanted: Document) -> None:
        server = self.after["server"]
        if self._missing:
            body = {"name": self._named, "audiences": list(AUDIENCES), "issuerMode": "ORG_URL", **wanted}
            server.update(body)
            self._add("createAuthorizationServer", lambda: self._create(body))
            return
        different = differing(wanted, server, {"audiences": same_unordered}, same_or_both_empty)
        if different:
            body = {
                name: copy.deepcopy(server.get(name)) for name in ("name", "description", "audiences", "issuerMode")
            }
            rotation = ((server.get("credentials") or {}).get("signing") or {}).get("rotationMode")
            if rotation:
                body["credentials"] = {"signing": {"rotationMode": rotation}}
            body.update(different)
            server.update(different)
            self._add("replaceAuthorizationServer", lambda: self._session.put(*self._path(), body=body))
        if not active(server):
            server["status"] = "ACTIVE"
            self._add("activateAuthorizationServer", lambda: self._turn("activate"))

    def _create(self, body: Document) -> None:
        def look() -> Document | None:
            return creation.named(self._session.pages(ROOT, q=self._named, limit=200), self._named)

        made = creation.create(lambda: dict(self._session.post(ROOT, body=body)), look)
        self._server_id = str(made["id"])
        self._made[self._server_id] = time.monotonic()

    def _post(self, body: Document, *parts: str) -> str:
        """Make something below the server, which is told by its name; answers its id."""
        path = self._path(*parts)

        def look() -> Document | None:
            return creation.named(self._session.pages(*path), str(body["name"]))

        made = str(creation.create(lambda: dict(self._session.post(*path, body=body)), look)["id"])
        self._made[made] = time.monotonic()
        return made

    def _turn(self, turn: str, *parts: str) -> None:
        creation.turn(self._session, turn, *self._path(*parts))

    def remove_server(self) -> None:
        if active(self.after["server"]):
            self._add("deactivateAuthorizationServer", lambda: self._turn("deactivate"))
        self._add("deleteAuthorizationServer", lambda: self._session.delete(*self._path()))

    # -- scopes and claims ------------------------------------------------------------------------------------------

    def _scope(self, option: Mapping[str, Any]) -> None:
        wanted = {member: option[name] for name, member in SCOPE_MEMBERS.items() if option.get(name) is not None}
        scopes = self.after.setdefault("scopes", [])
        there = next((scope for scope in scopes if scope["name"] == wanted["name"]), None)
        if there is None:
            scopes.append({"id": self._placeholder("scp", wanted["name"]), **wanted})
            self._add("createOAuth2Scope", lambda: self._post(wanted, "scopes"))
        elif differing(wanted, there, {}, same_or_both_empty):
            scope_id = str(there["id"])
            there.update(wanted)
            body = writable(there)
            self._add("replaceOAuth2Scope", lambda: self._session.put(*self._path("scopes", scope_id), body=body))

    def _claim(self, name: str, expression: str) -> None:
        """One claim of the ID token, always in it: with ``alwaysIncludeInToken`` false Okta leaves it out in the code
        flow, and a scope's claim is left out where that scope is not asked for."""
        body: Document = {
            "name": name,
            "status": "ACTIVE",
            "claimType": "IDENTITY",
            "valueType": "EXPRESSION",
            "value": expression,
            "alwaysIncludeInToken": True,
            "conditions": {"scopes": []},
        }
        claims = self.after["claims"]
        there = next((claim for claim in claims if is_tags_claim(claim) and claim["name"] == name), None)
        if there is None:
            claims.append({"id": self._placeholder("ocl", name), **body})
            self._add("createOAuth2Claim", lambda: self._post(body, "claims"))
            return
        comparators = {"value": same_expression, "conditions": _same_scopes}
        if differing(body, there, comparators):
            claim_id = str(there["id"])
            there.update(body)
            self._add("replaceOAuth2Claim", lambda: self._session.put(*self._path("claims", claim_id), body=body))

    def remove_claims(self, claims: Sequence[Mapping[str, Any]]) -> None:
        for claim in claims:
            self._remove_claim(str(claim["id"]))

    def _remove_claim(self, claim_id: str) -> None:
        self._add("deleteOAuth2Claim", lambda: self._session.delete(*self._path("claims", claim_id)))
        self.after["claims"] = [claim for claim in self.after["claims"] if claim["id"] != claim_id]

    def _placeholder(self, prefix: str, *parts: str) -> str:
        return okta_id(prefix, self._session.origin, str(self.after["server"]["id"]), *parts)

    # -- policy and rule --------------------------------------------------------------------------------------------

    def policy_named(self, name: str) -> Document | None:
        """The access policy of this name; names are unique on a server."""
        return next((policy for policy in self.after["policies"] if policy["name"] == name), None)

    def _policy(self, wanted: Wanted) -> None:
        there = self.policy_named(wanted.policy_name)
        if wanted.policy is None:
            if there is not None and set(wanted.remove) & set(clients_of(there)):
                self.take_out(wanted.policy_name, wanted.remove)
            return
        last = max((int(policy.get("priority") or 0) for policy in self.after["policies"]), default=0)
        body = server_policies.wanted_policy(wanted.policy, there, wanted.add, wanted.remove, last)
        if there is None and not clients_of(body):
            return
        if there is None:
            policy_id = self._placeholder("00p", wanted.policy_name)
            self.after["policies"].append({"id": policy_id, **body})
            self.after["rules"][policy_id] = []
            made: list[str] = []
            self._add("createAuthorizationServerPolicy", lambda: made.append(self._post(body, "policies")))
            self._rule(wanted, policy_id, lambda: made[0])
            return
        if not clients_of(body):
            self.take_out(wanted.policy_name, wanted.remove)
            return
        policy_id = str(there["id"])
        if server_policies.policy_differs(body, there):
            there.update(body)
            self._replace_policy(policy_id, body)
        if not active(there):
            there["status"] = "ACTIVE"
            self._add("activateAuthorizationServerPolicy", lambda: self._turn("activate", "policies", policy_id))
        self._rule(wanted, policy_id, lambda: policy_id)

    def _replace_policy(self, policy_id: str, body: Document) -> None:
        sent = copy.deepcopy(body)
        self._add(
            "replaceAuthorizationServerPolicy",
            lambda: self._session.put(*self._path("policies", policy_id), body=sent),
        )

    def _rule(self, wanted: Wanted, policy_id: str, real_id: Callable[[], str]) -> None:
        """:param real_id: answers the policy's id when the calls before have been made"""
        rules = self.after["rules"].setdefault(policy_id, [])
        options = wanted.rule
        if options is None:
            if any(active(rule) and server_policies.GRANT in included(rule, "grantTypes") for rule in rules):
                return
            options = {"name": server_policies.NAME}
        there = next((rule for rule in rules if rule["name"] == options["name"]), None)
        last = max((int(rule.get("priority") or 0) for rule in rules), default=0)
        body = server_policies.wanted_rule(options, there, wanted.groups, last)
        if there is None:
            rules.append({"id": self._placeholder("0pr", wanted.policy_name, options["name"]), **body})
            self._add(
                "createAuthorizationServerPolicyRule",
                lambda: self._post(body, "policies", real_id(), "rules"),
            )
            return
        rule_id = str(there["id"])
        if server_policies.rule_differs(body, there):
            there.update(copy.deepcopy(body))
            self._add(
                "replaceAuthorizationServerPolicyRule",
                lambda: self._session.put(*self._path("policies", policy_id, "rules", rule_id), body=body),
            )
        if not active(there):
            there["status"] = "ACTIVE"
            self._add(
                "activateAuthorizationServerPolicyRule",
                lambda: self._turn("activate", "policies", policy_id, "rules", rule_id),
            )

    def take_out(self, name: str, clients: Sequence[str]) -> bool:
        """Take clients out of our policy; it goes when nobody is left in it.

        :returns: whether the policy is still there
        """
        there = self.policy_named(name)
        if there is None:
            return False
        left = [client for client in clients_of(there) if client not in set(clients)]
        policy_id = str(there["id"])
        if not left:
            self.after["policies"] = [policy for policy in self.after["policies"] if policy["id"] != policy_id]
            self._add(
                "deleteAuthorizationServerPolicy", lambda: self._session.delete(*self._path("policies", policy_id))
            )
            return False
        if left != clients_of(there):
            body = writable(there)
            body["conditions"]["clients"]["include"] = left
            there.update(copy.deepcopy(body))
            self._replace_policy(policy_id, body)
        return True


def _discard(value: Any) -> None:
    del value


def _same_scopes(wanted: Any, current: Any) -> bool:
    return same_unordered((wanted or {}).get("scopes"), (current or {}).get("scopes"))


# -- how it is answered ---------------------------------------------------------------------------------------------


def server_view(state: State, policy: Mapping[str, Any] | None, scopes: Sequence[str]) -> dict[str, Any]:
    """The server with what the module looks after: the claims for AWS, the policy of its clients, the named scopes."""
    server = state["server"]
    signing = (server.get("credentials") or {}).get("signing") or {}
    return {
        "id": server["id"],
        "name": server["name"],
        "description": server.get("description") or "",
        "audiences": list(server.get("audiences") or []),
        "issuer": server.get("issuer"),
        "issuer_mode": server.get("issuerMode"),
        "status": server.get("status"),
        "default": is_default(server),
        "created": server.get("created"),
        "last_updated": server.get("lastUpdated"),
        "signing_key": {"key_id": signing.get("kid"), "rotation_mode": signing.get("rotationMode")},
        "claims": [
            {
                "id": claim["id"],
                "name": claim["name"],
                "value": claim.get("value"),
                "status": claim.get("status"),
                "always_include_in_token": claim.get("alwaysIncludeInToken"),
                "scopes": list((claim.get("conditions") or {}).get("scopes") or []),
            }
            for claim in sorted(state["claims"], key=lambda claim: str(claim["name"]))
            if is_tags_claim(claim)
        ],
        "scopes": [
            {"id": scope["id"], **{name: scope.get(member) for name, member in SCOPE_MEMBERS.items()}}
            for scope in state.get("scopes") or []
            if scope["name"] in scopes
        ],
        "policy": policy_view(policy, state["rules"].get(policy["id"]) or []) if policy else None,
    }


def policy_view(policy: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "id": policy["id"],
        "name": policy["name"],
        "description": policy.get("description") or "",
        "status": policy.get("status"),
        "priority": policy.get("priority"),
        "client_ids": clients_of(policy),
        "rules": [_rule_view(rule) for rule in rules],
    }


def _rule_view(rule: Mapping[str, Any]) -> dict[str, Any]:
    token = (rule.get("actions") or {}).get("token") or {}
    return {
        "id": rule["id"],
        "name": rule["name"],
        "status": rule.get("status"),
        "priority": rule.get("priority"),
        "grant_types": included(rule, "grantTypes"),
        "groups": included(rule, "people", "groups"),
        "scopes": included(rule, "scopes"),
        **{option: token.get(member) for option, (member, *_bounds) in server_policies.LIFETIMES.items()},
    }

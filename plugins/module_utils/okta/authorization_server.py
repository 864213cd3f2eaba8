# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A custom authorization server with what Amazon Q Business needs of it, on the engine.

That is the claim that carries tags, and an access policy with a rule that lets the client in. Both live on a server
that others may use: claims of other names, policies of other names and clients of others are kept.
Source: Okta's Management API, ``/authorizationServers``; recorded fixtures ``authserver_*``, ``sdk_claim_create``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import AmbiguousError, InputError, InUseError, NotFoundError, ServiceError
from ..host import Context
from ..placeholder import is_placeholder
from ..resource import Call, Resource, State, ensure
from . import assignments, creation, server_options, server_policies
from .authorization_server_plan import Plan, Wanted, is_default, server_view
from .principal_tags import is_tags_claim, wanted_claims
from .scopes import session_with
from .server_policies import ALL_CLIENTS, EVERYONE, GRANT
from .session import OktaSession

#: Okta's code for a feature that the org has no licence for (recorded fixture ``authserver_feature_missing_classic``).
UNLICENSED = "E0000015"
NO_LICENCE = (
    "The Okta org has no custom authorization servers: Okta answers E0000015, which means that the product API Access "
    "Management is not part of its subscription. Amazon Q Business needs one, because only a custom server puts the "
    "claim https://aws.amazon.com/tags with the user's email into an ID token. Have API Access Management added to the "
    "org (Integrator Free orgs have it), or federate by SAML (okta_app with sign_on_mode=SAML_2_0), which needs none."
)
#: The trap of orgs whose server ``default`` came without a policy.
#: Source: https://developer.okta.com/docs/concepts/auth-servers/
UNCOVERED = (
    "client_ids: no active access policy of the authorization server {server} has an active rule that lets {clients} "
    f"in by {GRANT}, so every sign-in would end with 'no matching policy'. Orgs of the Integrator Free plan ship the "
    "server default without any policy. Leave manage_policy true, and the module makes policy and rule"
)
NO_POLICY = (
    "The authorization server {server} has no active access policy with an active rule, so it issues nothing to "
    "anybody: every sign-in ends with 'no matching policy'. Orgs of the Integrator Free plan ship the server default "
    "like that. Give client_ids, and the module makes policy and rule."
)


class AuthorizationServer(Resource):
    """One server. A state is ``{"server", "claims", "scopes", "policies": its documents, "rules": policy id → rules}``;
    scopes only where the user named some, rules only of the policies that were looked into."""

    noun = "authorization_server"

    def __init__(self, context: Context, session: OktaSession) -> None:
        self._session = session
        self._options = context.parameters
        self._warn = context.warn
        self.tell = context.tell
        self._named = str(self._options["server"])
        self._present = self._options["state"] == "present"
        self._clients: list[str] = list(dict.fromkeys(self._options.get("client_ids") or []))
        self._policy_name = str((self._options.get("policy") or {}).get("name") or server_policies.NAME)
        self._groups: list[str] | None = None
        #: The server's id, once it is known.
        self._server_id = ""
        #: What this task has made, and when.
        self._made: dict[str, float] = {}
        #: The operations of a planned removal.
        self._removing: list[str] = []

    @property
    def shared_key(self) -> str:
        return f"{self._session.origin} authorization server {self._server_id or self._named}"

    @property
    def described(self) -> str:
        return f"the authorization server {self._named}"

    # -- reading ----------------------------------------------------------------------------------------------------

    def find(self) -> State | None:
        found = list(server_options.faults(self._options))
        if found:
            raise InputError(found)
        server = None if is_placeholder(self._named) else self._look_up()
        if server is None:
            return None
        self._server_id = str(server["id"])
        return self._state_of(server)

    def _look_up(self) -> Mapping[str, Any] | None:
        """The server by its id, else by exactly its name."""
        by_id = server_options.is_id(self._named)
        if by_id:
            server: Mapping[str, Any] | None = self._session.find("authorizationServers", self._named)
            if server is not None:
                return server
        listed = self._session.pages("authorizationServers", q=self._named, limit=200)
        hits = [server for server in listed if server["name"] == self._named]
        if len(hits) > 1:
            ids = ", ".join(str(server["id"]) for server in hits)
            raise AmbiguousError(f"server: {self._named!r} is the name of {len(hits)} servers: {ids}. Give an id.")
        if not hits and by_id and self._present:
            raise NotFoundError(
                f"server: the org has no authorization server {self._named}; give a name to make one by it."
            )
        return hits[0] if hits else None

    def _state_of(self, server: Mapping[str, Any]) -> State:
        path = ("authorizationServers", str(server["id"]))
        policies = list(self._session.pages(*path, "policies"))
        looked_at = [policy for policy in policies if self._concerns(policy)]
        rules = {
            str(policy["id"]): list(self._session.pages(*path, "policies", policy["id"], "rules"))
            for policy in looked_at
        }
        state: dict[str, Any] = {
            "server": server,
            "claims": list(self._session.pages(*path, "claims")),
            "policies": policies,
            "rules": rules,
        }
        if self._options.get("scopes"):
            state["scopes"] = list(self._session.pages(*path, "scopes"))
        return state

    def _concerns(self, policy: Mapping[str, Any]) -> bool:
        """Whether a policy's rules say something about the task: it is ours, or lets our clients in, or there are none
        and any policy would do."""
        clients = server_policies.clients_of(policy)
        ours = policy["name"] == self._policy_name
        return ours or not self._clients or ALL_CLIENTS in clients or bool(set(clients) & set(self._clients))

    def read(self) -> State:
        """As it is after the calls: all of it is looked at again, since others write there too."""
        creation.settle(max(self._made.values(), default=0.0))
        state = self.find() or {}
        if state and self._take_back(state):
            state = self.find() or {}
        return state

    def _take_back(self, state: State) -> bool:
        """Delete what this task made and another run made at the same time, where the other's is the older: both go on
        with that. Returns whether there was any."""
        path = ("authorizationServers", str(state["server"]["id"]), "policies")
        later: list[tuple[str, ...]] = [(*path, str(policy["id"])) for policy in self._later(state["policies"])]
        for policy_id, rules in state["rules"].items():
            later += [(*path, policy_id, "rules", str(rule["id"])) for rule in self._later(rules)]
        for parts in later:
            self._session.delete(*parts)
        return bool(later)

    def _later(self, items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Those that this task made, and that have an older one of their name beside them."""
        return [
            item
            for item in items
            if item["id"] in self._made
            and any(other["name"] == item["name"] and creation.age(other) < creation.age(item) for other in items)
        ]

    def missing(self, state: State) -> Sequence[str]:
        if not state:
            return ["createAuthorizationServer"]
        self._groups = self._group_ids(state)
        return [call.operation for call in self._plan(state).calls]

    # -- checking ---------------------------------------------------------------------------------------------------

    def check(self, current: State | None) -> None:
        self._groups = self._group_ids(current)
        if not self._options["manage_policy"]:
            self._refuse_uncovered(current)
        elif not self._clients:
            self._warn_of_no_policy(current or {"policies": [], "rules": {}})

    def _group_ids(self, current: State | None) -> list[str] | None:
        """The ids of the rule's groups; also those that the rule has already, since it holds ids alone."""
        names = (self._options.get("rule") or {}).get("groups")
        if names is None:
            return None
        everybody = [EVERYONE] if any(name.upper() == EVERYONE for name in names) else []
        others = [name for name in names if name.upper() != EVERYONE]
        return everybody + list(assignments.groups_named(self._session, others, "rule.groups"))

    def _uncovered(self, current: State | None) -> list[str]:
        """Our clients that no ACTIVE policy with an ACTIVE rule lets in."""
        state = current or {"policies": [], "rules": {}}
        return [
            client
            for client in self._clients
            if not any(
                server_policies.lets_in(policy, state["rules"].get(policy["id"], ()), client, [GRANT])
                for policy in state["policies"]
            )
        ]

    def _refuse_uncovered(self, current: State | None) -> None:
        """:raises InputError: naming the clients that nothing lets in"""
        left = self._uncovered(current)
        if left:
            raise InputError([UNCOVERED.format(server=self._named, clients=", ".join(left))])

    def _warn_of_no_policy(self, current: State) -> None:
        for policy in current["policies"]:
            rules = current["rules"].get(policy["id"], ())
            if server_policies.active(policy) and any(server_policies.active(rule) for rule in rules):
                return
        self._warn(NO_POLICY.format(server=self._named))

    # -- planning ---------------------------------------------------------------------------------------------------

    def _wanted(self, current: State | None) -> Wanted:
        options = self._options
        named = options.get("policy") is not None or options.get("rule") is not None
        uncovered = self._uncovered(current)
        manages = options["manage_policy"] and (named or bool(uncovered))
        return Wanted(
            server={
                name: options[option]
                for option, name in server_options.SERVER_MEMBERS.items()
                if options.get(option) is not None
            },
            claims={}
            if self._keeps_claims(current)
            else wanted_claims(options["principal_tags"], options["claim_form"]),
            purge_claims=options["purge_claims"],
            scopes=list(options.get("scopes") or []),
            policy={**(options.get("policy") or {}), "name": self._policy_name} if manages else None,
            policy_name=self._policy_name,
            add=self._clients if named else uncovered,
            remove=list(options.get("client_ids_absent") or []),
            rule=options.get("rule"),
            groups=self._groups,
        )

    def _keeps_claims(self, current: State | None) -> bool:
        """Return whether the server has claims for session tags that are to stay as they are."""
        claims = (current or {}).get("claims") or []
        return "principal_tags" in self._options["initially"] and any(
            is_tags_claim(claim) and server_policies.active(claim) for claim in claims
        )

    def _plan(self, current: State | None) -> Plan:
        plan = Plan(self._session, self._named, current, self._made)
        plan.present(self._wanted(current))
        return plan

    def creation(self) -> Sequence[Call]:
        return self._plan(None).calls

    def changes(self, current: State) -> Sequence[Call]:
        return self._plan(current).calls

    def predicted(self, current: State | None) -> State:
        return self._plan(current).after

    # -- removal ----------------------------------------------------------------------------------------------------

    def removal(self, current: State) -> Sequence[Call]:
        plan = Plan(self._session, self._named, current)
        if self._options["remove_server"]:
            self._refuse_removal(current)
            plan.remove_server()
            return plan.calls
        ours = plan.policy_named(self._policy_name)
        left = plan.take_out(self._policy_name, self._clients)
        for policy in current["policies"]:
            if ours is None or policy["id"] != ours["id"]:
                for client in self._clients:
                    if client in server_policies.clients_of(policy):
                        self._warn(
                            f"The access policy {policy['name']} ({policy['id']}) still names the client {client}."
                        )
        if not left:
            others = self._others(current)
            claims = [claim for claim in current["claims"] if is_tags_claim(claim)]
            if claims and others:
                self._warn(
                    "The claim for AWS stays: other access policies of the server name clients that may need it: "
                    + ", ".join(others)
                    + "."
                )
            elif claims:
                plan.remove_claims(claims)
        self._removing = [call.operation for call in plan.calls]
        return plan.calls

    def _others(self, current: State) -> list[str]:
        """Policies of other names that name clients one by one, other than ours."""
        return sorted(
            str(policy["name"])
            for policy in current["policies"]
            if policy["name"] != self._policy_name
            and set(server_policies.clients_of(policy)) - {ALL_CLIENTS, *self._clients}
        )

    def _refuse_removal(self, current: State) -> None:
        """:raises InputError: the server is ``default``
        :raises InUseError: policies name clients that are not ours
        """
        if is_default(current["server"]):
            raise InputError(
                ["remove_server: the server default belongs to the org and stays; without it client_ids are taken out"]
            )
        users = [
            f"{client} (policy {policy['name']})"
            for policy in current["policies"]
            for client in server_policies.clients_of(policy)
            if client not in self._clients and client != ALL_CLIENTS
        ]
        if users and not self._options["force"]:
            raise InUseError(
                f"The authorization server {self._named} is not removed: its policies let in {', '.join(users)}. "
                "Name them in client_ids, or set force=true.",
                used_by=users,
            )

    def loss(self, current: State) -> Sequence[str]:
        server = current["server"]
        if self._options["remove_server"]:
            return (
                f"authorization server {server['name']} ({server['id']}) with its claims, scopes, policies and rules",
                f"the issuer {server.get('issuer')}: identity providers in IAM that trust it sign nobody in any more",
            )
        plan = Plan(self._session, self._named, current)
        policy = plan.policy_named(self._policy_name)
        found = []
        if policy is not None:
            found = [
                f"{client} in the access policy {self._policy_name}: its people cannot sign in any more"
                for client in server_policies.clients_of(policy)
                if client in self._clients
            ]
        if "deleteAuthorizationServerPolicy" in self._removing:
            found.append(f"access policy {self._policy_name} with its rules: nobody was left in it")
        if "deleteOAuth2Claim" in self._removing:
            found.append("the claim by which AWS is told who signs in")
        return found

    # -- answering --------------------------------------------------------------------------------------------------

    def _own(self, state: State) -> Mapping[str, Any] | None:
        """The policy that lets our clients in: ours, or one of others."""
        ours = [policy for policy in state["policies"] if policy["name"] == self._policy_name]
        covering = [
            policy
            for policy in state["policies"]
            if self._clients
            and all(
                server_policies.lets_in(policy, state["rules"].get(policy["id"], ()), client, [GRANT])
                for client in self._clients
            )
        ]
        return next(iter([*ours, *covering]), None)

    def view(self, state: State) -> dict[str, Any]:
        return server_view(state, self._own(state), [str(item["name"]) for item in self._options.get("scopes") or []])

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in view.items() if key not in ("created", "last_updated", "signing_key")}

    def identity(self, state: State) -> dict[str, Any]:
        server, policy = state["server"], self._own(state)
        return {
            "server_id": server["id"],
            "issuer": server["issuer"],
            "policy_id": policy["id"] if policy else None,
            "claims": {claim["name"]: claim["value"] for claim in state["claims"] if is_tags_claim(claim)},
        }


def apply(context: Context) -> dict[str, Any]:
    """What the module ``okta_authorization_server`` does.

    :raises FederationError: see :mod:`..errors`
    """
    wanted = ["okta.authorizationServers.manage"]
    if any(str(name).upper() != EVERYONE for name in (context.parameters.get("rule") or {}).get("groups") or []):
        wanted.append("okta.groups.read")
    resource = AuthorizationServer(context, session_with(context, *wanted))
    state = context.parameters["state"]
    try:
        return ensure(resource, state=state, check_mode=context.check_mode).answer()
    except ServiceError as error:
        if error.code != UNLICENSED:
            raise
        if state == "absent":
            context.warn(NO_LICENCE)
            return {"changed": False, "operations": [], "differences": [], "diff": {"before": {}, "after": {}}}
        raise ServiceError(NO_LICENCE, code=UNLICENSED) from error

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Doubled: a second object beside a live one, that the inventory does not name as a new one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from changes import Change
from inventory import Inventory
from things import Thing, Things
from verdict import Fault

#: An application has one of each.
_SINGLE = ("index", "retriever", "web experience")
#: Whom a role is for, by the trusted principal that says it.
_PURPOSES = ("Federated", "application.qbusiness.amazonaws.com", "qbusiness.amazonaws.com")


def doubled(before: Things, after: Things, found: Iterable[Change], inventory: Inventory) -> list[Fault]:
    """Return a fault for each new object that should have been the one that was there."""
    judge = _Judge(before, after, inventory)
    new = [change.thing for change in found if change.before is None]
    return [Fault("doubled", f"{thing.title} ({thing.id}): {why}") for thing in new for why in judge.reasons(thing)]


class _Judge:
    """What a new object stands beside."""

    def __init__(self, before: Things, after: Things, inventory: Inventory) -> None:
        self._before, self._after, self._inventory = before, after, inventory
        self._scalars = inventory.scalars()

    def reasons(self, thing: Thing) -> Iterator[str]:
        """Yield why the object is one too many; nothing where it is not."""
        if thing.kind in _SINGLE:
            yield from self._second_part(thing)
        elif thing.kind == "data source":
            yield from self._source(thing)
        elif thing.kind == "application":
            yield from self._application(thing)
        elif thing.kind == "Okta app":
            yield from self._okta_app(thing)
        elif thing.kind == "SAML provider":
            yield from self._twin(thing, "entity_id")
        elif thing.kind == "role":
            yield from self._role(thing)
        elif thing.kind == "secret":
            yield from self._secret(thing)
        elif thing.kind in ("access policy", "policy rule", "claim"):
            yield from self._on_server(thing)

    def _siblings(self, thing: Thing, things: Things) -> list[Thing]:
        return [
            other
            for other in things.values()
            if (other.kind, other.parent) == (thing.kind, thing.parent) and other.id != thing.id
        ]

    def _named(self, thing: Thing) -> bool:
        return bool(set(thing.names) & self._scalars)

    def _second_part(self, thing: Thing) -> Iterator[str]:
        beside = self._earlier(thing)
        if beside:
            yield f"its application has {beside[0].title} ({beside[0].id})"

    def _source(self, thing: Thing) -> Iterator[str]:
        if not self._named(thing):
            yield "the inventory names no such data source"
        twins = [item for item in self._earlier(thing) if item.names[-1] == thing.names[-1]]
        if twins:
            yield f"its index has one of this name, {twins[0].id}"

    def _application(self, thing: Thing) -> Iterator[str]:
        if not self._named(thing):
            yield "the inventory names no such application"
        yield from self._same_name(thing)
        if thing.members.get("displayName") in self._created(
            "qbusiness_application_create", "qbusiness_application_display_name"
        ):
            return
        provider = thing.members.get("iamIdentityProviderArn")
        for other in self._of_kind("application", self._before):
            if provider and other.members.get("iamIdentityProviderArn") == provider and not self._named(other):
                yield f"{other.title} signs in by the same provider, and the inventory does not have it"

    def _okta_app(self, thing: Thing) -> Iterator[str]:
        if not self._named(thing):
            yield "the inventory names no such app"
        yield from self._same_name(thing)
        labels = ("okta_saml_app_label", "okta_oidc_app_label")
        if any(thing.members.get("label") in self._created("okta_app_create", label) for label in labels):
            return
        for host in self._inventory.hosts.values():
            if thing.members.get("label") not in (host.get(label) for label in labels):
                continue
            for provider in self._of_kind("SAML provider", self._before):
                if provider.names[-1] == host.get("iam_identity_provider_name"):
                    yield f"its {provider.title} is in use by an app that was there"

    def _created(self, switch: str, name: str) -> list[Any]:
        """The names of what the inventory says yes to."""
        return [host.get(name) for host in self._inventory.hosts.values() if host.get(switch)]

    def _same_name(self, thing: Thing) -> Iterator[str]:
        twins = [item for item in self._earlier(thing) if item.names[-1] == thing.names[-1]]
        if twins:
            yield f"there is one of this name, {twins[0].id}"

    def _earlier(self, thing: Thing) -> list[Thing]:
        """Its siblings that were there, or that of two new ones is not the one too many."""
        return [item for item in self._siblings(thing, self._after) if item.key in self._before or item.id < thing.id]

    def _twin(self, thing: Thing, member: str) -> Iterator[str]:
        for other in self._earlier(thing):
            if other.members[member] == thing.members[member]:
                yield f"{other.title} has the same {member}"

    @staticmethod
    def _of_kind(kind: str, things: Things) -> list[Thing]:
        return [thing for thing in things.values() if thing.kind == kind]

    # -- roles and secrets --------------------------------------------------------------------------------------

    def _role(self, thing: Thing) -> Iterator[str]:
        if self._named(thing):
            return
        purpose = _purpose(thing)
        for application in self._of_kind("application", self._before):
            if self._is_for(thing, application, self._after):
                for other in self._of_kind("role", self._before):
                    if _purpose(other) == purpose and self._is_for(other, application, self._before):
                        yield f"{application.title} has {other.title} for the same purpose"

    def _is_for(self, role: Thing, application: Thing, things: Things) -> bool:
        """Whether a role names the application, or the application or one of its parts names the role."""
        if application.id in json.dumps(dict(role.members)):
            return True
        return any(
            role.id in json.dumps(dict(part.members), default=str)
            for part in things.values()
            if part.members.get("applicationId") == application.id
        )

    def _secret(self, thing: Thing) -> Iterator[str]:
        if thing.names[-1] in self._scalars:
            return
        for experience in self._of_kind("web experience", self._before):
            client = (experience.members.get("identityProviderConfiguration") or {}).get("openIDConnectConfiguration")
            old = self._before.get(f"secret {client['secretsArn']}") if client else None
            same = old is not None and set(old.members["value"].values()) & set(thing.members["value"].values())
            if old is not None and same:
                yield f"{old.title} holds the same client secret, and {experience.title} uses it"
                return

    # -- authorization servers ----------------------------------------------------------------------------------

    def _on_server(self, thing: Thing) -> Iterator[str]:
        yield from self._same_name(thing)
        if thing.kind == "access policy" and not self._named(thing):
            clients = set(_clients(thing))
            for other in self._siblings(thing, self._before):
                if clients and clients <= set(_clients(other)):
                    yield f"{other.title} lets the same clients in"


def _purpose(role: Thing) -> str:
    trust = json.dumps(role.members["trust_policy"])
    return next((purpose for purpose in _PURPOSES if f'"{purpose}"' in trust), "")


def _clients(policy: Thing) -> list[str]:
    conditions = policy.members.get("conditions") or {}
    return [str(client) for client in (conditions.get("clients") or {}).get("include") or []]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unsaid: what a plan did not name and the run did, and what is live beside the inventory and no output names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from changes import Change
from inventory import Inventory
from things import Thing, Things
from verdict import Fault

#: Kinds without a name of their own in a plan: naming what they belong to names them.
_BY_PARENT = ("web experience", "retriever", "document", "claim", "policy rule", "access policy")


def not_in_plan(before: Things, after: Things, found: Iterable[Change], plan: str) -> Iterator[Fault]:
    """Objects that the run created, changed or deleted, and that the plan did not name."""
    for change in found:
        thing = change.thing
        if thing.kind == "sync jobs" or _follows(thing, before):
            continue
        if not any(_named(name, plan) for name in _names(thing, {**before, **after})):
            yield Fault("unsaid", f"the plan does not name it: {change}")


def beside_inventory(before: Things, inventory: Inventory, output: str) -> Iterator[Fault]:
    """Live applications, data sources and groups that the inventory does not have, and that the run did not name."""
    for thing in (*_sources(before, inventory), *_applications(before, inventory)):
        if not any(_named(name, output) for name in thing.names):
            yield Fault("unsaid", f"beside the inventory, and the run does not name it: {thing.title} ({thing.id})")
    for app, group in _groups(before, inventory):
        if not _named(group, output):
            yield Fault("unsaid", f"beside the inventory, and the run does not name it: group {group} of {app.title}")


def _follows(thing: Thing, before: Things) -> bool:
    """Whether an object comes with another: a document that a data source in use brought in or took away."""
    return thing.kind == "document" and f"data source {thing.members['dataSourceId']}" in before


def _names(thing: Thing, things: Things) -> Iterator[str]:
    yield from thing.names
    if thing.kind in _BY_PARENT:
        while thing.parent in things:
            thing = things[thing.parent]
            yield from thing.names


def _named(name: str, output: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", output) is not None


def _hosts_of(application: Thing, inventory: Inventory) -> list[Mapping[str, Any]]:
    """The hosts that mean an application: by its id or its name."""
    return [
        host
        for host in inventory.hosts.values()
        if application.id == host.get("qbusiness_application_id")
        or application.names[-1] == host.get("qbusiness_application_display_name")
    ]


def _sources(before: Things, inventory: Inventory) -> Iterator[Thing]:
    """Data sources that the list of their application lost."""
    for thing in before.values():
        if thing.kind != "data source":
            continue
        application = before[f"application {thing.members['applicationId']}"]
        for host in _hosts_of(application, inventory):
            listed = host.get("qbusiness_knowledge_data_sources")
            known = {str(item.get(key)) for item in listed or [] for key in ("name", "data_source_id")}
            if listed is not None and not known & set(thing.names):
                yield thing


def _applications(before: Things, inventory: Inventory) -> Iterator[Thing]:
    """Applications that sign in by a provider of the inventory's applications and are not in it."""
    live = [thing for thing in before.values() if thing.kind == "application"]
    providers = {thing.members.get("iamIdentityProviderArn") for thing in live if _hosts_of(thing, inventory)} - {None}
    for thing in live:
        if thing.members.get("iamIdentityProviderArn") in providers and not _hosts_of(thing, inventory):
            yield thing


def _groups(before: Things, inventory: Inventory) -> Iterator[tuple[Thing, str]]:
    """Groups that are assigned to an app and that the list of its identity lost."""
    for thing in before.values():
        if thing.kind != "Okta app":
            continue
        for protocol in ("saml", "oidc"):
            for host in inventory.hosts.values():
                listed = host.get(f"okta_{protocol}_app_groups")
                if listed and host.get(f"okta_{protocol}_app_label") == thing.names[-1]:
                    yield from ((thing, group) for group in thing.members["groups"] if group not in listed)

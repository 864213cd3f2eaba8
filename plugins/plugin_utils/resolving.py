# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task that begins a run: check the inventory, read the live estate, and decide what the hosts mean."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from ..module_utils.aws import Aws
from ..module_utils.errors import InputError, InUseError, ServiceError
from ..module_utils.federation.detail import ROLES, Part
from ..module_utils.federation.host_variables import items_of
from ..module_utils.federation.inventory import Inventory
from ..module_utils.federation.live import Live, Look
from ..module_utils.federation.names import NAMES
from ..module_utils.federation.reader import Reader
from ..module_utils.federation.removal import Removal, kept
from ..module_utils.federation.resolution import Resolver
from ..module_utils.host import Context, Function
from . import shared
from .controller import Controller
from .existence import Existence
from .hosts import APPLICATIONS, IDENTITIES
from .inventory.check import error_lines, variable_errors
from .inventory.creation import ROLE_NAMES, SOURCES, creation_errors
from .run_hosts import groups_of, variables_of
from .telling import tell

REMOVE = "remove"
#: Purposes whose runs may create objects.
CREATES = frozenset({"configure", "identities", "applications"})
#: What is read of an application. Tags are left to the tasks that set some.
DETAIL = ROLES.without(Part.TAGS)


class Resolve(Controller):
    """Runs in the controller, as it needs the variables of all hosts."""

    def reason_to_hand_over(self, variables: Mapping[str, Any]) -> str:
        return ""

    def arguments(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        # The task is for all hosts: a region that one of them sets is not the connection's.
        return dict(self._task.args)

    def function_of(self, variables: Mapping[str, Any]) -> Function:
        groups = groups_of(variables)
        names = dict.fromkeys([*groups[IDENTITIES], *groups[APPLICATIONS]])
        hosts = variables_of(variables, names)
        play = frozenset(variables.get("ansible_play_hosts_all") or names)
        return lambda context: resolve(context, groups, hosts, play & frozenset(names))


def resolve(
    context: Context, groups: Mapping[str, list[str]], hosts: Mapping[str, dict[str, Any]], in_run: frozenset[str]
) -> dict[str, Any]:
    """Return what the hosts of an inventory mean.

    :raises FederationError: the account or the org cannot be read, or a removal cannot be decided
    """
    parameters = context.parameters
    purpose, protocols = str(parameters["purpose"]), list(parameters["protocols"])
    inventory = Inventory(groups[IDENTITIES], groups[APPLICATIONS], hosts, in_run)
    context.aws = connection_of(context.aws, inventory)
    errors = variable_errors(hosts, groups, region=lambda _name: context.aws.region)
    if errors.get(""):
        raise InputError(error_lines({"": errors.pop("")}))
    reader = reader_of(context)
    look = Look(reader, inventory, protocols, DETAIL, context.aws.region)
    live = look.live
    header = head(live, inventory, context)
    tell([header])
    for name, texts in errors.items():
        for text in texts:
            live.refuse(name, text)
    look.all()
    if purpose in CREATES:
        mine = [name for name in hosts if name in in_run and name in {*look.hosts, *look.identities}]
        existence = Existence(context.aws, context.okta, inventory, live, context.aws.region)
        existence.refuse_missing(mine)
        existence.refuse_missing_files([name for name in mine if name in look.hosts])
        for name in (name for name in look.hosts if name in in_run):
            refuse_creation(live, name, hosts[name])
    confirmed = any(inventory.flag(name, "qbusiness_remove_confirm") for name in in_run)
    removals = not any(inventory.text(name, "federation_removals").lower() in ("no", "false") for name in in_run)
    resolver = Resolver(
        reader, inventory, live, look.identities, purpose, context.aws.region, confirmed, context.check_mode, removals
    )
    resolver.resolve()
    notes = remove_notes(context, resolver, look)
    refused = {name: "\n".join(texts) for name, texts in live.refused.items() if name in in_run}
    tell(notes)
    return {
        "changed": False,
        "check_mode": context.check_mode,
        "purpose": purpose,
        "header": header,
        "refused": refused,
        "unread": live.unread,
        "beside": [f'application "{item.name}" ({item.id})' for item in live.beside],
        "hosts": {
            name: {**host.facts, "variables": host.variables, "notes": host.notes, "refused": name in live.refused}
            for name, host in resolver.hosts.items()
        },
    }


def refuse_creation(live: Live, name: str, variables: Mapping[str, Any]) -> None:
    """Refuse a host where a new object would need what it does not set."""
    application = live.applications.get(name)
    sources = {source.name for source in application.data_sources} if application else set()
    items = [item for _place, item in items_of(variables, SOURCES) if not item.get("data_source_id")]
    new = [str(item.get("name")) for item in items if item.get("name") not in sources]
    for text in creation_errors(variables, list(ROLE_NAMES) if application is None else (), new):
        live.refuse(name, text)


def connection_of(aws: Aws, inventory: Inventory) -> Aws:
    """Return the connection to AWS; where it has no region itself, in that of the first host.

    :raises InputError: neither it nor a host has a region
    """
    names = list(dict.fromkeys([*inventory.applications, *inventory.identities]))
    try:
        if aws.region:
            return aws
    except ServiceError:
        pass
    without = [name for name in names if not inventory.region(name)]
    if without or not names:
        text = (
            f"qbusiness_region: is required for {', '.join(without)}, since the AWS connection has "
            "no region. Set it to a "
            "region such as us-east-1, or set AWS_REGION in the environment."
        )
        raise InputError([text])
    return aws.in_region(inventory.region(names[0]))


def reader_of(context: Context) -> Reader:
    """Return a reader whose answers the tasks of the run share.

    :raises FederationError: a connection option is wrong
    """
    answers = shared.answers()
    with contextlib.suppress(OSError):
        answers.begin()
        shared.journal().begin()
    context.aws.answers = context.okta.answers = answers
    return Reader(context.aws, context.okta, secrets=context.secrets)


def head(live: Live, inventory: Inventory, context: Context) -> str:
    """Return the line that says where a run works."""
    named = {inventory.region(name) or context.aws.region for name in inventory.applications or inventory.identities}
    regions = ", ".join(sorted(named)) or context.aws.region
    word = "regions" if len(named) > 1 else "region"
    return f"AWS account {live.caller.account}, {word} {regions}; Okta org {context.okta.origin}"


def remove_notes(context: Context, resolver: Resolver, look: Look) -> list[str]:
    """Return what a removal would take along, or what it will; and note it with the hosts.

    :raises InputError: something is refused, or a limit leaves out an identity: then nothing is removed
    """
    inventory, live = resolver.inventory, resolver.live
    removal = Removal(context.aws, resolver.reader, inventory, live, resolver.hosts, NAMES)
    if resolver.purpose != REMOVE:
        absent = [name for name in look.hosts if inventory.is_removed(name) and name in live.applications]
        lines = []
        for name in absent:
            lost = removal.application(name)
            resolver.hosts[name].facts["losses"] = lost
            if not resolver.confirmed:
                resolver.hosts[name].notes.append(kept(live.applications[name]))
            lines += _lines(f"{name}: its removal {'takes' if resolver.confirmed else 'would take'} along:", lost)
        return lines
    return _remove(resolver, look, removal)


def _remove(resolver: Resolver, look: Look, removal: Removal) -> list[str]:
    inventory, live = resolver.inventory, resolver.live
    refused = [f"{name}: {text}" for name, texts in live.refused.items() for text in texts if name in inventory.in_run]
    if refused:
        raise InputError(["\n".join(["Nothing was removed, as hosts are refused.", *refused])])
    left_out = removal.left_out()
    if left_out:
        raise InUseError(
            f"Nothing was removed. The limit leaves out {', '.join(left_out)}: what the "
            "applications have put on it, their "
            "URLs and role values, would stay in Okta. Add it to --limit; or, to leave it as it is, run again with "
            "-e qbusiness_remove_without_identity=yes.",
            used_by=left_out,
        )
    lines: list[str] = []
    for name in (name for name in inventory.applications if name in inventory.in_run and name in look.hosts):
        lost = removal.application(name)
        resolver.hosts[name].facts["losses"] = lost
        lines += _lines(f"{name}: lost with the application:", lost)
    for name in (name for name in look.identities if name in inventory.in_run and name in inventory.identities):
        lost = removal.identity(name, live.listed)
        facts = resolver.hosts[name].facts
        facts.setdefault("losses", []).extend(lost)
        if facts["used_by"]:
            lines += _lines(f"{name}: the identity stays, as it is in use by:", facts["used_by"])
        else:
            lines += _lines(f"{name}: lost with the identity:", lost)
        if facts.get("kept"):
            lines.append(f"{name}: {facts['kept']}")
        if not (resolver.confirmed or resolver.checks):
            facts["removes"] = facts["identity"] = ""
    if not (resolver.confirmed or resolver.checks):
        lines.append(
            "Nothing is removed. All that is named above would be lost for good; to go on, run again with "
            "-e qbusiness_remove_confirm=yes."
        )
    return lines


def _lines(title: str, items: list[str]) -> list[str]:
    return [title, *(f"  - {item}" for item in items or ["nothing"])]

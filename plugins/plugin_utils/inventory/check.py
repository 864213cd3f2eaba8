# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that can be seen to be wrong with an inventory before a service is asked: each thing once, by host."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ...module_utils.federation.host_variables import LABELS, OIDC, is_set, names_protocol
from . import across, specs
from .forms import checked
from .hosts import application_faults, identity_faults
from .rows.table import rows
from .unknown import unknown_variables
from .values import listed, near
from .variables import literal_defaults

IDENTITIES, APPLICATIONS = "identities", "applications"
GROUPS = (IDENTITIES, APPLICATIONS)
#: The key of what is no host's fault.
ANYWHERE = ""
#: So many hosts are named for one sentence.
NAMED = 5


def variable_errors(
    hosts: Mapping[str, Mapping[str, Any]],
    groups: Mapping[str, Sequence[str]],
    *,
    run: Mapping[str, Any] | None = None,
    needed: Collection[str] = (),
    region: Callable[[str], str] | None = None,
    account: Callable[[str], str] | None = None,
) -> dict[str, list[str]]:
    """Return, by host, a sentence for each thing that is wrong; the key ``""`` holds what no host is to blame for.

    :param hosts: the variables of each host of the two groups, and of those that ``qbusiness_identity`` names: known
        ones templated (:func:`.variables.names_of_hosts`), others by name alone
    :param groups: the inventory's groups
    :param run: variables of the command line, which all hosts have
    :param needed: groups that the playbook cannot do without
    :param region: host → region of its connection, where no variable says it
    :param account: host → what tells the accounts of hosts apart; by default there is one
    """
    found: dict[str, list[str]] = {}
    extra = dict(run or {})
    for sentence in (*_group_faults(groups, needed), *_run_faults(extra)):
        found.setdefault(ANYWHERE, []).append(sentence)
    values: dict[str, Mapping[str, Any]] = {}
    members = {group: [host for host in groups.get(group) or () if host in hosts] for group in GROUPS}
    for host, variables in hosts.items():
        values[host], faults = _host(host, variables, [name for name in GROUPS if host in members[name]], extra)
        if faults:
            found[host] = faults
    places = _Places(values, extra, region, account)
    estate = across.Estate(values, members[IDENTITIES], members[APPLICATIONS], places.region, places.account)
    for host, fault in across.faults(estate):
        known = found.setdefault(host, [])
        _add(known, [fault])
    return {host: faults for host, faults in found.items() if faults}


def error_lines(errors: Mapping[str, Sequence[str]]) -> list[str]:
    """Return each sentence once, after the hosts that it is about."""
    hosts: dict[str, list[str]] = {}
    for host, sentences in errors.items():
        for sentence in sentences:
            hosts.setdefault(sentence, []).append(host)
    return [f"{_heading(names)}{sentence}" for sentence, names in hosts.items()]


def _heading(names: Sequence[str]) -> str:
    shown = [name for name in names if name][:NAMED]
    more = len([name for name in names if name]) - len(shown)
    text = ", ".join(shown) + (f" and {more} more" if more else "")
    return f"{text}: " if text else ""


# -- groups and run --


def _group_faults(groups: Mapping[str, Sequence[str]], needed: Collection[str]) -> Iterator[str]:
    empty = [group for group in GROUPS if not groups.get(group)]
    if len(empty) == len(GROUPS):
        others = [name for name in groups if name not in (*GROUPS, "all", "ungrouped")]
        hints = [f"Did you mean {fit} to be {group}? " for group in GROUPS if (fit := near(group, others, 0.8))]
        yield (
            f"inventory: has no host in the groups {listed(GROUPS)}. {''.join(hints)}Allowed is an inventory with "
            "hosts in them, such as ansible-playbook -i inventory.yml."
        )
        return
    for group in empty:
        if group in needed:
            yield f"inventory: has no host in the group {group}. Allowed is at least one host in it, such as assistant."


def _run_faults(extra: Mapping[str, Any]) -> list[str]:
    options = {name: spec for name, spec in specs.load().options() if name in extra}
    _values, faults = _values_of(extra, options)
    return [*unknown_variables(extra), *faults]


# -- one host --


def _host(
    host: str, variables: Mapping[str, Any], groups: Sequence[str], extra: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a host in the types of their specs, and what is wrong with them."""
    options = _options(variables, groups)
    values, faults = _values_of(variables, options)
    said = [fault for fault in faults if _variable(fault) not in extra]
    if groups:
        _add(said, (text for text in unknown_variables(variables) if _variable(text) not in extra))
    if IDENTITIES in groups:
        _add(said, identity_faults(host, values), beside=faults)
    if APPLICATIONS in groups:
        _add(said, application_faults(host, values), beside=faults)
    return values, said


def _options(variables: Mapping[str, Any], groups: Sequence[str]) -> dict[str, specs.Spec]:
    """Return the specs of the variables that matter to a host of these groups: roles that it does not run do not."""
    declared = specs.load()
    names: list[str] = []
    scopes = {"all", "run", *groups}
    if IDENTITIES in groups or any(is_set(variables.get(label)) for label in LABELS.values()):
        scopes.add(IDENTITIES)
        names += specs.OIDC_ROLES if names_protocol(variables) == OIDC else specs.SAML_ROLES
    if APPLICATIONS in groups:
        names += specs.APPLICATION_ROLES
    found = {name: spec for name, spec in declared.playbooks.items() if spec["scope"] in scopes}
    for role in names:
        found |= declared.roles[role]
    # An identity's label decides between protocols, so it is read of every host.
    found |= {label: declared.of(label) for label in LABELS.values()}
    return {name: spec for name, spec in found.items() if name in variables}


def _values_of(variables: Mapping[str, Any], options: Mapping[str, specs.Spec]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, spec in options.items():
        values[name], found = checked(name, spec, variables[name])
        faults += found
        if not found:
            faults += _emptiness(name, values[name])
        further = [fault for row in rows().get(name, ()) for fault in row.faults(values[name])]
        _add(faults, further)
    return values, faults


def _emptiness(name: str, value: Any) -> list[str]:
    """Return the fault of an empty text where a role has a default that is none: it would go to the service as it "
    "is."""
    default = _defaults().get(name)
    if value != "" or not isinstance(default, str) or not default:
        return []
    return [
        f"{name}: is empty. Allowed is a text, such as {default}, which is the default; leave the variable out for it."
    ]


@cache
def _defaults() -> dict[str, Any]:
    return {name: value for role in specs.load().roles for name, value in literal_defaults(role).items()}


def _variable(sentence: str) -> str:
    return re.split(r"[\[.:]", sentence, maxsplit=1)[0]


def _add(said: list[str], more: Any, beside: Sequence[str] = ()) -> None:
    """Add sentences about values of which nothing was said so far: each thing once."""
    places = [text.partition(": ")[0] for text in (*said, *beside)]
    for sentence in more:
        place = sentence.partition(": ")[0]
        if not any(place.startswith(other) or other.startswith(place) for other in places):
            said.append(sentence)


class _Places:
    """Where the objects of hosts are."""

    def __init__(
        self,
        values: Mapping[str, Mapping[str, Any]],
        extra: Mapping[str, Any],
        region: Callable[[str], str] | None,
        account: Callable[[str], str] | None,
    ) -> None:
        self._values = values
        self._run_region = extra.get("federation_region")
        self._region = region or (lambda _host: "")
        self._account = account or (lambda _host: "")

    def region(self, host: str) -> str:
        """Return the region of a host's application."""
        values = self._values[host]
        named = (self._run_region, values.get("federation_region"), values.get("qbusiness_region"))
        return next((str(name) for name in named if is_set(name)), "") or self._region(host)

    def account(self, host: str) -> str:
        """Return what tells the account of a host from others."""
        return self._account(host)

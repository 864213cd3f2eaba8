# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several hosts may not have in common, and what a host may name of another."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...module_utils.federation.host_variables import IDENTITY, LABELS, SAML, identity_of, is_set, protocol_of
from .hosts import extensions_by_saml
from .values import listed, near, shown

Fault = tuple[str, str]


@dataclass(frozen=True)
class Estate:
    """The hosts of an inventory, and where their objects are."""

    hosts: Mapping[str, Mapping[str, Any]]
    identities: Sequence[str]
    applications: Sequence[str]
    region: Callable[[str], str]
    account: Callable[[str], str]

    def value(self, host: str, variable: str) -> Any:
        """Return a variable of a host; ``None`` where it is not set."""
        value = self.hosts[host].get(variable)
        return value if is_set(value) else None


def faults(estate: Estate) -> Iterator[Fault]:
    """Return a host and a sentence for each thing that is wrong between hosts."""
    for check in (_known_identity, _display_names, _pins, _labels, _providers, _one_web_experience, _extensions):
        yield from check(estate)


def _known_identity(estate: Estate) -> Iterator[Fault]:
    labelled = [host for host, variables in estate.hosts.items() if protocol_of(variables)]
    for host in estate.applications:
        named = estate.value(host, IDENTITY)
        identity = host if named is None else str(named)
        if identity in labelled:
            continue
        example = labelled[0] if labelled else "acme"
        if named is None:
            wrong = f"is required, as {host} itself has neither an okta_saml_app_label nor an okta_oidc_app_label"
        elif identity in estate.hosts:
            wrong = f"{shown(named)} is a host without an okta_saml_app_label or okta_oidc_app_label"
        else:
            wrong = f"{shown(named)} is not a host of the inventory"
        fit = near(str(named), labelled) if named else ""
        hint = f" Did you mean {fit}?" if fit else ""
        text = (
            f"qbusiness_identity: {wrong}.{hint} Allowed is a host of the group identities, such as {fit or example}."
        )
        yield host, text


def _same(hosts: Sequence[str], key: Callable[[str], Hashable | None]) -> Iterator[tuple[str, list[str]]]:
    """Return each host that has a key in common with others, and those others."""
    groups: dict[Hashable, list[str]] = {}
    for host in dict.fromkeys(hosts):
        found = key(host)
        if found is not None:
            groups.setdefault(found, []).append(host)
    for members in groups.values():
        for host in members if len(members) > 1 else ():
            yield host, [other for other in members if other != host]


def _told_apart(estate: Estate, host: str, others: Sequence[str], pin: str) -> bool:
    """Return whether objects of one name are told apart by their IDs."""
    pins = [estate.value(name, pin) for name in (host, *others)]
    return None not in pins and len(set(pins)) == len(pins)


def _display_names(estate: Estate) -> Iterator[Fault]:
    variable = "qbusiness_application_display_name"

    def key(host: str) -> Hashable | None:
        name = estate.value(host, variable)
        return None if name is None else (name, estate.account(host), estate.region(host))

    for host, others in _same(estate.applications, key):
        if not _told_apart(estate, host, others, "qbusiness_application_id"):
            region = estate.region(host)
            text = (
                f"{variable}: {shown(estate.value(host, variable))} is the name of {listed(others)}, too, in one "
                f"account and region{f' ({region})' if region else ''}. Allowed is one host for each application, "
                f"such as {variable}: {host}, or qbusiness_application_id on each of them where both exist."
            )
            yield host, text


def _pins(estate: Estate) -> Iterator[Fault]:
    for variable, hosts in (
        ("qbusiness_application_id", estate.applications),
        ("qbusiness_knowledge_index_id", estate.applications),
        ("qbusiness_knowledge_retriever_id", estate.applications),
        ("qbusiness_web_experience_id", estate.applications),
        ("okta_app_id", estate.identities),
    ):
        for host, others in _same(hosts, partial(estate.value, variable=variable)):
            text = (
                f"{variable}: {shown(estate.value(host, variable))} is that of {listed(others)}, too. Allowed is one "
                f"host for each ID, such as {host} alone."
            )
            yield host, text


def _labels(estate: Estate) -> Iterator[Fault]:
    """One org holds the apps of all hosts, whatever their protocol: an app is found by its label alone."""

    def key(host: str) -> Hashable | None:
        protocol = protocol_of(estate.hosts[host])
        return estate.value(host, LABELS[protocol]) if protocol else None

    for host, others in _same(estate.identities, key):
        if not _told_apart(estate, host, others, "okta_app_id"):
            variable = LABELS[protocol_of(estate.hosts[host])]
            text = (
                f"{variable}: {shown(estate.value(host, variable))} is the label of {listed(others)}, too. Allowed is "
                "a label of its own for each identity, such as Amazon Q Business of one team, or okta_app_id on each "
                "of them where both exist."
            )
            yield host, text


def _providers(estate: Estate) -> Iterator[Fault]:
    variable = "iam_identity_provider_name"

    def key(host: str) -> Hashable | None:
        name = estate.value(host, variable)
        saml = protocol_of(estate.hosts[host]) == SAML
        return (name, estate.account(host)) if name is not None and saml else None

    for host, others in _same(estate.identities, key):
        text = (
            f"{variable}: {shown(estate.value(host, variable))} is the name of the SAML provider of {listed(others)}, "
            "too, and a provider holds the metadata of one Okta app. Allowed is a provider for each identity, such "
            f"as okta-{host}."
        )
        yield host, text


def _one_web_experience(estate: Estate) -> Iterator[Fault]:
    def key(host: str) -> Hashable | None:
        identity = identity_of(host, estate.hosts)
        if protocol_of(estate.hosts.get(identity) or {}) != SAML or not _has_web_experience(estate, host):
            return None
        return identity

    for host, others in _same(estate.applications, key):
        identity = identity_of(host, estate.hosts)
        text = (
            f"qbusiness_identity: {shown(identity)} has the generated web experience of {listed(others)}, too, and an "
            "Okta SAML app sends people to one only. Allowed is one generated web experience for each identity by "
            f"SAML, such as an identity of its own for {host}, OpenID Connect, or a URL of its own "
            "(qbusiness_application_url)."
        )
        yield host, text


def _has_web_experience(estate: Estate, host: str) -> bool:
    """Return whether an application is to have a generated web experience."""
    states = ("qbusiness_application_state", "qbusiness_web_experience_state")
    absent = any(estate.value(host, name) == "absent" for name in states)
    return not absent and estate.value(host, "qbusiness_application_url") is None


def _extensions(estate: Estate) -> Iterator[Fault]:
    for host in estate.applications:
        identity = estate.hosts.get(identity_of(host, estate.hosts)) or {}
        if protocol_of(identity) == SAML:
            yield from ((host, fault) for fault in extensions_by_saml(estate.hosts[host]))

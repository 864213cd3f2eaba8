# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read single variables of hosts: whether one is set, lists that a survey answers as a text, protocol, identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SAML, OIDC = "saml", "oidc"
#: The variable that makes a host an identity, by protocol; a host with both uses OpenID Connect.
LABELS = {OIDC: "okta_oidc_app_label", SAML: "okta_saml_app_label"}
IDENTITY = "qbusiness_identity"


def is_set(value: Any) -> bool:
    """Return whether a variable is set: neither null nor a survey's answer to a field that nobody filled in."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def is_on(value: Any) -> bool:
    """Return whether a switch is on, in any of the spellings that Ansible takes."""
    return value is True or str(value).strip().lower() in ("yes", "y", "true", "t", "on", "1", "1.0")


def text_list(value: Any) -> list[Any]:
    """Return the items of a list, or of a survey's text: its lines, or what commas separate; a number as a list."""
    if isinstance(value, str):
        items = value.split("\n" if "\n" in value else ",")
        return [item.strip() for item in items if item.strip()]
    if isinstance(value, (int, float)):
        return [value]
    return list(value) if isinstance(value, Iterable) and not isinstance(value, Mapping) else []


def items_of(host: Mapping[str, Any], variable: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the maps in a list, each with its place. The check of the inventory refuses what is none."""
    value = host.get(variable)
    found = value if isinstance(value, (list, tuple)) else ()
    return [(place, item) for place, item in enumerate(found) if isinstance(item, Mapping)]


def protocol_of(host: Mapping[str, Any]) -> str:
    """Return the protocol of an identity, by the label that is set; empty for a host that is no identity."""
    return next((protocol for protocol, label in LABELS.items() if _has(host, label)), "")


def _has(host: Mapping[str, Any], variable: str) -> bool:
    """Return whether a variable is set, for a host of Ansible too, which evaluates a variable as it is asked for."""
    try:
        return is_set(host.get(variable))
    except Exception:  # it cannot be evaluated, so it is set to something: the inventory's check says so
        return True


def names_protocol(host: Mapping[str, Any]) -> str:
    """Return the protocol whose label is there, empty or not; empty where neither is."""
    return protocol_of(host) or next((protocol for protocol, label in LABELS.items() if label in host), "")


def identity_of(name: str, hosts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the host that an application's identity is; its own where it names none of the inventory."""
    named = (hosts.get(name) or {}).get(IDENTITY)
    return str(named) if is_set(named) and str(named) in hosts else name

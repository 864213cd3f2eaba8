# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identities of an inventory: the protocol of a host, and the identity of an application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import is_set

SAML, OIDC = "saml", "oidc"
LABELS = {SAML: "okta_saml_app_label", OIDC: "okta_oidc_app_label"}


def protocol_of(variables: Mapping[str, Any]) -> str:
    """Return the protocol of an identity's host, by the label that it has; ``""`` without one."""
    return next((name for name in (OIDC, SAML) if is_set(variables.get(LABELS[name]))), "")


def names_protocol(variables: Mapping[str, Any]) -> str:
    """Return the protocol whose label is there, empty or not; ``""`` where neither is."""
    return protocol_of(variables) or next((name for name in (OIDC, SAML) if LABELS[name] in variables), "")


def identity_of(host: str, hosts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the host by whose identity the people of an application sign in: the one that it names, or itself."""
    named = hosts[host].get("qbusiness_identity")
    return str(named) if is_set(named) else host

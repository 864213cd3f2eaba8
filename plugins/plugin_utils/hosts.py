# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the hosts of an inventory belong together: which identity an application has, and by which protocol.

Of a host only single variables are read, one by one: a whole host is to Ansible a copy of all that is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .role_inputs import is_set

HostVars = Mapping[str, Mapping[str, Any]]
#: The groups of an inventory.
IDENTITIES, APPLICATIONS = "identities", "applications"
#: The variable that makes a host an identity, by protocol.
LABELS = {"saml": "okta_saml_app_label", "oidc": "okta_oidc_app_label"}


def value(host: Mapping[str, Any], name: str, default: Any = "") -> Any:
    """Return a variable, or the default where it is not set."""
    found = host.get(name)
    return found if is_set(found) else default


def identity_of(name: str, hosts: HostVars) -> str:
    """Return the host that an application's identity is; its own where it names none of the inventory."""
    named = str(value(hosts[name], "qbusiness_identity", name))
    return named if named in hosts else name


def protocol_of(host: Mapping[str, Any]) -> str:
    """Return ``oidc`` or ``saml``; an empty text for a host that is no identity."""
    return next((protocol for protocol in ("oidc", "saml") if LABELS[protocol] in host), "")


def applications_of(identity: str, names: Iterable[str], hosts: HostVars) -> list[str]:
    """Return those of ``names`` whose identity this is, in their order."""
    return [name for name in names if identity_of(name, hosts) == identity]


def is_removed(host: Mapping[str, Any]) -> bool:
    """Return whether the inventory says that the application is to be removed."""
    return str(value(host, "qbusiness_application_state", "present")) == "absent"


def own_url(host: Mapping[str, Any]) -> str:
    """Return the URL that an application has in place of a web experience, without slashes at its end."""
    return str(value(host, "qbusiness_application_url")).rstrip("/")

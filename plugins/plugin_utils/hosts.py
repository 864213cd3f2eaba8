# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the hosts of an inventory belong together: which identity an application has, and by which protocol.

Of a host only single variables are read, one by one: a whole host is to Ansible a copy of all that is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..module_utils.federation.host_variables import identity_of, is_set

HostVars = Mapping[str, Mapping[str, Any]]
#: The groups of an inventory.
IDENTITIES, APPLICATIONS = "identities", "applications"


def value(host: Mapping[str, Any], name: str, default: Any = "") -> Any:
    """Return a variable, or the default where it is not set."""
    found = host.get(name)
    return found if is_set(found) else default


def applications_of(identity: str, names: Iterable[str], hosts: HostVars) -> list[str]:
    """Return those of ``names`` whose identity this is, in their order."""
    return [name for name in names if identity_of(name, hosts) == identity]


def is_removed(host: Mapping[str, Any]) -> bool:
    """Return whether the inventory says that the application is to be removed."""
    return str(value(host, "qbusiness_application_state", "present")) == "absent"


def own_url(host: Mapping[str, Any]) -> str:
    """Return the URL that an application has in place of a web experience, without slashes at its end."""
    return str(value(host, "qbusiness_application_url")).rstrip("/")

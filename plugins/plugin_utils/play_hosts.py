# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a play of the playbooks is for, by what ``federation_resolve`` has answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .application_values import application_values
from .hosts import APPLICATIONS, IDENTITIES, HostVars

#: A pattern that matches no host, and gives no warning.
NOBODY = ["all", "!all"]
Facts = Mapping[str, Any]
#: Plays by name: the group, and whether a host of it takes part.
PLAYS: dict[str, tuple[str, Callable[[Facts], bool]]] = {
    "saml_identities": (IDENTITIES, lambda facts: facts["identity"] == "saml"),
    "oidc_identities": (IDENTITIES, lambda facts: facts["identity"] == "oidc"),
    "saml_values": (IDENTITIES, lambda facts: facts["identity"] == "saml"),
    "oidc_values": (IDENTITIES, lambda facts: facts["identity"] == "oidc"),
    "saml_removals": (IDENTITIES, lambda facts: facts.get("removes") == "saml"),
    "oidc_removals": (IDENTITIES, lambda facts: facts.get("removes") == "oidc"),
    "applications": (APPLICATIONS, lambda facts: facts["application"] == "present"),
    "removals": (APPLICATIONS, lambda facts: facts["application"] == "absent"),
    "sessions": (APPLICATIONS, lambda facts: facts["application"] == "present"),
}
#: Plays that only write what is not there yet.
VALUES = frozenset({"saml_values", "oidc_values"})
REFUSED = "refused"
#: A sign-in leaves traces, so check mode has none.
SESSIONS = "sessions"


def play_hosts(groups: Mapping[str, Sequence[str]], hosts: HostVars, play: str) -> list[str]:
    """Return the hosts of a play, as a play takes them.

    :param play: one of ``PLAYS``, or ``refused``
    """
    if not hosts:  # a look at the playbook's syntax, or a list of its hosts
        return [PLAYS[play][0] if play in PLAYS else APPLICATIONS]
    federation = _federation(groups, hosts)
    if play == REFUSED:
        return list(federation.get(REFUSED) or {}) or NOBODY
    read = federation.get("hosts") or {}
    group, takes_part = PLAYS[play]
    names = [name for name in groups.get(group) or () if name in read and takes_part(read[name])]
    if play == SESSIONS and federation.get("check_mode"):
        return NOBODY
    if play in VALUES:
        applications = list(groups.get(APPLICATIONS) or ())
        names = [name for name in names if not application_values(applications, hosts, name, federation)["complete"]]
    return names or NOBODY


def _federation(groups: Mapping[str, Sequence[str]], hosts: HostVars) -> Facts:
    """Return the answer of ``federation_resolve``: every host of its play has it."""
    for name in (name for group in (IDENTITIES, APPLICATIONS) for name in groups.get(group) or ()):
        host = hosts[name]
        if "federation" in host:
            federation: Facts = host["federation"]
            return federation
    return {}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory as the decisions see it: the hosts of a run with the variables that they set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .application_decision import Variables, text
from .host_variables import identity_of, is_on, is_set, protocol_of

#: Variables that say the region of a host, the first that is set.
REGIONS = ("federation_region", "qbusiness_region")


@dataclass(frozen=True)
class Inventory:
    """The groups of a run. ``in_run``: the hosts that a limit leaves."""

    identities: Sequence[str]
    applications: Sequence[str]
    variables: Mapping[str, Variables]
    in_run: frozenset[str]

    def host(self, name: str) -> Variables:
        """Return the variables of a host."""
        return self.variables.get(name) or {}

    def over(self, resolved: Variables, name: str) -> Variables:
        """Return the variables that were resolved for a host under those that it sets; an empty one sets nothing."""
        return {**resolved, **{variable: value for variable, value in self.host(name).items() if is_set(value)}}

    def text(self, name: str, variable: str) -> str:
        """Return a variable of a host as text; empty where it is not set."""
        return text(self.host(name), variable)

    def identity_of(self, name: str) -> str:
        """Return the host that an application's identity is; its own where it names none."""
        return identity_of(name, self.variables)

    def applications_of(self, identity: str) -> list[str]:
        """Return the applications of an identity, in the inventory's order."""
        return [name for name in self.applications if self.identity_of(name) == identity]

    def protocol(self, name: str) -> str:
        """Return the protocol of an identity; empty for a host that is none."""
        return protocol_of(self.host(name))

    def region(self, name: str) -> str:
        """Return the region of a host; empty for that of the connection."""
        return next((found for variable in REGIONS if (found := self.text(name, variable))), "")

    def is_removed(self, name: str) -> bool:
        """Return whether the inventory says that an application is to be removed."""
        return self.text(name, "qbusiness_application_state") == "absent"

    def flag(self, name: str, variable: str) -> bool:
        """Return a switch of a host."""
        return is_on(self.host(name).get(variable))

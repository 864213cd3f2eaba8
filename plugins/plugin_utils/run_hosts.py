# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a run, with those of their variables that the collection knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleError

from .hosts import APPLICATIONS, IDENTITIES
from .inventory.values import Untemplatable
from .inventory.variables import names_of_hosts


def variables_of(variables: Mapping[str, Any], hosts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what each host sets: what the collection knows is evaluated, of other variables only the name is kept.

    What cannot be evaluated says so.

    :param variables: those of a task
    """
    every = variables["hostvars"]
    found: dict[str, dict[str, Any]] = {}
    for name in hosts:
        host = every[name]
        known = set(names_of_hosts(host))
        found[name] = {variable: _value(host, variable) if variable in known else None for variable in host}
    return found


def _value(host: Mapping[str, Any], variable: str) -> Any:
    try:
        return host[variable]
    except (AnsibleError, KeyError) as error:
        return Untemplatable(str(getattr(error, "message", error)))


def groups_of(variables: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the hosts of the collection's two groups."""
    groups = variables["groups"]
    return {name: list(groups.get(name) or []) for name in (IDENTITIES, APPLICATIONS)}

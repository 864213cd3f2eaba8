# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the floor's script is to find: the inventory that the playbooks are given, and what differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


def hosts(inventory: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The variables of the one identity and the one application of an inventory."""
    groups = yaml.safe_load(inventory.read_text(encoding="utf-8"))["all"]["children"]
    (identity,) = groups["identities"]["hosts"].values()
    (application,) = groups["applications"]["hosts"].values()
    return identity, application


def fleet(inventory: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the variables of the one identity and of all applications of an inventory."""
    groups = yaml.safe_load(inventory.read_text(encoding="utf-8"))["all"]["children"]
    (identity,) = groups["identities"]["hosts"].values()
    return identity, list(groups["applications"]["hosts"].values())


class Differences:
    """Where what is there is not what is wanted."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def compare(self, where: str, wanted: Any, there: Any) -> None:
        """A mapping may hold more than is wanted of it; everything else is to be equal. A member that is not there is
        as good as an empty one: the services leave those out."""
        if isinstance(wanted, Mapping):
            for key, value in wanted.items():
                self.compare(f"{where}.{key}", value, (there or {}).get(key))
        elif (wanted or None) != (there or None):
            self.found.append(f"{where}: {there!r} instead of {wanted!r}")

    def finish(self) -> None:
        """Raises ``SystemExit`` with what was found, one line each."""
        if self.found:
            raise SystemExit("\n".join(self.found))

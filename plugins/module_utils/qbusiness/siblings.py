# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which objects of a parent the items of one task mean, and which they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import option_name

#: Statuses of objects that will soon not exist.
LEAVING = frozenset({"DELETING", "DELETED"})


@dataclass(frozen=True)
class Siblings:
    """The ids and names by which the items of a list find their objects."""

    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, items: Iterable[Mapping[str, Any]], id_option: str) -> Siblings:
        """:param id_option: the option that holds an object's id"""
        items = list(items)
        ids = frozenset(str(item[id_option]) for item in items if item.get(id_option))
        # The name of an item with an id is what the object is to be called, not how it is found.
        names = (str(item["display_name"]) for item in items if item.get("display_name") and not item.get(id_option))
        return cls(ids, frozenset(names))

    def mean(self, listed: Mapping[str, Any], id_member: str) -> bool:
        """Return whether an item means an object that the service lists."""
        return str(listed.get(id_member)) in self.ids or str(listed.get("displayName")) in self.names

    def unlisted(self, listed: Iterable[Mapping[str, Any]], id_member: str) -> list[dict[str, Any]]:
        """Return id, name, type and status of the listed objects that no item means, by name."""
        members = (id_member, "displayName", "type", "status")
        found = [
            {option_name(member): item[member] for member in members if member in item}
            for item in listed
            if item.get("status") not in LEAVING and not self.mean(item, id_member)
        ]
        return sorted(found, key=lambda item: (str(item.get("display_name")), str(item[option_name(id_member)])))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which live object a host of the inventory means: by its ID, by its name, as the only one there, or a new one."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from dataclasses import dataclass


class Named(t.Protocol):
    """What is used of an object."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


T = t.TypeVar("T", bound=Named)


@dataclass(frozen=True)
class Wording:
    """How messages call a kind of object, and where it was looked for."""

    noun: str
    id_variable: str
    name_variable: str = ""
    where: str = ""

    def listed(self, objects: Sequence[Named]) -> str:
        """Return objects with their names and IDs."""
        return ", ".join(f'"{item.name}" ({item.id})' if item.name else item.id for item in objects)


class RefusedError(Exception):
    """A decision that only a person can make. The text names the variable that makes it."""


def match(
    candidates: Sequence[T], wording: Wording, *, object_id: str = "", name: str = "", single: bool = False
) -> T | None:
    """Return the object that is meant; ``None``: a new one.

    :param object_id: the ID that the inventory pins
    :param name: the name that the inventory sets
    :param single: whether the only candidate is meant whatever its name
    :raises RefusedError: the ID does not exist, or several objects fit
    """
    if object_id:
        found = next((item for item in candidates if item.id == object_id), None)
        if found is None:
            others = f" Existing: {wording.listed(candidates)}." if candidates else ""
            raise RefusedError(f'{wording.id_variable}: {wording.noun} "{object_id}" not found{wording.where}.{others}')
        return found
    hits = [item for item in candidates if name and item.name == name]
    if len(hits) > 1:
        raise RefusedError(
            f"{wording.name_variable or wording.id_variable}: {len(hits)} objects of the kind "
            f"{wording.noun} have the name "
            f'"{name}"{wording.where}: {wording.listed(hits)}. Set {wording.id_variable} to the ID of one.'
        )
    if hits:
        return hits[0]
    if single and len(candidates) == 1:
        return candidates[0]
    if single and candidates:
        raise RefusedError(
            f"{wording.id_variable}: {len(candidates)} objects of the kind {wording.noun} exist{wording.where}: "
            f"{wording.listed(candidates)}. Set {wording.id_variable} to the ID of one"
            + (f", or {wording.name_variable} to its name." if wording.name_variable else ".")
        )
    return None

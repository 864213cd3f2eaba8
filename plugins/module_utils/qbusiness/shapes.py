# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values by their shape in the service model: is what was given so, and what a replaced structure must be sent with."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from typing import Any

from ..compare import same_or_both_empty

if t.TYPE_CHECKING:
    from botocore.model import Shape


def is_document(shape: Shape | None) -> bool:
    """A free JSON document."""
    return bool(getattr(shape, "is_document_type", False))


def is_union(shape: Shape | None) -> bool:
    return bool(getattr(shape, "is_tagged_union", False))


def given_is_so(shape: Shape | None, wanted: Any, current: Any) -> bool:
    """Compare what was given, member by member; what was not given is no difference.

    Lists and maps are compared whole, their items member by member; of unions the arm must be the same.
    """
    if shape is None or is_document(shape):
        return same_or_both_empty(wanted, current)
    kind = shape.type_name
    if kind == "structure" and isinstance(wanted, Mapping):
        there = current if isinstance(current, Mapping) else {}
        if is_union(shape) and set(wanted) != set(there):
            return False
        return all(given_is_so(shape.members.get(member), value, there.get(member)) for member, value in wanted.items())
    if kind == "map" and isinstance(wanted, Mapping) and isinstance(current, Mapping):
        return set(wanted) == set(current) and all(
            given_is_so(shape.value, value, current[key]) for key, value in wanted.items()
        )
    if kind == "list" and isinstance(wanted, (list, tuple)) and isinstance(current, (list, tuple)):
        return len(wanted) == len(current) and all(
            given_is_so(shape.member, left, right) for left, right in zip(wanted, current, strict=True)
        )
    return same_or_both_empty(wanted, current)


def completed(shape: Shape | None, wanted: Any, current: Any) -> Any:
    """``wanted`` with the members of ``current`` that were not given, for a service that replaces whole structures.

    Unions and documents are one value; what the shape does not know (read-only members) is left out.
    """
    if shape is None or shape.type_name != "structure" or is_union(shape) or is_document(shape):
        return wanted
    if not isinstance(wanted, Mapping) or not isinstance(current, Mapping):
        return wanted
    kept = {member: value for member, value in current.items() if member in shape.members and member not in wanted}
    given = {
        member: completed(shape.members.get(member), value, current.get(member)) for member, value in wanted.items()
    }
    return {**kept, **given}


def with_required(shape: Shape | None, wanted: Any, current: Any) -> Any:
    """Return ``wanted`` with the required members of ``current`` that were not given, in structures and in the arm of a
    union that both have: what the service demands beside the one member that is to change."""
    if shape is None or shape.type_name != "structure" or is_document(shape):
        return wanted
    if not isinstance(wanted, Mapping) or not isinstance(current, Mapping):
        return wanted
    kept = {member: current[member] for member in shape.required_members if member in current and member not in wanted}
    # An empty structure clears.
    return wanted and {
        **kept,
        **{
            member: with_required(shape.members.get(member), value, current.get(member))
            for member, value in wanted.items()
        },
    }

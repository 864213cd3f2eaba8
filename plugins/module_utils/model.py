# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service model that botocore ships, read for three things: options to members, members to answers, and checks.

botocore itself checks required members, types and minima; the service checks the rest. Here all of a shape is checked
before anything is sent, and every fault is named by the option that holds it.
Source of every limit: the service model (``service-2.json``) of the installed botocore.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

try:
    from botocore import xform_name
except ImportError:  # the host reports it, in one sentence
    xform_name = None

if t.TYPE_CHECKING:
    from botocore.model import Shape


def option_name(member: str) -> str:
    """``clientIdsForOIDC`` → ``client_ids_for_oidc``: the spelling that boto3 itself uses for operations."""
    if xform_name is None:  # enough for a module to be imported, and to say what is missing
        return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", member)).lower()
    return str(xform_name(member))


def to_members(shape: Shape, value: Any) -> Any:
    """Options of one shape as the service's members; null options are left out. Documents and maps keep their keys."""
    kind = shape.type_name
    if kind == "structure" and not getattr(shape, "is_document_type", False) and isinstance(value, Mapping):
        members = {option_name(name): (name, inner) for name, inner in shape.members.items()}
        return {
            members[key][0] if key in members else key: to_members(members[key][1], item) if key in members else item
            for key, item in value.items()
            if item is not None
        }
    if kind == "list" and isinstance(value, (list, tuple)):
        return [to_members(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: to_members(shape.value, item) for key, item in value.items() if item is not None}
    if kind == "timestamp":
        return _moment(value)
    return value


def _moment(value: Any) -> Any:
    """ISO 8601 text or epoch seconds as a time, UTC where no zone is given; anything else as it is."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return value
    return value


def to_options(shape: Shape, value: Any) -> Any:
    """The reverse of :func:`to_members`, with dates as ISO 8601 text: what a module answers."""
    kind = shape.type_name
    if isinstance(value, datetime):
        return value.isoformat()
    if kind == "structure" and not getattr(shape, "is_document_type", False) and isinstance(value, Mapping):
        return {
            option_name(name): to_options(shape.members[name], item) if name in shape.members else item
            for name, item in value.items()
        }
    if kind == "list" and isinstance(value, (list, tuple)):
        return [to_options(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: to_options(shape.value, item) for key, item in value.items()}
    return value


def faults(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Every way in which ``value`` (members) breaks ``shape``, each as a sentence that starts with the option."""
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return
    if kind == "structure":
        yield from _structure_faults(shape, value, path)
    elif kind == "list":
        yield from _list_faults(shape, value, path)
    elif kind == "map":
        yield from _map_faults(shape, value, path)
    elif kind == "string":
        yield from _string_faults(shape, value, path)
    elif kind in ("integer", "long", "float", "double"):
        yield from _number_faults(shape, value, path)
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{path}: {value!r} is no boolean"
    elif kind == "timestamp" and not isinstance(value, datetime):
        yield f"{path}: {_shown(shape, value)} is no time; right would be 2026-11-24T06:00:00Z"


def _structure_faults(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path}: {_shown(shape, value)} is no dictionary"
        return
    if getattr(shape, "is_tagged_union", False):
        given = [option_name(name) for name in value if name in shape.members]
        if len(given) != 1:
            arms = ", ".join(sorted(option_name(name) for name in shape.members))
            yield f"{path}: exactly one of {arms} is needed, {', '.join(given) if given else 'none'} given"
    for name in shape.required_members:
        if name not in value:
            yield f"{_join(path, name)}: is required"
    for name, item in value.items():
        inner = shape.members.get(name)
        if inner is None:
            yield f"{_join(path, name)}: is unknown to the service; known are " + ", ".join(
                sorted(option_name(member) for member in shape.members)
            )
        else:
            yield from faults(inner, item, _join(path, name))


def _join(path: str, member: str) -> str:
    return f"{path}.{option_name(member)}" if path else option_name(member)


def _list_faults(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, (list, tuple)):
        yield f"{path}: {_shown(shape, value)} is no list"
        return
    yield from _range(shape, len(value), path, "{} items")
    for number, item in enumerate(value):
        yield from faults(shape.member, item, f"{path}[{number}]")


def _map_faults(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path}: {_shown(shape, value)} is no dictionary"
        return
    yield from _range(shape, len(value), path, "{} entries")
    for key, item in value.items():
        yield from faults(shape.key, key, f"{path}.{key} (the key)")
        yield from faults(shape.value, item, f"{path}.{key}")


def _string_faults(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{path}: {_shown(shape, value)} is no text"
        return
    if shape.enum:
        if value not in shape.enum:
            yield f"{path}: {_shown(shape, value)} is none of {', '.join(shape.enum)}"
        return
    length = list(_range(shape, len(value), path, "{} characters"))
    yield from length
    pattern = None if length else compiled(str(shape.metadata.get("pattern") or ""))
    if pattern and not pattern.fullmatch(value):
        yield f"{path}: {_shown(shape, value)} does not match the service's pattern {shape.metadata['pattern']}"


def _number_faults(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"{path}: {_shown(shape, value)} is no number"
        return
    yield from _range(shape, value, path, "{}")


def _range(shape: Shape, size: float, path: str, form: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and size < low) or (high is not None and size > high):
        bounds = f"{low if low is not None else 0} to {high}" if high is not None else f"at least {low}"
        yield f"{path}: {form.format(size)} given, allowed are {bounds}"


def _shown(shape: Shape, value: Any) -> str:
    """A value as a message may show it: never a sensitive one, never a long one."""
    if shape.metadata.get("sensitive"):
        return "the value"
    text = repr(value)
    return text if len(text) <= 100 else text[:97] + "…'"


def compiled(pattern: str) -> re.Pattern[str] | None:
    """A pattern of the model for Python's ``re``; ``None`` where it holds no constraint that ``re`` can state.

    ``\\P{C}`` (no control character) is the only Unicode category that the models used here need.
    """
    if not pattern:
        return None
    try:
        return re.compile(pattern.replace(r"\P{C}", r"[^\x00-\x1f\x7f-\x9f]"))
    except re.error:
        return None

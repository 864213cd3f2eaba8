# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the wire to checked values, by the service model.

Everything that the model states is checked: required members, types, minima and maxima, patterns (as full matches),
enums, the arms of unions. All faults of a request are collected, not only the first (reference section 6.2).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import regex
from botocore.model import ListShape, MapShape, Shape, StructureShape
from werkzeug.wrappers import Request

from qbusiness_sandbox.qbusiness import model, routing
from qbusiness_sandbox.qbusiness.errors import QError

#: What a value is that could not be read.
NOTHING = object()


@cache
def pattern(text: str) -> regex.Pattern[str]:
    """A pattern of the model; the ``regex`` package knows ``\\p{..}``."""
    return regex.compile(text)


class Reader:
    """Reads one request's values and keeps the faults found on the way."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def fault(self, path: str, message: str) -> Any:
        self.faults.append((path, f"Value at '{path}' failed to satisfy constraint: {message}"))
        return NOTHING

    def read(self, shape: Shape, value: Any, path: str) -> Any:
        """``value`` (JSON) as ``shape``; :data:`NOTHING` when it has a fault."""
        reader = getattr(self, f"_{shape.type_name}", None)
        if reader is None:
            raise LookupError(f"The model has a type that is not known: {shape.type_name}")
        return reader(shape, value, path)

    # -- structures ---------------------------------------------------------------------------------------------

    def _structure(self, shape: StructureShape, value: Any, path: str) -> Any:
        if shape.is_document_type:
            return value
        if not isinstance(value, dict):
            return self.fault(path, "Member must be an object")
        # A null member counts as absent, an unknown one is ignored (guess 33); neither can come from botocore.
        given = {name: value[name] for name in shape.members if value.get(name) is not None}
        if shape.is_tagged_union and len(given) != 1:
            return self.fault(path, f"Exactly one member must be set, of {', '.join(shape.members)}")
        return self.members(shape, given, path)

    def members(self, shape: StructureShape, given: Mapping[str, Any], path: str) -> dict[str, Any]:
        """The members of a structure, each read by its own shape."""
        dot = f"{path}." if path else ""
        for name in shape.required_members:
            if name not in given:
                self.fault(f"{dot}{name}", "Member must not be null")
        return {name: self.read(shape.members[name], value, f"{dot}{name}") for name, value in given.items()}

    def _list(self, shape: ListShape, value: Any, path: str) -> Any:
        if not isinstance(value, list):
            return self.fault(path, "Member must be a list")
        self._size(shape, len(value), path, "length")
        return [self._item(shape.member, item, f"{path}.{number}.member") for number, item in enumerate(value, 1)]

    def _map(self, shape: MapShape, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self.fault(path, "Member must be a map")
        self._size(shape, len(value), path, "length")
        return {
            self.read(shape.key, key, f"{path}.key"): self._item(shape.value, item, f"{path}.{key}.value")
            for key, item in value.items()
        }

    def _item(self, shape: Shape, value: Any, path: str) -> Any:
        if value is None:
            return self.fault(path, "Member must not be null")
        return self.read(shape, value, path)

    # -- simple values ------------------------------------------------------------------------------------------

    def _size(self, shape: Shape, size: float, path: str, what: str) -> None:
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and size < low:
            self.fault(path, f"Member must have {what} greater than or equal to {low}")
        if high is not None and size > high:
            self.fault(path, f"Member must have {what} less than or equal to {high}")

    def _string(self, shape: Shape, value: Any, path: str) -> Any:
        if not isinstance(value, str):
            return self.fault(path, "Member must be a string")
        self._size(shape, len(value), path, "length")
        enum = shape.metadata.get("enum")
        if enum and value not in enum:
            return self.fault(path, f"Member must satisfy enum value set: [{', '.join(enum)}]")
        wanted = shape.metadata.get("pattern")
        if wanted and not pattern(wanted).fullmatch(value):
            return self.fault(path, f"Member must satisfy regular expression pattern: {wanted}")
        return value

    def _integer(self, shape: Shape, value: Any, path: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return self.fault(path, "Member must be an integer")
        bits = 63 if shape.type_name == "long" else 31
        if not -(1 << bits) <= value < 1 << bits:
            return self.fault(path, f"Member must fit into {bits + 1} bits")
        self._size(shape, value, path, "value")
        return value

    _long = _integer

    def _boolean(self, shape: Shape, value: Any, path: str) -> Any:
        return value if isinstance(value, bool) else self.fault(path, "Member must be a boolean")

    def _blob(self, shape: Shape, value: Any, path: str) -> Any:
        if not isinstance(value, str):
            return self.fault(path, "Member must be a base64 string")
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return self.fault(path, "Member must be a base64 string")

    def _timestamp(self, shape: Shape, value: Any, path: str) -> Any:
        # Epoch seconds in a body [W].
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.fault(path, "Member must be a timestamp in epoch seconds")
        return float(value)

    # -- text of paths and queries ------------------------------------------------------------------------------

    def text(self, shape: Shape, value: str, path: str) -> Any:
        """A label or a query value as its shape wants it."""
        if shape.type_name in ("integer", "long"):
            if not regex.fullmatch(r"-?[0-9]{1,19}", value):
                return self.fault(path, "Member must be an integer")
            return self.read(shape, int(value), path)
        if shape.type_name == "timestamp":
            try:
                moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
            except ValueError:
                return self.fault(path, "Member must be a timestamp in ISO 8601")
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        return self.read(shape, value, path)


def _query(shape: StructureShape, query: str, reader: Reader) -> dict[str, Any]:
    pairs = parse_qsl(query, keep_blank_values=True)
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.serialization.get("location") != "querystring":
            continue
        values = [value for key, value in pairs if key == member.serialization.get("name", name)]
        if not values:
            continue
        if member.type_name == "list":
            found[name] = reader.read(member, values, name)
        else:
            found[name] = reader.text(member, values[-1], name)
    return found


def _body(request: Request) -> dict[str, Any]:
    data = request.get_data()
    if not data:
        return {}
    try:
        value = json.loads(data)
    except ValueError as error:
        raise QError("ValidationException", "The request body is not JSON", reason="CANNOT_PARSE") from error
    if not isinstance(value, dict):
        raise QError("ValidationException", "The request body is not a JSON object", reason="CANNOT_PARSE")
    return value


def read(request: Request, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """The checked input of an operation. Raises :class:`QError` (ValidationException) with every fault."""
    shape = model.operation(name).input_shape
    reader = Reader()
    params: dict[str, Any] = {}
    for member_name, member in shape.members.items():
        if member.serialization.get("location") == "uri":
            params[member_name] = reader.text(member, labels[member.serialization["name"]], member_name)
    params.update(_query(shape, routing.raw_target(request)[1], reader))
    in_body = {key: member for key, member in shape.members.items() if "location" not in member.serialization}
    if in_body:
        body = _body(request)
        for member_name, member in in_body.items():
            if body.get(member_name) is not None:
                params[member_name] = reader.read(member, body[member_name], member_name)
    for member_name in shape.required_members:
        if member_name not in params:
            reader.fault(member_name, "Member must not be null")
    if reader.faults:
        raise validation_error(reader.faults)
    return params


def validation_error(faults: list[tuple[str, str]]) -> QError:
    """One ValidationException about all faults."""
    count = f"{len(faults)} validation error{'s' if len(faults) > 1 else ''} detected: "
    return QError(
        "ValidationException",
        count + "; ".join(message for _unused, message in faults),
        reason="FIELD_VALIDATION_FAILED",
        fields=[{"name": path, "message": message} for path, message in faults],
    )

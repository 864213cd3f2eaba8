# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query protocol, read and written from the service model; input checked against the model.

The wording of a failed check is IAM's own (``1 validation error detected: Value '…' at 'roleName' failed to satisfy
constraint: …``), as its API answers it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import regex
from botocore.model import OperationModel, Shape
from werkzeug.wrappers import Response

from qbusiness_sandbox.aws.errors import NAMESPACES, AwsError

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4,5})")


def parse(form: Mapping[str, str], shape: Shape | None) -> dict[str, Any]:
    """The input of an operation from the flat parameters of a request."""
    return {} if shape is None else _structure(form, shape, "")


def _structure(form: Mapping[str, str], shape: Shape, prefix: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, member in shape.members.items():
        key = prefix + member.serialization.get("name", name)
        value = _value(form, member, key)
        if value is not None:
            result[name] = value
    return result


def _value(form: Mapping[str, str], shape: Shape, key: str) -> Any:
    if shape.type_name == "structure":
        return _structure(form, shape, f"{key}.") or None
    if shape.type_name == "list":
        base = key if shape.serialization.get("flattened") else f"{key}.member"
        items: list[Any] = []
        while any(name == f"{base}.{len(items) + 1}" or name.startswith(f"{base}.{len(items) + 1}.") for name in form):
            items.append(_value(form, shape.member, f"{base}.{len(items) + 1}"))
        # An empty list is sent as a bare, empty key.
        return items if items or key in form else None
    text = form.get(key)
    if text is None:
        return None
    if shape.type_name in ("integer", "long"):
        try:
            return int(text)
        except ValueError as error:
            raise AwsError("MalformedInput", f"'{text}' is no number", 400) from error
    return text == "true" if shape.type_name == "boolean" else text


@cache
def pattern(text: str) -> regex.Pattern[str]:
    """A model's pattern (Java's dialect), compiled."""
    plain = _ESCAPE.sub(
        lambda found: "\\x{" + found.group(1) + "}" if len(found.group(1)) > 4 else found.group(0), text
    )
    return regex.compile(plain.replace("\\x{10000}-\\x{10FFF}F", "\\U00010000-\\U0010FFFF"))


def faults(value: Any, shape: Shape, path: str) -> list[str]:
    """Every way in which a value breaks its shape."""
    if shape.type_name == "structure":
        found = [
            f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
            for name in shape.required_members
            if name not in value
        ]
        for name, item in value.items():
            found += faults(item, shape.members[name], _join(path, name))
        return found
    broken = _broken(value, shape)
    shown = "***" if shape.metadata.get("sensitive") else value[:64] if isinstance(value, str) else value
    found = [f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}" for constraint in broken]
    if shape.type_name == "list":
        for number, item in enumerate(value, 1):
            found += faults(item, shape.member, f"{path}.{number}.member")
    return found


def _broken(value: Any, shape: Shape) -> list[str]:
    """The constraints of its own shape that a value breaks."""
    meta = shape.metadata
    broken: list[str] = []
    if shape.type_name in ("string", "list"):
        if len(value) > meta.get("max", len(value)):
            broken.append(f"Member must have length less than or equal to {meta['max']}")
        if len(value) < meta.get("min", 0):
            broken.append(f"Member must have length greater than or equal to {meta['min']}")
    if shape.type_name == "string":
        if "pattern" in meta and not pattern(meta["pattern"]).fullmatch(value):
            broken.append(f"Member must satisfy regular expression pattern: {meta['pattern']}")
        if shape.enum and value not in shape.enum:
            broken.append(f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    if shape.type_name in ("integer", "long"):
        if value > meta.get("max", value):
            broken.append(f"Member must have value less than or equal to {meta['max']}")
        if value < meta.get("min", value):
            broken.append(f"Member must have value greater than or equal to {meta['min']}")
    return broken


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


def read(
    form: Mapping[str, str], operation: OperationModel, unchecked: AbstractSet[str] = frozenset()
) -> dict[str, Any]:
    """The checked input; raises :class:`AwsError` (``ValidationError``) with every fault at once.

    ``unchecked``: members whose own constraints are left out, for a test that shows what they are good for.
    """
    params = parse(form, operation.input_shape)
    found = faults(params, operation.input_shape, "") if operation.input_shape is not None else []
    found = [fault for fault in found if not any(f" at '{_join('', name)}' " in fault for name in unchecked)]
    if found:
        plural = "s" if len(found) > 1 else ""
        raise AwsError("ValidationError", f"{len(found)} validation error{plural} detected: {'; '.join(found)}", 400)
    return params


def _xml(name: str, value: Any, shape: Shape) -> str:
    if shape.type_name == "structure":
        inner = "".join(
            _xml(member.serialization.get("name", key), value[key], member)
            for key, member in shape.members.items()
            if value.get(key) is not None
        )
    elif shape.type_name == "list":
        inner = "".join(_xml("member", item, shape.member) for item in value)
    elif shape.type_name == "timestamp":
        inner = datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    elif shape.type_name == "boolean":
        inner = "true" if value else "false"
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


def answer(service: str, operation: OperationModel, result: Mapping[str, Any] | None = None) -> Response:
    """A successful answer. Timestamps in ``result`` are seconds since the epoch."""
    request_id = str(uuid.uuid4())
    body = ""
    shape = operation.output_shape
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper", f"{operation.name}Result")
        body = _xml(wrapper, result or {}, shape)
    text = (
        f'<{operation.name}Response xmlns="{NAMESPACES[service]}">{body}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation.name}Response>"
    )
    return Response(text, 200, content_type="text/xml", headers={"x-amzn-RequestId": request_id})

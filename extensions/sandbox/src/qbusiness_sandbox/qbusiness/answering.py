# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From values to the wire, checked against the service model: an answer that the model forbids is a fault of ours."""

from __future__ import annotations

import base64
import json
from typing import Any

from botocore.model import Shape
from werkzeug.wrappers import Response

from qbusiness_sandbox.qbusiness import model
from qbusiness_sandbox.qbusiness.reading import Reader

#: Where the model cannot be taken at its word, by shape or structure and member: what is not checked.
UNCHECKED_PATTERNS = frozenset({"MessageBody"})  # its pattern ends in "$}", which nothing can match
#: A policy with several statements is longer than 2048 characters, and so is a signed URL.
UNCHECKED_LENGTHS = frozenset({"GetPolicyResponse.policy", "GetDocumentContentResponse.presignedUrl"})
UNCHECKED_FROM = 2048


class AnswerError(AssertionError):
    """The sandbox was about to answer what the service model does not allow."""


class _Checker(Reader):
    """A reader of our own answers. An empty structure is accepted although it lacks required members: the service was
    recorded to send ``"error": {}`` and ``"autoSubscriptionConfiguration": {}`` (reference 2.3)."""

    def _structure(self, shape: Any, value: Any, path: str) -> Any:
        if value == {} and not shape.is_tagged_union:
            return value
        if isinstance(value, dict) and not shape.is_document_type:
            for name in value:
                if name not in shape.members:
                    self.fault(f"{path}.{name}", "The model has no such member")
            long = {name: item for name, item in value.items() if f"{shape.name}.{name}" in UNCHECKED_LENGTHS}
            value = {**value, **{name: str(item)[:UNCHECKED_FROM] for name, item in long.items()}}
        return super()._structure(shape, value, path)

    def _string(self, shape: Shape, value: Any, path: str) -> Any:
        if shape.name in UNCHECKED_PATTERNS and isinstance(value, str):
            self._size(shape, len(value), path, "length")
            return value
        return super()._string(shape, value, path)


def wire(shape: Shape, value: Any) -> Any:
    """``value`` as JSON: absent members left out, timestamps in epoch seconds with three decimals."""
    if value is None:
        return None
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        members = getattr(shape, "members", {})
        return {
            name: wire(members[name], item) if name in members else item
            for name, item in value.items()
            if item is not None and not (item == {} and getattr(members.get(name), "is_tagged_union", False))
        }
    if shape.type_name == "list":
        member = getattr(shape, "member")  # noqa: B009 - typed as the base class
        return [wire(member, item) for item in value]
    if shape.type_name == "map":
        inner = getattr(shape, "value")  # noqa: B009 - typed as the base class
        return {key: wire(inner, item) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return round(float(value), 3)
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return value


def answer(name: str, values: dict[str, Any] | None) -> Response:
    """The HTTP answer of an operation. Raises :class:`AnswerError` when the model does not allow it."""
    shape = model.operation(name).output_shape
    body = wire(shape, values or {}) if shape is not None else {}
    if shape is not None:
        checker = _Checker()
        checker.read(shape, body, "")
        if checker.faults:
            raise AnswerError(
                f"{name} was about to answer: " + "; ".join(message for _unused, message in checker.faults)
            )
    return Response(
        json.dumps(body), model.operation(name).http.get("responseCode", 200), content_type="application/json"
    )

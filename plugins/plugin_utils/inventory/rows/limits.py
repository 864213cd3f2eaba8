# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows whose limits are those of a service model: lengths, patterns and enums stand in no file of the collection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ....module_utils import boto_clients, model
from ....module_utils.compare import given_tags
from ..values import listed, shown
from .row import Row

#: What Amazon Q Business allows in most names.
NAME = "letters, digits, hyphens and underscores, beginning with a letter or a digit"
#: The pattern of the model is one of Unicode categories, which ``re`` does not know.
_TAG = re.compile(r"[\w\s.:/=+\-@]*")


@cache
def shape(service: str, member: str) -> Any:
    """Return the shape of an input member: ``CreateIndex.capacityConfiguration.units``; ``[]`` is the item of a "
    "list."""
    operation, *members = re.findall(r"\[\]|\w+", member)
    found = boto_clients.service_model(service).operation_model(operation).input_shape
    for name in members:
        found = found.member if name == "[]" else found.members[name]
    return found


def of_service(path: str, service: str, member: str, example: Any, what: str = "") -> Row:
    """Return the row of a text or number that becomes a member of a service's input.

    :param what: what the characters of a text may be, where the model has a pattern
    """
    limits = shape(service, member)

    def check(value: Any) -> Iterator[tuple[str, str]]:
        number = limits.type_name == "integer"
        if number and not re.fullmatch(r"-?\d+", str(value).strip()):
            yield "", f"{shown(value)} is not an integer"
        elif any(model.faults(limits, int(value) if number else str(value), "value")):
            yield "", _wrong(limits, value)

    return Row(path, check, f"{_allowed(limits, what)}, such as {example}.", keywords(limits))


def _wrong(limits: Any, value: Any) -> str:
    if limits.type_name == "integer":
        return f"{value} is out of range"
    if getattr(limits, "enum", None):
        return f"{shown(value)} is not supported"
    low, high = limits.metadata.get("min", 0), limits.metadata.get("max")
    if len(str(value)) < low or (high is not None and len(str(value)) > high):
        return f"{shown(value)} has {len(str(value))} characters"
    return f"{shown(value)} has a form that is not allowed"


def _allowed(limits: Any, what: str) -> str:
    if getattr(limits, "enum", None):
        return f"Allowed are {listed(limits.enum)}"
    low, high = limits.metadata.get("min"), limits.metadata.get("max")
    if limits.type_name == "integer":
        return f"Allowed are integers from {low}" + (f" to {high}" if high is not None else "")
    return f"Allowed are {f'{low} to' if low else 'up to'} {high} {what or 'characters'}"


def keywords(limits: Any) -> dict[str, Any]:
    """Return the limits of a text or number as keywords of JSON Schema. Patterns of the model are not all ECMA's."""
    found: dict[str, Any] = {}
    if getattr(limits, "enum", None):
        return {"enum": list(limits.enum)}
    names = ("minimum", "maximum") if limits.type_name == "integer" else ("minLength", "maxLength")
    for name, key in zip(names, ("min", "max"), strict=True):
        if limits.metadata.get(key):
            found[name] = limits.metadata[key]
    pattern = str(limits.metadata.get("pattern") or "")
    if pattern and re.fullmatch(r"[\[\]a-zA-Z0-9_{}*+.,=@\\w-]+", pattern) and "\\" not in pattern.replace(r"\w", ""):
        found["pattern"] = f"^{pattern}$"
    return found


def tags(variable: str, service: str, operation: str, key: str = "Key", value: str = "Value") -> Row:
    """Return the row of a variable that holds tags. IAM compares their keys without case.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    limits = shape(service, f"{operation}.{'tags' if key == 'key' else 'Tags'}")
    names, texts = limits.member.members[key], limits.member.members[value]
    most = limits.metadata.get("max")

    def check(tags: Any) -> Iterator[tuple[str, str]]:
        given = given_tags(tags) or {}
        if most is not None and len(given) > most:
            yield "", f"{len(given)} tags are too many"
        seen: dict[str, str] = {}
        for name, text in given.items():
            if any(model.faults(names, name, "key")) or name.lower().startswith("aws:") or not _TAG.fullmatch(name):
                yield "", f"{shown(name)} is not a key of a tag"
            elif any(model.faults(texts, text, "value")) or not _TAG.fullmatch(text):
                yield f".{name}", f"{shown(text)} is not a value of a tag"
            same = seen.setdefault(name.lower(), name)
            if service == "iam" and same != name:
                yield "", f"{shown(same)} and {shown(name)} are one key, which IAM compares without case"

    count = f"up to {most} tags" if most is not None else "tags"
    allowed = (
        f"Allowed are {count} with keys of 1 to {names.metadata['max']} and values of up to {texts.metadata['max']} "
        "letters, digits, spaces and _ . : / = + - @, whose keys do not begin with aws:, such as {team: knowledge}."
    )
    return Row(variable, check, allowed)

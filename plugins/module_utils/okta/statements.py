# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attribute statements of a SAML app: matched by name, merged value by value.

Source: the Apps API (``settings.signOn.attributeStatements``), recorded fixtures ``saml_custom_crud``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..compare import same_or_both_empty, same_unordered_by

NAMESPACES = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
#: Source: https://help.okta.com/oie/en-us/content/topics/apps/define-attribute-statements.htm
NAME_LIMIT, VALUE_LIMIT = 512, 1024
FILTERS = ["STARTS_WITH", "EQUALS", "CONTAINS", "REGEX"]

OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["EXPRESSION", "GROUP"], "default": "EXPRESSION"},
    "namespace": {"type": "str", "choices": [NAMESPACES + kind for kind in ("unspecified", "uri", "basic")]},
    "values": {"type": "list", "elements": "str"},
    "values_absent": {"type": "list", "elements": "str"},
    "exact": {"type": "bool", "default": True},
    "initially": {"type": "bool", "default": False},
    "filter_type": {"type": "str", "choices": FILTERS},
    "filter_value": {"type": "str"},
}


def constant(value: Any) -> str:
    """A value without the quotes around it: Okta takes a constant with and without (Okta support, static values in
    attribute statements), and this collection writes it without."""
    text = str(value)
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text


def _key(value: Any) -> str:
    """Return what a value means: a constant, or a role and a provider, which AWS takes in both orders.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
    """
    text = constant(value)
    parts = [part.strip() for part in text.split(",")]
    pair = len(parts) == 2 and all(part.startswith("arn:") for part in parts)
    return ",".join(sorted(parts)) if pair else text


_same_values = same_unordered_by(_key)


def _values(wanted: Mapping[str, Any], current: Sequence[str]) -> list[str]:
    """The values of an EXPRESSION statement that are wanted, those that are there keeping place and spelling."""
    given = list(wanted.get("values") or [])
    if wanted.get("exact", True):
        return list(current) if _same_values(given, current) else given
    gone = {_key(value) for value in wanted.get("values_absent") or []}
    kept = [value for value in current if _key(value) not in gone]
    known = {_key(value) for value in kept}
    return kept + [value for value in given if _key(value) not in known]


def _statement(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any] | None:
    """One statement as Okta is to have it; ``None``: none, for it would have no value."""
    statement: dict[str, Any] = {
        "type": wanted["type"],
        "name": wanted["name"],
        "namespace": wanted.get("namespace") or current.get("namespace") or f"{NAMESPACES}unspecified",
    }
    if wanted["type"] == "GROUP":
        return {**statement, "filterType": wanted.get("filter_type"), "filterValue": wanted.get("filter_value")}
    values = _values(wanted, list(current.get("values") or []) if current.get("type") != "GROUP" else [])
    return {**statement, "values": values} if values else None


def merge(wanted: Sequence[Mapping[str, Any]], current: Sequence[Mapping[str, Any]], purge: bool) -> list[Any]:
    """All statements that the app is to have: those of others stay, unless ``purge``."""
    by_name = {item["name"]: item for item in wanted}
    there = {item.get("name") for item in current}
    merged: list[Any] = []
    for item in current:
        if item.get("name") in by_name and by_name[item["name"]].get("initially"):
            merged.append(dict(item))
        elif item.get("name") in by_name:
            statement = _statement(by_name[item["name"]], item)
            if statement is not None:
                merged.append(dict(item) if _same_statement(statement, item) else statement)
        elif not purge:
            merged.append(dict(item))
    for name, item in by_name.items():
        if name not in there:
            statement = _statement(item, {})
            if statement is not None:
                merged.append(statement)
    return merged


def _same_statement(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    return _same_values(wanted.get("values"), current.get("values")) and all(
        same_or_both_empty(wanted.get(member), current.get(member))
        for member in ("type", "name", "namespace", "filterType", "filterValue")
    )


def same_statements(wanted: Any, current: Any) -> bool:
    """Whether two lists of statements mean the same: by name, values as sets, quotes around constants aside."""
    left = {item.get("name"): item for item in wanted or []}
    right = {item.get("name"): item for item in current or []}
    return left.keys() == right.keys() and all(_same_statement(left[name], right[name]) for name in left)


def faults(wanted: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What cannot be right in the option ``attribute_statements``."""
    names: set[str] = set()
    for number, item in enumerate(wanted):
        where = f"attribute_statements[{number}]"
        name = str(item["name"])
        if not 0 < len(name) <= NAME_LIMIT:
            yield f"{where}.name: has {len(name)} characters; it should have 1 to {NAME_LIMIT}"
        if name in names:
            yield f"{where}.name: {name!r} stands there twice; names of statements are unique in an app"
        names.add(name)
        yield from _faults_of_type(where, item)
        for option in ("values", "values_absent"):
            for place, value in enumerate(item.get(option) or []):
                if not 0 < len(value) <= VALUE_LIMIT:
                    yield (
                        f"{where}.{option}[{place}]: has {len(value)} characters; it should have 1 to {VALUE_LIMIT} "
                        "(several values may stand beside each other)"
                    )


def _faults_of_type(where: str, item: Mapping[str, Any]) -> Iterator[str]:
    if item["type"] == "GROUP":
        for option in ("filter_type", "filter_value"):
            if not item.get(option):
                yield f"{where}.{option}: is required with type GROUP"
        for option in ("values", "values_absent"):
            if item.get(option):
                yield f"{where}.{option}: goes not with type GROUP, whose values are names of groups"
        return
    for option in ("filter_type", "filter_value"):
        if item.get(option):
            yield f"{where}.{option}: goes only with type GROUP"
    if item["exact"]:
        if item.get("values") is None:
            yield f"{where}.values: is required with type EXPRESSION; an empty list removes the statement"
        if item.get("values_absent"):
            yield f"{where}.values_absent: goes only with exact false; with exact true the values are all there are"
    both = {constant(v) for v in item.get("values") or []} & {constant(v) for v in item.get("values_absent") or []}
    for value in sorted(both):
        yield f"{where}.values_absent: {value!r} stands in values too"

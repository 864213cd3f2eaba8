# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canonical comparison: is what the user wants already so? The only place that decides it.

A comparator takes ``(wanted, current)`` and answers whether they mean the same. Services rewrite what they are given
(order, defaults, numbers as strings, wrapped certificates), so equality is a matter of meaning, and of the member.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Comparator = Callable[[Any, Any], bool]

_ROOT = re.compile(r"arn:[a-z-]+:iam::(\d{12}):root")
_PEM = re.compile(r"-----(?:BEGIN|END) [A-Z ]+-----")


def canonical(value: Any) -> Any:
    """A form in which equal meanings are equal values: maps sorted by key, dates as epoch seconds in UTC."""
    if isinstance(value, Mapping):
        return {key: canonical(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.timestamp()
    return value


def fingerprint(value: Any) -> str:
    """A short stable name of any JSON value."""
    text = json.dumps(canonical(value), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def same(wanted: Any, current: Any) -> bool:
    """Equal in canonical form."""
    return bool(canonical(wanted) == canonical(current))


def is_empty(value: Any) -> bool:
    """Absent, null, or an empty text, list or map (never ``False`` or ``0``)."""
    return value is None or (isinstance(value, (str, list, tuple, Mapping)) and len(value) == 0)


def same_or_both_empty(wanted: Any, current: Any) -> bool:
    """As :func:`same`, where the service does not tell absent from empty."""
    return (is_empty(wanted) and is_empty(current)) or same(wanted, current)


def same_unordered(wanted: Any, current: Any) -> bool:
    """Lists as sets; absent is empty."""
    return sorted(map(fingerprint, wanted or [])) == sorted(map(fingerprint, current or []))


def same_unordered_by(normalise: Callable[[Any], Any]) -> Comparator:
    """Lists as sets of ``normalise``\\ d items."""

    def compare(wanted: Any, current: Any) -> bool:
        return same_unordered([normalise(item) for item in wanted or []], [normalise(item) for item in current or []])

    return compare


def parse_json(document: Any) -> Any:
    """A JSON text as its value; anything else as it is.

    :raises ValueError: the text is no JSON
    """
    return json.loads(document) if isinstance(document, str) else document


def same_json(wanted: Any, current: Any) -> bool:
    """JSON documents (text or value) by meaning."""
    try:
        return same(parse_json(wanted), parse_json(current))
    except ValueError:
        return bool(wanted == current)


def _policy_value(value: Any) -> Any:
    """An IAM policy element: one value and a list of that one value are the same; order has no meaning.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    if isinstance(value, Mapping):
        return {key: _policy_value(_policy_member(key, item)) for key, item in sorted(value.items())}
    items = value if isinstance(value, (list, tuple)) else [value]
    return sorted(
        fingerprint(_policy_value(item) if isinstance(item, Mapping) else _policy_text(item)) for item in items
    )


def _policy_member(key: str, value: Any) -> Any:
    """What an element means: one statement is a list of one; an account as a principal, ``123456789012``, is kept and
    shown as its root.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
    """
    if key == "Statement" and isinstance(value, Mapping):
        return [value]
    if key in ("Principal", "NotPrincipal") and isinstance(value, Mapping) and "AWS" in value:
        principals = value["AWS"] if isinstance(value["AWS"], (list, tuple)) else [value["AWS"]]
        return {**value, "AWS": [_account(item) for item in principals]}
    return value


def _account(principal: Any) -> Any:
    """The account that a principal stands for as a whole; another principal as it is."""
    found = _ROOT.fullmatch(str(principal))
    return found[1] if found else principal


def _policy_text(item: Any) -> Any:
    """Policies write booleans and numbers with or without quotes."""
    return str(item).lower() if isinstance(item, (bool, int, float)) else item


def same_policy(wanted: Any, current: Any) -> bool:
    """IAM policy documents by meaning: order of statements, actions, resources and conditions is not significant."""
    try:
        left, right = parse_json(wanted), parse_json(current)
    except ValueError:
        return False
    if not isinstance(left, Mapping) or not isinstance(right, Mapping):
        return same_or_both_empty(left, right)
    return bool(_policy_value(left) == _policy_value(right))


def certificate_der(text: Any) -> bytes:
    """The DER bytes of a certificate given as PEM, or as base64 in any line width.

    :raises ValueError: it is no base64
    """
    body = _PEM.sub("", str(text))
    return base64.b64decode("".join(body.split()), validate=True)


def same_certificate(wanted: Any, current: Any) -> bool:
    """Certificates by their DER bytes (Okta re-wraps base64: recorded fixture ``saml_custom_crud_oie``)."""
    if is_empty(wanted) or is_empty(current):
        return is_empty(wanted) and is_empty(current)
    try:
        return certificate_der(wanted) == certificate_der(current)
    except ValueError:
        return bool(wanted == current)


def _tolerant(value: Any) -> Any:
    """``true``/``"true"`` and ``10``/``"10"`` alike: connector documents are typed inconsistently."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower()
    return value


def within(wanted: Any, current: Any, keyed: Mapping[str, str] | None = None, name: str = "") -> bool:
    """A connector document as a tolerant subset: each key that the user gave must be there with the same meaning;
    what the service added does not count. Lists of ``keyed`` (list name → key member) are matched by that key, lists of
    plain values are sets, other lists are compared in order.
    """
    if isinstance(wanted, Mapping):
        if not isinstance(current, Mapping):
            return is_empty(wanted) and is_empty(current)
        return all(
            within(item, current.get(key), keyed, str(key)) if key in current else is_empty(item)
            for key, item in wanted.items()
        )
    if isinstance(wanted, (list, tuple)):
        if not isinstance(current, (list, tuple)):
            return is_empty(wanted) and is_empty(current)
        return _list_within(wanted, current, keyed or {}, name)
    return bool(_tolerant(wanted) == _tolerant(current)) or same_or_both_empty(wanted, current)


def _list_within(wanted: Sequence[Any], current: Sequence[Any], keyed: Mapping[str, str], name: str) -> bool:
    if len(wanted) != len(current):
        return False
    key = keyed.get(name)
    if key:
        by_key = {_tolerant(item.get(key)): item for item in current if isinstance(item, Mapping)}
        return all(
            isinstance(item, Mapping)
            and _tolerant(item.get(key)) in by_key
            and within(item, by_key[_tolerant(item.get(key))], keyed)
            for item in wanted
        )
    if not any(isinstance(item, (Mapping, list, tuple)) for item in (*wanted, *current)):
        return sorted(str(_tolerant(item)) for item in wanted) == sorted(str(_tolerant(item)) for item in current)
    return all(within(left, right, keyed, name) for left, right in zip(wanted, current, strict=True))


def key_id(key: str) -> str:
    """What names a KMS key: its id, or ``alias/NAME``, from itself or from an ARN.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts-key-id.html
    """
    return key.rpartition(":")[2].removeprefix("key/")


def same_encryption(wanted: Any, current: Any) -> bool:
    """Structures with a ``kmsKeyId``, which is an id or an ARN."""
    left, right = ((value or {}).get("kmsKeyId") or "" for value in (wanted, current))
    return key_id(str(left)) == key_id(str(right))


def given_tags(tags: Mapping[Any, Any] | None) -> dict[str, str] | None:
    """The option ``tags`` with texts only, null as the empty one; ``None`` when tags are not managed."""
    return None if tags is None else {str(key): "" if value is None else str(value) for key, value in tags.items()}


def tag_changes(
    current: Mapping[str, str], wanted: Mapping[str, str] | None, purge: bool
) -> tuple[dict[str, str], list[str]]:
    """What to set and which keys to remove; ``None`` means tags are not managed. ``aws:`` keys belong to AWS.

    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
    """
    if wanted is None:
        return {}, []
    to_set = {key: value for key, value in wanted.items() if current.get(key) != value}
    to_remove = [key for key in current if key not in wanted and not key.startswith("aws:")] if purge else []
    return to_set, sorted(to_remove)


def tags_after(current: Mapping[str, str], wanted: Mapping[str, str], purge: bool) -> dict[str, str]:
    """The tags once :func:`tag_changes` were made."""
    to_set, to_remove = tag_changes(current, wanted, purge)
    return {**{key: value for key, value in current.items() if key not in to_remove}, **to_set}

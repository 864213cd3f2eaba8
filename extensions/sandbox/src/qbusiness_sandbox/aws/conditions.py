# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The condition operators of IAM policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html; set
operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from qbusiness_sandbox.aws.patterns import Context, PolicyError, arn_matches, matches

#: (the policy's value, the request's value, context, variables allowed) -> whether they match
Test = Callable[[str, str, Context, bool], bool]


def _text(*, wildcards: bool = False, ignore_case: bool = False) -> Test:
    def test(wanted: str, given: str, context: Context, variables: bool) -> bool:
        return matches(wanted, given, context, wildcards=wildcards, variables=variables, ignore_case=ignore_case)

    return test


def _arn(wanted: str, given: str, context: Context, variables: bool) -> bool:
    return arn_matches(wanted, given, context, variables=variables)


def _bool(wanted: str, given: str, _context: Context, _variables: bool) -> bool:
    return wanted.lower() == given.lower()


def _number(text: str) -> float:
    return float(text)


def _date(text: str) -> float:
    """Seconds since the epoch of an ISO 8601 date or a number of seconds."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _ordered(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Test:
    def test(wanted: str, given: str, _context: Context, _variables: bool) -> bool:
        try:
            limit = read(wanted)
        except ValueError as error:
            raise PolicyError(f"'{wanted}' is no value for this condition operator") from error
        try:
            return compare(read(given), limit)
        except ValueError:
            return False

    return test


def _network(wanted: str, given: str, _context: Context, _variables: bool) -> bool:
    try:
        return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)
    except ValueError as error:
        raise PolicyError(f"'{wanted}' is no address range") from error


#: Operator in lower case -> (test, whether it is the negated form).
_OPERATORS: dict[str, tuple[Test, bool]] = {
    "stringequals": (_text(), False),
    "stringnotequals": (_text(), True),
    "stringequalsignorecase": (_text(ignore_case=True), False),
    "stringnotequalsignorecase": (_text(ignore_case=True), True),
    "stringlike": (_text(wildcards=True), False),
    "stringnotlike": (_text(wildcards=True), True),
    "arnequals": (_arn, False),
    "arnlike": (_arn, False),
    "arnnotequals": (_arn, True),
    "arnnotlike": (_arn, True),
    "bool": (_bool, False),
    "ipaddress": (_network, False),
    "notipaddress": (_network, True),
}
for _prefix, _read in (("numeric", _number), ("date", _date)):
    _OPERATORS |= {
        f"{_prefix}equals": (_ordered(_read, operator.eq), False),
        f"{_prefix}notequals": (_ordered(_read, operator.eq), True),
        f"{_prefix}lessthan": (_ordered(_read, operator.lt), False),
        f"{_prefix}lessthanequals": (_ordered(_read, operator.le), False),
        f"{_prefix}greaterthan": (_ordered(_read, operator.gt), False),
        f"{_prefix}greaterthanequals": (_ordered(_read, operator.ge), False),
    }


def _values(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    result: list[str] = []
    for item in items:
        if isinstance(item, bool):
            result.append("true" if item else "false")
        elif isinstance(item, (str, int, float)):
            result.append(str(item))
        else:
            raise PolicyError("A condition's value must be a string, a number, a boolean or a list of them")
    return result


def _parse(name: str) -> tuple[str, str, bool]:
    """Operator, quantifier (``forallvalues``, ``foranyvalue`` or empty), whether ``IfExists``."""
    quantifier, colon, rest = name.lower().rpartition(":")
    if colon and quantifier not in ("forallvalues", "foranyvalue"):
        raise PolicyError(f"Unknown condition operator {name}")
    if_exists = rest.endswith("ifexists")
    rest = rest.removesuffix("ifexists")
    if rest == "null":
        if if_exists or quantifier:
            raise PolicyError(f"Unknown condition operator {name}")
    elif rest not in _OPERATORS:
        raise PolicyError(f"Unknown condition operator {name}")
    return rest, quantifier, if_exists


def check(block: Any) -> None:
    """Raise :class:`PolicyError` when a ``Condition`` block has a form that is not known."""
    if not isinstance(block, dict):
        raise PolicyError("Condition must be an object")
    for name, keys in block.items():
        _parse(name)
        if not isinstance(keys, dict):
            raise PolicyError(f"The condition {name} must be an object")
        for value in keys.values():
            _values(value)


def holds(block: Mapping[str, Mapping[str, Any]], context: Context, *, variables: bool = True) -> bool:
    """Whether every operator of a ``Condition`` block holds for the request."""
    return all(
        _holds(_parse(name), key, _values(value), context, variables)
        for name, keys in block.items()
        for key, value in keys.items()
    )


def _holds(parsed: tuple[str, str, bool], key: str, wanted: list[str], context: Context, variables: bool) -> bool:
    name, quantifier, if_exists = parsed
    given = context.get(key)
    if name == "null":
        return any((value.lower() == "true") == (given is None) for value in wanted)
    test, negated = _OPERATORS[name]

    def one(value: str) -> bool:
        hit = any(test(candidate, value, context, variables) for candidate in wanted)
        return hit != negated

    if quantifier == "forallvalues":
        return given is None or all(one(value) for value in given)
    if given is None:
        # An absent key fails a test for equality and passes a test for difference.
        return if_exists or (negated and not quantifier)
    if quantifier == "foranyvalue":
        return any(one(value) for value in given)
    # guess: a single-valued operator on a key with several values wants one hit, a negated one wants no hit.
    return all(one(value) for value in given) if negated else any(one(value) for value in given)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests of a policy's ``Condition``, compared with each other: which one implies which.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .patterns import COLONS, arn_covers, covers

#: Operators under which one of the values has to fit.
_POSITIVE = frozenset({"stringequals", "stringlike", "stringequalsignorecase", "arnlike", "bool"})
#: ``ArnEquals`` and ``ArnLike`` behave alike, says the source.
_ALIKE = {"arnequals": "arnlike", "arnnotequals": "arnnotlike"}
#: Operators that compare a text with its case.
_TEXTS = frozenset({"stringequals", "stringlike", "arnlike"})
_FOLDED = frozenset({"stringequalsignorecase", "bool"})
#: How many ways a condition is taken apart into at most.
_WAYS = 256


@dataclass(frozen=True)
class ConditionTest:
    """One operator on one key. Names without case; ``variables``: whether ``${…}`` in a value is a variable."""

    operator: str
    key: str
    values: frozenset[str]
    quantifier: str = ""
    if_exists: bool = False
    variables: bool = True

    def implied_by(self, other: ConditionTest) -> bool:
        """Return whether every request that passes ``other`` passes this. Never true by mistake."""
        if (self.key, self.quantifier) != (other.key, other.quantifier) or (other.if_exists and not self.if_exists):
            return False
        if self.operator in _POSITIVE and other.operator in _POSITIVE:
            return all(any(self._fits(value, other, given) for value in self.values) for given in other.values)
        return (self.operator, self.values) == (other.operator, other.values) and self._comparable(other)

    def _comparable(self, other: ConditionTest) -> bool:
        texts = (*self.values, *other.values)
        return self.variables == other.variables or not any("${" in text for text in texts)

    def _fits(self, value: str, other: ConditionTest, given: str) -> bool:
        """Return whether ``value`` lets in whatever the value ``given`` of the other test lets in."""
        if "${" in value or "${" in given:
            return self.operator == other.operator and value == given and self._comparable(other)
        if self.operator == other.operator and value == given:
            return True
        if self.operator in _FOLDED or other.operator in _FOLDED:
            return self.operator == other.operator and value.lower() == given.lower()
        literal = other.operator == "stringequals" or not any(char in given for char in "*?")
        if self.operator == "stringequals":
            return literal and value == given
        if self.operator == "stringlike":
            # What a pattern of ARNs lets in is a text that the pattern fits, too.
            return covers(value, given)
        # A text that is no ARN is like no pattern of ARNs.
        return (other.operator == "arnlike" or (literal and given.count(":") >= COLONS)) and arn_covers(value, given)


def read_tests(block: Any, *, variables: bool = True) -> tuple[ConditionTest, ...]:
    """Return the tests of a ``Condition``; all of them have to hold.

    :param variables: whether the policy's version knows variables
    """
    return tuple(
        _test(str(operator), str(key), values, variables)
        for operator, keys in (block or {}).items()
        for key, values in (keys.items() if isinstance(keys, Mapping) else ())
    )


def _test(operator: str, key: str, values: Any, variables: bool) -> ConditionTest:
    quantifier, _colon, name = operator.lower().rpartition(":")
    if_exists = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    items = values if isinstance(values, (list, tuple)) else [values]
    texts = frozenset(str(item).lower() if isinstance(item, bool) else str(item) for item in items)
    return ConditionTest(_ALIKE.get(name, name), key.lower(), texts, quantifier, if_exists, variables)


def ways(condition: Sequence[ConditionTest]) -> Iterator[tuple[ConditionTest, ...]]:
    """Take a condition apart into conditions of single values: a request passes it when it passes one of these."""
    choices = [_single(test) for test in condition]
    if math.prod(len(choice) for choice in choices) > _WAYS:
        yield tuple(condition)
        return
    yield from itertools.product(*choices)


def _single(test: ConditionTest) -> list[ConditionTest]:
    if test.operator in _POSITIVE and test.quantifier in ("", "foranyvalue"):
        return [replace(test, values=frozenset({value})) for value in sorted(test.values)]
    return [test]

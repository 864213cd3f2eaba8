# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wildcards and policy variables of IAM policies.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence


class PolicyError(Exception):
    """A policy that this evaluator does not understand; never taken for a pass or a refusal."""


class Context:
    """The condition keys of a request. Key names are case-insensitive, in every part: ``saml:AUD`` is ``SAML:aud``."""

    def __init__(self, values: Mapping[str, str | Sequence[str]] | None = None) -> None:
        self._values: dict[str, tuple[str, ...]] = {}
        for key, value in (values or {}).items():
            self._values[key.lower()] = (value,) if isinstance(value, str) else tuple(value)

    def get(self, key: str) -> tuple[str, ...] | None:
        """The values of a key; None when the request does not carry it."""
        return self._values.get(key.lower())

    def single(self, key: str) -> str | None:
        """The one value of a key; None when it is absent or has several (a variable cannot hold several)."""
        values = self.get(key)
        return values[0] if values is not None and len(values) == 1 else None


_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"(.+?)\s*,\s*'(.*)'", re.DOTALL)
#: A literal special character, written as a variable.
_SPECIAL = frozenset("*?$")


def _glob(text: str) -> str:
    return "".join(".*" if char == "*" else "." if char == "?" else re.escape(char) for char in text)


def _value_of(name: str, context: Context) -> str | None:
    default = _DEFAULT.fullmatch(name)
    if default:
        found = context.single(default.group(1))
        return default.group(2) if found is None else found
    return context.single(name)


def expression(pattern: str, context: Context, *, wildcards: bool, variables: bool) -> str | None:
    """The regular expression that a policy's text stands for; None when a variable has no value: it matches nothing.

    What a variable brings in is literal: a ``*`` in a tag's value is no wildcard.
    """
    part = _glob if wildcards else re.escape
    if not variables:
        return part(pattern)
    result: list[str] = []
    position = 0
    for found in _VARIABLE.finditer(pattern):
        result.append(part(pattern[position : found.start()]))
        name = found.group(1)
        if name in _SPECIAL:
            result.append(re.escape(name))
        else:
            value = _value_of(name, context)
            if value is None:
                return None
            result.append(re.escape(value))
        position = found.end()
    result.append(part(pattern[position:]))
    return "".join(result)


def matches(
    pattern: str,
    value: str,
    context: Context,
    *,
    wildcards: bool = True,
    variables: bool = True,
    ignore_case: bool = False,
) -> bool:
    """Whether ``value`` is what the policy's text stands for, whole."""
    found = expression(pattern, context, wildcards=wildcards, variables=variables)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return found is not None and re.fullmatch(found, value, flags) is not None


def arn_matches(pattern: str, value: str, context: Context, *, variables: bool = True) -> bool:
    """``ArnLike``: six parts, compared one by one; a wildcard does not reach over a colon (but in the last part)."""
    # A variable's own colons (${aws:PrincipalTag/x}) are not the ARN's.
    shielded = _VARIABLE.sub(lambda found: found.group(0).replace(":", "\0"), pattern) if variables else pattern
    wanted = [part.replace("\0", ":") for part in shielded.split(":", 5)]
    given = value.split(":", 5)
    if len(wanted) != 6:
        # A lone "*" is any ARN.
        return pattern == "*"
    return len(given) == 6 and all(
        matches(part, other, context, variables=variables) for part, other in zip(wanted, given, strict=True)
    )

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patterns of IAM policies compared with each other: which covers which, which may have a text in common.

Neither answer is exact; each errs on the side that its users need. :func:`covers` is never true by mistake, and
:func:`overlaps` never false by mistake.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re

#: What a pattern's ``*`` and ``?`` become where the pattern is looked at as a text: characters that no policy holds.
_ANY, _ONE = "\0", "\1"
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_SPECIAL = re.compile(r"[*?]|\$\{[^}]*\}?")
#: Colons of a complete ARN.
COLONS = 5


def _symbols(pattern: str) -> str:
    """Return the pattern as a text in which a wildcard is one character; a variable may be any text."""
    return _VARIABLE.sub(_ANY, pattern).replace("*", _ANY).replace("?", _ONE)


def _expression(pattern: str, fold: bool) -> re.Pattern[str]:
    parts = (".*" if char == "*" else f"[^{_ANY}]" if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if fold else 0))


def covers(wide: str, narrow: str, *, fold: bool = False) -> bool:
    """Return whether ``wide`` stands for every text that ``narrow`` stands for.

    A variable in ``wide`` covers itself alone. Both patterns have to be of the policy version that knows variables.

    :param fold: whether case has no meaning, as in names of actions
    """
    if "${" in wide:
        return wide == narrow
    return _expression(wide, fold).fullmatch(_symbols(narrow)) is not None


def arn_covers(wide: str, narrow: str) -> bool:
    """Return whether ``wide`` covers ``narrow``, whether or not a wildcard reaches over a colon."""
    if wide in ("*", narrow):
        return True
    wide_parts, narrow_parts = wide.split(":", COLONS), _symbols(narrow).split(":", COLONS)
    return (
        len(wide_parts) == len(narrow_parts) == COLONS + 1
        and covers(wide, narrow)
        and all(covers(one, other) for one, other in zip(wide_parts, narrow_parts, strict=True))
    )


def overlaps(left: str, right: str, *, fold: bool = False) -> bool:
    """Return whether a text may exist that both stand for.

    Exact where one of them stands for one text; else told by what they begin and end with.
    """
    if fold:
        left, right = left.lower(), right.lower()
    if not _SPECIAL.search(left):
        left, right = right, left
    if not _SPECIAL.search(right):
        return _expression(_VARIABLE.sub("*", left), fold).fullmatch(right) is not None
    (left_head, left_tail), (right_head, right_tail) = _ends(left), _ends(right)
    return (left_head.startswith(right_head) or right_head.startswith(left_head)) and (
        left_tail.endswith(right_tail) or right_tail.endswith(left_tail)
    )


def arn_overlaps(left: str, right: str) -> bool:
    """Return whether an ARN may exist that both stand for. An incomplete ARN stands for all that it begins."""
    return overlaps(*(pattern if pattern.count(":") >= COLONS else f"{pattern}*" for pattern in (left, right)))


def _ends(pattern: str) -> tuple[str, str]:
    """Return what stands before the first and after the last special character."""
    found = list(_SPECIAL.finditer(pattern))
    return pattern[: found[0].start()], pattern[found[-1].end() :]

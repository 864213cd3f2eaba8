# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The trust policy of a role that others may have written in: what of it is this collection's, and what they wrote.

IAM has no operation for less than the whole policy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..compare import same_policy
from . import coverage
from .policies import VERSION, Policy, Statement, statements_of
from .trusts import MARK

_ACCOUNT = re.compile(r"(\d{12})|arn:[a-z-]+:(?:iam|sts)::(\d{12}):.+")


def is_ours(statement: Mapping[str, Any]) -> bool:
    """Return whether this collection wrote the statement."""
    return str(statement.get("Sid") or "").startswith(MARK)


def of_others(trust: Any) -> list[Statement]:
    """Return the statements that others wrote."""
    return [statement for statement in statements_of(trust) if not is_ours(statement)]


def names_of_others(trust: Any) -> list[str]:
    """Return a phrase for each statement that others wrote."""
    return [f"trust statement {_name(statement)}" for statement in of_others(trust)]


def _name(statement: Mapping[str, Any]) -> str:
    principals = ", ".join(name for _kind, name in coverage.principals_of(statement))
    sid = str(statement.get("Sid") or "")
    return f"{sid} ({principals})" if sid else f"for {principals}"


def lacks(desired: Policy, trust: Any) -> list[coverage.Lack]:
    """Return what of the desired trust these statements do not give.

    Taking the role and tagging the session are one request, and what one statement asks of it the other may ask, too.
    """
    wanted = coverage.grants(desired)
    joint = [
        replace(grant, tests=tuple(dict.fromkeys(_of_the_request(grant, wanted)))) for grant in wanted if grant.allow
    ]
    return coverage.lacks(joint, coverage.grants(trust, "the role trust policy"))


def _of_the_request(grant: coverage.Grant, grants: Sequence[coverage.Grant]) -> list[Any]:
    return [test for other in grants if other.principals == grant.principals for test in other.tests]


def merged(current: Any, desired: Policy) -> Policy:
    """Return the current trust policy with our statements as desired; those of others are kept word for word.

    A desired statement that is not in it is added, unless statements of others give the same already.
    """
    by_sid = {str(statement["Sid"]): statement for statement in desired["Statement"]}
    kept: list[Statement] = []
    for statement in statements_of(current):
        if not is_ours(statement):
            kept.append(statement)
        elif statement["Sid"] in by_sid:
            kept.append(_corrected(statement, by_sid.pop(statement["Sid"])))
    others = {**current, "Statement": of_others(current)}
    kept += [statement for statement in by_sid.values() if _is_lacking(statement, desired, others)]
    return {"Version": VERSION, **current, "Statement": kept}


def _corrected(current: Statement, desired: Statement) -> Statement:
    """Return the desired statement; the current one where it means the same."""
    return current if same_policy(desired, current) else desired


def _is_lacking(statement: Statement, desired: Policy, others: Policy) -> bool:
    actions = {str(statement["Action"])}
    return any(actions & set(lack.actions) for lack in lacks(desired, others))


def foreign_principals(trust: Any, account: str) -> list[str]:
    """Return the principals that a trust policy lets in and that are everybody, or of another account.

    :param account: the role's own
    """
    found = []
    for statement in statements_of(trust):
        if statement.get("Effect") != "Allow":
            continue
        if "NotPrincipal" in statement:
            found.append("*")
        for _kind, name in coverage.principals_of(statement):
            match = _ACCOUNT.fullmatch(name)
            if name == "*" or (match and account not in match.groups()):
                found.append(name)
    return list(dict.fromkeys(found))

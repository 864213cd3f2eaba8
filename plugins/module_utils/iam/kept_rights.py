# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy that is replaced without taking a right from those who use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..compare import same_policy
from . import coverage
from .policies import VERSION, Policy, Statement, listed, policy, statements_of


def union(current: Any, desired: Policy) -> tuple[Policy, list[str]]:
    """Return the desired policy with all that the current one grants beyond it, and a phrase for each of these rights.

    A ``Deny`` of the current policy stays as well: without it rights would grow. What differs in its resources alone
    goes into the desired statement of the same actions and conditions, so that a list of buckets stays a list.
    """
    if not current:
        return desired, []
    wanted = coverage.grants(desired)
    merged = [dict(statement) for statement in desired["Statement"]]
    phrases: list[str] = []
    for statement in statements_of(current):
        if any(same_policy(statement, item) for item in desired["Statement"]):
            continue
        for rest in _rest(statement, wanted):
            phrases.append(_phrase(rest))
            _put(merged, rest)
    return policy(merged), phrases


def _rest(statement: Statement, desired: Sequence[coverage.Grant]) -> list[Statement]:
    """Return what of a statement the desired ones do not grant."""
    [grant] = coverage.grants({"Version": VERSION, "Statement": [statement]})
    if not grant.allow:
        return [statement]
    asked = [ask for ask in coverage.asks(grant) if not any(coverage.allows(item, ask) for item in desired)]
    if grant.not_actions or grant.not_resources:
        return [statement] if asked else []
    missing: dict[str, list[str]] = {}
    for ask in asked:
        actions = missing.setdefault(ask.resource, [])
        actions += [ask.action] if ask.action not in actions else []
    by_actions: dict[tuple[str, ...], list[str]] = {}
    for resource, actions in missing.items():
        by_actions.setdefault(tuple(actions), []).append(resource)
    return [{**statement, "Action": list(actions), "Resource": these} for actions, these in by_actions.items()]


def _put(statements: list[Statement], rest: Statement) -> None:
    """Add a statement: to the resources of one that is otherwise the same, or by itself."""
    if rest["Effect"] == "Allow" and "Resource" in rest:
        for item in statements:
            if "Resource" in item and same_policy(_without_resources(item), _without_resources(rest)):
                item["Resource"] = list(dict.fromkeys([*listed(item["Resource"]), *listed(rest["Resource"])]))
                return
    if any(same_policy({**item, "Sid": ""}, {**rest, "Sid": ""}) for item in statements):
        return
    # A Sid may be in a policy once.
    taken = {item.get("Sid") for item in statements}
    statements.append({key: value for key, value in rest.items() if key != "Sid" or value not in taken})


def _without_resources(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key not in ("Sid", "Resource")}


def _phrase(statement: Statement) -> str:
    deny = "" if statement["Effect"] == "Allow" else "Deny "
    condition = statement.get("Condition")
    end = f" ({_condition(condition)})" if condition else ""
    return f"{deny}{_element(statement, 'Action')} on {_element(statement, 'Resource')}{end}"


def _element(statement: Statement, element: str) -> str:
    negated = "" if element in statement else "all but "
    return negated + ", ".join(listed(statement.get(element, statement.get(f"Not{element}"))))


def _condition(condition: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{operator} {key} {', '.join(map(str, listed(values)))}"
        for operator, keys in condition.items()
        for key, values in keys.items()
    )

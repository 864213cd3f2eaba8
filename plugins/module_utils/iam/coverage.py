# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether policies together allow what another policy asks for.

The answer errs on one side: what is said to be allowed is allowed. One statement has to allow an action on a resource
by itself, with conditions that follow from those asked for, and no ``Deny`` may be about it, whatever its conditions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..compare import parse_json
from .condition_tests import ConditionTest, read_tests, ways
from .patterns import arn_covers, arn_overlaps, covers, overlaps
from .policies import VERSION, listed, statements_of

#: Everybody, as a principal.
EVERYBODY = frozenset({("*", "*"), ("AWS", "*")})


@dataclass(frozen=True)
class Grant:
    """One statement of a policy, in a form that can be asked."""

    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    tests: tuple[ConditionTest, ...] = ()
    #: Whether the actions (resources) are those of ``NotAction`` (``NotResource``).
    not_actions: bool = False
    not_resources: bool = False
    #: Kind and name; empty in policies that say nothing of principals.
    principals: frozenset[tuple[str, str]] = frozenset()
    not_principals: bool = False
    #: Whether ``${…}`` is a variable.
    variables: bool = True
    #: What it is called in a message.
    name: str = ""


@dataclass(frozen=True)
class Ask:
    """One action on one resource by one principal, under one condition. Patterns may stand for many of them."""

    action: str
    resource: str
    tests: tuple[ConditionTest, ...]
    principal: tuple[str, str] | None = None


@dataclass(frozen=True)
class Lack:
    """What of one statement is not allowed, or may be denied."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...]
    #: The statement that may deny it; ``""`` where nothing allows it.
    denied_by: str = ""

    @property
    def text(self) -> str:
        """A sentence about it."""
        what = ", ".join(self.actions)
        # In a trust policy the resource is the role itself.
        what += f" by {', '.join(self.principals)}" if self.principals else f" on {', '.join(self.resources)}"
        return f"{what} may be denied by {self.denied_by}" if self.denied_by else f"{what} is not allowed"


def grants(document: Any, name: str = "") -> list[Grant]:
    """Return the statements of a policy, text or value.

    :param name: what the policy is called in a message
    """
    variables = (parse_json(document) or {}).get("Version") == VERSION
    return [_grant(statement, variables, name) for statement in statements_of(document)]


def _grant(statement: Mapping[str, Any], variables: bool, name: str) -> Grant:
    return Grant(
        allow=statement.get("Effect") == "Allow",
        actions=_texts(statement, "Action"),
        resources=_texts(statement, "Resource") or ("*",),
        tests=read_tests(statement.get("Condition"), variables=variables),
        not_actions="NotAction" in statement,
        not_resources="NotResource" in statement,
        principals=frozenset(principals_of(statement)),
        not_principals="NotPrincipal" in statement,
        variables=variables,
        name=" ".join(part for part in ("statement", str(statement.get("Sid") or ""), name and f"of {name}") if part),
    )


def _texts(statement: Mapping[str, Any], element: str) -> tuple[str, ...]:
    return tuple(str(item) for item in listed(statement.get(element, statement.get(f"Not{element}"))))


def principals_of(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return kind and name of each principal that a statement names."""
    named = statement.get("Principal", statement.get("NotPrincipal"))
    for kind, values in named.items() if isinstance(named, Mapping) else [("*", named)] if named else []:
        yield from ((str(kind), str(value)) for value in listed(values))


def asks(grant: Grant) -> Iterator[Ask]:
    """Return everything that a statement allows, each action on each resource. ``Not…`` elements stand for anything."""
    principals: list[tuple[str, str] | None] = [*sorted(grant.principals)] or [None]
    for principal in principals:
        for action in ("*",) if grant.not_actions else grant.actions:
            for resource in ("*",) if grant.not_resources else grant.resources:
                for way in ways(grant.tests):
                    yield Ask(action, resource, way, principal)


def allows(grant: Grant, ask: Ask) -> bool:
    """Return whether the statement alone allows all that the ask stands for. Never true by mistake."""
    if not grant.allow or grant.not_principals:
        return False
    if ask.principal is not None and ask.principal not in grant.principals:
        return False
    if not grant.variables and any("${" in pattern for pattern in grant.resources):
        return False
    if grant.not_actions:
        action = not any(overlaps(pattern, ask.action, fold=True) for pattern in grant.actions)
    else:
        action = any(covers(pattern, ask.action, fold=True) for pattern in grant.actions)
    if grant.not_resources:
        resource = not any(arn_overlaps(pattern, ask.resource) for pattern in grant.resources)
    else:
        resource = any(arn_covers(pattern, ask.resource) for pattern in grant.resources)
    return action and resource and all(any(test.implied_by(given) for given in ask.tests) for test in grant.tests)


def may_deny(grant: Grant, ask: Ask) -> bool:
    """Return whether the statement may deny something of the ask. Never false by mistake."""
    if grant.allow:
        return False
    named = grant.principals
    if ask.principal is not None and not (
        grant.not_principals or named & EVERYBODY or ask.principal in named or (ask.principal[0], "*") in named
    ):
        return False
    if grant.not_actions:
        action = not any(covers(pattern, ask.action, fold=True) for pattern in grant.actions)
    else:
        action = any(overlaps(pattern, ask.action, fold=True) for pattern in grant.actions)
    if grant.not_resources:
        resource = not any("${" not in pattern and arn_covers(pattern, ask.resource) for pattern in grant.resources)
    else:
        resource = any(arn_overlaps(pattern, ask.resource) for pattern in grant.resources)
    return action and resource


def lacks(desired: Iterable[Grant], existing: Sequence[Grant]) -> list[Lack]:
    """Return what of the desired statements the existing ones do not allow; nothing when they suffice.

    A desired ``Deny`` is met only by itself.
    """
    found: list[Lack] = []
    for grant in desired:
        if not grant.allow:
            if not any(replace(other, name="") == replace(grant, name="") for other in existing):
                found.append(_lack(asks(grant), f"{grant.name}, which is not there"))
            continue
        missing: list[Ask] = []
        denied: dict[str, list[Ask]] = {}
        for ask in asks(grant):
            deny = next((other.name for other in existing if may_deny(other, ask)), "")
            if deny:
                denied.setdefault(deny, []).append(ask)
            elif not any(allows(other, ask) for other in existing):
                missing.append(ask)
        found += [_lack(missing)] if missing else []
        found += [_lack(these, name) for name, these in denied.items()]
    return found


def _lack(these: Iterable[Ask], denied_by: str = "") -> Lack:
    items = list(these)
    return Lack(
        tuple(dict.fromkeys(ask.action for ask in items)),
        tuple(dict.fromkeys(ask.resource for ask in items)),
        tuple(dict.fromkeys(ask.principal[1] for ask in items if ask.principal)),
        denied_by,
    )

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM policies: read and evaluated.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html (the form) and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html (an explicit deny wins; an
allow is needed; boundaries and session policies narrow).
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.aws import conditions
from qbusiness_sandbox.aws.patterns import Context, PolicyError, matches

__all__ = ["Ask", "Context", "Decision", "Policy", "PolicyError", "decide", "decide_session"]

VERSIONS = ("2008-10-17", "2012-10-17")
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_ACCOUNT = re.compile(r"\d{12}")
_STATEMENT = frozenset({
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"
})  # fmt: skip


class Decision(enum.Enum):
    """What policies say of a request."""

    ALLOW = "allow"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


@dataclass(frozen=True)
class Ask:
    """A request to decide on. ``principals``: (kind, name) pairs that the caller is, for policies with a Principal;
    ``delegates``: those in whose name a deny reaches the caller but an allow does not (the account's root)."""

    action: str
    resource: str = "*"
    context: Context = field(default_factory=Context)
    principals: frozenset[tuple[str, str]] = frozenset()
    delegates: frozenset[tuple[str, str]] = frozenset()


def _strings(value: Any, what: str) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, str) for item in items):
        raise PolicyError(f"{what} must be a string or a list of strings")
    return tuple(items)


def _principals(value: Any) -> frozenset[tuple[str, str]]:
    if value == "*":
        return frozenset({("*", "*")})
    if not isinstance(value, dict) or not value:
        raise PolicyError("Principal must be '*' or an object")
    result: set[tuple[str, str]] = set()
    for kind, names in value.items():
        if kind not in ("AWS", "Service", "Federated", "CanonicalUser"):
            raise PolicyError(f"Unknown kind of principal {kind}")
        for name in _strings(names, "A principal"):
            full = f"arn:aws:iam::{name}:root" if kind == "AWS" and _ACCOUNT.fullmatch(name) else name
            result.add((kind, full))
    return frozenset(result)


@dataclass(frozen=True)
class Statement:
    """One statement, in a form that can be asked."""

    allow: bool
    actions: tuple[str, ...]
    not_action: bool
    resources: tuple[str, ...]
    not_resource: bool
    principals: frozenset[tuple[str, str]] | None
    condition: dict[str, dict[str, Any]]
    variables: bool

    @classmethod
    def read(cls, data: Any, *, variables: bool, resource_based: bool, trust: bool) -> Statement:
        if not isinstance(data, dict):
            raise PolicyError("A statement must be an object")
        for name in data:
            if name not in _STATEMENT:
                raise PolicyError(f"Unknown element {name}")
        if data.get("Effect") not in ("Allow", "Deny"):
            raise PolicyError("Missing required field Effect" if "Effect" not in data else "Invalid effect")
        if ("Action" in data) == ("NotAction" in data):
            raise PolicyError(
                "Missing required field Action" if "Action" not in data else "Action and NotAction exclude each other"
            )
        actions = _strings(data.get("Action", data.get("NotAction")), "Action")
        for action in actions:
            if not _ACTION.fullmatch(action):
                raise PolicyError("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
        if "NotPrincipal" in data:
            raise PolicyError("NotPrincipal is not supported")
        if resource_based and "Principal" not in data:
            raise PolicyError("Missing required field Principal")
        if not resource_based and "Principal" in data:
            raise PolicyError("Policy document should not specify a principal.")
        if trust and ("Resource" in data or "NotResource" in data):
            raise PolicyError("Has prohibited field Resource")
        if not trust and ("Resource" in data) == ("NotResource" in data):
            raise PolicyError("Policy statement must contain resources.")
        condition = data.get("Condition", {})
        conditions.check(condition)
        return cls(
            allow=data["Effect"] == "Allow",
            actions=actions,
            not_action="NotAction" in data,
            resources=("*",) if trust else _strings(data.get("Resource", data.get("NotResource")), "Resource"),
            not_resource="NotResource" in data,
            principals=_principals(data["Principal"]) if resource_based else None,
            condition=condition,
            variables=variables,
        )

    def _is_about(self, principals: frozenset[tuple[str, str]]) -> bool:
        if self.principals is None or ("*", "*") in self.principals:
            return True
        return any(pair in self.principals or (pair[0], "*") in self.principals for pair in principals)

    def applies(self, ask: Ask) -> bool:
        """Whether this statement speaks of the request."""
        if not self._is_about(ask.principals if self.allow else ask.principals | ask.delegates):
            return False
        named = any(
            matches(action, ask.action, ask.context, variables=False, ignore_case=True) for action in self.actions
        )
        if named == self.not_action:
            return False
        on = any(matches(resource, ask.resource, ask.context, variables=self.variables) for resource in self.resources)
        if on == self.not_resource:
            return False
        return conditions.holds(self.condition, ask.context, variables=self.variables)


@dataclass(frozen=True)
class Policy:
    """A policy document."""

    statements: tuple[Statement, ...]

    @classmethod
    def read(cls, document: str | dict[str, Any], *, resource_based: bool = False, trust: bool = False) -> Policy:
        """Parse a document; ``trust`` is a role's trust policy, ``resource_based`` a bucket's or secret's.

        Raises :class:`PolicyError` for whatever is not understood.
        """
        if isinstance(document, str):
            try:
                document = json.loads(document)
            except ValueError as error:
                raise PolicyError("This policy contains invalid Json") from error
        if not isinstance(document, dict):
            raise PolicyError("Syntax errors in policy.")
        for name in document:
            if name not in ("Version", "Id", "Statement"):
                raise PolicyError(f"Unknown element {name}")
        version = document.get("Version")
        if version not in VERSIONS:
            raise PolicyError("Policy document must be version 2012-10-17 or greater.")
        if "Statement" not in document:
            raise PolicyError("Syntax errors in policy.")
        statements = document["Statement"]
        items = statements if isinstance(statements, list) else [statements]
        return cls(
            tuple(
                Statement.read(
                    item, variables=version == "2012-10-17", resource_based=resource_based or trust, trust=trust
                )
                for item in items
            )
        )

    def decide(self, ask: Ask) -> Decision:
        return decide([self], ask)


def decide(policies: Iterable[Policy], ask: Ask, *, honour_deny: bool = True) -> Decision:
    """What these policies say together: an explicit deny wins, one allow suffices, silence is a deny.

    ``honour_deny=False`` leaves Deny statements out; only a test that shows what they are good for does that.
    """
    allowed = False
    for policy in policies:
        for statement in policy.statements:
            if not statement.allow and not honour_deny:
                continue
            if statement.applies(ask):
                if not statement.allow:
                    return Decision.EXPLICIT_DENY
                allowed = True
    return Decision.ALLOW if allowed else Decision.IMPLICIT_DENY


def decide_session(
    ask: Ask,
    *,
    identity: Iterable[Policy],
    boundary: Policy | None = None,
    session: Iterable[Policy] | None = None,
    resource: Policy | None = None,
    honour_deny: bool = True,
) -> Decision:
    """Whether an assumed role's session may: its role's policies, cut by the boundary and by the session policies, or
    the resource's own policy."""
    layers = [list(identity)]
    if boundary is not None:
        layers.append([boundary])
    if session is not None:
        layers.append(list(session))
    decisions = [decide(layer, ask, honour_deny=honour_deny) for layer in layers]
    granted = decide([resource], ask, honour_deny=honour_deny) if resource is not None else Decision.IMPLICIT_DENY
    if Decision.EXPLICIT_DENY in (*decisions, granted):
        return Decision.EXPLICIT_DENY
    # The resource's policy replaces what the role's own policies would have to say; the cuts remain.
    base = Decision.ALLOW in (decisions[0], granted)
    return Decision.ALLOW if base and all(item is Decision.ALLOW for item in decisions[1:]) else Decision.IMPLICIT_DENY

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles as the evaluation of policies sees them, read from moto's IAM state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qbusiness_sandbox.aws.moto_app import Moto
from qbusiness_sandbox.aws.policy import Policy, PolicyError


@dataclass(frozen=True)
class Role:
    """One role. ``identity``: its inline and attached managed policies; ``max_session``: seconds."""

    arn: str
    name: str
    role_id: str
    trust: str
    identity: tuple[str, ...]
    boundary: str | None
    max_session: int

    def trust_policy(self) -> Policy:
        return Policy.read(self.trust, trust=True)

    def identity_policies(self) -> list[Policy]:
        return [Policy.read(document) for document in self.identity]

    def boundary_policy(self) -> Policy | None:
        return Policy.read(self.boundary) if self.boundary is not None else None


def default_document(policy: Any) -> str:
    """The default version of one of moto's managed policies."""
    return next(str(version.document) for version in policy.versions if version.is_default)


class Roles:
    """Looks roles and managed policies up."""

    def __init__(self, moto: Moto) -> None:
        self._moto = moto

    def find(self, arn: str) -> Role | None:
        """The role with exactly this ARN; names are case-sensitive."""
        with self._moto.entered() as backends:
            iam = backends["iam"]
            found = next((role for role in iam.roles.values() if role.arn == arn), None)
            if found is None:
                return None
            attached = [default_document(policy) for policy in found.managed_policies.values()]
            boundary = None
            if found.permissions_boundary_arn:
                boundary = self._managed(iam, found.permissions_boundary_arn)
            return Role(
                arn=arn,
                name=found.name,
                role_id=found.id,
                trust=found.assume_role_policy_document,
                identity=(*found.policies.values(), *attached),
                boundary=boundary,
                max_session=int(found.max_session_duration or 3600),
            )

    def managed(self, arn: str) -> str | None:
        """The default version of a managed policy; None when there is none."""
        with self._moto.entered() as backends:
            policy = backends["iam"].managed_policies.get(arn)
            return default_document(policy) if policy is not None else None

    @staticmethod
    def _managed(iam: Any, arn: str) -> str:
        policy = iam.managed_policies.get(arn)
        if policy is None:
            raise PolicyError(f"The permissions boundary {arn} is not known")
        return default_document(policy)

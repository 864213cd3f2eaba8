# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM checks and moto does not: policies' forms, sizes, and principals.

Quotas: ``quotas.py``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.moto_app import Moto
from qbusiness_sandbox.aws.policy import Policy, PolicyError
from qbusiness_sandbox.aws.quotas import Quotas
from qbusiness_sandbox.aws.saml_providers import merge_tags

_TRUST_ACTIONS = re.compile(
    r"sts:(AssumeRole|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|TagSession|SetSourceIdentity|SetContext|\*|AssumeRole\*)",
    re.IGNORECASE,
)
_PROVIDER = re.compile(
    r"arn:aws:iam::\d{12}:saml-provider/[\w._-]{1,128}|arn:aws:iam::\d{12}:oidc-provider/[^\s:]+(:[^\s]+)?"
    # The public providers that need no registration.
    r"|accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com|cognito-identity\.amazonaws\.com"
)
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.(amazonaws\.com|amazonaws\.com\.cn|aws\.internal)")
_AWS = re.compile(
    r"\*|\d{12}|arn:aws:(iam|sts)::\d{12}:(root|user/.+|role/.+|assumed-role/.+|federated-user/.+)|A[A-Z0-9]{15,}"
)
_PATTERNS = {"Federated": _PROVIDER, "Service": _SERVICE, "AWS": _AWS}


def size(document: str) -> int:
    """Characters that count against a quota."""
    return len(re.sub(r"\s", "", document))


def _malformed(message: str) -> AwsError:
    return AwsError("MalformedPolicyDocument", message, 400)


def trust_policy(document: str, moto: Moto, quotas: Quotas) -> None:
    """A role's trust policy. Raises :class:`AwsError` (MalformedPolicyDocument, LimitExceeded)."""
    try:
        Policy.read(document, trust=True)
    except PolicyError as error:
        raise _malformed(str(error)) from error
    quotas.check("trust_policy", size(document))
    statements = json.loads(document)["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        _actions(statement)
        _principals(statement["Principal"], moto)


def _actions(statement: dict[str, Any]) -> None:
    actions: Any = statement.get("Action", statement.get("NotAction"))
    for action in actions if isinstance(actions, list) else [actions]:
        if action != "*" and not _TRUST_ACTIONS.fullmatch(action):
            raise _malformed("AssumeRole policy may only specify STS AssumeRole actions.")


def _principals(principal: Any, moto: Moto) -> None:
    if principal == "*":
        return
    for kind, names in principal.items():
        for name in names if isinstance(names, list) else [names]:
            if kind not in _PATTERNS or not (name == "*" or _PATTERNS[kind].fullmatch(name)):
                raise _malformed(f'Invalid principal in policy: "{kind.upper()}":"{name}"')
            if kind == "AWS" and ":role/" in name and not _role_exists(name, moto):
                raise _malformed(f'Invalid principal in policy: "AWS":"{name}"')


def _role_exists(arn: str, moto: Moto) -> bool:
    with moto.entered() as backends:
        iam = backends["iam"]
        # Another account's roles cannot be looked up.
        return arn.split(":")[4] != iam.account_id or any(role.arn == arn for role in iam.roles.values())


def permission_policy(document: str) -> None:
    """An identity policy. Raises :class:`AwsError` (MalformedPolicyDocument)."""
    try:
        Policy.read(document)
    except PolicyError as error:
        raise _malformed(str(error)) from error


def inline_policy(role_name: str, policy_name: str, document: str, moto: Moto, quotas: Quotas) -> None:
    """One of a role's inline policies, with the size of all of them."""
    permission_policy(document)
    with moto.entered() as backends:
        role = next((item for item in backends["iam"].roles.values() if item.name == role_name), None)
        others = [text for name, text in role.policies.items() if name != policy_name] if role is not None else []
    limit = quotas.limit("inline_policies")
    if limit is not None and sum(size(text) for text in (*others, document)) > limit:
        raise AwsError("LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for role {role_name}", 409)


def managed_policy(document: str, quotas: Quotas) -> None:
    """A managed policy's version."""
    permission_policy(document)
    quotas.check("managed_policy", size(document))


def attachment(role_name: str, policy_arn: str, moto: Moto, quotas: Quotas) -> None:
    """How many managed policies a role may have."""
    with moto.entered() as backends:
        role = next((item for item in backends["iam"].roles.values() if item.name == role_name), None)
        attached = set(role.managed_policies) if role is not None else set()
    if policy_arn not in attached:
        quotas.check("attached_policies", len(attached) + 1)


def boundary(policy_arn: str, moto: Moto) -> None:
    """A permissions boundary must exist."""
    with moto.entered() as backends:
        known = policy_arn in backends["iam"].managed_policies
    if not known:
        raise AwsError("NoSuchEntity", f"Scope ARN: {policy_arn} does not exist or is not attachable.", 404)


def deletable(policy_arn: str, moto: Moto) -> None:
    """A managed policy that is attached, is a boundary, or has other versions cannot be deleted
    (https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html)."""
    with moto.entered() as backends:
        iam = backends["iam"]
        policy = iam.managed_policies.get(policy_arn)
        if policy is None:
            raise AwsError("NoSuchEntity", f"Policy {policy_arn} was not found.", 404)
        holders = [*iam.roles.values(), *iam.users.values(), *iam.groups.values()]
        used = any(policy_arn in holder.managed_policies for holder in holders) or any(
            role.permissions_boundary_arn == policy_arn for role in iam.roles.values()
        )
        versions = len(policy.versions)
    if used:
        raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if versions > 1:
        raise AwsError(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy.",
            409,
        )


def role_tags(role_name: str, tags: list[dict[str, str]], moto: Moto) -> None:
    """A role carries at most 50 tags."""
    with moto.entered() as backends:
        role = next((item for item in backends["iam"].roles.values() if item.name == role_name), None)
        present = {tag["Key"]: tag["Value"] for tag in role.tags} if role is not None else {}
    merge_tags(present, tags)

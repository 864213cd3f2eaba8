# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles that Amazon Q Business or signed-in people take, read only, shown as ``iam_federation_role`` shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..compare import parse_json
from ..host import Context
from ..placeholder import is_placeholder
from . import trusts
from .provider_uses import ROLES_PAGE
from .role import SERVICE, Role
from .role_kinds import KINDS

#: The services that take roles of this collection.
TAKERS = frozenset({trusts.SERVICE, trusts.APPLICATION_SERVICE})
OPTIONS: dict[str, Any] = {
    "name": {"type": "str"},
    "path_prefix": {"type": "str"},
    "provider_arn": {"type": "str"},
    "policy_name": {"type": "str"},
}


def roles(context: Context) -> dict[str, Any]:
    """What the module ``iam_federation_role_info`` does.

    :raises InputError: the name cannot be that of a role
    :raises ServiceError: IAM refuses
    """
    shown = (_shown(context, name) for name in sorted(_names(context)))
    return {"changed": False, "roles": [role for role in shown if role is not None]}


def _names(context: Context) -> Iterator[str]:
    """The names of the roles that are meant. The list of roles holds their trust policies."""
    parameters = context.parameters
    name, provider = str(parameters.get("name") or ""), str(parameters.get("provider_arn") or "")
    prefix = str(parameters.get("path_prefix") or "")
    if is_placeholder(provider):
        return
    if name and not provider and not prefix:
        yield name
        return
    more = {"PathPrefix": prefix} if prefix else {}
    for role in context.aws.pages(SERVICE, "ListRoles", "Roles", MaxItems=ROLES_PAGE, **more):
        principals = set(_principals(role.get("AssumeRolePolicyDocument")))
        wanted = {provider} <= principals if provider else bool(name) or any(_takes(item) for item in principals)
        if wanted and name in ("", role["RoleName"]):
            yield str(role["RoleName"])


def _takes(principal: str) -> bool:
    """Whether it is an identity provider, or Amazon Q Business."""
    return principal in TAKERS or ":saml-provider/" in principal or ":oidc-provider/" in principal


def _principals(document: Any) -> Iterator[str]:
    """The services and identity providers that a trust policy names."""
    for statement in _listed((parse_json(document) or {}).get("Statement")):
        principal = statement.get("Principal")
        if isinstance(principal, Mapping):
            for kind in ("Service", "Federated"):
                yield from (str(item) for item in _listed(principal.get(kind)))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def _shown(context: Context, name: str) -> dict[str, Any] | None:
    given = context.parameters.get("policy_name")
    role = Role(replace(context, parameters={"state": "absent", "name": name}))
    state = None if is_placeholder(name) else role.find()
    if state is None:
        return None
    inline = [str(item) for item in context.aws.pages(SERVICE, "ListRolePolicies", "PolicyNames", RoleName=name)]
    ours = [given] if given else list(dict.fromkeys(spec.policy_name for spec in KINDS.values()))
    policy = next((item for item in ours if item in inline), "")
    answer = context.aws.get(SERVICE, "GetRolePolicy", RoleName=name, PolicyName=policy) if policy else None
    if answer is not None:
        state = {**state, "PolicyName": policy, "PolicyDocument": answer["PolicyDocument"]}
    return {**role.identity(state), **role.view(state), "inline_policies": inline}

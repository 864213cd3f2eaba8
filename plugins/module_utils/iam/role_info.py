# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles that Amazon Q Business or signed-in people take, read only, shown as ``iam_federation_role`` shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..host import Context
from ..placeholder import is_placeholder
from . import arns, trusts
from .coverage import principals_of
from .policies import compact, statements_of
from .provider_uses import ROLES_PAGE
from .role import Role
from .role_kinds import KINDS
from .role_lookup import foreign_principals
from .role_options import SERVICE

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
    """Return the services and identity providers that a trust policy names."""
    for statement in statements_of(document):
        yield from (name for kind, name in principals_of(statement) if kind in ("Service", "Federated"))


def _shown(context: Context, name: str) -> dict[str, Any] | None:
    given = context.parameters.get("policy_name")
    role = Role(replace(context, parameters={"state": "absent", "name": name}))
    state = None if is_placeholder(name) else role.find()
    if state is None:
        return None
    documents = role.policies(state).inline
    ours = [given] if given else list(dict.fromkeys(spec.policy_name for spec in KINDS.values()))
    policy = next((item for item in ours if item in documents), "")
    if policy:
        state = {**state, "PolicyName": policy, "PolicyDocument": documents[policy]}
    view = role.view(state)
    named = compact([view["assume_role_policy_document"], *documents.values()])
    return {
        **role.identity(state),
        **view,
        "foreign_principals": foreign_principals(view),
        "applications": [application.arn for application in arns.applications_in(named)],
        "indices": arns.indices_in(named),
        "data_sources": arns.data_sources_in(named),
        "buckets": arns.buckets_in(named),
    }

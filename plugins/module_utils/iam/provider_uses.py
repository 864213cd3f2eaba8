# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses an identity provider: roles that trust it, and Q Business applications whose people come through it."""

from __future__ import annotations

from typing import Any

from ..aws import Aws
from ..compare import parse_json

#: Identity types of applications that have a provider in IAM (service model ``qbusiness``, ``IdentityType``).
FEDERATED = frozenset({"AWS_IAM_IDP_SAML", "AWS_IAM_IDP_OIDC"})
#: The longest pages that the services give.
ROLES_PAGE = 1000
APPLICATIONS_PAGE = 100


def trusting_roles(aws: Aws, provider_arn: str) -> list[str]:
    """The ARNs of the roles whose trust policy names the provider, over all pages."""
    return sorted(
        str(role["Arn"])
        for role in aws.pages("iam", "ListRoles", "Roles", MaxItems=ROLES_PAGE)
        if provider_arn in _federated(role.get("AssumeRolePolicyDocument"))
    )


def _federated(document: Any) -> set[str]:
    statements = (parse_json(document) or {}).get("Statement") or []
    found: set[str] = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        if isinstance(principal, dict):
            names = principal.get("Federated") or []
            found.update(names if isinstance(names, list) else [names])
    return found


def applications(aws: Aws, provider_arn: str) -> list[str]:
    """The applications of the task's region that sign in through the provider, each as name and id.

    The list does not say which provider an application has, so each federated one is read.
    """
    found = []
    for item in aws.pages("qbusiness", "ListApplications", "applications", maxResults=APPLICATIONS_PAGE):
        if item.get("identityType") not in FEDERATED or item.get("status") in ("DELETING", "DELETED"):
            continue
        application = aws.get("qbusiness", "GetApplication", applicationId=item["applicationId"])
        if application and application.get("iamIdentityProviderArn") == provider_arn:
            found.append(f"{application.get('displayName')} ({application['applicationId']})")
    return sorted(found)


def uses(aws: Aws, provider_arn: str) -> list[str]:
    """All users of a provider, each as a short phrase."""
    return [
        *(f"role {arn}" for arn in trusting_roles(aws, provider_arn)),
        *(f"application {name}" for name in applications(aws, provider_arn)),
    ]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses an identity provider: roles that trust it, and Q Business applications whose people come through it.

With OpenID Connect also which of its client ids each of them uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..aws import Aws
from ..compare import parse_json

#: Identity types of applications that have a provider in IAM (service model ``qbusiness``, ``IdentityType``).
FEDERATED = frozenset({"AWS_IAM_IDP_SAML", "AWS_IAM_IDP_OIDC"})
#: The longest pages that the services give.
ROLES_PAGE = 1000
APPLICATIONS_PAGE = 100
#: What a role of people who come by OpenID Connect has to allow.
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
#: Operators that let a value in when it is like one of theirs.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_POSITIVE = re.compile(r"(?:for(?:any|all)values?:)?string(equals|equalsignorecase|like)(?:ifexists)?", re.IGNORECASE)


@dataclass(frozen=True)
class Use:
    """A role or an application that uses the provider."""

    #: A short phrase that names it.
    name: str
    #: Each a set of ways in, any of whose patterns (``*`` and ``?``) lets a client id in; all of a way's lists have to.
    #: One way of no list lets every client id in.
    ways: tuple[tuple[tuple[str, ...], ...], ...] = ((),)

    def accepts(self, client_id: str) -> bool:
        """Whether people of this client id come in by it."""
        return any(all(any(_like(pattern, client_id) for pattern in one) for one in way) for way in self.ways)


def _like(pattern: str, value: str) -> bool:
    """IAM's wildcards: any text, any one character. Without case: one of the operators ignores it, actions have none,
    and no two client ids of an org differ by case alone."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL | re.IGNORECASE) is not None


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def trusting_roles(aws: Aws, provider_arn: str) -> list[Use]:
    """The roles whose trust policy names the provider, over all pages."""
    listed = aws.pages("iam", "ListRoles", "Roles", MaxItems=ROLES_PAGE)
    found = (use_by_role(str(role["Arn"]), role.get("AssumeRolePolicyDocument"), provider_arn) for role in listed)
    return sorted((use for use in found if use), key=lambda use: use.name)


def use_by_role(role_arn: str, trust: Any, provider_arn: str) -> Use | None:
    """The use that a role makes of the provider; ``None`` when its trust policy does not name it."""
    statements = [
        statement
        for statement in _listed((parse_json(trust) or {}).get("Statement"))
        if provider_arn in _federated(statement)
    ]
    return Use(f"role {role_arn}", _ways(statements, provider_arn)) if statements else None


def _federated(statement: Mapping[str, Any]) -> list[Any]:
    principal = statement.get("Principal")
    return _listed(principal.get("Federated")) if isinstance(principal, Mapping) else []


def _ways(statements: Sequence[Mapping[str, Any]], provider_arn: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """What the trust policy says of client ids, statement by statement; one that lets nobody in says nothing."""
    key = f"{provider_arn.partition(':oidc-provider/')[2]}:aud".lower()
    return tuple(
        tuple(_audiences(statement.get("Condition") or {}, key))
        for statement in statements
        if statement.get("Effect") == "Allow" and _lets_in(statement)
    )


def _lets_in(statement: Mapping[str, Any]) -> bool:
    """Whether the statement is about taking the role, not only about what else goes with it (``sts:TagSession``)."""
    if "NotAction" in statement:
        return not any(_like(str(item), WEB_IDENTITY) for item in _listed(statement["NotAction"]))
    return any(_like(str(item), WEB_IDENTITY) for item in _listed(statement.get("Action")))


def _audiences(condition: Mapping[str, Any], key: str) -> Iterator[tuple[str, ...]]:
    """The lists of client ids of which each has to be met. Condition keys have no case."""
    for operator, tests in condition.items():
        if _POSITIVE.fullmatch(operator) and isinstance(tests, Mapping):
            for name, values in tests.items():
                if str(name).lower() == key:
                    yield tuple(str(value) for value in _listed(values))


def applications(aws: Aws, provider_arn: str, region: str = "") -> list[Use]:
    """The applications of one region that sign in through the provider, each as name and id.

    The list does not say which provider an application has, so each federated one is read.

    :param region: to be named in the phrase; ``""`` for the task's own region
    """
    found = []
    for item in aws.pages("qbusiness", "ListApplications", "applications", maxResults=APPLICATIONS_PAGE):
        if item.get("identityType") not in FEDERATED or item.get("status") in ("DELETING", "DELETED"):
            continue
        application = aws.get("qbusiness", "GetApplication", applicationId=item["applicationId"])
        if application and application.get("iamIdentityProviderArn") == provider_arn:
            name = f"application {application.get('displayName')} ({application['applicationId']})"
            clients = tuple(str(client) for client in application.get("clientIdsForOIDC") or [])
            found.append(Use(f"{name} in {region}" if region else name, ((clients,),) if clients else ((),)))
    return sorted(found, key=lambda use: use.name)


def uses(aws: Aws, provider_arn: str, regions: Sequence[str] = ()) -> list[Use]:
    """All users of a provider.

    :param regions: where applications are looked for beside the task's own region
    """
    found = [*trusting_roles(aws, provider_arn), *applications(aws, provider_arn)]
    for region in dict.fromkeys(regions):
        if region != aws.region:
            found += applications(aws.in_region(region), provider_arn, region)
    return found

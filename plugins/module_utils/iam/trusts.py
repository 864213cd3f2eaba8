# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may assume the roles of this collection, with the source of every policy. What they may do: :mod:`.policies`.

Pages are below https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/ (``UG``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..placeholder import ACCOUNT
from .arns import Application, Provider
from .coverage import principals_of
from .policies import Policy, one_or_all, policy, statements_of

#: The sign-in endpoints that an assertion's Recipient names, by partition. The trust policy compares ``SAML:aud`` with
#: the Recipient: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
SIGN_IN_ENDPOINTS = {
    "aws": "https://signin.aws.amazon.com/saml",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
    "aws-cn": "https://signin.amazonaws.cn/saml",
}
#: Who assumes the roles of data sources and retrievers: UG/iam-roles-ds.html, UG/kendra-retriever-iam-role.html.
SERVICE = "qbusiness.amazonaws.com"
#: Who assumes the role for the OIDC client secret: UG/web-experience-iam-role-iam.html.
APPLICATION_SERVICE = "application.qbusiness.amazonaws.com"
#: The session tag by which Q Business knows a person: UG/create-application-iam-okta.html, step 2.
EMAIL_CONDITION = {"StringLike": {"aws:RequestTag/Email": "*"}}
#: How the Sid of every trust statement of this collection begins. AWS's pages and console write other ones, so that a
#: statement that somebody copied from them is told from one of ours, and stays as it is.
MARK = "QBusinessFederation"


def saml(provider: Provider, audiences: Sequence[str]) -> Policy:
    """People who come through a SAML provider, with their email as a session tag.

    Source: UG/create-application-iam-okta.html, step 2.10. Several audiences: sample ``iam-federation-samples`` of
    aws-samples/amazon-q-business-samples (a requestable SSO URL becomes the Recipient).
    """
    principal = {"Federated": provider.arn}
    return policy(
        [
            {
                "Sid": f"{MARK}SamlSignIn",
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {"StringEquals": {"SAML:aud": one_or_all(audiences)}},
            },
            {
                "Sid": f"{MARK}SamlTagSession",
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:TagSession",
                "Condition": EMAIL_CONDITION,
            },
        ]
    )


def oidc(provider: Provider, client_ids: Sequence[str]) -> Policy:
    """People who come through an OpenID Connect provider, with their email as a session tag.

    Source: the script of ``iam-federation-samples`` (aws-samples/amazon-q-business-samples); the pages leave it blank.
    The condition key is the issuer with its path, in the spelling of the provider's ARN.
    """
    principal = {"Federated": provider.arn}
    return policy(
        [
            {
                "Sid": f"{MARK}OidcSignIn",
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {f"{provider.name}:aud": one_or_all(client_ids)}},
            },
            {
                "Sid": f"{MARK}OidcTagSession",
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:TagSession",
                "Condition": EMAIL_CONDITION,
            },
        ]
    )


def service_trust(applications: Sequence[Application], job: str, service: str, operator: str) -> Policy:
    """The service, on behalf of these applications and no other.

    :param job: what the role is for, as its Sid says it
    :param operator: ``ArnLike`` or ``ArnEquals``, as the page of the role writes it
    """
    return policy(
        [
            {
                "Sid": f"{MARK}{job}",
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": one_or_all(accounts(applications))},
                    operator: {"aws:SourceArn": one_or_all([application.arn for application in applications])},
                },
            }
        ]
    )


def accounts(applications: Sequence[Application]) -> list[str]:
    """The accounts of the applications, once each. That of check mode's placeholders counts only where it is alone."""
    found = list(dict.fromkeys(application.account for application in applications))
    return [account for account in found if account != ACCOUNT] or found


def data_source(application: Application) -> Policy:
    """Source: UG/iam-roles-ds.html."""
    return service_trust([application], "DataSource", SERVICE, "ArnLike")


def kendra(application: Application) -> Policy:
    """Source: UG/kendra-retriever-iam-role.html."""
    return service_trust([application], "KendraRetriever", SERVICE, "ArnEquals")


def plugin(application: Application) -> Policy:
    """Source: UG/plugin-iam-role.html."""
    return service_trust([application], "Plugin", SERVICE, "ArnLike")


def secrets(applications: Sequence[Application]) -> Policy:
    """The applications that share the secret.

    Source: UG/web-experience-iam-role-iam.html; the principal is the application's, unlike in every other role. The
    page shows one application; a condition takes several values, any of which will do:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html
    """
    return service_trust(applications, "ClientSecret", APPLICATION_SERVICE, "ArnLike")


def principals(trust: Mapping[str, Any]) -> set[str]:
    """Return whom a trust policy lets in: providers, services, accounts, roles."""
    return {
        name
        for statement in statements_of(trust)
        if statement.get("Effect") == "Allow"
        for _kind, name in principals_of(statement)
    }

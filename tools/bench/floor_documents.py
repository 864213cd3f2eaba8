# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents that the roles are to have, after AWS's pages:

* trust and policy of people's role: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/making-sigv4-authenticated-api-calls-iam.html
* of a data source's: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/iam-roles.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Document = dict[str, Any]
CHAT = (
    *("Chat", "ChatSync", "ListMessages", "ListConversations", "PutFeedback", "DeleteConversation"),
    *("GetWebExperience", "GetApplication", "ListPlugins", "GetChatControlsConfiguration", "ListRetrievers"),
    *("ListPluginActions", "ListAttachments", "GetMedia", "DeleteAttachment"),
)
#: How the Sid of a trust statement of the collection begins.
MARK = "QBusinessFederation"
MAPPING = ("PutGroup", "CreateUser", "DeleteGroup", "UpdateUser", "ListGroups")


def account(arn: str) -> str:
    return arn.split(":")[4]


def document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(sid: str, actions: Any, **more: Any) -> Document:
    return {**({"Sid": sid} if sid else {}), "Effect": "Allow", "Action": actions, **more}


def _business(names: Sequence[str]) -> list[str]:
    return [f"qbusiness:{name}" for name in names]


def people_trust(provider: str, audience: tuple[str, Any]) -> Document:
    """:param audience: the condition key and the value that a sign-in has to be for"""
    if ":saml-provider/" in provider:
        protocol, action = "Saml", "sts:AssumeRoleWithSAML"
    else:
        protocol, action = "Oidc", "sts:AssumeRoleWithWebIdentity"
    who = {"Federated": provider}
    key, value = audience
    return document(
        _allow(f"{MARK}{protocol}SignIn", action, Principal=who, Condition={"StringEquals": {key: value}}),
        _allow(
            f"{MARK}{protocol}TagSession",
            "sts:TagSession",
            Principal=who,
            Condition={"StringLike": {"aws:RequestTag/Email": "*"}},
        ),
    )


def people_policy(application: str) -> Document:
    subscription = {
        "Bool": {"user-subscriptions:CreateForSelf": "true"},
        "StringEquals": {"aws:CalledViaLast": "qbusiness.amazonaws.com"},
    }
    return document(
        _allow("QBusinessConversationPermissions", _business(CHAT), Resource=application),
        _allow(
            "QBusinessPluginDiscoveryPermissions",
            _business(["ListPluginTypeMetadata", "ListPluginTypeActions"]),
            Resource="*",
        ),
        _allow(
            "QBusinessRetrieverPermission",
            _business(["GetRetriever"]),
            Resource=[application, f"{application}/retriever/*"],
        ),
        _allow(
            "QBusinessAutoSubscriptionPermission",
            ["user-subscriptions:CreateClaim"],
            Condition=subscription,
            Resource=["*"],
        ),
    )


def service_trust(service: str, application: str) -> Document:
    return document(
        _allow(
            f"{MARK}{'ClientSecret' if service.startswith('application.') else 'DataSource'}",
            "sts:AssumeRole",
            Principal={"Service": service},
            Condition={
                "StringEquals": {"aws:SourceAccount": account(application)},
                "ArnLike": {"aws:SourceArn": application},
            },
        )
    )


def source_policy(application: str, index: str, buckets: Sequence[str]) -> Document:
    own = {"StringEquals": {"aws:ResourceAccount": account(application)}}
    arns = [f"arn:aws:s3:::{bucket}" for bucket in buckets]
    both = [application, index]
    return document(
        _allow(
            "AllowsAmazonQToGetObjectfromS3",
            ["s3:GetObject"],
            Resource=[f"{arn}/*" for arn in arns],
            Condition=own,
        ),
        _allow("AllowsAmazonQToListS3Buckets", ["s3:ListBucket"], Resource=arns, Condition=own),
        _allow(
            "AllowsAmazonQToIngestDocuments",
            _business(["BatchPutDocument", "BatchDeleteDocument"]),
            Resource=both,
        ),
        _allow(
            "AllowsAmazonQToCallPrincipalMappingAPIs",
            _business(MAPPING),
            Resource=[*both, f"{index}/data-source/*"],
        ),
    )


def secret_policy(secret: str) -> Document:
    return document(_allow("AllowsAmazonQToGetSecret", ["secretsmanager:GetSecretValue"], Resource=[secret]))


def theme_statement(application_id: str, bucket: str, files: Sequence[str], host: str) -> Document:
    """The statement by which a web experience reads its theme."""
    return _allow(
        f"QBusinessTheme{application_id.replace('-', '')}",
        ["s3:GetObject"],
        Principal={"Service": "application.qbusiness.amazonaws.com"},
        Resource=[f"arn:aws:s3:::{bucket}/{file}" for file in files],
        Condition={"StringLike": {"aws:Referer": [host]}, "Bool": {"aws:SecureTransport": "true"}},
    )

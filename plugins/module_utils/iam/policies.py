# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles of this collection may do, with the source of every policy. Who may assume them: :mod:`.trusts`.

Nothing else in the collection holds a policy literal.

Pages are below https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/ (``UG``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..compare import parse_json
from .arns import Application

Statement = dict[str, Any]
Policy = dict[str, Any]

VERSION = "2012-10-17"


def policy(statements: Sequence[Mapping[str, Any]]) -> Policy:
    """A policy document of these statements."""
    return {"Version": VERSION, "Statement": [dict(statement) for statement in statements]}


def listed(value: Any) -> list[Any]:
    """Return an element's values: one value and a list of it mean the same."""
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def statements_of(document: Any) -> list[Statement]:
    """Return the statements of a policy, text or value."""
    return listed((parse_json(document) or {}).get("Statement"))


def compact(document: Any) -> str:
    """A policy as it is sent."""
    return json.dumps(document, separators=(",", ":"))


def one_or_all(values: Sequence[str]) -> str | list[str]:
    """A condition's values as the pages write them: one plainly, several as a list."""
    return values[0] if len(values) == 1 else list(values)


# -- what a person may do in a web experience: UG/web-experience-iam-role-iam.html -----------------------------------

CONVERSATION_ACTIONS = (
    "qbusiness:Chat",
    "qbusiness:ChatSync",
    "qbusiness:ListMessages",
    "qbusiness:ListConversations",
    "qbusiness:PutFeedback",
    "qbusiness:DeleteConversation",
    "qbusiness:GetWebExperience",
    "qbusiness:GetApplication",
    "qbusiness:ListPlugins",
    "qbusiness:GetChatControlsConfiguration",
    "qbusiness:ListRetrievers",
    "qbusiness:ListPluginActions",
    "qbusiness:ListAttachments",
    "qbusiness:GetMedia",
    "qbusiness:DeleteAttachment",
)
#: For SearchRelevantContent: UG/isv-creating-index.html.
SEARCH_ACTION = "qbusiness:SearchRelevantContent"


def web_experience(
    application: Application, *, key_arn: str = "", q_apps: bool = False, citations: bool = False, search: bool = False
) -> list[Statement]:
    """What people may do, feature by feature. Source: UG/web-experience-iam-role-iam.html.

    :param key_arn: the application's own KMS key, or ``""``
    """
    statements: list[Statement] = [
        {
            "Sid": "QBusinessConversationPermissions",
            "Effect": "Allow",
            "Action": [*CONVERSATION_ACTIONS, *([SEARCH_ACTION] if search else [])],
            "Resource": application.arn,
        },
        {
            "Sid": "QBusinessPluginDiscoveryPermissions",
            "Effect": "Allow",
            "Action": ["qbusiness:ListPluginTypeMetadata", "qbusiness:ListPluginTypeActions"],
            "Resource": "*",
        },
        {
            "Sid": "QBusinessRetrieverPermission",
            "Effect": "Allow",
            "Action": ["qbusiness:GetRetriever"],
            "Resource": [application.arn, f"{application.arn}/retriever/*"],
        },
        _auto_subscription(),
    ]
    if key_arn:
        region = application.region
        services = [f"qbusiness.{region}.amazonaws.com", f"qapps.{region}.amazonaws.com"]
        statements.append(_decrypt("QBusinessKMSDecryptPermissions", key_arn, services))
    if q_apps:
        statements.extend(_q_apps(application))
    if citations:
        statements.append(_citations([application.arn]))
    return statements


def _auto_subscription() -> Statement:
    return {
        "Sid": "QBusinessAutoSubscriptionPermission",
        "Effect": "Allow",
        "Action": ["user-subscriptions:CreateClaim"],
        "Condition": {
            "Bool": {"user-subscriptions:CreateForSelf": "true"},
            "StringEquals": {"aws:CalledViaLast": "qbusiness.amazonaws.com"},
        },
        "Resource": ["*"],
    }


def _citations(arns: Sequence[str]) -> Statement:
    return {
        "Sid": "QBusinessGetDocumentContentPermission",
        "Effect": "Allow",
        "Action": ["qbusiness:GetDocumentContent"],
        "Resource": [resource for arn in arns for resource in (arn, f"{arn}/index/*")],
    }


def _decrypt(sid: str, key_arn: str, services: Sequence[str]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": [key_arn],
        "Condition": {"StringLike": {"kms:ViaService": list(services)}},
    }


def _q_apps(application: Application) -> list[Statement]:
    apps = application.arn_of("qapps", f"application/{application.id}/qapp/*")
    sessions = f"{apps}/session/*"
    return [
        {
            "Sid": "QAppsResourceAgnosticPermissions",
            "Effect": "Allow",
            "Action": [
                "qapps:CreateQApp",
                "qapps:PredictQApp",
                "qapps:PredictProblemStatementFromConversation",
                "qapps:PredictQAppFromProblemStatement",
                "qapps:ListQApps",
                "qapps:ListLibraryItems",
                "qapps:CreateSubscriptionToken",
            ],
            "Resource": application.arn,
        },
        {
            "Sid": "QAppsAppUniversalPermissions",
            "Effect": "Allow",
            "Action": ["qapps:DisassociateQAppFromUser"],
            "Resource": apps,
        },
        _q_apps_when(
            "QAppsAppOwnerPermissions",
            "UserIsAppOwner",
            apps,
            (
                "qapps:GetQApp",
                "qapps:CopyQApp",
                "qapps:UpdateQApp",
                "qapps:DeleteQApp",
                "qapps:ImportDocument",
                "qapps:CreateLibraryItem",
                "qapps:UpdateLibraryItem",
                "qapps:StartQAppSession",
            ),
        ),
        _q_apps_when(
            "QAppsPublishedAppPermissions",
            "AppIsPublished",
            apps,
            (
                "qapps:GetQApp",
                "qapps:CopyQApp",
                "qapps:AssociateQAppWithUser",
                "qapps:GetLibraryItem",
                "qapps:CreateLibraryItemReview",
                "qapps:AssociateLibraryItemReview",
                "qapps:DisassociateLibraryItemReview",
                "qapps:StartQAppSession",
            ),
        ),
        _q_apps_when(
            "QAppsAppSessionModeratorPermissions",
            "UserIsSessionModerator",
            sessions,
            (
                "qapps:ImportDocument",
                "qapps:GetQAppSession",
                "qapps:GetQAppSessionMetadata",
                "qapps:UpdateQAppSession",
                "qapps:UpdateQAppSessionMetadata",
                "qapps:StopQAppSession",
            ),
        ),
        _q_apps_when(
            "QAppsSharedAppSessionPermissions",
            "SessionIsShared",
            sessions,
            (
                "qapps:ImportDocument",
                "qapps:GetQAppSession",
                "qapps:GetQAppSessionMetadata",
                "qapps:UpdateQAppSession",
            ),
        ),
    ]


def _q_apps_when(sid: str, key: str, resource: str, actions: Sequence[str]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": resource,
        "Condition": {"StringEqualsIgnoreCase": {f"qapps:{key}": "true"}},
    }


#: What a program needs that asks in a person's name, without a web page.
#: Source: the list of calls that need a person's identity, UG/making-sigv4-authenticated-api-calls-iam.html; the page's
#: own policy is blank in every copy.
CLIENT_ACTIONS = (
    "qbusiness:Chat",
    "qbusiness:ChatSync",
    "qbusiness:ListConversations",
    "qbusiness:ListMessages",
    "qbusiness:DeleteConversation",
    "qbusiness:PutFeedback",
)


def api_client(
    applications: Sequence[Application], *, key_arn: str = "", citations: bool = False, search: bool = True
) -> list[Statement]:
    """What people may do through a program, in one or several applications.

    :param key_arn: the applications' own KMS key, or ``""``
    """
    arns = [application.arn for application in applications]
    statements: list[Statement] = [
        {
            "Sid": "QBusinessConversationPermissions",
            "Effect": "Allow",
            "Action": [*CLIENT_ACTIONS, *([SEARCH_ACTION] if search else [])],
            "Resource": one_or_all(arns),
        },
        {
            "Sid": "QBusinessRetrieverPermission",
            "Effect": "Allow",
            "Action": ["qbusiness:ListRetrievers", "qbusiness:GetRetriever"],
            "Resource": [resource for arn in arns for resource in (arn, f"{arn}/retriever/*")],
        },
        _auto_subscription(),
    ]
    if key_arn:
        regions = dict.fromkeys(application.region for application in applications)
        services = [f"qbusiness.{region}.amazonaws.com" for region in regions]
        statements.append(_decrypt("QBusinessKMSDecryptPermissions", key_arn, services))
    if citations:
        statements.append(_citations(arns))
    return statements


# -- what the service may do -------------------------------------------------------------------------------------------


def data_source(
    application: Application,
    index_id: str,
    *,
    buckets: Sequence[str] = (),
    bucket_account: str = "",
    key_arn: str = "",
    secret_arn: str = "",
    subnet_ids: Sequence[str] = (),
    security_group_ids: Sequence[str] = (),
) -> list[Statement]:
    """What a data source's role may do. Source: UG/iam-roles-ds.html.

    :param bucket_account: the account that owns the buckets; ``""`` is the application's own
    :param key_arn: the KMS key of the documents, and of the secret where there is one
    :param secret_arn: the secret with a connector's credentials
    """
    index = f"{application.arn}/index/{index_id}"
    statements: list[Statement] = []
    if buckets:
        owner = {"StringEquals": {"aws:ResourceAccount": bucket_account or application.account}}
        roots = [f"arn:{application.partition}:s3:::{bucket}" for bucket in buckets]
        statements += [
            {
                "Sid": "AllowsAmazonQToGetObjectfromS3",
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": [f"{root}/*" for root in roots],
                "Condition": owner,
            },
            {
                "Sid": "AllowsAmazonQToListS3Buckets",
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": roots,
                "Condition": owner,
            },
        ]
    statements += [
        {
            "Sid": "AllowsAmazonQToIngestDocuments",
            "Effect": "Allow",
            "Action": ["qbusiness:BatchPutDocument", "qbusiness:BatchDeleteDocument"],
            "Resource": [application.arn, index],
        },
        {
            "Sid": "AllowsAmazonQToCallPrincipalMappingAPIs",
            "Effect": "Allow",
            "Action": [
                "qbusiness:PutGroup",
                "qbusiness:CreateUser",
                "qbusiness:DeleteGroup",
                "qbusiness:UpdateUser",
                "qbusiness:ListGroups",
            ],
            "Resource": [application.arn, index, f"{index}/data-source/*"],
        },
    ]
    if secret_arn:
        statements.append(_read_secret(secret_arn))
    if key_arn:
        # Two pages print each other's value of kms:ViaService (UG/iam-roles-ds.html, UG/s3-v2-iam-role.html).
        # guess: documents come through S3, credentials through Secrets Manager.
        services = [
            *(["s3.*.amazonaws.com"] if buckets or not secret_arn else []),
            *([SECRETS_VIA] if secret_arn else []),
        ]
        statements.append(_decrypt("AllowsAmazonQToDecrypt", key_arn, services))
    if subnet_ids or security_group_ids:
        statements.extend(_vpc(application, subnet_ids, security_group_ids))
    return statements


def _vpc(application: Application, subnet_ids: Sequence[str], security_group_ids: Sequence[str]) -> list[Statement]:
    """Network interfaces in a VPC. Source: UG/iam-roles-ds.html."""
    networks = [
        *(application.arn_of("ec2", f"subnet/{subnet}") for subnet in subnet_ids),
        *(application.arn_of("ec2", f"security-group/{group}") for group in security_group_ids),
    ]
    interfaces = application.arn_of("ec2", "network-interface/*")
    mark = f"qbusiness_{application.account}_{application.id}_*"
    make_and_delete = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
    return [
        {
            "Sid": "AllowsAmazonQToCreateAndDeleteENI",
            "Effect": "Allow",
            "Action": make_and_delete,
            "Resource": networks,
        },
        {
            "Sid": "AllowsAmazonQToCreateDeleteENI",
            "Effect": "Allow",
            "Action": make_and_delete,
            "Resource": interfaces,
            "Condition": {
                "StringLike": {"aws:RequestTag/AMAZON_Q": mark},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["AMAZON_Q"]},
            },
        },
        {
            "Sid": "AllowsAmazonQToCreateTags",
            "Effect": "Allow",
            "Action": ["ec2:CreateTags"],
            "Resource": interfaces,
            "Condition": {"StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"}},
        },
        {
            "Sid": "AllowsAmazonQToCreateNetworkInterfacePermission",
            "Effect": "Allow",
            "Action": ["ec2:CreateNetworkInterfacePermission"],
            "Resource": interfaces,
            "Condition": {"StringLike": {"aws:ResourceTag/AMAZON_Q": mark}},
        },
        {
            "Sid": "AllowsAmazonQToConnectToVPC",
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeNetworkInterfaceAttribute",
                "ec2:DescribeVpcs",
                "ec2:DescribeRegions",
                "ec2:DescribeNetworkInterfacePermissions",
                "ec2:DescribeSubnets",
            ],
            "Resource": "*",
        },
    ]


def kendra_retriever(application: Application, kendra_index_id: str) -> list[Statement]:
    """What a Kendra retriever's role may do. Source: UG/kendra-retriever-iam-role.html."""
    return [
        {
            "Sid": "KendraRetrieveAccess",
            "Effect": "Allow",
            "Action": ["kendra:Retrieve", "kendra:DescribeIndex"],
            "Resource": application.arn_of("kendra", f"index/{kendra_index_id}"),
        }
    ]


#: Through which service a secret is decrypted: UG/web-experience-iam-role-iam.html.
SECRETS_VIA = "secretsmanager.*.amazonaws.com"


def secrets(secret_arn: str, *, key_arn: str = "") -> list[Statement]:
    """What the role for the OIDC client secret may do. Source: UG/web-experience-iam-role-iam.html.

    :param key_arn: the secret's own KMS key; ``""`` for the key that AWS manages
    """
    statements = [_read_secret(secret_arn)]
    if key_arn:
        statements.append(_decrypt("AllowsAmazonQToDecryptSecret", key_arn, [SECRETS_VIA]))
    return statements


def plugin(secret_arn: str, *, key_arn: str = "") -> list[Statement]:
    """What a plugin's role may do. Source: UG/plugin-iam-role.html.

    :param key_arn: the secret's own KMS key; ``""`` for the key that AWS manages
    """
    statements = [_read_secret(secret_arn, "AllowQBusinessToGetSecretValue")]
    if key_arn:
        # guess: the page names the permission, not the statement; this is the one of the client secret's role
        statements.append(_decrypt("AllowQBusinessToDecryptSecret", key_arn, [SECRETS_VIA]))
    return statements


def _read_secret(secret_arn: str, sid: str = "AllowsAmazonQToGetSecret") -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": ["secretsmanager:GetSecretValue"],
        "Resource": [secret_arn],
    }

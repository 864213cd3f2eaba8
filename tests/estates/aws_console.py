# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person makes in the AWS console, by boto3."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import boto3
from qbusiness_sandbox.sample import secrets_trust_policy, settle

Document = dict[str, Any]
_ACCOUNT_OF_OTHERS = "210987654321"
#: What people do in a web experience (IAM role for an Amazon Q Business web experience, AWS's page on IAM federation).
_CHAT = (
    *("Chat", "ChatSync", "ListMessages", "ListConversations", "PutFeedback", "DeleteConversation"),
    *("GetWebExperience", "GetApplication", "ListPlugins", "GetChatControlsConfiguration", "ListRetrievers"),
    *("ListPluginActions", "ListAttachments", "GetMedia", "DeleteAttachment"),
)
_MAPPING = ("PutGroup", "CreateUser", "DeleteGroup", "UpdateUser", "ListGroups")


def document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def people_policy(application: str) -> Document:
    """Return what AWS's page gives the role that people take."""
    subscription = {
        "Bool": {"user-subscriptions:CreateForSelf": "true"},
        "StringEquals": {"aws:CalledViaLast": "qbusiness.amazonaws.com"},
    }
    plugins = ["qbusiness:ListPluginTypeMetadata", "qbusiness:ListPluginTypeActions"]
    retriever = [application, f"{application}/retriever/*"]
    return document(
        _allow([f"qbusiness:{name}" for name in _CHAT], application, Sid="Conversation"),
        _allow(plugins, "*", Sid="Plugins"),
        _allow(["qbusiness:GetRetriever"], retriever, Sid="Retriever"),
        _allow(["user-subscriptions:CreateClaim"], "*", Sid="Subscription", Condition=subscription),
    )


def source_policy(application: str, buckets: Sequence[str]) -> Document:
    """Return what AWS's page gives the role of S3 data sources."""
    arns = [f"arn:aws:s3:::{bucket}" for bucket in buckets]
    inside = [application, f"{application}/index/*"]
    return document(
        _allow(["s3:GetObject"], [f"{arn}/*" for arn in arns], Sid="Read"),
        _allow(["s3:ListBucket"], arns, Sid="List"),
        _allow(["qbusiness:BatchPutDocument", "qbusiness:BatchDeleteDocument"], inside, Sid="Ingest"),
        _allow(
            [f"qbusiness:{name}" for name in _MAPPING], [*inside, f"{application}/index/*/data-source/*"], Sid="Map"
        ),
    )


def secret_policy(secret: str) -> Document:
    return document(_allow(["secretsmanager:GetSecretValue"], [secret], Sid="Secret"))


def service_trust(application: str) -> Document:
    """Return the trust of a role that the service takes for an application's data sources."""
    condition = {
        "StringEquals": {"aws:SourceAccount": application.split(":")[4]},
        "ArnLike": {"aws:SourceArn": application},
    }
    who = {"Service": "qbusiness.amazonaws.com"}
    return document({"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole", "Condition": condition})


def foreign_trust() -> Document:
    """Return a statement by which another account may take the role."""
    who = {"AWS": f"arn:aws:iam::{_ACCOUNT_OF_OTHERS}:root"}
    condition = {"StringEquals": {"sts:ExternalId": "support-desk"}}
    return {
        "Sid": "SupportDesk",
        "Effect": "Allow",
        "Principal": who,
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }


def _allow(actions: Any, resource: Any, **more: Any) -> Document:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


class Aws:
    """The account of the environment."""

    def __init__(self) -> None:
        self.business = boto3.client("qbusiness")
        self.iam = boto3.client("iam")
        self.s3 = boto3.client("s3")
        self.secrets = boto3.client("secretsmanager")

    # -- what others are made on --------------------------------------------------------------------------------

    def bucket(self, name: str, files: Mapping[str, str]) -> str:
        self.s3.create_bucket(Bucket=name)
        for key, text in files.items():
            self.s3.put_object(Bucket=name, Key=key, Body=text.encode())
        return name

    def saml_provider(self, name: str, metadata: str, **tags: str) -> str:
        made = self.iam.create_saml_provider(Name=name, SAMLMetadataDocument=metadata, Tags=_tags(tags))
        return str(made["SAMLProviderArn"])

    def oidc_provider(self, issuer: str, clients: Sequence[str], **tags: str) -> str:
        made = self.iam.create_open_id_connect_provider(Url=issuer, ClientIDList=list(clients), Tags=_tags(tags))
        return str(made["OpenIDConnectProviderArn"])

    def role(self, name: str, trust: Document, policy: Document, *, attached: bool = False, **tags: str) -> str:
        """Make a role with one inline policy, or with the same as a policy of its own that is attached; the ARN."""
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Tags=_tags(tags))
        if attached:
            own = self.iam.create_policy(PolicyName=f"{name}-access", PolicyDocument=json.dumps(policy))
            self.iam.attach_role_policy(RoleName=name, PolicyArn=own["Policy"]["Arn"])
        else:
            self.iam.put_role_policy(RoleName=name, PolicyName="access", PolicyDocument=json.dumps(policy))
        return str(made["Role"]["Arn"])

    def secret(self, name: str, **members: str) -> str:
        return str(self.secrets.create_secret(Name=name, SecretString=json.dumps(members))["ARN"])

    # -- the application ----------------------------------------------------------------------------------------

    def application(self, name: str, *, tier: str = "Q_BUSINESS", **settings: Any) -> tuple[str, str]:
        """Make an application that subscribes its people by itself; its id and ARN."""
        made = self.business.create_application(displayName=name, **settings)
        ids = {"applicationId": made["applicationId"]}
        settle(lambda: self.business.get_application(**ids))
        subscription = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": tier}
        self.business.update_application(**ids, autoSubscriptionConfiguration=subscription)
        settle(lambda: self.business.get_application(**ids))
        return str(made["applicationId"]), str(made["applicationArn"])

    def index(self, application: str, name: str, **settings: Any) -> str:
        made = self.business.create_index(applicationId=application, displayName=name, **settings)["indexId"]
        settle(lambda: self.business.get_index(applicationId=application, indexId=made))
        return str(made)

    def retriever(self, application: str, name: str, index: str) -> str:
        configuration = {"nativeIndexConfiguration": {"indexId": index}}
        made = self.business.create_retriever(
            applicationId=application, displayName=name, type="NATIVE_INDEX", configuration=configuration
        )["retrieverId"]
        settle(lambda: self.business.get_retriever(applicationId=application, retrieverId=made))
        return str(made)

    def source(
        self, application: str, index: str, name: str, configuration: Document, role: str = "", **more: Any
    ) -> str:
        """Make a data source and let it sync once; the id."""
        ids = {"applicationId": application, "indexId": index}
        given = {"roleArn": role, **more} if role else more
        made = self.business.create_data_source(**ids, displayName=name, configuration=configuration, **given)
        ids["dataSourceId"] = made["dataSourceId"]
        settle(lambda: self.business.get_data_source(**ids))
        if configuration["type"] != "CUSTOM":
            self.business.start_data_source_sync_job(**ids)
            _until(lambda: self.business.list_data_source_sync_jobs(**ids)["history"][0]["status"] == "SUCCEEDED")
        return str(made["dataSourceId"])

    def experience(self, application: str, title: str, role: str, sign_in: Document, **more: Any) -> tuple[str, str]:
        """Make a web experience; its id and address."""
        ids = {"applicationId": application}
        made = self.business.create_web_experience(
            **ids, title=title, roleArn=role, identityProviderConfiguration=sign_in, **more
        )
        ids["webExperienceId"] = made["webExperienceId"]
        found = settle(lambda: self.business.get_web_experience(**ids))
        return str(ids["webExperienceId"]), str(found["defaultEndpoint"])

    def secrets_role(self, name: str, application: str, secret: str) -> str:
        return self.role(name, secrets_trust_policy(application), secret_policy(secret))


def s3_source(bucket: str, *prefixes: str, mode: str = "FULL_CRAWL", mapped: bool = False, acl: str = "") -> Document:
    """Return the document of the S3 connector. ``mapped``: with a field mapping; ``acl``: key of the access list."""
    mapping = {"indexFieldName": "document_origin", "indexFieldType": "STRING", "dataSourceFieldName": "origin"}
    more: Document = {"inclusionPrefixes": list(prefixes)}
    if acl:
        more["aclConfigurationFilePath"] = acl
    return {
        "type": "S3",
        "syncMode": mode,
        "connectionConfiguration": {"repositoryEndpointMetadata": {"BucketName": bucket}},
        "repositoryConfigurations": {"document": {"fieldMappings": [mapping] if mapped else []}},
        "additionalProperties": more,
    }


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _until(done: Callable[[], bool], looks: int = 50) -> None:
    """Look until it is done. Raises ``TimeoutError`` after so many looks."""
    for _unused in range(looks):
        if done():
            return
    raise TimeoutError("the sync job does not end")

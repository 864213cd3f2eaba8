# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor in AWS: plain boto3. Every list is read to its end, at its largest page, since names are not unique."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
import floor_documents as documents
from floor_wanted import Differences

#: Largest pages (the service's own limits).
PAGES = {"list_applications": 100, "list_indices": 100, "list_retrievers": 50, "list_data_sources": 10}
PEOPLE, SOURCES, SECRET = "QBusinessWebExperience", "QBusinessDataSource", "QBusinessClientSecret"


def _tags(listed: list[dict[str, str]] | None) -> dict[str, str]:
    return {(item.get("Key") or item["key"]): (item.get("Value") or item["value"]) for item in listed or []}


class Aws:
    """The account of the environment."""

    def __init__(self, differences: Differences) -> None:
        self._compare = differences.compare
        self._business = boto3.client("qbusiness")
        self._iam = boto3.client("iam")
        self._s3 = boto3.client("s3")

    def saml_provider(self, name: str, metadata: str, tags: Mapping[str, str]) -> str:
        """The ARN."""
        arns = [item["Arn"] for item in self._iam.list_saml_providers()["SAMLProviderList"]]
        (arn,) = [arn for arn in arns if arn.endswith(f":saml-provider/{name}")]
        there = self._iam.get_saml_provider(SAMLProviderArn=arn)
        self._compare("provider.metadata", metadata.strip(), there["SAMLMetadataDocument"].strip())
        self._compare("provider.tags", tags, _tags(there.get("Tags")))
        return str(arn)

    def oidc_provider(self, issuer: str, client_id: str, tags: Mapping[str, str]) -> str:
        """The ARN."""
        arns = [item["Arn"] for item in self._iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
        (arn,) = [arn for arn in arns if arn.partition(":oidc-provider/")[2] == issuer.removeprefix("https://")]
        there = self._iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        self._compare("provider.client ids", True, client_id in there["ClientIDList"])
        self._compare("provider.tags", tags, _tags(there.get("Tags")))
        return str(arn)

    def secret(self, name: str, value: str, tags: Mapping[str, str]) -> str:
        """The ARN of a client secret in Secrets Manager."""
        client = boto3.client("secretsmanager")
        there = client.describe_secret(SecretId=name)
        self._compare("secret.tags", tags, _tags(there.get("Tags")))
        stored = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
        self._compare("secret.is the client secret", True, stored["client_secret"] == value)
        return str(there["ARN"])

    def role(self, name: str, policy: str, trust: dict[str, Any], document: dict[str, Any], **more: Any) -> str:
        """The ARN."""
        there = self._iam.get_role(RoleName=name)["Role"]
        self._compare(f"{name}.trust", trust, there["AssumeRolePolicyDocument"])
        self._compare(f"{name}.tags", more.get("tags", {}), _tags(there.get("Tags")))
        inline = self._iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        self._compare(f"{name}.policy", document, inline)
        return str(there["Arn"])

    def _id(self, operation: str, items: str, key: str, name: str, **parents: str) -> str:
        pages = self._business.get_paginator(operation).paginate(
            **parents, PaginationConfig={"PageSize": PAGES[operation]}
        )
        (found,) = [item[key] for page in pages for item in page[items] if item["displayName"] == name]
        return str(found)

    def application(self, variables: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Compared with its tags; as the service shows it.

        :param wanted: the members that the protocol brings
        """
        name = variables["qbusiness_application_display_name"]
        identifier = self._id("list_applications", "applications", "applicationId", name)
        there: dict[str, Any] = self._business.get_application(applicationId=identifier)
        tier = variables["qbusiness_application_subscription_tier"]
        members = {
            "status": "ACTIVE",
            "description": "",
            "attachmentsConfiguration": {"attachmentsControlMode": "ENABLED"},
            "qAppsConfiguration": {"qAppsControlMode": "DISABLED"},
            "autoSubscriptionConfiguration": {"autoSubscribe": "ENABLED", "defaultSubscriptionType": tier},
            **wanted,
        }
        self._compare("application", members, there)
        tags = self._business.list_tags_for_resource(resourceARN=there["applicationArn"])["tags"]
        self._compare("application.tags", variables["qbusiness_application_tags"], _tags(tags))
        return there

    def knowledge(self, variables: Mapping[str, Any], application: Mapping[str, Any]) -> None:
        """Index, retriever, role, data sources, and that no sync is due."""
        name, parent = application["displayName"], {"applicationId": application["applicationId"]}
        identifier = self._id("list_indices", "indices", "indexId", f"{name}-index", **parent)
        index = self._business.get_index(**parent, indexId=identifier)
        self._compare("index", {"status": "ACTIVE", "type": "ENTERPRISE", "capacityConfiguration": {"units": 1}}, index)
        retriever = self._id("list_retrievers", "retrievers", "retrieverId", f"{name}-retriever", **parent)
        wanted = {"type": "NATIVE_INDEX", "configuration": {"nativeIndexConfiguration": {"indexId": identifier}}}
        self._compare("retriever", wanted, self._business.get_retriever(**parent, retrieverId=retriever))
        sources = variables["qbusiness_knowledge_data_sources"]
        arn = application["applicationArn"]
        role = self.role(
            f"{name}-knowledge",
            SOURCES,
            documents.service_trust("qbusiness.amazonaws.com", arn),
            documents.source_policy(arn, index["indexArn"], [source["bucket"] for source in sources]),
        )
        for source in sources:
            self._source(source, role, {**parent, "indexId": identifier})

    def _source(self, source: Mapping[str, str], role: str, parents: dict[str, str]) -> None:
        identifier = self._id("list_data_sources", "dataSources", "dataSourceId", source["name"], **parents)
        ids = {**parents, "dataSourceId": identifier}
        there = self._business.get_data_source(**ids)
        configuration = {
            "type": "S3",
            "syncMode": "FULL_CRAWL",
            "connectionConfiguration": {"repositoryEndpointMetadata": {"BucketName": source["bucket"]}},
            "repositoryConfigurations": {"document": {"fieldMappings": []}},
            "additionalProperties": {"inclusionPrefixes": []},
        }
        wanted = {"status": "ACTIVE", "roleArn": role, "syncSchedule": "", "configuration": configuration}
        self._compare(f"data source {source['name']}", wanted, there)
        jobs = self._business.list_data_source_sync_jobs(**ids, maxResults=10)["history"]
        last = max(jobs, key=lambda job: job["startTime"])
        self._compare("sync.status", "SUCCEEDED", last["status"])
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=source["bucket"])
        changed = max(item["LastModified"] for page in pages for item in page.get("Contents", []))
        due = max(changed, there["updatedAt"]) > last["startTime"]
        self._compare("sync.due", False, due)

    def experience(
        self, variables: Mapping[str, Any], application: Mapping[str, Any], role: str, sign_in: Mapping[str, Any]
    ) -> str:
        """The endpoint of its one web experience, without a slash at its end; compared with its theme's statement."""
        parent = {"applicationId": application["applicationId"]}
        (listed,) = self._business.list_web_experiences(**parent, maxResults=100)["webExperiences"]
        there = self._business.get_web_experience(**parent, webExperienceId=listed["webExperienceId"])
        bucket, theme = variables["qbusiness_web_experience_theme_bucket"], variables["qbusiness_web_experience_theme"]
        wanted = {
            "status": "ACTIVE",
            "title": variables["qbusiness_web_experience_title"],
            "subtitle": "",
            "welcomeMessage": "",
            "samplePromptsControlMode": "ENABLED",
            "origins": [],
            "roleArn": role,
            "identityProviderConfiguration": sign_in,
            "customizationConfiguration": {
                "customCSSUrl": "",
                "logoUrl": f"https://{bucket}.s3.amazonaws.com/{theme['logo']}",
                "fontUrl": "",
                "faviconUrl": "",
            },
        }
        self._compare("web experience", wanted, there)
        host = str(urlsplit(there["defaultEndpoint"]).hostname)
        statement = documents.theme_statement(parent["applicationId"], bucket, list(theme.values()), host)
        policy = json.loads(self._s3.get_bucket_policy(Bucket=bucket)["Policy"])
        own = [item for item in policy["Statement"] if item.get("Sid") == statement["Sid"]]
        self._compare("theme", [statement], own)
        return str(there["defaultEndpoint"]).rstrip("/")

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Q Business objects made by boto3 for tests of modules, and a table of what each module takes and changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function
from ansible_collections.qbusiness.federation.plugins.modules import (
    qbusiness_app,
    qbusiness_datasource,
    qbusiness_index,
    qbusiness_retriever,
    qbusiness_web_experience,
)
from qbusiness_sandbox.cloud import Cloud

PROVIDER = "arn:aws:iam::123456789012:saml-provider/okta"
OTHER_PROVIDER = "arn:aws:iam::123456789012:saml-provider/other"
BUCKET = "handbook-documents"


def s3_document(**changes: Any) -> dict[str, Any]:
    """A connector document."""
    return {
        "type": "S3",
        "version": "1.0.0",
        "syncMode": "FULL_CRAWL",
        "connectionConfiguration": {"repositoryEndpointMetadata": {"BucketName": BUCKET}},
        "repositoryConfigurations": {
            "document": {
                "fieldMappings": [
                    {"indexFieldName": "title", "indexFieldType": "STRING", "dataSourceFieldName": "t"},
                    {"indexFieldName": "body", "indexFieldType": "STRING", "dataSourceFieldName": "b"},
                ]
            }
        },
        "additionalProperties": {"inclusionPrefixes": ["docs/"], "maxFileSizeInMegaBytes": "50"},
        **changes,
    }


def confluence_document(**additional: Any) -> dict[str, Any]:
    """The least that the connector Confluence takes, with these additional properties."""
    endpoint = {"hostUrl": "https://example.atlassian.net", "type": "SAAS", "authType": "Basic"}
    return {
        "type": "CONFLUENCEV2",
        "syncMode": "FULL_CRAWL",
        "secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:confluence",
        "connectionConfiguration": {"repositoryEndpointMetadata": endpoint},
        "repositoryConfigurations": {},
        "additionalProperties": additional,
    }


@dataclass
class World:
    """The account, seen by boto3."""

    cloud: Cloud
    aws: Callable[[str], Any]
    application_id: str = ""
    index_id: str = ""

    @property
    def q(self) -> Any:
        return self.aws("qbusiness")

    def role(self, name: str, service: str = "qbusiness.amazonaws.com", *statements: Mapping[str, Any]) -> str:
        """A role that the service may take."""
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        made = self.aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))
        if statements:
            self.aws("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=_document(*statements))
        return str(made["Role"]["Arn"])

    def application(self, name: str = "parent", **members: Any) -> str:
        return str(self.q.create_application(displayName=name, **members)["applicationId"])

    def index(self, name: str = "parent", application_id: str = "") -> str:
        made = self.q.create_index(applicationId=application_id or self.application_id, displayName=name)
        return str(made["indexId"])

    def bucket(self, *keys: str) -> None:
        self.aws("s3").create_bucket(Bucket=BUCKET)
        for key in keys:
            self.put(key)

    def put(self, key: str, text: str = "There are 27 days of leave a year.") -> None:
        self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=text.encode())

    def writes(self) -> list[str]:
        """The Q Business writes that the cloud saw."""
        return [entry.operation for entry in self.cloud.log.writes() if entry.service == "qbusiness"]

    def requests(self) -> list[str]:
        return [entry.operation for entry in self.cloud.log.since() if entry.service == "qbusiness"]


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def make_world(cloud: Cloud, aws: Callable[[str], Any]) -> World:
    """An account with an application and an index; everything happens at once."""
    cloud.settings.polls = {"*": 0}
    world = World(cloud, aws)
    world.application_id = world.application()
    world.index_id = world.index()
    cloud.log.clear()
    return world


@dataclass(frozen=True)
class Kind:
    """What a test needs to know of a module."""

    name: str
    function: Function
    noun: str
    #: Operations are verb + this.
    operation: str
    #: Options that make one.
    options: Callable[[World], dict[str, Any]]
    #: Each updatable option with another value, and the member that boto3 shows then.
    updates: Mapping[str, tuple[Any, Callable[[Mapping[str, Any]], Any], Any]]
    #: An option that is fixed, with another value, and a word of what would be lost.
    fixed: tuple[str, Any, str] | None
    #: Options with several faults, and what each message starts with.
    faulty: tuple[dict[str, Any], tuple[str, ...]]
    parents: tuple[str, ...] = ()
    #: Options that name it, "" where there is no name.
    named: str = "display_name"
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.noun}_id"

    def where(self, world: World) -> dict[str, str]:
        """The parents, as options."""
        return {name: getattr(world, name) for name in self.parents}

    def members(self, world: World) -> dict[str, str]:
        """The parents, as the service's members."""
        spelled = {"application_id": "applicationId", "index_id": "indexId"}
        return {spelled[name]: getattr(world, name) for name in self.parents}

    def get(self, world: World, object_id: str) -> dict[str, Any]:
        """As boto3 sees it."""
        method = getattr(world.q, f"get_{self.noun}")
        found: dict[str, Any] = method(**self.members(world), **{camel(self.id): object_id})
        return found

    def all(self, world: World) -> list[dict[str, Any]]:
        """All of them, as boto3 lists them."""
        plural = {"index": "indices"}.get(self.noun, f"{self.noun}s")
        method = getattr(world.q, f"list_{plural}")
        key = camel(plural)
        found: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            page = method(**self.members(world), **token)
            found += page[key]
            if not page.get("nextToken"):
                return found
            token = {"nextToken": page["nextToken"]}


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _member(*path: str) -> Callable[[Mapping[str, Any]], Any]:
    def read(found: Mapping[str, Any]) -> Any:
        value: Any = found
        for name in path:
            value = value[name]
        return value

    return read


def _app(_world: World) -> dict[str, Any]:
    return {"display_name": "assistant", "description": "First", "encryption_configuration": None}


def _index(_world: World) -> dict[str, Any]:
    return {"display_name": "knowledge", "type": "STARTER", "capacity_configuration": {"units": 1}}


def _retriever(world: World) -> dict[str, Any]:
    native = {"index_id": world.index_id}
    return {
        "display_name": "finder",
        "type": "NATIVE_INDEX",
        "configuration": {"native_index_configuration": native},
    }


def _data_source(_world: World) -> dict[str, Any]:
    document = {"type": "CUSTOM", "version": "1.0.0"}
    return {"display_name": "source", "description": "First", "configuration": document}


def _web_experience(_world: World) -> dict[str, Any]:
    return {"title": "Ask", "origins": ["https://a.example.com/", "https://b.example.com"]}


def _switch(option: str, member: str) -> dict[str, tuple[Any, Callable[[Mapping[str, Any]], Any], Any]]:
    block, inner = f"{option}_configuration", f"{option}_control_mode"
    path = _member(f"{member}Configuration", f"{member}ControlMode")
    return {block: ({inner: "DISABLED"}, path, "DISABLED")}


ENRICHMENT = {
    "inline_configurations": [
        {
            "condition": {
                "key": "_created_at",
                "operator": "GREATER_THAN",
                "value": {"date_value": "2026-01-01T01:00:00+01:00"},
            },
            "target": {"key": "_category", "value": {"string_value": "new"}},
        }
    ]
}
THEME = "https://theme.example.com/site"

KINDS = [
    Kind(
        name="app",
        function=qbusiness_app.function,
        noun="application",
        operation="Application",
        options=_app,
        updates={
            "description": ("Second", _member("description"), "Second"),
            **_switch("attachments", "attachments"),
            **_switch("q_apps", "qApps"),
            **_switch("personalization", "personalization"),
            "auto_subscription_configuration": (
                {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_LITE"},
                _member("autoSubscriptionConfiguration", "defaultSubscriptionType"),
                "Q_LITE",
            ),
        },
        fixed=("encryption_configuration", {"kms_key_id": "other-key"}, "index with all documents"),
        faulty=(
            {
                "display_name": "no spaces allowed",
                "description": "x" * 1001,
                "identity_type": "AWS_IAM_IDP_SAML",
                "auto_subscription_configuration": {"auto_subscribe": "ENABLED"},
            },
            (
                "display_name: ",
                "description: ",
                "iam_identity_provider_arn: ",
                "auto_subscription_configuration.default_subscription_type: ",
            ),
        ),
    ),
    Kind(
        name="index",
        function=qbusiness_index.function,
        noun="index",
        operation="Index",
        options=_index,
        updates={
            "description": ("Second", _member("description"), "Second"),
            "capacity_configuration": ({"units": 2}, _member("capacityConfiguration", "units"), 2),
            "document_attribute_configurations": (
                [{"name": "_category", "search": "ENABLED"}, {"name": "team", "type": "STRING"}],
                lambda found: [
                    (item["type"], item["search"])
                    for item in found["documentAttributeConfigurations"]
                    if item["name"] in ("_category", "team")
                ],
                [("STRING", "ENABLED"), ("STRING", "DISABLED")],
            ),
        },
        fixed=("type", "ENTERPRISE", "all documents"),
        faulty=(
            {
                "display_name": "no spaces allowed",
                "type": "STARTER",
                "capacity_configuration": {"units": 6},
                "document_attribute_configurations": [{"name": "new"}, {"name": "no spaces", "type": "STRING"}],
            },
            (
                "display_name: ",
                "capacity_configuration.units: ",
                "document_attribute_configurations[0].type: ",
                "document_attribute_configurations[1].name: ",
            ),
        ),
        parents=("application_id",),
    ),
    Kind(
        name="retriever",
        function=qbusiness_retriever.function,
        noun="retriever",
        operation="Retriever",
        options=_retriever,
        updates={},
        fixed=("type", "KENDRA_INDEX", "relevance tuning"),
        faulty=(
            {
                "display_name": "no spaces allowed",
                "type": "KENDRA_INDEX",
                "configuration": {"native_index_configuration": {"index_id": "short"}},
            },
            ("display_name: ", "configuration: ", "role_arn: ", "configuration.native_index_configuration.index_id: "),
        ),
        parents=("application_id",),
    ),
    Kind(
        name="datasource",
        function=qbusiness_datasource.function,
        noun="data_source",
        operation="DataSource",
        options=_data_source,
        updates={
            "description": ("", _member("description"), ""),
            "configuration": (
                {"type": "CUSTOM", "version": "1.0.0", "note": "x"},
                _member("configuration", "note"),
                "x",
            ),
            "document_enrichment_configuration": (
                ENRICHMENT,
                lambda found: found["documentEnrichmentConfiguration"]["inlineConfigurations"][0]["condition"]["value"][
                    "dateValue"
                ].timestamp(),
                1767225600.0,
            ),
            "media_extraction_configuration": (
                {"image_extraction_configuration": {"image_extraction_status": "ENABLED"}},
                _member("mediaExtractionConfiguration", "imageExtractionConfiguration", "imageExtractionStatus"),
                "ENABLED",
            ),
            "vpc_configuration": (
                {"subnet_ids": ["subnet-b", "subnet-a"], "security_group_ids": ["sg-1"]},
                lambda found: sorted(found["vpcConfiguration"]["subnetIds"]),
                ["subnet-a", "subnet-b"],
            ),
        },
        fixed=("configuration", {"type": "S3", "version": "1.0.0"}, "documents that this one brought"),
        faulty=(
            {
                "display_name": "no spaces allowed",
                "configuration": s3_document(),
                "sync_schedule": "daily",
                "document_enrichment_configuration": {
                    "inline_configurations": [
                        {"condition": {"key": "k", "operator": "EQUALS", "value": {"date_value": "soon"}}}
                    ]
                },
            },
            (
                "display_name: ",
                "sync_schedule: ",
                "role_arn: ",
                "document_enrichment_configuration.inline_configurations[0].condition.value.date_value: ",
            ),
        ),
        parents=("application_id", "index_id"),
    ),
    Kind(
        name="web_experience",
        function=qbusiness_web_experience.function,
        noun="web_experience",
        operation="WebExperience",
        options=_web_experience,
        updates={
            "title": ("", _member("title"), ""),
            "subtitle": ("More", _member("subtitle"), "More"),
            "welcome_message": ("Hello", _member("welcomeMessage"), "Hello"),
            "sample_prompts_control_mode": ("DISABLED", _member("samplePromptsControlMode"), "DISABLED"),
            "origins": ([], _member("origins"), []),
            "customization_configuration": (
                {"logo_url": f"{THEME}/logo.svg", "favicon_url": f"{THEME}/icon.ico"},
                _member("customizationConfiguration", "logoUrl"),
                f"{THEME}/logo.svg",
            ),
        },
        fixed=None,
        faulty=(
            {
                "origins": ["https://a.example.com/path", "a.example.com"],
                "title": "x" * 501,
                "customization_configuration": {
                    "logo_url": f"{THEME}/logo.gif",
                    "custom_css_url": f"{THEME}/site.css?X-Amz-Signature=abc",
                    "font_url": "s3://bucket/font.ttf",
                },
                "identity_provider_configuration": {
                    "saml_configuration": {"authentication_url": "http://plain.example.com"}
                },
                "browser_extension_configuration": {"enabled_browser_extensions": ["CHROME"]},
            },
            (
                "origins[0]: ",
                "origins[1]: ",
                "title: ",
                "customization_configuration.logo_url: ",
                "customization_configuration.custom_css_url: ",
                "customization_configuration.font_url: ",
                "identity_provider_configuration.saml_configuration.authentication_url: ",
                "browser_extension_configuration.enabled_browser_extensions: ",
            ),
        ),
        parents=("application_id",),
        named="",
    ),
]

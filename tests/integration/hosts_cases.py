# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module is asked on both hosts: options of a task that is right, in a filled account."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from okta_world import GIVEN
from proof_world import ANN, PASSWORD, World
from qbusiness_sandbox.testing import Running
from resource_world import BUCKET, s3_document
from secret_world import app_body
from session_world import saml_response

INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
#: A user of an identity center.
PERSON = "a1b2c3d4-0123-4567-89ab-0123456789ab"
VENDOR = "arn:aws:iam::210987654321:role/vendor"
WRONG = "Canary-wrong-secret-9"
NO_AWS = {"access_key": "AKIAWRONGWRONGWRONG1", "secret_key": WRONG}
NO_OKTA = {"okta_api_token": WRONG}
OPENAPI = {
    "openapi": "3.0.0",
    "info": {"title": "Leave", "version": "1"},
    "servers": [{"url": "https://leave.example.com"}],
    "paths": {
        "/days": {"get": {"operationId": "days", "description": "d", "responses": {"200": {"description": "x"}}}},
    },
}


@dataclass
class Scene(World):
    """A federated application, and one of everything that an info module can be asked for."""

    index_id: str = ""
    source_id: str = ""
    center_id: str = ""
    oidc_id: str = ""
    reader_arn: str = ""

    @property
    def here(self) -> dict[str, Any]:
        return {"application_id": self.application_id}

    @property
    def indexed(self) -> dict[str, Any]:
        return {**self.here, "index_id": self.index_id}

    @property
    def sourced(self) -> dict[str, Any]:
        return {**self.indexed, "data_source_id": self.source_id}

    def fill(self) -> None:
        self.make()
        q = self.aws("qbusiness")
        self.index_id = q.list_indices(applicationId=self.application_id)["indices"][0]["indexId"]
        source = q.create_data_source(
            applicationId=self.application_id,
            indexId=self.index_id,
            displayName="wiki",
            configuration={"type": "CUSTOM", "version": "1.0.0"},
        )
        self.source_id = source["dataSourceId"]
        center = q.create_application(
            displayName="center", identityType="AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE
        )
        self.center_id = center["applicationId"]
        self.aws("s3").create_bucket(Bucket=BUCKET)
        self.oidc_id = self.okta("POST", "/api/v1/apps", app_body() | {"label": "Client"})["id"]
        self.reader_arn = self.service_role("reader")
        self.cloud.log.clear()

    def service_role(self, name: str) -> str:
        """A role that the service may take."""
        trust = {"Effect": "Allow", "Principal": {"Service": "qbusiness.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        made = self.aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
        return str(made["Role"]["Arn"])

    def session(self) -> dict[str, str]:
        """Ann's own credentials, as options; boto3 trades her assertion."""
        sts = boto3.client(
            "sts",
            endpoint_url=self.urls["aws"],
            region_name=self.cloud.region,
            config=Config(signature_version=UNSIGNED),
        )
        made = sts.assume_role_with_saml(
            RoleArn=self.role_arn, PrincipalArn=self.provider_arn, SAMLAssertion=saml_response(self)
        )["Credentials"]
        return {
            "access_key": made["AccessKeyId"],
            "secret_key": made["SecretAccessKey"],
            "session_token": made["SessionToken"],
        }


def scene(running: Running) -> Scene:
    """The cloud as just started, filled."""
    running.cloud.reset()
    running.cloud.settings.polls = {"*": 0}
    made = Scene(running.cloud, dict(running.urls))
    made.fill()
    return made


@dataclass(frozen=True)
class Case:
    """``options``: those of a task that is right. ``refused``: changes that make a service refuse it. ``writes``:
    whether it manages a state. ``settles``: whether a second run finds nothing to do; some states cannot be read."""

    options: Callable[[Scene], dict[str, Any]]
    refused: dict[str, Any] = field(default_factory=lambda: NO_AWS)
    writes: bool = True
    settles: bool = True


def reads(options: Callable[[Scene], dict[str, Any]], refused: dict[str, Any] | None = None) -> Case:
    return Case(options, NO_AWS if refused is None else refused, writes=False)


def theme_statement(key: str) -> dict[str, Any]:
    """Lets the service read an object of the bucket."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "application.qbusiness.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/{key}",
    }


def leave(**changes: Any) -> dict[str, Any]:
    """A custom plugin's configuration, with changes of its OpenAPI document."""
    return {"description": "Asks for leave", "api_schema": {"payload": json.dumps({**OPENAPI, **changes})}}


def _plugin(scene: Scene) -> dict[str, Any]:
    return {
        **scene.here,
        "display_name": "leave",
        "type": "CUSTOM",
        "auth_configuration": {"no_auth_configuration": {}},
        "custom_plugin_configuration": leave(),
    }


CASES: dict[str, Case] = {
    "federation_info": reads(lambda scene: {"regions": [scene.cloud.region]}),
    "federation_proof": reads(lambda scene: scene.options(), {"password": WRONG}),
    "federation_session": reads(
        lambda scene: {
            "saml_response": saml_response(scene),
            "provider_arn": scene.provider_arn,
            "role_arn": scene.role_arn,
        },
        {"saml_response": WRONG},
    ),
    "iam_federation_provider": Case(
        lambda scene: {"name": "second", "okta_app_id": scene.app["id"], "tags": {"a": "b"}},
    ),
    "iam_federation_provider_info": reads(lambda scene: {"include_uses": True}),
    "iam_federation_role": Case(
        lambda scene: {
            "name": "second",
            "kind": "web_experience",
            "provider_arn": scene.provider_arn,
            "application_arn": scene.application_arn,
            "tags": {"a": "b"},
        }
    ),
    "iam_federation_role_info": reads(lambda scene: {"provider_arn": scene.provider_arn}),
    "okta_app": Case(lambda scene: {**GIVEN, "label": "Second", "groups": ["Everyone"]}, NO_OKTA),
    "okta_app_info": reads(lambda scene: {"label": "Assistant", "include_assignments": True}, NO_OKTA),
    "okta_authorization_server": Case(lambda scene: {"client_ids": [scene.oidc_id]}, NO_OKTA),
    "okta_authorization_server_info": reads(lambda scene: {"server": "default"}, NO_OKTA),
    "okta_client_secret": Case(
        lambda scene: {"app_id": scene.oidc_id, "secret_name": "assistant/okta", "tags": {"a": "b"}},
        {**NO_AWS, **NO_OKTA},
    ),
    "okta_client_secret_info": reads(
        lambda scene: {"app_id": scene.oidc_id, "secret_name": "assistant/okta"}, {**NO_AWS, **NO_OKTA}
    ),
    "okta_group_info": reads(lambda scene: {"include_members": True}, NO_OKTA),
    "okta_login": reads(
        lambda scene: {"username": ANN, "password": PASSWORD, "sso_url": scene.sso_url}, {"password": WRONG}
    ),
    "qbusiness_app": Case(lambda scene: {"display_name": "second", "description": "x", "tags": {"a": "b"}}),
    "qbusiness_app_info": reads(lambda scene: {"include_tags": True}),
    "qbusiness_chat": reads(
        lambda scene: {**scene.here, **scene.session(), "question": "How many days of leave are there?"},
        {**NO_AWS, "session_token": None},
    ),
    "qbusiness_chat_controls": Case(lambda scene: {**scene.here, "blocked_phrases": ["secret"]}),
    "qbusiness_chat_controls_info": reads(lambda scene: scene.here),
    "qbusiness_chat_response_configuration": Case(
        lambda scene: {
            **scene.here,
            "display_name": "House style",
            "response_configurations": {"ALL": {"instruction_collection": {"tone": "Friendly"}}},
        }
    ),
    "qbusiness_chat_response_configuration_info": reads(lambda scene: scene.here),
    "qbusiness_data_accessor": Case(
        lambda scene: {
            "application_id": scene.center_id,
            "display_name": "whiteboard",
            "principal": VENDOR,
            "action_configurations": [{"action": "qbusiness:SearchRelevantContent"}],
            "authentication_detail": {"authentication_type": "AWS_IAM_IDC_AUTH_CODE", "external_ids": ["tenant-1"]},
        }
    ),
    "qbusiness_data_accessor_info": reads(lambda scene: {"application_id": scene.center_id}),
    "qbusiness_datasource": Case(
        lambda scene: {
            **scene.indexed,
            "display_name": "handbook",
            "configuration": s3_document(),
            "role_arn": scene.reader_arn,
        }
    ),
    "qbusiness_datasource_info": reads(lambda scene: {**scene.indexed, "include_tags": True}),
    "qbusiness_datasource_sync": reads(lambda scene: {**scene.sourced, "start": "never"}),
    "qbusiness_datasource_sync_info": reads(lambda scene: scene.sourced),
    "qbusiness_document": Case(
        lambda scene: {**scene.indexed, "documents": [{"id": "travel", "content": {"text": "By train."}}]},
        settles=False,
    ),
    "qbusiness_document_info": reads(lambda scene: scene.indexed),
    "qbusiness_group": Case(
        lambda scene: {**scene.indexed, "group_name": "readers", "users": [ANN]},
        settles=False,
    ),
    "qbusiness_group_info": reads(lambda scene: scene.indexed),
    "qbusiness_index": Case(lambda scene: {**scene.here, "display_name": "second", "type": "STARTER"}),
    "qbusiness_index_info": reads(lambda scene: {**scene.indexed, "include_tags": True}),
    "qbusiness_permission": Case(
        lambda scene: {
            **scene.here,
            "statement_id": "vendor-search",
            "principal": VENDOR,
            "actions": ["qbusiness:SearchRelevantContent"],
        }
    ),
    "qbusiness_permission_info": reads(lambda scene: scene.here),
    "qbusiness_plugin": Case(_plugin),
    "qbusiness_plugin_info": reads(lambda scene: scene.here),
    "qbusiness_retriever": Case(
        lambda scene: {
            **scene.here,
            "display_name": "retriever",
            "type": "NATIVE_INDEX",
            "configuration": {"native_index_configuration": {"index_id": scene.index_id}},
            "tags": {"a": "b"},
        }
    ),
    "qbusiness_retriever_info": reads(lambda scene: scene.here),
    "qbusiness_subscription": Case(
        lambda scene: {"application_id": scene.center_id, "user": PERSON, "type": "Q_LITE"},
    ),
    "qbusiness_subscription_info": reads(lambda scene: {"application_id": scene.center_id}),
    "qbusiness_user": Case(lambda scene: {**scene.here, "user_id": ANN, "user_aliases": [{"user_id": "ANN"}]}),
    "qbusiness_user_info": reads(lambda scene: {**scene.here, "user_ids": [ANN]}),
    "qbusiness_web_experience": Case(lambda scene: {**scene.here, "title": "Ask"}),
    "qbusiness_web_experience_info": reads(lambda scene: scene.here),
    "s3_bucket_statement": Case(
        lambda _scene: {"bucket": BUCKET, "sid": "Theme", "statement": theme_statement("theme.css")}
    ),
}

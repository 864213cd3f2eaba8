# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A federated application on a full embedded cloud, made with boto3 and requests and no module of the collection."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.host import CONNECTION, Context
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.login_module import OPTIONS as LOGIN_OPTIONS
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.login_module import sign_in_once
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.login_options import GROUP_OPTIONS
from ansible_collections.qbusiness.federation.plugins.module_utils.proof import OPTIONS, prove
from qbusiness_sandbox import sample
from qbusiness_sandbox.build import build
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.room import OktaRoom
from qbusiness_sandbox.testing import serving

ANN = "ann@example.com"
PASSWORD = "Canary-horse-battery-7"
ROLE_NAME, PROVIDER_NAME = "assistant", "okta"
SIGN_IN, ATTRIBUTE = sample.SIGN_IN, sample.ATTRIBUTE
ACS = "https://assistant.example.com/saml"
QUESTION = "How many days of leave are there?"
DOCUMENT = "There are 27 days of leave a year."


@dataclass
class World:
    """The running cloud and what was made in it."""

    cloud: Cloud
    urls: dict[str, str]
    app: dict[str, Any] = field(default_factory=dict)
    sso_url: str = ""
    user_id: str = ""
    application_id: str = ""

    @property
    def role_arn(self) -> str:
        return f"arn:aws:iam::{self.cloud.account_id}:role/{ROLE_NAME}"

    @property
    def provider_arn(self) -> str:
        return f"arn:aws:iam::{self.cloud.account_id}:saml-provider/{PROVIDER_NAME}"

    @property
    def application_arn(self) -> str:
        return f"arn:aws:qbusiness:{self.cloud.region}:{self.cloud.account_id}:application/{self.application_id}"

    @property
    def org(self) -> Org:
        """The org's own state, by the back door."""
        room = self.cloud.rooms["okta"]
        assert isinstance(room, OktaRoom)
        return room.org

    # -- clients --------------------------------------------------------------------------------------------------

    def aws(self, service: str) -> Any:
        administrator = self.cloud.administrator
        return boto3.client(
            service,
            endpoint_url=self.urls["aws"],
            region_name=self.cloud.region,
            aws_access_key_id=administrator.access_key_id,
            aws_secret_access_key=administrator.secret_access_key,
        )

    def okta(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"SSWS {self.cloud.administrator.okta_api_token}"}
        answer = requests.request(method, self.urls["okta"] + path, headers=headers, json=body, timeout=30)
        assert answer.ok, (method, path, answer.status_code, answer.text)
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.text

    # -- the pieces, each of which a test may make anew and wrong ---------------------------------------------------

    def statements(self) -> list[dict[str, Any]]:
        return sample.statements([f"{self.role_arn},{self.provider_arn}"])

    def app_body(self, **changes: Any) -> dict[str, Any]:
        settings = sample.sign_on(ACS, **{"attributeStatements": self.statements(), **changes})
        return {"label": "Assistant", "signOnMode": "SAML_2_0", "settings": {"signOn": settings}}

    def change_app(self, **changes: Any) -> None:
        self.okta("PUT", f"/api/v1/apps/{self.app['id']}", self.app_body(**changes))

    def trust(self, *, audience: str = SIGN_IN, actions: tuple[str, ...] = ()) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": self.provider_arn},
            "Action": list(actions) or ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": {"StringEquals": {"SAML:aud": audience}} if not actions else {},
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def allow(self, *actions: str) -> None:
        statements = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]
        self.aws("iam").put_role_policy(
            RoleName=ROLE_NAME,
            PolicyName="chat",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )

    def auto_subscribe(self, switch: str) -> None:
        tier = {"defaultSubscriptionType": "Q_LITE"} if switch == "ENABLED" else {}
        self.aws("qbusiness").update_application(
            applicationId=self.application_id, autoSubscriptionConfiguration={"autoSubscribe": switch, **tier}
        )
        self.until_active("get_application", applicationId=self.application_id)

    def until_active(self, read: str, **parameters: str) -> None:
        client = self.aws("qbusiness")
        for _count in range(20):
            if getattr(client, read)(**parameters)["status"] == "ACTIVE":
                return
            time.sleep(0.05)
        raise AssertionError(f"{read}: not ACTIVE")

    def make(self) -> None:
        self._make_okta()
        iam = self.aws("iam")
        metadata = self.okta("GET", f"/api/v1/apps/{self.app['id']}/sso/saml/metadata")
        iam.create_saml_provider(Name=PROVIDER_NAME, SAMLMetadataDocument=metadata)
        iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=self.trust())
        self.allow("qbusiness:*", "user-subscriptions:CreateClaim")
        self.fill_application(identityType="AWS_IAM_IDP_SAML")

    def _make_okta(self) -> None:
        profile = {"login": ANN, "email": ANN, "firstName": "Ann", "lastName": "Example"}
        body = {"profile": profile, "credentials": {"password": {"value": PASSWORD}}}
        self.user_id = self.okta("POST", "/api/v1/users?activate=true", body)["id"]
        self.app = self.okta("POST", "/api/v1/apps", self.app_body())
        self.okta("POST", f"/api/v1/apps/{self.app['id']}/users", {"id": self.user_id, "scope": "USER"})
        metadata = self.okta("GET", f"/api/v1/apps/{self.app['id']}/sso/saml/metadata")
        found = re.search(r'SingleSignOnService [^>]*Location="([^"]+)"', metadata)
        assert found
        self.sso_url = found[1]

    def fill_application(self, **identity: Any) -> None:
        """The application with an index, a retriever and a document."""
        client = self.aws("qbusiness")
        made = client.create_application(displayName="assistant", iamIdentityProviderArn=self.provider_arn, **identity)
        self.application_id = made["applicationId"]
        self.until_active("get_application", applicationId=self.application_id)
        self.auto_subscribe("ENABLED")
        index = client.create_index(applicationId=self.application_id, displayName="index")["indexId"]
        self.until_active("get_index", applicationId=self.application_id, indexId=index)
        retriever = client.create_retriever(
            applicationId=self.application_id,
            displayName="retriever",
            type="NATIVE_INDEX",
            configuration={"nativeIndexConfiguration": {"indexId": index}},
        )["retrieverId"]
        self.until_active("get_retriever", applicationId=self.application_id, retrieverId=retriever)
        client.batch_put_document(
            applicationId=self.application_id,
            indexId=index,
            documents=[
                {
                    "id": "leave",
                    "title": "Leave policy",
                    "contentType": "PLAIN_TEXT",
                    "content": {"blob": DOCUMENT.encode()},
                }
            ],
        )

    # -- the module's function ------------------------------------------------------------------------------------

    def options(self, **changes: Any) -> dict[str, Any]:
        """The module's options; a change to None leaves an option out."""
        given = {
            "okta_org_url": self.urls["okta"],
            "username": ANN,
            "password": PASSWORD,
            "sso_url": self.sso_url,
            "provider_arn": self.provider_arn,
            "role_arn": self.role_arn,
            "application_id": self.application_id,
            "expected_acs_url": ACS,
            "question": QUESTION,
            "wait_timeout": 0,
            "region": self.cloud.region,
            "endpoint_url": self.urls["aws"],
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def context(self, *, check_mode: bool = False, **changes: Any) -> Context:
        return made_context(OPTIONS, self.options(**changes), check_mode)

    def prove(self, **changes: Any) -> dict[str, Any]:
        """The evidence."""
        answer = prove(self.context(fail_on_error=False, **changes))
        assert answer["changed"] is False
        evidence: dict[str, Any] = answer["evidence"]
        return evidence

    def login_options(self, **changes: Any) -> dict[str, Any]:
        """Options of ``okta_login``; a change to None leaves an option out."""
        given = {
            "okta_org_url": self.urls["okta"],
            "username": ANN,
            "password": PASSWORD,
            "sso_url": self.sso_url,
            "region": self.cloud.region,
            "endpoint_url": self.urls["aws"],
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def login(self, *, check_mode: bool = False, **changes: Any) -> dict[str, Any]:
        """The answer of ``okta_login``."""
        return sign_in_once(made_context(LOGIN_OPTIONS, self.login_options(**changes), check_mode))


def made_context(spec: dict[str, Any], options: dict[str, Any], check_mode: bool = False) -> Context:
    """What a module's function is given for these options."""
    result = ArgumentSpecValidator(aws_arguments(GROUP_OPTIONS, spec)).validate(options)
    assert not result.error_messages, result.error_messages
    parameters = result.validated_parameters
    connection = {name: value for name, value in parameters.items() if name in CONNECTION}
    return Context(parameters, check_mode, Aws(connection))


@contextmanager
def world() -> Iterator[World]:
    """A cloud with the application in it until the block ends."""
    cloud = build()
    with serving(cloud) as running:
        made = World(cloud, running.urls)
        made.make()
        yield made

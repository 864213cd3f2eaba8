# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An application whose people sign in by OpenID Connect, on a full embedded cloud with real host names.

Made with boto3 and requests and no module of the collection. STS reads only issuers without a port, so clients go
through the cloud's proxy; :func:`oidc_world` sets this process's environment for that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from proof_world import ANN, PASSWORD, ROLE_NAME, World
from qbusiness_sandbox.launch import Sandbox
from qbusiness_sandbox.testing import full_cloud

CALLBACK = "https://assistant.example.com/authorization-code/callback"
TAGS = "https://aws.amazon.com/tags"
NESTED_EMAIL = '{"principal_tags": {"Email": {user.email} }}'
SECRET_NAME = "assistant-client-secret"
#: Variables that would lead a task past what a test gives it.
_FOREIGN = ("OKTA_TEST_USERNAME", "OKTA_TEST_PASSWORD")


@dataclass
class OidcWorld(World):
    """The running cloud and what was made in it. ``claim_id``, ``policy_id``: at the authorization server."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    secret_arn: str = ""
    claim_id: str = ""
    policy_id: str = ""
    rule_id: str = ""

    @property
    def issuer(self) -> str:
        return f"{self.urls['okta']}/oauth2/default"

    @property
    def provider_arn(self) -> str:
        return f"arn:aws:iam::{self.cloud.account_id}:oidc-provider/{self.issuer.removeprefix('https://')}"

    def aws(self, service: str) -> Any:
        return boto3.client(service)

    # -- the pieces, each of which a test may make anew and wrong -------------------------------------------------

    def client_body(self, **changes: Any) -> dict[str, Any]:
        credentials = {"token_endpoint_auth_method": "client_secret_basic", "pkce_required": False}
        credentials |= {name: changes.pop(name) for name in list(changes) if name in credentials or name == "jwks"}
        settings = {
            "application_type": "web",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "redirect_uris": [CALLBACK],
            "consent_method": "TRUSTED",
            **changes,
        }
        if "jwks" in credentials:
            settings["jwks"] = credentials.pop("jwks")
        return {
            "name": "oidc_client",
            "label": "Assistant",
            "signOnMode": "OPENID_CONNECT",
            "credentials": {"oauthClient": credentials},
            "settings": {"oauthClient": settings},
        }

    def change_client(self, **changes: Any) -> None:
        body = self.client_body(**changes)
        body["credentials"]["oauthClient"]["client_id"] = self.client_id
        self.okta("PUT", f"/api/v1/apps/{self.app['id']}", body)

    def make_client(self, **changes: Any) -> None:
        """The app, with Ann assigned to it, and the access policy that lets it in; a second one takes its place."""
        self.app = self.okta("POST", "/api/v1/apps", self.client_body(**changes))
        client = self.app["credentials"]["oauthClient"]
        self.client_id, self.client_secret = client["client_id"], client.get("client_secret", "")
        self.okta("POST", f"/api/v1/apps/{self.app['id']}/users", {"id": self.user_id, "scope": "USER"})
        self.policy(self.client_id)

    def policy(self, *clients: str) -> None:
        """The access policy, made or changed."""
        path = "/api/v1/authorizationServers/default/policies"
        body = {
            "type": "OAUTH_AUTHORIZATION_POLICY",
            "status": "ACTIVE",
            "name": "assistant",
            "description": "the assistant",
            "priority": 1,
            "conditions": {"clients": {"include": list(clients)}},
        }
        if self.policy_id:
            self.okta("PUT", f"{path}/{self.policy_id}", body)
        else:
            self.policy_id = self.okta("POST", path, body)["id"]

    def claim(self, value: str = NESTED_EMAIL, name: str = TAGS) -> None:
        """The tags claim, made or changed."""
        path = "/api/v1/authorizationServers/default/claims"
        body = {
            "name": name,
            "status": "ACTIVE",
            "claimType": "IDENTITY",
            "valueType": "EXPRESSION",
            "value": value,
            "alwaysIncludeInToken": True,
            "conditions": {"scopes": []},
        }
        if self.claim_id:
            self.okta("PUT", f"{path}/{self.claim_id}", body)
        else:
            self.claim_id = self.okta("POST", path, body)["id"]

    def rule(self, scopes: Sequence[str] = ("*",)) -> None:
        """The access policy's rule, made or changed."""
        path = f"/api/v1/authorizationServers/default/policies/{self.policy_id}/rules"
        body = {
            "type": "RESOURCE_ACCESS",
            "name": "code",
            "priority": 1,
            "conditions": {
                "people": {"groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": ["authorization_code"]},
                "scopes": {"include": list(scopes)},
            },
        }
        if self.rule_id:
            self.okta("PUT", f"{path}/{self.rule_id}", body)
        else:
            self.rule_id = self.okta("POST", path, body)["id"]

    def trust(self, *, audience: str = "", actions: tuple[str, ...] = ()) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": self.provider_arn},
            "Action": list(actions) or ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {"StringEquals": {f"{self.issuer.removeprefix('https://')}:aud": audience or self.client_id}},
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def make(self) -> None:
        profile = {"login": ANN, "email": ANN, "firstName": "Ann", "lastName": "Example"}
        body = {"profile": profile, "credentials": {"password": {"value": PASSWORD}}}
        self.user_id = self.okta("POST", "/api/v1/users?activate=true", body)["id"]
        self.make_client()
        self.claim()
        self.rule()
        self.secret_arn = self.aws("secretsmanager").create_secret(
            Name=SECRET_NAME, SecretString=json.dumps({"client_secret": self.client_secret})
        )["ARN"]

    def make_aws(self) -> None:
        """Provider, role and application; ``okta_login`` needs none of them."""
        iam = self.aws("iam")
        iam.create_open_id_connect_provider(Url=self.issuer, ClientIDList=[self.client_id])
        iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=self.trust())
        self.allow("qbusiness:*", "user-subscriptions:CreateClaim")
        self.fill_application(identityType="AWS_IAM_IDP_OIDC", clientIdsForOIDC=[self.client_id])

    # -- the modules' functions -------------------------------------------------------------------------------------

    def login_options(self, **changes: Any) -> dict[str, Any]:
        """Options of ``okta_login``; a change to None leaves an option out."""
        given = {
            "okta_org_url": self.urls["okta"],
            "username": ANN,
            "password": PASSWORD,
            "client_id": self.client_id,
            "client_secret_arn": self.secret_arn,
            "redirect_uri": CALLBACK,
            "region": self.cloud.region,
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def options(self, **changes: Any) -> dict[str, Any]:
        given = {
            **self.login_options(),
            "provider_arn": self.provider_arn,
            "role_arn": self.role_arn,
            "application_id": self.application_id,
            "question": "How many days of leave are there?",
            "wait_timeout": 0,
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in (*_FOREIGN, "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def running() -> Iterator[Sandbox]:
    """A full cloud, with this process's environment leading to it."""
    with full_cloud() as sandbox, _environment(sandbox.environment()):
        yield sandbox


def oidc_world(sandbox: Sandbox, *, aws: bool = False) -> OidcWorld:
    """The application on a cloud that is as just started.

    :param aws: make AWS's part too
    """
    sandbox.cloud.reset()
    boto3.setup_default_session()  # or it keeps the credentials of the cloud that another file started
    made = OidcWorld(sandbox.cloud, {"okta": f"https://{sandbox.names.okta_host}", "aws": sandbox.aws.url})
    made.make()
    if aws:
        made.make_aws()
    return made

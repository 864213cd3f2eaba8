# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate that somebody made by hand, for tests of what reads one: boto3 and plain HTTP, and no module.

Names of policies, roles and secrets are not those of the collection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
import requests
from qbusiness_sandbox import sample
from qbusiness_sandbox.launch import Sandbox
from resource_world import s3_document

ANN, BOB = "ann@example.com", "bob@example.com"
STAFF = "Staff"
#: A client secret that nothing may show.
CANARY = "canary-Zx81-never-shown"
SERVICE = "qbusiness.amazonaws.com"


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@dataclass
class Made:
    """One application by hand, by ids."""

    id: str
    arn: str
    index_id: str = ""
    retriever_id: str = ""
    sources: list[str] = field(default_factory=list)
    web_id: str = ""
    url: str = ""
    role_arn: str = ""
    source_role_arn: str = ""
    secrets_role_arn: str = ""


@dataclass
class Estate:
    """The account and the org, seen by boto3 and plain HTTP: a cloud with real host names, as the environment says.

    Only there an issuer is one that IAM takes.
    """

    sandbox: Sandbox

    def __post_init__(self) -> None:
        self.cloud = self.sandbox.cloud
        self.cloud.reset()
        self.cloud.settings.polls = {"*": 0}
        boto3.setup_default_session()  # or it keeps the credentials of the cloud that another file started
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"SSWS {self.cloud.administrator.okta_api_token}"
        self.org = f"https://{self.cloud.okta_host}"
        self.q, self.iam = self.aws("qbusiness"), self.aws("iam")

    def aws(self, service: str) -> Any:
        return boto3.client(service)

    # -- Okta -------------------------------------------------------------------------------------------------------

    def okta(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, f"{self.org}{path}", json=body, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def people(self) -> None:
        """Two users, and a group that has the first."""
        self.cloud.seed(
            {"okta": {"users": [{"login": ANN}, {"login": BOB}], "groups": [{"name": STAFF, "members": [ANN]}]}}
        )

    def saml_app(self, label: str) -> tuple[dict[str, Any], str]:
        """The app and its metadata."""
        app = self.okta("POST", "/api/v1/apps", {**sample.app_body(sample.PLACEHOLDER, []), "label": label})
        url = f"{self.org}/api/v1/apps/{app['id']}/sso/saml/metadata"
        return app, self._http.get(url, headers={"Accept": "application/xml"}, timeout=30).text

    def point_saml(self, app: Mapping[str, Any], url: str, pairs: Sequence[str]) -> None:
        self.okta(
            "PUT", f"/api/v1/apps/{app['id']}", {**sample.app_body(f"{url}saml", list(pairs)), "label": app["label"]}
        )

    def oidc_app(self, label: str) -> dict[str, Any]:
        return dict(self.okta("POST", "/api/v1/apps", {**sample.client_body([sample.PLACEHOLDER]), "label": label}))

    def assign(self, app: Mapping[str, Any]) -> None:
        """The group, and the second user directly."""
        [group] = self.okta("GET", f"/api/v1/groups?q={STAFF}")
        self.okta("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", {})
        user = self.okta("GET", f"/api/v1/users/{BOB}")
        self.okta("POST", f"/api/v1/apps/{app['id']}/users", {"id": user["id"], "scope": "USER"})

    @property
    def issuer(self) -> str:
        return str(self.okta("GET", "/api/v1/authorizationServers/default")["issuer"])

    # -- AWS --------------------------------------------------------------------------------------------------------

    def saml_provider(self, name: str, metadata: str) -> str:
        return str(self.iam.create_saml_provider(Name=name, SAMLMetadataDocument=metadata)["SAMLProviderArn"])

    def oidc_provider(self, issuer: str, *clients: str) -> str:
        made = self.iam.create_open_id_connect_provider(Url=issuer, ClientIDList=list(clients))
        return str(made["OpenIDConnectProviderArn"])

    def role(self, name: str, trust: Mapping[str, Any], *statements: Mapping[str, Any], path: str = "/") -> str:
        made = self.iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust))
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="by-hand", PolicyDocument=document(*statements))
        return str(made["Role"]["Arn"])

    def service_role(self, name: str, *statements: Mapping[str, Any], service: str = SERVICE) -> str:
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        return self.role(name, {"Version": "2012-10-17", "Statement": [trust]}, *statements)

    def secret(self, name: str, value: str) -> str:
        made = self.aws("secretsmanager").create_secret(
            Name=name, SecretString=json.dumps({"client_secret": value}), Tags=[{"Key": "team", "Value": "a"}]
        )
        return str(made["ARN"])

    def application(self, name: str, **members: Any) -> Made:
        made = self.q.create_application(displayName=name, **members)
        return Made(str(made["applicationId"]), str(made["applicationArn"]))

    def knowledge(self, made: Made, name: str, sources: int) -> None:
        """An index, a retriever and data sources over one bucket, read by one role."""
        ids = {"applicationId": made.id}
        made.index_id = str(self.q.create_index(**ids, displayName=f"{name}-pages", type="STARTER")["indexId"])
        native = {"nativeIndexConfiguration": {"indexId": made.index_id}}
        made.retriever_id = str(
            self.q.create_retriever(**ids, displayName=f"{name}-finder", type="NATIVE_INDEX", configuration=native)[
                "retrieverId"
            ]
        )
        made.source_role_arn = self.service_role(f"{name}-reads", allow("s3:GetObject", "arn:aws:s3:::handbook/*"))
        for number in range(sources):
            source = self.q.create_data_source(
                **ids,
                indexId=made.index_id,
                displayName=f"{name}-source-{number}",
                configuration=s3_document(),
                roleArn=made.source_role_arn,
                tags=[{"key": "number", "value": str(number)}],
            )
            made.sources.append(str(source["dataSourceId"]))

    def experience(self, made: Made, provider: Mapping[str, Any], **members: Any) -> None:
        web = self.q.create_web_experience(
            applicationId=made.id,
            title="Ask",
            roleArn=made.role_arn,
            identityProviderConfiguration=provider,
            **members,
        )
        made.web_id = str(web["webExperienceId"])
        found = self.q.get_web_experience(applicationId=made.id, webExperienceId=made.web_id)
        made.url = str(found["defaultEndpoint"])

    # -- whole federations ------------------------------------------------------------------------------------------

    def saml(self, name: str = "Handbook", sources: int = 2) -> tuple[Made, dict[str, Any], str]:
        """An application whose people come by SAML, its Okta app and its provider."""
        app, metadata = self.saml_app(f"{name} app")
        provider = self.saml_provider(f"{name}-okta", metadata)
        made = self.application(
            name, identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=provider, tags=[{"key": "team", "value": "a"}]
        )
        made.role_arn = self.role(
            f"{name}-people", sample.trust_policy(provider), allow("qbusiness:Chat", made.arn), path="/people/"
        )
        self.knowledge(made, name, sources)
        self.experience(made, {"samlConfiguration": {"authenticationUrl": f"{self.org}/sso"}})
        self.point_saml(app, made.url, [f"{made.role_arn},{provider}"])
        return made, app, provider

    def oidc(self, name: str, app: Mapping[str, Any], provider: str) -> Made:
        """An application whose people come by OpenID Connect through an app and a provider that exist."""
        client = app["credentials"]["oauthClient"]["client_id"]
        made = self.application(
            name, identityType="AWS_IAM_IDP_OIDC", iamIdentityProviderArn=provider, clientIdsForOIDC=[client]
        )
        made.role_arn = self.role(
            f"{name}-people", sample.oidc_trust_policy(provider, client), allow("qbusiness:Chat", f"{made.arn}/*")
        )
        secret = self.secret(f"{name}/secret", CANARY)
        made.secrets_role_arn = self.service_role(
            f"{name}-secret",
            allow("secretsmanager:GetSecretValue", secret),
            service="application.qbusiness.amazonaws.com",
        )
        self.experience(
            made, {"openIDConnectConfiguration": {"secretsArn": secret, "secretsRole": made.secrets_role_arn}}
        )
        return made

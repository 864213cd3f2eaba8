# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A federated application made by hand, with boto3 and requests under the real host names.

For tests of what comes after it (the web experience, a browser), and as a witness that the documented procedure works
here without any module: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import requests
from botocore.config import Config

from qbusiness_sandbox.aws.safe_xml import NAMES, parse

SIGN_IN = "https://signin.aws.amazon.com/saml"
UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
PLACEHOLDER = "http://sampleurl.com"
#: A PUT changes the attribute statements only where these come along (okta-sdk-golang, PR 222).
OVERRIDES = dict.fromkeys(
    ("defaultRelayState", "ssoAcsUrlOverride", "audienceOverride", "recipientOverride", "destinationOverride"), ""
)
PASSWORD = "Correct-horse-battery-1"
DOCUMENT = "Travel policy: trains are booked in second class. Flights need the approval of a manager."


@dataclass(frozen=True)
class Sample:
    """What was made. ``url``: the web experience's; ``username``, ``password``: an assigned user's."""

    url: str
    username: str
    password: str
    application_id: str
    web_experience_id: str
    role_arn: str
    provider_arn: str
    okta_app_id: str
    sso_url: str = ""
    client_id: str = ""
    issuer: str = ""
    secret_arn: str = ""
    secrets_role_arn: str = ""


class Clients:
    """Clients for a cloud, from the environment that it exports."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.org = environment["OKTA_CLIENT_ORGURL"]
        self.okta = requests.Session()
        self.okta.trust_env = False
        self.okta.proxies = {"https": environment["HTTPS_PROXY"]}
        self.okta.verify = environment["REQUESTS_CA_BUNDLE"]
        self.okta.headers["Authorization"] = f"SSWS {environment['OKTA_CLIENT_TOKEN']}"

    def aws(self, service: str) -> Any:
        """A boto3 client of the administrator."""
        environment = self._environment
        return boto3.client(
            service,
            region_name=environment["AWS_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            verify=environment["AWS_CA_BUNDLE"],
            config=Config(proxies={"https": environment["HTTPS_PROXY"]}),
        )

    def call_okta(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON; raises ``requests.HTTPError``."""
        response = self.okta.request(method, self.org + path, json=body, timeout=60)
        response.raise_for_status()
        return response.json() if response.content else None


def sign_on(acs: str, **changes: Any) -> dict[str, Any]:
    """The sign-on settings of the Okta application as the procedure wants them; ``changes``: more, or other ones."""
    return {
        "ssoAcsUrl": acs,
        "destination": acs,
        "recipient": SIGN_IN,
        "audience": SIGN_IN,
        "idpIssuer": "http://www.okta.com/${org.externalKey}",
        "subjectNameIdTemplate": "${user.userName}",
        "subjectNameIdFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "responseSigned": True,
        "assertionSigned": True,
        "signatureAlgorithm": "RSA_SHA256",
        "digestAlgorithm": "SHA256",
        "honorForceAuthn": True,
        "authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        "requestCompressed": False,
        "allowMultipleAcsEndpoints": False,
        "acsEndpoints": [],
        "attributeStatements": [],
        **OVERRIDES,
        **changes,
    }


def statements(pairs: list[str]) -> list[dict[str, Any]]:
    """The attribute statements of the procedure; ``pairs``: values of the Role attribute."""
    values = {"PrincipalTag:Email": ["user.email"], "Role": pairs, "RoleSessionName": ["user.email"]}
    return [
        {"type": "EXPRESSION", "name": ATTRIBUTE + name, "namespace": UNSPECIFIED, "values": listed}
        for name, listed in values.items()
    ]


def app_body(acs: str, pairs: list[str]) -> dict[str, Any]:
    """The Okta application as the procedure wants it; ``pairs``: values of the Role attribute."""
    settings = sign_on(acs, attributeStatements=statements(pairs) if pairs else [])
    return {"label": "Amazon Q Business", "signOnMode": "SAML_2_0", "settings": {"signOn": settings}}


def trust_policy(provider_arn: str) -> dict[str, Any]:
    """Who may take the web experience's role (the procedure's step 2.10)."""
    principal = {"Federated": provider_arn}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {"StringEquals": {"SAML:aud": SIGN_IN}},
            },
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:TagSession",
                "Condition": {"StringLike": {"aws:RequestTag/Email": "*"}},
            },
        ],
    }


def permissions(application_arn: str) -> dict[str, Any]:
    """What the role may do: chat, and subscribe oneself."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["qbusiness:Chat", "qbusiness:ChatSync"], "Resource": application_arn},
            {
                "Effect": "Allow",
                "Action": "user-subscriptions:CreateClaim",
                "Resource": "*",
                "Condition": {
                    "Bool": {"user-subscriptions:CreateForSelf": "true"},
                    "StringEquals": {"aws:CalledViaLast": "qbusiness.amazonaws.com"},
                },
            },
        ],
    }


def settle(read: Callable[[], Mapping[str, Any]], *, looks: int = 50) -> Mapping[str, Any]:
    """Read until the resource is in a lasting state. Raises ``TimeoutError`` after so many looks."""
    for _unused in range(looks):
        found = read()
        if found["status"] not in ("CREATING", "UPDATING"):
            return found
    raise TimeoutError("the resource does not settle")


def federate(environment: Mapping[str, str], username: str = "ann@example.com") -> Sample:
    """Make everything, from the Okta app to a document in the index."""
    clients = Clients(environment)
    app = clients.call_okta("POST", "/api/v1/apps", app_body(PLACEHOLDER, []))
    _assigned_user(clients, app["id"], username)
    metadata = clients.okta.get(
        f"{clients.org}/api/v1/apps/{app['id']}/sso/saml/metadata",
        headers={"Accept": "application/xml"},
        timeout=60,
    ).text
    service = parse(metadata.encode()).find(".//md:SingleSignOnService", NAMES)
    if service is None:
        raise LookupError("the metadata has no SingleSignOnService")
    sso_url = service.get("Location", "")

    iam, qbusiness = clients.aws("iam"), clients.aws("qbusiness")
    provider_arn = iam.create_saml_provider(Name="okta", SAMLMetadataDocument=metadata)["SAMLProviderArn"]
    application_id, application_arn = _application(
        qbusiness, identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=provider_arn
    )
    role_arn = _role(iam, "sample-web-experience", trust_policy(provider_arn), permissions(application_arn))
    experience_id, url = _experience(
        qbusiness, application_id, role_arn, {"samlConfiguration": {"authenticationUrl": sso_url}}
    )
    clients.call_okta("PUT", f"/api/v1/apps/{app['id']}", app_body(f"{url}saml", [f"{role_arn},{provider_arn}"]))
    _fill(qbusiness, application_id)
    return Sample(url, username, PASSWORD, application_id, experience_id, role_arn, provider_arn, app["id"], sso_url)


def _assigned_user(clients: Clients, app_id: str, username: str) -> None:
    """A person with a password, assigned to the application."""
    profile = {"firstName": "Ann", "lastName": "Ang", "login": username, "email": username}
    user = clients.call_okta(
        "POST",
        "/api/v1/users?activate=true",
        {"profile": profile, "credentials": {"password": {"value": PASSWORD}}},
    )
    clients.call_okta("POST", f"/api/v1/apps/{app_id}/users", {"id": user["id"], "scope": "USER"})


def _application(qbusiness: Any, **identity: Any) -> tuple[str, str]:
    """Id and ARN of an application that subscribes its users by itself."""
    application = qbusiness.create_application(displayName="sample", **identity)
    identifier = application["applicationId"]
    settle(lambda: qbusiness.get_application(applicationId=identifier))
    qbusiness.update_application(
        applicationId=identifier,
        autoSubscriptionConfiguration={"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_BUSINESS"},
    )
    settle(lambda: qbusiness.get_application(applicationId=identifier))
    return identifier, application["applicationArn"]


def _role(iam: Any, name: str, trust: Mapping[str, Any], policy: Mapping[str, Any]) -> str:
    """The ARN of a role with one inline policy."""
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="chat", PolicyDocument=json.dumps(policy))
    return arn


def _experience(
    qbusiness: Any, application_id: str, role_arn: str, provider: Mapping[str, Mapping[str, str]]
) -> tuple[str, str]:
    """Id and address of a web experience."""
    identifier = qbusiness.create_web_experience(
        applicationId=application_id,
        title="Ask Acme",
        subtitle="Answers from the handbooks of Acme",
        welcomeMessage="Hello! I know the travel policy, and little else.",
        samplePromptsControlMode="ENABLED",
        roleArn=role_arn,
        identityProviderConfiguration=provider,
    )["webExperienceId"]
    found = settle(lambda: qbusiness.get_web_experience(applicationId=application_id, webExperienceId=identifier))
    return identifier, found["defaultEndpoint"]


def client_body(redirect_uris: list[str]) -> dict[str, Any]:
    """The Okta application for OpenID Connect as the procedure wants it."""
    return {
        "name": "oidc_client",
        "label": "Amazon Q Business (OpenID Connect)",
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"autoKeyRotation": True, "token_endpoint_auth_method": "client_secret_basic"}},
        "settings": {
            "oauthClient": {
                "application_type": "web",
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "redirect_uris": redirect_uris,
                "post_logout_redirect_uris": [],
            }
        },
    }


def _tags_for(clients: Clients, client_id: str, server: str) -> None:
    """The tags claim on an authorization server, and a policy that lets the client in."""
    path = f"/api/v1/authorizationServers/{server}"
    clients.call_okta(
        "POST",
        f"{path}/claims",
        {
            "name": "https://aws.amazon.com/tags",
            "status": "ACTIVE",
            "claimType": "IDENTITY",
            "valueType": "EXPRESSION",
            "value": '{"principal_tags": {"Email": {user.email} }}',
            "alwaysIncludeInToken": True,
            "conditions": {"scopes": []},
        },
    )
    policy = clients.call_okta(
        "POST",
        f"{path}/policies",
        {
            "type": "OAUTH_AUTHORIZATION_POLICY",
            "status": "ACTIVE",
            "name": "amazon-q-business",
            "description": "Amazon Q Business clients",
            "priority": 1,
            "conditions": {"clients": {"include": [client_id]}},
        },
    )
    clients.call_okta(
        "POST",
        f"{path}/policies/{policy['id']}/rules",
        {
            "type": "RESOURCE_ACCESS",
            "status": "ACTIVE",
            "name": "amazon-q-business-code",
            "priority": 1,
            "conditions": {
                "people": {"groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": ["authorization_code"]},
                "scopes": {"include": ["*"]},
            },
        },
    )


def oidc_trust_policy(provider_arn: str, client_id: str) -> dict[str, Any]:
    """Who may take the web experience's role, as AWS's sample script writes it."""
    principal = {"Federated": provider_arn}
    issuer = provider_arn.partition(":oidc-provider/")[2]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {f"{issuer}:aud": client_id}},
            },
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:TagSession",
                "Condition": {"StringLike": {"aws:RequestTag/Email": "*"}},
            },
        ],
    }


def secrets_trust_policy(application_arn: str) -> dict[str, Any]:
    """Who may take the role that reads the client secret (the procedure's page on roles)."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowsAmazonQToAssumeRoleForServicePrincipal",
                "Effect": "Allow",
                "Principal": {"Service": "application.qbusiness.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": application_arn.split(":")[4]},
                    "ArnLike": {"aws:SourceArn": application_arn},
                },
            }
        ],
    }


def secrets_permissions(secret_arn: str, key_arn: str) -> dict[str, Any]:
    """What that role may do."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": [secret_arn]},
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt"],
                "Resource": [key_arn],
                "Condition": {"StringLike": {"kms:ViaService": ["secretsmanager.*.amazonaws.com"]}},
            },
        ],
    }


def federate_oidc(environment: Mapping[str, str], username: str = "ann@example.com") -> Sample:
    """Make everything for a sign-in by OpenID Connect, from the Okta app and the server's claim to a document."""
    clients, server = Clients(environment), "default"
    app = clients.call_okta("POST", "/api/v1/apps", client_body([f"{PLACEHOLDER}/authorization-code/callback"]))
    client = app["credentials"]["oauthClient"]
    client_id, issuer = client["client_id"], f"{clients.org}/oauth2/{server}"
    _assigned_user(clients, app["id"], username)
    _tags_for(clients, client_id, server)

    iam, qbusiness = clients.aws("iam"), clients.aws("qbusiness")
    provider_arn = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=[client_id])["OpenIDConnectProviderArn"]
    key_arn = clients.aws("kms").create_key()["KeyMetadata"]["Arn"]
    secret_arn = clients.aws("secretsmanager").create_secret(
        Name="sample-client-secret",
        SecretString=json.dumps({"client_secret": client["client_secret"]}),
        KmsKeyId=key_arn,
    )["ARN"]
    application_id, application_arn = _application(
        qbusiness,
        identityType="AWS_IAM_IDP_OIDC",
        iamIdentityProviderArn=provider_arn,
        clientIdsForOIDC=[client_id],
    )
    trust = oidc_trust_policy(provider_arn, client_id)
    role_arn = _role(iam, "sample-web-experience", trust, permissions(application_arn))
    secrets_role_arn = _role(
        iam, "sample-secrets", secrets_trust_policy(application_arn), secrets_permissions(secret_arn, key_arn)
    )
    experience_id, url = _experience(
        qbusiness,
        application_id,
        role_arn,
        {"openIDConnectConfiguration": {"secretsArn": secret_arn, "secretsRole": secrets_role_arn}},
    )
    clients.call_okta("PUT", f"/api/v1/apps/{app['id']}", client_body([f"{url}authorization-code/callback"]))
    _fill(qbusiness, application_id)
    return Sample(
        url,
        username,
        PASSWORD,
        application_id,
        experience_id,
        role_arn,
        provider_arn,
        app["id"],
        client_id=client_id,
        issuer=issuer,
        secret_arn=secret_arn,
        secrets_role_arn=secrets_role_arn,
    )


def _fill(qbusiness: Any, application_id: str) -> None:
    """A native index with one document and its retriever."""
    index_id = qbusiness.create_index(applicationId=application_id, displayName="sample")["indexId"]
    settle(lambda: qbusiness.get_index(applicationId=application_id, indexId=index_id))
    retriever_id = qbusiness.create_retriever(
        applicationId=application_id,
        displayName="sample",
        type="NATIVE_INDEX",
        configuration={"nativeIndexConfiguration": {"indexId": index_id}},
    )["retrieverId"]
    settle(lambda: qbusiness.get_retriever(applicationId=application_id, retrieverId=retriever_id))
    qbusiness.batch_put_document(
        applicationId=application_id,
        indexId=index_id,
        documents=[
            {
                "id": "travel-policy",
                "title": "Travel policy",
                "contentType": "PLAIN_TEXT",
                "content": {"blob": DOCUMENT.encode()},
            }
        ],
    )
    for _unused in range(50):
        listed = qbusiness.list_documents(applicationId=application_id, indexId=index_id)["documentDetailList"]
        if all(item["status"] in ("INDEXED", "UPDATED") for item in listed):
            return
    raise TimeoutError("the document is not indexed")

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the table of causes at STS and the application: its fault is made, its text seen, and not without it."""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import requests
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.session import (
    assume_with_saml,
    assume_with_web_identity,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.chat import ask
from cause_cases import Case, Options, check, fault, proof
from oidc_world import OidcWorld, oidc_world, running
from proof_world import ACS, ANN, ATTRIBUTE, DOCUMENT, PASSWORD, PROVIDER_NAME, QUESTION, ROLE_NAME, World, world
from qbusiness_sandbox.aws.front import AwsRoom
from qbusiness_sandbox.cloud import Fault
from qbusiness_sandbox.launch import Sandbox

DISCOVERY = "GET /oauth2/{serverId}/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def started() -> Iterator[World]:
    with world() as by_saml:
        yield by_saml


@pytest.fixture
def saml(started: World, monkeypatch: pytest.MonkeyPatch) -> World:
    for name in ("OKTA_TEST_USERNAME", "OKTA_TEST_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    started.cloud.reset()
    made = World(started.cloud, started.urls)
    made.make()
    return made


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as by_oidc:
        yield by_oidc


@pytest.fixture
def oidc(sandbox: Sandbox) -> OidcWorld:
    return oidc_world(sandbox, aws=True)


# -- how else a row can be met --------------------------------------------------------------------------------------


def connection(made: World) -> Aws:
    return Aws({"region": made.cloud.region, "endpoint_url": made.urls["aws"]})


def response(made: World) -> str:
    """A SAML response by requests alone."""
    browser = requests.Session()
    given = {"username": ANN, "password": PASSWORD}
    token = browser.post(f"{made.urls['okta']}/api/v1/authn", json=given, timeout=30).json()["sessionToken"]
    text = browser.get(made.sso_url, params={"sessionToken": token}, timeout=30).text
    browser.delete(f"{made.urls['okta']}/api/v1/sessions/me", timeout=30)
    found = re.search(r'name="SAMLResponse" type="hidden" value="([^"]+)"', text)
    assert found
    return html.unescape(found[1])


def with_policy(made: World, options: Options) -> Any:
    """A question in a session that a policy narrows."""
    aws = connection(made)
    session = assume_with_saml(
        aws, made.role_arn, made.provider_arn, response(made), set(), policy=options.get("policy")
    )
    return ask(aws.with_credentials(session.credentials), made.application_id, QUESTION, patience=0).as_dict()


def later(made: World, options: Options) -> Any:
    """A question so many seconds after the session began, which lasts a quarter of an hour at the least."""
    aws = connection(made)
    session = assume_with_saml(aws, made.role_arn, made.provider_arn, response(made), set(), duration_seconds=900)
    seconds = options.get("seconds", 0)
    if seconds:
        # Requests are signed with this machine's time, which the cloud has to share: its clock cannot be moved.
        front = made.cloud.rooms["aws"]
        assert isinstance(front, AwsRoom)
        key = session.credentials["AccessKeyId"]
        kept = front.credentials._sessions
        kept[key] = replace(kept[key], expires=made.cloud.clock.now() - seconds)
    return ask(aws.with_credentials(session.credentials), made.application_id, QUESTION, patience=0).as_dict()


def outside(made: OidcWorld, options: Options) -> Any:
    """The role is taken with a token that was got a while before."""
    secret: dict[str, Any] = {"client_secret_arn": None, "client_secret": made.client_secret}
    token = made.login(**secret, return_credentials=True)["id_token"]
    made.cloud.clock.advance(options.get("seconds", 0))
    session = assume_with_web_identity(Aws({"region": made.cloud.region}), made.role_arn, token, set())
    return session.evidence()


def outside_saml(made: World, options: Options) -> Any:
    """The role is taken with a response that was got a while before."""
    text = response(made)
    made.cloud.clock.advance(options.get("seconds", 0))
    return assume_with_saml(connection(made), made.role_arn, made.provider_arn, text, set()).evidence()


# -- faults ----------------------------------------------------------------------------------------------------------


def trust(**changes: Any) -> Callable[[World], None]:
    def happen(made: World) -> None:
        made.aws("iam").update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=made.trust(**changes))

    return happen


def attribute(name: str, value: str) -> Callable[[World], None]:
    """One more attribute statement."""

    def happen(made: World) -> None:
        statements = made.statements()
        made.change_app(attributeStatements=[*statements, {**statements[0], "name": name, "values": [value]}])

    return happen


def many_tags(made: World) -> None:
    """Tags that are short enough, each by itself."""
    statements = made.statements()
    for number in range(40):
        name, value = f"{ATTRIBUTE}PrincipalTag:Tag{number}", secrets.token_hex(120)
        statements.append({**statements[0], "name": name, "values": [value]})
    made.change_app(attributeStatements=statements)


def rotate_key(made: World) -> None:
    """The app signs with a new key that IAM has not been told of."""
    key = made.okta("POST", f"/api/v1/apps/{made.app['id']}/credentials/keys/generate?validityYears=2")
    body = {**made.app_body(), "credentials": {"signing": {"kid": key["kid"]}}}
    made.okta("PUT", f"/api/v1/apps/{made.app['id']}", body)


def remove_role(made: World) -> None:
    made.aws("iam").delete_role_policy(RoleName=ROLE_NAME, PolicyName="chat")
    made.aws("iam").delete_role(RoleName=ROLE_NAME)


def remove_provider(made: OidcWorld) -> None:
    made.aws("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=made.provider_arn)


def remove_client(made: OidcWorld) -> None:
    made.aws("iam").remove_client_id_from_open_id_connect_provider(
        OpenIDConnectProviderArn=made.provider_arn, ClientID=made.client_id
    )


def silent_issuer(made: OidcWorld) -> None:
    """The issuer answers the sign-in, and STS after it no more."""
    made.cloud.faults.add(
        Fault("error", service="okta", operation=DISCOVERY, skip=1, count=-1, status=503, code="E0000009")
    )


def source_identity(made: OidcWorld) -> None:
    made.claim_id = ""
    made.claim("user.login", "https://aws.amazon.com/source_identity")


def sts(code: str, message: str = "Refused", status: int = 400, operation: str = "*") -> Any:
    return fault(operation, status, code, message, "sts")


def chat(code: str, status: int = 400) -> Any:
    return fault("ChatSync", status, code, "Refused", "qbusiness")


def allow(*actions: str) -> Callable[[World], None]:
    return lambda made: made.allow(*actions)


def deny(made: World) -> None:
    statements = [
        {"Effect": "Allow", "Action": ["qbusiness:*", "user-subscriptions:CreateClaim"], "Resource": "*"},
        {"Effect": "Deny", "Action": "qbusiness:ChatSync", "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    made.aws("iam").put_role_policy(RoleName=ROLE_NAME, PolicyName="chat", PolicyDocument=document)


def remove_application(made: World) -> None:
    made.aws("qbusiness").delete_application(applicationId=made.application_id)
    for _count in range(20):
        if not made.aws("qbusiness").list_applications().get("applications"):
            return
    raise AssertionError("the application is still there")


def of_another_provider(made: World) -> Mapping[str, Any]:
    """An application whose people come by another provider."""
    metadata = made.okta("GET", f"/api/v1/apps/{made.app['id']}/sso/saml/metadata")
    other = made.aws("iam").create_saml_provider(Name="other", SAMLMetadataDocument=metadata)["SAMLProviderArn"]
    client = made.aws("qbusiness")
    application_id = client.create_application(
        displayName="other", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=other
    )["applicationId"]
    made.until_active("get_application", applicationId=application_id)
    return {"application_id": application_id}


def for_others_only(made: World) -> None:
    """The document may be read by somebody else alone."""
    client = made.aws("qbusiness")
    index = client.list_indices(applicationId=made.application_id)["indices"][0]["indexId"]
    principal = {"user": {"id": "bob@example.com", "access": "ALLOW", "membershipType": "INDEX"}}
    client.batch_put_document(
        applicationId=made.application_id,
        indexId=index,
        documents=[
            {
                "id": "leave",
                "title": "Leave policy",
                "contentType": "PLAIN_TEXT",
                "content": {"blob": DOCUMENT.encode()},
                "accessConfiguration": {"accessControls": [{"principals": [principal]}]},
            }
        ],
    )


NO_CHAT = {
    "policy": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "qbusiness:ListMessages", "Resource": "*"}],
    }
}
BY_SAML = [
    Case("saml_trust.tags", trust(actions=("sts:AssumeRoleWithSAML",)), run=proof),
    Case("saml_trust.source_identity", attribute(f"{ATTRIBUTE}SourceIdentity", "user.email"), run=proof),
    Case("saml_trust.denied", trust(audience=ACS), run=proof, name="other audience"),
    Case("saml_trust.denied", remove_role, run=proof, name="role gone"),
    Case("saml_trust.expired", options={"seconds": 900}, run=outside_saml),
    Case("saml_trust.rejected", sts("IDPRejectedClaim", status=403), run=proof),
    Case("saml_trust.invalid", rotate_key, run=proof),
    Case("sts.tag_limits", attribute(f"{ATTRIBUTE}PrincipalTag:Team", "x" * 300), run=proof),
    Case("sts.too_many_tags", many_tags, run=proof),
    Case("sts.session_policy", options={"policy": {"Version": "2012-10-17"}}, run=with_policy),
    Case("sts.duration", options={"duration_seconds": 43200}, run=proof),
    Case("sts.region", sts("RegionDisabledException", status=403), run=proof),
    Case("sts.other", sts("NobodyKnows"), run=proof),
    Case("session.unknown", sts("InvalidClientTokenId", status=403, operation="GetCallerIdentity"), run=proof),
    Case(
        "chat.no_subscription",
        lambda made: made.auto_subscribe("DISABLED"),
        run=proof,
        heal=lambda made: made.auto_subscribe("ENABLED"),
        name="auto-subscription off",
    ),
    Case(
        "chat.no_subscription",
        allow("qbusiness:*"),
        run=proof,
        heal=allow("qbusiness:*", "user-subscriptions:CreateClaim"),
        name="no CreateClaim",
    ),
    Case("chat.licence", chat("LicenseNotFoundException"), run=proof),
    Case("chat.session_policy", options=NO_CHAT, run=with_policy),
    Case("chat.nobody", options=of_another_provider, run=proof),
    Case("chat.deny", deny, run=proof),
    Case("chat.denied", allow("qbusiness:GetApplication", "user-subscriptions:CreateClaim"), run=proof),
    Case("chat.expired", options={"seconds": 60}, run=later),
    Case("chat.application", remove_application, run=proof),
    Case("chat.external", chat("ExternalResourceException", 424), run=proof),
    Case("chat.other", chat("ValidationException"), run=proof),
    Case("chat.no_sources", for_others_only, {"require_sources": True}, run=proof, name="access control"),
    Case("chat.no_sources", options={"require_sources": True, "question": "zebra quantum"}, run=proof),
]
BY_OIDC = [
    Case("oidc_trust.tags", trust(actions=("sts:AssumeRoleWithWebIdentity",)), run=proof),
    Case("oidc_trust.source_identity", source_identity, run=proof),
    Case("oidc_trust.denied", trust(audience="0oaAnother"), run=proof, name="other audience"),
    Case("oidc_trust.denied", remove_role, run=proof, name="role gone"),
    Case("oidc_trust.expired", options={"seconds": 7200}, run=outside),
    Case("oidc_trust.no_provider", remove_provider, run=proof),
    Case("oidc_trust.client", remove_client, run=proof),
    Case("oidc_trust.invalid", options={"seconds": -7200}, run=outside),
    Case("oidc_trust.rejected", sts("IDPRejectedClaim", status=403), run=proof),
    # STS keeps the keys that it has fetched, so the fault comes first.
    Case("oidc_trust.unreachable", silent_issuer, run=proof, heal=lambda made: made.cloud.faults.clear()),
]


@pytest.mark.parametrize("case", BY_SAML, ids=str)
def test_by_saml_a_cause_is_named_with_its_fault_and_not_without(saml: World, case: Case) -> None:
    assert PROVIDER_NAME in saml.provider_arn
    check(case, saml)


@pytest.mark.parametrize("case", BY_OIDC, ids=str)
def test_by_oidc_a_cause_is_named_with_its_fault_and_not_without(oidc: OidcWorld, case: Case) -> None:
    check(case, oidc)

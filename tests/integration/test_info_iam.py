# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that read identity providers and roles; the witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function
from ansible_collections.qbusiness.federation.plugins.modules import (
    iam_federation_provider,
    iam_federation_provider_info,
    iam_federation_role,
    iam_federation_role_info,
)
from conftest import Call, Play
from iam_metadata import metadata
from info_world import undocumented
from qbusiness_sandbox.cloud import Cloud, Fault

ACCOUNT = "123456789012"
PLANNED = "000000000000"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
OTHER = f"arn:aws:iam::{ACCOUNT}:saml-provider/other"
APPLICATION = f"arn:aws:qbusiness:us-east-1:{ACCOUNT}:application/11111111-2222-4333-8444-555555555555"
WEB = {"kind": "web_experience", "provider_arn": SAML, "application_arn": APPLICATION}
POLICY = "QBusinessWebExperience"
Witness = Callable[[str], Any]


def providers(call: Call, **options: Any) -> list[dict[str, Any]]:
    answer = call(iam_federation_provider_info.function, **options)
    assert answer["changed"] is False
    assert undocumented(iam_federation_provider_info.function, "providers", answer["providers"]) == set()
    return list(answer["providers"])


def roles(call: Call, **options: Any) -> list[dict[str, Any]]:
    answer = call(iam_federation_role_info.function, **options)
    assert answer["changed"] is False
    assert undocumented(iam_federation_role_info.function, "roles", answer["roles"]) == set()
    return list(answer["roles"])


def trust(principal: dict[str, Any], action: str = "sts:AssumeRole") -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def made(call: Call, cloud: Cloud) -> dict[str, dict[str, Any]]:
    """A provider of each type, as the writing module answered them; the log is empty afterwards."""
    issuer = f"https://{cloud.okta_host}/oauth2/default"
    answers: dict[str, dict[str, Any]] = {
        "saml": {"name": "okta", "saml_metadata_document": metadata(), "tags": {"Team": "a"}},
        "oidc": {"type": "oidc", "url": issuer, "client_ids": ["two", "one"]},
    }
    found = {kind: call(iam_federation_provider.function, **given) for kind, given in answers.items()}
    call(iam_federation_provider.function, name="other", saml_metadata_document=metadata((2,)))
    cloud.log.clear()
    return found


# -- providers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["saml", "oidc"])
def test_a_provider_with_the_keys_of_the_writing_module(call: Call, cloud: Cloud, made: Any, kind: str) -> None:
    [found] = providers(call, provider_arn=made[kind]["provider_arn"])
    assert found == made[kind]["provider"]
    name = "SAMLProvider" if kind == "saml" else "OpenIDConnectProvider"
    assert [entry.operation for entry in cloud.log.since()] == [f"List{name}s", f"Get{name}"]


def test_all_providers_and_some(call: Call, aws: Witness, made: dict[str, Any]) -> None:
    iam = aws("iam")
    listed = [item["Arn"] for item in iam.list_saml_providers()["SAMLProviderList"]]
    issuers = [item["Arn"] for item in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    assert [item["arn"] for item in providers(call)] == sorted([*listed, *issuers])
    assert len(listed) == 2 and len(issuers) == 1
    assert [item["arn"] for item in providers(call, type="saml")] == sorted(listed)
    assert [item["arn"] for item in providers(call, type="oidc")] == issuers
    assert [item["arn"] for item in providers(call, name="okta")] == [SAML]
    url = made["oidc"]["provider"]["url"]
    assert [item["arn"] for item in providers(call, url=url)] == issuers
    assert providers(call, url=url[:-1]) == providers(call, name="okt") == providers(call, name="okta", url=url) == []


def test_who_uses_a_provider(call: Call, aws: Witness, made: dict[str, Any]) -> None:
    call(iam_federation_role.function, **WEB, name="assistant-web")
    application = aws("qbusiness").create_application(
        displayName="assistant", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=SAML
    )["applicationId"]
    by_arn = {item["arn"]: item["used_by"] for item in providers(call, type="saml", include_uses=True)}
    assert by_arn == {
        SAML: [f"role arn:aws:iam::{ACCOUNT}:role/assistant-web", f"application assistant ({application})"],
        OTHER: [],
    }
    assert "used_by" not in providers(call, name="okta")[0]


def test_no_provider_is_no_error(call: Call, cloud: Cloud) -> None:
    assert providers(call) == providers(call, name="nobody") == providers(call, provider_arn=SAML) == []
    cloud.log.clear()
    planned = SAML.replace(ACCOUNT, PLANNED)
    assert call(iam_federation_provider_info.function, True, provider_arn=planned)["providers"] == []
    assert cloud.log.since() == []


def test_a_provider_that_goes_meanwhile_is_left_out(call: Call, cloud: Cloud, made: Any) -> None:
    fault = Fault("error", service="iam", operation="GetSAMLProvider", status=404, code="NoSuchEntity")
    cloud.faults.add(fault)
    assert [item["arn"] for item in providers(call, type="saml")] == [OTHER]


# -- roles ------------------------------------------------------------------------------------------------------------


def test_a_role_with_the_keys_of_the_writing_module(call: Call, aws: Witness) -> None:
    made = call(iam_federation_role.function, **WEB, name="assistant-web", tags={"Team": "a"}, description="People")
    [found] = roles(call, name="assistant-web")
    assert {key: found[key] for key in made["role"]} == made["role"]
    assert (found["role_arn"], list(found["inline_policies"])) == (made["role_arn"], [POLICY])
    seen = aws("iam").get_role_policy(RoleName="assistant-web", PolicyName=POLICY)["PolicyDocument"]
    assert found["policy_document"] == seen


def test_roles_that_people_or_the_service_take(call: Call, aws: Witness, cloud: Cloud) -> None:
    iam = aws("iam")
    iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
    iam.create_role(RoleName="account", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"Service": ["qbusiness.amazonaws.com"]}))
    iam.create_role(
        RoleName="secrets", AssumeRolePolicyDocument=trust({"Service": "application.qbusiness.amazonaws.com"})
    )
    federated = trust({"Federated": OTHER}, "sts:AssumeRoleWithSAML")
    iam.create_role(RoleName="foreign", Path="/q/", AssumeRolePolicyDocument=federated)
    call(iam_federation_role.function, **WEB, name="assistant-web")
    cloud.settings.page_size = 2
    assert [role["role_name"] for role in roles(call)] == ["assistant-web", "foreign", "reader", "secrets"]
    assert [role["role_name"] for role in roles(call, provider_arn=SAML)] == ["assistant-web"]
    assert [role["role_name"] for role in roles(call, provider_arn=OTHER)] == ["foreign"]
    assert [role["role_name"] for role in roles(call, path_prefix="/q/")] == ["foreign"]
    assert [role["role_name"] for role in roles(call, name="machine")] == ["machine"]
    assert roles(call, name="machine", provider_arn=SAML) == roles(call, name="machine", path_prefix="/q/") == []


def test_the_inline_policy_that_is_shown(call: Call, aws: Witness) -> None:
    iam = aws("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"Service": "qbusiness.amazonaws.com"}))
    [found] = roles(call, name="reader")
    assert found["inline_policies"] == {} and "policy_name" not in found and "policy_document" not in found
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    )
    iam.put_role_policy(RoleName="reader", PolicyName="by-hand", PolicyDocument=document)
    [found] = roles(call, name="reader")
    assert found["inline_policies"] == {"by-hand": json.loads(document)} and "policy_name" not in found
    [found] = roles(call, name="reader", policy_name="by-hand")
    assert (found["policy_name"], found["policy_document"]) == ("by-hand", json.loads(document))


def test_no_role_is_no_error(call: Call, cloud: Cloud) -> None:
    assert roles(call, name="nobody") == []
    cloud.log.clear()
    planned = SAML.replace(ACCOUNT, PLANNED)
    assert call(iam_federation_role_info.function, True, provider_arn=planned)["roles"] == []
    assert cloud.log.since() == []
    with pytest.raises(InputError, match="name: "):
        roles(call, name="no spaces")


@pytest.mark.parametrize("function", [iam_federation_provider_info.function, iam_federation_role_info.function])
def test_a_refusal_is_an_error(call: Call, cloud: Cloud, function: Function) -> None:
    cloud.faults.add(Fault("error", service="iam", count=-1, status=403, code="AccessDenied"))
    with pytest.raises(ServiceError) as caught:
        call(function)
    assert caught.value.code == "AccessDenied"


def test_through_real_ansible(call: Call, made: Any, play: Play) -> None:
    call(iam_federation_role.function, **WEB, name="assistant-web")
    played = play(
        [
            {"qbusiness.federation.iam_federation_provider_info": {"include_uses": True}},
            {"qbusiness.federation.iam_federation_role_info": {"provider_arn": SAML}},
        ],
        "--check",
    )
    assert len(played.results[0]["providers"]) == 3
    assert played.results[1]["roles"][0]["policy_name"] == POLICY

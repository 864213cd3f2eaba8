# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles for several applications: the shared client secret, and programs. The witness is boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.modules.iam_federation_role import function
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud

NAME = "assistants"
ACCOUNT = "123456789012"
ISSUER_NAME = "acme.okta.com/oauth2/default"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER_NAME}"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:okta-client-AbCdEf"
SECRETS: dict[str, Any] = {"name": NAME, "kind": "secrets", "secret_arn": SECRET}
CLIENT: dict[str, Any] = {"name": NAME, "kind": "api_client", "provider_arn": OIDC, "oidc_audiences": ["one"]}
Witness = Callable[[str], Any]


def applications(count: int) -> list[str]:
    """The ARNs of so many applications."""
    return [
        f"arn:aws:qbusiness:us-east-1:{ACCOUNT}:application/{number:08}-2222-4333-8444-555555555555"
        for number in range(count)
    ]


def trust(aws: Witness) -> Any:
    return aws("iam").get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]["Statement"]


def statements(aws: Witness, policy: str) -> dict[str, Any]:
    document = aws("iam").get_role_policy(RoleName=NAME, PolicyName=policy)["PolicyDocument"]
    return {statement["Sid"]: statement for statement in document["Statement"]}


def sources(aws: Witness) -> Any:
    """Whom the secrets role trusts."""
    return trust(aws)[0]["Condition"]["ArnLike"]["aws:SourceArn"]


def test_a_secrets_role_grows_and_shrinks(call: Call, aws: Witness, cloud: Cloud) -> None:
    one, two, three = applications(3)
    call(function, **SECRETS, application_arn=one)
    assert sources(aws) == one
    assert trust(aws)[0]["Principal"] == {"Service": "application.qbusiness.amazonaws.com"}
    planned = call(function, check_mode=True, **SECRETS, application_arns=[one, two, three])
    grown = call(function, **SECRETS, application_arns=[one, two, three])
    assert grown["operations"] == planned["operations"] == ["UpdateAssumeRolePolicy"]
    assert grown["diff"] == planned["diff"]
    assert sorted(sources(aws)) == [one, two, three]
    assert trust(aws)[0]["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    for again in ({"application_arns": [three, one, two]}, {"application_arn": one, "application_arns": [two, three]}):
        assert call(function, **SECRETS, **again)["changed"] is False
    call(function, **SECRETS, application_arns=[two])
    assert sources(aws) == two


def test_an_api_client_of_several_applications(call: Call, aws: Witness, cloud: Cloud) -> None:
    one, two = applications(2)
    made = call(function, **CLIENT, application_arns=[one, two])
    assert made["operations"] == ["CreateRole", "PutRolePolicy"]
    assert made["role"]["policy_name"] == "QBusinessApiClient"
    assert [item["Action"] for item in trust(aws)] == ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    assert trust(aws)[0]["Condition"] == {"StringEquals": {f"{ISSUER_NAME}:aud": "one"}}
    found = statements(aws, "QBusinessApiClient")
    assert found["QBusinessConversationPermissions"]["Resource"] == [one, two]
    assert "qbusiness:SearchRelevantContent" in found["QBusinessConversationPermissions"]["Action"]
    assert "qbusiness:GetWebExperience" not in str(found)
    assert call(function, **CLIENT, application_arns=[two, one])["changed"] is False
    fewer = call(function, **CLIENT, application_arn=two, search=False)
    assert fewer["operations"] == ["PutRolePolicy"]
    found = statements(aws, "QBusinessApiClient")
    assert found["QBusinessConversationPermissions"]["Resource"] == two
    assert "SearchRelevantContent" not in str(found)


def test_an_api_client_by_saml(call: Call, aws: Witness, cloud: Cloud) -> None:
    """One that is reached by a requestable SSO URL has this URL as the Recipient."""
    urls = ["https://signin.aws.amazon.com/saml", "http://localhost:8000/saml"]
    given = {"name": NAME, "kind": "api_client", "provider_arn": SAML, "application_arn": applications(1)[0]}
    call(function, **given, saml_audiences=urls)
    assert sorted(trust(aws)[0]["Condition"]["StringEquals"]["SAML:aud"]) == sorted(urls)
    assert call(function, **given, saml_audiences=urls[::-1])["changed"] is False


def test_check_mode_with_applications_that_are_only_planned(call: Call, aws: Witness, cloud: Cloud) -> None:
    planned = "arn:aws:qbusiness:us-east-1:000000000000:application/planned0-1234-4123-8123-123456789012"
    provider = OIDC.replace(ACCOUNT, "000000000000")
    answer = call(
        function,
        check_mode=True,
        **{**CLIENT, "provider_arn": provider, "oidc_audiences": ["0oaplanned0123456789"]},
        application_arns=[planned],
    )
    assert answer["role_arn"] == f"arn:aws:iam::000000000000:role/{NAME}"
    answer = call(function, check_mode=True, **SECRETS, application_arns=[planned, *applications(1)])
    assert answer["changed"] is True
    assert cloud.log.writes() == []


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({**SECRETS, "application_arns": applications(20)}, "application_arns: they make a trust policy"),
        (
            {**CLIENT, "application_arns": applications(40)},
            "application_arns, additional_statements: they make an inline",
        ),
    ],
    ids=["secrets", "api_client"],
)
def test_too_many_applications(call: Call, cloud: Cloud, given: dict[str, Any], names: str) -> None:
    """Said before anything is written, with a way out."""
    with pytest.raises(InputError) as caught:
        call(function, **given)
    assert caught.value.faults[0].startswith(names)
    assert "a role of their own" in caught.value.message
    assert cloud.log.writes() == []


def test_a_raised_quota(call: Call, aws: Witness, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """IAM says what the account's quota is, and IAM keeps it."""
    cloud.settings.options["iam_quotas"] = {"trust_policy": 4096}
    original = Aws.call

    def raised(self: Aws, service: str, name: str, **parameters: Any) -> dict[str, Any]:
        answer = original(self, service, name, **parameters)
        if name == "GetAccountSummary":
            answer["SummaryMap"]["AssumeRolePolicySizeQuota"] = 4096
        return answer

    monkeypatch.setattr(Aws, "call", raised)
    call(function, **SECRETS, application_arns=applications(20))
    assert sorted(sources(aws)) == applications(20)
    with pytest.raises(InputError, match="IAM takes 4096"):
        call(function, **SECRETS, application_arns=applications(60))

    def refused(self: Aws, service: str, name: str, **parameters: Any) -> dict[str, Any]:
        if name == "GetAccountSummary":
            raise ServiceError("not for you", "AccessDenied")
        return original(self, service, name, **parameters)

    monkeypatch.setattr(Aws, "call", refused)
    with pytest.raises(InputError, match="IAM takes 2048"):
        call(function, **SECRETS, application_arns=applications(20))


def test_one_role_for_each_web_experience(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError, match="application_arns: does not go with the kind web_experience"):
        call(function, name=NAME, kind="web_experience", provider_arn=SAML, application_arns=applications(2))
    assert cloud.log.writes() == []


def test_a_real_playbook(play: Play, aws: Witness) -> None:
    module = "qbusiness.federation.iam_federation_role"
    task = {module: {**CLIENT, "application_arns": applications(2)}}
    gone = {module: {"name": NAME, "kind": "api_client", "state": "absent"}}
    results = play([task, task, gone], "--diff").results
    assert [result["changed"] for result in results] == [True, False, True]
    assert results[2]["operations"] == ["DeleteRolePolicy", "DeleteRole"]
    assert aws("iam").list_roles()["Roles"] == []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``iam_federation_role`` on the embedded cloud; the witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    ImmutableError,
    InputError,
    InUseError,
)
from ansible_collections.qbusiness.federation.plugins.modules.iam_federation_role import function
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud, Fault

NAME = "assistant-web"
ACCOUNT = "123456789012"
ARN = f"arn:aws:iam::{ACCOUNT}:role/{NAME}"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
APPLICATION = f"arn:aws:qbusiness:us-east-1:{ACCOUNT}:application/11111111-2222-4333-8444-555555555555"
INDEX = "99999999-8888-4777-8666-555555555555"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:okta-client-AbCdEf"
POLICY = "QBusinessWebExperience"
WEB: dict[str, Any] = {
    "name": NAME,
    "kind": "web_experience",
    "provider_arn": PROVIDER,
    "application_arn": APPLICATION,
}
ANYBODY = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
Witness = Callable[[str], Any]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


FOREIGN = document(ANYBODY)
#: A trust policy that somebody wrote by hand.
BY_HAND = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}})


def last(cloud: Cloud) -> int:
    """The number of the log's last entry."""
    return max((entry.number for entry in cloud.log.since()), default=0)


def sids(policy: Any) -> list[str]:
    return [str(statement["Sid"]) for statement in policy["Statement"]]


def inline(aws: Witness, name: str = POLICY, role: str = NAME) -> Any:
    return aws("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def tags(aws: Witness) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in aws("iam").list_role_tags(RoleName=NAME)["Tags"]}


@pytest.fixture
def boundary(aws: Witness) -> str:
    """The ARN of a managed policy."""
    return str(aws("iam").create_policy(PolicyName="boundary", PolicyDocument=FOREIGN)["Policy"]["Arn"])


def test_create_and_then_nothing(call: Call, aws: Witness, cloud: Cloud, boundary: str) -> None:
    given = {
        **WEB,
        "path": "/q/",
        "description": "People of the assistant",
        "max_session_duration": 7200,
        "permissions_boundary": boundary,
        "tags": {"team": "knowledge"},
        "citations": True,
    }
    made = call(function, **given)
    arn = ARN.replace(NAME, f"q/{NAME}")
    assert made["operations"] == ["CreateRole", "PutRolePolicy"]
    assert made["role_arn"] == arn
    assert made["role_name"] == NAME
    there = aws("iam").get_role(RoleName=NAME)["Role"]
    assert there["Arn"] == arn
    assert there["Description"] == "People of the assistant"
    assert there["MaxSessionDuration"] == 7200
    assert there["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert tags(aws) == {"team": "knowledge"}
    trust = there["AssumeRolePolicyDocument"]
    assert [item["Action"] for item in trust["Statement"]] == ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    assert all(item["Principal"] == {"Federated": PROVIDER} for item in trust["Statement"])
    assert "QBusinessGetDocumentContentPermission" in sids(inline(aws))
    assert made["role"]["policy_document"] == inline(aws)
    assert made["role"]["assume_role_policy_document"] == trust

    before = last(cloud)
    again = call(function, **given)
    assert again["changed"] is False
    assert again["role_arn"] == arn
    assert [entry.operation for entry in cloud.log.since(before)] == ["GetRole", "GetRolePolicy"]


@pytest.mark.parametrize(
    ("change", "operations"),
    [
        ({"description": "new"}, ["UpdateRole"]),
        ({"max_session_duration": 3600}, ["UpdateRole"]),
        ({"citations": True}, ["PutRolePolicy"]),
        ({"search": True}, ["PutRolePolicy"]),
        ({"q_apps": True}, ["PutRolePolicy"]),
        ({"additional_statements": [ANYBODY]}, ["PutRolePolicy"]),
        (
            {"saml_audiences": ["https://signin.aws.amazon.com/saml", "http://localhost:8000/saml"]},
            ["UpdateAssumeRolePolicy"],
        ),
        ({"provider_arn": f"{PROVIDER}-2"}, ["UpdateAssumeRolePolicy"]),
        ({"application_arn": APPLICATION.replace("1111", "2222")}, ["PutRolePolicy"]),
        # the policy of the former name suffices
        ({"policy_name": "mine"}, []),
        ({"policy_name": "mine", "citations": True}, ["PutRolePolicy"]),
        ({"tags": {"b": "2"}}, ["UntagRole", "TagRole"]),
        ({"tags": {"b": "2"}, "purge_tags": False}, ["TagRole"]),
        ({"description": "", "tags": {}}, ["UpdateRole", "UntagRole"]),
        ({"description": "old", "max_session_duration": 7200, "tags": {"a": "1"}}, []),
    ],
    ids=",".join,
)
def test_only_what_differs_is_changed(
    call: Call, aws: Witness, cloud: Cloud, change: dict[str, Any], operations: list[str]
) -> None:
    call(function, **WEB, description="old", max_session_duration=7200, tags={"a": "1"})
    before = last(cloud)
    planned = call(function, check_mode=True, **{**WEB, **change})
    assert cloud.log.writes(before) == []
    done = call(function, **{**WEB, **change})
    assert done["operations"] == planned["operations"] == operations
    assert [entry.operation for entry in cloud.log.writes(before)] == operations
    assert done["diff"] == planned["diff"]
    assert (done["diff"]["before"] != done["diff"]["after"]) == bool(operations)
    there = aws("iam").get_role(RoleName=NAME)["Role"]
    assert there.get("Description", "") == change.get("description", "old")
    assert there["MaxSessionDuration"] == change.get("max_session_duration", 7200)
    assert call(function, **{**WEB, **change})["changed"] is False


def test_boundary(call: Call, aws: Witness, cloud: Cloud, boundary: str) -> None:
    def there() -> Any:
        return aws("iam").get_role(RoleName=NAME)["Role"].get("PermissionsBoundary")

    call(function, **WEB)
    assert call(function, **WEB, permissions_boundary=boundary)["operations"] == ["PutRolePermissionsBoundary"]
    assert there()["PermissionsBoundaryArn"] == boundary
    assert call(function, **WEB)["changed"] is False
    assert call(function, **WEB, permissions_boundary="")["operations"] == ["DeleteRolePermissionsBoundary"]
    assert there() is None
    assert call(function, **WEB, permissions_boundary="")["changed"] is False


def test_path_is_immutable(call: Call, cloud: Cloud) -> None:
    call(function, **WEB)
    before = last(cloud)
    for check_mode in (True, False):
        with pytest.raises(
            ImmutableError, match=r"path of role assistant-web is '/' and cannot become '/q/'"
        ) as caught:
            call(function, check_mode=check_mode, **WEB, path="/q/", description="other")
        assert "another ARN" in caught.value.message
        assert caught.value.facts["immutable"] == ["path"]
    assert cloud.log.writes(before) == []


def test_adoption_keeps_what_others_put_there(call: Call, aws: Witness, cloud: Cloud, boundary: str) -> None:
    iam = aws("iam")
    trust = document(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithSAML",
            "Principal": {"Federated": [PROVIDER]},
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        }
    )
    iam.create_role(
        RoleName=NAME, AssumeRolePolicyDocument=trust, Description="by hand", Tags=[{"Key": "o", "Value": "x"}]
    )
    iam.put_role_policy(RoleName=NAME, PolicyName="theirs", PolicyDocument=FOREIGN)
    iam.attach_role_policy(RoleName=NAME, PolicyArn=boundary)
    adopted = call(function, **WEB)
    assert adopted["operations"] == ["UpdateAssumeRolePolicy", "PutRolePolicy"]
    assert adopted["role"]["description"] == "by hand"
    assert inline(aws, "theirs") == json.loads(FOREIGN)
    assert sorted(iam.list_role_policies(RoleName=NAME)["PolicyNames"]) == [POLICY, "theirs"]
    attached = iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]
    assert [item["PolicyArn"] for item in attached] == [boundary]
    assert tags(aws) == {"o": "x"}
    assert adopted["diff"]["before"]["assume_role_policy_document"] == json.loads(trust)
    assert call(function, **WEB)["changed"] is False


def test_a_role_of_others_is_not_opened(call: Call, aws: Witness, cloud: Cloud, boundary: str) -> None:
    """A name that is taken: whoever signs in could do what that role may."""
    iam = aws("iam")
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=BY_HAND)
    iam.attach_role_policy(RoleName=NAME, PolicyArn=boundary)
    before = last(cloud)
    with pytest.raises(InUseError, match=f"attached policy {boundary}. It does not trust {PROVIDER}"):
        call(function, **WEB)
    planned = call(function, check_mode=True, **WEB)
    assert "Outside check mode this fails" in planned["warnings"][0]
    assert cloud.log.writes(before) == []
    assert call(function, **WEB, force=True)["operations"] == ["UpdateAssumeRolePolicy", "PutRolePolicy"]
    # One that may do nothing yet can be taken over.
    iam.create_role(RoleName="empty", AssumeRolePolicyDocument=BY_HAND)
    assert call(function, **{**WEB, "name": "empty"})["changed"] is True


def test_policies_are_compared_by_meaning(call: Call, aws: Witness, cloud: Cloud) -> None:
    """Another order, and single values as lists: nothing to do."""

    def shuffled(policy: dict[str, Any]) -> str:
        statements = [
            {
                key: sorted(value, reverse=True)
                if isinstance(value, list)
                else [value]
                if key in ("Action", "Resource")
                else value
                for key, value in reversed(statement.items())
            }
            for statement in reversed(policy["Statement"])
        ]
        return json.dumps({"Statement": statements, "Version": policy["Version"]}, indent=4)

    iam = aws("iam")
    call(function, **WEB)
    trust = iam.get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]
    iam.update_assume_role_policy(RoleName=NAME, PolicyDocument=shuffled(trust))
    iam.put_role_policy(RoleName=NAME, PolicyName=POLICY, PolicyDocument=shuffled(inline(aws)))
    assert call(function, **WEB)["changed"] is False


@pytest.mark.parametrize(
    ("options", "service", "policy_name", "first"),
    [
        (
            {"kind": "data_source", "index_id": INDEX, "buckets": ["handbook", "contracts"]},
            "qbusiness.amazonaws.com",
            "QBusinessDataSource",
            "AllowsAmazonQToGetObjectfromS3",
        ),
        (
            {"kind": "kendra_retriever", "kendra_index_id": INDEX},
            "qbusiness.amazonaws.com",
            "QBusinessKendraRetriever",
            "KendraRetrieveAccess",
        ),
        (
            {"kind": "secrets", "secret_arn": SECRET},
            "application.qbusiness.amazonaws.com",
            "QBusinessClientSecret",
            "AllowsAmazonQToGetSecret",
        ),
    ],
    ids=["data_source", "kendra_retriever", "secrets"],
)
def test_roles_of_the_service(
    call: Call, aws: Witness, cloud: Cloud, options: dict[str, Any], service: str, policy_name: str, first: str
) -> None:
    given = {"name": NAME, "application_arn": APPLICATION, **options}
    call(function, **given)
    (trust,) = aws("iam").get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": service}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert {"aws:SourceArn": APPLICATION} in trust["Condition"].values()
    assert sids(inline(aws, policy_name))[0] == first
    assert call(function, **given)["changed"] is False
    assert call(function, name=NAME, kind=options["kind"], state="absent")["changed"] is True


def test_plan_on_an_empty_account(call: Call, aws: Witness, cloud: Cloud) -> None:
    """Arguments are placeholders, and no error comes of it."""
    application = APPLICATION.replace(ACCOUNT, "0" * 12).replace("11111111", "planned0")
    given = {**WEB, "path": "/q/", "application_arn": application, "tags": {"a": "1"}}
    planned = call(function, check_mode=True, **given)
    assert planned["operations"] == ["CreateRole", "PutRolePolicy"]
    assert planned["role_arn"] == f"arn:aws:iam::000000000000:role/q/{NAME}"
    assert planned["role"]["policy_document"]["Statement"][0]["Resource"] == application
    assert planned["diff"]["before"] == {}
    assert cloud.log.writes() == []
    with pytest.raises(InputError, match="application_arn: holds a placeholder"):
        call(function, **given)


def test_prediction_of_a_creation(call: Call, cloud: Cloud) -> None:
    given = {**WEB, "description": "d", "tags": {"a": "1"}, "q_apps": True}
    planned = call(function, check_mode=True, **given)["diff"]["after"]
    done = call(function, **given)["diff"]["after"]
    assert {**planned, "arn": ARN} == done


def test_partition_of_the_placeholder(call: Call, cloud: Cloud) -> None:
    moved = {key: str(value).replace("arn:aws:", "arn:aws-us-gov:") for key, value in WEB.items()}
    planned = call(function, check_mode=True, **moved)
    assert planned["role_arn"] == f"arn:aws-us-gov:iam::000000000000:role/{NAME}"


def test_all_faults_at_once(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError) as caught:
        call(
            function,
            name="no good",
            kind="data_source",
            path="q",
            max_session_duration=60,
            permissions_boundary="x",
            policy_name="a b",
            application_arn="nonsense",
            provider_arn=PROVIDER,
            buckets=["Handbook"],
            vpc_subnet_ids=["subnet-1"],
            tags={"aws:x": "1"},
        )
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "name",
        "path",
        "max_session_duration",
        "permissions_boundary",
        "policy_name",
        "tags",
        "index_id",
        "provider_arn",
        "application_arn",
        "buckets[0]",
        "vpc_subnet_ids, vpc_security_group_ids",
    ]
    assert cloud.log.since() == []


def test_sizes_are_checked_before_anything_is_sent(call: Call, aws: Witness, cloud: Cloud) -> None:
    urls = [f"https://assistant-{number}.example.com/saml" for number in range(60)]
    many = [{**ANYBODY, "Resource": [f"arn:aws:s3:::bucket-{number}/*" for number in range(500)]}]
    with pytest.raises(InputError) as caught:
        call(function, **WEB, saml_audiences=urls, additional_statements=many)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "saml_audiences, oidc_audiences",
        "additional_statements",
    ]
    assert cloud.log.writes() == []

    # What others put there counts as well.
    call(function, **WEB)
    half = document({**ANYBODY, "Resource": [f"arn:aws:s3:::bucket-{number}/*" for number in range(280)]})
    aws("iam").put_role_policy(RoleName=NAME, PolicyName="theirs", PolicyDocument=half)
    before = last(cloud)
    with pytest.raises(InputError, match="also has the inline policies theirs"):
        call(function, **WEB, q_apps=True)
    assert cloud.log.writes(before) == []


def test_kind_is_needed_to_make_one(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError, match="kind: is required"):
        call(function, name=NAME)


def test_cut_off_between_role_and_policy(call: Call, aws: Witness, cloud: Cloud) -> None:
    """The role is there, its policy is not: the next run puts it on."""
    cloud.faults.add(Fault("error", service="iam", operation="PutRolePolicy", status=400, code="AccessDenied"))
    with pytest.raises(Exception, match="PutRolePolicy"):
        call(function, **WEB)
    assert call(function, **WEB)["operations"] == ["PutRolePolicy"]
    assert sids(inline(aws))[0] == "QBusinessConversationPermissions"


def test_an_answer_that_is_lost(call: Call, aws: Witness, cloud: Cloud) -> None:
    """botocore asks again and hears that it is there: that is no failure."""
    cloud.faults.add(Fault("cut_after", service="iam", operation="CreateRole"))
    made = call(function, **WEB, tags={"a": "1"})
    assert made["role_arn"] == ARN
    assert [entry.operation for entry in cloud.log.writes()].count("CreateRole") == 2
    assert tags(aws) == {"a": "1"}
    assert call(function, **WEB, tags={"a": "1"})["changed"] is False


def test_absent(call: Call, aws: Witness, cloud: Cloud) -> None:
    call(function, **WEB)
    aws("iam").create_role(RoleName="other", AssumeRolePolicyDocument=BY_HAND)
    planned = call(function, check_mode=True, name=NAME, kind="web_experience", state="absent")
    gone = call(function, name=NAME, kind="web_experience", state="absent")
    assert gone["operations"] == planned["operations"] == ["DeleteRolePolicy", "DeleteRole"]
    assert gone["lost"] == planned["lost"]
    assert f"role {NAME} ({ARN})" in gone["lost"][0]
    assert gone["diff"]["after"] == {}
    assert gone["role_arn"] == ARN
    assert [item["RoleName"] for item in aws("iam").list_roles()["Roles"]] == ["other"]
    before = last(cloud)
    assert call(function, name=NAME, state="absent")["changed"] is False
    assert [entry.operation for entry in cloud.log.since(before)] == ["GetRole"]


def test_of_another_kind(call: Call, aws: Witness) -> None:
    """What was for the former kind is named and kept, and goes with the role."""
    call(function, **WEB, q_apps=True)
    changed = call(function, **{**WEB, "kind": "api_client"})
    assert changed["operations"] == ["PutRolePolicy"]
    [warning] = changed["warnings"]
    assert f"inline policy {POLICY}, of the kind web_experience. It stays" in warning
    assert sorted(aws("iam").list_role_policies(RoleName=NAME)["PolicyNames"]) == ["QBusinessApiClient", POLICY]
    assert "warnings" not in call(function, **{**WEB, "kind": "api_client"})
    gone = call(function, name=NAME, kind="api_client", state="absent")
    assert f"inline policy {POLICY}" in gone["lost"]
    assert aws("iam").list_roles()["Roles"] == []


def test_a_role_of_another_region_is_not_taken(call: Call, cloud: Cloud) -> None:
    """Names of roles are the account's; applications of one name may be in several regions."""
    call(function, **WEB)
    elsewhere = {**WEB, "application_arn": APPLICATION.replace("us-east-1", "eu-west-1")}
    before = last(cloud)
    with pytest.raises(InUseError, match=f"in use by {APPLICATION}.* Set name to .* {NAME}-eu-west-1, or"):
        call(function, **elsewhere)
    assert "Outside check mode this fails" in call(function, check_mode=True, **elsewhere)["warnings"][0]
    assert cloud.log.writes(before) == []
    # Another application of the region is one that was made anew.
    assert call(function, **{**WEB, "application_arn": APPLICATION.replace("1111", "2222")})["changed"] is True
    assert call(function, **elsewhere, force=True)["changed"] is True


def test_absent_at_another_path(call: Call, aws: Witness, cloud: Cloud) -> None:
    aws("iam").create_role(RoleName=NAME, Path="/other/", AssumeRolePolicyDocument=BY_HAND)
    with pytest.raises(InUseError, match=f"path: /people/ is not that of role {NAME} .*:role/other/{NAME}"):
        call(function, name=NAME, path="/people/", state="absent")
    assert "path: /people/" in call(function, True, name=NAME, path="/people/", state="absent")["warnings"][0]
    assert cloud.log.writes()[-1].operation == "CreateRole"
    assert call(function, name=NAME, path="/people/", state="absent", force=True)["changed"] is True


@pytest.mark.usefixtures("instant")
def test_absent_waits_for_what_went_a_moment_ago(call: Call, aws: Witness, cloud: Cloud) -> None:
    call(function, **WEB)
    cloud.faults.add(Fault("error", "iam", "DeleteRole", status=409, code="DeleteConflict", count=3))
    assert call(function, name=NAME, state="absent")["changed"] is True
    assert aws("iam").list_roles()["Roles"] == []
    assert [entry.operation for entry in cloud.log.writes()].count("DeleteRole") == 4


def test_absent_refuses_what_others_put_there(call: Call, aws: Witness, cloud: Cloud, boundary: str) -> None:
    iam = aws("iam")
    call(function, **WEB)
    iam.put_role_policy(RoleName=NAME, PolicyName="theirs", PolicyDocument=FOREIGN)
    iam.attach_role_policy(RoleName=NAME, PolicyArn=boundary)
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName=NAME)
    foreign = ["inline policy theirs", f"attached policy {boundary}", "instance profile machine"]
    before = last(cloud)
    with pytest.raises(InUseError) as caught:
        call(function, name=NAME, state="absent")
    assert caught.value.facts["used_by"] == foreign
    planned = call(function, check_mode=True, name=NAME, state="absent")
    assert foreign[0] in planned["warnings"][0]
    assert cloud.log.writes(before) == []
    assert iam.list_role_policies(RoleName=NAME)["PolicyNames"]

    gone = call(function, name=NAME, state="absent", force=True)
    assert gone["operations"] == [
        "DeleteRolePolicy",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "RemoveRoleFromInstanceProfile",
        "DeleteRole",
    ]
    assert [item for item in gone["lost"] if item in foreign] == foreign
    assert iam.list_roles()["Roles"] == []
    assert iam.get_policy(PolicyArn=boundary)
    assert iam.get_instance_profile(InstanceProfileName="machine")["InstanceProfile"]["Roles"] == []


def test_a_real_playbook(play: Play, aws: Witness, cloud: Cloud) -> None:
    task = {"qbusiness.federation.iam_federation_role": {**WEB, "tags": {"a": "1"}}}
    planned = play([task], "--check", "--diff").results[0]
    assert planned["changed"] is True
    first, second = play([task, task], "--diff").results
    assert (first["changed"], second["changed"]) == (True, False)
    assert second["role_arn"] == ARN
    assert tags(aws) == {"a": "1"}

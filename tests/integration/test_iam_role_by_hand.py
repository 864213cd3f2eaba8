# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``iam_federation_role`` on roles that people made by hand, as AWS's console and pages tell them; boto3 makes them and
is the witness."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    InputError,
    InUseError,
    NotFoundError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function
from ansible_collections.qbusiness.federation.plugins.modules import iam_federation_role, iam_federation_role_info
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud, Fault

Witness = Callable[[str], Any]
function: Function = iam_federation_role.function

NAME = "by-hand"
ACCOUNT, OTHER_ACCOUNT = "123456789012", "444455556666"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
APPLICATION = f"arn:aws:qbusiness:us-east-1:{ACCOUNT}:application/11111111-2222-4333-8444-555555555555"
INDEX_ID = "99999999-8888-4777-8666-555555555555"
INDEX = f"{APPLICATION}/index/{INDEX_ID}"
ENDPOINT = "https://signin.aws.amazon.com/saml"
CUSTOM_URL = "http://localhost:8000/saml"
SERVICE_ROLE = "/service-role/"

SOURCE: dict[str, Any] = {
    "name": NAME,
    "kind": "data_source",
    "application_arn": APPLICATION,
    "index_id": INDEX_ID,
    "buckets": ["handbook"],
}
WEB: dict[str, Any] = {
    "name": NAME,
    "kind": "web_experience",
    "provider_arn": PROVIDER,
    "application_arn": APPLICATION,
}
CLIENT = {**WEB, "kind": "api_client"}


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trusting(principal: Any, action: Any, condition: Any = None, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return {**statement, "Condition": condition} if condition else statement


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


#: What the console of Amazon Q Business writes for a data source.
CONSOLE_TRUST = trusting(
    {"Service": "qbusiness.amazonaws.com"},
    "sts:AssumeRole",
    {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": APPLICATION}},
    Sid="AllowsAmazonQToAssumeRoleForServicePrincipal",
)
OWN = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
MAPPING = [f"qbusiness:{name}" for name in ("PutGroup", "CreateUser", "DeleteGroup", "UpdateUser", "ListGroups")]


def console_policy(*buckets: str) -> list[dict[str, Any]]:
    return [
        allow(["s3:GetObject"], [f"arn:aws:s3:::{bucket}/*" for bucket in buckets], Sid="a", Condition=OWN),
        allow(["s3:ListBucket"], [f"arn:aws:s3:::{bucket}" for bucket in buckets], Sid="b", Condition=OWN),
        allow(["qbusiness:BatchPutDocument", "qbusiness:BatchDeleteDocument"], INDEX, Sid="c"),
        allow(["qbusiness:BatchPutDocument", "qbusiness:BatchDeleteDocument"], APPLICATION, Sid="d"),
        allow(MAPPING, [APPLICATION, INDEX, f"{INDEX}/data-source/*"], Sid="e"),
    ]


#: What an administrator writes after AWS's page on IAM Federation with Okta.
PAGE_TRUST = [
    trusting({"Federated": PROVIDER}, "sts:AssumeRoleWithSAML", {"StringEquals": {"SAML:aud": ENDPOINT}},
             Sid="SAMLAssumeRoleAccess"),
    trusting({"Federated": PROVIDER}, "sts:TagSession", {"StringLike": {"aws:RequestTag/Email": "*"}},
             Sid="SAMLTagSessionAccess"),
]  # fmt: skip
BROAD = [allow("qbusiness:*", "*"), allow("user-subscriptions:CreateClaim", "*")]
FOREIGN = trusting(
    {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:role/auditor"}, "sts:AssumeRole", {"StringEquals": {"sts:ExternalId": "x"}}
)


class Hand:
    """The person who made the role, with boto3."""

    def __init__(self, iam: Any, cloud: Cloud) -> None:
        self.iam = iam
        self.cloud = cloud

    def role(self, *trust: dict[str, Any], path: str = "/", name: str = NAME) -> str:
        made = self.iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(document(*trust)))
        return str(made["Role"]["Arn"])

    def inline(self, *statements: dict[str, Any], name: str = "theirs") -> None:
        self.iam.put_role_policy(RoleName=NAME, PolicyName=name, PolicyDocument=json.dumps(document(*statements)))

    def attached(self, *statements: dict[str, Any], name: str = "managed") -> str:
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document(*statements)))
        arn = str(made["Policy"]["Arn"])
        self.iam.attach_role_policy(RoleName=NAME, PolicyArn=arn)
        return arn

    def trust(self) -> list[dict[str, Any]]:
        return list(self.iam.get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]["Statement"])

    def policies(self) -> dict[str, list[dict[str, Any]]]:
        """All inline policies."""
        names = self.iam.list_role_policies(RoleName=NAME)["PolicyNames"]
        return {
            name: self.iam.get_role_policy(RoleName=NAME, PolicyName=name)["PolicyDocument"]["Statement"]
            for name in sorted(names)
        }

    def writes(self) -> list[str]:
        """What was written since the log was cleared."""
        return [entry.operation for entry in self.cloud.log.writes()]

    def reads(self) -> list[str]:
        return [entry.operation for entry in self.cloud.log.since()]


@pytest.fixture
def hand(aws: Witness, cloud: Cloud) -> Hand:
    return Hand(aws("iam"), cloud)


# -- what suffices is left alone --------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["inline", "attached", "both"])
def test_the_role_of_the_console_is_left_alone(call: Call, hand: Hand, place: str) -> None:
    arn = hand.role(CONSOLE_TRUST, path=SERVICE_ROLE)
    statements = console_policy("handbook", "contracts")
    if place == "inline":
        hand.inline(*statements)
    elif place == "attached":
        hand.attached(*statements)
    else:
        hand.inline(*statements[:2])
        hand.attached(*statements[2:])
    before = hand.trust(), hand.policies()
    hand.cloud.log.clear()
    for check_mode in (True, False):
        answer = call(function, check_mode, **SOURCE)
        assert (answer["changed"], answer["operations"], answer["role_arn"]) == (False, [], arn)
        assert answer["diff"]["before"] == answer["diff"]["after"]
        assert "warnings" not in answer
    assert hand.writes() == []
    assert (hand.trust(), hand.policies()) == before


@pytest.mark.parametrize("options", [WEB, CLIENT], ids=["web_experience", "api_client"])
def test_the_role_of_the_page_is_left_alone(call: Call, hand: Hand, options: dict[str, Any]) -> None:
    hand.role(*PAGE_TRUST)
    hand.attached(*BROAD)
    hand.cloud.log.clear()
    assert call(function, **options)["changed"] is False
    assert hand.writes() == []
    # one more right is asked for that nobody has given
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/01234567-0123-4123-8123-0123456789ab"
    assert call(function, **options, kms_key_arn=key)["operations"] == ["PutRolePolicy"]
    assert hand.trust() == PAGE_TRUST


def test_only_the_default_version_counts(call: Call, hand: Hand) -> None:
    hand.role(CONSOLE_TRUST)
    arn = hand.attached(*console_policy("handbook"))
    less = json.dumps(document(*console_policy("handbook")[1:]))
    hand.iam.create_policy_version(PolicyArn=arn, PolicyDocument=less, SetAsDefault=False)
    assert call(function, **SOURCE)["changed"] is False
    hand.iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert call(function, True, **SOURCE)["operations"] == ["PutRolePolicy"]


@pytest.mark.parametrize(
    "more",
    [
        {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::handbook/private/*"},
        {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
    ],
    ids=["some", "all but"],
)
def test_a_deny_does_not_suffice(call: Call, hand: Hand, more: dict[str, Any]) -> None:
    hand.role(CONSOLE_TRUST)
    hand.inline(*console_policy("handbook"))
    hand.inline(more, name="guard")
    assert call(function, **SOURCE)["operations"] == ["PutRolePolicy"]
    assert hand.policies()["guard"] == [more]
    assert call(function, **SOURCE)["changed"] is False


def test_what_cannot_be_read_does_not_suffice(call: Call, hand: Hand) -> None:
    hand.role(CONSOLE_TRUST)
    arn = hand.attached(*console_policy("handbook"))
    hand.cloud.faults.add(
        Fault("error", service="iam", operation="GetPolicy", status=403, code="AccessDenied", count=-1)
    )
    assert call(function, True, **SOURCE)["operations"] == ["PutRolePolicy"]
    looked_up = call(function, **SOURCE, manage=False)
    assert f"attached policy {arn} cannot be read" in looked_up["insufficient"][-1]


def test_others_are_read_only_where_ours_is_missing_or_differs(call: Call, hand: Hand) -> None:
    hand.role(CONSOLE_TRUST)
    hand.inline(allow("s3:GetObject", "*"))
    hand.attached(allow("s3:ListBucket", "*"))
    assert call(function, **SOURCE)["operations"] == ["PutRolePolicy"]
    hand.cloud.log.clear()
    assert call(function, **SOURCE)["changed"] is False
    assert hand.reads() == ["GetRole", "GetRolePolicy"]


# -- trust statements of others ---------------------------------------------------------------------------------------


def test_foreign_trust_stays_through_the_life_of_ours(call: Call, hand: Hand) -> None:
    hand.role(PAGE_TRUST[0], FOREIGN)
    added = call(function, **WEB)
    assert added["operations"] == ["UpdateAssumeRolePolicy", "PutRolePolicy"]
    assert added["foreign_principals"] == [f"arn:aws:iam::{OTHER_ACCOUNT}:role/auditor"]
    assert hand.trust()[:2] == [PAGE_TRUST[0], FOREIGN]
    assert [item["Sid"] for item in hand.trust()[2:]] == ["QBusinessFederationSamlTagSession"]

    # Another URL: their statement is too narrow for it and stays; ours is put beside it.
    both = {**WEB, "saml_audiences": [ENDPOINT, CUSTOM_URL]}
    planned = call(function, True, **both)
    grown = call(function, **both)
    assert grown["operations"] == planned["operations"] == ["UpdateAssumeRolePolicy"]
    assert grown["diff"] == planned["diff"]
    assert hand.trust()[:2] == [PAGE_TRUST[0], FOREIGN]
    ours = {item["Sid"]: item for item in hand.trust()[2:]}
    assert ours["QBusinessFederationSamlSignIn"]["Condition"]["StringEquals"]["SAML:aud"] == [ENDPOINT, CUSTOM_URL]
    assert call(function, **both)["changed"] is False

    # Ours is corrected, theirs is not.
    assert call(function, **WEB)["operations"] == ["UpdateAssumeRolePolicy"]
    assert hand.trust()[:2] == [PAGE_TRUST[0], FOREIGN]
    assert CUSTOM_URL not in str(hand.trust())

    hand.cloud.log.clear()
    with pytest.raises(InUseError, match="stays as it is") as caught:
        call(function, name=NAME, state="absent")
    assert caught.value.facts["used_by"] == [
        f"trust statement SAMLAssumeRoleAccess ({PROVIDER})",
        f"trust statement for arn:aws:iam::{OTHER_ACCOUNT}:role/auditor",
    ]
    assert "set force=true" in caught.value.message
    assert hand.writes() == []
    gone = call(function, name=NAME, state="absent", force=True)
    assert caught.value.facts["used_by"][1] in gone["lost"]
    assert hand.iam.list_roles()["Roles"] == []


def test_a_trust_policy_that_gets_too_long(call: Call, hand: Hand) -> None:
    many = [trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sts:AssumeRole", Sid=f"theirs{n}") for n in range(14)]
    hand.role(CONSOLE_TRUST, *many)
    hand.cloud.log.clear()
    secret = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:a-AbCdEf"
    options = {"name": NAME, "kind": "secrets", "secret_arn": secret, "application_arn": APPLICATION}
    with pytest.raises(InputError, match=r"with them the trust policy would have .* IAM takes 2048"):
        call(function, **options, force=True)
    assert hand.writes() == []


@pytest.mark.parametrize(
    ("principal", "found"),
    [({"AWS": "*"}, ["*"]), ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, []), ({"Service": "ec2.amazonaws.com"}, [])],
)
def test_foreign_principals(call: Call, hand: Hand, principal: Any, found: list[str]) -> None:
    hand.role(CONSOLE_TRUST, trusting(principal, "sts:AssumeRole"))
    hand.inline(*console_policy("handbook"))
    for options in ({}, {"manage": False}):
        assert call(function, **SOURCE, **options)["foreign_principals"] == found
    assert call(function, True, **{**SOURCE, "name": "new"})["foreign_principals"] == []
    [role] = call(iam_federation_role_info.function, name=NAME)["roles"]
    assert role["foreign_principals"] == found


# -- what a plan shows ------------------------------------------------------------------------------------------------


def test_a_plan_shows_all_policies(call: Call, hand: Hand) -> None:
    hand.role(CONSOLE_TRUST, FOREIGN)
    hand.inline(*console_policy("contracts"))
    arn = hand.attached(allow("s3:ListAllMyBuckets", "*"))
    planned = call(function, True, **SOURCE)["diff"]
    done = call(function, **SOURCE)["diff"]
    assert planned == done
    before, after = done["before"], done["after"]
    assert before["inline_policies"] == {"theirs": document(*console_policy("contracts"))}
    assert list(after["inline_policies"]) == ["QBusinessDataSource", "theirs"]
    assert after["inline_policies"]["QBusinessDataSource"]["Statement"] == hand.policies()["QBusinessDataSource"]
    assert before["attached_policies"] == after["attached_policies"] == [arn]
    assert before["assume_role_policy_document"] == document(CONSOLE_TRUST, FOREIGN)

    # also where something else changes, and where the role is removed
    described = call(function, **SOURCE, description="new")["diff"]
    assert described["before"]["inline_policies"] == described["after"]["inline_policies"]
    assert list(described["before"]["inline_policies"]) == ["QBusinessDataSource", "theirs"]
    gone = call(function, name=NAME, state="absent", force=True)["diff"]
    assert gone["before"]["inline_policies"] == described["after"]["inline_policies"]
    assert gone["before"]["attached_policies"] == [arn]
    assert gone["after"] == {}


# -- rights of live data sources --------------------------------------------------------------------------------------


def test_buckets_of_live_data_sources_stay(call: Call, hand: Hand) -> None:
    call(function, **{**SOURCE, "buckets": ["handbook", "contracts"]})
    fewer = {**SOURCE, "buckets": ["policies"], "purge_rights": False}
    planned = call(function, True, **fewer)
    done = call(function, **fewer)
    assert done["operations"] == planned["operations"] == ["PutRolePolicy"]
    assert done["diff"] == planned["diff"]
    assert done["kept_rights"] == planned["kept_rights"]
    assert len(done["kept_rights"]) == 2
    assert "s3:ListBucket on arn:aws:s3:::handbook, arn:aws:s3:::contracts" in done["kept_rights"][1]
    by_sid = {item["Sid"]: item["Resource"] for item in hand.policies()["QBusinessDataSource"]}
    kept = [f"arn:aws:s3:::{name}" for name in ("policies", "handbook", "contracts")]
    assert by_sid["AllowsAmazonQToListS3Buckets"] == kept
    assert by_sid["AllowsAmazonQToGetObjectfromS3"] == [f"{arn}/*" for arn in kept]

    hand.cloud.log.clear()
    again = call(function, **fewer)
    assert (again["changed"], again["kept_rights"]) == (False, done["kept_rights"])
    assert hand.reads() == ["GetRole", "GetRolePolicy"]
    purged = call(function, **{**fewer, "purge_rights": True})
    assert (purged["operations"], purged["kept_rights"]) == (["PutRolePolicy"], [])
    assert "handbook" not in str(hand.policies())


def test_a_deny_that_somebody_added_stays_with_the_rights(call: Call, hand: Hand) -> None:
    call(function, **SOURCE)
    deny = {"Sid": "private", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::handbook/private/*"}
    hand.inline(*hand.policies()["QBusinessDataSource"], deny, name="QBusinessDataSource")
    more = {**SOURCE, "buckets": ["handbook", "policies"], "purge_rights": False}
    answer = call(function, **more)
    assert answer["kept_rights"] == ["Deny s3:GetObject on arn:aws:s3:::handbook/private/*"]
    assert deny in hand.policies()["QBusinessDataSource"]
    assert call(function, **more)["changed"] is False


# -- roles that are not managed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_role_that_is_not_managed_is_never_written(call: Call, hand: Hand, state: str) -> None:
    arn = hand.role(CONSOLE_TRUST, path=SERVICE_ROLE)
    hand.cloud.log.clear()
    given = {**SOURCE, "description": "new", "tags": {"a": "b"}, "manage": False, "state": state}
    for options in (given, {**given, "force": True}):
        answer = call(function, **options)
        assert (answer["changed"], answer["operations"], answer["role_arn"]) == (False, [], arn)
    assert hand.writes() == []
    if state == "present":
        assert answer["role"]["description"] == ""
        assert answer["role"]["inline_policies"] == {}
        assert any("s3:ListBucket on arn:aws:s3:::handbook is not allowed" in item for item in answer["insufficient"])
        assert len(answer["warnings"]) == len(answer["insufficient"]) == 4
        assert all(
            sentence.startswith(f"role {NAME} ({arn}) is not managed. Its permissions")
            for sentence in answer["warnings"]
        )
        hand.attached(*console_policy("handbook"))
        assert call(function, **given)["insufficient"] == []


def test_what_a_trust_policy_lacks_is_told(call: Call, hand: Hand) -> None:
    hand.role(PAGE_TRUST[0])
    hand.inline(*BROAD)
    answer = call(function, **WEB, manage=False)
    assert answer["insufficient"] == [
        f"Its trust policy does not suffice: sts:TagSession by {PROVIDER} is not allowed."
    ]
    planned = {**WEB, "application_arn": APPLICATION.replace(ACCOUNT, "0" * 12).replace("11111111", "planned0")}
    assert call(function, True, **planned, manage=False)["insufficient"] == []


def test_a_role_that_is_not_managed_has_to_exist(call: Call, hand: Hand) -> None:
    for check_mode in (True, False):
        with pytest.raises(NotFoundError, match=f"name: role {NAME} not found. With manage=false it has to exist"):
            call(function, check_mode, name=NAME, manage=False)
    assert call(function, name=NAME, manage=False, state="absent") == {"changed": False, "operations": []}
    with pytest.raises(InputError, match=r"buckets\[0\]: 'Handbook'"):
        call(function, **{**SOURCE, "buckets": ["Handbook"]}, manage=False)


def test_a_role_is_found_by_its_arn(call: Call, hand: Hand) -> None:
    arn = hand.role(CONSOLE_TRUST, path=SERVICE_ROLE)
    hand.inline(*console_policy("handbook"))
    by_arn = {**{key: value for key, value in SOURCE.items() if key != "name"}, "role_arn": arn}
    assert call(function, **by_arn)["role_name"] == NAME
    assert call(function, role_arn=arn, manage=False)["role"]["inline_policies"].keys() == {"theirs"}
    elsewhere = arn.replace(SERVICE_ROLE, "/")
    for manage in (True, False):
        with pytest.raises(
            NotFoundError, match=f"role_arn: role {elsewhere} not found. The role of this name is {arn}"
        ):
            call(function, **{**by_arn, "role_arn": elsewhere}, manage=manage)
        with pytest.raises(NotFoundError, match=f"role_arn: role {arn}x not found"):
            call(function, **{**by_arn, "role_arn": f"{arn}x"}, manage=manage)
    with pytest.raises(InputError, match=r"role_arn: 'by-hand' is not of the form"):
        call(function, **{**by_arn, "role_arn": "by-hand"})
    with pytest.raises(InputError, match="name: 'other' is not the name in role_arn"):
        call(function, **by_arn, name="other")
    with pytest.raises(InputError, match="name, role_arn"):
        call(function, kind="data_source")
    with pytest.raises(NotFoundError, match=f"path: role {NAME} not found at /; its ARN is {arn}"):
        call(function, name=NAME, path="/", manage=False)
    assert call(function, role_arn=arn, state="absent", force=True)["operations"][-1] == "DeleteRole"


def test_through_real_ansible(play: Play, hand: Hand) -> None:
    arn = hand.role(CONSOLE_TRUST, path=SERVICE_ROLE)
    hand.inline(*console_policy("handbook"))
    module = "qbusiness.federation.iam_federation_role"
    given = {key: value for key, value in SOURCE.items() if key != "name"}
    tasks = [
        {module: {**given, "role_arn": arn, "manage": False}},
        {module: {**given, "role_arn": arn, "buckets": ["policies"], "purge_rights": False}},
        {module: {**given, "role_arn": arn, "buckets": ["handbook"], "purge_rights": False}},
    ]
    looked_up, added, kept = play(tasks, "--diff").results
    assert (looked_up["changed"], looked_up["insufficient"]) == (False, [])
    assert (added["changed"], added["kept_rights"]) == (True, [])
    assert (kept["changed"], len(kept["kept_rights"])) == (True, 2)


# -- reading ----------------------------------------------------------------------------------------------------------


def test_what_a_role_names(call: Call, hand: Hand) -> None:
    hand.role(CONSOLE_TRUST)
    hand.inline(*console_policy("handbook", "contracts"))
    hand.inline(allow("s3:*", ["arn:aws:s3:::pattern-*", "arn:aws:s3:::*"]), name="wide")
    arn = hand.attached(allow("s3:ListAllMyBuckets", "*"))
    [role] = call(iam_federation_role_info.function, name=NAME)["roles"]
    assert {name: item["Statement"] for name, item in role["inline_policies"].items()} == hand.policies()
    assert role["attached_policies"] == [arn]
    assert role["applications"] == [APPLICATION]
    assert role["indices"] == [INDEX]
    assert role["data_sources"] == [f"{INDEX}/data-source/*"]
    assert role["buckets"] == ["handbook", "contracts"]

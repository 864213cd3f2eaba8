# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM does and moto does not: SAML providers in full, duplicates, malformed policies, quotas, names, tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_harness import ACCOUNT, Aws, allow, aws, document, service_trust
from botocore.exceptions import ClientError
from saml_maker import Idp

PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/tests.okta.com/oauth2/default"
URL = "https://tests.okta.com/oauth2/default"
THUMBPRINT = "0123456789abcdef0123456789ABCDEF01234567"
NO_ROLE = f"arn:aws:iam::{ACCOUNT}:role/none"
IDP, NEXT = Idp(), Idp(number=2)


@pytest.fixture(scope="module")
def running() -> Iterator[Aws]:
    with aws() as run:
        yield run


@pytest.fixture
def account(running: Aws) -> Aws:
    running.cloud.reset()
    return running


@pytest.fixture
def iam(account: Aws) -> Any:
    return account.client("iam")


def code(call: Any, **params: Any) -> str:
    """The error code that a call is refused with."""
    with pytest.raises(ClientError) as refusal:
        call(**params)
    return str(refusal.value.response["Error"]["Code"])


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


# -- SAML providers ---------------------------------------------------------------------------------------------------


def test_saml_provider_lives(iam: Any, account: Aws) -> None:
    made = iam.create_saml_provider(Name="okta", SAMLMetadataDocument=IDP.metadata(), Tags=tags(a="1"))
    assert made["SAMLProviderArn"] == PROVIDER
    assert made["Tags"] == tags(a="1")
    got = iam.get_saml_provider(SAMLProviderArn=PROVIDER)
    assert got["SAMLMetadataDocument"] == IDP.metadata()
    assert got["Tags"] == tags(a="1")
    assert len(got["SAMLProviderUUID"]) >= 22
    assert got["ValidUntil"] > got["CreateDate"]
    iam.update_saml_provider(SAMLProviderArn=PROVIDER, SAMLMetadataDocument=IDP.metadata(NEXT))
    again = iam.get_saml_provider(SAMLProviderArn=PROVIDER)
    assert again["SAMLMetadataDocument"] == IDP.metadata(NEXT)
    assert (again["SAMLProviderUUID"], again["CreateDate"]) == (got["SAMLProviderUUID"], got["CreateDate"])
    assert [entry["Arn"] for entry in iam.list_saml_providers()["SAMLProviderList"]] == [PROVIDER]
    dump = account.cloud.dump()["aws"]["saml_providers"][PROVIDER]
    assert (dump["entity_id"], len(dump["certificates"]), dump["tags"]) == (IDP.entity_id, 2, {"a": "1"})
    iam.delete_saml_provider(SAMLProviderArn=PROVIDER)
    for call in (iam.get_saml_provider, iam.delete_saml_provider, iam.list_saml_provider_tags):
        assert code(call, SAMLProviderArn=PROVIDER) == "NoSuchEntity"


def test_saml_provider_names_are_unique(iam: Any) -> None:
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument=IDP.metadata())
    assert code(iam.create_saml_provider, Name="okta", SAMLMetadataDocument=NEXT.metadata()) == "EntityAlreadyExists"
    assert iam.get_saml_provider(SAMLProviderArn=PROVIDER)["SAMLMetadataDocument"] == IDP.metadata()


def test_saml_provider_valid_until_is_the_metadatas(iam: Any) -> None:
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument=IDP.metadata(valid_until="2040-01-02T03:04:05Z"))
    assert iam.get_saml_provider(SAMLProviderArn=PROVIDER)["ValidUntil"] == datetime(2040, 1, 2, 3, 4, 5, tzinfo=UTC)


def _without(start: str, end: str) -> str:
    text = IDP.metadata()
    return text[: text.index(start)] + text[text.index(end) + len(end) :] + " " * 1000


@pytest.mark.parametrize(
    "metadata",
    [
        "x" * 1000,
        "<a/>" + " " * 1000,
        IDP.metadata() + "<",
        IDP.metadata().replace("EntityDescriptor", "EntitiesDescriptor"),
        IDP.metadata().replace("IDPSSODescriptor", "SPSSODescriptor"),
        IDP.metadata().replace('entityID="http://www.okta.com/exkTests"', ""),
        _without("<md:KeyDescriptor", "</md:KeyDescriptor>"),
        IDP.metadata().replace("X509Certificate>M", "X509Certificate>A"),
        IDP.metadata().replace('use="signing"', 'use="encryption"'),
        IDP.metadata().replace("?>", "?><!DOCTYPE a>", 1),
    ],
)
def test_what_is_no_metadata_is_refused(iam: Any, metadata: str) -> None:
    assert code(iam.create_saml_provider, Name="okta", SAMLMetadataDocument=metadata) == "InvalidInput"
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument=IDP.metadata())
    assert code(iam.update_saml_provider, SAMLProviderArn=PROVIDER, SAMLMetadataDocument=metadata) == "InvalidInput"
    assert iam.get_saml_provider(SAMLProviderArn=PROVIDER)["SAMLMetadataDocument"] == IDP.metadata()


@pytest.mark.parametrize(
    "params",
    [
        {"SAMLMetadataDocument": "x" * 999},
        {"SAMLMetadataDocument": "x" * 10_000_001},
        {"Name": "a b"},
        {"Name": "x" * 129},
        {"Tags": tags(**{f"k{number}": "v" for number in range(51)})},
        {"Tags": tags(**{"": "v"})},
        {"Tags": tags(a="x" * 257)},
        {"Tags": tags(a="<")},
    ],
)
def test_saml_provider_input_is_checked_against_the_model(iam: Any, params: dict[str, Any]) -> None:
    good = {"Name": "okta", "SAMLMetadataDocument": IDP.metadata()}
    assert code(iam.create_saml_provider, **{**good, **params}) == "ValidationError"
    assert iam.list_saml_providers()["SAMLProviderList"] == []


def test_every_fault_is_named_at_once(iam: Any) -> None:
    with pytest.raises(ClientError, match="3 validation errors detected") as refusal:
        iam.create_role(RoleName="a b", AssumeRolePolicyDocument=service_trust(), Path="x", MaxSessionDuration=1)
    message = refusal.value.response["Error"]["Message"]
    assert all(f"'{name}'" in message for name in ("roleName", "path", "maxSessionDuration"))


def test_saml_provider_tags(iam: Any) -> None:
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument=IDP.metadata(), Tags=tags(a="1", b="2"))
    iam.tag_saml_provider(SAMLProviderArn=PROVIDER, Tags=tags(A="3", c="4"))
    assert iam.list_saml_provider_tags(SAMLProviderArn=PROVIDER)["Tags"] == tags(A="3", b="2", c="4")
    first = iam.list_saml_provider_tags(SAMLProviderArn=PROVIDER, MaxItems=2)
    assert (first["IsTruncated"], len(first["Tags"])) == (True, 2)
    rest = iam.list_saml_provider_tags(SAMLProviderArn=PROVIDER, Marker=first["Marker"])
    assert (rest["IsTruncated"], rest["Tags"]) == (False, tags(c="4"))
    iam.untag_saml_provider(SAMLProviderArn=PROVIDER, TagKeys=["a", "c", "none"])
    assert iam.list_saml_provider_tags(SAMLProviderArn=PROVIDER)["Tags"] == tags(b="2")
    many = tags(**{f"k{number}": "v" for number in range(50)})
    assert code(iam.tag_saml_provider, SAMLProviderArn=PROVIDER, Tags=many) == "LimitExceeded"
    assert code(iam.tag_saml_provider, SAMLProviderArn=PROVIDER, Tags=tags(x="1", X="2")) == "InvalidInput"


# -- OpenID Connect providers -----------------------------------------------------------------------------------------


def test_oidc_provider(iam: Any) -> None:
    iam.create_open_id_connect_provider(Url=URL, ClientIDList=["one"], ThumbprintList=[THUMBPRINT], Tags=tags(a="1"))
    assert code(iam.create_open_id_connect_provider, Url=URL, ClientIDList=["x"]) == "EntityAlreadyExists"
    for _unused in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=OIDC, ClientID="two")
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=OIDC)
    assert (got["ClientIDList"], got["Tags"], got["Url"]) == (["one", "two"], tags(a="1"), URL.removeprefix("https://"))
    for _unused in range(2):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=OIDC, ClientID="one")
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=OIDC)["ClientIDList"] == ["two"]
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=OIDC, Tags=tags(b="2"))
    assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=OIDC)["Tags"] == tags(a="1", b="2")
    missing = {"OpenIDConnectProviderArn": f"{OIDC}x", "ClientID": "c"}
    assert code(iam.add_client_id_to_open_id_connect_provider, **missing) == "NoSuchEntity"
    for number in range(99):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=OIDC, ClientID=f"c{number}")
    full = {"OpenIDConnectProviderArn": OIDC, "ClientID": "one-too-many"}
    assert code(iam.add_client_id_to_open_id_connect_provider, **full) == "LimitExceeded"


@pytest.mark.parametrize(
    "url", ["http://tests.okta.com", "https://tests.okta.com:8443/x", "tests.okta.com", "https://"]
)
def test_oidc_urls(iam: Any, url: str) -> None:
    assert code(iam.create_open_id_connect_provider, Url=url, ClientIDList=["x"]) == "ValidationError"


# -- roles and policies -----------------------------------------------------------------------------------------------


def _federated(name: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Federated": name}, "Action": "sts:AssumeRoleWithSAML"}
    return document(statement)


@pytest.mark.parametrize(
    "trust",
    [
        "{",
        "[]",
        json.dumps({"Statement": json.loads(service_trust())["Statement"]}),
        json.dumps({"Version": "2012-10-17"}),
        json.dumps({"Version": "2013-01-01", "Statement": []}),
        document({"Effect": "Allow", "Action": "sts:AssumeRole"}),
        document({"Effect": "Allow", "Principal": {"Service": "qbusiness.amazonaws.com"}}),
        document(allow("sts:AssumeRole")),
        document({**json.loads(service_trust())["Statement"][0], "Resource": "*"}),
        document({**json.loads(service_trust())["Statement"][0], "Action": "s3:GetObject"}),
        document({**json.loads(service_trust())["Statement"][0], "Condition": {"StringSort": {"a": "b"}}}),
        service_trust("qbusiness"),
        _federated("okta"),
        _federated(PROVIDER + "/extra"),
        _federated(f"arn:aws:iam::{ACCOUNT}:saml-provider:okta"),
        document(
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/none"}, "Action": "sts:AssumeRole"}
        ),
    ],
)
def test_malformed_trust_policies(iam: Any, trust: str) -> None:
    assert code(iam.create_role, RoleName="r", AssumeRolePolicyDocument=trust) == "MalformedPolicyDocument"
    assert iam.list_roles()["Roles"] == []
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=service_trust())
    assert code(iam.update_assume_role_policy, RoleName="r", PolicyDocument=trust) == "MalformedPolicyDocument"
    assert iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"] == json.loads(service_trust())


def test_good_trust_policies(iam: Any) -> None:
    action = ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"]
    for number, principal in enumerate(({"Federated": PROVIDER}, {"Federated": OIDC}, {"AWS": ACCOUNT})):
        text = document({"Effect": "Allow", "Principal": principal, "Action": action})
        iam.create_role(RoleName=f"r{number}", AssumeRolePolicyDocument=text)
        iam.update_assume_role_policy(RoleName=f"r{number}", PolicyDocument=text.replace("sts:TagSession", "sts:*"))
        got = iam.get_role(RoleName=f"r{number}")["Role"]["AssumeRolePolicyDocument"]
        assert "sts:*" in got["Statement"][0]["Action"]
    assert code(iam.update_assume_role_policy, RoleName="none", PolicyDocument=service_trust()) == "NoSuchEntity"
    assert code(iam.create_role, RoleName="r0", AssumeRolePolicyDocument=service_trust()) == "EntityAlreadyExists"


def _of_size(size: int, text: str) -> str:
    """``text`` with a Sid that makes it this many characters long, white space not counted."""
    data = json.loads(text)
    data["Statement"][0]["Sid"] = ""
    short = len(json.dumps(data, separators=(",", ":")))
    data["Statement"][0]["Sid"] = "x" * (size - short)
    return json.dumps(data, indent=2)


def test_size_quotas(iam: Any) -> None:
    policy = document(allow("s3:GetObject", "arn:aws:s3:::b/*"))
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=_of_size(2048, service_trust()))
    too_long = _of_size(2049, service_trust())
    assert code(iam.create_role, RoleName="s", AssumeRolePolicyDocument=too_long) == "LimitExceeded"
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=_of_size(5000, policy))
    iam.put_role_policy(RoleName="r", PolicyName="b", PolicyDocument=_of_size(5240, policy))
    over = {"RoleName": "r", "PolicyName": "b", "PolicyDocument": _of_size(5241, policy)}
    assert code(iam.put_role_policy, **over) == "LimitExceeded"
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=_of_size(4000, policy))
    iam.put_role_policy(**over)
    iam.create_policy(PolicyName="p", PolicyDocument=_of_size(6144, policy))
    big = _of_size(6145, policy)
    assert code(iam.create_policy, PolicyName="q", PolicyDocument=big) == "LimitExceeded"
    arn = f"arn:aws:iam::{ACCOUNT}:policy/p"
    assert code(iam.create_policy_version, PolicyArn=arn, PolicyDocument=big) == "LimitExceeded"


def test_malformed_permission_policies(iam: Any) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=service_trust())
    for text in ("{", document({"Effect": "Allow", "Action": "s3:*"}), service_trust(), document(allow("nonsense"))):
        assert code(iam.put_role_policy, RoleName="r", PolicyName="p", PolicyDocument=text) == "MalformedPolicyDocument"
        assert code(iam.create_policy, PolicyName="p", PolicyDocument=text) == "MalformedPolicyDocument"
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == []


def test_a_policy_in_use_cannot_be_deleted(iam: Any) -> None:
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=service_trust())
    iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    assert code(iam.delete_role, RoleName="r") == "DeleteConflict"
    iam.detach_role_policy(RoleName="r", PolicyArn=arn)
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=arn)
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.delete_role(RoleName="r")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("kms:*")))
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    assert code(iam.delete_policy, PolicyArn=arn) == "NoSuchEntity"


def test_attachments_boundaries_and_tags_have_limits(iam: Any) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=service_trust(), Tags=tags(a="1"))
    for number in range(11):
        iam.create_policy(PolicyName=f"p{number}", PolicyDocument=document(allow("s3:*")))
    arns = [f"arn:aws:iam::{ACCOUNT}:policy/p{number}" for number in range(11)]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    assert code(iam.attach_role_policy, RoleName="r", PolicyArn=arns[10]) == "LimitExceeded"
    none = f"arn:aws:iam::{ACCOUNT}:policy/none"
    assert code(iam.put_role_permissions_boundary, RoleName="r", PermissionsBoundary=none) == "NoSuchEntity"
    many = tags(**{f"k{number}": "v" for number in range(50)})
    assert code(iam.tag_role, RoleName="r", Tags=many) == "LimitExceeded"
    assert iam.list_role_tags(RoleName="r")["Tags"] == tags(a="1")


def test_pages_can_be_capped(iam: Any, account: Aws) -> None:
    for number in range(5):
        iam.create_role(RoleName=f"r{number}", AssumeRolePolicyDocument=service_trust())
    account.cloud.settings.page_size = 2
    assert len(iam.list_roles()["Roles"]) == 2
    pages = list(iam.get_paginator("list_roles").paginate())
    assert [len(page["Roles"]) for page in pages] == [2, 2, 1]

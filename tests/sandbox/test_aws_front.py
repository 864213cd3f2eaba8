# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The front of the AWS room, driven by boto3: signatures, routing, sessions that may only what their role may."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from aws_harness import ACCOUNT, Aws, account_trust, allow, aws, deny, document, service_trust
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.session import Session

ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
APPLICATION = f"arn:aws:qbusiness:us-east-1:{ACCOUNT}:application/a1"


@pytest.fixture(scope="module")
def running() -> Iterator[Aws]:
    with aws() as run:
        yield run


@pytest.fixture
def account(running: Aws) -> Aws:
    running.cloud.reset()
    return running


def code(call: Any, **params: Any) -> str:
    """The error code that a call is refused with."""
    with pytest.raises(ClientError) as refusal:
        call(**params)
    return str(refusal.value.response["Error"]["Code"])


def session(account: Aws, *statements: dict[str, Any], **extra: Any) -> dict[str, str]:
    """Credentials of a role with these permissions."""
    iam = account.client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=account_trust())
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document(*statements))
    answer: dict[str, str] = account.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="ann", **extra)[
        "Credentials"
    ]
    return answer


# -- what works -------------------------------------------------------------------------------------------------------


def test_s3(account: Aws) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="docs-one")
    for key in ("plain.txt", "a b/ü+c&d=e.txt", "slash//double", "percent%20.txt"):
        s3.put_object(Bucket="docs-one", Key=key, Body=key.encode(), Metadata={"who": "ann"})
        assert s3.get_object(Bucket="docs-one", Key=key)["Body"].read() == key.encode()
    s3.upload_fileobj(io.BytesIO(b"z" * 100), "docs-one", "uploaded")
    assert s3.head_object(Bucket="docs-one", Key="uploaded")["ContentLength"] == 100
    assert len(s3.list_objects_v2(Bucket="docs-one")["Contents"]) == 5
    policy = document({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::docs-one/x"})
    s3.put_bucket_policy(Bucket="docs-one", Policy=policy)
    assert s3.get_bucket_policy(Bucket="docs-one")["Policy"] == policy
    assert code(s3.get_object, Bucket="docs-one", Key="none") == "NoSuchKey"
    assert [entry.operation for entry in account.cloud.log.since()][:3] == ["CreateBucket", "PutObject", "GetObject"]


def test_secrets_and_keys(account: Aws) -> None:
    secrets, kms = account.client("secretsmanager"), account.client("kms")
    arn = secrets.create_secret(Name="client", SecretString="value-of-it")["ARN"]
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "value-of-it"
    key = kms.create_key()["KeyMetadata"]
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Arn"] == key["Arn"]
    dump = account.cloud.dump()["aws"]
    assert list(dump["secrets"]) == ["client"]
    assert list(dump["kms_keys"]) == [key["KeyId"]]
    assert "value-of-it" not in str(account.cloud.dump()) + str(account.cloud.log.since())


def test_repeated_query_keys_and_encoded_paths_verify(account: Aws) -> None:
    # Tag ARNs of Q Business stand in the path, and tagKeys repeats; what is refused here is the resource, not the sign.
    client = account.client("qbusiness")
    arn = f"{APPLICATION.replace('a1', '0' * 8 + '-0000-0000-0000-' + '0' * 12)}"
    refused = code(client.untag_resource, resourceARN=arn, tagKeys=["a b", "c/d", "ü"])
    assert "Signature" not in refused


def test_reset_forgets_everything(account: Aws) -> None:
    account.cloud.seed({"aws": {"buckets": {"docs-one": {"objects": {"a": "b"}}}, "kms_keys": 1}})
    account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=service_trust())
    account.cloud.reset()
    dump = account.cloud.dump()["aws"]
    assert not any(dump[kind] for kind in ("roles", "buckets", "secrets", "kms_keys", "policies", "saml_providers"))


def test_two_clouds_do_not_share_state(account: Aws) -> None:
    with aws() as other:
        for run, name in ((account, "mine"), (other, "theirs")):
            run.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=service_trust())
            run.client("s3").create_bucket(Bucket="same-name")
        assert [role["RoleName"] for role in account.client("iam").list_roles()["Roles"]] == ["mine"]
        assert [role["RoleName"] for role in other.client("iam").list_roles()["Roles"]] == ["theirs"]
        other.client("s3").put_object(Bucket="same-name", Key="k", Body=b"")
        assert account.client("s3").list_objects_v2(Bucket="same-name")["KeyCount"] == 0


def test_seed_and_dump(account: Aws) -> None:
    made = account.cloud.seed(
        {
            "aws": {
                "buckets": {
                    "docs-one": {"objects": {"a b": "text"}, "policy": {"Version": "2012-10-17", "Statement": []}}
                },
                "secrets": {"s": "v"},
                "policies": [{"PolicyName": "p", "PolicyDocument": document(allow("s3:*"))}],
                "roles": [
                    {
                        "RoleName": "r",
                        "AssumeRolePolicyDocument": service_trust(),
                        "InlinePolicies": {"i": document(allow("kms:*"))},
                        "ManagedPolicies": [f"arn:aws:iam::{ACCOUNT}:policy/p"],
                        "Tags": [{"Key": "a", "Value": "b"}],
                    }
                ],
            }
        }
    )["aws"]
    dump = account.cloud.dump()["aws"]
    role = dump["roles"][made["roles"]["r"]]
    assert role["managed_policies"] == [made["policies"]["p"]]
    assert role["tags"] == {"a": "b"}
    assert list(role["inline_policies"]) == ["i"]
    assert list(dump["buckets"]["docs-one"]["keys"]) == ["a b"]
    with pytest.raises(ValueError, match="already exists"):
        account.cloud.seed({"aws": {"roles": [{"RoleName": "r", "AssumeRolePolicyDocument": service_trust()}]}})


# -- signatures -------------------------------------------------------------------------------------------------------

CALLS = [
    ("iam", "list_roles", "query"),
    ("sts", "get_caller_identity", "query"),
    ("s3", "list_buckets", "s3"),
    ("secretsmanager", "list_secrets", "json"),
    ("kms", "list_keys", "json"),
    ("qbusiness", "list_applications", "json"),
]


@pytest.mark.parametrize(("service", "method", "dialect"), CALLS)
def test_bad_signature(account: Aws, service: str, method: str, dialect: str) -> None:
    keys = {"AccessKeyId": account.cloud.administrator.access_key_id, "SecretAccessKey": "wrong" * 8}
    expected = "InvalidSignatureException" if dialect == "json" else "SignatureDoesNotMatch"
    assert code(getattr(account.client(service, keys), method)) == expected


@pytest.mark.parametrize(("service", "method", "dialect"), CALLS)
def test_unknown_key(account: Aws, service: str, method: str, dialect: str) -> None:
    keys = {"AccessKeyId": "AKIAUNKNOWN000000000", "SecretAccessKey": "wrong" * 8}
    expected = {
        "json": "UnrecognizedClientException",
        "query": "InvalidClientTokenId",
        "s3": "InvalidAccessKeyId",
    }
    assert code(getattr(account.client(service, keys), method)) == expected[dialect]


@pytest.mark.parametrize(("service", "method", "dialect"), CALLS)
@pytest.mark.parametrize("seconds", [-1000.0, 1000.0])
def test_clock_skew(account: Aws, service: str, method: str, dialect: str, seconds: float) -> None:
    account.cloud.clock.advance(seconds)
    expected = {"json": "InvalidSignatureException", "query": "SignatureDoesNotMatch", "s3": "RequestTimeTooSkewed"}
    assert code(getattr(account.client(service), method)) == expected[dialect]


def test_unsigned_requests(account: Aws) -> None:
    assert code(account.client("iam", unsigned=True).list_roles) == "MissingAuthenticationToken"
    assert code(account.client("s3", unsigned=True).list_buckets) == "AccessDenied"
    assert code(account.client("kms", unsigned=True).list_keys) == "MissingAuthenticationTokenException"


def test_a_changed_body_does_not_verify(account: Aws) -> None:
    for changed in ("Action=ListUsers&Version=2010-05-08", "Action=ListRoles&Version=2010-05-08&MaxItems=1"):
        signed = {**_signed(account, "iam", "Action=ListRoles&Version=2010-05-08"), "data": changed}
        answer = requests.post(account.url, timeout=10, **signed)
        assert (answer.status_code, "SignatureDoesNotMatch" in answer.text) == (403, True)
    answer = requests.post(account.url, timeout=10, **_signed(account, "iam", "Action=ListRoles&Version=2010-05-08"))
    assert answer.status_code == 200


def test_unknown_operations(account: Aws) -> None:
    answer = requests.post(account.url, timeout=10, **_signed(account, "iam", "Action=Nonsense&Version=2010-05-08"))
    assert (answer.status_code, "InvalidAction" in answer.text) == (400, True)
    answer = requests.post(account.url, timeout=10, **_signed(account, "ec2", "Action=DescribeVpcs&Version=2016-11-15"))
    assert answer.status_code == 404


def test_the_scope_must_fit(account: Aws) -> None:
    signed = _signed(account, "iam", "Action=ListRoles&Version=2010-05-08", region="eu-west-1")
    assert requests.post(account.url, timeout=10, **signed).status_code == 403


def _signed(account: Aws, service: str, body: str, region: str = "us-east-1") -> dict[str, Any]:
    """Arguments for ``requests.post`` of a request that botocore signed."""
    administrator = account.cloud.administrator
    request = AWSRequest("POST", account.url + "/", data=body)
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    credentials = Credentials(administrator.access_key_id, administrator.secret_access_key)
    SigV4Auth(credentials, service, region).add_auth(request)
    return {"data": body, "headers": dict(request.headers)}


def test_presigned_urls(account: Aws) -> None:
    account.cloud.seed({"aws": {"buckets": {"docs-one": {"objects": {"a b.txt": "hello"}}}}})
    botocore_session: Any = Session()
    client = botocore_session.create_client(
        "s3",
        endpoint_url=account.url,
        region_name="us-east-1",
        aws_access_key_id=account.cloud.administrator.access_key_id,
        aws_secret_access_key=account.cloud.administrator.secret_access_key,
        config=Config(signature_version="s3v4"),
    )
    url = client.generate_presigned_url("get_object", {"Bucket": "docs-one", "Key": "a b.txt"}, ExpiresIn=60)
    assert requests.get(url, timeout=10).text == "hello"
    assert requests.get(url.replace("a%20b", "a%20c"), timeout=10).status_code == 403
    account.cloud.clock.advance(61)
    assert requests.get(url, timeout=10).status_code == 403


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_may_what_its_role_may(account: Aws) -> None:
    account.cloud.seed(
        {
            "aws": {
                "buckets": {"docs-one": {"objects": {"a": "1", "b": "2"}}, "docs-two": {}},
                "secrets": {"s": "v", "t": "w"},
            }
        }
    )
    secret = account.cloud.dump()["aws"]["secrets"]["s"]["arn"]
    keys = session(
        account,
        allow("s3:GetObject", "arn:aws:s3:::docs-one/*"),
        allow("s3:ListBucket", "arn:aws:s3:::docs-one"),
        allow("secretsmanager:GetSecretValue", secret),
        deny("s3:GetObject", "arn:aws:s3:::docs-one/b"),
    )
    s3, secrets = account.client("s3", keys), account.client("secretsmanager", keys)
    assert s3.get_object(Bucket="docs-one", Key="a")["Body"].read() == b"1"
    assert s3.list_objects_v2(Bucket="docs-one")["KeyCount"] == 2
    assert code(s3.get_object, Bucket="docs-one", Key="b") == "AccessDenied"
    assert code(s3.put_object, Bucket="docs-one", Key="c", Body=b"") == "AccessDenied"
    assert code(s3.list_objects_v2, Bucket="docs-two") == "AccessDenied"
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "v"
    assert code(secrets.get_secret_value, SecretId="t") == "AccessDeniedException"
    assert code(account.client("iam", keys).list_roles) == "AccessDenied"
    assert code(account.client("kms", keys).create_key) == "AccessDeniedException"
    identity = account.client("sts", keys).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/ann"


def test_a_refusal_names_user_action_and_resource(account: Aws) -> None:
    keys = session(account, allow("s3:GetObject"))
    with pytest.raises(ClientError) as refusal:
        account.client("iam", keys).get_role(RoleName="reader")
    assert refusal.value.response["Error"]["Message"] == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/reader/ann is not authorized to perform: iam:GetRole on resource: "
        f"{ROLE} because no identity-based policy allows the iam:GetRole action"
    )


def test_a_bucket_policy_grants_and_denies(account: Aws) -> None:
    account.cloud.seed({"aws": {"buckets": {"docs-one": {"objects": {"a": "1"}}}}})
    keys = session(account, allow("kms:*"))
    admin, s3 = account.client("s3"), account.client("s3", keys)
    statement = {"Principal": {"AWS": ROLE}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::docs-one/*"}
    assert code(s3.get_object, Bucket="docs-one", Key="a") == "AccessDenied"
    admin.put_bucket_policy(Bucket="docs-one", Policy=document({"Effect": "Allow", **statement}))
    assert s3.get_object(Bucket="docs-one", Key="a")["Body"].read() == b"1"
    account.client("iam").put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document(allow("*")))
    admin.put_bucket_policy(Bucket="docs-one", Policy=document({"Effect": "Deny", **statement}))
    assert code(s3.get_object, Bucket="docs-one", Key="a") == "AccessDenied"


def test_boundary_and_session_policy_cut(account: Aws) -> None:
    account.cloud.seed(
        {
            "aws": {
                "buckets": {"docs-one": {"objects": {"a": "1"}}},
                "policies": [{"PolicyName": "cut", "PolicyDocument": document(allow("kms:*"))}],
            }
        }
    )
    keys = session(account, allow("*"))
    arn = f"arn:aws:iam::{ACCOUNT}:policy/cut"
    sts, iam = account.client("sts"), account.client("iam")
    assert account.client("s3", keys).get_object(Bucket="docs-one", Key="a")["Body"].read() == b"1"
    for cut in ({"Policy": document(allow("kms:*"))}, {"PolicyArns": [{"arn": arn}]}):
        narrow = sts.assume_role(RoleArn=ROLE, RoleSessionName="ann", **cut)["Credentials"]
        assert code(account.client("s3", narrow).get_object, Bucket="docs-one", Key="a") == "AccessDenied"
        assert account.client("kms", narrow).list_keys()["Keys"] == []
    iam.put_role_permissions_boundary(RoleName="reader", PermissionsBoundary=arn)
    assert code(account.client("s3", keys).get_object, Bucket="docs-one", Key="a") == "AccessDenied"
    iam.delete_role_permissions_boundary(RoleName="reader")
    assert code(sts.assume_role, RoleArn=ROLE, RoleSessionName="ann", Policy="{") == "MalformedPolicyDocument"


def test_assume_role_asks_the_trust_policy(account: Aws) -> None:
    session(account, allow("*"))
    iam, sts = account.client("iam"), account.client("sts")
    iam.create_role(RoleName="service", AssumeRolePolicyDocument=service_trust())
    service = f"arn:aws:iam::{ACCOUNT}:role/service"
    assert code(sts.assume_role, RoleArn=service, RoleSessionName="ann") == "AccessDenied"
    assert code(sts.assume_role, RoleArn=f"{ROLE}x", RoleSessionName="ann") == "AccessDenied"
    assert code(sts.assume_role, RoleArn=ROLE, RoleSessionName="a b") == "ValidationError"
    assert code(sts.assume_role, RoleArn=ROLE, RoleSessionName="ann", DurationSeconds=7200) == "ValidationError"
    assert code(sts.assume_role_with_web_identity, RoleArn=ROLE, RoleSessionName="ann", WebIdentityToken="t" * 8) == (
        "InvalidIdentityToken"
    )


def test_session_credentials_need_their_token_and_end(account: Aws) -> None:
    account.cloud.clock.advance(-600)
    keys = session(account, allow("*"), DurationSeconds=900)
    for token in ("", "wrong"):
        broken = {**keys, "SessionToken": token}
        assert code(account.client("iam", broken).list_roles) == "InvalidClientTokenId"
    account.client("iam", keys).list_roles()
    account.cloud.clock.advance(1000)
    assert code(account.client("iam", keys).list_roles) == "ExpiredToken"
    temporary = account.client("sts").get_session_token()["Credentials"]
    assert account.client("iam", temporary).list_roles()["Roles"]


# -- what Q Business asks ---------------------------------------------------------------------------------------------


def test_role_trusts(account: Aws) -> None:
    hooks, iam = account.room.hooks, account.client("iam")
    condition: dict[str, Any] = {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": APPLICATION},
    }
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=service_trust(**condition))
    assert hooks.role_trusts(ROLE, "qbusiness.amazonaws.com", APPLICATION)
    assert not hooks.role_trusts(ROLE, "application.qbusiness.amazonaws.com", APPLICATION)
    assert not hooks.role_trusts(ROLE, "qbusiness.amazonaws.com", APPLICATION.replace("a1", "a2"))
    assert not hooks.role_trusts(f"{ROLE}x", "qbusiness.amazonaws.com", APPLICATION)


def test_a_new_role_takes_time(account: Aws) -> None:
    account.cloud.settings.options["iam_propagation_reads"] = 2
    account.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=service_trust())
    answers = [account.room.hooks.role_trusts(ROLE, "qbusiness.amazonaws.com", APPLICATION) for _unused in range(4)]
    assert answers == [False, False, True, True]


def test_bucket_reader(account: Aws) -> None:
    hooks, iam = account.room.hooks, account.client("iam")
    account.cloud.seed({"aws": {"buckets": {"docs-one": {"objects": {"a": "1", "b": "2"}}}}})
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=service_trust())
    same = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
    get = allow("s3:GetObject", "arn:aws:s3:::docs-one/*", Condition=same)
    lists = allow("s3:ListBucket", "arn:aws:s3:::docs-one", Condition=same)
    for statements in ([get], [lists], [get, lists, deny("s3:*")]):
        iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document(*statements))
        with pytest.raises(PermissionError):
            hooks.bucket_reader("docs-one", ROLE, APPLICATION)
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document(get, lists))
    assert hooks.bucket_reader("docs-one", ROLE, APPLICATION) == {"a": b"1", "b": b"2"}
    with pytest.raises(LookupError):
        hooks.bucket_reader("docs-none", ROLE, APPLICATION)
    iam.update_assume_role_policy(RoleName="reader", PolicyDocument=account_trust())
    with pytest.raises(PermissionError):
        hooks.bucket_reader("docs-one", ROLE, APPLICATION)


def test_may_subscribe(account: Aws) -> None:
    conditions = {
        "Bool": {"user-subscriptions:CreateForSelf": "true"},
        "StringEquals": {"aws:CalledViaLast": "qbusiness.amazonaws.com"},
    }
    keys = session(account, allow("user-subscriptions:CreateClaim", Condition=conditions))
    credential = account.room.credentials.find(keys["AccessKeyId"])
    assert credential is not None
    hooks, iam = account.room.hooks, account.client("iam")
    assert hooks.may_subscribe(credential.principal)
    wrong = {**conditions, "StringEquals": {"aws:CalledViaLast": "other.amazonaws.com"}}
    for statement in (
        allow("user-subscriptions:CreateClaim", Condition=wrong),
        allow("user-subscriptions:UpdateClaim"),
    ):
        iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document(statement))
        assert not hooks.may_subscribe(credential.principal)
    assert hooks.may_subscribe(None)


def test_moto_is_not_reachable(account: Aws) -> None:
    for path in ("/moto-api/data.json", "/moto-api/reset", "/latest/meta-data/iam/security-credentials/"):
        assert requests.get(account.url + path, timeout=10).status_code == 403

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``AssumeRoleWithWebIdentity`` and IAM's OpenID Connect providers: what is accepted, answered, kept and limited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_harness import ACCOUNT, Aws, account_trust, allow, document
from botocore.exceptions import ClientError
from oidc_attacks import NAME, PROVIDER, ROLE, prepare, trust
from oidc_maker import CLIENT, HOST, ISSUER, OTHER, TAGS, IssuerRoom, Token, ec_key, good, jwk, rsa_key, tags
from qbusiness_sandbox.aws.front import AwsRoom
from qbusiness_sandbox.cloud import Cloud, Fault
from qbusiness_sandbox.testing import serving
from werkzeug.wrappers import Response

SOURCE = "https://aws.amazon.com/source_identity"


@pytest.fixture(scope="module")
def running() -> Iterator[Aws]:
    cloud = Cloud()
    room = AwsRoom(cloud)
    with serving(cloud, {"aws": room, "okta": IssuerRoom()}) as run:
        yield Aws(cloud, room, run.urls["aws"])


@pytest.fixture
def account(running: Aws) -> Aws:
    running.cloud.reset()
    prepare(running)
    return running


@pytest.fixture
def issuer(account: Aws) -> IssuerRoom:
    room = account.cloud.rooms["okta"]
    assert isinstance(room, IssuerRoom)
    room.asked.clear()
    return room


def assume(account: Aws, token: Token | None = None, **more: Any) -> dict[str, Any]:
    token = token or good(account.cloud.clock.now())
    params = {"RoleArn": ROLE, "RoleSessionName": "ann@example.com", "WebIdentityToken": token.text(), **more}
    answer: dict[str, Any] = account.client("sts", unsigned=True).assume_role_with_web_identity(**params)
    return answer


def refusal(account: Aws, token: Token | None = None, **more: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        assume(account, token, **more)
    found = error.value.response["Error"]
    return str(found["Code"]), str(found["Message"])


def code(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**params)
    return str(error.value.response["Error"]["Code"])


def session_tags(account: Aws, answer: dict[str, Any]) -> dict[str, str]:
    found = account.room.credentials.find(answer["Credentials"]["AccessKeyId"])
    assert found is not None
    return dict(found.principal.tags)


# -- the answer -------------------------------------------------------------------------------------------------------


def test_what_is_answered(account: Aws) -> None:
    answer = assume(account)
    assert answer["SubjectFromWebIdentityToken"] == "00u1annexample12345"
    assert (answer["Audience"], answer["Provider"]) == (CLIENT, PROVIDER)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/web/ann@example.com"
    assert answer["AssumedRoleUser"]["AssumedRoleId"].endswith(":ann@example.com")
    assert 0 < answer["PackedPolicySize"] < 100
    assert "SourceIdentity" not in answer
    left = answer["Credentials"]["Expiration"].timestamp() - account.cloud.clock.now()
    assert 3590 < left <= 3600
    who = account.client("sts", answer["Credentials"]).get_caller_identity()
    assert who["Arn"] == answer["AssumedRoleUser"]["Arn"]
    found = account.room.credentials.find(answer["Credentials"]["AccessKeyId"])
    assert found is not None
    assert (found.principal.federated_provider, found.principal.tags) == (PROVIDER, {"Email": "ann@example.com"})


def test_it_is_not_signed_and_signing_does_no_harm(account: Aws) -> None:
    text = good(account.cloud.clock.now()).text()
    account.client("sts").assume_role_with_web_identity(RoleArn=ROLE, RoleSessionName="ann", WebIdentityToken=text)


def test_azp_replaces_the_audience(account: Aws) -> None:
    """Also where ``aud`` is nobody this account knows; the trust policy sees ``azp``."""
    answer = assume(account, good(account.cloud.clock.now(), aud=["api://default", "x"], azp=CLIENT))
    assert answer["Audience"] == CLIENT


def test_one_audience_in_a_list(account: Aws) -> None:
    assert assume(account, good(account.cloud.clock.now(), aud=[CLIENT]))["Audience"] == CLIENT


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_algorithms_that_are_documented(account: Aws, issuer: IssuerRoom, algorithm: str) -> None:
    key = rsa_key(1) if algorithm.startswith("RS") else ec_key(algorithm[2:])
    issuer.key_sets[ISSUER] = [jwk(key, "one")]
    claims = good(account.cloud.clock.now()).claims
    assert assume(account, Token(claims, algorithm=algorithm, key=key))["Audience"] == CLIENT


@pytest.mark.parametrize("algorithm", ["PS256", "PS512"])
def test_algorithms_that_are_not(account: Aws, algorithm: str) -> None:
    claims = good(account.cloud.clock.now()).claims
    assert refusal(account, Token(claims, algorithm=algorithm))[0] == "InvalidIdentityToken"


def test_a_key_is_for_its_own_algorithm(account: Aws, issuer: IssuerRoom) -> None:
    issuer.key_sets[ISSUER] = [jwk(rsa_key(1), "one", "RS512")]
    assert refusal(account)[0] == "InvalidIdentityToken"


def test_a_key_for_encryption_signs_nothing(account: Aws, issuer: IssuerRoom) -> None:
    issuer.key_sets[ISSUER] = [{**jwk(rsa_key(1), "one"), "use": "enc"}]
    assert "verification key" in refusal(account)[1]


def test_a_critical_header_is_refused(account: Aws) -> None:
    claims = good(account.cloud.clock.now()).claims
    token = Token(claims, header={"kid": "one", "crit": ["exp"], "exp": 1})
    assert refusal(account, token)[0] == "InvalidIdentityToken"


def test_five_minutes_of_skew(account: Aws) -> None:
    now = account.cloud.clock.now()
    assert assume(account, good(now, exp=int(now) - 290))
    found = refusal(account, good(now, exp=int(now) - 310))
    assert found[0] == "ExpiredTokenException"
    assert "must be before the expiration date/time" in found[1]
    assert assume(account, good(now, nbf=int(now) + 290))


def test_the_texts_that_are_known(account: Aws) -> None:
    now = account.cloud.clock.now()
    texts = {
        "No OpenIDConnect provider found in your account for https://evil.okta.com": good(
            now, iss="https://evil.okta.com"
        ),
        "Incorrect token audience": good(now, aud="0oaOther"),
        "Missing a required claim: sub": good(now).with_claims(sub=None),
    }
    for text, token in texts.items():
        assert refusal(account, token) == ("InvalidIdentityToken", text)
    assert refusal(account, RoleArn=f"{ROLE}x") == (
        "AccessDenied",
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    )


def test_no_token_in_what_is_said_or_logged(account: Aws) -> None:
    token = good(account.cloud.clock.now(), aud="0oaOther")
    text = " ".join(refusal(account, token))
    assert not any(part in text for part in token.text().split("."))
    assert not any(token.text()[:40] in str(entry) for entry in account.cloud.log.since())


def test_a_provider_of_oauth_tokens(account: Aws) -> None:
    assert refusal(account, ProviderId="www.amazon.com")[0] == "InvalidIdentityToken"


# -- keys -------------------------------------------------------------------------------------------------------------


def test_keys_are_kept_and_fetched_again_for_an_unknown_one(account: Aws, issuer: IssuerRoom) -> None:
    configuration, keys = "/oauth2/default/.well-known/openid-configuration", "/oauth2/default/v1/keys"
    assume(account)
    assume(account)
    assert issuer.asked == [configuration, keys]
    issuer.key_sets[ISSUER].append(jwk(rsa_key(3), "three", "RS256"))
    claims = good(account.cloud.clock.now()).claims
    assume(account, Token(claims, header={"kid": "three"}, key=rsa_key(3)))
    assert issuer.asked == [configuration, keys] * 2
    # One that nobody has is asked for once with every token, and never believed.
    for _unused in range(2):
        found = refusal(account, Token(claims, header={"kid": "none"}, key=rsa_key(3)))
        assert found[1].startswith("Couldn't retrieve verification key from your identity provider")
    assert issuer.asked == [configuration, keys] * 4
    account.cloud.clock.advance(3601)
    assume(account)
    assert issuer.asked == [configuration, keys] * 5


def test_an_issuer_that_cannot_be_reached(account: Aws, issuer: IssuerRoom) -> None:
    # botocore asks once more by itself: "Retry the request a limited number of times".
    for fault in (Fault("cut_before", service="okta", count=2), Fault("error", service="okta", status=503, count=2)):
        account.cloud.faults.add(fault)
        assert refusal(account)[0] == "IDPCommunicationError"
    account.cloud.faults.add(Fault("cut_before", service="okta"))
    assert assume(account)
    account.room.iam.oidc.keys.reset()
    account.cloud.okta_host = "moved.okta.com"
    try:
        assert refusal(account)[0] == "IDPCommunicationError"
    finally:
        account.cloud.okta_host = HOST
    assert assume(account)
    assert issuer.asked


@pytest.mark.parametrize(
    "body",
    ["not JSON", "[]", "{}", json.dumps({"issuer": f"{ISSUER}/", "jwks_uri": f"{ISSUER}/v1/keys"})],
)
def test_a_configuration_that_is_none(account: Aws, issuer: IssuerRoom, body: str) -> None:
    page = "/oauth2/default/.well-known/openid-configuration"
    issuer.pages[page] = lambda _request: Response(body, 200, content_type="application/json")
    assert "verification key" in refusal(account)[1]


def test_a_configuration_that_points_elsewhere(account: Aws, issuer: IssuerRoom) -> None:
    body = {"issuer": ISSUER, "jwks_uri": "https://keys.example.com/"}
    page = "/oauth2/default/.well-known/openid-configuration"
    issuer.pages[page] = lambda _request: Response(json.dumps(body), 200)
    assert refusal(account)[0] == "IDPCommunicationError"


# -- tags and policies ------------------------------------------------------------------------------------------------


def test_both_forms_of_the_tags(account: Aws) -> None:
    now = account.cloud.clock.now()
    flat = {TAGS: None, f"{TAGS}/principal_tags/Email": "ann@example.com", f"{TAGS}/principal_tags/City": ["Bern"]}
    wanted = {"Email": "ann@example.com", "City": "Bern"}
    for token in (good(now).with_claims(**flat), good(now, **{TAGS: tags(**wanted)})):
        assert session_tags(account, assume(account, token)) == wanted


def test_an_empty_value_is_a_value(account: Aws) -> None:
    token = good(account.cloud.clock.now(), **{TAGS: tags(Email="ann@example.com", country="")})
    assert session_tags(account, assume(account, token)) == {"Email": "ann@example.com", "country": ""}


def test_a_tag_without_a_value_is_refused(account: Aws) -> None:
    """What a null attribute becomes in Okta's expression."""
    wrong: list[Any] = [[], [None], None, {}]
    for values in wrong:
        token = good(account.cloud.clock.now(), **{TAGS: {"principal_tags": {"Email": values}}})
        assert refusal(account, token)[0] == "InvalidIdentityToken"


@pytest.mark.parametrize("flat", [False, True])
def test_transitive_keys_are_known_to_the_trust_policy(account: Aws, flat: bool) -> None:
    now = account.cloud.clock.now()
    if flat:
        token = good(now, **{f"{TAGS}/transitive_tag_keys": ["Email"]})
    else:
        token = good(now, **{TAGS: {**tags(Email="ann@example.com"), "transitive_tag_keys": ["Email"]}})
    statements = json.loads(trust())["Statement"]
    statements[1]["Condition"]["ForAllValues:StringEquals"] = {"sts:TransitiveTagKeys": ["City"]}
    assert assume(account, token)
    account.client("iam").update_assume_role_policy(RoleName="web", PolicyDocument=document(*statements))
    assert refusal(account, token)[0] == "AccessDenied"
    statements[1]["Condition"]["ForAllValues:StringEquals"] = {"sts:TransitiveTagKeys": ["Email"]}
    account.client("iam").update_assume_role_policy(RoleName="web", PolicyDocument=document(*statements))
    assert assume(account, token)


def test_source_identity(account: Aws) -> None:
    now = account.cloud.clock.now()
    statements = json.loads(trust())["Statement"]
    statements[1]["Action"] = ["sts:TagSession", "sts:SetSourceIdentity"]
    account.client("iam").update_assume_role_policy(RoleName="web", PolicyDocument=document(*statements))
    assert assume(account, good(now, **{SOURCE: "ann"}))["SourceIdentity"] == "ann"
    for wrong in ("a b", "aws:ann", "", 7):
        assert refusal(account, good(now, **{SOURCE: wrong}))[0] == "InvalidIdentityToken"


def test_the_trust_policy_knows_the_token(account: Aws) -> None:
    now = account.cloud.clock.now()
    keys = {
        f"{NAME}:sub": "00u1annexample12345",
        f"{NAME}:amr": "pwd",
        f"{NAME}:AUD": CLIENT,
        "sts:RoleSessionName": "${aws:RequestTag/Email}",
        "aws:FederatedProvider": PROVIDER,
    }
    account.client("iam").update_assume_role_policy(RoleName="web", PolicyDocument=trust(keys))
    assert assume(account)
    for token in (good(now, sub="00uOther"), good(now, amr=["mfa"]), good(now).with_claims(amr=None)):
        assert refusal(account, token)[0] == "AccessDenied"
    assert refusal(account, RoleSessionName="other")[0] == "AccessDenied"


def test_the_sessions_own_policies_know_the_user(account: Aws) -> None:
    resource = f"arn:aws:s3:::documents/${{{NAME}:sub}}/*"
    account.client("iam").put_role_policy(
        RoleName="web", PolicyName="read", PolicyDocument=document(allow("s3:GetObject", resource))
    )
    account.client("s3").put_object(Bucket="documents", Key="00u1annexample12345/x", Body=b"x")
    s3 = account.client("s3", assume(account)["Credentials"])
    assert s3.get_object(Bucket="documents", Key="00u1annexample12345/x")["Body"].read() == b"x"
    assert code(s3.get_object, Bucket="documents", Key="a.txt") == "AccessDenied"


def test_session_policies_narrow_and_are_packed(account: Aws) -> None:
    plain = assume(account)["PackedPolicySize"]
    narrow = assume(account, Policy=document(allow("s3:ListAllMyBuckets")))
    assert narrow["PackedPolicySize"] > plain
    s3 = account.client("s3", narrow["Credentials"])
    assert code(s3.get_object, Bucket="documents", Key="a.txt") == "AccessDenied"
    assert refusal(account, Policy="{")[0] == "MalformedPolicyDocument"
    now = account.cloud.clock.now()
    many = {f"k{number}": hashlib.shake_256(bytes([number])).hexdigest(128) for number in range(49)}
    assert refusal(account, good(now, **{TAGS: tags(Email="a@b.example", **many)}))[0] == "PackedPolicyTooLarge"


def test_durations(account: Aws) -> None:
    assert refusal(account, DurationSeconds=899)[0] == "ValidationError"
    account.client("iam").update_role(RoleName="web", MaxSessionDuration=7200)
    answer = assume(account, DurationSeconds=7200)
    assert answer["Credentials"]["Expiration"].timestamp() - account.cloud.clock.now() > 7100
    assert refusal(account, DurationSeconds=7201)[0] == "ValidationError"


def test_such_a_session_has_no_session_token_of_its_own(account: Aws) -> None:
    """ "you cannot call the STS GetFederationToken or GetSessionToken API operations" (the model's text)."""
    assert code(account.client("sts", assume(account)["Credentials"]).get_session_token) == "AccessDenied"


def test_a_role_that_trusts_the_account_only(account: Aws) -> None:
    account.client("iam").create_role(RoleName="plain", AssumeRolePolicyDocument=account_trust())
    assert refusal(account, RoleArn=ROLE.replace("web", "plain"))[0] == "AccessDenied"


# -- IAM's providers --------------------------------------------------------------------------------------------------


@pytest.fixture
def iam(account: Aws) -> Any:
    return account.client("iam")


OTHER_ARN = PROVIDER.replace("default", "ausEvil")


def test_a_provider_lives(account: Aws, iam: Any) -> None:
    made = iam.create_open_id_connect_provider(
        Url=OTHER, ClientIDList=["one", "two", "one"], Tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}]
    )
    assert made["OpenIDConnectProviderArn"] == OTHER_ARN
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=OTHER_ARN)
    assert (got["Url"], got["ClientIDList"]) == (OTHER.removeprefix("https://"), ["one", "two"])
    assert [tag["Key"] for tag in got["Tags"]] == ["a", "b"]
    assert got["ThumbprintList"] == [account.cloud.ca_thumbprint]
    assert abs(got["CreateDate"].timestamp() - account.cloud.clock.now()) < 60
    listed = {item["Arn"] for item in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]}
    assert listed == {PROVIDER, OTHER_ARN}
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=OTHER_ARN, ThumbprintList=["AB" * 20] * 5)
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=OTHER_ARN)
    assert got["ThumbprintList"] == ["ab" * 20] * 5
    assert account.cloud.dump()["aws"]["oidc_providers"][OTHER_ARN]["client_ids"] == ["one", "two"]
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=OTHER_ARN, TagKeys=["A"])
    first = iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=OTHER_ARN, MaxItems=1)
    assert (first["IsTruncated"], [tag["Key"] for tag in first["Tags"]]) == (False, ["b"])
    for _unused in range(2):
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=OTHER_ARN)
    assert code(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=OTHER_ARN) == "NoSuchEntity"


@pytest.mark.parametrize(
    ("params", "refused"),
    [
        ({"Url": f"{OTHER}?x=1"}, "ValidationError"),
        ({"Url": f"{OTHER}#x"}, "ValidationError"),
        ({"Url": f"https://ann@{HOST}/x"}, "ValidationError"),
        ({"Url": f"https://{HOST}:443/x"}, "ValidationError"),
        ({"Url": f"https://{HOST}:port/x"}, "ValidationError"),
        ({"Url": "https://" + "x" * 250}, "ValidationError"),
        ({"ThumbprintList": ["a" * 39]}, "ValidationError"),
        ({"ThumbprintList": ["g" * 40]}, "InvalidInput"),
        ({"ThumbprintList": ["a" * 40] * 6}, "InvalidInput"),
        ({"ClientIDList": ["x" * 256]}, "ValidationError"),
        ({"ClientIDList": [f"c{number}" for number in range(101)]}, "LimitExceeded"),
        ({"Tags": [{"Key": f"k{number}", "Value": ""} for number in range(51)]}, "ValidationError"),
        ({"Tags": [{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}]}, "InvalidInput"),
        ({"Url": ISSUER}, "EntityAlreadyExists"),
    ],
)
def test_what_a_provider_cannot_be(iam: Any, params: dict[str, Any], refused: str) -> None:
    assert code(iam.create_open_id_connect_provider, **{"Url": OTHER, "ClientIDList": ["x"], **params}) == refused
    assert len(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1


def test_the_issuer_is_asked_where_no_thumbprint_is_given(account: Aws, issuer: IssuerRoom, iam: Any) -> None:
    create = iam.create_open_id_connect_provider
    for url in (f"{OTHER}x", f"{OTHER}/", "https://elsewhere.example.com"):
        assert code(create, Url=url, ClientIDList=["x"]) == "OpenIdIdpCommunicationError"
    account.cloud.faults.add(Fault("cut_before", service="okta"))
    assert code(create, Url=OTHER, ClientIDList=["x"]) == "OpenIdIdpCommunicationError"
    issuer.asked.clear()
    create(Url="https://elsewhere.example.com", ClientIDList=["x"], ThumbprintList=["a" * 40])
    assert issuer.asked == []
    create(Url=OTHER, ClientIDList=["x"])
    assert issuer.asked == ["/oauth2/ausEvil/.well-known/openid-configuration"]


def test_thumbprints_count_only_where_aws_does_not_know_the_authority(account: Aws, iam: Any) -> None:
    wrong, right = ["a" * 40], ["a" * 40, account.cloud.ca_thumbprint]
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=PROVIDER, ThumbprintList=wrong)
    assert assume(account)
    for option in (True, [HOST]):
        account.cloud.settings.options["oidc_untrusted_ca"] = option
        assert refusal(account) == (
            "InvalidIdentityToken",
            "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
        )
    account.cloud.settings.options["oidc_untrusted_ca"] = ["elsewhere.example.com"]
    assert assume(account)
    account.cloud.settings.options["oidc_untrusted_ca"] = True
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=PROVIDER, ThumbprintList=right)
    assert assume(account)


def test_quotas_hold_unless_they_are_raised_or_off(account: Aws, iam: Any) -> None:
    options = account.cloud.settings.options
    options["iam_quotas"] = {"oidc_providers": 2, "client_ids": 2}
    add = iam.add_client_id_to_open_id_connect_provider
    add(OpenIDConnectProviderArn=PROVIDER, ClientID="two")
    assert code(add, OpenIDConnectProviderArn=PROVIDER, ClientID="three") == "LimitExceeded"
    iam.create_open_id_connect_provider(Url=OTHER, ClientIDList=["x"])
    third = {"Url": "https://elsewhere.example.com", "ThumbprintList": ["a" * 40]}
    assert code(iam.create_open_id_connect_provider, **third) == "LimitExceeded"
    long = trust({f"{NAME}:sub": "x" * 2048})
    update = {"RoleName": "web", "PolicyDocument": long}
    assert code(iam.update_assume_role_policy, **update) == "LimitExceeded"
    options["iam_quotas"] = {"trust_policy": 4096}
    iam.update_assume_role_policy(**update)
    iam.create_open_id_connect_provider(**third)
    options["iam_quotas"] = True
    assert code(iam.update_assume_role_policy, **update) == "LimitExceeded"
    options["iam_quotas"] = False
    iam.update_assume_role_policy(**update)


def test_who_may_make_which_provider(account: Aws, iam: Any) -> None:
    """The resource of an identity policy is the provider's whole URL."""
    iam.create_role(RoleName="maker", AssumeRolePolicyDocument=account_trust())
    iam.put_role_policy(
        RoleName="maker",
        PolicyName="make",
        PolicyDocument=document(allow("iam:CreateOpenIDConnectProvider", OTHER_ARN), allow("sts:AssumeRole")),
    )
    session = account.client("sts").assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/maker", RoleSessionName="ann")
    create = account.client("iam", session["Credentials"]).create_open_id_connect_provider
    assert code(create, Url=f"{OTHER}/more", ThumbprintList=["a" * 40]) == "AccessDenied"
    assert create(Url=OTHER)["OpenIDConnectProviderArn"] == OTHER_ARN


def test_a_deleted_provider_vouches_for_nobody(account: Aws, iam: Any) -> None:
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER)
    assert refusal(account)[1] == f"No OpenIDConnect provider found in your account for {ISSUER}"


def test_q_business_knows_the_provider(account: Aws) -> None:
    business = account.client("qbusiness")
    missing = {"identityType": "AWS_IAM_IDP_OIDC", "iamIdentityProviderArn": OTHER_ARN, "clientIdsForOIDC": ["x"]}
    assert code(business.create_application, displayName="x", **missing) == "ValidationException"
    account.client("iam").create_open_id_connect_provider(Url=OTHER, ClientIDList=["x"])
    assert business.create_application(displayName="x", **missing)["applicationId"]

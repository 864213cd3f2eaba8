# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policies that the collection writes, against the ones that AWS's pages print (``iam_documents``)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.compare import same_policy
from ansible_collections.qbusiness.federation.plugins.module_utils.iam import role_options as role
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.policies import policy
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.role_kinds import KINDS, policy_faults
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.trusts import MARK

sys.path.insert(0, str(Path(__file__).parent))

import iam_documents as pages

#: Ids in the pages are words; the options want ids of 36 characters. So ids are put in on both sides.
IDS = {
    "application-id": "11111111-2222-4333-8444-555555555555",
    "example-index-id": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    "index-id": "99999999-8888-4777-8666-555555555555",
    "SUBNET_ID": "subnet-0a1b2c3d",
    "SECURITY_GROUP_ID": "sg-0a1b2c3d",
    "saml-provider-name": "okta",
    "ISSUER": "example.okta.com/oauth2/default",
    "amzn-s3-demo-bucket": "handbook",
    "secret-id": "okta-client-AbCdEf",
}
APPLICATION = f"arn:aws:qbusiness:us-east-1:111122223333:application/{IDS['application-id']}"
KEY = "arn:aws:kms:us-east-1:111122223333:key/key-id"
SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:okta-client-AbCdEf"
SAML = "arn:aws:iam::111122223333:saml-provider/okta"
OIDC = "arn:aws:iam::111122223333:oidc-provider/example.okta.com/oauth2/default"


def page(text: str) -> Any:
    """A page's document with our ids in it."""
    for word, value in IDS.items():
        text = text.replace(word, value)
    return json.loads(text)


def without(document: dict[str, Any], *prefixes: str) -> dict[str, Any]:
    """A policy without the statements whose Sid begins so."""
    kept = [item for item in document["Statement"] if not item["Sid"].startswith(prefixes)]
    return {**document, "Statement": kept}


def options(**given: Any) -> dict[str, Any]:
    return {"application_arn": APPLICATION, **given}


def permissions(kind: str, **given: Any) -> dict[str, Any]:
    """The inline policy for these options, which have no fault."""
    assert list(policy_faults(kind, options(**given))) == []
    return policy(KINDS[kind].statements(options(**given)))


def trust(kind: str, **given: Any) -> dict[str, Any]:
    """The trust policy for these options, which have no fault."""
    assert list(policy_faults(kind, options(**given))) == []
    return KINDS[kind].trust(options(**given))


def unnamed(document: dict[str, Any]) -> dict[str, Any]:
    """A trust policy without the names of its statements."""
    statements = [{key: value for key, value in item.items() if key != "Sid"} for item in document["Statement"]]
    return {**document, "Statement": statements}


def assert_same(ours: dict[str, Any], theirs: Any) -> None:
    """The same statements. Those of a trust policy have Sids of our own, which tell them from copies of AWS's."""
    if any("Principal" in item for item in ours["Statement"]):
        assert all(item["Sid"].startswith(MARK) for item in ours["Statement"])
        assert len({item["Sid"] for item in ours["Statement"]}) == len(ours["Statement"])
        assert not any(str(item.get("Sid")).startswith(MARK) for item in theirs["Statement"])
        ours, theirs = unnamed(ours), unnamed(theirs)
    assert same_policy(theirs, ours), json.dumps(ours, indent=1)


def test_saml_trust() -> None:
    assert_same(trust("web_experience", provider_arn=SAML), page(pages.SAML_TRUST))


def test_saml_trust_with_a_requestable_url() -> None:
    wanted = page(pages.SAML_TRUST)
    urls = ["https://signin.aws.amazon.com/saml", "http://localhost:8000/saml"]
    wanted["Statement"][0]["Condition"]["StringEquals"]["SAML:aud"] = urls
    assert_same(trust("web_experience", provider_arn=SAML, saml_audiences=urls), wanted)


@pytest.mark.parametrize(
    ("partition", "endpoint"),
    [("aws-us-gov", "https://signin.amazonaws-us-gov.com/saml"), ("aws-cn", "https://signin.amazonaws.cn/saml")],
)
def test_partition_follows_the_arns(partition: str, endpoint: str) -> None:
    def moved(text: str) -> str:
        return text.replace("arn:aws:", f"arn:{partition}:").replace("https://signin.aws.amazon.com/saml", endpoint)

    given = {"provider_arn": moved(SAML), "application_arn": moved(APPLICATION), "kms_key_arn": moved(KEY)}
    assert_same(KINDS["web_experience"].trust(given), page(moved(pages.SAML_TRUST)))
    everything = policy(KINDS["web_experience"].statements({**given, "q_apps": True}))
    assert_same(everything, page(moved(pages.WEB_EXPERIENCE)))
    source = {**given, "index_id": IDS["index-id"], "buckets": ["handbook"], "kms_key_arn": ""}
    assert_same(policy(KINDS["data_source"].statements(source)), page(moved(pages.DATA_SOURCE)))


def test_oidc_trust() -> None:
    ours = trust("web_experience", provider_arn=OIDC, oidc_audiences=["CLIENT_ID"])
    assert_same(ours, page(pages.OIDC_TRUST))


def test_oidc_trust_of_several_clients() -> None:
    wanted = page(pages.OIDC_TRUST)
    key = "example.okta.com/oauth2/default:aud"
    wanted["Statement"][0]["Condition"]["StringEquals"][key] = ["one", "two"]
    assert_same(trust("web_experience", provider_arn=OIDC, oidc_audiences=["two", "one"]), wanted)


def test_web_experience_with_everything_of_the_page() -> None:
    ours = permissions("web_experience", provider_arn=SAML, kms_key_arn=KEY, q_apps=True)
    assert_same(ours, page(pages.WEB_EXPERIENCE))


@pytest.mark.parametrize(
    ("given", "left_out"),
    [
        ({}, ("QBusinessKMS", "QApps")),
        ({"kms_key_arn": KEY}, ("QApps",)),
        ({"q_apps": True}, ("QBusinessKMS",)),
    ],
)
def test_web_experience_at_least_privilege(given: dict[str, Any], left_out: tuple[str, ...]) -> None:
    wanted = without(page(pages.WEB_EXPERIENCE), *left_out)
    assert_same(permissions("web_experience", provider_arn=SAML, **given), wanted)


def test_citations_and_search() -> None:
    wanted = without(page(pages.WEB_EXPERIENCE), "QBusinessKMS", "QApps")
    wanted["Statement"][0]["Action"].append("qbusiness:SearchRelevantContent")
    wanted["Statement"].append(page(pages.CITATIONS))
    assert_same(permissions("web_experience", provider_arn=SAML, citations=True, search=True), wanted)


def test_secrets() -> None:
    ours = permissions("secrets", secret_arn=SECRET, kms_key_arn=KEY)
    assert_same(ours, page(pages.SECRETS))
    assert_same(trust("secrets", secret_arn=SECRET), page(pages.SECRETS_TRUST))
    alone = permissions("secrets", secret_arn=SECRET)
    assert_same(alone, without(page(pages.SECRETS), "AllowsAmazonQToDecryptSecret"))


def several(count: int) -> list[str]:
    """So many applications of one account."""
    return [APPLICATION.replace("11111111-", f"{number:08}-") for number in range(count)]


def test_secrets_of_several_applications() -> None:
    """The condition names each; the two options are one list."""
    first, *others = several(3)
    wanted = page(pages.SECRETS_TRUST)
    wanted["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"] = [first, *others]
    ours = trust("secrets", secret_arn=SECRET, application_arn=first, application_arns=[*others, first])
    assert_same(ours, wanted)
    assert ours["Statement"][0]["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
    assert_same(
        permissions("secrets", secret_arn=SECRET, kms_key_arn=KEY, application_arns=others), page(pages.SECRETS)
    )


def test_a_planned_application_among_others() -> None:
    """In check mode one application may be there and another only planned: its account is not known yet."""
    planned = APPLICATION.replace("111122223333", "0" * 12)
    ours = trust("secrets", secret_arn=SECRET, application_arns=[planned, APPLICATION], application_arn=None)
    assert ours["Statement"][0]["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
    alone = trust("secrets", secret_arn=SECRET, application_arn=planned)
    assert alone["Statement"][0]["Condition"]["StringEquals"] == {"aws:SourceAccount": "0" * 12}


def test_api_client() -> None:
    assert_same(permissions("api_client", provider_arn=SAML), page(pages.API_CLIENT))
    without_search = page(pages.API_CLIENT)
    without_search["Statement"][0]["Action"].remove("qbusiness:SearchRelevantContent")
    assert_same(permissions("api_client", provider_arn=SAML, search=False), without_search)
    assert_same(trust("api_client", provider_arn=SAML), page(pages.SAML_TRUST))
    assert_same(trust("api_client", provider_arn=OIDC, oidc_audiences=["CLIENT_ID"]), page(pages.OIDC_TRUST))


def test_api_client_of_several_applications() -> None:
    """Every resource is named for each application, and nothing is allowed on all."""
    arns = several(3)
    ours = permissions("api_client", provider_arn=SAML, application_arn=None, application_arns=arns, citations=True)
    by_sid = {statement["Sid"]: statement["Resource"] for statement in ours["Statement"]}
    assert sorted(by_sid["QBusinessConversationPermissions"]) == arns
    assert sorted(by_sid["QBusinessRetrieverPermission"]) == sorted([*arns, *(f"{arn}/retriever/*" for arn in arns)])
    assert sorted(by_sid["QBusinessGetDocumentContentPermission"]) == sorted(
        [*arns, *(f"{arn}/index/*" for arn in arns)]
    )
    assert by_sid["QBusinessAutoSubscriptionPermission"] == ["*"]


def test_the_key_of_an_api_client() -> None:
    elsewhere = APPLICATION.replace("us-east-1", "eu-west-1")
    ours = permissions("api_client", provider_arn=SAML, application_arns=[elsewhere], kms_key_arn=KEY)
    statement = ours["Statement"][-1]
    assert statement["Resource"] == [KEY]
    assert statement["Condition"]["StringLike"]["kms:ViaService"] == [
        "qbusiness.us-east-1.amazonaws.com",
        "qbusiness.eu-west-1.amazonaws.com",
    ]


def test_faults_of_several_applications() -> None:
    assert list(policy_faults("api_client", {"provider_arn": SAML})) == [
        "application_arns: is required for a role of the kind api_client; for one application application_arn will do"
    ]
    other = APPLICATION.replace("111122223333", "444455556666")
    faults = list(policy_faults("secrets", options(secret_arn=SECRET, application_arns=[other, "x"])))
    assert [fault.split(":")[0] for fault in faults] == ["application_arns[1]", "application_arns"]
    assert "111122223333, 444455556666" in faults[1]
    assert list(policy_faults("web_experience", options(provider_arn=SAML, application_arns=[APPLICATION]))) == [
        "application_arns: does not go with the kind web_experience; it goes with secrets, api_client"
    ]


def test_how_many_applications_fit() -> None:
    """The numbers that the module's documentation gives."""
    client = {"provider_arn": OIDC, "oidc_audiences": ["0oa1abcdefGHIJKLMNO5"], "application_arn": None}
    assert role.size(permissions("api_client", **client, application_arns=several(30))) <= role.INLINE_LIMIT
    secret = {"secret_arn": SECRET, "application_arn": None}
    assert role.size(trust("secrets", **secret, application_arns=several(19))) <= role.TRUST_LIMIT
    assert role.size(trust("secrets", **secret, application_arns=several(20))) > role.TRUST_LIMIT


def test_data_source() -> None:
    ours = permissions("data_source", index_id=IDS["index-id"], buckets=["handbook"])
    assert_same(ours, page(pages.DATA_SOURCE))
    assert_same(trust("data_source", index_id=IDS["index-id"]), page(pages.DATA_SOURCE_TRUST))


def test_data_source_of_several_buckets_of_another_account() -> None:
    ours = permissions(
        "data_source", index_id=IDS["index-id"], buckets=["handbook", "contracts"], bucket_account="444455556666"
    )
    wanted = page(pages.DATA_SOURCE)
    for statement, end in zip(wanted["Statement"][:2], ("/*", ""), strict=True):
        statement["Resource"].append(f"arn:aws:s3:::contracts{end}")
        statement["Condition"]["StringEquals"]["aws:ResourceAccount"] = "444455556666"
    assert_same(ours, wanted)


def test_data_source_without_buckets_reads_no_bucket() -> None:
    ours = permissions("data_source", index_id=IDS["index-id"])
    wanted = without(page(pages.DATA_SOURCE), "AllowsAmazonQToGetObject", "AllowsAmazonQToListS3")
    assert_same(ours, wanted)


def test_data_source_in_a_vpc_with_a_key() -> None:
    ours = permissions(
        "data_source",
        index_id=IDS["index-id"],
        buckets=["handbook"],
        vpc_subnet_ids=[IDS["SUBNET_ID"]],
        vpc_security_group_ids=[IDS["SECURITY_GROUP_ID"]],
        kms_key_arn=KEY,
    )
    text = pages.VPC.replace("subnet/SUBNET_ID", f"subnet/{IDS['SUBNET_ID']}")
    wanted = page(pages.DATA_SOURCE)
    wanted["Statement"] += page(text)
    wanted["Statement"].append(
        {
            "Sid": "AllowsAmazonQToDecrypt",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": KEY,
            "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
        }
    )
    assert_same(ours, wanted)


def test_kendra_retriever() -> None:
    kendra = IDS["example-index-id"]
    assert_same(permissions("kendra_retriever", kendra_index_id=kendra), page(pages.KENDRA))
    assert_same(trust("kendra_retriever", kendra_index_id=kendra), page(pages.KENDRA_TRUST))


def test_same_policy_tells_the_literals_apart() -> None:
    """The comparison of this file can fail: one action less, one condition else, another principal."""
    ours = trust("kendra_retriever", kendra_index_id=IDS["example-index-id"])
    assert not same_policy(page(pages.DATA_SOURCE_TRUST), ours)
    less = page(pages.WEB_EXPERIENCE)
    less["Statement"][0]["Action"].pop()
    assert not same_policy(less, permissions("web_experience", provider_arn=SAML, kms_key_arn=KEY, q_apps=True))


def test_every_fault_is_named() -> None:
    faults = list(
        policy_faults(
            "web_experience",
            {
                "provider_arn": "okta",
                "application_arn": "arn:aws:qbusiness:us-east-1:1:application/x",
                "kms_key_arn": "alias/key",
                "buckets": ["Handbook"],
                "additional_statements": [
                    {"Sid": "a b", "Effect": "Maybe", "Action": "s3:GetObject", "Principal": "*"}
                ],
            },
        )
    )
    starts = [
        "provider_arn: 'okta'",
        "application_arn: ",
        "kms_key_arn: ",
        "buckets: does not go with the kind web_experience; it goes with data_source",
        "buckets[0]: 'Handbook'",
        "additional_statements[0].Effect: ",
        "additional_statements[0]: exactly one of Resource and NotResource",
        "additional_statements[0].Principal: ",
        "additional_statements[0].Sid: ",
    ]
    assert len(faults) == len(starts)
    assert all(any(fault.startswith(start) for fault in faults) for start in starts), faults


@pytest.mark.parametrize(
    ("kind", "count"), [("web_experience", 2), ("data_source", 2), ("secrets", 2), ("api_client", 2)]
)
def test_what_a_kind_needs(kind: str, count: int) -> None:
    faults = list(policy_faults(kind, {}))
    assert len(faults) == count
    assert all("is required" in fault for fault in faults)


def test_audiences_go_with_their_provider() -> None:
    assert list(policy_faults("web_experience", options(provider_arn=OIDC))) == [
        "oidc_audiences: is required with an OpenID Connect provider; it holds the client ids of the Okta app"
    ]
    faults = list(
        policy_faults("web_experience", options(provider_arn=SAML, oidc_audiences=["x"], saml_audiences=["y"]))
    )
    assert [fault.split(":")[0] for fault in faults] == ["oidc_audiences", "saml_audiences[0]"]


def test_size_counts_no_white_space() -> None:
    assert role.size('{ "a" :\n\t"b c" }') == len('{"a":"bc"}')
    assert role.size({"a": "b c"}) == len('{"a":"bc"}')


def test_one_application_fits_with_room_to_spare() -> None:
    everything = permissions(
        "web_experience", provider_arn=SAML, kms_key_arn=KEY, q_apps=True, citations=True, search=True
    )
    assert role.size(everything) < role.INLINE_LIMIT / 2

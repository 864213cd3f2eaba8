# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``iam_federation_provider`` on the embedded cloud; the witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, InUseError
from ansible_collections.qbusiness.federation.plugins.modules.iam_federation_provider import function
from conftest import Call, Play
from iam_metadata import END, ENTITY, SSO, fingerprint, metadata
from qbusiness_sandbox.cloud import Cloud, Fault
from qbusiness_sandbox.sample import PLACEHOLDER, app_body

NAME = "okta"
ARN = f"arn:aws:iam::123456789012:saml-provider/{NAME}"
Witness = Callable[[str], Any]


def operations(cloud: Cloud, number: int) -> list[str]:
    """What was asked of the cloud after an entry of the log."""
    return [entry.operation for entry in cloud.log.since(number)]


def last(cloud: Cloud) -> int:
    """The number of the log's last entry."""
    return max((entry.number for entry in cloud.log.since()), default=0)


def trusting(arn: str) -> str:
    """A trust policy that names a provider."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithSAML",
        "Principal": {"Federated": arn},
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_create_and_then_nothing(call: Call, aws: Witness, cloud: Cloud) -> None:
    made = call(function, name=NAME, saml_metadata_document=metadata((1, 2)), tags={"team": "knowledge"})
    assert made["changed"] is True
    assert made["operations"] == ["CreateSAMLProvider"]
    assert made["provider_arn"] == ARN
    there = aws("iam").get_saml_provider(SAMLProviderArn=ARN)
    assert there["SAMLMetadataDocument"] == metadata((1, 2))
    assert there["Tags"] == [{"Key": "team", "Value": "knowledge"}]
    assert made["certificates"] == sorted(
        ({"fingerprint_sha256": fingerprint(n), "not_after": END.isoformat()} for n in (1, 2)),
        key=lambda item: item["fingerprint_sha256"],
    )
    assert made["provider"]["entity_id"] == ENTITY
    assert made["provider"]["endpoints"][0]["location"] == SSO
    assert datetime.fromisoformat(made["provider"]["valid_until"]) == there["ValidUntil"]

    before = last(cloud)
    # Another text of the same meaning: order, line width and prefix say nothing.
    same = metadata((2, 1), width=76, prefix="saml:")
    again = call(function, name=NAME, saml_metadata_document=same, tags={"team": "knowledge"})
    assert again["changed"] is False
    assert again["operations"] == []
    assert operations(cloud, before) == ["ListSAMLProviders", "GetSAMLProvider"]
    assert aws("iam").get_saml_provider(SAMLProviderArn=ARN)["SAMLMetadataDocument"] == metadata((1, 2))


def test_by_its_arn(call: Call, aws: Witness, cloud: Cloud) -> None:
    """Made when it is not there, and then read without a list."""
    given = {"name": NAME, "provider_arn": ARN, "saml_metadata_document": metadata()}
    made = call(function, **given)
    assert (made["operations"], made["provider_arn"]) == (["CreateSAMLProvider"], ARN)
    cloud.log.clear()
    assert call(function, **given)["changed"] is False
    assert operations(cloud, 0) == ["GetSAMLProvider"]
    gone = call(function, name=NAME, provider_arn=ARN, state="absent")
    assert gone["operations"] == ["DeleteSAMLProvider"]
    assert call(function, name=NAME, provider_arn=ARN, state="absent")["changed"] is False


@pytest.mark.parametrize("arn", [f"{ARN}-2", "arn:aws:iam::123456789012:oidc-provider/okta", NAME])
def test_the_arn_of_another(call: Call, cloud: Cloud, arn: str) -> None:
    cloud.log.clear()
    with pytest.raises(InputError, match=f"provider_arn: .*right would be {ARN}"):
        call(function, name=NAME, provider_arn=arn, saml_metadata_document=metadata())
    assert operations(cloud, 0) == []


@pytest.mark.parametrize(
    "other",
    [
        metadata((1, 2)),
        metadata((2,)),
        metadata(entity_id="http://www.okta.com/other"),
        metadata(sso="https://example.okta.com/other"),
    ],
    ids=["one key more", "another key", "another entity", "another place"],
)
def test_update_in_place(call: Call, aws: Witness, cloud: Cloud, other: str) -> None:
    call(function, name=NAME, saml_metadata_document=metadata())
    uuid = aws("iam").get_saml_provider(SAMLProviderArn=ARN)["SAMLProviderUUID"]
    planned = call(function, check_mode=True, name=NAME, saml_metadata_document=other)
    assert planned["operations"] == ["UpdateSAMLProvider"]
    assert aws("iam").get_saml_provider(SAMLProviderArn=ARN)["SAMLMetadataDocument"] == metadata()
    done = call(function, name=NAME, saml_metadata_document=other)
    assert done["operations"] == ["UpdateSAMLProvider"]
    assert done["provider_arn"] == ARN
    assert done["diff"] == planned["diff"]
    assert done["diff"]["before"] != done["diff"]["after"]
    there = aws("iam").get_saml_provider(SAMLProviderArn=ARN)
    assert there["SAMLMetadataDocument"] == other
    assert there["SAMLProviderUUID"] == uuid


def test_another_identity_provider_does_not_take_the_place_of_one_in_use(
    call: Call, aws: Witness, cloud: Cloud
) -> None:
    """A name that is taken, as by the console's sign-in: its roles would trust somebody else."""
    iam = aws("iam")
    iam.create_saml_provider(Name=NAME, SAMLMetadataDocument=metadata())
    iam.create_role(RoleName="admin", AssumeRolePolicyDocument=trusting(ARN))
    given = {"name": NAME, "saml_metadata_document": metadata(entity_id=f"{ENTITY}-other")}
    before = last(cloud)
    with pytest.raises(InUseError, match=f"of the identity provider {ENTITY} and in use by role .*/admin"):
        call(function, **given)
    planned = call(function, check_mode=True, **given)
    assert "Outside check mode this fails" in planned["warnings"][0]
    assert cloud.log.writes(before) == []
    # Its own keys may roll.
    rolled = call(function, name=NAME, saml_metadata_document=metadata((2,)))
    assert rolled["operations"] == ["UpdateSAMLProvider"]
    assert call(function, **given, force=True)["operations"] == ["UpdateSAMLProvider"]
    assert f"{ENTITY}-other" in iam.get_saml_provider(SAMLProviderArn=ARN)["SAMLMetadataDocument"]
    iam.delete_role(RoleName="admin")
    assert call(function, name=NAME, saml_metadata_document=metadata())["changed"] is True


def test_adoption_by_name_alone(call: Call, aws: Witness, cloud: Cloud) -> None:
    """A provider made by hand is adopted; one whose name merely ends alike is not taken for it."""
    aws("iam").create_saml_provider(Name=f"old.{NAME}", SAMLMetadataDocument=metadata((9,)))
    aws("iam").create_saml_provider(
        Name=NAME, SAMLMetadataDocument=metadata(), Tags=[{"Key": "owner", "Value": "hand"}]
    )
    adopted = call(function, name=NAME)
    assert adopted["changed"] is False
    assert adopted["provider_arn"] == ARN
    assert adopted["provider"]["tags"] == {"owner": "hand"}


def test_tags(call: Call, aws: Witness, cloud: Cloud) -> None:
    def tags() -> dict[str, str]:
        listed = aws("iam").list_saml_provider_tags(SAMLProviderArn=ARN)["Tags"]
        return {item["Key"]: item["Value"] for item in listed}

    call(function, name=NAME, saml_metadata_document=metadata(), tags={"a": "1", "b": "2"})
    kept = call(function, name=NAME, tags={"b": "3"}, purge_tags=False)
    assert kept["operations"] == ["TagSAMLProvider"]
    assert tags() == {"a": "1", "b": "3"}
    planned = call(function, check_mode=True, name=NAME, tags={"B": "3"})
    purged = call(function, name=NAME, tags={"B": "3"})
    assert purged["operations"] == ["UntagSAMLProvider", "TagSAMLProvider"]
    assert tags() == {"B": "3"}
    assert planned["diff"] == purged["diff"]
    assert call(function, name=NAME, tags={"B": "3"})["changed"] is False
    assert call(function, name=NAME)["changed"] is False
    call(function, name=NAME, tags={})
    assert tags() == {}


def test_check_mode_predicts(call: Call, aws: Witness, cloud: Cloud) -> None:
    given: dict[str, Any] = {"name": NAME, "saml_metadata_document": metadata((1, 2)), "tags": {"a": "1"}}
    planned = call(function, check_mode=True, **given)
    assert planned["changed"] is True
    assert planned["provider_arn"] == f"arn:aws:iam::000000000000:saml-provider/{NAME}"
    assert cloud.log.writes() == []
    assert aws("iam").list_saml_providers()["SAMLProviderList"] == []
    done = call(function, **given)
    assert planned["operations"] == done["operations"]
    assert planned["certificates"] == done["certificates"]
    after = {key: value for key, value in done["diff"]["after"].items() if key != "arn"}
    assert {key: value for key, value in planned["diff"]["after"].items() if key != "arn"} == after


def test_metadata_that_check_mode_made(call: Call, cloud: Cloud) -> None:
    """No fault is found in a document that only Okta could write; outside check mode it is refused."""
    document = '<EntityDescriptor entityID="http://www.okta.com/exkplanned0123"/>'
    planned = call(function, check_mode=True, name=NAME, saml_metadata_document=document)
    assert planned["operations"] == ["CreateSAMLProvider"]
    with pytest.raises(InputError, match="saml_metadata_document: holds a placeholder"):
        call(function, name=NAME, saml_metadata_document=document)


def test_metadata_from_okta(call: Call, aws: Witness, okta_http: Any, cloud: Cloud) -> None:
    app = okta_http.post("/api/v1/apps", json=app_body(PLACEHOLDER, [])).json()
    made = call(function, name=NAME, okta_app_id=app["id"])
    assert made["operations"] == ["CreateSAMLProvider"]
    path = f"/api/v1/apps/{app['id']}/sso/saml/metadata"
    text = okta_http.get(path, headers={"Accept": "application/xml"}).text
    assert aws("iam").get_saml_provider(SAMLProviderArn=ARN)["SAMLMetadataDocument"] == text.strip()
    assert call(function, name=NAME, okta_app_id=app["id"])["changed"] is False
    # The same document from the other source is the same provider.
    assert call(function, name=NAME, saml_metadata_document=text)["changed"] is False


def test_all_faults_at_once(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError) as caught:
        call(
            function,
            name="no good",
            saml_metadata_document="<a>",
            okta_app_id="0oa1",
            url="https://acme.okta.com",
            tags={"aws:x": "1", "a": "1", "A": "2"},
        )
    starts = [fault.split(":")[0] for fault in caught.value.faults]
    assert starts == [
        "name",
        "url",
        "saml_metadata_document, okta_app_id",
        "saml_metadata_document",
        "saml_metadata_document",
        "tags",
        "tags",
    ], caught.value.faults
    assert cloud.log.since() == []


SERVICE = metadata().replace("IDPSSODescriptor", "SPSSODescriptor")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (metadata(padding=0)[:500], "500 characters given"),
        (metadata() + "<", "no well-formed XML"),
        (metadata().replace("?>", "?><!DOCTYPE x [<!ENTITY e 'x'>]>", 1), "document type"),
        (SERVICE, "has no IDPSSODescriptor"),
        (metadata(()), "has no signing certificate"),
        (metadata().replace("X509Certificate>", "X509Certificate>!", 1), "that is no X.509 certificate"),
        (metadata().replace("EntityDescriptor", "EntitiesDescriptor"), "root is not an EntityDescriptor"),
        (metadata(entity_id=""), "has no entityID"),
    ],
    ids=["short", "broken", "document type", "of a service", "no key", "no certificate", "several", "nobody"],
)
def test_bad_metadata_is_not_sent(call: Call, cloud: Cloud, document: str, says: str) -> None:
    with pytest.raises(InputError, match="saml_metadata_document") as caught:
        call(function, name=NAME, saml_metadata_document=document)
    assert says in str(caught.value)
    assert cloud.log.writes() == []


def test_expired_certificate_is_warned_of(call: Call, cloud: Cloud) -> None:
    document = metadata((7,), end=datetime(2021, 3, 4, tzinfo=UTC))
    answer = call(function, name=NAME, saml_metadata_document=document)
    assert "2021-03-04" in answer["warnings"][0]


def test_metadata_that_ended_is_replaced(call: Call, aws: Witness, cloud: Cloud) -> None:
    old = metadata(valid_until="2021-03-04T00:00:00Z")
    new = metadata(valid_until="2100-03-04T00:00:00Z")
    aws("iam").create_saml_provider(Name=NAME, SAMLMetadataDocument=old)
    assert call(function, name=NAME, saml_metadata_document=old)["changed"] is False
    assert call(function, name=NAME, saml_metadata_document=new)["operations"] == ["UpdateSAMLProvider"]
    assert aws("iam").get_saml_provider(SAMLProviderArn=ARN)["ValidUntil"].year == 2100
    # While it is good, another end alone is no difference: some providers write a new one with every reading.
    later = metadata(valid_until="2101-03-04T00:00:00Z")
    assert call(function, name=NAME, saml_metadata_document=later)["changed"] is False


def test_an_answer_that_is_lost(call: Call, aws: Witness, cloud: Cloud) -> None:
    """botocore asks again and hears that it is there: that is no failure."""
    cloud.faults.add(Fault("cut_after", service="iam", operation="CreateSAMLProvider"))
    made = call(function, name=NAME, saml_metadata_document=metadata(), tags={"a": "1"})
    assert made["provider_arn"] == ARN
    assert [entry.operation for entry in cloud.log.writes()] == ["CreateSAMLProvider", "CreateSAMLProvider"]
    assert aws("iam").get_saml_provider(SAMLProviderArn=ARN)["SAMLMetadataDocument"] == metadata()


def test_absent(call: Call, aws: Witness, cloud: Cloud) -> None:
    call(function, name=NAME, saml_metadata_document=metadata())
    aws("iam").create_saml_provider(Name="other", SAMLMetadataDocument=metadata((9,)))
    planned = call(function, check_mode=True, name=NAME, state="absent")
    gone = call(function, name=NAME, state="absent")
    assert gone["operations"] == planned["operations"] == ["DeleteSAMLProvider"]
    assert gone["lost"] == planned["lost"]
    assert gone["provider_arn"] == ARN
    assert [item["Arn"] for item in aws("iam").list_saml_providers()["SAMLProviderList"]] == [
        ARN.replace(NAME, "other")
    ]
    before = last(cloud)
    assert call(function, name=NAME, state="absent")["changed"] is False
    assert operations(cloud, before) == ["ListSAMLProviders"]


def test_absent_refuses_while_in_use(call: Call, aws: Witness, cloud: Cloud) -> None:
    call(function, name=NAME, saml_metadata_document=metadata())
    aws("iam").create_role(RoleName="assistant", AssumeRolePolicyDocument=trusting(ARN))
    aws("iam").create_role(RoleName="else", AssumeRolePolicyDocument=trusting(f"{ARN}-2"))
    application = aws("qbusiness").create_application(
        displayName="assistant", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=ARN
    )["applicationId"]
    users = ["role arn:aws:iam::123456789012:role/assistant", f"application assistant ({application})"]
    with pytest.raises(InUseError) as caught:
        call(function, name=NAME, state="absent")
    assert caught.value.facts["used_by"] == users
    assert all(user in caught.value.message for user in users)
    assert aws("iam").get_saml_provider(SAMLProviderArn=ARN)

    # In check mode earlier tasks of the play may only have planned to remove them.
    planned = call(function, check_mode=True, name=NAME, state="absent")
    assert planned["operations"] == ["DeleteSAMLProvider"]
    assert users[0] in planned["warnings"][0]

    forced = call(function, name=NAME, state="absent", force=True)
    assert forced["lost"][1:] == [f"the sign-in through it of {user}" for user in users]
    assert aws("iam").list_saml_providers()["SAMLProviderList"] == []


def test_a_real_playbook(play: Play, aws: Witness, cloud: Cloud) -> None:
    task = {"qbusiness.federation.iam_federation_provider": {"name": NAME, "saml_metadata_document": metadata()}}
    first, second = play([task, task], "--diff").results
    assert first["changed"] is True
    assert second["changed"] is False
    assert second["provider_arn"] == ARN
    assert aws("iam").get_saml_provider(SAMLProviderArn=ARN)["SAMLMetadataDocument"] == metadata()

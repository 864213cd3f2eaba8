# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a client id, or a whole OpenID Connect provider, from being removed; the witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InUseError, ServiceError
from ansible_collections.qbusiness.federation.plugins.modules.iam_federation_provider import function
from conftest import Call
from qbusiness_sandbox.cloud import Cloud, Fault

ISSUER_NAME = "acme.okta.com/oauth2/default"
ARN = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER_NAME}"
GIVEN: dict[str, Any] = {"type": "oidc", "url": f"https://{ISSUER_NAME}"}
REMOVE, DELETE = "RemoveClientIDFromOpenIDConnectProvider", "DeleteOpenIDConnectProvider"
AUDIENCE = f"{ISSUER_NAME}:aud"
ROLE = "role arn:aws:iam::123456789012:role/assistant"
Witness = Callable[[str], Any]


@pytest.fixture(autouse=True)
def _provider(aws: Witness) -> None:
    """A provider that two apps share."""
    aws("iam").create_open_id_connect_provider(Url=GIVEN["url"], ClientIDList=["one", "two"])


def ids(aws: Witness) -> list[str] | None:
    iam = aws("iam")
    if not iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        return None
    return sorted(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)["ClientIDList"])


def role(aws: Witness, *statements: dict[str, Any]) -> None:
    """A role with this trust policy."""
    complete = [{"Effect": "Allow", "Principal": {"Federated": ARN}, **statement} for statement in statements]
    aws("iam").create_role(
        RoleName="assistant",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": complete}),
    )


def application(aws: Witness, *client_ids: str, name: str = "assistant") -> str:
    """An application with these client ids."""
    made = aws("qbusiness").create_application(
        displayName=name,
        identityType="AWS_IAM_IDP_OIDC",
        iamIdentityProviderArn=ARN,
        clientIdsForOIDC=list(client_ids),
    )
    return f"application {name} ({made['applicationId']})"


def test_one_goes_and_the_other_stays(call: Call, aws: Witness) -> None:
    planned = call(function, check_mode=True, **GIVEN, client_ids=["one", "nobody's"], state="absent")
    assert ids(aws) == ["one", "two"]
    gone = call(function, **GIVEN, client_ids=["one", "nobody's"], state="absent")
    assert gone["operations"] == planned["operations"] == [REMOVE]
    assert gone["diff"] == planned["diff"]
    assert gone["diff"]["before"]["client_ids"] == ["one", "two"]
    assert gone["diff"]["after"]["client_ids"] == ["two"]
    assert gone["client_ids"] == ids(aws) == ["two"]
    assert gone["lost"] == ["client id one"]
    again = call(function, **GIVEN, client_ids=["one", "nobody's"], state="absent")
    assert again["changed"] is False
    assert again["provider_arn"] == ARN


def test_the_last_takes_the_provider_along(call: Call, aws: Witness) -> None:
    planned = call(function, check_mode=True, **GIVEN, client_ids=["two", "one"], state="absent")
    assert ids(aws) == ["one", "two"]
    gone = call(function, **GIVEN, client_ids=["two", "one"], state="absent")
    assert gone["operations"] == planned["operations"] == [DELETE]
    assert gone["diff"] == planned["diff"]
    assert gone["diff"]["after"] == {}
    assert ids(aws) is None
    assert call(function, **GIVEN, client_ids=["two"], state="absent")["changed"] is False


def test_no_client_id_is_not_every_client_id(call: Call, aws: Witness) -> None:
    """An empty list, as of an app that is gone already, takes nothing out; no list is about the whole provider."""
    assert call(function, **GIVEN, client_ids=[], state="absent")["changed"] is False
    assert ids(aws) == ["one", "two"]
    assert call(function, **GIVEN, state="absent")["operations"] == [DELETE]


def test_an_empty_provider_goes(call: Call, aws: Witness) -> None:
    """A run that was cut off took the last client id and left the provider."""
    for client in ("one", "two"):
        aws("iam").remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID=client)
    assert call(function, **GIVEN, client_ids=["one"], state="absent")["operations"] == [DELETE]
    assert ids(aws) is None


def test_a_removal_that_was_cut_off_is_finished(call: Call, aws: Witness, cloud: Cloud) -> None:
    cloud.faults.add(Fault("error", operation=DELETE, status=400, code="Refused"))
    with pytest.raises(Exception, match="Injected fault"):
        call(function, **GIVEN, client_ids=["one", "two"], state="absent")
    assert call(function, **GIVEN, client_ids=["one", "two"], state="absent")["changed"] is True
    assert ids(aws) is None


WEB = "sts:AssumeRoleWithWebIdentity"
USES = {
    "text": {"Action": WEB, "Condition": {"StringEquals": {AUDIENCE: "one"}}},
    "list": {"Action": WEB, "Condition": {"StringEquals": {AUDIENCE: ["three", "one"]}}},
    "pattern": {"Action": [WEB], "Condition": {"StringLike": {AUDIENCE: "o*"}}},
    "every value": {"Action": WEB, "Condition": {"ForAnyValue:StringLike": {AUDIENCE: ["on?"]}}},
    "if it exists": {"Action": WEB, "Condition": {"StringEqualsIfExists": {AUDIENCE: "one"}}},
    "key in capitals": {"Action": WEB, "Condition": {"StringEquals": {AUDIENCE.upper(): "one"}}},
    "action by pattern": {"Action": "sts:AssumeRole*", "Condition": {"StringEquals": {AUDIENCE: "one"}}},
    "no audience": {"Action": WEB, "Condition": {"StringLike": {"aws:RequestTag/Email": "*"}}},
    "two conditions": {
        "Action": WEB,
        "Condition": {"StringLike": {AUDIENCE: "*"}, "StringEquals": {AUDIENCE: ["one"]}},
    },
}
OTHERS = {
    "text": {"Action": WEB, "Condition": {"StringEquals": {AUDIENCE: "two"}}},
    "list": {"Action": WEB, "Condition": {"StringEquals": {AUDIENCE: ["two", "three"]}}},
    "pattern": {"Action": WEB, "Condition": {"StringLike": {AUDIENCE: "t*"}}},
    "two conditions": {
        "Action": WEB,
        "Condition": {"StringLike": {AUDIENCE: "*"}, "StringEquals": {AUDIENCE: ["two"]}},
    },
}


@pytest.mark.parametrize("statement", USES.values(), ids=USES)
def test_a_role_that_names_it_keeps_it(call: Call, aws: Witness, statement: dict[str, Any]) -> None:
    """As the collection writes it, and as people write it."""
    role(aws, statement, {"Action": "sts:TagSession"})
    with pytest.raises(InUseError, match="one by role") as caught:
        call(function, **GIVEN, client_ids=["one"], state="absent")
    assert caught.value.facts["used_by"] == [f"one by {ROLE}"]
    assert ids(aws) == ["one", "two"]


@pytest.mark.parametrize("statement", OTHERS.values(), ids=OTHERS)
def test_a_role_that_names_another_does_not(call: Call, aws: Witness, statement: dict[str, Any]) -> None:
    """A statement about session tags names no client id, and lets nobody in."""
    role(aws, statement, {"Action": "sts:TagSession"})
    call(function, **GIVEN, client_ids=["one"], state="absent")
    assert ids(aws) == ["two"]


def test_a_role_of_another_provider_does_not(call: Call, aws: Witness) -> None:
    other = aws("iam").create_open_id_connect_provider(Url="https://acme.okta.com", ClientIDList=["one"])
    statement = {
        "Principal": {"Federated": other["OpenIDConnectProviderArn"]},
        "Action": WEB,
        "Condition": {"StringEquals": {"acme.okta.com:aud": "one"}},
    }
    role(aws, statement)
    call(function, **GIVEN, client_ids=["one"], state="absent")


def test_an_application_keeps_it(call: Call, aws: Witness) -> None:
    name = application(aws, "one")
    application(aws, "two", name="other")
    for check_mode in (True, False):
        for options in ({"state": "absent", "client_ids": ["one"]}, {"client_ids": ["two"], "purge_client_ids": True}):
            if check_mode:
                planned = call(function, check_mode=True, **GIVEN, **options)
                assert planned["operations"] == [REMOVE]
                assert f"one by {name}" in planned["warnings"][0]
            else:
                with pytest.raises(InUseError) as caught:
                    call(function, **GIVEN, **options)
                assert caught.value.facts["used_by"] == [f"one by {name}"]
    assert ids(aws) == ["one", "two"]
    forced = call(function, **GIVEN, state="absent", client_ids=["one"], force=True)
    assert forced["lost"] == ["client id one", f"the sign-in with one by {name}"]
    assert ids(aws) == ["two"]


def test_an_application_on_its_way_out_does_not(call: Call, aws: Witness, cloud: Cloud) -> None:
    cloud.settings.polls = {"*": 0}
    application(aws, "one")
    cloud.settings.polls = {"*": 50}
    found = aws("qbusiness").list_applications()["applications"]
    aws("qbusiness").delete_application(applicationId=found[0]["applicationId"])
    call(function, **GIVEN, client_ids=["one"], state="absent")
    assert ids(aws) == ["two"]


def test_the_provider_stays_while_it_is_trusted(call: Call, aws: Witness) -> None:
    """The last client id is nobody's, but a role still trusts the provider with another one."""
    role(aws, {"Action": WEB, "Condition": {"StringEquals": {AUDIENCE: "gone long ago"}}})
    for client_ids in (["one", "two"], None):
        options = {"client_ids": client_ids} if client_ids else {}
        with pytest.raises(InUseError) as caught:
            call(function, **GIVEN, state="absent", **options)
        assert caught.value.facts["used_by"] == [ROLE]
    assert ids(aws) == ["one", "two"]
    forced = call(function, **GIVEN, state="absent", force=True)
    assert f"the sign-in through it of {ROLE}" in forced["lost"]
    assert ids(aws) is None


def test_all_users_are_listed(call: Call, aws: Witness) -> None:
    first, second = application(aws, "one"), application(aws, "one", "two", name="both")
    role(aws, {"Action": WEB, "Condition": {"StringEquals": {AUDIENCE: ["one", "two"]}}})
    with pytest.raises(InUseError) as caught:
        call(function, **GIVEN, state="absent")
    assert sorted(caught.value.facts["used_by"]) == sorted([ROLE, first, second])
    aws("iam").add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID="three")
    with pytest.raises(InUseError) as caught:
        call(function, **GIVEN, state="absent", client_ids=["one", "two"])
    expected = [f"one by {name}" for name in (ROLE, first, second)] + [f"two by {name}" for name in (ROLE, second)]
    assert sorted(caught.value.facts["used_by"]) == sorted(expected)


def test_other_regions_are_looked_at_where_they_are_named(
    call: Call, aws: Witness, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = application(aws, "one")
    # The embedded cloud has one region. That it is asked for another one is seen by its refusal,
    with pytest.raises(ServiceError, match="not 'eu-west-1'"):
        call(function, **GIVEN, state="absent", client_ids=["one"], regions=[cloud.region, "eu-west-1"])
    # and what is found there is seen by letting the cloud answer for that region.
    monkeypatch.setattr(Aws, "in_region", lambda self, _region: self)
    with pytest.raises(InUseError) as caught:
        call(function, **GIVEN, state="absent", client_ids=["one"], regions=["eu-west-1", cloud.region, "eu-west-1"])
    assert caught.value.facts["used_by"] == [f"one by {name}", f"one by {name} in eu-west-1"]


def test_users_that_cannot_be_looked_for(call: Call, aws: Witness, cloud: Cloud) -> None:
    cloud.faults.add(Fault("error", operation="ListApplications", status=403, code="AccessDeniedException", count=-1))
    with pytest.raises(Exception, match="ListApplications"):
        call(function, **GIVEN, state="absent", client_ids=["one"])
    assert ids(aws) == ["one", "two"]
    assert call(function, **GIVEN, state="absent", client_ids=["one"], force=True)["changed"] is True

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``iam_federation_provider`` for OpenID Connect on the embedded cloud; the witness is boto3."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.modules.iam_federation_provider import function
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud, Fault

ISSUER_NAME = "acme.okta.com/oauth2/default"
ARN = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER_NAME}"
GIVEN: dict[str, Any] = {"type": "oidc", "url": f"https://{ISSUER_NAME}"}
ADD, REMOVE = "AddClientIDToOpenIDConnectProvider", "RemoveClientIDFromOpenIDConnectProvider"
CREATE, DELETE = "CreateOpenIDConnectProvider", "DeleteOpenIDConnectProvider"
THUMBPRINT = "0123456789abcdef0123456789abcdef01234567"
Witness = Callable[[str], Any]


@pytest.fixture(autouse=True)
def _org(cloud: Cloud) -> None:
    """The name of the org's host stands in this file's constants."""
    assert ISSUER_NAME.startswith(f"{cloud.okta_host}/")


def there(aws: Witness) -> dict[str, Any] | None:
    """The provider as IAM shows it."""
    iam = aws("iam")
    arns = [item["Arn"] for item in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    return dict(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)) if ARN in arns else None


def ids(aws: Witness) -> list[str]:
    return sorted((there(aws) or {})["ClientIDList"])


def make(aws: Witness, *client_ids: str) -> None:
    """The provider, made by hand."""
    aws("iam").create_open_id_connect_provider(Url=GIVEN["url"], ClientIDList=list(client_ids))


def test_create_and_then_nothing(call: Call, aws: Witness, cloud: Cloud) -> None:
    planned = call(function, check_mode=True, **GIVEN, client_ids=["one"])
    assert planned["provider_arn"] == ARN.replace("123456789012", "0" * 12)
    assert cloud.log.writes() == []
    made = call(function, **GIVEN, client_ids=["one"], tags={"a": "1"})
    assert made["operations"] == planned["operations"] == [CREATE]
    assert made["provider_arn"] == ARN
    assert made["client_ids"] == ids(aws) == ["one"]
    assert made["provider"]["thumbprints"] == sorted((there(aws) or {})["ThumbprintList"])
    before = max(entry.number for entry in cloud.log.since())
    assert call(function, **GIVEN, client_ids=["one"], tags={"a": "1"})["changed"] is False
    assert [entry.operation for entry in cloud.log.since(before)] == [
        "ListOpenIDConnectProviders",
        "GetOpenIDConnectProvider",
    ]


def test_client_ids_of_others_stay(call: Call, aws: Witness) -> None:
    make(aws, "others")
    planned = call(function, check_mode=True, **GIVEN, client_ids=["two", "one"])
    added = call(function, **GIVEN, client_ids=["two", "one"])
    assert added["operations"] == planned["operations"] == [ADD, ADD]
    assert added["diff"] == planned["diff"]
    assert added["client_ids"] == ids(aws) == ["one", "others", "two"]
    assert call(function, **GIVEN, client_ids=["one"])["changed"] is False


def test_purge_and_tags(call: Call, aws: Witness) -> None:
    call(function, **GIVEN, client_ids=["one"], tags={"a": "1"})
    purged = call(function, **GIVEN, client_ids=["two"], purge_client_ids=True, tags={"b": "2"})
    assert purged["operations"] == [ADD, REMOVE, "UntagOpenIDConnectProvider", "TagOpenIDConnectProvider"]
    assert ids(aws) == ["two"]
    assert (there(aws) or {})["Tags"] == [{"Key": "b", "Value": "2"}]


def test_thumbprints(call: Call, aws: Witness) -> None:
    make(aws, "one")
    aws_own = (there(aws) or {})["ThumbprintList"]
    assert call(function, **GIVEN, client_ids=["one"])["changed"] is False
    assert (there(aws) or {})["ThumbprintList"] == aws_own
    planned = call(function, check_mode=True, **GIVEN, thumbprints=[THUMBPRINT.upper()])
    done = call(function, **GIVEN, thumbprints=[THUMBPRINT.upper()])
    assert done["operations"] == planned["operations"] == ["UpdateOpenIDConnectProviderThumbprint"]
    assert done["diff"] == planned["diff"]
    assert (there(aws) or {})["ThumbprintList"] == [THUMBPRINT]
    assert call(function, **GIVEN, thumbprints=[THUMBPRINT])["changed"] is False


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "is required"),
        ("http://acme.okta.com/oauth2/default", "begins with https://"),
        ("https://acme.okta.com:8443/oauth2/default", "has a port"),
        ("https://acme.okta.com/oauth2/default?x=1", "query"),
        ("https://acme.okta.com/oauth2/default/", "ends with a slash"),
        ("https://acme.okta.com/oauth2/default/.well-known/openid-configuration", "discovery document"),
        ("https://acme-admin.okta.com", "without -admin"),
        ("https://accounts.google.com", "Google"),
        ("https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0", "Entra"),
        ("https://login.microsoftonline.us/11111111-2222-4333-8444-555555555555/v2.0", "Entra"),
        ("https://sts.windows.net/11111111-2222-4333-8444-555555555555", "Entra"),
        ("https://acme.okta.com/" + "a" * 250, "255"),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_unfit_issuers(call: Call, cloud: Cloud, url: str, says: str, check_mode: bool) -> None:
    with pytest.raises(InputError) as caught:
        call(function, check_mode=check_mode, type="oidc", url=url, client_ids=["one"])
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["url"]
    assert says in caught.value.message
    assert cloud.log.since() == []


def test_an_unsupported_issuer_can_be_taken_away(call: Call) -> None:
    """What somebody made for another purpose, or in vain."""
    assert call(function, type="oidc", url="https://accounts.google.com", state="absent")["changed"] is False


def test_every_fault_at_once(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError) as caught:
        call(function, type="oidc", url="http://a:1", name="okta", client_ids=[""], thumbprints=["12:34", THUMBPRINT])
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["url", "name", "client_ids[0]", "thumbprints"]
    with pytest.raises(InputError, match="leave the option out"):
        call(function, **GIVEN, client_ids=["one"], thumbprints=[])
    with pytest.raises(InputError, match="client_ids"):
        call(function, **GIVEN, client_ids=["x" * 256], state="absent")
    assert cloud.log.writes() == []


def test_a_hundred_client_ids(call: Call, aws: Witness, cloud: Cloud) -> None:
    make(aws, *(f"other{number}" for number in range(90)))
    cloud.log.clear()
    with pytest.raises(InputError, match="with those that are there 101"):
        call(function, **GIVEN, client_ids=[f"own{number}" for number in range(11)])
    assert cloud.log.writes() == []
    call(function, **GIVEN, client_ids=[f"own{number}" for number in range(10)])
    assert len(ids(aws)) == 100


def test_an_issuer_that_does_not_answer(call: Call, cloud: Cloud) -> None:
    """IAM's refusal comes with what to look at, and nothing is made."""
    with pytest.raises(ServiceError) as caught:
        call(function, type="oidc", url="https://nowhere.okta.com/oauth2/default", client_ids=["one"])
    assert caught.value.code == "OpenIdIdpCommunicationError"
    assert "https://nowhere.okta.com/oauth2/default/.well-known/openid-configuration" in caught.value.message
    assert "authorization server is active" in caught.value.message
    assert call(function, **GIVEN, client_ids=["one"])["changed"] is True


def test_an_issuer_that_is_only_planned(call: Call, cloud: Cloud) -> None:
    """The authorization server is one of this play's: its id and the app's are placeholders."""
    planned = call(
        function,
        check_mode=True,
        type="oidc",
        url="https://acme.okta.com/oauth2/ausplanned0123456789",
        client_ids=["0oaplanned0123456789"],
    )
    assert planned["operations"] == [CREATE]
    assert planned["client_ids"] == ["0oaplanned0123456789"]
    assert cloud.log.since() == []


def test_an_answer_that_is_lost(call: Call, aws: Witness, cloud: Cloud) -> None:
    cloud.faults.add(Fault("cut_after", service="iam", operation=CREATE))
    assert call(function, **GIVEN, client_ids=["one"])["provider_arn"] == ARN
    cloud.faults.add(Fault("cut_after", service="iam", operation=ADD))
    call(function, **GIVEN, client_ids=["two"])
    assert ids(aws) == ["one", "two"]


def before(monkeypatch: pytest.MonkeyPatch, operation: str, act: Callable[[], Any]) -> None:
    """Do something, as another run would, just before the first call of an operation."""
    original = Aws.call
    left = [act]

    def call(self: Aws, service: str, name: str, **parameters: Any) -> dict[str, Any]:
        if name == operation and left:
            left.pop()()
        return original(self, service, name, **parameters)

    monkeypatch.setattr(Aws, "call", call)


def test_the_provider_goes_while_a_client_id_comes(call: Call, aws: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run takes the provider away between this one's reading and writing: it is made again."""
    make(aws, "others")
    before(monkeypatch, ADD, lambda: aws("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=ARN))
    assert call(function, **GIVEN, client_ids=["one"], tags={"a": "1"})["client_ids"] == ["one"]
    assert ids(aws) == ["one"]


def test_a_client_id_comes_while_the_provider_goes(call: Call, aws: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run adds a client id after this one saw that its own is the last: the provider stays."""
    make(aws, "one")
    before(
        monkeypatch,
        "ListRoles",
        lambda: aws("iam").add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID="two"),
    )
    gone = call(function, **GIVEN, client_ids=["one"], state="absent")
    assert gone["operations"] == [REMOVE]
    assert gone["client_ids"] == ids(aws) == ["two"]


def test_the_last_two_go_at_the_same_time(call: Call, aws: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither run saw its own client id as the last one; the provider goes all the same."""
    make(aws, "one", "two")
    before(
        monkeypatch,
        REMOVE,
        lambda: aws("iam").remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID="two"),
    )
    gone = call(function, **GIVEN, client_ids=["one"], state="absent")
    assert gone["operations"] == [REMOVE, DELETE]
    assert "provider" not in gone
    assert there(aws) is None


def test_many_at_the_same_time(call: Call, aws: Witness) -> None:
    """Twelve runs add one client id each, the first of them the provider too; nobody's is lost."""
    names = [f"app{number:02}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda name: call(function, **GIVEN, client_ids=[name]), names))
    assert all(result["changed"] for result in results)
    assert ids(aws) == names
    with ThreadPoolExecutor(6) as pool:
        gone = list(pool.map(lambda name: call(function, **GIVEN, client_ids=[name], state="absent"), names))
    assert all(result["changed"] for result in gone)
    assert there(aws) is None


def test_a_real_playbook(play: Play, aws: Witness) -> None:
    module = "qbusiness.federation.iam_federation_provider"
    present = {module: {**GIVEN, "client_ids": ["one", "two"]}}
    leave = {module: {**GIVEN, "client_ids": ["one"], "state": "absent"}}
    results = play([present, present, leave, leave], "--diff").results
    assert [result["changed"] for result in results] == [True, False, True, False]
    assert results[2]["operations"] == [REMOVE]
    assert ids(aws) == ["two"]

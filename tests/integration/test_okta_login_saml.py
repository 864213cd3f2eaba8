# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_login`` at a SAML app: begun at Okta or by an application, by each binding, or obtained elsewhere."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

import boto3
import pytest
import requests
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, LayerError
from ansible_collections.qbusiness.federation.plugins.module_utils.iam import expectation
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import authn_request
from botocore import UNSIGNED
from botocore.config import Config
from lxml import etree
from proof_world import ACS, ANN, ATTRIBUTE, PASSWORD, SIGN_IN, World, world
from qbusiness_sandbox.okta import authn_request as cloud_request

SECOND, THIRD = "https://second.example.com/saml", "https://third.example.com/saml"


@pytest.fixture(scope="module")
def started() -> Iterator[World]:
    with world() as running:
        yield running


@pytest.fixture
def made(started: World, monkeypatch: pytest.MonkeyPatch) -> World:
    for name in ("OKTA_TEST_USERNAME", "OKTA_TEST_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    started.change_app(
        allowMultipleAcsEndpoints=True, acsEndpoints=[{"url": SECOND, "index": 0}, {"url": THIRD, "index": 3}]
    )
    return started


def test_what_the_assertion_says_is_compared(made: World) -> None:
    pair = f"{made.role_arn},{made.provider_arn}"
    expect = {
        "destination": ACS,
        "recipient": SIGN_IN,
        "audience": SIGN_IN,
        "role_pairs": [pair],
        "attributes": {f"{ATTRIBUTE}RoleSessionName": ANN, f"{ATTRIBUTE}Role": [pair]},
        "email": ANN,
    }
    answer = made.login(expect=expect, relay_state="here")
    assert (answer["changed"], answer["checked"], answer["protocol"], answer["who"]) == (False, True, "saml", ANN)
    assert (answer["destination"], answer["relay_state"], answer["session_closed"]) == (ACS, "here", True)
    assert answer["assertion"]["role_pairs"] == [pair]
    assert "saml_response" not in answer
    assert made.org.state.sessions == {}


def test_all_differences_are_named(made: World) -> None:
    expect = {
        "destination": SECOND,
        "recipient": ACS,
        "audience": ACS,
        "role_pairs": ["arn:a,arn:b"],
        "attributes": {"Team": "red"},
        "email": "bob@example.com",
    }
    with pytest.raises(LayerError) as refused:
        made.login(expect=expect)
    assert refused.value.layer == "assertion"
    named = refused.value.facts["differences"]
    for text in (
        "form's action is",
        "Destination is",
        "Recipient is",
        "Audience is",
        "no Role value",
        "Team is missing",
    ):
        assert any(text in difference for difference in named), (text, named)
    assert any(f"PrincipalTag:Email is {ANN}" in difference for difference in named)
    assert len(named) == 7
    assert made.org.state.sessions == {}


def test_the_response_is_one_that_sts_takes(made: World) -> None:
    text = made.login(return_credentials=True)["saml_response"]
    client = boto3.client(
        "sts",
        endpoint_url=made.urls["aws"],
        region_name=made.cloud.region,
        config=Config(signature_version=UNSIGNED),
    )
    answer = client.assume_role_with_saml(RoleArn=made.role_arn, PrincipalArn=made.provider_arn, SAMLAssertion=text)
    assert answer["AssumedRoleUser"]["Arn"].endswith(f"/{ANN}")


@pytest.mark.parametrize("binding", ["redirect", "post"])
@pytest.mark.parametrize(
    ("request_of", "acs"),
    [
        ("none", ACS),
        ("default", ACS),
        ({"acs_url": SECOND}, SECOND),
        ({"acs_index": 0}, SECOND),
        ({"acs_index": "3"}, THIRD),
    ],
    ids=["none", "default", "by url", "by index 0", "by index 3"],
)
def test_the_application_asks(made: World, request_of: Any, acs: str, binding: str) -> None:
    answer = made.login(
        saml_request=request_of,
        saml_binding=binding,
        relay_state="r",
        expect={"destination": acs},
        return_credentials=True,
    )
    assert (answer["destination"], answer["relay_state"]) == (acs, "r")
    response = etree.fromstring(base64.b64decode(answer["saml_response"]))
    assert bool(response.get("InResponseTo")) == (request_of != "none")
    assert response.get("Destination") == acs


def test_a_request_is_as_the_standard_has_it() -> None:
    """lxml and the cloud's own decoder are the witnesses."""
    made_request = authn_request.build("https://a.okta.com/x", acs_url='https://b/?a=1&b="2"', issuer="a<b")
    root = etree.fromstring(made_request.xml.encode())
    assert root.tag == "{urn:oasis:names:tc:SAML:2.0:protocol}AuthnRequest"
    assert root.get("AssertionConsumerServiceURL") == 'https://b/?a=1&b="2"'
    assert root.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer") == "a<b"
    assert root.get("ProtocolBinding") == "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    assert root.get("Destination") == "https://a.okta.com/x" and root.get("Version") == "2.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", root.get("IssueInstant") or "")
    assert re.fullmatch(r"_[0-9a-f]{32}", made_request.id) and root.get("ID") == made_request.id
    for text, deflated in ((made_request.redirect(), True), (made_request.post(), False)):
        assert cloud_request.decode(text, deflated).id == made_request.id
    by_index = etree.fromstring(authn_request.build("https://a.okta.com/x", acs_index=0).xml.encode())
    assert by_index.get("AssertionConsumerServiceIndex") == "0"
    assert by_index.get("AssertionConsumerServiceURL") is None


# -- from outside -----------------------------------------------------------------------------------------------------


def from_a_browser(made: World) -> str:
    """A SAML response by requests alone."""
    browser = requests.Session()
    url = made.urls["okta"]
    token = browser.post(f"{url}/api/v1/authn", json={"username": ANN, "password": PASSWORD}, timeout=30).json()
    page = browser.get(made.sso_url, params={"sessionToken": token["sessionToken"]}, timeout=30).text
    found = re.search(r'name="SAMLResponse" type="hidden" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def outside(made: World, response: str, **options: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(("username", "password", "sso_url", "okta_org_url"))
    return made.login(saml_response=response, **nothing, **options)


def test_a_response_from_outside(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    response = from_a_browser(made)
    sent = len(made.cloud.log.since())
    monkeypatch.setenv("OKTA_TEST_PASSWORD", "of somebody else")
    answer = outside(made, response, expect={"destination": ACS, "email": ANN})
    assert answer["checked"] is True and answer["who"] == ANN and answer["session_closed"] is None
    assert len(made.cloud.log.since()) == sent
    with pytest.raises(LayerError, match="This is no usable SAML response"):
        outside(made, response[:-20] + "!")
    with pytest.raises(InputError, match="return_credentials: is of no use"):
        outside(made, response, return_credentials=True)


@pytest.mark.parametrize(
    ("hours", "text"), [(1, "it was good until"), (-1, "it is good from")], ids=["expired", "early"]
)
def test_times_are_compared_with_this_machines_clock(
    made: World, monkeypatch: pytest.MonkeyPatch, hours: int, text: str
) -> None:
    response = from_a_browser(made)
    assert outside(made, response)["checked"] is True

    class Clock(datetime):
        """A clock that is wrong."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=hours)

    monkeypatch.setattr(expectation, "datetime", Clock)
    with pytest.raises(LayerError, match=text) as refused:
        outside(made, response)
    assert refused.value.layer == "assertion"


# -- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ({"saml_request": "maybe"}, ["saml_request"]),
        ({"saml_request": {"acs_url": "https://a", "acs_index": 0}}, ["saml_request"]),
        ({"saml_request": {"acs_index": "first"}}, ["saml_request.acs_index"]),
        ({"saml_request": {"acs_url": ""}}, ["saml_request.acs_url"]),
        ({"saml_request_issuer": "https://a"}, ["saml_request_issuer"]),
        ({"sso_url": "https://evil.example/sso"}, ["sso_url"]),
        ({"expect": {"tags": {"Email": "a"}, "claims": {"ver": 1}}}, ["expect.tags", "expect.claims"]),
        ({"okta_org_url": "http://example.okta.com"}, ["okta_org_url"]),
    ],
)
def test_faults_of_the_options(made: World, options: dict[str, Any], faults: list[str]) -> None:
    sent = len(made.cloud.log.since())
    with pytest.raises(InputError) as refused:
        made.login(check_mode=True, **options)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == faults
    assert len(made.cloud.log.since()) == sent

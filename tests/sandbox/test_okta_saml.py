# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SAML responses of the embedded org, checked by xmlsec1 and pysaml2 and not by the library that signs them."""

from __future__ import annotations

import base64
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from okta_client import JANE, Client, org
from saml2.client import Saml2Client
from saml2.config import Config
from saml2.response import StatusError
from saml2.sigver import SignatureError

NS = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
ROLE = "arn:aws:iam::123456789012:role/R,arn:aws:iam::123456789012:saml-provider/P"
PREFIX = "https://aws.amazon.com/SAML/Attributes/"
STATEMENTS = [
    {"type": "EXPRESSION", "name": f"{PREFIX}PrincipalTag:Email", "values": ["user.email"]},
    {"type": "EXPRESSION", "name": f"{PREFIX}Role", "values": [ROLE, "second"]},
    {"type": "EXPRESSION", "name": "literal", "values": ['"user.email"']},
    {"type": "EXPRESSION", "name": "city", "values": ["${user.city}, CH"]},
    {"type": "GROUP", "name": "groups", "filterType": "STARTS_WITH", "filterValue": "aws-"},
    {"type": "GROUP", "name": "all", "filterType": "REGEX", "filterValue": ".*"},
]


@pytest.fixture
def client() -> Iterator[Client]:
    with org() as running:
        running.sign_in()
        yield running


def xmlsec1(tmp_path: Path, client: Client, app: dict[str, Any], xml: bytes, element: str) -> bool:
    """Whether xmlsec1 accepts the signature of the response or the assertion with the metadata's certificate."""
    program = shutil.which("xmlsec1")
    assert program, "xmlsec1 is not installed"
    metadata = etree.fromstring(client.call("GET", f"/api/v1/apps/{app['id']}/sso/saml/metadata").content)
    text = metadata.findtext(".//ds:X509Certificate", namespaces=NS)
    (tmp_path / "cert.pem").write_text(f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    (tmp_path / "response.xml").write_bytes(xml)
    done = subprocess.run(
        [
            program,
            "--verify",
            "--enabled-key-data",
            "rsa",
            "--pubkey-cert-pem",
            str(tmp_path / "cert.pem"),
            "--id-attr:ID",
            f"{NS['samlp']}:Response",
            "--id-attr:ID",
            f"{NS['saml']}:Assertion",
            "--node-xpath",
            f"//*[local-name()='{element}']/*[local-name()='Signature']",
            str(tmp_path / "response.xml"),
        ],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def attributes(xml: bytes) -> dict[str, list[str]]:
    root = etree.fromstring(xml)
    return {
        str(a.get("Name")): [v.text or "" for v in a.findall("saml:AttributeValue", NS)]
        for a in root.iterfind(".//saml:Attribute", NS)
    }


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1"])
@pytest.mark.parametrize(("response", "assertion"), [(True, True), (True, False), (False, True)])
def test_xmlsec1_accepts_the_signatures_the_settings_ask_for(
    client: Client, tmp_path: Path, response: bool, assertion: bool, algorithm: str
) -> None:
    app = client.new_app(
        responseSigned=response,
        assertionSigned=assertion,
        digestAlgorithm=algorithm,
        signatureAlgorithm=f"RSA_{algorithm}",
    )
    client.assign(app)
    _unused, xml = client.saml(app)
    root = etree.fromstring(xml)
    assert (root.find("ds:Signature", NS) is not None) is response
    assert (root.find("saml:Assertion/ds:Signature", NS) is not None) is assertion
    method = root.find(".//ds:SignatureMethod", NS)
    assert method is not None and str(method.get("Algorithm")).lower().endswith(f"rsa-{algorithm.lower()}")
    for signed, element in ((response, "Response"), (assertion, "Assertion")):
        if signed:
            assert xmlsec1(tmp_path, client, app, xml, element)
            assert not xmlsec1(tmp_path, client, app, xml.replace(b"jane.doe@", b"joan.doe@"), element)


def service_provider(client: Client, app: dict[str, Any], tmp_path: Path) -> Saml2Client:
    (tmp_path / "metadata.xml").write_bytes(client.call("GET", f"/api/v1/apps/{app['id']}/sso/saml/metadata").content)
    config = Config()
    config.load(
        {
            "entityid": "https://signin.aws.amazon.com/saml",
            "xmlsec_binary": shutil.which("xmlsec1"),
            "metadata": {"local": [str(tmp_path / "metadata.xml")]},
            "allow_unknown_attributes": True,
            "service": {
                "sp": {
                    "endpoints": {
                        "assertion_consumer_service": [
                            ("https://signin.aws.amazon.com/saml", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")
                        ]
                    },
                    "allow_unsolicited": True,
                    "want_assertions_signed": True,
                    "want_response_signed": True,
                }
            },
        }
    )
    return Saml2Client(config)


def test_pysaml2_accepts_the_response_and_refuses_a_changed_one(client: Client, tmp_path: Path) -> None:
    app = client.new_app(destination="https://signin.aws.amazon.com/saml", attributeStatements=STATEMENTS)
    client.assign(app)
    form, xml = client.saml(app)
    provider = service_provider(client, app, tmp_path)
    binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    accepted = provider.parse_authn_request_response(form.fields["SAMLResponse"], binding)
    assert accepted.name_id.text == JANE
    assert accepted.ava[f"{PREFIX}Role"] == [ROLE, "second"]
    changed = base64.b64encode(xml.replace(b"role/R,", b"role/A,")).decode()
    with pytest.raises((SignatureError, StatusError)):
        provider.parse_authn_request_response(changed, binding)


def test_the_assertion_follows_the_settings(client: Client) -> None:
    app = client.new_app(attributeStatements=STATEMENTS)
    client.assign(app)
    form, xml = client.saml(app, RelayState="/x")
    assert form.action == "https://web.example.com/saml"
    assert form.fields["RelayState"] == "/x"
    assert attributes(xml) == {
        f"{PREFIX}PrincipalTag:Email": [JANE],
        f"{PREFIX}Role": [ROLE, "second"],
        "literal": ["user.email"],
        "city": ["Bern, CH"],
        "groups": ["aws-users"],
        "all": ["Everyone", "aws-users", "other"],
    }
    root = etree.fromstring(xml)
    assert root.get("Destination") == "https://web.example.com/saml"
    issuer = root.findtext("saml:Assertion/saml:Issuer", namespaces=NS)
    metadata = client.call("GET", f"/api/v1/apps/{app['id']}/sso/saml/metadata").text
    assert issuer and f'entityID="{issuer}"' in metadata
    data = root.find(".//saml:SubjectConfirmationData", NS)
    assert data is not None and data.get("Recipient") == "https://signin.aws.amazon.com/saml"
    assert data.get("InResponseTo") is None
    name = root.find(".//saml:NameID", NS)
    assert name is not None and str(name.get("Format")).endswith("persistent") and name.text == JANE


def test_times_follow_the_cloud_s_clock(client: Client) -> None:
    app = client.new_app()
    client.assign(app)
    client.room.cloud.clock.advance(3600)
    root = etree.fromstring(client.saml(app)[1])
    conditions = root.find(".//saml:Conditions", NS)
    assert conditions is not None
    from datetime import datetime

    end = datetime.fromisoformat(str(conditions.get("NotOnOrAfter"))).timestamp()
    assert abs(end - client.room.cloud.clock.now() - 300) < 60


def request(url: str = "", index: str = "", text: str = "") -> str:
    where = f' AssertionConsumerServiceURL="{url}"' if url else ""
    where += f' AssertionConsumerServiceIndex="{index}"' if index else ""
    xml = text or (
        f'<samlp:AuthnRequest xmlns:samlp="{NS["samlp"]}" ID="_r1" Version="2.0"'
        f' IssueInstant="2026-01-01T00:00:00Z"{where}><saml:Issuer xmlns:saml="{NS["saml"]}">sp</saml:Issuer>'
        "</samlp:AuthnRequest>"
    )
    packer = zlib.compressobj(wbits=-15)
    return base64.b64encode(packer.compress(xml.encode()) + packer.flush()).decode()


ENDPOINTS = [{"url": "https://a.example.com/saml", "index": 0}, {"url": "https://b.example.com/saml", "index": 5}]


@pytest.mark.parametrize(
    ("asked", "action"),
    [
        (request(), "https://web.example.com/saml"),
        (request(url="https://web.example.com/saml"), "https://web.example.com/saml"),
        (request(url="https://a.example.com/saml"), "https://a.example.com/saml"),
        (request(index="5"), "https://b.example.com/saml"),
    ],
)
def test_a_service_provider_picks_its_endpoint(client: Client, asked: str, action: str) -> None:
    app = client.new_app(allowMultipleAcsEndpoints=True, acsEndpoints=ENDPOINTS)
    client.assign(app)
    form, xml = client.saml(app, SAMLRequest=asked)
    root = etree.fromstring(xml)
    assert form.action == action == root.get("Destination")
    assert root.get("InResponseTo") == "_r1"
    data = root.find(".//saml:SubjectConfirmationData", NS)
    assert data is not None and data.get("InResponseTo") == "_r1"


@pytest.mark.parametrize(
    "asked",
    [
        request(url="https://evil.example.com/saml"),
        request(index="1"),
        request(url="https://a.example.com/saml", index="0"),
        request(text="<x/>"),
        request(text='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        "not base64",
        base64.b64encode(b"not deflated").decode(),
    ],
)
def test_a_bad_request_is_a_400_page(client: Client, asked: str) -> None:
    app = client.new_app(allowMultipleAcsEndpoints=True, acsEndpoints=ENDPOINTS)
    client.assign(app)
    answer = client.browser.get(client.sso_url(app), params={"SAMLRequest": asked}, timeout=30)
    assert answer.status_code == 400
    assert "Bad SAML request" in answer.text and "SAMLResponse" not in answer.text


def test_the_post_binding_survives_the_sign_in(client: Client) -> None:
    app = client.new_app()
    client.assign(app)
    plain = base64.b64encode(zlib.decompress(base64.b64decode(request()), -15)).decode()
    answer = client.browser.post(client.sso_url(app), data={"SAMLRequest": plain, "RelayState": "r"}, timeout=30)
    assert "SAMLResponse" in answer.text


def test_a_rotated_key_signs_from_then_on(client: Client, tmp_path: Path) -> None:
    app = client.new_app()
    client.assign(app)
    path = f"/api/v1/apps/{app['id']}"
    made = client.call("POST", f"{path}/credentials/keys/generate?validityYears=2")
    assert made.status_code == 201
    body = {
        "name": app["name"],
        "label": app["label"],
        "signOnMode": "SAML_2_0",
        "credentials": {"signing": {"kid": made.json()["kid"]}},
    }
    changed = client.call("PUT", path, json=body).json()
    assert changed["credentials"]["signing"]["kid"] == made.json()["kid"]
    assert changed["settings"]["signOn"]["audience"] == "https://signin.aws.amazon.com/saml"
    _unused, xml = client.saml(app)
    assert xmlsec1(tmp_path, client, app, xml, "Response")
    text = etree.fromstring(xml).findtext(".//ds:X509Certificate", namespaces=NS) or ""
    assert "".join(text.split()) == made.json()["x5c"][0]


def test_metadata_is_public_by_its_own_address(client: Client) -> None:
    app = client.new_app()
    key = client.sso_url(app).split("/")[-3]
    public = client.browser.get(f"{client.url}/app/{key}/sso/saml/metadata", timeout=30)
    assert public.content == client.call("GET", f"/api/v1/apps/{app['id']}/sso/saml/metadata").content

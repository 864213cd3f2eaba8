# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every setting of ``okta_app`` on the embedded org. The witness is plain HTTP, never the module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    InputError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import saml_settings
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import session as session_module
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from okta_world import ACS, APPS, EMAIL, GIVEN, LABEL, NAMESPACE, ONE, der, sign_on, writes
from qbusiness_sandbox.cloud import Cloud


def certificate() -> bytes:
    """A certificate of a service provider, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sp")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=9))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


PEM = certificate().decode()

CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
ENDPOINTS = [{"url": "https://a.example.com", "index": 0}, {"url": "https://b.example.com", "index": 1}]
CHAIN = "".join(line for line in PEM.splitlines() if "-----" not in line)
SLO = {"enabled": True, "issuer": "i", "logout_url": "https://l.example.com"}
PARTICIPATE = {"enabled": True, "binding_type": "POST", "logout_request_url": "https://l.example.com"}
ENCRYPTION = {"enabled": True, "encryption_algorithm": "AES256_GCM", "key_transport_algorithm": "RSA_OAEP"}
CHANGES: list[tuple[str, dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    ("sso_acs_url", {"sso_acs_url": "https://n.example.com"}, lambda s: s["ssoAcsUrl"] == "https://n.example.com"),
    ("destination", {"destination": "https://n.example.com"}, lambda s: s["destination"] == "https://n.example.com"),
    ("recipient", {"recipient": "https://n.example.com"}, lambda s: s["recipient"] == "https://n.example.com"),
    ("audience", {"audience": "urn:n"}, lambda s: s["audience"] == "urn:n"),
    ("idp_issuer", {"idp_issuer": "urn:n"}, lambda s: s["idpIssuer"] == "urn:n"),
    (
        "subject_name_id_template",
        {"subject_name_id_template": "${user.email}"},
        lambda s: s["subjectNameIdTemplate"] == "${user.email}",
    ),
    (
        "subject_name_id_format",
        {"subject_name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},
        lambda s: s["subjectNameIdFormat"].endswith(":persistent"),
    ),
    ("response_signed", {"response_signed": False}, lambda s: s["responseSigned"] is False),
    ("assertion_signed", {"assertion_signed": False}, lambda s: s["assertionSigned"] is False),
    ("signature_algorithm", {"signature_algorithm": "RSA_SHA1"}, lambda s: s["signatureAlgorithm"] == "RSA_SHA1"),
    ("digest_algorithm", {"digest_algorithm": "SHA1"}, lambda s: s["digestAlgorithm"] == "SHA1"),
    ("honor_force_authn", {"honor_force_authn": False}, lambda s: s["honorForceAuthn"] is False),
    ("request_compressed", {"request_compressed": True}, lambda s: s["requestCompressed"] is True),
    (
        "authn_context_class_ref",
        {"authn_context_class_ref": f"{CONTEXT}X509"},
        lambda s: s["authnContextClassRef"] == f"{CONTEXT}X509",
    ),
    ("default_relay_state", {"default_relay_state": "r"}, lambda s: s["defaultRelayState"] == "r"),
    (
        "allow_multiple_acs_endpoints",
        {"allow_multiple_acs_endpoints": True},
        lambda s: s["allowMultipleAcsEndpoints"] is True,
    ),
    (
        "acs_endpoints",
        {"acs_endpoints": ENDPOINTS},
        lambda s: s["acsEndpoints"] == ENDPOINTS,
    ),
    ("sp_certificate", {"sp_certificate": PEM}, lambda s: der(s["spCertificate"]["x5c"][0]) == der(CHAIN)),
    (
        "slo",
        {"sp_certificate": CHAIN, "slo": SLO},
        lambda s: s["slo"] == {"enabled": True, "issuer": "i", "logoutUrl": "https://l.example.com"},
    ),
    (
        "saml_signed_request_enabled",
        {"sp_certificate": PEM, "saml_signed_request_enabled": True},
        lambda s: s["samlSignedRequestEnabled"] is True,
    ),
    (
        "participate_slo",
        {"participate_slo": PARTICIPATE},
        lambda s: s["participateSlo"]["logoutRequestUrl"] == "https://l.example.com",
    ),
    (
        "assertion_encryption",
        {"assertion_encryption": {**ENCRYPTION, "certificate": PEM}},
        lambda s: s["assertionEncryption"]["x5c"] == [CHAIN],
    ),
    (
        "saml_assertion_lifetime_seconds",
        {"saml_assertion_lifetime_seconds": 300},
        lambda s: s["samlAssertionLifetimeSeconds"] == 300,
    ),
    (
        "attribute_statements",
        {
            "attribute_statements": [
                {"name": "g", "type": "GROUP", "filter_type": "STARTS_WITH", "filter_value": "aws-"},
            ]
        },
        lambda s: s["attributeStatements"][1]["filterValue"] == "aws-",
    ),
]


@pytest.mark.parametrize(("changes", "seen"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_each_setting_is_changed_once(
    changes: dict[str, Any],
    seen: Callable[[dict[str, Any]], bool],
    call: Call,
    cloud: Cloud,
    okta_http: OktaHttp,
    saml_app: dict[str, Any],
) -> None:
    before = sign_on(okta_http, saml_app["app_id"])
    cloud.log.clear()
    planned = call(function, True, app_id=saml_app["app_id"], **changes)
    assert planned["changed"] is True and writes(cloud) == []
    answer = call(function, app_id=saml_app["app_id"], **changes)
    assert answer["operations"] == planned["operations"] == ["replaceApplication"]
    assert writes(cloud) == [f"PUT {ONE}"]
    assert answer["diff"]["before"] != answer["diff"]["after"]
    after = sign_on(okta_http, saml_app["app_id"])
    assert seen(after) and after != before
    assert after["attributeStatements"][0]["name"] == EMAIL["name"]
    cloud.log.clear()
    assert call(function, app_id=saml_app["app_id"], **changes)["changed"] is False
    assert writes(cloud) == []


def test_every_setting_is_tested() -> None:
    assert {row[0] for row in CHANGES} | {"inline_hooks"} == set(saml_settings.SETTINGS)


def test_applications_share_an_app_by_numbers_that_stay(
    call: Call, okta_http: OktaHttp, saml_app: dict[str, Any]
) -> None:
    def endpoints(**options: Any) -> dict[str, int]:
        planned = call(function, True, app_id=saml_app["app_id"], **options)
        answer = call(function, app_id=saml_app["app_id"], **options)
        assert planned["acs_endpoints"] == answer["acs_endpoints"] and planned["operations"] == answer["operations"]
        assert call(function, app_id=saml_app["app_id"], **options)["changed"] is False
        settings = sign_on(okta_http, saml_app["app_id"])
        assert settings["acsEndpoints"] == answer["acs_endpoints"]
        assert settings["allowMultipleAcsEndpoints"] is bool(settings["acsEndpoints"])
        return {item["url"]: item["index"] for item in settings["acsEndpoints"]}

    a, b, c = ({"url": f"https://{name}.example.com/saml"} for name in "abc")
    ours: dict[str, Any] = {"purge_acs_endpoints": False}
    assert endpoints(acs_endpoints=[a], **ours) == {a["url"]: 0}
    assert endpoints(acs_endpoints=[b], **ours) == {a["url"]: 0, b["url"]: 1}
    assert endpoints(acs_endpoints_absent=[a["url"]]) == {b["url"]: 1}
    assert endpoints(acs_endpoints=[c], **ours) == {b["url"]: 1, c["url"]: 0}
    # the whole list, in another order: nobody's number moves
    assert endpoints(acs_endpoints=[a, c, b]) == {a["url"]: 2, c["url"]: 0, b["url"]: 1}
    assert endpoints(acs_endpoints=[b]) == {b["url"]: 1}
    assert endpoints(acs_endpoints_absent=[b["url"]]) == {}


def test_switching_shared_endpoints_off_names_what_is_lost(
    call: Call, okta_http: OktaHttp, saml_app: dict[str, Any]
) -> None:
    assert "lost" not in call(function, app_id=saml_app["app_id"], acs_endpoints=ENDPOINTS)
    planned = call(function, True, app_id=saml_app["app_id"], allow_multiple_acs_endpoints=False)
    answer = call(function, app_id=saml_app["app_id"], allow_multiple_acs_endpoints=False)
    assert answer["lost"] == planned["lost"] == ["the requestable URLs https://a.example.com, https://b.example.com"]
    assert answer["lost"][0] in answer["warnings"][0]
    assert sign_on(okta_http, saml_app["app_id"])["acsEndpoints"] == []


def test_faults_of_shared_endpoints(call: Call, cloud: Cloud, saml_app: dict[str, Any]) -> None:
    call(function, app_id=saml_app["app_id"], acs_endpoints=ENDPOINTS)
    cloud.log.clear()
    with pytest.raises(InputError) as caught:
        call(
            function,
            app_id=saml_app["app_id"],
            allow_multiple_acs_endpoints=False,
            acs_endpoints=[{"url": "https://c.example.com", "index": 1}, {"url": "https://d.example.com"}],
            acs_endpoints_absent=["https://d.example.com"],
            purge_acs_endpoints=False,
        )
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "acs_endpoints",
        "acs_endpoints[0].index",
        "acs_endpoints_absent[0]",
    ]
    assert "https://b.example.com" in caught.value.faults[1] and writes(cloud) == []


def test_inline_hooks(call: Call, okta_http: OktaHttp, saml_app: dict[str, Any]) -> None:
    channel = {"type": "HTTP", "version": "1.0.0", "config": {"uri": "https://h.example.com"}}
    hook = {"name": "h", "type": "com.okta.saml.tokens.transform", "version": "1.0.2", "channel": channel}
    identifier = okta_http.post("/api/v1/inlineHooks", json=hook).json()["id"]
    assert call(function, app_id=saml_app["app_id"], inline_hooks=[identifier])["changed"] is True
    assert [item["id"] for item in sign_on(okta_http, saml_app["app_id"])["inlineHooks"]] == [identifier]
    assert call(function, app_id=saml_app["app_id"], inline_hooks=[identifier])["changed"] is False
    # a change of something else hands the hook back without its links
    assert call(function, app_id=saml_app["app_id"], audience="urn:n")["changed"] is True
    assert call(function, app_id=saml_app["app_id"], inline_hooks=[])["changed"] is True
    assert sign_on(okta_http, saml_app["app_id"])["inlineHooks"] == []


def test_what_was_set_can_be_cleared(call: Call, okta_http: OktaHttp, saml_app: dict[str, Any]) -> None:
    options: dict[str, Any] = {"sp_certificate": PEM, "slo": SLO, "default_relay_state": "r", "notes": {"admin": "n"}}
    call(function, app_id=saml_app["app_id"], **options)
    cleared = {"sp_certificate": "", "slo": {"enabled": False}, "default_relay_state": "", "notes": {"admin": ""}}
    assert call(function, app_id=saml_app["app_id"], **cleared)["changed"] is True
    after = sign_on(okta_http, saml_app["app_id"])
    assert "spCertificate" not in after and after["slo"] == {"enabled": False} and not after["defaultRelayState"]
    assert call(function, app_id=saml_app["app_id"], **cleared)["changed"] is False


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"label": "Renamed"}, lambda app: app["label"] == "Renamed"),
        ({"visibility": {"hide": {"ios": True}}}, lambda app: app["visibility"]["hide"] == {"iOS": True, "web": False}),
        ({"visibility": {"auto_launch": True}}, lambda app: app["visibility"]["autoLaunch"] is True),
        ({"accessibility": {"self_service": True}}, lambda app: app["accessibility"]["selfService"] is True),
        ({"notes": {"enduser": "n"}}, lambda app: app["settings"]["notes"] == {"admin": None, "enduser": "n"}),
        (
            {"user_name_template": {"template": "${source.email}", "type": "BUILT_IN"}},
            lambda app: app["credentials"]["userNameTemplate"]["template"] == "${source.email}",
        ),
    ],
)
def test_what_is_no_setting_of_saml(
    changes: dict[str, Any],
    seen: Callable[[dict[str, Any]], bool],
    call: Call,
    okta_http: OktaHttp,
    saml_app: dict[str, Any],
) -> None:
    before = okta_http.get(f"{APPS}/{saml_app['app_id']}").json()
    assert not seen(before)
    assert call(function, app_id=saml_app["app_id"], **changes)["changed"] is True
    after = okta_http.get(f"{APPS}/{saml_app['app_id']}").json()
    assert seen(after) and after["name"] == before["name"]
    assert after["settings"]["signOn"] == before["settings"]["signOn"]
    assert call(function, app_id=saml_app["app_id"], **changes)["changed"] is False


def test_what_others_set_is_kept(call: Call, okta_http: OktaHttp, saml_app: dict[str, Any]) -> None:
    app = okta_http.get(f"{APPS}/{saml_app['app_id']}").json()
    app["profile"] = {"cost": "7"}
    app["settings"]["signOn"] |= dict.fromkeys(saml_settings.SIX[1:5], "")
    foreign = {"type": "EXPRESSION", "name": "foreign", "namespace": f"{NAMESPACE}basic", "values": ["x", "y"]}
    app["settings"]["signOn"] |= {"honorForceAuthn": False, "defaultRelayState": "r"}
    app["settings"]["signOn"]["attributeStatements"].append(foreign)
    assert okta_http.put(f"{APPS}/{saml_app['app_id']}", json=app).ok
    answer = call(function, **{**GIVEN, "audience": "urn:n"})
    assert answer["operations"] == ["replaceApplication"]
    after = okta_http.get(f"{APPS}/{saml_app['app_id']}").json()
    settings = after["settings"]["signOn"]
    assert after["profile"] == {"cost": "7"}
    assert (settings["honorForceAuthn"], settings["defaultRelayState"], settings["audience"]) == (False, "r", "urn:n")
    assert foreign in settings["attributeStatements"] and len(settings["attributeStatements"]) == 2
    call(function, **GIVEN, purge_attribute_statements=True)
    assert [s["name"] for s in sign_on(okta_http, saml_app["app_id"])["attributeStatements"]] == [EMAIL["name"]]


def test_role_pairs_come_and_go_beside_those_of_others(
    call: Call, okta_http: OktaHttp, saml_app: dict[str, Any]
) -> None:
    name = "https://aws.amazon.com/SAML/Attributes/Role"

    def pairs(**more: Any) -> list[str]:
        statement = {"name": name, "exact": False, **more}
        call(function, app_id=saml_app["app_id"], attribute_statements=[statement])
        assert not call(function, app_id=saml_app["app_id"], attribute_statements=[statement])["changed"]
        found = sign_on(okta_http, saml_app["app_id"])["attributeStatements"]
        return next((s["values"] for s in found if s["name"] == name), [])

    assert pairs(values=["arn:1,arn:p"]) == ["arn:1,arn:p"]
    assert pairs(values=["arn:2,arn:p"]) == ["arn:1,arn:p", "arn:2,arn:p"]
    assert pairs(values=[], values_absent=["arn:1,arn:p"]) == ["arn:2,arn:p"]
    assert pairs(values=[], values_absent=["arn:2,arn:p"]) == []


def test_what_counts_only_initially(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    options = {**GIVEN, "initially": ["sso_acs_url", "destination"]}
    app_id = call(function, **{**options, "sso_acs_url": "https://later.example.com"})["app_id"]
    assert sign_on(okta_http, app_id)["ssoAcsUrl"] == "https://later.example.com"
    call(function, app_id=app_id, sso_acs_url=ACS)
    cloud.log.clear()
    assert call(function, **{**options, "sso_acs_url": "https://later.example.com"})["changed"] is False
    assert writes(cloud) == []


def test_a_catalog_app_has_few_settings(call: Call, okta_http: OktaHttp) -> None:
    app = {"name": "zoomus", "label": LABEL, "signOnMode": "SAML_2_0", "settings": {"app": {"subDomain": "x"}}}
    answer = okta_http.post(APPS, json=app)
    assert answer.ok, answer.text
    with pytest.raises(InputError, match="catalog"):
        call(function, **GIVEN)
    changes = {"label": LABEL, "default_relay_state": "r", "attribute_statements": [EMAIL]}
    assert call(function, **changes)["operations"] == ["replaceApplication"]
    assert sign_on(okta_http, answer.json()["id"])["defaultRelayState"] == "r"
    assert call(function, **changes)["changed"] is False


def test_what_okta_did_not_take_is_named(call: Call, saml_app: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    put = session_module.OktaSession.put

    def stubborn(self: session_module.OktaSession, *parts: str, body: Any = None) -> Any:
        for member in ("audience", "recipient", "authnContextClassRef"):
            body["settings"]["signOn"].pop(member)
        return put(self, *parts, body=body)

    monkeypatch.setattr(session_module.OktaSession, "put", stubborn)
    reluctant = {"authn_context_class_ref": f"{CONTEXT}X509"}
    with pytest.raises(ServiceError, match="did not take: recipient, audience"):
        call(function, app_id=saml_app["app_id"], recipient="https://n.example.com", audience="urn:n", **reluctant)
    answer = call(function, app_id=saml_app["app_id"], **reluctant)
    assert len(answer["warnings"]) == 1 and answer["warnings"][0].startswith("authn_context_class_ref: ")

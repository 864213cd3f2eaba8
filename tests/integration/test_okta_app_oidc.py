# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_app`` by OpenID Connect on the embedded org: the app itself. The witness is plain HTTP, never the module."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    ImmutableError,
    InputError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp, module_arguments
from okta_world import APPS, CALLBACK, GIVEN, LABEL, OIDC, ONE, PLACEHOLDER, ROOT, client, labelled, reads, writes
from qbusiness_sandbox.cloud import Cloud, Fault

#: Request bodies of another client of the same API, recorded of real orgs.
RECORDED = ROOT.parent / "shared" / "fixtures" / "okta"


# -- making and finding -----------------------------------------------------------------------------------------------


def test_create(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    answer = call(function, **OIDC)
    assert answer["operations"] == ["createApplication"] and writes(cloud) == [f"POST {APPS}"]
    [app] = labelled(okta_http)
    assert (app["id"], app["name"], app["signOnMode"], app["status"]) == (
        answer["app_id"],
        "oidc_client",
        "OPENID_CONNECT",
        "ACTIVE",
    )
    there = client(okta_http, app["id"])
    assert answer["client_id"] == there["client_id"] == app["id"]
    assert answer["redirect_uris"] == there["redirect_uris"] == [CALLBACK]
    expected = {
        "application_type": "web",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "pkce_required": False,
        "consent_method": "TRUSTED",
        "autoKeyRotation": True,
    }
    assert {name: there[name] for name in expected} == expected
    assert app["visibility"]["hide"] == {"iOS": True, "web": True}
    for name in ("metadata", "sso_url", "certificates", "signing_key_id", "acs_endpoints"):
        assert name not in answer


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"application_type": "browser"},
            {"token_endpoint_auth_method": "none", "pkce_required": True, "response_types": ["code"]},
        ),
        (
            {"application_type": "native", "redirect_uris": ["com.example.app:/callback"]},
            {"token_endpoint_auth_method": "none", "pkce_required": True, "grant_types": ["authorization_code"]},
        ),
        (
            {"application_type": "service", "redirect_uris": None},
            {
                "token_endpoint_auth_method": "client_secret_basic",
                "grant_types": ["client_credentials"],
                "response_types": ["token"],
            },
        ),
        (
            {"grant_types": ["authorization_code", "implicit"]},
            {"response_types": ["code", "token", "id_token"], "pkce_required": False},
        ),
        ({"client_id": "my-client+1!"}, {"client_id": "my-client+1!"}),
    ],
)
def test_kinds_of_clients(
    options: dict[str, Any], expected: dict[str, Any], call: Call, cloud: Cloud, okta_http: OktaHttp
) -> None:
    answer = call(function, **{**OIDC, **options})
    there = client(okta_http, answer["app_id"])
    assert {name: there[name] for name in expected} == expected
    assert answer["client_id"] == there["client_id"]
    cloud.log.clear()
    assert call(function, **{**OIDC, **options})["changed"] is False
    assert writes(cloud) == []


def test_a_run_by_id_that_changes_nothing_costs_one_read(call: Call, cloud: Cloud, oidc_app: dict[str, Any]) -> None:
    answer = call(function, app_id=oidc_app["app_id"], **OIDC)
    assert answer["changed"] is False and answer["diff"]["before"] == answer["diff"]["after"]
    assert reads(cloud) == [f"GET {ONE}"] and writes(cloud) == []
    assert answer["app"] == oidc_app["app"]


@pytest.mark.parametrize(
    "scenario",
    ["oidc_web_basic_oie", "oidc_pkce_required_oie", "oidc_service_jwks_oie", "oidc_secret_kept_on_empty_put_oie"],
)
def test_an_app_of_another_client_is_adopted(scenario: str, call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    """Whatever it was made with: naming what is there is no change, and a change keeps the rest."""
    recording = json.loads((RECORDED / f"{scenario}.json").read_text(encoding="utf-8"))
    bodies = [
        item["request"]["body"]
        for item in recording["interactions"]
        if (item["request"]["method"], item["request"]["path"]) == ("POST", APPS)
    ]
    assert bodies
    for number, body in enumerate(bodies):
        body["label"] = f"{body['label']} {number}"
        app = okta_http.post(APPS, json=body).json()
        before = client(okta_http, app["id"])
        sent = {**body["settings"]["oauthClient"], **body["credentials"]["oauthClient"]}
        known = module_arguments(function)["argument_spec"]
        options = {name: value for name, value in sent.items() if name in known and name != "participate_slo"}
        cloud.log.clear()
        answer = call(function, label=body["label"], sign_on_mode="OPENID_CONNECT", **options)
        assert (answer["changed"], answer["app_id"]) == (False, app["id"]) and writes(cloud) == []
        changed = call(
            function, label=body["label"], sign_on_mode="OPENID_CONNECT", policy_uri="https://example.com/policy"
        )
        assert changed["operations"] == ["replaceApplication"]
        assert client(okta_http, app["id"]) == {**before, "policy_uri": "https://example.com/policy"}


def test_a_creation_without_an_answer_is_found_again(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    cloud.faults.add(Fault("cut_after", service="okta", operation=f"POST {APPS}"))
    answer = call(function, **OIDC)
    assert [app["id"] for app in labelled(okta_http)] == [answer["app_id"]] == [answer["client_id"]]


def test_a_label_of_two_protocols(call: Call, cloud: Cloud, saml_app: dict[str, Any]) -> None:
    """One label, one app: the SAML app is left alone, and with a second of its label an id is asked for."""
    with pytest.raises(ImmutableError, match="SAML_2_0, not OPENID_CONNECT"):
        call(function, **OIDC)
    other = call(function, **{**OIDC, "label": "Other"})
    call(function, app_id=other["app_id"], sign_on_mode="OPENID_CONNECT", label=LABEL)
    with pytest.raises(AmbiguousError) as caught:
        call(function, **OIDC)
    assert saml_app["app_id"] in caught.value.message and other["app_id"] in caught.value.message


# -- what cannot be changed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({"application_type": "browser"}, ("'web'", "'browser'")),
        ({"client_id": "another-client"}, ("'another-client'",)),
    ],
)
def test_what_is_fixed_at_creation(
    options: dict[str, Any],
    values: tuple[str, ...],
    call: Call,
    cloud: Cloud,
    okta_http: OktaHttp,
    oidc_app: dict[str, Any],
) -> None:
    before = client(okta_http, oidc_app["app_id"])
    cloud.log.clear()
    for check in (True, False):
        with pytest.raises(ImmutableError) as caught:
            call(function, check, **{**OIDC, **options, "client_uri": "https://example.com"})
        assert next(iter(options)) in caught.value.message and "client id" in caught.value.message
        assert all(value in caught.value.message for value in values)
    assert writes(cloud) == [] and client(okta_http, oidc_app["app_id"]) == before
    named = {"application_type": "web", "client_id": oidc_app["client_id"]}
    assert call(function, **{**OIDC, **named})["changed"] is False


def test_a_client_id_that_is_taken_is_oktas_to_refuse(
    call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any]
) -> None:
    with pytest.raises(ServiceError, match="client_id"):
        call(function, **{**OIDC, "label": "Second", "client_id": oidc_app["client_id"]})
    assert labelled(okta_http, "Second") == []


# -- status and end ---------------------------------------------------------------------------------------------------


def test_an_inactive_app_is_changed_as_it_is(
    call: Call, cloud: Cloud, okta_http: OktaHttp, oidc_app: dict[str, Any]
) -> None:
    """Unlike a SAML app of the org's own (recorded); to be assigned it has to be active all the same."""
    assert call(function, **OIDC, status="INACTIVE")["operations"] == ["deactivateApplication"]
    changed = call(function, **{**OIDC, "redirect_uris": [PLACEHOLDER]}, status="INACTIVE")
    assert changed["operations"] == ["replaceApplication"] and "warnings" not in changed
    assert client(okta_http, oidc_app["app_id"])["redirect_uris"] == [PLACEHOLDER]
    assigned = call(function, label=LABEL, sign_on_mode="OPENID_CONNECT", status="INACTIVE", groups=["Everyone"])
    assert assigned["operations"] == ["activateApplication", "assignGroupToApplication", "deactivateApplication"]
    app = okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    assert app["status"] == "INACTIVE"


def test_absent(call: Call, cloud: Cloud, okta_http: OktaHttp, oidc_app: dict[str, Any]) -> None:
    gone = {"label": LABEL, "sign_on_mode": "OPENID_CONNECT", "state": "absent"}
    planned = call(function, True, **gone)
    assert planned["changed"] is True and writes(cloud) == []
    answer = call(function, **gone)
    assert answer["operations"] == planned["operations"] == ["deactivateApplication", "deleteApplication"]
    assert answer["lost"] == planned["lost"] and answer["client_id"] == oidc_app["client_id"]
    lost = "\n".join(answer["lost"])
    assert all(part in lost for part in (oidc_app["client_id"], "secrets", "assignments", "IAM"))
    assert okta_http.get(f"{APPS}/{oidc_app['app_id']}").status_code == 404
    assert call(function, **gone)["changed"] is False
    with_keys = call(function, **SIGNING)
    lost = "\n".join(call(function, True, **{**gone, "label": with_keys["app"]["label"]})["lost"])
    assert "public keys" in lost and "secrets" not in lost


# -- whose options ----------------------------------------------------------------------------------------------------

SIGNING: dict[str, Any] = {
    "label": "Program",
    "sign_on_mode": "OPENID_CONNECT",
    "application_type": "service",
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks_uri": "https://example.com/keys",
}


def test_options_of_the_other_protocol_are_refused_by_name(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError) as caught:
        call(function, **GIVEN, client_id="abcdef", redirect_uris=[], purge_redirect_uris=False)
    assert sorted(fault.partition(":")[0] for fault in caught.value.faults) == [
        "client_id",
        "purge_redirect_uris",
        "redirect_uris",
    ]
    with pytest.raises(InputError) as caught:
        call(
            function,
            **OIDC,
            audience="a",
            acs_endpoints_absent=["u"],
            purge_attribute_statements=True,
            signing_key={"rotate_within_days": 3},
            initially=["redirect_uris", "sso_acs_url"],
        )
    assert sorted(fault.partition(":")[0] for fault in caught.value.faults) == [
        "acs_endpoints_absent",
        "audience",
        "initially",
        "purge_attribute_statements",
        "signing_key",
    ]
    assert all("SAML_2_0" in fault for fault in caught.value.faults) and writes(cloud) == []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_app`` on the embedded org: the app itself. The witness is plain HTTP, never the module."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    ImmutableError,
    NotFoundError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import creation
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from okta_world import (
    ACS,
    APPS,
    EMAIL,
    GIVEN,
    LABEL,
    METADATA,
    NAMESPACE,
    ONE,
    SIGN_IN,
    body,
    der,
    labelled,
    reads,
    writes,
)
from qbusiness_sandbox.cloud import Cloud, Fault

# -- making and finding -----------------------------------------------------------------------------------------------


def test_create(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    answer = call(function, **GIVEN)
    assert answer["changed"] is True
    assert answer["operations"] == ["createApplication"]
    assert writes(cloud) == [f"POST {APPS}"]
    [app] = labelled(okta_http)
    assert (app["id"], app["name"], app["status"]) == (answer["app_id"], answer["app_name"], "ACTIVE")
    settings = app["settings"]["signOn"]
    assert [settings[name] for name in ("ssoAcsUrl", "destination", "recipient", "audience")] == [
        ACS,
        ACS,
        SIGN_IN,
        SIGN_IN,
    ]
    assert settings["attributeStatements"] == [{**EMAIL, "type": "EXPRESSION", "namespace": f"{NAMESPACE}unspecified"}]
    assert answer["app"]["settings"]["sign_on"]["sso_acs_url"] == ACS
    assert "'_links'" not in str(answer["app"])


def test_the_metadata_is_the_documents_own(call: Call, okta_http: OktaHttp) -> None:
    answer = call(function, **GIVEN)
    document = okta_http.get(
        f"{APPS}/{answer['app_id']}/sso/saml/metadata", headers={"Accept": "application/xml"}
    ).content
    assert answer["metadata"].encode() == document
    root = ET.fromstring(document)  # noqa: S314 - the embedded org's own document
    assert answer["entity_id"] == root.get("entityID")
    service = root.find(".//{urn:oasis:names:tc:SAML:2.0:metadata}SingleSignOnService")
    assert service is not None and answer["sso_url"] == service.get("Location")
    key = okta_http.get(f"{APPS}/{answer['app_id']}/credentials/keys").json()[0]
    assert answer["signing_key_id"] == key["kid"]
    [shown] = answer["certificates"]
    loaded = x509.load_pem_x509_certificate(shown["pem"].encode())
    assert loaded.public_bytes(serialization.Encoding.DER) == der(key["x5c"][0])
    assert shown["fingerprint_sha256"] == loaded.fingerprint(hashes.SHA256()).hex()
    assert shown["not_after"] == loaded.not_valid_after_utc.isoformat()


def test_a_run_by_id_that_changes_nothing_costs_two_reads(call: Call, cloud: Cloud, saml_app: dict[str, Any]) -> None:
    answer = call(function, app_id=saml_app["app_id"], **GIVEN)
    assert answer["changed"] is False and answer["operations"] == []
    assert answer["diff"]["before"] == answer["diff"]["after"]
    assert writes(cloud) == [] and reads(cloud) == [f"GET {ONE}", METADATA]
    assert answer["metadata"] == saml_app["metadata"]


def test_a_run_by_label_that_changes_nothing(call: Call, cloud: Cloud, saml_app: dict[str, Any]) -> None:
    assert call(function, **GIVEN)["changed"] is False
    assert writes(cloud) == [] and reads(cloud) == [f"GET {APPS}", f"GET {ONE}", METADATA]
    assert saml_app["app_id"]


def test_an_app_made_by_hand_is_adopted(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    statement = {**EMAIL, "type": "EXPRESSION", "namespace": f"{NAMESPACE}unspecified", "values": ['"user.email"']}
    app = okta_http.post(APPS, json=body(attributeStatements=[statement])).json()
    cloud.log.clear()
    for where in ({}, {"app_id": app["id"]}):
        answer = call(function, **GIVEN, **where)
        assert (answer["changed"], answer["app_id"]) == (False, app["id"])
    assert writes(cloud) == []


def test_the_label_is_exact_over_all_pages(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    for number in range(3):
        okta_http.post(APPS, json={**body(), "label": f"{LABEL} {number}"})
    okta_http.post(APPS, json={**body(), "label": LABEL.lower()})
    cloud.settings.page_size = 1
    answer = call(function, **GIVEN)
    assert answer["operations"] == ["createApplication"]
    cloud.log.clear()
    assert call(function, **GIVEN)["app_id"] == answer["app_id"]
    assert reads(cloud).count(f"GET {APPS}") == 5


def test_a_label_of_several_apps_is_an_error_with_their_ids(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    ids = [okta_http.post(APPS, json=body()).json()["id"] for _unused in range(2)]
    cloud.log.clear()
    for state in ("present", "absent"):
        with pytest.raises(AmbiguousError) as caught:
            call(function, **GIVEN, state=state)
        assert all(identifier in caught.value.message for identifier in ids)
    assert writes(cloud) == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_app_of_another_mode_is_left_alone(state: str, call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    settings = {"app": {"url": "https://x.example.com"}}
    app = {"name": "bookmark", "label": LABEL, "signOnMode": "BOOKMARK", "settings": settings}
    assert okta_http.post(APPS, json=app).ok
    cloud.log.clear()
    with pytest.raises(ImmutableError, match="BOOKMARK"):
        call(function, **GIVEN, state=state)
    assert writes(cloud) == []


def test_an_id_that_does_not_exist(call: Call) -> None:
    with pytest.raises(NotFoundError, match="0oanowhere"):
        call(function, app_id="0oanowhere", **GIVEN)
    assert call(function, app_id="0oanowhere", state="absent")["changed"] is False


def test_a_list_that_lags_makes_no_second_app(
    call: Call, cloud: Cloud, okta_http: OktaHttp, pauses: list[float]
) -> None:
    """The second look at the list waits until the new app is in it."""
    cloud.settings.options["okta_list_lag"] = 2
    assert call(function, **GIVEN, groups=["Everyone"])["changed"] is True
    assert pauses[1:4] == list(creation.LOOKS[:3])
    assert len(labelled(okta_http)) == 1


def test_a_creation_without_an_answer_is_found_again(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    cloud.faults.add(Fault("cut_after", service="okta", operation=f"POST {APPS}"))
    answer = call(function, **GIVEN)
    assert [app["id"] for app in labelled(okta_http)] == [answer["app_id"]]


def test_a_creation_that_did_not_happen_is_tried_again(
    call: Call, cloud: Cloud, okta_http: OktaHttp, pauses: list[float]
) -> None:
    """A few times, each after a look whether it happened."""
    cloud.faults.add(Fault("cut_before", service="okta", operation=f"POST {APPS}", count=creation.TRIES))
    with pytest.raises(ServiceError, match="no answer"):
        call(function, **GIVEN)
    assert labelled(okta_http) == []
    assert [entry.operation for entry in cloud.log.since() if entry.write] == [f"POST {APPS}"] * creation.TRIES
    cloud.faults.add(Fault("cut_before", service="okta", operation=f"POST {APPS}", count=creation.TRIES - 1))
    answer = call(function, **GIVEN)
    assert [app["id"] for app in labelled(okta_http)] == [answer["app_id"]]


# -- status -----------------------------------------------------------------------------------------------------------


def test_status(call: Call, cloud: Cloud, okta_http: OktaHttp, saml_app: dict[str, Any]) -> None:
    assert call(function, **GIVEN, status="INACTIVE")["operations"] == ["deactivateApplication"]
    assert call(function, **GIVEN, status="INACTIVE")["changed"] is False
    assert okta_http.get(f"{APPS}/{saml_app['app_id']}").json()["status"] == "INACTIVE"
    assert call(function, **GIVEN)["operations"] == ["activateApplication"]
    assert okta_http.get(f"{APPS}/{saml_app['app_id']}").json()["status"] == "ACTIVE"
    assert writes(cloud) == [f"POST {ONE}/lifecycle/{turn}" for turn in ("deactivate", "activate")]


def test_an_app_that_is_made_inactive(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    answer = call(function, **GIVEN, status="INACTIVE")
    assert answer["operations"] == ["createApplication"] and labelled(okta_http)[0]["status"] == "INACTIVE"
    cloud.log.clear()
    assert call(function, **GIVEN, status="INACTIVE")["changed"] is False


def test_an_inactive_app_is_activated_to_be_changed(call: Call, okta_http: OktaHttp, saml_app: dict[str, Any]) -> None:
    call(function, **GIVEN, status="INACTIVE")
    answer = call(function, **{**GIVEN, "audience": "urn:n"}, status="INACTIVE", groups=["Everyone"])
    assert answer["operations"] == [
        "activateApplication",
        "replaceApplication",
        "assignGroupToApplication",
        "deactivateApplication",
    ]
    assert "active for a moment" in answer["warnings"][0]
    app = okta_http.get(f"{APPS}/{saml_app['app_id']}").json()
    assert (app["status"], app["settings"]["signOn"]["audience"]) == ("INACTIVE", "urn:n")


def test_absent(call: Call, cloud: Cloud, okta_http: OktaHttp, saml_app: dict[str, Any]) -> None:
    planned = call(function, True, label=LABEL, state="absent")
    assert planned["changed"] is True and writes(cloud) == []
    answer = call(function, label=LABEL, state="absent")
    assert answer["operations"] == planned["operations"] == ["deactivateApplication", "deleteApplication"]
    assert saml_app["app_id"] in answer["lost"][0] and answer["app_id"] == saml_app["app_id"]
    assert okta_http.get(f"{APPS}/{saml_app['app_id']}").status_code == 404
    cloud.log.clear()
    for where in ({"label": LABEL}, {"app_id": saml_app["app_id"]}):
        assert call(function, **where, state="absent")["changed"] is False
    assert writes(cloud) == []


def test_an_app_that_became_active_meanwhile_is_deleted(
    call: Call, cloud: Cloud, okta_http: OktaHttp, saml_app: dict[str, Any]
) -> None:
    fault: dict[str, Any] = {"status": 403, "code": "E0000056", "message": "Delete application forbidden."}
    cloud.faults.add(Fault("error", service="okta", operation=f"DELETE {ONE}", **fault))
    assert call(function, app_id=saml_app["app_id"], state="absent")["changed"] is True
    assert okta_http.get(f"{APPS}/{saml_app['app_id']}").status_code == 404

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Federated claims of ``okta_app`` on the embedded org, by both protocols. The witness is plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp
from okta_world import APPS, GIVEN, OIDC, ONE, labelled, reads, writes
from qbusiness_sandbox.cloud import Cloud, Fault

CLAIMS = f"{ONE}/federated-claims"


@pytest.fixture(params=["SAML_2_0", "OPENID_CONNECT"])
def given(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of an app, by each protocol."""
    return GIVEN if request.param == "SAML_2_0" else OIDC


def claims(http: OktaHttp, app: dict[str, Any]) -> dict[str, str]:
    listed = http.get(f"{APPS}/{app['app_id']}/federated-claims").json()
    return {claim["name"]: claim["expression"] for claim in listed}


def named(**wanted: str) -> list[dict[str, str]]:
    return [{"name": name, "expression": text} for name, text in wanted.items()]


def test_claims_come_and_go_beside_those_of_others(
    given: dict[str, Any], call: Call, cloud: Cloud, okta_http: OktaHttp
) -> None:
    app = call(function, **given, federated_claims=named(family="user.profile.lastName"))
    assert app["operations"] == ["createApplication", "createFederatedClaim"]
    assert app["app"]["federated_claims"] == named(family="user.profile.lastName")
    foreign = {"name": "foreign", "expression": "user.profile.city"}
    assert okta_http.post(f"{APPS}/{app['app_id']}/federated-claims", json=foreign).status_code == 201
    before = okta_http.get(f"{APPS}/{app['app_id']}").json()
    changes = named(family="user.profile.nickName", mail="user.email")
    planned = call(function, True, **given, federated_claims=changes)
    assert len(claims(okta_http, app)) == 2
    answer = call(function, **given, federated_claims=changes)
    assert answer["operations"] == planned["operations"] == ["replaceFederatedClaim", "createFederatedClaim"]
    assert answer["diff"]["after"] == planned["diff"]["after"]
    assert claims(okta_http, app) == {"foreign": "user.profile.city"} | {c["name"]: c["expression"] for c in changes}
    cloud.log.clear()
    assert call(function, **{**given, "app_id": app["app_id"]}, federated_claims=changes)["changed"] is False
    assert reads(cloud)[:2] == [f"GET {ONE}", f"GET {CLAIMS}"] and writes(cloud) == []
    assert (
        call(function, **given)["changed"] is False and call(function, **given, federated_claims=[])["changed"] is False
    )
    purged = call(function, **given, federated_claims=changes[:1], purge_federated_claims=True)
    assert purged["operations"] == ["deleteFederatedClaim"] * 2
    assert claims(okta_http, app) == {"family": "user.profile.nickName"}
    after = okta_http.get(f"{APPS}/{app['app_id']}").json()
    assert after["settings"] == before["settings"]


@pytest.mark.parametrize("exists", [True, False])
def test_an_org_without_them_is_told_apart(
    exists: bool, given: dict[str, Any], call: Call, cloud: Cloud, okta_http: OktaHttp
) -> None:
    """One clear error before the first write, also for an app that is yet to be made."""
    if exists:
        call(function, **given)
    cloud.log.clear()
    fault: dict[str, Any] = {"status": 401, "code": "E0000015"}
    for check in (True, False):
        cloud.faults.add(Fault("error", service="okta", operation=f"GET {CLAIMS}", **fault))
        with pytest.raises(InputError) as caught:
            call(function, check, **given, federated_claims=named(mail="user.email"))
        assert len(caught.value.faults) == 1
        assert caught.value.faults[0].startswith("federated_claims: the org has no federated claims")
    assert writes(cloud) == [] and len(labelled(okta_http)) == exists
    # who asks for none of them is not bothered
    cloud.faults.add(Fault("error", service="okta", operation=f"GET {CLAIMS}", **fault))
    assert call(function, **given)["changed"] is not exists


def test_another_refusal_stays_itself(call: Call, cloud: Cloud, oidc_app: dict[str, Any]) -> None:
    cloud.faults.add(Fault("error", service="okta", operation=f"GET {CLAIMS}", status=403, code="E0000006"))
    with pytest.raises(ServiceError, match="E0000006"):
        call(function, **OIDC, federated_claims=named(mail="user.email"))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_app`` by a service app in place of an API token: its scopes, one token for a task, proof of possession."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.transport import Transport
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp, Play
from okta_world import GIVEN, labelled, sign_on, writes
from qbusiness_sandbox.cloud import Cloud, Fault
from service_world import TOKEN, service_app

MANAGE = "okta.apps.manage"
NEEDS: list[tuple[dict[str, Any], str]] = [
    ({"groups": ["Everyone"]}, "okta.groups.read"),
    ({"users": ["ann@example.com"]}, "okta.users.read"),
    ({"access_policy": "Password only"}, "okta.policies.read"),
]
ALL = {name: value for options, _scope in NEEDS for name, value in options.items()}


@pytest.fixture(autouse=True)
def ann(cloud: Cloud) -> None:
    cloud.seed({"okta": {"users": [{"login": "ann@example.com"}]}})


def tokens(cloud: Cloud) -> list[int]:
    """The statuses of the answers to requests for tokens."""
    return [entry.status for entry in cloud.log.since() if entry.operation == TOKEN]


# -- scopes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "scope"), [({}, MANAGE), *NEEDS], ids=str)
def test_just_the_scopes_of_the_task(
    options: dict[str, Any], scope: str, call: Call, cloud: Cloud, okta_http: OktaHttp
) -> None:
    """Granted no more than it needs; and what it needs is named when it is not granted."""
    enough = service_app(okta_http, *{MANAGE, scope})
    assert call(function, **enough, **GIVEN, **options)["changed"] is True
    assert call(function, **enough, **GIVEN, **options)["changed"] is False
    less = service_app(okta_http, *{MANAGE, "okta.apps.read"} - {scope})
    before = len(writes(cloud))
    with pytest.raises(
        ServiceError, match=rf"(invalid_scope|consent_required).* asks for [a-z. ]*{scope}.*okta_scopes"
    ):
        call(function, **less, **GIVEN, **options)
    assert writes(cloud)[before:] == []


def test_the_users_own_scopes(call: Call, okta_http: OktaHttp) -> None:
    connection = service_app(okta_http, MANAGE, "okta.groups.manage")
    with pytest.raises(ServiceError, match="invalid_scope"):
        call(function, **connection, **GIVEN, groups=["Everyone"])
    scopes = [MANAGE, "okta.groups.manage"]
    assert call(function, **connection, **GIVEN, groups=["Everyone"], okta_scopes=scopes)["changed"] is True


# -- the token --------------------------------------------------------------------------------------------------------


def test_one_token_for_a_task(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    connection = service_app(okta_http, MANAGE, *(scope for _options, scope in NEEDS))
    cloud.log.clear()
    answer = call(function, **connection, **GIVEN, **ALL)
    assert len(answer["operations"]) == 4 and len(cloud.log.since()) > 8
    assert tokens(cloud) == [200]
    assert {entry.principal for entry in cloud.log.since() if "/api/v1/" in entry.operation} == {
        f"okta:client/{connection['okta_client_id']}"
    }


def test_a_token_that_is_refused_is_renewed(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    connection = service_app(okta_http, MANAGE)
    cloud.faults.add(Fault("error", service="okta", operation="POST /api/v1/apps", status=401, code="E0000011"))
    cloud.log.clear()
    assert call(function, **connection, **GIVEN)["changed"] is True
    assert tokens(cloud) == [200, 200] and len(labelled(okta_http)) == 1


@pytest.mark.parametrize(("effect", "status"), [("error", 503), ("cut_before", 0)])
def test_a_request_for_a_token_survives_faults(
    effect: str, status: int, call: Call, cloud: Cloud, okta_http: OktaHttp, pauses: list[float]
) -> None:
    connection = service_app(okta_http, MANAGE)
    cloud.faults.add(Fault(effect, service="okta", operation=TOKEN, status=status, code="server_error"))
    assert call(function, **connection, **GIVEN)["changed"] is True
    # The others are those of a creation, whose date has to be over before it is looked for.
    assert len([seconds for seconds in pauses if 0 < seconds < 1]) == 1


def test_an_assertion_is_signed_anew_after_a_wait(
    call: Call, cloud: Cloud, okta_http: OktaHttp, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is good for five minutes, the wait for the rate limit may be longer."""
    connection = service_app(okta_http, MANAGE, dpop=True)
    forms: dict[str, float] = {}
    send = Transport.send

    def spied(self: Transport, method: str, path: str, **more: Any) -> Any:
        if "data" in more:
            forms[more["data"]["client_assertion"]] = time.time()
        return send(self, method, path, **more)

    monkeypatch.setattr(Transport, "send", spied)
    cloud.settings.options["okta_rate_limits"] = {"oauth2": 1}
    assert call(function, **connection, **GIVEN)["changed"] is True
    # signed when the wait was over, not before it
    assert sum(pauses) > 60 and len(set(forms)) == len(forms) == 3
    ages = [made - jwt.decode(form, options={"verify_signature": False})["iat"] for form, made in forms.items()]
    assert max(ages) < 5


# -- proof of possession ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api_nonce", [False, True])
def test_proof_of_possession_where_the_org_asks_for_it(
    api_nonce: bool, call: Call, cloud: Cloud, okta_http: OktaHttp
) -> None:
    connection = service_app(okta_http, MANAGE, *(scope for _options, scope in NEEDS), dpop=True)
    cloud.settings.options["okta_dpop_api_nonce"] = api_nonce
    cloud.log.clear()
    answer = call(function, **connection, **GIVEN, **ALL)
    assert len(answer["operations"]) == 4
    # without a proof, with one, with the nonce: then one token for the task
    assert tokens(cloud) == [400, 400, 200]
    refused = [entry for entry in cloud.log.since() if entry.status == 400 and entry.operation != TOKEN]
    assert len(refused) == (1 if api_nonce else 0)
    assert sign_on(okta_http, answer["app_id"])["ssoAcsUrl"] == GIVEN["sso_acs_url"]
    assert call(function, **connection, **GIVEN, **ALL)["changed"] is False


def test_a_nonce_of_yesterday(call: Call, cloud: Cloud, okta_http: OktaHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API's nonce is renewed between two requests of a task."""
    connection = service_app(okta_http, MANAGE, dpop=True)
    cloud.settings.options["okta_dpop_api_nonce"] = True
    org: Any = cloud.rooms["okta"]
    send, renewed = Transport.send, 0

    def renewing(self: Transport, method: str, path: str, **more: Any) -> Any:
        nonlocal renewed
        if (method, path) == ("POST", "/api/v1/apps") and not renewed:
            renewed += 1
            org.org.state.oidc.nonces.clear()
        return send(self, method, path, **more)

    monkeypatch.setattr(Transport, "send", renewing)
    assert call(function, **connection, **GIVEN)["operations"] == ["createApplication"]
    assert renewed == 1 and len(labelled(okta_http)) == 1


def test_a_stolen_token_is_worth_nothing(
    call: Call, cloud: Cloud, okta_http: OktaHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the task sent, sent again by somebody without its key."""
    connection = service_app(okta_http, MANAGE, dpop=True)
    sent: list[dict[str, str]] = []
    send = Transport.send

    def spied(self: Transport, method: str, path: str, **more: Any) -> Any:
        sent.append(dict(more["headers"]))
        return send(self, method, path, **more)

    monkeypatch.setattr(Transport, "send", spied)
    call(function, **connection, **GIVEN)
    proved = [headers for headers in sent if "Authorization" in headers]
    assert len({headers["DPoP"] for headers in proved}) == len(proved) > 2
    assert all(headers["Authorization"].startswith("DPoP ") for headers in proved)
    token = proved[0]["Authorization"].removeprefix("DPoP ")
    for headers in ({"Authorization": f"Bearer {token}"}, proved[0]):
        assert okta_http.get("/api/v1/apps", headers=headers).status_code >= 400
    assert cloud.log.since()


def test_a_real_run_from_the_environment(
    play: Play, environment: dict[str, str], cloud: Cloud, okta_http: OktaHttp, tmp_path: Path
) -> None:
    """Neither the key nor anything that is signed with it shows, however much is asked for."""
    connection = service_app(okta_http, MANAGE, dpop=True)
    key = connection["okta_private_key"]
    environment |= {
        "OKTA_CLIENT_TOKEN": "",
        "OKTA_CLIENT_CLIENTID": connection["okta_client_id"],
        "OKTA_CLIENT_PRIVATEKEY": key,
        "ANSIBLE_LOG_PATH": str(tmp_path / "log"),
    }
    cloud.log.clear()
    played = play([{"qbusiness.federation.okta_app": GIVEN}], "-vvvv", "--diff")
    text = played.text + (tmp_path / "log").read_text(encoding="utf-8")
    assert text.count("createApplication") > 1 and len(labelled(okta_http)) == 1
    assert tokens(cloud) == [400, 400, 200]
    assert all(line not in text for line in key.splitlines() if "PRIVATE KEY" not in line)
    assert "eyJ" not in text  # how every JWT begins

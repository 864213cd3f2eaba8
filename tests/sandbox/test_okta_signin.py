# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in at the embedded org: states, sessions, the pages that stand in the way of a proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from okta_client import JANE, PASSWORD, Client, Form, org


@pytest.fixture
def client() -> Iterator[Client]:
    with org() as running:
        yield running


def user(client: Client, **more: str) -> str:
    login = "other@example.com"
    client.room.seed({"users": [{"login": login, "password": PASSWORD, "firstName": "O", "lastName": "T", **more}]})
    return login


def test_the_right_password_gives_a_token_that_is_spent_once(client: Client) -> None:
    answer = client.authenticate().json()
    assert answer["status"] == "SUCCESS"
    assert answer["_embedded"]["user"]["profile"]["login"] == JANE
    parameters = {"token": answer["sessionToken"], "redirectUrl": f"{client.url}/app/UserHome"}
    first = requests.get(f"{client.url}/login/sessionCookieRedirect", params=parameters, timeout=30)
    again = requests.get(f"{client.url}/login/sessionCookieRedirect", params=parameters, timeout=30)
    assert "My Apps" in first.text and "okta-sign-in" not in first.text
    assert "okta-sign-in" in again.text and not again.cookies


def test_a_token_lives_five_minutes(client: Client) -> None:
    token = client.authenticate().json()["sessionToken"]
    client.room.cloud.clock.advance(301)
    parameters = {"token": token, "redirectUrl": "/app/UserHome"}
    assert "okta-sign-in" in client.browser.get(f"{client.url}/login/sessionCookieRedirect", params=parameters).text


@pytest.mark.parametrize(("pipeline", "cookies"), [("idx", {"sid", "idx"}), ("v1", {"sid"})])
def test_cookies_are_those_of_the_engine(pipeline: str, cookies: set[str]) -> None:
    with org(okta_pipeline=pipeline) as client:
        client.sign_in()
        assert set(client.browser.cookies.keys()) == cookies


def test_the_redirect_stays_in_the_org(client: Client) -> None:
    token = client.authenticate().json()["sessionToken"]
    for target in ("https://evil.example.com/", "//evil.example.com/", "javascript:alert(1)"):
        parameters = {"token": token, "redirectUrl": target}
        answer = client.browser.get(
            f"{client.url}/login/sessionCookieRedirect", params=parameters, allow_redirects=False
        )
        assert answer.status_code == 400 and "Location" not in answer.headers


@pytest.mark.parametrize("login", [JANE, "nobody@example.com"])
def test_wrong_password_and_unknown_user_look_the_same(client: Client, login: str) -> None:
    answer = client.authenticate(login, "wrong")
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000004")
    assert answer.json()["errorSummary"] == "Authentication failed"


def test_wrong_passwords_lock_the_user(client: Client) -> None:
    client.room.cloud.settings.options["okta_lockout_attempts"] = 3
    for _unused in range(3):
        assert client.authenticate(JANE, "wrong").status_code == 401
    assert client.authenticate().json()["errorCode"] == "E0000004"
    assert client.call("GET", f"/api/v1/users/{JANE}").json()["status"] == "LOCKED_OUT"
    client.room.cloud.settings.options["okta_show_lockout"] = True
    assert client.authenticate().json()["status"] == "LOCKED_OUT"
    identifier = client.call("GET", f"/api/v1/users/{JANE}").json()["id"]
    assert client.call("POST", f"/api/v1/users/{identifier}/lifecycle/unlock").status_code == 200
    assert client.authenticate().json()["status"] == "SUCCESS"


def test_a_right_password_resets_the_counter(client: Client) -> None:
    client.room.cloud.settings.options["okta_lockout_attempts"] = 2
    for _unused in range(3):
        client.authenticate(JANE, "wrong")
        assert client.authenticate().json()["status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"policy": "mfa_at_global"}, "MFA_REQUIRED"),
        ({"policy": "mfa_enroll"}, "MFA_ENROLL"),
        ({"status": "PASSWORD_EXPIRED"}, "PASSWORD_EXPIRED"),
    ],
)
def test_other_states_give_no_session(client: Client, more: dict[str, str], status: str) -> None:
    answer = client.authenticate(user(client, **more)).json()
    assert answer["status"] == status
    assert "stateToken" in answer and "sessionToken" not in answer


@pytest.mark.parametrize("more", [{"policy": "deny"}, {"status": "SUSPENDED"}, {"status": "DEPROVISIONED"}])
def test_who_may_not_sign_in_is_not_told_why(client: Client, more: dict[str, str]) -> None:
    answer = client.authenticate(user(client, **more))
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000004")


def test_a_state_token_is_refused_by_the_identity_engine(client: Client) -> None:
    token = client.authenticate(user(client, policy="mfa_at_global")).json()["stateToken"]
    answer = client.browser.post(f"{client.url}/api/v1/authn", json={"stateToken": token})
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000011")
    assert client.browser.post(f"{client.url}/api/v1/authn/cancel", json={"stateToken": token}).status_code == 200
    assert client.browser.post(f"{client.url}/api/v1/authn/cancel", json={"stateToken": token}).status_code == 401


def test_the_hosted_page_signs_a_browser_in(client: Client) -> None:
    app = client.new_app()
    client.assign(app)
    url = client.sso_url(app)
    page = client.browser.get(url, params={"RelayState": "a b&c"})
    assert page.status_code == 200
    for mark in ('id="okta-sign-in"', "var stateToken = '", "var oktaData", "Javascript is required"):
        assert mark in page.text
    form = Form(page.text)
    wrong = client.browser.post(form.action, data={**form.fields, "identifier": JANE, "passcode": "wrong"})
    assert "Unable to sign in" in wrong.text and not client.browser.cookies
    form = Form(wrong.text)
    right = client.browser.post(form.action, data={**form.fields, "identifier": JANE, "passcode": PASSWORD})
    done = Form(right.text)
    assert done.action == "https://web.example.com/saml" and done.fields["RelayState"] == "a b&c"
    assert "&#x3a;&#x2f;&#x2f;" in right.text and ".submit()" in right.text
    assert right.url.startswith(url)


def test_a_session_token_opens_the_application_itself(client: Client) -> None:
    app = client.new_app()
    client.assign(app)
    token = client.authenticate().json()["sessionToken"]
    form, _unused = client.saml(app, sessionToken=token)
    assert form.action and "sid" in client.browser.cookies


def test_the_embed_link_starts_the_application(client: Client) -> None:
    app = client.new_app()
    client.assign(app)
    client.sign_in()
    page = client.browser.get(app["_links"]["appLinks"][0]["href"])
    assert "SAMLResponse" in page.text
    wrong = app["_links"]["appLinks"][0]["href"] + "x"
    assert client.browser.get(wrong).status_code == 404


def test_who_is_not_assigned_meets_a_403_page(client: Client) -> None:
    app = client.new_app()
    client.sign_in()
    answer = client.browser.get(client.sso_url(app))
    assert answer.status_code == 403 and "App Not Assigned" in answer.text and "SAMLResponse" not in answer.text
    group = client.call("GET", "/api/v1/groups?q=aws-users").json()[0]
    client.call("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", json={})
    assert "SAMLResponse" in client.browser.get(client.sso_url(app)).text
    client.call("DELETE", f"/api/v1/apps/{app['id']}/groups/{group['id']}")
    assert client.browser.get(client.sso_url(app)).status_code == 403


def test_an_inactive_application_opens_nothing(client: Client) -> None:
    app = client.new_app()
    client.assign(app)
    client.sign_in()
    url = client.sso_url(app)
    client.call("POST", f"/api/v1/apps/{app['id']}/lifecycle/deactivate")
    answer = client.browser.get(url)
    assert answer.status_code == 404 and "SAMLResponse" not in answer.text


@pytest.mark.parametrize(
    ("policy", "status", "mark"),
    [
        ("mfa_at_app", 200, "okta-sign-in"),
        ("reauth_every_time", 200, "okta-sign-in"),
        ("deny_at_app", 403, "Access Locked"),
    ],
)
def test_the_application_s_policy_stands_in_the_way(client: Client, policy: str, status: int, mark: str) -> None:
    login = user(client, policy=policy)
    app = client.new_app()
    client.assign(app, login)
    client.sign_in(login)
    answer = client.browser.get(client.sso_url(app))
    assert answer.status_code == status and mark in answer.text and "SAMLResponse" not in answer.text


def test_unknown_applications_are_not_found(client: Client) -> None:
    app = client.new_app()
    url = client.sso_url(app).replace("/exk", "/exx")
    assert client.browser.get(url).status_code == 404


def test_the_session_can_be_read_and_closed(client: Client) -> None:
    assert client.browser.get(f"{client.url}/api/v1/sessions/me").status_code == 404
    client.sign_in()
    assert client.browser.get(f"{client.url}/api/v1/sessions/me").json()["login"] == JANE
    kept = dict(client.browser.cookies)
    assert client.browser.delete(f"{client.url}/api/v1/sessions/me").status_code == 204
    assert requests.get(f"{client.url}/api/v1/sessions/me", cookies=kept, timeout=30).status_code == 404


def test_app_links_show_what_is_assigned(client: Client) -> None:
    app = client.new_app()
    assert client.browser.get(f"{client.url}/api/v1/users/me/appLinks").json()["errorCode"] == "E0000005"
    client.sign_in()
    assert client.browser.get(f"{client.url}/api/v1/users/me/appLinks").json() == []
    client.assign(app)
    links = client.browser.get(f"{client.url}/api/v1/users/me/appLinks").json()
    assert [link["label"] for link in links] == ["Example"]


def test_sign_in_requests_are_no_writes(client: Client) -> None:
    app = client.new_app()
    client.assign(app)
    client.room.cloud.log.clear()
    client.sign_in()
    client.saml(app)
    assert client.room.cloud.log.writes() == []
    assert len(client.room.cloud.log.since()) >= 4

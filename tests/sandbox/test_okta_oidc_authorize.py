# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``/v1/authorize`` refuses, in which words and where: at the redirect URI, or as a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from okta_client import JANE, PASSWORD, Form
from okta_oidc_client import CALLBACK, SERVERS, Party, allow, answer_of, challenge, new_client, party

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
NOT_LOGGED_IN = "The client specified not to prompt, but the user is not logged in."
MORE_THAN_A_PASSWORD = "The client specified not to prompt, but the client app requires re-authentication or MFA."


@pytest.fixture
def rp() -> Iterator[Party]:
    with party() as running:
        assert running.code()
        yield running


def settings(rp: Party, **changes: object) -> None:
    """Change ``settings.oauthClient`` of the application."""
    app = rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()
    app["settings"]["oauthClient"] |= changes
    answer = rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}", json=app)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"state": None}, "invalid_request", "The authentication request has an invalid 'state' parameter."),
        (
            {"response_type": "token"},
            "unsupported_response_type",
            "The response type is not supported by the authorization server. Configured response types: [code].",
        ),
        ({"response_type": None}, "unsupported_response_type", None),
        (
            {"response_mode": "smoke_signal"},
            "unsupported_response_mode",
            (
                "The response mode is not supported by the authorization server. Valid response modes: [query,"
                " fragment, form_post, okta_post_message]."
            ),
        ),
        (
            {"scope": "openid nonsense"},
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        (
            {"scope": None},
            "invalid_scope",
            "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
        ),
        (
            {"scope": "email"},
            "invalid_scope",
            "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
        ),
        (
            {"scope": "openid offline_access"},
            "unauthorized_client",
            (
                "The client is not authorized to use the provided grant type. Configured grant types:"
                " [authorization_code]."
            ),
        ),
        (
            {"prompt": "maybe"},
            "invalid_request",
            "Invalid value for 'prompt' parameter. Supported values: [none, consent, login]",
        ),
        (
            {"max_age": "soon"},
            "invalid_request",
            "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.",
        ),
        (
            {"max_age": "0"},
            "invalid_request",
            "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age.",
        ),
        (
            {"code_challenge": challenge(VERIFIER), "code_challenge_method": "plain"},
            "invalid_request",
            "PKCE code challenge method is not supported. Valid values: [S256]",
        ),
        (
            {"code_challenge": "too short", "code_challenge_method": "S256"},
            "invalid_request",
            "PKCE code challenge contains illegal characters.",
        ),
    ],
)
def test_a_wrong_parameter_is_told_at_the_redirect_uri(
    rp: Party, changes: dict[str, str | None], error: str, text: str | None
) -> None:
    answer = answer_of(rp.authorize(**changes))
    assert answer["error"] == error
    assert text is None or answer["error_description"] == text
    assert answer.get("state") == (None if "state" in changes else rp.state)


@pytest.mark.parametrize(
    "uri",
    [None, "", "https://evil.example.com/cb", CALLBACK + "/", CALLBACK.upper(), CALLBACK + "?x=1", CALLBACK[:-1]],
)
def test_a_wrong_redirect_uri_is_a_page(rp: Party, uri: str | None) -> None:
    answer = rp.authorize(redirect_uri=uri)
    assert answer.status_code == 400 and "Location" not in answer.headers
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "parameter must be a Login redirect URI in the client app settings" in answer.text
    assert f"/admin/app/oidc_client/instance/{rp.app['id']}#tab-general" in answer.text


@pytest.mark.parametrize("client", ["0oaNobody", "", None])
def test_an_unknown_client_is_a_page(rp: Party, client: str | None) -> None:
    answer = rp.authorize(client_id=client)
    assert answer.status_code == 400 and "Location" not in answer.headers
    assert "Invalid value for &#x27;client_id&#x27; parameter." in answer.text


def test_an_inactive_client_is_a_page(rp: Party) -> None:
    rp.client.call("POST", f"/api/v1/apps/{rp.app['id']}/lifecycle/deactivate")
    assert rp.authorize().status_code == 400
    rp.client.call("POST", f"/api/v1/apps/{rp.app['id']}/lifecycle/activate")
    assert rp.code()


def test_nobody_is_signed_in(rp: Party) -> None:
    rp.client.browser.cookies.clear()
    assert rp.refused() == ("login_required", NOT_LOGGED_IN)
    assert rp.refused(sessionToken="20111spent") == ("login_required", NOT_LOGGED_IN)
    token = rp.client.authenticate().json()["sessionToken"]
    rp.client.room.cloud.clock.advance(301)
    assert rp.refused(sessionToken=token) == ("login_required", NOT_LOGGED_IN)


def test_a_session_that_is_over_needs_another(rp: Party) -> None:
    rp.client.room.cloud.clock.advance(7201)
    error, text = rp.refused()
    assert error == "login_required"
    assert text == "A 'prompt' value of 'none' requires an existing session to successfully authorize."


def test_a_session_may_be_too_old(rp: Party) -> None:
    assert rp.code(max_age="60")
    rp.client.room.cloud.clock.advance(61)
    assert rp.refused(max_age="60") == ("login_required", NOT_LOGGED_IN)
    page = rp.authorize(prompt=None, max_age="60")
    assert page.status_code == 200 and "okta-sign-in" in page.text


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"prompt": None, "max_age": "0"}])
def test_a_login_may_be_asked_for_again(rp: Party, changes: dict[str, str | None]) -> None:
    form = Form(rp.authorize(**changes).text)
    fields = {**form.fields, "identifier": JANE, "passcode": PASSWORD}
    back = rp.client.browser.post(form.action, data=fields, allow_redirects=False, timeout=30)
    landed = rp.client.browser.get(rp.client.url + back.headers["Location"], allow_redirects=False, timeout=30)
    assert answer_of(landed)["code"]


def test_a_suspended_user_has_no_session(rp: Party) -> None:
    path = f"/api/v1/users/{JANE}/lifecycle"
    assert rp.client.call("POST", f"{path}/suspend").status_code == 200
    assert rp.refused()[0] == "login_required"
    rp.client.call("POST", f"{path}/unsuspend")
    assert rp.code()


def test_the_user_is_not_assigned(rp: Party) -> None:
    user = rp.client.call("GET", f"/api/v1/users/{JANE}").json()
    rp.client.call("DELETE", f"/api/v1/apps/{rp.app['id']}/users/{user['id']}")
    assert rp.refused() == ("access_denied", "User is not assigned to the client application.")
    assert rp.refused(prompt=None)[0] == "access_denied"
    group = rp.client.call("GET", "/api/v1/groups?q=aws-users").json()[0]
    rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}/groups/{group['id']}", json={})
    assert rp.code()


@pytest.mark.parametrize("policy", ["mfa_at_app", "reauth_every_time"])
def test_the_sign_in_policy_of_the_application_wants_more(rp: Party, policy: str) -> None:
    user = next(u for u in rp.client.room.org.state.users.values() if u.login == JANE)
    user.policy = policy
    assert rp.refused() == ("login_required", MORE_THAN_A_PASSWORD)
    assert "okta-sign-in" in rp.authorize(prompt=None).text


def test_the_sign_in_policy_of_the_application_denies(rp: Party) -> None:
    user = next(u for u in rp.client.room.org.state.users.values() if u.login == JANE)
    user.policy = "deny_at_app"
    text = "The resource owner or authorization server denied the request."
    assert rp.refused() == ("access_denied", text)


def test_pkce_that_an_application_demands(rp: Party) -> None:
    app = rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()
    app["credentials"]["oauthClient"]["pkce_required"] = True
    rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}", json=app)
    assert rp.refused() == ("invalid_request", "PKCE code challenge is required by the application.")
    rp.verifier = VERIFIER
    assert rp.trade(rp.code()).status_code == 200


def test_grant_and_response_type_belong_together(rp: Party) -> None:
    settings(rp, grant_types=["refresh_token", "authorization_code"], response_types=["code", "id_token"])
    error, text = rp.refused(response_type="id_token")
    assert error == "unauthorized_client" and "Configured grant types: [refresh_token, authorization_code]." in text


def test_tokens_need_a_nonce_and_not_the_query(rp: Party) -> None:
    settings(rp, grant_types=["implicit", "authorization_code"], response_types=["code", "id_token"])
    assert rp.refused(response_type="id_token", nonce=None)[1].startswith("The 'nonce' parameter is required")
    error, _text = rp.refused(response_type="id_token", response_mode="query")
    assert error == "unsupported_response_mode"


def test_a_service_does_not_authorize(rp: Party) -> None:
    app = new_client(
        rp.client,
        "Service",
        application_type="service",
        grant_types=["client_credentials"],
        response_types=["token"],
        redirect_uris=[CALLBACK],
    )
    error, text = Party(rp.client, app).refused()
    assert error == "invalid_request"
    assert text == "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint."


def test_a_wildcard_stands_for_labels_of_the_host(rp: Party) -> None:
    pattern = "https://*.example.com/cb"
    settings(rp, redirect_uris=[pattern], wildcard_redirect="SUBDOMAIN")
    assert "code" in answer_of(rp.authorize(redirect_uri="https://one.example.com/cb"))
    for wrong in ("https://example.com/cb", "https://one.example.com/other", "https://evil.com/.example.com/cb"):
        assert rp.authorize(redirect_uri=wrong).status_code == 400
    settings(rp, redirect_uris=[pattern], wildcard_redirect="DISABLED")
    assert rp.authorize(redirect_uri="https://one.example.com/cb").status_code == 400


def consenting(rp: Party) -> str:
    """A scope that needs consent, at an application that asks for it."""
    body = {"name": "files", "consent": "REQUIRED", "metadataPublish": "ALL_CLIENTS"}
    rp.client.call("POST", f"{SERVERS}/default/scopes", json=body)
    settings(rp, consent_method="REQUIRED")
    return "openid files"


def test_consent_is_asked_for_once(rp: Party) -> None:
    scope = consenting(rp)
    assert rp.refused(scope=scope) == ("consent_required", "The following scopes require user consent: [files].")
    assert "code" in answer_of(rp.authorize(scope="openid"))
    form = Form(rp.authorize(scope=scope, prompt=None).text)
    back = rp.client.browser.post(
        form.action, data={"ticket": form.fields["ticket"], "decision": "allow"}, allow_redirects=False, timeout=30
    )
    landed = rp.client.browser.get(rp.client.url + back.headers["Location"], allow_redirects=False, timeout=30)
    assert rp.trade(answer_of(landed)["code"]).json()["scope"] == scope
    assert rp.code(scope=scope)
    assert "form-consent" in rp.authorize(scope=scope, prompt="consent").text


def test_consent_may_be_refused_and_is_the_users_own(rp: Party) -> None:
    scope = consenting(rp)
    form = Form(rp.authorize(scope=scope, prompt=None).text)
    data = {"ticket": form.fields["ticket"], "decision": "deny"}
    landed = rp.client.browser.post(form.action, data=data, allow_redirects=False, timeout=30)
    assert answer_of(landed)["error"] == "access_denied"
    data["decision"] = "allow"
    assert rp.client.browser.post(form.action, data=data, timeout=30).status_code == 400
    assert rp.refused(scope=scope)[0] == "consent_required"
    form = Form(rp.authorize(scope=scope, prompt=None).text)
    rp.client.browser.cookies.clear()
    data = {"ticket": form.fields["ticket"], "decision": "allow"}
    assert rp.client.browser.post(form.action, data=data, timeout=30).status_code == 403


def test_a_trusted_application_asks_nobody(rp: Party) -> None:
    scope = consenting(rp)
    settings(rp, consent_method="TRUSTED")
    assert rp.code(scope=scope)


def test_the_org_server_needs_no_policy() -> None:
    with party("") as rp:
        assert rp.code()
        allow(rp.client, clients=["other-client"])
        assert rp.code()

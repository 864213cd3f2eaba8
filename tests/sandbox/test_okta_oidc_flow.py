# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenID Connect at the embedded org: discovery, keys, and whole flows, with other people's clients as witnesses."""

from __future__ import annotations

import time
from collections.abc import Iterator

import jwt
import pytest
import requests
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet
from okta_client import JANE, PASSWORD, Form, org
from okta_oidc_client import (
    CALLBACK,
    SCOPES,
    SERVERS,
    Party,
    add_claim,
    allow,
    answer_of,
    challenge,
    new_client,
    party,
)
from requests_oauthlib import OAuth2Session

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"


@pytest.fixture(params=["default", ""], ids=["custom", "org"])
def rp(request: pytest.FixtureRequest) -> Iterator[Party]:
    with party(request.param) as running:
        yield running


@pytest.mark.parametrize("name", ["openid-configuration", "oauth-authorization-server"])
def test_discovery_names_endpoints_that_are_there(rp: Party, name: str) -> None:
    document = requests.get(f"{rp.issuer}/.well-known/{name}", timeout=30).json()
    assert document["issuer"] == rp.issuer
    assert document["jwks_uri"] == f"{rp.endpoints}/keys"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert ("userinfo_endpoint" in document) == (name == "openid-configuration")
    for member, address in document.items():
        if member.endswith("_endpoint") or member == "jwks_uri":
            for method in ("GET", "POST"):
                answer = requests.request(method, address, allow_redirects=False, timeout=30)
                if answer.status_code != 404:
                    break
            assert answer.status_code != 404, member


def test_an_unknown_or_inactive_server_is_404_json() -> None:
    with org() as client:
        for path in ("/oauth2/nobody/v1/keys", "/oauth2/nobody/.well-known/openid-configuration"):
            answer = requests.get(client.url + path, timeout=30)
            assert (answer.status_code, answer.json()["errorCode"]) == (404, "E0000007")
        assert requests.get(f"{client.url}/oauth2/default/v1/keys", timeout=30).status_code == 200
        client.call("POST", f"{SERVERS}/default/lifecycle/deactivate")
        assert requests.get(f"{client.url}/oauth2/default/v1/keys", timeout=30).status_code == 404


@pytest.mark.parametrize("path", ["v1/authorize", "v1/keys", ".well-known/openid-configuration", "v1/token"])
def test_without_the_licence_there_is_only_the_org_server(path: str) -> None:
    with org(okta_api_access_management=False) as client:
        method = "POST" if path == "v1/token" else "GET"
        answer = requests.request(method, f"{client.url}/oauth2/default/{path}", timeout=30)
        assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000015")
        assert requests.get(f"{client.url}/oauth2/v1/keys", timeout=30).status_code == 200


def test_a_code_flow_ends_in_tokens_that_two_libraries_accept(rp: Party) -> None:
    tokens = rp.tokens()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, SCOPES)
    claims = rp.verified(tokens["id_token"])
    jwks = requests.get(f"{rp.endpoints}/keys", timeout=30).json()
    second = joserfc_jwt.decode(tokens["id_token"], KeySet.import_key_set(jwks), algorithms=["RS256"]).claims
    assert second == claims
    user = rp.client.call("GET", f"/api/v1/users/{JANE}").json()
    assert claims["sub"] == user["id"]
    assert (claims["nonce"], claims["email"], claims["name"]) == (rp.nonce, JANE, "Jane Doe")
    assert claims["preferred_username"] == JANE
    assert (claims["amr"], claims["ver"], claims["idp"][:3], claims["jti"][:3]) == (["pwd"], 1, "00o", "ID.")
    assert claims["exp"] - claims["iat"] == 3600 and abs(claims["auth_time"] - time.time()) < 300
    digest = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).compute_hash_digest(
        tokens["access_token"].encode()
    )
    assert claims["at_hash"] == jwt.utils.base64url_encode(digest[:16]).decode()
    header = jwt.get_unverified_header(tokens["id_token"])
    assert header == {"alg": "RS256", "kid": jwks["keys"][0]["kid"]}


def test_an_access_token_names_client_user_and_scopes(rp: Party) -> None:
    token = rp.tokens()["access_token"]
    claims = rp.verified(token, "api://default" if rp.server else rp.client.url)
    assert (claims["cid"], claims["sub"], claims["scp"]) == (rp.client_id, JANE, SCOPES.split())
    assert claims["uid"].startswith("00u") and claims["jti"].startswith("AT.")


def test_a_server_signs_with_its_own_key() -> None:
    with party() as rp:
        token = rp.tokens()["id_token"]
        others = requests.get(f"{rp.client.url}/oauth2/v1/keys", timeout=30).json()["keys"]
        assert jwt.get_unverified_header(token)["kid"] not in {key["kid"] for key in others}


def test_only_openid_gives_only_the_subject(rp: Party) -> None:
    claims = rp.id_claims(scope="openid")
    assert not {"email", "name", "preferred_username"} & set(claims)


def test_requests_oauthlib_signs_in(monkeypatch: pytest.MonkeyPatch, rp: Party) -> None:
    """An independent client with PKCE and the header's client authentication."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    session = OAuth2Session(rp.client_id, redirect_uri=CALLBACK, scope=SCOPES.split(), pkce="S256")
    address, state = session.authorization_url(f"{rp.endpoints}/authorize", nonce="n")
    landed = rp.client.browser.get(address, allow_redirects=False, timeout=30).headers["Location"]
    tokens = session.fetch_token(
        f"{rp.endpoints}/token",
        authorization_response=landed,
        client_secret=rp.secret,
        include_client_id=False,
        auth=requests.auth.HTTPBasicAuth(rp.client_id, rp.secret),
    )
    assert state in landed
    assert rp.verified(tokens["id_token"])["nonce"] == "n"
    info = session.get(f"{rp.endpoints}/userinfo").json()
    assert (info["email"], info["given_name"]) == (JANE, "Jane")


def test_a_browser_is_led_over_the_sign_in_page(rp: Party) -> None:
    browser = rp.client.browser
    browser.cookies.clear()
    page = rp.authorize(prompt=None, login_hint=JANE)
    form = Form(page.text)
    assert (page.status_code, form.fields["identifier"]) == (200, JANE)
    wrong = browser.post(form.action, data={**form.fields, "passcode": "wrong"}, timeout=30)
    assert "Unable to sign in" in wrong.text
    form = Form(wrong.text)
    back = browser.post(form.action, data={**form.fields, "passcode": PASSWORD}, allow_redirects=False, timeout=30)
    landed = browser.get(rp.client.url + back.headers["Location"], allow_redirects=False, timeout=30)
    answer = answer_of(landed)
    assert answer["state"] == rp.state
    assert rp.trade(answer["code"]).status_code == 200


def test_a_session_token_signs_in_and_sets_the_cookie(rp: Party) -> None:
    rp.client.browser.cookies.clear()
    token = rp.client.authenticate().json()["sessionToken"]
    first = rp.authorize(sessionToken=token)
    assert "code" in answer_of(first) and {"sid", "idx"} <= set(first.cookies.keys())
    assert "code" in answer_of(rp.authorize())
    rp.client.browser.cookies.clear()
    assert rp.refused(sessionToken=token)[0] == "login_required"


def test_form_post_delivers_by_a_page(rp: Party) -> None:
    form = Form(rp.authorize(response_mode="form_post").text)
    assert (form.action, form.fields["state"]) == (CALLBACK, rp.state)
    assert rp.trade(form.fields["code"]).status_code == 200
    refused = Form(rp.authorize(response_mode="form_post", scope="openid nonsense").text)
    assert refused.fields["error"] == "invalid_scope"


def test_authorize_takes_a_posted_form(rp: Party) -> None:
    landed = rp.client.browser.post(
        f"{rp.endpoints}/authorize", data=rp.parameters(), allow_redirects=False, timeout=30
    )
    assert rp.trade(answer_of(landed)["code"]).status_code == 200


def test_pkce_of_a_public_client(rp: Party) -> None:
    app = new_client(rp.client, "Native", "none", application_type="native")
    rp.client.assign(app)
    native = Party(rp.client, app, rp.server, verifier=VERIFIER)
    code = native.code()
    answer = native.post(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": native.client_id,
        }
    )
    assert answer.status_code == 200
    assert native.verified(answer.json()["id_token"])["aud"] == native.client_id


def test_the_implicit_flow_fills_the_id_token() -> None:
    with party(grant_types=["implicit"], response_types=["id_token", "token"]) as rp:
        allow(rp.client, grants=["implicit"], name="implicit")
        add_claim(rp.client, "user.city", "city", alwaysIncludeInToken=False)
        landed = rp.authorize(response_type="id_token")
        assert "#" in landed.headers["Location"]
        claims = rp.verified(answer_of(landed)["id_token"])
        assert (claims["city"], claims["given_name"]) == ("Bern", "Jane")
        both = answer_of(rp.authorize(response_type="id_token token"))
        thin = rp.verified(both["id_token"])
        assert "city" not in thin and "given_name" not in thin and "at_hash" in thin


def test_the_client_id_may_be_chosen() -> None:
    with org() as client:
        body = {
            "name": "oidc_client",
            "label": "Chosen",
            "signOnMode": "OPENID_CONNECT",
            "credentials": {"oauthClient": {"client_id": "my-own-client"}},
            "settings": {
                "oauthClient": {
                    "grant_types": ["authorization_code"],
                    "response_types": ["code"],
                    "redirect_uris": [CALLBACK],
                }
            },
        }
        app = client.call("POST", "/api/v1/apps", json=body).json()
        client.assign(app)
        client.sign_in()
        assert Party(client, app, "").id_claims()["aud"] == "my-own-client"


def test_the_challenge_of_rfc_7636() -> None:
    """Appendix B of the RFC: the helper that the tests rest on is right."""
    expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == expected

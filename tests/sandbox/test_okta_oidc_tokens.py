# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of tokens: introspection, revocation, userinfo, logout, and the keys that sign them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import requests
from okta_client import JANE, PASSWORD, org
from okta_oidc_client import SERVERS, Party, add_claim, error_of, new_client, party

OUT = "https://web.example.com/bye"
OFFLINE = "openid email profile offline_access"


@pytest.fixture(params=["default", ""], ids=["custom", "org"])
def rp(request: pytest.FixtureRequest) -> Iterator[Party]:
    grants = ["authorization_code", "refresh_token"]
    with party(request.param, grant_types=grants, post_logout_redirect_uris=[OUT]) as running:
        yield running


def introspect(rp: Party, token: str) -> dict[str, Any]:
    answer = rp.post({"token": token}, "introspect")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_introspection_of_every_kind(rp: Party) -> None:
    tokens = rp.tokens(scope=OFFLINE)
    access = introspect(rp, tokens["access_token"])
    assert (access["active"], access["scope"], access["client_id"]) == (True, OFFLINE, rp.client_id)
    assert (access["username"], access["iss"], access["token_type"]) == (JANE, rp.issuer, "Bearer")
    assert introspect(rp, tokens["id_token"])["aud"] == rp.client_id
    assert introspect(rp, tokens["refresh_token"])["username"] == JANE
    assert introspect(rp, "nonsense") == {"active": False}
    rp.client.room.cloud.clock.advance(3601)
    assert introspect(rp, tokens["access_token"]) == introspect(rp, tokens["id_token"]) == {"active": False}
    assert introspect(rp, tokens["refresh_token"])["active"]


def test_introspection_is_for_the_tokens_own_client(rp: Party) -> None:
    tokens = rp.tokens(scope=OFFLINE)
    other = Party(rp.client, new_client(rp.client, "Other"), rp.server)
    for kind in ("access_token", "id_token", "refresh_token"):
        assert introspect(other, tokens[kind]) == {"active": False}
    assert rp.post({"token": "x"}, "introspect", auth=(rp.client_id, "wrong" * 8)).status_code == 401
    assert error_of(rp.post({}, "introspect")) == (400, "invalid_request", "The 'token' parameter is required.")


def test_revocation(rp: Party) -> None:
    tokens = rp.tokens(scope=OFFLINE)
    other = Party(rp.client, new_client(rp.client, "Other"), rp.server)
    for foreign in (other.post({"token": tokens["access_token"]}, "revoke"), rp.post({"token": "x"}, "revoke")):
        assert foreign.status_code == 200
    assert introspect(rp, tokens["access_token"])["active"]
    assert rp.post({"token": tokens["access_token"]}, "revoke").status_code == 200
    assert introspect(rp, tokens["access_token"]) == {"active": False}
    assert introspect(rp, tokens["refresh_token"])["active"]
    renewed = rp.post({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}).json()
    assert rp.post({"token": tokens["refresh_token"]}, "revoke").status_code == 200
    assert introspect(rp, tokens["refresh_token"]) == introspect(rp, renewed["access_token"]) == {"active": False}


def userinfo(rp: Party, token: str, method: str = "GET") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, f"{rp.endpoints}/userinfo", headers=headers, timeout=30)


def test_userinfo_tells_what_the_id_token_leaves_out(rp: Party) -> None:
    if rp.server:
        add_claim(rp.client, "user.city", "city", alwaysIncludeInToken=False)
    tokens = rp.tokens()
    found = userinfo(rp, tokens["access_token"]).json()
    assert found == userinfo(rp, tokens["access_token"], "POST").json()
    assert (found["sub"], found["email"], found["family_name"]) == (
        rp.verified(tokens["id_token"])["sub"],
        JANE,
        "Doe",
    )
    assert found.get("city") == ("Bern" if rp.server else None)
    assert "email" not in userinfo(rp, rp.tokens(scope="openid")["access_token"]).json()


def test_userinfo_wants_a_living_token(rp: Party) -> None:
    missing = userinfo(rp, "")
    assert error_of(missing) == (401, "invalid_request", "The access token is missing.")
    assert missing.headers["WWW-Authenticate"] == "Bearer"
    tokens = rp.tokens()
    assert error_of(userinfo(rp, tokens["id_token"]))[:2] == (401, "invalid_token")
    rp.post({"token": tokens["access_token"]}, "revoke")
    assert error_of(userinfo(rp, tokens["access_token"]))[:2] == (401, "invalid_token")


def logout(rp: Party, **parameters: str) -> requests.Response:
    return rp.client.browser.get(f"{rp.endpoints}/logout", params=parameters, allow_redirects=False, timeout=30)


def test_logout_ends_the_session_and_leads_back(rp: Party) -> None:
    token = rp.tokens()["id_token"]
    answer = logout(rp, id_token_hint=token, post_logout_redirect_uri=OUT, state="s")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{OUT}?state=s")
    assert rp.refused()[0] == "login_required"
    rp.client.sign_in()
    assert logout(rp, id_token_hint=token).headers["Location"] == "/login/login.htm"
    rp.client.sign_in()
    assert logout(rp, client_id=rp.client_id, post_logout_redirect_uri=OUT).headers["Location"] == OUT


def test_logout_refuses_what_is_not_its_own(rp: Party) -> None:
    token = rp.tokens()["id_token"]
    foreign = logout(rp, id_token_hint=token, post_logout_redirect_uri="https://evil.example.com/")
    assert foreign.status_code == 400 and "must be a Logout redirect URI" in foreign.text
    assert logout(rp, id_token_hint="nonsense", post_logout_redirect_uri=OUT).status_code == 400
    assert logout(rp, post_logout_redirect_uri=OUT).status_code == 400
    rp.client.room.seed({"users": [{"login": "bob@example.com", "password": PASSWORD}]})
    rp.client.browser.cookies.clear()
    rp.client.sign_in("bob@example.com")
    assert logout(rp, id_token_hint=token).status_code == 400
    assert rp.refused()[0] == "access_denied"  # Bob is still signed in, and not assigned


# Keys


def kids(rp: Party) -> dict[str, str]:
    """The status of each key that is published, as the management API tells it."""
    listed = rp.client.call("GET", f"{SERVERS}/default/credentials/keys").json()
    published = [key["kid"] for key in requests.get(f"{rp.endpoints}/keys", timeout=30).json()["keys"]]
    assert [key["kid"] for key in listed] == published
    return {key["status"]: key["kid"] for key in listed}


def test_keys_rotate_from_next_to_active_to_expired() -> None:
    with party() as rp:
        old = rp.tokens()["id_token"]
        before = kids(rp)
        assert set(before) == {"ACTIVE", "NEXT"}
        answer = rp.client.call("POST", f"{SERVERS}/default/credentials/lifecycle/keyRotate", json={"use": "sig"})
        after = {key["status"]: key["kid"] for key in answer.json()}
        assert after == kids(rp)
        assert (after["ACTIVE"], after["EXPIRED"]) == (before["NEXT"], before["ACTIVE"])
        assert after["NEXT"] not in before.values()
        new = rp.tokens()["id_token"]
        assert jwt.get_unverified_header(new)["kid"] == after["ACTIVE"]
        assert rp.verified(new)["sub"] == rp.verified(old)["sub"]
        server = rp.client.call("GET", f"{SERVERS}/default").json()
        assert server["credentials"]["signing"]["kid"] == after["ACTIVE"]
        one = rp.client.call("GET", f"{SERVERS}/default/credentials/keys/{after['EXPIRED']}").json()
        assert (one["status"], one["alg"], one["use"]) == ("EXPIRED", "RS256", "sig")
        rp.client.call("POST", f"{SERVERS}/default/credentials/lifecycle/keyRotate", json={"use": "sig"})
        with pytest.raises(jwt.PyJWKClientError):
            rp.verified(old)


@pytest.mark.parametrize(("mode", "rotates"), [("AUTO", True), ("MANUAL", False)])
def test_keys_rotate_by_themselves_after_ninety_days(mode: str, rotates: bool) -> None:
    with party() as rp:
        server = rp.client.call("GET", f"{SERVERS}/default").json()
        signing = {"signing": {"rotationMode": mode}}
        rp.client.call("PUT", f"{SERVERS}/default", json={**server, "credentials": signing})
        before = kids(rp)
        rp.client.room.cloud.clock.advance(90 * 86400 + 1)
        assert (kids(rp)["ACTIVE"] == before["NEXT"]) == rotates


def test_the_org_server_rotates_too() -> None:
    with org() as client:
        keys = f"{client.url}/oauth2/v1/keys"
        before = [key["kid"] for key in requests.get(keys, timeout=30).json()["keys"]]
        client.room.cloud.clock.advance(90 * 86400 + 1)
        after = [key["kid"] for key in requests.get(keys, timeout=30).json()["keys"]]
        assert after[0] not in before and before[0] in after
        app = new_client(client)
        assert app["credentials"]["signing"]["kid"] == after[0]

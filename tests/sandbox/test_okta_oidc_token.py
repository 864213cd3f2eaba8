# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint: grants, codes, secrets and refresh tokens, and each refusal's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from okta_client import JANE
from okta_oidc_client import (
    ASSERTION_TYPE,
    CALLBACK,
    CLIENT_KEY,
    Party,
    error_of,
    new_client,
    party,
    public_jwk,
)

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
CODE_IS_OVER = (400, "invalid_grant", "The authorization code is invalid or has expired.")
WRONG_METHOD = (
    401,
    "invalid_client",
    "Client authentication failed. Either the client or the client credentials are invalid.",
)
WRONG_SECRET = (401, "invalid_client", "The client secret supplied for a confidential client is invalid.")


@pytest.fixture
def rp() -> Iterator[Party]:
    with party() as running:
        assert running.trade(running.code()).status_code == 200
        yield running


def grant(rp: Party, **more: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": rp.code(), "redirect_uri": CALLBACK, **more}


def test_a_grant_type_is_needed_and_allowed(rp: Party) -> None:
    status, error, text = error_of(rp.post({"code": "x"}))
    assert (status, error) == (400, "invalid_request") and text.startswith("The token request must specify a 'grant_t")
    status, error, text = error_of(rp.post({"grant_type": "client_credentials"}))
    assert (status, error) == (400, "unauthorized_client")
    assert text == (
        "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code]."
    )
    assert error_of(rp.post({"grant_type": "magic"}))[:2] == (400, "unsupported_grant_type")
    text = "The required parameter 'code' is missing."
    assert error_of(rp.post({"grant_type": "authorization_code"})) == (400, "invalid_request", text)


def test_a_code_is_good_once_and_takes_its_tokens_along(rp: Party) -> None:
    code = rp.code()
    token = rp.trade(code).json()["access_token"]
    assert rp.post({"token": token}, "introspect").json()["active"]
    assert error_of(rp.trade(code)) == CODE_IS_OVER
    assert rp.post({"token": token}, "introspect").json() == {"active": False}


def test_an_invented_code(rp: Party) -> None:
    assert error_of(rp.trade("invented")) == CODE_IS_OVER


def test_a_code_lives_five_minutes(rp: Party) -> None:
    code, other = rp.code(), rp.code()
    rp.client.room.cloud.clock.advance(299)
    assert rp.trade(code).status_code == 200
    rp.client.room.cloud.clock.advance(2)
    assert error_of(rp.trade(other)) == CODE_IS_OVER


def test_a_code_is_its_clients(rp: Party) -> None:
    app = new_client(rp.client, "Other")
    answer = Party(rp.client, app).trade(rp.code())
    assert error_of(answer) == (
        400,
        "invalid_grant",
        (
            "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the"
            " authorize request."
        ),
    )


def test_a_code_is_its_servers(rp: Party) -> None:
    code = rp.code()
    answer = Party(rp.client, rp.app, "").trade(code)
    text = "The grant was issued for another authorization server."
    assert error_of(answer) == (400, "invalid_request", text)


@pytest.mark.parametrize("uri", [None, "https://web.example.com/other"])
def test_the_redirect_uri_is_the_same(rp: Party, uri: str | None) -> None:
    text = "The 'redirect_uri' does not match the redirection URI used in the authorization request."
    assert error_of(rp.trade(rp.code(), redirect_uri=uri)) == (400, "invalid_grant", text)


def test_pkce_at_the_token_endpoint(rp: Party) -> None:
    text = "PKCE code challenge should be specified in the authorize request for code verification."
    assert error_of(rp.trade(rp.code(), code_verifier=VERIFIER)) == (400, "invalid_request", text)
    rp.verifier = VERIFIER
    assert error_of(rp.trade(rp.code(), code_verifier=VERIFIER[::-1])) == (
        400,
        "invalid_grant",
        "PKCE verification failed.",
    )
    missing = error_of(rp.trade(rp.code(), code_verifier=None))
    assert missing == (400, "invalid_request", "PKCE code verifier is required by the application.")
    assert rp.trade(rp.code()).status_code == 200


def test_an_assignment_that_is_gone(rp: Party) -> None:
    code = rp.code()
    user = rp.client.call("GET", f"/api/v1/users/{JANE}").json()
    rp.client.call("DELETE", f"/api/v1/apps/{rp.app['id']}/users/{user['id']}")
    text = "User is not assigned to the client application."
    assert error_of(rp.trade(code)) == (400, "access_denied", text)


def test_a_user_who_is_gone(rp: Party) -> None:
    code = rp.code()
    assert rp.client.call("POST", f"/api/v1/users/{JANE}/lifecycle/suspend").status_code == 200
    assert error_of(rp.trade(code)) == CODE_IS_OVER


def test_an_application_that_is_off(rp: Party) -> None:
    code = rp.code()
    rp.client.call("POST", f"/api/v1/apps/{rp.app['id']}/lifecycle/deactivate")
    assert rp.trade(code).json()["errorCode"] == "invalid_client"


def test_a_network_zone() -> None:
    network = {"connection": "ZONE", "include": ["nzoOffice"]}
    with party(network=network, options={"okta_network_zones": ["nzoOffice"]}) as rp:
        assert rp.trade(rp.code()).status_code == 200
        rp.client.room.cloud.settings.options["okta_network_zones"] = ["nzoElsewhere"]
        text = "The request is made from outside the client's permitted network zones."
        assert error_of(rp.trade(rp.code())) == (403, "access_denied", text)


def test_the_rate_limit(rp: Party) -> None:
    rp.client.room.cloud.settings.options["okta_rate_limits"] = {"oauth2": 2}
    rp.client.room.cloud.clock.advance(61)
    assert rp.trade(rp.code()).status_code == 200
    answer = rp.trade("x")
    assert (answer.status_code, answer.json()["errorCode"]) == (429, "E0000047")
    assert requests.get(f"{rp.endpoints}/keys", timeout=30).status_code == 200


# Secrets


def secrets_of(rp: Party) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}/credentials/secrets").json()
    return found


def with_secret(rp: Party, secret: str) -> int:
    return rp.post(grant(rp), auth=(rp.client_id, secret)).status_code


def test_every_active_secret_of_two_is_good(rp: Party) -> None:
    path = f"/api/v1/apps/{rp.app['id']}/credentials/secrets"
    second = rp.client.call("POST", path)
    assert second.status_code == 201
    third = rp.client.call("POST", path)
    assert (third.status_code, third.json()["errorCode"]) == (400, "E0000001")
    old, new = secrets_of(rp)
    assert (old["client_secret"], new["client_secret"]) == (rp.secret, second.json()["client_secret"])
    assert with_secret(rp, old["client_secret"]) == with_secret(rp, new["client_secret"]) == 200
    active = rp.client.call("DELETE", f"{path}/{old['id']}")
    assert (active.status_code, active.json()["errorCode"]) == (400, "E0000001")
    assert rp.client.call("POST", f"{path}/{old['id']}/lifecycle/deactivate").json()["status"] == "INACTIVE"
    assert (with_secret(rp, old["client_secret"]), with_secret(rp, new["client_secret"])) == (401, 200)
    last = rp.client.call("POST", f"{path}/{new['id']}/lifecycle/deactivate")
    assert (last.status_code, last.json()["errorCode"]) == (400, "E0000001")
    rp.client.call("POST", f"{path}/{old['id']}/lifecycle/activate")
    assert with_secret(rp, old["client_secret"]) == 200
    rp.client.call("POST", f"{path}/{old['id']}/lifecycle/deactivate")
    assert rp.client.call("DELETE", f"{path}/{old['id']}").status_code == 204
    assert [secret["id"] for secret in secrets_of(rp)] == [new["id"]]
    assert rp.client.call("POST", path).status_code == 201


@pytest.mark.parametrize("sent", [{}, {"client_secret": ""}])
def test_a_put_without_a_secret_keeps_it(rp: Party, sent: dict[str, str]) -> None:
    app = rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()
    assert "client_secret" not in app["credentials"]["oauthClient"]
    app["credentials"]["oauthClient"] |= sent
    answer = rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}", json={**app, "label": "Renamed"})
    assert answer.json()["label"] == "Renamed"
    assert answer.json()["credentials"]["oauthClient"]["client_secret"] == rp.secret
    assert with_secret(rp, rp.secret) == 200


def test_a_put_with_a_secret_sets_it(rp: Party) -> None:
    app = rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()
    app["credentials"]["oauthClient"]["client_secret"] = "s" * 40
    rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}", json=app)
    assert (with_secret(rp, rp.secret), with_secret(rp, "s" * 40)) == (401, 200)


def test_signing_instead_deletes_the_secrets(rp: Party) -> None:
    app = rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()
    app["credentials"]["oauthClient"]["token_endpoint_auth_method"] = "private_key_jwt"
    app["settings"]["oauthClient"]["jwks"] = {"keys": [public_jwk(CLIENT_KEY, "k1")]}
    answer = rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}", json=app)
    assert answer.status_code == 200 and "client_secret" not in answer.json()["credentials"]["oauthClient"]
    assert secrets_of(rp) == []
    assert rp.by_assertion(grant(rp)).status_code == 200
    app["credentials"]["oauthClient"]["token_endpoint_auth_method"] = "client_secret_basic"
    again = rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}", json=app).json()["credentials"]["oauthClient"]
    assert again["client_secret"] != rp.secret
    assert with_secret(rp, again["client_secret"]) == 200


# Refresh tokens


@pytest.fixture(params=["STATIC", "ROTATE"])
def refreshing(request: pytest.FixtureRequest) -> Iterator[Party]:
    token = {"rotation_type": request.param, "leeway": 10}
    with party(grant_types=["authorization_code", "refresh_token"], refresh_token=token) as rp:
        yield rp


def refresh(rp: Party, token: str, **more: str) -> requests.Response:
    return rp.post({"grant_type": "refresh_token", "refresh_token": token, **more})


REFRESH_IS_OVER = (400, "invalid_grant", "The refresh token is invalid or expired.")


def test_only_offline_access_gives_a_refresh_token(refreshing: Party) -> None:
    assert "refresh_token" not in refreshing.tokens()
    tokens = refreshing.tokens(scope="openid offline_access")
    answer = refresh(refreshing, tokens["refresh_token"]).json()
    claims = refreshing.verified(answer["id_token"])
    assert "nonce" not in claims
    assert claims["auth_time"] == refreshing.verified(tokens["id_token"])["auth_time"]
    assert answer["access_token"] != tokens["access_token"]


def test_rotation(refreshing: Party) -> None:
    clock = refreshing.client.room.cloud.clock
    rotates = refreshing.app["settings"]["oauthClient"]["refresh_token"]["rotation_type"] == "ROTATE"
    first = refreshing.tokens(scope="openid offline_access")["refresh_token"]
    second = refresh(refreshing, first).json()["refresh_token"]
    assert (second != first) == rotates
    clock.advance(9)
    assert refresh(refreshing, first).status_code == 200
    clock.advance(2)
    late = refresh(refreshing, first)
    if rotates:
        assert error_of(late) == REFRESH_IS_OVER
        # Whoever uses a token that was rotated out may be a thief: the whole family ends.
        assert error_of(refresh(refreshing, second)) == REFRESH_IS_OVER
    else:
        assert late.status_code == 200


def test_a_refresh_token_is_its_clients(refreshing: Party) -> None:
    token = refreshing.tokens(scope="openid offline_access")["refresh_token"]
    app = new_client(refreshing.client, "Other", grant_types=["authorization_code", "refresh_token"])
    assert error_of(refresh(Party(refreshing.client, app), token)) == REFRESH_IS_OVER


def test_a_refresh_token_is_its_servers(refreshing: Party) -> None:
    token = refreshing.tokens(scope="openid offline_access")["refresh_token"]
    other = Party(refreshing.client, refreshing.app, "")
    assert error_of(refresh(other, token))[2] == "The grant was issued for another authorization server."


def test_scopes_may_become_fewer_but_not_more(refreshing: Party) -> None:
    token = refreshing.tokens(scope="openid email offline_access")["refresh_token"]
    assert error_of(refresh(refreshing, token, scope="openid profile")) == (
        400,
        "access_denied",
        (
            "Some of the scopes requested for the refresh request were not granted in the original authorize request."
            " Denied scopes: profile."
        ),
    )
    assert refresh(refreshing, token, scope="openid").json()["scope"] == "openid"


def test_an_application_lists_and_ends_its_refresh_tokens(refreshing: Party) -> None:
    path = f"/api/v1/apps/{refreshing.app['id']}/tokens"
    tokens = [refreshing.tokens(scope="openid offline_access")["refresh_token"] for _unused in range(3)]
    listed = refreshing.client.call("GET", path).json()
    assert len(listed) == 3 and listed[0]["scopes"] == ["openid", "offline_access"]
    assert not any(token in str(listed) for token in tokens)
    assert refreshing.client.call("DELETE", f"{path}/{listed[0]['id']}").status_code == 204
    assert [refresh(refreshing, token).status_code for token in tokens[:2]] == [400, 200]
    assert refreshing.client.call("DELETE", path).status_code == 204
    assert refresh(refreshing, tokens[2]).status_code == 400
    assert refreshing.client.call("GET", path).json() == []


def test_the_assertion_type_is_the_standards() -> None:
    """RFC 7523, section 2.2."""
    assert ASSERTION_TYPE == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

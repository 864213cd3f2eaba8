# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that ask for themselves: scopes of a custom server, service apps at the management API, DPoP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from okta_client import org
from okta_oidc_client import (
    CLIENT_KEY,
    OTHER_KEY,
    SERVERS,
    Party,
    allow,
    error_of,
    new_client,
    party,
    proof,
    public_jwk,
)

GRANT = {"grant_type": "client_credentials"}
OTHER_PROOF_KEY = ec.generate_private_key(ec.SECP256R1())


def service(client: Any, method: str = "private_key_jwt", **changes: Any) -> Party:
    more: dict[str, Any] = {} if method != "private_key_jwt" else {"jwks": {"keys": [public_jwk(CLIENT_KEY, "k1")]}}
    app = new_client(
        client,
        "Service",
        method,
        **{
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": ["token"],
            "redirect_uris": [],
            **more,
            **changes,
        },
    )
    return Party(client, app, "")


def grant_scopes(rp: Party, *scopes: str) -> None:
    for scope in scopes:
        body = {"issuer": rp.client.url, "scopeId": scope}
        assert rp.client.call("POST", f"/api/v1/apps/{rp.app['id']}/grants", json=body).status_code == 201


def token_of(rp: Party, scope: str) -> str:
    answer = rp.by_assertion({**GRANT, "scope": scope})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["scope"], answer.json()["expires_in"]) == (scope, 3600)
    return str(answer.json()["access_token"])


def api(rp: Party, method: str, path: str, token: str, scheme: str = "Bearer", **more: Any) -> requests.Response:
    headers = {"Authorization": f"{scheme} {token}", **more.pop("headers", {})}
    return requests.request(method, rp.client.url + path, headers=headers, timeout=30, **more)


@pytest.fixture
def rp() -> Iterator[Party]:
    with org() as client:
        yield service(client)


def test_a_service_app_works_with_its_granted_scopes(rp: Party) -> None:
    grant_scopes(rp, "okta.apps.manage", "okta.groups.read")
    token = token_of(rp, "okta.apps.manage okta.groups.read")
    app = api(rp, "GET", f"/api/v1/apps/{rp.app['id']}", token).json()
    changed = api(rp, "PUT", f"/api/v1/apps/{rp.app['id']}", token, json={**app, "label": "Renamed by itself"})
    assert changed.status_code == 200
    assert rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()["label"] == "Renamed by itself"
    assert api(rp, "GET", "/api/v1/groups", token).status_code == 200
    entry = rp.client.room.cloud.log.since()[-1]
    assert entry.principal == f"okta:client/{rp.client_id}"


@pytest.mark.parametrize(
    ("scope", "method", "path", "right"),
    [
        ("okta.apps.read", "GET", "/api/v1/apps", True),
        ("okta.apps.read", "DELETE", "/api/v1/apps/0oaNobody", False),
        ("okta.apps.manage", "DELETE", "/api/v1/apps/0oaNobody", True),
        ("okta.apps.manage", "GET", "/api/v1/apps", True),
        ("okta.apps.manage", "GET", "/api/v1/groups", False),
        ("okta.apps.manage", "GET", "/api/v1/apps/0oaNobody/credentials/secrets", True),
        ("okta.apps.manage", "POST", "/api/v1/apps/0oaNobody/grants", False),
        ("okta.appGrants.manage", "POST", "/api/v1/apps/0oaNobody/grants", True),
        ("okta.groups.read", "GET", "/api/v1/groups", True),
        ("okta.users.read", "GET", "/api/v1/users", True),
        ("okta.users.read", "GET", "/api/v1/users/me/roles", False),
        ("okta.policies.read", "GET", "/api/v1/policies?type=ACCESS_POLICY", True),
        ("okta.authorizationServers.read", "GET", SERVERS, True),
        ("okta.authorizationServers.read", "POST", f"{SERVERS}/default/claims", False),
        ("okta.groups.read", "GET", "/api/v1/nothing/here", None),
    ],
)
def test_every_operation_wants_its_scope(rp: Party, scope: str, method: str, path: str, right: bool | None) -> None:
    grant_scopes(rp, scope)
    answer = api(rp, method, path, token_of(rp, scope), json={} if method == "POST" else None)
    if right is None:
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "E0000008")
        return
    refused = (answer.status_code, answer.json().get("errorCode") if answer.status_code == 403 else "") == (
        403,
        "E0000006",
    )
    assert refused is not right, answer.text
    if refused:
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_scopes_that_were_not_granted(rp: Party) -> None:
    ask = {**GRANT, "scope": "okta.apps.read okta.users.read"}
    text = "You are not allowed any of the requested scopes."
    assert error_of(rp.by_assertion(ask)) == (400, "consent_required", text)
    grant_scopes(rp, "okta.apps.read")
    assert error_of(rp.by_assertion(ask))[:2] == (400, "invalid_scope")
    grant_scopes(rp, "okta.users.read")
    assert rp.by_assertion(ask).status_code == 200


@pytest.mark.parametrize(
    ("scope", "error"),
    [("", "No scopes were requested."), ("okta.nothing.read", "One or more scopes"), ("openid", "Cannot request")],
)
def test_scopes_that_make_no_sense(rp: Party, scope: str, error: str) -> None:
    status, code, text = error_of(rp.by_assertion({**GRANT, "scope": scope}))
    assert (status, code) == (400, "invalid_scope") and text.startswith(error)


def test_the_org_server_wants_a_service_that_signs() -> None:
    with org() as client:
        with_secret = service(client, "client_secret_basic")
        status, error, text = error_of(with_secret.post({**GRANT, "scope": "okta.apps.read"}))
        assert (status, error) == (401, "invalid_client") and "must use the private_key_jwt" in text
        keys = {"keys": [public_jwk(CLIENT_KEY, "k1")]}
        app = new_client(
            client, "Web", "private_key_jwt", grant_types=["authorization_code", "client_credentials"], jwks=keys
        )
        answer = error_of(Party(client, app, "").by_assertion({**GRANT, "scope": "okta.apps.read"}))
        assert answer[:2] == (401, "invalid_client") and "'application_type' of 'service'" in answer[2]


@pytest.mark.parametrize("spoil", ["changed", "custom", "expired", "revoked"])
def test_a_token_that_is_none(rp: Party, spoil: str) -> None:
    grant_scopes(rp, "okta.apps.read")
    token = token_of(rp, "okta.apps.read")
    assert api(rp, "GET", "/api/v1/apps", token).status_code == 200
    if spoil == "changed":
        head, body, signature = token.split(".")
        token = ".".join((head, body, signature[::-1]))
    if spoil == "custom":
        allow(rp.client, grants=["client_credentials"])
        rp.client.call("POST", f"{SERVERS}/default/scopes", json={"name": "okta.apps.read"})
        other = Party(rp.client, rp.app)
        token = token_of(other, "okta.apps.read")
    if spoil == "expired":
        rp.client.room.cloud.clock.advance(3601)
    if spoil == "revoked":
        form = {"client_assertion": rp.assertion(aud=f"{rp.endpoints}/revoke"), "token": token}
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert rp.post(form, "revoke", auth=None).status_code == 200
    answer = api(rp, "GET", "/api/v1/apps", token)
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000011")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_users_token_can_do_no_more_than_the_user() -> None:
    with party("") as rp:
        grant_scopes(rp, "okta.apps.manage")
        token = rp.tokens(scope="openid okta.apps.manage")["access_token"]
        answer = api(rp, "GET", "/api/v1/apps", token)
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")
        assert rp.refused(scope="openid okta.users.read")[0] == "consent_required"


def test_a_custom_server_gives_its_own_scopes() -> None:
    with org() as client:
        rp = service(client, "client_secret_basic")
        custom = Party(client, rp.app)
        client.call("POST", f"{SERVERS}/default/scopes", json={"name": "files", "default": True})
        ask = {**GRANT, "scope": "files"}
        assert error_of(custom.post(ask))[:2] == (401, "access_denied")
        allow(client, grants=["client_credentials"], actions={"token": {"accessTokenLifetimeMinutes": 5}})
        answer = custom.post(ask).json()
        claims = custom.verified(answer["access_token"], "api://default")
        assert (claims["sub"], claims["cid"], claims["scp"]) == (custom.client_id, custom.client_id, ["files"])
        assert "uid" not in claims and answer["expires_in"] == 300
        assert "id_token" not in answer and "refresh_token" not in answer
        assert custom.post(GRANT).json()["scope"] == "files"
        assert error_of(custom.post({**GRANT, "scope": "openid"}))[1] == "invalid_scope"
        assert error_of(custom.post({**GRANT, "scope": "nothing"}))[1] == "invalid_scope"


# DPoP


@pytest.fixture
def bound() -> Iterator[Party]:
    with org() as client:
        made = service(client, dpop_bound_access_tokens=True)
        grant_scopes(made, "okta.apps.read")
        yield made


ASK = {**GRANT, "scope": "okta.apps.read"}


def ask_bound(rp: Party, nonce: str | None, **changes: Any) -> requests.Response:
    return rp.by_assertion(ASK, headers={"DPoP": proof("POST", f"{rp.endpoints}/token", **{"nonce": nonce, **changes})})


def nonce_of(rp: Party) -> str:
    answer = ask_bound(rp, None)
    text = "Authorization server requires nonce in DPoP proof."
    assert error_of(answer) == (400, "use_dpop_nonce", text)
    return answer.headers["dpop-nonce"]


def bound_token(rp: Party) -> str:
    answer = ask_bound(rp, nonce_of(rp))
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP"), answer.text
    return str(answer.json()["access_token"])


def test_a_proof_is_demanded_with_a_nonce(bound: Party) -> None:
    text = "The DPoP proof JWT header is missing."
    assert error_of(bound.by_assertion(ASK)) == (400, "invalid_dpop_proof", text)
    token = bound_token(bound)
    assert bound.verified(token, bound.client.url)["cnf"]["jkt"]


def test_a_proof_may_be_signed_with_rsa(bound: Party) -> None:
    """Its key makes the header longer than JOSE libraries like."""
    nonce, url = nonce_of(bound), f"{bound.endpoints}/token"
    answer = bound.by_assertion(ASK, headers={"DPoP": proof("POST", url, OTHER_KEY, nonce=nonce)})
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    token, apps = answer.json()["access_token"], f"{bound.client.url}/api/v1/apps"
    header = {"DPoP": proof("GET", apps, OTHER_KEY, token=token)}
    assert api(bound, "GET", "/api/v1/apps", token, "DPoP", headers=header).status_code == 200


def test_nonces_renew_daily_and_stay_good_for_three_days(bound: Party) -> None:
    clock = bound.client.room.cloud.clock
    nonce = nonce_of(bound)
    assert nonce_of(bound) == nonce
    assert ask_bound(bound, nonce).headers["dpop-nonce"] == nonce

    def ask() -> requests.Response:
        later = int(time.time() + clock.offset)
        proved = proof("POST", f"{bound.endpoints}/token", nonce=nonce, iat=later)
        return bound.by_assertion(ASK, bound.assertion(iat=later, exp=later + 300), headers={"DPoP": proved})

    clock.advance(86400 + 1)
    assert ask().headers["dpop-nonce"] != nonce
    clock.advance(2 * 86400 - 100)
    assert ask().status_code == 200
    clock.advance(200)
    answer = ask()
    assert error_of(answer)[1] == "use_dpop_nonce" and answer.headers["dpop-nonce"] != nonce


def test_what_is_wrong_with_a_proof_is_said(bound: Party) -> None:
    nonce, url, now = nonce_of(bound), f"{bound.endpoints}/token", int(time.time())
    cases = {
        "The DPoP proof JWT cannot be parsed.": "no.jwt",
        "'typ' must be 'dpop+jwt' in the DPoP proof JWT.": proof("POST", url, nonce=nonce, header={"typ": "JWT"}),
        "'htm' claim in the DPoP proof JWT is invalid.": proof("GET", url, nonce=nonce),
        "'htu' claim in the DPoP proof JWT is invalid.": proof("POST", bound.client.url, nonce=nonce),
        "'iat' claim in the DPoP proof JWT is invalid.": proof("POST", url, nonce=nonce, iat=None),
        "The DPoP proof JWT is issued more than five minutes in the past.": proof(
            "POST", url, nonce=nonce, iat=now - 400
        ),
        "The DPoP proof JWT is issued in the future.": proof("POST", url, nonce=nonce, iat=now + 900),
        "'jti' claim in the DPoP proof JWT is invalid.": proof("POST", url, nonce=nonce, jti=None),
        "Multiple DPoP proof JWT headers are not allowed.": f"{proof('POST', url)}, {proof('POST', url)}",
    }
    head = proof("POST", url, nonce=nonce).split(".")
    cases["The DPoP proof JWT signature is invalid."] = ".".join((*head[:2], proof("POST", url).split(".")[2]))
    for text, header in cases.items():
        answer = bound.by_assertion(ASK, headers={"DPoP": header})
        assert error_of(answer) == (400, "invalid_dpop_proof", text)
    assert ask_bound(bound, nonce).status_code == 200


def test_a_bound_token_at_the_management_api(bound: Party) -> None:
    token, url = bound_token(bound), f"{bound.client.url}/api/v1/apps"

    def call(scheme: str = "DPoP", header: str | None = None) -> requests.Response:
        return api(bound, "GET", "/api/v1/apps", token, scheme, headers={"DPoP": header} if header else {})

    good = proof("GET", url, token=token)
    assert call(header=good).status_code == 200
    assert error_of(call(header=good))[2] == "The DPoP proof JWT has already been used."
    assert error_of(call("Bearer"))[2].startswith("The resource request must use the DPoP authentication scheme")
    assert error_of(call())[2] == "The resource request requires a DPoP proof."
    assert error_of(call(header=proof("GET", url)))[2].startswith("'ath' claim in the DPoP proof does not match")
    assert error_of(call(header=proof("POST", url, token=token)))[2] == "'htm' claim in the DPoP proof JWT is invalid."
    assert error_of(call(header=proof("GET", url + "/x", token=token)))[1] == "invalid_dpop_proof"
    stolen = error_of(call(header=proof("GET", url, OTHER_PROOF_KEY, token=token)))
    assert stolen[2] == "The access_token is not bound to the provided DPoP proof."
    assert (
        api(
            bound, "GET", "/api/v1/apps?limit=1", token, "DPoP", headers={"DPoP": proof("GET", url, token=token)}
        ).status_code
        == 200
    )


def test_a_token_without_a_binding_wants_no_proof(rp: Party) -> None:
    grant_scopes(rp, "okta.apps.read")
    token = token_of(rp, "okta.apps.read")
    answer = api(rp, "GET", "/api/v1/apps", token, "DPoP")
    assert error_of(answer) == (401, "invalid_token", "The presented access_token is not DPoP bound.")

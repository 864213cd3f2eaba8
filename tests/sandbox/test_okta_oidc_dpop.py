# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DPoP: tokens that are bound to a key, at the token endpoint and at the management API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from okta_client import org
from okta_oidc_client import CALLBACK, OTHER_KEY, Party, api, error_of, grant_scopes, party, proof, service

GRANT = {"grant_type": "client_credentials"}
OTHER_PROOF_KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def bound() -> Iterator[Party]:
    with org() as client:
        made = service(client, dpop_bound_access_tokens=True)
        grant_scopes(made, "okta.apps.read")
        yield made


ASK = {**GRANT, "scope": "okta.apps.read"}


def ask_bound(rp: Party, nonce: str | None, **changes: Any) -> requests.Response:
    return rp.by_assertion(ASK, headers={"DPoP": proof("POST", f"{rp.endpoints}/token", **{"nonce": nonce, **changes})})


def nonce_of(rp: Party, form: dict[str, str] | None = None) -> str:
    """A nonce of the server, from its refusal of a proof without one; ``form``: of a client that has a secret."""
    header = {"DPoP": proof("POST", f"{rp.endpoints}/token")}
    answer = rp.post(form, headers=header) if form else ask_bound(rp, None)
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


def test_a_refresh_token_is_bound_to_the_key_too() -> None:
    with party(grant_types=["authorization_code", "refresh_token"]) as rp:
        nonce, url = nonce_of(rp, {"grant_type": "refresh_token"}), f"{rp.endpoints}/token"
        form = {"grant_type": "authorization_code", "code": rp.code(scope="openid offline_access")}
        form |= {"redirect_uri": CALLBACK}
        made = rp.post(form, headers={"DPoP": proof("POST", url, nonce=nonce)}).json()
        again = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"]}
        text = "Invalid DPoP Public Key binding in refresh token"
        for headers in ({}, {"DPoP": proof("POST", url, OTHER_PROOF_KEY, nonce=nonce)}):
            assert error_of(rp.post(again, headers=headers)) == (400, "invalid_dpop_proof", text)
        assert rp.post(again, headers={"DPoP": proof("POST", url, nonce=nonce)}).json()["token_type"] == "DPoP"

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client authentication at the token endpoint by every method, and each refusal's words."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from urllib.parse import quote_plus

import jwt
import pytest
import requests
from okta_oidc_client import (
    CALLBACK,
    CLIENT_KEY,
    OTHER_KEY,
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


def basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def grant(rp: Party, **more: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": rp.code(), "redirect_uri": CALLBACK, **more}


def in_body(rp: Party) -> dict[str, str]:
    return {"client_id": rp.client_id, "client_secret": rp.secret}


def test_no_credentials(rp: Party) -> None:
    assert error_of(rp.post(grant(rp), auth=None)) == (401, "invalid_client", "No client credentials found.")


def test_an_unknown_client_is_told_in_the_other_form(rp: Party) -> None:
    body = rp.post(grant(rp), auth=("0oaNobody", "x" * 40)).json()
    assert (body["errorCode"], body["errorSummary"]) == ("invalid_client", "Invalid value for 'client_id' parameter.")


def test_a_wrong_secret(rp: Party) -> None:
    assert error_of(rp.post(grant(rp), auth=(rp.client_id, rp.secret + "x"))) == WRONG_SECRET


@pytest.mark.parametrize("value", ["Basic !!!", "Basic " + base64.b64encode(b"no-colon").decode()])
def test_a_header_that_holds_no_credentials(rp: Party, value: str) -> None:
    answer = rp.post(grant(rp), auth=None, headers={"Authorization": value})
    text = "Found Authentication header but was not valid client credentials."
    assert error_of(answer) == (401, "invalid_client", text)


def test_the_method_is_the_applications_own(rp: Party) -> None:
    assert error_of(rp.post(grant(rp, **in_body(rp)), auth=None)) == WRONG_METHOD
    assert error_of(rp.post(grant(rp, client_id=rp.client_id), auth=None)) == WRONG_METHOD
    assert error_of(rp.by_assertion(grant(rp))) == WRONG_METHOD
    app = new_client(rp.client, "Post", "client_secret_post")
    rp.client.assign(app)
    other = Party(rp.client, app)
    assert error_of(other.post(grant(other))) == WRONG_METHOD
    assert other.post(grant(other, **in_body(other)), auth=None).status_code == 200


@pytest.mark.parametrize("more", [{"client_secret"}, {"client_id"}, {"client_id", "client_secret"}])
def test_two_sets_of_credentials(rp: Party, more: set[str]) -> None:
    extra = {name: value for name, value in in_body(rp).items() if name in more}
    answer = error_of(rp.post(grant(rp, **extra)))
    assert answer[:2] == (401, "invalid_request")
    assert answer[2] == (
        "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header,"
        " credentials in the post body, or a client_assertion in the post body."
    )


def test_credentials_in_the_query(rp: Party) -> None:
    answer = rp.post(grant(rp), params={"client_secret": rp.secret})
    text = "Client credentials cannot be supplied via query parameters."
    assert error_of(answer) == (400, "invalid_request", text)


def test_a_parameter_twice(rp: Party) -> None:
    data = [*grant(rp).items(), ("code", "again")]
    answer = requests.post(f"{rp.endpoints}/token", data=data, auth=(rp.client_id, rp.secret), timeout=30)
    text = "Duplicate parameter provided in request. Duplicated parameters: [code]."
    assert error_of(answer) == (400, "invalid_request", text)


def test_the_headers_parts_are_form_encoded() -> None:
    """A secret with a colon, a plus and a percent sign (RFC 6749, 2.3.1)."""
    secret = "a:b+c%2Fd e" + "x" * 20
    with party() as rp:
        app = rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()
        app["credentials"]["oauthClient"]["client_secret"] = secret
        assert rp.client.call("PUT", f"/api/v1/apps/{rp.app['id']}", json=app).status_code == 200
        answer = rp.post(grant(rp), auth=None, headers=basic(rp.client_id, quote_plus(secret)))
        assert answer.status_code == 200
        assert error_of(rp.post(grant(rp), auth=None, headers=basic(rp.client_id, secret))) == WRONG_SECRET


def test_a_browser_must_use_pkce_from_a_known_place(rp: Party) -> None:
    origin = {"Origin": "https://web.example.com"}
    text = "Browser requests to the token endpoint must use Proof Key for Code Exchange."
    assert error_of(rp.post(grant(rp), headers=origin)) == (401, "invalid_client", text)
    rp.verifier = VERIFIER
    assert rp.post(grant(rp, code_verifier=VERIFIER), headers=origin).status_code == 200
    foreign = rp.post(grant(rp, code_verifier=VERIFIER), headers={"Origin": "https://evil.example.com"})
    assert error_of(foreign)[1] == "invalid_request"
    answer = rp.post({"grant_type": "client_credentials"}, headers=origin)
    assert error_of(answer)[1] == "unauthorized_client"


# private_key_jwt and client_secret_jwt


@pytest.fixture
def signer() -> Iterator[Party]:
    """A web application that signs instead of having a secret."""
    with party(method="private_key_jwt", jwks={"keys": [public_jwk(CLIENT_KEY, "k1")]}) as running:
        assert running.by_assertion(grant(running)).status_code == 200
        yield running


def refused_assertion(rp: Party, assertion: str) -> str:
    status, error, text = error_of(rp.by_assertion(grant(rp), assertion))
    assert (status, error) == (401, "invalid_client")
    return text


def test_a_signing_application_has_no_secret(signer: Party) -> None:
    assert not signer.secret
    assert signer.client.call("GET", f"/api/v1/apps/{signer.app['id']}/credentials/secrets").json() == []


def test_a_client_id_may_stand_beside_an_assertion(signer: Party) -> None:
    assert signer.by_assertion(grant(signer, client_id=signer.client_id)).status_code == 200
    assert error_of(signer.by_assertion(grant(signer, client_id="another")))[1] == "invalid_request"


def test_what_is_wrong_with_an_assertion_is_said(signer: Party) -> None:
    now = int(time.time())
    expected = {
        "The parsing of the client_assertion failed.": "no.jwt",
        "The subject claim for client_assertion is not a valid client_id.": signer.assertion(sub="another"),
        "The audience claim for client_assertion must be the endpoint invoked for the request.": signer.assertion(
            aud=signer.issuer
        ),
        "The client_assertion must contain the 'exp' claim as seconds since epoch.": signer.assertion(exp=None),
        "The client_assertion token is expired.": signer.assertion(exp=now - 10),
        "The client_assertion token has an expiration too far into the future.": signer.assertion(exp=now + 3700),
        "The client_assertion token must be issued before the current time.": signer.assertion(iat=now + 1000),
        "The client_assertion signature is invalid.": signer.assertion(OTHER_KEY),
        "The client_assertion JWT kid is invalid.": signer.assertion(kid="k2"),
        "The issuer claim for client_assertion is not a valid client_id.": signer.assertion(iss=None),
    }
    for text, assertion in expected.items():
        assert refused_assertion(signer, assertion) == text


def test_an_assertion_of_an_unknown_client(signer: Party) -> None:
    answer = signer.by_assertion(grant(signer), signer.assertion(iss="0oaNobody", sub="0oaNobody")).json()
    assert answer["errorCode"] == "invalid_client"


def test_an_assertion_is_good_once(signer: Party) -> None:
    assertion = signer.assertion()
    assert signer.by_assertion(grant(signer), assertion).status_code == 200
    assert refused_assertion(signer, assertion) == "The client_assertion token has already been used."


def test_an_assertion_is_used_up_by_a_request_that_fails(signer: Party) -> None:
    assertion = signer.assertion()
    wrong = {**grant(signer), "code": "nonsense"}
    assert error_of(signer.by_assertion(wrong, assertion)) == CODE_IS_OVER
    assert refused_assertion(signer, assertion) == "The client_assertion token has already been used."


def test_algorithms_of_an_assertion(signer: Party) -> None:
    claims = jwt.decode(signer.assertion(), options={"verify_signature": False})
    text = "The client_assertion JWT signature algorithm is invalid."
    assert refused_assertion(signer, jwt.encode(claims, "", algorithm="none")) == text
    assert refused_assertion(signer, jwt.encode(claims, "x" * 64, algorithm="HS256")) == text
    strong = jwt.encode({**claims, "jti": "other"}, CLIENT_KEY, algorithm="RS512", headers={"kid": "k1"})
    assert signer.by_assertion(grant(signer), strong).status_code == 200


def test_the_type_of_an_assertion(signer: Party) -> None:
    form = {**grant(signer), "client_assertion_type": "jwt", "client_assertion": signer.assertion()}
    text = "The client_assertion_type is invalid."
    assert error_of(signer.post(form, auth=None)) == (400, "invalid_request", text)


def test_keys_are_the_applications_active_ones(signer: Party) -> None:
    keys = f"/api/v1/apps/{signer.app['id']}/credentials/jwks"
    assert signer.client.call("POST", keys, json=public_jwk(OTHER_KEY, "k2")).status_code == 201
    assert signer.by_assertion(grant(signer), signer.assertion(OTHER_KEY, "k2")).status_code == 200
    signer.client.call("POST", f"{keys}/k1/lifecycle/deactivate")
    assert refused_assertion(signer, signer.assertion()) == "The client_assertion JWT kid is invalid."
    # With a single key left its id may be missing.
    assert signer.by_assertion(grant(signer), signer.assertion(OTHER_KEY, "")).status_code == 200


def test_an_application_without_a_key() -> None:
    with party(method="private_key_jwt", jwks={"keys": [public_jwk(CLIENT_KEY, "k1")]}) as rp:
        keys = f"/api/v1/apps/{rp.app['id']}/credentials/jwks"
        rp.client.call("POST", f"{keys}/k1/lifecycle/deactivate")
        assert rp.client.call("DELETE", f"{keys}/k1").status_code == 204
        text = "The client does not have a JWKSet configured, but the client_assertion requires one."
        assert refused_assertion(rp, rp.assertion()) == text


def test_a_jwks_uri_is_not_asked() -> None:
    with party(method="private_key_jwt", jwks_uri="https://keys.example.com/jwks") as rp:
        assert refused_assertion(rp, rp.assertion()) == "Error retrieving the client JWKSet from jwks_uri."


def test_client_secret_jwt() -> None:
    with party(method="client_secret_jwt") as rp:
        now = int(time.time())
        claims = {"iss": rp.client_id, "sub": rp.client_id, "aud": f"{rp.endpoints}/token", "exp": now + 60}
        good = jwt.encode(claims, rp.secret, algorithm="HS256")
        assert rp.by_assertion(grant(rp), good).status_code == 200
        unsigned = jwt.encode(claims, "", algorithm="none")
        assert refused_assertion(rp, unsigned) == "The client_assertion JWT signature algorithm is invalid."
        bad = jwt.encode(claims, rp.secret + "x", algorithm="HS256")
        assert refused_assertion(rp, bad) == "The client_assertion signature is invalid."

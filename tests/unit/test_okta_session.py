# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session with an Okta org against scripted answers: what is sent, what is repeated, what an error says."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import requests
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import budget_store
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import session as session_module
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.pacing import PATIENCE, rate_wait
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.session import (
    OktaSession,
    connect,
    eventually,
    path_of,
    scopes_for,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ORG = "https://example.okta.com"
CANARY = "00canary-token-that-nobody-may-see"
DATE = "Tue, 24 Nov 2026 06:00:00 GMT"
EPOCH = 1795500000

Answer = tuple[int, dict[str, str], Any] | Exception


@dataclass
class Script(requests.adapters.BaseAdapter):
    """Answers in order, and the requests as they would go out."""

    answers: list[Answer]
    seen: list[requests.PreparedRequest] = field(default_factory=list)

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        self.seen.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, headers, body = answer
        # Okta names every request.
        response.headers.update(headers if isinstance(body, bytes) else {"X-Okta-Request-Id": "r0", **headers})
        response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        """Nothing is open."""


Opened = Callable[..., tuple[OktaSession, Script]]


@pytest.fixture(autouse=True)
def new_budget(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is known of the org's rate limits."""
    monkeypatch.setattr(budget_store, "folder", lambda: tmp_path / "budget")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the session would make."""
    made: list[float] = []
    monkeypatch.setattr(session_module, "time", SimpleNamespace(sleep=made.append))
    return made


def opened(*answers: Answer, **parameters: Any) -> tuple[OktaSession, Script]:
    """A session and its script."""
    session = connect({"okta_org_url": ORG, "okta_api_token": CANARY, **parameters})
    script = Script(list(answers))
    session._http._session.mount("https://", script)
    session._http._session.mount(f"{session.origin}/", script)
    return session, script


def error(code: str, summary: str = "No", **more: Any) -> dict[str, Any]:
    return {"errorCode": code, "errorSummary": summary, "errorId": "oae1", "errorCauses": [], **more}


# -- connecting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://example.okta.com/", "https://example.okta.com"),
        ("https://example-admin.okta.com", "https://example.okta.com"),
        ("https://login.example.com", "https://login.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_url_of_the_org(given: str, origin: str) -> None:
    assert connect({"okta_org_url": given, "okta_api_token": "t"}).origin == origin


@pytest.mark.parametrize("given", ["http://example.okta.com", "example.okta.com", "https://example.okta.com/api/v1"])
def test_a_url_that_is_none_of_an_org(given: str) -> None:
    with pytest.raises(InputError, match=r"^okta_org_url: "):
        connect({"okta_org_url": given, "okta_api_token": "t"})


def test_an_empty_text_is_not_given_and_all_faults_are_named() -> None:
    with pytest.raises(InputError) as caught:
        connect({"okta_org_url": "", "okta_api_token": "", "okta_client_id": ""})
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["okta_org_url", "okta_api_token"]


@pytest.mark.parametrize(
    ("parameters", "option"),
    [
        ({"okta_client_id": "0oa1"}, "okta_private_key"),
        ({"okta_private_key": "x"}, "okta_client_id"),
        ({"okta_api_token": "t", "okta_client_id": "0oa1", "okta_private_key": "x"}, "okta_api_token"),
        ({"okta_api_token": "SSWS t"}, "okta_api_token"),
        ({"okta_api_token": "00to\x00ken"}, "okta_api_token"),
        ({"okta_api_token": ORG}, "okta_api_token"),
        ({"okta_client_id": "0oa1\n2", "okta_private_key": "x"}, "okta_client_id"),
        ({"okta_client_id": "0oa1", "okta_private_key": "no key"}, "okta_private_key"),
    ],
)
def test_credentials_that_cannot_be_right(parameters: dict[str, str], option: str) -> None:
    with pytest.raises(InputError) as caught:
        connect({"okta_org_url": ORG, **parameters})
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [option]


def test_only_the_scopes_that_the_task_needs() -> None:
    app = {"sign_on_mode": "SAML_2_0", "groups": ["g"], "users": None, "access_policy": ""}
    assert scopes_for(app) == ["okta.apps.manage", "okta.groups.read"]
    assert scopes_for({}) == ["okta.apps.read"]
    assert scopes_for({**app, "okta_scopes": ["okta.apps.manage"]}) == ["okta.apps.manage"]


# -- sending ----------------------------------------------------------------------------------------------------------


def test_what_a_request_carries(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine example.okta.com login someone password else\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    session, script = opened((200, {}, {"id": "0oa1"}))
    assert session.get("apps", "0oa/1", limit=5) == {"id": "0oa1"}
    request = script.seen[0]
    assert request.url == f"{ORG}/api/v1/apps/0oa%2F1?limit=5"
    assert request.headers["Authorization"] == f"SSWS {CANARY}"
    assert request.headers["Accept"] == "application/json"
    assert str(request.headers["User-Agent"]).startswith("ansible-collection-qbusiness.federation")


def test_a_post_without_a_body_says_its_length() -> None:
    """Okta answers 411 otherwise."""
    session, script = opened((200, {}, {}))
    session.post("apps", "1", "lifecycle", "activate")
    assert script.seen[0].headers["Content-Length"] == "0"


def test_pages_follow_the_links() -> None:
    following = {"Link": f'<{ORG}/api/v1/apps?limit=1>; rel="self", <{ORG}/api/v1/apps?after=x&limit=1>; rel="next"'}
    session, script = opened((200, following, [{"id": 1}]), (200, {}, [{"id": 2}]))
    assert [item["id"] for item in session.pages("apps", q="Ä b")] == [1, 2]
    assert [str(request.url).partition("?")[2] for request in script.seen] == ["q=%C3%84+b", "after=x&limit=1"]


@pytest.mark.parametrize("url", ["https://evil.example.com/api/v1/apps", "http://example.okta.com/api/v1/apps"])
def test_no_token_goes_to_another_host(url: str) -> None:
    session, script = opened((200, {"Link": f'<{url}>; rel="next"'}, [{"id": 1}]))
    with pytest.raises(ServiceError, match="next page is on"):
        list(session.pages("apps"))
    assert len(script.seen) == 1


def test_a_list_that_leads_back_ends() -> None:
    again: Answer = (200, {"Link": f'<{ORG}/api/v1/apps?after=x>; rel="next"'}, [])
    session, _unused = opened(again, again)
    with pytest.raises(ServiceError, match="leads back"):
        list(session.pages("apps"))


def test_a_redirect_is_not_followed() -> None:
    session, script = opened((302, {"Location": "https://other.okta.com/login?x=1"}, b""))
    with pytest.raises(ServiceError, match=r"sends on to other\.okta\.com"):
        session.get("apps")
    assert len(script.seen) == 1


# -- repeating --------------------------------------------------------------------------------------------------------


def test_the_rate_limit_is_waited_for_by_oktas_clock(pauses: list[float]) -> None:
    limited: Answer = (
        429,
        {"Date": DATE, "X-Rate-Limit-Reset": str(EPOCH + 10), "X-Rate-Limit-Limit": "50", "X-Okta-Request-Id": "r1"},
        error("E0000047"),
    )
    session, script = opened(limited, (200, {}, {"id": "1"}))
    session.post("apps", body={})  # nothing was done yet: a POST too
    assert len(pauses) == 1 and 11 <= pauses[0] <= 12
    assert script.seen[1].headers["X-Okta-Retry-For"] == "r1"


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Date": DATE, "X-Rate-Limit-Reset": str(EPOCH - 30), "X-Rate-Limit-Limit": "50"}, 1, 2),
        ({"Date": DATE, "X-Rate-Limit-Reset": str(EPOCH + 4000), "X-Rate-Limit-Limit": "50"}, 75, 76),
        ({"Date": DATE, "X-Rate-Limit-Reset": str(EPOCH + 60), "X-Rate-Limit-Limit": "0"}, 0.5, 1),
        ({}, 0.5, 1),
    ],
)
def test_how_long_is_waited(headers: Mapping[str, str], least: float, most: float) -> None:
    """The third is the limit of concurrent requests, whose reset says nothing."""
    assert least <= rate_wait(headers, 1) <= most


def test_a_rate_limit_that_stays_ends_in_an_error(pauses: list[float]) -> None:
    """Not before many resets: a bucket that many hosts share gives each its turn in time."""
    full = {"Date": DATE, "X-Rate-Limit-Reset": str(EPOCH + 60), "X-Rate-Limit-Limit": "10"}
    session, script = opened(*[(429, full, error("E0000047"))] * 20)
    with pytest.raises(ServiceError, match="E0000047"):
        session.get("apps")
    assert PATIENCE - 75 < sum(pauses) <= PATIENCE and len(script.seen) == len(pauses) + 1 == 10
    assert script.seen[-1].headers["X-Okta-Retry-Count"] == "9"


@pytest.mark.parametrize("failure", [(503, {}, b"<html>"), requests.ConnectionError("x"), requests.Timeout("x")])
def test_what_may_be_repeated_is(failure: Answer, pauses: list[float]) -> None:
    session, script = opened(failure, (200, {}, {"ok": True}))
    assert session.put("apps", "1", body={}) == {"ok": True}
    assert [request.method for request in script.seen] == ["PUT", "PUT"]
    assert len(pauses) == 1


@pytest.mark.parametrize("failure", [(500, {}, error("E0000009")), requests.ConnectionError("x")])
def test_a_post_that_may_have_been_carried_out_is_not_repeated(failure: Answer, pauses: list[float]) -> None:
    session, script = opened(failure)
    with pytest.raises(ServiceError):
        session.post("apps", body={})
    assert len(script.seen) == 1 and not pauses


def test_faults_that_stay_end_in_an_error(pauses: list[float]) -> None:
    session, script = opened(*[(500, {}, error("E0000009"))] * 10)
    with pytest.raises(ServiceError, match="E0000009"):
        session.get("apps")
    assert len(script.seen) == session_module.FAULT_TRIES == len(pauses) + 1


def test_a_wrong_token_is_refused_once() -> None:
    session, script = opened((401, {}, error("E0000011", "Invalid token provided")))
    with pytest.raises(ServiceError, match="expired"):
        session.get("apps")
    assert len(script.seen) == 1


def test_what_is_gone_is_gone() -> None:
    missing: Answer = (404, {}, error("E0000007"))
    session, _unused = opened(missing, missing, missing)
    session.delete("apps", "1")
    assert session.find("apps", "1") is None
    with pytest.raises(ServiceError):
        session.get("apps", "1")


def test_a_moment_after_creation_404_is_waited_for(pauses: list[float]) -> None:
    missing: Answer = (404, {}, error("E0000007"))
    session, _unused = opened(missing, missing, (200, {}, []))
    assert eventually(lambda: session.items("apps", "1", "groups")) == []
    assert len(pauses) == 2


# -- errors -----------------------------------------------------------------------------------------------------------


def test_an_error_says_everything_but_secrets() -> None:
    body = error("E0000001", "Api validation failed: label", errorCauses=[{"errorSummary": "a"}, {"errorSummary": "b"}])
    session, _unused = opened((400, {"X-Okta-Request-Id": "r7"}, body))
    with pytest.raises(ServiceError) as caught:
        session.post("apps", body={"label": CANARY})
    assert caught.value.message == (
        "Okta POST /api/v1/apps: HTTP 400: Api validation failed: label: a; b (code E0000001, error id oae1, "
        "request id r7)"
    )
    assert caught.value.code == "E0000001"
    assert caught.value.facts["http_status"] == 400 and caught.value.facts["path"] == "/api/v1/apps"


@pytest.mark.parametrize(
    "answer",
    [
        (400, {}, error("E0000001", f"unexpected SSWS {CANARY}")),
        (403, {}, f"<html>SSWS {CANARY}</html>".encode()),
        requests.ConnectionError(f"https://example.okta.com/?token={CANARY}"),
    ],
)
def test_an_error_never_shows_the_token(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        session, _unused = opened(answer)
        with pytest.raises(ServiceError) as caught:
            session.post("apps", body={})
    assert CANARY not in f"{caught.value.message}{caught.value.facts}{caplog.text}"


def test_html_in_place_of_json() -> None:
    session, _unused = opened((404, {"Content-Type": "text/html"}, b"<html><body>Page Not Found</body></html>"))
    with pytest.raises(ServiceError, match=r"HTTP 404 and text/html is not one of Okta: .* proxy.* okta_org_url"):
        session.get("apps")


# -- a service app ----------------------------------------------------------------------------------------------------

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: Any) -> str:
    return str(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
    )


def jwk() -> str:
    numbers = RSA_KEY.private_numbers()
    values = {"e": numbers.public_numbers.e, "n": numbers.public_numbers.n, "d": numbers.d}
    encoded = {
        name: base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
        for name, value in values.items()
    }
    return json.dumps({"kty": "RSA", "kid": "k1", **encoded})


def service_app(*answers: Answer, key: str, **more: Any) -> tuple[OktaSession, Script]:
    return opened(*answers, okta_api_token="", okta_client_id="0oaservice", okta_private_key=key, **more)


EC_KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("text", "public", "algorithm", "key_id"),
    [
        (pem(RSA_KEY), RSA_KEY.public_key(), "RS256", "given"),
        (pem(RSA_KEY).replace("\n", "\\n"), RSA_KEY.public_key(), "RS256", "given"),
        (jwk(), RSA_KEY.public_key(), "RS256", "k1"),
        (pem(EC_KEY), EC_KEY.public_key(), "ES256", "given"),
    ],
)
def test_a_service_app_proves_itself(text: str, public: Any, algorithm: str, key_id: str) -> None:
    """PyJWT is the witness of the assertion."""
    given = {} if key_id == "k1" else {"okta_private_key_id": key_id}
    session, script = service_app((200, {}, {"access_token": "at"}), (200, {}, {}), key=text, **given)
    session.get("apps")
    form = parse_qs(str(script.seen[0].body))
    assert form["grant_type"] == ["client_credentials"] and form["scope"] == ["okta.apps.read"]
    assert "Authorization" not in script.seen[0].headers
    assertion = form["client_assertion"][0]
    claims = jwt.decode(assertion, public, algorithms=[algorithm], audience=f"{ORG}/oauth2/v1/token")
    assert claims["iss"] == claims["sub"] == "0oaservice" and 0 < claims["exp"] - claims["iat"] <= 3600
    assert jwt.get_unverified_header(assertion)["kid"] == key_id
    assert script.seen[1].headers["Authorization"] == "Bearer at"


def test_a_token_is_renewed_once() -> None:
    refused: Answer = (401, {}, error("E0000011"))
    tokens: list[Answer] = [(200, {}, {"access_token": f"at{number}"}) for number in (1, 2)]
    session, script = service_app(tokens[0], refused, tokens[1], refused, key=pem(RSA_KEY))
    with pytest.raises(ServiceError):
        session.get("apps")
    assert [r.headers.get("Authorization") for r in script.seen] == [None, "Bearer at1", None, "Bearer at2"]
    assertions = [parse_qs(str(script.seen[number].body))["client_assertion"][0] for number in (0, 2)]
    assert assertions[0] != assertions[1]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "invalid_scope", "error_description": "One or more scopes are not allowed."}, "invalid_scope: One"),
        ({"error": "invalid_scope", "error_description": "x"}, r"asks for okta\.apps\.read: .*0oaservice.*okta_scopes"),
    ],
)
def test_a_service_app_that_is_refused(body: dict[str, str], words: str) -> None:
    session, _unused = service_app((400, {}, body), key=pem(RSA_KEY))
    with pytest.raises(ServiceError, match=words):
        session.get("apps")


def test_a_proof_of_possession(pauses: list[float]) -> None:
    """PyJWT is the witness of the proofs."""
    no_proof = {"error": "invalid_dpop_proof", "error_description": "The DPoP proof JWT header is missing."}
    session, script = service_app(
        (400, {}, no_proof),
        (400, {"DPoP-Nonce": "n1"}, {"error": "use_dpop_nonce"}),
        (200, {"dpop-nonce": "n2"}, {"access_token": "at", "token_type": "DPoP"}),
        (503, {}, b""),
        (200, {}, {}),
        key=pem(RSA_KEY),
    )
    session.get("apps", "a@b", limit=5)
    assert len(pauses) == 1
    bare, *proved = script.seen
    assert "DPoP" not in bare.headers and [r.headers.get("Authorization") for r in proved[2:]] == ["DPoP at"] * 2
    proofs = [str(request.headers["DPoP"]) for request in proved]
    keys = [jwt.PyJWK(jwt.get_unverified_header(proof)["jwk"]) for proof in proofs]
    claims = [jwt.decode(proof, key, algorithms=["ES256"]) for proof, key in zip(proofs, keys, strict=True)]
    assert {jwt.get_unverified_header(proof)["typ"] for proof in proofs} == {"dpop+jwt"}
    assert len({str(jwt.get_unverified_header(proof)["jwk"]) for proof in proofs}) == 1
    assert [claim.get("nonce") for claim in claims] == [None, "n1", None, None]
    assert [(claim["htm"], claim["htu"]) for claim in claims] == [("POST", f"{ORG}/oauth2/v1/token")] * 2 + [
        ("GET", f"{ORG}/api/v1/apps/a%40b")
    ] * 2
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"at").digest()).rstrip(b"=").decode()
    assert [claim.get("ath") for claim in claims] == [None, None, digest, digest]
    assert len({claim["jti"] for claim in claims}) == len(claims)
    # a token that runs out later is asked for with a proof and the nonce at once
    script.answers += [(401, {}, error("E0000011")), (200, {}, {"access_token": "at2", "token_type": "DPoP"})]
    script.answers.append((200, {}, {}))
    session.get("apps")
    [asked] = [r for r in script.seen[6:] if str(r.url).endswith("/token")]
    assert jwt.decode(str(asked.headers["DPoP"]), keys[0], algorithms=["ES256"])["nonce"] == "n2"


def test_a_proof_that_stays_refused_ends_in_an_error() -> None:
    refused: Answer = (400, {}, {"error": "invalid_dpop_proof", "error_description": "The DPoP proof JWT is invalid."})
    session, script = service_app(*[refused] * 5, key=pem(RSA_KEY))
    with pytest.raises(ServiceError, match="invalid_dpop_proof"):
        session.get("apps")
    assert len(script.seen) == 2
    again: Answer = (400, {"dpop-nonce": "n"}, {"error": "use_dpop_nonce"})
    session, script = service_app(refused, *[again] * 5, key=pem(RSA_KEY))
    with pytest.raises(ServiceError, match="use_dpop_nonce"):
        session.get("apps")
    assert len(script.seen) == 3


def test_paths_are_quoted() -> None:
    assert path_of("users", "ann+1@example.com/..") == "/api/v1/users/ann%2B1%40example.com%2F.."

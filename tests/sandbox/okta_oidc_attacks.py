# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on the embedded org's OpenID Connect: each is a flow that succeeds, and the same with one thing spoiled."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from jwt.utils import base64url_encode
from okta_client import JANE, Client, org
from okta_oidc_client import (
    CALLBACK,
    CLIENT_KEY,
    OTHER_KEY,
    SERVERS,
    Party,
    allow,
    answer_of,
    new_client,
    proof,
    public_jwk,
)

VERIFIER = "the-verifier-of-the-victim-0123456789-0123456789"
EVIL = "https://evil.example.com/cb"
HTML = "html"


@dataclass
class World:
    """The victim's applications and the attacker's, in one org in which Jane is signed in."""

    web: Party
    evil: Party
    signer: Party
    rotating: Party
    service: Party
    bound: Party

    @property
    def client(self) -> Client:
        return self.web.client

    def later(self, seconds: float) -> None:
        self.client.room.cloud.clock.advance(seconds)


@contextmanager
def world() -> Iterator[World]:
    with org() as client:
        keys = {"keys": [public_jwk(CLIENT_KEY, "k1")]}
        refreshing: dict[str, Any] = {
            "grant_types": ["authorization_code", "refresh_token"],
            "refresh_token": {"rotation_type": "ROTATE", "leeway": 0},
        }
        machine: dict[str, Any] = {
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": ["token"],
            "redirect_uris": [],
            "jwks": keys,
        }
        made = World(
            Party(
                client,
                new_client(client, "Web", pkce=True, post_logout_redirect_uris=["https://web.example.com/bye"]),
                verifier=VERIFIER,
            ),
            Party(client, new_client(client, "Evil", **refreshing), verifier=VERIFIER),
            Party(client, new_client(client, "Signer", "private_key_jwt", jwks=keys)),
            Party(client, new_client(client, "Rotating", **refreshing)),
            Party(client, new_client(client, "Service", "private_key_jwt", **machine), ""),
            Party(client, new_client(client, "Bound", "private_key_jwt", dpop_bound_access_tokens=True, **machine), ""),
        )
        for party in (made.web, made.evil, made.signer, made.rotating):
            client.assign(party.app)
        for party in (made.service, made.bound):
            body = {"issuer": client.url, "scopeId": "okta.apps.read"}
            client.call("POST", f"/api/v1/apps/{party.app['id']}/grants", json=body)
        allow(client)
        client.sign_in()
        yield made


#: A flow in the world: as it should be (False), or spoiled (True).
Flow = Callable[[World, bool], requests.Response]


@dataclass(frozen=True)
class Attack:
    """``checks``: what stops it; ``error``: how it is refused (an OAuth or Okta code, or a page)."""

    name: str
    checks: frozenset[str]
    error: str
    flow: Flow


def error_code(response: requests.Response) -> str:
    """What a refusal is called, wherever it is told; "" for success."""
    if response.status_code == 302:
        return answer_of(response).get("error", "")
    if response.status_code < 400:
        return ""
    if response.headers["Content-Type"].startswith("text/html"):
        return HTML
    body = response.json()
    return str(body.get("error") or body["errorCode"])


# Codes and redirects


def state_missing(w: World, spoiled: bool) -> requests.Response:
    return w.web.authorize(**({"state": None} if spoiled else {}))


def redirect_uri_foreign(w: World, spoiled: bool) -> requests.Response:
    return w.web.authorize(redirect_uri=EVIL if spoiled else CALLBACK)


def pkce_left_out(w: World, spoiled: bool) -> requests.Response:
    return w.web.authorize(**({"code_challenge": None, "code_challenge_method": None} if spoiled else {}))


def pkce_wrong_verifier(w: World, spoiled: bool) -> requests.Response:
    return w.web.trade(w.web.code(), code_verifier="guessed-" * 8 if spoiled else VERIFIER)


def pkce_no_verifier(w: World, spoiled: bool) -> requests.Response:
    return w.web.trade(w.web.code(), code_verifier=None if spoiled else VERIFIER)


def code_replayed(w: World, spoiled: bool) -> requests.Response:
    code = w.web.code()
    first = w.web.trade(code)
    return w.web.trade(code) if spoiled else first


def code_of_another_client(w: World, spoiled: bool) -> requests.Response:
    return (w.evil if spoiled else w.web).trade(w.web.code())


def code_too_old(w: World, spoiled: bool) -> requests.Response:
    code = w.web.code()
    w.later(301 if spoiled else 299)
    return w.web.trade(code)


def code_with_another_redirect_uri(w: World, spoiled: bool) -> requests.Response:
    return w.web.trade(w.web.code(), redirect_uri=EVIL if spoiled else CALLBACK)


def code_at_another_server(w: World, spoiled: bool) -> requests.Response:
    server = Party(w.client, w.web.app, "", VERIFIER) if spoiled else w.web
    return server.trade(w.web.code())


def user_not_assigned(w: World, spoiled: bool) -> requests.Response:
    if spoiled:
        user = w.client.call("GET", f"/api/v1/users/{JANE}").json()["id"]
        w.client.call("DELETE", f"/api/v1/apps/{w.web.app['id']}/users/{user}")
    return w.web.authorize()


def no_policy(w: World, spoiled: bool) -> requests.Response:
    if spoiled:
        for policy in w.client.call("GET", f"{SERVERS}/default/policies").json():
            w.client.call("DELETE", f"{SERVERS}/default/policies/{policy['id']}")
    return w.web.authorize()


# Clients


def secret_wrong(w: World, spoiled: bool) -> requests.Response:
    secret = "guessed-" * 5 if spoiled else w.web.secret
    return w.web.trade(w.web.code(), auth=(w.web.client_id, secret))


def secret_deactivated(w: World, spoiled: bool) -> requests.Response:
    path = f"/api/v1/apps/{w.web.app['id']}/credentials/secrets"
    old = w.client.call("GET", path).json()[0]
    w.client.call("POST", path)
    if spoiled:
        w.client.call("POST", f"{path}/{old['id']}/lifecycle/deactivate")
    return w.web.trade(w.web.code())


def no_secret_at_all(w: World, spoiled: bool) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": w.web.code(), "redirect_uri": CALLBACK}
    form["code_verifier"] = VERIFIER
    return w.web.post({**form, "client_id": w.web.client_id}, auth=None) if spoiled else w.web.post(form)


def _signed(w: World, assertion: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": w.signer.code(), "redirect_uri": CALLBACK}
    return w.signer.by_assertion(form, assertion)


def assertion_unsigned(w: World, spoiled: bool) -> requests.Response:
    good = w.signer.assertion()
    claims = jwt.decode(good, options={"verify_signature": False})
    return _signed(w, jwt.encode(claims, "", algorithm="none") if spoiled else good)


def assertion_of_another_key(w: World, spoiled: bool) -> requests.Response:
    return _signed(w, w.signer.assertion(OTHER_KEY if spoiled else CLIENT_KEY))


def assertion_by_the_public_key(w: World, spoiled: bool) -> requests.Response:
    """The public key as the secret of an HMAC."""
    good = w.signer.assertion()
    pem = CLIENT_KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    # PyJWT refuses to do this, so by hand.
    head = base64url_encode(b'{"alg":"HS256","kid":"k1"}') + b"." + good.split(".")[1].encode()
    forged = head + b"." + base64url_encode(hmac.digest(pem, head, "sha256"))
    return _signed(w, forged.decode() if spoiled else good)


def assertion_replayed(w: World, spoiled: bool) -> requests.Response:
    assertion = w.signer.assertion()
    first = _signed(w, assertion)
    return _signed(w, assertion) if spoiled else first


def assertion_for_somebody_else(w: World, spoiled: bool) -> requests.Response:
    aud = "https://other.example.com/oauth2/v1/token"
    return _signed(w, w.signer.assertion(**({"aud": aud} if spoiled else {})))


def assertion_expired(w: World, spoiled: bool) -> requests.Response:
    return _signed(w, w.signer.assertion(exp=int(time.time()) + (-5 if spoiled else 60)))


def assertion_for_a_day(w: World, spoiled: bool) -> requests.Response:
    return _signed(w, w.signer.assertion(exp=int(time.time()) + (86400 if spoiled else 3500)))


# Tokens


def _refresh(party: Party, token: str) -> requests.Response:
    return party.post({"grant_type": "refresh_token", "refresh_token": token})


def refresh_after_rotation(w: World, spoiled: bool) -> requests.Response:
    first = w.rotating.tokens(scope="openid offline_access")["refresh_token"]
    second = _refresh(w.rotating, first).json()["refresh_token"]
    w.later(1)
    return _refresh(w.rotating, first if spoiled else second)


def refresh_of_another_client(w: World, spoiled: bool) -> requests.Response:
    token = w.rotating.tokens(scope="openid offline_access")["refresh_token"]
    return _refresh(w.evil if spoiled else w.rotating, token)


def _service_token(w: World) -> str:
    form = {"grant_type": "client_credentials", "scope": "okta.apps.read"}
    return str(w.service.by_assertion(form).json()["access_token"])


def scope_exceeded(w: World, spoiled: bool) -> requests.Response:
    """A token for reading writes."""
    url, headers = f"{w.client.url}/api/v1/apps/{w.web.app['id']}", {"Authorization": f"Bearer {_service_token(w)}"}
    if not spoiled:
        return requests.get(url, headers=headers, timeout=30)
    return requests.post(f"{url}/lifecycle/deactivate", headers=headers, timeout=30)


def _bound_token(w: World) -> str:
    form = {"grant_type": "client_credentials", "scope": "okta.apps.read"}
    url = f"{w.bound.endpoints}/token"
    nonce = w.bound.by_assertion(form, headers={"DPoP": proof("POST", url)}).headers["dpop-nonce"]
    answer = w.bound.by_assertion(form, headers={"DPoP": proof("POST", url, nonce=nonce)})
    return str(answer.json()["access_token"])


def _list_apps(w: World, scheme: str, token: str, **headers: str) -> requests.Response:
    return requests.get(
        f"{w.client.url}/api/v1/apps", headers={"Authorization": f"{scheme} {token}", **headers}, timeout=30
    )


def bound_token_stolen(w: World, spoiled: bool) -> requests.Response:
    token = _bound_token(w)
    if spoiled:
        return _list_apps(w, "Bearer", token)
    return _list_apps(w, "DPoP", token, DPoP=proof("GET", f"{w.client.url}/api/v1/apps", token=token))


def proof_replayed(w: World, spoiled: bool) -> requests.Response:
    token = _bound_token(w)
    made = proof("GET", f"{w.client.url}/api/v1/apps", token=token)
    first = _list_apps(w, "DPoP", token, DPoP=made)
    return _list_apps(w, "DPoP", token, DPoP=made) if spoiled else first


def proof_for_another_url(w: World, spoiled: bool) -> requests.Response:
    token = _bound_token(w)
    path = "groups" if spoiled else "apps"
    return _list_apps(w, "DPoP", token, DPoP=proof("GET", f"{w.client.url}/api/v1/{path}", token=token))


def logout_leads_away(w: World, spoiled: bool) -> requests.Response:
    target = EVIL if spoiled else "https://web.example.com/bye"
    token = w.web.tokens()["id_token"]
    query = f"id_token_hint={token}&post_logout_redirect_uri={quote_plus(target)}"
    return w.client.browser.get(f"{w.web.endpoints}/logout?{query}", allow_redirects=False, timeout=30)


def _attack(flow: Flow, error: str, *checks: str) -> Attack:
    return Attack(flow.__name__, frozenset(checks), error, flow)


ATTACKS = (
    _attack(state_missing, "invalid_request", "oidc_state"),
    _attack(redirect_uri_foreign, HTML, "oidc_redirect_uri"),
    _attack(pkce_left_out, "invalid_request", "oidc_pkce"),
    _attack(pkce_wrong_verifier, "invalid_grant", "oidc_pkce"),
    _attack(pkce_no_verifier, "invalid_request", "oidc_pkce"),
    _attack(code_replayed, "invalid_grant", "oidc_code_once"),
    _attack(code_of_another_client, "invalid_grant", "oidc_code_client"),
    _attack(code_too_old, "invalid_grant", "oidc_code_expiry"),
    _attack(code_with_another_redirect_uri, "invalid_grant", "oidc_code_redirect_uri"),
    _attack(code_at_another_server, "invalid_request", "oidc_code_server"),
    _attack(user_not_assigned, "access_denied", "oidc_assignment"),
    _attack(no_policy, "access_denied", "oidc_policy"),
    _attack(secret_wrong, "invalid_client", "oidc_client_secret"),
    _attack(secret_deactivated, "invalid_client", "oidc_client_secret"),
    _attack(no_secret_at_all, "invalid_client", "oidc_client_method"),
    _attack(assertion_unsigned, "invalid_client", "oidc_assertion_signature"),
    _attack(assertion_of_another_key, "invalid_client", "oidc_assertion_signature"),
    _attack(assertion_by_the_public_key, "invalid_client", "oidc_assertion_signature"),
    _attack(assertion_replayed, "invalid_client", "oidc_assertion_once"),
    _attack(assertion_for_somebody_else, "invalid_client", "oidc_assertion_audience"),
    _attack(assertion_expired, "invalid_client", "oidc_assertion_expiry"),
    _attack(assertion_for_a_day, "invalid_client", "oidc_assertion_lifetime"),
    _attack(refresh_after_rotation, "invalid_grant", "oidc_refresh_reuse"),
    _attack(refresh_of_another_client, "invalid_grant", "oidc_refresh_client"),
    _attack(scope_exceeded, "E0000006", "oidc_api_scopes"),
    _attack(bound_token_stolen, "invalid_request", "oidc_dpop_binding"),
    _attack(proof_replayed, "invalid_dpop_proof", "oidc_dpop_once"),
    _attack(proof_for_another_url, "invalid_dpop_proof", "oidc_dpop_url"),
    _attack(logout_leads_away, HTML, "oidc_post_logout_redirect_uri"),
)

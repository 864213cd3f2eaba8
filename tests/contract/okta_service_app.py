# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of recorded token requests: its assertions and DPoP proofs were scrubbed, so it makes new ones."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from qbusiness_sandbox.okta.room import OktaRoom

Json = dict[str, Any]
TOKEN_PATH = "/oauth2/v1/token"


def _jwk(key: rsa.RSAPrivateKey) -> Json:
    numbers = key.public_key().public_numbers()
    parts = {"e": numbers.e, "n": numbers.n}
    return {
        "kty": "RSA",
        **{
            name: base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
            for name, value in parts.items()
        },
    }


class ServiceApp:
    """An application that is bound to DPoP as the recorded one was; ``scopes``: what it is granted."""

    def __init__(self, room: OktaRoom, scopes: set[str]) -> None:
        self._room = room
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._nonce = ""
        client = {
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": ["token"],
            "redirect_uris": [],
            "jwks": {"keys": [{**_jwk(self._key), "kid": "k", "use": "sig", "status": "ACTIVE", "id": "pks"}]},
            "dpop_bound_access_tokens": True,
        }
        app: Json = {
            "name": "oidc_client",
            "label": "Service",
            "signOnMode": "OPENID_CONNECT",
            "accessibility": {},
            "visibility": {},
            "credentials": {
                "oauthClient": {"client_id": "service-app", "token_endpoint_auth_method": "private_key_jwt"}
            },
            "settings": {"oauthClient": client},
        }
        identifier = room.seed({"apps": [app]})["apps"]["Service"]
        grants = room.org.state.apps[identifier].grants
        grants |= {scope: {"id": scope, "scopeId": scope} for scope in scopes}

    def sign(self, url: str, form: Json, headers: dict[str, str]) -> Json:
        """The form with a good assertion; the proof among the headers becomes a good one, with the nonce that the
        answer before brought, as clients do."""
        now = int(self._room.cloud.clock.now())
        claims = {"iss": "service-app", "sub": "service-app", "aud": url, "iat": now, "exp": now + 300}
        assertion = jwt.encode(
            {**claims, "jti": secrets.token_hex(8)}, self._key, algorithm="RS256", headers={"kid": "k"}
        )
        if "dpop" in headers:
            proof = {"htm": "POST", "htu": url, "iat": now, "jti": secrets.token_hex(8)}
            proof |= {"nonce": self._nonce} if self._nonce else {}
            head = {"typ": "dpop+jwt", "jwk": _jwk(self._key)}
            headers["dpop"] = jwt.encode(proof, self._key, algorithm="RS256", headers=head)
        return {**form, "client_assertion": assertion}

    def learn(self, answer: requests.Response) -> None:
        """Keep the nonce of a refusal for the next request."""
        refused = answer.status_code == 400 and json.loads(answer.content).get("error") == "use_dpop_nonce"
        self._nonce = answer.headers["dpop-nonce"] if refused else ""

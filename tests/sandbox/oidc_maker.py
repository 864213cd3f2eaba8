# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OpenID Connect issuer of the tests' own: its keys, what it publishes, and ID tokens that it signs.

It shares no code with the embedded Okta org nor with STS (PyJWT signs), so that they are witnesses of each other.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from qbusiness_sandbox.cloud import Operation
from werkzeug.wrappers import Request, Response

HOST = "acme.okta.com"
ISSUER = f"https://{HOST}/oauth2/default"
#: Another authorization server of the same org, whose administrator is the attacker.
OTHER = f"https://{HOST}/oauth2/ausEvil"
CLIENT = "0oaClientOfTests"
TAGS = "https://aws.amazon.com/tags"


@cache
def rsa_key(_number: int) -> rsa.RSAPrivateKey:
    """One key for each number, made once in a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key(curve: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key({"256": ec.SECP256R1(), "384": ec.SECP384R1(), "512": ec.SECP521R1()}[curve])


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def jwk(key: Any, kid: str, algorithm: str = "") -> dict[str, Any]:
    """The public key as an issuer publishes it."""
    kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    found: dict[str, Any] = {**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}
    return {**found, "alg": algorithm} if algorithm else found


@dataclass
class IssuerRoom:
    """Stands where the Okta room stands. ``key_sets``: issuer -> its keys; ``pages``: path -> anything else."""

    key_sets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pages: dict[str, Callable[[Request], Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reset()

    def identify(self, request: Request) -> Operation:
        return Operation("okta", f"{request.method} {request.path}", request.method != "GET")

    def handle(self, request: Request, _operation: Operation) -> Response:
        self.asked.append(request.path)
        if request.path in self.pages:
            return self.pages[request.path](request)
        for issuer, keys in self.key_sets.items():
            path = issuer.removeprefix(f"https://{HOST}")
            if request.path == f"{path}/.well-known/openid-configuration":
                return _json(self.configuration(issuer))
            if request.path == f"{path}/v1/keys":
                return _json({"keys": keys})
        return Response("no such page", 404)

    @staticmethod
    def configuration(issuer: str) -> dict[str, Any]:
        return {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/v1/keys",
            "authorization_endpoint": f"{issuer}/v1/authorize",
            "token_endpoint": f"{issuer}/v1/token",
        }

    def reset(self) -> None:
        self.key_sets = {ISSUER: [jwk(rsa_key(1), "one", "RS256")], OTHER: [jwk(rsa_key(2), "evil", "RS256")]}
        self.pages = {}
        self.asked = []

    def seed(self, _data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}

    def dump(self) -> Mapping[str, Any]:
        return {}


def _json(body: Mapping[str, Any]) -> Response:
    return Response(json.dumps(body), 200, content_type="application/json")


def tags(**values: str) -> dict[str, Any]:
    """The tags claim in its nested form."""
    return {"principal_tags": {key: [value] for key, value in values.items()}}


@dataclass(frozen=True)
class Token:
    """An ID token before it is signed. ``payload``: the claims' JSON where no mapping can say it."""

    claims: Mapping[str, Any]
    header: Mapping[str, Any] = field(default_factory=lambda: {"kid": "one"})
    algorithm: str = "RS256"
    key: Any = field(default_factory=lambda: rsa_key(1), repr=False)
    payload: str = ""

    def with_claims(self, **changes: Any) -> Token:
        """The same with claims replaced or (None) left out."""
        changed = {**self.claims, **changes}
        return replace(self, claims={key: value for key, value in changed.items() if value is not None})

    def text(self) -> str:
        """The compact serialization."""
        payload = self.payload or json.dumps(dict(self.claims))
        if self.algorithm == "none":
            header = json.dumps({**self.header, "alg": "none"})
            return ".".join(_encode(part.encode()) for part in (header, payload)) + "."
        if self.algorithm.startswith("HS"):
            # PyJWT refuses a public key as the secret of an HMAC, as it should.
            return _hmac(self, payload)
        return jwt.api_jws.encode(payload.encode(), self.key, self.algorithm, headers=dict(self.header))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _hmac(token: Token, payload: str) -> str:
    import hashlib
    import hmac

    header = json.dumps({**token.header, "alg": token.algorithm})
    signed = ".".join(_encode(part.encode()) for part in (header, payload))
    digest = getattr(hashlib, f"sha{token.algorithm[2:]}")
    return f"{signed}.{_encode(hmac.new(token.key, signed.encode(), digest).digest())}"


def good(now: float, **claims: Any) -> Token:
    """A token that STS accepts, as Okta writes it; ``now``: seconds since the epoch."""
    return Token(
        {
            "ver": 1,
            "iss": ISSUER,
            "sub": "00u1annexample12345",
            "aud": CLIENT,
            "iat": int(now),
            "exp": int(now) + 3600,
            "jti": "ID.1",
            "amr": ["pwd"],
            "auth_time": int(now),
            "email": "ann@example.com",
            TAGS: tags(Email="ann@example.com"),
            **claims,
        }
    )

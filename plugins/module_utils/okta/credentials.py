# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to prove to an Okta org who asks: an API token, or a service app with a private key.

Source: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..errors import DependencyError, InputError

try:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

    HAS_CRYPTOGRAPHY = True
except ImportError:  # reported by ServiceApp, in one sentence
    HAS_CRYPTOGRAPHY = False

TOKEN_PATH = "/oauth2/v1/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Seconds that an assertion is good for; Okta takes up to an hour.
ASSERTION_SECONDS = 300


class Credentials(Protocol):
    """What a session asks for its Authorization header."""

    #: Values that no text may hold.
    secrets: set[str]

    def header(self, origin: str, fetch: Fetch) -> str:
        """The Authorization header."""

    def renew(self) -> bool:
        """Forget what was refused; whether another try makes sense."""


class Fetch(Protocol):
    """Posts a form to the org without authorization and answers its JSON."""

    def __call__(self, path: str, form: Mapping[str, str]) -> Any: ...


class ApiToken:
    """``Authorization: SSWS``."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.secrets = {token}

    def header(self, origin: str, fetch: Fetch) -> str:
        return f"SSWS {self._token}"

    def renew(self) -> bool:
        return False


class ServiceApp:
    """``Authorization: Bearer``, by ``client_credentials`` and ``private_key_jwt``."""

    def __init__(self, client_id: str, private_key: str, key_id: str, scopes: Sequence[str]) -> None:
        """:param private_key: PEM, or a JWK as JSON (RSA)
        :raises DependencyError: cryptography is absent
        :raises InputError: the key cannot be read
        """
        if not HAS_CRYPTOGRAPHY:
            raise DependencyError("The Python library cryptography is needed for okta_private_key; install it.")
        self._client_id = client_id
        self._scopes = list(scopes)
        self._key, self._key_id = _load(private_key, key_id)
        self._token = ""
        self.secrets = {private_key}

    def header(self, origin: str, fetch: Fetch) -> str:
        if not self._token:
            assertion = self._assertion(f"{origin}{TOKEN_PATH}")
            self.secrets.add(assertion)
            answer = fetch(
                TOKEN_PATH,
                {
                    "grant_type": "client_credentials",
                    "scope": " ".join(self._scopes),
                    "client_assertion_type": ASSERTION_TYPE,
                    "client_assertion": assertion,
                },
            )
            self._token = str(answer["access_token"])
            self.secrets.add(self._token)
        return f"Bearer {self._token}"

    def renew(self) -> bool:
        self._token = ""
        return True

    def _assertion(self, audience: str) -> str:
        now = int(time.time())
        head = {"alg": "RS256" if isinstance(self._key, rsa.RSAPrivateKey) else "ES256", "typ": "JWT"}
        if self._key_id:
            head["kid"] = self._key_id
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": audience,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        signed = f"{_encoded(_json(head))}.{_encoded(_json(claims))}"
        return f"{signed}.{_encoded(_signature(self._key, signed.encode()))}"


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _signature(key: Any, data: bytes) -> bytes:
    """RS256, or ES256 with both numbers side by side (RFC 7518, 3.4)."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    first, second = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return first.to_bytes(32, "big") + second.to_bytes(32, "big")


def _load(text: str, key_id: str) -> tuple[Any, str]:
    """The key and its id; a JWK brings its own id."""
    try:
        if text.lstrip().startswith("{"):
            jwk = json.loads(text)
            public, private = rsa.RSAPublicNumbers(_decoded(jwk["e"]), _decoded(jwk["n"])), _decoded(jwk["d"])
            p, q = rsa.rsa_recover_prime_factors(public.n, public.e, private)
            numbers = rsa.RSAPrivateNumbers(
                p,
                q,
                private,
                rsa.rsa_crt_dmp1(private, p),
                rsa.rsa_crt_dmq1(private, q),
                rsa.rsa_crt_iqmp(p, q),
                public,
            )
            return numbers.private_key(), key_id or str(jwk.get("kid") or "")
        # a key from an environment variable may have its line breaks spelled out
        key = serialization.load_pem_private_key(text.replace("\\n", "\n").strip().encode(), password=None)
    except (ValueError, TypeError, KeyError):
        raise InputError(
            ["okta_private_key: cannot be read; it should be a PEM without a passphrase, or an RSA key as a JWK"]
        ) from None
    curve = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    if not isinstance(key, rsa.RSAPrivateKey) and not curve:
        raise InputError(["okta_private_key: is neither an RSA key nor one of the curve P-256"])
    return key, key_id

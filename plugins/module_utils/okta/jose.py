# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The little of JOSE that a client of Okta needs, on the library ``cryptography``.

A client that proves itself by ``private_key_jwt`` signs RS256 or ES256; an ID token of Okta is signed RS256 and
nothing else is believed. RFC 7515 (signatures), RFC 7517 (keys), RFC 7523 (assertions).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

from ..errors import DependencyError, InputError

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

    HAS_CRYPTOGRAPHY = True
except ImportError:  # reported by require_cryptography, in one sentence
    HAS_CRYPTOGRAPHY = False

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Seconds that an assertion is good for; Okta takes up to an hour.
ASSERTION_SECONDS = 300
#: The one signature algorithm of Okta's ID tokens that is believed.
ALGORITHM = "RS256"
#: STS takes no longer token. Source: the STS model, ``clientTokenType``.
LONGEST = 20_000
#: Shorter RSA keys are not believed (RFC 7518, 3.3).
SMALLEST_KEY = 2048


class JoseError(ValueError):
    """A token is not what it should be; the text says why and holds nothing of the token but its header's names."""


def require_cryptography(what: str) -> None:
    """:raises DependencyError: cryptography is absent"""
    if not HAS_CRYPTOGRAPHY:
        raise DependencyError(f"The Python library cryptography is needed for {what}; install it.")


# -- a client's assertion -----------------------------------------------------------------------------------------


def client_assertion(client_id: str, key: Any, key_id: str, audience: str) -> str:
    """A signed assertion of who the client is.

    :param key: from :func:`load_private_key`
    :param audience: the token endpoint's URL
    """
    now = int(time.time())
    head = {"alg": "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256", "typ": "JWT"}
    if key_id:
        head["kid"] = key_id
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    return _signed(head, claims, key)


def _signed(head: Mapping[str, Any], claims: Mapping[str, Any], key: Any) -> str:
    signed = f"{_encoded(_json(head))}.{_encoded(_json(claims))}"
    return f"{signed}.{_encoded(_signature(key, signed.encode()))}"


def load_private_key(option: str, text: str, key_id: str) -> tuple[Any, str]:
    """A private key and its id; a JWK brings its own id.

    :param option: named in the error
    :param text: PEM without a passphrase (RSA, or the curve P-256), or a JWK as JSON (RSA)
    :raises InputError: it cannot be read
    """
    try:
        if text.lstrip().startswith("{"):
            jwk = json.loads(text)
            public, private = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])), _number(jwk["d"])
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
            [f"{option}: cannot be read; it should be a PEM without a passphrase, or an RSA key as a JWK"]
        ) from None
    curve = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    if not isinstance(key, rsa.RSAPrivateKey) and not curve:
        raise InputError([f"{option}: is neither an RSA key nor one of the curve P-256"])
    return key, key_id


def _signature(key: Any, data: bytes) -> bytes:
    """RS256, or ES256 with both numbers side by side (RFC 7518, 3.4)."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    first, second = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return first.to_bytes(32, "big") + second.to_bytes(32, "big")


# -- proof of possession (RFC 9449) -------------------------------------------------------------------------------


def new_proof_key() -> Any:
    """A key of the curve P-256 for one session's proofs; it is kept nowhere."""
    return ec.generate_private_key(ec.SECP256R1())


def dpop_proof(key: Any, method: str, url: str, *, access_token: str = "", nonce: str = "") -> str:
    """A proof that the sender of one request holds the key.

    :param key: from :func:`new_proof_key`
    :param url: the request's, without query
    :param access_token: what the request carries; its hash goes into the proof
    :param nonce: the server's, where it demands one
    """
    point = key.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", **{name: _encoded(getattr(point, name).to_bytes(32, "big")) for name in "xy"}}
    claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": str(uuid.uuid4())}
    if access_token:
        claims["ath"] = _encoded(hashlib.sha256(access_token.encode()).digest())
    if nonce:
        claims["nonce"] = nonce
    return _signed({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}, claims, key)


# -- a token of Okta ------------------------------------------------------------------------------------------------


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, not verified.

    :raises JoseError: it is no signed JWT in compact form
    """
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST:
        raise JoseError("it is no JWT of three parts" if len(parts) != 3 else f"it is longer than {LONGEST} characters")
    try:
        header, claims = (json.loads(_bytes(part)) for part in parts[:2])
    except ValueError:
        raise JoseError("its parts are not JSON in base64url") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise JoseError("its parts are no JSON objects")
    return header, claims


def verify(token: str, key_set: Any) -> None:
    """Whether one of these keys signed it, by RS256.

    :param key_set: the JSON at ``jwks_uri``
    :raises JoseError: none did, or none that may be believed
    """
    header, _claims = read(token)
    if header.get("alg") != ALGORITHM:
        raise JoseError(f"its algorithm is {header.get('alg')!r:.40}, not {ALGORITHM}")
    if "crit" in header:
        raise JoseError("its header demands an extension (crit)")
    key = _public_key(key_set, header.get("kid"))
    signed, _dot, signature = token.rpartition(".")
    try:
        key.verify(_bytes(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        raise JoseError("its signature is wrong") from None


def _public_key(key_set: Any, key_id: Any) -> Any:
    keys = key_set.get("keys") if isinstance(key_set, Mapping) else None
    found = [
        key
        for key in (keys if isinstance(keys, list) else [])
        if isinstance(key, Mapping) and key.get("kid") == key_id and key.get("kty") == "RSA" and key.get("use") != "enc"
    ]
    if len(found) != 1 or not isinstance(key_id, str):
        raise JoseError("no key of the issuer has its key id")
    try:
        public = rsa.RSAPublicNumbers(_number(found[0]["e"]), _number(found[0]["n"])).public_key()
    except (KeyError, TypeError, ValueError):
        raise JoseError("the issuer's key cannot be read") from None
    if public.key_size < SMALLEST_KEY:
        raise JoseError(f"the issuer's key has only {public.key_size} bits")
    return public


# -- base64url (RFC 7515, 2) ----------------------------------------------------------------------------------------


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: Any) -> bytes:
    """:raises ValueError: no base64url without padding"""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("no base64url")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("no base64url") from error


def _number(text: Any) -> int:
    return int.from_bytes(_bytes(text), "big")

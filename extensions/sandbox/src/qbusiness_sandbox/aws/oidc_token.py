# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JSON Web Token: taken apart strictly, and its signature verified with the issuer's key.

Codes and texts: https://repost.aws/knowledge-center/iam-oidc-idp-federation and the STS service model. The parts that a
check can be switched off for (``Settings.disabled_checks``) take the careless way instead, as libraries once did.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from qbusiness_sandbox.aws.errors import AwsError

#: "Tokens must be signed using either RSA keys (RS256, RS384, or RS512) or ECDSA keys (ES256, ES384, or ES512)": the
#: service model's text of WebIdentityToken.
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
_NOT_A_TOKEN = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
_PART = re.compile(r"[A-Za-z0-9_-]+")

Json = Mapping[str, Any]
#: kid -> the issuer's key as a JWK; None when it has no such key.
FindKey = Callable[[str], Json | None]
#: The URL of a key set -> its keys.
FetchKeys = Callable[[str], list[Json]]


def invalid(message: str) -> AwsError:
    """``InvalidIdentityToken``: the token could not be validated (the STS model's text)."""
    return AwsError("InvalidIdentityToken", message, 400)


@dataclass(frozen=True)
class Token:
    """A token's parts. Nothing of it is believed before :func:`verify`."""

    header: Json
    claims: Json
    text: str = field(repr=False)

    @property
    def algorithm(self) -> str:
        return str(self.header.get("alg", ""))

    @property
    def signed(self) -> bytes:
        return self.text.rpartition(".")[0].encode()

    @property
    def signature(self) -> bytes:
        return _decode(self.text.rpartition(".")[2], empty=True)


def _decode(part: str, *, empty: bool = False) -> bytes:
    """base64url without padding, nothing else (RFC 7515, 2)."""
    if empty and not part:
        return b""
    if not _PART.fullmatch(part):
        raise invalid(_NOT_A_TOKEN)
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise invalid(_NOT_A_TOKEN) from error


def _object(part: str, *, duplicates: bool) -> Json:
    """A JSON object. Members that occur twice are refused (RFC 7519, 4 allows that) unless ``duplicates``."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items) and not duplicates:
            # guess: that STS refuses them, and the text.
            raise invalid("The ID Token has a member more than once")
        return found

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is no JSON")

    try:
        found = json.loads(_decode(part).decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise invalid(_NOT_A_TOKEN) from error
    if not isinstance(found, dict):
        raise invalid(_NOT_A_TOKEN)
    return found


def read(text: str, disabled: AbstractSet[str]) -> Token:
    """The token of a compact serialization; raises ``InvalidIdentityToken``."""
    parts = text.split(".")
    if len(parts) != 3:
        raise invalid(_NOT_A_TOKEN)
    duplicates = "unique_members" in disabled
    header, claims = (_object(part, duplicates=duplicates) for part in parts[:2])
    _decode(parts[2], empty=True)
    return Token(header, claims, text)


def verify(token: Token, find: FindKey, fetch: FetchKeys, disabled: AbstractSet[str]) -> None:
    """Raise ``InvalidIdentityToken`` unless one of the issuer's keys made the signature.

    The key is the issuer's with the header's ``kid``; what else the header brings along (``jwk``, ``jku``, ``x5c``) is
    never looked at. ``signature_algorithm`` switched off: whatever the header names is done, ``none`` and HMAC with the
    public key's PEM included. ``embedded_key`` switched off: the header's own key is believed.
    """
    weak = "signature_algorithm" in disabled
    if token.algorithm not in ALGORITHMS and not weak:
        raise invalid(f"Unsupported signature algorithm {token.algorithm[:20]!r}")  # guess: the text
    if "crit" in token.header:
        raise invalid("The ID Token's header has a critical parameter that is not understood")  # guess: the text
    if token.algorithm == "none":
        if token.signature:
            raise invalid("The ID Token's signature is invalid")
        return
    key = _carried(token.header, fetch) if "embedded_key" in disabled else None
    if key is None:
        kid = token.header.get("kid")
        # guess: a token without kid has no key.
        key = find(kid) if isinstance(kid, str) else None
    if key is None:
        raise invalid(
            "Couldn't retrieve verification key from your identity provider,  please reference "
            "AssumeRoleWithWebIdentity documentation for requirements"
        )
    if not _made(token, key):
        raise invalid("The ID Token's signature is invalid")  # guess: the text


def _carried(header: Json, fetch: FetchKeys) -> Json | None:
    """The key that a token brings along itself, as a careless reader would take it."""
    if isinstance(header.get("jwk"), dict):
        return dict(header["jwk"])
    if isinstance(header.get("jku"), str):
        return next((key for key in fetch(header["jku"]) if key.get("kid") == header.get("kid")), None)
    return None


def _made(token: Token, jwk: Json) -> bool:
    try:
        key = import_key({name: value for name, value in jwk.items() if name not in ("key_ops", "use")})
        if not isinstance(key, (RSAKey, ECKey)) or jwk.get("alg", token.algorithm) != token.algorithm:
            return token.algorithm.startswith("HS") and _hmac(token, key)
        if token.algorithm.startswith("HS"):
            return _hmac(token, key)
        registry = jws.JWSRegistry(algorithms=[token.algorithm], strict_check_header=False)
        # The size is STS's own business; a header of Okta's is short, one that carries a key is not.
        registry.max_header_length = registry.max_payload_length = len(token.text)
        jws.deserialize_compact(token.text, key, registry=registry)
    except (JoseError, ValueError):
        return False
    return True


def _hmac(token: Token, key: Any) -> bool:
    """The careless way: the public key's PEM as the secret of an HMAC."""
    digest = getattr(hashlib, f"sha{token.algorithm[2:]}", None)
    if digest is None or not isinstance(key, (RSAKey, ECKey)):
        return False
    return hmac.compare_digest(hmac.new(key.as_pem(private=False), token.signed, digest).digest(), token.signature)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JWTs that clients make: taken apart without trust, then verified with one key and one algorithm."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from qbusiness_sandbox.okta.values import Json


class BadJwt(Exception):
    """The text is no JWT, or its signature does not fit."""


def _part(text: str) -> Json:
    try:
        data: Any = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise BadJwt from None
    if not isinstance(data, dict):
        raise BadJwt
    return data


def taken_apart(token: str) -> tuple[Json, Json]:
    """Header and claims, not verified. Raises :class:`BadJwt`."""
    parts = token.split(".")
    if len(parts) != 3:
        raise BadJwt
    return _part(parts[0]), _part(parts[1])


def verify(token: str, key: Json | bytes, algorithms: Sequence[str]) -> None:
    """Check the signature with a JWK (or the bytes of a secret). Raises :class:`BadJwt`."""
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OctKey, RSAKey

    registry = jws.JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
    # A proof carries an RSA key in its header, which is more than the library's own limit.
    registry.max_header_length = registry.max_payload_length = len(token)
    try:
        if isinstance(key, bytes):
            jws.deserialize_compact(token, OctKey.import_key(key), registry=registry)
        else:
            members = {name: key[name] for name in ("kty", "n", "e", "crv", "x", "y") if key.get(name)}
            public = RSAKey.import_key(members) if key["kty"] == "RSA" else ECKey.import_key(members)
            jws.deserialize_compact(token, public, registry=registry)
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadJwt from None


def thumbprint(key: Json) -> str:
    """Of a public key (RFC 7638). Raises :class:`BadJwt` for a key of another kind."""
    members = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}.get(str(key.get("kty")))
    if members is None or any(not isinstance(key.get(name), str) for name in members):
        raise BadJwt
    text = json.dumps({name: key[name] for name in members}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()

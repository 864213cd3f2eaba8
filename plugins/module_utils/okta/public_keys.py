# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public keys of an app that signs its own requests for tokens: compared by their ids and their material.

Okta answers each with members that nobody sent: ``id``, ``crv``, ``use``, ``status`` (recorded, ``oidc_service_jwks``).
Source of names: RFC 7517, RFC 7518.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: Members that make the key, by its type.
MATERIAL = {"RSA": ("n", "e"), "EC": ("x", "y")}
#: Members that nobody but the owner of the key may know (RFC 7518, sections 6.2.2, 6.3.2, 6.4.1).
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
RSA_BITS = 2048

Key = Mapping[str, Any]


def _number(text: Any) -> int:
    """A base64url number; 0 for what is none."""
    try:
        return int.from_bytes(base64.urlsafe_b64decode(f"{str(text or '').rstrip('=')}==="), "big")
    except ValueError:
        return 0


def _identity(key: Key) -> tuple[Any, ...]:
    return (
        key.get("kid"),
        key.get("kty"),
        *(_number(key.get(member)) for member in MATERIAL.get(key.get("kty", ""), ())),
    )


def same_key(wanted: Key, current: Key) -> bool:
    """Whether two keys are one; ``status`` counts where it is named."""
    named = wanted.get("status")
    return _identity(wanted) == _identity(current) and (named is None or named == (current.get("status") or "ACTIVE"))


def _keys(value: Any) -> list[Key]:
    return list((value.get("keys") if isinstance(value, Mapping) else None) or [])


def same_keys(wanted: Any, current: Any) -> bool:
    """Whether two values of ``jwks`` hold the same keys, in whatever order."""
    left, right = _keys(wanted), _keys(current)
    return len(left) == len(right) and all(any(same_key(key, other) for other in right) for key in left)


def laid_over(wanted: Any, current: Any) -> Any:
    """``jwks`` as it is sent: keys that are there go back with what Okta added to them."""
    there = {_identity(key): key for key in _keys(current)}
    return {"keys": [{**there.get(_identity(key), {}), **key} for key in _keys(wanted)]}


def private_parts(keys: Sequence[Key]) -> set[str]:
    """The texts of members that make a key a private one."""
    return {str(value) for key in keys for member, value in key.items() if member in PRIVATE and value}


def faults(option: str, keys: Sequence[Key]) -> Iterator[str]:
    """What cannot be right in a list of keys. No text holds material."""
    seen: set[Any] = set()
    for place, key in enumerate(keys):
        where = f"{option}.keys[{place}]"
        kid, kind = key.get("kid"), key.get("kty")
        if not kid:
            yield f"{where}: has no kid; it should have one, by which it is told from others"
        elif kid in seen:
            yield f"{where}: has the kid of another key; each stands there once"
        seen.add(kid)
        if PRIVATE & set(key):
            yield f"{where}: holds a private key; it should be the public one alone"
        if kind not in MATERIAL:
            yield f"{where}: has kty {kind!r}; it should be RSA or EC"
            continue
        missing = [member for member in MATERIAL[str(kind)] if not _number(key.get(member))]
        if missing:
            yield f"{where}: has no usable {' and '.join(missing)}; a key of kty {kind} should have them as base64url"
        # guess: how much shorter than it says a modulus may be (a recorded one lacks a bit)
        elif kind == "RSA" and _number(key["n"]).bit_length() < RSA_BITS - 7:
            yield f"{where}: has {_number(key['n']).bit_length()} bits; Okta takes {RSA_BITS} and more"

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of requests to Okta that several folders of tests use: plain data, and what fills the ``$names`` in it."""

from __future__ import annotations

import base64
import copy
import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Json = dict[str, Any]
BODIES = Path(__file__).with_name("contract") / "okta_facts" / "bodies.yml"
_VARIABLE = re.compile(r"\$([a-z_]+)")


def bodies() -> dict[str, Json]:
    """Return the bodies by name."""
    found: dict[str, Json] = yaml.safe_load(BODIES.read_text(encoding="utf-8"))
    return found


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """Return the value with every ``$name`` in it replaced. Raises ``KeyError`` for one that has no value."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: values[match[1]], value)
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    if isinstance(value, dict):
        return {fill(key, values): fill(item, values) for key, item in value.items()}
    return value


def changed(body: Json, change: Mapping[str, Any]) -> Json:
    """Return a copy of the body with other members, by dotted path."""
    made = copy.deepcopy(body)
    for path, value in change.items():
        *parents, last = path.split(".")
        place = made
        for name in parents:
            place = place[name]
        place[last] = value
    return made


def names(value: Any) -> set[str]:
    """Return the names of the values that are yet to be filled in."""
    return set(_VARIABLE.findall(str(value)))


def _number(value: int, length: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(length, "big")).rstrip(b"=").decode()


@cache
def given() -> dict[str, str]:
    """Return the values that everyone may use: a service provider's certificate and public keys."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sp.example.com")])
    now = dt.datetime.now(dt.UTC)
    certificate = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    certificate = certificate.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=9))
    der = certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    return {
        "certificate": base64.b64encode(der).decode(),
        "rsa_n": _number(key.public_key().public_numbers().n, 256),
        "ec_x": _number(point.x, 32),
        "ec_y": _number(point.y, 32),
    }

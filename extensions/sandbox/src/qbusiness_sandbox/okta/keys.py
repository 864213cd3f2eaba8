# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing keys: RSA 2048 with a self-signed certificate, as Okta makes them for applications (recorded)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from qbusiness_sandbox.okta.values import Json, stamp

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

#: Years a new application's key is good for (recorded).
DEFAULT_YEARS = 10


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SigningKey:
    """One key. The key pair is made when it is first needed: most applications never sign anything."""

    created: float
    years: int = DEFAULT_YEARS
    organization: str = "sandbox"
    kid: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def jose(self) -> RSAKey:
        """The private key for signing tokens."""
        from joserfc.jwk import RSAKey  # as late as this: only tokens need it

        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return RSAKey.import_key(pem, {"kid": self.kid})

    @cached_property
    def jose_public(self) -> RSAKey:
        """The public key for verifying tokens."""
        from joserfc.jwk import RSAKey

        pem = self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return RSAKey.import_key(pem, {"kid": self.kid})

    @property
    def expires(self) -> datetime:
        made = datetime.fromtimestamp(int(self.created), UTC)
        try:
            return made.replace(year=made.year + self.years)
        except ValueError:  # 29 February
            return made.replace(year=made.year + self.years, day=28)

    @cached_property
    def certificate(self) -> x509.Certificate:
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
                x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "California"),
                x509.NameAttribute(NameOID.LOCALITY_NAME, "San Francisco"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Okta"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "SSOProvider"),
                x509.NameAttribute(NameOID.COMMON_NAME, self.organization),
                x509.NameAttribute(NameOID.EMAIL_ADDRESS, "info@okta.com"),
            ]
        )
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(int.from_bytes(secrets.token_bytes(6), "big") + 1)
            .not_valid_before(datetime.fromtimestamp(int(self.created), UTC) - timedelta(minutes=1))
            .not_valid_after(self.expires)
            .sign(self.private, hashes.SHA256())
        )

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    def wrapped(self) -> str:
        """The certificate's base64 in lines of 76 characters, as Okta's metadata has it."""
        text = base64.b64encode(self.der).decode()
        return "\n".join(text[start : start + 76] for start in range(0, len(text), 76))

    def jwk(self, since: float) -> Json:
        """As ``/credentials/keys`` answers it; ``since``: when the application got the key, seconds since the epoch."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "created": stamp(since),
            "lastUpdated": stamp(since),
            "expiresAt": stamp(self.expires.timestamp()),
            "kid": self.kid,
            "use": "sig",
            "x5c": [base64.b64encode(self.der).decode()],
            "x5t#S256": _base64url(hashlib.sha256(self.der).digest()),
            "e": _base64url(numbers.e.to_bytes(3, "big")),
            "n": _base64url(numbers.n.to_bytes(256, "big")),
        }

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata of a SAML identity provider, by its meaning: who it is, with which keys it signs, where it is asked.

Source: https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf;
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html (what IAM needs of it).
"""

from __future__ import annotations

import hashlib
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..compare import certificate_der
from ..safe_xml import UnsafeXmlError, parse

try:
    from cryptography import x509

    HAS_CRYPTOGRAPHY = True
except ImportError:  # then ends of validity are not known, which is said by a null
    HAS_CRYPTOGRAPHY = False

if t.TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
#: Where the provider is asked: a change of these is a change of the provider.
ENDPOINTS = ("SingleSignOnService", "SingleLogoutService")


class MetadataError(ValueError):
    """It is no usable metadata; ``faults`` are sentences without a subject (``has no …``)."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Metadata:
    """What a document says. ``endpoints``: kind, binding, location; ``valid_until``: as written, or ``""``."""

    entity_id: str
    certificates: tuple[bytes, ...]
    endpoints: frozenset[tuple[str, str, str]]
    valid_until: str

    def same(self, other: Metadata) -> bool:
        """The same provider with the same keys at the same places. Text, order and name formats have no part in it."""
        return (
            self.entity_id == other.entity_id
            and set(self.certificates) == set(other.certificates)
            and self.endpoints == other.endpoints
        )


def read(document: str) -> Metadata:
    """Read a document.

    :raises MetadataError: with every fault
    """
    try:
        root = parse(document.strip().encode())
    except UnsafeXmlError as error:
        raise MetadataError([f"is not accepted: {error}"]) from error
    if root.tag != f"{MD}EntityDescriptor":
        raise MetadataError(["is no SAML metadata: its root is not an EntityDescriptor of SAML 2.0"])
    faults: list[str] = []
    entity_id = root.get("entityID", "")
    if not entity_id:
        faults.append("has no entityID")
    descriptor = root.find(f"{MD}IDPSSODescriptor")
    if descriptor is None:
        raise MetadataError(
            [*faults, "has no IDPSSODescriptor: it is not the metadata of an identity provider (of a service, perhaps)"]
        )
    certificates: list[bytes] = []
    for number, text in enumerate(_signing(descriptor), 1):
        try:
            certificates.append(_der(text))
        except ValueError:
            faults.append(f"has a signing certificate, number {number}, that is no X.509 certificate in base64")
    if not certificates and not faults:
        faults.append("has no signing certificate")
    if faults:
        raise MetadataError(faults)
    endpoints = frozenset(
        (kind, node.get("Binding", ""), node.get("Location", ""))
        for kind in ENDPOINTS
        for node in descriptor.findall(f"{MD}{kind}")
    )
    return Metadata(entity_id, tuple(dict.fromkeys(certificates)), endpoints, root.get("validUntil", ""))


def _signing(descriptor: Element) -> Iterator[str]:
    """The certificates of keys that sign: a key without a use is for every use."""
    for key in descriptor.findall(f"{MD}KeyDescriptor"):
        if key.get("use", "signing") == "signing":
            yield from (node.text or "" for node in key.iter(CERTIFICATE))


def _der(text: str) -> bytes:
    der = certificate_der(text)
    if not der:
        raise ValueError("empty")
    if HAS_CRYPTOGRAPHY:
        x509.load_der_x509_certificate(der)
    return der


def describe(certificate: bytes) -> dict[str, Any]:
    """Fingerprint (SHA-256 of the DER, in hex) and end of a certificate (ISO 8601, UTC; ``None`` when not known)."""
    end = not_after(certificate)
    return {
        "fingerprint_sha256": hashlib.sha256(certificate).hexdigest(),
        "not_after": end.isoformat() if end else None,
    }


def not_after(certificate: bytes) -> datetime | None:
    """When a certificate ends; ``None`` without the library ``cryptography``."""
    if not HAS_CRYPTOGRAPHY:
        return None
    # Not ``not_valid_after_utc``: older releases of the library lack it.
    parsed = x509.load_der_x509_certificate(certificate)
    if hasattr(parsed, "not_valid_after_utc"):
        return parsed.not_valid_after_utc
    return parsed.not_valid_after.replace(tzinfo=UTC)

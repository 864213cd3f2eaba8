# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SAML identity provider metadata, as IAM reads it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html (issuer's name, expiration
information, keys that verify the assertions).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.safe_xml import METADATA, NAMES, parse


@dataclass(frozen=True)
class Metadata:
    """What a provider's metadata says. ``valid_until``: seconds since the epoch, None when it does not say."""

    entity_id: str
    certificates: tuple[x509.Certificate, ...]
    valid_until: float | None

    def fingerprints(self) -> list[str]:
        """SHA-256 of the certificates' DER, in hex, in the document's order."""
        return [hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest() for certificate in self.certificates]


def read(document: str) -> Metadata:
    """Parse a metadata document; raises :class:`AwsError` (``InvalidInput``, "Could not parse metadata").

    The code is the model's for CreateSAMLProvider; the text is the heading on
    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html.
    """
    try:
        root = parse(document.encode())
        if root.tag != f"{{{METADATA}}}EntityDescriptor":
            raise ValueError("the root is no EntityDescriptor")
        entity_id = root.get("entityID", "")
        descriptor = root.find("md:IDPSSODescriptor", NAMES)
        if not entity_id or descriptor is None:
            raise ValueError("entityID or IDPSSODescriptor is missing")
        certificates = tuple(
            x509.load_der_x509_certificate(base64.b64decode("".join((node.text or "").split()), validate=True))
            for key in descriptor.findall("md:KeyDescriptor", NAMES)
            if key.get("use", "signing") == "signing"
            for node in key.iterfind(".//ds:X509Certificate", NAMES)
        )
        if not certificates:
            raise ValueError("no signing certificate")
        until = root.get("validUntil")
        valid_until = None
        if until:
            moment = datetime.fromisoformat(until)
            valid_until = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, binascii.Error) as error:
        raise AwsError("InvalidInput", "Could not parse metadata", 400) from error
    return Metadata(entity_id, certificates, valid_until)

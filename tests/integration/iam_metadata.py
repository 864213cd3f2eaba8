# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metadata of identity providers for tests, in texts that differ and meanings that do not."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

ENTITY = "http://www.okta.com/exk1abcdefGHIJKLMNO5"
SSO = "https://example.okta.com/app/assistant/exk1abcdefGHIJKLMNO5/sso/saml"
#: A whole second: certificates know no fractions.
END = datetime(2036, 1, 31, 12, tzinfo=UTC)


@cache
def certificate(number: int, end: datetime) -> x509.Certificate:
    """A self-signed certificate; equal arguments give the same one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"idp {number}")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(end - timedelta(days=3650))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )


def fingerprint(number: int) -> str:
    return certificate(number, END).fingerprint(hashes.SHA256()).hex()


def metadata(
    numbers: Sequence[int] = (1,),
    *,
    entity_id: str = ENTITY,
    sso: str = SSO,
    width: int = 64,
    prefix: str = "md:",
    end: datetime = END,
    padding: int = 1000,
    valid_until: str = "",
) -> str:
    """A document with these certificates.

    :param width: of a line of base64; a matter of text, not of meaning
    :param prefix: of the namespace; likewise
    :param padding: length of a comment; IAM takes no document below 1,000 characters
    """
    keys = "".join(
        f'<{prefix}KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
        f"<ds:X509Certificate>{_wrapped(number, width, end)}</ds:X509Certificate>"
        f"</ds:X509Data></ds:KeyInfo></{prefix}KeyDescriptor>"
        for number in numbers
    )
    until = f' validUntil="{valid_until}"' if valid_until else ""
    namespace = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{prefix}EntityDescriptor entityID="{entity_id}" '
        f'{namespace}="urn:oasis:names:tc:SAML:2.0:metadata"{until}><!-- {"x" * padding} -->'
        f'<{prefix}IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}'
        f'<{prefix}SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{sso}"/>'
        f"</{prefix}IDPSSODescriptor></{prefix}EntityDescriptor>"
    )


def _wrapped(number: int, width: int, end: datetime) -> str:
    text = base64.b64encode(certificate(number, end).public_bytes(Encoding.DER)).decode()
    return "\n".join(textwrap.wrap(text, width))

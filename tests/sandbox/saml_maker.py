# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An identity provider of the tests' own: its key, its metadata, and SAML responses that it signs.

It shares no code with the embedded Okta org, so that the two are witnesses of each other.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"saml": SAML, "samlp": SAMLP, "ds": DS}
AUDIENCE = "https://signin.aws.amazon.com/saml"
ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
EMAIL_TAG = f"{ATTRIBUTE}PrincipalTag:Email"


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Spec:
    """What a response says. Times in seconds since the epoch."""

    issuer: str
    subject: str
    issued: float
    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    recipient: str = AUDIENCE
    method: str = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    not_before: float = 0.0
    not_on_or_after: float = 0.0
    confirmation_not_on_or_after: float = 0.0
    session_not_on_or_after: float = 0.0
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"
    response_id: str = "id-response"
    assertion_id: str = "id-assertion"
    sign_response: bool = False
    sign_assertion: bool = True
    method_name: SignatureMethod = SignatureMethod.RSA_SHA256
    digest_name: DigestAlgorithm = DigestAlgorithm.SHA256

    def with_attribute(self, name: str, *values: str) -> Spec:
        """The same with an attribute replaced, added, or (no values) left out."""
        kept = tuple(pair for pair in self.attributes if pair[0] != name)
        return replace(self, attributes=kept + (((name, values),) if values else ()))


@cache
def _key(number: int) -> rsa.RSAPrivateKey:
    """One key for each number, made once in a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Idp:
    """An identity provider with one signing key; ``number`` tells keys apart."""

    entity_id: str = "http://www.okta.com/exkTests"
    number: int = 1
    certificate: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"tests {self.number}")])
        now = datetime.now(UTC)
        key = _key(self.number)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .sign(key, hashes.SHA256())
        )
        object.__setattr__(self, "certificate", certificate)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def metadata(self, *more: Idp, valid_until: str = "") -> str:
        """The metadata document; with the certificates of others beside the own."""
        keys = "".join(
            '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
            f"<ds:X509Certificate>{base64.b64encode(item.certificate.public_bytes(Encoding.DER)).decode()}"
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for item in (self, *more)
        )
        until = f" validUntil={quoteattr(valid_until)}" if valid_until else ""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID={quoteattr(self.entity_id)}'
            f'{until}><md:IDPSSODescriptor WantAuthnRequestsSigned="false" '
            f'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}'
            "<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>"
            '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
            'Location="https://tests.okta.com/app/tests/exkTests/sso/saml"/></md:IDPSSODescriptor></md:EntityDescriptor>'
        )

    def response(self, spec: Spec) -> bytes:
        """The signed XML of a response."""
        root: Any = etree.fromstring(_xml(spec))
        if spec.sign_assertion:
            assertion = root.find("saml:Assertion", NAMES)
            signed = self._sign(assertion, spec)
            root.replace(assertion, signed)
        if spec.sign_response:
            root = self._sign(root, spec)
        return bytes(etree.tostring(root))

    def _sign(self, element: Any, spec: Spec) -> Any:
        placeholder = etree.SubElement(element, f"{{{DS}}}Signature", Id="placeholder", nsmap={"ds": DS})
        element.insert(1, placeholder)
        signer = _Signer(
            signature_algorithm=spec.method_name,
            digest_algorithm=spec.digest_name,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        return signer.sign(element, key=_key(self.number), cert=[self.certificate], reference_uri=element.get("ID"))


class _Signer(XMLSigner):
    """Signs with SHA-1 too, when a test asks for it."""

    def check_deprecated_methods(self) -> None:
        """Let every algorithm pass."""


def encode(xml: bytes) -> str:
    return base64.b64encode(xml).decode()


def good(idp: Idp, now: float, role_arn: str, provider_arn: str, email: str = "ann@example.com") -> Spec:
    """A response that AWS takes, as Okta would make it."""
    return Spec(
        issuer=idp.entity_id,
        subject=email,
        issued=now,
        not_before=now - 300,
        not_on_or_after=now + 300,
        confirmation_not_on_or_after=now + 300,
        attributes=(
            (EMAIL_TAG, (email,)),
            (f"{ATTRIBUTE}Role", (f"{role_arn},{provider_arn}",)),
            (f"{ATTRIBUTE}RoleSessionName", (email,)),
        ),
    )


def _attributes(spec: Spec) -> str:
    return "".join(
        f'<saml:Attribute Name={quoteattr(name)} NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">'
        + "".join(
            '<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" '
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">{escape(value)}'
            "</saml:AttributeValue>"
            for value in values
        )
        + "</saml:Attribute>"
        for name, values in spec.attributes
    )


def _xml(spec: Spec) -> bytes:
    session = f' SessionNotOnOrAfter="{stamp(spec.session_not_on_or_after)}"' if spec.session_not_on_or_after else ""
    text = (
        f'<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{spec.response_id}" Version="2.0" '
        f'IssueInstant="{stamp(spec.issued)}" Destination="{AUDIENCE}"><saml:Issuer>{escape(spec.issuer)}</saml:Issuer>'
        f'<samlp:Status><samlp:StatusCode Value="{spec.status}"/></samlp:Status>'
        f'<saml:Assertion ID="{spec.assertion_id}" Version="2.0" IssueInstant="{stamp(spec.issued)}">'
        f"<saml:Issuer>{escape(spec.issuer)}</saml:Issuer>"
        '<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">'
        f'{escape(spec.subject)}</saml:NameID><saml:SubjectConfirmation Method="{spec.method}">'
        f'<saml:SubjectConfirmationData NotOnOrAfter="{stamp(spec.confirmation_not_on_or_after)}" '
        f"Recipient={quoteattr(spec.recipient)}/></saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{stamp(spec.not_before)}" NotOnOrAfter="{stamp(spec.not_on_or_after)}">'
        f"<saml:AudienceRestriction><saml:Audience>{AUDIENCE}</saml:Audience></saml:AudienceRestriction>"
        f'</saml:Conditions><saml:AuthnStatement AuthnInstant="{stamp(spec.issued)}"{session}><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        f"<saml:AttributeStatement>{_attributes(spec)}</saml:AttributeStatement></saml:Assertion></samlp:Response>"
    )
    return text.encode()

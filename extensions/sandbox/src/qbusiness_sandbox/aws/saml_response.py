# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A SAML response: decoded, its signature verified, and the one assertion that the signature covers.

What is believed is what signxml gives back as signed, never the document around it: that is what stops signature
wrapping. The parts that a check can be switched off for (``Settings.disabled_checks``) take the careless way instead.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.safe_xml import (
    DS,
    NAMES,
    SAML,
    SAMLP,
    DoctypeError,
    Element,
    canonical,
    canonical_bytes,
    parse,
)

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_STRONG_METHODS = frozenset(
    method for method in SignatureMethod if method.name.startswith(("RSA_", "ECDSA_")) and "SHA1" not in method.name
)
_STRONG_DIGESTS = frozenset(digest for digest in DigestAlgorithm if "SHA1" not in digest.name)


def invalid(message: str) -> AwsError:
    """``InvalidIdentityToken``: the token could not be validated (the STS model's text)."""
    return AwsError("InvalidIdentityToken", message, 400)


def decode(assertion: str, disabled: AbstractSet[str]) -> Element:
    """The ``Response`` of a base64 text, exactly as the identity provider posted it."""
    try:
        data = base64.b64decode("".join(assertion.split()), validate=True)
    except binascii.Error as error:
        raise invalid("Invalid base64 SAMLResponse") from error
    try:
        root = parse(data, allow_doctype="doctype" in disabled)
    except DoctypeError as error:
        raise invalid("DOCTYPE is disallowed in a SAML response") from error
    except ValueError as error:
        raise invalid("The SAML response is not well-formed XML") from error
    if root.tag != f"{{{SAMLP}}}Response":
        raise invalid("Your request included an invalid SAML response")
    return root


def check_status(root: Element) -> None:
    """The provider must say that the sign-in succeeded; ``IDPRejectedClaim`` otherwise (the STS model's text)."""
    code = root.find("samlp:Status/samlp:StatusCode", NAMES)
    if code is None or code.get("Value") != SUCCESS:
        raise AwsError("IDPRejectedClaim", "The identity provider reported that authentication failed", 403)


def presented(root: Element) -> Element:
    """The assertion that a careless reader would take: the first that is not inside a signature."""
    for assertion in root.iter(f"{{{SAML}}}Assertion"):
        if not any(parent.tag == f"{{{DS}}}Signature" for parent in assertion.iterancestors()):
            return assertion
    raise invalid("Your request included an invalid SAML response: it holds no assertion")


def verified(root: Element, certificates: Iterable[x509.Certificate], disabled: AbstractSet[str]) -> Element:
    """The signed assertion; raises ``InvalidIdentityToken`` when no registered certificate's key made the signature.

    The certificates' own validity is not looked at: "IAM does not evaluate or take action regarding the expiration of
    X.509 certificates" of SAML metadata
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html).
    """
    weak = "signature_algorithm" in disabled
    for certificate in certificates:
        config = SignatureConfiguration(
            require_x509=True,
            location=".//",
            expect_references=1,
            signature_methods=frozenset(SignatureMethod) if weak else _STRONG_METHODS,
            digest_algorithms=frozenset(DigestAlgorithm) if weak else _STRONG_DIGESTS,
            ignore_ambiguous_key_info=True,
            verification_time=certificate.not_valid_before_utc,
        )
        try:
            result = XMLVerifier().verify(root, x509_cert=certificate, expect_config=config)
        except (SignXMLException, etree.LxmlError, ValueError):
            continue
        signed = result.signed_xml if not isinstance(result, list) else None
        if signed is None:
            continue
        if signed.tag == f"{{{SAML}}}Assertion":
            return signed
        assertions = signed.findall("saml:Assertion", NAMES)
        if signed.tag == f"{{{SAMLP}}}Response" and len(assertions) == 1:
            return assertions[0]
    raise invalid("Response signature invalid")


def believed(root: Element, signed: Element | None, disabled: AbstractSet[str]) -> Element:
    """The assertion whose content counts.

    ``signed_facts``: the assertion that the response presents must be the one that is signed, and the signed one is
    read. ``canonical_facts``: it is read from its canonical form, where no comment splits a text.
    """
    shown = presented(root)
    if signed is None or "signed_facts" in disabled:
        chosen = shown
    else:
        if canonical_bytes(shown) != canonical_bytes(signed):
            raise invalid("Response signature invalid: the presented assertion is not the signed one")
        chosen = shown if "canonical_facts" in disabled else signed
    return chosen if "canonical_facts" in disabled else canonical(chosen)

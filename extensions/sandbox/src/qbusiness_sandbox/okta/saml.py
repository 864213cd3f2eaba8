# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SAML responses: built from an application's settings and signed with its current key.

Shape: SAML 2.0 core and the recorded settings; names of the elements' members as Okta's own responses have them.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from qbusiness_sandbox.okta.expressions import evaluate, group_matches, user_name
from qbusiness_sandbox.okta.oidc_expressions import ExpressionError
from qbusiness_sandbox.okta.oidc_expressions import evaluate as evaluate_claim
from qbusiness_sandbox.okta.oidc_names import Names
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, User
from qbusiness_sandbox.okta.values import Json, instant

UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
#: An assertion is good from this long before to this long after it was made, in seconds.
LIFETIME = 300
#: How long the session at the service provider may last, in seconds.
# guess: Okta takes the org session's end; two hours is its default
SESSION = 7200


class Sha1Signer(XMLSigner):
    """signxml refuses to make SHA-1 signatures; Okta makes them where the application's settings say so."""

    def check_deprecated_methods(self) -> None:
        """Let SHA-1 pass."""


@dataclass(frozen=True)
class Target:
    """Where a response goes. ``request_id``: the AuthnRequest's ID, empty when the identity provider began."""

    acs: str
    destination: str
    recipient: str
    audience: str
    request_id: str = ""


def issuer_of(app: App) -> str:
    """``settings.signOn.idpIssuer`` with its placeholder filled in."""
    template = str(app.settings["signOn"].get("idpIssuer") or "http://www.okta.com/${org.externalKey}")
    return template.replace("${org.externalKey}", app.external_key)


def default_target(app: App, request_id: str = "") -> Target:
    """The application's default assertion consumer service."""
    settings: Json = app.settings["signOn"]
    return Target(
        str(settings.get("ssoAcsUrlOverride") or settings["ssoAcsUrl"]),
        str(settings.get("destinationOverride") or settings["destination"]),
        str(settings.get("recipientOverride") or settings["recipient"]),
        str(settings.get("audienceOverride") or settings["audience"]),
        request_id,
    )


def requested_target(app: App, url: str, request_id: str) -> Target:
    """One of the further assertion consumer services: destination and recipient are its URL.

    guess: the recipient follows where the app's own recipient equals its default ACS, else it stays (an application
    whose recipient is somebody else's, AWS's sign-in URL, keeps it)."""
    settings: Json = app.settings["signOn"]
    plain = default_target(app)
    recipient = url if settings["recipient"] == settings["ssoAcsUrl"] else plain.recipient
    return Target(url, url, recipient, plain.audience, request_id)


def _sub(parent: etree._Element, namespace: str, tag: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{tag}", attributes)
    if text:
        element.text = text
    return element


def _attributes(org: Org, app: App, user: User) -> list[tuple[str, str, list[str]]]:
    found = []
    for statement in app.settings["signOn"].get("attributeStatements") or []:
        if statement["type"] == "GROUP":
            values = [
                group.name
                for group in org.groups_of(user)
                if group_matches(str(statement["filterType"]), str(statement["filterValue"] or ""), group.name)
            ]
        else:
            values = [evaluate(str(value), app, user) for value in statement["values"]]
        if values:  # guess: a statement without a value is left out
            found.append((str(statement["name"]), str(statement["namespace"]), values))
    return found + _federated(org, app, user)


def _federated(org: Org, app: App, user: User) -> list[tuple[str, str, list[str]]]:
    """Federated claims go into assertions too. guess: their name format, and that one without a value is left out."""
    found = []
    for claim in app.claims.values():
        try:
            value = evaluate_claim(str(claim["expression"]), Names(org, app, user))
        except ExpressionError:
            continue
        values = [str(item) for item in (value if isinstance(value, list) else [value]) if item is not None]
        if values:
            found.append((str(claim["name"]), UNSPECIFIED, values))
    return found


def _assertion(org: Org, app: App, user: User, target: Target, authenticated: float) -> etree._Element:
    settings: Json = app.settings["signOn"]
    now = org.now
    lifetime = float(settings.get("samlAssertionLifetimeSeconds") or LIFETIME)
    assertion = etree.Element(
        f"{{{SAML}}}Assertion",
        {
            "ID": f"id{secrets.token_hex(16)}",
            "IssueInstant": instant(now),
            "Version": "2.0",
        },
        nsmap={"saml2": SAML, "xs": XS},
    )
    _sub(assertion, SAML, "Issuer", issuer_of(app), Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity")
    subject = _sub(assertion, SAML, "Subject")
    name_id = evaluate(str(settings.get("subjectNameIdTemplate") or "${user.userName}"), app, user)
    name_format = str(settings.get("subjectNameIdFormat") or "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
    _sub(subject, SAML, "NameID", name_id or user_name(app, user), Format=name_format)
    confirmation = _sub(subject, SAML, "SubjectConfirmation", Method="urn:oasis:names:tc:SAML:2.0:cm:bearer")
    more = {"InResponseTo": target.request_id} if target.request_id else {}
    _sub(
        confirmation,
        SAML,
        "SubjectConfirmationData",
        NotOnOrAfter=instant(now + lifetime),
        Recipient=target.recipient,
        **more,
    )
    conditions = _sub(
        assertion, SAML, "Conditions", NotBefore=instant(now - LIFETIME), NotOnOrAfter=instant(now + lifetime)
    )
    _sub(_sub(conditions, SAML, "AudienceRestriction"), SAML, "Audience", target.audience)
    statement = _sub(
        assertion,
        SAML,
        "AuthnStatement",
        AuthnInstant=instant(authenticated),
        SessionIndex=target.request_id or f"id{secrets.token_hex(12)}",
        SessionNotOnOrAfter=instant(now + SESSION),
    )
    context = _sub(statement, SAML, "AuthnContext")
    _sub(
        context,
        SAML,
        "AuthnContextClassRef",
        str(settings.get("authnContextClassRef") or "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"),
    )
    attributes = _attributes(org, app, user)
    if attributes:
        block = _sub(assertion, SAML, "AttributeStatement")
        for name, name_format, values in attributes:
            attribute = _sub(block, SAML, "Attribute", Name=name, NameFormat=name_format)
            for value in values:
                element = etree.SubElement(attribute, f"{{{SAML}}}AttributeValue", nsmap={"xsi": XSI})
                element.set(f"{{{XSI}}}type", "xs:string")
                element.text = value
    return assertion


def _signed(org: Org, app: App, element: etree._Element) -> etree._Element:
    """The element with an enveloped signature after its Issuer, by the algorithms of the application's settings."""
    settings: Json = app.settings["signOn"]
    weak = settings.get("signatureAlgorithm") == "RSA_SHA1"
    weak_digest = settings.get("digestAlgorithm") == "SHA1"
    signer_type = Sha1Signer if weak or weak_digest else XMLSigner
    signer = signer_type(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA1 if weak else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA1 if weak_digest else DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signer.namespaces = {"ds": DS}
    place = etree.Element(f"{{{DS}}}Signature", {"Id": "placeholder"}, nsmap={"ds": DS})
    element.insert(1, place)
    key = org.key_of(app)
    signed = signer.sign(
        element, key=key.private, cert=[key.certificate], reference_uri=str(element.get("ID")), id_attribute="ID"
    )
    return signed


def build_response(
    org: Org, app: App, user: User, target: Target | None = None, authenticated: float | None = None
) -> bytes:
    """The signed SAML response as XML.

    ``target``: default the application's own assertion consumer service; ``authenticated``: when the user signed in,
    seconds since the epoch (default: now)."""
    target = target or default_target(app)
    settings: Json = app.settings["signOn"]
    assertion = _assertion(org, app, user, target, org.now if authenticated is None else authenticated)
    if settings.get("assertionSigned", True):
        assertion = _signed(org, app, assertion)
    more = {"InResponseTo": target.request_id} if target.request_id else {}
    response = etree.Element(
        f"{{{SAMLP}}}Response",
        {
            "Destination": target.destination,
            "ID": f"id{secrets.token_hex(16)}",
            **more,
            "IssueInstant": instant(org.now),
            "Version": "2.0",
        },
        nsmap={"saml2p": SAMLP, "xs": XS},
    )
    issuer = etree.SubElement(response, f"{{{SAML}}}Issuer", nsmap={"saml2": SAML})
    issuer.set("Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")
    issuer.text = issuer_of(app)
    status = _sub(response, SAMLP, "Status")
    _sub(status, SAMLP, "StatusCode", Value="urn:oasis:names:tc:SAML:2.0:status:Success")
    response.append(assertion)
    if settings.get("responseSigned", True):
        response = _signed(org, app, response)
    return etree.tostring(response, xml_declaration=True, encoding="UTF-8")


def encoded(response: bytes) -> str:
    """As the form field ``SAMLResponse`` carries it."""
    return base64.b64encode(response).decode()

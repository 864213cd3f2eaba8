# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a SAML response says, and whether it is what AWS and the application expect.

The signature is not checked here: STS does that, and nothing is believed for any other purpose than to say what is
wrong. Names of the attributes:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from .. import causes
from ..cause_rows.row import Difference
from ..errors import LayerError
from ..safe_xml import UnsafeXmlError, parse

LAYER = "assertion"
UNEXPECTED = "The assertion is not what is expected"
ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
ROLE = f"{ATTRIBUTE}Role"
SESSION_NAME = f"{ATTRIBUTE}RoleSessionName"
EMAIL_TAG = f"{ATTRIBUTE}PrincipalTag:Email"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
#: AWS's sign-in endpoints, global and of a region, in every partition.
#: Source: https://docs.aws.amazon.com/general/latest/gr/signin-service.html
AWS_ENDPOINT = re.compile(
    r"https://([a-z0-9-]+\.)?signin\.(aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)/saml(/acs/[\w+=,.@-]+)?"
)
#: The other name of AWS as a service provider. Source: https://signin.aws.amazon.com/static/saml-metadata.xml
AWS_AUDIENCE = "urn:amazon:webservices"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


@dataclass(frozen=True)
class Assertion:
    """The claims of a response. Times as written (ISO 8601, UTC); ``""`` where a claim is missing."""

    sha256: str
    encrypted: bool
    destination: str = ""
    issuer: str = ""
    subject: str = ""
    recipient: str = ""
    audiences: tuple[str, ...] = ()
    issued: str = ""
    not_before: str = ""
    not_on_or_after: str = ""
    in_response_to: str = ""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, name: str) -> tuple[str, ...]:
        return self.attributes.get(name, ())

    @property
    def email(self) -> str:
        """The tag by which Q Business knows the person."""
        values = self.values(EMAIL_TAG)
        return values[0] if len(values) == 1 else ""

    def evidence(self) -> dict[str, Any]:
        """Claims and a digest's beginning; none of it can be used to sign in."""
        return {
            "sha256": self.sha256,
            "encrypted": self.encrypted,
            "destination": self.destination,
            "issuer": self.issuer,
            "subject": self.subject,
            "recipient": self.recipient,
            "audiences": list(self.audiences),
            "issued": self.issued,
            "not_on_or_after": self.not_on_or_after,
            "role_pairs": list(self.values(ROLE)),
            "role_session_name": ", ".join(self.values(SESSION_NAME)),
            "attribute_names": sorted(self.attributes),
        }


def read(saml_response: str) -> Assertion:
    """The claims of a base64 SAML response.

    :raises LayerError: layer ``assertion``; it is no SAML response
    """
    try:
        data = base64.b64decode("".join(saml_response.split()), validate=True)
        root = parse(data)
    except binascii.Error:
        raise _broken("it is not base64") from None
    except UnsafeXmlError as error:
        raise _broken(str(error)) from None
    if root.tag != f"{SAMLP}Response":
        raise _broken("its root is no Response of SAML 2.0")
    sha256 = hashlib.sha256(data).hexdigest()[:16]
    destination = root.get("Destination", "")
    assertion = root.find(f"{SAML}Assertion")
    if assertion is None:
        if root.find(f"{SAML}EncryptedAssertion") is not None:
            return Assertion(sha256, True, destination)
        code = root.find(f"{SAMLP}Status/{SAMLP}StatusCode")
        status = code.get("Value", "") if code is not None else ""
        raise _broken(f"it holds no assertion (status {status.rpartition(':')[2] or 'not given'})")
    attributes: dict[str, tuple[str, ...]] = {}
    for node in assertion.iterfind(f"{SAML}AttributeStatement/{SAML}Attribute"):
        values = tuple(value.text or "" for value in node.iterfind(f"{SAML}AttributeValue"))
        attributes[node.get("Name", "")] = attributes.get(node.get("Name", ""), ()) + values
    conditions = assertion.find(f"{SAML}Conditions")
    confirmation = assertion.find(f"{SAML}Subject/{SAML}SubjectConfirmation/{SAML}SubjectConfirmationData")
    return Assertion(
        sha256=sha256,
        encrypted=False,
        destination=destination,
        issuer=_text(assertion.find(f"{SAML}Issuer")),
        subject=_text(assertion.find(f"{SAML}Subject/{SAML}NameID")),
        recipient=confirmation.get("Recipient", "") if confirmation is not None else "",
        audiences=tuple(_text(node) for node in assertion.iterfind(f".//{SAML}Audience")),
        issued=assertion.get("IssueInstant", ""),
        not_before=conditions.get("NotBefore", "") if conditions is not None else "",
        not_on_or_after=conditions.get("NotOnOrAfter", "") if conditions is not None else "",
        in_response_to=root.get("InResponseTo", ""),
        attributes=attributes,
    )


def _text(element: Element | None) -> str:
    return (element.text or "") if element is not None else ""


def _broken(why: str) -> LayerError:
    return causes.error("assertion.broken", why=why)


@dataclass(frozen=True)
class Expected:
    """What the assertion should say. Empty members are not compared, but for recipient and audience: they should then
    be one of AWS's own."""

    role_arn: str
    provider_arn: str
    acs_url: str = ""
    recipient: str = ""
    audience: str = ""
    email: str = ""


def check(assertion: Assertion, expected: Expected, action: str = "") -> None:
    """Compare, and name everything that differs at once.

    :param action: where the form would be posted to, when it came from a form
    :raises LayerError: layer ``assertion``; the next step is that of the first difference
    """
    differences = [*_destination(assertion, expected, action)]
    if not assertion.encrypted:
        differences += [*_endpoints(assertion, expected), *_roles(assertion, expected), *_person(assertion, expected)]
    if differences:
        raise causes.several(UNEXPECTED, LAYER, differences)


Differences = list[Difference]


def _destination(assertion: Assertion, expected: Expected, action: str) -> Differences:
    return [
        causes.difference("assertion.destination", name=name, found=value, wanted=expected.acs_url)
        for name, value in (("the form's action", action), ("Destination", assertion.destination))
        if expected.acs_url and value and value != expected.acs_url
    ]


def _endpoints(assertion: Assertion, expected: Expected) -> Differences:
    found: Differences = []
    wanted = expected.recipient or "an AWS sign-in endpoint such as https://signin.aws.amazon.com/saml"
    fits = (
        assertion.recipient == expected.recipient
        if expected.recipient
        else bool(AWS_ENDPOINT.fullmatch(assertion.recipient))
    )
    if not fits:
        found.append(causes.difference("assertion.recipient", found=assertion.recipient or "missing", wanted=wanted))
    wanted = expected.audience or "AWS (https://signin.aws.amazon.com/saml)"
    if expected.audience:
        fits = expected.audience in assertion.audiences
    else:
        fits = any(AWS_ENDPOINT.fullmatch(item) or item == AWS_AUDIENCE for item in assertion.audiences)
    if not fits:
        names = ", ".join(assertion.audiences) or "missing"
        found.append(causes.difference("assertion.audience", found=names, wanted=wanted))
    return found


def _roles(assertion: Assertion, expected: Expected) -> Differences:
    return role_differences(assertion, expected.role_arn, expected.provider_arn)


def role_differences(assertion: Assertion, role_arn: str, provider_arn: str) -> Differences:
    """Whether a Role value is this pair, in either order."""
    pair = f"{role_arn},{provider_arn}"
    values = assertion.values(ROLE)
    if pair in values or f"{provider_arn},{role_arn}" in values:
        return []
    if any("".join(value.split()) == pair for value in values):
        return [causes.difference("assertion.role_space", what="the Role value", where="in", pair=pair)]
    if any(name != ROLE and name.strip() == ROLE for name in assertion.attributes):
        what = "the name of the Role attribute"
        return [causes.difference("assertion.role_space", what=what, where="around", pair=pair)]
    if not values:
        return [causes.difference("assertion.role_missing", pair=pair)]
    return [causes.difference("assertion.role", pair=pair, found="; ".join(values))]


def _person(assertion: Assertion, expected: Expected) -> Differences:
    found = email_differences(assertion, expected.email)
    names = assertion.values(SESSION_NAME)
    if len(names) != 1 or not _SESSION_NAME.fullmatch(names[0]):
        found.append(causes.difference("assertion.session_name", found=", ".join(names) or "missing"))
    return found


def email_differences(assertion: Assertion, email: str) -> Differences:
    tags = assertion.values(EMAIL_TAG)
    if len(tags) != 1 or not tags[0]:
        what = "no PrincipalTag:Email" if not any(tags) else f"{len(tags)} values of PrincipalTag:Email"
        return [causes.difference("assertion.no_email", what=what)]
    if email and tags[0].lower() != email.lower():
        return [causes.difference("assertion.email", found=tags[0], wanted=email)]
    return []

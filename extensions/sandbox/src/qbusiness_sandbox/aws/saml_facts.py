# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a SAML assertion says, read from one element and nothing around it.

Names of the attributes: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from qbusiness_sandbox.aws.safe_xml import NAMES, SAML, Element, text

ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
ROLE = f"{ATTRIBUTE}Role"
SESSION_NAME = f"{ATTRIBUTE}RoleSessionName"
SESSION_DURATION = f"{ATTRIBUTE}SessionDuration"
SOURCE_IDENTITY = f"{ATTRIBUTE}SourceIdentity"
TRANSITIVE = f"{ATTRIBUTE}TransitiveTagKeys"
TAG = f"{ATTRIBUTE}PrincipalTag:"

_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"


@dataclass(frozen=True)
class Confirmation:
    """One ``SubjectConfirmation``. Times in seconds since the epoch, None when absent."""

    method: str
    recipient: str
    not_before: float | None
    not_on_or_after: float | None


@dataclass(frozen=True)
class Facts:
    """An assertion's content. ``attributes``: every value of every attribute, exactly as written."""

    issuer: str
    issued: float
    subject: str
    subject_format: str
    confirmation: Confirmation
    not_before: float | None
    not_on_or_after: float | None
    session_not_on_or_after: float | None
    audiences: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]

    @property
    def subject_type(self) -> str:
        """``SubjectType`` of the answer: the format without SAML's own prefix (the service model's text)."""
        return self.subject_format.removeprefix(_FORMAT)

    def name_qualifier(self, account_id: str, provider_name: str) -> str:
        """``NameQualifier``: BASE64(SHA1(issuer + account + "/" + provider)) (the service model's text)."""
        digest = hashlib.sha1(f"{self.issuer}{account_id}/{provider_name}".encode(), usedforsecurity=False).digest()
        return base64.b64encode(digest).decode()

    def values(self, name: str) -> tuple[str, ...]:
        return self.attributes.get(name, ())

    @property
    def tags(self) -> dict[str, tuple[str, ...]]:
        """The values of each ``PrincipalTag:`` attribute by tag key."""
        return {name.removeprefix(TAG): values for name, values in self.attributes.items() if name.startswith(TAG)}


def moment(value: str | None) -> float | None:
    """Seconds since the epoch of an ``xs:dateTime``; None for None. Raises ``ValueError``."""
    if value is None:
        return None
    parsed = datetime.fromisoformat(value)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def _confirmation(subject: Element) -> Confirmation:
    node = subject.find("saml:SubjectConfirmation", NAMES)
    if node is None:
        raise ValueError("no SubjectConfirmation")
    data = node.find("saml:SubjectConfirmationData", NAMES)
    if data is None:
        raise ValueError("no SubjectConfirmationData")
    return Confirmation(
        node.get("Method", ""),
        data.get("Recipient", ""),
        moment(data.get("NotBefore")),
        moment(data.get("NotOnOrAfter")),
    )


def read(assertion: Element) -> Facts:
    """The facts of an ``Assertion``; raises ``ValueError`` when one that every assertion has is missing."""
    if assertion.tag != f"{{{SAML}}}Assertion":
        raise ValueError("no assertion")
    subject = assertion.find("saml:Subject", NAMES)
    name_id = subject.find("saml:NameID", NAMES) if subject is not None else None
    issued = moment(assertion.get("IssueInstant"))
    if subject is None or name_id is None or issued is None:
        raise ValueError("Subject, NameID or IssueInstant is missing")
    conditions = assertion.find("saml:Conditions", NAMES)
    statement = assertion.find("saml:AuthnStatement", NAMES)
    attributes: dict[str, tuple[str, ...]] = {}
    for attribute in assertion.iterfind("saml:AttributeStatement/saml:Attribute", NAMES):
        name = attribute.get("Name", "")
        values = tuple(text(value) for value in attribute.iterfind("saml:AttributeValue", NAMES))
        attributes[name] = attributes.get(name, ()) + values
    return Facts(
        issuer=text(assertion.find("saml:Issuer", NAMES)),
        issued=issued,
        subject=text(name_id),
        subject_format=name_id.get("Format", ""),
        confirmation=_confirmation(subject),
        not_before=moment(conditions.get("NotBefore")) if conditions is not None else None,
        not_on_or_after=moment(conditions.get("NotOnOrAfter")) if conditions is not None else None,
        session_not_on_or_after=moment(statement.get("SessionNotOnOrAfter")) if statement is not None else None,
        audiences=tuple(text(node) for node in assertion.iterfind(".//saml:Audience", NAMES)),
        attributes=attributes,
    )

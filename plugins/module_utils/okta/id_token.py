# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An ID token: what it says, who signed it, and whether it is what AWS and the application expect.

STS checks the same; here the words are for people. Claims: https://openid.net/specs/openid-connect-core-1_0.html#IDToken
and, for the tags, https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .. import causes
from ..cause_rows.claims import ID_TOKEN as LAYER
from ..cause_rows.row import Difference
from ..iam.id_token import FLAT_EMAIL, TAGS_CLAIM
from . import jose

#: Both forms that STS takes: one object with all tags, or a claim for each tag.
NESTED, FLAT = TAGS_CLAIM, FLAT_EMAIL.removesuffix("Email")
#: Seconds by which two clocks may differ.
SKEW = 300
#: Characters of a session tag's value. Source: the STS model, ``tagValueType``.
LONGEST_TAG = 256

Differences = list[Difference]


@dataclass(frozen=True)
class IdToken:
    """A token and what it says. ``token`` is a bearer credential, never to be shown."""

    token: str = field(repr=False)
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def issuer(self) -> str:
        return str(self.claims.get("iss") or "")

    @property
    def audiences(self) -> list[str]:
        """``aud``, which may be one text; STS takes ``azp`` in its place when that is there."""
        found = self.claims.get("azp") or self.claims.get("aud") or []
        return [str(item) for item in found] if isinstance(found, list) else [str(found)]

    @property
    def tags(self) -> dict[str, Any]:
        """The principal tags by name, from either form, as they are written."""
        nested = self.claims.get(NESTED)
        principal = nested.get("principal_tags") if isinstance(nested, Mapping) else None
        flat = {name.removeprefix(FLAT): value for name, value in self.claims.items() if name.startswith(FLAT)}
        return {**flat, **(principal if isinstance(principal, Mapping) else {})}

    @property
    def tags_form(self) -> str:
        """``nested``, ``flat``, ``both`` or ``none``."""
        nested = NESTED in self.claims
        flat = any(name.startswith(FLAT) for name in self.claims)
        return "both" if nested and flat else "nested" if nested else "flat" if flat else "none"

    @property
    def email(self) -> str:
        """The tag by which Q Business knows the person."""
        values = texts(self.tags.get("Email"))
        return values[0] if values and len(values) == 1 else ""

    def evidence(self) -> dict[str, Any]:
        """Claims and a digest's beginning; none of it can be used to sign in."""
        return {
            "sha256": hashlib.sha256(self.token.encode()).hexdigest()[:16],
            "algorithm": str(self.header.get("alg") or ""),
            "key_id": str(self.header.get("kid") or ""),
            "issuer": self.issuer,
            "subject": str(self.claims.get("sub") or ""),
            "audiences": self.audiences,
            "email": str(self.claims.get("email") or ""),
            "issued": _moment(self.claims.get("iat")),
            "expires": _moment(self.claims.get("exp")),
            "signed_in": _moment(self.claims.get("auth_time")),
            "methods": texts(self.claims.get("amr")) or [],
            "tags": {name: texts(value) or [] for name, value in self.tags.items()},
            "tags_form": self.tags_form,
            "claim_names": sorted(self.claims),
        }


@dataclass(frozen=True)
class Expected:
    """What the token should say. Empty members are not compared."""

    issuer: str = ""
    client_id: str = ""
    nonce: str = ""
    email: str = ""
    #: Whether the tag Email has to be there: Q Business knows the person by it.
    email_tag: bool = False
    tags: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)


def texts(value: Any) -> list[str] | None:
    """A claim that is a text or a list of texts; ``None`` when it is neither."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list(value)
    return None


def read(token: str) -> IdToken:
    """The token, not verified.

    :raises LayerError: layer ``id_token``; it is none
    """
    try:
        header, claims = jose.read(token)
    except jose.JoseError as error:
        raise causes.error("id_token.broken", why=str(error)) from None
    return IdToken(token, header, claims)


def verify(found: IdToken, issuer: str, key_set: Any) -> None:
    """:raises LayerError: layer ``id_token``; none of the issuer's keys signed it
    :raises DependencyError: cryptography is absent
    """
    jose.require_cryptography("the signature of an ID token")
    try:
        jose.verify(found.token, key_set)
    except jose.JoseError as error:
        raise causes.error("id_token.signature", issuer=issuer, why=str(error)) from None


def check(found: IdToken, expected: Expected) -> None:
    """Compare, and name everything that differs at once.

    :raises LayerError: layer ``id_token``; the next step is that of the first difference
    """
    differences = [*_who(found, expected), *_times(found), *_tags(found, expected), *_claims(found, expected)]
    if differences:
        raise causes.several("The ID token is not what is expected", LAYER, differences)


def _who(found: IdToken, expected: Expected) -> Differences:
    differences: Differences = []
    if expected.issuer and found.issuer != expected.issuer:
        differences.append(
            causes.difference("id_token.issuer", found=found.issuer or "missing", wanted=expected.issuer)
        )
    if expected.client_id and found.audiences != [expected.client_id]:
        differences.append(
            causes.difference(
                "id_token.audience", found=", ".join(found.audiences) or "missing", wanted=expected.client_id
            )
        )
    if expected.nonce and found.claims.get("nonce") != expected.nonce:
        differences.append(causes.difference("id_token.nonce"))
    return differences


def _times(found: IdToken) -> Differences:
    now = time.time()
    expires, issued = _number(found.claims.get("exp")), _number(found.claims.get("iat"))
    if expires is None or expires <= now - SKEW:
        until = _moment(found.claims.get("exp")) or "a time that it does not say"
        return [causes.difference("id_token.expired", until=until)]
    if issued is not None and issued > now + SKEW:
        return [causes.difference("id_token.early", since=_moment(issued))]
    return []


def _tags(found: IdToken, expected: Expected) -> Differences:
    whole = found.claims.get(NESTED)
    wanted = expected.email_tag or expected.email or expected.tags
    if wanted and NESTED in found.claims and not isinstance(whole, Mapping):
        return [causes.difference("id_token.tags_form", what="is text, not an object")]
    differences: Differences = []
    for name, value in found.tags.items() if wanted else ():
        values = texts(value)
        if values is None or len(values) != 1:
            what = f"has no single text for the tag {name}"
        elif len(values[0]) > LONGEST_TAG:
            what = f"has {len(values[0])} characters for the tag {name}, more than {LONGEST_TAG}"
        else:
            continue
        differences.append(causes.difference("id_token.tags_form", what=what))
    if (expected.email_tag or expected.email) and not differences:
        if not found.email:
            differences.append(causes.difference("id_token.no_email", what="no principal tag Email"))
        elif expected.email and found.email.lower() != expected.email.lower():
            differences.append(causes.difference("id_token.email", found=found.email, wanted=expected.email))
    return [*differences, *_compared("principal tag", found.tags, expected.tags)]


def _claims(found: IdToken, expected: Expected) -> Differences:
    return _compared("claim", found.claims, expected.claims)


def _compared(kind: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Differences:
    """Lists are compared as sets, and one text is a list of one."""
    differences: Differences = []
    for name, value in wanted.items():
        have = found.get(name)
        left, right = texts(have), texts(value)
        same = have == value if left is None or right is None else sorted(left) == sorted(right)
        if not same:
            shown = "missing" if name not in found else _shown(have)
            differences.append(
                causes.difference("id_token.claim", name=f"{kind} {name}", found=shown, wanted=_shown(value))
            )
    return differences


def _shown(value: Any) -> str:
    values = texts(value)
    return ", ".join(values) if values is not None else str(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _moment(value: Any) -> str:
    """Seconds since 1970 as ISO 8601 in UTC; ``""`` when they are none."""
    number = _number(value)
    try:
        return "" if number is None else datetime.fromtimestamp(number, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return ""

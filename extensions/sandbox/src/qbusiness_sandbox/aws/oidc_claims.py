# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an ID token says to STS: who, for which client, when, and with which tags.

Claims: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html (Passing session tags using
AssumeRoleWithWebIdentity); the STS service model's text of ``SubjectFromWebIdentityToken``, ``Audience`` and
``SourceIdentity``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.oidc_token import invalid

TAGS = "https://aws.amazon.com/tags"
PRINCIPAL_TAGS = f"{TAGS}/principal_tags/"
TRANSITIVE = f"{TAGS}/transitive_tag_keys"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"

REQUIRED = ("iss", "sub", "aud", "exp", "iat")


@dataclass(frozen=True)
class Claims:
    """An ID token's claims. ``azp_counts``: see :attr:`audiences`; ``lenient``: see :meth:`tags`."""

    data: Mapping[str, Any]
    azp_counts: bool = True
    lenient: bool = False

    def _text(self, name: str) -> str:
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    @property
    def issuer(self) -> str:
        return self._text("iss")

    @property
    def subject(self) -> str:
        return self._text("sub")

    @property
    def given_audiences(self) -> tuple[str, ...]:
        """``aud``, one or several."""
        value = self.data.get("aud")
        items = value if isinstance(value, list) else [value]
        return tuple(item for item in items if isinstance(item, str))

    @property
    def audiences(self) -> tuple[str, ...]:
        """Whom the token is for: ``azp`` replaces ``aud`` when it is present
        (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html)."""
        if self.azp_counts and "azp" in self.data:
            return (self._text("azp"),)
        return self.given_audiences

    @property
    def methods(self) -> tuple[str, ...]:
        """``amr``, how the user authenticated."""
        value = self.data.get("amr")
        items = value if isinstance(value, list) else [value]
        return tuple(item for item in items if isinstance(item, str))

    @property
    def source_identity(self) -> str | None:
        value = self.data.get(SOURCE_IDENTITY)
        if value is None:
            return None
        return value if isinstance(value, str) else ""

    def missing(self) -> list[str]:
        """Names of the claims that every ID token has and this one lacks."""
        return [name for name in REQUIRED if name not in self.data or self.data[name] in ("", None, [])]

    def tags(self) -> dict[str, tuple[str, ...]]:
        """The values of each tag by its key, from both forms of the claim.

        Nested: ``{"https://aws.amazon.com/tags": {"principal_tags": {"Email": ["ann@example.com"]}}}``; flattened:
        ``{"https://aws.amazon.com/tags/principal_tags/Email": "ann@example.com"}``. Raises ``InvalidIdentityToken``
        when the claim has another form; ``lenient`` also takes the claim as a text that is JSON, and a tag's value
        that is no list.
        """
        found: dict[str, tuple[str, ...]] = {}
        nested = self._nested().get("principal_tags", {})
        if not isinstance(nested, dict):
            raise _malformed()
        for key, values in nested.items():
            # guess: one value still has to be a list, as the documentation shows it.
            if not isinstance(values, list) and not self.lenient:
                raise _malformed()
            found[key] = _texts(values if isinstance(values, list) else [values])
        for name, value in self.data.items():
            if name.startswith(PRINCIPAL_TAGS):
                key = name.removeprefix(PRINCIPAL_TAGS)
                # guess: a key in both forms has two values.
                found[key] = found.get(key, ()) + _texts(value if isinstance(value, list) else [value])
        return found

    def transitive(self) -> tuple[str, ...]:
        """The keys of the tags that go along when the session assumes another role."""
        values = self._nested().get("transitive_tag_keys", self.data.get(TRANSITIVE, []))
        if not isinstance(values, list):
            raise _malformed()
        return _texts(values)

    def _nested(self) -> Mapping[str, Any]:
        value = self.data.get(TAGS, {})
        if isinstance(value, str) and self.lenient:
            try:
                value = json.loads(value)
            except ValueError as error:
                raise _malformed() from error
        if not isinstance(value, dict):
            raise _malformed()
        return value


def _texts(values: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise _malformed()
    return tuple(values)


def _malformed() -> AwsError:
    # guess: the code and the text; the form is documented.
    return invalid(f"The claim {TAGS} is not of the form that is documented")

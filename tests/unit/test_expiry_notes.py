# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ends soon, or is old, is named before it stops a sign-in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.identity_decision import expiry_notes
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.model import (
    Certificate,
    Provider,
    Secret,
)

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ARN = "arn:aws:iam::123456789012:saml-provider/okta"


def provider(*ends: str | None) -> Provider:
    certificates = tuple(Certificate(str(number), end) for number, end in enumerate(ends))
    return Provider(ARN, "saml", "okta", {}, {}, certificates=certificates)


def secret(changed: str | None) -> Secret:
    return Secret("arn", "corp/okta", "us-east-1", "", "", {}, None, changed, None, None, rotation_pending=False)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (("2027-11-25T00:00:00+00:00",), ""),
        (("2026-12-20T00:00:00Z",), "ends on 2026-12-20"),
        (("2026-11-01T00:00:00+00:00",), "ended on 2026-11-01"),
        # one that is valid for long carries the sign-ins
        (("2026-11-01T00:00:00+00:00", "2030-01-01T00:00:00+00:00"), ""),
        ((None,), ""),
    ],
)
def test_a_certificate(ends: tuple[str | None, ...], said: str) -> None:
    notes = list(expiry_notes(provider(*ends), None, NOW))
    assert len(notes) == bool(said)
    assert all(said in note and ARN in note for note in notes)


@pytest.mark.parametrize(
    ("changed", "named"), [("2026-11-01T10:00:00+00:00", False), ("2025-01-01T10:00:00+00:00", True), (None, False)]
)
def test_a_client_secret(changed: str | None, *, named: bool) -> None:
    notes = list(expiry_notes(None, secret(changed), NOW))
    assert bool(notes) is named
    assert all("corp/okta" in note and "okta_client_secret_rotate" in note for note in notes)

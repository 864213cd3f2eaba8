# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks by OpenID Connect, from an empty cloud on; a test goes on where the last one ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from journey import Journey, journey

import playbooks


@pytest.fixture(scope="module")
def way() -> Iterator[Journey]:
    with journey("oidc") as started:
        yield started


@pytest.fixture(scope="module")
def planned_and_made(way: Journey) -> Journey:
    way.plan_is_what_is_then_made()
    return way


def test_plan_on_an_empty_cloud_is_what_is_then_made(planned_and_made: Journey) -> None:
    assert planned_and_made.writes()


def test_second_run_and_check_change_nothing(planned_and_made: Journey) -> None:
    planned_and_made.second_run_changes_nothing()


def test_login_is_proved(planned_and_made: Journey) -> None:
    planned_and_made.login_is_proved()


def test_an_identity_that_fails_takes_its_applications_with_it(planned_and_made: Journey, tmp_path: Path) -> None:
    """What a run before it left, as the provider, does not carry them, nor does another identity."""
    way = planned_and_made
    other = playbooks.more(tmp_path, identities={"other": {"okta_saml_app_label": "Other"}})
    for cause, service, operation in (
        ("-e=iam_identity_provider_url=https://accounts.google.com", "", ""),
        ("-e=okta_client_secret_tags={}", "secretsmanager", "DescribeSecret"),
    ):
        way.cloud.control.forget_requests()
        if service:
            way.cloud.control.fault("error", service=service, operation=operation, status=400, code="AccessDenied")
        failed = way.play(cause, *other, "-e", "qbusiness_application_description=Another")
        assert failed.returncode == 2, failed.output[-3000:]
        assert "assistant is left out, and nothing of it was written: its identity acme" in failed.output
        assert way.writes() == []


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "https://login.microsoftonline.com/tenant/v2.0"])
def test_issuers_that_aws_does_not_support_are_refused(way: Journey, issuer: str) -> None:
    way.begin()
    refused = way.play("-e", f"iam_identity_provider_url={issuer}")
    assert refused.returncode != 0
    assert "neither Google nor Microsoft Entra ID" in refused.output
    assert way.writes() == []


def test_removal_leaves_what_was_there(way: Journey) -> None:
    way.removal_leaves_what_was_there()

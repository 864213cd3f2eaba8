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

import many
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
        assert "qbusiness_identity: acme is refused" in failed.output
        assert way.writes() == []


def test_a_region_that_cannot_be_read_refuses_its_hosts(planned_and_made: Journey, tmp_path: Path) -> None:
    """The cloud is of one region only, and refuses what is signed for another."""
    planned_and_made.cloud.control.forget_requests()
    elsewhere = playbooks.more(tmp_path, applications={"assistant": {"qbusiness_region": "eu-west-1"}})
    run = planned_and_made.play("--limit", "assistant", *elsewhere, name="applications")
    assert run.returncode != 0
    assert "qbusiness_region: eu-west-1 cannot be read" in run.output
    assert planned_and_made.writes() == []


def test_removal_after_the_okta_app_was_deleted_by_hand(planned_and_made: Journey) -> None:
    """The applications still say its client id; what others have on the provider stays."""
    cloud = planned_and_made.cloud
    (app,) = [item for item in playbooks.okta(cloud, "GET", "/api/v1/apps") if item["label"] == "Amazon Q Business"]
    playbooks.okta(cloud, "POST", f"/api/v1/apps/{app['id']}/lifecycle/deactivate")
    playbooks.okta(cloud, "DELETE", f"/api/v1/apps/{app['id']}")
    provider = many.provider_arn(cloud)
    iam = playbooks.client(cloud, "iam")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=provider, ClientID=many.FOREIGN_CLIENT)
    for turn in ("first", "second"):
        removed = planned_and_made.play("-e", "qbusiness_remove_confirm=yes", name="remove")
        assert removed.returncode == 0, removed.output[-3000:]
        assert (removed.changed == 0) == (turn == "second")
        kept = (
            f"identity provider {provider} stays: it has the client IDs {many.FOREIGN_CLIENT}, of which none is known"
        )
        assert (kept in removed.output) == (turn == "second")
        assert many.client_ids(cloud) == [many.FOREIGN_CLIENT]
        assert playbooks.client(cloud, "secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"] == []
        assert playbooks.client(cloud, "qbusiness").list_applications()["applications"] == []
        assert iam.list_roles()["Roles"] == []


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "https://login.microsoftonline.com/tenant/v2.0"])
def test_issuers_that_aws_does_not_support_are_refused(way: Journey, issuer: str) -> None:
    way.begin()
    refused = way.play("-e", f"iam_identity_provider_url={issuer}")
    assert refused.returncode != 0
    assert issuer in refused.output and "iam_identity_provider_url" in refused.output
    assert way.writes() == []


def test_removal_leaves_what_was_there(way: Journey) -> None:
    way.removal_leaves_what_was_there()

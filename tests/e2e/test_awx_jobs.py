# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each job template of vars/awx.yml as AWX runs it, failing jobs too: what it does, and that it leaves no secret."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import awx_job
import canary
import many

import playbooks

PASSWORD = secrets.token_urlsafe(16)
WRONG = secrets.token_urlsafe(16)
INVENTORIES = Path(__file__).parent / "inventories"
#: The templates whose jobs the tests below ran to their end.
RAN: set[str] = set()


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with sandbox_process() as process:
        yield process


@pytest.fixture
def cloud(process: Process) -> Process:
    process.control.reset()
    playbooks.seed(process, PASSWORD)
    return process


class Desk:
    """Launches templates on one cloud and inventory, and searches what each job left."""

    def __init__(self, cloud: Process, folder: Path, protocol: str) -> None:
        self.cloud = cloud
        self.folder = folder
        self.hosts = awx_job.inventory(INVENTORIES / f"{protocol}.yml")
        self.count = 0

    def launch(self, name: str, password: str = PASSWORD, hosts: Any = None, **options: Any) -> awx_job.Job:
        self.count += 1
        held = awx_job.inputs(self.cloud, password)
        before = self.secrets()
        item = awx_job.template(name)
        started = awx_job.start(
            self.cloud, self.folder / str(self.count), item, hosts or self.hosts, held=held, **options
        )
        job = started.finish()
        RAN.add(name)
        print(name, job.status, job.text()[-2500:])
        assert job.events, job.output
        assert canary.leaks(awx_job.places(job), {**before, **self.secrets()}) == []
        return job

    def secrets(self) -> dict[str, str]:
        """The secrets that there are, by what they are."""
        found = {
            "the person's password": PASSWORD,
            "the wrong password": WRONG,
            "Okta's API token": self.cloud.environment["OKTA_CLIENT_TOKEN"],
            "the administrator's secret key": self.cloud.environment["AWS_SECRET_ACCESS_KEY"],
        }
        org = self.cloud.environment["QBUSINESS_SANDBOX_OKTA_URL"]
        session = many.okta(self.cloud)
        for app in session.get(f"{org}/api/v1/apps", timeout=30).json():
            if app["signOnMode"] == "OPENID_CONNECT":
                listed = session.get(f"{org}/api/v1/apps/{app['id']}/credentials/secrets", timeout=30)
                for item in listed.json() if listed.ok else []:
                    found[f"client secret {item['id']}"] = item["client_secret"]
        return found

    def writes(self) -> list[str]:
        return [
            f"{entry['service']} {entry['operation']}"
            for entry in self.cloud.control.requests(writes=True)
            if entry["service"] != "web"
        ]


def test_a_plan_from_a_survey(cloud: Process, tmp_path: Path) -> None:
    """In check mode, with answers as a survey gives them: lists as lines, booleans as words, what is left out empty."""
    desk = Desk(cloud, tmp_path, "saml")
    cloud.control.forget_requests()
    job = desk.launch(
        "by SAML",
        job_type="check",
        hosts=awx_job.inventory(INVENTORIES / "saml.yml", region=""),
        given={"federation_region": awx_job.REGION, "qbusiness_knowledge_sync": "no"},
        more={
            "okta_saml_app_groups": "Knowledge workers\n",
            "okta_saml_app_users": "",
            "qbusiness_application_citations": "yes",
            "qbusiness_application_q_apps": "false",
            "qbusiness_knowledge_index_units": "2",
            "qbusiness_web_experience_origins": "https://a.example.com, https://b.example.com",
            "qbusiness_web_experience_subtitle": "",
        },
    )
    assert job.status == "successful"
    assert job.changed > 0
    assert desk.writes() == []
    shown = "".join(str(event.get("stdout") or "") for event in job.events)
    for text in ("Knowledge workers", "https://a.example.com", "https://b.example.com"):
        assert text in shown, text
    assert job.shown["OKTA_CLIENT_TOKEN"] == "**********"
    assert "AWS_REGION" not in job.shown


@pytest.mark.awx
def test_without_a_region(cloud: Process, tmp_path: Path) -> None:
    """AWX's credential for AWS sets none; a job that nobody told fails and says so."""
    desk = Desk(cloud, tmp_path, "saml")
    job = desk.launch("by SAML", hosts=awx_job.inventory(INVENTORIES / "saml.yml", region=""))
    assert job.status == "failed"
    assert "region" in job.text()


@pytest.mark.awx
def test_saml(cloud: Process, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "saml")
    first = desk.launch("by SAML")
    assert first.status == "successful"
    assert first.changed > 0
    (made,) = first.artifacts.values()
    assert made["url"].startswith("https://")
    again = desk.launch("by SAML", artifacts=first.artifacts)
    assert (again.status, again.changed) == ("successful", 0)

    cloud.control.forget_requests()
    same = desk.launch("differences")
    assert (same.status, same.changed) == ("successful", 0)
    business = playbooks.client(cloud, "qbusiness")
    # A description that nobody named is anybody's; the tier is the inventory's.
    business.update_application(applicationId=made["application_id"], description="by hand")
    assert desk.launch("differences").status == "successful"
    tier = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_LITE"}
    business.update_application(applicationId=made["application_id"], autoSubscriptionConfiguration=tier)
    other = desk.launch("differences")
    assert other.status == "failed"
    assert "assistant differs from the inventory: qbusiness_application_result (UpdateApplication)" in other.text()
    assert desk.writes() == ["qbusiness UpdateApplication"] * 2
    assert desk.launch("by SAML").status == "successful"

    assert desk.launch("proof of the sign-in", given={"federation_evidence_question": ""}).status == "successful"
    assert desk.launch("proof of the sign-in", password=WRONG).status == "failed"
    cloud.control.fault("error", service="sts", status=403, code="AccessDenied", message="Not now", count=-1)
    assert desk.launch("proof of the sign-in").status == "failed"
    cloud.control.clear_faults()
    assert desk.launch("API client").status == "successful"

    cloud.control.forget_requests()
    losses = desk.launch("removal", job_type="check")
    assert losses.status == "successful"
    assert "application assistant (" in losses.text()
    refused = desk.launch("removal")
    assert refused.status == "failed"
    assert "Nothing was removed" in refused.text()
    assert desk.writes() == []
    assert desk.launch("removal", given={"qbusiness_remove_confirm": "yes"}).status == "successful"
    assert business.list_applications()["applications"] == []


@pytest.mark.awx
def test_oidc_in_parts(cloud: Process, tmp_path: Path) -> None:
    """The nodes of the workflow one after the other, each given what the ones before it set."""
    desk = Desk(cloud, tmp_path, "oidc")
    plan = desk.launch("by OpenID Connect", job_type="check")
    assert plan.status == "successful"
    artifacts: dict[str, Any] = {}
    for turn in ("first", "second"):
        for name in ("identities", "applications", "identities", "proof of the sign-in"):
            job = desk.launch(name, artifacts=artifacts)
            assert job.status == "successful", name
            assert turn == "first" or job.changed == 0, name
            artifacts |= job.artifacts
    assert desk.launch("differences").status == "successful"
    rotated = desk.launch("identities", given={"okta_client_secret_rotate": "always"})
    assert rotated.status == "successful"
    whole = desk.launch("by OpenID Connect")
    assert (whole.status, whole.changed) == ("successful", 0)
    assert desk.launch("API client").status == "successful"

    # A host that is no longer wanted is left alone until the removal.
    leaving = awx_job.inventory(INVENTORIES / "oidc.yml")
    leaving["_meta"]["hostvars"]["assistant"]["qbusiness_application_state"] = "absent"
    kept = desk.launch("by OpenID Connect", hosts=leaving)
    assert kept.status == "successful"
    business = playbooks.client(cloud, "qbusiness")
    assert len(business.list_applications()["applications"]) == 1
    assert desk.launch("removal", given={"qbusiness_remove_confirm": "yes"}).status == "successful"
    assert business.list_applications()["applications"] == []


@pytest.mark.awx
def test_every_template_ran() -> None:
    assert set(awx_job.names()) == RAN

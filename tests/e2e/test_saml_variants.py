# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications by SAML in other ways: with a URL of their own in place of a web experience, and over a Kendra index."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import playbooks

INVENTORY = Path(__file__).parent / "inventories" / "variants.yml"
PASSWORD = secrets.token_urlsafe(16)
OWN_URL = "https://portal.acme.example/saml"
KENDRA = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True)
class Made:
    """What one run made: applications by name, as the service has them, and the Okta app."""

    cloud: Process
    applications: dict[str, dict[str, Any]]
    sign_on: dict[str, Any]


def play(cloud: Process, name: str, *arguments: str) -> playbooks.Run:
    return playbooks.play(cloud, name, *arguments, password=PASSWORD, inventory=INVENTORY)


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with sandbox_process() as cloud:
        playbooks.seed(cloud, PASSWORD)
        run = play(cloud, "saml")
        assert run.returncode == 0, run.output[-3000:]
        business = playbooks.client(cloud, "qbusiness")
        applications = {item["displayName"]: item for item in business.list_applications()["applications"]}
        (app,) = [item for item in playbooks.okta(cloud, "GET", "/api/v1/apps") if item["label"] == "Amazon Q Business"]
        yield Made(cloud, applications, app["settings"]["signOn"])


def test_an_application_with_its_own_url_has_no_web_experience(made: Made) -> None:
    business = playbooks.client(made.cloud, "qbusiness")
    portal, archive = (made.applications[name]["applicationId"] for name in ("portal", "archive"))
    assert business.list_web_experiences(applicationId=portal)["webExperiences"] == []
    (experience,) = business.list_web_experiences(applicationId=archive)["webExperiences"]
    # The web experience has the app's default URL, since it asks for none; the application asks for its own.
    assert made.sign_on["ssoAcsUrl"] == f"{experience['defaultEndpoint']}saml"
    assert [(item["url"], item["index"]) for item in made.sign_on["acsEndpoints"]] == [(OWN_URL, 0)]
    role = playbooks.client(made.cloud, "iam").get_role(RoleName="portal-web-experience")["Role"]
    audiences = [
        statement["Condition"]["StringEquals"]["SAML:aud"]
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        if "SAML:aud" in statement.get("Condition", {}).get("StringEquals", {})
    ]
    assert audiences == [["https://signin.aws.amazon.com/saml", OWN_URL]]


def test_an_application_over_kendra_has_its_retriever_and_no_index(made: Made) -> None:
    business = playbooks.client(made.cloud, "qbusiness")
    ids = {"applicationId": made.applications["archive"]["applicationId"]}
    assert business.list_indices(**ids)["indices"] == []
    (item,) = business.list_retrievers(**ids)["retrievers"]
    retriever = business.get_retriever(**ids, retrieverId=item["retrieverId"])
    assert retriever["configuration"] == {"kendraIndexConfiguration": {"indexId": KENDRA}}
    iam = playbooks.client(made.cloud, "iam")
    assert retriever["roleArn"] == iam.get_role(RoleName="archive-knowledge")["Role"]["Arn"]
    (name,) = iam.list_role_policies(RoleName="archive-knowledge")["PolicyNames"]
    policy = iam.get_role_policy(RoleName="archive-knowledge", PolicyName=name)["PolicyDocument"]
    assert KENDRA in str(policy) and "kendra:Retrieve" in str(policy)


def test_second_run_changes_nothing(made: Made) -> None:
    made.cloud.control.forget_requests()
    second = play(made.cloud, "saml")
    assert (second.returncode, second.changed, second.failed) == (0, 0, 0), second.output[-3000:]
    assert made.cloud.control.requests(writes=True) == []


def test_logins_are_proved(made: Made) -> None:
    proof = play(made.cloud, "prove_login")
    assert proof.returncode == 0, proof.output[-3000:]
    forms = [
        (host, layer["detail"])
        for part in proof.report["plays"]
        for task in part["tasks"]
        for host, result in task["hosts"].items()
        for layer in result.get("evidence", {}).get("layers", [])
        if layer["layer"] == "saml_form"
    ]
    assert dict(forms) == {
        "portal": f"the form posts to {OWN_URL}",
        "archive": f"the form posts to {made.sign_on['ssoAcsUrl']}",
    }
    assert "thirty days" in proof.output


def test_data_sources_beside_kendra_are_refused_with_the_reason(made: Made) -> None:
    made.cloud.control.forget_requests()
    sources = '{"qbusiness_knowledge_data_sources": [{"name": "policies", "bucket": "acme-policies"}]}'
    refused = play(made.cloud, "saml", "--limit", "acme,archive", "-e", sources)
    assert refused.returncode != 0
    assert "takes its documents from Kendra's own data sources" in refused.output
    assert made.cloud.control.requests(writes=True) == []


def test_a_second_web_experience_on_one_app_is_refused_with_the_reason(made: Made, tmp_path: Path) -> None:
    """Also where the run goes on for the sake of another identity."""
    made.cloud.control.forget_requests()
    other = playbooks.more(tmp_path, identities={"other": {"okta_oidc_app_label": "Other"}})
    refused = play(made.cloud, "saml", "-e", "qbusiness_application_url=", *other)
    assert refused.returncode != 0
    for name in made.applications:
        assert f"has the generated web experience of {name}, too" in refused.output
    assert made.cloud.control.requests(writes=True) == []


def test_an_application_that_waits_for_its_removal_keeps_its_sign_in(made: Made, tmp_path: Path) -> None:
    """As AWX runs it: its web experience keeps the app's default URL, and is in the way of another one. An application
    that is gone is not. Also where the identity's host is of another region, which this cloud would refuse to serve."""
    made.cloud.control.forget_requests()
    applications = {
        name: {"qbusiness_application_display_name": name, "qbusiness_application_state": "absent"}
        for name in ("archive", "gone")
    }
    waiting = playbooks.more(
        tmp_path, identities={"acme": {"qbusiness_region": "eu-west-1"}}, applications=applications
    )
    kept = play(made.cloud, "identities", "-e", "federation_removals=no", *waiting)
    assert (kept.returncode, kept.changed) == (0, 0), kept.output[-3000:]
    assert made.cloud.control.requests(writes=True) == []
    more: dict[str, Any] = {**applications, "third": {"qbusiness_application_display_name": "third"}}
    waiting = playbooks.more(tmp_path, applications=more)
    refused = play(made.cloud, "identities", "-e", "federation_removals=no", *waiting)
    assert refused.returncode != 0
    assert "qbusiness_identity: the sign-on URL of Okta app" in refused.output, refused.output[-3000:]
    assert made.cloud.control.requests(writes=True) == []


def test_an_api_client_asks_for_its_url_by_its_index(made: Made, tmp_path: Path) -> None:
    """Beside an application that is not wanted, one that is not there says so, and in check mode nobody signs in."""
    made.cloud.control.forget_requests()
    gone = {"qbusiness_application_display_name": "gone", "qbusiness_application_state": "absent"}
    third = {"qbusiness_application_display_name": "third"}
    more = playbooks.more(tmp_path, applications={"gone": gone, "third": third})
    planned = play(made.cloud, "api_client", "--check", "--limit", "acme,portal,gone", *more)
    assert (planned.returncode, planned.changed) == (0, 2), planned.output[-3000:]
    assert made.cloud.control.requests(writes=True) == []
    assert {entry["service"] for entry in made.cloud.control.requests()} == {"iam", "okta", "qbusiness", "sts"}
    asked = play(made.cloud, "api_client", "--limit", "acme,portal,gone", *more)
    assert asked.returncode == 0, asked.output[-3000:]
    assert "thirty days" in asked.output
    entries = made.cloud.control.requests()
    assert [entry["status"] for entry in entries if entry["operation"] == "AssumeRoleWithSAML"] == [200]
    # Its own role, with just what a conversation needs.
    iam = playbooks.client(made.cloud, "iam")
    (name,) = iam.list_role_policies(RoleName="portal-api-client")["PolicyNames"]
    policy = str(iam.get_role_policy(RoleName="portal-api-client", PolicyName=name)["PolicyDocument"])
    assert "qbusiness:ChatSync" in policy and "qbusiness:GetWebExperience" not in policy
    again = play(made.cloud, "api_client", "--limit", "acme,portal,third", *more)
    assert (again.returncode, again.changed, again.failed) == (2, 0, 1), again.output[-3000:]
    assert "not found in us-east-1" in again.output


def test_an_application_over_kendra_can_be_removed_also_when_it_had_an_index_before(made: Made) -> None:
    iam, business = playbooks.client(made.cloud, "iam"), playbooks.client(made.cloud, "qbusiness")
    # What the role has of the time when the application had an index of its own.
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    iam.put_role_policy(
        RoleName="archive-knowledge", PolicyName="QBusinessDataSource", PolicyDocument=json.dumps(policy)
    )
    removed = play(made.cloud, "remove", "--limit", "archive:acme", "-e", "qbusiness_remove_confirm=yes")
    assert removed.returncode == 0, removed.output[-3000:]
    assert [item["displayName"] for item in business.list_applications()["applications"]] == ["portal"]
    assert {role["RoleName"] for role in iam.list_roles()["Roles"] if role["RoleName"].startswith("archive")} == set()

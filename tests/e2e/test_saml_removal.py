# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removal: what it says before it asks, what it takes with a yes, and what it leaves to others."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qbusiness_sandbox.sample import OVERRIDES
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import playbooks

YES = ("-e", "qbusiness_remove_confirm=yes")
LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
PASSWORD = secrets.token_urlsafe(16)
#: What another client has on the theme bucket.
FOREIGN_STATEMENT = {
    "Sid": "Foreign",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::acme-theme/*",
}


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with sandbox_process() as process:
        yield process


@pytest.fixture
def cloud(process: Process) -> Process:
    """A cloud in which nobody has federated anything, and another client has a role and a bucket statement."""
    process.control.reset()
    playbooks.seed(process, PASSWORD)
    playbooks.client(process, "iam").create_role(RoleName="foreign", AssumeRolePolicyDocument=_policy(LAMBDA))
    playbooks.client(process, "s3").put_bucket_policy(Bucket="acme-theme", Policy=_policy(FOREIGN_STATEMENT))
    return process


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def play(cloud: Process, name: str, *arguments: str) -> playbooks.Run:
    return playbooks.play(cloud, name, *arguments, inventory=playbooks.SAML)


def lost(run: playbooks.Run) -> list[str]:
    """The lines that name losses, before anything is removed."""
    return [line for line in run.output.splitlines() if line.startswith("  - ")]


def federate(cloud: Process) -> dict[str, Any]:
    """Run the playbook; answer the application as the service has it."""
    run = play(cloud, "saml")
    assert run.returncode == 0, run.output[-3000:]
    business = playbooks.client(cloud, "qbusiness")
    (application,) = business.list_applications()["applications"]
    return dict(business.get_application(applicationId=application["applicationId"]))


def okta_app(cloud: Process) -> dict[str, Any] | None:
    found = [item for item in playbooks.okta(cloud, "GET", "/api/v1/apps") if item["label"] == "Amazon Q Business"]
    return found[0] if found else None


def test_everything_is_named_before_the_yes_and_gone_after_it(cloud: Process, tmp_path: Path) -> None:
    before = playbooks.state(cloud)
    application = federate(cloud)
    ids = {"applicationId": application["applicationId"]}
    business = playbooks.client(cloud, "qbusiness")
    # The first question subscribes the person who asks.
    asked = playbooks.play(cloud, "prove_login", password=PASSWORD, inventory=playbooks.SAML)
    assert asked.returncode == 0, asked.output[-3000:]
    (index,) = business.list_indices(**ids)["indices"]
    (source,) = business.list_data_sources(**ids, indexId=index["indexId"])["dataSources"]
    (retriever,) = business.list_retrievers(**ids)["retrievers"]
    (experience,) = business.list_web_experiences(**ids)["webExperiences"]
    app = okta_app(cloud)
    assert app is not None
    full = cloud.control.state()
    cloud.control.forget_requests()

    # The application's host is also an identity, of which there is nothing.
    both = {"okta_saml_app_label": "Nothing", "iam_identity_provider_name": "nothing"}
    more = playbooks.more(tmp_path, identities={"assistant": both})
    refused = play(cloud, "remove", *more)
    assert (refused.returncode, refused.changed) == (0, 0), refused.output[-3000:]
    assert "qbusiness_remove_confirm=yes" in refused.output
    assert cloud.control.requests(writes=True) == []
    assert cloud.control.state() == full
    named = lost(refused)
    account = "arn:aws:iam::123456789012"
    for words in (
        f'application "assistant" ({ids["applicationId"]})',
        f"index assistant-index ({index['indexId']}) with all documents in it: 2",
        f"data source policies ({source['dataSourceId']})",
        f"retriever assistant-retriever ({retriever['retrieverId']})",
        f"with its URL {experience['defaultEndpoint']}",
        "1 subscription(s) Q_BUSINESS",
        f"role {account}:role/assistant-web-experience",
        f"role {account}:role/assistant-knowledge",
        "the statement of the policy of bucket acme-theme",
        f"identity provider {account}:saml-provider/okta-acme",
        f'Okta app "{app["label"]}" ({app["id"]})',
    ):
        assert len([line for line in named if words in line]) == 1, (words, named)

    # Not even with a yes, when a limit leaves out the identity, or when it cannot be looked at.
    left_out = play(cloud, "remove", *YES, "--limit", "assistant")
    assert left_out.returncode == 2, left_out.output[-3000:]
    assert "leaves out acme" in left_out.output
    alone = play(cloud, "remove", "--check", "--limit", "assistant", "-e", "qbusiness_remove_without_identity=yes")
    assert alone.returncode == 0, alone.output[-3000:]
    cloud.control.fault("error", service="iam", operation="GetSAMLProvider", status=403, code="AccessDenied", count=-1)
    unseen = play(cloud, "remove", *YES, "-e", "qbusiness_remove_without_identity=yes", *more)
    cloud.control.clear_faults()
    assert unseen.returncode == 2, unseen.output[-3000:]
    assert cloud.control.requests(writes=True) == []

    removed = play(cloud, "remove", *YES)
    assert removed.returncode == 0, removed.output[-3000:]
    assert lost(removed) == [line for line in named if line != "  - nothing"]
    assert playbooks.state(cloud) == before
    again = play(cloud, "remove", *YES)
    assert (again.returncode, again.changed) == (0, 0), again.output[-3000:]
    assert lost(again) == ["  - nothing", "  - nothing"]


def test_what_others_use_is_kept_and_they_are_named(cloud: Process) -> None:
    provider = federate(cloud)["iamIdentityProviderArn"]
    business, iam = playbooks.client(cloud, "qbusiness"), playbooks.client(cloud, "iam")
    theirs = business.create_application(
        displayName="theirs", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=provider
    )["applicationId"]
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    role = iam.create_role(RoleName="assistant-web-experience-2", AssumeRolePolicyDocument=_policy(trust))["Role"]
    app = okta_app(cloud)
    assert app is not None
    pair = f"{role['Arn']},{provider}"
    _role_values(app).append(pair)
    app["settings"]["signOn"].update(OVERRIDES)
    playbooks.okta(cloud, "PUT", f"/api/v1/apps/{app['id']}", app)

    removed = play(cloud, "remove", *YES)
    assert removed.returncode == 0, removed.output[-3000:]
    text = removed.output.partition("acme: the identity stays, as it is in use by:")[2]
    assert text.splitlines()[1:3] == [f"  - role {role['Arn']}", f"  - application theirs ({theirs})"]
    # Ours is gone, also from the shared app; theirs is as it was.
    assert [item["displayName"] for item in business.list_applications()["applications"]] == ["theirs"]
    left = okta_app(cloud)
    assert left is not None and _role_values(left) == [pair]
    assert {item["RoleName"] for item in iam.list_roles()["Roles"]} == {"foreign", "assistant-web-experience-2"}
    assert iam.get_saml_provider(SAMLProviderArn=provider)["Tags"] == [{"Key": "team", "Value": "knowledge"}]
    policy = json.loads(playbooks.client(cloud, "s3").get_bucket_policy(Bucket="acme-theme")["Policy"])
    assert policy["Statement"] == [FOREIGN_STATEMENT]

    business.delete_application(applicationId=theirs)
    iam.delete_role(RoleName="assistant-web-experience-2")
    last = play(cloud, "remove", *YES)
    assert (last.returncode, last.changed) == (0, 2), last.output[-3000:]
    assert okta_app(cloud) is None
    assert iam.list_saml_providers()["SAMLProviderList"] == []


def _role_values(app: dict[str, Any]) -> list[str]:
    """The values of the attribute statement Role; a list that belongs to the app."""
    (values,) = (
        item["values"]
        for item in app["settings"]["signOn"]["attributeStatements"]
        if item["name"] == "https://aws.amazon.com/SAML/Attributes/Role"
    )
    assert isinstance(values, list)
    return values

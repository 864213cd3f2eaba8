# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""awscli and the Okta SDK, each in an environment of its own, read what the playbook made."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import witnesses

import playbooks


def environment_of(package: str) -> Path:
    """The programs of a virtual environment with just this package of PyPI."""
    return witnesses.environment(package.partition("=")[0], package) / "bin"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Process]:
    """A cloud in which the playbook has run."""
    with sandbox_process() as process:
        playbooks.seed(process, secrets.token_urlsafe(16))
        run = playbooks.play(process, "saml")
        assert run.returncode == 0, run.output[-3000:]
        yield process


def aws(cloud: Process, *arguments: str) -> Any:
    program = environment_of("awscli") / "aws"
    done = subprocess.run(
        [str(program), *arguments, "--output", "json"],
        env=playbooks.environment(cloud, ""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_awscli_reads_what_the_playbook_made(cloud: Process) -> None:
    (application,) = aws(cloud, "qbusiness", "list-applications")["applications"]
    assert (application["displayName"], application["status"]) == ("assistant", "ACTIVE")
    named = ("--application-id", application["applicationId"])
    whole = aws(cloud, "qbusiness", "get-application", *named)
    assert whole["autoSubscriptionConfiguration"] == {
        "autoSubscribe": "ENABLED",
        "defaultSubscriptionType": "Q_BUSINESS",
    }
    (index,) = aws(cloud, "qbusiness", "list-indices", *named)["indices"]
    (source,) = aws(cloud, "qbusiness", "list-data-sources", *named, "--index-id", index["indexId"])["dataSources"]
    assert (source["displayName"], source["type"]) == ("policies", "S3")
    (experience,) = aws(cloud, "qbusiness", "list-web-experiences", *named)["webExperiences"]
    assert experience["defaultEndpoint"].startswith("https://")
    (provider,) = aws(cloud, "iam", "list-saml-providers")["SAMLProviderList"]
    assert provider["Arn"] == whole["iamIdentityProviderArn"]
    roles = {role["RoleName"] for role in aws(cloud, "iam", "list-roles")["Roles"]}
    assert {"assistant-web-experience", "assistant-knowledge"} <= roles


def test_okta_sdk_reads_what_the_playbook_made(cloud: Process) -> None:
    python = environment_of("okta==3.4.6") / "python"
    done = subprocess.run(
        [str(python), str(Path(__file__).with_name("okta_sdk.py"))],
        env=playbooks.environment(cloud, ""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    app = json.loads(done.stdout)["Amazon Q Business"]
    assert "ACTIVE" in app["status"]
    # The SDK drops attribute statements: a plain GET reads them.
    plain = requests.get(
        f"{cloud.environment['QBUSINESS_SANDBOX_OKTA_URL']}/api/v1/apps/{app['id']}",
        headers={"Authorization": f"SSWS {cloud.environment['OKTA_CLIENT_TOKEN']}"},
        timeout=30,
    ).json()
    statements = {
        item["name"].rpartition("/")[2]: item["values"] for item in plain["settings"]["signOn"]["attributeStatements"]
    }
    assert statements["PrincipalTag:Email"] == ["user.email"]
    assert statements["Role"] == [
        "arn:aws:iam::123456789012:role/assistant-web-experience,arn:aws:iam::123456789012:saml-provider/okta-acme"
    ]

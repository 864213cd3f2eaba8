# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An application that was made by hand and is live: what an inventory does not name stays as it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import playbooks

INVENTORY = Path(__file__).parent / "inventories" / "live.yml"
PROVIDER = "arn:aws:iam::123456789012:saml-provider/okta-acme"
#: What an identity needs of a web experience, and what belongs to a request or a moment.
OF_THE_IDENTITY = {"roleArn", "identityProviderConfiguration", "status"}
PASSING = {"ResponseMetadata", "updatedAt", "createdAt"}


@dataclass(frozen=True)
class Live:
    """An application that somebody made in the console, with all that is in it."""

    cloud: Process
    ids: dict[str, dict[str, str]]

    def seen(self) -> dict[str, dict[str, Any]]:
        """What boto3 sees of each part."""
        business = playbooks.client(self.cloud, "qbusiness")
        return {
            kind: {
                name: value for name, value in getattr(business, f"get_{kind}")(**ids).items() if name not in PASSING
            }
            for kind, ids in self.ids.items()
        }


def made_by_hand(cloud: Process) -> dict[str, dict[str, str]]:
    """Nothing of it is as a role has it by default. The ids by which each part is read."""
    business = playbooks.client(cloud, "qbusiness")
    made = business.create_application(
        displayName="handmade",
        description="Made in the console",
        identityType="AWS_IAM_IDP_SAML",
        iamIdentityProviderArn=PROVIDER,
        attachmentsConfiguration={"attachmentsControlMode": "DISABLED"},
        qAppsConfiguration={"qAppsControlMode": "ENABLED"},
    )
    there = {"applicationId": str(made["applicationId"])}
    business.update_application(
        **there, autoSubscriptionConfiguration={"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_BUSINESS"}
    )
    index = business.create_index(
        **there, displayName="documents", type="STARTER", capacityConfiguration={"units": 3}, description="All of them"
    )
    native = {"nativeIndexConfiguration": {"indexId": index["indexId"]}}
    retriever = business.create_retriever(**there, displayName="finder", type="NATIVE_INDEX", configuration=native)
    experience = business.create_web_experience(
        **there,
        title="Ask",
        subtitle="whatever you like",
        welcomeMessage="Hello",
        samplePromptsControlMode="DISABLED",
        origins=["https://intranet.acme.example"],
        customizationConfiguration={"customCSSUrl": "https://assets.acme.example/page.css"},
    )
    return {
        "application": there,
        "index": {**there, "indexId": index["indexId"]},
        "retriever": {**there, "retrieverId": retriever["retrieverId"]},
        "web_experience": {**there, "webExperienceId": experience["webExperienceId"]},
    }


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with sandbox_process() as cloud:
        playbooks.seed(cloud, "")
        cloud.control.set(polls={"*": 0})
        identity = playbooks.play(cloud, "identities", "--limit", "acme", inventory=INVENTORY)
        assert identity.returncode == 0, identity.output[-3000:]
        yield Live(cloud, made_by_hand(cloud))


def test_what_nobody_named_stays_as_somebody_made_it(live: Live) -> None:
    before = live.seen()
    live.cloud.control.forget_requests()
    run = playbooks.play(live.cloud, "saml", inventory=INVENTORY)
    assert run.returncode == 0, run.output[-3000:]
    after = live.seen()
    # The sign-in is its identity's; there is nothing else that it needs.
    assert {
        name for name in after["web_experience"] if before["web_experience"].get(name) != after["web_experience"][name]
    } == OF_THE_IDENTITY
    for kind, members in before.items():
        assert after[kind] == {**members, **{name: after[kind][name] for name in OF_THE_IDENTITY & set(after[kind])}}
    writes = [
        entry["operation"] for entry in live.cloud.control.requests(writes=True) if entry["service"] == "qbusiness"
    ]
    assert writes == ["UpdateWebExperience"]

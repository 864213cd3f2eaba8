# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person with a browser at what the playbooks deployed, by either protocol. Never skipped, as ``test_browser.py``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import browser
from journey import PASSWORD, Journey, journey

import playbooks

QUESTION = "How many days of paid holiday does every employee have?"
#: What STS is asked for by each protocol.
TAKES = {"saml": "AssumeRoleWithSAML", "oidc": "AssumeRoleWithWebIdentity"}


@pytest.fixture(scope="module", params=sorted(TAKES))
def deployed(request: pytest.FixtureRequest) -> Iterator[Journey]:
    with journey(str(request.param)) as way:
        way.begin()
        way.converge()
        yield way


def url_of(way: Journey) -> str:
    """The one web experience's address, asked of the service itself."""
    business = playbooks.client(way.cloud, "qbusiness")
    [application] = business.list_applications()["applications"]
    [experience] = business.list_web_experiences(applicationId=application["applicationId"])["webExperiences"]
    return str(experience["defaultEndpoint"])


def test_a_person_signs_in_and_asks(deployed: Journey, tmp_path: Path) -> None:
    deployed.cloud.control.forget_requests()
    with browser(deployed.cloud.environment, tmp_path) as chromium:
        chromium.open(url_of(deployed))
        assert chromium.driver.title == "Ask Acme"
        chromium.click("#sign-in")
        chromium.sign_in(playbooks.LOGIN, "not-the-password")
        assert "Unable to sign in" in chromium.text("[role=alert]")
        chromium.sign_in(playbooks.LOGIN, PASSWORD)
        chromium.find("#composer")
        assert chromium.driver.current_url == f"{url_of(deployed)}#/chat"
        assert chromium.text("#user") == playbooks.LOGIN
        chromium.fill("#message", QUESTION)
        chromium.click("#send")
        assert "thirty days" in chromium.text(".answer .text")
        chromium.picture(f"{deployed.name}-answer")
        assert chromium.complaints() == []
    log = [entry for entry in deployed.cloud.control.requests() if entry["operation"] in (*TAKES.values(), "ChatSync")]
    assert [(entry["operation"], entry["status"]) for entry in log] == [
        (TAKES[deployed.name], 200),
        ("ChatSync", 403),  # the first question subscribes
        ("ChatSync", 200),
    ]
    assert log[-1]["principal"].endswith(f"/{playbooks.LOGIN}")

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person with a browser: opens the web experience, signs in at Okta, asks a question.

The browser is never skipped: a machine without one fails here, and says what to install.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browser
from qbusiness_sandbox.sample import Sample, federate
from qbusiness_sandbox.testing import Process, sandbox_process
from selenium.webdriver.common.keys import Keys

QUESTION = "How are trains booked by the travel policy?"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Process]:
    """The cloud that the browser is led to."""
    with sandbox_process() as process:
        yield process


@pytest.fixture(scope="module")
def deployed(cloud: Process) -> Sample:
    """A federated application: its ``url``, and an assigned user's ``username`` and ``password``."""
    return federate(cloud.environment)


@pytest.fixture
def chromium(cloud: Process, tmp_path: Path) -> Iterator[Browser]:
    with browser(cloud.environment, tmp_path) as started:
        yield started


def test_a_person_signs_in_and_asks(chromium: Browser, cloud: Process, deployed: Sample) -> None:
    chromium.open(deployed.url)
    assert chromium.driver.title == "Ask Acme"
    chromium.picture("1-landing")

    chromium.click("#sign-in")
    chromium.find("#okta-signin-username")
    assert chromium.driver.current_url.startswith("https://acme.okta.com/")
    chromium.picture("2-okta")

    chromium.sign_in(deployed.username, "not-the-password")
    assert "Unable to sign in" in chromium.text("[role=alert]")
    assert chromium.driver.current_url.startswith("https://acme.okta.com/")
    chromium.picture("3-okta-wrong-password")

    chromium.sign_in(deployed.username, deployed.password)
    chromium.find("#composer")
    assert chromium.driver.current_url == f"{deployed.url}#/chat"
    assert chromium.text("#user") == deployed.username
    chromium.picture("4-signed-in")

    chromium.fill("#message", QUESTION)
    chromium.click("#send")
    assert "second class" in chromium.text(".answer .text")
    assert "Travel policy" in chromium.text(".sources li .title")
    assert chromium.text(".question") == QUESTION
    assert chromium.count(".error") == 0
    chromium.picture("5-answer")

    # The session stays in the browser's cookie, out of the page's reach.
    assert chromium.driver.execute_script("return document.cookie") == ""
    chromium.open(deployed.url)
    chromium.find("#composer")
    assert chromium.complaints() == []

    # What the browser did is what AWS saw: one session of this user, and its questions.
    log = [entry for entry in cloud.control.requests() if entry["operation"] in ("AssumeRoleWithSAML", "ChatSync")]
    assert [(entry["operation"], entry["status"]) for entry in log] == [
        ("AssumeRoleWithSAML", 200),
        ("ChatSync", 403),
        ("ChatSync", 200),
    ]
    assert log[-1]["principal"].endswith(f"/{deployed.username}")


def test_prompts_keyboard_and_sign_out(chromium: Browser, deployed: Sample) -> None:
    chromium.open(deployed.url)
    chromium.click("#sign-in")
    chromium.sign_in(deployed.username, deployed.password)
    chromium.click(".prompt:nth-child(2)")
    assert "Travel policy" in chromium.text(".sources li .title")

    chromium.fill("#message", "And flights?" + Keys.ENTER)
    chromium.find(".question:nth-of-type(3), .question + .answer + .question + .answer:not(.waiting)")
    assert chromium.count(".question") == 2

    chromium.click("header button")
    chromium.find("#sign-in")
    assert chromium.complaints() == []


def test_a_refusal_is_shown_with_its_layer(chromium: Browser, cloud: Process, deployed: Sample) -> None:
    cloud.control.fault("error", service="sts", status=403, code="AccessDenied", message="Not this time")
    chromium.open(f"{deployed.url}sign-in")
    chromium.sign_in(deployed.username, deployed.password)
    details = chromium.text("#details")
    for text in ("AWS STS", "AccessDenied", "Not this time"):
        assert text in details
    chromium.picture("6-refused")


def test_no_other_site_is_reached(chromium: Browser) -> None:
    # Chromium reports a refused tunnel as an error of its own, not as a page.
    with pytest.raises(Exception, match="ERR_TUNNEL_CONNECTION_FAILED"):
        chromium.open("https://example.com/")

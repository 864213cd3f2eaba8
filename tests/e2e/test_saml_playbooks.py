# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SAML playbooks from an empty cloud to a proved sign-in, and after every cut on the way."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import playbooks

PASSWORD = secrets.token_urlsafe(16)
#: How many writes a whole run of the playbook makes, at most; `make cut` tries each of them.
SPREAD = (1, 4, 7, 11, 16)


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with sandbox_process() as process:
        yield process


@pytest.fixture
def cloud(process: Process) -> Process:
    """An empty cloud with what a company has before it begins."""
    process.control.reset()
    playbooks.seed(process, PASSWORD)
    process.control.forget_requests()
    return process


def play(cloud: Process, name: str, *arguments: str, password: str = "") -> playbooks.Run:
    return playbooks.play(cloud, name, *arguments, password=password, inventory=playbooks.SAML)


def configuration_writes(cloud: Process) -> list[str]:
    return [
        f"{entry['service']} {entry['operation']}"
        for entry in cloud.control.requests(writes=True)
        if entry["service"] != "web"
    ]


def test_plan_on_an_empty_cloud_is_what_is_then_made(cloud: Process) -> None:
    plan = play(cloud, "saml", "--check", "--diff")
    assert plan.returncode == 0, plan.output[-3000:]
    assert configuration_writes(cloud) == []
    made = play(cloud, "saml")
    assert made.returncode == 0, made.output[-3000:]
    assert plan.creations()
    assert plan.creations() == made.creations()


def test_second_run_and_check_change_nothing(cloud: Process) -> None:
    first = play(cloud, "saml")
    assert first.returncode == 0, first.output[-3000:]
    assert first.changed > 0
    cloud.control.forget_requests()
    second = play(cloud, "saml")
    assert (second.returncode, second.changed, second.failed) == (0, 0, 0), second.output[-3000:]
    assert play(cloud, "saml", "--check").changed == 0
    assert configuration_writes(cloud) == []


def test_login_is_proved(cloud: Process) -> None:
    assert play(cloud, "saml").returncode == 0
    proof = play(cloud, "prove_login", password=PASSWORD)
    assert proof.returncode == 0, proof.output[-3000:]
    assert "thirty days" in proof.output
    assert PASSWORD not in proof.output


def cut_and_finish(cloud: Process, number: int) -> object:
    """Cut the connection when write ``number`` is committed, run again, and answer the state."""
    cloud.control.fault("cut_after", writes_only=True, skip=number - 1, count=1)
    play(cloud, "saml")
    cloud.control.clear_faults()
    again = play(cloud, "saml")
    assert again.returncode == 0, again.output[-3000:]
    return playbooks.state(cloud)


@pytest.fixture(scope="module")
def uninterrupted(process: Process) -> object:
    process.control.reset()
    playbooks.seed(process, PASSWORD)
    run = play(process, "saml")
    assert run.returncode == 0, run.output[-3000:]
    return playbooks.state(process)


@pytest.mark.parametrize("number", SPREAD)
def test_cut_run_is_finished_by_the_next(uninterrupted: object, cloud: Process, number: int) -> None:
    assert cut_and_finish(cloud, number) == uninterrupted


@pytest.mark.cut
def test_every_cut_run_is_finished_by_the_next(uninterrupted: object, cloud: Process) -> None:
    assert play(cloud, "saml").returncode == 0
    writes = len(configuration_writes(cloud))
    for number in range(1, writes + 1):
        cloud.control.reset()
        playbooks.seed(cloud, PASSWORD)
        print(f"cut after write {number} of {writes}", flush=True)
        assert cut_and_finish(cloud, number) == uninterrupted, number

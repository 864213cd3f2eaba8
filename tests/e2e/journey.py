# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both protocols' playbooks have to do, from an empty cloud on; each protocol's tests say which playbook it is."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qbusiness_sandbox.testing import Process, sandbox_process

import playbooks

PASSWORD = secrets.token_urlsafe(16)
INVENTORIES = Path(__file__).parent / "inventories"
#: Says how many calls a run that changes nothing makes.
CALLS = Path(__file__).parents[2] / "docs" / "calls.md"
SERVICES = ("sts", "qbusiness", "iam", "s3", "secretsmanager", "okta")


@dataclass(frozen=True)
class Journey:
    """One protocol's playbook on one cloud. ``name``: of the playbook, and of its inventory."""

    name: str
    cloud: Process

    def begin(self) -> None:
        """An empty cloud with what a company has before it begins."""
        self.cloud.control.reset()
        playbooks.seed(self.cloud, PASSWORD)
        self.cloud.control.forget_requests()

    def play(self, *arguments: str, name: str = "", password: str = "") -> playbooks.Run:
        inventory = INVENTORIES / f"{self.name}.yml"
        return playbooks.play(self.cloud, name or self.name, *arguments, password=password, inventory=inventory)

    def converge(self) -> playbooks.Run:
        run = self.play()
        assert (run.returncode, run.failed) == (0, 0), run.output[-3000:]
        return run

    def writes(self) -> list[str]:
        """The writes of configuration so far."""
        return [
            f"{entry['service']} {entry['operation']}"
            for entry in self.cloud.control.requests(writes=True)
            if entry["service"] != "web"
        ]

    def uninterrupted(self) -> object:
        """The state that a whole run ends in."""
        self.begin()
        self.converge()
        return playbooks.state(self.cloud)

    def cut_and_finish(self, number: int) -> object:
        """Cut the connection when write ``number`` is committed, run again, and answer the state."""
        self.begin()
        self.cloud.control.fault("cut_after", writes_only=True, skip=number - 1, count=1)
        self.play()
        self.cloud.control.clear_faults()
        self.converge()
        return playbooks.state(self.cloud)

    # -- the tests' bodies --

    def plan_is_what_is_then_made(self) -> None:
        self.begin()
        plan = self.play("--check", "--diff")
        assert plan.returncode == 0, plan.output[-3000:]
        assert self.writes() == []
        made = self.converge()
        assert plan.creations()
        assert plan.creations() == made.creations()

    def second_run_changes_nothing(self) -> None:
        """After :meth:`plan_is_what_is_then_made`."""
        self.cloud.control.forget_requests()
        second = self.play()
        assert (second.returncode, second.changed, second.failed) == (0, 0, 0), second.output[-3000:]
        self.second_run_asks_what_the_page_says()
        assert self.play("--check").changed == 0
        assert self.writes() == []

    def second_run_asks_what_the_page_says(self) -> None:
        """Nothing else was asked since the requests were forgotten; no address is asked for twice."""
        entries = [entry for entry in self.cloud.control.requests() if entry["service"] != "web"]
        asked = Counter(entry["service"] for entry in entries)
        written = re.search(rf"^\| `{self.name}` \|([\d |]+)\|$", CALLS.read_text(encoding="utf-8"), re.MULTILINE)
        assert written, self.name
        total, *each = [int(cell) for cell in written[1].split("|")]
        found = [f"{entry['service']} {entry['operation']}" for entry in entries]
        assert ([asked[service] for service in SERVICES], len(entries)) == (each, total), found
        by_address = Counter((entry["operation"], entry["path"]) for entry in entries if entry["path"] != "/")
        assert set(by_address.values()) == {1}, by_address

    def login_is_proved(self) -> None:
        proof = self.play(name="prove_login", password=PASSWORD)
        assert proof.returncode == 0, proof.output[-3000:]
        assert "thirty days" in proof.output
        assert PASSWORD not in proof.output

    def removal_leaves_what_was_there(self) -> None:
        self.begin()
        before = playbooks.state(self.cloud)
        self.converge()
        removed = self.play("-e", "qbusiness_remove_confirm=yes", name="remove")
        assert removed.returncode == 0, removed.output[-3000:]
        assert playbooks.state(self.cloud) == before

    def every_cut_is_finished_by_the_next_run(self) -> None:
        wanted = self.uninterrupted()
        writes = len(self.writes())
        for number in range(1, writes + 1):
            print(f"{self.name}: cut after write {number} of {writes}", flush=True)
            assert self.cut_and_finish(number) == wanted, number


@contextmanager
def journey(name: str) -> Iterator[Journey]:
    """A journey on a cloud of its own."""
    with sandbox_process() as cloud:
        yield Journey(name, cloud)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clouds that the benchmark runs on, and the environment that everything runs in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from measure import Contender, run
from qbusiness_sandbox.company import client, move_in
from qbusiness_sandbox.testing import Process

ROOT = Path(__file__).resolve().parents[2]
#: Where the figures and the playbooks go.
FOLDER = ROOT / ".build" / "bench"
DOCUMENTS = ROOT / "tools" / "demo" / "documents"
INVENTORIES = ROOT / "tests" / "e2e" / "inventories"
#: Some machines set these. The first makes a piped program be read byte by byte, the second keeps compiled code from
#: being kept: both slow down what starts interpreters, so they are taken away from everybody.
DISTORTING = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
PREFIXES = ("AWS_", "OKTA_", "ANSIBLE_")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "qbusiness.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
DESCRIPTION = "made for the benchmark"
PLAYBOOK = str(Path(sys.executable).with_name("ansible-playbook"))


def empty_configuration() -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "ansible.cfg"
    file.touch()
    return file


def environment(cloud: Process) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIXES) and key not in DISTORTING}
    return {
        **kept,
        **cloud.environment,
        # Everybody has Ansible's own defaults, whatever this machine's configuration says.
        "ANSIBLE_CONFIG": str(empty_configuration()),
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
    }


def federate(cloud: Process, protocol: str) -> Contender:
    """A company whose one application is federated; answers the run that has nothing to change any more."""
    move_in(cloud, "Bench-" + os.urandom(12).hex(), DOCUMENTS)
    playbook = [PLAYBOOK, "-i", str(INVENTORIES / f"{protocol}.yml"), f"qbusiness.federation.{protocol}"]
    contender = Contender("ours", playbook, environment(cloud))
    run(contender)
    return contender


def fleet(cloud: Process, applications: int) -> tuple[Contender, Path]:
    """Return the run of a fleet on one identity that has nothing to change any more, and its inventory."""
    move_in(cloud, "Bench-" + os.urandom(12).hex(), DOCUMENTS)
    inventory = yaml.safe_load((INVENTORIES / "oidc.yml").read_text(encoding="utf-8"))
    groups = inventory["all"]["children"]
    (one,) = groups["applications"]["hosts"].values()
    # Several themes in one bucket are no part of the measurement.
    own = {key: value for key, value in one.items() if "theme" not in key}
    groups["applications"]["hosts"] = {
        f"fleet-{number:02}": {**own, "qbusiness_application_display_name": f"fleet-{number:02}"}
        for number in range(applications)
    }
    file = FOLDER / "fleet.yml"
    file.write_text(yaml.safe_dump(inventory, sort_keys=False), encoding="utf-8")
    contender = Contender(
        "ours", [PLAYBOOK, "-i", str(file), "qbusiness.federation.oidc"], environment(cloud), rounds=3
    )
    run(contender)
    return contender, file


def role(number: int) -> str:
    return f"bench-{number:02}"


def application(number: int) -> str:
    return f"bench-{number:02}"


def source(number: int) -> str:
    return f"source-{number:02}"


@dataclass
class Company:
    """Many applications with many data sources, and as many roles, written with boto3 alone."""

    cloud: Process
    applications: dict[int, str] = field(default_factory=dict)
    indexes: dict[int, str] = field(default_factory=dict)
    sources: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cloud.control.set(polls={"*": 0})
        self._business = client(self.cloud, "qbusiness")

    def roles(self, number: int) -> None:
        iam = client(self.cloud, "iam")
        for index in range(number):
            iam.create_role(RoleName=role(index), AssumeRolePolicyDocument=json.dumps(TRUST), Description=DESCRIPTION)

    def grow(self, applications: Sequence[int], sources: int, say: Callable[[str], None]) -> None:
        """Make the applications, and data sources until each has so many."""
        say(f"making {len(applications)} applications with {sources} data sources each")
        for number in applications:
            if number not in self.applications:
                self._make(number)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: self._fill(number, sources), applications))

    def _make(self, number: int) -> None:
        made = self._business.create_application(
            displayName=application(number), description=DESCRIPTION, identityType="ANONYMOUS"
        )
        self.applications[number] = made["applicationId"]
        index: dict[str, Any] = self._business.create_index(
            applicationId=made["applicationId"], displayName="index", type="ENTERPRISE"
        )
        self.indexes[number] = index["indexId"]
        self.sources[number] = 0

    def _fill(self, number: int, sources: int) -> None:
        for index in range(self.sources[number], sources):
            self._business.create_data_source(
                applicationId=self.applications[number],
                indexId=self.indexes[number],
                displayName=source(index),
                description=DESCRIPTION,
                configuration={"type": "CUSTOM"},
            )
        self.sources[number] = max(self.sources[number], sources)

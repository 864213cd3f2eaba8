# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the collection's playbooks against an embedded cloud, and look at the cloud without them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from qbusiness_sandbox.company import GROUP, LOGIN, client, move_in
from qbusiness_sandbox.testing import Process

__all__ = ["GROUP", "INVENTORY", "LOGIN", "SAML", "Run", "client", "environment", "okta", "play", "seed", "state"]

ROOT = Path(__file__).parents[2]
INVENTORY = ROOT / "tools" / "demo" / "inventory.yml"
#: One identity and one application by SAML.
SAML = Path(__file__).parent / "inventories" / "saml.yml"
DOCUMENTS = ROOT / "tools" / "demo" / "documents"
#: Ids, times and key material: different in every cloud.
_VOLATILE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # UUIDs
    r"|\b[0-9a-z]{3}[0-9A-Za-z]{14}5d7\b|\bexk[0-9A-Za-z]{17}\b|\baln[0-9A-Za-z]{17}\b"  # Okta's ids
    r"|\b[a-z0-9]{8}(?=\.chat\.qbusiness)"
    r"|(?<=client-secret-)[0-9A-Za-z]{6}\b"  # what Secrets Manager adds to a name
    r"|(?<=QBusinessTheme)[0-9a-f]{32}"  # UUIDs without hyphens
    r"|\b[0-9a-f]{64}\b"  # fingerprints of keys and of metadata that holds them
    r"|\bacme_amazonqbusiness_\d+"
)


@dataclass(frozen=True)
class Run:
    """What a run of ansible-playbook came to."""

    returncode: int
    output: str
    report: dict[str, Any]

    @property
    def changed(self) -> int:
        return sum(stats["changed"] for stats in self.report["stats"].values())

    @property
    def failed(self) -> int:
        return sum(stats["failures"] + stats["unreachable"] for stats in self.report["stats"].values())

    def creations(self) -> list[dict[str, str]]:
        """What was created, or planned to be: host, module, name of the object, operation. A plan may name an object
        twice: on an empty account a later task cannot see that an earlier one would have made it."""
        found: list[dict[str, str]] = []
        for play in self.report["plays"]:
            for task in play["tasks"]:
                for host, result in task["hosts"].items():
                    found.extend(
                        {"host": host, "module": str(result.get("action")), "name": _name(item), "operation": name}
                        for item in _items(result)
                        for name in item.get("operations") or []
                        if name.lower().startswith(("create", "start", "assigngroup"))
                    )
        unique = {json.dumps(item, sort_keys=True): item for item in found}
        return [unique[key] for key in sorted(unique)]


def _items(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of a loop's items, or of the objects of a task that takes many; or else the task's own."""
    return next((result[key] for key in ("results", "data_sources") if key in result), [result])


def _name(result: dict[str, Any]) -> str:
    """How the task called its object."""
    options = result.get("invocation", {}).get("module_args") or result
    return str(next((options[key] for key in ("display_name", "name", "label", "sid") if options.get(key)), ""))


def environment(cloud: Process, password: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "OKTA_", "ANSIBLE_"))}
    return {
        **kept,
        **cloud.environment,
        "OKTA_TEST_USERNAME": LOGIN,
        "OKTA_TEST_PASSWORD": password,
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
    }


def play(cloud: Process, name: str, *arguments: str, password: str = "", inventory: Path = INVENTORY) -> Run:
    """Run a playbook of the collection to its end, whatever that is."""
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "-i", str(inventory), f"qbusiness.federation.{name}", *arguments]
    done = subprocess.run(
        command, env=environment(cloud, password), capture_output=True, text=True, timeout=600, check=False
    )
    text = done.stdout + done.stderr
    start = done.stdout.find("{\n")
    report = json.loads(done.stdout[start:]) if start >= 0 else {"plays": [], "stats": {}}
    return Run(done.returncode, text, report)


def more(folder: Path, **groups: dict[str, dict[str, Any]]) -> tuple[str, str]:
    """Arguments for :func:`play`: a second inventory, of hosts and their variables by group, over the first."""
    file = folder / "more.json"
    content = {"all": {"children": {name: {"hosts": hosts} for name, hosts in groups.items()}}}
    file.write_text(json.dumps(content), encoding="utf-8")
    return "-i", str(file)


def seed(cloud: Process, password: str) -> None:
    """What a company has before it begins."""
    move_in(cloud, password, DOCUMENTS)


def okta(cloud: Process, method: str, path: str, body: Any = None) -> Any:
    """A plain request to the org, as its administrator. Raises ``requests.HTTPError``."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"SSWS {cloud.environment['OKTA_CLIENT_TOKEN']}"
        answer = session.request(method, cloud.environment["QBUSINESS_SANDBOX_OKTA_URL"] + path, json=body, timeout=30)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def state(cloud: Process) -> Any:
    """The cloud's whole state, ids, times and keys apart; lists and maps by their content."""
    return _canonical(cloud.control.state())


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        plain = {_VOLATILE.sub("*", str(key)): _canonical(item) for key, item in value.items() if not _is_time(key)}
        return {key: plain[key] for key in sorted(plain)}
    if isinstance(value, list):
        return sorted((_canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return _VOLATILE.sub("*", value) if isinstance(value, str) else value


def _is_time(key: Any) -> bool:
    return str(key) in (
        "kid",
        "createdAt",
        "updatedAt",
        "startTime",
        "endTime",
        "created",
        "lastUpdated",
        "times",
        "time",
    )

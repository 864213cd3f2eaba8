# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an estate's inventory says: hosts with their variables, and what is expected of the run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

EXPECTS = "estate_expects"


class NoInventory(Exception):
    """The standard output of an estate cannot be used; the text says why."""


@dataclass(frozen=True)
class Expectations:
    """The members of ``estate_expects`` (docs/estate.md says what each asks for)."""

    playbooks: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    together: int = 1
    fails: bool = False
    refused: list[str] = field(default_factory=list)
    message: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    never_says: list[str] = field(default_factory=list)
    unchanged: bool = False
    untouched: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    never_made: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def error(self) -> bool:
        """Whether plan and runs are to end with an error."""
        return self.fails or bool(self.refused)


@dataclass(frozen=True)
class Inventory:
    """Variables by host, groups' included; ``groups``: the hosts of each group."""

    path: Path
    hosts: Mapping[str, Mapping[str, Any]]
    groups: Mapping[str, list[str]]
    expects: Expectations

    @property
    def playbooks(self) -> list[str]:
        """What the estate asks for, or what the labels of its hosts call for."""
        labels = {"saml": "okta_saml_app_label", "oidc": "okta_oidc_app_label"}
        pinned = [name for name, label in labels.items() if any(label in host for host in self.hosts.values())]
        return self.expects.playbooks or pinned or ["saml"]

    def values(self, name: str) -> list[Any]:
        """Return what the hosts say of one variable."""
        return [host[name] for host in self.hosts.values() if name in host]

    def scalars(self) -> set[str]:
        """Return every value that stands anywhere in it, as text."""
        return {str(value) for host in self.hosts.values() for value in _leaves(host)}


def read(path: Path, environment: Mapping[str, str]) -> Inventory:
    """Return the inventory in a file, as ``ansible-inventory`` reads it. Raises :class:`NoInventory`."""
    program = Path(sys.executable).with_name("ansible-inventory")
    done = subprocess.run(
        [str(program), "-i", str(path), "--list"],
        env={**environment, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoInventory(f"its standard output is no inventory: {done.stderr.strip()[-500:]}")
    listed = json.loads(done.stdout)
    hosts = listed.get("_meta", {}).get("hostvars", {})
    expected = next((host[EXPECTS] for host in hosts.values() if EXPECTS in host), None) or _without_hosts(path)
    plain = {name: {key: value for key, value in host.items() if key != EXPECTS} for name, host in hosts.items()}
    groups = {name: list(_members(listed, name)) for name in listed if name != "_meta"}
    return Inventory(path, plain, groups, _expectations(expected))


def _without_hosts(path: Path) -> Any:
    """What an inventory in YAML expects that has no host to tell it."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        return found["all"]["vars"][EXPECTS]
    except (yaml.YAMLError, LookupError, TypeError):
        return {}


def _members(listed: Mapping[str, Any], group: str) -> Iterator[str]:
    own = listed.get(group, {})
    yield from own.get("hosts", [])
    for child in own.get("children", []):
        yield from _members(listed, child)


def _expectations(data: Any) -> Expectations:
    known = {item.name for item in fields(Expectations)}
    unknown = sorted(set(data) - known) if isinstance(data, Mapping) else [str(data)]
    if unknown:
        raise NoInventory(f"{EXPECTS}: {', '.join(unknown)} is not known. Allowed: {', '.join(sorted(known))}.")
    lists = {item.name for item in fields(Expectations) if str(item.type).startswith("list")}
    given: dict[str, Any] = {k: [v] if k in lists and isinstance(v, str) else v for k, v in data.items()}
    return Expectations(**given)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value

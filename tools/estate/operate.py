# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's playbooks as an operator runs them: as commands, judged by what they print and leave."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from inventory import Inventory

COLLECTION = "qbusiness.federation"
#: Seconds after which a run is given up.
PATIENCE = 1800
_RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """How the playbooks ended, and all that they printed. ``changed`` and ``failed``: sums of their recaps."""

    returncode: int
    output: str

    @property
    def changed(self) -> int:
        return sum(int(found[1]) for found in _RECAP.findall(self.output))

    @property
    def failed(self) -> int:
        return sum(int(found[2]) + int(found[3]) for found in _RECAP.findall(self.output))


@dataclass(frozen=True)
class Operator:
    """Who runs the playbooks on one estate. ``playbooks``: a folder with other ones of the same names."""

    inventory: Inventory
    environment: Mapping[str, str]
    playbooks: Path | None = None

    def plan(self) -> Run:
        return self._run("--check", "--diff")

    def run(self) -> Run:
        return self._run()

    def runs(self, number: int) -> list[Run]:
        """Start so many runs at the same moment, and wait for all."""
        with ThreadPoolExecutor(number) as pool:
            return list(pool.map(lambda _each: self._run(), range(number)))

    def _run(self, *arguments: str) -> Run:
        """Run one playbook after the other; the worst exit code of them."""
        ended = [self._play(name, arguments) for name in self.inventory.playbooks]
        return Run(max(run.returncode for run in ended), "\n".join(run.output for run in ended))

    def _play(self, name: str, arguments: Sequence[str]) -> Run:
        program = Path(sys.executable).with_name("ansible-playbook")
        playbook = str(self.playbooks / f"{name}.yml") if self.playbooks else f"{COLLECTION}.{name}"
        command = [
            str(program),
            "-i",
            str(self.inventory.path),
            playbook,
            *self.inventory.expects.arguments,
            *arguments,
        ]
        done = subprocess.run(
            command,
            env={**self.environment, **self.inventory.expects.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Run(done.returncode, done.stdout)

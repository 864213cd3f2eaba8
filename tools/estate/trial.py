# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One estate from its making to the verdict: plan, run, run again, and what that did to what was there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import inventory as inventories
from changes import Change, changes
from doubled import doubled
from expectations import Runs, unmet
from harmed import members_lost, sign_ins_lost
from inventory import Inventory, NoInventory
from operate import Operator, Run
from people import People
from qbusiness_sandbox.testing import Process, sandbox_process
from sign_ins import QUESTION, SignIn, sign_ins
from things import Things, look
from unsaid import beside_inventory, not_in_plan
from verdict import EXPECTATION, Fault, Verdict

#: What a machine may have set, and what would lead a run elsewhere.
_PREFIXES = ("AWS_", "OKTA_", "ANSIBLE_", "QBUSINESS_")
#: Seconds after which the making of an estate is given up.
_PATIENCE = 600


@dataclass(frozen=True)
class Settings:
    """How trials are made. ``folder``: where inventories and outputs go; ``playbooks``: a folder with other ones."""

    folder: Path
    playbooks: Path | None = None
    say: Callable[[str], None] = print


@dataclass(frozen=True)
class Looks:
    """The cloud before the plan, after it, after the first run and after the second; and the sign-ins."""

    before: Things
    planned: Things
    first: Things
    second: Things
    sign_ins: tuple[dict[str, SignIn], dict[str, SignIn]]


def try_estate(executable: Path, settings: Settings) -> Verdict:
    """Return what is wrong with the playbooks on this estate."""
    began = time.monotonic()
    verdict = Verdict(executable.stem)
    try:
        with sandbox_process() as cloud:
            _Trial(executable, cloud, settings, verdict).go()
    except (NoInventory, OSError, subprocess.SubprocessError, RuntimeError) as error:
        verdict.faults.append(Fault(EXPECTATION, f"no verdict: {error}"))
    verdict.seconds = time.monotonic() - began
    return verdict


class _Trial:
    """The steps. Each says that it begins."""

    def __init__(self, executable: Path, cloud: Process, settings: Settings, verdict: Verdict) -> None:
        self._executable, self._cloud, self._settings, self._verdict = executable, cloud, settings, verdict
        self._people = People(cloud)

    def go(self) -> None:
        self._say("build")
        environment = self._environment()
        inventory = inventories.read(self._build(environment), environment)
        operator = Operator(inventory, environment, self._settings.playbooks)
        question = next((str(text) for text in inventory.values("qbusiness_proof_question")), QUESTION)
        self._say("sign in")
        signed_in = sign_ins(self._cloud, self._people, question)
        before = look(self._cloud)
        self._say(f"plan {' and '.join(inventory.playbooks)}")
        plan = self._kept("plan", operator.plan())
        planned = look(self._cloud)
        self._say("run")
        firsts = [self._kept("run", run) for run in operator.runs(inventory.expects.together)]
        if inventory.expects.together > 1:
            # What two runs at one instant left to do is done by one more, and is no change of the second run.
            firsts.append(self._kept("run", operator.run()))
        first = look(self._cloud)
        self._say("run again")
        second = self._kept("run-again", operator.run())
        looks = Looks(before, planned, first, look(self._cloud), (signed_in, {}))
        self._say("sign in again")
        looks = Looks(before, planned, first, looks.second, (signed_in, sign_ins(self._cloud, self._people, question)))
        works = sum(not found.problem for found in signed_in.values())
        self._verdict.story = f"{len(before)} objects, {works} of {len(signed_in)} sign-ins, {second.changed} changed"
        self._verdict.faults += list(_faults(inventory, looks, plan, firsts, second))

    def _say(self, step: str) -> None:
        self._settings.say(f"{self._verdict.name}: {step}")

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_PREFIXES)}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
        return {
            **kept,
            **self._cloud.environment,
            **self._people.move_in(),
            "PATH": path,
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_NOCOWS": "1",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }

    def _build(self, environment: dict[str, str]) -> Path:
        """Run the executable; the file with its standard output."""
        done = subprocess.run(
            [str(self._executable.resolve())],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        if done.returncode:
            raise NoInventory(f"it ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
        if not done.stdout.strip():
            raise NoInventory("its standard output is empty. Print the inventory to use.")
        file = self._settings.folder / f"{self._verdict.name}.yml"
        file.write_text(done.stdout, encoding="utf-8")
        return file

    def _kept(self, step: str, run: Run) -> Run:
        with tempfile.NamedTemporaryFile(
            "w", dir=self._settings.folder, prefix=f"{self._verdict.name}-{step}-", suffix=".log", delete=False
        ) as file:
            file.write(run.output)
        Path(file.name).replace(self._settings.folder / f"{self._verdict.name}-{step}.log")
        return run


def _faults(inventory: Inventory, looks: Looks, plan: Run, firsts: list[Run], second: Run) -> Iterator[Fault]:
    expects = inventory.expects
    found = changes(looks.before, looks.first)
    yield from sign_ins_lost(*looks.sign_ins, removed=_removed(found))
    yield from members_lost(looks.before, found, inventory)
    yield from doubled(looks.before, looks.first, found, inventory)
    if second.changed and "--check" not in expects.arguments:
        yield Fault("second run changed", f"the second run's recap says changed={second.changed}")
    for change in changes(looks.first, looks.second):
        yield Fault("second run changed", str(change))
    for change in changes(looks.before, looks.planned):
        yield Fault("harmed", f"the plan wrote: {change}")
    output = "\n".join(run.output for run in firsts)
    if not expects.error:
        yield from not_in_plan(looks.before, looks.first, found, plan.output)
        yield from beside_inventory(looks.before, inventory, output)
    yield from unmet(inventory.expects, looks.first, found, Runs(plan, firsts, second))


def _removed(found: list[Change]) -> list[str]:
    """The web experiences that are gone: whether they should be is judged as a deletion."""
    return [change.thing.id for change in found if change.after is None and change.thing.kind == "web experience"]

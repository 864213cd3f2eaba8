# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is compared with what."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import contenders
import measure
import world
from figures import Comparison
from measure import Contender
from qbusiness_sandbox.company import client
from qbusiness_sandbox.testing import Process, sandbox_process

TASKS = 20
ITEMS = 50
#: Applications of a fleet.
FLEET = 30
MODULE = ("-e", "qbusiness_execution=module")


def tasks(pairs: int) -> Comparison:
    """Tasks that have nothing to change, and beside them the start of ansible-playbook and our ordinary module."""
    with sandbox_process() as cloud:
        company = world.Company(cloud)
        company.roles(TASKS)
        company.grow(range(TASKS), 0, measure.progress("tasks"))
        environment = world.environment(cloud)

        def made(name: str, what: list[contenders.Task], *arguments: str) -> Contender:
            return contenders.playbook(name, what, world.FOLDER, environment, *arguments)

        ours = contenders.app_tasks(TASKS)
        contestants = [
            made("ansible-playbook alone", []),
            # no goal is about it, and it takes as long as theirs
            replace(made("qbusiness_app as module", ours, *MODULE), rounds=3),
            made("qbusiness_app", ours),
            made("iam_role", contenders.role_tasks(TASKS)),
        ]
        return _compared("tasks", cloud, contestants, pairs)


def loop(pairs: int) -> Comparison:
    """Items of a loop that have nothing to change, and beside them one task for all."""
    with sandbox_process() as cloud:
        company = world.Company(cloud)
        company.roles(ITEMS)
        company.grow([0], ITEMS, measure.progress("loop"))
        environment = world.environment(cloud)
        contestants = [
            contenders.playbook(name, what, world.FOLDER, environment)
            for name, what in {
                "qbusiness_datasource list": contenders.source_list(company, ITEMS),
                "qbusiness_datasource": contenders.source_loop(company, ITEMS),
                "iam_role loop": contenders.role_loop(ITEMS),
            }.items()
        ]
        return _compared("loop", cloud, contestants, pairs)


def federation(protocol: str, pairs: int) -> Comparison:
    """The whole playbook with nothing to change against the script that only reads."""
    with sandbox_process() as cloud:
        ours = world.federate(cloud, protocol)
        here = Path(__file__).parent
        script = [sys.executable, str(here / f"floor_{protocol}.py"), str(world.INVENTORIES / f"{protocol}.yml")]
        floor = Contender("floor", script, ours.environment)
        comparison = _compared(protocol, cloud, [ours, floor], pairs)
        _spoil(cloud)
        _unused, complaint = measure.attempt(floor)
        if not complaint or "Spoilt" not in complaint:
            raise SystemExit(f"The floor of {protocol} does not see what was changed: {complaint}")
        return comparison


def fleet(pairs: int) -> Comparison:
    """Thirty applications with nothing to change against the script that only reads."""
    with sandbox_process() as cloud:
        ours, inventory = world.fleet(cloud, FLEET)
        script = [sys.executable, str(Path(__file__).parent / "floor_oidc.py"), str(inventory)]
        floor = Contender("floor", script, ours.environment, rounds=ours.rounds)
        return _compared("fleet", cloud, [ours, floor], min(pairs, ours.rounds or pairs))


def _spoil(cloud: Process) -> None:
    """Change something behind everybody's back."""
    business = client(cloud, "qbusiness")
    parent = {"applicationId": business.list_applications()["applications"][0]["applicationId"]}
    experience = business.list_web_experiences(**parent)["webExperiences"][0]["webExperienceId"]
    business.update_web_experience(**parent, webExperienceId=experience, title="Spoilt")


def _compared(name: str, cloud: Process, contestants: Sequence[Contender], pairs: int) -> Comparison:
    """The last two are ours and theirs; what stands before them is measured beside."""
    runs = measure.in_turn(contestants, pairs, measure.progress(name))
    calls = {contender.name: _calls(cloud, contender) for contender in contestants}
    ours, theirs = (contender.name for contender in contestants[-2:])
    return Comparison(name, ours, theirs, runs, calls)


def _calls(cloud: Process, contender: Contender) -> int:
    """The requests of one run, by the cloud's own log. Raises ``SystemExit`` when it wrote anything."""
    cloud.control.forget_requests()
    measure.run(contender)
    written = [entry["operation"] for entry in cloud.control.requests(writes=True)]
    if written:
        raise SystemExit(f"{contender.name} changed something: {', '.join(written)}")
    return len(cloud.control.requests())

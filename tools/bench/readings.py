# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reader over a large estate, with an answer's delay: how near it comes to what its calls and threads allow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import estate
import measure
import world
from figures import Reading
from measure import Contender
from qbusiness_sandbox.testing import Process, sandbox_process

#: Requests at the same time: the default of ``federation_info``.
CONCURRENCY = 8
HERE = Path(__file__).parent


def reading(rounds: int) -> Reading:
    """The wall times of ``rounds`` runs, and the calls of one beside those of the floor."""
    with sandbox_process() as cloud:
        say = measure.progress("reader")
        estate.Estate(cloud).make(estate.APPLICATIONS, estate.SOURCES, say)
        environment = world.environment(cloud)
        ours = Contender("reader", [sys.executable, str(HERE / "read_federation.py"), str(CONCURRENCY)], environment)
        floor = Contender("floor", [sys.executable, str(HERE / "floor_reader.py")], environment)
        calls = [_counted(cloud, contender) for contender in (ours, floor)]
        if calls[0][1] != calls[1][1]:
            raise SystemExit(f"The reader and its floor do not find the same: {calls[0][1]} and {calls[1][1]}")
        cloud.control.fault("delay", seconds=estate.DELAY, count=-1)
        runs = []
        for number in range(rounds):
            runs.append(measure.run(ours))
            say(f"{number + 1}/{rounds}: {runs[-1].wall:.2f} s")
        return Reading(runs, calls[0][0], calls[1][0], estate.DELAY, CONCURRENCY)


def _counted(cloud: Process, contender: Contender) -> tuple[int, dict[str, int]]:
    """The requests of one run without delay, and what it found."""
    cloud.control.forget_requests()
    done = subprocess.run(
        contender.command, env=dict(contender.environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{contender.name} failed:\n{done.stderr[-4000:]}")
    return len(cloud.control.requests()), json.loads(done.stdout)

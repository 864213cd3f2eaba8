# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Growth: applications as hosts, each with a task for itself and a loop of its data sources, with nothing to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import contenders
import measure as timing
import world
from figures import Growth, Point, fit
from measure import Contender
from qbusiness_sandbox.testing import Process


@dataclass(frozen=True)
class Grid:
    applications: Sequence[int]
    sources: Sequence[int]
    forks: Sequence[int]


GRID = Grid((1, 10, 50), (0, 10, 50), (5, 50))


def measure(cloud: Process, folder: Path, runs: int, grid: Grid = GRID) -> Growth:
    """Each point runs ``runs`` times, the numbers of forks in turn, and once more while its memory is watched."""
    company = world.Company(cloud)
    say = timing.progress("growth")
    growth = Growth()
    environment = world.environment(cloud)
    for sources in grid.sources:
        # Data sources are added as the grid goes on: a list shows no more than the point is about.
        company.grow(range(max(grid.applications)), sources, say)
        for applications in grid.applications:
            sizes = {
                forks: _playbook(company, applications, sources, forks, folder, environment) for forks in grid.forks
            }
            done = timing.in_turn(list(sizes.values()), runs, say, warm_up=False)
            for forks, contender in sizes.items():
                walls, cpus = zip(*((run.wall, run.cpu) for run in done[contender.name]), strict=True)
                memory = timing.peak_memory(contender)
                growth.points.append(Point(applications, sources, forks, median(walls), median(cpus), memory))
    growth.fits = [fit(growth.points, forks, kind) for kind in ("wall", "cpu") for forks in grid.forks]
    return growth


def _playbook(
    company: world.Company, applications: int, sources: int, forks: int, folder: Path, environment: dict[str, str]
) -> Contender:
    hosts = {
        world.application(number): {
            "application_id": company.applications[number],
            "index_id": company.indexes[number],
        }
        for number in range(applications)
    }
    options = {"display_name": "{{ inventory_hostname }}", "description": world.DESCRIPTION}
    tasks: list[contenders.Task] = [{"name": "Application", contenders.OURS: options}]
    if sources:
        source = contenders.source_options("{{ application_id }}", "{{ index_id }}")
        names = [world.source(number) for number in range(sources)]
        tasks.append({"name": "Data sources", contenders.SOURCE: source, "loop": names})
    name = f"{applications} x {sources} at {forks} forks"
    return contenders.over_hosts(name, hosts, tasks, folder, environment, "--forks", str(forks))

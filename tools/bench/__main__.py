# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make bench`: what tasks, loops and whole runs cost beside amazon.aws and plain scripts, on an embedded cloud.

All that is compared runs in turn, on the same cloud, with the same interpreter. See docs/speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

import comparisons
import growth
import picture
import readings
import world
from figures import Comparison
from qbusiness_sandbox.testing import sandbox_process
from report import Report

PARTS: dict[str, Callable[[int], Comparison]] = {
    "tasks": comparisons.tasks,
    "loop": comparisons.loop,
    "saml": partial(comparisons.federation, "saml"),
    "oidc": partial(comparisons.federation, "oidc"),
    "fleet": comparisons.fleet,
}
GROWTH, READER = "growth", "reader"
PAGE = world.ROOT / "docs" / "speed.md"
MARKS = ("<!-- figures -->", "<!-- end of the figures -->")
#: Rounds, and runs of each size of the growth, of a measurement that counts.
PAIRS, GROWTH_RUNS = 7, 3
#: Runs of the reader at most, each of which takes long by itself.
READER_RUNS = 3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=[*PARTS, READER, GROWTH], help="just this part (may be repeated)"
    )
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"rounds of each comparison ({PAIRS})")
    parser.add_argument("--growth-runs", type=int, default=GROWTH_RUNS, help=f"runs of each size ({GROWTH_RUNS})")
    parser.add_argument("--page", action="store_true", help="put the figures into docs/speed.md")
    found = parser.parse_args()
    if min(found.pairs, found.growth_runs) < 1:
        parser.error("--pairs and --growth-runs: at least 1")
    return found


def machine() -> dict[str, str | int]:
    """What the figures are made with."""
    return {
        "Python": platform.python_version(),
        "processors": os.cpu_count() or 0,
        **{name: version(name) for name in ("ansible-core", "boto3")},
        "connection": "local, TLS through the embedded cloud's proxy, no delay",
    }


def write_page(report: Report) -> None:
    """Between the two marks of the page."""
    before, mark, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    _old, end, after = rest.partition(MARKS[1])
    if not (mark and end):
        raise SystemExit(f"{PAGE.name} has no place for the figures")
    PAGE.write_text(f"{before}{mark}\n\n{report.page()}\n\n{end}{after}", encoding="utf-8")


def main() -> None:
    chosen = arguments()
    wanted = chosen.only or [*PARTS, READER, GROWTH]
    for name in world.DISTORTING:
        os.environ.pop(name, None)
    world.FOLDER.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    report = Report(machine(), chosen.pairs)
    stem = "figures" if not chosen.only else "figures-" + "-".join(dict.fromkeys(chosen.only))

    def keep() -> None:
        """After each part: a run that is interrupted leaves what it has."""
        plain = {**report.plain(), "minutes": round((time.monotonic() - start) / 60, 1)}
        (world.FOLDER / f"{stem}.json").write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
        picture.draw(report, world.FOLDER / f"{stem}.png")

    for name, compare in PARTS.items():
        if name in wanted:
            report.comparisons.append(compare(chosen.pairs))
            keep()
    if READER in wanted:
        report.reading = readings.reading(min(chosen.pairs, READER_RUNS))
        keep()
    if GROWTH in wanted:
        with sandbox_process() as cloud:
            report.growth = growth.measure(cloud, world.FOLDER, chosen.growth_runs)
        keep()
    if chosen.page:
        write_page(report)
    shown = world.FOLDER.relative_to(world.ROOT) / stem
    print(report.table(), f"{shown}.json and {shown}.png: all figures, and a plot", *report.missed(), sep="\n")
    print(report.line(), flush=True)


if __name__ == "__main__":
    main()

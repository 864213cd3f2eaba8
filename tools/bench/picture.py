# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of the figures."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from report import GOALS, Report


def draw(report: Report, file: Path) -> None:
    """Ratios round by round with their goals, and wall time by the number of resources, as PNG."""
    chart, (left, right) = plt.subplots(1, 2, figsize=(12, 4.5))
    names = [item.name for item in report.comparisons]
    if names:
        left.boxplot([item.ratios() for item in report.comparisons], tick_labels=names, whis=(0, 100))
    for place, name in enumerate(names, 1):
        left.plot([place - 0.35, place + 0.35], [GOALS[name]] * 2, color="tab:red", linestyle="--")
    left.set_yscale("log")
    left.set_title("wall time, ours by theirs (dashed: goal)")
    for fit in report.growth.fits:
        if fit.kind != "wall":
            continue
        points = [point for point in report.growth.points if point.forks == fit.forks]
        drawn = right.plot([p.resources for p in points], [p.wall for p in points], "o", label=f"{fit.forks} forks")
        ends = [0, max(point.resources for point in points)]
        right.plot(ends, [fit.intercept + fit.slope * end for end in ends], color=drawn[0].get_color())
    right.set_xlabel("applications and data sources")
    right.set_ylabel("wall time, s")
    right.set_title("growth, nothing to change")
    if report.growth.fits:
        right.legend()
    chart.tight_layout()
    chart.savefig(file, dpi=110)
    plt.close(chart)

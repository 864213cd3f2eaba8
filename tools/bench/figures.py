# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the runs come to: pure figures, no process and no file."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Run:
    """One run: seconds on the clock, and of processor time with all its children."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """Raises ``statistics.StatisticsError`` without values."""
    return Spread(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Comparison:
    """Runs and calls by contender, in the order of the rounds; ``ours`` and ``theirs`` name the two of the ratio."""

    name: str
    ours: str
    theirs: str
    runs: dict[str, list[Run]]
    calls: dict[str, int]

    def ratios(self, who: str = "") -> list[float]:
        """The wall times of ``who`` (ours) by theirs, round by round: a busy machine slows both of a round."""
        return [one.wall / other.wall for one, other in self._pairs(who)]

    def cpu_ratios(self, who: str = "") -> list[float]:
        return [one.cpu / other.cpu for one, other in self._pairs(who)]

    def _pairs(self, who: str) -> Iterator[tuple[Run, Run]]:
        # Who runs in fewer rounds runs in the first ones.
        return zip(self.runs[who or self.ours], self.runs[self.theirs], strict=False)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios())

    @property
    def calls_text(self) -> str:
        return f"{self.calls[self.ours]}/{self.calls[self.theirs]}"


@dataclass(frozen=True)
class Reading:
    """Runs of the reader alone. ``delay``: seconds of each answer; ``concurrency``: requests at the same time."""

    runs: list[Run]
    calls: int
    floor_calls: int
    delay: float
    concurrency: int

    @property
    def least(self) -> float:
        """Seconds that the calls take by themselves."""
        return self.calls * self.delay / self.concurrency

    def ratios(self) -> list[float]:
        """The wall times by the least that the calls can take."""
        return [run.wall / self.least for run in self.runs]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios())

    @property
    def calls_text(self) -> str:
        return f"{self.calls}/{self.floor_calls}"


@dataclass(frozen=True)
class Point:
    """One size of the growth: medians in seconds, the peak in bytes."""

    applications: int
    sources: int
    forks: int
    wall: float
    cpu: float
    memory: int

    @property
    def resources(self) -> int:
        return self.applications * (1 + self.sources)


@dataclass(frozen=True)
class Fit:
    """Time by resources: seconds each, seconds for none, and how well the line fits."""

    forks: int
    kind: str
    slope: float
    intercept: float
    r_squared: float


def fit(points: Sequence[Point], forks: int, kind: str) -> Fit:
    """The straight line by least squares through the points with these ``forks``.

    :param kind: ``wall`` or ``cpu``
    """
    chosen = [point for point in points if point.forks == forks]
    sizes = [float(point.resources) for point in chosen]
    times = [float(getattr(point, kind)) for point in chosen]
    slope, intercept = statistics.linear_regression(sizes, times)
    return Fit(forks, kind, slope, intercept, statistics.correlation(sizes, times) ** 2)


@dataclass
class Growth:
    points: list[Point] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)

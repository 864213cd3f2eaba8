# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as they are kept, printed and judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from figures import Comparison, Growth, Reading, spread

#: The most that ours may take of theirs.
GOALS = {"tasks": 0.15, "loop": 0.06, "saml": 4.0, "oidc": 4.0, "fleet": 4.0}
#: Of these the calls count too: no more than the floor's.
FLOORS = ("saml", "oidc", "fleet")
#: The most that the reader may take of what its calls and threads allow.
READER = 1.3
#: The least that a line has to explain of the growth.
LINEAR = 0.98


@dataclass
class Report:
    """``machine``: what the figures were made with; ``pairs``: rounds of each comparison."""

    machine: Mapping[str, str | int]
    pairs: int
    comparisons: list[Comparison] = field(default_factory=list)
    growth: Growth = field(default_factory=Growth)
    reading: Reading | None = None

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found = {**asdict(self), "line": self.line(), "missed": list(self.missed())}
        for entry, comparison in zip(found["comparisons"], self.comparisons, strict=True):
            others = [who for who in comparison.runs if who != comparison.theirs]
            entry["ratios"] = {who: comparison.ratios(who) for who in others}
        return found

    def missed(self) -> Iterator[str]:
        """A sentence for each goal that was not reached."""
        for item in self.comparisons:
            most = GOALS[item.name]
            if round(item.ratio, 3) > most:
                yield f"missed: {item.name} takes {item.ratio:.3f} of {item.theirs}; the goal is {most}"
            if item.name in FLOORS and item.calls[item.ours] > item.calls[item.theirs]:
                yield f"missed: {item.name} makes {item.calls_text} calls; the goal is no more than the floor's"
        if self.reading is not None:
            if round(self.reading.ratio, 3) > READER:
                yield f"missed: reader takes {self.reading.ratio:.3f} of calls x delay / threads; the goal is {READER}"
            if self.reading.calls > self.reading.floor_calls:
                yield f"missed: reader makes {self.reading.calls_text} calls; the goal is no more than the floor's"
        for fit in self.growth.fits:
            if fit.kind == "wall" and fit.r_squared < LINEAR:
                yield f"missed: growth at {fit.forks} forks has R² {fit.r_squared:.3f}; the goal is {LINEAR}"

    def line(self) -> str:
        """The last line: what was compared, in one order."""
        found = {item.name: item for item in self.comparisons}
        parts = [f"{name} {found[name].ratio:.3f}" for name in ("tasks", "loop") if name in found]
        parts += [f"{name} {found[name].ratio:.2f} calls {found[name].calls_text}" for name in FLOORS if name in found]
        if self.reading is not None:
            parts.append(f"reader {self.reading.ratio:.2f} calls {self.reading.calls_text}")
        return "bench: " + ", ".join(parts)

    def table(self) -> str:
        made = ", ".join(f"{key} {value}" for key, value in self.machine.items())
        rows = [f"{self.pairs} interleaved rounds, median (least-most); {made}"]
        if self.comparisons:
            rows.append(_row(["", "", "wall s", "CPU s", "calls", "wall ours/theirs", "CPU"]))
        for item in self.comparisons:
            rows += [self._contender(item, who) for who in item.runs]
        if self.reading is not None:
            rows.append(_reading(self.reading))
        if self.growth.points:
            rows += [
                "growth, nothing to change",
                _growth(["applications x sources", "forks", "wall s", "CPU s", "MiB"]),
            ]
        rows += [
            _growth(
                [
                    f"{p.applications} x {p.sources}",
                    str(p.forks),
                    f"{p.wall:.2f}",
                    f"{p.cpu:.2f}",
                    f"{p.memory / 2**20:.0f}",
                ]
            )
            for p in self.growth.points
        ]
        rows += [
            f"growth at {fit.forks} forks, {fit.kind}: {fit.intercept:.2f} s + {fit.slope * 1000:.1f} ms a resource, "
            f"R² {fit.r_squared:.4f}"
            for fit in self.growth.fits
        ]
        return "\n".join(rows)

    def page(self) -> str:
        """The figures for a page in Markdown."""
        missed = list(self.missed()) or ["Every goal is reached."]
        return "\n".join(["```text", self.line(), "```", "", *missed, "", "```text", self.table(), "```"])

    @staticmethod
    def _contender(item: Comparison, who: str) -> str:
        runs = item.runs[who]
        cells = [item.name, who, _spread([run.wall for run in runs], 2), _spread([run.cpu for run in runs], 2)]
        cells.append(str(item.calls[who]))
        if who != item.theirs:
            cells += [_spread(item.ratios(who), 3), f"{spread(item.cpu_ratios(who)).median:.3f}"]
        return _row(cells)


def _row(cells: Sequence[str]) -> str:
    widths = (7, 24, 22, 22, 7, 23, 7)
    return "".join(
        f"{cell:<{width}}" if place < 2 else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, widths, strict=False))
    )


def _reading(found: Reading) -> str:
    wall, cpu = (_spread([getattr(run, kind) for run in found.runs], 2) for kind in ("wall", "cpu"))
    return (
        f"reader, {found.calls_text} calls (ours/floor) of {found.delay * 1000:.0f} ms in {found.concurrency} threads, "
        f"at least {found.least:.2f} s: wall {wall} s, CPU {cpu} s, {_spread(found.ratios(), 3)} of the least"
    )


def _growth(cells: Sequence[str]) -> str:
    return f"  {cells[0]:<23}" + "".join(f"{cell:>9}" for cell in cells[1:])


def _spread(values: Sequence[float], digits: int) -> str:
    found = spread(values)
    return f"{found.median:.{digits}f} ({found.least:.{digits}f}-{found.most:.{digits}f})"

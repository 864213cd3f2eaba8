# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make bench` makes of its runs: ratios, the line of growth, what is missed, the last line."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "tools" / "bench"
LINE = r"bench: tasks \d\.\d{3}, loop \d\.\d{3}, saml \d+\.\d\d calls \d+/\d+, oidc \d+\.\d\d calls \d+/\d+"


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("figures")


@pytest.fixture
def report(figures: Any) -> Any:
    return importlib.import_module("report")


def compared(figures: Any, name: str, ours: list[float], theirs: list[float], calls: tuple[int, int]) -> Any:
    runs = {
        "ours": [figures.Run(wall, wall / 2) for wall in ours],
        "theirs": [figures.Run(wall, wall) for wall in theirs],
    }
    return figures.Comparison(name, "ours", "theirs", runs, dict(zip(("ours", "theirs"), calls, strict=True)))


def test_a_ratio_is_of_one_round(figures: Any) -> None:
    """A round on a busy machine counts no more than another: the medians apart would give 0.2 here."""
    found = compared(figures, "tasks", [1, 4, 2], [10, 20, 5], (1, 2))
    assert found.ratios() == [0.1, 0.2, 0.4]
    assert found.cpu_ratios() == [0.05, 0.1, 0.2]
    assert found.ratio == 0.2
    assert figures.spread([3.0, 1.0, 2.0]) == figures.Spread(2.0, 1.0, 3.0)


def test_growth_is_a_line(figures: Any) -> None:
    sizes = ((1, 0), (10, 0), (10, 10), (50, 50))
    points = [
        figures.Point(applications, sources, 5, 0.5 + 0.01 * applications * (1 + sources), applications, 0)
        for applications, sources in sizes
    ]
    others = [figures.Point(applications, sources, 50, 9.0, 9.0, 0) for applications, sources in sizes]
    fit = figures.fit(points + others[:1], 5, "wall")
    assert (fit.forks, fit.kind) == (5, "wall")
    assert (fit.slope, fit.intercept, fit.r_squared) == pytest.approx((0.01, 0.5, 1.0))
    hill = [figures.Point(number, 0, 5, 0.0, cpu, 0) for number, cpu in ((1, 1.0), (2, 2.0), (3, 1.0))]
    fit = figures.fit(hill, 5, "cpu")
    assert (fit.slope, fit.intercept, fit.r_squared) == pytest.approx((0, 4 / 3, 0))


def whole(figures: Any, report: Any, **changes: Any) -> Any:
    parts = {
        "oidc": ([3.0], [1.0], (31, 31)),
        "saml": ([2.5], [1.0], (23, 24)),
        "loop": ([0.05], [1.0], (55, 200)),
        "tasks": ([0.1234], [1.0], (40, 80)),
        **changes,
    }
    return report.Report({}, 7, [compared(figures, name, *part) for name, part in parts.items()])


def test_the_last_line(figures: Any, report: Any) -> None:
    found = whole(figures, report)
    assert found.line() == "bench: tasks 0.123, loop 0.050, saml 2.50 calls 23/24, oidc 3.00 calls 31/31"
    assert re.fullmatch(LINE, found.line())
    assert list(found.missed()) == []


def test_a_part_alone(figures: Any, report: Any) -> None:
    found = report.Report({}, 7, [compared(figures, "loop", [1.0], [10.0], (1, 2))])
    assert found.line() == "bench: loop 0.100"
    assert found.plain()["comparisons"][0]["ratios"] == {"ours": [0.1]}


@pytest.mark.parametrize(
    ("name", "part", "words"),
    [
        ("tasks", ([0.151], [1.0], (40, 80)), "tasks takes 0.151"),
        ("loop", ([0.061], [1.0], (40, 80)), "loop takes 0.061"),
        ("saml", ([4.1], [1.0], (23, 23)), "saml takes 4.100"),
        ("oidc", ([3.0], [1.0], (32, 31)), "oidc makes 32/31 calls"),
    ],
)
def test_what_is_missed_is_said(figures: Any, report: Any, name: str, part: Any, words: str) -> None:
    found = whole(figures, report, **{name: part})
    assert len(list(found.missed())) == 1
    assert words in next(found.missed())
    assert any(words in text for text in found.plain()["missed"])


def reading(figures: Any, wall: float, calls: tuple[int, int] = (4000, 4000)) -> Any:
    return figures.Reading([figures.Run(wall, 6.0)], *calls, delay=0.03, concurrency=8)


def test_the_reader_is_held_to_its_calls_and_threads(figures: Any, report: Any) -> None:
    found = report.Report({}, 7, reading=reading(figures, 19.5))
    assert found.reading.least == pytest.approx(15.0)
    assert found.line() == "bench: reader 1.30 calls 4000/4000"
    assert list(found.missed()) == []
    assert "4000/4000 calls (ours/floor) of 30 ms in 8 threads, at least 15.00 s" in found.table()
    assert found.plain()["reading"]["calls"] == 4000
    slow = report.Report({}, 7, reading=reading(figures, 19.6))
    assert [text.partition(";")[0] for text in slow.missed()] == [
        "missed: reader takes 1.307 of calls x delay / threads"
    ]
    more = report.Report({}, 7, reading=reading(figures, 15.0, (4001, 4000)))
    assert [text.partition(";")[0] for text in more.missed()] == ["missed: reader makes 4001/4000 calls"]


def test_the_page_hides_no_miss(figures: Any, report: Any) -> None:
    assert "Every goal is reached." in whole(figures, report).page()
    text = whole(figures, report, tasks=([0.2], [1.0], (40, 80))).page()
    assert "Every goal is reached." not in text
    assert "\nmissed: tasks takes 0.200" in text


def test_growth_that_is_no_line_is_said(figures: Any, report: Any) -> None:
    found = whole(figures, report)
    found.growth.fits = [figures.Fit(5, "wall", 0.01, 0.5, 0.979), figures.Fit(5, "cpu", 0.01, 0.5, 0.5)]
    assert [text.partition(";")[0] for text in found.missed()] == ["missed: growth at 5 forks has R² 0.979"]
    assert "growth at 5 forks, wall: 0.50 s + 10.0 ms a resource, R² 0.9790" in found.table()


def test_the_table_names_everybody(figures: Any, report: Any) -> None:
    found = whole(figures, report)
    found.growth.points = [figures.Point(10, 50, 5, 4.25, 3.5, 3 * 2**20)]
    text = found.table()
    assert re.search(
        r"tasks +ours +0\.12 \(0\.12-0\.12\) +0\.06 \(0\.06-0\.06\) +40 +0\.123 \(0\.123-0\.123\) +0\.062", text
    )
    assert re.search(r"tasks +theirs +1\.00 \(1\.00-1\.00\) +1\.00 \(1\.00-1\.00\) +80\n", text)
    assert re.search(r"10 x 50 +5 +4\.25 +3\.50 +3\n?", text)

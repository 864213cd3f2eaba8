# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every test session keeps to: no skip without a reason that stands in ``tests/expected-skips``.

An expected failure counts as a skip. A skip that is not listed fails the session, and so does a listed line whose tests
all ran. With ``--complete`` (``make test`` gives it) a line that names no test at all fails it too. A line may be in
force only where something is not provided (:data:`PROVIDED`); where it is, its tests have to run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

# helpers of all folders of tests lie here; ansible-test imports this file by another name, and would not find them
sys.path.insert(0, str(Path(__file__).parent))

import recordings

LISTED = Path(__file__).with_name("expected-skips")
#: What a machine may have or not: ``unless NAME: reason`` is in force where it has not.
PROVIDED: dict[str, Callable[[], bool]] = {"okta-recordings": lambda: recordings.folder() is not None}


def read_list(text: str) -> dict[str, str]:
    """Return the patterns that are in force, with their reasons.

    Raises ``ValueError`` for a line without a reason, and for one that depends on something unknown.
    """
    listed: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, mark, reason = line.partition("  #")
        if not mark or not pattern.strip() or not reason.strip():
            raise ValueError(f"line {number} is not of the form 'pattern  # reason': {line}")
        if condition := re.match(r"\s*unless (\S+):", reason):
            if condition[1] not in PROVIDED:
                raise ValueError(f"line {number} depends on {condition[1]}, which is none of {sorted(PROVIDED)}")
            if PROVIDED[condition[1]]():
                continue
        listed[pattern.strip()] = reason.strip()
    return listed


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Skips:
    """The session's skips, gathered from reports: with xdist they arrive at the controller, which judges."""

    listed: dict[str, str]
    complete: bool
    skipped: dict[str, str] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)

    def faults(self) -> list[str]:
        """What is wrong with the session's skips, a sentence each."""
        found = [
            f"skipped, but not listed in tests/expected-skips: {nodeid} ({reason})"
            for nodeid, reason in sorted(self.skipped.items())
            if not any(fnmatchcase(nodeid, pattern) for pattern in self.listed)
        ]
        for pattern in self.listed:
            if any(fnmatchcase(nodeid, pattern) for nodeid in self.skipped):
                continue
            if any(fnmatchcase(nodeid, pattern) for nodeid in self.ran):
                found.append(f"listed in tests/expected-skips, but its tests ran: {pattern}")
            elif self.complete:
                found.append(f"listed in tests/expected-skips, but names no test: {pattern}")
        return found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how one phase of one test ended."""
        if report.skipped or hasattr(report, "wasxfail"):
            self.skipped[report.nodeid] = _reason(report)
        elif report.when == "call":
            self.ran.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that skips itself whole."""
        if report.skipped:
            self.skipped[report.nodeid] = _reason(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail a session that was green otherwise."""
        if self.faults() and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why."""
        if faults := self.faults():
            terminalreporter.section("skips that are not as expected", red=True)
            for fault in faults:
                terminalreporter.line(fault)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason that the skip itself gave."""
    expected = getattr(report, "wasxfail", None)
    if isinstance(expected, str):
        return f"xfail: {expected}" if expected else "xfail"
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "no reason given"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option of the complete run."""
    parser.addoption(
        "--complete", action="store_true", help="a line of tests/expected-skips that names no test is a failure"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watch, on the controller only."""
    if not hasattr(config, "workerinput"):
        skips = Skips(read_list(LISTED.read_text(encoding="utf-8")), complete=bool(config.getoption("--complete")))
        config.pluginmanager.register(skips, "expected-skips")

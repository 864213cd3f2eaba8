# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an estate's author expects of the runs, and what of it did not come true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from changes import Change
from inventory import Expectations
from operate import Run
from things import Things
from verdict import EXPECTATION, Fault

#: Lines of a failed run's output that are shown.
_TAIL = 25


@dataclass(frozen=True)
class Runs:
    """The plan, the first run (or several at one instant, and one more), and the second."""

    plan: Run
    first: Sequence[Run]
    second: Run

    def named(self) -> list[tuple[str, Run]]:
        return [("plan", self.plan), *(("run", run) for run in self.first), ("second run", self.second)]


def unmet(expects: Expectations, after: Things, found: Sequence[Change], runs: Runs) -> Iterator[Fault]:
    """Yield a fault for each expectation that did not come true; what was written in spite of it is harm."""
    for step, run in runs.named():
        yield from _ended(expects, step, run)
        yield from _said(expects, step, run)
    for text in expects.says:
        if not any(text in run.output for run in runs.first):
            yield Fault(EXPECTATION, f"the run does not say: {text}")
    yield from _objects(expects, after)
    for change in found:
        if expects.unchanged:
            yield Fault("harmed", f"refused, and written all the same: {change}")
        elif any(fnmatchcase(name, pattern) for name in change.thing.names for pattern in expects.untouched):
            yield Fault("harmed", f"to be left alone, and touched: {change}")


def _ended(expects: Expectations, step: str, run: Run) -> Iterator[Fault]:
    """The exit code. Of runs at one instant each may meet what the other left half done."""
    if bool(run.returncode) == expects.error or (step == "run" and expects.together > 1):
        return
    asked = f"refuse {', '.join(expects.refused) or 'everything'}" if expects.error else "end with 0"
    tail = "\n".join(run.output.splitlines()[-_TAIL:])
    yield Fault(EXPECTATION, f"the {step} was to {asked}, and ended with {run.returncode}:\n{tail}")


def _said(expects: Expectations, step: str, run: Run) -> Iterator[Fault]:
    said = " ".join(run.output.split())
    for text in (*expects.refused, *expects.message):
        if expects.error and " ".join(text.split()) not in said:
            yield Fault(EXPECTATION, f"the {step} does not say: {text}")
    for text in expects.never_says:
        if text in run.output:
            yield Fault(EXPECTATION, f"the {step} prints what it must not: {text[:4]}…")


def _objects(expects: Expectations, after: Things) -> Iterator[Fault]:
    names = {name for thing in after.values() for name in thing.names}
    for name in expects.made:
        if name not in names:
            yield Fault(EXPECTATION, f"{name} does not exist after the run")
    for name in (*expects.removed, *expects.never_made):
        if name in names:
            yield Fault(EXPECTATION, f"{name} exists after the run")

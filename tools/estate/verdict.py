# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a run on an estate, and the lines that say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

#: The counted faults, in the order of the last line. ``expectation`` is not counted there, and fails all the same.
COUNTED = ("harmed", "doubled", "second run changed", "unsaid")
EXPECTATION = "expectation"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; ``kind``: one of :data:`COUNTED` or :data:`EXPECTATION`."""

    kind: str
    text: str


@dataclass
class Verdict:
    """All that is wrong with one estate. ``seconds``: how long the trial took; ``story``: what was done."""

    name: str
    faults: list[Fault] = field(default_factory=list)
    seconds: float = 0.0
    story: str = ""

    def line(self) -> str:
        counts = Counter(fault.kind for fault in self.faults)
        shown = [f"{kind} {counts[kind]}" for kind in (*COUNTED, EXPECTATION) if counts[kind]]
        return f"{'ok  ' if not shown else 'FAIL'} {self.name}: {', '.join(shown) or self.story} ({self.seconds:.0f} s)"

    def details(self) -> list[str]:
        return [f"  {fault.kind}: {fault.text}" for fault in self.faults]


def last_line(verdicts: Sequence[Verdict]) -> str:
    counts = Counter(fault.kind for verdict in verdicts for fault in verdict.faults)
    return f"estate: {len(verdicts)}, " + ", ".join(f"{kind} {counts[kind]}" for kind in COUNTED)

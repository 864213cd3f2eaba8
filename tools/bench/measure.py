# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole processes, timed from outside and taken in turn: a busy machine slows all that are compared alike."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from figures import Run

#: Seconds after which a run is given up.
PATIENCE = 1800.0
#: Seconds between looks at the memory of a run that is not timed.
LOOK = 0.02


@dataclass(frozen=True)
class Contender:
    """What is run: a name for the table, and a command with its whole environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    #: Runs in so many of the first rounds; ``None``: in all.
    rounds: int | None = None


def run(contender: Contender) -> Run:
    """Run it to its end. Raises ``SystemExit`` with what it printed when it fails."""
    done, complaint = attempt(contender)
    if complaint is not None:
        raise SystemExit(f"{contender.name} failed:\n{complaint}")
    return done


def attempt(contender: Contender) -> tuple[Run, str | None]:
    """Run it to its end; the end of what it printed when it failed, else ``None``."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        before = os.times()
        start = time.perf_counter()
        process = subprocess.Popen(
            contender.command, env=dict(contender.environment), stdout=output, stderr=subprocess.STDOUT
        )
        code = process.wait(PATIENCE)
        wall = time.perf_counter() - start
        after = os.times()
        output.seek(0)
        complaint = output.read()[-4000:] if code else None
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu), complaint


def in_turn(
    contenders: Sequence[Contender], pairs: int, say: Callable[[str], None], warm_up: bool = True
) -> dict[str, list[Run]]:
    """``pairs`` rounds of all contenders, after one round that does not count. Every other round goes backwards."""
    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for number in range(0 if warm_up else 1, pairs + 1):
        taking_part = [one for one in contenders if one.rounds is None or number <= one.rounds]
        for contender in taking_part if number % 2 else reversed(taking_part):
            done = run(contender)
            say(f"{'warm-up' if not number else f'{number}/{pairs}'}: {contender.name} {done.wall:.2f} s")
            if number:
                runs[contender.name].append(done)
    return runs


def peak_memory(contender: Contender) -> int:
    """Bytes of the whole process tree at its largest (shared pages counted once), from a run of its own: looking costs
    time, so it is not done in a run that is timed. 0 where the system does not tell (no ``/proc``)."""
    process = subprocess.Popen(
        contender.command,
        env=dict(contender.environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    done = threading.Event()
    while process.poll() is None:
        peak = max(peak, sum(_share(pid) for pid in _tree(process.pid)))
        done.wait(LOOK)
    if process.returncode:
        raise SystemExit(f"{contender.name} failed while its memory was watched.")
    return peak


def _tree(root: int) -> list[int]:
    """A process and its descendants."""
    found = [root]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found.extend(int(child) for child in task.read_text(encoding="ascii").split())
            except OSError:  # it ended meanwhile
                continue
    return found


def _share(pid: int) -> int:
    """A process's proportional set size in bytes."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it ended meanwhile
        return 0
    line = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0")
    return int(line.split()[1]) * 1024


def progress(part: str) -> Callable[[str], None]:
    """Shows what was done: one line that changes on a terminal, lines elsewhere."""
    end = "\r\033[K" if sys.stderr.isatty() else ""

    def say(text: str) -> None:
        print(f"{end}{part}: {text}", end="" if end else "\n", file=sys.stderr, flush=True)

    return say

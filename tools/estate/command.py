# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make estate`: the playbooks on estates that other clients made. See docs/estate.md.

Each estate is an executable that builds objects in an embedded cloud and prints an inventory. The playbooks plan, run
and run again; nothing that works may break, nothing may be made twice, nothing may happen unsaid.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trial import Settings, try_estate
from verdict import Verdict, last_line

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "tests" / "estates"
#: Where inventories and outputs are kept.
KEPT = ROOT / ".build" / "estate"
_PRINTING = threading.Lock()


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make estate ARGS=...", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these estates, by their names or the beginnings of names")
    parser.add_argument("--estates", type=Path, default=OURS, help="the folder with the executables (tests/estates)")
    parser.add_argument("--playbooks", type=Path, help="a folder with other playbooks of the same names")
    parser.add_argument("--workers", type=int, default=2, help="estates at a time (2)")
    parser.add_argument(
        "--kept", type=Path, default=KEPT, help="the folder for inventories and outputs (.build/estate)"
    )
    return parser.parse_args(given)


def executables(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return the estates of a folder in the order of their names. Raises ``SystemExit`` when there is none."""
    if not folder.is_dir():
        raise SystemExit(f"ESTATES: {folder} is no folder. Name a folder of executables, such as tests/estates.")
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and os.access(path, os.X_OK) and not path.name.startswith((".", "_"))
    ]
    exact = {path.stem for path in found} & {*names}
    beginnings = tuple(name for name in names if name not in exact)
    chosen = [
        path for path in found if not names or path.stem in exact or (beginnings and path.stem.startswith(beginnings))
    ]
    if not chosen:
        raise SystemExit(
            f"ESTATES: {folder} has no executable{' of this name' if names else ''}. It has: {_list(found)}."
        )
    return chosen


def _list(paths: Sequence[Path]) -> str:
    return ", ".join(path.stem for path in paths) or "none"


def say(text: str) -> None:
    with _PRINTING:
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def main(given: Sequence[str] | None = None) -> int:
    """Return 0 only if nothing is wrong anywhere."""
    chosen = arguments(given)
    estates = executables(chosen.estates, chosen.names)
    chosen.kept.mkdir(parents=True, exist_ok=True)
    settings = Settings(chosen.kept, chosen.playbooks, say)

    def judged(path: Path) -> Verdict:
        verdict = try_estate(path, settings)
        say("\n".join((verdict.line(), *verdict.details())))
        return verdict

    with ThreadPoolExecutor(max(1, chosen.workers)) as pool:
        verdicts = list(pool.map(judged, estates))
    print(f"\nInventories and outputs: {chosen.kept}")
    print(*(verdict.line() for verdict in verdicts), last_line(verdicts), sep="\n", flush=True)
    return int(any(verdict.faults for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())

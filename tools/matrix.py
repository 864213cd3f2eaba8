# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make matrix`: ansible-test's sanity, units and integration on every ansible-core and Python that is supported.

``python tools/matrix.py [CELL ...]`` runs some cells, as in ``2.19-3.11``; without any, all. A cell has an environment
of its own in ``.build/matrix``, with an ansible-core of its line and the amazon.aws that came with it. Everything runs;
the table at the end says what failed, and the exit code is that of the whole.

Older than 2.19 is not supported: see docs/install.md.
"""

from __future__ import annotations

import subprocess
import sys
import time

import environments
from environments import ROOT

PLACE = ROOT / ".build" / "matrix"
PARTS = ("sanity", "units", "integration")
#: The package that brings an ansible-core and its amazon.aws, and the Pythons that this ansible-core runs on.
LINES = {
    "2.19": ("ansible==12.3.0", ("3.11", "3.12", "3.13")),
    "2.20": ("ansible==13.8.0", ("3.12", "3.13")),
    "2.21": ("ansible==14.5.0", ("3.12", "3.13")),
}
CELLS = {f"{core}-{python}": (package, python) for core, (package, pythons) in LINES.items() for python in pythons}


def requirements(package: str) -> list[str]:
    """What a cell's environment has: the package, and what tests need on the oldest."""
    lines = (ROOT / "requirements" / "old.in").read_text(encoding="utf-8").splitlines()
    return [package, *(line for line in lines if line and not line.startswith(("#", "ansible==")))]


def run(cell: str) -> dict[str, str]:
    """Run one cell. Answers how each part ended: ``ok`` or ``FAILED``, with its seconds, or why there was none."""
    package, version = CELLS[cell]
    try:
        python = environments.make(PLACE / cell, version, requirements(package))
        environments.uv(
            "pip", "install", "-q", "--python", str(python), "--no-deps", "--editable", "extensions/sandbox"
        )
    except (environments.Missing, subprocess.CalledProcessError) as error:
        return dict.fromkeys(PARTS, f"FAILED: {error}")
    ended: dict[str, str] = {}
    for part in PARTS:
        began = time.monotonic()
        log = PLACE / "logs" / f"{cell}-{part}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("w", encoding="utf-8") as file:
            command = [str(python), str(ROOT / "tools" / "ansible_test.py"), part]
            done = subprocess.run(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, check=False
            )
        word = "ok" if done.returncode == 0 else "FAILED"
        ended[part] = f"{word} {time.monotonic() - began:.0f} s"
        print(f"   {cell} {part}: {ended[part]}", flush=True)
        if done.returncode:
            print("\n".join(log.read_text(encoding="utf-8").splitlines()[-30:]), flush=True)
    return ended


def table(results: dict[str, dict[str, str]]) -> str:
    """The results, a line for each cell."""
    lines = [f"{'core-Python':12}" + "".join(f"{part:16}" for part in PARTS)]
    lines += [f"{cell:12}" + "".join(f"{ended[part]:16}" for part in PARTS) for cell, ended in results.items()]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Answers 0 when every cell is green."""
    unknown = [cell for cell in arguments if cell not in CELLS]
    if unknown:
        print(f"there is no cell {', '.join(unknown)}; there are {', '.join(CELLS)}", file=sys.stderr)
        return 2
    results: dict[str, dict[str, str]] = {}
    for cell in arguments or CELLS:
        print(f"== {cell}", flush=True)
        results[cell] = run(cell)
    print(table(results), flush=True)
    return 1 if any("FAILED" in word for ended in results.values() for word in ended.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

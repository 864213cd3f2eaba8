# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the checks: ``python tools/check.py lint`` or ``python tools/check.py test [pytest's arguments]``.

``lint`` runs every check that is no test, two at a time: most use one core. ``test`` runs those and pytest, which
begins when only the longest check is left. Nothing stops at the first failure: everything runs, and the end says what
failed.
A check's output is shown only when it fails (all of it is in ``.build/check/NAME.log``).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.prefix) / "bin"
LOGS = ROOT / ".build" / "check"
AT_A_TIME = 2


@dataclass(frozen=True)
class Check:
    """One program: green when it exits 0."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    # a line that starts so is news even when the check is green
    quote: str = "\0"


def checks() -> list[Check]:
    """The checks: the slowest first, so that the others are done beside it."""
    python = str(BIN / "python")
    # antsibull-docs copies the collections that ours depends on as git lists them; those in .venv would be copied
    # empty, being ignored here, so git must not find this repository from there
    ceiling = {"GIT_CEILING_DIRECTORIES": str(ROOT)}
    docs = [str(BIN / "antsibull-docs"), "lint-collection-docs", "--plugin-docs"]
    return [
        Check("ansible-test sanity", [python, "tools/ansible_test.py", "sanity"], quote="sanity tests run"),
        # ruff, its format, and yamllint: what runs at a commit
        Check(
            "pre-commit",
            [str(BIN / "pre-commit"), "run", "--all-files", "--show-diff-on-failure", "--color=never"],
            {"PRE_COMMIT_HOME": str(ROOT / ".build" / "pre-commit")},
        ),
        Check("shellcheck", [str(BIN / "shellcheck"), ".ci/run", *shell_scripts()]),
        Check("antsibull-changelog", [str(BIN / "antsibull-changelog"), "lint"]),
        Check("mypy", [python, "tools/typing_check.py"]),
        Check("antsibull-docs", [*docs, "--validate-collection-refs", "self", "."], ceiling),
        Check("ansible-lint", [str(BIN / "ansible-lint"), "--offline", "--profile", "production", "--nocolor"]),
    ]


def shell_scripts() -> list[str]:
    """The tools that are scripts of the shell."""
    return sorted(
        str(path.relative_to(ROOT))
        for path in (ROOT / "tools").iterdir()
        if path.is_file() and not path.suffix and path.read_bytes().startswith(b"#!/bin/sh")
    )


def run(check: Check) -> bool:
    """Run one check, say how it ended, keep its output. Answers whether it is green."""
    began = time.monotonic()
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **check.environment}
    ended = subprocess.run(
        check.command,
        cwd=check.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    (LOGS / f"{check.name.replace(' ', '-')}.log").write_text(ended.stdout, encoding="utf-8")
    green = ended.returncode == 0
    lines = [f"   {'ok    ' if green else 'FAILED'} {check.name}  ({time.monotonic() - began:.1f} s)"]
    lines += [f"          {line}" for line in ended.stdout.splitlines() if not green or line.startswith(check.quote)]
    print("\n".join(lines), flush=True)  # in one piece, beside other checks
    return green


def run_tests(arguments: list[str]) -> bool:
    """Run pytest, which prints for itself. Answers whether it is green."""
    print("== tests", flush=True)
    # a test's own folder comes first on its path, a program of the environment before the system's
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    command = [str(BIN / "python"), "-m", "pytest", "--complete", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """Answers 0 when everything is green."""
    if not arguments or arguments[0] not in ("lint", "test"):
        print("usage: python tools/check.py lint | test [pytest's arguments]", file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    wanted = checks()
    print(f"== {len(wanted)} checks: {', '.join(check.name for check in wanted)}", flush=True)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        ended = {check.name: pool.submit(run, check) for check in wanted}
        # the first is the longest: tests need not wait for it
        wait(list(ended.values())[1:])
        failed = [] if arguments[0] == "lint" or run_tests(arguments[1:]) else ["pytest"]
    failed = [name for name, check in ended.items() if not check.result()] + failed
    sys.stdout.flush()
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

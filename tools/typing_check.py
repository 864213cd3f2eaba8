# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run mypy over everything that is typed: plugins, the embedded cloud, the tools and the tests.

A plugin is ``ansible_collections.qbusiness.federation.plugins…`` and nothing else, or mypy would see it twice. So mypy
runs in ``.build/tree``, where that path is a link to this repository. The folders of tests are a run each: their
modules are top-level ones (pytest imports them so), and two folders may both have a ``conftest``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / ".build" / "tree"
COLLECTION = "ansible_collections/qbusiness/federation"
SANDBOX = f"{COLLECTION}/extensions/sandbox/src"


def link() -> None:
    """Make the tree whose only content is the link."""
    place = TREE / COLLECTION
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.is_symlink() or place.readlink() != ROOT:
        place.unlink(missing_ok=True)
        place.symlink_to(ROOT)


def check(name: str, bases: list[str], targets: list[str]) -> int:
    """One run with a cache of its own; paths are shown as they are in the repository."""
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml")]
    command += ["--cache-dir", str(ROOT / ".build" / "mypy" / name), "--no-error-summary", *targets]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join([".", *bases])}
    run = subprocess.run(command, cwd=TREE, env=environment, text=True, capture_output=True, check=False)
    print((run.stdout + run.stderr).replace(f"{COLLECTION}/", ""), end="")
    return run.returncode


def main() -> int:
    """Answers the worst exit code."""
    link()
    codes = [check("product", [SANDBOX], [f"{COLLECTION}/plugins", SANDBOX])]
    tests = sorted(path for path in (ROOT / "tests").iterdir() if path.is_dir())
    for folder in ("tools", *(str(path.relative_to(ROOT)) for path in tests)):
        files = [path for path in (ROOT / folder).rglob("*.py") if not {"targets", "output"} & set(path.parts)]
        if files:
            # a helper is imported from its own folder
            bases = sorted(
                {f"{COLLECTION}/{path.parent.relative_to(ROOT)}" for path in files} | {f"{COLLECTION}/tools"}
            )
            targets = [f"{COLLECTION}/{path.relative_to(ROOT)}" for path in sorted(files)]
            # last, what all folders of tests share: each has its own conftest before the one there
            bases.append(f"{COLLECTION}/tests")
            # the embedded cloud is found as it is installed: its own errors are the first run's
            codes.append(check(folder.replace("/", "-"), bases, targets))
    codes.append(check("conftest", [f"{COLLECTION}/tests"], [f"{COLLECTION}/tests/conftest.py"]))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-test in a staged copy: ``python tools/ansible_test.py sanity | units | integration [arguments]``.

The interpreter is always named: left to itself ansible-test tries every Python on PATH, pyenv's failing shims included.
A run in which every target was skipped exits 0; here it fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from stage import stage

NOTHING = "All targets skipped"
RAN = re.compile(r"^Running sanity test \"(?P<name>[a-z0-9-]+)\"")


def main(arguments: list[str]) -> int:
    """Run, show the output as it comes, and judge it. Answers the exit code."""
    if not arguments or arguments[0] not in ("sanity", "units", "integration"):
        print("usage: python tools/ansible_test.py sanity | units | integration [arguments]", file=sys.stderr)
        return 2
    bin_dir = Path(sys.prefix) / "bin"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    # shellcheck and the right python come first; the rest of the environment is the caller's
    environment = {**os.environ, "PATH": f"{bin_dir}{os.pathsep}{os.environ['PATH']}"}
    # ansible-test writes a file of its own where this says, and refuses one that is not there
    environment.pop("ANSIBLE_CONFIG", None)
    command = [str(bin_dir / "ansible-test"), *arguments, "--python", version, "--color", "no"]
    copy = stage(Path(sys.prefix).name)
    ran: list[str] = []
    skipped = False
    with subprocess.Popen(
        command,
        cwd=copy,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            skipped = skipped or NOTHING in line or "Skipping sanity test" in line
            if found := RAN.match(line):
                ran.append(found["name"])
    names = sorted(set(ran))
    if arguments[0] == "sanity":
        print(f"sanity tests run ({len(names)}): {' '.join(names)}")
    if run.returncode == 0 and (skipped or (arguments[0] == "sanity" and not names)):
        print("ansible-test says it is well, but skipped something: that is a failure here", file=sys.stderr)
        return 1
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copy the working tree to where ansible-test insists on being: ``python tools/stage.py`` prints that folder.

ansible-test resolves links and refuses a collection that does not really lie in ``ansible_collections/NAMESPACE/NAME``.
It asks git for the list of files: inside this repository's ignored folder git lists none, all targets are skipped and
it is green. So the copy is a repository of its own. amazon.aws is linked beside it from site-packages, since the sanity
tests run in isolated environments that see only this tree.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Under these names ansible-core 2.18 and 2.19, and 2.20 and 2.21, look for get-pip before they ask the network.
GET_PIP = ("get_pip_24_2.py", "get_pip_25_2.py")


def files(root: Path = ROOT) -> list[str]:
    """The working tree's files, relative to it: tracked, and untracked where not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(name for name in set(listed) if name and (root / name).is_file())


def stage(venv: str) -> Path:
    """Stage for the environment ``venv`` (a folder's name: each has its own tree), answer the copied collection."""
    tree = ROOT / ".build" / f"stage{venv}" / "ansible_collections"
    copy = tree / "qbusiness" / "federation"
    # tests/output holds what ansible-test keeps between runs
    kept = copy / "tests" / "output"
    for old in sorted(copy.glob("*")) + sorted((copy / "tests").glob("*")):
        if old not in (kept, kept.parent):
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    shutil.rmtree(copy / ".git", ignore_errors=True)
    for name in files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    beside = tree / "amazon" / "aws"
    beside.parent.mkdir(exist_ok=True)
    beside.unlink(missing_ok=True)
    beside.symlink_to(Path(sysconfig.get_path("purelib")) / "ansible_collections" / "amazon" / "aws")
    for command in (["git", "init", "-q"], ["git", "add", "-A"]):
        subprocess.run(command, cwd=copy, check=True)
    cache = Path.home() / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for name in GET_PIP:
        shutil.copy(ROOT / "tests" / "ansible-test" / "get_pip.py", cache / name)
    return copy


if __name__ == "__main__":
    print(stage(Path(sys.prefix).name))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make galaxy`: what Ansible Galaxy gets, in ``.build/galaxy``: built, judged by its importer, installed and run.

Galaxy's own program, galaxy-importer, has an environment of its own, since it wants old versions of what the others
have. Its part in a container (ansible-test's sanity tests, which `make lint` runs) is off. A user's environment has
what the documentation tells users to install, and nothing of this repository.

Galaxy wants the address of the repository, which ``galaxy.yml`` does not know: ``make galaxy REPOSITORY=https://…``
puts it into the tarball. Without it the importer gets a second tarball, with an address that leads nowhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import environments
from stage import ROOT, stage

PLACE = ROOT / ".build" / "galaxy"
ANSIBLE = "ansible==14.5.0"
IMPORTER = "galaxy-importer==0.4.44"
#: For the importer alone (RFC 2606 keeps the name free).
NOWHERE = "https://git.example.com/platform/qbusiness.federation"


@dataclass(frozen=True)
class User:
    """Somebody who installed the collection. ``place`` holds ``ansible_collections``."""

    python: Path
    place: Path

    @property
    def collection(self) -> Path:
        """The installed collection."""
        return self.place / "ansible_collections" / "qbusiness" / "federation"

    def environment(self, home: Path) -> dict[str, str]:
        """What the user's programs run with: nothing of the caller's leads to another collection or account."""
        foreign = ("ANSIBLE_", "AWS_", "OKTA_", "PYTHON", "QBUSINESS_", "MOLECULE_", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {
            **kept,
            "HOME": str(home),
            "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(self.place),
        }


def build(place: Path = PLACE, repository: str = "") -> Path:
    """Build the tarball from a clean copy of the working tree, answer it. Raises ``subprocess.CalledProcessError``."""
    copy = stage("galaxy")
    if repository:
        with (copy / "galaxy.yml").open("a", encoding="utf-8") as file:
            file.write(f"repository: {json.dumps(repository)}\n")
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("*.tar.gz"):
        old.unlink()
    command = [str(Path(sys.prefix) / "bin" / "ansible-galaxy"), "collection", "build", "--output-path", str(place)]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return next(iter(place.glob("qbusiness-federation-*.tar.gz")))


def contents(tarball: Path) -> dict[str, int]:
    """The files in it, with their sizes in bytes."""
    with tarfile.open(tarball) as opened:
        return {member.name: member.size for member in opened.getmembers() if member.isfile()}


def user(tarball: Path, place: Path) -> User:
    """Install the tarball and what it needs, as the documentation says. ``place`` is emptied first.

    Raises ``subprocess.CalledProcessError`` and what :mod:`environments` raises.
    """
    python = environments.make(PLACE / "user", "3.13", [ANSIBLE, "molecule", "cryptography", "boto3"], locked=True)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    found = User(python, place)
    # amazon.aws comes with the package ansible, which is found there without a word to any server
    command = [str(python.with_name("ansible-galaxy")), "collection", "install", "--offline", str(tarball)]
    subprocess.run([*command, "-p", str(place)], env=found.environment(place), check=True, capture_output=True)
    sandbox = str(found.collection / "extensions" / "sandbox")
    environments.install(python, ["--reinstall-package", "qbusiness-sandbox", sandbox], locked=True)
    return found


def judge(tarball: Path) -> list[str]:
    """Have galaxy-importer read the tarball. Answers its warnings and errors, which are none when it is well."""
    python = environments.make(PLACE / "importer", "3.13", [ANSIBLE, IMPORTER])
    work = PLACE / "work"
    shutil.rmtree(work, ignore_errors=True)
    (work / "tmp").mkdir(parents=True)
    environment = {
        **os.environ,
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "GALAXY_IMPORTER_TMP_ROOT_DIR": str(work / "tmp"),
        "GALAXY_IMPORTER_RUN_ANSIBLE_TEST": "false",
    }
    command = [str(python), "-m", "galaxy_importer.main", str(tarball)]
    done = subprocess.run(
        command, cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    (PLACE / "importer.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    result = work / "importer_result.json"
    lines = [line for line in done.stdout.splitlines() if line.startswith(("WARNING", "ERROR", "CRITICAL"))]
    if done.returncode or not result.exists():
        return [*lines, *(done.stdout + done.stderr).splitlines()[-20:]]
    content = json.loads(result.read_text(encoding="utf-8"))["contents"]
    described = {entry["name"] for entry in content if entry["content_type"] == "module" and entry["description"]}
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("[a-z]*.py")}
    return [*lines, *(f"the importer did not see {name}" for name in sorted(modules - described))]


def main(arguments: list[str]) -> int:
    """Answers 0 when all of it is well. ``arguments`` are pytest's."""
    print("== build", flush=True)
    repository = os.environ.get("REPOSITORY", "")
    tarball = build(repository=repository)
    files = contents(tarball)
    print(f"{tarball.relative_to(ROOT)}: {tarball.stat().st_size:,} bytes, {len(files)} files", flush=True)
    print("== galaxy-importer", flush=True)
    faults = judge(tarball if repository else build(PLACE / "judged", NOWHERE))
    print("\n".join(faults) or "clean", flush=True)
    print("== installed by a user", flush=True)
    command = [sys.executable, "-m", "pytest", "-m", "galaxy", "tests/e2e/test_galaxy.py", *arguments]
    ended = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    return 1 if faults or ended.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

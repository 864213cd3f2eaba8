# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make ee`: what ansible-builder makes of the collection for an execution environment, in ``.build/ee``.

The context is made and looked at; an image needs a container engine and is not built here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from stage import ROOT, stage

BUILDER = Path(sys.prefix) / "bin" / "ansible-builder"
PLACE = ROOT / ".build" / "ee"
DEFINITION = {
    "version": 3,
    "images": {"base_image": {"name": "registry.example.com/ee-minimal:latest"}},
    "dependencies": {
        "ansible_core": {"package_pip": "ansible-core>=2.19"},
        "ansible_runner": {"package_pip": "ansible-runner"},
        "galaxy": {"collections": ["qbusiness.federation", "amazon.aws"]},
    },
}


def builder(*arguments: str, folder: Path) -> str:
    """Run it, answer what it prints. Raises ``SystemExit`` with its own words."""
    environment = {**os.environ, "PATH": f"{BUILDER.parent}{os.pathsep}{os.environ['PATH']}"}
    run = subprocess.run(
        [str(BUILDER), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise SystemExit(f"ansible-builder {arguments[0]}: {run.stdout}{run.stderr}")
    return run.stdout


def introspect(tree: Path) -> str:
    """What the collections below ``tree/ansible_collections`` need; a comment beside each line names the collection."""
    return builder("introspect", str(tree), folder=tree)


def create(place: Path = PLACE) -> Path:
    """Make the context of an image anew, answer its ``Containerfile``."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "execution-environment.yml").write_text(yaml.safe_dump(DEFINITION), encoding="utf-8")
    builder("create", "--output-filename", "Containerfile", folder=place)
    return place / "context" / "Containerfile"


def main() -> int:
    """Answers 0 when the collection's own requirements are in it."""
    copy = stage("ee")
    found = introspect(copy.parents[2])
    print(found, end="")
    wanted = (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    missing = {
        line
        for line in wanted
        if line and not line.startswith("#") and f"{line}  # from collection qbusiness.federation" not in found
    }
    if missing:
        print(f"not found by ansible-builder: {', '.join(sorted(missing))}", file=sys.stderr)
        return 1
    print(f"context: {create().parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of ``docs/molecule.md``: its files in an empty folder, with the installed tarball, and molecule."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import galaxy

ROOT = Path(__file__).parents[2]

PAGE = ROOT / "docs" / "molecule.md"
_FILE = re.compile(r"^```yaml\n# ([\w./-]+\.yml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What the page tells of the scenario, in molecule's words.
STEPS = ("destroy", "syntax", "create", "converge", "idempotence", "verify", "destroy")


def files() -> dict[str, str]:
    """The example: the path of each file, and its text."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def options(name: str) -> set[str]:
    """The options of a role."""
    content = yaml.safe_load((ROOT / "roles" / name / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return set(content["argument_specs"]["main"]["options"])


def test_the_page_is_whole() -> None:
    """Every file that the scenario names is on the page, and the scenario has the steps that the page tells."""
    found = files()
    assert len(found) == 7
    scenario: dict[str, Any] = yaml.safe_load(found["molecule/default/molecule.yml"])
    folder = Path("/molecule/default")
    named = [*scenario["ansible"]["playbooks"].values()]
    named += [word.partition("=")[2] for word in scenario["ansible"]["executor"]["args"]["ansible_playbook"]]
    missing = [name for name in named if str((folder / name).resolve().relative_to("/")) not in found]
    assert missing == []
    assert tuple(scenario["scenario"]["test_sequence"]) == STEPS


def test_the_page_names_the_roles_own_options() -> None:
    assert set(re.findall(r"\bsandbox_\w+", PAGE.read_text(encoding="utf-8"))) <= options("sandbox")


@pytest.mark.molecule
def test_the_example_runs_as_it_stands_there(tmp_path: Path) -> None:
    user = galaxy.user(galaxy.build(tmp_path / "tarball"), tmp_path / "installed")
    # short: molecule and Ansible make sockets in it, whose paths may have 107 characters
    with tempfile.TemporaryDirectory(prefix="qb") as short:
        home = Path(short)
        project = home / "company"
        for name, text in files().items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [str(user.python.with_name("molecule")), "test"],
            cwd=project,
            env=user.environment(home) | {"TMPDIR": short, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        left = [path.name for path in home.rglob("cloud.json")]
    assert done.returncode == 0, done.stdout[-6000:]
    for step in STEPS:
        assert re.search(rf"{step}\W+Executed: Successful", done.stdout), (step, done.stdout[-3000:])
    assert left == []  # the cloud took its file along when it ended

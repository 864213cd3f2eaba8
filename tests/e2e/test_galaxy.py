# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball as a user gets it: what it holds, and the demonstration's playbooks from where it was installed."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest
from qbusiness_sandbox.control_client import Control

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import galaxy

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.galaxy

LOGIN = "ada@acme.example"
#: Where a file of the tarball may lie.
PRODUCT = re.compile(
    r"(CHANGELOG\.(md|rst)|COPYING|README\.md|MANIFEST\.json|FILES\.json"
    r"|(LICENSES|changelogs|docs|extensions|meta|playbooks|plugins|roles)/.+)"
)
RUBBISH = re.compile(r"(^|/)(\.|__pycache__|fragments/|tests/)|\.(pyc|retry|orig|tar\.gz)$")


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return galaxy.build(tmp_path_factory.mktemp("tarball"))


@pytest.fixture(scope="module")
def user(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> galaxy.User:
    return galaxy.user(tarball, tmp_path_factory.mktemp("installed"))


def test_the_tarball_holds_the_product_and_nothing_else(tarball: Path) -> None:
    files = galaxy.contents(tarball)
    assert [name for name in files if not PRODUCT.fullmatch(name) or RUBBISH.search(name)] == []
    for folder in ("plugins", "roles", "playbooks", "docs", "extensions", "meta"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        there = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
        assert there - set(files) == set()
    assert tarball.stat().st_size < 2_000_000  # Galaxy takes ten times as much


def test_it_is_what_ansible_finds(user: galaxy.User, tmp_path: Path) -> None:
    """The collection of this repository is a link in the development environment only."""
    command = [str(user.python.with_name("ansible-galaxy")), "collection", "list", "--format", "json"]
    done = subprocess.run(command, env=user.environment(tmp_path), check=True, capture_output=True, text=True)
    places = {place: found for place, found in json.loads(done.stdout).items() if "qbusiness.federation" in found}
    assert list(places) == [str(user.place / "ansible_collections")]


def test_the_demonstration_runs_from_it(user: galaxy.User, tmp_path: Path) -> None:
    """Two protocols, the proofs, and the second run that changes nothing. The cloud is the installed one too."""
    password = secrets.token_urlsafe(16)
    export = tmp_path / "cloud.json"
    environment = user.environment(tmp_path) | {
        "OKTA_TEST_USERNAME": "ada@acme.example",
        "OKTA_TEST_PASSWORD": password,
    }
    command = [str(user.python), "-m", "qbusiness_sandbox", "--format", "json", "--export", str(export)]
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as cloud:
        try:
            deadline = time.monotonic() + 120
            while not export.exists() and cloud.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            environment |= json.loads(export.read_text(encoding="utf-8"))
            Control(environment["QBUSINESS_SANDBOX_CONTROL"]).seed(company(password))
            outputs = [
                run(user, environment, tmp_path, name) for name in ("saml", "oidc", "prove_login", "saml", "oidc")
            ]
        finally:
            cloud.terminate()
    assert [changed(output) > 0 for output in outputs] == [True, True, False, False, False]


def company(password: str) -> dict[str, dict[str, object]]:
    """What the demonstration's inventory needs."""
    person = {"login": LOGIN, "email": LOGIN, "firstName": "Ada", "lastName": "Acme"}
    documents = {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tools" / "demo" / "documents").iterdir()
    }
    return {
        "okta": {
            "users": [{**person, "password": password}],
            "groups": [{"name": "Knowledge workers", "members": [LOGIN]}],
        },
        "aws": {
            "buckets": {"acme-policies": {"objects": documents}, "acme-theme": {"objects": {"logo.svg": "<svg/>"}}}
        },
    }


def run(user: galaxy.User, environment: dict[str, str], folder: Path, name: str) -> str:
    """A playbook of the collection, by its name, in a folder that holds nothing of this repository."""
    inventory = folder / "inventory.yml"
    inventory.write_text((ROOT / "tools" / "demo" / "inventory.yml").read_text(encoding="utf-8"), encoding="utf-8")
    command = [str(user.python.with_name("ansible-playbook")), "-i", str(inventory), f"qbusiness.federation.{name}"]
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def changed(output: str) -> int:
    """The sum of the recap."""
    return sum(int(number) for number in re.findall(r"changed=(\d+)", output.rpartition("PLAY RECAP")[2]))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``meta/runtime.yml``, ``galaxy.yml`` and the headers, held to the files that exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
CALLBACKS = {path.stem for path in (ROOT / "plugins" / "callback").glob("*.py") if path.stem != "__init__"}
FILTERS = {path.stem for path in (ROOT / "plugins" / "filter").glob("*.yml")}
INVENTORY = sorted(path.stem for path in (ROOT / "plugins" / "inventory").glob("*.py") if path.stem != "__init__")


def read(name: str) -> dict[str, Any]:
    """A YAML file of the repository."""
    content = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def documented(module: str) -> dict[str, Any]:
    """A module's DOCUMENTATION, as written."""
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    content = yaml.safe_load(text.split("DOCUMENTATION", 1)[1].split('"""' if '"""' in text else "'''", 2)[1])
    assert isinstance(content, dict)
    return content


def speaks_to(module: str) -> set[str]:
    """The services whose session options a module takes, by the fragments that it extends."""
    content = documented(module)
    fragments = [name.removeprefix("amazon.aws.") for name in content.get("extends_documentation_fragment", [])]
    aws = "common.modules" in fragments or "region" in content.get("options", {})
    okta = any("okta" in name for name in fragments) or "okta_org_url" in content.get("options", {})
    return ({"aws"} if aws else set()) | ({"okta"} if okta else set())


def test_every_listed_module_exists() -> None:
    """A group that names a module that is not there would be accepted by ansible-core without a word."""
    listed = {name for names in read("meta/runtime.yml")["action_groups"].values() for name in names}
    assert listed == {module for module in MODULES if speaks_to(module)}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_in_the_groups_of_the_services_it_speaks_to(module: str) -> None:
    """Its options come from a fragment; ``module_defaults`` of the group must reach exactly these modules."""
    groups = read("meta/runtime.yml")["action_groups"]
    assert {name for name, names in groups.items() if module in names} == speaks_to(module)


@pytest.mark.parametrize("group", ["aws", "okta"])
def test_groups_are_in_order(group: str) -> None:
    """Sorted, each name once."""
    names = read("meta/runtime.yml")["action_groups"][group]
    assert names == sorted(set(names))


def test_the_readme_names_what_there_is() -> None:
    """The tables of the README hold every module, plugin, role and playbook, and nothing else."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What is in it")[2].partition("\n## ")[0]
    named = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    roles = {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}
    playbooks = {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    assert named == set(MODULES) | set(INVENTORY) | CALLBACKS | FILTERS | roles | playbooks


def test_versions_agree() -> None:
    """The collection, its embedded cloud and its changelog are released together."""
    version = read("galaxy.yml")["version"]
    project = (ROOT / "extensions" / "sandbox" / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{version}"' in project
    releases = read("changelogs/changelog.yaml")["releases"]
    assert max(releases, key=ordered) == version
    assert f'<a id="v{version.replace(".", "-")}"></a>' in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\nv{version}\n" in (ROOT / "CHANGELOG.rst").read_text(encoding="utf-8")


def test_the_readme_asks_for_the_same_versions() -> None:
    """ansible-core as in ``meta/runtime.yml``, amazon.aws as in ``galaxy.yml``; docs/install.md too."""
    core = read("meta/runtime.yml")["requires_ansible"].removeprefix(">=").removesuffix(".0")
    oldest, below = (
        part.lstrip("><=").split(".")[0] for part in read("galaxy.yml")["dependencies"]["amazon.aws"].split(",")
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    install = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert f"ansible-core {core} or newer" in readme
    assert f"| ansible-core | {core} or newer |" in install
    assert f"amazon.aws, {oldest} or {int(below) - 1}" in readme
    assert f"amazon.aws, {oldest} or {int(below) - 1}" in install
    needed = (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    boto3 = next(line for line in needed if line.startswith("boto3>=")).removeprefix("boto3>=")
    assert f"botocore>={boto3}" in needed
    assert f"boto3 and botocore, {boto3} or newer" in readme
    assert f"| boto3 and botocore, {boto3} or newer" in install and f'"boto3>={boto3}"' in install
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    molecule = project.partition('"molecule==')[2].partition('"')[0]
    page = (ROOT / "docs" / "molecule.md").read_text(encoding="utf-8")
    assert f"Tested with molecule {molecule.rpartition('.')[0]}." in page


def test_nothing_was_added_after_the_newest_version() -> None:
    """``version_added`` of a module or an inventory plugin is a version that was released, or is about to be."""
    newest = read("galaxy.yml")["version"]
    assert [name for name in MODULES if ordered(str(documented(name)["version_added"])) > ordered(newest)] == []


def ordered(version: str) -> tuple[int, ...]:
    """A version as numbers, to be compared."""
    return tuple(int(part) for part in version.split("."))


def test_the_tarball_leaves_out_what_is_not_product() -> None:
    """Every entry of the repository's root is either product or named in ``build_ignore``."""
    product = {
        "CHANGELOG.md",
        "CHANGELOG.rst",
        "COPYING",
        "LICENSES",
        "README.md",
        "changelogs",
        "docs",
        "extensions",
        "galaxy.yml",
        "meta",
        "playbooks",
        "plugins",
        "roles",
    }
    ignored = set(read("galaxy.yml")["build_ignore"])
    assert not product & ignored
    # what git ignores, and .git itself, which ansible-galaxy always leaves out
    left = {entry.name for entry in ROOT.iterdir()} - product - ignored - {".git"}
    assert not {name for name in left if not name.startswith(".coverage") and not name.endswith((".tar.gz", ".retry"))}


def test_every_python_file_says_its_licence() -> None:
    """The header of three lines, after a shebang if there is one."""
    folders = [ROOT / name for name in ("plugins", "extensions", "tests", "tools")]
    files = [path for folder in folders for path in folder.rglob("*.py") if path.stat().st_size]
    assert files
    line = "# SPDX-License-Identifier: GPL-3.0-or-later"
    without = [path for path in files if line not in path.read_text(encoding="utf-8").splitlines()[:6]]
    assert [str(path.relative_to(ROOT)) for path in without if "output" not in path.parts] == []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of README and of the documentation's pages, run on an embedded cloud as they stand there.

A page is one script: its YAML blocks that begin with ``# NAME`` are files, its console blocks are run in order in one
shell. A command that is not run stands in ``LEFT_OUT`` with its reason.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from qbusiness_sandbox.testing import sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import playbooks

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [
    page
    for page in (
        "README.md",
        *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
        "extensions/sandbox/README.md",
    )
    if "```console" in (ROOT / page).read_text(encoding="utf-8")
]
#: Commands that are not run here, each with its reason.
LEFT_OUT = {
    "make demo": "a run of its own, and CI's",
    "make test": "runs this very test",
    'pip install ansible-core "boto3>=1.44" requests cryptography': "would change the environment that runs the tests",
    "pip install ./extensions/sandbox": "would change the environment that runs the tests",
    "pip install ansible molecule": "would change the environment that runs the tests",
    "pip install ~/.ansible/collections/ansible_collections/qbusiness/federation/extensions/sandbox": "the same",
    "ansible-galaxy collection install -r requirements.yml": "an address that is not there",
    "molecule test": "test_molecule_example.py runs it",
    "chmod +x estates/one_application.py": "test_estate.py builds the page's estate",
    "ESTATES=estates make estate": "test_estate.py builds the page's estate",
    "ansible-galaxy collection build": "needs a checkout that nothing changes meanwhile",
    "ansible-galaxy collection install qbusiness-federation-*.tar.gz": "fetches amazon.aws from Ansible Galaxy",
    "export AWS_REGION=us-east-1 OKTA_CLIENT_ORGURL=https://acme.okta.com OKTA_CLIENT_TOKEN=...": "a real org's token",
    "export OKTA_TEST_USERNAME=ada@acme.example OKTA_TEST_PASSWORD=...": "a real org's user; the tests' own is there",
    "check-jsonschema --schemafile docs/inventory.schema.json inventory.yml": "is not installed; "
    "test_inventory_schema.py asks its library",
    "aws qbusiness list-applications": "the AWS CLI is not installed; test_other_clients.py runs its own library",
    "aws sts get-caller-identity": "the AWS CLI is not installed; test_federation_session_files.py reads the file",
    "chromium --user-data-dir=profile --proxy-server=$QBUSINESS_SANDBOX_PROXY "
    "--ignore-certificate-errors-spki-list=$QBUSINESS_SANDBOX_CA_SPKI": "a window; test_browser.py opens it headless",
    'curl -H "Authorization: SSWS $OKTA_API_TOKEN" "$OKTA_ORG_URL/api/v1/apps"': "curl is not on every machine; "
    "test_other_clients.py asks the same",
}


def blocks(page: str) -> list[tuple[str, str]]:
    """The page's blocks: language and text."""
    return _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def commands(page: str) -> list[str]:
    """The commands of a page, without the remarks behind them."""
    text = "".join(body for language, body in blocks(page) if language == "console").replace("\\\n", " ")
    return [line for raw in text.splitlines() if (line := re.sub(r"\s+# .*$", "", raw).strip())]


def script(page: str) -> str:
    """The page as a script of the shell."""
    lines = ["set -eu"]
    for command in commands(page):
        if command in LEFT_OUT:
            continue
        lines.append(command)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[] if page == "README.md" else pytest.mark.pages) for page in PAGES]
)
def test_the_commands_of_a_page_work(page: str, tmp_path: Path) -> None:
    password = secrets.token_urlsafe(16)
    for _language, body in blocks(page):
        if named := re.match(r"# ([\w.-]+\.ya?ml)\n", body):
            (tmp_path / named[1]).write_text(body, encoding="utf-8")
    with sandbox_process() as cloud:
        playbooks.seed(cloud, password)
        environment = playbooks.environment(cloud, password)
        del environment["ANSIBLE_STDOUT_CALLBACK"]
        environment |= {
            "HOME": str(tmp_path),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        done = subprocess.run(
            ["bash", "-x", "-c", script(page)],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-4000:]
    if page == "docs/first-run.md":
        runs = done.stdout.split("PLAY RECAP")
        assert [sum(int(number) for number in re.findall(r"changed=(\d+)", run)) > 0 for run in runs[1:4]] == [
            True,
            True,
            False,
        ]
        assert "thirty days" in done.stdout


def test_what_is_left_out_is_there() -> None:
    said = {command for page in PAGES for command in commands(page)}
    assert sorted(set(LEFT_OUT) - said) == []

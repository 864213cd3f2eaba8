# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make estate`: it finds what a playbook breaks, and three of its estates pass here; the rest by ``make estate``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ESTATES = ROOT / "tests" / "estates"
PAGE = ROOT / "docs" / "estate.md"
#: A playbook that does nothing.
IDLE = "- hosts: applications\n  gather_facts: false\n  tasks: []\n"
#: A playbook that says nothing in check mode, and runs a program otherwise.
HARMFUL = """
- hosts: applications
  gather_facts: false
  tasks:
    - name: Tidy up
      ansible.builtin.command: "{{{{ ansible_playbook_python }}}} {program}"
      when: not ansible_check_mode
"""
#: What a run must not do, by the clients that the estates are made with: takes a redirect URI and a client ID of
#: others, opens drafts to search, takes the sign-in's role out of use, and makes a second index.
PROGRAM = """
import sys

sys.path.insert(0, "{estates}")
from aws_console import Aws, s3_source
from okta_console import Okta

aws, okta = Aws(), Okta()
(app,) = [item for item in okta.call("GET", "/api/v1/apps") if item["label"] == "Corp knowledge"]
uris = app["settings"]["oauthClient"]["redirect_uris"]
okta.redirect_uris(app["id"], [uri for uri in uris if "wiki" not in uri])
(provider,) = aws.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
aws.iam.remove_client_id_from_open_id_connect_provider(
    OpenIDConnectProviderArn=provider["Arn"], ClientID="0oaOfTheWikiTeam0000"
)
(application,) = aws.business.list_applications()["applications"]
ids = {{"applicationId": application["applicationId"]}}
index = [item for item in aws.business.list_indices(**ids)["indices"] if item["displayName"] != "second"][0]
(source,) = aws.business.list_data_sources(**ids, indexId=index["indexId"])["dataSources"]
ids_of_source = {{**ids, "indexId": index["indexId"], "dataSourceId": source["dataSourceId"]}}
aws.business.update_data_source(**ids_of_source, configuration=s3_source("corp-policies"))
while aws.business.get_data_source(**ids_of_source)["status"] != "ACTIVE":
    pass
aws.business.start_data_source_sync_job(**ids_of_source)
while aws.business.list_data_source_sync_jobs(**ids_of_source)["history"][0]["status"] != "SUCCEEDED":
    pass
aws.index(ids["applicationId"], "second", type="STARTER")
for name in aws.iam.list_role_policies(RoleName="corp-handbook-people")["PolicyNames"]:
    aws.iam.delete_role_policy(RoleName="corp-handbook-people", PolicyName=name)
"""


def estate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/estate/command.py", "--workers", "1", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False)


def last(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """The numbers of the last line."""
    line = done.stdout.splitlines()[-1]
    found = re.fullmatch(r"estate: (\d+), harmed (\d+), doubled (\d+), second run changed (\d+), unsaid (\d+)", line)
    assert found, done.stdout[-3000:] + done.stderr[-3000:]
    names = ("estates", "harmed", "doubled", "second run changed", "unsaid")
    return {name: int(text) for name, text in zip(names, found.groups(), strict=True)}


def playbooks(folder: Path, text: str) -> Path:
    """A folder with this playbook for both protocols."""
    folder.mkdir()
    for name in ("saml", "oidc"):
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def test_what_a_playbook_breaks_is_found(tmp_path: Path) -> None:
    program = tmp_path / "harm.py"
    program.write_text(PROGRAM.format(estates=ESTATES), encoding="utf-8")
    harmful = playbooks(tmp_path / "harmful", HARMFUL.format(program=program))
    done = estate("--playbooks", harmful, "--kept", tmp_path, "rule3_all_unset_oidc")
    assert done.returncode == 1
    for text in (
        'redirect_uris: "https://wiki.corp.example/callback" → (none)',
        'client_ids: "0oaOfTheWikiTeam0000" → (none)',
        "document s3://corp-policies/drafts/salaries.txt can be found now",
        "sign-in broken: web experience",
        'inclusionPrefixes: "policies/" → (none)',
        "doubled: index second",
        "the plan does not name it: OIDC provider",
        "the second run's recap says changed=1",
    ):
        assert text in done.stdout, done.stdout
    counts = last(done)
    # Each of the two runs makes an index; the first run's is one too many, the second's is a change.
    assert counts["estates"] == counts["doubled"] == 1
    assert min(counts["harmed"], counts["second run changed"], counts["unsaid"]) >= 2


def test_the_estate_of_the_page_and_a_playbook_that_does_nothing(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    folder = tmp_path / "estates"
    folder.mkdir()
    executable = folder / "one_application.py"
    executable.write_text(text, encoding="utf-8")
    executable.chmod(0o755)
    (folder / "notes.txt").write_text("no executable", encoding="utf-8")
    idle = playbooks(tmp_path / "idle", IDLE)
    done = estate("--estates", folder, "--playbooks", idle, "--kept", tmp_path / "kept")
    assert done.returncode == 0, done.stdout
    assert last(done) == {"estates": 1, "harmed": 0, "doubled": 0, "second run changed": 0, "unsaid": 0}


def test_an_expectation_that_does_not_come_true_fails(tmp_path: Path) -> None:
    idle = playbooks(tmp_path / "idle", IDLE)
    done = estate("--playbooks", idle, "--kept", tmp_path, "rule6_bad_tier")
    assert done.returncode == 1
    assert "the plan was to refuse assistant, and ended with 0" in done.stdout
    assert set(last(done).values()) == {1, 0}


def test_what_is_no_estate_has_no_verdict(tmp_path: Path) -> None:
    for name, text in (("fails", "exit 3"), ("breaks_off", "echo '[applications'"), ("prints_nothing", "true")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    done = estate("--estates", tmp_path, "--kept", tmp_path / "kept")
    assert done.returncode == 1
    assert "it ended with 3" in done.stdout
    assert "its standard output is no inventory" in done.stdout
    assert "its standard output is empty" in done.stdout
    assert last(done)["estates"] == 3
    assert estate("--estates", tmp_path / "kept").returncode == 1


@pytest.mark.parametrize("name", ["rule3_all_unset_oidc", "rule1_renamed_without_id", "rule6_unknown_variable"])
def test_an_estate_is_not_harmed(name: str, tmp_path: Path) -> None:
    done = estate("--kept", tmp_path, name)
    assert done.returncode == 0, done.stdout[-5000:]

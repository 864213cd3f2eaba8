# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`playbooks/awx.yml`: what it makes, twice, on a stand-in for AWX's API; and that the definitions keep AWX's rules."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.journal import NOUNS

sys.path.insert(0, str(Path(__file__).parent))

import awx_fake
import awx_packages

import playbooks

PLAYBOOKS = playbooks.ROOT / "playbooks"
#: The playbooks that are not run as jobs.
NO_JOB = {"awx"}
SECRETS = {
    "OKTA_CLIENT_TOKEN": "a-canary-of-a-token",
    "AWS_SECRET_ACCESS_KEY": "a-canary-of-a-key",
    "OKTA_TEST_PASSWORD": "a-canary-of-a-password",
}
PLAIN = {
    "OKTA_CLIENT_ORGURL": "https://example.okta.com",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "OKTA_TEST_USERNAME": "ada@example.com",
}


def variables() -> dict[str, Any]:
    return dict(yaml.safe_load((PLAYBOOKS / "vars" / "awx.yml").read_text(encoding="utf-8")))


def questions() -> list[dict[str, Any]]:
    return [value for name, value in variables().items() if name.startswith("awx_question_")]


def tasks() -> list[dict[str, Any]]:
    return list(yaml.safe_load((PLAYBOOKS / "tasks" / "awx.yml").read_text(encoding="utf-8")))


def test_every_playbook_is_a_job_template() -> None:
    named = {item["playbook"].rpartition("}}")[2].removesuffix(".yml") for item in variables()["controller_templates"]}
    assert named == {path.stem for path in PLAYBOOKS.glob("*.yml")} - NO_JOB


def test_awx_would_offer_every_playbook() -> None:
    """AWX lists a file as a playbook when a line of it says hosts or import_playbook."""
    for path in PLAYBOOKS.glob("*.yml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert any(re.match(r"^\s*-?\s*(hosts|(ansible\.builtin\.)?import_playbook):", line) for line in lines), path


def test_questions_keep_the_rules_of_surveys() -> None:
    assert questions()
    assert awx_fake.survey_faults({"name": "", "description": "", "spec": questions()}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"type": "boolean"},
        {"type": "multiplechoice", "choices": ["a"], "default": "b"},
        {"type": "multiplechoice", "choices": [True, False], "default": ""},
        {"type": "text", "default": ["a"]},
        {"variable": None},
    ],
)
def test_the_rules_of_surveys_refuse(change: dict[str, Any]) -> None:
    question = {"type": "text", "question_name": "Q", "variable": "q", "required": True, "default": ""}
    assert awx_fake.survey_faults({"name": "", "description": "", "spec": [question]}) == []
    assert awx_fake.survey_faults({"name": "", "description": "", "spec": [{**question, **change}]}) != []


def test_every_key_of_a_definition_is_handed_over() -> None:
    """What the file says and the tasks leave out would be missing in AWX without a word."""
    text = (PLAYBOOKS / "tasks" / "awx.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"awx_item(?:\.[01])?\.([a-z_]+)", text)) | {"simplified_workflow_nodes"}
    for name, items in variables().items():
        if name.startswith("controller_"):
            for item in items:
                assert set(item) <= used, name
                for node in item.get("simplified_workflow_nodes", []):
                    assert set(node) <= used, name


def test_differences_name_every_object() -> None:
    """`differences` and the summary have a word for each object that a task of a role writes."""
    named = {f"qbusiness.federation.{module}" for module in NOUNS}
    written = {
        action
        for path in (playbooks.ROOT / "roles").glob("*/tasks/*.yml")
        for task in yaml.safe_load(path.read_text(encoding="utf-8"))
        for action in task
        if action.startswith("qbusiness.federation.")
    }
    assert written - named == {"qbusiness.federation.federation_proof"}  # a proof changes nothing


def test_slices_may_create_applications() -> None:
    """A slice has only its own hosts, so applications of other slices look as if the inventory did not have them."""
    sliced = [item for item in variables()["controller_templates"] if "job_slice_count" in item]
    assert [item["playbook"].rpartition("}}")[2] for item in sliced] == ["applications.yml"]
    assert sliced[0]["extra_vars"] == {"federation_removals": "no", "qbusiness_application_create": True}


@pytest.fixture
def short() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="qb") as folder:
        yield Path(folder)


def apply(url: str, collections: Path, folder: Path, *arguments: str, **environment: str) -> playbooks.Run:
    program = Path(sys.executable).with_name("ansible-playbook")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OKTA_", "ANSIBLE_"))}
    site = next(Path(sys.executable).parents[1].glob("lib/python3*/site-packages"))
    done = subprocess.run(
        [str(program), "-i", "localhost,", "qbusiness.federation.awx", *arguments],
        env={
            **kept,
            **PLAIN,
            **SECRETS,
            "CONTROLLER_HOST": url,
            "CONTROLLER_OAUTH_TOKEN": awx_fake.TOKEN,
            "ANSIBLE_COLLECTIONS_PATH": f"{collections}{os.pathsep}{site}",
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "TMPDIR": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    start = done.stdout.find("{\n")
    report = json.loads(done.stdout[start:]) if start >= 0 else {"plays": [], "stats": {}}
    return playbooks.Run(done.returncode, done.stdout + done.stderr, report)


def changed(run: playbooks.Run) -> list[str]:
    """The tasks, and the items of loops, that changed something."""
    return [
        f"{task['task']['name']}: {item.get('awx_item', {}) if item.get('_ansible_no_log') is None else ''}"
        for play in run.report["plays"]
        for task in play["tasks"]
        for result in task["hosts"].values()
        for item in result.get("results", [result])
        if item.get("changed")
    ]


@pytest.mark.awx
def test_applied_again_and_again(short: Path) -> None:
    collections = awx_packages.collections(short)
    with awx_fake.serving() as (url, store):
        first = apply(url, collections, short, "-vvv")
        assert first.returncode == 0, first.output[-4000:]
        defined = variables()
        for variable, kind in {
            "controller_credential_types": "credential_types",
            "controller_credentials": "credentials",
            "controller_execution_environments": "execution_environments",
            "controller_projects": "projects",
            "controller_inventories": "inventories",
            "controller_inventory_sources": "inventory_sources",
            "controller_templates": "job_templates",
            "controller_workflows": "workflow_job_templates",
            "controller_schedules": "schedules",
        }.items():
            made = [item for item in store.all(kind) if not item.get("managed")]
            assert len(made) == len(defined[variable]), kind
        writes = len(store.writes)
        second = apply(url, collections, short)
        assert second.returncode == 0, second.output[-4000:]
        assert changed(second) == []
        assert store.writes[writes:] == []
        assert (second.changed, second.failed) == (0, 0)
        template = next(item for item in store.all("job_templates") if item["name"].endswith("removal"))
        template["playbook"] = "playbooks/other.yml"
        third = apply(url, collections, short)
        assert (third.returncode, len(changed(third))) == (0, 1), changed(third)
        assert template["playbook"] == "playbooks/remove.yml"
    for run in (first, second, third):
        assert [name for name, value in SECRETS.items() if value in run.output] == []
    seen(store)


def seen(store: awx_fake.Store) -> None:
    """The stand-in's objects, looked at without the playbook."""
    types = {item["name"]: item for item in store.all("credential_types")}
    assert types["Okta"]["injectors"]["env"]["OKTA_CLIENT_TOKEN"] == "{{ api_token }}"
    okta = next(item for item in store.all("credentials") if item["credential_type"] == types["Okta"]["id"])
    assert okta["inputs"] == {"org_url": PLAIN["OKTA_CLIENT_ORGURL"], "api_token": SECRETS["OKTA_CLIENT_TOKEN"]}
    assert store.shown("credentials", okta)["inputs"]["api_token"] == awx_fake.ENCRYPTED
    (inventory,) = store.all("inventories")
    assert json.loads(inventory["variables"])["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
    names = {item["id"]: item["name"] for item in store.all("unified_job_templates")}
    identifiers = {item["id"]: item["identifier"] for item in store.all("workflow_job_template_nodes")}
    ways = {}
    for node in store.all("workflow_job_template_nodes"):
        following = [
            f"{way}: {identifiers[number]}"
            for way in ("always", "failure", "success")
            for number in store.lists.get(("workflow_job_template_nodes", node["id"], f"{way}_nodes"), [])
        ]
        ways[node["identifier"]] = (names[node["unified_job_template"]].partition(": ")[2], *following)
    assert ways == {
        "identities": ("identities", "success: applications"),
        "applications": ("applications", "always: application_values"),
        "application_values": ("identities", "success: proof"),
        "proof": ("proof of the sign-in",),
        "losses": ("removal", "success: approval"),
        "approval": ("lose what the first job named", "success: removal"),
        "removal": ("removal",),
    }
    nodes = {node["identifier"]: node for node in store.all("workflow_job_template_nodes")}
    assert nodes["losses"]["job_type"] == "check"
    assert nodes["removal"]["extra_data"] == {"qbusiness_remove_confirm": "yes"}
    templates = {item["name"].partition(": ")[2]: item for item in store.all("job_templates")}
    assert templates["applications"]["job_slice_count"] == 6
    assert json.loads(templates["applications"]["extra_vars"])["qbusiness_application_create"] is True
    assert templates["differences"]["job_type"] == "check"
    (schedule,) = store.all("schedules")
    assert names[schedule["unified_job_template"]].endswith("differences")


@pytest.mark.awx
def test_modules_of_another_collection(short: Path) -> None:
    """``awx_collection`` is the one place that names the modules' collection."""
    collections = awx_packages.collections(short, "ansible.controller")
    (collections / "ansible_collections" / "awx").rename(collections / "away")
    with awx_fake.serving() as (url, store):
        run = apply(url, collections, short, "-e", "awx_collection=ansible.controller")
        assert run.returncode == 0, run.output[-4000:]
        assert len(store.all("job_templates")) == len(variables()["controller_templates"])


@pytest.mark.awx
def test_a_service_apps_key_in_place_of_a_token(short: Path) -> None:
    collections = awx_packages.collections(short)
    key = "-----BEGIN PRIVATE KEY-----\na-canary-of-a-private-key\n-----END PRIVATE KEY-----\n"
    with awx_fake.serving() as (url, store):
        environment = {"OKTA_CLIENT_TOKEN": "", "OKTA_CLIENT_CLIENTID": "0oaSERVICE", "OKTA_CLIENT_PRIVATEKEY": key}
        run = apply(url, collections, short, "-vvv", **environment)
        assert run.returncode == 0, run.output[-4000:]
        assert "a-canary-of-a-private-key" not in run.output
        inputs = next(item["inputs"] for item in store.all("credentials") if "org_url" in item["inputs"])
        assert inputs == {
            "org_url": PLAIN["OKTA_CLIENT_ORGURL"],
            "client_id": "0oaSERVICE",
            "private_key": key,
        }

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates as AWX runs them: its own injectors, its files, ansible-runner's transmit, worker and process.

What this leaves out: AWX's API and permissions, the project's update, the image and its container, receptor.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import awx_packages
import yaml
from ansible_collections.qbusiness.federation.plugins.filter.federation import FilterModule
from jinja2.nativetypes import NativeEnvironment
from qbusiness_sandbox.testing import Process

import playbooks

DEFINITIONS = playbooks.ROOT / "playbooks" / "vars" / "awx.yml"
#: What comes into a job only through AWX: credentials, and no region at all.
ONLY_INJECTED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION")
REGION = "us-east-1"


def definitions() -> dict[str, Any]:
    """The lists of vars/awx.yml with their variables filled in."""
    raw = dict(yaml.safe_load(DEFINITIONS.read_text(encoding="utf-8")))
    environment = NativeEnvironment()
    environment.filters |= {f"qbusiness.federation.{name}": act for name, act in FilterModule().filters().items()}

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [fill(item) for item in value]
        if isinstance(value, str) and "{{" in value and "lookup(" not in value and "dict2items" not in value:
            return environment.from_string(value).render(known)
        return value.replace("{  {", "{{") if isinstance(value, str) else value

    known: dict[str, Any] = {}
    for name, value in raw.items():  # each is defined before it is used
        known[name] = fill(value)
    return known


def template(name: str) -> dict[str, Any]:
    """The job template of that name, without the prefix."""
    known = definitions()
    wanted = known["awx_prefix"] + name
    return next(item for item in known["controller_templates"] if item["name"] == wanted)


def names() -> list[str]:
    """The names of all job templates, without the prefix."""
    known = definitions()
    return [item["name"].removeprefix(known["awx_prefix"]) for item in known["controller_templates"]]


def inputs(cloud: Process, password: str) -> dict[str, dict[str, str]]:
    """What the credentials hold, by their type."""
    given = cloud.environment
    return {
        "Amazon Web Services": {
            "username": given["AWS_ACCESS_KEY_ID"],
            "password": given["AWS_SECRET_ACCESS_KEY"],
        },
        "Okta": {
            "org_url": given.get("OKTA_CLIENT_ORGURL") or given["QBUSINESS_SANDBOX_OKTA_URL"],
            "api_token": given["OKTA_CLIENT_TOKEN"],
        },
        "Okta test user": {"username": playbooks.LOGIN, "password": password},
    }


def injected(item: Mapping[str, Any], held: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The environment of a job by AWX's own code, and what AWX shows of it."""
    known = definitions()
    types = {kind["name"]: kind for kind in known["controller_credential_types"]}
    of = {credential["name"]: credential["credential_type"] for credential in known["controller_credentials"]}
    wanted = [{"type": types.get(of[name]), "inputs": held[of[name]]} for name in item["credentials"]]
    done = subprocess.run(
        [str(awx_packages.injectors()), str(Path(__file__).with_name("awx_inject.py"))],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def answers(item: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The answers to a survey: those given, defaults, and an empty text for what may be left out."""
    spec = {question["variable"]: question for question in item["survey_spec"]["spec"]}
    unknown = set(given) - set(spec)
    assert not unknown, f"{item['name']} does not ask for {unknown}"
    found = {}
    for name, question in spec.items():
        answer = given.get(name, question.get("default", ""))
        assert answer or not question["required"], name
        assert question["type"] != "multiplechoice" or answer in question["choices"], name
        found[name] = answer
    return found


def unsafe(values: Mapping[str, Any]) -> str:
    """Variables as AWX writes them: answers of a survey are never templates."""
    return "".join(
        f"{json.dumps(name)}: {'!unsafe ' if isinstance(value, str) else ''}{json.dumps(value)}\n"
        for name, value in values.items()
    )


def inventory(file: Path, region: str = REGION) -> dict[str, Any]:
    """An inventory file with two levels, as AWX's own script answers it."""
    whole = yaml.safe_load(file.read_text(encoding="utf-8"))["all"]
    found: dict[str, Any] = {"_meta": {"hostvars": {}}, "all": {"vars": {**whole.get("vars", {})}}}
    if region:
        found["all"]["vars"]["qbusiness_region"] = region
    for name, group in whole["children"].items():
        hosts = group.get("hosts", {})
        found[name] = {"hosts": sorted(hosts), "vars": group.get("vars", {})}
        for host, variables in hosts.items():
            found["_meta"]["hostvars"].setdefault(host, {}).update(variables or {})
    return found


def sliced(whole: Mapping[str, Any], number: int, count: int) -> dict[str, Any]:
    """One of ``count`` slices as AWX cuts them: every count-th host of the whole inventory by name, from ``number``
    (0 is the first) on; the groups keep their variables."""
    kept = sorted(whole["_meta"]["hostvars"])[number::count]
    found: dict[str, Any] = {
        name: {**group, "hosts": [host for host in group["hosts"] if host in kept]} if "hosts" in group else group
        for name, group in whole.items()
    }
    found["_meta"] = {"hostvars": {host: whole["_meta"]["hostvars"][host] for host in kept}}
    return found


@dataclass(frozen=True)
class Job:
    """A job that has ended. ``left``: the folder with all that it left; ``shown``: the environment that AWX keeps."""

    status: str
    events: list[dict[str, Any]]
    left: Path
    shown: dict[str, str]
    output: str

    @property
    def changed(self) -> int:
        """The sum over the hosts of the recap."""
        return sum(self.stats().get("changed", {}).values())

    def stats(self) -> dict[str, Any]:
        found = [event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return dict(found[0]) if found else {}

    @property
    def artifacts(self) -> dict[str, Any]:
        """What later nodes of a workflow are given."""
        return dict(self.stats().get("artifact_data", {}))

    def text(self) -> str:
        return "\n".join(str(event.get("stdout", "")) for event in self.events)


@dataclass(frozen=True)
class Started:
    """A job that runs."""

    folder: Path
    temporary: Path
    process: subprocess.Popen[str]
    shown: dict[str, str]

    def finish(self) -> Job:
        """Wait for the worker's end, and let the results in, as AWX does."""
        output, _unused = self.process.communicate(timeout=3000)
        (self.folder / "worker.out").write_text(output, encoding="utf-8")
        left = self.folder / "left"
        done = subprocess.run(
            [program("ansible-runner"), "process", str(left)],
            input=output,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        shutil.move(self.temporary, left / "tmp")
        shutil.move(self.folder / "home", left / "home")
        artifacts = left / "artifacts"
        files = sorted((artifacts / "job_events").glob("*.json"), key=lambda path: int(path.name.partition("-")[0]))
        events = [json.loads(path.read_text(encoding="utf-8")) for path in files]
        status = (artifacts / "status").read_text(encoding="utf-8")
        return Job(status, events, left, self.shown, done.stdout + done.stderr)


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def start(
    cloud: Process,
    folder: Path,
    item: Mapping[str, Any],
    hosts: Mapping[str, Any],
    *,
    job_type: str = "",
    given: Mapping[str, str] | None = None,
    artifacts: Mapping[str, Any] | None = None,
    held: Mapping[str, Mapping[str, str]] | None = None,
    more: Mapping[str, str] | None = None,
    limit: str = "",
    forks: int = 0,
) -> Started:
    """Start a job of a template.

    :param folder: a new one for the job; its worker has its home and its working folder there
    :param given: answers to the survey
    :param artifacts: of earlier nodes of the workflow; answers and the template's own variables come over them
    :param held: what the credentials hold, where it is not the cloud's own
    :param more: further questions of a user's own survey, with their answers
    """
    kind = job_type or item["job_type"]
    assert kind == item["job_type"] or item.get("ask_job_type_on_launch"), f"{item['name']} cannot be a {kind}"
    environment = injected(item, held or inputs(cloud, ""))
    data = folder / "data"
    for name in ("project/playbooks", "inventory", "env"):
        (data / name).mkdir(parents=True)
    (folder / "home").mkdir()
    (folder / "work").mkdir()
    playbook = str(item["playbook"])
    collection_playbook = f"qbusiness.federation.{Path(playbook).stem}"
    (data / "project" / playbook).write_text(
        f"- name: Run it\n  ansible.builtin.import_playbook: {collection_playbook}\n", encoding="utf-8"
    )
    script = data / "inventory" / "hosts"
    script.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(dict(hosts))!r})\n", encoding="utf-8")
    script.chmod(0o700)
    variables = {"awx_job_id": 7, "awx_job_launch_type": "manual", "tower_job_id": 7}
    # A template's own extra variables may be templates; these are plain, so nothing is lost by their being unsafe.
    whole = {
        **(artifacts or {}),
        **variables,
        **item.get("extra_vars", {}),
        **answers(item, given or {}),
        **(more or {}),
    }
    (data / "env" / "extravars").write_text(unsafe(whole), encoding="utf-8")
    (data / "env" / "envvars").write_text(json.dumps(environment["environment"]), encoding="utf-8")
    arguments = ["--check"] if kind == "check" else []
    arguments += ["--diff"] if kind == "check" or item.get("diff_mode") else []
    arguments += [f"--limit={limit}"] if limit else []
    arguments += [f"--forks={forks}"] if forks else []
    (data / "env" / "cmdline").write_text(" ".join(arguments), encoding="utf-8")
    # Short: Ansible has a socket in it, whose path may have 107 characters.
    temporary = Path(tempfile.mkdtemp(prefix="qb"))
    own = {
        name: value
        for name, value in playbooks.environment(cloud, "").items()
        if name not in (*ONLY_INJECTED, "ANSIBLE_STDOUT_CALLBACK") and not name.startswith("OKTA_")
    }
    own |= {
        "HOME": str(folder / "home"),
        "TMPDIR": str(temporary),
        "ANSIBLE_HOME": str(folder / "home" / ".ansible"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    sent = subprocess.run(
        [program("ansible-runner"), "transmit", str(data), "-p", playbook, "--ident", "7"],
        env={"PATH": own["PATH"], "HOME": own["HOME"]},
        capture_output=True,
        text=True,
        check=True,
    )
    package = folder / "transmitted"
    package.write_text(sent.stdout, encoding="utf-8")
    with package.open(encoding="utf-8") as stream:
        process = subprocess.Popen(
            [program("ansible-runner"), "worker", "--private-data-dir", str(folder / "work"), "--delete"],
            env=own,
            cwd=folder,
            stdin=stream,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Started(folder, temporary, process, environment["shown"])


def places(job: Job) -> Iterator[tuple[str, str]]:
    """All that a job left: events, output, files; not the runner's own record of how it was started, which holds the
    environment that AWX masks before it keeps it."""
    for path in sorted(job.left.rglob("*")):
        if path.is_file() and not path.match("artifacts/command"):
            yield str(path.relative_to(job.left)), path.read_bytes().decode("utf-8", "replace")
    yield "what AWX shows of the environment", json.dumps(job.shown)

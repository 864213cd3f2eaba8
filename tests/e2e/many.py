# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many applications on one OpenID Connect identity: an inventory of them, and workers over its slices."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from qbusiness_sandbox.testing import Process

import playbooks

LABEL = "Many applications"
FOREIGN_URI = "https://foreign.example.com/callback"
FOREIGN_CLIENT = "0oaFOREIGN"
PROVIDER = "oidc-provider/"


def names(number: int) -> list[str]:
    return [f"app{index:02}" for index in range(1, number + 1)]


def inventory(folder: Path, number: int) -> Path:
    """An inventory file of one identity and so many applications."""
    applications = {
        name: {"qbusiness_identity": "shared", "qbusiness_application_display_name": name} for name in names(number)
    }
    identity = {"okta_oidc_app_label": LABEL, "okta_oidc_app_groups": [playbooks.GROUP]}
    content = {
        "all": {
            "vars": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable},
            "children": {
                "identities": {"hosts": {"shared": identity}},
                "applications": {"hosts": applications},
            },
        }
    }
    file = folder / "inventory.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def okta(cloud: Process) -> requests.Session:
    """Plain requests to the org, as its administrator."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"SSWS {cloud.environment['OKTA_CLIENT_TOKEN']}"
    session.headers["Accept"] = "application/json"
    return session


def app_of(cloud: Process) -> dict[str, Any]:
    """The shared Okta app, by plain requests."""
    url = f"{cloud.environment['QBUSINESS_SANDBOX_OKTA_URL']}/api/v1/apps"
    found = [app for app in okta(cloud).get(url, timeout=30).json() if app["label"] == LABEL]
    assert len(found) == 1, [app["label"] for app in found]
    return dict(found[0])


def redirect_uris(cloud: Process) -> list[str]:
    return list(app_of(cloud)["settings"]["oauthClient"]["redirect_uris"])


def add_foreign_entries(cloud: Process) -> None:
    """What somebody else has on the shared objects: a redirect URI in Okta, a client id in IAM."""
    app = app_of(cloud)
    app["settings"]["oauthClient"]["redirect_uris"].append(FOREIGN_URI)
    url = f"{cloud.environment['QBUSINESS_SANDBOX_OKTA_URL']}/api/v1/apps/{app['id']}"
    okta(cloud).put(url, json=app, timeout=30).raise_for_status()
    playbooks.client(cloud, "iam").add_client_id_to_open_id_connect_provider(
        OpenIDConnectProviderArn=provider_arn(cloud), ClientID=FOREIGN_CLIENT
    )


def provider_arn(cloud: Process) -> str:
    listed = playbooks.client(cloud, "iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert len(listed) == 1
    return str(listed[0]["Arn"])


def client_ids(cloud: Process) -> list[str]:
    iam = playbooks.client(cloud, "iam")
    return list(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider_arn(cloud))["ClientIDList"])


def callbacks(cloud: Process) -> set[str]:
    """What the web experiences that there are need in Okta, asked of the service itself."""
    business = playbooks.client(cloud, "qbusiness")
    found = set()
    for page in business.get_paginator("list_applications").paginate():
        for application in page["applications"]:
            identifier = application["applicationId"]
            for experience in business.list_web_experiences(applicationId=identifier)["webExperiences"]:
                found.add(experience["defaultEndpoint"].rstrip("/") + "/authorization-code/callback")
    return found


@dataclass(frozen=True)
class Worker:
    """One ansible-runner process with a home, a temporary folder and a working folder of its own."""

    folder: Path
    process: subprocess.Popen[str]

    def finish(self) -> tuple[int, str]:
        output, _unused = self.process.communicate(timeout=1500)
        return self.process.returncode, output


def start_worker(cloud: Process, folder: Path, playbook: str, hosts: Path, limit: str = "") -> Worker:
    """Start ansible-runner with a project that imports a playbook of the collection, as a job template has."""
    for name in ("project", "home", "tmp", "inventory"):
        (folder / name).mkdir(parents=True)
    (folder / "project" / "run.yml").write_text(
        f"- name: Run it\n  ansible.builtin.import_playbook: qbusiness.federation.{playbook}\n", encoding="utf-8"
    )
    (folder / "inventory" / "hosts.json").write_text(hosts.read_text(encoding="utf-8"), encoding="utf-8")
    environment = playbooks.environment(cloud, "")
    environment.pop("ANSIBLE_STDOUT_CALLBACK")
    environment |= {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "ANSIBLE_HOME": str(folder / "home" / ".ansible"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [str(Path(sys.executable).with_name("ansible-runner")), "run", str(folder), "-p", "run.yml"]
    if limit:
        command += ["--limit", limit]
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return Worker(folder, process)

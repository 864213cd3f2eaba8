# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identities on one authorization server and one IAM provider, and two first runs at one instant, by the playbooks.

The witness is the cloud: the client ids that IAM has and that the server's policy lets in, and how many objects of each
kind exist.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import many
import runner

import playbooks

SERVER = "/api/v1/authorizationServers/default"
#: Rounds of `make test`, and of `make many`.
ROUNDS = [pytest.param(1, id="quick"), pytest.param(5, id="full", marks=pytest.mark.many)]
FIRST = [pytest.param(1, id="quick"), pytest.param(10, id="full", marks=pytest.mark.many)]
IDENTITIES = {1: 6, 5: 10}


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with sandbox_process() as process:
        yield process


def prepare(cloud: Process) -> None:
    """An empty cloud, in which every write takes its time to arrive."""
    cloud.control.reset()
    playbooks.seed(cloud, "")
    for service in ("okta", "iam", "qbusiness"):
        cloud.control.fault("delay", service=service, writes_only=True, seconds=0.1, count=-1)


def identities(folder: Path, number: int) -> Path:
    """An inventory of so many identities by OpenID Connect, all on the server ``default``."""
    hosts = {f"identity{index:02}": {"okta_oidc_app_label": f"Assistant {index:02}"} for index in range(number)}
    variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    file = folder / "inventory.json"
    content = {"all": {"vars": variables, "children": {"identities": {"hosts": hosts}}}}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.mark.parametrize("rounds", ROUNDS)
def test_identities_on_one_server(process: Process, tmp_path: Path, rounds: int) -> None:
    """After one run on as many forks, all of them are at the provider and in the policy."""
    number = IDENTITIES[rounds]
    hosts = identities(tmp_path, number)
    for _round in range(rounds):
        prepare(process)
        run = playbooks.play(process, "identities", "--forks", "10", inventory=hosts)
        assert (run.returncode, run.failed) == (0, 0), run.output[-3000:]
        apps = [app for app in playbooks.okta(process, "GET", "/api/v1/apps") if app["label"].startswith("Assistant")]
        clients = sorted(app["credentials"]["oauthClient"]["client_id"] for app in apps)
        assert len(clients) == number
        assert sorted(many.client_ids(process)) == clients
        [policy] = playbooks.okta(process, "GET", f"{SERVER}/policies")
        assert sorted(policy["conditions"]["clients"]["include"]) == clients
        assert len(playbooks.okta(process, "GET", f"{SERVER}/policies/{policy['id']}/rules")) == 1
        again = playbooks.play(process, "identities", "--forks", "10", inventory=hosts)
        assert (again.returncode, again.changed, again.failed) == (0, 0, 0), again.output[-3000:]


@pytest.mark.parametrize("rounds", FIRST)
@pytest.mark.parametrize("protocol", ["saml", "oidc"])
def test_two_first_runs(process: Process, tmp_path: Path, rounds: int, protocol: str) -> None:
    """Each with a home and a folder for temporary files of its own, as on two machines."""
    hosts = Path(__file__).parent / "inventories" / f"{protocol}.yml"
    for number in range(rounds):
        prepare(process)
        workers = [runner.start(process, tmp_path / f"{number}{who}", protocol, hosts) for who in ("one", "two")]
        ended = [worker.finish() for worker in workers]
        counts = doubled(process)
        assert counts == dict.fromkeys(counts, 1), counts
        for code, output in ended:
            assert code == 0, output[-3000:]


def doubled(cloud: Process) -> dict[str, int]:
    """How many there are of what the inventory names once."""
    business = playbooks.client(cloud, "qbusiness")
    apps = playbooks.okta(cloud, "GET", "/api/v1/apps")
    applications = business.list_applications()["applications"]
    found = {
        "apps": len([app for app in apps if app["label"].startswith("Amazon Q Business")]),
        "applications": len(applications),
        "policies": max(len(playbooks.okta(cloud, "GET", f"{SERVER}/policies")), 1),
    }
    for application in applications:
        parent = {"applicationId": application["applicationId"]}
        indices = business.list_indices(**parent)["indices"]
        found["indices"] = len(indices)
        found["retrievers"] = len(business.list_retrievers(**parent)["retrievers"])
        found["web experiences"] = len(business.list_web_experiences(**parent)["webExperiences"])
        for index in indices:
            sources = business.list_data_sources(**parent, indexId=index["indexId"])["dataSources"]
            found["data sources"] = len(sources)
    return found

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many applications on one OpenID Connect app and one IAM provider: by forks, and by workers over slices.

The witness is the cloud: the web experiences that Q Business lists, against the redirect URIs that Okta has and the
client ids that IAM has. Meanwhile every read of an Okta app takes its time, so that writers in parallel would overlap.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import awx_job
import many
import runner

import playbooks

FORKS = "10"
#: (applications, workers, rounds): what `make test` does, and what `make many` does.
QUICK = (6, 3, 1)
FULL = (20, 6, 5)
#: What `make many` does in slices as AWX cuts them: (applications, slices).
SLICED = (60, 6)


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with sandbox_process() as process:
        yield process


@pytest.fixture
def cloud(process: Process) -> Process:
    """An empty cloud whose Okta takes its time between a read and what follows."""
    prepare(process)
    return process


def prepare(cloud: Process) -> None:
    cloud.control.reset()
    playbooks.seed(cloud, "")
    options = {"okta_read_to_write_delay": 0.3, "qbusiness_quotas": {"application": 100}}
    cloud.control.replace_settings(options=options)


def lost_nothing(cloud: Process, number: int, client_id: str) -> None:
    """Every application's entry is there, and what a foreigner put there."""
    wanted = many.callbacks(cloud)
    assert len(wanted) == number
    assert set(many.redirect_uris(cloud)) == wanted | {many.FOREIGN_URI}
    assert len(many.redirect_uris(cloud)) == number + 1
    assert set(many.client_ids(cloud)) == {client_id, many.FOREIGN_CLIENT}


def begin(cloud: Process, hosts: Path) -> str:
    """The identity, with what somebody else has on the shared objects. Answers its client id."""
    made = playbooks.play(cloud, "identities", inventory=hosts)
    assert made.returncode == 0, made.output[-3000:]
    client_id = str(many.app_of(cloud)["credentials"]["oauthClient"]["client_id"])
    many.add_foreign_entries(cloud)
    return client_id


def by_forks(cloud: Process, hosts: Path, number: int) -> None:
    client_id = begin(cloud, hosts)
    first = playbooks.play(cloud, "oidc", "--forks", FORKS, inventory=hosts)
    assert (first.returncode, first.failed) == (0, 0), first.output[-3000:]
    lost_nothing(cloud, number, client_id)
    second = playbooks.play(cloud, "oidc", "--forks", FORKS, inventory=hosts)
    assert (second.returncode, second.changed, second.failed) == (0, 0, 0), second.output[-3000:]


def by_workers(cloud: Process, folder: Path, hosts: Path, number: int, workers: int) -> None:
    client_id = begin(cloud, hosts)
    slices = [many.names(number)[index::workers] for index in range(workers)]
    for turn in ("first", "second"):
        started = [
            runner.start(cloud, folder / turn / str(index), "applications", hosts, "--limit", ",".join(names))
            for index, names in enumerate(slices)
        ]
        for worker in started:
            code, output = worker.finish()
            assert code == 0, output[-3000:]
            assert turn == "first" or changes(output) == 0, output[-3000:]
        again = playbooks.play(cloud, "identities", inventory=hosts)
        assert again.returncode == 0, again.output[-3000:]
        assert turn == "first" or again.changed == 0
        lost_nothing(cloud, number, client_id)


def changes(output: str) -> int:
    """The sum of ``changed=`` over the hosts of a PLAY RECAP."""
    recap = output.rpartition("PLAY RECAP")[2]
    return sum(int(word.removeprefix("changed=")) for word in recap.split() if word.startswith("changed="))


@pytest.mark.many
def test_forks(cloud: Process, tmp_path: Path) -> None:
    number, _unused, _rounds = QUICK
    by_forks(cloud, many.inventory(tmp_path, number, **many.THEME), number)
    policy = json.loads(playbooks.client(cloud, "s3").get_bucket_policy(Bucket="acme-theme")["Policy"])
    assert len({statement["Sid"] for statement in policy["Statement"]}) == number


def test_workers_over_slices(cloud: Process, tmp_path: Path) -> None:
    number, workers, _rounds = QUICK
    hosts = many.inventory(tmp_path, number)
    by_workers(cloud, tmp_path, hosts, number, workers)
    refused_once(cloud, hosts)


def refused_once(cloud: Process, hosts: Path) -> None:
    """A wrong password is tried by one host, and perhaps by the next, whose task was being prepared meanwhile."""
    cloud.control.forget_requests()
    proof = playbooks.play(cloud, "prove_login", "--forks", FORKS, password="wrong", inventory=hosts)
    assert proof.failed == QUICK[0], proof.output[-3000:]
    tried = [item for item in cloud.control.requests() if item["operation"] == "POST /api/v1/authn"]
    assert 1 <= len(tried) <= 2
    assert "Okta refused the test user on" in proof.output


@pytest.mark.many
@pytest.mark.parametrize("turn", range(FULL[2]))
def test_twenty_by_forks(cloud: Process, tmp_path: Path, turn: int) -> None:
    by_forks(cloud, many.inventory(tmp_path, FULL[0]), FULL[0])


@pytest.mark.many
@pytest.mark.parametrize("turn", range(FULL[2]))
def test_twenty_by_workers(cloud: Process, tmp_path: Path, turn: int) -> None:
    by_workers(cloud, tmp_path, many.inventory(tmp_path, FULL[0]), FULL[0], FULL[1])


def in_slices(cloud: Process, folder: Path, hosts: Path, slices: int) -> tuple[float, int]:
    """Run the job template of the applications in so many slices at the same time, as AWX does: each has only its own
    hosts, a home, a temporary and a working folder of its own. Answers the seconds it took, and what was changed."""
    item = awx_job.template("applications")
    whole = awx_job.inventory(hosts)
    # A slice may be without the host of the identity.
    whole["applications"]["vars"] = {"okta_oidc_app_label": many.LABEL}
    started = time.monotonic()
    jobs = [
        awx_job.start(cloud, folder / str(number), item, awx_job.sliced(whole, number, slices))
        for number in range(slices)
    ]
    ended = [job.finish() for job in jobs]
    took = time.monotonic() - started
    for job in ended:
        assert job.status == "successful", job.text()[-3000:]
    names = [name for job in ended for name in job.artifacts]
    assert sorted(names) == [f"federated_{name}" for name in many.names(len(names))]
    return took, sum(job.changed for job in ended)


def converge_in_slices(cloud: Process, folder: Path, number: int, slices: int) -> None:
    """Identities, applications in slices, identities; twice."""
    folder.mkdir()
    hosts = many.inventory(folder, number)
    client_id = begin(cloud, hosts)
    for turn in ("first", "second"):
        took, changed = in_slices(cloud, folder / turn, hosts, slices)
        print(f"{number} applications in {slices} slice(s), {turn} run: {took:.0f} s")
        assert (changed == 0) == (turn == "second"), changed
        again = playbooks.play(cloud, "identities", inventory=hosts)
        assert again.returncode == 0, again.output[-3000:]
        assert turn == "first" or again.changed == 0
        lost_nothing(cloud, number, client_id)


@pytest.mark.many
@pytest.mark.parametrize("slices", [SLICED[1], 1])
def test_sixty_in_slices_of_awx(cloud: Process, tmp_path: Path, slices: int) -> None:
    """One slice beside it: to compare the time, which is printed (`make many ARGS='-s -k slices_of_awx'`)."""
    converge_in_slices(cloud, tmp_path / "slices", SLICED[0], slices)


@pytest.mark.many
def test_one_application_leaves_and_the_others_stay(cloud: Process, tmp_path: Path) -> None:
    """``qbusiness_application_state: absent`` in the inventory takes away what the application put on its identity."""
    hosts = many.inventory(tmp_path, 2)
    client_id = begin(cloud, hosts)
    assert playbooks.play(cloud, "oidc", inventory=hosts).returncode == 0
    leaving = json.loads(hosts.read_text(encoding="utf-8"))
    leaving["all"]["children"]["applications"]["hosts"]["app01"]["qbusiness_application_state"] = "absent"
    hosts.write_text(json.dumps(leaving), encoding="utf-8")
    left = playbooks.play(cloud, "oidc", inventory=hosts)
    assert left.returncode == 0, left.output[-3000:]
    lost_nothing(cloud, 1, client_id)
    roles = playbooks.client(cloud, "iam").list_roles()["Roles"]
    assert not [role["RoleName"] for role in roles if role["RoleName"].startswith("app01")]
    again = playbooks.play(cloud, "oidc", inventory=hosts)
    assert (again.returncode, again.changed) == (0, 0), again.output[-3000:]

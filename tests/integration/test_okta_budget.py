# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Okta's rate limit, shared by processes: no request meets it, and people keep their part.

The cloud's log is the witness. The limit's minute is short here, and the limits are small.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import OktaHttp
from hosts_world import HERE, Run, Stage
from okta_world import APPS, body
from qbusiness_sandbox.cloud import Cloud, LogEntry
from qbusiness_sandbox.okta.limits import bucket_of
from qbusiness_sandbox.testing import Running

CROWD = Path(__file__).with_name("okta_crowd.py")
INFO = "qbusiness.federation.okta_app_info"
PATIENCE = 300


@pytest.fixture
def temporary() -> Iterator[str]:
    """A place for temporary files, with a short path: Ansible has a socket there."""
    with tempfile.TemporaryDirectory(prefix="qb") as folder:
        yield folder


@pytest.fixture
def app_id(okta_http: OktaHttp, cloud: Cloud) -> str:
    made = str(okta_http.post(APPS, json=body()).json()["id"])
    cloud.log.clear()
    return made


def limit(cloud: Cloud, window: int, **limits: int) -> None:
    with cloud.lock:
        cloud.settings.options.update(okta_rate_limits=limits, okta_rate_window=window)


def windows(entries: list[LogEntry], window: int) -> list[list[str]]:
    """The paths asked for in each window of a bucket: it begins with the first request after the end of the last."""
    found: list[list[str]] = []
    ends = 0.0
    for entry in entries:
        if entry.time >= ends:
            ends = math.floor(entry.time) + window
            found.append([])
        found[-1].append(entry.path)
    return found


def crowd(running: Running, temporary: str, home: str, app_id: str, workers: int, requests: int, **options: Any) -> Any:
    """What the workers were told, a list each."""
    connection = {
        "okta_org_url": running.urls["okta"],
        "okta_api_token": running.cloud.administrator.okta_api_token,
        **options,
    }
    task = {"workers": workers, "requests": requests, "app_id": app_id, "options": connection}
    run = subprocess.run(
        [sys.executable, str(CROWD), json.dumps(task)],
        env={**os.environ, "TMPDIR": temporary, "HOME": home, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


def test_ten_processes_and_a_person(
    running: Running, cloud: Cloud, okta_http: OktaHttp, app_id: str, temporary: str, tmp_path: Path
) -> None:
    """The processes, in two runs at once with homes of their own, keep off the person's part, who is never refused."""
    limit(cloud, 3, apps=8)
    ended = threading.Event()
    person: list[int] = []

    def ask() -> None:
        while not ended.wait(1.2):
            person.append(okta_http.get(APPS, params={"limit": 1}).status_code)

    told: dict[str, Any] = {}

    def run(name: str) -> None:
        home = tmp_path / name
        home.mkdir()
        told[name] = crowd(running, temporary, str(home), app_id, 5, 1, okta_rate_reserve=33)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    asking = threading.Thread(target=ask)
    for thread in (*threads, asking):
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    asking.join()
    entries = [entry for entry in cloud.log.since() if bucket_of(entry.method, entry.path) == "apps"]
    ours = [sum(path != APPS for path in paths) for paths in windows(entries, 3)]
    assert {entry.status for entry in entries} == {200} and set(person) == {200}
    assert sum(ours) == 10 and len(ours) >= 2
    # Three of eight, a third rounded up, are left to others.
    assert max(ours) <= 5
    texts = {text for worker in [*told["one"], *told["two"]] for text in worker}
    assert texts and all("(8 requests in a window, 3 of them left to others) is used up" in text for text in texts)


def test_without_a_common_file_a_429_is_waited_out(
    running: Running, cloud: Cloud, app_id: str, temporary: str, tmp_path: Path
) -> None:
    """As in containers of their own: every worker is served, though somebody is refused in between."""
    limit(cloud, 2, apps=2)
    (Path(temporary) / f"qbusiness.federation-{os.geteuid()}").write_text("in the way", encoding="utf-8")
    told = crowd(running, temporary, str(tmp_path), app_id, 5, 1, okta_rate_reserve=0)
    statuses = [entry.status for entry in cloud.log.since()]
    assert statuses.count(200) == 5 and 429 in statuses
    assert not [text for worker in told for text in worker if text.startswith("failed")]


def run_hosts(running: Running, folder: Path, temporary: str, app_id: str, hosts: int, forks: int) -> Run:
    """A task for each of so many hosts."""
    play = {"hosts": "all", "gather_facts": False, "vars": HERE, "tasks": [{"name": "app", INFO: {"app_id": app_id}}]}
    names = ",".join(f"h{number}" for number in range(hosts))
    stage = Stage(folder, running)
    return stage.plays([play], "-i", names, "--forks", str(forks), "-vv", TMPDIR=temporary)


def test_a_playbook_at_forks_10(running: Running, cloud: Cloud, app_id: str, temporary: str, tmp_path: Path) -> None:
    limit(cloud, 3, app=6)
    run = run_hosts(running, tmp_path / "stage", temporary, app_id, 10, 10)
    assert run.returncode == 0, run.text[-3000:]
    entries = cloud.log.since()
    assert [entry.status for entry in entries] == [200] * 10
    assert max(len(paths) for paths in windows(entries, 3)) <= 5
    waited = [event for event in run.events if event["event"] == "ok" and event["result"].get("warnings")]
    text = "for GET /api/v1/apps/ID (6 requests in a window, 1 of them left to others) is used up until"
    # At once, by -vv, and with the results, where Ansible shows equal ones once.
    assert run.text.count(text) > len(waited) >= 1


@pytest.mark.crowd
def test_two_hundred_hosts_at_forks_50(
    running: Running, cloud: Cloud, app_id: str, temporary: str, tmp_path: Path
) -> None:
    """On the bucket of the smallest orgs, each minute six seconds long."""
    limit(cloud, 6, app=50)
    run = run_hosts(running, tmp_path / "stage", temporary, app_id, 200, 50)
    assert run.returncode == 0, run.text[-3000:]
    entries = cloud.log.since()
    assert [entry.status for entry in entries] == [200] * 200
    assert max(len(paths) for paths in windows(entries, 6)) <= 45

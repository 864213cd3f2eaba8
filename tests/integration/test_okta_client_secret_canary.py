# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real ansible runs of ``okta_client_secret`` at -vvvv: what they leave behind, and the cloud's log, hold no secret."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from conftest import OktaHttp
from qbusiness_sandbox.cloud import Cloud, Fault
from secret_world import NAME, World

#: A fact cache, a log, and modules whose files stay (where a task runs as a module).
LEAVING = {
    "ANSIBLE_KEEP_REMOTE_FILES": "1",
    "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
    "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
}
#: The host of the collection on which the task runs, unless a test says another one.
HOST = "auto"


class Runs:
    """Runs playbooks of the module, and keeps everything that they write."""

    def __init__(self, world: World, environment: dict[str, str], folder: Path, host: str, temporary: Path) -> None:
        self.world = world
        self.folder = folder
        self.host = host
        self.temporary = temporary
        self.seen: set[str] = set(world.values())
        self.environment = environment | LEAVING
        self.environment |= {
            name: str(folder / place)
            for name, place in {
                "ANSIBLE_LOG_PATH": "log",
                "ANSIBLE_CACHE_PLUGIN_CONNECTION": "cache",
                "ANSIBLE_LOCAL_TEMP": "local",
                "ANSIBLE_REMOTE_TEMP": "remote",
            }.items()
        }
        self.environment["TMPDIR"] = str(temporary)
        self.written = ""

    def play(self, *arguments: str, fails: bool = False, **options: Any) -> dict[str, Any]:
        """One run; answers what the task registered."""
        given = {"app_id": self.world.app_id, "secret_name": NAME, **options}
        result = self.folder / "result.json"
        tasks = [
            {"qbusiness.federation.okta_client_secret": given, "register": "secret", "ignore_errors": True},
            {
                "ansible.builtin.copy": {"content": "{{ secret | to_json }}", "dest": str(result), "mode": "0600"},
                "check_mode": False,
            },
            {"ansible.builtin.set_fact": {"kept": "{{ secret }}", "cacheable": True}},
            {"ansible.builtin.debug": {"var": "secret"}},
        ]
        book = self.folder / "book.json"
        book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", "-c", "local"]
        command += ["-e", f"ansible_python_interpreter={sys.executable}", "-e", f"qbusiness_execution={self.host}"]
        command += ["-vvvv", "--diff", *arguments, str(book)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        self.written += done.stdout + done.stderr
        assert done.returncode == 0, self.written
        self.seen |= self.world.values()
        answer: dict[str, Any] = json.loads(result.read_text())
        assert bool(answer.get("failed")) == fails, answer
        return answer

    def everything(self) -> str:
        """All that was written: output, log, fact cache, modules' files, and the cloud's own log and state."""
        paths = [path for folder in (self.folder, self.temporary) for path in folder.rglob("*") if path.is_file()]
        files = [path.read_bytes().decode("utf-8", "replace") for path in paths]
        log = json.dumps([asdict(entry) for entry in self.world.cloud.log.since()], default=str)
        return "\n".join([self.written, *files, log, json.dumps(self.world.cloud.dump(), default=str)])

    def leaked(self, text: str) -> list[str]:
        """The secrets that are in a text, in any of the forms in which they travel."""
        forms = {form: value for value in self.seen for form in (value, quote_plus(value), _basic(self.world, value))}
        return sorted({value[:4] for form, value in forms.items() if form in text})


def _basic(world: World, value: str) -> str:
    client = world.app["credentials"]["oauthClient"]["client_id"]
    return base64.b64encode(f"{quote_plus(client)}:{quote_plus(value)}".encode()).decode()


@pytest.fixture
def runs(
    request: pytest.FixtureRequest,
    okta_http: OktaHttp,
    aws: Callable[[str], Any],
    cloud: Cloud,
    environment: dict[str, str],
    tmp_path: Path,
) -> Iterator[Runs]:
    # a short path: Ansible has a socket in its temporary folder, whose path may have 107 characters
    with tempfile.TemporaryDirectory(prefix="qb") as temporary:
        yield Runs(
            World(okta_http, aws, cloud), environment, tmp_path, getattr(request, "param", HOST), Path(temporary)
        )


def test_good_runs_leave_no_secret(runs: Runs) -> None:
    """A plan, a first run, one that changes nothing, a rotation, a removal."""
    runs.play("--check")
    assert runs.play()["operations"] == ["CreateSecret"]
    assert runs.play()["changed"] is False
    assert runs.play("--check", rotate="always")["rotated"] is True
    assert runs.play(rotate="always")["rotated"] is True
    assert runs.play(state="absent")["changed"] is True
    assert len(runs.seen) >= 2 * 2  # two client secrets, each also as JSON
    assert runs.leaked(runs.everything()) == []


@pytest.mark.parametrize("runs", ["module"], indirect=True)
def test_failing_runs_leave_no_secret(runs: Runs) -> None:
    """A proof that fails, a value of another form, a write that is refused."""
    runs.play()
    runs.world.cloud.faults.add(
        Fault("error", service="okta", operation="POST /oauth2/v1/token", status=400, code="E0000001", count=-1)
    )
    answer = runs.play(rotate="always", fails=True)
    assert "does not take the new client secret" in answer["msg"]
    runs.world.cloud.faults.clear()
    runs.world.cloud.faults.add(
        Fault("error", operation="PutSecretValue", status=400, code="Refused", message="No", count=-1)
    )
    assert "PutSecretValue" in runs.play(rotate="always", fails=True)["msg"]
    runs.world.cloud.faults.clear()
    runs.world.manager.put_secret_value(SecretId=NAME, SecretString="a-plain-text-that-somebody-stored")
    assert "is no JSON object" in runs.play(fails=True)["msg"]
    assert "a-plain-text-that-somebody-stored" in runs.seen
    assert runs.leaked(runs.everything()) == []


def test_the_search_would_find_a_leak(runs: Runs) -> None:
    runs.play()
    value = runs.world.stored()
    for form in (value, json.dumps({"client_secret": value}), _basic(runs.world, value)):
        assert runs.leaked(runs.everything() + form)

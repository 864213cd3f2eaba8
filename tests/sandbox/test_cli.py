# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``python -m qbusiness_sandbox`` as a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

COMMAND = [sys.executable, "-m", "qbusiness_sandbox"]
#: Seconds after which a process that should have ended is taken to be stuck.
PATIENCE = 60.0


@pytest.fixture(scope="module")
def running() -> Iterator[Process]:
    with sandbox_process() as process:
        yield process


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def _start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait_gone(pid: int) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_the_environment_leads_unchanged_clients_here(running: Process) -> None:
    """boto3 and requests, told nothing but the environment."""
    code = """
import boto3, os, requests
print(boto3.client("sts").get_caller_identity()["Account"])
head = {"Authorization": "SSWS " + os.environ["OKTA_CLIENT_TOKEN"]}
print(requests.get(os.environ["OKTA_CLIENT_ORGURL"] + "/api/v1/apps", headers=head).status_code)
print(requests.get(os.environ["QBUSINESS_SANDBOX_CONTROL"] + "/health").json()["status"])
try:
    requests.get("https://example.com/")
except requests.exceptions.ProxyError as error:
    print("refuses example.com" in str(error))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=running.environ(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.split() == ["123456789012", "200", "ready", "True"]


def test_the_environment_is_complete(running: Process) -> None:
    assert set(running.environment) == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "NO_PROXY",
        "no_proxy",
        "OKTA_CLIENT_ORGURL",
        "OKTA_CLIENT_TOKEN",
        "OKTA_ORG_URL",
        "OKTA_API_TOKEN",
        "QBUSINESS_SANDBOX_CONTROL",
        "QBUSINESS_SANDBOX_PROXY",
        "QBUSINESS_SANDBOX_AWS_URL",
        "QBUSINESS_SANDBOX_OKTA_URL",
        "QBUSINESS_SANDBOX_CA",
        "QBUSINESS_SANDBOX_CA_SPKI",
        "QBUSINESS_SANDBOX_PID",
    }
    assert running.environment["QBUSINESS_SANDBOX_PID"] == str(running.pid)


def test_it_listens_on_the_loopback_interface_only(running: Process) -> None:
    rows = Path(f"/proc/{running.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    links = (link.readlink().name for link in Path(f"/proc/{running.pid}/fd").iterdir() if link.is_symlink())
    inodes = {name.removeprefix("socket:[").removesuffix("]") for name in links if name.startswith("socket:")}
    listening = {row.split()[1] for row in rows if row.split()[3] == "0A" and row.split()[9] in inodes}
    assert len(listening) == 4
    assert {address.partition(":")[0] for address in listening} == {"0100007F"}


@pytest.mark.parametrize("form", ["shell", "env"])
def test_the_file_in_each_form(tmp_path: Path, form: str) -> None:
    file = tmp_path / "cloud"
    process = _start("--export", file, "--format", form)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("qbusiness-sandbox is ready: ")
        assert str(file) in line
        assert file.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["cloud"]
        if form == "shell":
            script = f'AWS_PROFILE=x; export AWS_PROFILE; . "{file}"; echo "$AWS_REGION ${{AWS_PROFILE-none}}"'
            done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True)
            assert done.stdout == "us-east-1 none\n"
        else:
            assert "AWS_REGION=us-east-1" in file.read_text(encoding="utf-8").splitlines()
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert not file.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_takes_everything_along(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "cloud.json"
    process = _start("--export", file, "--format", "json")
    assert process.stdout is not None
    process.stdout.readline()
    authority = Path(json.loads(file.read_text(encoding="utf-8"))["AWS_CA_BUNDLE"])
    assert authority.is_file()
    process.send_signal(number)
    _unused, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    assert not file.exists()
    assert not authority.parent.exists()


def test_a_file_that_somebody_else_wrote_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "cloud"
    process = _start("--export", file)
    assert process.stdout is not None
    process.stdout.readline()
    file.unlink()
    file.write_text("mine", encoding="utf-8")
    process.terminate()
    process.communicate(timeout=PATIENCE)
    assert file.read_text(encoding="utf-8") == "mine"


def test_keep_leaves_the_file(tmp_path: Path) -> None:
    file = tmp_path / "cloud"
    process = _start("--export", file, "--keep")
    assert process.stdout is not None
    process.stdout.readline()
    process.terminate()
    process.communicate(timeout=PATIENCE)
    assert file.exists()


_PARENT = """
import json, os, subprocess, sys, threading
def start():
    process = subprocess.Popen([sys.executable, "-m", "qbusiness_sandbox", "--export", *sys.argv[1:]],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    process.stdout.readline()
    print(process.pid, flush=True)
thread = threading.Thread(target=start)
thread.start()
thread.join()
sys.stdin.readline()
"""


def test_it_ends_with_its_parent_but_not_with_a_thread_of_it(tmp_path: Path) -> None:
    file = tmp_path / "cloud"
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    # The thread that started it is gone; the kernel has told it so, and it must not have cared.
    os.kill(pid, 0)
    time.sleep(1)
    assert file.exists()
    parent.communicate("\n", timeout=PATIENCE)
    assert _wait_gone(pid)
    assert not file.exists()


def test_it_outlives_its_parent_when_told_so(tmp_path: Path) -> None:
    file = tmp_path / "cloud"
    parent = subprocess.run(
        [sys.executable, "-c", _PARENT, str(file), "--no-parent-watch"],
        input="\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    pid = int(parent.stdout)
    try:
        time.sleep(1)
        os.kill(pid, 0)
        assert file.exists()
    finally:
        os.kill(pid, signal.SIGTERM)
    assert _wait_gone(pid)


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _run("--export", tmp_path / "cloud", "--control-port", port)
    assert done.returncode == 1
    assert done.stderr == (
        f"qbusiness-sandbox: error: the control port {port} on 127.0.0.1 cannot be used: Address already in use\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "reason"), [("missing/cloud", "No such file or directory"), (".", "it is a directory")]
)
def test_a_file_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    done = _run("--export", tmp_path / name)
    assert done.returncode == 1
    assert done.stderr == f"qbusiness-sandbox: error: the export file {tmp_path / name} cannot be written: {reason}\n"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("seed.json", "{", "cannot be parsed: Expecting property name"),
        ("seed.yml", "a: [", "cannot be parsed: while parsing"),
        ("seed.json", '{"moon": {}}', "does not fit: moon is not a room"),
        ("seed.yml", "okta: {users: [{password: x}]}", "does not fit: okta: login is missing"),
    ],
)
def test_a_bad_seed(tmp_path: Path, name: str, text: str, reason: str) -> None:
    seed = tmp_path / name
    seed.write_text(text, encoding="utf-8")
    done = _run("--export", tmp_path / "cloud", "--seed", seed)
    assert done.returncode == 1
    assert done.stderr.startswith(f"qbusiness-sandbox: error: the seed {seed} {reason}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "cloud").exists()


def test_a_seed_that_is_not_there(tmp_path: Path) -> None:
    done = _run("--export", tmp_path / "cloud", "--seed", tmp_path / "none.json")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be read: No such file or directory" in done.stderr


def test_seed_region_account_and_org(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text(
        "okta:\n  users:\n    - {login: ann@example.com, password: Correct-horse-1, firstName: A, lastName: B}\n",
        encoding="utf-8",
    )
    arguments = [
        "--seed",
        str(seed),
        "--region",
        "eu-west-1",
        "--account-id",
        "210987654321",
        "--okta-host",
        "a.okta.com",
    ]
    with sandbox_process(arguments) as process:
        assert process.environment["AWS_REGION"] == "eu-west-1"
        assert process.environment["OKTA_ORG_URL"] == "https://a.okta.com"
        assert process.control.health()["account_id"] == "210987654321"
        assert "ann@example.com" in str(process.control.state()["okta"])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--export", "x", "--account-id", "12"],
        ["--export", "x", "--proxy-port", "70000"],
        ["--export", "x", "--okta-host", "localhost"],
        ["--export", "x", "--format", "toml"],
    ],
)
def test_a_wrong_command_line(arguments: list[str]) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: qbusiness-sandbox")


def test_help_names_every_option() -> None:
    done = _run("--help")
    assert done.returncode == 0
    for option in (
        *("--export", "--format", "--okta-host", "--region", "--account-id", "--seed", "--no-parent-watch", "--keep"),
        *("--proxy-port", "--aws-port", "--okta-port", "--control-port"),
    ):
        assert option in done.stdout


def test_a_process_that_does_not_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="not an account id"), sandbox_process(["--account-id", "1"]):
        pass

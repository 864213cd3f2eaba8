# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No run leaves a secret: not in its output at -vvvv, its log, its fact cache, its events, nor when it fails.

The secrets are known to the test from elsewhere: it made them, or reads them from Okta with plain requests. Tokens and
assertions that live only for a moment are found by what they look like.
"""

from __future__ import annotations

import base64
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import canary
import many
import runner

import playbooks

PASSWORD = secrets.token_urlsafe(16)
WRONG = secrets.token_urlsafe(16)
#: The files that are meant to hold temporary credentials, on the user's own wish.
WANTED = "credentials-for-a-shell"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Process]:
    with sandbox_process() as process:
        playbooks.seed(process, PASSWORD)
        yield process


def run(cloud: Process, folder: Path, playbook: str, *arguments: str, password: str = PASSWORD) -> int:
    """Run a playbook and keep everything that it leaves below ``folder``."""
    left = folder / "left"
    left.mkdir(parents=True)
    worker = runner.start(
        cloud,
        folder / "private",
        playbook,
        playbooks.INVENTORY,
        "-vvvv",
        *arguments,
        password=password,
        environment={
            "ANSIBLE_LOG_PATH": str(left / "ansible.log"),
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(left / "facts"),
            "ANSIBLE_KEEP_REMOTE_FILES": "0",
        },
    )
    code, output = worker.finish()
    (left / "output.txt").write_text(output, encoding="utf-8")
    print(output[-3000:])
    assert (left / "ansible.log").exists(), output[-3000:]
    assert (left / "ansible.log").stat().st_size > 1_000
    return code


def known(cloud: Process) -> dict[str, str]:
    """The secrets that there are, by what they are."""
    found = {
        "the person's password": PASSWORD,
        "the wrong password": WRONG,
        "Okta's API token": cloud.environment["OKTA_CLIENT_TOKEN"],
        "the administrator's secret key": cloud.environment["AWS_SECRET_ACCESS_KEY"],
    }
    org = cloud.environment["QBUSINESS_SANDBOX_OKTA_URL"]
    session = many.okta(cloud)
    for app in session.get(f"{org}/api/v1/apps", timeout=30).json():
        if app["signOnMode"] == "OPENID_CONNECT":
            listed = session.get(f"{org}/api/v1/apps/{app['id']}/credentials/secrets", timeout=30)
            for number, item in enumerate(listed.json() if listed.ok else []):
                found[f"client secret {number} of {app['label']}"] = item["client_secret"]
    return found


def places(folder: Path) -> Iterator[tuple[str, str]]:
    """What runs left: not the files that were asked for, nor the runner's own record of how it was started, which
    holds the environment that the test itself gave it."""
    for path, text in canary.texts(folder):
        if WANTED not in path.name and not path.match("artifacts/*/command"):
            yield str(path.relative_to(folder)), text


def test_runs_leave_no_secret(cloud: Process, tmp_path: Path) -> None:
    for name in ("saml", "oidc", "prove_login"):
        assert run(cloud, tmp_path / name, name) == 0, name
    credentials = tmp_path / WANTED
    arguments = ("-e", f"api_client_env_file={credentials}-{{{{ inventory_hostname }}}}")
    assert run(cloud, tmp_path / "api_client", "api_client", *arguments) == 0
    assert "AWS_SESSION_TOKEN" in credentials.with_name(f"{WANTED}-assistant").read_text(encoding="utf-8")
    secrets_there = known(cloud)
    assert [name for name in secrets_there if name.startswith("client secret")]
    assert canary.leaks(places(tmp_path), secrets_there) == []


def test_rotation_leaves_no_secret(cloud: Process, tmp_path: Path) -> None:
    assert playbooks.play(cloud, "oidc", password=PASSWORD).returncode == 0
    before = known(cloud)
    code = run(cloud, tmp_path, "identities", "-e", "okta_client_secret_rotate=always", "--limit", "identities")
    after = known(cloud)
    assert code == 0
    assert set(after.values()) - set(before.values()), "no new client secret was made"
    assert (
        canary.leaks(places(tmp_path), {**before, **{f"{name} (later)": value for name, value in after.items()}}) == []
    )


def test_failing_runs_leave_no_secret(cloud: Process, tmp_path: Path) -> None:
    for name in ("saml", "oidc"):
        assert playbooks.play(cloud, name, password=PASSWORD).returncode == 0
    assert run(cloud, tmp_path / "wrong", "prove_login", password=WRONG) != 0
    cloud.control.fault("error", service="sts", status=403, code="AccessDenied", message="Not now", count=-1)
    # One application is enough: a refusal that may pass is waited for.
    assert run(cloud, tmp_path / "sts", "prove_login", "--limit", "assistant") != 0
    cloud.control.clear_faults()
    assert canary.leaks(places(tmp_path), known(cloud)) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A search that finds nothing proves something only when it can find."""
    secret = secrets.token_urlsafe(24)
    coded = base64.b64encode(f"client:{secret}".encode()).decode()
    (tmp_path / "plain").write_text(f"x{secret}y", encoding="utf-8")
    (tmp_path / "basic").write_text(f"Authorization: Basic {coded}", encoding="utf-8")
    (tmp_path / "clean").write_text("nothing", encoding="utf-8")
    found = canary.leaks(((path.name, text) for path, text in canary.texts(tmp_path)), {"it": secret})
    assert found == ["it in basic", "it in plain"]

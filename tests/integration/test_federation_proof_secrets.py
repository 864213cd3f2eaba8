# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real ansible runs of ``federation_proof``: what they leave behind holds no secret, failing runs included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import qbusiness_sandbox.okta.signin as cloud_signin
import qbusiness_sandbox.okta.sso as cloud_sso
from proof_world import ANN, PASSWORD, World, world
from qbusiness_sandbox.aws.front import AwsRoom

FAILING = "wrong-canary-password-3"


@pytest.fixture
def made() -> Iterator[World]:
    with world() as running:
        yield running


@pytest.fixture
def canaries(made: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything secret that the cloud hands out from now on, taken from the cloud itself."""
    found = [PASSWORD, FAILING]

    def watch(place: Any, name: str, secret: Any) -> None:
        original = getattr(place, name)

        def watched(*arguments: Any, **more: Any) -> Any:
            result = original(*arguments, **more)
            found.extend(secret(result))
            return result

        monkeypatch.setattr(place, name, watched)

    watch(cloud_signin, "_session_token", lambda token: [token])
    watch(cloud_signin, "_state", lambda token: [token])
    watch(cloud_signin, "open_session", lambda session: [session.id])
    watch(cloud_sso, "encoded", lambda text: [text, text[200:260]])
    front = made.cloud.rooms["aws"]
    assert isinstance(front, AwsRoom)
    watch(
        front.credentials,
        "open_session",
        lambda made: [made.access_key_id, made.secret_access_key, made.session_token, made.session_token[20:80]],
    )
    return found


def run(made: World, folder: Path, *, check: bool = False, **changes: Any) -> tuple[int, dict[str, Any], str]:
    """``ansible-playbook -vvv``: its code, the registered result, and all that it wrote."""
    options = made.options(**changes)
    password = options.pop("password")
    result, log = folder / "result.json", folder / "log"
    tasks = [
        {"qbusiness.federation.federation_proof": options, "register": "proof", "ignore_errors": True},
        {
            "ansible.builtin.copy": {"content": "{{ proof | to_json }}", "dest": str(result), "mode": "0600"},
            "check_mode": False,
        },
        {"ansible.builtin.fail": {"msg": "it failed"}, "when": "proof is failed"},
    ]
    play = [{"hosts": "localhost", "gather_facts": False, "connection": "local", "tasks": tasks}]
    playbook = folder / "play.json"
    playbook.write_text(json.dumps(play))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OKTA_", "ANSIBLE_"))}
    env |= {
        "OKTA_TEST_PASSWORD": password,
        "ANSIBLE_LOG_PATH": str(log),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_NOCOLOR": "1",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    arguments = [str(program), "-i", "localhost,", "-e", f"ansible_python_interpreter={sys.executable}", "-vvv"]
    arguments += ["--check"] if check else []
    done = subprocess.run([*arguments, str(playbook)], env=env, capture_output=True, text=True, check=False)
    written = (
        done.stdout
        + done.stderr
        + "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    )
    assert result.exists(), written
    return done.returncode, json.loads(result.read_text()), written


def leaked(canaries: list[str], written: str) -> list[int]:
    """The numbers of the canaries that were found, plain or as a URL would carry them."""
    return [number for number, text in enumerate(canaries) if text in written or quote_plus(text) in written]


def test_a_good_run_leaves_no_secret(made: World, canaries: list[str], tmp_path: Path) -> None:
    code, result, written = run(made, tmp_path)
    assert code == 0, written
    assert result["changed"] is False and result["proved"] is True
    assert result["evidence"]["who"] == ANN
    assert len(canaries) >= 2 + 2 + 2 + 4  # password, session token and cookie, assertion, credentials
    assert leaked(canaries, written) == []


@pytest.mark.parametrize("layer", ["okta_sign_in", "second factor", "saml_form", "assertion", "sts", "chat"])
def test_a_failing_run_leaves_no_secret(made: World, canaries: list[str], tmp_path: Path, layer: str) -> None:
    changes: dict[str, Any] = {}
    users = made.org.state.users
    if layer == "okta_sign_in":
        changes["password"] = FAILING
    elif layer == "second factor":
        users[made.user_id].policy, layer = "mfa_at_global", "okta_sign_in"
    elif layer == "saml_form":
        users[made.user_id].policy = "mfa_at_app"
    elif layer == "assertion":
        changes["expected_email"] = "bob@example.com"
    elif layer == "sts":
        made.aws("iam").delete_saml_provider(SAMLProviderArn=made.provider_arn)
    else:
        made.allow("qbusiness:GetApplication")
    code, result, written = run(made, tmp_path, **changes)
    assert code == 2, written
    assert result["evidence"]["failed_layer"] == layer
    assert result["msg"].startswith(f"The proof failed at {layer}: ")
    assert leaked(canaries, written) == []


def test_the_search_would_find_a_leak(made: World, canaries: list[str], tmp_path: Path) -> None:
    """A canary put into what a run wrote is seen, plain and as a URL would carry it."""
    _code, _result, written = run(made, tmp_path)
    assert leaked(canaries, written + canaries[2]) == [2]
    assert leaked(canaries, written + quote_plus(canaries[-1])) == [len(canaries) - 1]


def test_check_mode_says_that_it_only_looked_at_the_options(made: World, tmp_path: Path) -> None:
    before = len(made.cloud.log.since())
    code, result, written = run(made, tmp_path, check=True)
    assert code == 0, written
    assert result["proved"] is False and result["changed"] is False
    assert "only the options were checked" in written
    assert len(made.cloud.log.since()) == before

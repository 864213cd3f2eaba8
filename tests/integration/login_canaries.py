# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets of a sign-in, taken from the cloud that hands them out, and real ansible runs that are searched for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import qbusiness_sandbox.okta.oidc_authorize as cloud_authorize
import qbusiness_sandbox.okta.oidc_tokens as cloud_tokens
import qbusiness_sandbox.okta.signin as cloud_signin
import qbusiness_sandbox.okta.sso as cloud_sso
from qbusiness_sandbox.aws.front import AwsRoom
from qbusiness_sandbox.cloud import Cloud


def watch(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything secret that the cloud hands out from now on; the list grows with it."""
    found: list[str] = []

    def taken(place: Any, name: str, secret: Callable[[Any], list[str]]) -> None:
        original = getattr(place, name)

        def watched(*arguments: Any, **more: Any) -> Any:
            result = original(*arguments, **more)
            found.extend(secret(result))
            return result

        monkeypatch.setattr(place, name, watched)

    taken(cloud_signin, "_session_token", lambda token: [token])
    taken(cloud_signin, "_state", lambda token: [token])
    taken(cloud_signin, "open_session", lambda session: [session.id])
    taken(cloud_sso, "encoded", lambda text: [text, text[200:260]])
    # an ID token or an access token: the whole, its claims and its signature
    taken(cloud_tokens, "sign", lambda token: [token, *token.split(".")[1:]])
    taken(cloud_authorize, "_issued", lambda values: [values["code"]] if "code" in values else [])
    front = cloud.rooms["aws"]
    assert isinstance(front, AwsRoom)
    taken(
        front.credentials,
        "open_session",
        lambda made: [made.access_key_id, made.secret_access_key, made.session_token, made.session_token[20:80]],
    )
    return found


def run(
    module: str,
    options: Mapping[str, Any],
    folder: Path,
    environment: Mapping[str, str],
    *arguments: str,
    no_log: bool = False,
) -> tuple[int, dict[str, Any], str]:
    """``ansible-playbook -vvvv`` of one task: its code, the registered result, and all that it wrote.

    :param environment: beside this process's own, without what leads to AWS, Okta and Ansible's settings
    :param no_log: the registered result is then not written, for it holds what was asked for
    """
    result, log = folder / "result.json", folder / "log"
    task = {
        f"qbusiness.federation.{module}": dict(options),
        "register": "done",
        "ignore_errors": True,
        "no_log": no_log,
    }
    kept = "{{ done | dict2items | rejectattr('key', 'in', hidden) | items2dict | to_json }}"
    tasks = [
        task,
        {
            "ansible.builtin.copy": {"content": kept, "dest": str(result), "mode": "0600"},
            "check_mode": False,
            "vars": {"hidden": ["id_token", "saml_response"] if no_log else []},
        },
        {"ansible.builtin.fail": {"msg": "it failed"}, "when": "done is failed"},
    ]
    playbook = folder / "play.json"
    plays = [{"hosts": "localhost", "gather_facts": False, "connection": "local", "tasks": tasks}]
    playbook.write_text(json.dumps(plays))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OKTA_", "ANSIBLE_"))}
    env |= {
        **environment,
        "ANSIBLE_LOG_PATH": str(log),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_NOCOLOR": "1",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "-i", "localhost,", "-e", f"ansible_python_interpreter={sys.executable}", "-vvvv"]
    done = subprocess.run([*command, *arguments, str(playbook)], env=env, capture_output=True, text=True, check=False)
    # What was asked for in the playbook itself is no leak of the run's.
    files = [path for path in folder.rglob("*") if path.is_file() and path != playbook]
    written = done.stdout + done.stderr + "".join(path.read_text(errors="replace") for path in files)
    assert result.exists(), written
    return done.returncode, json.loads(result.read_text()), written


def leaked(canaries: list[str], written: str) -> list[int]:
    """The numbers of the canaries that were found, plain or as a URL would carry them."""
    return [number for number, text in enumerate(canaries) if text in written or quote_plus(text) in written]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role and the callback plugin ``sandbox``: a run under test never leaves the machine, cloud or no cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from qbusiness_sandbox.parent import alive

BIN = Path(sys.executable).parent
SEE = [
    {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{"ansible.builtin.debug": {"msg": "through {{ lookup('env', 'HTTPS_PROXY') }} end"}}],
    }
]


def run(folder: Path, plays: object, export: str | None) -> str:
    """The output of a playbook, with somebody's real AWS account in the environment."""
    file = folder / "playbook.yml"
    file.write_text(json.dumps(plays), encoding="utf-8")
    environment = {
        **{key: value for key, value in os.environ.items() if key.lower() != "https_proxy"},
        "ANSIBLE_CALLBACKS_ENABLED": "qbusiness.federation.sandbox",
    }
    environment.pop("QBUSINESS_SANDBOX_EXPORT", None)
    if export is not None:
        environment["QBUSINESS_SANDBOX_EXPORT"] = export
    command = [str(BIN / "ansible-playbook"), str(file)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=True)
    return done.stdout


@pytest.mark.parametrize("export", [None, "", "not-there.json", "wrong.json"])
def test_without_a_cloud_nothing_is_reached(tmp_path: Path, export: str | None) -> None:
    (tmp_path / "wrong.json").write_text("[]", encoding="utf-8")
    assert "through http://127.0.0.1:9 end" in run(tmp_path, SEE, export)


def test_the_role_starts_once_and_ends_what_it_started(tmp_path: Path) -> None:
    export = tmp_path / "cloud.json"

    def role(state: str) -> str:
        roles = [{"role": "qbusiness.federation.sandbox", "sandbox_state": state, "sandbox_export": str(export)}]
        return run(tmp_path, [{"hosts": "localhost", "gather_facts": False, "roles": roles}], str(export))

    try:
        assert "changed=1" in role("present")
        cloud = json.loads(export.read_text(encoding="utf-8"))
        assert export.stat().st_mode & 0o777 == 0o600
        assert f"through {cloud['HTTPS_PROXY']} end" in run(tmp_path, SEE, str(export))
        assert "changed=0" in role("present")
        assert json.loads(export.read_text(encoding="utf-8")) == cloud
    finally:
        ended = role("absent")
    assert "changed=1" in ended
    assert not export.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(cloud["QBUSINESS_SANDBOX_CONTROL"] + "/health", timeout=30)
    assert not alive(int(cloud["QBUSINESS_SANDBOX_PID"]))
    assert "changed=0" in role("absent")

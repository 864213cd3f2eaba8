# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks by ansible-runner, each in a process with a home, a temporary folder and a working folder of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qbusiness_sandbox.testing import Process

import playbooks


@dataclass(frozen=True)
class Worker:
    """One process. ``folder``: the private data folder, which holds the artefacts afterwards."""

    folder: Path
    temporary: Path
    process: subprocess.Popen[str]

    def finish(self) -> tuple[int, str]:
        """The return code and the output. What is left in the temporary folder is then in ``folder / "tmp"``."""
        output, _unused = self.process.communicate(timeout=1500)
        shutil.move(self.temporary, self.folder / "tmp")
        return self.process.returncode, output


def start(
    cloud: Process,
    folder: Path,
    playbook: str,
    hosts: Path,
    *arguments: str,
    password: str = "",
    environment: Mapping[str, str] | None = None,
) -> Worker:
    """Start ansible-runner with a project that imports a playbook of the collection, as a job template has.

    :param hosts: the inventory file
    :param arguments: for ansible-playbook
    :param password: the test user's
    """
    for name in ("project", "home", "inventory"):
        (folder / name).mkdir(parents=True)
    # Short: Ansible has a socket in it, whose path may have 107 characters.
    temporary = Path(tempfile.mkdtemp(prefix="r-", dir="/tmp"))
    (folder / "project" / "run.yml").write_text(
        f"- name: Run it\n  ansible.builtin.import_playbook: qbusiness.federation.{playbook}\n", encoding="utf-8"
    )
    (folder / "inventory" / hosts.name).write_text(hosts.read_text(encoding="utf-8"), encoding="utf-8")
    variables = playbooks.environment(cloud, password)
    variables.pop("ANSIBLE_STDOUT_CALLBACK")
    variables |= {
        "HOME": str(folder / "home"),
        "TMPDIR": str(temporary),
        "ANSIBLE_HOME": str(folder / "home" / ".ansible"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **(environment or {}),
    }
    program = str(Path(sys.executable).with_name("ansible-runner"))
    command = [program, "run", str(folder), "-p", "run.yml", "--omit-env-files"]
    if arguments:
        command.append(f"--cmdline={shlex.join(arguments)}")
    process = subprocess.Popen(
        command, env=variables, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return Worker(folder, temporary, process)

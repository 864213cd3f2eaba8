# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments with programs of others, for what cannot live beside the collection's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import playbooks

UV = playbooks.ROOT / ".uv" / "bin" / "uv"
PLACE = playbooks.ROOT / ".build" / "witness"


def environment(name: str, *packages: str) -> Path:
    """The folder of a virtual environment with these packages of PyPI; made once."""
    folder = PLACE / name
    if not (folder / "made").exists():
        subprocess.run([str(UV), "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
        command = [str(UV), "pip", "install", "-q", "--python", str(folder / "bin/python"), *packages]
        subprocess.run(command, check=True)
        (folder / "made").touch()
    return folder

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python environments beside the development one, made by uv from named requirements and kept below ``.build``."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".uv" / "bin" / "uv"
LOCK = ROOT / "requirements" / "dev.txt"


class Missing(Exception):
    """There is no such interpreter on this machine."""


def interpreter(version: str) -> str:
    """The path of a Python, by its version. Raises :class:`Missing`."""
    found = subprocess.run([str(ROOT / "tools" / "find-python"), version], capture_output=True, text=True, check=False)
    if found.returncode:
        raise Missing(f"no Python {version}")
    return found.stdout.strip()


def uv(*arguments: str) -> None:
    """Run uv, quietly. Raises ``subprocess.CalledProcessError``."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    subprocess.run([str(UV), *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=True)


def install(python: Path, requirements: Sequence[str], *, locked: bool) -> None:
    """Install into an environment. ``locked``: at the versions that the development environment has."""
    limits = ["--constraint", str(LOCK)] if locked else []
    uv("pip", "install", "-q", "--python", str(python), *limits, *requirements)


def make(folder: Path, version: str, requirements: Sequence[str], *, locked: bool = False) -> Path:
    """Make an environment, unless it is there and made from the same. Answers its interpreter.

    Raises :class:`Missing`, ``subprocess.CalledProcessError``.
    """
    python = folder / "bin" / "python"
    note = folder / "made-from"
    base = interpreter(version)
    wanted = "\n".join([base, str(folder), *requirements, LOCK.read_text(encoding="utf-8") if locked else ""])
    if python.exists() and note.exists() and note.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    uv("venv", "-q", "--python", base, str(folder))
    install(python, requirements, locked=locked)
    note.write_text(wanted, encoding="utf-8")
    return python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that carries the environment to the processes that use the cloud."""

from __future__ import annotations

import json
import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path

from qbusiness_sandbox.launch import LaunchError

FORMATS = ("shell", "json", "env")
#: Variables that would lead clients past the cloud or spoil its credentials; a shell forgets them.
IN_THE_WAY = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL")


def render(variables: Mapping[str, str], form: str) -> str:
    """The text in one of :data:`FORMATS`: for ``source``, for a program, for ``--env-file`` or ``$GITHUB_ENV``."""
    if form == "json":
        return json.dumps(variables, indent=2) + "\n"
    if form == "env":
        return "".join(f"{name}={value}\n" for name, value in variables.items())
    lines = [f"unset {' '.join(IN_THE_WAY)}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join(lines) + "\n"


class ExportFile:
    """A file with mode 0600 that appears whole or not at all. ``keep``: leave it behind at the end."""

    def __init__(self, path: Path, keep: bool = False) -> None:
        self.path = path
        self._keep = keep
        self._written: tuple[int, int, int] | None = None

    def check(self) -> None:
        """Raise :class:`LaunchError` now if the file could not be written later."""
        if self.path.is_dir():
            raise LaunchError(f"the export file {self.path} cannot be written: it is a directory")
        self._make("").unlink()

    def write(self, text: str) -> None:
        new = self._make(text)
        try:
            new.replace(self.path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise LaunchError(f"the export file {self.path} cannot be written: {error.strerror}") from error
        self._written = self._identity()

    def _make(self, text: str) -> Path:
        new = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}")
        try:
            with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(text)
        except OSError as error:
            raise LaunchError(f"the export file {self.path} cannot be written: {error.strerror}") from error
        return new

    def _identity(self) -> tuple[int, int, int]:
        status = self.path.stat()
        return status.st_dev, status.st_ino, status.st_mtime_ns  # inodes are used again

    def remove(self) -> None:
        """Remove the file if it is still the one that was written here."""
        try:
            if not self._keep and self._written == self._identity():
                self.path.unlink()
        except OSError:
            pass

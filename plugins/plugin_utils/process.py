# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a process of its own gives a module, in a controller's process: silence, and a folder."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Nothing is logged by any library: Ansible hands its log file (``ANSIBLE_LOG_PATH``) to all of them, and their
    messages hold URLs, headers and bodies."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextlib.contextmanager
def apart(folder: str) -> Iterator[None]:
    """What is printed goes nowhere, as a module's does (Ansible shows what a worker prints as a warning); nothing is
    logged; relative paths start at ``folder``.

    :param folder: where the local connection would start a module
    """
    nowhere = io.StringIO()
    silence = contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere)
    with unlogged(), silence[0], silence[1], contextlib.chdir(folder):
        yield

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines for people, at normal verbosity, wherever a run is watched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible.constants import config
from ansible.utils.display import Display

#: Standard output belongs to these callbacks alone: what they print is read by programs.
MACHINES = ("json", "jsonl")


def tell(lines: Iterable[Any]) -> None:
    """Show lines at once; on standard error where a program reads standard output."""
    callback = str(config.get_config_value("DEFAULT_STDOUT_CALLBACK"))
    stderr = callback.rpartition(".")[2] in MACHINES
    for line in lines:
        Display().display(str(line), stderr=stderr)

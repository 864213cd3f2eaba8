# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that appends what the controller's process sees to the file of ``sitecustomize``: tasks and results."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: witness
type: aggregate
short_description: Notes tasks and results
description: Appends a line of JSON for each to the file that the variable WITNESS names.
"""


def _other(value: Any) -> Any:
    """What is no JSON, by its type."""
    if hasattr(value, "event"):  # Ansible's own warnings, deprecations and errors
        shown = {"message": value.event.msg, "help": value.event.help_text}
        for name in ("version", "date"):
            if hasattr(value, name):
                shown[name] = getattr(value, name)
        return {"type": type(value).__name__, **shown}
    return {"type": type(value).__name__, "value": repr(value)}


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "witness"
    CALLBACK_NEEDS_ENABLED = True

    def _note(self, event: str, **more: Any) -> None:
        with open(os.environ["WITNESS"], "a", encoding="utf-8") as file:  # noqa: PTH123 (as small as it goes)
            file.write(json.dumps({"event": event, "pid": os.getpid(), **more}, default=_other) + "\n")

    def _result(self, kind: str, result: Any) -> None:
        self._note(kind, task=result._task.get_name(), host=result._host.get_name(), result=result._result)

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._note("task", task=task.get_name())

    def v2_runner_on_ok(self, result: Any) -> None:
        self._result("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._result("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._result("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._result("skipped", result)

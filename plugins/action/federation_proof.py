# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..modules import federation_proof
from ..plugin_utils import shared
from ..plugin_utils.controller import Controller
from ..plugin_utils.proofs import ONCE, is_refused, lines, refusal


class ActionModule(Controller):
    module = federation_proof
    services = ("sts",)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        # The worker of this task may have begun before the result of the one before it was known.
        mark = shared.refused_user() if variables.get(ONCE) else None
        if mark is not None and mark.exists():
            return {"failed": True, "changed": False, "msg": refusal(mark.read_text(encoding="utf-8"))}
        result: dict[str, Any] = super().run(tmp, variables)
        if mark is not None and is_refused(result):
            mark.write_text(str(variables.get("inventory_hostname")), encoding="utf-8")
        return result

    def lines(self, host: str, result: Mapping[str, Any]) -> Iterable[str]:
        return lines(host, result.get("evidence") or {})

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..modules import federation_proof
from ..plugin_utils.controller import Controller
from ..plugin_utils.proofs import lines


class ActionModule(Controller):
    module = federation_proof
    services = ("sts",)

    def lines(self, host: str, result: Mapping[str, Any]) -> Iterable[str]:
        return lines(host, result.get("evidence") or {})

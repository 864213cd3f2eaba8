# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``federation_resolve`` found for a host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils.federation.names import new_name

#: How variables end that say whether a role is written.
MANAGE = "_role_manage"


def resolved(federation: Mapping[str, Any], host: str, variable: str, of: Any = "") -> Any:
    """Return what a variable that is not set stands for: the live object, or the name of a new one."""
    found = ((federation.get("hosts") or {}).get(host) or {}).get("variables") or {}
    if variable.endswith(MANAGE):
        return found.get(variable, True)
    return found[variable] if variable in found else new_name(variable, str(of or ""))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn the definitions of ``playbooks/vars/awx.yml`` into options of the modules of AWX. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils.federation.host_variables import is_set

#: How a definition begins an expression that AWX evaluates, and not Ansible. Source: infra.aap_configuration.
GAP, BEGIN = "{  {", "{" * 2


def awx_templates(value: Any) -> Any:
    """Return a value with the expressions that AWX evaluates: injectors, and variables of an inventory."""
    if isinstance(value, str):
        return value.replace(GAP, BEGIN)
    if isinstance(value, Mapping):
        return {str(key): awx_templates(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [awx_templates(item) for item in value]
    return value


def awx_inputs(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs of a credential that are set: AWX refuses an empty private key."""
    return {str(name): value for name, value in values.items() if is_set(value)}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's module class, naming all faults of a task's options at once. The one file here that knows Ansible."""

from __future__ import annotations

import typing as t
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .arguments import fault_text


class FederationModule(AnsibleModule):
    """An AnsibleModule that does not stop at the first fault."""

    def fail_json(self, msg: str, **kwargs: Any) -> t.NoReturn:
        # Set, and with errors, only while the options are being validated.
        result = getattr(self, "validation_result", None)
        if result is not None and result.error_messages:
            msg = fault_text(result.errors, str(self._name))
        super().fail_json(msg=msg, **kwargs)

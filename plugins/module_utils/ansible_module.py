# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's module class, naming all faults of a task's options at once. The one file here that knows Ansible."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from .credential_form import without_shapes


class _InvalidOptions(Exception):
    """Ends the making of a module whose options Ansible's validation has found faults in."""


class FederationModule(AnsibleModule):
    """An AnsibleModule that does not stop at the first fault: the host tells them all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        #: What Ansible's own validation of the options found.
        self.option_errors: Sequence[Any] = ()
        #: What is wrong with the form of options that hold a secret.
        self.secret_faults: Sequence[str] = ()
        try:
            super().__init__(*args, **kwargs)
        except _InvalidOptions:
            self.option_errors = tuple(self.validation_result.errors)

    def _load_params(self) -> None:
        """Read the options; what is no text in the place of a secret one is kept from Ansible, which would make one."""
        super()._load_params()
        self.params, self.secret_faults = without_shapes(self.argument_spec, self.params)

    def warn(self, warning: str, **kwargs: Any) -> None:
        # Ansible takes the values of no_log options out of everything but warnings.
        super().warn(remove_values(warning, self.no_log_values), **kwargs)

    def fail_json(self, msg: str, **kwargs: Any) -> t.NoReturn:
        # Set, and with errors, only while the options are being validated.
        result = getattr(self, "validation_result", None)
        if result is not None and result.error_messages and not self.option_errors:
            raise _InvalidOptions
        super().fail_json(msg=msg, **kwargs)

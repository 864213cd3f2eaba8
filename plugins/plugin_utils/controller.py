# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller as a host: a module's function in the worker of its task, where that comes to the same.

A task costs what its service calls cost, and not the start of an interpreter and the imports. Where the task would run
under other circumstances than the controller's own (see :meth:`Controller.reason_to_hand_over`), the ordinary module
does it.
"""

from __future__ import annotations

import json
import logging
import sys
import typing as t
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.warnings import deprecate, warn
from ansible.plugins.action import ActionBase

from ..module_utils import boto_clients
from ..module_utils.arguments import fault_text
from ..module_utils.aws import HAS_BOTOCORE
from ..module_utils.host import CONNECTION, Context, outcome
from ..module_utils.okta.transport import HAS_REQUESTS
from . import shared

if t.TYPE_CHECKING:
    from types import ModuleType

#: Their messages hold URLs and headers, and ``ANSIBLE_LOG_PATH`` takes up what is logged at INFO.
TALKATIVE = ("boto3", "botocore", "urllib3", "requests")
#: Arguments of AnsibleModule that the validator of the argument spec does not know.
HOST_ONLY = frozenset({"supports_check_mode", "no_log", "bypass_checks", "add_file_common_args"})
#: A variable of the task that makes the ordinary module run everywhere: C(auto) or C(module).
EXECUTION = "qbusiness_execution"

for _name in TALKATIVE:
    if logging.getLogger(_name).level == logging.NOTSET:
        logging.getLogger(_name).setLevel(logging.WARNING)
try:
    # Once, in the process that forks the workers: they inherit the service models.
    boto_clients.warm()
except Exception as error:  # a broken configuration is the task's to report
    logging.getLogger(__name__).debug("not warmed up: %s", type(error).__name__)


def plain(value: Any) -> Any:
    """A value as a module would be handed it: JSON types without Ansible's tags, vaulted texts in clear."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return str(value)


class Controller(ActionBase):
    """Runs the function of :attr:`module`."""

    #: The module, imported: ``ARGUMENTS`` and ``function`` are used of it.
    module: ModuleType

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        if self.reason_to_hand_over(variables):
            return self._as_module(result, variables)
        result.update(self._here())
        return result

    def _as_module(self, result: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """What Ansible itself does for a module without an action plugin (``ansible.plugins.action.normal``)."""
        wrap_async = bool(self._task.async_val)
        result.update(self._execute_module(task_vars=variables, wrap_async=wrap_async))
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)  # noqa: SLF001 (as Ansible's own actions do)
        return result

    # -- where ------------------------------------------------------------------------------------------------------

    def reason_to_hand_over(self, variables: Mapping[str, Any]) -> str:
        """Why the ordinary module has to do it; ``""`` when it comes to the same here."""
        reasons = {
            "the variable qbusiness_execution says so": self._templated(variables.get(EXECUTION, "auto")) == "module",
            "the connection is not local": self._connection.transport != "local",
            # The task's own become says nothing of one that the play or the command line brings.
            "become": bool(self._play_context.become or self._connection.become),
            "async": bool(self._task.async_val),
            "an environment of the task": any(self._task.environment or ()),
            "another interpreter than the controller's": not self._own_interpreter(variables),
            "a library is not there": not (HAS_BOTOCORE and HAS_REQUESTS),
            "macOS, where forks and TLS do not go together": sys.platform == "darwin",
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _own_interpreter(self, variables: Mapping[str, Any]) -> bool:
        """Whether the host's interpreter is this one. Links are not resolved: a virtual environment's interpreter is a
        link to the one that it was made with."""
        if self._task.delegate_to:
            delegated = variables.get("ansible_delegated_vars") or {}
            variables = delegated.get(self._task.delegate_to) or variables
        return self._templated(variables.get("ansible_python_interpreter")) == sys.executable

    def _templated(self, value: Any) -> str:
        return str(self._templar.template(value) or "")

    # -- what -------------------------------------------------------------------------------------------------------

    def _here(self) -> dict[str, Any]:
        arguments = dict(self.module.ARGUMENTS)
        spec = arguments.pop("argument_spec")
        validator = ArgumentSpecValidator(
            spec, **{name: value for name, value in arguments.items() if name not in HOST_ONLY}
        )
        validated = validator.validate(plain(self._task.args))
        hidden: set[str] = set(validated._no_log_values)  # noqa: SLF001 (has no public name)
        self._tell(validated, hidden)
        parameters = dict(validated.validated_parameters)
        if validated.error_messages:
            answer = {"failed": True, "msg": fault_text(validated.errors, self._task.action)}
        else:
            answer = self._perform(parameters, hidden)
        answer.setdefault("changed", False)
        answer["invocation"] = {"module_args": parameters}
        return _clean(answer, hidden)

    def _perform(self, parameters: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
        context = Context(
            parameters=parameters,
            check_mode=bool(self._task.check_mode),
            aws=shared.aws({key: value for key, value in parameters.items() if key in CONNECTION}),
            connect_okta=lambda: shared.okta(parameters),
        )
        try:
            answer = outcome(self.module.function, context)
        except SystemExit as error:  # an exit here would end the run of every host
            answer = {"failed": True, "msg": f"Unexpected exit ({error.code}). This is a defect; please report it."}
        hidden.update(context.secrets)
        for text in context.warnings:
            warn(_clean(text, hidden))
        return answer

    @staticmethod
    def _tell(validated: Any, hidden: set[str]) -> None:
        """Deprecations and doubled options, as a module shows them."""
        for item in validated._deprecations:  # noqa: SLF001 (has no public name)
            deprecate(
                _clean(item["msg"], hidden),
                version=item.get("version"),
                date=item.get("date"),
                collection_name=item.get("collection_name"),
            )
        for item in validated._warnings:  # noqa: SLF001 (has no public name)
            warn(f"Both option {item['option']} and its alias {item['alias']} are set.")


def _clean(value: Any, hidden: set[str]) -> Any:
    """JSON types only, and no secret: what a module's way through standard output and its ``no_log`` values come to.

    Booleans and nulls at the top stay, whatever secret they look like, as they do in a module.
    """
    if isinstance(value, Mapping):
        kept = {key: item for key, item in value.items() if item is None or isinstance(item, bool)}
        cleaned = remove_values(json.loads(json.dumps(dict(value), default=plain)), hidden)
        return {**cleaned, **kept}
    return remove_values(value, hidden)

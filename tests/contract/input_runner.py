# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options given to a module, as both hosts do it, and what came of them: refused, or what was sent.

The witness is not the module: the requests that the embedded service has seen, and whether it took them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import fault_text
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws, SilentAws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError, InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, execute
from ansible_collections.qbusiness.federation.plugins.module_utils.option_faults import further_faults, well_formed
from qbusiness_world import World

#: Arguments of a module that are not for the validator of the argument spec.
HOST_ONLY = ("supports_check_mode", "bypass_checks", "no_log", "add_file_common_args")


@dataclass
class Outcome:
    """What came of a task. ``sent``: the service's inputs of the writes, by operation."""

    #: Who refused: ``argument spec``, ``input check``, ``""`` when the task went through, else the error.
    by: str
    faults: list[str] = field(default_factory=list)
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    requests: int = 0

    @property
    def refused(self) -> bool:
        """Refused by the collection, before any write."""
        return self.by in ("argument spec", "input check") and not self.sent


class Runner:
    """Runs modules against the world's service, one task at a time."""

    def __init__(self, world: World, client: Any) -> None:
        """:param client: a boto3 client of the world's service"""
        self.world = world
        self.client = client
        self._sent: list[tuple[str, dict[str, Any]]] = []
        self._requests = 0
        client.meta.events.register("provide-client-params.qbusiness.*", self._see)
        client.meta.events.register("before-send.qbusiness.*", self._count)

    def _see(self, params: dict[str, Any], model: Any, **_more: Any) -> None:
        if model.http.get("method") != "GET":
            self._sent.append((model.name, copy.deepcopy(params)))

    def _count(self, **_more: Any) -> None:
        self._requests += 1

    def run(self, module: ModuleType, options: Mapping[str, Any]) -> Outcome:
        """Run a task; the world is as before afterwards."""
        self._sent, self._requests = [], 0
        arguments = {key: value for key, value in module.ARGUMENTS.items() if key not in HOST_ONLY}
        result = ArgumentSpecValidator(**arguments).validate(dict(copy.deepcopy(options)))
        if result.error_messages:
            silent = SilentAws({}, lambda _service: self.client)
            parameters = well_formed(arguments["argument_spec"], result.validated_parameters)
            more = further_faults(module.function, Context(parameters, check_mode=True, aws=silent))
            return Outcome("argument spec", fault_text(result.errors, "task", more).split("\n"))
        aws = Aws({}, lambda _service: self.client)
        context = Context(parameters=result.validated_parameters, check_mode=False, aws=aws)
        outcome = Outcome("")
        try:
            execute(module.function, context)
        except InputError as error:
            outcome = Outcome("input check", error.faults)
        except FederationError as error:
            outcome = Outcome(type(error).__name__, [error.message])
        outcome.sent, outcome.requests = self._sent, self._requests
        if self._sent:
            self.world.restore()
        return outcome

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller as a host: a module's function in the worker of its task, where that comes to the same.

A task costs what its service calls cost, and not the start of an interpreter and the imports. Where the task would run
under other circumstances than the controller's own (see :meth:`Controller.reason_to_hand_over`), the ordinary module
does it.
"""

from __future__ import annotations

import gc
import json
import sys
import typing as t
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.constants import config
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.warnings import deprecate, warn
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import filter_loader

from ..module_utils import boto_clients
from ..module_utils.arguments import fault_text
from ..module_utils.aws import HAS_BOTOCORE, SilentAws
from ..module_utils.cleaning import cleaned
from ..module_utils.credential_form import misplaced, text_faults, without_shapes
from ..module_utils.host import CONNECTION, Context, Function, outcome
from ..module_utils.okta.transport import HAS_REQUESTS
from ..module_utils.option_faults import further_faults, well_formed
from ..module_utils.waiting import shown_by
from . import shared
from .process import apart, unlogged
from .telling import tell

if t.TYPE_CHECKING:
    from types import ModuleType

#: Arguments of AnsibleModule that the validator of the argument spec does not know.
HOST_ONLY = frozenset({"supports_check_mode", "no_log", "bypass_checks", "add_file_common_args"})
#: A variable of the task that makes the ordinary module run everywhere.
EXECUTION = "qbusiness_execution"
WAYS = ("auto", "module")
#: Variables that say the region of a task that names none, the first that is set.
REGIONS = ("federation_region", "qbusiness_region")
#: The option of modules that bring an object to a state.
STATE = "state"
#: How Ansible writes a module's arguments and answer, unless the module wants it otherwise.
PROFILE = "legacy"


def _prepare(services: Iterable[str]) -> None:
    """In the process that forks the workers: what each of them would do anew, they inherit."""
    try:
        with unlogged():
            boto_clients.warm(services)
            # Ansible's own filters: the first that a worker uses loads all of them, in each worker.
            filter_loader.get("ansible.builtin.regex_replace")
    except Exception:  # noqa: S110 - a broken configuration is the task's to report
        pass
    # What is here by now stays: a worker that looked through it for garbage would copy all its memory.
    gc.freeze()


_prepare(boto_clients.COMMON)


def passed(value: Any, direction: Direction) -> Any:
    """A value after the way between Ansible and a module: JSON types, without Ansible's tags, vaulted texts in clear.

    :raises TypeError: the value is not for JSON
    """
    text = json.dumps(value, cls=get_module_encoder(PROFILE, direction))
    return json.loads(text, cls=get_module_decoder(PROFILE, direction))


class Controller(ActionBase):
    """Runs the function of :attr:`module`."""

    #: The module, imported: ``ARGUMENTS`` and ``function`` are used of it.
    module: ModuleType
    #: Services of AWS that it always asks, beside the common ones.
    services: tuple[str, ...] = ()
    #: Whether a module without a state is answered by what the run has read.
    answered = False

    _supports_check_mode = True
    _supports_async = True

    def __init_subclass__(cls) -> None:
        # A plugin is loaded before the worker of its first task is forked.
        super().__init_subclass__()
        if cls.services:
            _prepare(cls.services)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        arguments = self.arguments(variables)
        if self.reason_to_hand_over(variables):
            return self._noted(arguments, self._as_module(arguments, result, variables), variables)
        if self._task.until or self._task.retries is not None:
            shared.ask_anew()  # another try asks what is there by then
        result.update(self._here(arguments, variables))
        return self._noted(arguments, result, variables)

    def _noted(
        self, arguments: Mapping[str, Any], result: dict[str, Any], variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Note in the journal of the run what the task did, and show what a person should see of it."""
        host, journal = str(variables.get("inventory_hostname")), shared.journal()
        tell(self.lines(host, result))
        journal.write(host, self._task.action, arguments, result)
        if journal.exists and self._task.check_mode and self._task.diff:
            # A plan is shown by object first; the summary at the end of the run shows what differs in each.
            result.pop("diff", None)
        return result

    def lines(self, host: str, result: Mapping[str, Any]) -> Iterable[str]:
        """Return what is shown of a result at normal verbosity, besides what Ansible shows."""
        return ()

    def arguments(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the task's arguments; the region is the host's where the task names none."""
        arguments = dict(self._task.args)
        if "region" in self.module.ARGUMENTS["argument_spec"] and not arguments.get("region"):
            named = (self._templated(variables[name]) for name in REGIONS if name in variables)
            region = next(filter(None, named), "")
            if region:
                arguments["region"] = region
        return arguments

    def _as_module(
        self, arguments: dict[str, Any], result: dict[str, Any], variables: dict[str, Any]
    ) -> dict[str, Any]:
        """What Ansible itself does for a module without an action plugin (``ansible.plugins.action.normal``)."""
        wrap_async = bool(self._task.async_val)
        result.update(self._execute_module(module_args=arguments, task_vars=variables, wrap_async=wrap_async))
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)  # noqa: SLF001 (as Ansible's own actions do)
        return result

    # -- where ------------------------------------------------------------------------------------------------------

    def reason_to_hand_over(self, variables: Mapping[str, Any]) -> str:
        """Why the ordinary module has to do it; ``""`` when it comes to the same here."""
        return next((reason for reason, holds in self._reasons(variables) if holds), "")

    def _reasons(self, variables: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
        way = self._templated(variables.get(EXECUTION, WAYS[0]))
        if way not in WAYS:
            raise AnsibleActionFail(f"{EXECUTION}: {way} is none of {', '.join(WAYS)}")
        yield "the variable qbusiness_execution says so", way == "module"
        yield "the connection is not local", self._connection.transport != "local"
        # The task's own become says nothing of one that the play or the command line brings.
        yield "become", bool(self._play_context.become or self._connection.become)
        yield "async", bool(self._task.async_val)
        yield "an environment of the task", self._has_environment()
        yield "another interpreter than the controller's", not self._own_interpreter(variables)
        yield "a library is not there", not (HAS_BOTOCORE and HAS_REQUESTS)
        yield "macOS, where forks and TLS do not go together", sys.platform == "darwin"

    def _has_environment(self) -> bool:
        """Whether anything is left of the environments of task, blocks, role and play once they are templated."""
        found: dict[str, Any] = {}
        self._compute_environment_string(found)
        return bool(found)

    def _own_interpreter(self, variables: Mapping[str, Any]) -> bool:
        """Whether the host's interpreter is this one. Links are not resolved: a virtual environment's interpreter is a
        link to the one that it was made with. One that Ansible would have to look for is another."""
        if self._task.delegate_to:
            variables = (variables.get("ansible_delegated_vars") or {}).get(self._task.delegate_to) or {}
        named = config.get_config_value("INTERPRETER_PYTHON", variables=variables)
        return self._templated(named).strip() == sys.executable

    def _templated(self, value: Any) -> str:
        return str(self._templar.template(value) or "")

    # -- what -------------------------------------------------------------------------------------------------------

    def _here(self, given: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
        arguments = dict(self.module.ARGUMENTS)
        spec = arguments.pop("argument_spec")
        validator = ArgumentSpecValidator(
            spec, **{name: value for name, value in arguments.items() if name not in HOST_ONLY}
        )
        given, faults = without_shapes(spec, passed(given, Direction.CONTROLLER_TO_MODULE))
        validated = validator.validate(given)
        hidden: set[str] = set(validated._no_log_values)  # noqa: SLF001 (has no public name)
        self._tell(validated, hidden)
        parameters = dict(validated.validated_parameters)
        hidden.update(misplaced(parameters))
        faults += text_faults(spec, parameters)
        if validated.error_messages or faults:
            connection = {key: value for key, value in parameters.items() if key in CONNECTION}
            silent = SilentAws(connection, lambda name: shared.aws(connection).client(name))
            with apart(self._loader.get_basedir()):
                more = further_faults(self.module.function, Context(well_formed(spec, parameters), True, silent))
            text = fault_text(validated.errors, self._task.action, [*faults, *more])
            answer = {"failed": True, "msg": cleaned(text, hidden)}
        else:
            answer = self._perform(self.function_of(variables), parameters, hidden)
        answer.setdefault("changed", False)
        if _shows_invocation(variables):
            answer["invocation"] = {"module_args": parameters}
        return _clean(answer, hidden)

    def function_of(self, variables: Mapping[str, Any]) -> Function:
        """Return what runs: the module's own function, where the task's variables are of no interest."""
        return t.cast("Function", self.module.function)

    def _perform(self, function: Function, parameters: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
        checks = bool(self._task.check_mode)
        if STATE not in parameters and not self.answered:
            shared.ask_anew()  # what reads for a person, or signs in, wants to know what is so by now
        # What the run has read already may say that there is nothing to do.
        first = checks or (STATE in parameters and shared.answered())
        context = self._context(parameters, hidden, check_mode=first)
        try:
            with apart(self._loader.get_basedir()), shown_by(_shown):
                answer = outcome(function, context)
                if context.check_mode and not checks and (answer.get("failed") or answer.get("changed")):
                    # Something is to be written: that is decided by what the services say now.
                    shared.ask_anew()
                    hidden.update(context.secrets)
                    context = self._context(parameters, hidden, check_mode=False)
                    answer = outcome(function, context)
        except BaseException:  # the task's time is over: what was under way on a connection is not known
            shared.forget()
            raise
        hidden.update(context.secrets)
        for text in context.warnings:
            warn(remove_values(text, hidden))
        return answer

    @staticmethod
    def _context(parameters: Mapping[str, Any], hidden: set[str], *, check_mode: bool) -> Context:
        return Context(
            parameters=parameters,
            check_mode=check_mode,
            aws=shared.aws({key: value for key, value in parameters.items() if key in CONNECTION}),
            connect_okta=shared.okta,
            progress=_shown,
            secrets=set(hidden),
        )

    @staticmethod
    def _tell(validated: Any, hidden: set[str]) -> None:
        """Deprecations and doubled options, as a module shows them."""
        for item in validated._deprecations:  # noqa: SLF001 (has no public name)
            deprecate(
                remove_values(item["msg"], hidden),
                version=item.get("version"),
                date=item.get("date"),
                collection_name=item.get("collection_name"),
            )
        for item in validated._warnings:  # noqa: SLF001 (has no public name)
            warn(f"Both option {item['option']} and its alias {item['alias']} are set.")


def _shown(text: str) -> None:
    """Show what a task waits for at once, at normal verbosity."""
    tell([text])


def _shows_invocation(variables: Mapping[str, Any]) -> bool:
    """Whether results hold the options: ansible-core 2.21 asks its configuration, earlier ones always show them."""
    if not config.get_configuration_definition("INJECT_INVOCATION"):
        return True
    return bool(config.get_config_value("INJECT_INVOCATION", variables=variables))


def _clean(answer: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    """JSON types only, and no secret: what a module's ``no_log`` values and its way through standard output come to.

    Booleans and nulls at the top stay, whatever secret they look like, as they do in a module.
    """
    kept = {key: item for key, item in answer.items() if item is None or isinstance(item, bool)}
    cleaned: dict[str, Any] = passed({**remove_values(dict(answer), hidden), **kept}, Direction.MODULE_TO_CONTROLLER)
    return cleaned

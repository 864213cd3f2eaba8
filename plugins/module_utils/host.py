# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host does around one of the collection's functions: context in, answer or failure out.

The module host is :func:`run`. It is handed its AnsibleModule and imports nothing of Ansible, so that a second host
(in the controller) can do the same with what it has.
"""

from __future__ import annotations

import traceback
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from .arguments import fault_text
from .aws import Aws, SilentAws
from .cleaning import cleaned, cleaned_tree
from .credential_form import misplaced, of_proxies, text_faults
from .errors import FederationError, InputError, InUseError
from .option_faults import further_faults, well_formed
from .placeholder import holding

if t.TYPE_CHECKING:
    from .okta.session import OktaSession

#: Options whose values say how to connect, not what is wanted.
CONNECTION = frozenset(
    {
        "access_key",
        "secret_key",
        "session_token",
        "profile",
        "region",
        "endpoint_url",
        "validate_certs",
        "aws_ca_bundle",
        "aws_config",
        "debug_botocore_endpoint_logs",
    }
)


@dataclass
class Context:
    """What a function of the collection is given, whichever host runs it."""

    parameters: Mapping[str, Any]
    check_mode: bool
    aws: Aws
    #: Makes a session with an Okta org from the connection options; for hosts that share sessions.
    connect_okta: Callable[[Mapping[str, Any]], OktaSession] | None = None
    warnings: list[str] = field(default_factory=list)
    #: Values learnt on the way that no output may hold.
    secrets: set[str] = field(default_factory=set)
    #: Shows a text at once, where the host can.
    progress: Callable[[str], None] | None = None
    _okta: OktaSession | None = None

    @property
    def okta(self) -> OktaSession:
        """The session with the Okta org; one for the task."""
        return self.okta_by(self.parameters)

    def okta_by(self, parameters: Mapping[str, Any]) -> OktaSession:
        """The task's session, made with these connection options where there is none yet."""
        if self._okta is None:
            if self.connect_okta is None:
                from .okta.session import connect

                self.connect_okta = connect
            self._okta = self.connect_okta(parameters)
            self._okta.tell = self.tell
        return self._okta

    def hidden(self) -> set[str]:
        """What no output may hold, as far as it is known by now: the secrets of the task, and those that connect."""
        session = self._okta.secrets if self._okta is not None else set()
        return self.secrets | self.aws.secrets | session | of_proxies() | misplaced(self.parameters)

    def warn(self, text: str) -> None:
        if text not in self.warnings:  # a plan that was made anew says the same again
            self.warnings.append(text)

    def tell(self, text: str) -> None:
        """What keeps the task waiting: at once, where that can be shown, and with the warnings."""
        if self.progress:
            self.progress(cleaned(text, self.hidden()))
        self.warn(text)

    def refuse_in_use(self, text: str, used_by: Sequence[str]) -> None:
        """Stop before something that others use; in check mode they may be gone by then.

        :raises InUseError: outside check mode
        """
        if not self.check_mode:
            raise InUseError(text, used_by=list(used_by))
        self.warn(f"Outside check mode this fails unless they are gone by then: {text}")

    def options(self, names: Iterable[str]) -> dict[str, Any]:
        """These options with what was given for them."""
        return {name: self.parameters.get(name) for name in names}


Function = Callable[[Context], Mapping[str, Any]]


class ModuleLike(t.Protocol):
    """What is used of an AnsibleModule."""

    params: dict[str, Any]
    argument_spec: Mapping[str, Any]
    check_mode: bool
    no_log_values: set[str]
    #: What Ansible's own validation of the options found.
    option_errors: Sequence[Any]
    #: What is wrong with the form of options that hold a secret.
    secret_faults: Sequence[str]

    @property
    def _name(self) -> str: ...

    def exit_json(self, **kwargs: Any) -> t.NoReturn: ...
    def fail_json(self, msg: str, **kwargs: Any) -> t.NoReturn: ...
    def warn(self, warning: str) -> None: ...


def refuse_placeholders(parameters: Mapping[str, Any], check_mode: bool) -> None:
    """A placeholder of check mode is no value for a real run.

    :raises InputError: naming every option that holds one
    """
    if not check_mode:
        paths = holding(parameters)
        if paths:
            raise InputError(
                [f"{path}: holds a placeholder that check mode made; run the task that makes it" for path in paths]
            )


def execute(function: Function, context: Context) -> dict[str, Any]:
    """Run a function in a context: the same for both hosts.

    :raises FederationError: whatever went wrong, in words fit for a person
    """
    refuse_placeholders(
        {key: value for key, value in context.parameters.items() if key not in CONNECTION}, context.check_mode
    )
    return dict(function(context))


def outcome(function: Function, context: Context) -> dict[str, Any]:
    """The answer, or ``{"failed": True, "msg": …}`` with what is known of the failure: the same on every host.

    A failure and the warnings hold no secret, in whatever spelling a library wrote it. Of an answer the secrets in
    ``context.secrets``, which then are all that are known, are taken out by what shows it.
    """
    try:
        answer = execute(function, context)
        _demand_plain(answer)
    except FederationError as error:
        answer = {**error.facts, "failed": True, "msg": error.message}
    except (Exception, SystemExit) as error:  # the one catch-all: nothing escapes with a secret, or ends a run
        place = traceback.extract_tb(error.__traceback__)[-1]
        text = (
            f"Unexpected {type(error).__name__}: {error} (at {place.name}, line {place.lineno}). This is a defect; "
            "please report it."
        )
        answer = {"failed": True, "msg": text}
    context.secrets.update(context.hidden())
    context.warnings[:] = [cleaned(text, context.secrets) for text in context.warnings]
    return cleaned_tree(answer, context.secrets) if answer.get("failed") else answer


def _demand_plain(value: Any) -> None:
    """What Ansible can write as JSON.

    :raises TypeError: naming the type of what is nothing of the kind; not its value, which may be secret
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            _demand_plain(key)
            _demand_plain(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            _demand_plain(item)
    elif value is not None and not isinstance(value, (str, bytes, bool, int, float, date, time)):
        raise TypeError(f"an answer holds a {type(value).__name__}")


def run(module: ModuleLike, function: Function) -> t.NoReturn:
    """The module host: one function, one exit."""
    module.no_log_values.update(misplaced(module.params))
    faults = [*module.secret_faults, *text_faults(module.argument_spec, module.params)]
    if module.option_errors or faults:
        connection = {key: value for key, value in module.params.items() if key in CONNECTION}
        parameters = well_formed(module.argument_spec, module.params)
        more = further_faults(function, Context(parameters, check_mode=True, aws=SilentAws(connection)))
        text = fault_text(module.option_errors, module._name, [*faults, *more])  # noqa: SLF001 (Ansible's own)
        module.fail_json(msg=cleaned(text, module.no_log_values))
    context = Context(
        parameters=module.params,
        check_mode=module.check_mode,
        aws=Aws({key: value for key, value in module.params.items() if key in CONNECTION}),
    )
    context.secrets.update(module.no_log_values)
    answer = outcome(function, context)
    module.no_log_values.update(context.secrets)
    for text in context.warnings:
        module.warn(text)
    if answer.pop("failed", False):
        module.fail_json(msg=answer.pop("msg"), **answer)
    module.exit_json(**answer)

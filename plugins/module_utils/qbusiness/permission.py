# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements of an application's resource policy, each by its id; those of others are kept.

Source: API_AssociatePermission, API_GetPolicy; AWS's own handler (``PolicyParser.java``): a statement's ``Sid`` is the
statement id, ``Action`` is a text or a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import model
from ..aws import Aws
from ..compare import same_unordered
from ..errors import ServiceError
from ..host import Context
from ..resource import Call, State
from .part import Part, converge_part
from .table import SERVICE

OPERATOR = "StringEquals"
#: What IAM shows in the place of a role that was removed.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
_REMOVED_ROLE = re.compile(r"AROA[A-Z0-9]+")

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "statement_id": {"type": "str", "required": True},
    "principal": {"type": "str"},
    "actions": {"type": "list", "elements": "str"},
    "conditions": {
        "type": "list",
        "elements": "dict",
        "options": {
            "condition_operator": {"type": "str", "choices": [OPERATOR], "default": OPERATOR},
            "condition_key": {"type": "str", "required": True, "no_log": False},
            "condition_values": {"type": "list", "elements": "str", "required": True},
        },
    },
}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def read_statements(aws: Aws, application_id: str) -> list[dict[str, Any]]:
    """The statements of an application's policy as IAM spells them; none where it has no policy."""
    answer = aws.get(SERVICE, "GetPolicy", applicationId=application_id) or {}
    document = json.loads(answer.get("policy") or "{}")
    return [dict(statement) for statement in _listed(document.get("Statement"))]


def to_members(statement: Mapping[str, Any]) -> dict[str, Any]:
    """A statement of the policy as members of ``AssociatePermission``."""
    principal = statement.get("Principal")
    principals = _listed(principal.get("AWS") if isinstance(principal, Mapping) else principal)
    conditions = [
        {
            "conditionOperator": operator,
            "conditionKey": key,
            "conditionValues": [str(value) for value in _listed(values)],
        }
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, values in keys.items()
    ]
    return {
        "statementId": str(statement.get("Sid") or ""),
        "principal": str(principals[0]) if len(principals) == 1 else [str(item) for item in principals],
        "actions": [str(action) for action in _listed(statement.get("Action"))],
        "conditions": conditions,
    }


def view_of(members: Mapping[str, Any]) -> dict[str, Any]:
    """Members as the module answers them."""
    conditions = [{model.option_name(key): value for key, value in item.items()} for item in members["conditions"]]
    return {
        "statement_id": members["statementId"],
        "principal": members["principal"],
        "actions": list(members["actions"]),
        "conditions": conditions,
    }


def statements(context: Context, application_id: str) -> list[dict[str, Any]]:
    """All statements of an application, as :func:`view_of` shows them."""
    return [view_of(to_members(item)) for item in read_statements(context.aws, application_id)]


def _condition(item: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    """Keys of conditions are not case-sensitive; their values are, and have no order.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
    """
    values = tuple(sorted(str(value) for value in item["conditionValues"]))
    return str(item["conditionOperator"]), str(item["conditionKey"]).lower(), values


def same_statement(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    """By meaning: actions without regard to case and order, conditions without order."""
    return (
        wanted["principal"] == current["principal"]
        and same_unordered([item.lower() for item in wanted["actions"]], [item.lower() for item in current["actions"]])
        and sorted(map(_condition, wanted["conditions"])) == sorted(map(_condition, current["conditions"]))
    )


class Permission(Part):
    """One statement. States are members of ``AssociatePermission``."""

    noun = "permission"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        parameters = context.parameters
        self.statement_id = str(parameters["statement_id"])
        shape = self.aws.input_shape(SERVICE, "AssociatePermission")
        self.wanted: dict[str, Any] = {
            "statementId": self.statement_id,
            "principal": parameters.get("principal") or "",
            "actions": list(parameters.get("actions") or []),
            "conditions": model.to_members(shape.members["conditions"], parameters.get("conditions") or []),
        }

    def find(self) -> State | None:
        self.refuse(self._faults())
        return None if self.planned else self._statement()

    def _statement(self) -> State | None:
        for statement in read_statements(self.aws, self.parents["applicationId"]):
            if statement.get("Sid") == self.statement_id:
                return to_members(statement)
        return None

    def _sent(self) -> dict[str, Any]:
        return {key: value for key, value in self.wanted.items() if key != "conditions" or value}

    def _faults(self) -> Iterator[str]:
        given = self._sent() if self.present else {"statementId": self.statement_id}
        missing = {name for name in ("principal", "actions") if name in given and not given[name]}
        for name in sorted(missing):
            yield f"{name}: is required with state=present"
        checked = {key: value for key, value in given.items() if key not in missing}
        yield from self.shape_faults("AssociatePermission", {**self.parents, **checked})
        lists = {
            "actions": self.wanted["actions"],
            "conditions": [_condition(item)[:2] for item in self.wanted["conditions"]],
        }
        for name, items in lists.items() if self.present else ():
            for number, item in enumerate(items):
                if item in items[:number]:
                    shown = item if isinstance(item, str) else item[1]
                    yield f"{name}[{number}]: {shown} is given twice; once is right"

    def check(self, current: State | None) -> None:
        """All of it was checked before the first read."""

    def creation(self) -> Sequence[Call]:
        return [Call("AssociatePermission", lambda: self._associate(self._sent()))]

    def changes(self, current: State) -> Sequence[Call]:
        if same_statement(self.wanted, current):
            return []
        if _REMOVED_ROLE.fullmatch(str(current["principal"])):
            self.context.warn(
                f"Statement {self.statement_id} names a role that was removed ({current['principal']}); a role that "
                "was made anew under the same name has nothing from it."
            )
        return [
            Call("DisassociatePermission", self._disassociate),
            Call("AssociatePermission", lambda: self._replace(current)),
        ]

    def removal(self, current: State) -> Sequence[Call]:
        return [Call("DisassociatePermission", self._disassociate)]

    def _associate(self, members: Mapping[str, Any]) -> None:
        self.aws.call(SERVICE, "AssociatePermission", **self.parents, **members)

    def _disassociate(self) -> None:
        self.aws.get(SERVICE, "DisassociatePermission", **self.parents, statementId=self.statement_id)

    def _replace(self, before: State) -> None:
        """Put the new statement in the place of the old one, or the old one back when the service refuses the new one.

        :raises ServiceError: it refused; the message says which of the two there is now
        """
        try:
            self._associate(self._sent())
        except ServiceError as error:
            raise ServiceError(f"{error.message} {self._put_back(before)}", error.code) from error

    def _put_back(self, before: State) -> str:
        try:
            self._associate({key: value for key, value in before.items() if key != "conditions" or value})
        except Exception as error:  # whatever it is, the first refusal is what has to be told
            return f"The statement that was there before could not be put back ({error}): there is none now."
        return "The statement that was there before was put back."

    def loss(self, current: State) -> Sequence[str]:
        return [f"statement {self.statement_id}: what {current['principal']} may do ({', '.join(current['actions'])})"]

    def predicted(self, current: State | None) -> State:
        return self.wanted

    def read(self) -> State:
        return self._statement() or self.wanted

    def view(self, state: State) -> dict[str, Any]:
        return view_of(state)

    def identity(self, state: State) -> dict[str, Any]:
        return {**self.parent_options(), "statement_id": self.statement_id}


def manage(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_permission`` does.

    :raises FederationError: see :mod:`..errors`
    """
    return converge_part(context, Permission)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role that is used and not managed: looked up, answered as others are, and never written."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import InputError, NotFoundError
from ..placeholder import ACCOUNT, holding, is_placeholder
from ..resource import Result, State
from . import role_trust

if t.TYPE_CHECKING:
    from .role import Role


def look_up(role: Role) -> dict[str, Any]:
    """Return what the module answers of a role that it does not manage.

    :raises NotFoundError: the role does not exist, or is at another path, and is to be present
    """
    options = role.options
    if is_placeholder(options.arn):
        return {"changed": False, "operations": [], "role_arn": options.arn, "role_name": role.name}
    state = role.find()
    if not options.present:
        return {"changed": False, "operations": [], **(role.identity(state) if state else {})}
    if faults := list(options.faults()):
        raise InputError(faults)
    if state is None:
        raise NotFoundError(
            f"name: role {role.name} not found. With manage=false it has to exist; create it first, or set manage=true."
        )
    path = options.members.get("Path") or state["Path"]
    if path != state["Path"]:
        raise NotFoundError(
            f"path: role {role.name} not found at {path}; its ARN is {state['Arn']}. Leave path out if it is meant."
        )
    role.policies(state)
    answer = Result(role, False, state, state).answer()
    insufficient = list(_insufficient(role, state))
    for sentence in insufficient:
        role.context.warn(f"role {role.name} ({state['Arn']}) is not managed. {sentence}")
    return {
        **answer,
        "kept_rights": [],
        "foreign_principals": foreign_principals(answer[role.noun]),
        "insufficient": insufficient,
    }


def _insufficient(role: Role, state: State) -> Iterator[str]:
    """Return what the role does not give to its job, each a sentence."""
    options = role.options
    # What is only planned cannot stand in a policy yet.
    if not options.kind or holding(options.of_kind):
        return
    for lack in role_trust.lacks(options.trust, state["AssumeRolePolicyDocument"]):
        yield f"Its trust policy does not suffice: {lack.text}."
    policies = role.policies(state)
    for lack in policies.lacks(options.permissions):
        yield f"Its permissions do not suffice: {lack.text}."
    for arn in policies.unreadable:
        yield f"Its attached policy {arn} cannot be read; whether its permissions suffice is not known."


def foreign_principals(view: Mapping[str, Any]) -> list[str]:
    """Return the principals that a role trusts and that are everybody, or of another account.

    :param view: the role as the modules answer it
    """
    account = str(view["arn"]).split(":")[4]
    # A role that is only planned trusts what its options name, and nobody else.
    if account == ACCOUNT:
        return []
    return role_trust.foreign_principals(view["assume_role_policy_document"], account)

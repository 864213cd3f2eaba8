# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users and their aliases (reference section 4.8)."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness.engine import Answer, handles
from qbusiness_sandbox.qbusiness.errors import conflict, missing
from qbusiness_sandbox.qbusiness.kinds import APPLICATION
from qbusiness_sandbox.qbusiness.service import Call


def normalised(email: str) -> str:
    """Lower case, without a sub-address: since 17 December 2024 these are one user (connector-principal-store.html)."""
    name, at, host = email.lower().partition("@")
    return name.partition("+")[0] + at + host


def _aliases(call: Call) -> list[dict[str, Any]]:
    found = call.application_parts.users.get(normalised(call.params["userId"]))
    if found is None:
        raise missing("User", call.params["userId"])
    return found


def _key(alias: dict[str, Any]) -> tuple[str, str]:
    return alias.get("indexId", ""), alias.get("dataSourceId", "")


@handles("CreateUser")
def create_user(call: Call) -> None:
    call.active(APPLICATION)
    users = call.application_parts.users
    key = normalised(call.params["userId"])
    if key in users:
        raise conflict("The user exists already", "User", call.params["userId"])  # guess: 2
    users[key] = list(call.params.get("userAliases", []))


@handles("GetUser")
def get_user(call: Call) -> Answer:
    return {"userAliases": _aliases(call)}


@handles("UpdateUser")
def update_user(call: Call) -> Answer:
    aliases = _aliases(call)
    by_key = {_key(alias): alias for alias in aliases}
    gone = [by_key.pop(_key(alias), None) for alias in call.params.get("userAliasesToDelete", [])]
    deleted = [alias for alias in gone if alias is not None]
    added: list[Answer] = []
    updated: list[Answer] = []
    for alias in call.params.get("userAliasesToUpdate", []):
        (updated if _key(alias) in by_key else added).append(alias)
        by_key[_key(alias)] = alias
    aliases[:] = by_key.values()
    return {"userAliasesAdded": added, "userAliasesUpdated": updated, "userAliasesDeleted": deleted}


@handles("DeleteUser")
def delete_user(call: Call) -> None:
    _aliases(call)
    del call.application_parts.users[normalised(call.params["userId"])]

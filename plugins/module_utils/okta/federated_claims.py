# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Federated claims of an app: an expression under a name, in assertions and ID tokens. Matched by name.

They are objects of their own below the app (recorded, ``federated_claim_crud``), no part of attribute statements, and
in some orgs not there at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..errors import InputError, ServiceError
from ..placeholder import is_placeholder
from ..resource import Call
from . import creation
from .session import OktaSession, eventually

OPTIONS: dict[str, Any] = {
    "federated_claims": {
        "type": "list",
        "elements": "dict",
        "options": {"name": {"type": "str", "required": True}, "expression": {"type": "str", "required": True}},
    },
    "purge_federated_claims": {"type": "bool", "default": False},
}
PATH = "federated-claims"
#: Source: https://developer.okta.com/docs/reference/error-codes/ (E0000015, HTTP 401, recorded for another feature).
UNLICENSED = "E0000015"
MISSING = (
    "federated_claims: the org has no federated claims (Okta answers E0000015); use attribute_statements, or a claim "
    "of an authorization server"
)


@dataclass
class Difference:
    """``before``: name → expression; ``ids``: name → id of what is there."""

    before: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    put: dict[str, str] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)

    @property
    def after(self) -> dict[str, str]:
        return {name: text for name, text in {**self.before, **self.put}.items() if name not in self.remove}


def faults(options: Mapping[str, Any]) -> Iterator[str]:
    """What cannot be right in the option ``federated_claims``."""
    seen: set[str] = set()
    for place, claim in enumerate(options.get("federated_claims") or ()):
        for name in ("name", "expression"):
            if not claim[name].strip():
                yield f"federated_claims[{place}].{name}: is empty"
        if claim["name"] in seen:
            yield f"federated_claims[{place}].name: {claim['name']!r} stands there twice"
        seen.add(claim["name"])


def difference(session: OktaSession, app_id: str, wanted: Sequence[Mapping[str, Any]], purge: bool) -> Difference:
    """:param app_id: empty for an app that is to be made, a placeholder for one that another task makes
    :raises InputError: the org has no federated claims
    """
    listed: list[dict[str, Any]] = []
    if not app_id and wanted:
        # Before the app is made: whether the org has them at all can be asked of any app.
        for app in session.pages("apps", limit=1):
            _listed(session, str(app["id"]))
            break
    elif app_id and not is_placeholder(app_id):
        listed = _listed(session, app_id)
    before = {str(claim["name"]): str(claim["expression"]) for claim in listed}
    ids = {str(claim["name"]): str(claim["id"]) for claim in listed}
    named = {claim["name"]: claim["expression"] for claim in wanted}
    put = {name: text for name, text in named.items() if before.get(name) != text}
    return Difference(before, ids, put, [name for name in before if name not in named] if purge else [])


def _listed(session: OktaSession, app_id: str) -> list[dict[str, Any]]:
    try:
        return list(session.pages("apps", app_id, PATH))
    except ServiceError as error:
        if error.code != UNLICENSED:
            raise
    raise InputError([MISSING])


def _look(session: OktaSession, path: tuple[str, ...], name: str) -> dict[str, Any] | None:
    return creation.named(session.pages(*path), name)


def calls(session: OktaSession, app_id: Callable[[], str], claims: Difference | None) -> list[Call]:
    """The calls that bring about a difference; ``app_id`` is asked when they are made."""
    if claims is None:
        return []
    ids = claims.ids

    def write(name: str, text: str) -> None:
        body = {"name": name, "expression": text}
        if name in ids:
            session.put("apps", app_id(), PATH, ids[name], body=body)
        else:
            path = ("apps", app_id(), PATH)
            look = partial(_look, session, path, name)
            eventually(lambda: creation.create(lambda: session.post(*path, body=body), look))

    def writing(name: str, text: str) -> Call:
        return Call("replaceFederatedClaim" if name in ids else "createFederatedClaim", lambda: write(name, text))

    def removing(name: str) -> Call:
        return Call("deleteFederatedClaim", lambda: session.delete("apps", app_id(), PATH, ids[name]))

    return [*(removing(name) for name in claims.remove), *(writing(name, text) for name, text in claims.put.items())]

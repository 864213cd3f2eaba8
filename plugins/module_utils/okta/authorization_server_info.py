# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Custom authorization servers of an Okta org, read only, shown as ``okta_authorization_server`` shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import ServiceError
from ..host import Context
from ..placeholder import is_placeholder
from . import server_options
from .authorization_server import NO_LICENCE, UNLICENSED
from .authorization_server_plan import policy_view, server_view
from .scopes import session_with
from .session import OktaSession

OPTIONS: dict[str, Any] = {"server": {"type": "str"}}
KIND = "authorizationServers"


def servers(context: Context) -> dict[str, Any]:
    """What the module ``okta_authorization_server_info`` does.

    :raises ServiceError: Okta refuses, for another reason than a licence
    """
    session = session_with(context, "okta.authorizationServers.read")
    try:
        found = [shown(session, server) for server in found_by(session, str(context.parameters.get("server") or ""))]
    except ServiceError as error:
        if error.code != UNLICENSED:
            raise
        context.warn(NO_LICENCE)
        found = []
    return {"changed": False, "authorization_servers": found}


def found_by(session: OktaSession, named: str) -> Iterator[Mapping[str, Any]]:
    """The server of an id, else those of exactly a name, else all."""
    if is_placeholder(named):
        return
    if named and server_options.is_id(named):
        server = session.find(KIND, named)
        if server is not None:
            yield server
            return
    for server in session.pages(KIND, limit=200, **({"q": named} if named else {})):
        if not named or server["name"] == named:
            yield server


def shown(session: OktaSession, server: Mapping[str, Any]) -> dict[str, Any]:
    """A server with its claims, scopes, and policies with their rules."""
    path = (KIND, str(server["id"]))
    policies = list(session.pages(*path, "policies"))
    rules = {str(policy["id"]): list(session.pages(*path, "policies", policy["id"], "rules")) for policy in policies}
    scopes = list(session.pages(*path, "scopes"))
    state = {"server": server, "claims": list(session.pages(*path, "claims")), "scopes": scopes, "rules": rules}
    view = server_view(state, None, [str(scope["name"]) for scope in scopes])
    # The writing module shows the one policy of the task's clients.
    del view["policy"]
    view["policies"] = [policy_view(policy, rules[str(policy["id"])]) for policy in policies]
    return {"server_id": server["id"], **view}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scopes of a request: which are known, which need consent, which the org grants to a service app."""

from __future__ import annotations

from collections.abc import Iterable

from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.state import App, AuthorizationServer

#: Without ``openid`` these mean nothing (the catalogue's ``openid_scope_required``).
OPENID = frozenset({"openid", "profile", "email", "address", "phone"})
#: Kinds of object that the management API's scopes are about; each has ``.read`` and ``.manage``
#: (https://developer.okta.com/docs/api/oauth2/, those that the embedded org has operations for, and their neighbours).
API_KINDS = frozenset(
    [
        "apps",
        "appGrants",
        "authorizationServers",
        "clients",
        "domains",
        "eventHooks",
        "events",
        "factors",
        "features",
        "groups",
        "idps",
        "inlineHooks",
        "linkedObjects",
        "logs",
        "orgs",
        "policies",
        "profileMappings",
        "rateLimits",
        "roles",
        "schemas",
        "sessions",
        "templates",
        "trustedOrigins",
        "userTypes",
        "users",
        "users.self",
    ]
)


def api_scope(name: str) -> bool:
    """Whether a name is a scope of the management API."""
    kind, _dot, right = name.removeprefix("okta.").rpartition(".")
    return name.startswith("okta.") and kind in API_KINDS and right in ("read", "manage")


def requested(server: AuthorizationServer, text: str) -> tuple[str, ...]:
    """The scopes of a request in its order, each once; the server's default ones where it names none.

    Raises :class:`OAuthError` for unknown ones."""
    names = tuple(dict.fromkeys(text.split()))
    known = {str(scope["name"]): scope for scope in server.scopes.values()}
    if not names:
        names = tuple(name for name, scope in known.items() if scope["default"])
        if not names:
            raise OAuthError("no_default_scopes")
    if any(name not in known and not (not server.id and api_scope(name)) for name in names):
        raise OAuthError("no_matching_scope")
    return names


def granted_to(app: App, names: Iterable[str]) -> tuple[str, ...]:
    """The scopes of the management API for an application: all of them must have been granted.

    Raises :class:`OAuthError`: ``no_org_scopes_granted`` where none was (seen in published work), ``invalid_scope``
    where one is missing (documented)."""
    wanted = tuple(names)
    given = {str(grant["scopeId"]) for grant in app.grants.values()}
    if not given & set(wanted):
        raise OAuthError("no_org_scopes_granted")
    if not set(wanted) <= given:
        raise OAuthError("invalid_scope")
    return wanted


def needing_consent(server: AuthorizationServer, names: Iterable[str]) -> list[str]:
    """Scopes whose ``consent`` is REQUIRED."""
    return [
        str(scope["name"])
        for scope in server.scopes.values()
        if scope["name"] in set(names) and scope["consent"] == "REQUIRED"
    ]

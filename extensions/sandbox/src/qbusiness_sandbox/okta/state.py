# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org's objects. Plain data; what the API does with them stands in the other files."""

from __future__ import annotations

from dataclasses import dataclass, field

from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.oidc_state import OidcState
from qbusiness_sandbox.okta.values import Json


@dataclass
class Secret:
    """One client secret of an OIDC application."""

    id: str
    value: str
    created: float
    updated: float
    status: str = "ACTIVE"


@dataclass
class GroupAssignment:
    priority: int
    profile: Json
    updated: float


@dataclass
class UserAssignment:
    """A user of an application: assigned directly (``USER``) or through a group (``GROUP``)."""

    id: str
    created: float
    updated: float
    scope: str = "USER"
    credentials: Json = field(default_factory=dict)
    profile: Json = field(default_factory=dict)


@dataclass
class App:
    """One application. ``settings``, ``credentials`` … hold what the API answers, completed by the server."""

    id: str
    external_key: str
    name: str
    label: str
    mode: str
    status: str
    created: float
    updated: float
    custom: bool
    accessibility: Json
    visibility: Json
    credentials: Json
    settings: Json
    features: list[str] = field(default_factory=list)
    profile: Json | None = None
    keys: dict[str, float] = field(default_factory=dict)
    policy: str = ""
    embed: str = ""
    groups: dict[str, GroupAssignment] = field(default_factory=dict)
    users: dict[str, UserAssignment] = field(default_factory=dict)
    secrets: list[Secret] = field(default_factory=list)
    claims: dict[str, Json] = field(default_factory=dict)
    grants: dict[str, Json] = field(default_factory=dict)
    built_in: bool = False
    unlisted: int = 0
    more: Json = field(default_factory=dict)

    @property
    def active(self) -> bool:
        return self.status == "ACTIVE"

    @property
    def kid(self) -> str:
        return str(self.credentials.get("signing", {}).get("kid", ""))


@dataclass
class Group:
    id: str
    name: str
    description: str | None
    created: float
    updated: float
    membership_updated: float
    type: str = "OKTA_GROUP"
    members: list[str] = field(default_factory=list)
    profile: Json = field(default_factory=dict)


@dataclass
class User:
    """``policy``: what sign-on policies ask of this user: ``password_only``, ``mfa_at_global``, ``mfa_enroll``,
    ``mfa_at_app``, ``deny``, ``deny_at_app``, ``reauth_every_time``."""

    id: str
    profile: Json
    password: str
    created: float
    status: str = "ACTIVE"
    policy: str = "password_only"
    activated: float | None = None
    status_changed: float | None = None
    last_login: float | None = None
    updated: float = 0.0
    password_changed: float | None = None
    failures: int = 0

    @property
    def login(self) -> str:
        return str(self.profile.get("login", ""))


@dataclass
class Session:
    """An org session, known by its cookie."""

    id: str
    user: str
    created: float
    expires: float


@dataclass
class Ticket:
    """A session token or state token: spent once, good until ``expires``."""

    user: str
    expires: float
    data: Json = field(default_factory=dict)


@dataclass
class AuthorizationServer:
    """A custom authorization server, or the org's own, whose id is empty. ``key`` signs; the others are published."""

    id: str
    body: Json
    created: float
    updated: float
    key: SigningKey
    next_key: SigningKey | None = None
    expired_key: SigningKey | None = None
    claims: dict[str, Json] = field(default_factory=dict)
    scopes: dict[str, Json] = field(default_factory=dict)
    policies: dict[str, Json] = field(default_factory=dict)
    rules: dict[str, dict[str, Json]] = field(default_factory=dict)
    had_default_policy: bool = False


@dataclass
class State:
    """Everything the org holds."""

    org_id: str
    organization: str
    saml_key: SigningKey
    org_server: AuthorizationServer
    keys: dict[str, SigningKey] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    group_rules: dict[str, Json] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    policies: dict[str, Json] = field(default_factory=dict)
    policy_rules: dict[str, dict[str, Json]] = field(default_factory=dict)
    servers: dict[str, AuthorizationServer] = field(default_factory=dict)
    hooks: dict[str, Json] = field(default_factory=dict)
    event_hooks: dict[str, Json] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    session_tokens: dict[str, Ticket] = field(default_factory=dict)
    state_tokens: dict[str, Ticket] = field(default_factory=dict)
    oidc: OidcState = field(default_factory=OidcState)
    custom_apps: int = 0

    @property
    def oidc_key(self) -> SigningKey:
        """What new OIDC applications name as their signing key: the org server's."""
        return self.org_server.key

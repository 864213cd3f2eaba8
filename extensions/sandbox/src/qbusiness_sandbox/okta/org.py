# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org: its state, its switches, and how objects are found in it."""

from __future__ import annotations

from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.okta.errors import missing
from qbusiness_sandbox.okta.initial import ADMIN_LOGIN, give_default_policy, initial_state
from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.limits import Limits
from qbusiness_sandbox.okta.options import Options
from qbusiness_sandbox.okta.state import App, AuthorizationServer, Group, State, User
from qbusiness_sandbox.okta.values import Json, stamp

_OKTA_DOMAINS = (".okta.com", ".oktapreview.com", ".okta-emea.com")


class Org:
    """One Okta organization on the embedded cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.options = Options(cloud)
        self.limits = Limits(cloud)
        self.state: State = initial_state(cloud.clock.now())

    def reset(self) -> None:
        self.limits = Limits(self.cloud)
        self.state = initial_state(self.cloud.clock.now())

    @property
    def now(self) -> float:
        return self.cloud.clock.now()

    def stamp(self) -> str:
        return stamp(self.now)

    def subdomain(self, host: str) -> str:
        """What generated application names begin with."""
        name = str(self.options.get("okta_subdomain", ""))
        bare = host.partition(":")[0]
        if not name and bare.endswith(_OKTA_DOMAINS):
            name = bare.partition(".")[0]
        return name or "sandbox"

    def app(self, identifier: str) -> App:
        """404 E0000007 where there is none."""
        app = self.state.apps.get(identifier)
        if app is None:
            raise missing(identifier, "AppInstance")
        return app

    def app_by_key(self, external_key: str, name: str = "") -> App | None:
        for app in self.state.apps.values():
            if app.external_key == external_key and name in ("", app.name):
                return app
        return None

    def group(self, identifier: str) -> Group:
        group = self.state.groups.get(identifier)
        if group is None:
            raise missing(identifier, "UserGroup")
        return group

    def find_user(self, identifier: str) -> User | None:
        """By id, login, ``me`` (whose the API token is), or the login's part before the ``@``
        where that is unambiguous."""
        users = self.state.users
        if identifier == "me":
            return self.find_user(ADMIN_LOGIN)
        if identifier in users:
            return users[identifier]
        wanted = identifier.lower()
        exact = [user for user in users.values() if user.login.lower() == wanted]
        if exact:
            return exact[0]
        short = [user for user in users.values() if user.login.lower().partition("@")[0] == wanted]
        return short[0] if len(short) == 1 else None

    def user(self, identifier: str) -> User:
        user = self.find_user(identifier)
        if user is None:
            raise missing(identifier, "User")
        return user

    def server(self, identifier: str) -> AuthorizationServer:
        server = self.state.servers.get(identifier)
        if server is None:
            raise missing(identifier, "AuthorizationServer")
        if server.body["default"] and self.options.get("okta_default_server_policy", False):
            give_default_policy(server, self.now)
        return server

    def policy(self, identifier: str) -> Json:
        policy = self.state.policies.get(identifier)
        if policy is None:
            raise missing(identifier, "Policy")
        return policy

    def key_of(self, app: App) -> SigningKey:
        """The key that signs for this application: its own, or the org's."""
        return self.state.keys[app.kid or self.state.saml_key.kid]

    def groups_of(self, user: User) -> list[Group]:
        """Everyone is in Everyone."""
        return [g for g in self.state.groups.values() if g.type == "BUILT_IN" or user.id in g.members]

    def assigned(self, app: App, user: User) -> bool:
        """Directly, through a group, or because the app is for everybody."""
        if app.settings.get("implicitAssignment"):
            return True
        direct = app.users.get(user.id)
        if direct is not None and direct.scope == "USER":
            return True
        return any(group.id in app.groups for group in self.groups_of(user))

    def default_policy(self) -> str:
        """The id of the access policy that new applications get."""
        for identifier, policy in self.state.policies.items():
            if policy["type"] == "ACCESS_POLICY" and policy["system"]:
                return identifier
        return ""

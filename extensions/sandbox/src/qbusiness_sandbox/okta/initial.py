# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a fresh org: built-in group, administrator, policies, built-in applications, ``default`` server.

As recorded lists show them (``GET /policies?type=ACCESS_POLICY``, ``GET /apps``)."""

from __future__ import annotations

import secrets
from typing import Any

from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.state import App, AuthorizationServer, Group, State, User
from qbusiness_sandbox.okta.values import Json, external_key, new_id, stamp

ADMIN_LOGIN = "admin@sandbox.example.com"

#: name, description, system, the built-in applications that own it.
ACCESS_POLICIES: tuple[tuple[str, str, bool, tuple[str, ...]], ...] = (
    ("Okta Admin Console", "", False, ("saasure",)),
    ("Okta Dashboard", "", False, ("okta_enduser",)),
    ("Okta Browser Plugin", "", False, ("okta_browser_plugin",)),
    ("Any two factors", "Require two factors to access.", True, ()),
    ("Password only", "Require only a password. Suggested for low risk or consumer-facing applications.", False, ()),
)
#: Names, labels and links of the built-in applications, in the order of their ids.
BUILT_IN_APPS: tuple[tuple[str, str, Json, str], ...] = (
    ("saasure", "Okta Admin Console", {"admin": True}, "2"),
    ("okta_enduser", "Okta Dashboard", {}, ""),
    ("okta_browser_plugin", "Okta Browser Plugin", {}, ""),
)
_POLICIES = (
    ("OKTA_SIGN_ON", "Default Policy", "The default policy applies in all situations if no other policy applies."),
    ("PASSWORD", "Default Policy", "The default policy applies in all situations if no other policy applies."),
    ("MFA_ENROLL", "Default Policy", "The default policy applies in all situations if no other policy applies."),
    ("PROFILE_ENROLLMENT", "Default Policy", "Default policy is always active and includes a default catch-all rule."),
    ("IDP_DISCOVERY", "Idp Discovery Policy", ""),
)
SYSTEM_SCOPES = (
    ("openid", "Signals that a request is an OpenID request."),
    ("profile", "View your profile"),
    ("email", "View your email"),
    ("address", "View your address"),
    ("phone", "View your phone"),
    ("offline_access", "Keep you signed in"),
    ("device_sso", "View your device secret."),
)
VPN: Json = {"vpn": {"network": {"connection": "DISABLED"}, "message": None, "helpUrl": None}}


def policy_body(kind: str, name: str, description: str, system: bool, now: float, priority: int = 1) -> Json:
    """A policy as the list answers it, without links."""
    body: Json = {
        "id": new_id("rst" if kind in ("ACCESS_POLICY", "PROFILE_ENROLLMENT") else "00p"),
        "status": "ACTIVE",
        "name": name,
    }
    if description:
        body["description"] = description
    body |= {
        "priority": priority,
        "system": system,
        "conditions": None,
        "created": stamp(now),
        "lastUpdated": stamp(now),
        "type": kind,
    }
    return body


def standard_user(profile: Json, password: str, now: float, **more: Any) -> User:
    full: Json = {"firstName": None, "lastName": None, "mobilePhone": None, "secondEmail": None, **profile}
    return User(
        new_id("00u"), full, password, now, activated=now, status_changed=now, updated=now, password_changed=now, **more
    )


def _built_in(name: str, label: str, links: Json, embed: str, kid: str, policy: str, now: float) -> App:
    identifier = new_id("0oa")
    return App(
        identifier,
        external_key(identifier),
        name,
        label,
        "OPENID_CONNECT",
        "ACTIVE",
        now,
        now,
        custom=False,
        accessibility={"selfService": False, "errorRedirectUrl": None, "loginRedirectUrl": None},
        visibility={"autoSubmitToolbar": False, "hide": {"iOS": False, "web": False}, "appLinks": links},
        credentials={"userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}, "signing": {"kid": kid}},
        settings={"app": {}, "notifications": VPN, "manualProvisioning": False, "implicitAssignment": False},
        keys={kid: now},
        policy=policy,
        embed=embed,
        built_in=True,
    )


def authorization_server(
    identifier: str,
    name: str,
    description: str,
    audiences: list[str],
    now: float,
    mode: str = "ORG_URL",
    rotation: str = "AUTO",
) -> AuthorizationServer:
    """A custom authorization server with the scopes and claims that Okta puts into each."""
    body: Json = {
        "id": identifier,
        "name": name,
        "description": description,
        "audiences": audiences,
        "issuerMode": mode,
        "status": "ACTIVE",
        "rotationMode": rotation,
        "default": identifier == "default",
    }
    server = AuthorizationServer(identifier, body, now, now, SigningKey(now))
    for scope, display in SYSTEM_SCOPES:
        made = new_id("scp")
        server.scopes[made] = {
            "id": made,
            "name": scope,
            "displayName": display,
            "description": display,
            "system": True,
            "metadataPublish": "ALL_CLIENTS",
            "consent": "IMPLICIT",
            "optional": False,
            "apiResourceId": None,
            "default": False,
        }
    made = new_id("ocl")
    server.claims[made] = {
        "id": made,
        "name": "sub",
        "status": "ACTIVE",
        "claimType": "RESOURCE",
        "valueType": "EXPRESSION",
        "value": "(appuser != null) ? appuser.userName : app.clientId",
        "conditions": {"scopes": []},
        "system": True,
        "alwaysIncludeInToken": True,
        "apiResourceId": None,
    }
    return server


def give_default_policy(server: AuthorizationServer, now: float) -> None:
    """The policy that older orgs put into ``default``: every client, everybody, every scope. Once: it can be removed.

    Integrator Free orgs come without one (documented), and so does the embedded org unless told otherwise."""
    if server.had_default_policy:
        return
    server.had_default_policy = True
    common: Json = {
        "status": "ACTIVE",
        "priority": 1,
        "system": False,
        "created": stamp(now),
        "lastUpdated": stamp(now),
    }
    policy: Json = {
        "id": new_id("00p"),
        "type": "OAUTH_AUTHORIZATION_POLICY",
        "name": "Default Policy",
        "description": "Default policy description",
        "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
        **common,
    }
    grants = ["implicit", "client_credentials", "password", "authorization_code", "interaction_code"]
    rule: Json = {
        "id": new_id("0pr"),
        "type": "RESOURCE_ACCESS",
        "name": "Default Policy Rule",
        "conditions": {
            "people": {"users": {"include": [], "exclude": []}, "groups": {"include": ["EVERYONE"], "exclude": []}},
            "grantTypes": {"include": grants},
            "scopes": {"include": ["*"]},
        },
        "actions": {
            "token": {
                "accessTokenLifetimeMinutes": 60,
                "refreshTokenLifetimeMinutes": 0,
                "refreshTokenWindowMinutes": 10080,
            }
        },
        **common,
    }
    server.policies[policy["id"]] = policy
    server.rules[policy["id"]] = {rule["id"]: rule}


def initial_state(now: float) -> State:
    """A fresh org. The administrator's password is random: nobody signs in as them."""
    org_server = authorization_server("", "Okta Org Authorization Server", "", [], now)
    state = State(new_id("00o"), "sandbox", SigningKey(now), org_server)
    for key in (state.saml_key, state.oidc_key):
        state.keys[key.kid] = key
    everyone = Group(new_id("00g"), "Everyone", "All users in your organization", now, now, now, "BUILT_IN")
    state.groups[everyone.id] = everyone
    admin = standard_user(
        {"login": ADMIN_LOGIN, "email": ADMIN_LOGIN, "firstName": "Sandbox", "lastName": "Admin"},
        secrets.token_urlsafe(24),
        now,
    )
    state.users[admin.id] = admin
    owners: dict[str, str] = {}
    for name, description, system, apps in ACCESS_POLICIES:
        body = policy_body("ACCESS_POLICY", name, description, system, now)
        state.policies[body["id"]] = body
        owners |= dict.fromkeys(apps, str(body["id"]))
    for kind, name, description in _POLICIES:
        body = policy_body(kind, name, description, True, now)
        state.policies[body["id"]] = body
    for app_name, label, links, embed in BUILT_IN_APPS:
        app = _built_in(app_name, label, dict(links), embed, state.oidc_key.kid, owners[app_name], now)
        state.apps[app.id] = app
    server = authorization_server(
        "default", "default", "Default Authorization Server for your Applications", ["api://default"], now
    )
    state.servers[server.id] = server
    return state

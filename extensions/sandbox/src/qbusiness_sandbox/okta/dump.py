# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org's state as JSON, without a secret in it.

``{"pipeline", "apps": [{id, external_key, name, label, sign_on_mode, status, custom, built_in, policy, accessibility,
visibility, credentials, settings, keys: [{kid, fingerprint}], groups: {name: priority}, users: [logins],
secrets: [{id, status}], federated_claims}], "groups": [{id, name, type, description, members}],
"users": [{id, login, status, profile}], "policies": [{id, type, name, system, status}],
"authorization_servers": [{id, name, audiences, status, claims, scopes, policies, rules}], "inline_hooks": [...]}``

Fingerprints are of keys that were used already; the others are empty, because their pair is not made yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, AuthorizationServer
from qbusiness_sandbox.okta.values import Json, clone


def _app(org: Org, app: App) -> Json:
    state = org.state
    credentials = clone(app.credentials)
    credentials.pop("password", None)
    return {
        "id": app.id,
        "external_key": app.external_key,
        "name": app.name,
        "label": app.label,
        "sign_on_mode": app.mode,
        "status": app.status,
        "custom": app.custom,
        "built_in": app.built_in,
        "policy": state.policies.get(app.policy, {}).get("name", ""),
        "accessibility": clone(app.accessibility),
        "visibility": clone(app.visibility),
        "credentials": credentials,
        "settings": clone(app.settings),
        "profile": clone(app.profile),
        "keys": [
            {"kid": kid, "fingerprint": state.keys[kid].fingerprint if "certificate" in vars(state.keys[kid]) else ""}
            for kid in sorted(app.keys)
        ],
        "groups": {state.groups[i].name: a.priority for i, a in app.groups.items()},
        "users": sorted(state.users[i].login for i in app.users if i in state.users),
        "secrets": [{"id": secret.id, "status": secret.status} for secret in app.secrets],
        "federated_claims": [{"name": c["name"], "expression": c["expression"]} for c in app.claims.values()],
    }


def _server(server: AuthorizationServer) -> Json:
    return {
        "id": server.id,
        **{name: clone(server.body[name]) for name in ("name", "description", "audiences", "issuerMode", "status")},
        "claims": clone(list(server.claims.values())),
        "scopes": sorted(scope["name"] for scope in server.scopes.values()),
        "policies": clone(list(server.policies.values())),
        "rules": {policy: clone(list(rules.values())) for policy, rules in server.rules.items()},
    }


def dump(org: Org) -> Mapping[str, Any]:
    state = org.state
    return {
        "pipeline": org.options.pipeline,
        "apps": [_app(org, app) for app in state.apps.values()],
        "groups": [
            {
                "id": g.id,
                "name": g.name,
                "type": g.type,
                "description": g.description,
                "members": sorted(state.users[i].login for i in g.members if i in state.users),
            }
            for g in state.groups.values()
        ],
        "users": [
            {"id": u.id, "login": u.login, "status": u.status, "profile": clone(u.profile)}
            for u in state.users.values()
        ],
        "policies": [
            {name: p[name] for name in ("id", "type", "name", "system", "status")} for p in state.policies.values()
        ],
        "authorization_servers": [_server(server) for server in state.servers.values()],
        "inline_hooks": clone(list(state.hooks.values())),
    }

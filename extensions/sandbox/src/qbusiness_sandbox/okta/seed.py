# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects put into the org by the back door.

``{"users": [{"login", "password", "email"?, "firstName"?, "lastName"?, "city"? …, "status"?, "policy"?, "id"?}],
"groups": [{"name", "description"?, "members": [logins], "id"?}],
"apps": [application JSON as an org answers it; its ids are kept],
"inline_hooks": [hook JSON as an org answered it; its id is kept],
"policies": [policy JSON as an org answers it; its id is kept],
"authorization_servers": [server JSON as an org answers it; its id is kept; with "claims", "scopes", and "policies",
each with "rules", as the API takes them],
"assignments": [{"app": label or id, "groups": [names], "users": [logins]}]}``

``policy`` of a user: ``password_only`` (default), ``mfa_at_global``, ``mfa_enroll``, ``mfa_at_app``, ``deny``,
``deny_at_app``, ``reauth_every_time``. Answers the ids that were made: ``{"users": {login: id}, "groups": {name: id},
"apps": {label: id}, "inline_hooks": {name: id}, "policies": {name: id}, "authorization_servers": {name: id}}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qbusiness_sandbox.okta import more_members
from qbusiness_sandbox.okta.api_server_policies import new_policy, new_rule
from qbusiness_sandbox.okta.api_servers import claim_body, scope_body
from qbusiness_sandbox.okta.initial import authorization_server, standard_user
from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, Group, GroupAssignment, Secret, UserAssignment
from qbusiness_sandbox.okta.values import Json, as_object, clone, external_key, new_id

#: Names that an org generates: its subdomain, the label, a counter.
_GENERATED = re.compile(r"[^_]+_[a-z0-9]*_\d+")
_NOT_PROFILE = frozenset({"password", "status", "policy", "id"})


def _user(org: Org, data: Mapping[str, Any]) -> tuple[str, str]:
    profile = {key: value for key, value in data.items() if key not in _NOT_PROFILE}
    profile.setdefault("email", data["login"])
    user = standard_user(profile, str(data.get("password") or ""), org.now)
    user.id = str(data.get("id") or user.id)
    user.status = str(data.get("status") or "ACTIVE")
    user.policy = str(data.get("policy") or "password_only")
    org.state.users[user.id] = user
    return user.login, user.id


def _group(org: Org, data: Mapping[str, Any]) -> tuple[str, str]:
    now = org.now
    group = Group(
        str(data.get("id") or new_id("00g")),
        str(data["name"]),
        data.get("description"),
        now,
        now,
        now,
        str(data.get("type") or "OKTA_GROUP"),
    )
    group.members = [org.user(str(login)).id for login in data.get("members") or []]
    org.state.groups[group.id] = group
    return group.name, group.id


def _app(org: Org, data: Json) -> tuple[str, str]:
    """An application as an org answered it; what the answer does not show (keys, secret) is made anew."""
    now = org.now
    identifier = str(data.get("id") or new_id("0oa"))
    links = as_object(data.get("_links"))
    embeds = [str(link.get("href", "")).rpartition("/")[2] for link in links.get("appLinks") or []]
    policy = str(as_object(links.get("accessPolicy")).get("href", "")).rpartition("/")[2]
    credentials, settings = clone(as_object(data.get("credentials"))), clone(as_object(data.get("settings")))
    secret = credentials.get("oauthClient", {}).pop("client_secret", None)
    settings.pop("emOptInStatus", None)
    name = str(data["name"])
    app = App(
        identifier,
        external_key(identifier),
        name,
        str(data["label"]),
        str(data["signOnMode"]),
        str(data.get("status") or "ACTIVE"),
        now,
        now,
        custom=_GENERATED.fullmatch(name) is not None,
        accessibility=clone(data["accessibility"]),
        visibility=clone(data["visibility"]),
        credentials=credentials,
        settings=settings,
        features=list(data.get("features") or []),
        profile=clone(data.get("profile")),
        policy=policy if policy in org.state.policies else org.default_policy(),
        embed=embeds[0] if embeds else "",
        more=more_members.found(org, data),
    )
    kid = as_object(credentials.get("signing")).get("kid")
    if kid:
        org.state.keys.setdefault(kid, SigningKey(now, kid=kid))
        app.keys[kid] = now
    if secret:
        app.secrets.append(Secret(new_id("ocs"), str(secret), now, now))
    stale = next((i for i, other in org.state.apps.items() if other.built_in and other.name == name), identifier)
    if stale != identifier:
        # A built-in application is there already: the seed takes its place, also in the order of lists.
        app.built_in, app.policy = True, org.state.apps[stale].policy
        org.state.apps = {identifier if i == stale else i: app if i == stale else a for i, a in org.state.apps.items()}
    org.state.apps[identifier] = app
    return app.label, identifier


def _hook(org: Org, data: Json) -> tuple[str, str]:
    hook = {key: clone(value) for key, value in data.items() if key != "_links"}
    identifier = str(hook.setdefault("id", new_id("cal")))
    org.state.hooks[identifier] = hook
    return str(hook["name"]), identifier


def _policy(org: Org, data: Json) -> tuple[str, str]:
    """A policy takes the place of one of the same type and name, built-in applications included."""
    body = {key: clone(value) for key, value in data.items() if key not in ("_links", "_embedded")}
    identifier = str(body.setdefault("id", new_id("rst")))
    for stale in [i for i, p in org.state.policies.items() if (p["type"], p["name"]) == (body["type"], body["name"])]:
        del org.state.policies[stale]
        for app in org.state.apps.values():
            app.policy = identifier if app.policy == stale else app.policy
    org.state.policies[identifier] = body
    return str(body["name"]), identifier


def _server(org: Org, data: Json) -> tuple[str, str]:
    """An authorization server as an org answered it, with claims, scopes, policies and rules. One of the same id keeps
    its key."""
    identifier = str(data.get("id") or new_id("aus"))
    server = authorization_server(
        identifier,
        str(data["name"]),
        str(data.get("description") or ""),
        list(data.get("audiences") or ["api://default"]),
        org.now,
        str(data.get("issuerMode") or "ORG_URL"),
    )
    known = org.state.servers.get(identifier)
    server.key = known.key if known else server.key
    org.state.servers[identifier] = server
    for claim in data.get("claims") or []:
        made = {"id": new_id("ocl"), **claim_body(server, claim, "")}
        server.claims[made["id"]] = made
    for scope in data.get("scopes") or []:
        made = {"id": new_id("scp"), **scope_body(server, scope, "")}
        server.scopes[made["id"]] = made
    for policy in data.get("policies") or []:
        made = new_policy(org, server, {key: value for key, value in policy.items() if key != "rules"})
        for rule in policy.get("rules") or []:
            new_rule(org, server, made, rule)
    return str(data["name"]), identifier


def _assign(org: Org, data: Mapping[str, Any]) -> None:
    app = next(a for a in org.state.apps.values() if data["app"] in (a.id, a.label))
    for name in data.get("groups") or []:
        group = next(g for g in org.state.groups.values() if name in (g.id, g.name))
        app.groups[group.id] = GroupAssignment(len(app.groups), {}, org.now)
    for login in data.get("users") or []:
        user = org.user(str(login))
        app.users[user.id] = UserAssignment(user.id, org.now, org.now)


def seed(org: Org, data: Mapping[str, Any]) -> Mapping[str, Any]:
    made: dict[str, dict[str, str]] = {}
    for kind, function in (
        ("users", _user),
        ("groups", _group),
        ("inline_hooks", _hook),
        ("policies", _policy),
        ("apps", _app),
        ("authorization_servers", _server),
    ):
        made[kind] = dict(function(org, dict(item)) for item in data.get(kind) or [])
    for item in data.get("assignments") or []:
        _assign(org, item)
    return made

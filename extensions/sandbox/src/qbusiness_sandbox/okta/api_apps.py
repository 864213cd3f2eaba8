# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/apps``: list, create, read, replace, life cycle, delete, features, policy."""

from __future__ import annotations

import re

from qbusiness_sandbox.okta import apps
from qbusiness_sandbox.okta.app_view import view
from qbusiness_sandbox.okta.errors import OktaError, invalid, missing
from qbusiness_sandbox.okta.paging import paged
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import App

PAGE, MOST = 20, 200
_FILTER = re.compile(r'\s*(id|status|credentials\.signing\.kid|settings\.slo\.enabled|name)\s+eq\s+"?([^"]*)"?\s*')


def _matches(app: App, name: str, value: str) -> bool:
    if name == "settings.slo.enabled":
        slo = app.settings.get("signOn", {}).get("slo", {})
        return bool(slo.get("enabled")) == (value == "true")
    return {"id": app.id, "status": app.status, "credentials.signing.kid": app.kid, "name": app.name}[name] == value


def _filtered(found: list[App], text: str) -> list[App]:
    for part in re.split(r"\s+and\s+", text):
        match = _FILTER.fullmatch(part)
        if not match:
            raise OktaError("E0000031", summary="Invalid search criteria.")
        found = [app for app in found if _matches(app, match[1], match[2])]
    return found


@route("GET", "/api/v1/apps")
def list_apps(call: Call) -> Answer:
    expand = call.query("expand")
    if expand and not re.fullmatch(r"user/\w+", expand):
        raise invalid("RequestParams", "Expand query is malformed.")
    found: list[App] = []
    for app in call.org.state.apps.values():
        if app.unlisted > 0:
            app.unlisted -= 1
        else:
            found.append(app)
    prefix = call.query("q").lower()
    if prefix:
        # guess: case does not matter
        found = [a for a in found if a.label.lower().startswith(prefix) or a.name.lower().startswith(prefix)]
    if call.query("filter"):
        found = _filtered(found, call.query("filter"))
    if expand:
        user = expand.partition("/")[2]
        found = [app for app in found if user in app.users]
    return paged(call, found, lambda app: app.id, lambda app: view(call.org, app, call.base), PAGE, MOST)


@route("POST", "/api/v1/apps")
def create_app(call: Call) -> Answer:
    subdomain = call.org.subdomain(call.request.host)
    app, secret = apps.create(call.org, call.json(), subdomain, call.flag("activate", True))
    return 200, view(call.org, app, call.base, secret)


@route("GET", "/api/v1/apps/{appId}")
def get_app(call: Call) -> Answer:
    return 200, view(call.org, call.org.app(call.params["appId"]), call.base)


@route("PUT", "/api/v1/apps/{appId}")
def replace_app(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    secret = apps.replace(call.org, app, call.json())
    return 200, view(call.org, app, call.base, secret)


@route("DELETE", "/api/v1/apps/{appId}")
def delete_app(call: Call) -> Answer:
    apps.delete(call.org, call.org.app(call.params["appId"]))
    return 204, None


@route("POST", "/api/v1/apps/{appId}/lifecycle/activate")
def activate_app(call: Call) -> Answer:
    apps.set_status(call.org, call.org.app(call.params["appId"]), "ACTIVE")
    return 200, {}


@route("POST", "/api/v1/apps/{appId}/lifecycle/deactivate")
def deactivate_app(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    if app.built_in:
        raise OktaError("E0000006")  # guess
    apps.set_status(call.org, app, "INACTIVE")
    return 200, {}


@route("PUT", "/api/v1/apps/{appId}/policies/{policyId}")
def assign_policy(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    if not call.org.options.identity_engine:
        raise OktaError("E0000015")  # guess: which error Classic answers
    policy = call.org.state.policies.get(call.params["policyId"])
    if policy is None:
        raise missing(call.params["policyId"], "Policy")
    owner = next((a for a in call.org.state.apps.values() if a.built_in and a.policy == policy["id"]), None)
    if policy["type"] == "ACCESS_POLICY" and owner is not None and owner.id != app.id:
        raise invalid(
            "Policy", f'This policy belongs to "{owner.label}", and re-assignment of this policy is not allowed'
        )
    if policy["type"] == "ACCESS_POLICY":
        app.policy = policy["id"]
    app.updated = call.org.now
    return 204, None


@route("POST", "/api/v1/apps/{appId}/logo")
def upload_logo(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    if "file" not in call.request.files:
        raise invalid("file", "file: The field cannot be left blank")
    app.updated = call.org.now
    return 201, None


def _no_provisioning(call: Call) -> None:
    """Features exist only where provisioning does, which the sandbox has for no app."""
    call.org.app(call.params["appId"])
    raise OktaError("E0000001", "Provisioning is not supported.", summary="Api validation failed: provisioning")


@route("GET", "/api/v1/apps/{appId}/features")
def list_features(call: Call) -> Answer:
    _no_provisioning(call)
    raise AssertionError("not reached")


@route("GET", "/api/v1/apps/{appId}/features/{featureName}")
def get_feature(call: Call) -> Answer:
    _no_provisioning(call)
    raise AssertionError("not reached")

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scope grants of OIDC applications, roles of users (Okta's Apps and Roles API references)."""

from __future__ import annotations

from qbusiness_sandbox.okta.errors import blank, invalid, missing
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import App
from qbusiness_sandbox.okta.values import Json, clone, new_id


def _view(call: Call, app: App, grant: Json) -> Json:
    own = f"{call.base}/api/v1/apps/{app.id}"
    body: Json = clone(grant)
    body["_links"] = {
        "app": {"href": own, "title": app.label},
        "self": {"href": f"{own}/grants/{grant['id']}", "hints": {"allow": ["GET", "DELETE"]}},
        "client": {"href": f"{call.base}/oauth2/v1/clients/{grant['clientId']}", "title": app.label},
    }
    return body


@route("GET", "/api/v1/apps/{appId}/grants")
def list_grants(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    return 200, [_view(call, app, grant) for grant in app.grants.values()]


@route("POST", "/api/v1/apps/{appId}/grants")
def create_grant(call: Call) -> Answer:
    app, body = call.org.app(call.params["appId"]), call.json()
    if "oauthClient" not in app.credentials:
        raise invalid("appInstance", "The application is not an OAuth 2.0 client")  # guess: the text
    for member in ("issuer", "scopeId"):
        if not body.get(member):
            raise blank(member)
    for known in app.grants.values():
        if known["scopeId"] == body["scopeId"]:
            return 200, _view(call, app, known)  # guess: a repeat is accepted
    grant: Json = {
        "id": new_id("oag"),
        "status": "ACTIVE",
        "created": call.org.stamp(),
        "createdBy": {"id": call.org.user("me").id, "type": "User"},
        "lastUpdated": call.org.stamp(),
        "issuer": body["issuer"],
        "clientId": app.credentials["oauthClient"]["client_id"],
        "scopeId": body["scopeId"],
        "source": "ADMIN",
    }
    app.grants[grant["id"]] = grant
    return 201, _view(call, app, grant)


def _grant(call: Call, app: App) -> Json:
    grant = app.grants.get(call.params["grantId"])
    if grant is None:
        raise missing(call.params["grantId"], "OAuth2ScopeConsentGrant")
    return grant


@route("GET", "/api/v1/apps/{appId}/grants/{grantId}")
def get_grant(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    return 200, _view(call, app, _grant(call, app))


@route("DELETE", "/api/v1/apps/{appId}/grants/{grantId}")
def delete_grant(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    del app.grants[_grant(call, app)["id"]]
    return 204, None


@route("GET", "/api/v1/users/{userId}/roles")
def list_roles(call: Call) -> Answer:
    """Nobody but the administrator has a role on the embedded cloud."""
    user = call.org.user(call.params["userId"])
    if user.id != call.org.user("me").id:
        return 200, []
    role: Json = {
        "id": f"ra1{user.id[3:]}",
        "label": "Super Organization Administrator",
        "type": "SUPER_ADMIN",
        "status": "ACTIVE",
        "assignmentType": "USER",
    }
    return 200, [role]

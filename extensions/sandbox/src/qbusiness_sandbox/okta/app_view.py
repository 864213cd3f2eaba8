# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an application is answered: its members by release and engine, and its links (recorded)."""

from __future__ import annotations

import hashlib
from typing import Any

from qbusiness_sandbox.okta import more_members
from qbusiness_sandbox.okta.catalog import DEFAULT_LOGO, template_of
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, Secret
from qbusiness_sandbox.okta.values import Json, clone, stamp

#: Where Okta keeps pictures. Never asked for anything.
CONTENT = "https://op3static.oktacdn.com"
_LOGOS = {
    "saasure": "/assets/img/logos/okta_admin_app.da3325676d57eaf566cb786dd0c7a819.png",
    "okta_enduser": "/assets/img/logos/okta-logo-end-user-dashboard.fc6d8fdbcb8cb4c933d009e71456cec6.svg",
    "okta_browser_plugin": "/assets/img/logos/okta-logo-browser-plugin.1db9f55776407dfc548a5d6985ff280a.svg",
}


def admin_base(base: str) -> str:
    """The console's host: ``{sub}-admin`` beside an Okta domain, the same host otherwise."""
    scheme, _unused, host = base.partition("://")
    label, dot, rest = host.partition(".")
    return f"{scheme}://{label}-admin.{rest}" if dot and not label.isdigit() else base


def _logo(app: App) -> str:
    if app.name in _LOGOS:
        return _LOGOS[app.name]
    if app.custom:
        return DEFAULT_LOGO
    return template_of(app.name).logo or f"/fs/bcg/4/gfs{hashlib.sha256(app.name.encode()).hexdigest()[:17]}"


def links_of(org: Org, app: App, base: str) -> Json:
    own = f"{base}/api/v1/apps/{app.id}"
    links: Json = {}
    template = template_of(app.name)
    if app.mode.startswith(("SAML", "WS_FED")) or (app.mode == "OPENID_CONNECT" and app.name != "oidc_client"):
        kind = "instructions" if app.custom or app.mode == "SAML_1_1" else template.help
        if kind and not app.built_in:
            href = f"{admin_base(base)}/app/{app.name}/{app.id}/setup/help/{app.mode}/{kind}"
            links["help"] = {"href": href, "type": "text/html"}
    if app.mode == "SAML_2_0":
        links["metadata"] = {"href": f"{own}/sso/saml/metadata", "type": "application/xml"}
    links["uploadLogo"] = {"href": f"{own}/logo", "hints": {"allow": ["POST"]}}
    links["appLinks"] = [
        {"name": name, "href": f"{base}/home/{app.name}/{app.id}/{app.embed}", "type": "text/html"}
        for name in app.visibility.get("appLinks", {})
    ]
    if org.options.identity_engine:
        enrollment = next((i for i, p in org.state.policies.items() if p["type"] == "PROFILE_ENROLLMENT"), "")
        links["profileEnrollment"] = {"href": f"{base}/api/v1/policies/{enrollment}"}
        links["policies"] = {"href": f"{own}/policies", "hints": {"allow": ["PUT"]}}
        links["accessPolicy"] = {"href": f"{base}/api/v1/policies/{app.policy}"}
    links["groups"] = {"href": f"{own}/groups"}
    links["logo"] = [{"name": "medium", "href": CONTENT + _logo(app), "type": "image/png"}]
    if app.mode == "OPENID_CONNECT" and not app.built_in:
        client = app.credentials.get("oauthClient", {})
        kind = "jwks" if client.get("token_endpoint_auth_method") == "private_key_jwt" else "secrets"
        links["clientCredentials"] = [{"name": kind, "href": f"{own}/credentials/{kind}"}]
    links["users"] = {"href": f"{own}/users"}
    turn = "deactivate" if app.active else "activate"
    links[turn] = {"href": f"{own}/lifecycle/{turn}"}
    return links


def _universal_logout(org: Org, app: App) -> Any:
    if org.options.feature("universal_logout") != "object":
        return None
    if app.name == "oidc_client":
        return {
            "status": "DISABLED",
            "supportType": "FULL",
            "identityStack": "NOT_SHARED",
            "protocol": "GLOBAL_TOKEN_REVOCATION",
        }
    return {"status": "UNSUPPORTED"}


def view(org: Org, app: App, base: str, secret: Secret | None = None) -> Json:
    """The application as JSON. ``secret``: shown only in answers of POST and PUT."""
    credentials = clone(app.credentials)
    if secret is not None and "oauthClient" in credentials:
        credentials["oauthClient"]["client_secret"] = secret.value
    settings = clone(app.settings)
    if org.options.feature("em_opt_in") and not app.built_in:
        settings["emOptInStatus"] = "NONE"
    for hook in settings.get("signOn", {}).get("inlineHooks", []):
        url = f"{base}/api/v1/inlineHooks/{hook['id']}"
        hook["_links"] = {"self": {"href": url, "hints": {"allow": ["GET", "PUT", "DELETE"]}}}
    kind = "okta" if "preview" not in base else "oktapreview"
    body: Json = {
        "id": app.id,
        "orn": f"orn:{kind}:idp:{org.state.org_id}:apps:{app.name}:{app.id}",
        "name": app.name,
        "label": app.label,
        "status": app.status,
        "lastUpdated": stamp(app.updated),
        "created": stamp(app.created),
        "accessibility": clone(app.accessibility),
        "visibility": clone(app.visibility),
        "features": list(app.features),
        "signOnMode": app.mode,
        "credentials": credentials,
    }
    if app.profile is not None:
        body["profile"] = clone(app.profile)
    if org.options.feature("universal_logout") != "absent":
        body["universalLogout"] = _universal_logout(org, app)
    body["settings"] = settings
    body["_links"] = links_of(org, app, base)
    return more_members.shown(org, body, app.more)

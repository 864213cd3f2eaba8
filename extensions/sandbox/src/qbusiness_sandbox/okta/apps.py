# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: create, replace, life cycle (okta-management API, ``/api/v1/apps``; recorded, unless marked)."""

from __future__ import annotations

import re
from typing import Any

from qbusiness_sandbox.okta import app_oidc, app_saml, more_members
from qbusiness_sandbox.okta.catalog import refusals, template_of
from qbusiness_sandbox.okta.errors import OktaError, blank, invalid
from qbusiness_sandbox.okta.initial import VPN
from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import App, Secret
from qbusiness_sandbox.okta.values import Json, as_object, clone, external_key, new_id

MODES = frozenset(
    {
        "SAML_2_0",
        "SAML_1_1",
        "OPENID_CONNECT",
        "BOOKMARK",
        "AUTO_LOGIN",
        "BASIC_AUTH",
        "BROWSER_PLUGIN",
        "SECURE_PASSWORD_STORE",
        "WS_FEDERATION",
    }
)
PASSWORD_MODES = frozenset({"AUTO_LOGIN", "BASIC_AUTH", "BROWSER_PLUGIN", "SECURE_PASSWORD_STORE"})
SCHEMES = frozenset(
    {
        "ADMIN_SETS_CREDENTIALS",
        "EDIT_PASSWORD_ONLY",
        "EDIT_USERNAME_AND_PASSWORD",
        "EXTERNAL_PASSWORD_SYNC",
        "SHARED_USERNAME_AND_PASSWORD",
    }
)
LABEL_LIMIT = 100


def _user_name_template(sent: Json, before: Json | None) -> Json:
    given = as_object(sent.get("userNameTemplate"))
    if not given:
        return clone(before) if before else {"template": "${source.login}", "type": "BUILT_IN"}
    answer: Json = {"template": given.get("template") or "${source.login}", "type": given.get("type") or "BUILT_IN"}
    if given.get("userSuffix"):
        answer["userSuffix"] = given["userSuffix"]
    if given.get("pushStatus") or answer["type"] == "CUSTOM":
        answer["pushStatus"] = given.get("pushStatus") or "DONT_PUSH"
    return answer


def _password_credentials(sent: Json, before: Json) -> Json:
    """``credentials`` of apps that fill in a password."""
    scheme = sent.get("scheme") or before.get("scheme") or "EDIT_USERNAME_AND_PASSWORD"
    if scheme not in SCHEMES:
        raise invalid("credentials.scheme", "scheme: Invalid value")  # guess: the text
    answer: Json = {"scheme": scheme, "revealPassword": bool(sent.get("revealPassword"))}
    if scheme == "SHARED_USERNAME_AND_PASSWORD":
        answer["userName"] = sent.get("userName") or before.get("userName")
        answer["password"] = {}
    return answer


def _accessibility(sent: Any, before: Json | None) -> Json:
    base: Json = before or {"selfService": False, "errorRedirectUrl": None, "loginRedirectUrl": None}
    return {name: as_object(sent).get(name, base[name]) for name in base}


def _visibility(sent: Any, before: Json | None, app: App) -> Json:
    given = as_object(sent)
    hidden = app.name == "oidc_client"
    base: Json = before or {"autoLaunch": False, "autoSubmitToolbar": False, "hide": {"iOS": hidden, "web": hidden}}
    template = template_of(app.name)
    names = (f"{app.name}_link",) if app.custom else template.links
    links = (before or {}).get("appLinks") or dict.fromkeys(names, True)
    if given.get("appLinks"):
        links = {name: given["appLinks"].get(name, shown) for name, shown in links.items()}
    return {
        "autoLaunch": given.get("autoLaunch", base.get("autoLaunch", False)),
        "autoSubmitToolbar": given.get("autoSubmitToolbar", base["autoSubmitToolbar"]),
        "hide": {**base["hide"], **as_object(given.get("hide"))},
        "appLinks": links,
    }


def _settings(org: Org, app: App, body: Json, before: Json | None) -> Json:
    sent = as_object(body.get("settings"))
    old = before or {}
    template = template_of(app.name)
    parameters = as_object(sent.get("app")) if "app" in sent else clone(old.get("app", {}))
    if not app.custom and app.name != "oidc_client":
        parameters = {**template.fields, **parameters}
        missing = [name for name in template.required if not parameters.get(name)]
        if missing:
            raise invalid(
                f"settings.app.{missing[0]}", *(f"{name}: The field cannot be left blank" for name in missing)
            )
        reasons = refusals(app.name, parameters)
        if reasons:
            raise invalid("settings", *reasons)
    notes = {"admin": None, "enduser": None, **as_object(old.get("notes")), **as_object(sent.get("notes"))}
    settings: Json = {
        "app": parameters,
        "notifications": clone(old.get("notifications", VPN)),
        "manualProvisioning": bool(sent.get("manualProvisioning", old.get("manualProvisioning", False))),
        "implicitAssignment": bool(sent.get("implicitAssignment", old.get("implicitAssignment", False))),
        "notes": notes,
    }
    vpn = as_object(as_object(sent.get("notifications")).get("vpn"))
    if vpn:
        settings["notifications"] = {"vpn": {**settings["notifications"]["vpn"], **vpn}}
    sign_on = as_object(sent.get("signOn"))
    kept = old.get("signOn")
    if app.mode == "SAML_2_0" and app.custom:
        settings["signOn"] = app_saml.custom_sign_on(sign_on, kept, org.state.hooks)
    elif app.mode in ("SAML_2_0", "SAML_1_1"):
        settings["signOn"] = app_saml.catalog_sign_on(sign_on, kept, app.mode)
    elif app.mode == "AUTO_LOGIN":
        answer = (
            {"redirectUrl": sign_on.get("redirectUrl"), "loginUrl": sign_on.get("loginUrl")}
            if (sign_on or before is None)
            else clone(kept or {})
        )
        if app.custom and not answer.get("loginUrl"):
            raise invalid("settings.signOn.loginUrl", "loginUrl: The field cannot be left blank")
        settings["signOn"] = answer
    elif app.mode == "OPENID_CONNECT" and app.name == "oidc_client":
        client = as_object(sent.get("oauthClient"))
        if before is not None and not client:
            settings["oauthClient"] = clone(old["oauthClient"])
        else:
            front = bool(org.options.feature("front_channel_logout"))
            settings["oauthClient"] = app_oidc.oauth_settings(client, old.get("oauthClient"), front)
    return settings


def _credentials(org: Org, app: App, body: Json, before: Json | None) -> Json:
    sent = as_object(body.get("credentials"))
    old = before or {}
    answer: Json = {"userNameTemplate": _user_name_template(sent, old.get("userNameTemplate"))}
    if app.mode in PASSWORD_MODES:
        answer |= _password_credentials(sent, old)
    kid = as_object(sent.get("signing")).get("kid") or as_object(old.get("signing")).get("kid")
    if kid and kid not in app.keys:
        raise invalid("credentials.signing.kid", f"kid: {kid} is not a key of this application")  # guess: the text
    answer["signing"] = {"kid": kid} if kid else {}
    if app.mode == "OPENID_CONNECT" and app.name == "oidc_client":
        kind = as_object(as_object(body.get("settings")).get("oauthClient")).get("application_type")
        kind = kind or as_object(app.settings.get("oauthClient")).get("application_type") or "web"
        taken = {
            other.credentials["oauthClient"]["client_id"]
            for other in org.state.apps.values()
            if other.id != app.id and "oauthClient" in other.credentials
        }
        answer["oauthClient"] = app_oidc.oauth_credentials(
            as_object(sent.get("oauthClient")), old.get("oauthClient"), app.id, kind, taken
        )
    return answer


def _give_keys(org: Org, app: App) -> None:
    """Which keys a new application has. A custom SAML app: one of its own; a SAML 2.0 template: its own beside the
    org's; OIDC: the org's other one; the rest: the org's (recorded)."""
    state = org.state
    if app.mode == "OPENID_CONNECT":
        app.keys = {state.oidc_key.kid: app.created}
        app.credentials["signing"] = {"kid": state.oidc_key.kid}
        return
    own = app.mode == "SAML_2_0"
    if not (own and app.custom):
        app.keys[state.saml_key.kid] = app.created
    if own:
        key = SigningKey(app.created, organization=state.organization)
        state.keys[key.kid] = key
        app.keys[key.kid] = app.created
        app.credentials["signing"] = {"kid": key.kid}
    elif app.mode in ("SAML_1_1", "WS_FEDERATION"):
        app.credentials["signing"] = {"kid": state.saml_key.kid}


def _common_checks(body: Json) -> str:
    label = body.get("label")
    if not isinstance(label, str) or not label.strip():
        raise blank("label")
    if len(label) > LABEL_LIMIT:
        raise invalid(
            "label", f"label: The field is too long, at most {LABEL_LIMIT} characters"
        )  # guess: limit and text
    for name, note in as_object(as_object(body.get("settings")).get("notes")).items():
        if isinstance(note, str) and len(note) > 250:
            raise invalid(f"settings.notes.{name}", f"{name}: The field is too long")  # guess: the text
    return label


def _mode(body: Json) -> str:
    mode = body.get("signOnMode") or (template_of(str(body.get("name"))).mode if body.get("name") else "")
    if not mode:
        raise blank("signOnMode")
    if mode not in MODES:
        raise invalid("signOnMode", "signOnMode: Invalid value")  # guess: the text
    return str(mode)


def create(org: Org, body: Json, subdomain: str, activate: bool) -> tuple[App, Secret | None]:
    """Make an application. Answers it and, for an OIDC client, its secret."""
    label, mode = _common_checks(body), _mode(body)
    limit = org.options.app_limit
    if limit and len(org.state.apps) >= limit:
        raise invalid(
            "generalSettings", "Cannot create application instance. Maximum number of instances has been reached."
        )
    custom = not body.get("name")
    if custom and mode not in ("SAML_2_0", "AUTO_LOGIN"):
        raise blank("name")  # guess: which modes make custom apps
    identifier = new_id("0oa")
    number = org.state.custom_apps + 1
    plain = re.sub(r"[^a-z0-9]", "", label.lower())
    name = f"{subdomain}_{plain}_{number}" if custom else str(body["name"]).lower()
    app = App(
        identifier,
        external_key(identifier),
        name,
        label,
        mode,
        "ACTIVE" if activate else "INACTIVE",
        org.now,
        org.now,
        custom,
        {},
        {},
        {},
        {},
        policy=org.default_policy(),
    )
    app.embed = template_of(name).embed or new_id("aln")
    app.accessibility = _accessibility(body.get("accessibility"), None)
    app.visibility = _visibility(body.get("visibility"), None, app)
    app.settings = _settings(org, app, body, None)
    app.credentials = _credentials(
        org,
        app,
        {
            **body,
            "credentials": {
                key: value for key, value in as_object(body.get("credentials")).items() if key != "signing"
            },
        },
        None,
    )
    _give_keys(org, app)
    if isinstance(body.get("profile"), dict):
        app.profile = clone(body["profile"])
    secret = _first_secret(org, app, as_object(as_object(body.get("credentials")).get("oauthClient")))
    app.more = more_members.found(org, body)
    org.state.apps[app.id] = app
    app.unlisted = org.options.list_lag
    if custom:
        org.state.custom_apps = number
    return app, secret


def _first_secret(org: Org, app: App, sent: Json) -> Secret | None:
    client = app.credentials.get("oauthClient")
    if not client or client["token_endpoint_auth_method"] not in app_oidc.SECRET_METHODS:
        return None
    value = app_oidc.check_secret(sent["client_secret"]) if sent.get("client_secret") else app_oidc.new_secret()
    secret = Secret(new_id("ocs"), value, org.now, org.now)
    app.secrets.append(secret)
    return secret


def replace(org: Org, app: App, body: Json) -> Secret | None:
    """PUT: some members are kept where they are left out, some reset, ``status`` and ids ignored."""
    if app.custom and not app.active:
        raise app_saml.inactive_custom()
    label = _common_checks(body)
    mode = body.get("signOnMode") or app.mode
    if mode != app.mode:
        raise invalid("signOnMode", "signOnMode: cannot be changed")  # guess: refusal and text
    settings = _settings(org, app, body, app.settings)
    new_type = as_object(settings.get("oauthClient")).get("application_type")
    if new_type != as_object(app.settings.get("oauthClient")).get("application_type"):
        # guess: refusal and text
        raise invalid("settings.oauthClient.application_type", "application_type: cannot be changed")
    credentials = _credentials(org, app, body, app.credentials)
    accessibility = _accessibility(body.get("accessibility"), app.accessibility)
    visibility = _visibility(body.get("visibility"), app.visibility, app)
    secret = _replaced_secret(org, app, credentials, as_object(as_object(body.get("credentials")).get("oauthClient")))
    app.label, app.settings, app.credentials = label, settings, credentials
    app.accessibility, app.visibility = accessibility, visibility
    app.profile = clone(body["profile"]) if isinstance(body.get("profile"), dict) else None
    app.more = more_members.found(org, body)
    app.updated = org.now
    return secret


def _replaced_secret(org: Org, app: App, credentials: Json, sent: Json) -> Secret | None:
    """``client_secret`` in a PUT is a write; empty or left out keeps what there is."""
    client = credentials.get("oauthClient")
    if not client:
        return None
    if client["token_endpoint_auth_method"] not in app_oidc.SECRET_METHODS:
        if client["token_endpoint_auth_method"] == "private_key_jwt":
            app.secrets.clear()  # documented
        return None
    active = [secret for secret in app.secrets if secret.status == "ACTIVE"]
    if sent.get("client_secret"):
        value = app_oidc.check_secret(sent["client_secret"])
        if active:
            active[0].value, active[0].updated = value, org.now
            return active[0]
        app.secrets.append(Secret(new_id("ocs"), value, org.now, org.now))
        return app.secrets[-1]
    if not active:
        app.secrets.append(Secret(new_id("ocs"), app_oidc.new_secret(), org.now, org.now))
        return app.secrets[-1]
    return active[0]


def set_status(org: Org, app: App, status: str) -> None:
    """Activate or deactivate; a repeat is accepted (recorded on bookmark apps)."""
    if app.status != status:
        app.status, app.updated = status, org.now


def delete(org: Org, app: App) -> None:
    if app.active:
        raise OktaError("E0000056", "The application must be deactivated before deletion.")
    if app.built_in:
        raise OktaError("E0000006")  # guess
    del org.state.apps[app.id]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An Okta org for a reader: apps found from either end, authorization servers, client secrets without their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..errors import ServiceError
from ..okta import (
    app_document,
    assignments,
    authorization_server_info,
    client_secret_decision,
    federated_claims,
    metadata,
    oidc_settings,
    saml_settings,
    statements,
)
from ..okta.client_secret import client_secret_view
from ..okta.errors import NOT_FOUND
from ..okta.protocols import PROTOCOLS
from ..okta.session import OktaSession
from . import providers
from .detail import Detail, Part
from .model import AuthorizationServer, ClientSecret, OktaApp
from .unread import Notes

#: The end of the name of the SAML attribute that holds pairs of role and provider.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
ROLE_ATTRIBUTE = "/SAML/Attributes/Role"
PAGE = 200

App = Mapping[str, Any]


class OktaReader:
    """Reads one org."""

    def __init__(self, session: OktaSession, secrets: set[str]) -> None:
        """:param secrets: takes every secret that Okta answers along"""
        self._session = session
        self._secrets = secrets

    @property
    def org(self) -> str:
        """The org's origin."""
        return self._session.origin

    # -- apps -------------------------------------------------------------------------------------------------------

    def apps(self, label: str = "") -> tuple[OktaApp, ...]:
        """The SAML and OpenID Connect apps, or those of exactly a label, as the list has them."""
        found = (self._bare(app) for app in self._listed(label) if not label or app.get("label") == label)
        return tuple(sorted(found, key=lambda app: (app.label, app.id)))

    def _listed(self, label: str = "") -> Iterator[App]:
        # Okta itself only knows how labels begin.
        more = {"q": label} if label else {}
        for app in self._session.pages("apps", limit=PAGE, **more):
            if app.get("signOnMode") in PROTOCOLS:
                yield app

    def app(self, app_id: str, detail: Detail) -> OktaApp | None:
        """An app by its id; ``None`` where there is none, or it speaks another protocol."""
        app = self._session.find("apps", app_id)
        return None if app is None or app.get("signOnMode") not in PROTOCOLS else self._detailed(app, detail)

    def by_client_id(self, client_id: str, detail: Detail) -> OktaApp | None:
        """The app of a client id, which mostly is the app's own id."""
        app = self._session.find("apps", client_id)
        if app is None or _client_id(app) != client_id:
            app = next((item for item in self._listed() if _client_id(item) == client_id), None)
        return None if app is None else self._detailed(app, detail)

    def by_entity_id(self, entity_id: str, sso_urls: Iterable[str], detail: Detail) -> OktaApp | None:
        """The SAML app of an entity id, which only its metadata tells.

        :param sso_urls: of the provider's metadata; they name the app, so that others need not be asked
        """
        names = {name for url in sso_urls if (name := name_in(url))}
        named = [
            app
            for app in self._listed()
            if app["signOnMode"] == saml_settings.MODE and (not names or app["name"] in names)
        ]
        for app in sorted(named, key=lambda app: app["status"] != "ACTIVE"):
            found = self._entity_id(app)
            if found == entity_id or (not found and names and len(named) == 1):
                return self._detailed(app, detail)
        return None

    def _entity_id(self, app: App) -> str:
        """``""`` where the app has no metadata: an inactive one has none."""
        try:
            return self._metadata(app).entity_id
        except ServiceError:
            if app["status"] == "ACTIVE":
                raise
            return ""

    def _metadata(self, app: App) -> metadata.Metadata:
        return metadata.of_app(self._session, str(app["id"]), _key_id(app))

    def _detailed(self, app: App, detail: Detail) -> OktaApp:
        app_id, saml = str(app["id"]), app["signOnMode"] == saml_settings.MODE
        what, notes = f"Okta app {app['label']} ({app_id})", Notes()
        more: dict[str, Any] = {}
        if saml and Part.METADATA in detail and app["status"] == "ACTIVE":
            found = notes.tried(f"metadata of {what}", lambda: self._metadata(app), None)
            if found is not None:
                more["metadata"] = found.document
                more["entity_id"], more["sso_url"] = found.entity_id, found.sso_url
                more["certificates"] = providers.certificates(found.certificates)
        if Part.APP_GROUPS in detail:
            more["groups"] = notes.tried(f"groups of {what}", lambda: self._groups(app_id), None)
        if Part.APP_USERS in detail:
            more["users"] = notes.tried(f"users of {what}", lambda: self._users(app_id), None)
        if Part.FEDERATED_CLAIMS in detail:
            more["federated_claims"] = notes.tried(f"federated claims of {what}", lambda: self._claims(app_id), None)
        return self._bare(app, **more, unread=tuple(notes.entries))

    def _bare(self, app: App, **more: Any) -> OktaApp:
        """An app as Okta's JSON has it, with what was read besides."""
        seen = app_document.without_secrets(app, self._secrets)
        protocol = PROTOCOLS[seen["signOnMode"]]
        return OktaApp(
            id=str(seen["id"]),
            label=str(seen["label"]),
            name=str(seen["name"]),
            status=str(seen["status"]),
            sign_on_mode=str(seen["signOnMode"]),
            org=self.org,
            settings={**app_document.view(seen), **protocol.answer(seen)},
            client_id=_client_id(seen),
            sign_in_urls=tuple(dict.fromkeys(_sign_in_urls(seen))),
            role_pairs=tuple(_role_pairs(seen)),
            **more,
        )

    def _groups(self, app_id: str) -> tuple[str, ...]:
        return tuple(sorted(assignments.group_difference(self._session, app_id, [], purge=False).before.values()))

    def _users(self, app_id: str) -> tuple[str, ...]:
        # Without purge only users that are named are looked up.
        return tuple(sorted(assignments.user_difference(self._session, app_id, [], purge=True).before.values()))

    def _claims(self, app_id: str) -> tuple[dict[str, str], ...] | None:
        """``None`` where the org has no federated claims."""
        try:
            listed = list(self._session.pages("apps", app_id, federated_claims.PATH))
        except ServiceError as error:
            if error.code != federated_claims.UNLICENSED:
                raise
            return None
        found = ({"name": str(item["name"]), "expression": str(item["expression"])} for item in listed)
        return tuple(sorted(found, key=lambda item: item["name"]))

    # -- authorization servers and client secrets -------------------------------------------------------------------

    def authorization_server(self, named: str, *, whole: bool = True) -> AuthorizationServer | None:
        """The server of an id, or the first of exactly a name.

        :param whole: with its claims, scopes, policies and rules
        """
        server = next(authorization_server_info.found_by(self._session, named), None) if named else None
        return None if server is None else self._server(server, whole=whole)

    def server_of(self, issuer: str, *, whole: bool = True) -> AuthorizationServer | None:
        """The server of an issuer; ``None`` where it is not one of this org's custom servers."""
        _before, mark, named = urlsplit(issuer).path.partition("/oauth2/")
        server = self._session.find(authorization_server_info.KIND, named) if mark and named else None
        # Every org may have a server that is called default.
        fits = server is not None and server.get("issuer") == issuer
        return self._server(server, whole=whole) if fits and server is not None else None

    def _server(self, server: App, *, whole: bool) -> AuthorizationServer:
        return AuthorizationServer(
            id=str(server["id"]),
            name=str(server["name"]),
            issuer=str(server.get("issuer") or ""),
            status=str(server.get("status") or ""),
            settings=authorization_server_info.shown(self._session, server) if whole else {},
        )

    def client_secrets(self, app_id: str) -> tuple[ClientSecret, ...]:
        """The client secrets of an app. Okta lists their values along; they go no further."""
        try:
            answer = self._session.items("apps", app_id, "credentials", "secrets")
        except ServiceError as error:
            if error.code != NOT_FOUND:
                raise
            answer = []
        listed = client_secret_decision.listed(answer)
        self._secrets.update(secret.value for secret in listed if secret.value)
        views = (client_secret_view(secret) for secret in listed)
        found = (ClientSecret(view["id"], view["status"], view["created"], view["last_updated"]) for view in views)
        return tuple(sorted(found, key=lambda secret: (secret.created, secret.id)))


def name_in(sso_url: str) -> str:
    """The technical name of an app in its SSO URL (``/app/NAME/KEY/sso/saml``, as Okta's metadata has it)."""
    parts = urlsplit(sso_url).path.split("/")
    return parts[2] if len(parts) > 3 and parts[1] == "app" else ""


def _key_id(app: App) -> str:
    return str((app.get("credentials") or {}).get("signing", {}).get("kid") or "")


def _client_id(app: App) -> str:
    """The client id of an OpenID Connect app."""
    if app["signOnMode"] != oidc_settings.MODE:
        return ""
    return str(PROTOCOLS[app["signOnMode"]].current_of(app).get("client_id") or "")


def _sign_in_urls(app: App) -> Iterator[str]:
    current = PROTOCOLS[app["signOnMode"]].current_of(app)
    if app["signOnMode"] == oidc_settings.MODE:
        yield from (str(uri) for uri in current.get("redirect_uris") or ())
        return
    for member in ("ssoAcsUrlOverride", "ssoAcsUrl"):
        if current.get(member):
            yield str(current[member])
    yield from (str(item["url"]) for item in current.get("acsEndpoints") or () if item.get("url"))


def _role_pairs(app: App) -> Iterator[str]:
    current = PROTOCOLS[app["signOnMode"]].current_of(app)
    for statement in current.get("attributeStatements") or ():
        if str(statement.get("name") or "").endswith(ROLE_ATTRIBUTE):
            yield from (statements.constant(value) for value in statement.get("values") or ())

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identities for a reader: from a provider to its Okta app and to everybody who trusts it."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from ..iam.provider_uses import use_by_role
from . import roles, stored_secrets
from .crew import Group
from .detail import Detail, Part
from .model import Application, AuthorizationServer, ClientSecret, Identity, OktaApp, Provider, Role, Secret
from .unread import Notes

if t.TYPE_CHECKING:
    from .reader import Reader

#: Hosts of Okta orgs end so; those of custom domains are known by the applications that use them.
#: Source: https://developer.okta.com/docs/concepts/okta-organizations/
OKTA_HOSTS = (".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com", ".okta.mil")
#: How entity ids of Okta begin, unless somebody chose another (recorded).
OKTA_ENTITY = "http://www.okta.com/"
SAML, OIDC = "saml", "oidc"


def of_okta(provider: Provider, org: str) -> bool:
    """Whether a provider is one of an Okta org, as far as its name says."""
    host = provider.url.removeprefix("https://").partition("/")[0]
    own = bool(org) and provider.url.startswith(f"{org}/")
    return own or provider.entity_id.startswith(OKTA_ENTITY) or host.endswith(OKTA_HOSTS)


@dataclass
class Parts:
    """What was read of one identity so far."""

    provider: Provider | None
    client_id: str = ""
    app: OktaApp | None = None
    server: AuthorizationServer | None = None
    client_secrets: tuple[ClientSecret, ...] = ()


class IdentityWork:
    """Reads the identities of providers, after their applications were read."""

    def __init__(self, reader: Reader, group: Group, notes: Notes, detail: Detail) -> None:
        self._reader = reader
        self._group = group
        self._notes = notes
        self._detail = detail
        self._parts: list[Parts] = []
        self._roles: dict[str, Role] = {}
        self._secrets: dict[str, Secret | None] = {}

    # -- pieces of work ---------------------------------------------------------------------------------------------

    def provider(self, provider: Provider, clients: Iterable[str]) -> None:
        """Read the identities of a provider.

        :param clients: the client ids to follow, with OpenID Connect
        """
        found = sorted(set(clients)) if provider.type == OIDC else [""]
        for client in found or [""]:
            parts = Parts(provider, client)
            self._parts.append(parts)
            if self._reader.org is not None:
                self._group.add(partial(self._read_app, parts))
                if provider.type == OIDC and Part.AUTHORIZATION_SERVERS in self._detail:
                    self._group.add(partial(self._read_server, parts))

    def app(self, app: OktaApp) -> None:
        """Read an identity that has an Okta app, and no provider in this account."""
        parts = Parts(None, app.client_id, app)
        self._parts.append(parts)
        self._group.add(partial(self._follow_app, parts))

    def secret(self, named: str, region: str) -> None:
        """Read what is said of a secret, once."""
        if named and named not in self._secrets:
            self._secrets[named] = None
            self._group.add(partial(self._read_secret, named, region))

    def trusting(self, role: Role) -> None:
        """Read a role that trusts a provider, once."""
        if role.arn not in self._roles:
            self._roles[role.arn] = role
            if Part.POLICIES in self._detail:
                self._group.add(partial(self._read_role, role))

    def _read_app(self, parts: Parts) -> None:
        provider, org = t.cast("Provider", parts.provider), self._reader.org
        if org is None:
            return
        client = parts.client_id
        if client:
            read, sought = partial(org.by_client_id, client, self._detail), f"client id {client}"
        elif provider.type == SAML:
            read = partial(org.by_entity_id, provider.entity_id, provider.sso_urls, self._detail)
            sought = f"entity id {provider.entity_id}"
        else:
            return
        what = f"Okta app of provider {provider.arn}"
        missing = f"No app of the org {org.org} has the {sought}; it may be of another org."
        parts.app = self._notes.demanded(what, read, missing)
        self._follow_app(parts)

    def _follow_app(self, parts: Parts) -> None:
        app, org = parts.app, self._reader.org
        if app is None or org is None:
            return
        self._notes.entries.extend(app.unread)
        if app.client_id and Part.CLIENT_SECRETS in self._detail:
            app_id = app.id
            none: tuple[ClientSecret, ...] = ()
            what = f"client secrets of Okta app {app.label} ({app.id})"
            parts.client_secrets = self._notes.tried(what, lambda: org.client_secrets(app_id), none)

    def _read_server(self, parts: Parts) -> None:
        provider, org = t.cast("Provider", parts.provider), self._reader.org
        if org is not None:
            parts.server = self._notes.demanded(
                f"authorization server of provider {provider.arn}",
                lambda: org.server_of(provider.url),
                f"The org {org.org} has no custom authorization server with the issuer {provider.url}. It may be of "
                "another org.",
            )

    def _read_secret(self, named: str, region: str) -> None:
        place = stored_secrets.region_of(named) or region
        self._secrets[named] = self._notes.demanded(
            f"secret {named}",
            lambda: self._reader.client_secret(named, place),
            f"There is no secret {named} in {place}.",
        )

    def _read_role(self, role: Role) -> None:
        found = self._notes.tried(f"role {role.arn}", lambda: roles.read(self._reader.aws(), role.arn), None)
        if found is not None:
            self._roles[role.arn] = found
            self._notes.entries.extend(found.unread)

    # -- the result -------------------------------------------------------------------------------------------------

    def trusted_by(self, provider_arn: str) -> tuple[Role, ...]:
        """The roles that trust a provider."""
        return tuple(role for _arn, role in sorted(self._roles.items()) if role.trusts(provider_arn))

    def completed(self, application: Application) -> Application:
        """An application with the roles that only their policies tie to it."""
        known = {role.arn for role in application.roles}
        more = [
            role
            for role in self.trusted_by(application.provider_arn)
            if role.arn not in known and role.names_application(application.arn)
        ]
        if not more:
            return application
        return replace(application, roles=tuple(sorted((*application.roles, *more), key=lambda role: role.arn)))

    def result(self, applications: Iterable[Application]) -> tuple[Identity, ...]:
        """The identities, once all is read."""
        everyone = tuple(applications)
        found = [self._identity(parts, everyone) for parts in self._parts]
        return tuple(sorted(found, key=_order))

    def _identity(self, parts: Parts, applications: tuple[Application, ...]) -> Identity:
        arn = parts.provider.arn if parts.provider else ""
        own = [item for item in applications if arn and item.provider_arn == arn and _has(item, parts.client_id)]
        named = {experience.secret_arn for item in own for experience in item.web_experiences}
        secrets = {secret.arn: secret for name in named if (secret := self._secrets.get(name))}
        trusting = [role for role in self.trusted_by(arn) if _takes(role, arn, parts.client_id)] if arn else []
        saml = parts.provider.type == SAML if parts.provider else not parts.client_id
        return Identity(
            protocol=SAML if saml else OIDC,
            provider=parts.provider,
            client_id=parts.client_id,
            app=parts.app,
            authorization_server=parts.server,
            client_secrets=parts.client_secrets,
            secrets=tuple(secrets[key] for key in sorted(secrets)),
            roles=tuple(trusting),
            applications=tuple(sorted(item.arn for item in own)),
        )


def _has(application: Application, client_id: str) -> bool:
    return not client_id or client_id in application.client_ids


def _takes(role: Role, provider_arn: str, client_id: str) -> bool:
    """Whether people of a client id come in by a role; with SAML there is none."""
    use = use_by_role(role.arn, role.trust, provider_arn)
    return use is not None and (not client_id or use.accepts(client_id))


def _order(identity: Identity) -> tuple[str, ...]:
    provider = identity.provider.arn if identity.provider else ""
    app = (identity.app.label, identity.app.id) if identity.app else ("", "")
    return provider, *app, identity.client_id

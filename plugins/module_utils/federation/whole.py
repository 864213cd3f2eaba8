# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole federation: what a selection names, with all that hangs on it, in both directions."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator
from functools import partial

from ..iam import arns
from ..iam.provider_uses import FEDERATED
from . import applications, roles
from .detail import BARE, Part, Selection
from .identities import IdentityWork, of_okta
from .model import Application, Federation, Listed, OktaApp, Provider, Role
from .references import references
from .unread import Notes, in_order

if t.TYPE_CHECKING:
    from .reader import Reader

Place = tuple[str, str]


class FederationWork:
    """Reads one selection."""

    def __init__(self, reader: Reader, selection: Selection) -> None:
        self._reader = reader
        self._selection = selection
        self._detail = selection.detail
        self._regions = tuple(dict.fromkeys(selection.regions or (reader.region,)))
        self._notes = Notes()
        #: Of the first look.
        self._listed: dict[str, tuple[Listed, ...] | None] = {}
        self._providers: dict[str, Provider] = {}
        self._roles: tuple[Role, ...] = ()
        self._apps: tuple[OktaApp, ...] = ()
        #: What the selection names: providers with the client ids that are meant (empty: all), apps without one.
        self._meant: dict[str, set[str]] = {}
        self._alone: list[OktaApp] = []

    def read(self) -> Federation:
        """All of it.

        :raises ServiceError: the credentials are nobody's
        """
        caller = self._reader.caller()
        self._look()
        if self._selection.identities:
            self._find_identities()
        found, unread = self._reader.read_applications(self._places(), self._detail)
        self._notes.entries.extend(unread)
        work = self._read_identities(found)
        found = tuple(work.completed(item) for item in found)
        identities = work.result(found)
        org = self._reader.org.org if self._reader.org else ""
        return Federation(
            account=caller.account,
            partition=caller.partition,
            caller=caller.arn,
            org=org,
            regions=tuple(sorted(self._regions)),
            identities=identities,
            applications=found,
            references=references(found, identities, self._apps),
            unread=in_order(self._notes.entries),
        )

    # -- the first look: what there is ------------------------------------------------------------------------------

    def _look(self) -> None:
        group = self._reader.group()
        for region in self._regions:
            group.add(partial(self._list, region))
        if Part.USES in self._detail:
            group.add(self._list_roles)
            if self._reader.org is not None:
                group.add(self._list_apps)
        if self._selection.everything or self._selection.identities:
            group.add(lambda: self._list_providers(group.add))
        group.wait()

    def _list(self, region: str) -> None:
        self._listed[region] = self._notes.tried(
            f"applications of {region}", lambda: self._reader.applications(region), None
        )

    def _list_roles(self) -> None:
        none: tuple[Role, ...] = ()
        self._roles = self._notes.tried("roles of the account", lambda: tuple(roles.listed(self._reader.aws())), none)

    def _list_apps(self) -> None:
        none: tuple[OktaApp, ...] = ()
        self._apps = self._notes.tried("apps of the Okta org", self._reader.okta_apps, none)

    def _list_providers(self, add: t.Callable[[t.Callable[[], None]], None]) -> None:
        none: tuple[str, ...] = ()
        for arn in self._notes.tried("identity providers of the account", self._reader.providers, none):
            add(partial(self._read_provider, arn))

    def _read_provider(self, arn: str) -> None:
        missing = f"There is no identity provider {arn}."
        provider = self._notes.demanded(f"provider {arn}", lambda: self._reader.provider(arn), missing)
        if provider is not None:
            self._providers[arn] = provider

    # -- what the selection means -----------------------------------------------------------------------------------

    def _find_identities(self) -> None:
        for named in self._selection.identities:
            providers = [item for item in self._providers.values() if named in (item.arn, item.name, item.url)]
            for provider in providers:
                self._meant.setdefault(provider.arn, set())
            apps = [] if providers or self._reader.org is None else self._apps_named(named)
            for app in apps:
                self._find_provider(app)
            if not providers and not apps:
                where = f" or app of the org {self._reader.org.org}" if self._reader.org else ""
                self._notes.missing(f"identity {named}", f"No identity provider of the account{where} is called so.")

    def _apps_named(self, named: str) -> list[OktaApp]:
        one = self._notes.tried(f"Okta app {named}", lambda: self._reader.okta_app(named, BARE), None)
        if one is not None:
            return [one]
        none: tuple[OktaApp, ...] = ()
        return list(self._notes.tried(f"Okta app {named}", lambda: self._reader.okta_apps(named), none))

    def _find_provider(self, app: OktaApp) -> None:
        """The provider of an app: by its client id, or by the entity id in its metadata."""
        more = self._notes.tried(
            f"Okta app {app.label} ({app.id})", lambda: self._reader.okta_app(app.id, self._detail), None
        )
        app = more or app
        for provider in self._providers.values():
            if app.client_id and app.client_id in provider.client_ids:
                self._meant.setdefault(provider.arn, set()).add(app.client_id)
                return
            if app.entity_id and app.entity_id == provider.entity_id:
                self._meant.setdefault(provider.arn, set())
                return
        self._alone.append(app)

    def _places(self) -> list[Place]:
        """Where the applications are that are meant."""
        everyone = [item for items in self._listed.values() for item in items or ()]
        if self._selection.everything:
            return [(item.region, item.id) for item in everyone]
        found = [place for named in self._selection.applications for place in self._named(named, everyone)]
        if self._meant:
            found += self._users(everyone)
        return list(dict.fromkeys(found))

    def _named(self, named: str, everyone: Iterable[Listed]) -> Iterator[Place]:
        arn = arns.application(named)
        if arn is not None:
            yield arn.region, arn.id
            return
        found = [(item.region, item.id) for item in everyone if named in (item.id, item.name)]
        if not found:
            where = ", ".join(self._regions)
            self._notes.missing(f"application {named}", f"No application in {where} has this name or id.")
        yield from found

    def _users(self, everyone: Iterable[Listed]) -> list[Place]:
        """The applications that come through the providers that are meant. The list does not say which those are."""
        found: list[Place] = []
        group = self._reader.group()

        def look(item: Listed) -> None:
            own = Notes(item.region, item.id)
            aws = self._reader.aws(item.region)
            what = f"application {item.name} ({item.id})"
            seen = own.tried(what, lambda: applications.find(aws, item.id), None)
            self._notes.entries.extend(own.entries)
            state = seen.state if seen else {}
            clients = self._meant.get(str(state.get("iamIdentityProviderArn") or ""))
            if clients is not None and (not clients or clients.intersection(state.get("clientIdsForOIDC") or ())):
                found.append((item.region, item.id))

        for item in everyone:
            if item.identity_type in FEDERATED:
                group.add(partial(look, item))
        group.wait()
        return sorted(found)

    # -- identities -------------------------------------------------------------------------------------------------

    def _read_identities(self, found: tuple[Application, ...]) -> IdentityWork:
        used: dict[str, set[str]] = {}
        for item in found:
            if item.provider_arn:
                used.setdefault(item.provider_arn, set()).update(item.client_ids)
        group = self._reader.group()
        for arn in used:
            if arn not in self._providers:
                group.add(partial(self._read_provider, arn))
        group.wait()
        work = IdentityWork(self._reader, group, self._notes, self._detail)
        for provider, clients in self._identities(used):
            work.provider(provider, clients)
            for role in self._roles:
                if role.trusts(provider.arn):
                    work.trusting(role)
        for app in self._alone:
            work.app(app)
        if Part.CLIENT_SECRETS in self._detail:
            for item in found:
                for experience in item.web_experiences:
                    work.secret(experience.secret_arn, item.region)
        group.wait()
        return work

    def _identities(self, used: dict[str, set[str]]) -> Iterator[tuple[Provider, set[str]]]:
        """The providers that belong to it, each with the client ids to follow."""
        org = self._reader.org.org if self._reader.org else ""
        for arn, provider in sorted(self._providers.items()):
            everyone = set(provider.client_ids) | used.get(arn, set())
            if self._selection.everything:
                if arn in used or of_okta(provider, org):
                    yield provider, everyone
            elif arn in self._meant:
                yield provider, (self._meant[arn] or everyone) | used.get(arn, set())
            elif arn in used:
                # Of an app that others share only what the selected applications use.
                yield provider, used[arn]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run reads before it decides: the live objects that the hosts of an inventory may mean, in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from ..errors import ServiceError
from ..threads import in_threads
from .application_decision import find_application
from .detail import Detail
from .host_variables import LABELS
from .identity_decision import find_app
from .inventory import Inventory
from .matching import RefusedError
from .model import Application, AuthorizationServer, Caller, Listed, OktaApp, Provider, Secret
from .reader import Reader

T = TypeVar("T")
#: Identity types of applications whose people sign in through a provider of IAM.
FEDERATED = frozenset({"AWS_IAM_IDP_SAML", "AWS_IAM_IDP_OIDC"})
#: Of an application that no host has, what says by which identity its people sign in.
SKETCH = Detail(frozenset())


@dataclass
class Live:
    """The live estate, by host where a host means it. ``refused``: what a person has to decide, by host."""

    caller: Caller
    listed: dict[str, tuple[Listed, ...]] = field(default_factory=dict)
    found: dict[str, Listed] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    #: Federated applications that no host of the inventory has.
    beside: list[Application] = field(default_factory=list)
    apps: dict[str, OktaApp] = field(default_factory=dict)
    servers: dict[str, AuthorizationServer] = field(default_factory=dict)
    providers: dict[str, Provider] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def refuse(self, host: str, text: str) -> None:
        """Note why a host is refused, each reason once."""
        reasons = self.refused.setdefault(host, [])
        if text not in reasons:
            reasons.append(text)


class Look:
    """Reads what the hosts of an inventory may mean."""

    def __init__(
        self, reader: Reader, inventory: Inventory, protocols: Iterable[str], detail: Detail, region: str
    ) -> None:
        """:param protocols: of the identities that count in this run
        :param region: of hosts that set none
        """
        self.reader, self.inventory, self.detail = reader, inventory, detail
        self.region = region
        self.protocols = frozenset(protocols)
        self.live = Live(reader.caller())
        names = [*inventory.applications, *inventory.identities]
        wanted = {name for name in names if name in inventory.in_run}
        wanted |= {inventory.identity_of(name) for name in wanted if name in inventory.applications}
        self.identities = [
            name for name in dict.fromkeys(names) if name in wanted and inventory.protocol(name) in self.protocols
        ]
        # Also applications that a limit leaves out: an identity is written with the values of all of them.
        self.hosts = [name for name in inventory.applications if inventory.identity_of(name) in self.identities]

    def all(self) -> Live:
        """Read everything.

        :raises ServiceError: the account or the list of applications cannot be read
        """
        self._lists()
        self._each(
            [
                *(self._of(name, partial(self._application, name, found)) for name, found in self.live.found.items()),
                *(self._of(name, partial(self._app, name)) for name in self.identities),
                *(partial(self._beside, listed) for listed in self._unknown()),
            ]
        )
        oidc = [name for name in self.identities if self._is(name, "oidc")]
        self._each([self._of(name, partial(self._server, name)) for name in oidc])
        return self.live

    def _is(self, name: str, protocol: str) -> bool:
        return self.inventory.protocol(name) == protocol

    def _of(self, name: str, read: Callable[[], None]) -> Callable[[], None]:
        """Return what reads for one host: what cannot be read refuses that host alone."""

        def guarded() -> None:
            try:
                read()
            except (RefusedError, ServiceError) as error:
                self.live.refuse(name, str(getattr(error, "message", error)))

        return guarded

    @staticmethod
    def _each(work: list[Callable[[], None]]) -> None:
        in_threads(work)

    def _lists(self) -> None:
        """Find the applications of all hosts of the inventory, also of those that this run leaves alone."""
        regions = list(dict.fromkeys(self.inventory.region(name) for name in self.inventory.applications))
        unread: dict[str, str] = {}

        def read(region: str) -> None:
            try:
                self.live.listed[region] = self.reader.applications(region)
            except ServiceError as error:
                unread[region] = error.message

        in_threads([partial(read, region) for region in regions])
        for name in self.inventory.applications:
            region = self.inventory.region(name)
            if region in unread:
                self.live.refuse(name, f"qbusiness_region: {region or self.region} cannot be read: {unread[region]}")
                continue
            try:
                found = find_application(self.inventory.host(name), self.live.listed[region], region or self.region)
            except RefusedError as error:
                self.live.refuse(name, str(error))
                continue
            if found is not None:
                self._take(name, found)

    def _take(self, name: str, found: Listed) -> None:
        other = next((host for host, item in self.live.found.items() if item.id == found.id), "")
        if other:
            for one, two in ((name, other), (other, name)):
                self.live.refuse(
                    one,
                    f'qbusiness_application_display_name: application "{found.name}" ({found.id}) '
                    "is also that of the host "
                    f"{two}. One host has one application.",
                )
        self.live.found[name] = found

    def _unknown(self) -> list[Listed]:
        known = {item.id for item in self.live.found.values()}
        # A region that some hosts name and that is the connection's own is listed twice.
        every = {item.id: item for listed in self.live.listed.values() for item in listed}
        return [item for item in every.values() if item.id not in known and item.identity_type in FEDERATED]

    def _application(self, name: str, found: Listed) -> None:
        if name not in self.hosts:
            return
        application = self.reader.application(self.inventory.region(name), found.id, self.detail)
        if application is not None:
            self.live.applications[name] = application
            self.live.unread += [f"{item.object}: {item.reason}" for item in application.unread]

    def _beside(self, listed: Listed) -> None:
        try:
            application = self.reader.application(listed.region, listed.id, SKETCH)
        except ServiceError as error:
            self.live.unread.append(f'application "{listed.name}" ({listed.id}): {error.message}')
            return
        if application is not None:
            self.live.beside.append(application)

    def _app(self, name: str) -> None:
        variables, protocol = self.inventory.host(name), self.inventory.protocol(name)
        pinned = self.inventory.text(name, "okta_app_id")
        by_id = self.reader.okta_app(pinned, self.detail) if pinned else None
        apps = () if pinned else self.reader.okta_apps(self.inventory.text(name, LABELS[protocol]))
        found = find_app(variables, protocol, apps, by_id)
        if found is not None:
            complete = by_id or self.reader.okta_app(found.id, self.detail)
            if complete is not None:
                self.live.apps[name] = complete

    def _server(self, name: str) -> None:
        """Read the authorization server: the named one, that of the live applications, or ``default``."""
        named = self.inventory.text(name, "okta_authorization_server_name")
        if named:
            server = self.reader.authorization_server(named, whole=False)
        else:
            issuers = {
                f"https://{application.provider_arn.partition(':oidc-provider/')[2]}"
                for host in self.inventory.applications_of(name)
                if (application := self.live.applications.get(host)) and ":oidc-provider/" in application.provider_arn
            }
            server = self.reader.authorization_server_of(issuers.pop(), whole=False) if len(issuers) == 1 else None
            server = server or self.reader.authorization_server("default", whole=False)
        if server is not None:
            self.live.servers[name] = server

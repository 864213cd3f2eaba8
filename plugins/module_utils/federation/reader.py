# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads federations from the services: single objects, and everything that hangs together. It writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import partial

from ..aws import Aws
from ..errors import ServiceError
from ..iam.provider_uses import FEDERATED
from ..okta.session import OktaSession
from . import applications, providers, roles, stored_secrets
from .applications import ApplicationWork
from .crew import Crew, Group
from .detail import CONCURRENCY, ROLES, Detail, Selection
from .model import (
    Application,
    AuthorizationServer,
    Caller,
    ClientSecret,
    Federation,
    Listed,
    OktaApp,
    Provider,
    ProviderUsers,
    Role,
    Secret,
    Unread,
)
from .okta_org import OktaReader
from .remembering import Memory, RememberingAws, RememberingOkta
from .unread import Notes, entry, in_order
from .whole import FederationWork

#: Where an application is: region and id.
Place = tuple[str, str]


class Reader:
    """One look at an account and an org: what was asked once is not asked again. For threads."""

    def __init__(
        self,
        aws: Aws,
        okta: OktaSession | None = None,
        concurrency: int = CONCURRENCY,
        secrets: set[str] | None = None,
    ) -> None:
        """:param concurrency: requests under way at once, at most
        :param secrets: takes every secret that a service answers along
        """
        self._memory = Memory()
        self._aws = RememberingAws(aws, self._memory)
        self._regions: dict[str, Aws] = {}
        self._lock = threading.Lock()
        self._crew = Crew(concurrency)
        known = secrets if secrets is not None else set()
        self._org = OktaReader(RememberingOkta(okta, self._memory), known) if okta is not None else None

    def forget(self) -> None:
        """Ask anew from now on."""
        self._memory.forget()

    def group(self) -> Group:
        """Work for the reader's threads, waited for together."""
        return self._crew.group()

    # -- AWS --------------------------------------------------------------------------------------------------------

    @property
    def region(self) -> str:
        """The connection's own region."""
        return self._aws.region

    def aws(self, region: str = "") -> Aws:
        """The connection in a region; ``""`` for its own."""
        if not region or region == self.region:
            return self._aws
        with self._lock:
            if region not in self._regions:
                self._regions[region] = self._aws.in_region(region)
            return self._regions[region]

    def caller(self) -> Caller:
        """Whose credentials these are.

        :raises ServiceError: nobody's
        """
        answer = self._aws.call("sts", "GetCallerIdentity")
        arn = str(answer["Arn"])
        return Caller(str(answer["Account"]), arn.split(":")[1], arn)

    def applications(self, region: str = "") -> tuple[Listed, ...]:
        """The applications of a region as the list names them.

        :raises ServiceError: the service refuses
        """
        return applications.listed(self.aws(region), region or self.region)

    def application(self, region: str, application_id: str, detail: Detail = ROLES) -> Application | None:
        """One application with its parts; ``None`` where there is none.

        :raises FederationError: it cannot be read itself
        """
        group = self.group()
        work = self._work(group, (region, application_id), detail)
        group.wait()
        if work.error is not None:
            raise work.error
        return work.result

    def read_applications(
        self, wanted: Iterable[Place], detail: Detail = ROLES
    ) -> tuple[tuple[Application, ...], tuple[Unread, ...]]:
        """Applications, by region and id, and what could not be read of them, those included that do not exist."""
        group = self.group()
        works = {place: self._work(group, place, detail) for place in dict.fromkeys(wanted)}
        group.wait()
        found, unread = [], []
        for (region, application_id), work in works.items():
            where = (region or self.region, application_id)
            result = work.result
            if work.error is not None:
                unread.append(entry(work.name, work.error, *where))
            elif result is None:
                notes = Notes(*where)
                notes.missing(work.name, f"There is no application {application_id} in {where[0]}.")
                unread += notes.entries
            else:
                found.append(result)
                unread += result.unread
        return tuple(sorted(found, key=lambda item: (item.region, item.name, item.id))), in_order(unread)

    def _work(self, group: Group, place: Place, detail: Detail) -> ApplicationWork:
        region, application_id = place
        work = ApplicationWork(group, self.aws(region), region or self.region, application_id, detail)
        work.start()
        return work

    def providers(self) -> tuple[str, ...]:
        """The ARNs of the account's identity providers.

        :raises ServiceError: IAM refuses
        """
        return providers.arns(self._aws)

    def provider(self, arn: str) -> Provider | None:
        """An identity provider; ``None`` where there is none.

        :raises ServiceError: IAM refuses
        """
        return providers.read(self._aws, arn)

    def role(self, arn_or_name: str, policy_name: str = "") -> Role | None:
        """A role; ``None`` where there is none of this ARN or name.

        :param policy_name: read only this policy, and the others only where it is missing; ``""``: all
        :raises ServiceError: IAM refuses
        """
        return roles.read(self._aws, arn_or_name, policy_name)

    def trusting_roles(self, provider_arn: str) -> tuple[Role, ...]:
        """The roles that trust a provider, without their policies.

        :raises ServiceError: IAM refuses
        """
        found = (role for role in roles.listed(self._aws) if role.trusts(provider_arn))
        return tuple(sorted(found, key=lambda role: role.arn))

    def users_of_provider(self, provider_arn: str, regions: Sequence[str] = ()) -> ProviderUsers:
        """The applications and roles that use a provider. The list does not say which provider an application has, so
        each federated one is read.

        :param regions: where applications are looked for; without any the connection's own
        """
        group, notes = self.group(), Notes()
        found: list[Listed] = []
        for region in dict.fromkeys(regions or (self.region,)):
            group.add(partial(self._look_for_users, group, notes, found, provider_arn, region))
        group.wait()
        nobody: tuple[Role, ...] = ()
        return ProviderUsers(
            provider_arn,
            tuple(sorted(found, key=lambda item: (item.region, item.name, item.id))),
            notes.tried("roles of the account", lambda: self.trusting_roles(provider_arn), nobody),
            in_order(notes.entries),
        )

    def _look_for_users(self, group: Group, notes: Notes, found: list[Listed], provider_arn: str, region: str) -> None:
        none: tuple[Listed, ...] = ()
        for item in notes.tried(f"applications of {region}", lambda: self.applications(region), none):
            if item.identity_type in FEDERATED:
                group.add(partial(self._look_at_user, notes, found, provider_arn, item))

    def _look_at_user(self, notes: Notes, found: list[Listed], provider_arn: str, item: Listed) -> None:
        own = Notes(item.region, item.id)
        what = f"application {item.name} ({item.id})"
        seen = own.tried(what, lambda: applications.find(self.aws(item.region), item.id), None)
        notes.entries.extend(own.entries)
        if seen is not None and seen.state.get("iamIdentityProviderArn") == provider_arn:
            found.append(item)

    def client_secret(self, arn_or_name: str, region: str = "") -> Secret | None:
        """A secret as Secrets Manager describes it; its value is not asked for.

        :raises ServiceError: Secrets Manager refuses
        """
        place = region or stored_secrets.region_of(arn_or_name)
        return stored_secrets.read(self.aws(place), arn_or_name, place or self.region)

    # -- Okta -------------------------------------------------------------------------------------------------------

    @property
    def org(self) -> OktaReader | None:
        """The org; ``None`` without a session."""
        return self._org

    def _okta(self) -> OktaReader:
        if self._org is None:
            raise ServiceError("There is no connection with an Okta org: okta_org_url is not set.", code="NoOkta")
        return self._org

    def okta_apps(self, label: str = "") -> tuple[OktaApp, ...]:
        """The SAML and OpenID Connect apps, or those of exactly a label, without assignments and metadata.

        :raises ServiceError: Okta refuses
        """
        return self._okta().apps(label)

    def okta_app(self, app_id: str, detail: Detail = ROLES) -> OktaApp | None:
        """An app by its id.

        :raises ServiceError: Okta refuses
        """
        return self._okta().app(app_id, detail)

    def okta_app_by_entity_id(
        self, entity_id: str, sso_urls: Iterable[str] = (), detail: Detail = ROLES
    ) -> OktaApp | None:
        """The SAML app whose metadata has an entity id.

        :param sso_urls: of the same metadata, where they are known: then one app is asked, and not all
        :raises ServiceError: Okta refuses
        """
        return self._okta().by_entity_id(entity_id, sso_urls, detail)

    def okta_app_by_client_id(self, client_id: str, detail: Detail = ROLES) -> OktaApp | None:
        """The OpenID Connect app of a client id.

        :raises ServiceError: Okta refuses
        """
        return self._okta().by_client_id(client_id, detail)

    def authorization_server(self, name_or_id: str, *, whole: bool = True) -> AuthorizationServer | None:
        """A custom authorization server by its id or exact name.

        :param whole: with its claims, scopes, policies and rules
        :raises ServiceError: Okta refuses
        """
        return self._okta().authorization_server(name_or_id, whole=whole)

    def authorization_server_of(self, issuer: str, *, whole: bool = True) -> AuthorizationServer | None:
        """The custom authorization server of an issuer; ``None`` where it is not of this org.

        :param whole: with its claims, scopes, policies and rules
        :raises ServiceError: Okta refuses
        """
        return self._okta().server_of(issuer, whole=whole)

    def client_secrets(self, app_id: str) -> tuple[ClientSecret, ...]:
        """The client secrets of an app, without their values.

        :raises ServiceError: Okta refuses
        """
        return self._okta().client_secrets(app_id)

    # -- everything -------------------------------------------------------------------------------------------------

    def federation(self, selection: Selection | None = None) -> Federation:
        """What is selected, with all that hangs on it; what cannot be read is an entry.

        :raises ServiceError: the credentials are nobody's
        """
        return FederationWork(self, selection or Selection()).read()

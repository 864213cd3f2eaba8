# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A live estate of plain data, and what reads it as the reader of a federation does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.detail import Detail
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.inventory import Inventory
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.live import Live, Look
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.model import (
    Application,
    AuthorizationServer,
    Caller,
    DataSource,
    Index,
    Listed,
    OktaApp,
    Provider,
    Retriever,
    Role,
    Secret,
    WebExperience,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.reader import Reader
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.resolution import Resolver

T = TypeVar("T")
ACCOUNT, REGION, ORG = "111122223333", "us-east-1", "https://example.okta.com"
SAML_PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
ISSUER = "example.okta.com/oauth2/default"
OIDC_PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"


def index(object_id: str = "idx-1", name: str = "docs-ix") -> Index:
    return Index(object_id, f"arn:{object_id}", name, "ACTIVE", {}, None, type="STARTER", units=1)


def retriever(object_id: str = "ret-1", name: str = "docs-rt", **other: Any) -> Retriever:
    values = {"type": "NATIVE_INDEX", "index_id": "idx-1", "role_arn": ""} | other
    return Retriever(object_id, f"arn:{object_id}", name, "ACTIVE", {}, None, **values)


def source(object_id: str = "ds-1", name: str = "wiki", **other: Any) -> DataSource:
    values = {"index_id": "idx-1", "type": "S3", "role_arn": f"{ROLE}/docs-reader"} | other
    return DataSource(object_id, f"arn:{object_id}", name, "ACTIVE", {}, None, **values)


def experience(object_id: str = "web-1", **other: Any) -> WebExperience:
    url = f"https://{object_id}.chat.qbusiness.{REGION}.on.aws"
    values = {
        "url": f"{url}/",
        "saml_acs_url": f"{url}/saml",
        "oidc_redirect_uri": f"{url}/authorization-code/callback",
        "role_arn": f"{ROLE}/people/docs-web",
        "authentication_url": f"{ORG}/app/amazon_aws/exk1/sso/saml",
        "secret_arn": "",
        "secrets_role_arn": "",
    } | other
    return WebExperience(object_id, f"arn:{object_id}", "", "ACTIVE", {}, None, **values)


def oidc_experience(object_id: str = "web-1", **other: Any) -> WebExperience:
    values = {
        "authentication_url": "",
        "secret_arn": f"{SECRET}:qbusiness/by-hand-AbCdEf",
        "secrets_role_arn": f"{ROLE}/secrets/by-hand",
    } | other
    return experience(object_id, **values)


def application(object_id: str = "app-1", name: str = "docs", **other: Any) -> Application:
    values: dict[str, Any] = {
        "region": REGION,
        "identity_type": "AWS_IAM_IDP_SAML",
        "provider_arn": SAML_PROVIDER,
        "indices": (index(),),
        "retrievers": (retriever(),),
        "data_sources": (source(),),
        "web_experiences": (experience(),),
    } | other
    arn = f"arn:aws:qbusiness:{REGION}:{ACCOUNT}:application/{object_id}"
    return Application(object_id, arn, name, "ACTIVE", {}, None, **values)


def oidc_application(object_id: str = "app-1", name: str = "docs", **other: Any) -> Application:
    values: dict[str, Any] = {
        "identity_type": "AWS_IAM_IDP_OIDC",
        "provider_arn": OIDC_PROVIDER,
        "client_ids": ("client-1",),
        "web_experiences": (oidc_experience(),),
    } | other
    return application(object_id, name, **values)


def saml_app(object_id: str = "0oa1", label: str = "Chat", acs_url: str = "", **other: Any) -> OktaApp:
    settings = {"settings": {"sign_on": {"sso_acs_url": acs_url}}}
    values: dict[str, Any] = {
        "name": "amazon_aws",
        "status": "ACTIVE",
        "sign_on_mode": "SAML_2_0",
        "org": ORG,
        "settings": settings,
        "entity_id": "http://www.okta.com/exk1",
        "sso_url": f"{ORG}/app/amazon_aws/exk1/sso/saml",
    } | other
    return OktaApp(object_id, label, **values)


def oidc_app(object_id: str = "client-1", label: str = "Chat", **other: Any) -> OktaApp:
    values: dict[str, Any] = {
        "name": "oidc_client",
        "sign_on_mode": "OPENID_CONNECT",
        "entity_id": "",
        "sso_url": "",
        "client_id": object_id,
    } | other
    return saml_app(object_id, label, **values)


def role(name: str, *, path: str = "/", **other: Any) -> Role:
    return Role(f"{ROLE}{path}{name}", name, path, **({"trust": {}} | other))


def provider(protocol: str = "saml", **other: Any) -> Provider:
    arn = SAML_PROVIDER if protocol == "saml" else OIDC_PROVIDER
    values: dict[str, Any] = {"settings": {}, "tags": {}}
    values |= {"entity_id": "http://www.okta.com/exk1"} if protocol == "saml" else {"client_ids": ("client-1",)}
    return Provider(arn, protocol, "okta", **(values | other))


def secret(name: str = "qbusiness/by-hand", suffix: str = "AbCdEf") -> Secret:
    return Secret(f"{SECRET}:{name}-{suffix}", name, REGION, "", "", {}, None, None, None, None, rotation_pending=False)


@dataclass
class Estate:
    """What exists. ``broken``: the methods of a reader that a service refuses."""

    applications: Sequence[Application] = ()
    apps: Sequence[OktaApp] = ()
    providers: Sequence[Provider] = ()
    servers: Sequence[AuthorizationServer] = (
        AuthorizationServer("default", "default", f"https://{ISSUER}", "ACTIVE", {}),
    )
    secrets: Sequence[Secret] = ()
    roles: Sequence[Role] = ()
    broken: set[str] = field(default_factory=set)


class EstateReader:
    """Answers from an estate what :class:`Reader` answers from the services."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate

    def _check(self, *keys: str) -> None:
        for key in keys:
            if key in self.estate.broken:
                raise ServiceError(f"{key} refused", "AccessDenied")

    def caller(self) -> Caller:
        return Caller(ACCOUNT, "aws", f"arn:aws:iam::{ACCOUNT}:user/me")

    def applications(self, region: str = "") -> tuple[Listed, ...]:
        self._check("applications", f"applications {region}")
        return tuple(
            Listed(item.id, item.name, item.region, item.status, item.identity_type)
            for item in self.estate.applications
            if item.region == (region or REGION)
        )

    def application(self, region: str, application_id: str, detail: Detail) -> Application | None:
        self._check(application_id)
        return _first(
            item for item in self.estate.applications if (item.region, item.id) == (region or REGION, application_id)
        )

    def provider(self, arn: str) -> Provider | None:
        self._check("provider")
        return _first(item for item in self.estate.providers if item.arn == arn)

    def role(self, arn_or_name: str, policy_name: str = "") -> Role | None:
        return _first(item for item in self.estate.roles if arn_or_name in (item.arn, item.name))

    def client_secret(self, arn_or_name: str, region: str = "") -> Secret | None:
        return _first(item for item in self.estate.secrets if arn_or_name in (item.arn, item.name))

    def okta_apps(self, label: str = "") -> tuple[OktaApp, ...]:
        self._check("okta_apps")
        return tuple(item for item in self.estate.apps if item.label == label)

    def okta_app(self, app_id: str, detail: Detail) -> OktaApp | None:
        return _first(item for item in self.estate.apps if item.id == app_id)

    def okta_app_by_entity_id(self, entity_id: str, sso_urls: Sequence[str] = ()) -> OktaApp | None:
        return _first(item for item in self.estate.apps if item.entity_id == entity_id)

    def okta_app_by_client_id(self, client_id: str) -> OktaApp | None:
        return _first(item for item in self.estate.apps if item.client_id == client_id)

    def authorization_server(self, name_or_id: str, *, whole: bool = True) -> AuthorizationServer | None:
        return _first(item for item in self.estate.servers if name_or_id in (item.id, item.name))

    def authorization_server_of(self, issuer: str, *, whole: bool = True) -> AuthorizationServer | None:
        return _first(item for item in self.estate.servers if item.issuer == issuer)


def _first(found: Iterable[T]) -> T | None:
    return next(iter(found), None)


def reader_of(estate: Estate) -> Reader:
    return cast("Reader", EstateReader(estate))


def look_at(
    estate: Estate, inventory: Inventory, protocols: Sequence[str] = ("saml", "oidc"), region: str = REGION
) -> Look:
    look = Look(reader_of(estate), inventory, protocols, Detail(frozenset()), region)
    look.all()
    return look


def inventory_of(
    identities: dict[str, dict[str, Any]], applications: dict[str, dict[str, Any]], *, limit: Iterable[str] = ()
) -> Inventory:
    """Return an inventory. ``limit``: the hosts of the run, all where it is empty."""
    hosts = {**identities, **applications}
    return Inventory(list(identities), list(applications), hosts, frozenset(limit or hosts))


def resolve(
    estate: Estate,
    inventory: Inventory,
    purpose: str = "configure",
    *,
    protocols: Sequence[str] = ("saml", "oidc"),
    **switches: Any,
) -> Resolver:
    look = look_at(estate, inventory, protocols)
    resolver = Resolver(look.reader, inventory, look.live, look.identities, purpose, REGION, **switches)
    resolver.resolve()
    return resolver


def refusals(found: Resolver | Live) -> dict[str, str]:
    live = found.live if isinstance(found, Resolver) else found
    return {name: "\n".join(texts) for name, texts in live.refused.items()}

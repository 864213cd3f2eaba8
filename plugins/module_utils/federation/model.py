# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A federation as a whole: plain, frozen data in a stable order, without a secret.

``settings`` of an object are what the module that writes it answers, so every setting that a module can set is in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from ..iam.arns import applications_in
from ..iam.policies import compact
from ..iam.trusts import principals

Settings = Mapping[str, Any]
Document = Mapping[str, Any]

#: Codes of :class:`Unread` that are not a service's own.
DENIED, NOT_FOUND = "AccessDenied", "NotFound"


def to_dict(value: Any) -> Any:
    """Dataclasses as dictionaries, tuples as lists."""
    if is_dataclass(value):
        return {item.name: to_dict(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_dict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_dict(item) for item in value]
    return value


@dataclass(frozen=True)
class Unread:
    """What could not be read, and why. ``code``: ``AccessDenied``, ``NotFound``, or the service's own."""

    object: str
    reason: str
    code: str
    region: str = ""
    application_id: str = ""


@dataclass(frozen=True)
class Caller:
    """Who reads."""

    account: str
    partition: str
    arn: str


@dataclass(frozen=True)
class Listed:
    """An application as the list names it."""

    id: str
    name: str
    region: str
    status: str
    identity_type: str


@dataclass(frozen=True)
class Resource:
    """One object of Amazon Q Business. ``tags``: ``None`` where they were not read."""

    id: str
    arn: str
    name: str
    status: str
    settings: Settings
    tags: Mapping[str, str] | None


@dataclass(frozen=True)
class Index(Resource):
    """``groups``: how many groups its documents name; ``None`` where that was not read."""

    type: str
    units: int | None
    groups: int | None = None


@dataclass(frozen=True)
class Retriever(Resource):
    """``index_id``: of the application's index, or of Amazon Kendra's."""

    type: str
    index_id: str
    role_arn: str


@dataclass(frozen=True)
class DataSource(Resource):
    """``secrets``: ARNs and names in its configuration. ``last_sync``: as ``qbusiness_datasource_sync`` shows a job."""

    index_id: str
    type: str
    role_arn: str
    buckets: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    last_sync: Settings | None = None


@dataclass(frozen=True)
class WebExperience(Resource):
    """``secret_arn`` and ``secrets_role_arn``: with OpenID Connect; ``authentication_url``: with SAML."""

    url: str
    saml_acs_url: str
    oidc_redirect_uri: str
    role_arn: str
    authentication_url: str
    secret_arn: str
    secrets_role_arn: str
    theme_buckets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plugin(Resource):
    """``role_arn`` and ``secret_arn``: where it signs in."""

    type: str
    role_arn: str
    secret_arn: str


@dataclass(frozen=True)
class ChatResponseConfiguration(Resource):
    """One response configuration."""


@dataclass(frozen=True)
class DataAccessor(Resource):
    """One data accessor."""


@dataclass(frozen=True)
class BucketPolicy:
    """The statements of a bucket's policy."""

    name: str
    statements: tuple[Document, ...]


@dataclass(frozen=True)
class AttachedPolicy:
    """A managed policy of a role."""

    arn: str
    name: str


@dataclass(frozen=True)
class Role:
    """An IAM role. ``policies_read``: whether ``inline`` and ``attached`` are all that it has."""

    arn: str
    name: str
    path: str
    trust: Document
    inline: Mapping[str, Document] = field(default_factory=dict)
    attached: tuple[AttachedPolicy, ...] = ()
    policies_read: bool = False
    description: str = ""
    max_session_duration: int | None = None
    permissions_boundary: str = ""
    tags: Mapping[str, str] | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def principals(self) -> frozenset[str]:
        """Who may assume it: providers, services, accounts, roles."""
        return frozenset(principals(self.trust))

    def trusts(self, principal: str) -> bool:
        """Whether its trust policy names a principal."""
        return principal in self.principals

    def names_application(self, arn: str) -> bool:
        """Whether its trust or one of its inline policies names an application, by its ARN."""
        documents = (self.trust, *self.inline.values())
        return any(item.arn == arn for document in documents for item in applications_in(compact(document)))


@dataclass(frozen=True)
class Application(Resource):
    """One application with everything that is its own. ``read``: the parts that were read."""

    region: str
    identity_type: str
    provider_arn: str
    client_ids: tuple[str, ...] = ()
    indices: tuple[Index, ...] = ()
    retrievers: tuple[Retriever, ...] = ()
    data_sources: tuple[DataSource, ...] = ()
    web_experiences: tuple[WebExperience, ...] = ()
    #: Each once, whatever names it.
    roles: tuple[Role, ...] = ()
    #: The policies of buckets that hold themes.
    theme_buckets: tuple[BucketPolicy, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    chat_controls: Settings | None = None
    chat_response_configurations: tuple[ChatResponseConfiguration, ...] = ()
    data_accessors: tuple[DataAccessor, ...] = ()
    permissions: tuple[Settings, ...] = ()
    subscriptions: tuple[Settings, ...] = ()
    read: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    def has(self, part: str) -> bool:
        """Whether a part (of :class:`.detail.Part`) was read without anything left out."""
        return part in self.read

    def role(self, arn: str) -> Role | None:
        """The role of an ARN; ``None`` where it was not read."""
        return next((role for role in self.roles if role.arn == arn), None)

    @property
    def sign_in_roles(self) -> tuple[Role, ...]:
        """The roles that people take: those that web experiences name, then those that tie provider and application."""
        named = {experience.role_arn for experience in self.web_experiences}
        first = [role for role in self.roles if role.arn in named]
        rest = [role for role in self.roles if role.arn not in named and self._ties(role)]
        return (*first, *rest)

    def _ties(self, role: Role) -> bool:
        return bool(self.provider_arn) and role.trusts(self.provider_arn) and role.names_application(self.arn)


@dataclass(frozen=True)
class Certificate:
    """A signing certificate: SHA-256 of its DER in hex, and its end (ISO 8601, UTC)."""

    fingerprint_sha256: str
    not_after: str | None


@dataclass(frozen=True)
class Provider:
    """An identity provider in IAM. ``type``: ``saml`` or ``oidc``."""

    arn: str
    type: str
    name: str
    settings: Settings
    tags: Mapping[str, str]
    entity_id: str = ""
    url: str = ""
    client_ids: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    thumbprints: tuple[str, ...] = ()
    endpoints: tuple[Settings, ...] = ()

    @property
    def sso_urls(self) -> tuple[str, ...]:
        """Where a SAML provider is asked for sign-ins."""
        locations = (str(item["location"]) for item in self.endpoints if item["service"] == "SingleSignOnService")
        return tuple(dict.fromkeys(locations))


@dataclass(frozen=True)
class OktaApp:
    """An Okta app. ``org``: its origin. What was not read is ``None``, or empty."""

    id: str
    label: str
    name: str
    status: str
    sign_on_mode: str
    org: str
    settings: Settings
    client_id: str = ""
    entity_id: str = ""
    sso_url: str = ""
    certificates: tuple[Certificate, ...] = ()
    #: All assertion consumer service URLs, or sign-in redirect URIs.
    sign_in_urls: tuple[str, ...] = ()
    #: The values of the SAML attribute Role: ``ROLE_ARN,PROVIDER_ARN``.
    role_pairs: tuple[str, ...] = ()
    metadata: str = ""
    groups: tuple[str, ...] | None = None
    users: tuple[str, ...] | None = None
    federated_claims: tuple[Settings, ...] | None = None
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class AuthorizationServer:
    """A custom authorization server. ``settings``: with its claims, scopes, and policies with their rules."""

    id: str
    name: str
    issuer: str
    status: str
    settings: Settings


@dataclass(frozen=True)
class ClientSecret:
    """A client secret at Okta, without its value."""

    id: str
    status: str
    created: str
    updated: str


@dataclass(frozen=True)
class Secret:
    """A secret in Secrets Manager, without its value."""

    arn: str
    name: str
    region: str
    description: str
    kms_key_id: str
    tags: Mapping[str, str]
    created: str | None
    last_changed: str | None
    last_accessed: str | None
    deleted: str | None
    rotation_pending: bool


@dataclass(frozen=True)
class Identity:
    """What applications share: an Okta app and its identity provider. ``applications``: ARNs."""

    protocol: str
    provider: Provider | None
    client_id: str = ""
    app: OktaApp | None = None
    authorization_server: AuthorizationServer | None = None
    client_secrets: tuple[ClientSecret, ...] = ()
    secrets: tuple[Secret, ...] = ()
    #: The roles that trust the provider, and take the client id.
    roles: tuple[Role, ...] = ()
    applications: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """Who names a value. ``kind``: ``url``, ``role``, ``secret``, ``bucket`` or ``provider``."""

    kind: str
    value: str
    named_by: tuple[str, ...]


@dataclass(frozen=True)
class ProviderUsers:
    """Who uses an identity provider."""

    provider_arn: str
    applications: tuple[Listed, ...]
    roles: tuple[Role, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Federation:
    """Identities and applications of one account, with what ties them. ``unread``: also that of the applications."""

    account: str
    partition: str
    caller: str
    org: str
    regions: tuple[str, ...]
    identities: tuple[Identity, ...]
    applications: tuple[Application, ...]
    references: tuple[Reference, ...]
    unread: tuple[Unread, ...]

    def application(self, named: str) -> tuple[Application, ...]:
        """The applications of a name, an id or an ARN."""
        return tuple(item for item in self.applications if named in (item.name, item.id, item.arn))

    def identity_of(self, application: Application) -> Identity | None:
        """The identity by which an application's people sign in."""
        return next((item for item in self.identities if application.arn in item.applications), None)

    def named_by(self, kind: str, value: str) -> tuple[str, ...]:
        """Who names a value, in short phrases."""
        found = (item.named_by for item in self.references if (item.kind, item.value) == (kind, value))
        return next(found, ())

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return dict(to_dict(self))

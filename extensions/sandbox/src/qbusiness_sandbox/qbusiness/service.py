# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's state and what it asks of the rest of the account, and one call of an operation.

What a session may switch with ``Settings.options``:

========================  =======  ==================================================================================
option                    default  what it does
========================  =======  ==================================================================================
customization_merge       True     an omitted key of ``customizationConfiguration`` survives an update; False: the
                                   whole structure is replaced
closed_to_new_customers   False    CreateApplication answers AccessDeniedException, as in an account that never used
                                   the service before 31 July 2026
normalise_documents       False    connector documents come back in a spelling of the service's own, see
                                   :mod:`normalising`
strict_delete             True     deleting what is being created, updated or deleted is a Conflict; False: it is
                                   accepted
========================  =======  ==================================================================================

``Settings.polls`` knows the kinds of :mod:`kinds` (``application``, ``index``, ``retriever``, ``data_source``,
``web_experience``, ``plugin``, ``chat_response_configuration``) and ``sync_job``, ``group``, ``document``.

Faults of this room (effects for :class:`qbusiness_sandbox.cloud.Fault`, matched by operation):

=====================  =============================  ===============================================================
effect                 operation                      what happens
=====================  =============================  ===============================================================
failed_end             Create…, Update…, PutGroup,    it is accepted and ends FAILED with the fault's message
                       StartDataSourceSyncJob
stays_with_error       Create…, Update…               the resource stays CREATING or UPDATING and shows an error
maintenance            UpdateIndex                    409 with the documented text
stale_read             Get…                           one read shows the state before the last write
active_after_delete    Delete…                        the resource is read once more as it was before DELETING
=====================  =============================  ===============================================================
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.aws.principal import Principal
from qbusiness_sandbox.cloud import Cloud, Fault, Operation
from qbusiness_sandbox.qbusiness.errors import conflict, invalid, missing
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, DATA_SOURCE, INDEX, Kind
from qbusiness_sandbox.qbusiness.parts import ApplicationParts, DataSourceParts, IndexParts
from qbusiness_sandbox.qbusiness.store import Resource, Store

SERVICE_PRINCIPAL = "qbusiness.amazonaws.com"
#: The principal of the web experience's own role and of the role for the OIDC client secret
#: (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/iam-roles.html).
APPLICATION_PRINCIPAL = "application.qbusiness.amazonaws.com"


class BucketRefused(Exception):
    """A bucket could not be read with the data source's role; the text says why."""


class Service:
    """State and hooks. A hook is an attribute that may be set; the defaults agree to everything."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.store = Store()
        #: Kendra indices that exist in the account; when there is none, every id is taken for one.
        self.kendra_indices: set[str] = set()
        #: (provider ARN) -> whether IAM has it.
        self.provider_exists: Callable[[str], bool] = lambda arn: True
        #: (role ARN, service principal, source ARN) -> "" when the service may assume the role, else the reason.
        self.role_trusts: Callable[[str, str, str], str] = lambda role_arn, service_principal, source_arn: ""
        #: (role ARN, provider ARN) -> "" when the role trusts the identity provider, else the reason.
        self.role_federates: Callable[[str, str], str] = lambda role_arn, provider_arn: ""
        #: (bucket, role ARN, application ARN) -> keys and contents. Raises :class:`BucketRefused`.
        self.bucket_reader: Callable[[str, str, str], list[tuple[str, bytes]]] = lambda bucket, role, application: []
        #: (secret ARN, role ARN, application ARN) -> "" when the role may read the secret, else the reason.
        self.secret_refused: Callable[[str, str, str], str] = lambda secret, role, application: ""
        #: (principal) -> whether the user may be subscribed by the first question.
        self.may_subscribe: Callable[[Principal], bool] = lambda principal: True

    def arn(self, path: str) -> str:
        return f"arn:aws:qbusiness:{self.cloud.region}:{self.cloud.account_id}:{path}"

    def option(self, name: str, default: bool) -> bool:
        return bool(self.cloud.settings.options.get(name, default))

    def polls(self, kind: str) -> int:
        return self.cloud.settings.polls_of(kind)

    @staticmethod
    def new_id() -> str:
        return str(uuid.uuid4())


@dataclass
class Call:
    """One request: its operation, its checked input, who sent it, and the resources that its path names."""

    service: Service
    operation: Operation
    params: dict[str, Any]
    principal: Principal | None
    resources: dict[str, Resource] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def now(self) -> float:
        return round(self.service.cloud.clock.now(), 3)

    @property
    def store(self) -> Store:
        return self.service.store

    def given(self, *names: str) -> dict[str, Any]:
        """Those of the members ``names`` that the request has."""
        return {name: self.params[name] for name in names if name in self.params}

    def fault(self, effect: str) -> Fault | None:
        """An injected fault with this effect for this request, which is thereby used up."""
        hit = self.service.cloud.faults.take(self.operation, effect)
        return hit[0] if hit else None

    # -- the resources of the path ------------------------------------------------------------------------------

    def resource(self, kind: Kind) -> Resource:
        return self.resources[kind.name]

    @property
    def application(self) -> Resource:
        return self.resource(APPLICATION)

    @property
    def application_parts(self) -> ApplicationParts:
        parts = self.application.parts
        assert isinstance(parts, ApplicationParts)  # noqa: S101 - made with the application
        return parts

    @property
    def index_parts(self) -> IndexParts:
        return index_parts(self.resource(INDEX))

    @property
    def data_source_parts(self) -> DataSourceParts:
        return data_source_parts(self.resource(DATA_SOURCE))

    @property
    def identity_type(self) -> str:
        """The application's identity type; empty for one that has none (an application from before they existed)."""
        return str(self.application.values.get("identityType", ""))

    def active(self, kind: Kind) -> Resource:
        """The path's resource of this kind, which must be ACTIVE. Raises a Conflict, which counts as a look."""
        resource = self.resource(kind)
        if resource.progress.status != resource.life.steady:
            resource.progress.look()
            # The text is recorded for applications, the class is not. guess: 8
            raise conflict(
                f"Cannot fulfill the request since provided {kind.name.replace('_', ' ')} with ID: {resource.id} is "
                f"not in {resource.life.steady} state",
                kind.noun,
                resource.id,
            )
        return resource

    def other(self, kind: Kind, resource_id: str, **ancestors: str) -> Resource:
        """A resource that the body names. Raises ResourceNotFound."""
        found = self.store.get(kind, resource_id, **ancestors)
        if found is None:
            raise missing(kind.noun, resource_id)
        return found

    def check_role(
        self, role_arn: str | None, service_principal: str = SERVICE_PRINCIPAL, member: str = "roleArn"
    ) -> None:
        """A role that is given must exist and let the service assume it for this application. guess: 35 (the class)"""
        if role_arn is None:
            return
        source = self.application.arn if APPLICATION.name in self.resources else self.service.arn("application/*")
        reason = self.service.role_trusts(role_arn, service_principal, source)
        if reason:
            raise invalid(f"The role {role_arn} cannot be used: {reason}", member)


def index_parts(resource: Resource) -> IndexParts:
    """What belongs to an index."""
    parts = resource.parts
    assert isinstance(parts, IndexParts)  # noqa: S101 - made with the index
    return parts


def data_source_parts(resource: Resource) -> DataSourceParts:
    """What belongs to a data source."""
    parts = resource.parts
    assert isinstance(parts, DataSourceParts)  # noqa: S101 - made with the data source
    return parts

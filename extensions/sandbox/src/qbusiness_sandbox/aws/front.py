# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The room "aws": every signed API of the account behind one door.

The door finds the service (signature scope, unsigned action, or host name), verifies the signature, asks whether the
caller may, and hands over to Q Business, STS, IAM, or moto for the rest.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.aws import operations, sigv4
from qbusiness_sandbox.aws.authorize import Authorizer
from qbusiness_sandbox.aws.credentials import Credential, Credentials
from qbusiness_sandbox.aws.errors import AwsError, refuse
from qbusiness_sandbox.aws.hooks import Hooks
from qbusiness_sandbox.aws.iam import Iam
from qbusiness_sandbox.aws.moto_app import Moto
from qbusiness_sandbox.aws.principal import SESSION
from qbusiness_sandbox.aws.roles import Roles
from qbusiness_sandbox.aws.state import State
from qbusiness_sandbox.aws.sts import Sts
from qbusiness_sandbox.cloud import PRINCIPAL, Cloud, Operation

if TYPE_CHECKING:
    from qbusiness_sandbox.qbusiness.room import QBusinessRoom

LOG = logging.getLogger(__name__)

#: STS operations that carry their own proof and are not signed
#: (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html).
UNSIGNED = frozenset({"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"})
#: The scope that a global service is signed for, whatever the region of the client.
GLOBAL_REGION = "us-east-1"
_HOST = re.compile(
    r"(?:.+\.)?(iam|sts|s3|secretsmanager|kms|qbusiness)(?:[.-][a-z0-9-]+)*\.(?:amazonaws\.com|api\.aws)"
)


class AwsRoom:
    """IAM, STS, S3, Secrets Manager, KMS and Q Business."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.credentials = Credentials(cloud)
        self.moto = Moto(cloud)
        self.roles = Roles(self.moto)
        self.iam = Iam(cloud, self.moto)
        self.qbusiness = _qbusiness_room(cloud)
        arns = getattr(self.qbusiness, "resource_arns", None)
        self.authorizer = Authorizer(cloud, self.moto, self.roles, arns)
        self.sts = Sts(cloud, self.credentials, self.roles, self.iam, self.authorizer.may)
        self.hooks = Hooks(cloud, self.moto, self.roles, self.iam, self.credentials, self.authorizer)
        if self.qbusiness is not None:
            connect(self.qbusiness, self.hooks)
        self.state = State(cloud, self.moto, self.iam)

    # -- which operation ----------------------------------------------------------------------------------------

    def service_of(self, request: Request) -> str:
        """The signing name of the service that the request is for, or empty."""
        try:
            scope = sigv4.read_scope(request)
        except AwsError:
            scope = None
        if scope is not None:
            return scope.service
        host = _HOST.fullmatch(request.headers.get("Host", "").partition(":")[0])
        if host:
            return host.group(1)
        action = operations.form(request).get("Action", "")
        for service in ("sts", "iam"):
            if action in operations.model(service).operation_names:
                return service
        target = request.headers.get("X-Amz-Target", "").partition(".")[0]
        for service in operations.JSON:
            if target and target == operations.model(service).metadata.get("targetPrefix"):
                return service
        return "qbusiness" if self.qbusiness is not None and self._is_qbusiness(request) else "s3"

    def _is_qbusiness(self, request: Request) -> bool:
        return self.qbusiness is not None and self.qbusiness.identify(request).name != "Unknown"

    def identify(self, request: Request) -> Operation:
        """The operation; ``Unknown`` when the service or the operation is not served."""
        try:
            service = self.service_of(request)
            if service == "qbusiness":
                return self.qbusiness.identify(request) if self.qbusiness else Operation(service, "Unknown", False)
            if service not in operations.SERVICES:
                return Operation(service, "Unknown", False)
            return operations.identify(service, request)
        except Exception:
            LOG.debug("A request could not be identified", exc_info=True)
            return Operation("aws", "Unknown", False)

    # -- carrying it out ----------------------------------------------------------------------------------------

    def handle(self, request: Request, operation: Operation) -> Response:
        """Verify, authorize, and pass on."""
        try:
            response = self._handle(request, operation)
        except AwsError as error:
            return refuse(operation.service, error)
        if operation.service != "s3":  # which has a header of its own, from moto
            response.headers.setdefault("x-amzn-RequestId", str(uuid.uuid4()))
        return response

    def _handle(self, request: Request, operation: Operation) -> Response:
        service = operation.service
        if service not in operations.SERVICES:
            raise AwsError("UnknownService", f"The service '{service}' is not part of this cloud", 404)
        credential = None
        if not (service == "sts" and operation.name in UNSIGNED):
            credential = self._authenticate(request, service)
            request.environ[PRINCIPAL] = credential.principal
        if operation.name == "Unknown" and service != "qbusiness":
            raise AwsError("unknown_operation", "Could not find the operation of this request", 400)
        if credential is not None and credential.principal.kind == SESSION:
            self.authorizer.check(request, operation, credential)
        if service == "qbusiness":
            if self.qbusiness is None:
                raise AwsError("unknown_operation", "Q Business is not served", 404)
            return self.qbusiness.handle(request, operation)
        if service == "sts":
            return self.sts.handle(request, operation, credential)
        if service == "iam":
            return self.iam.handle(request, operation)
        return self.moto.call(request, service, self.cloud.region)

    def _authenticate(self, request: Request, service: str) -> Credential:
        scope = sigv4.read_scope(request)
        if scope is None:
            raise AwsError("no_token", "Request is missing Authentication Token", 403)
        self._check_scope(scope, service)
        return sigv4.verify(request, scope, self.credentials, self.cloud)

    def _check_scope(self, scope: sigv4.Scope, service: str) -> None:
        regions = {"iam": {GLOBAL_REGION}}.get(service, {self.cloud.region})
        if service in ("sts", "s3"):
            regions = regions | {GLOBAL_REGION}
        if scope.region not in regions:
            wanted = min(regions)
            raise AwsError(
                "bad_signature",
                f"Credential should be scoped to a valid region, not '{scope.region}'; expected '{wanted}'.",
                403,
            )

    # -- the cloud's own back doors -----------------------------------------------------------------------------

    def reset(self) -> None:
        self.credentials.reset()
        self.moto.reset()
        self.iam.reset()
        if self.qbusiness is not None:
            self.qbusiness.reset()

    def seed(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """What :meth:`State.seed` takes; ``qbusiness`` is passed on to its room."""
        made: dict[str, Any] = self.state.seed(data)
        if "qbusiness" in data and self.qbusiness is not None:
            made["qbusiness"] = self.qbusiness.seed(data["qbusiness"])
        return made

    def dump(self) -> Mapping[str, Any]:
        """What :meth:`State.dump` gives, and the Q Business room's state under ``qbusiness``."""
        dumped: dict[str, Any] = self.state.dump()
        if self.qbusiness is not None:
            dumped["qbusiness"] = self.qbusiness.dump()
        return dumped


def _qbusiness_room(cloud: Cloud) -> QBusinessRoom | None:
    try:
        from qbusiness_sandbox.qbusiness.room import QBusinessRoom
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("qbusiness_sandbox.qbusiness"):
            raise
        return None
    return QBusinessRoom(cloud)


def connect(room: QBusinessRoom, hooks: Hooks) -> None:
    """Let Q Business ask the account what it needs to know of roles, providers and buckets."""
    from qbusiness_sandbox.qbusiness.service import BucketRefused

    def trusts(role_arn: str, service_principal: str, source_arn: str) -> str:
        if hooks.role_trusts(role_arn, service_principal, source_arn):
            return ""
        return f"it does not exist or cannot be assumed by {service_principal} for {source_arn}"

    def federates(role_arn: str, provider_arn: str) -> str:
        if hooks.federation_trusts(role_arn, provider_arn):
            return ""
        return f"it does not exist or does not trust {provider_arn}"

    def read(bucket: str, role_arn: str, application_arn: str) -> list[tuple[str, bytes]]:
        try:
            return list(hooks.bucket_reader(bucket, role_arn, application_arn).items())
        except (PermissionError, LookupError) as error:
            raise BucketRefused(str(error.args[0])) from error

    room.provider_exists = hooks.provider_exists
    room.role_trusts = trusts
    room.role_federates = federates
    room.bucket_reader = read
    room.secret_refused = hooks.secret_refused
    room.may_subscribe = hooks.may_subscribe

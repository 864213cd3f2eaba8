# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that speaks to AWS: clients, errors, retries, waiting, pages.

Connection options, their environment fallbacks and client creation are those of ``amazon.aws``.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import re
import threading
import time
import typing as t
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import aws_answers
from .answers import Answers, question
from .aws_answers import READS
from .boto_clients import Connection, told
from .credential_form import of_urls
from .errors import DependencyError, FailedStateError, ServiceError, WaitError
from .waiting import Wait

try:
    import botocore
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    HAS_BOTOCORE = True
except ImportError:  # reported by Aws.client, in one sentence
    HAS_BOTOCORE = False

if t.TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

#: The first botocore whose model holds every member that this collection writes.
MINIMUM_BOTOCORE = "1.40.0"

#: Worth repeating whatever was asked. botocore repeats some of them itself, for a short time.
#: Source: service model errors; https://docs.aws.amazon.com/general/latest/gr/api-retries.html
TRANSIENT = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "InternalServerException",
        "InternalFailure",
        "ServiceUnavailable",
        "ServiceFailure",
        "ConcurrentModification",
        "EntityTemporarilyUnmodifiable",
        "OperationAborted",
    }
)
#: Conflicts that pass: maintenance, a parent or the object itself in transition.
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/maintenance.html; other texts: recorded, or a guess.
PASSING_CONFLICT = re.compile(
    r"maintenance|not in ACTIVE|in progress|try again|being (created|updated|deleted)", re.IGNORECASE
)
#: A role that IAM has not carried to every service yet. guess: the texts of other services; Q Business's is unknown.
PROPAGATION = re.compile(
    r"(assume|assumed).*role|role.*(cannot be assumed|assum|trust)|does not exist or is not", re.IGNORECASE
)

#: A principal that was made a moment ago, and is none yet to S3 and IAM: their texts to policies that name it.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
INVALID_PRINCIPAL = re.compile("invalid principal", re.IGNORECASE)

#: How long a call is repeated at most, in seconds.
RETRY_SECONDS = 120.0
PROPAGATION_SECONDS = 30.0
CONFLICT_SECONDS = 10.0
#: How long what a listing answered counts, in seconds: for the items of a loop, not for a run.
LISTING_SECONDS = 10.0

MISSING = frozenset({"ResourceNotFoundException", "NoSuchEntity", "NoSuchBucket", "NotFoundException", "NoSuchKey"})


#: Arguments of boto3's ``client`` that are secret.
_HANDED = ("aws_secret_access_key", "aws_session_token")


class Aws:
    """Clients of one task, by service name."""

    #: Whether no service may be asked.
    silent = False

    def __init__(
        self,
        parameters: Mapping[str, Any],
        connect: Callable[[str], Any] | None = None,
        client_arguments: Mapping[str, Any] | None = None,
    ) -> None:
        """:param parameters: the connection options of ``amazon.aws``
        :param connect: makes a client; for hosts that share them
        :param client_arguments: arguments of boto3's ``client`` that go before what the options say
        """
        self._client_arguments = dict(client_arguments or {})
        self._parameters = {key: (None if value == "" else value) for key, value in parameters.items()}
        self._connect = connect or self._boto3
        self._connection: Connection | None = None
        self._clients: dict[str, Any] = {}
        #: Answers that the run has had already; for hosts that share them.
        self.answers: Answers | None = None
        #: What listings answered, and when.
        self._listings: dict[str, tuple[float, list[dict[str, Any]]]] = {}
        self._lock = threading.RLock()

    def client(self, service: str) -> Any:
        """The boto3 client of a service.

        :raises DependencyError: boto3 is absent, or its model does not know the service
        """
        with self._lock:
            if service not in self._clients:
                client = self._connect(service)
                aws_answers.watch(client)
                self._clients[service] = client
            return self._clients[service]

    def _boto3(self, service: str) -> Any:
        if not HAS_BOTOCORE:
            raise DependencyError("The Python libraries boto3 and botocore are needed; install boto3.")
        require_botocore()
        if self._connection is None:
            self._connection = Connection(self._parameters, self._client_arguments)
        return self._connection.client(service)

    @property
    def secrets(self) -> set[str]:
        """What no text may hold: the credentials, as far as they are known by now."""
        given = {str(value) for key in ("secret_key", "session_token") if (value := self._parameters.get(key))}
        handed = {str(value) for key in _HANDED if (value := self._client_arguments.get(key))}
        found = self._connection.secrets if self._connection else set()
        return given | handed | found | of_urls([str(self._parameters.get("endpoint_url") or "")])

    def unsigned(self) -> Aws:
        """The same connection for calls that carry no credentials and need none (``AssumeRoleWithSAML``).

        :raises DependencyError: botocore is absent
        """
        if not HAS_BOTOCORE:
            raise DependencyError("The Python libraries boto3 and botocore are needed; install boto3.")
        return Aws(self._parameters, client_arguments={"config": Config(signature_version=UNSIGNED)})

    def with_credentials(self, credentials: Mapping[str, Any]) -> Aws:
        """The same connection with temporary credentials.

        :param credentials: ``Credentials`` of an STS answer
        """
        return Aws(
            self._parameters,
            client_arguments={
                "aws_access_key_id": credentials["AccessKeyId"],
                "aws_secret_access_key": credentials["SecretAccessKey"],
                "aws_session_token": credentials["SessionToken"],
            },
        )

    def in_region(self, region: str) -> Aws:
        """The same connection in another region."""
        there = Aws({**self._parameters, "region": region}, client_arguments=self._client_arguments)
        there.answers = self.answers
        return there

    @property
    def region(self) -> str:
        """The region of the Q Business client."""
        return str(self.client("qbusiness").meta.region_name)

    def operation(self, service: str, operation: str) -> OperationModel:
        """The model of an operation (``CreateApplication``).

        :raises DependencyError: the installed botocore does not know it
        """
        model = self.client(service).meta.service_model
        if operation not in model.operation_names:
            raise DependencyError(
                f"botocore {botocore.__version__} does not know {service} {operation}; "
                f"at least {MINIMUM_BOTOCORE} is needed."
            )
        return t.cast("OperationModel", model.operation_model(operation))

    def input_shape(self, service: str, operation: str) -> Shape:
        return t.cast("Shape", self.operation(service, operation).input_shape)

    def output_shape(self, service: str, operation: str) -> Shape:
        return t.cast("Shape", self.operation(service, operation).output_shape)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Make one call, repeating what passes by itself.

        :param operation: as the model spells it (``CreateApplication``)
        :raises ServiceError: the service's own answer, with its code, the operation and the request id
        """
        return self._call(service, operation, parameters, CONFLICT_SECONDS)

    def call_once(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Like :meth:`call`, where a conflict says that it is done already and another try might do it twice.

        :raises ServiceError: as :meth:`call`
        """
        return self._call(service, operation, parameters, 0)

    def _call(
        self, service: str, operation: str, parameters: dict[str, Any], conflict_seconds: float
    ) -> dict[str, Any]:
        if self.answers is None:
            return self._ask(service, operation, parameters, conflict_seconds)
        if not operation.startswith(READS):
            self.answers.forget(parameters)
            try:
                return self._ask(service, operation, parameters, conflict_seconds)
            finally:  # another process may have read meanwhile
                self.answers.forget(parameters)
        asked = question(service, self._place(service), operation, parameters)
        kept: dict[str, Any] | None = self.answers.get(asked)
        if kept is None:
            kept = self._ask(service, operation, parameters, conflict_seconds)
            self.answers.keep(asked, kept)
        return kept

    def _place(self, service: str) -> str:
        """Return which connection this is, in words that hold no credential. IAM's answers are of every region."""
        told = self._parameters.items()
        parts = sorted(
            (name, str(value))
            for name, value in told
            if value is not None and not (service == "iam" and name == "region")
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def _ask(self, service: str, operation: str, parameters: dict[str, Any], conflict_seconds: float) -> dict[str, Any]:
        started = time.monotonic()
        client = self.client(service)
        method = getattr(client, botocore.xform_name(operation))
        if not operation.startswith(READS):
            # One token for all tries: botocore gives each call its own, and a try that the service carried out although
            # it answered with an error would be done twice.
            model = client.meta.service_model.operation_model(operation)
            parameters = {**{name: str(uuid.uuid4()) for name in model.idempotent_members}, **parameters}
        attempt, wait = 0, Wait(f"{service} {operation}")
        while True:
            try:
                response: dict[str, Any] = method(**parameters)
            except ClientError as error:
                attempt += 1
                if not _passes(operation, error, time.monotonic() - started, conflict_seconds):
                    raise _translated(service, operation, error) from error
                wait.lasts(f"answered with {error.response.get('Error', {}).get('Code', 'an error')}")
                time.sleep(min(0.2 * 2**attempt, 15) * random.uniform(0.5, 1))
            except BotoCoreError as error:
                raise ServiceError(f"{service} {operation}: {told(error)}", type(error).__name__) from error
            except Exception as error:
                if not aws_answers.from_parser(error):
                    raise
                raise aws_answers.unreadable(service, operation) from None
            else:
                aws_answers.demand(client.meta.service_model.operation_model(operation), response, parameters)
                response.pop("ResponseMetadata", None)
                return response
            finally:
                if not operation.startswith(READS):
                    self.forget_listings()

    def get(self, service: str, operation: str, **parameters: Any) -> dict[str, Any] | None:
        """A read; ``None`` when the object is not there."""
        try:
            return self.call(service, operation, **parameters)
        except ServiceError as error:
            if error.code in MISSING:
                return None
            raise

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """All items of a list, over all its pages. The page size, where the service has one, is the caller's.

        Knows ``nextToken`` (Q Business) and ``Marker``/``IsTruncated`` (IAM).
        """
        while True:
            page = self.call(service, operation, **parameters)
            yield from page.get(key, [])
            if page.get("nextToken"):
                parameters["nextToken"] = page["nextToken"]
            elif page.get("IsTruncated") and page.get("Marker"):
                parameters["Marker"] = page["Marker"]
            else:
                return

    def listing(self, service: str, operation: str, key: str, **parameters: Any) -> list[dict[str, Any]]:
        """All items of a list, as :meth:`pages`: read once for all who look for a name in it at about the same time,
        and anew after every write of this connection."""
        asked = repr((service, operation, sorted(parameters.items())))
        with self._lock:
            read, items = self._listings.get(asked, (0.0, []))
            if asked not in self._listings or time.monotonic() - read > LISTING_SECONDS:
                items = list(self.pages(service, operation, key, **parameters))
                self._listings[asked] = time.monotonic(), items
            return items

    def forget_listings(self) -> None:
        """Read lists anew from now on."""
        with self._lock:
            self._listings.clear()


class SilentAws(Aws):
    """The service models alone: what can be said of options without asking a service."""

    silent = True

    def unsigned(self) -> Aws:
        return self

    def with_credentials(self, credentials: Mapping[str, Any]) -> Aws:
        return self

    def in_region(self, region: str) -> Aws:
        return self

    def _call(
        self, service: str, operation: str, parameters: dict[str, Any], conflict_seconds: float
    ) -> dict[str, Any]:
        raise ServiceError(f"{service} {operation} is not asked for while options are checked")


def require_botocore() -> None:
    """:raises DependencyError: the installed botocore is too old"""
    version = tuple(int(part) for part in botocore.__version__.split(".")[:3])
    if version < tuple(int(part) for part in MINIMUM_BOTOCORE.split(".")):
        raise DependencyError(
            f"botocore {botocore.__version__} is too old: at least {MINIMUM_BOTOCORE} is needed. Upgrade boto3."
        )


def _passes(operation: str, error: Any, elapsed: float, conflict_seconds: float) -> bool:
    """Whether an error of an operation is worth another try after ``elapsed`` seconds."""
    code = error.response.get("Error", {}).get("Code", "")
    message = str(error.response.get("Error", {}).get("Message") or error.response.get("message") or "")
    if code in TRANSIENT:
        return elapsed < RETRY_SECONDS
    if code == "ConflictException":
        return elapsed < (RETRY_SECONDS if PASSING_CONFLICT.search(message) else conflict_seconds)
    if code == "DeleteConflict" and operation == "DeleteRole":  # its policies went a moment ago
        return elapsed < CONFLICT_SECONDS
    if code in ("MalformedPolicy", "MalformedPolicyDocument"):
        return bool(INVALID_PRINCIPAL.search(message)) and elapsed < PROPAGATION_SECONDS
    if code in ("ValidationException", "AccessDeniedException", "InvalidRequestException"):
        # Without ARNs: a caller's own arn:aws:sts::…:assumed-role/… says nothing about propagation.
        return bool(PROPAGATION.search(re.sub(r"arn:\S+", "", message))) and elapsed < PROPAGATION_SECONDS
    return False


def _translated(service: str, operation: str, error: Any) -> ServiceError:
    details = error.response.get("Error", {})
    gateway = aws_answers.of_gateway(service, operation, error.response)
    if gateway is not None:
        return gateway
    message = str(details.get("Message") or error.response.get("message") or error)
    fields = [f"{item.get('name')}: {item.get('message')}" for item in error.response.get("fields") or []]
    text = f"{service} {operation}: {message}" + (f" ({'; '.join(fields)})" if fields else "")
    if operation == "CreateApplication" and details.get("Code") in ("AccessDeniedException", "ValidationException"):
        text += (
            " Amazon Q Business has taken no new customers since 31 July 2026: in an account that never used it this "
            "answer may mean just that."
        )
    return ServiceError(
        text,
        code=str(details.get("Code", "")),
        operation=operation,
        http_status=error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
        request_id=error.response.get("ResponseMetadata", {}).get("RequestId"),
    )


def wait_for(
    read: Callable[[], Mapping[str, Any] | None],
    done: Callable[[Mapping[str, Any] | None], bool],
    failed: Callable[[Mapping[str, Any] | None], str],
    what: str,
    timeout: float,
) -> Mapping[str, Any] | None:
    """Read until ``done``; pauses grow from 0.2 s to 15 s.

    :param failed: the reason, when the state is a final failure, else ``""``
    :param timeout: in seconds
    :raises FailedStateError: with the service's own message
    :raises WaitError: the time is over; says the last state that was seen
    """
    deadline = time.monotonic() + timeout
    pause = 0.2
    wait = Wait(what)
    while True:
        state = read()
        if done(state):
            return state
        reason = failed(state)
        if reason:
            raise FailedStateError(f"{what} failed: {reason}")
        if time.monotonic() + pause > deadline:
            seen = (state or {}).get("status", "absent")
            raise WaitError(f"{what} was still {seen} after {timeout:.0f} s (wait_timeout).")
        wait.lasts(str((state or {}).get("status") or ""))
        time.sleep(pause)
        pause = min(pause * 1.6, 15.0)


def tags_to_list(tags: Mapping[str, Any], key: str = "key", value: str = "value") -> list[dict[str, str]]:
    """``{"a": "b"}`` → ``[{"key": "a", "value": "b"}]``; IAM writes ``Key`` and ``Value``."""
    return [{key: str(name), value: "" if item is None else str(item)} for name, item in tags.items()]


def tags_to_map(tags: list[Mapping[str, str]] | None, key: str = "key", value: str = "value") -> dict[str, str]:
    return {item[key]: item[value] for item in tags or []}


@contextlib.contextmanager
def tolerating(*codes: str) -> Iterator[None]:
    """Take these error codes for success."""
    try:
        yield
    except ServiceError as error:
        if error.code not in codes:
            raise

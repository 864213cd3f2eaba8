# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation a request is, read from botocore's own service models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from werkzeug.wrappers import Request

from qbusiness_sandbox.cloud import Operation

QUERY = frozenset({"iam", "sts"})
JSON = frozenset({"secretsmanager", "kms"})
SERVICES = QUERY | JSON | {"s3", "qbusiness"}

_READS = re.compile(
    r"(Get|List|Describe|Simulate|BatchGet|Head|Decrypt|Encrypt|ReEncrypt|Generate|Verify|Sign|Select|Validate)"
)
#: A session changes nothing that a client could see later.
_NO_WRITE = frozenset({"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "DecodeAuthorizationMessage"})


@cache
def model(service: str) -> ServiceModel:
    """The service model that botocore ships."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def writes(name: str) -> bool:
    """Whether an operation of IAM, STS, Secrets Manager, KMS or S3 changes state, judged by its name."""
    return not _READS.match(name) and name not in _NO_WRITE and name != "Unknown"


def form(request: Request) -> dict[str, str]:
    """The parameters of a query-protocol request, from the body and the query string."""
    body = request.get_data(cache=True)
    text = body.decode("utf-8", "replace") if request.mimetype == "application/x-www-form-urlencoded" else ""
    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    return dict(pairs + parse_qsl(text, keep_blank_values=True))


def identify(service: str, request: Request) -> Operation:
    """The operation of a query, JSON or S3 request; named ``Unknown`` when the model has no such one."""
    if service in QUERY:
        name = form(request).get("Action", "")
    elif service in JSON:
        prefix, _unused, name = request.headers.get("X-Amz-Target", "").rpartition(".")
        if prefix != model(service).metadata.get("targetPrefix"):
            name = ""
    else:
        name = s3_operation(request)
    known = name in model(service).operation_names
    name = name if known else "Unknown"
    return Operation(service, name, writes(name))


class _S3Route:
    """What one S3 operation asks of a request."""

    def __init__(self, operation: OperationModel) -> None:
        http = operation.http
        path, _unused, constants = http["requestUri"].partition("?")
        self.name = operation.name
        self.method = http["method"]
        # "/" or "/{Bucket}" or "/{Bucket}/{Key+}"
        self.depth = path.count("{")
        self.constants = dict(parse_qsl(constants, keep_blank_values=True))
        shape: Any = operation.input_shape
        required = shape.required_members if shape else []
        self.query = [
            shape.members[member].serialization["name"]
            for member in required
            if shape.members[member].serialization.get("location") == "querystring"
        ]
        self.headers = [
            shape.members[member].serialization["name"]
            for member in required
            if shape.members[member].serialization.get("location") == "header"
        ]

    def score(self, method: str, depth: int, query: Mapping[str, str], headers: Any) -> int:
        """How specific the match is; -1 for none."""
        if method != self.method or depth != self.depth:
            return -1
        for name, value in self.constants.items():
            if name not in query or (value and query[name] != value):
                return -1
        if any(name not in query for name in self.query) or any(name not in headers for name in self.headers):
            return -1
        return 2 * len(self.constants) + len(self.query) + len(self.headers)


@lru_cache(maxsize=1)
def _s3_routes() -> list[_S3Route]:
    service = model("s3")
    return [
        _S3Route(service.operation_model(name)) for name in service.operation_names if name != "WriteGetObjectResponse"
    ]


def s3_address(request: Request) -> tuple[str, str]:
    """Bucket and key of an S3 request, path style or virtual-host style; empty when absent."""
    target = str(request.environ.get("REQUEST_URI") or request.path).partition("?")[0]
    host = request.headers.get("Host", "").partition(":")[0]
    virtual = re.fullmatch(r"(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com|(.+)\.localhost", host)
    segments = target.lstrip("/")
    if virtual:
        return virtual.group(1) or virtual.group(2), unquote(segments)
    bucket, _unused, key = segments.partition("/")
    return unquote(bucket), unquote(key)


def s3_operation(request: Request) -> str:
    """The S3 operation that fits best; of several, the one that demands most of the request."""
    bucket, key = s3_address(request)
    depth = 2 if key else 1 if bucket else 0
    query = dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))
    scored = [(route.score(request.method, depth, query, request.headers), route.name) for route in _s3_routes()]
    # Of equals the first by name: ListBuckets, not ListDirectoryBuckets, which has a host name of its own.
    best = min(scored, key=lambda pair: (-pair[0], pair[1]))
    return best[1] if best[0] >= 0 else ""

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS Signature Version 4, verified by recomputing it with botocore's own signer.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (what is signed)
and https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html (what is answered).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from calendar import timegm
from dataclasses import dataclass
from time import strptime
from typing import Any
from urllib.parse import unquote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials as SigningCredentials
from werkzeug.wrappers import Request

from qbusiness_sandbox.aws.credentials import Credential, Credentials
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.cloud import Cloud

ALGORITHM = "AWS4-HMAC-SHA256"
#: A request may be this many seconds early or late (15 minutes, in S3's and IAM's documentation).
SKEW = 15 * 60
_HASH = re.compile(r"[0-9a-f]{64}")
_HEADER_PART = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")


@dataclass(frozen=True)
class Scope:
    """What a signature says of itself."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    token: str
    presigned: bool
    expires: int


def _raw_target(request: Request) -> tuple[str, str]:
    target = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.path)
    path, _unused, query = target.partition("?")
    return path, query


def _split_query(query: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote(key): unquote(value) for key, _unused, value in pairs}


def read_scope(request: Request) -> Scope | None:
    """The signature's scope from the header or the query; None when the request is unsigned.

    Raises :class:`AwsError` (incomplete) when it is there and cannot be read.
    """
    authorization = request.headers.get("Authorization", "")
    if authorization:
        if not authorization.startswith(ALGORITHM):
            raise AwsError("incomplete", "Unsupported Authorization header: only AWS4-HMAC-SHA256 is served", 400)
        parts = dict(_HEADER_PART.findall(authorization))
        timestamp = request.headers.get("X-Amz-Date", "")
        token = request.headers.get("X-Amz-Security-Token", "")
        expires = 0
    else:
        query = _split_query(_raw_target(request)[1])
        if "X-Amz-Signature" not in query and "X-Amz-Algorithm" not in query:
            return None
        parts = {name: query.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature")}
        timestamp = query.get("X-Amz-Date", "")
        token = query.get("X-Amz-Security-Token", "")
        try:
            expires = int(query.get("X-Amz-Expires", "0"))
        except ValueError as error:
            raise AwsError("incomplete", "X-Amz-Expires should be a number") from error
    scope = parts.get("Credential", "").split("/")
    missing = [name for name in ("Credential", "SignedHeaders", "Signature") if not parts.get(name)]
    if missing or not re.fullmatch(r"\d{8}T\d{6}Z", timestamp):
        what = ", ".join(f"'{name}'" for name in missing) or "'X-Amz-Date'"
        raise AwsError("incomplete", f"Authorization header requires {what} parameter.", 400)
    if len(scope) != 5 or scope[4] != "aws4_request":
        raise AwsError("incomplete", "Credential must have exactly 5 slash-delimited elements", 400)
    return Scope(
        access_key_id=scope[0],
        date=scope[1],
        region=scope[2],
        service=scope[3],
        signed_headers=tuple(parts["SignedHeaders"].lower().split(";")),
        signature=parts["Signature"],
        timestamp=timestamp,
        token=token,
        presigned=not authorization,
        expires=expires,
    )


class _Mixin:
    """Signs exactly the headers that the client says it signed."""

    signed: tuple[str, ...] = ()

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        headers = HTTPHeaders()
        for name in self.signed:
            for value in request.headers.get_all(name, []):
                headers.add_header(name, value)
        return headers


class _Signer(_Mixin, SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """For every service but S3."""


class _S3Signer(_Mixin, S3SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """S3 does not normalise or encode the path again."""


def _expected_signature(request: Request, scope: Scope, secret: str, body: bytes) -> str:
    path, query = _raw_target(request)
    if scope.presigned:
        query = "&".join(pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature="))
    url = f"http://{request.headers.get('Host', '')}{path}" + (f"?{query}" if query else "")
    again = AWSRequest(method=request.method, url=url, data=body)
    for name, value in request.headers.items():
        if name.lower() not in ("content-length", "x-amz-content-sha256"):
            again.headers.add_header(name, value)
    if "content-length" in scope.signed_headers:
        again.headers.add_header("Content-Length", str(request.environ.get("CONTENT_LENGTH", "")))
    payload = request.headers.get("X-Amz-Content-SHA256", "")
    if payload:
        again.headers.add_header("X-Amz-Content-SHA256", payload)
    elif scope.presigned and scope.service == "s3":
        again.headers.add_header("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD")
    again.context["timestamp"] = scope.timestamp
    kind: Any = _S3Signer if scope.service == "s3" else _Signer
    signer = kind(SigningCredentials(scope.access_key_id, secret), scope.service, scope.region)
    signer.signed = scope.signed_headers
    canonical = signer.canonical_request(again)
    return str(signer.signature(signer.string_to_sign(again, canonical), again))


def _check_time(scope: Scope, now: float) -> None:
    signed_at = timegm(strptime(scope.timestamp, "%Y%m%dT%H%M%SZ"))
    if not scope.timestamp.startswith(scope.date):
        raise AwsError(
            "bad_signature", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date", 403
        )
    if scope.presigned:
        if now > signed_at + scope.expires:
            raise AwsError("expired_request", "Request has expired", 403)
        return
    if abs(now - signed_at) > SKEW:
        side = "expired" if now > signed_at else "not yet current"
        raise AwsError(
            "skewed", f"Signature {side}: {scope.timestamp} is more than 15 minutes from the service's time", 403
        )


def _check_payload(request: Request, scope: Scope, body: bytes) -> None:
    payload = request.headers.get("X-Amz-Content-SHA256", "")
    if not payload:
        return
    if _HASH.fullmatch(payload):
        if not hmac.compare_digest(hashlib.sha256(body).hexdigest(), payload):
            raise AwsError(
                "bad_signature", "The provided 'x-amz-content-sha256' header does not match what was computed.", 400
            )
    elif scope.service != "s3" or not (payload == "UNSIGNED-PAYLOAD" or payload.startswith("STREAMING-")):
        raise AwsError("bad_signature", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD or a hash of the body", 400)


def verify(request: Request, scope: Scope, credentials: Credentials, cloud: Cloud) -> Credential:
    """The credential that signed this request; raises :class:`AwsError` when none did."""
    credential = credentials.find(scope.access_key_id)
    if credential is None:
        raise AwsError("unknown_key", "The security token included in the request is invalid.", 403)
    body = request.get_data(cache=True)
    if "host" not in scope.signed_headers:
        raise AwsError(
            "bad_signature", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.", 403
        )
    _check_payload(request, scope, body)
    expected = _expected_signature(request, scope, credential.secret_access_key, body)
    if not hmac.compare_digest(expected, scope.signature):
        raise AwsError(
            "bad_signature",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
            403,
        )
    _check_time(scope, cloud.clock.now())
    if not credential.token_matches(scope.token):
        raise AwsError("unknown_token", "The security token included in the request is invalid.", 403)
    if (
        credential.expires
        and cloud.clock.now() >= credential.expires
        and "session_expiry" not in cloud.settings.disabled_checks
    ):
        raise AwsError("expired_token", "The security token included in the request is expired", 403)
    return credential

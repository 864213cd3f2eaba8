# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of AWS services, in the shape of the service that was asked."""

from __future__ import annotations

import json
import uuid
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

#: The XML namespaces of the query services' answers, from their service models.
NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}

#: Names of the same refusal in the services' own vocabularies. Query and S3: the services' "Common Errors" pages;
#: JSON services: their own "Common Errors" pages.
_VOCABULARY = {
    "unknown_key": {"query": "InvalidClientTokenId", "json": "UnrecognizedClientException", "s3": "InvalidAccessKeyId"},
    "unknown_token": {"query": "InvalidClientTokenId", "json": "UnrecognizedClientException", "s3": "InvalidToken"},
    "expired_token": {"query": "ExpiredToken", "json": "ExpiredTokenException", "s3": "ExpiredToken"},
    "bad_signature": {
        "query": "SignatureDoesNotMatch",
        "json": "InvalidSignatureException",
        "s3": "SignatureDoesNotMatch",
    },
    "skewed": {"query": "SignatureDoesNotMatch", "json": "InvalidSignatureException", "s3": "RequestTimeTooSkewed"},
    "expired_request": {"query": "RequestExpired", "json": "RequestExpired", "s3": "AccessDenied"},
    "incomplete": {
        "query": "IncompleteSignature",
        "json": "IncompleteSignatureException",
        "s3": "AuthorizationHeaderMalformed",
    },
    "no_token": {
        "query": "MissingAuthenticationToken",
        "json": "MissingAuthenticationTokenException",
        "s3": "AccessDenied",
    },
    "denied": {"query": "AccessDenied", "json": "AccessDeniedException", "s3": "AccessDenied"},
    "unknown_operation": {"query": "InvalidAction", "json": "UnknownOperationException", "s3": "MethodNotAllowed"},
    "internal": {"query": "InternalFailure", "json": "InternalServerException", "s3": "InternalError"},
}


def dialect(service: str) -> str:
    """How a service speaks of errors: ``query``, ``s3`` or ``json``."""
    if service in ("iam", "sts"):
        return "query"
    return "s3" if service == "s3" else "json"


class AwsError(Exception):
    """A refusal. ``code`` is a literal code, or one of the vocabulary's names, which :func:`refuse` translates."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def code_for(service: str, code: str) -> str:
    """The service's own name of a refusal."""
    return _VOCABULARY[code][dialect(service)] if code in _VOCABULARY else code


def refuse(service: str, error: AwsError) -> Response:
    """The error as an answer of ``service``."""
    code = code_for(service, error.code)
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-RequestId": request_id, "x-sandbox-error": code}
    kind = dialect(service)
    if kind == "query":
        namespace = NAMESPACES[service]
        fault = "Sender" if error.status < 500 else "Receiver"
        body = (
            f'<ErrorResponse xmlns="{namespace}"><Error><Type>{fault}</Type><Code>{escape(code)}</Code>'
            f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(body, error.status, content_type="text/xml", headers=headers)
    if kind == "s3":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{escape(code)}</Code><Message>{escape(error.message)}</Message>"
            f"<RequestId>{request_id}</RequestId><HostId>sandbox</HostId></Error>"
        )
        return Response(body, error.status, content_type="application/xml", headers=headers)
    headers["x-amzn-errortype"] = code
    # AWS JSON services spell the member `message`; KMS and Secrets Manager add `__type`.
    return Response(
        json.dumps({"__type": code, "message": error.message}),
        error.status,
        content_type="application/x-amz-json-1.1" if service in ("kms", "secretsmanager") else "application/json",
        headers=headers,
    )

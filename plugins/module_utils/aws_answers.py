# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell an answer of AWS from that of a proxy, a gateway or a sign-in page that stands in between.

botocore takes most of what comes with status 200: an HTML page in answer to ``ListApplications`` becomes ``{}``, which
reads as an account without applications. Whatever is created then exists twice. So every answer is looked at before
botocore parses it (:func:`watch`), and once more for what it has to say (:func:`demand`).
"""

from __future__ import annotations

import json
import traceback
import typing as t
from collections.abc import Mapping
from typing import Any

from .errors import ServiceError
from .foreign import FOREIGN, ForeignAnswer, is_html

if t.TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

#: How the names of operations begin that change nothing.
READS = ("Get", "List", "Describe", "Head")
#: Where AWS names the request, in every answer of its own and in no other. botocore reads ``RequestId`` from them, but
#: not for every protocol.
REQUEST_ID = ("x-amzn-requestid", "x-amz-request-id")
JSON_PROTOCOLS = frozenset({"json", "rest-json"})
ADVICE = "Check HTTPS_PROXY and NO_PROXY in the environment, the network, and endpoint_url (AWS_ENDPOINT_URL)."
_WRITE = " The request may have been carried out all the same."


def watch(client: Any) -> None:
    """Refuse answers that are not the service's, from now on and for all operations of a client.

    A client that is watched already stays as it is.
    """
    client.meta.events.register("before-parse", _look, unique_id="qbusiness-federation-answers")


def _look(operation_model: OperationModel, response_dict: dict[str, Any], **_more: Any) -> None:
    """Handle ``before-parse``.

    :raises ServiceError: the body is not of the protocol
    """
    body = response_dict.get("body")
    if not isinstance(body, bytes) or not body.strip():
        return
    status = int(response_dict["status_code"])
    what = _fault(operation_model, body, status)
    if not what:
        return
    if status >= 500:
        # botocore repeats an error of a gateway, but only one that it recognizes: by its body, which is empty.
        response_dict["body"] = b""
        return
    raise refused(operation_model, status, response_dict.get("headers") or {}, what, body)


def _fault(operation: OperationModel, body: bytes, status: int) -> str:
    """What shows that a body is not the service's; ``""``: nothing does."""
    if status < 300 and _blob(operation.output_shape):
        return ""  # a document of a user's, which may be a page
    if is_html(body):
        return "it is an HTML page"
    if status < 300 and operation.service_model.resolved_protocol == "rest-xml":
        shape = operation.output_shape
        if shape is None or not shape.members or _payload(shape):
            return ""  # nothing of it is read, or the caller reads it
    protocol = operation.service_model.resolved_protocol
    if protocol in JSON_PROTOCOLS:
        text = body.strip()
        if text.startswith(b"{") and text.endswith(b"}"):
            return ""  # botocore reads it, and what it cannot read is told by from_parser
        try:
            document = json.loads(body)
        except ValueError:
            return "it is not JSON"
        return (
            "" if isinstance(document, dict) else f"it is a JSON {_KINDS.get(type(document), 'value')}, not an object"
        )
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "it is not XML"
    if protocol == "query" and status < 300 and f"{operation.name}Response".encode() not in body:
        return f"it holds no {operation.name}Response"
    return ""


_KINDS: dict[type, str] = {
    list: "list",
    str: "text",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def _payload(shape: Shape | None) -> Any:
    """The member of an output whose content is the whole body."""
    name = shape.serialization.get("payload") if shape is not None else None
    return shape.members[name] if shape is not None and name else None


def _blob(shape: Shape | None) -> bool:
    payload = _payload(shape)
    return payload is not None and payload.type_name == "blob"


def refused(
    operation: OperationModel, status: int, headers: Mapping[str, str], what: str, body: bytes = b""
) -> ServiceError:
    """The error of an answer that is not the service's: who was asked, what came, who it says it is, what to do."""
    answer = ForeignAnswer(status, headers, what, body)
    write = "" if operation.name.startswith(READS) else _WRITE
    return ServiceError(
        f"{_service(operation)} {operation.name}: {answer.described('AWS')}{write} {ADVICE}",
        FOREIGN,
        operation=operation.name,
        http_status=status,
    )


def from_parser(error: Exception) -> bool:
    """Whether an exception comes from botocore's parsers, which raise any kind for an answer of another form."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == "botocore.parsers" for frame, _line in frames)


def unreadable(service: str, operation: str) -> ServiceError:
    """The error of an answer that botocore cannot parse; its exception's text is left out, since it holds the body."""
    write = "" if operation.startswith(READS) else _WRITE
    return ServiceError(
        f"{service} {operation}: the answer cannot be read, so it is not one of AWS: a proxy or a gateway answered in "
        f"its place, or changed the answer.{write} {ADVICE}",
        FOREIGN,
        operation=operation,
    )


def of_gateway(service: str, operation: str, response: Mapping[str, Any]) -> ServiceError | None:
    """The error of a gateway on the way, when it is one and not the service's own.

    :param response: of botocore's error, which has no words for it but those of the status
    """
    metadata = response.get("ResponseMetadata") or {}
    status = int(metadata.get("HTTPStatusCode") or 0)
    details = response.get("Error") or {}
    if status < 500 or details.get("Code") != str(status) or metadata.get("RequestId"):
        return None
    answer = ForeignAnswer(status, metadata.get("HTTPHeaders") or {}, str(details.get("Message") or "it has no code"))
    write = "" if operation.startswith(READS) else _WRITE
    text = f"{service} {operation}: {answer.described('AWS')}{write} {ADVICE}"
    return ServiceError(text, FOREIGN, operation=operation, http_status=status)


def demand(operation: OperationModel, response: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    """Refuse a parsed answer that lacks what the operation answers and was not named by AWS.

    The service models require no member of an answer, and whether a service leaves an empty list out is not
    documented for all of them. An answer that bears AWS's request id is AWS's own, so what it lacks is empty.
    Any other has to hold its lists, and the identifiers that were asked for.

    :param response: as botocore answers it, ``ResponseMetadata`` included
    :param parameters: of the call
    :raises ServiceError: another one answered
    """
    metadata = response.get("ResponseMetadata")
    shape = operation.output_shape
    if metadata is None or shape is None or operation.http.get("method") == "HEAD":
        return
    headers = metadata.get("HTTPHeaders") or {}
    if metadata.get("RequestId") or any(headers.get(name) for name in REQUEST_ID):
        return
    lacking = _lacking(operation, shape, response, parameters)
    if lacking:
        raise refused(operation, int(metadata.get("HTTPStatusCode") or 0), headers, f"it has no {lacking}")


def _lacking(operation: OperationModel, shape: Any, response: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    members = shape.members
    if not members:
        return ""
    payload = _payload(shape)
    if payload is not None and payload.type_name != "blob":
        # Any text would do for it: a bucket policy from elsewhere is one without the statements of others.
        return "request ID"
    if operation.service_model.resolved_protocol in JSON_PROTOCOLS:
        if operation.name.startswith("List"):
            for name, member in members.items():
                if member.type_name == "list" and name not in response:
                    return str(name)
        elif operation.name.startswith("Get"):
            for name in members:
                if name in parameters and name not in response:
                    return str(name)
    return "" if any(name in response for name in members) else "member of its form"


def _service(operation: OperationModel) -> str:
    return str(operation.service_model.service_name)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Okta's refusals as errors of the collection: everything that helps, nothing that is secret.

Form of an error: https://developer.okta.com/docs/reference/error-codes/
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..cleaning import cleaned
from ..errors import ServiceError
from ..foreign import FOREIGN, ForeignAnswer, is_html

if t.TYPE_CHECKING:
    from requests import Response

NOT_FOUND = "E0000007"
ACTIVE_APP = "E0000056"
#: Also of a name that is in use.
INVALID = "E0000001"
#: Our own code: the connection ended before an answer was there.
NO_ANSWER = "NoAnswer"
#: Whether the request was carried out is not known.
UNKNOWN = frozenset({NO_ANSWER, FOREIGN})

#: What to do about it, where the answer itself does not say.
ADVICE = {
    "E0000005": "This path takes no API token of this kind.",
    "E0000006": "The token's administrator, or the service app, lacks a role or scope for this.",
    "E0000011": "The API token is wrong, expired (30 days without use), or bound to another network zone.",
    "E0000015": "The org has no licence for this feature.",
    "E0000047": "The rate limit was waited for in vain; run fewer hosts at a time (throttle, forks).",
}


def body_of(answer: Response) -> Any:
    """An answer's JSON, or ``None`` when it is none."""
    try:
        return json.loads(answer.content)
    except ValueError:
        return None


def object_of(answer: Response, optional: bool = False) -> dict[str, Any] | None:
    """The JSON object of an answer that says that all is well; ``None``: it is empty.

    :param optional: whether Okta may answer nothing
    :raises ServiceError: another one answered
    """
    if not answer.content.strip():
        if optional or answer.status_code == 204:
            return None
        raise foreign(answer, "it is empty")
    document = _document(answer)
    if not isinstance(document, dict):
        raise foreign(answer, "it is JSON, but not an object")
    if not optional and not _known(answer) and not (document.get("id") or document.get("kid")):
        raise foreign(answer, "it has no id")
    return document


def list_of(answer: Response) -> list[dict[str, Any]]:
    """The JSON list of objects of an answer that says that all is well.

    :raises ServiceError: another one answered
    """
    document = _document(answer)
    if not isinstance(document, list) or not all(isinstance(item, dict) for item in document):
        raise foreign(answer, "it is JSON, but not a list of objects")
    return document


def document_of(answer: Response) -> bytes:
    """The bytes of an XML document.

    :raises ServiceError: another one answered
    """
    if is_html(answer.content) or not answer.content.strip():
        raise foreign(answer, "it is an HTML page" if answer.content.strip() else "it is empty")
    return answer.content


def _document(answer: Response) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        raise foreign(answer, "it is an HTML page" if is_html(answer.content) else "it is not JSON") from None


def _known(answer: Response) -> bool:
    """Whether Okta names the request, as in every answer of its own (recorded)."""
    return bool(answer.headers.get("X-Okta-Request-Id"))


def foreign(answer: Response, what: str, secrets: Iterable[str] = ()) -> ServiceError:
    """The error of an answer that another one gave in place of Okta.

    :param what: what shows that, like "it is an HTML page"
    """
    method = str(answer.request.method)
    path = urlsplit(str(answer.request.url)).path
    came = ForeignAnswer(answer.status_code, answer.headers, what, answer.content)
    write = " The request may have been carried out all the same." if method != "GET" else ""
    text = (
        f"Okta {method} {path}: {came.described('Okta')}{write} Check okta_org_url, which should be the org's own URL, "
        "and HTTPS_PROXY and NO_PROXY in the environment."
    )
    return ServiceError(cleaned(text, secrets), FOREIGN, http_status=answer.status_code, path=path)


def refusal(answer: Response, secrets: Iterable[str] = ()) -> ServiceError:
    """The error of an answer: summary, causes, error id, status, path, request id; no header and no body."""
    method = str(answer.request.method)
    path = urlsplit(str(answer.request.url)).path
    body = body_of(answer)
    code, text, error_id = "", "", ""
    if isinstance(body, Mapping) and ("errorCode" in body or "errorSummary" in body):
        code, error_id = str(body.get("errorCode") or ""), str(body.get("errorId") or "")
        causes = [str(c.get("errorSummary")) for c in body.get("errorCauses") or [] if isinstance(c, Mapping)]
        text = ": ".join(part for part in (str(body.get("errorSummary") or ""), "; ".join(causes)) if part)
    elif isinstance(body, Mapping) and "error" in body:
        code = str(body["error"])
        text = f"{code}: {body.get('error_description') or ''}".rstrip(": ")
    elif 300 <= answer.status_code < 400:
        host = urlsplit(answer.headers.get("Location", "")).netloc
        text = f"Okta sends on to {host or 'another place'}; is okta_org_url the org's own URL?"
    elif body is None and answer.content.strip():
        return foreign(answer, "it is an HTML page" if is_html(answer.content) else "it is not JSON", secrets)
    else:
        text = "the answer is none of Okta's API; is okta_org_url the org's own URL?"
    request_id = answer.headers.get("X-Okta-Request-Id", "")
    marks = ", ".join(
        f"{name} {value}"
        for name, value in (("code", code), ("error id", error_id), ("request id", request_id))
        if value
    )
    message = f"Okta {method} {path}: HTTP {answer.status_code}: {text}" + (f" ({marks})" if marks else "")
    if code in ADVICE:
        message += f" {ADVICE[code]}"
    return ServiceError(
        cleaned(message, secrets),
        code=code,
        http_status=answer.status_code,
        path=path,
        okta_error_id=error_id,
        request_id=request_id,
    )


def no_answer(method: str, path: str, kind: str) -> ServiceError:
    """The error of a request that got no answer.

    :param kind: the class of requests' exception; its text may hold a whole URL and is left out
    """
    again = " It may have been carried out all the same." if method == "POST" else ""
    return ServiceError(
        f"Okta {method} {path}: no answer ({kind}).{again} Check okta_org_url, network and proxy, and for SSLError the "
        "certificates (REQUESTS_CA_BUNDLE).",
        code=NO_ANSWER,
        path=path,
        kind=kind,
    )

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

from ..errors import ServiceError

if t.TYPE_CHECKING:
    from requests import Response

NOT_FOUND = "E0000007"
ACTIVE_APP = "E0000056"
#: Also of a name that is in use.
INVALID = "E0000001"
#: Our own code: the connection ended before an answer was there.
NO_ANSWER = "NoAnswer"

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
    else:
        text = "the answer is none of Okta's API (no JSON); is okta_org_url the org's own URL?"
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


def cleaned(text: str, secrets: Iterable[str]) -> str:
    """A text without these."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "********")
    return text

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether Okta takes a client secret: a token request that can only end in a refusal, and which one it is.

The client is proved before its code is looked at. So a code that nobody was given is refused as ``invalid_grant`` when
the secret is good, and as ``invalid_client`` when it is not; nobody is signed in.
Sources: RFC 6749, 3.2.1 and 5.2; https://developer.okta.com/docs/reference/error-codes/#okta-oauth-error-codes
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from .errors import body_of
from .pacing import rate_wait
from .transport import NoAnswerError, Transport

#: The org's own server knows every client of the org.
TOKEN_PATH = "/oauth2/v1/token"
#: Ways in which a secret is presented as it is.
METHODS = ("client_secret_basic", "client_secret_post")
GRANT = "authorization_code"
#: Pauses before it is tried again, in seconds. guess: that a new secret may take a moment until every node has it
PAUSES = (1.0, 3.0, 6.0)


@dataclass(frozen=True)
class Proof:
    """``ok``, and what was seen: Okta's own error code and the status, never a text that Okta wrote."""

    ok: bool
    seen: str


@dataclass(frozen=True)
class Client:
    """How the app presents itself."""

    client_id: str
    method: str
    redirect_uri: str
    pkce: bool
    secret: str = field(repr=False)


def client_of(app: Mapping[str, Any], secret: str) -> Client:
    """What of an app's JSON is needed."""
    credentials, settings = app["credentials"]["oauthClient"], app["settings"]["oauthClient"]
    addresses = settings.get("redirect_uris") or ["https://example.com/"]
    return Client(
        str(credentials["client_id"]),
        str(credentials["token_endpoint_auth_method"]),
        str(addresses[0]),
        bool(credentials.get("pkce_required")),
        secret,
    )


def prove(origin: str, client: Client) -> Proof:
    """Ask the org whether it takes the secret. Repeated while it does not, and while nothing comes."""
    form = {"grant_type": GRANT, "code": secrets.token_urlsafe(24), "redirect_uri": client.redirect_uri}
    headers = {"Accept": "application/json"}
    if client.pkce:
        form["code_verifier"] = secrets.token_urlsafe(48)
    if client.method == METHODS[1]:
        form |= {"client_id": client.client_id, "client_secret": client.secret}
    else:
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    http = Transport(origin)
    try:
        for attempt, pause in enumerate((*PAUSES, 0.0), start=1):
            proof, wait = _once(http, form, headers, attempt)
            if proof.ok or pause == 0.0:
                return proof
            time.sleep(max(pause, wait))
    finally:
        http.close()
    raise AssertionError("not reached")


def _once(http: Transport, form: Mapping[str, str], headers: Mapping[str, str], attempt: int) -> tuple[Proof, float]:
    """One request: what it proves, and how long to wait at least before the next."""
    try:
        answer = http.send("POST", TOKEN_PATH, data=dict(form), headers=dict(headers))
    except NoAnswerError as failure:
        return Proof(False, f"no answer ({failure.kind})"), 0.0
    body = body_of(answer)
    error = str(body.get("error") or body.get("errorCode") or "") if isinstance(body, Mapping) else ""
    wait = rate_wait(answer.headers, attempt) if answer.status_code == 429 else 0.0
    seen = f"HTTP {answer.status_code} {error or 'without an error code'}"
    return Proof(answer.status_code == 400 and error == "invalid_grant", seen), wait

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to prove to an Okta org who asks: an API token, or a service app with a private key.

Sources: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/ and
https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..errors import ServiceError
from .errors import body_of, refusal
from .jose import (
    ASSERTION_TYPE,
    client_assertion,
    dpop_proof,
    load_private_key,
    new_proof_key,
    require_cryptography,
)

if t.TYPE_CHECKING:
    from requests import Response

TOKEN_PATH = "/oauth2/v1/token"
#: What the token endpoint says where it demands a proof, and where it demands a nonce of its own in it (recorded,
#: ``sdk_dpop_token``); the management API demands one in the same way, which is rare.
NO_PROOF, NO_NONCE = "invalid_dpop_proof", "use_dpop_nonce"
NONCE = "dpop-nonce"
#: One of the scopes is not granted, or none of them is.
NO_SCOPE = frozenset({"invalid_scope", "consent_required"})
#: A token request as it is, with a proof, and with the nonce: more are never made for one token.
TOKEN_TRIES = 3


class Credentials(Protocol):
    """What a session asks for the headers of a request."""

    #: Values that no text may hold.
    secrets: set[str]

    def ready(self, fetch: Fetch) -> None:
        """Get what headers are made of, where that takes a request of its own."""

    def headers(self, method: str, url: str, fetch: Fetch) -> dict[str, str]:
        """The headers that prove who asks, for one request to this URL (without query)."""

    def renew(self, answer: Response) -> str:
        """Make up for what was refused with this answer. Names what another try will have anew; empty: nothing."""


class Fetch(Protocol):
    """Posts a form to the org without the session's authorization; answers what came.

    ``sign`` makes form and headers, anew for each time that it is sent: an assertion and a proof are good once.
    """

    def __call__(self, path: str, sign: Callable[[], tuple[Mapping[str, str], Mapping[str, str]]]) -> Response: ...


class ApiToken:
    """``Authorization: SSWS``."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.secrets = {token}

    def ready(self, fetch: Fetch) -> None:
        """The token is there."""

    def headers(self, method: str, url: str, fetch: Fetch) -> dict[str, str]:
        return {"Authorization": f"SSWS {self._token}"}

    def renew(self, answer: Response) -> str:
        return ""


class ServiceApp:
    """``Authorization: Bearer``, by ``client_credentials`` and ``private_key_jwt``; or ``DPoP`` with a proof for each
    request, where the app demands that. The token is kept for the session, and nowhere else."""

    def __init__(self, origin: str, client_id: str, private_key: str, key_id: str, scopes: Sequence[str]) -> None:
        """:param private_key: PEM, or a JWK as JSON (RSA)
        :raises DependencyError: cryptography is absent
        :raises InputError: the key cannot be read
        """
        require_cryptography("okta_private_key")
        self._endpoint = f"{origin}{TOKEN_PATH}"
        self._client_id = client_id
        self._scopes = list(scopes)
        self._key, self._key_id = load_private_key("okta_private_key", private_key, key_id)
        self._token, self._scheme = "", "Bearer"
        #: The key of the session's proofs, once the org asked for one.
        self._proof_key: Any = None
        #: The nonce that each of the two servers gave last.
        self._nonces = {"token": "", "api": ""}
        self.secrets = {private_key}

    def ready(self, fetch: Fetch) -> None:
        """:raises ServiceError: the org gives no token"""
        if not self._token:
            self._fetch_token(fetch)

    def headers(self, method: str, url: str, fetch: Fetch) -> dict[str, str]:
        """:raises ServiceError: the org gives no token"""
        self.ready(fetch)
        headers = {"Authorization": f"{self._scheme} {self._token}"}
        if self._scheme == "DPoP":
            nonce = self._nonces["api"]
            headers["DPoP"] = dpop_proof(self._proof_key, method, url, access_token=self._token, nonce=nonce)
        return headers

    def renew(self, answer: Response) -> str:
        nonce = answer.headers.get(NONCE, "")
        if self._scheme == "DPoP" and nonce not in ("", self._nonces["api"]):
            self._nonces["api"] = nonce
            return "nonce"
        self._token = ""
        return "token"

    def _fetch_token(self, fetch: Fetch) -> None:
        for attempt in range(1, TOKEN_TRIES + 1):
            answer = fetch(TOKEN_PATH, lambda: (self._form(), self._token_proof()))
            self._nonces["token"] = answer.headers.get(NONCE, "") or self._nonces["token"]
            body = body_of(answer)
            said = body if isinstance(body, Mapping) else {}
            if answer.status_code < 300 and said.get("access_token"):
                self._token = str(said["access_token"])
                self._scheme = "DPoP" if str(said.get("token_type", "")).lower() == "dpop" else "Bearer"
                self.secrets.add(self._token)
                return
            demanded = said.get("error") == NO_PROOF and self._proof_key is None
            if demanded:
                self._proof_key = new_proof_key()
            if attempt == TOKEN_TRIES or not (demanded or said.get("error") == NO_NONCE):
                raise self._refusal(answer)

    def _refusal(self, answer: Response) -> ServiceError:
        error = refusal(answer, self.secrets)
        if error.code not in NO_SCOPE:
            return error
        return ServiceError(
            f"{error.message} The task asks for {' '.join(self._scopes)}: grant that to the service app "
            f"{self._client_id}, or name other scopes in okta_scopes.",
            **{"code" if name == "error_code" else name: value for name, value in error.facts.items()},
        )

    def _form(self) -> dict[str, str]:
        assertion = client_assertion(self._client_id, self._key, self._key_id, self._endpoint)
        self.secrets.add(assertion)
        return {
            "grant_type": "client_credentials",
            "scope": " ".join(self._scopes),
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }

    def _token_proof(self) -> dict[str, str]:
        if self._proof_key is None:
            return {}
        return {"DPoP": dpop_proof(self._proof_key, "POST", self._endpoint, nonce=self._nonces["token"])}

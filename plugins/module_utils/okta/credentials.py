# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to prove to an Okta org who asks: an API token, or a service app with a private key.

Source: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .jose import ASSERTION_TYPE, client_assertion, load_private_key, require_cryptography

TOKEN_PATH = "/oauth2/v1/token"


class Credentials(Protocol):
    """What a session asks for its Authorization header."""

    #: Values that no text may hold.
    secrets: set[str]

    def header(self, origin: str, fetch: Fetch) -> str:
        """The Authorization header."""

    def renew(self) -> bool:
        """Forget what was refused; whether another try makes sense."""


class Fetch(Protocol):
    """Posts a form to the org without authorization and answers its JSON."""

    def __call__(self, path: str, form: Mapping[str, str]) -> Any: ...


class ApiToken:
    """``Authorization: SSWS``."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.secrets = {token}

    def header(self, origin: str, fetch: Fetch) -> str:
        return f"SSWS {self._token}"

    def renew(self) -> bool:
        return False


class ServiceApp:
    """``Authorization: Bearer``, by ``client_credentials`` and ``private_key_jwt``."""

    def __init__(self, client_id: str, private_key: str, key_id: str, scopes: Sequence[str]) -> None:
        """:param private_key: PEM, or a JWK as JSON (RSA)
        :raises DependencyError: cryptography is absent
        :raises InputError: the key cannot be read
        """
        require_cryptography("okta_private_key")
        self._client_id = client_id
        self._scopes = list(scopes)
        self._key, self._key_id = load_private_key("okta_private_key", private_key, key_id)
        self._token = ""
        self.secrets = {private_key}

    def header(self, origin: str, fetch: Fetch) -> str:
        if not self._token:
            assertion = client_assertion(self._client_id, self._key, self._key_id, f"{origin}{TOKEN_PATH}")
            self.secrets.add(assertion)
            answer = fetch(
                TOKEN_PATH,
                {
                    "grant_type": "client_credentials",
                    "scope": " ".join(self._scopes),
                    "client_assertion_type": ASSERTION_TYPE,
                    "client_assertion": assertion,
                },
            )
            self._token = str(answer["access_token"])
            self.secrets.add(self._token)
        return f"Bearer {self._token}"

    def renew(self) -> bool:
        self._token = ""
        return True

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An ID token for a signed-in test user, by the authorization code flow without a page: ``prompt=none``.

The browser's part (``/authorize``) goes with the session's cookies, the application's part (discovery, ``/token``,
keys) without them. The redirect URI is not visited. Sources:
https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/ , https://openid.net/specs/openid-connect-core-1_0.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from .. import causes
from ..cause_rows.claims import ID_TOKEN
from ..cause_rows.oidc import AUTHORIZE, TOKEN
from ..errors import InputError, LayerError
from . import id_token as tokens
from . import jose
from .browser import Browser, is_loopback
from .errors import body_of
from .id_token import IdToken
from .saml_page import headline
from .sign_in import Session

METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
SCOPES = ("openid", "email", "profile")


@dataclass(frozen=True)
class Client:
    """The application as Okta knows it."""

    client_id: str
    redirect_uri: str
    #: One of :data:`METHODS`.
    method: str = METHODS[0]
    secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    private_key_id: str = ""
    scopes: tuple[str, ...] = SCOPES
    pkce: bool = True


class Issuer:
    """An authorization server, by its discovery document."""

    def __init__(self, issuer: str, origin: str, secrets: set[str]) -> None:
        """Read the document.

        :param issuer: ``https://example.okta.com/oauth2/default``, or the org's URL for its own server
        :param origin: the org's; requests go there when it is the issuer's host
        :raises LayerError: layer ``oidc_authorize``; there is no such issuer
        """
        self.issuer = issuer
        host = urlsplit(issuer).netloc
        self._http = Browser(origin if host == urlsplit(origin).netloc else f"https://{host}", secrets)
        path = f"{urlsplit(issuer).path.rstrip('/')}/.well-known/openid-configuration"
        answer = self._http.read(AUTHORIZE, path, headers={"Accept": "application/json"})
        body = body_of(answer)
        if answer.status_code != 200 or not isinstance(body, Mapping):
            code = str(body.get("errorCode") or "") if isinstance(body, Mapping) else ""
            key = "issuer.unlicensed" if code == "E0000015" else "issuer.unknown"
            raise causes.error(key, {"error_code": code}, issuer=issuer, status=answer.status_code)
        self._document = body
        if body.get("issuer") != issuer:
            raise causes.error("issuer.differs", issuer=issuer, found=body.get("issuer") or "nothing")

    def url(self, name: str) -> str:
        """An endpoint.

        :raises LayerError: it is not there, or not on the issuer's host
        """
        url = str(self._document.get(name) or "")
        if not url or urlsplit(url).netloc != urlsplit(self.issuer).netloc:
            raise causes.error("issuer.endpoints", issuer=self.issuer, name=name)
        return url

    def keys(self) -> Any:
        """The public keys of the issuer's signatures.

        :raises LayerError: none come
        """
        answer = self._http.read(ID_TOKEN, urlsplit(self.url("jwks_uri")).path, headers={"Accept": "application/json"})
        return body_of(answer) if answer.status_code == 200 else {}

    def post(self, name: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Any]:
        """Status and JSON that an endpoint answers to a form."""
        answer = self._http.send(
            TOKEN,
            "POST",
            urlsplit(self.url(name)).path,
            data=dict(form),
            headers={"Accept": "application/json", **headers},
        )
        return answer.status_code, body_of(answer)

    def close(self) -> None:
        self._http.close()


def check_issuer(option: str, issuer: str) -> None:
    """:raises InputError: no HTTPS URL (plain HTTP is taken on the loopback only)"""
    parts = urlsplit(issuer)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not secure or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise InputError(
            [
                f"{option}: {parts.scheme}://{parts.hostname}{parts.path} … should be like https://example.okta.com/oauth2/default"
            ]
        )


def authorize(session: Session, client: Client, issuer: Issuer) -> tuple[str, str, str]:
    """The code, the nonce and the code verifier.

    :raises LayerError: layer ``okta_assignment`` or ``oidc_authorize``
    """
    state, nonce = random.token_urlsafe(24), random.token_urlsafe(24)
    verifier = random.token_urlsafe(48) if client.pkce else ""
    params = {
        "client_id": client.client_id,
        "response_type": "code",
        "response_mode": "query",
        "scope": " ".join(client.scopes),
        "redirect_uri": client.redirect_uri,
        "state": state,
        "nonce": nonce,
        "prompt": "none",
    }
    if verifier:
        digest = hashlib.sha256(verifier.encode()).digest()
        params |= {
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
    if session.token:
        params["sessionToken"], session.token = session.token, ""
    session.secrets.update(filter(None, (state, verifier)))
    url = issuer.url("authorization_endpoint")
    if not session.browser.owns(url):
        raise causes.error("issuer.endpoints", issuer=issuer.issuer, name="authorization_endpoint")
    answer = session.browser.read(AUTHORIZE, urlsplit(url).path, params=params, headers={"Accept": "text/html"})
    if not answer.is_redirect:
        raise _page(answer, client)
    location = answer.headers["Location"]
    target = urlsplit(location)
    if location.partition("#")[0].partition("?")[0] != client.redirect_uri.partition("?")[0]:
        raise causes.error("authorize.elsewhere", place=f"{target.netloc}{target.path}")
    values = {name: found[0] for name, found in parse_qs(target.query or target.fragment).items() if len(found) == 1}
    code = values.get("code", "")
    session.secrets.update(filter(None, (code,)))
    if not hmac.compare_digest(values.get("state", "").encode(), state.encode()) or bool(code) == ("error" in values):
        raise causes.error("authorize.state")
    if not code:
        error, text = values["error"], values.get("error_description", "")
        raise causes.translated(
            ("authorize",),
            error,
            text,
            {"error_code": error},
            client_id=client.client_id,
            scopes=" ".join(client.scopes),
        )
    return code, nonce, verifier


def _page(answer: Any, client: Client) -> LayerError:
    """What a page means that came in place of the redirect."""
    values: dict[str, Any] = {"client_id": client.client_id, "redirect_uri": client.redirect_uri}
    if answer.status_code == 400 and "'redirect_uri'" in answer.text.replace("&#39;", "'").replace("&#x27;", "'"):
        return causes.error("authorize.redirect_uri", **values)
    if answer.status_code == 400 and "client_id" in answer.text:
        return causes.error("authorize.client_id", **values)
    if re.search(r"not assigned", answer.text, re.IGNORECASE):
        return causes.error("authorize.not_assigned", **values)
    body = body_of(answer)
    said = f"{body.get('errorCode')}" if isinstance(body, Mapping) else headline(answer.text)
    return causes.error("authorize.page", status=answer.status_code, heading=said or "no title")


def exchange(secrets: set[str], client: Client, issuer: Issuer, code: str, verifier: str) -> IdToken:
    """Trade the code for the ID token, which is not verified yet. The access token is revoked again.

    :raises LayerError: layer ``oidc_token``, or ``id_token`` when it is none
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri}
    if verifier:
        form["code_verifier"] = verifier
    proof, headers = _proof(secrets, client, issuer.url("token_endpoint"))
    status, body = issuer.post("token_endpoint", {**form, **proof}, headers)
    answer = body if isinstance(body, Mapping) else {}
    secrets.update(str(answer[name]) for name in ("access_token", "id_token", "refresh_token") if answer.get(name))
    if status != 200:
        code_said = str(answer.get("error") or answer.get("errorCode") or f"HTTP {status}")
        text = str(answer.get("error_description") or answer.get("errorSummary") or "")
        if status == 429:
            raise causes.error("okta.rate_limited", layer=TOKEN)
        raise causes.translated(("token",), code_said, text, {"error_code": code_said}, client_id=client.client_id)
    if not answer.get("id_token"):
        raise causes.error("token.none")
    _revoke(secrets, client, issuer, str(answer.get("access_token") or ""))
    return tokens.read(str(answer["id_token"]))


def _proof(secrets: set[str], client: Client, endpoint: str) -> tuple[dict[str, str], dict[str, str]]:
    """How the client says who it is: members of the form, and headers."""
    if client.method == "client_secret_basic":
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
        header = base64.b64encode(pair.encode()).decode()
        secrets.add(header)
        return {}, {"Authorization": f"Basic {header}"}
    form = {"client_id": client.client_id}
    if client.method == "client_secret_post":
        form["client_secret"] = client.secret
    elif client.method == "private_key_jwt":
        jose.require_cryptography("private_key")
        key, key_id = jose.load_private_key("private_key", client.private_key, client.private_key_id)
        assertion = jose.client_assertion(client.client_id, key, key_id, endpoint)
        secrets.add(assertion)
        form |= {"client_assertion_type": jose.ASSERTION_TYPE, "client_assertion": assertion}
    return form, {}


def _revoke(secrets: set[str], client: Client, issuer: Issuer, access_token: str) -> None:
    """End the access token, which nobody needs; that it does not work is no failure."""
    if not access_token:
        return
    try:
        form, headers = _proof(secrets, client, issuer.url("token_endpoint"))
        token = {"token": access_token, "token_type_hint": "access_token"}
        issuer.post("revocation_endpoint", {**form, **token}, headers)
    except LayerError:
        return

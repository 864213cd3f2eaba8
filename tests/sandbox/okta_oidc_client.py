# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A relying party of the embedded org for the tests: plain requests for the flow, PyJWT as the witness of tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from okta_client import JANE, Client, org

CALLBACK = "https://web.example.com/authorization-code/callback"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AWS_TAGS = "https://aws.amazon.com/tags"
SCOPES = "openid email profile"
SERVERS = "/api/v1/authorizationServers"
#: One key for all tests: making one takes a while.
CLIENT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PROOF_KEY = ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}


def new_client(client: Client, label: str = "Web", method: str = "", pkce: bool | None = None, **changes: Any) -> Any:
    """Make an OIDC application; ``changes`` go into ``settings.oauthClient``. Answers what the API does."""
    credentials: dict[str, Any] = {"token_endpoint_auth_method": method or "client_secret_basic"}
    if pkce is not None:
        credentials["pkce_required"] = pkce
    settings = {
        "application_type": "web",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "redirect_uris": [CALLBACK],
        **changes,
    }
    body = {
        "name": "oidc_client",
        "label": label,
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": credentials},
        "settings": {"oauthClient": settings},
    }
    answer = client.call("POST", "/api/v1/apps", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def allow(
    client: Client,
    *,
    clients: list[str] | None = None,
    grants: list[str] | None = None,
    scopes: list[str] | None = None,
    people: dict[str, Any] | None = None,
    name: str = "p",
    server: str = "default",
    **more: Any,
) -> tuple[str, str]:
    """An access policy with one rule; the ids of both."""
    policy = client.call(
        "POST",
        f"{SERVERS}/{server}/policies",
        json={
            "type": "OAUTH_AUTHORIZATION_POLICY",
            "name": name,
            "conditions": {"clients": {"include": clients or ["ALL_CLIENTS"]}},
            **{key: value for key, value in more.items() if key == "priority"},
        },
    ).json()
    rule = client.call(
        "POST",
        f"{SERVERS}/{server}/policies/{policy['id']}/rules",
        json={
            "type": "RESOURCE_ACCESS",
            "name": "r",
            "conditions": {
                "people": people or {"groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": grants or ["authorization_code"]},
                "scopes": {"include": ["*"] if scopes is None else scopes},
            },
            **{key: value for key, value in more.items() if key == "actions"},
        },
    ).json()
    return policy["id"], rule["id"]


def add_claim(client: Client, value: str, name: str = AWS_TAGS, server: str = "default", **changes: Any) -> str:
    body = {
        "name": name,
        "status": "ACTIVE",
        "claimType": "IDENTITY",
        "valueType": "EXPRESSION",
        "value": value,
        "alwaysIncludeInToken": True,
        "conditions": {"scopes": []},
        **changes,
    }
    answer = client.call("POST", f"{SERVERS}/{server}/claims", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def answer_of(response: requests.Response) -> dict[str, str]:
    """The parameters at the redirect URI, of the query or of the fragment."""
    assert response.status_code == 302, (response.status_code, response.text)
    parts = urlsplit(response.headers["Location"])
    return dict(parse_qsl(parts.query or parts.fragment, keep_blank_values=True))


def error_of(response: requests.Response) -> tuple[int, str, str]:
    """Status, error and description of a JSON answer."""
    body = response.json()
    return response.status_code, body["error"], body["error_description"]


@dataclass
class Party:
    """A client application, its secret, and the server that it uses (``""``: the org's own)."""

    client: Client
    app: dict[str, Any]
    server: str = "default"
    verifier: str = ""
    state: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def client_id(self) -> str:
        return str(self.app["credentials"]["oauthClient"]["client_id"])

    @property
    def secret(self) -> str:
        return str(self.app["credentials"]["oauthClient"].get("client_secret", ""))

    @property
    def issuer(self) -> str:
        return f"{self.client.url}/oauth2/{self.server}" if self.server else self.client.url

    @property
    def endpoints(self) -> str:
        return f"{self.client.url}/oauth2/{self.server}/v1" if self.server else f"{self.client.url}/oauth2/v1"

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Of an authorize request; a change to None leaves one out."""
        values: dict[str, str | None] = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": SCOPES,
            "redirect_uri": CALLBACK,
            "state": self.state,
            "nonce": self.nonce,
            "prompt": "none",
        }
        if self.verifier:
            values |= {"code_challenge": challenge(self.verifier), "code_challenge_method": "S256"}
        return {name: value for name, value in {**values, **changes}.items() if value is not None}

    def authorize(self, **changes: str | None) -> requests.Response:
        return self.client.browser.get(
            f"{self.endpoints}/authorize", params=self.parameters(**changes), allow_redirects=False, timeout=30
        )

    def refused(self, **changes: str | None) -> tuple[str, str]:
        """Error and description at the redirect URI."""
        answer = answer_of(self.authorize(**changes))
        return answer["error"], answer["error_description"]

    def code(self, **changes: str | None) -> str:
        answer = answer_of(self.authorize(**changes))
        assert answer["state"] == self.state, answer
        return answer["code"]

    def post(self, data: dict[str, Any], endpoint: str = "token", **more: Any) -> requests.Response:
        """Client authentication by the header, unless ``auth`` says otherwise."""
        more.setdefault("auth", (self.client_id, self.secret) if self.secret else None)
        return requests.post(f"{self.endpoints}/{endpoint}", data=data, timeout=30, **more)

    def trade(self, code: str, auth: tuple[str, str] | None = None, **changes: str | None) -> requests.Response:
        """A code for tokens; ``auth`` instead of the client's own secret."""
        values: dict[str, str | None] = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        values |= {"code_verifier": self.verifier} if self.verifier else {}
        data = {name: value for name, value in {**values, **changes}.items() if value is not None}
        return self.post(data, auth=auth) if auth else self.post(data)

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        """A whole flow."""
        answer = self.trade(self.code(**changes))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def verified(self, token: str, audience: str = "") -> dict[str, Any]:
        """The claims, after PyJWT has checked signature, issuer, audience and times with the published keys."""
        document = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=30).json()
        key = jwt.PyJWKClient(document["jwks_uri"]).get_signing_key_from_jwt(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=audience or self.client_id,
            issuer=document["issuer"],
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
        return claims

    def id_claims(self, **changes: str | None) -> dict[str, Any]:
        return self.verified(self.tokens(**changes)["id_token"])

    def assertion(self, key: Any = CLIENT_KEY, kid: str = "k1", **changes: Any) -> str:
        """A client assertion; a change to None leaves a claim out."""
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{self.endpoints}/token",
            "iat": now,
            "exp": now + 300,
            "jti": secrets.token_hex(8),
            **changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid} if kid else None)

    def by_assertion(self, data: dict[str, Any], assertion: str = "", **more: Any) -> requests.Response:
        form = {**data, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion or self.assertion()}
        return self.post(form, auth=None, **more)


def proof(method: str, url: str, key: Any = PROOF_KEY, **changes: Any) -> str:
    """A DPoP proof (RFC 9449); ``token`` is what ``ath`` is made of."""
    token = changes.pop("token", "")
    header = changes.pop("header", {})
    claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": secrets.token_hex(8), **changes}
    if token:
        claims["ath"] = challenge(token)
    claims = {name: value for name, value in claims.items() if value is not None}
    elliptic = isinstance(key, ec.EllipticCurvePrivateKey)
    public = (ECAlgorithm if elliptic else RSAAlgorithm).to_jwk(key.public_key(), as_dict=True)
    public = {name: value for name, value in public.items() if name != "key_ops"}
    algorithm = "ES256" if elliptic else "RS256"
    return jwt.encode(claims, key, algorithm=algorithm, headers={"typ": "dpop+jwt", "jwk": public, **header})


def service(client: Any, method: str = "private_key_jwt", **changes: Any) -> Party:
    more: dict[str, Any] = {} if method != "private_key_jwt" else {"jwks": {"keys": [public_jwk(CLIENT_KEY, "k1")]}}
    app = new_client(
        client,
        "Service",
        method,
        **{
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": ["token"],
            "redirect_uris": [],
            **more,
            **changes,
        },
    )
    return Party(client, app, "")


def grant_scopes(rp: Party, *scopes: str) -> None:
    for scope in scopes:
        body = {"issuer": rp.client.url, "scopeId": scope}
        assert rp.client.call("POST", f"/api/v1/apps/{rp.app['id']}/grants", json=body).status_code == 201


def api(rp: Party, method: str, path: str, token: str, scheme: str = "Bearer", **more: Any) -> requests.Response:
    headers = {"Authorization": f"{scheme} {token}", **more.pop("headers", {})}
    return requests.request(method, rp.client.url + path, headers=headers, timeout=30, **more)


@contextmanager
def party(server: str = "default", *, options: dict[str, Any] | None = None, **app: Any) -> Iterator[Party]:
    """A running org in which Jane is signed in and assigned to a client; the server lets every client in."""
    with org(**(options or {})) as client:
        made = new_client(client, **app)
        client.assign(made, JANE)
        if server:
            allow(client)
        client.sign_in()
        yield Party(client, made, server)

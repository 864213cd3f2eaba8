# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service app of the embedded org, made and granted its scopes by plain HTTP, as connection options of a task."""

from __future__ import annotations

import base64
import typing as t

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if t.TYPE_CHECKING:
    from conftest import OktaHttp

TOKEN = "POST /oauth2/v1/token"


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


def service_app(http: OktaHttp, *scopes: str, dpop: bool = False) -> dict[str, str]:
    """The connection options of a service app with these scopes.

    :param dpop: whether the app demands proof of possession
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "RSA", "kid": "one", "use": "sig", "e": _number(numbers.e), "n": _number(numbers.n)}
    body = {
        "name": "oidc_client",
        "label": "Automation",
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "private_key_jwt"}},
        "settings": {
            "oauthClient": {
                "application_type": "service",
                "grant_types": ["client_credentials"],
                "response_types": ["token"],
                "dpop_bound_access_tokens": dpop,
                "jwks": {"keys": [jwk]},
            }
        },
    }
    app = http.post("/api/v1/apps", json=body).json()
    for scope in scopes:
        grant = {"scopeId": scope, "issuer": http.url}
        assert http.post(f"/api/v1/apps/{app['id']}/grants", json=grant).status_code == 201
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {"okta_api_token": "", "okta_client_id": app["id"], "okta_private_key": pem.decode()}

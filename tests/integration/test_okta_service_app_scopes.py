# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that name their own scopes work with a service app to which just these are granted."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.modules import okta_authorization_server, okta_client_secret
from conftest import Call, OktaHttp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from okta_servers import CLIENT
from qbusiness_sandbox.cloud import Cloud
from secret_world import NAME, World


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


@pytest.fixture
def granted(okta_http: OktaHttp) -> Callable[..., dict[str, str]]:
    """The connection options of a service app with these scopes."""

    def make(*scopes: str) -> dict[str, str]:
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
                    "jwks": {"keys": [jwk]},
                }
            },
        }
        app = okta_http.post("/api/v1/apps", json=body).json()
        for scope in scopes:
            grant = {"scopeId": scope, "issuer": okta_http.url}
            assert okta_http.post(f"/api/v1/apps/{app['id']}/grants", json=grant).status_code == 201
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {"okta_api_token": "", "okta_client_id": app["id"], "okta_private_key": pem.decode()}

    return make


def test_okta_client_secret(call: Call, okta_http: OktaHttp, aws: Any, cloud: Cloud, granted: Any) -> None:
    world = World(okta_http, aws, cloud)
    options = {"app_id": world.app_id, "secret_name": NAME}
    connection = granted("okta.apps.manage")
    assert call(okta_client_secret.function, **connection, **options)["changed"] is True
    assert call(okta_client_secret.function, **connection, **options, rotate="always")["rotated"] is True
    assert world.takes(world.stored())
    with pytest.raises(ServiceError, match="scope"):
        call(okta_client_secret.function, **granted("okta.groups.read"), **options)
    # Removing asks Okta nothing.
    assert call(okta_client_secret.function, **granted(), **options, state="absent")["changed"] is True


def test_okta_authorization_server(call: Call, okta_http: OktaHttp, granted: Any) -> None:
    okta_http.post("/api/v1/groups", json={"profile": {"name": "Knowledge"}})
    connection = granted("okta.authorizationServers.manage")
    assert call(okta_authorization_server.function, **connection, client_ids=[CLIENT])["changed"] is True
    rule = {"groups": ["Knowledge"]}
    with pytest.raises(ServiceError, match="scope"):
        call(okta_authorization_server.function, **connection, client_ids=[CLIENT], rule=rule)
    connection = granted("okta.authorizationServers.manage", "okta.groups.read")
    assert call(okta_authorization_server.function, **connection, client_ids=[CLIENT], rule=rule)["changed"] is True

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that ask for themselves: scopes of a custom server, service apps at the management API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from okta_client import org
from okta_oidc_client import (
    CLIENT_KEY,
    SERVERS,
    Party,
    allow,
    api,
    error_of,
    grant_scopes,
    new_client,
    party,
    public_jwk,
    service,
)

GRANT = {"grant_type": "client_credentials"}


def token_of(rp: Party, scope: str) -> str:
    answer = rp.by_assertion({**GRANT, "scope": scope})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["scope"], answer.json()["expires_in"]) == (scope, 3600)
    return str(answer.json()["access_token"])


@pytest.fixture
def rp() -> Iterator[Party]:
    with org() as client:
        yield service(client)


def test_a_service_app_works_with_its_granted_scopes(rp: Party) -> None:
    grant_scopes(rp, "okta.apps.manage", "okta.groups.read")
    token = token_of(rp, "okta.apps.manage okta.groups.read")
    app = api(rp, "GET", f"/api/v1/apps/{rp.app['id']}", token).json()
    changed = api(rp, "PUT", f"/api/v1/apps/{rp.app['id']}", token, json={**app, "label": "Renamed by itself"})
    assert changed.status_code == 200
    assert rp.client.call("GET", f"/api/v1/apps/{rp.app['id']}").json()["label"] == "Renamed by itself"
    assert api(rp, "GET", "/api/v1/groups", token).status_code == 200
    entry = rp.client.room.cloud.log.since()[-1]
    assert entry.principal == f"okta:client/{rp.client_id}"


@pytest.mark.parametrize(
    ("scope", "method", "path", "right"),
    [
        ("okta.apps.read", "GET", "/api/v1/apps", True),
        ("okta.apps.read", "DELETE", "/api/v1/apps/0oaNobody", False),
        ("okta.apps.manage", "DELETE", "/api/v1/apps/0oaNobody", True),
        ("okta.apps.manage", "GET", "/api/v1/apps", True),
        ("okta.apps.manage", "GET", "/api/v1/groups", False),
        ("okta.apps.manage", "GET", "/api/v1/apps/0oaNobody/credentials/secrets", True),
        ("okta.apps.manage", "POST", "/api/v1/apps/0oaNobody/grants", False),
        ("okta.appGrants.manage", "POST", "/api/v1/apps/0oaNobody/grants", True),
        ("okta.groups.read", "GET", "/api/v1/groups", True),
        ("okta.users.read", "GET", "/api/v1/users", True),
        ("okta.users.read", "GET", "/api/v1/users/me/roles", False),
        ("okta.policies.read", "GET", "/api/v1/policies?type=ACCESS_POLICY", True),
        ("okta.authorizationServers.read", "GET", SERVERS, True),
        ("okta.authorizationServers.read", "POST", f"{SERVERS}/default/claims", False),
        ("okta.groups.read", "GET", "/api/v1/nothing/here", None),
    ],
)
def test_every_operation_wants_its_scope(rp: Party, scope: str, method: str, path: str, right: bool | None) -> None:
    grant_scopes(rp, scope)
    answer = api(rp, method, path, token_of(rp, scope), json={} if method == "POST" else None)
    if right is None:
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "E0000008")
        return
    refused = (answer.status_code, answer.json().get("errorCode") if answer.status_code == 403 else "") == (
        403,
        "E0000006",
    )
    assert refused is not right, answer.text
    if refused:
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_scopes_that_were_not_granted(rp: Party) -> None:
    ask = {**GRANT, "scope": "okta.apps.read okta.users.read"}
    text = "You are not allowed any of the requested scopes."
    assert error_of(rp.by_assertion(ask)) == (400, "consent_required", text)
    grant_scopes(rp, "okta.apps.read")
    assert error_of(rp.by_assertion(ask))[:2] == (400, "invalid_scope")
    grant_scopes(rp, "okta.users.read")
    assert rp.by_assertion(ask).status_code == 200


@pytest.mark.parametrize(
    ("scope", "error"),
    [("", "No scopes were requested."), ("okta.nothing.read", "One or more scopes"), ("openid", "Cannot request")],
)
def test_scopes_that_make_no_sense(rp: Party, scope: str, error: str) -> None:
    status, code, text = error_of(rp.by_assertion({**GRANT, "scope": scope}))
    assert (status, code) == (400, "invalid_scope") and text.startswith(error)


def test_the_org_server_wants_a_service_that_signs() -> None:
    with org() as client:
        with_secret = service(client, "client_secret_basic")
        status, error, text = error_of(with_secret.post({**GRANT, "scope": "okta.apps.read"}))
        assert (status, error) == (401, "invalid_client") and "must use the private_key_jwt" in text
        keys = {"keys": [public_jwk(CLIENT_KEY, "k1")]}
        app = new_client(
            client, "Web", "private_key_jwt", grant_types=["authorization_code", "client_credentials"], jwks=keys
        )
        answer = error_of(Party(client, app, "").by_assertion({**GRANT, "scope": "okta.apps.read"}))
        assert answer[:2] == (401, "invalid_client") and "'application_type' of 'service'" in answer[2]


@pytest.mark.parametrize("spoil", ["changed", "custom", "expired", "revoked"])
def test_a_token_that_is_none(rp: Party, spoil: str) -> None:
    grant_scopes(rp, "okta.apps.read")
    token = token_of(rp, "okta.apps.read")
    assert api(rp, "GET", "/api/v1/apps", token).status_code == 200
    if spoil == "changed":
        head, body, signature = token.split(".")
        token = ".".join((head, body, signature[::-1]))
    if spoil == "custom":
        allow(rp.client, grants=["client_credentials"])
        rp.client.call("POST", f"{SERVERS}/default/scopes", json={"name": "okta.apps.read"})
        other = Party(rp.client, rp.app)
        token = token_of(other, "okta.apps.read")
    if spoil == "expired":
        rp.client.room.cloud.clock.advance(3601)
    if spoil == "revoked":
        form = {"client_assertion": rp.assertion(aud=f"{rp.endpoints}/revoke"), "token": token}
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert rp.post(form, "revoke", auth=None).status_code == 200
    answer = api(rp, "GET", "/api/v1/apps", token)
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000011")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_users_token_can_do_no_more_than_the_user() -> None:
    with party("") as rp:
        grant_scopes(rp, "okta.apps.manage")
        token = rp.tokens(scope="openid okta.apps.manage")["access_token"]
        answer = api(rp, "GET", "/api/v1/apps", token)
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")
        assert rp.refused(scope="openid okta.users.read")[0] == "consent_required"


def test_a_custom_server_gives_its_own_scopes() -> None:
    with org() as client:
        rp = service(client, "client_secret_basic")
        custom = Party(client, rp.app)
        client.call("POST", f"{SERVERS}/default/scopes", json={"name": "files", "default": True})
        ask = {**GRANT, "scope": "files"}
        assert error_of(custom.post(ask))[:2] == (401, "access_denied")
        allow(client, grants=["client_credentials"], actions={"token": {"accessTokenLifetimeMinutes": 5}})
        answer = custom.post(ask).json()
        claims = custom.verified(answer["access_token"], "api://default")
        assert (claims["sub"], claims["cid"], claims["scp"]) == (custom.client_id, custom.client_id, ["files"])
        assert "uid" not in claims and answer["expires_in"] == 300
        assert "id_token" not in answer and "refresh_token" not in answer
        assert custom.post(GRANT).json()["scope"] == "files"
        assert error_of(custom.post({**GRANT, "scope": "openid"}))[1] == "invalid_scope"
        assert error_of(custom.post({**GRANT, "scope": "nothing"}))[1] == "invalid_scope"


def test_a_client_cannot_consent() -> None:
    with org() as client:
        custom = Party(client, service(client, "client_secret_basic", consent_method="REQUIRED").app)
        client.call("POST", f"{SERVERS}/default/scopes", json={"name": "files", "consent": "REQUIRED"})
        allow(client, grants=["client_credentials"])
        status, error, text = error_of(custom.post({**GRANT, "scope": "files"}))
        assert (status, error) == (400, "consent_required") and text.endswith("client credentials grant type: [files].")


def test_a_token_without_a_binding_wants_no_proof(rp: Party) -> None:
    grant_scopes(rp, "okta.apps.read")
    token = token_of(rp, "okta.apps.read")
    answer = api(rp, "GET", "/api/v1/apps", token, "DPoP")
    assert error_of(answer) == (401, "invalid_token", "The presented access_token is not DPoP bound.")

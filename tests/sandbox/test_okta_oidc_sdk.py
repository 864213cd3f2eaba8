# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Okta's own SDK as a witness: it signs in as a service app, with DPoP and without, and reads the org."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from okta_client import org
from okta_oidc_client import CLIENT_KEY, grant_scopes, service


async def _labels(configuration: dict[str, Any]) -> tuple[list[str], str]:
    """The labels of the applications, and what the SDK says to a list that its scopes do not cover."""
    from okta.client import Client

    client = Client(configuration)
    apps, _response, error = await client.list_applications()
    assert not error, error
    _groups, _response, refusal = await client.list_groups()
    return [str(app.label) for app in apps], str(refusal)


@pytest.mark.parametrize("bound", [False, True])
def test_the_sdk_works_as_a_service_app(monkeypatch: pytest.MonkeyPatch, bound: bool) -> None:
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    pem = CLIENT_KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with org() as client:
        rp = service(client, dpop_bound_access_tokens=bound)
        grant_scopes(rp, "okta.apps.read")
        configuration = {
            "orgUrl": client.url,
            "authorizationMode": "PrivateKey",
            "clientId": rp.client_id,
            "scopes": ["okta.apps.read"],
            "privateKey": pem.decode(),
            "kid": "k1",
            "dpopEnabled": bound,
        }
        labels, refusal = asyncio.run(_labels(configuration))
        assert "Service" in labels and "E0000006" in refusal
        asked = [entry.status for entry in client.room.cloud.log.since() if entry.path == "/oauth2/v1/token"]
        assert asked == ([400, 200] if bound else [200])

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person makes in the Okta console, by the okta SDK."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from typing import Any

from okta.cache.no_op_cache import NoOpCache
from okta.request_executor import RequestExecutor
from qbusiness_sandbox.sample import client_body, sign_on, statements

#: The nested claim, in the words of AWS's page on Okta.
CLAIM = "https://aws.amazon.com/tags"
CLAIM_VALUE = '{"principal_tags": {"Email": {user.email} }}'
PLACEHOLDER = "http://sampleurl.com"


class Okta:
    """The org of the environment."""

    def __init__(self) -> None:
        self.org = os.environ["OKTA_CLIENT_ORGURL"]
        client = {
            "orgUrl": self.org,
            "token": os.environ["OKTA_CLIENT_TOKEN"],
            "authorizationMode": "SSWS",
            "rateLimit": {},
            "proxy": {"host": "127.0.0.1", "port": int(os.environ["HTTPS_PROXY"].rpartition(":")[2])},
        }
        self._configuration = {"client": client}

    def call(self, method: str, path: str, body: Any = None, accept: str = "application/json") -> Any:
        """Send one request by the SDK's own executor: its models drop attribute statements, and take seconds to load.

        Raises ``SystemExit`` with what the org says to a request that it refuses."""
        return asyncio.run(self._call(method, path, body, accept))

    async def _call(self, method: str, path: str, body: Any, accept: str) -> Any:
        executor = RequestExecutor(self._configuration, NoOpCache())
        request, error = await executor.create_request(
            method, self.org + path, body or {}, {"Accept": accept}, keep_empty_params=True
        )
        if error:
            raise SystemExit(str(error))
        _response, text, error = await executor.execute(request)
        if error:
            raise SystemExit(f"{method} {path}: {error}")
        return json.loads(text) if text and accept == "application/json" else text

    # -- people -------------------------------------------------------------------------------------------------

    def group(self, name: str) -> str:
        """Make a group with the test user in it; the id."""
        group = self.call("POST", "/api/v1/groups", {"profile": {"name": name, "description": ""}})
        user = self.call("GET", f"/api/v1/users/{os.environ['OKTA_TEST_USERNAME']}")
        self.call("PUT", f"/api/v1/groups/{group['id']}/users/{user['id']}")
        return str(group["id"])

    def assign(self, app: str, *groups: str) -> None:
        for group in groups:
            self.call("PUT", f"/api/v1/apps/{app}/groups/{group}")

    # -- SAML ---------------------------------------------------------------------------------------------------

    def saml_app(self, label: str, *groups: str) -> str:
        """Make an app that waits for its address; the id."""
        settings = {"signOn": sign_on(PLACEHOLDER)}
        app = self.call("POST", "/api/v1/apps", {"label": label, "signOnMode": "SAML_2_0", "settings": settings})
        self.assign(app["id"], *groups)
        return str(app["id"])

    def metadata(self, app: str) -> str:
        path = f"/api/v1/apps/{app}/sso/saml/metadata"
        return str(self.call("GET", path, accept="application/xml"))

    def sso_url(self, app: str) -> str:
        return self.metadata(app).partition("SingleSignOnService")[2].partition('Location="')[2].partition('"')[0]

    def saml_settings(
        self,
        app: str,
        acs: str,
        pairs: Sequence[str],
        *,
        more: Sequence[dict[str, Any]] = (),
        urls: Sequence[str] = (),
        email: str = "user.email",
    ) -> None:
        """Write the address, the roles, statements beside AWS's, and requestable URLs."""
        label = self.call("GET", f"/api/v1/apps/{app}")["label"]
        listed = [
            {**item, "values": [email]} if item["name"].endswith("PrincipalTag:Email") else item
            for item in statements(list(pairs))
        ]
        endpoints = [{"url": url, "index": number} for number, url in enumerate(urls)]
        settings = sign_on(
            acs,
            attributeStatements=[*listed, *more],
            allowMultipleAcsEndpoints=bool(endpoints),
            acsEndpoints=endpoints,
        )
        body = {"label": label, "signOnMode": "SAML_2_0", "settings": {"signOn": settings}}
        self.call("PUT", f"/api/v1/apps/{app}", body)

    # -- OpenID Connect -----------------------------------------------------------------------------------------

    def oidc_app(self, label: str, *groups: str, uris: Sequence[str] = ()) -> tuple[str, str]:
        """Make a client; its id and its secret."""
        body = {**client_body(list(uris) or [f"{PLACEHOLDER}/authorization-code/callback"]), "label": label}
        app = self.call("POST", "/api/v1/apps", body)
        self.assign(app["id"], *groups)
        client = app["credentials"]["oauthClient"]
        return str(client["client_id"]), str(client["client_secret"])

    def redirect_uris(self, app: str, uris: Sequence[str], **client: Any) -> None:
        found = self.call("GET", f"/api/v1/apps/{app}")
        found["settings"]["oauthClient"] |= {"redirect_uris": list(uris), **client}
        body = {name: found[name] for name in ("name", "label", "signOnMode", "credentials", "settings")}
        self.call("PUT", f"/api/v1/apps/{app}", body)

    def server(self, *clients: str, policy: str = "Knowledge clients", rule: str = "Code for everyone") -> str:
        """Give the server ``default`` the claim, and a policy that lets the clients in; the issuer."""
        path = "/api/v1/authorizationServers/default"
        claim = {
            "name": CLAIM,
            "status": "ACTIVE",
            "claimType": "IDENTITY",
            "valueType": "EXPRESSION",
            "value": CLAIM_VALUE,
            "alwaysIncludeInToken": True,
            "conditions": {"scopes": []},
        }
        self.call("POST", f"{path}/claims", claim)
        made = self.call(
            "POST",
            f"{path}/policies",
            {
                "type": "OAUTH_AUTHORIZATION_POLICY",
                "status": "ACTIVE",
                "name": policy,
                "description": "Made in the console",
                "priority": 1,
                "conditions": {"clients": {"include": list(clients)}},
            },
        )
        conditions = {
            "people": {"groups": {"include": ["EVERYONE"]}},
            "grantTypes": {"include": ["authorization_code"]},
            "scopes": {"include": ["*"]},
        }
        body = {"type": "RESOURCE_ACCESS", "status": "ACTIVE", "name": rule, "priority": 1, "conditions": conditions}
        self.call("POST", f"{path}/policies/{made['id']}/rules", body)
        return f"{self.org}/oauth2/default"

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor in Okta: plain requests."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import requests
from floor_wanted import Differences


class Okta:
    """The org of the environment."""

    def __init__(self, differences: Differences) -> None:
        self._differences = differences
        self._url = os.environ["OKTA_CLIENT_ORGURL"] + "/api/v1/"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"SSWS {os.environ['OKTA_CLIENT_TOKEN']}"

    def text(self, path: str, **query: str | int) -> requests.Response:
        answer = self._session.get(self._url + path, params=query, timeout=30)
        answer.raise_for_status()
        return answer

    def get(self, path: str, **query: str | int) -> Any:
        return self.text(path, **query).json()

    def app(self, label: str, groups: list[str]) -> dict[str, Any]:
        """The app of this label. Its groups are compared.

        The list only tells the id: it may lag behind the app (Okta says so of its searches), which is read by that.
        """
        (listed,) = [item["id"] for item in self.get("apps", q=label, limit=200) if item["label"] == label]
        app = self.get(f"apps/{listed}")
        assigned = self.get(f"apps/{app['id']}/groups", limit=200, expand="group")
        names = [item["_embedded"]["group"]["profile"]["name"] for item in assigned]
        self._differences.compare("app.groups", sorted(groups), sorted(set(groups) & set(names)))
        self._differences.compare("app.status", "ACTIVE", app["status"])
        return dict(app)

    def metadata(self, app: Mapping[str, Any]) -> str:
        return self.text(f"apps/{app['id']}/sso/saml/metadata").text

    def saml_settings(self, app: Mapping[str, Any], acs_url: str, pair: str) -> None:
        """:param pair: the role and the provider, as the app is to send them"""
        sign_in = "https://signin.aws.amazon.com/saml"
        there = app["settings"]["signOn"]
        wanted = {
            "ssoAcsUrl": acs_url,
            "destination": acs_url,
            "recipient": sign_in,
            "audience": sign_in,
            "subjectNameIdFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            "responseSigned": True,
            "assertionSigned": True,
        }
        self._differences.compare("app", wanted, there)
        statements = {
            item["name"].rpartition("Attributes/")[2]: item["values"] for item in there["attributeStatements"]
        }
        email = ["user.email"]
        wanted_statements = {"PrincipalTag:Email": email, "RoleSessionName": email, "Role": [pair]}
        self._differences.compare("app.attributeStatements", wanted_statements, statements)

    def oidc_settings(self, app: Mapping[str, Any], redirect_uris: Sequence[str]) -> None:
        client = {
            "application_type": "web",
            "grant_types": ["authorization_code"],
            "redirect_uris": sorted(redirect_uris),
        }
        there = app["settings"]["oauthClient"]
        self._differences.compare("app", client, {**there, "redirect_uris": sorted(there["redirect_uris"])})
        method = app["credentials"]["oauthClient"]["token_endpoint_auth_method"]
        self._differences.compare("app.token_endpoint_auth_method", "client_secret_basic", method)

    def server(self, client_id: str, tags: Mapping[str, str]) -> str:
        """The issuer of the default authorization server; its policy, rule and claim are compared."""
        path = "authorizationServers/default"
        issuer = self.get(path)["issuer"]
        name = "Amazon Q Business"
        (policy,) = [item for item in self.get(f"{path}/policies") if item["name"] == name]
        self._differences.compare("policy.clients", [client_id], policy["conditions"]["clients"]["include"])
        (rule,) = [item for item in self.get(f"{path}/policies/{policy['id']}/rules") if item["name"] == name]
        conditions = {
            "grantTypes": {"include": ["authorization_code"]},
            "scopes": {"include": ["*"]},
            "people": {"groups": {"include": ["EVERYONE"]}},
        }
        self._differences.compare("rule", {"status": "ACTIVE", "conditions": conditions}, rule)
        claims = {item["name"]: item for item in self.get(f"{path}/claims")}
        wanted = {
            "claimType": "IDENTITY",
            "valueType": "EXPRESSION",
            "value": _tags(tags),
            "alwaysIncludeInToken": True,
        }
        self._differences.compare("claim", wanted, claims.get("https://aws.amazon.com/tags"))
        return str(issuer)

    def client_secret(self, app: Mapping[str, Any]) -> str:
        (secret,) = [item for item in self.get(f"apps/{app['id']}/credentials/secrets") if item["status"] == "ACTIVE"]
        return str(secret["client_secret"])


def _tags(tags: Mapping[str, str]) -> str:
    """The claim's expression. A login has an e-mail address always, and other attributes perhaps."""
    parts = [
        f'"{tag}": {{{value if value == "user.email" else f"{value} != null ? {value} : {chr(34) * 2}"}}}'
        for tag, value in tags.items()
    ]
    return f'{{"principal_tags": {{{", ".join(parts)} }}}}'

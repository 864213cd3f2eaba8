# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of ``okta_authorization_server`` share: looks at an org's servers, and what others put on them."""

from __future__ import annotations

from typing import Any

from conftest import OktaHttp
from qbusiness_sandbox.cloud import Cloud

SERVERS = "/api/v1/authorizationServers"
CLIENT, OTHER = "0oaclientone00000001", "0oaclienttwo00000002"
CLAIM = "https://aws.amazon.com/tags"
FLAT = f"{CLAIM}/principal_tags/"
#: Letter by letter as AWS's page for Okta has it.
AWS_WRITES = '{"principal_tags": {"Email": {user.email} }}'

#: The operation ids of Okta's specification, by what the cloud's log calls them.
_NAMES = {
    "/authorizationServers": "AuthorizationServer",
    "/claims": "OAuth2Claim",
    "/scopes": "OAuth2Scope",
    "/policies": "AuthorizationServerPolicy",
    "/rules": "AuthorizationServerPolicyRule",
}


class Org:
    """The org, seen and changed by plain HTTP."""

    def __init__(self, http: OktaHttp, cloud: Cloud) -> None:
        self.http = http
        self.cloud = cloud

    def get(self, part: str = "", server: str = "default") -> Any:
        answer = self.http.get("/".join(filter(None, (SERVERS, server, part))))
        answer.raise_for_status()
        return answer.json()

    def post(self, part: str, body: dict[str, Any], server: str = "default") -> dict[str, Any]:
        answer = self.http.post(f"{SERVERS}/{server}/{part}", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def tags_claims(self, server: str = "default") -> list[dict[str, Any]]:
        """The ID token's claims for AWS."""
        return [
            claim
            for claim in self.get("claims", server)
            if claim["claimType"] == "IDENTITY" and claim["name"].split("/principal_tags/")[0] == CLAIM
        ]

    def add_claim(self, name: str, expression: str, **more: Any) -> dict[str, Any]:
        body = {"claimType": "IDENTITY", "valueType": "EXPRESSION", "alwaysIncludeInToken": True, **more}
        return self.post("claims", {"name": name, "value": expression, **body})

    def add_policy(
        self, name: str, clients: list[str], *, server: str = "default", rule: bool = True, **more: Any
    ) -> dict[str, Any]:
        """A policy of somebody else, with a rule for the code flow."""
        body = {"type": "OAUTH_AUTHORIZATION_POLICY", "conditions": {"clients": {"include": clients}}, **more}
        policy = self.post("policies", {"name": name, "description": "theirs", **body}, server)
        if rule:
            self.add_rule(policy["id"], server=server)
        return policy

    def add_rule(self, policy_id: str, *, server: str = "default", name: str = "theirs", **conditions: Any) -> Any:
        body = {
            "people": {"groups": {"include": ["EVERYONE"]}},
            "grantTypes": {"include": ["authorization_code"]},
            "scopes": {"include": ["*"]},
            **conditions,
        }
        return self.post(
            f"policies/{policy_id}/rules", {"type": "RESOURCE_ACCESS", "name": name, "conditions": body}, server
        )

    def rules(self, policy_id: str, server: str = "default") -> list[dict[str, Any]]:
        return list(self.get(f"policies/{policy_id}/rules", server))

    def writes(self) -> list[str]:
        return [entry.operation for entry in self.cloud.log.writes()]

    def operations(self) -> list[str]:
        """The writes on whole collections by the operation ids of Okta's specification."""
        verbs = {"POST": "create", "PUT": "replace", "DELETE": "delete"}
        found = []
        for entry in self.writes():
            verb, _space, path = entry.partition(" ")
            [kind] = [name for ending, name in _NAMES.items() if path.endswith(ending)]
            found.append(verbs[verb] + kind)
        return found

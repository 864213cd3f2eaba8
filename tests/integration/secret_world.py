# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of ``okta_client_secret`` share: an app made by plain HTTP, looks at both sides, all values."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from conftest import OktaHttp
from moto.secretsmanager.models import secretsmanager_backends
from qbusiness_sandbox.cloud import Cloud, Fault

NAME = "assistant/okta"
REDIRECT = "https://assistant.example.com/authorization-code/callback"


def app_body(**credentials: Any) -> dict[str, Any]:
    """An OpenID Connect app as somebody else makes it."""
    return {
        "name": "oidc_client",
        "label": "Assistant",
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic", **credentials}},
        "settings": {
            "oauthClient": {
                "application_type": "web",
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "redirect_uris": [REDIRECT],
            }
        },
    }


def _texts(text: str) -> set[str]:
    """The values of a JSON object."""
    try:
        document = json.loads(text)
    except ValueError:
        return set()
    return {str(value) for value in document.values()} if isinstance(document, dict) else set()


class World:
    """One app of the org and one secret of the account, seen by plain HTTP and boto3."""

    def __init__(self, http: OktaHttp, aws: Callable[[str], Any], cloud: Cloud, **credentials: Any) -> None:
        self.http = http
        self.manager = aws("secretsmanager")
        self.aws = aws
        self.cloud = cloud
        answer = http.post("/api/v1/apps", json=app_body(**credentials))
        assert answer.status_code == 200, answer.text
        self.app = answer.json()
        self.app_id = str(self.app["id"])
        cloud.log.clear()

    # -- Okta -----------------------------------------------------------------------------------------------------

    def path(self, *parts: str) -> str:
        return "/".join(("/api/v1/apps", self.app_id, "credentials/secrets", *parts))

    def listed(self) -> list[dict[str, Any]]:
        """Okta's client secrets, the oldest first."""
        return list(self.http.get(self.path()).json())

    def statuses(self) -> list[str]:
        return [str(item["status"]) for item in self.listed()]

    def add(self, value: str | None = None) -> dict[str, Any]:
        """A second client secret, made by somebody else."""
        answer = self.http.post(self.path(), json={"client_secret": value} if value else {})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def turn(self, secret_id: str, turn: str = "deactivate") -> None:
        answer = self.http.post(self.path(secret_id, "lifecycle", turn))
        assert answer.status_code == 200, answer.text

    def takes(self, value: str) -> bool:
        """Whether Okta takes a client secret: the witness's own token request."""
        pair = f"{quote_plus(self.app['credentials']['oauthClient']['client_id'])}:{quote_plus(value)}"
        answer = self.http.post(
            "/oauth2/v1/token",
            data={"grant_type": "authorization_code", "code": "nobody's", "redirect_uri": REDIRECT},
            headers={"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
        )
        assert answer.json()["error"] in ("invalid_grant", "invalid_client"), answer.text
        return bool(answer.json()["error"] == "invalid_grant")

    # -- Secrets Manager ------------------------------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """What Amazon Q Business would read."""
        return dict(json.loads(self.manager.get_secret_value(SecretId=NAME)["SecretString"]))

    def stored(self) -> str:
        return str(self.document()["client_secret"])

    def described(self) -> dict[str, Any]:
        return dict(self.manager.describe_secret(SecretId=NAME))

    def labels(self) -> set[str]:
        return {label for labels in self.described()["VersionIdsToStages"].values() for label in labels}

    def values(self) -> set[str]:
        """Every secret value that there is, or was, on either side; also of a secret that is scheduled for deletion."""
        found = {str(item["client_secret"]) for item in self.listed()}
        backend: Any = secretsmanager_backends[self.cloud.account_id][self.cloud.region]
        for secret in backend.secrets.values():
            for version in secret.versions.values():
                text = str(version.get("secret_string") or "")
                found |= {text, *_texts(text)}
        return {value for value in found if len(value) > 10}

    # -- the cloud ------------------------------------------------------------------------------------------------

    def writes(self) -> list[str]:
        return [entry.operation for entry in self.cloud.log.writes()]

    def age(self, days: float) -> None:
        """Everything at Okta becomes so many days older."""
        room: Any = self.cloud.rooms["okta"]
        for secret in room.org.state.apps[self.app_id].secrets:
            secret.created -= days * 86400
            secret.updated -= days * 86400

    def cut(self, effect: str, operation: str, service: str = "okta") -> None:
        """Every request of this operation is cut off, until the faults are cleared."""
        self.cloud.faults.add(Fault(effect, service=service, operation=operation, count=-1))

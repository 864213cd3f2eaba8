# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of ``okta_app`` share: an app's options, an app as somebody else makes it, looks at the org."""

from __future__ import annotations

import base64
import typing as t
from pathlib import Path
from typing import Any

from qbusiness_sandbox.cloud import Cloud

if t.TYPE_CHECKING:
    from conftest import OktaHttp

LABEL = "Assistant"
ACS = "https://assistant.example.com/saml"
SIGN_IN = "https://signin.aws.amazon.com/saml"
NAMESPACE = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
EMAIL = {"name": "https://aws.amazon.com/SAML/Attributes/PrincipalTag:Email", "values": ["user.email"]}
GIVEN: dict[str, Any] = {
    "label": LABEL,
    "sso_acs_url": ACS,
    "destination": ACS,
    "recipient": SIGN_IN,
    "audience": SIGN_IN,
    "attribute_statements": [EMAIL],
}
CALLBACK = "https://assistant.example.com/authorization-code/callback"
#: The address that AWS's own instructions begin with.
PLACEHOLDER = "http://sampleurl.com/authorization-code/callback"
OIDC: dict[str, Any] = {"label": LABEL, "sign_on_mode": "OPENID_CONNECT", "redirect_uris": [CALLBACK]}
ROOT = Path(__file__).resolve().parents[2]


def der(text: str) -> bytes:
    return base64.b64decode("".join(text.split()))


def labelled(http: OktaHttp, label: str = LABEL) -> list[dict[str, Any]]:
    apps = http.get("/api/v1/apps", params={"limit": 200}).json()
    return [app for app in apps if app["label"] == label]


def sign_on(http: OktaHttp, app_id: str) -> dict[str, Any]:
    return dict(http.get(f"/api/v1/apps/{app_id}").json()["settings"]["signOn"])


def client(http: OktaHttp, app_id: str) -> dict[str, Any]:
    """The members of an OpenID Connect app, of both places."""
    app = http.get(f"/api/v1/apps/{app_id}").json()
    return {**app["settings"]["oauthClient"], **app["credentials"]["oauthClient"]}


def secrets_of(http: OktaHttp, app_id: str) -> list[tuple[str, str, str]]:
    """id, status and value of each client secret."""
    listed = http.get(f"/api/v1/apps/{app_id}/credentials/secrets").json()
    return [(item["id"], item["status"], item["client_secret"]) for item in listed]


def body(**changes: Any) -> dict[str, Any]:
    """An app as somebody else makes it."""
    settings = {
        "ssoAcsUrl": ACS,
        "destination": ACS,
        "recipient": SIGN_IN,
        "audience": SIGN_IN,
        "subjectNameIdTemplate": "${user.userName}",
        "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        "responseSigned": True,
        "assertionSigned": True,
        "signatureAlgorithm": "RSA_SHA256",
        "digestAlgorithm": "SHA256",
        "authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        **changes,
    }
    return {"label": LABEL, "signOnMode": "SAML_2_0", "settings": {"signOn": settings}}


def writes(cloud: Cloud) -> list[str]:
    return [entry.operation for entry in cloud.log.writes()]


def reads(cloud: Cloud) -> list[str]:
    return [entry.operation for entry in cloud.log.since() if not entry.write]


ONE, APPS = "/api/v1/apps/{appId}", "/api/v1/apps"
METADATA = f"GET {ONE}/sso/saml/metadata"

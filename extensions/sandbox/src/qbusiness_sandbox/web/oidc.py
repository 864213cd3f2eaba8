# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web experience's part of the code flow: to the provider, the secret, the code, the ID token, STS.

Sources: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html (addresses),
https://docs.aws.amazon.com/amazonq/latest/api-reference/API_OpenIDConnectProviderConfiguration.html (secret and role);
OpenID Connect Core 1.0, 3.1. What AWS's own client sends is not documented: client authentication, PKCE, scopes and
the session's name are guesses.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from qbusiness_sandbox.aws import oidc_issuer, oidc_token
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.web import inside
from qbusiness_sandbox.web.directory import Experience
from qbusiness_sandbox.web.inside import LayerError, Session
from qbusiness_sandbox.web.pending import Pending

CALLBACK = "/authorization-code/callback"
#: guess: AWS's sample client asks for these.
SCOPE = "openid email profile"
#: The key of the client secret in the secret's JSON: known from public deployments, named by no page.
SECRET_KEY = "client_secret"
HERE, PROVIDER = "Web experience", "Identity provider"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_OIDC_PROVIDER = re.compile(r"arn:aws:iam::\d{12}:oidc-provider/(.+)")


def redirect_uri(experience: Experience) -> str:
    return f"https://{experience.host}{CALLBACK}"


def _provider(cloud: Cloud, experience: Experience) -> oidc_issuer.Discovery:
    """The issuer of the application's IAM provider, as it describes itself."""
    found = _OIDC_PROVIDER.fullmatch(experience.provider_arn)
    if found is None or not experience.client_ids:
        raise LayerError(HERE, "NoProvider", "The application has no OpenID Connect provider or no client id.")
    try:
        return oidc_issuer.discover(cloud, f"https://{found.group(1)}", "web")
    except oidc_issuer.Unreachable as error:
        raise LayerError(PROVIDER, "Unreachable", f"{error}.") from error
    except oidc_issuer.NoDocument as error:
        raise LayerError(PROVIDER, "NoConfiguration", f"{error}.") from error


def authorization_url(cloud: Cloud, experience: Experience, pending: Pending) -> str:
    """Where the browser is sent. Raises :class:`LayerError`."""
    provider = _provider(cloud, experience)
    query = {
        "client_id": experience.client_ids[0],
        "response_type": "code",
        "response_mode": "query",
        "scope": SCOPE,
        "redirect_uri": redirect_uri(experience),
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": pending.challenge,
        "code_challenge_method": "S256",
    }
    return f"{provider.authorization_endpoint}?{urlencode(query)}"


def redeem(cloud: Cloud, experience: Experience, pending: Pending, code: str) -> Session:
    """A session at STS for an authorization code. Raises :class:`LayerError`."""
    if not experience.role_arn:
        raise LayerError(HERE, "NoRole", "The web experience has no role.")
    provider = _provider(cloud, experience)
    secret = _client_secret(cloud, experience)
    token = _id_token(cloud, experience, provider, pending, code, secret)
    try:
        claims = oidc_token.read(token, frozenset()).claims
    except AwsError as error:
        raise LayerError(PROVIDER, "InvalidIdToken", error.message) from error
    # The signature is STS's to verify; what this sign-in asked for is ours.
    if claims.get("nonce") != pending.nonce and "web_nonce" not in cloud.settings.disabled_checks:
        raise LayerError(HERE, "NonceMismatch", "The ID token was not issued for this sign-in.")
    return inside.assume_role_with_web_identity(cloud, experience.role_arn, token, _session_name(claims))


def _session_name(claims: Mapping[str, Any]) -> str:
    """guess: the user's e-mail, or the subject where that cannot be a name."""
    for name in ("email", "preferred_username", "sub"):
        value = claims.get(name)
        if isinstance(value, str) and _SESSION_NAME.fullmatch(value):
            return value
    return "user"


def _client_secret(cloud: Cloud, experience: Experience) -> str:
    """Read with the secrets role, which the service assumes for this application."""
    value = inside.secret_value(cloud, experience.secrets_role, experience.secrets_arn, experience.application_arn)
    try:
        data = json.loads(value)
    except ValueError:
        data = None
    found = data.get(SECRET_KEY) if isinstance(data, dict) else None
    if not isinstance(found, str) or not found:
        # guess: the code; the secret's form is not documented.
        message = f"The secret is no JSON object with the key {SECRET_KEY}."
        raise LayerError("AWS Secrets Manager", "NoClientSecret", message)
    return found


def _id_token(
    cloud: Cloud, experience: Experience, provider: oidc_issuer.Discovery, pending: Pending, code: str, secret: str
) -> str:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri(experience)}
    if pending.verifier:
        form["code_verifier"] = pending.verifier
    # guess: client_secret_basic, whose parts are form-encoded first (RFC 6749, 2.3.1).
    pair = f"{quote_plus(experience.client_ids[0])}:{quote_plus(secret)}".encode()
    headers = {
        "Accept": "application/json",
        "Authorization": f"Basic {base64.b64encode(pair).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        request = oidc_issuer.build("POST", provider.token_endpoint, urlencode(form).encode(), headers)
        response = oidc_issuer.send(cloud, request, "web")
    except oidc_issuer.Unreachable as error:
        raise LayerError(PROVIDER, "Unreachable", f"{error}.") from error
    answer = inside.json_object(response)
    if response.status_code != 200:
        # OAuth's members, or those of Okta's own API.
        error_code = str(answer.get("error") or answer.get("errorCode") or response.status_code)
        raise LayerError(PROVIDER, error_code, str(answer.get("error_description") or answer.get("errorSummary") or ""))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise LayerError(PROVIDER, "NoIdToken", "The identity provider answered without an ID token.")
    return token

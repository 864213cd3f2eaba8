# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the table of causes on the way to an ID token: its fault is made, its text seen, and not without it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jwt
import pytest
import qbusiness_sandbox.okta.oidc_authorize as cloud_authorize
from cause_cases import Case, check, clock, document, fault, page, policy, unassign
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from oidc_world import CALLBACK, TAGS, OidcWorld, oidc_world, running
from qbusiness_sandbox.launch import Sandbox
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_tokens import build_id_token

DISCOVERY = "GET /oauth2/{serverId}/.well-known/openid-configuration"
AUTHORIZE = "GET /oauth2/{serverId}/v1/authorize"
TOKEN = "POST /oauth2/{serverId}/v1/token"
#: Options of a sign-in, left out with a token from outside.
NO_SIGN_IN: dict[str, Any] = dict.fromkeys(("username", "password", "client_secret_arn", "redirect_uri"))
PEM = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as started:
        yield started


@pytest.fixture
def made(sandbox: Sandbox) -> OidcWorld:
    return oidc_world(sandbox)


def client(**changes: Any) -> Callable[[OidcWorld], None]:
    return lambda made: made.change_client(**changes)


def claim(value: str, name: str = TAGS) -> Callable[[OidcWorld], None]:
    return lambda made: made.claim(value, name)


def oauth(operation: str, error: str, text: str, status: int = 400) -> Any:
    """An error of the token endpoint that the cloud cannot be brought to by a client that behaves."""
    return document(operation, {"error": error, "error_description": text}, status)


def another_secret(value: str) -> Callable[[OidcWorld], None]:
    return lambda made: made.aws("secretsmanager").put_secret_value(SecretId=made.secret_arn, SecretString=value)


def delete_secret(made: OidcWorld) -> None:
    made.aws("secretsmanager").delete_secret(SecretId=made.secret_arn)


def unlicensed(made: OidcWorld) -> None:
    made.cloud.settings.options["okta_api_access_management"] = False


def other_issuer(made: OidcWorld) -> dict[str, str]:
    return {"issuer": "https://login.example.com/oauth2/default"}


def no_endpoints(made: OidcWorld) -> dict[str, str]:
    return {"issuer": made.issuer, "authorization_endpoint": "https://login.example.com/v1/authorize"}


def no_policy(made: OidcWorld) -> None:
    made.okta("DELETE", f"/api/v1/authorizationServers/default/policies/{made.policy_id}")


def no_scopes(made: OidcWorld) -> None:
    made.rule(())


def stale_cookie(made: OidcWorld) -> None:
    """The cookie that comes of the session token is of no session."""
    cookie: dict[str, Any] = {"Set-Cookie": "idx=of-no-session; Path=/"}
    page("GET /login/sessionCookieRedirect", status=302, Location="/", **cookie)(made)


def ask_for_consent(made: OidcWorld) -> None:
    made.change_client(consent_method="REQUIRED")
    server = made.org.server("default")
    for scope in server.scopes.values():
        scope["consent"] = "REQUIRED"


def second_client(made: OidcWorld) -> Mapping[str, Any]:
    """The token of the first client, shown as the second one's."""
    token = made.login(return_credentials=True)["id_token"]
    made.make_client()
    return {**NO_SIGN_IN, "id_token": token, "client_id": made.client_id}


def own_secret(made: OidcWorld) -> Mapping[str, Any]:
    return {"client_secret_arn": None, "client_secret": made.client_secret}


def outside(**options: Any) -> Callable[[OidcWorld], Mapping[str, Any]]:
    """A good token from outside, with these options."""

    def made_options(made: OidcWorld) -> Mapping[str, Any]:
        return {**NO_SIGN_IN, "id_token": made.login(return_credentials=True)["id_token"], **options}

    return made_options


def by_another(made: OidcWorld) -> Mapping[str, Any]:
    """The same claims and key id, signed by somebody else."""
    token = made.login(return_credentials=True)["id_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    forged = jwt.encode(claims, PEM, algorithm="RS256", headers={"kid": jwt.get_unverified_header(token)["kid"]})
    return {**NO_SIGN_IN, "id_token": forged}


def for_another_address(made: OidcWorld) -> Mapping[str, Any]:
    """The server's own key signs, in the name of the org's other address."""
    app, user = made.org.state.apps[made.app["id"]], made.org.state.users[made.user_id]
    token = build_id_token(made.org, made.org.server("default"), app, user, base="https://login.example.com")
    return {**NO_SIGN_IN, "id_token": token}


CASES = [
    Case("secret.missing", options={"client_secret_arn": "another-secret"}),
    Case("secret.denied", fault("GetSecretValue", 400, "AccessDeniedException", service="secretsmanager")),
    Case("secret.other", delete_secret),
    Case("secret.no_key", another_secret('{"other": "x"}'), name="another key"),
    Case("secret.no_key", another_secret("the secret itself"), name="no JSON"),
    Case("issuer.unlicensed", unlicensed),
    Case("issuer.unknown", options={"authorization_server": "aus0000000000000000"}),
    Case("issuer.differs", document(DISCOVERY, other_issuer)),
    Case("issuer.endpoints", document(DISCOVERY, no_endpoints)),
    Case("authorize.not_assigned", unassign),
    Case("authorize.policy", no_policy),
    Case("authorize.scopes_rejected", no_scopes),
    Case("authorize.denied", policy("deny_at_app")),
    Case("authorize.more_than_password", policy("mfa_at_app"), name="second factor"),
    Case("authorize.more_than_password", policy("reauth_every_time"), name="every time"),
    Case("authorize.not_signed_in", stale_cookie),
    Case("authorize.consent", ask_for_consent),
    Case("authorize.scope", options={"scopes": ["openid", "nobody_knows"]}),
    Case("authorize.grant", client(grant_types=["implicit"], response_types=["id_token"])),
    Case("authorize.pkce", client(pkce_required=True), {"pkce": False}),
    Case("authorize.redirect_uri", options={"redirect_uri": f"{CALLBACK}/"}, name="slash"),
    Case("authorize.redirect_uri", client(redirect_uris=["http://sampleurl.com/cb"]), name="placeholder"),
    Case("authorize.client_id", options={"client_id": "0oaNobodyKnows000000"}),
    Case("authorize.page", page(AUTHORIZE, "<h1>Under maintenance</h1>", status=503)),
    Case("authorize.elsewhere", page(AUTHORIZE, status=302, Location="https://elsewhere.example/login?x=1")),
    Case("authorize.state", page(AUTHORIZE, status=302, Location=f"{CALLBACK}?code=x&state=of-another")),
    Case("token.secret", options={"client_secret_arn": None, "client_secret": "x" * 40}, name="wrong"),
    Case("token.secret", another_secret('{"client_secret": "rotated away"}'), name="rotated"),
    Case("token.method", options={"client_secret_arn": None, "private_key": PEM}, name="no keys at the app"),
    Case("token.pkce", oauth(TOKEN, "invalid_grant", "PKCE verification failed.")),
    Case("token.code", oauth(TOKEN, "invalid_grant", "The authorization code is invalid or has expired.")),
    Case("token.grant", oauth(TOKEN, "unauthorized_client", "The client is not authorized to use the grant type.")),
    Case("token.zone", oauth(TOKEN, "access_denied", "The request is made from outside the network zones.", 403)),
    Case("token.claims", claim("Groups.nonsense(")),
    Case("token.dpop", client(dpop_bound_access_tokens=True)),
    Case("token.other", fault(TOKEN, 500, "E0000009")),
    Case("token.none", document(TOKEN, {"access_token": "only this one", "token_type": "Bearer"})),
    Case("okta.rate_limited", fault(TOKEN, 429, "E0000047"), layer="oidc_token"),
    Case("id_token.broken", options={**NO_SIGN_IN, "id_token": "not.a-token"}),
    Case("id_token.signature", options=by_another),
    Case("id_token.issuer", options=for_another_address),
    Case("id_token.audience", options=second_client),
    # AWS has the right time: the client secret is given, not read there.
    Case("id_token.expired", clock(-7200), own_secret),
    Case("id_token.early", clock(3600), own_secret),
    Case("id_token.nonce", options=outside(nonce="of another sign-in")),
    Case("id_token.no_email", claim('{"principal_tags": {"Team": {user.login} }}'), {"expect": {"email": "x"}}),
    Case("id_token.tags_form", claim("user.email"), {"expect": {"email": "x"}}, name="text"),
    Case("id_token.tags_form", claim(f'"{"x" * 257}"', f"{TAGS}/principal_tags/Email"), {"expect": {"email": "x"}}),
    Case("id_token.email", options={"expect": {"email": "bob@example.com"}}),
    Case("id_token.claim", options={"expect": {"claims": {"ver": 2}}}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_cause_is_named_with_its_fault_and_not_without(made: OidcWorld, case: Case) -> None:
    check(case, made)


def test_any_other_refusal_of_authorize(made: OidcWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """No client can bring the cloud to it, so its policies are made to refuse with it."""

    def refuse(*_arguments: Any) -> None:
        raise OAuthError("system_claim_evaluation_failure", json.dumps("groups"))

    check(Case("authorize.other", lambda _made: monkeypatch.setattr(cloud_authorize, "evaluate", refuse)), made)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on the way from a session at Okta to an ID token: the issuer, ``/authorize``, the client, ``/token``.

Sources: https://developer.okta.com/docs/reference/error-codes/ (OAuth 2.0 errors) and
https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/ ; the texts of ``error_description`` are Okta's.
"""

from __future__ import annotations

from .okta import ASSIGNMENT
from .row import ANY, Cause

SECRET = "client_secret"
AUTHORIZE = "oidc_authorize"
TOKEN = "oidc_token"

ROWS: tuple[Cause, ...] = (
    # -- the client secret, read from Secrets Manager ---------------------------------------------------------------
    Cause(
        "secret.missing",
        SECRET,
        "Secrets Manager answers ResourceNotFoundException",
        "There is no secret {secret} in this region and account.",
        "Compare client_secret_arn and region with the secret that okta_client_secret made.",
        codes=("ResourceNotFoundException",),
    ),
    Cause(
        "secret.denied",
        SECRET,
        "Secrets Manager answers AccessDeniedException",
        "These AWS credentials may not read the secret {secret} ({said}).",
        "Allow secretsmanager:GetSecretValue on it (and kms:Decrypt on its key), or pass client_secret.",
        codes=("AccessDeniedException",),
    ),
    Cause(
        "secret.other",
        SECRET,
        "Secrets Manager answers anything else",
        "Secrets Manager does not give out the secret {secret} ({said}).",
        "Look at the error's own text: a secret that is scheduled for deletion is not given out.",
        codes=ANY,
    ),
    Cause(
        "secret.no_key",
        SECRET,
        "the secret's value is no JSON object with client_secret",
        "The secret {secret} holds no client secret.",
        'Its value should be JSON with the key client_secret: {{"client_secret": "…"}}.',
    ),
    # -- the issuer's discovery document ----------------------------------------------------------------------------
    Cause(
        "issuer.unlicensed",
        AUTHORIZE,
        "HTTP 401 with E0000015 from the issuer",
        "The org has no licence for custom authorization servers (API Access Management), so {issuer} does not answer.",
        "License API Access Management, or use the org's own server; that one cannot carry the tags claim by itself.",
    ),
    Cause(
        "issuer.unknown",
        AUTHORIZE,
        "no discovery document at the issuer",
        "There is no OpenID discovery document at {issuer} (HTTP {status}).",
        "Compare issuer with the authorization server's own (Security > API in Okta): it ends in /oauth2/default or "
        "/oauth2/ and the server's id, and the server has to be ACTIVE.",
    ),
    Cause(
        "issuer.differs",
        AUTHORIZE,
        "the discovery document names another issuer",
        "The discovery document at {issuer} names the issuer {found}.",
        "Look at issuer_mode of the app and of the authorization server: org URL, custom domain or dynamic. IAM's "
        "provider, the application and the token have to say the same.",
    ),
    Cause(
        "issuer.endpoints",
        AUTHORIZE,
        "the discovery document names no endpoint, or one on another host",
        "The discovery document at {issuer} has no {name} on the issuer's host.",
        "Sign in at the host that the issuer names: give it as okta_org_url.",
    ),
    # -- /authorize -------------------------------------------------------------------------------------------------
    Cause(
        "authorize.not_assigned",
        ASSIGNMENT,
        "access_denied: User is not assigned to the client application.",
        "The user is not assigned to the OIDC app {client_id} in Okta.",
        "Assign the user, or a group that the user is in, to the app.",
        codes=("access_denied",),
        text="not assigned",
    ),
    Cause(
        "authorize.policy",
        AUTHORIZE,
        "access_denied: Policy evaluation failed for this request …",
        "No access policy and rule of the authorization server lets this client and user in with these scopes.",
        "Give the server an access policy that names the client {client_id}, with a rule for authorization_code, the "
        "user's groups and the scopes; a new org's server default has no policy at all.",
        codes=("access_denied",),
        text="policy evaluation failed",
    ),
    Cause(
        "authorize.scopes_rejected",
        AUTHORIZE,
        "access_denied: Policy evaluation succeeded, but all the requested scopes were rejected.",
        "The rule of the access policy that fits grants none of the scopes {scopes}.",
        "Add the scopes to the rule, or let it grant any scope.",
        codes=("access_denied",),
        text="scopes were rejected",
    ),
    Cause(
        "authorize.denied",
        ASSIGNMENT,
        "access_denied with any other text",
        "Okta denies this user the OIDC app ({said}).",
        "Look at the rules of the app's sign-in policy: one that says Denied applies to this user.",
        codes=("access_denied",),
    ),
    Cause(
        "authorize.more_than_password",
        AUTHORIZE,
        "login_required: … requires re-authentication or MFA.",
        "The app's sign-in policy wants more than the password, or asks for it every time.",
        "Add a password-only rule for the test user's group above the catch-all rule of the app's sign-in policy, with "
        "re-authentication after two minutes or more; or pass id_token from outside.",
        codes=("login_required",),
        text="re-authentication or MFA",
    ),
    Cause(
        "authorize.not_signed_in",
        AUTHORIZE,
        "login_required with any other text",
        "Okta does not know the session that it opened a moment ago.",
        "Run the task again; if it stays, look whether okta_org_url and issuer name the same host, and at the clocks.",
        codes=("login_required", "interaction_required"),
    ),
    Cause(
        "authorize.consent",
        AUTHORIZE,
        "consent_required",
        "The user has not consented to the scopes ({said}).",
        "Set consent_method of the app to TRUSTED.",
        codes=("consent_required",),
    ),
    Cause(
        "authorize.scope",
        AUTHORIZE,
        "invalid_scope",
        "The authorization server does not know all of the scopes {scopes}.",
        "Take the unknown one out of scopes, or make it at the authorization server.",
        codes=("invalid_scope",),
    ),
    Cause(
        "authorize.grant",
        AUTHORIZE,
        "unauthorized_client or unsupported_response_type",
        "The app is not made for the authorization code flow ({said}).",
        "Give it the grant type authorization_code and the response type code.",
        codes=("unauthorized_client", "unsupported_response_type"),
    ),
    Cause(
        "authorize.pkce",
        AUTHORIZE,
        "invalid_request that names PKCE",
        "The app demands PKCE.",
        "Leave pkce at true.",
        codes=("invalid_request",),
        text="PKCE|code_challenge",
    ),
    Cause(
        "authorize.other",
        AUTHORIZE,
        "any other error at the redirect URI",
        "Okta refuses the authorization ({said}).",
        "Look into Okta's System Log for this user and app.",
        codes=ANY,
    ),
    Cause(
        "authorize.redirect_uri",
        AUTHORIZE,
        "the page with HTTP 400 that names redirect_uri",
        "The redirect URI {redirect_uri} is none of the app's sign-in redirect URIs.",
        "Add it to the app, or compare scheme, host, port and the slash at the end; the placeholder has to be replaced "
        "by the web experience's URL with /authorization-code/callback.",
    ),
    Cause(
        "authorize.client_id",
        AUTHORIZE,
        "the page with HTTP 400 that names client_id",
        "Okta knows no active app with the client id {client_id}.",
        "Compare client_id with the app's, and see that the app is ACTIVE and of this org.",
    ),
    Cause(
        "authorize.page",
        AUTHORIZE,
        "any other page in place of the redirect",
        "Okta answers the authorization with HTTP {status} and a page ({heading}).",
        "Open the app as this user in a browser and see what it shows.",
    ),
    Cause(
        "authorize.elsewhere",
        AUTHORIZE,
        "a redirect to another place than the redirect URI",
        "Okta sends the browser to {place}, not to the redirect URI.",
        "Look for a routing rule or an error page of the app's own, and compare redirect_uri.",
    ),
    Cause(
        "authorize.state",
        AUTHORIZE,
        "the answer's state is another one",
        "The answer does not belong to this request: its state differs, or it holds no code.",
        "Somebody stands in between, or a proxy repeats answers. Do not go on.",
    ),
    # -- /token -----------------------------------------------------------------------------------------------------
    Cause(
        "token.secret",
        TOKEN,
        "invalid_client that names the secret",
        "Okta refuses the client secret of {client_id}.",
        "Compare it with the app's ACTIVE secrets: it may have been rotated. okta_client_secret keeps the current one.",
        codes=("invalid_client",),
        text="secret",
    ),
    Cause(
        "token.method",
        TOKEN,
        "invalid_client with any other text",
        "Okta refuses how the client {client_id} proves itself ({said}).",
        "Compare token_endpoint_auth_method with the app's, and for private_key_jwt the key with the app's jwks.",
        codes=("invalid_client",),
    ),
    Cause(
        "token.pkce",
        TOKEN,
        "invalid_grant or invalid_request that names PKCE",
        "The app demands PKCE, or the code verifier does not fit.",
        "Leave pkce at true.",
        codes=("invalid_grant", "invalid_request"),
        text="PKCE",
    ),
    Cause(
        "token.code",
        TOKEN,
        "invalid_grant with any other text",
        "Okta refuses the authorization code ({said}).",
        "Run the task again: a code is good once and for five minutes. Then compare redirect_uri and the clocks.",
        codes=("invalid_grant",),
    ),
    Cause(
        "token.grant",
        TOKEN,
        "unauthorized_client",
        "The app does not have the grant type authorization_code ({said}).",
        "Add it to the app's grant types.",
        codes=("unauthorized_client",),
    ),
    Cause(
        "token.zone",
        TOKEN,
        "access_denied at the token endpoint",
        "Okta refuses the token request ({said}).",
        "Look at the network zones of the client and at the access policy's rule.",
        codes=("access_denied",),
    ),
    Cause(
        "token.claims",
        TOKEN,
        "server_error: The … claim could not be evaluated.",
        "Okta cannot work out a claim of the token ({said}).",
        "Look at the expressions of the authorization server's claims, the one for https://aws.amazon.com/tags first.",
        codes=("server_error",),
        text="claim",
    ),
    Cause(
        "token.dpop",
        TOKEN,
        "invalid_dpop_proof or use_dpop_nonce",
        "The app demands proof of possession (DPoP) for its tokens, which no sign-in here gives.",
        "Switch dpop_bound_access_tokens off at the app: it does not concern ID tokens.",
        codes=("invalid_dpop_proof", "use_dpop_nonce"),
    ),
    Cause(
        "token.other",
        TOKEN,
        "any other error of the token endpoint",
        "Okta gives no token ({said}).",
        "Look into Okta's System Log for this app.",
        codes=ANY,
    ),
    Cause(
        "token.none",
        TOKEN,
        "HTTP 200 without id_token",
        "Okta answers without an ID token.",
        "Ask for the scope openid.",
    ),
)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the OAuth 2.0 and OpenID Connect endpoints, in Okta's own words.

Source: Okta's catalogue ``data/oauth2-error-codes.json`` in okta/okta-developer-docs (release 2026.03.1): the keys are
its ``internalErrorCode``, the values status, ``errorCode`` and ``errorDescription``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

CATALOGUE: dict[str, tuple[int, str, str]] = {
    "access_denied": (403, "access_denied", "The resource owner or authorization server denied the request."),
    "user_not_assigned": (400, "access_denied", "User is not assigned to the client application."),
    "no_scope_allowed": (
        400,
        "access_denied",
        "Policy evaluation succeeded, but all the requested scopes were rejected.",
    ),
    "no_matching_policy": (
        401,
        "access_denied",
        "Policy evaluation failed for this request, please check the policy configurations.",
    ),
    "refresh_scopes_denied": (
        400,
        "access_denied",
        (
            "Some of the scopes requested for the refresh request were not granted in the original authorize request."
            " Denied scopes: {0}."
        ),
    ),
    "disallowed_network_zone": (
        403,
        "access_denied",
        "The request is made from outside the client's permitted network zones.",
    ),
    "openid_scope_required_access_token": (
        403,
        "access_denied",
        "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
    ),
    "consent_required": (400, "consent_required", "The following scopes require user consent: [{0}]."),
    "consent_required_client_credentials": (
        400,
        "consent_required",
        "The following scopes require user consent and cannot be granted for the client credentials grant type: [{0}].",
    ),
    "no_org_scopes_granted": (400, "consent_required", "You are not allowed any of the requested scopes."),
    "access_token_insufficient_scopes": (
        403,
        "insufficient_scope",
        "The access token provided does not contain the required scopes.",
    ),
    "missing_client_credentials": (401, "invalid_client", "No client credentials found."),
    "invalid_basic_auth_creds": (
        401,
        "invalid_client",
        "Found Authentication header but was not valid client credentials.",
    ),
    "invalid_client_id": (401, "invalid_client", "Invalid value for 'client_id' parameter."),
    "invalid_token_endpoint_auth_method": (
        401,
        "invalid_client",
        "Client authentication failed. Either the client or the client credentials are invalid.",
    ),
    "invalid_client_secret": (
        401,
        "invalid_client",
        "The client secret supplied for a confidential client is invalid.",
    ),
    "unsupported_auth_method_browser_request": (
        401,
        "invalid_client",
        "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
    ),
    "unsupported_auth_method_client_creds": (
        401,
        "invalid_client",
        (
            "Client Credentials requests to the Org Authorization Server must use the private_key_jwt"
            " token_endpoint_auth_method."
        ),
    ),
    "invalid_application_type_client_credentials": (
        401,
        "invalid_client",
        (
            "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org"
            " Authorization Server."
        ),
    ),
    "client_assertion_invalid_issuer": (
        401,
        "invalid_client",
        "The issuer claim for client_assertion is not a valid client_id.",
    ),
    "client_assertion_invalid_subject": (
        401,
        "invalid_client",
        "The subject claim for client_assertion is not a valid client_id.",
    ),
    "client_assertion_invalid_no_secret": (
        401,
        "invalid_client",
        (
            "The issuer and subject claim for client_assertion is invalid because the client does not have a client"
            " secret."
        ),
    ),
    "client_assertion_invalid_audience": (
        401,
        "invalid_client",
        "The audience claim for client_assertion must be the endpoint invoked for the request.",
    ),
    "client_assertion_expiration_required": (
        401,
        "invalid_client",
        "The client_assertion must contain the 'exp' claim as seconds since epoch.",
    ),
    "client_assertion_expired_token": (401, "invalid_client", "The client_assertion token is expired."),
    "client_assertion_expires_too_far_in_future": (
        401,
        "invalid_client",
        "The client_assertion token has an expiration too far into the future.",
    ),
    "client_assertion_issued_at_in_future": (
        401,
        "invalid_client",
        "The client_assertion token must be issued before the current time.",
    ),
    "client_assertion_already_used": (401, "invalid_client", "The client_assertion token has already been used."),
    "client_assertion_invalid_signature": (401, "invalid_client", "The client_assertion signature is invalid."),
    "client_assertion_invalid_jwt": (401, "invalid_client", "The parsing of the client_assertion failed."),
    "client_assertion_invalid_kid": (401, "invalid_client", "The client_assertion JWT kid is invalid."),
    "client_assertion_invalid_signature_algorithm": (
        401,
        "invalid_client",
        "The client_assertion JWT signature algorithm is invalid.",
    ),
    "client_assertion_invalid_secret_length": (
        401,
        "invalid_client",
        "The client secret is too short to verify a JWT HMAC.",
    ),
    "client_assertion_jwks_not_configured": (
        401,
        "invalid_client",
        "The client does not have a JWKSet configured, but the client_assertion requires one.",
    ),
    "jwks_uri_error": (401, "invalid_client", "Error retrieving the client JWKSet from jwks_uri."),
    "client_assertion_type_invalid": (400, "invalid_request", "The client_assertion_type is invalid."),
    "invalid_dpop_proof": (400, "invalid_dpop_proof", "The DPoP proof JWT is invalid."),
    "invalid_dpop_proof_missing_header": (400, "invalid_dpop_proof", "The DPoP proof JWT header is missing."),
    "invalid_dpop_proof_multiple_headers_not_allowed": (
        400,
        "invalid_dpop_proof",
        "Multiple DPoP proof JWT headers are not allowed.",
    ),
    "invalid_dpop_proof_invalid_type": (
        400,
        "invalid_dpop_proof",
        "'typ' must be 'dpop+jwt' in the DPoP proof JWT.",
    ),
    "invalid_dpop_proof_invalid_signature_algorithm": (
        400,
        "invalid_dpop_proof",
        "The DPoP proof JWT signature algorithm is invalid.",
    ),
    "invalid_dpop_proof_invalid_jwt": (400, "invalid_dpop_proof", "The DPoP proof JWT cannot be parsed."),
    "invalid_dpop_proof_invalid_signature": (400, "invalid_dpop_proof", "The DPoP proof JWT signature is invalid."),
    "invalid_dpop_proof_invalid_htm": (400, "invalid_dpop_proof", "'htm' claim in the DPoP proof JWT is invalid."),
    "invalid_dpop_proof_invalid_htu": (400, "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid."),
    "invalid_dpop_proof_invalid_iat": (400, "invalid_dpop_proof", "'iat' claim in the DPoP proof JWT is invalid."),
    "invalid_dpop_proof_jwt_issued_in_future": (
        400,
        "invalid_dpop_proof",
        "The DPoP proof JWT is issued in the future.",
    ),
    "invalid_dpop_proof_jwt_too_old": (
        400,
        "invalid_dpop_proof",
        "The DPoP proof JWT is issued more than five minutes in the past.",
    ),
    "invalid_dpop_proof_invalid_public_key_binding": (
        400,
        "invalid_dpop_proof",
        "Invalid DPoP Public Key binding in refresh token",
    ),
    "invalid_dpop_proof_invalid_jti": (400, "invalid_dpop_proof", "'jti' claim in the DPoP proof JWT is invalid."),
    "dpop_proof_already_used": (400, "invalid_dpop_proof", "The DPoP proof JWT has already been used."),
    "dpop_proof_invalid_ath": (
        400,
        "invalid_dpop_proof",
        "'ath' claim in the DPoP proof does not match the presented access_token.",
    ),
    "invalid_access_token_dpop_binding": (
        400,
        "invalid_dpop_proof",
        "The access_token is not bound to the provided DPoP proof.",
    ),
    "dpop_proof_required_for_token": (400, "invalid_request", "The resource request requires a DPoP proof."),
    "dpop_authentication_scheme_required": (
        400,
        "invalid_request",
        "The resource request must use the DPoP authentication scheme when using a DPoP bound token.",
    ),
    "access_token_not_dpop_bound": (401, "invalid_token", "The presented access_token is not DPoP bound."),
    "use_dpop_nonce": (400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof."),
    "pkce_verification_failed": (400, "invalid_grant", "PKCE verification failed."),
    "invalid_authorization_code": (400, "invalid_grant", "The authorization code is invalid or has expired."),
    "mismatched_client": (
        400,
        "invalid_grant",
        (
            "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the"
            " authorize request."
        ),
    ),
    "mismatched_redirect_uri": (
        400,
        "invalid_grant",
        "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
    ),
    "invalid_refresh_token": (400, "invalid_grant", "The refresh token is invalid or expired."),
    "mismatched_authorization_server": (
        400,
        "invalid_request",
        "The grant was issued for another authorization server.",
    ),
    "invalid_request": (400, "invalid_request", "Invalid request"),
    "multiple_client_credentials": (
        401,
        "invalid_request",
        (
            "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization"
            " header, credentials in the post body, or a client_assertion in the post body."
        ),
    ),
    "client_credentials_in_query": (
        400,
        "invalid_request",
        "Client credentials cannot be supplied via query parameters.",
    ),
    "illegal_duplicated_parameters": (
        400,
        "invalid_request",
        "Duplicate parameter provided in request. Duplicated parameters: [{0}].",
    ),
    "illegal_origin_browser_request": (
        400,
        "invalid_request",
        "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
    ),
    "unsupported_grant_type_browser_request": (
        400,
        "unauthorized_client",
        "Browser requests to the token endpoint may only use the authorization_code grant_type.",
    ),
    "invalid_max_age": (
        400,
        "invalid_request",
        "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.",
    ),
    "illegal_redirect_uri": (
        400,
        "invalid_request",
        "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: {0}",
    ),
    "invalid_client_application_type": (
        400,
        "invalid_request",
        "Clients with 'application_type' of 'service' are not allowed to access the '{0}' endpoint.",
    ),
    "invalid_state": (400, "invalid_request", "The authentication request has an invalid 'state' parameter."),
    "invalid_nonce": (
        400,
        "invalid_request",
        # both full stops are the catalogue's
        (
            "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response"
            " types.."
        ),
    ),
    "invalid_prompt": (400, "invalid_request", "Invalid value for 'prompt' parameter. Supported values: [{0}]"),
    "invalid_prompt_for_zero_max_age": (
        400,
        "invalid_request",
        "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age.",
    ),
    "pkce_invalid_challenge": (400, "invalid_request", "PKCE code challenge contains illegal characters."),
    "pkce_missing_challenge": (400, "invalid_request", "PKCE code challenge is required by the application."),
    "pkce_missing_challenge_verifier_present": (
        400,
        "invalid_request",
        "PKCE code challenge should be specified in the authorize request for code verification.",
    ),
    "pkce_missing_verifier": (400, "invalid_request", "PKCE code verifier is required by the application."),
    "pkce_unsupported_code_challenge_method": (
        400,
        "invalid_request",
        "PKCE code challenge method is not supported. Valid values: [{0}]",
    ),
    "token_request_missing_grant_type": (
        400,
        "invalid_request",
        "The token request must specify a 'grant_type'. Valid values: [{0}]",
    ),
    "missing_token_request_parameter": (400, "invalid_request", "The required parameter '{0}' is missing."),
    "request_missing_token": (400, "invalid_request", "The 'token' parameter is required."),
    "illegal_post_logout_redirect_uri": (
        400,
        "invalid_request",
        "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings: {0}",
    ),
    "access_token_missing": (401, "invalid_request", "The access token is missing."),
    "invalid_scope": (
        400,
        "invalid_scope",
        "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.",
    ),
    "openid_scope_required": (
        400,
        "invalid_scope",
        "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
    ),
    "openid_not_allowed_client_creds": (
        400,
        "invalid_scope",
        "Cannot request 'openid' scopes using client credentials.",
    ),
    "missing_scopes": (400, "invalid_scope", "No scopes were requested."),
    "no_default_scopes": (
        400,
        "invalid_scope",
        "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    ),
    "no_matching_scope": (
        400,
        "invalid_scope",
        "One or more scopes are not configured for the authorization server resource.",
    ),
    "access_token_invalid": (401, "invalid_token", "The access token is invalid."),
    "access_token_revoked": (401, "invalid_token", "The access token has been revoked."),
    "token_expired": (401, "invalid_token", "The token has expired."),
    "id_token_invalid": (401, "invalid_token", "The id token is invalid."),
    "login_required": (
        400,
        "login_required",
        "The client specified not to prompt, but the user is not logged in.",
    ),
    "app_sign_on_required": (
        400,
        "login_required",
        "The client specified not to prompt, but the client app requires re-authentication or MFA.",
    ),
    "no_existing_session": (
        400,
        "login_required",
        "A 'prompt' value of 'none' requires an existing session to successfully authorize.",
    ),
    "user_claim_evaluation_failure": (400, "server_error", "The '{0}' user claim could not be evaluated."),
    "system_claim_evaluation_failure": (400, "server_error", "The '{0}' system claim could not be evaluated."),
    "too_many_groups_in_groups_claim": (
        400,
        "server_error",
        "The groups claim matched too many groups and must be configured to match fewer groups.",
    ),
    "unauthorized_client": (
        400,
        "unauthorized_client",
        "The client is not authorized to use the provided grant type. Configured grant types: [{0}].",
    ),
    "unsupported_grant_type": (
        400,
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server. Configured grant types: [{0}].",
    ),
    "unsupported_response_mode": (
        400,
        "unsupported_response_mode",
        (
            "The response mode is not supported by the authorization server. Valid response modes: [query, fragment,"
            " form_post, okta_post_message]."
        ),
    ),
    "unsupported_response_mode_query_with_tokens": (
        400,
        "unsupported_response_mode",
        "'query' response mode cannot be used with either the 'id_token' or 'token' response types.",
    ),
    "unsupported_response_type": (
        400,
        "unsupported_response_type",
        "The response type is not supported by the authorization server. Configured response types: [{0}].",
    ),
}


class OAuthError(Exception):
    """An error answer. ``name``: a key of :data:`CATALOGUE`; ``values`` fill the description's places."""

    def __init__(self, name: str, *values: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.status, self.code, text = CATALOGUE[name]
        self.description = text.format(*values)
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        if self.name == "invalid_client_id":
            # An unknown client is answered in the management API's form (seen in published clients' tests).
            return {
                "errorCode": self.code,
                "errorSummary": self.description,
                "errorLink": self.code,
                "errorId": "oae" + secrets.token_urlsafe(16),
                "errorCauses": [],
            }
        return {"error": self.code, "error_description": self.description}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OIDC applications: client credentials and ``settings.oauthClient`` (recorded, unless marked)."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any

from qbusiness_sandbox.okta.errors import blank, invalid
from qbusiness_sandbox.okta.values import Json, as_object, clone, new_id

AUTH_METHODS = frozenset({"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"})
SECRET_METHODS = frozenset({"client_secret_basic", "client_secret_post", "client_secret_jwt"})
APPLICATION_TYPES = frozenset({"web", "browser", "native", "service"})
_GRANT = "urn:ietf:params:oauth:grant-type:"
GRANTS = frozenset(
    {"authorization_code", "implicit", "refresh_token", "password", "client_credentials", "interaction_code"}
    | {_GRANT + name for name in ("device_code", "token-exchange", "jwt-bearer", "saml2-bearer")}
    | {
        "urn:openid:params:grant-type:ciba",
        "urn:okta:params:oauth:grant-type:otp",
        "urn:okta:params:oauth:grant-type:oob",
        "http://auth0.com/oauth/grant-type/mfa-otp",
        "http://auth0.com/oauth/grant-type/mfa-oob",
    }
)
RESPONSES = frozenset({"code", "token", "id_token"})
CLIENT_ID = re.compile(r"[A-Za-z0-9$\-_.+!*'(),]{6,100}")
#: Kept where a PUT leaves them out.
KEPT = ("client_uri", "logo_uri", "participate_slo", "dpop_bound_access_tokens")
#: Answered only where they were sent.
ECHOED = (
    "post_logout_redirect_uris",
    "initiate_login_uri",
    "tos_uri",
    "policy_uri",
    "jwks_uri",
    "network",
    "frontchannel_logout_uri",
    "subject_type",
    "sector_identifier_uri",
    "request_object_signing_alg",
    "id_token_encrypted_response_alg",
    "backchannel_authentication_request_signing_alg",
    "backchannel_custom_authenticator_id",
    "backchannel_token_delivery_mode",
)
RSA_BITS = 2048


def new_secret() -> str:
    """64 characters, as recent orgs make them."""
    return secrets.token_urlsafe(48)


def oauth_credentials(sent: Json, before: Json | None, app_id: str, application_type: str, taken: set[str]) -> Json:
    """``credentials.oauthClient`` without the secret."""
    old = before or {}
    method = sent.get("token_endpoint_auth_method") or old.get("token_endpoint_auth_method") or "client_secret_basic"
    if method not in AUTH_METHODS:
        raise invalid("credentials.oauthClient.token_endpoint_auth_method", "token_endpoint_auth_method: Invalid value")
    client_id = old.get("client_id") or sent.get("client_id") or app_id
    if before is None:
        if not CLIENT_ID.fullmatch(client_id) or client_id == "ALL_CLIENTS":
            raise invalid("client_id", "client_id: Invalid value")  # guess: the text
        if client_id in taken:
            # guess: the text
            raise invalid(
                "client_id", "client_id: An object with this field already exists in the current organization"
            )
    default_pkce = application_type in ("browser", "native")
    pkce = sent.get("pkce_required", old.get("pkce_required", default_pkce))
    pkce = default_pkce if pkce is None else pkce
    if method == "none" and not pkce:
        # guess: the text
        raise invalid("credentials.oauthClient.pkce_required", "pkce_required: must be true when the method is none")
    answer: Json = {
        "autoKeyRotation": bool(sent.get("autoKeyRotation", old.get("autoKeyRotation", True))),
        "client_id": client_id,
        "token_endpoint_auth_method": method,
        "pkce_required": pkce,
    }
    return answer


def check_secret(value: Any) -> str:
    if not isinstance(value, str) or not 14 <= len(value) <= 100:
        raise invalid("client_secret", "client_secret: must be between 14 and 100 characters")  # guess: the text
    return value


def _bits(text: Any) -> int:
    """The length of a base64url number in bits; 0 for what is none."""
    try:
        raw = base64.urlsafe_b64decode(str(text or "") + "===")
    except ValueError:
        return 0
    return int.from_bytes(raw, "big").bit_length()


def public_key(sent: Json) -> Json:
    """One JSON Web Key as it is answered in ``jwks``; RSA keys below 2048 bits are refused."""
    kind = sent.get("kty")
    answer: Json = {
        "kty": kind,
        "id": sent.get("id") or new_id("pks"),
        "status": sent.get("status") or "ACTIVE",
        "kid": sent.get("kid"),
        "use": sent.get("use"),
    }
    if kind == "RSA":
        if _bits(sent.get("n")) < RSA_BITS - 7:  # the recorded key's top byte is short of a full 2048 bits
            raise invalid("JsonWebKey", "RSA key length in the 'jwks' is less than '2,048' bits for the given key.")
        answer |= {"e": sent.get("e"), "n": sent.get("n")}
    elif kind == "EC":
        answer |= {"x": sent.get("x"), "y": sent.get("y"), "crv": sent.get("crv")}
    else:
        raise invalid("JsonWebKey", "kty: Invalid value")  # guess: the text
    return answer


def _check(answer: Json) -> None:
    if answer["application_type"] not in APPLICATION_TYPES:
        raise invalid("settings.oauthClient.application_type", "application_type: Invalid value")
    grants, responses = answer["grant_types"], answer["response_types"]
    if not grants:
        raise blank("grant_types")
    for name, values, allowed in (("grant_types", grants, GRANTS), ("response_types", responses, RESPONSES)):
        wrong = [value for value in values if value not in allowed]
        if wrong:
            raise invalid(f"settings.oauthClient.{name}", f"{name}: Invalid value: {wrong[0]}")  # guess: the text
    if answer["application_type"] == "service" and "client_credentials" not in grants:
        # guess: the text
        raise invalid("settings.oauthClient.grant_types", "grant_types: a service app must have client_credentials")
    browser = set(grants) & {"authorization_code", "implicit", "interaction_code"}
    if browser and not answer["redirect_uris"]:
        raise invalid("redirect_uris", "'redirect_uris' must be specified for the given grant types")  # guess: the text
    if "code" in responses and set(grants) <= {"implicit", "client_credentials"}:
        # guess: the text
        raise invalid("settings.oauthClient.response_types", "'code' response type needs the authorization_code grant")
    if answer.get("jwks") and answer.get("jwks_uri"):
        raise invalid("settings.oauthClient", "'jwks' and 'jwks_uri' cannot both be set")  # guess: the text


def oauth_settings(sent: Json, before: Json | None, front_channel: bool) -> Json:
    """``settings.oauthClient`` after a POST (``before`` is None) or a PUT."""
    old = before or {}
    grants = list(sent.get("grant_types") or [])
    answer: Json = {
        "client_uri": sent.get("client_uri", old.get("client_uri")) or None,
        "logo_uri": sent.get("logo_uri", old.get("logo_uri")) or None,
        "redirect_uris": list(sent.get("redirect_uris") or []),
        "response_types": list(sent.get("response_types") or []),
        "grant_types": grants,
        "application_type": sent.get("application_type") or old.get("application_type") or "web",
        "consent_method": sent.get("consent_method") or "TRUSTED",
        "issuer_mode": sent.get("issuer_mode") or "DYNAMIC",
        "idp_initiated_login": as_object(sent.get("idp_initiated_login")) or {"mode": "DISABLED", "default_scope": []},
        "wildcard_redirect": sent.get("wildcard_redirect") or "DISABLED",
        "dpop_bound_access_tokens": bool(sent.get("dpop_bound_access_tokens", old.get("dpop_bound_access_tokens"))),
    }
    answer["idp_initiated_login"].setdefault("default_scope", [])
    for name in ECHOED:
        if name == "network" and name not in sent and name in old:
            answer[name] = clone(old[name])
        elif sent.get(name) is not None:
            answer[name] = clone(sent[name])
    if "refresh_token" in grants:
        token = as_object(sent.get("refresh_token"))
        answer["refresh_token"] = {"rotation_type": token.get("rotation_type") or "STATIC"}
        if "leeway" in token:
            answer["refresh_token"]["leeway"] = token["leeway"]
    logout = sent.get("participate_slo", old.get("participate_slo"))
    if front_channel or logout is not None:
        answer["participate_slo"] = bool(logout)
    if answer.get("participate_slo"):
        answer["frontchannel_logout_session_required"] = bool(sent.get("frontchannel_logout_session_required"))
    keys = as_object(sent.get("jwks")).get("keys")
    if keys is not None:
        answer["jwks"] = {"keys": [public_key(as_object(key)) for key in keys]}
    _check(answer)
    return answer

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options with which a test user signs in, or with which the outcome of a sign-in elsewhere is handed over.

The module that only signs in and the proof of a whole login take the same ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..credential_form import text_fault
from ..errors import InputError
from ..placeholder import is_placeholder
from ..safe_xml import UnsafeXmlError, parse
from .arguments import OPTIONS as SESSION_OPTIONS
from .browser import org_origin
from .oidc_login import METHODS, SCOPES, check_issuer
from .sign_in import check_sso_url

SAML, OIDC = "saml", "oidc"

OPTIONS: dict[str, Any] = {
    "okta_org_url": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "sso_url": {"type": "str"},
    "saml_metadata_document": {"type": "str"},
    "saml_response": {"type": "str", "no_log": True},
    "client_id": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
    # names of secrets and methods, and no secrets
    "client_secret_arn": {"type": "str", "no_log": False},
    "private_key": {"type": "str", "no_log": True},
    "private_key_id": {"type": "str", "no_log": False},
    "token_endpoint_auth_method": {"type": "str", "choices": list(METHODS), "no_log": False},
    "issuer": {"type": "str"},
    "authorization_server": {"type": "str"},
    "redirect_uri": {"type": "str"},
    "scopes": {"type": "list", "elements": "str", "default": list(SCOPES)},
    "pkce": {"type": "bool", "default": True},
    "id_token": {"type": "str", "no_log": True},
    "nonce": {"type": "str"},
}
#: Options of an Okta session that a sign-in does not use: it shares the defaults of its action group.
GROUP_OPTIONS: dict[str, Any] = {name: option for name, option in SESSION_OPTIONS.items() if name != "okta_org_url"}
#: Read when the option is unset; an empty text counts as unset.
ENVIRONMENT = {
    "okta_org_url": ("OKTA_CLIENT_ORGURL", "OKTA_ORG_URL"),
    "username": ("OKTA_TEST_USERNAME",),
    "password": ("OKTA_TEST_PASSWORD",),
}
SECRET_OPTIONS = ("password", "saml_response", "client_secret", "private_key", "id_token")
#: The outcome of a sign-in elsewhere, by protocol.
OUTSIDE = {SAML: "saml_response", OIDC: "id_token"}
_OF_PROTOCOL = {
    SAML: ("sso_url", "saml_metadata_document", "saml_response"),
    OIDC: ("client_id", "client_secret", "client_secret_arn", "private_key", "redirect_uri", "id_token", "nonce"),
}
#: Authorization server that AWS's own description uses.
SERVER = "default"


def settled(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The options with their fallbacks from the environment; empty texts are unset."""
    values = {name: (None if value == "" else value) for name, value in parameters.items()}
    outside = any(values.get(name) for name in OUTSIDE.values())
    for name, variables in ENVIRONMENT.items():
        # A response from outside is not to meet a password from the environment.
        if values.get(name) is None and (name == "okta_org_url" or not outside):
            values[name] = next((os.environ[key] for key in variables if os.environ.get(key)), None)
    return values


def protocols_of(values: Mapping[str, Any]) -> list[str]:
    """The protocols whose options are given."""
    return [name for name, options in _OF_PROTOCOL.items() if any(values.get(option) for option in options)]


def faults_of(values: dict[str, Any], protocol: str) -> list[str]:
    """All that can be said about the options without sending anything. Fills ``sso_url`` and ``issuer`` in.

    :param values: from :func:`settled`
    """
    other = SAML if protocol == OIDC else OIDC
    faults = [f"{name}: goes with {_NAMES[other]} only" for name in _OF_PROTOCOL[other] if values.get(name)]
    outside = OUTSIDE[protocol]
    if values.get(outside):
        faults += [
            f"{name}: cannot be given together with {outside}, which replaces the sign-in"
            for name in ("username", "password")
            if values.get(name)
        ]
    else:
        faults += [
            f"{name}: is needed (or {' or '.join(ENVIRONMENT[name])} in the environment), or {outside} from outside"
            for name in ENVIRONMENT
            if not values.get(name)
        ]
        faults += _sso_faults(values) if protocol == SAML else _client_faults(values)
    faults += [fault for name in SECRET_OPTIONS if (fault := text_fault(name, str(values.get(name) or "")))]
    if values.get("okta_org_url"):
        faults += _refused(org_origin, values["okta_org_url"])
    if protocol == OIDC:
        faults += _issuer_faults(values)
    return faults


_NAMES = {SAML: "a SAML app", OIDC: "an OpenID Connect app"}


def _refused(check: Callable[..., object], *arguments: Any) -> list[str]:
    """The faults that a check finds; placeholders are not checked."""
    if any(is_placeholder(argument) for argument in arguments):
        return []
    try:
        check(*arguments)
    except InputError as error:
        return error.faults
    return []


def sso_location(document: str) -> str:
    """``Location`` of the first ``SingleSignOnService`` of a SAML metadata document; ``""`` when there is none.

    :raises UnsafeXmlError: no well-formed XML
    """
    service = "{urn:oasis:names:tc:SAML:2.0:metadata}SingleSignOnService"
    return next((node.get("Location", "") for node in parse(document.encode()).iter(service)), "")


def _sso_faults(values: dict[str, Any]) -> list[str]:
    document = values.get("saml_metadata_document")
    if values.get("sso_url") and document:
        return ["sso_url: give it or saml_metadata_document, not both"]
    if document and not is_placeholder(document):
        try:
            values["sso_url"] = sso_location(document)
        except UnsafeXmlError as error:
            return [f"saml_metadata_document: {error}"]
        if not values["sso_url"]:
            return ["saml_metadata_document: has no SingleSignOnService"]
    if not values.get("sso_url"):
        return [] if document else ["sso_url: is needed, or saml_metadata_document, or saml_response from outside"]
    if not values.get("okta_org_url") or is_placeholder(values["okta_org_url"]) or is_placeholder(values["sso_url"]):
        return []
    try:
        origin = org_origin(values["okta_org_url"])
    except InputError:
        return []  # named by the caller
    return _refused(check_sso_url, origin, values["sso_url"])


def _client_faults(values: dict[str, Any]) -> list[str]:
    """The application's part of the code flow."""
    faults: list[str] = []
    if not values.get("redirect_uri"):
        faults.append("redirect_uri: is needed; one of the app's sign-in redirect URIs. It is not visited")
    elif urlsplit(values["redirect_uri"]).fragment or not urlsplit(values["redirect_uri"]).scheme:
        faults.append(f"redirect_uri: {values['redirect_uri']} … should be a whole URL without #")
    if "openid" not in (values.get("scopes") or []):
        faults.append("scopes: has no openid, without which there is no ID token")
    ways = [name for name in ("client_secret", "client_secret_arn", "private_key") if values.get(name)]
    if len(ways) > 1:
        return [*faults, f"{ways[0]}: goes not with {' and '.join(ways[1:])}; give one of them"]
    method = method_of(values)
    needed = {"private_key_jwt": ("private_key",), "none": ()}.get(method, ("client_secret", "client_secret_arn"))
    if needed and not any(values.get(name) for name in needed):
        faults.append(f"{needed[-1]}: is needed for {method}" + (", or client_secret" if len(needed) > 1 else ""))
    faults += [f"{name}: goes not with token_endpoint_auth_method {method}" for name in ways if name not in needed]
    return faults


def method_of(values: Mapping[str, Any]) -> str:
    """How the client proves itself: as said, else as what is given for it fits."""
    given = values.get("token_endpoint_auth_method")
    if given:
        return str(given)
    if values.get("private_key"):
        return "private_key_jwt"
    return METHODS[0] if values.get("client_secret") or values.get("client_secret_arn") else "none"


def _issuer_faults(values: dict[str, Any]) -> list[str]:
    faults = [] if values.get("client_id") else ["client_id: is needed; the app's, which the token is made for"]
    if values.get("issuer") and values.get("authorization_server"):
        return [*faults, "issuer: give it or authorization_server, not both"]
    if not values.get("issuer"):
        if not values.get("okta_org_url"):
            wanted = "issuer: is needed, to know whose token it is"
            return [*faults, wanted] if values.get("id_token") else faults
        server = values.get("authorization_server") or SERVER
        try:
            origin = org_origin(values["okta_org_url"])
        except InputError:
            return faults  # named by the caller
        values["issuer"] = f"{origin}/oauth2/{server}"
    return [*faults, *_refused(check_issuer, "issuer", values["issuer"])]

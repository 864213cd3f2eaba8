# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be seen to be wrong with the settings of an OpenID Connect app before anything is sent.

Sources: the Apps API; https://developer.okta.com/docs/reference/api/oauth-clients/ (application types, their grants);
what terraform-provider-okta checks (``validateAppOAuth``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..placeholder import is_placeholder
from . import entries, public_keys
from .addresses import redirect_faults, url_faults

SECRET_METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt")
CLIENT_ID = re.compile(r"[A-Za-z0-9$\-_.+!*'(),]{6,100}")
#: Clients that the policies of authorization servers know by this word are all of them.
RESERVED = "ALL_CLIENTS"
LEEWAYS = range(61)
#: Grants in which people come through the browser.
BROWSER_GRANTS = ("authorization_code", "implicit", "interaction_code")
_URLS = ("initiate_login_uri", "jwks_uri", "client_uri", "logo_uri", "tos_uri", "policy_uri")
#: The options whose values must fit each other, by what is checked.
_FLOW = (
    "application_type",
    "grant_types",
    "response_types",
    "redirect_uris",
    "redirect_uris_absent",
    "placeholder_redirect_uri",
)


def forms(options: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[str]:
    """Values that cannot be right by themselves."""
    client_id = options.get("client_id")
    fits = client_id is None or (CLIENT_ID.fullmatch(client_id) and client_id != RESERVED)
    if not fits and not is_placeholder(client_id):
        yield (
            f"client_id: {client_id!r} … should have 6 to 100 characters out of letters, digits and $-_.+!*'(), and "
            f"not be {RESERVED}"
        )
    if options.get("grant_types") == []:
        yield "grant_types: is empty; an app has at least one"
    wildcards = (options.get("wildcard_redirect") or current.get("wildcard_redirect")) == "SUBDOMAIN"
    for option in ("redirect_uris", "post_logout_redirect_uris"):
        named = options.get(option)
        for place, uri in enumerate(named or ()):
            yield from redirect_faults(f"{option}[{place}]", uri, wildcards)
        yield from entries.clashes(option, named, options.get(f"{option}_absent"))
    if options.get("placeholder_redirect_uri"):
        yield from redirect_faults("placeholder_redirect_uri", options["placeholder_redirect_uri"], wildcards)
    for option in _URLS:
        yield from url_faults(option, options.get(option) or None, "https://example.com/page")
    logout = (options.get("frontchannel_logout") or {}).get("uri")
    yield from url_faults("frontchannel_logout.uri", logout or None, "https://example.com/logout")
    leeway = (options.get("refresh_token") or {}).get("leeway")
    if leeway is not None and leeway not in LEEWAYS:
        yield f"refresh_token.leeway: is {leeway}; it should be {LEEWAYS.start} to {LEEWAYS.stop - 1} seconds"
    yield from public_keys.faults("jwks", (options.get("jwks") or {}).get("keys") or ())
    if options.get("jwks") is not None and options.get("jwks_uri"):
        yield "jwks_uri: goes not with jwks; keys stand in the app, or at an address"


def combinations(options: Mapping[str, Any], members: Mapping[str, Any], making: bool) -> Iterator[str]:
    """Values that do not fit each other, of those that this task names.

    :param members: all of the app as they would be
    """

    def named(*names: str) -> bool:
        return making or any(options.get(name) is not None for name in names)

    if named(*_FLOW) and members.get("grant_types") != []:
        yield from _flow_faults(members)
    method = members.get("token_endpoint_auth_method")
    if named("token_endpoint_auth_method", "pkce_required") and method == "none" and not members.get("pkce_required"):
        yield "pkce_required: should be true with token_endpoint_auth_method none; nothing else protects the code"
    keys = (members.get("jwks") or {}).get("keys") or members.get("jwks_uri")
    if named("token_endpoint_auth_method", "jwks", "jwks_uri") and method == "private_key_jwt" and not keys:
        yield "jwks: it or jwks_uri is required with token_endpoint_auth_method private_key_jwt"
    if options.get("refresh_token") and "refresh_token" not in (members.get("grant_types") or ()):
        yield "refresh_token: goes only with refresh_token among grant_types"
    start = members.get("idp_initiated_login") or {}
    if named("idp_initiated_login", "initiate_login_uri") and start.get("mode", "DISABLED") != "DISABLED":
        if not members.get("initiate_login_uri"):
            yield f"initiate_login_uri: is required with idp_initiated_login.mode {start['mode']}"
        if start["mode"] == "OKTA" and not start.get("default_scope"):
            yield "idp_initiated_login.default_scope: should name at least one scope with mode OKTA"
    logout = options.get("frontchannel_logout") or {}
    if logout.get("enabled") and not members.get("frontchannel_logout_uri"):
        yield "frontchannel_logout.uri: is required when frontchannel_logout.enabled is true"


def _flow_faults(members: Mapping[str, Any]) -> Iterator[str]:
    kind = members.get("application_type")
    grants, responses = set(members.get("grant_types") or ()), set(members.get("response_types") or ())
    if kind in ("web", "native") and "authorization_code" not in grants:
        yield f"grant_types: should hold authorization_code for an app of application_type {kind}"
    if kind == "service":
        if "client_credentials" not in grants:
            yield "grant_types: should hold client_credentials for an app of application_type service"
        for grant in sorted(grants.intersection(BROWSER_GRANTS)):
            yield f"grant_types: {grant} goes not with application_type service, by which nobody signs in"
    elif grants.intersection(BROWSER_GRANTS) and not members.get("redirect_uris"):
        yield (
            "redirect_uris: should name at least one address for the grants "
            + ", ".join(grant for grant in BROWSER_GRANTS if grant in grants)
        )
    if "authorization_code" in grants and "code" not in responses:
        yield "response_types: should hold code with the grant authorization_code"
    if "implicit" in grants and not responses & {"token", "id_token"}:
        yield "response_types: should hold token or id_token with the grant implicit"
    if "code" in responses and not grants & {"authorization_code", "interaction_code"}:
        yield "response_types: code goes only with the grant authorization_code"
    if "id_token" in responses and "implicit" not in grants:
        yield "response_types: id_token goes only with the grant implicit"
    if "token" in responses and not grants & {"implicit", "client_credentials"}:
        yield "response_types: token goes only with the grant implicit, or client_credentials"


def loss_of_secrets(options: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[str]:
    """Okta deletes an app's secrets when it is to sign its requests by a key (its documentation says so)."""
    wanted, there = options.get("token_endpoint_auth_method"), current.get("token_endpoint_auth_method")
    if wanted == "private_key_jwt" and there in SECRET_METHODS and not options.get("allow_secret_loss"):
        yield (
            f"token_endpoint_auth_method: going from {there} to {wanted} makes Okta delete the app's client secrets, "
            "and what still uses them fails; say allow_secret_loss true when nothing does"
        )

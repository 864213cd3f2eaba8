# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of an OpenID Connect app: options to members of the Apps API, comparison, what a new app gets.

The members stand in two places of the app, ``credentials.oauthClient`` and ``settings.oauthClient``; here they are one
map. The client secret is in neither: it is never sent, so that saving an app never brings an old one back
(terraform-provider-okta issue 1769), and it is taken out of what Okta answers.
Source of members and values: the Apps API (schemas ``ApplicationCredentialsOAuthClient`` and
``OpenIdConnectApplicationSettingsClient``) and recorded traffic.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..compare import Comparator, same, same_or_both_empty, same_unordered
from ..placeholder import is_placeholder
from ..resource import differing, merged, refuse_immutable
from . import entries, oidc_faults, public_keys
from .names import Members, option_of
from .oidc_faults import SECRET_METHODS

MODE = "OPENID_CONNECT"
#: The name of every app that the org itself defined; others come from Okta's catalog.
TEMPLATE = "oidc_client"
_GRANT = "urn:ietf:params:oauth:grant-type:"
GRANTS = [
    "authorization_code",
    "implicit",
    "refresh_token",
    "password",
    "client_credentials",
    "interaction_code",
    *(_GRANT + name for name in ("device_code", "token-exchange", "jwt-bearer", "saml2-bearer")),
    "urn:openid:params:grant-type:ciba",
    *(f"urn:okta:params:oauth:grant-type:{name}" for name in ("otp", "oob")),
    *(f"http://auth0.com/oauth/grant-type/mfa-{name}" for name in ("otp", "oob")),
]
METHODS = [*SECRET_METHODS, "private_key_jwt", "none"]

_TEXT = {"type": "str"}
_FLAG = {"type": "bool"}
_LIST = {"type": "list", "elements": "str"}
OPTIONS: dict[str, Any] = {
    "application_type": {"type": "str", "choices": ["web", "browser", "native", "service"]},
    "client_id": _TEXT,
    "grant_types": {"type": "list", "elements": "str", "choices": GRANTS},
    "response_types": {"type": "list", "elements": "str", "choices": ["code", "token", "id_token"]},
    "redirect_uris": _LIST,
    "redirect_uris_absent": _LIST,
    "placeholder_redirect_uri": _TEXT,
    "purge_redirect_uris": {"type": "bool", "default": True},
    "post_logout_redirect_uris": _LIST,
    "post_logout_redirect_uris_absent": _LIST,
    "purge_post_logout_redirect_uris": {"type": "bool", "default": True},
    "wildcard_redirect": {"type": "str", "choices": ["DISABLED", "SUBDOMAIN"]},
    "token_endpoint_auth_method": {"type": "str", "choices": METHODS, "no_log": False},
    "allow_secret_loss": {"type": "bool", "default": False, "no_log": False},
    "pkce_required": _FLAG,
    "auto_key_rotation": {"type": "bool", "no_log": False},
    "consent_method": {"type": "str", "choices": ["TRUSTED", "REQUIRED"]},
    "refresh_token": {
        "type": "dict",
        "no_log": False,
        "options": {"rotation_type": {"type": "str", "choices": ["STATIC", "ROTATE"]}, "leeway": {"type": "int"}},
    },
    "issuer_mode": {"type": "str", "choices": ["ORG_URL", "CUSTOM_URL", "DYNAMIC"]},
    "initiate_login_uri": _TEXT,
    "idp_initiated_login": {
        "type": "dict",
        "options": {"mode": {"type": "str", "choices": ["DISABLED", "SPEC", "OKTA"]}, "default_scope": _LIST},
    },
    "frontchannel_logout": {
        "type": "dict",
        "options": {"enabled": {"type": "bool", "required": True}, "uri": _TEXT, "session_required": _FLAG},
    },
    "jwks": {
        "type": "dict",
        "options": {"keys": {"type": "list", "elements": "dict", "required": True, "no_log": False}},
    },
    "jwks_uri": _TEXT,
    "dpop_bound_access_tokens": {"type": "bool", "no_log": False},
    "client_uri": _TEXT,
    "logo_uri": _TEXT,
    "tos_uri": _TEXT,
    "policy_uri": _TEXT,
}
#: The options that are settings: all but how to treat those that are not named, and what is not to be there.
SETTINGS = tuple(
    name
    for name in OPTIONS
    if not name.startswith(("purge_", "allow_", "placeholder_")) and not name.endswith("_absent")
)
#: What an app from Okta's catalog has of them: it does not even answer many (recorded).
CATALOG: frozenset[str] = frozenset()
#: The members of ``credentials.oauthClient``.
CREDENTIALS = frozenset({"client_id", "token_endpoint_auth_method", "autoKeyRotation", "pkce_required"})
#: Lists that others share → the option of what stands there while nothing else does.
SHARED = {"redirect_uris": "placeholder_redirect_uri", "post_logout_redirect_uris": ""}
#: What ``frontchannel_logout`` holds → members.
FRONT_CHANNEL = {
    "enabled": "participate_slo",
    "uri": "frontchannel_logout_uri",
    "session_required": "frontchannel_logout_session_required",
}
#: Source: the Apps API, ``refresh_token.leeway``; not answered where it was not sent (recorded).
LEEWAY = 30
#: Immutable member → what a replacement would lose.
LOSSES = {
    "client_id": "Another app has another client id, which IAM's provider, roles and applications would have to name; "
    "this one's secrets and assignments would be lost with it.",
    "application_type": "Another app would have to be made: the client id that IAM's provider, roles and applications "
    "name would be lost, and with it the secrets and assignments.",
}


def current_of(app: Mapping[str, Any]) -> Members:
    """The members of both places, without the secret."""
    places = (app.get(place, {}).get("oauthClient") or {} for place in ("settings", "credentials"))
    return {name: value for place in places for name, value in place.items() if name != "client_secret"}


def own_definition(app: Mapping[str, Any]) -> bool:
    """Whether the org itself defined the app."""
    return app.get("name") == TEMPLATE


def changed_while_inactive(app: Mapping[str, Any]) -> bool:
    """Whether Okta takes changes of the app while it is inactive (recorded)."""
    return True


# -- what is wanted -----------------------------------------------------------------------------------------------


def wanted_members(options: Mapping[str, Any], current: Mapping[str, Any]) -> Members:
    """The named settings as members; lists that others share are merged with theirs.

    :param current: from :func:`current_of`; empty when the app is not there
    """
    members: Members = {}
    for option in SETTINGS:
        value = options.get(option)
        if value is not None and option not in SHARED:
            members |= _member(option, value)
    for option, placeholder in SHARED.items():
        merged_list = entries.addresses(
            options.get(option),
            options.get(f"{option}_absent"),
            current.get(option) or [],
            bool(options.get(f"purge_{option}", True)),
            str(options.get(placeholder) or ""),
        )
        if merged_list is not None:
            members[option] = merged_list
    return members


def _member(option: str, value: Any) -> Members:
    if option == "auto_key_rotation":
        return {"autoKeyRotation": value}
    if option == "frontchannel_logout":
        return {
            FRONT_CHANNEL[key]: item or None if key == "uri" else item
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, Mapping):
        return {option: {key: copy.deepcopy(item) for key, item in value.items() if item is not None}}
    # guess: that null clears an address, as it is answered
    return {option: None if value == "" else copy.deepcopy(value)}


def new_members(wanted: Mapping[str, Any]) -> Members:
    """The members of a new app: what is wanted, and the console's own choices for what is not named."""
    kind = wanted.get("application_type") or "web"
    grants = wanted.get("grant_types") or (["client_credentials"] if kind == "service" else ["authorization_code"])
    public = kind in ("browser", "native")
    method = wanted.get("token_endpoint_auth_method") or ("none" if public else SECRET_METHODS[0])
    return {
        "application_type": kind,
        "grant_types": grants,
        "response_types": _responses(grants),
        "redirect_uris": [],
        "post_logout_redirect_uris": [],
        "consent_method": "TRUSTED",
        "autoKeyRotation": True,
        "token_endpoint_auth_method": method,
        "pkce_required": public or method == "none",
        **wanted,
    }


def _responses(grants: Sequence[str]) -> list[str]:
    """The response types that fit grants (the Apps API; ``token`` for clients of their own recorded)."""
    if "implicit" in grants:
        return [*(["code"] if "authorization_code" in grants else []), "token", "id_token"]
    if "authorization_code" in grants or "interaction_code" in grants:
        return ["code"]
    return ["token"] if "client_credentials" in grants else []


def new_app(wanted: Members) -> Members:
    """What an app of this kind has from the start."""
    app: Members = {"name": TEMPLATE, "visibility": {"autoSubmitToolbar": False, "hide": {"iOS": True, "web": True}}}
    _place(app, new_members(wanted))
    return app


def lay(body: Members, wanted: Members) -> None:
    """Put what is wanted over the app as it is, in the body of a PUT."""
    places = {place: dict(body.get(place, {}).get("oauthClient") or {}) for place in ("credentials", "settings")}
    places["credentials"].pop("client_secret", None)
    settings = places["settings"]
    if wanted.get("jwks") is not None:
        wanted = {**wanted, "jwks": public_keys.laid_over(wanted["jwks"], settings.get("jwks"))}
    for name, value in wanted.items():
        place = places[_place_of(name)]
        place[name] = merged(place.get(name), value)
    # one or the other
    if (wanted.get("jwks") or {}).get("keys"):
        settings.pop("jwks_uri", None)
    if wanted.get("jwks_uri"):
        settings.pop("jwks", None)
    if "refresh_token" not in (settings.get("grant_types") or ()):
        settings.pop("refresh_token", None)
    if own_definition(body):
        # Left out it is refused by some orgs (terraform-provider-okta issues 122, 188).
        settings.setdefault("consent_method", "TRUSTED")
    for name, members in places.items():
        if members:
            body.setdefault(name, {})["oauthClient"] = members
    # The key is the org's, which rotates it by itself: it is not handed back.
    body.get("credentials", {}).pop("signing", None)


def _place_of(member: str) -> str:
    return "credentials" if member in CREDENTIALS else "settings"


def _place(body: Members, members: Mapping[str, Any]) -> None:
    for name, value in members.items():
        body.setdefault(_place_of(name), {}).setdefault("oauthClient", {})[name] = value


# -- comparison ---------------------------------------------------------------------------------------------------


def _same_token(wanted: Any, current: Any) -> bool:
    there = {"rotation_type": "STATIC", "leeway": LEEWAY, **(current if isinstance(current, Mapping) else {})}
    return all(same(value, there.get(name)) for name, value in wanted.items())


def _same_start(wanted: Any, current: Any) -> bool:
    there = current if isinstance(current, Mapping) else {}
    return all(
        same_unordered(value, there.get(name)) if name == "default_scope" else value == there.get(name, "DISABLED")
        for name, value in wanted.items()
    )


def _or(default: Any) -> Comparator:
    """A member that some orgs do not answer while it has its default (recorded, ``sdk_oidc_create``)."""
    return lambda wanted, current: wanted == (default if current is None else current)


def _same_flag(wanted: Any, current: Any) -> bool:
    """A switch that is not answered while it is off."""
    return bool(wanted) == bool(current)


COMPARATORS: Mapping[str, Comparator] = {
    "client_id": lambda wanted, current: wanted == current or is_placeholder(wanted),
    "autoKeyRotation": _or(True),
    "consent_method": _or("TRUSTED"),
    "wildcard_redirect": _or("DISABLED"),
    "grant_types": same_unordered,
    "response_types": same_unordered,
    "refresh_token": _same_token,
    "idp_initiated_login": _same_start,
    "jwks": public_keys.same_keys,
    **dict.fromkeys(
        ("participate_slo", "frontchannel_logout_session_required", "dpop_bound_access_tokens", "pkce_required"),
        _same_flag,
    ),
}


def refuse(wanted: Mapping[str, Any], app: Mapping[str, Any]) -> None:
    """Stop at a change that Okta cannot make in place.

    :raises ImmutableError: naming it and what a replacement would lose
    """
    current = current_of(app)
    different = differing(wanted, current, COMPARATORS, same_or_both_empty)
    refuse_immutable("the Okta app", f"{app.get('label')} ({app.get('id')})", different, current, LOSSES, option_of)


def lost_by(wanted: Mapping[str, Any], app: Mapping[str, Any]) -> Sequence[str]:
    """What a change takes away that nobody named. Okta deletes the secrets of an app that goes over to keys (its
    documentation says so)."""
    before = current_of(app).get("token_endpoint_auth_method")
    if wanted.get("token_endpoint_auth_method") == "private_key_jwt" and before in SECRET_METHODS:
        return (f"the client secrets of the Okta app {app.get('label')}: copies of them elsewhere are worth nothing",)
    return ()


# -- what can be seen to be wrong ---------------------------------------------------------------------------------


def faults(options: Mapping[str, Any], current: Mapping[str, Any] | None, making: bool) -> Iterator[str]:
    """Every fault of the settings.

    :param current: from :func:`current_of`, ``None`` when the app is not there
    :param making: whether this task is to make it
    """
    yield from oidc_faults.forms(options, current or {})
    if current is None and not making:
        return  # another task of this plan makes it: what it has besides is not known
    wanted = wanted_members(options, current or {})
    members = new_members(wanted) if current is None else merged(current, wanted)
    # What cannot change is refused as such (see refuse), not for what it would not fit.
    members |= {name: current[name] for name in LOSSES if current and name in current}
    yield from oidc_faults.combinations(options, members, making)
    if current is not None:
        yield from oidc_faults.loss_of_secrets(options, current)


# -- how it is answered -------------------------------------------------------------------------------------------


def answer(app: Mapping[str, Any]) -> Members:
    """What others need of the app. In check mode a new one's client id is its id, as Okta does it (recorded)."""
    current = current_of(app)
    return {
        "client_id": current.get("client_id") or app.get("id"),
        "redirect_uris": list(current.get("redirect_uris") or []),
        "post_logout_redirect_uris": list(current.get("post_logout_redirect_uris") or []),
    }


def loss(app: Mapping[str, Any]) -> Sequence[str]:
    """What goes with the app besides itself."""
    current = current_of(app)
    method = current.get("token_endpoint_auth_method")
    lost = [f"its client id {current.get('client_id')}, which IAM's provider, roles and applications may still name"]
    if method in SECRET_METHODS:
        lost.append("its client secrets: copies of them elsewhere are worth nothing any more")
    if method == "private_key_jwt":
        lost.append("its public keys")
    return lost

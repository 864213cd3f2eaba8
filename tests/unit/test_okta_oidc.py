# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure parts of ``okta_app`` by OpenID Connect: settings, addresses, keys, the app's JSON."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ImmutableError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import (
    addresses,
    app_document,
    names,
    oidc_settings,
    protocols,
    public_keys,
)

OIDC = protocols.PROTOCOLS["OPENID_CONNECT"]
APP: dict[str, Any] = {
    "id": "0oa1",
    "name": "oidc_client",
    "label": "L",
    "status": "ACTIVE",
    "signOnMode": "OPENID_CONNECT",
    "_links": {"x": 1},
    "future": {"a": 1},
    "profile": {"p": 1},
    "credentials": {
        "userNameTemplate": {"template": "t"},
        "signing": {"kid": "k"},
        "oauthClient": {"client_id": "0oa1", "client_secret": "canary", "pkce_required": False, "future": 1},
    },
    "settings": {
        "notes": {"admin": "n"},
        "oauthClient": {"redirect_uris": ["a"], "grant_types": ["authorization_code"], "future": [2], "jwks_uri": "u"},
    },
}


def test_no_option_belongs_to_two_protocols() -> None:
    names_of = [set(protocol.OPTIONS) for protocol in protocols.PROTOCOLS.values()]
    assert len(protocols.OPTIONS) == sum(map(len, names_of))


@pytest.mark.parametrize("member", ["autoKeyRotation", "client_id", "redirect_uris", "participate_slo"])
def test_members_are_named_as_options(member: str) -> None:
    assert names.option_of(member) == ("auto_key_rotation" if member == "autoKeyRotation" else member)


def test_a_replacement_keeps_what_it_does_not_know_and_holds_no_secret() -> None:
    options = {"redirect_uris": ["b"], "purge_redirect_uris": False, "pkce_required": True, "label": "N"}
    body = app_document.replacement(APP, app_document.wanted_of(OIDC, options, APP))
    assert body == {
        "name": "oidc_client",
        "label": "N",
        "signOnMode": "OPENID_CONNECT",
        "future": {"a": 1},
        "profile": {"p": 1},
        "credentials": {
            "userNameTemplate": {"template": "t"},
            "oauthClient": {"client_id": "0oa1", "pkce_required": True, "future": 1},
        },
        "settings": {
            "notes": {"admin": "n"},
            "oauthClient": {
                "redirect_uris": ["a", "b"],
                "grant_types": ["authorization_code"],
                "future": [2],
                "jwks_uri": "u",
                "consent_method": "TRUSTED",
            },
        },
    }
    assert APP["credentials"]["oauthClient"]["client_secret"] == "canary"


def test_secrets_are_taken_out_at_any_depth() -> None:
    found: set[str] = set()
    answer = {"a": [{"client_secret": "one", "b": 1}], "client_secret": "two", "c": {"client_secret": None}}
    assert app_document.without_secrets(answer, found) == {"a": [{"b": 1}], "c": {}}
    assert found == {"one", "two"}
    assert "canary" not in str(app_document.view(APP))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ("web", ["authorization_code"], ["code"], "client_secret_basic", False)),
        ({"application_type": "browser"}, ("browser", ["authorization_code"], ["code"], "none", True)),
        ({"application_type": "native"}, ("native", ["authorization_code"], ["code"], "none", True)),
        ({"application_type": "service"}, ("service", ["client_credentials"], ["token"], "client_secret_basic", False)),
        (
            {"application_type": "native", "token_endpoint_auth_method": "client_secret_post"},
            ("native", ["authorization_code"], ["code"], "client_secret_post", True),
        ),
        ({"token_endpoint_auth_method": "none"}, ("web", ["authorization_code"], ["code"], "none", True)),
        (
            {"application_type": "browser", "grant_types": ["implicit"]},
            ("browser", ["implicit"], ["token", "id_token"], "none", True),
        ),
        (
            {"application_type": "browser", "grant_types": ["interaction_code"]},
            ("browser", ["interaction_code"], ["code"], "none", True),
        ),
        (
            {"application_type": "browser", "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]},
            ("browser", ["urn:ietf:params:oauth:grant-type:device_code"], [], "none", True),
        ),
    ],
)
def test_what_a_new_app_gets(wanted: dict[str, Any], expected: tuple[Any, ...]) -> None:
    members = oidc_settings.new_members(wanted)
    names_of = ("application_type", "grant_types", "response_types", "token_endpoint_auth_method", "pkce_required")
    assert tuple(members[name] for name in names_of) == expected


@pytest.mark.parametrize(
    ("member", "want", "current", "same"),
    [
        ("grant_types", ["a", "b"], ["b", "a"], True),
        ("response_types", ["a"], ["b", "a"], False),
        ("redirect_uris", ["a", "b"], ["b", "a"], False),
        ("redirect_uris", [], None, True),
        ("pkce_required", False, None, True),
        ("pkce_required", True, None, False),
        ("autoKeyRotation", True, None, True),
        ("autoKeyRotation", False, None, False),
        ("consent_method", "TRUSTED", None, True),
        ("wildcard_redirect", "SUBDOMAIN", None, False),
        ("refresh_token", {"leeway": 30}, {"rotation_type": "STATIC"}, True),
        ("refresh_token", {"leeway": 30}, {"leeway": 29}, False),
        ("refresh_token", {"rotation_type": "STATIC"}, None, True),
        ("idp_initiated_login", {"mode": "DISABLED"}, None, True),
        ("idp_initiated_login", {"default_scope": ["a", "b"]}, {"mode": "OKTA", "default_scope": ["b", "a"]}, True),
        ("idp_initiated_login", {"mode": "SPEC"}, {"mode": "OKTA"}, False),
        ("client_uri", None, None, True),
        ("client_uri", "x", None, False),
        ("jwks", {"keys": []}, None, True),
    ],
)
def test_comparison(member: str, want: Any, current: Any, same: bool) -> None:
    place = "credentials" if member in oidc_settings.CREDENTIALS else "settings"
    app = {place: {"oauthClient": {member: current} if current is not None else {}}}
    assert (app_document.differences(app_document.Wanted(OIDC, {}, {member: want}), app) == []) is same


def test_what_is_fixed_is_named_at_once() -> None:
    app = {**APP, "settings": {"oauthClient": {"application_type": "web"}}}
    with pytest.raises(ImmutableError) as caught:
        oidc_settings.refuse({"client_id": "other-id", "application_type": "native", "tos_uri": "x"}, app)
    assert sorted(caught.value.facts["immutable"]) == ["application_type", "client_id"]
    assert all(value in caught.value.message for value in ("'0oa1'", "'other-id'", "'web'", "'native'", "IAM"))
    oidc_settings.refuse({"client_id": "0oaplanned0123456789", "tos_uri": "x"}, app)


def test_an_app_of_the_catalog_has_no_settings_here() -> None:
    app = {**APP, "name": "box_oidc"}
    assert not OIDC.own_definition(app) and OIDC.own_definition(APP)
    options = {"redirect_uris_absent": ["x"], "client_uri": "y", "label": "L", "purge_redirect_uris": True}
    found = list(protocols.catalog_faults(options, app, OIDC))
    assert sorted(fault.partition(":")[0] for fault in found) == ["client_uri", "redirect_uris_absent"]
    assert all("box_oidc comes from Okta's catalog" in fault for fault in found)


@pytest.mark.parametrize(
    ("uri", "wildcards", "faulty"),
    [
        ("https://a.example.com/x?y=1", False, False),
        ("http://sampleurl.com/authorization-code/callback", False, False),
        ("http://localhost:8080/x", False, False),
        ("myapp://callback", False, False),
        ("com.example:/x", False, False),
        ("https://planned0.example.com/x", False, False),
        ("a.example.com/x", False, True),
        ("//a.example.com/x", False, True),
        ("https:/x", False, True),
        ("https://a.example.com/x#", False, True),
        ("https://*.example.com/x", True, False),
        ("https://a-*.example.com/x", True, False),
        ("https://*.example.com/x", False, True),
        ("https://**.example.com/x", True, True),
        ("https://*/x", True, True),
        ("https://a.example.com/*", True, True),
        ("", False, True),
    ],
)
def test_addresses_after_sign_in(uri: str, wildcards: bool, faulty: bool) -> None:
    assert bool(list(addresses.redirect_faults("o", uri, wildcards))) is faulty


# -- public keys ------------------------------------------------------------------------------------------------------

RSA_KEY = {"kty": "RSA", "kid": "r", "n": "_" * 342, "e": "AQAB"}
EC_KEY = {"kty": "EC", "kid": "e", "x": "AQAB", "y": "AQAC", "crv": "P-256"}


@pytest.mark.parametrize(
    ("wanted", "current", "same"),
    [
        ([RSA_KEY], [{**RSA_KEY, "id": "pks", "use": None, "status": "ACTIVE"}], True),
        ([EC_KEY], [{**EC_KEY, "crv": None, "use": None, "id": "pks"}], True),
        ([RSA_KEY, EC_KEY], [EC_KEY, RSA_KEY], True),
        ([RSA_KEY], [RSA_KEY, EC_KEY], False),
        ([RSA_KEY], [{**RSA_KEY, "kid": "s"}], False),
        ([RSA_KEY], [{**RSA_KEY, "e": "AQAC"}], False),
        ([EC_KEY], [{**EC_KEY, "y": "AQAB"}], False),
        ([{**RSA_KEY, "status": "INACTIVE"}], [RSA_KEY], False),
        ([{**RSA_KEY, "status": "ACTIVE"}], [RSA_KEY], True),
        ([{**RSA_KEY, "e": "AAEAAQ=="}], [RSA_KEY], True),
        ([], [], True),
    ],
)
def test_keys_are_compared_by_id_and_material(wanted: Any, current: Any, same: bool) -> None:
    assert public_keys.same_keys({"keys": wanted}, {"keys": current}) is same


def test_every_fault_of_keys_is_named_without_material() -> None:
    keys: list[dict[str, Any]] = [
        {**RSA_KEY, "d": "canary"},
        {**EC_KEY, "kid": "r"},
        {"kty": "oct", "kid": "o", "k": "canary"},
        {**EC_KEY, "kid": "", "y": None},
        {**RSA_KEY, "kid": "short", "n": "_" * 170},
        {**RSA_KEY, "kid": "none", "n": "not base64!"},
    ]
    found = list(public_keys.faults("jwks", keys))
    assert [fault.partition(":")[0] for fault in found] == [
        "jwks.keys[0]",
        "jwks.keys[1]",
        "jwks.keys[2]",
        "jwks.keys[2]",
        "jwks.keys[3]",
        "jwks.keys[3]",
        "jwks.keys[4]",
        "jwks.keys[5]",
    ]
    assert "canary" not in str(found) and public_keys.private_parts(keys) == {"canary"}
    assert list(public_keys.faults("jwks", [RSA_KEY, EC_KEY])) == []

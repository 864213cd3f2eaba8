# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting of ``okta_app`` by OpenID Connect on the embedded org. The witness is plain HTTP, never the module."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import resource
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError, WaitError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import oidc_settings
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.session import OktaSession
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from okta_world import APPS, CALLBACK, LABEL, OIDC, ONE, PLACEHOLDER, client, secrets_of, writes
from qbusiness_sandbox.cloud import Cloud


def number(value: int) -> str:
    """A number as JSON web keys have it."""
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode().rstrip("=")


def rsa_key(kid: str) -> dict[str, Any]:
    numbers = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "n": number(numbers.n), "e": number(numbers.e)}


def ec_key(kid: str) -> dict[str, Any]:
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "kid": kid, "x": number(numbers.x), "y": number(numbers.y)}


KEY, OTHER_KEY = rsa_key("one"), ec_key("two")
PAGE = "https://example.com/page"
CHANGES: list[tuple[str, dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    (
        "grant_types",
        {"grant_types": ["refresh_token", "authorization_code"]},
        lambda c: set(c["grant_types"]) == {"refresh_token", "authorization_code"} and c["response_types"] == ["code"],
    ),
    (
        "response_types",
        {"grant_types": ["authorization_code", "implicit"], "response_types": ["id_token", "code"]},
        lambda c: set(c["response_types"]) == {"code", "id_token"},
    ),
    (
        "redirect_uris",
        {"redirect_uris": [PLACEHOLDER, CALLBACK]},
        lambda c: c["redirect_uris"] == [PLACEHOLDER, CALLBACK],
    ),
    (
        "post_logout_redirect_uris",
        {"post_logout_redirect_uris": [PAGE]},
        lambda c: c["post_logout_redirect_uris"] == [PAGE],
    ),
    (
        "wildcard_redirect",
        {"wildcard_redirect": "SUBDOMAIN", "redirect_uris": ["https://*.example.com/x"]},
        lambda c: (c["wildcard_redirect"], c["redirect_uris"]) == ("SUBDOMAIN", ["https://*.example.com/x"]),
    ),
    (
        "token_endpoint_auth_method",
        {"token_endpoint_auth_method": "client_secret_post"},
        lambda c: c["token_endpoint_auth_method"] == "client_secret_post",
    ),
    ("pkce_required", {"pkce_required": True}, lambda c: c["pkce_required"] is True),
    ("auto_key_rotation", {"auto_key_rotation": False}, lambda c: c["autoKeyRotation"] is False),
    ("consent_method", {"consent_method": "REQUIRED"}, lambda c: c["consent_method"] == "REQUIRED"),
    (
        "refresh_token",
        {
            "grant_types": ["authorization_code", "refresh_token"],
            "refresh_token": {"rotation_type": "ROTATE", "leeway": 10},
        },
        lambda c: c["refresh_token"] == {"rotation_type": "ROTATE", "leeway": 10},
    ),
    ("issuer_mode", {"issuer_mode": "ORG_URL"}, lambda c: c["issuer_mode"] == "ORG_URL"),
    ("initiate_login_uri", {"initiate_login_uri": PAGE}, lambda c: c["initiate_login_uri"] == PAGE),
    (
        "idp_initiated_login",
        {"initiate_login_uri": PAGE, "idp_initiated_login": {"mode": "OKTA", "default_scope": ["openid", "email"]}},
        lambda c: c["idp_initiated_login"] == {"mode": "OKTA", "default_scope": ["openid", "email"]},
    ),
    (
        "frontchannel_logout",
        {"frontchannel_logout": {"enabled": True, "uri": PAGE, "session_required": True}},
        lambda c: (
            (
                c["participate_slo"],
                c["frontchannel_logout_uri"],
                c["frontchannel_logout_session_required"],
            )
            == (True, PAGE, True)
        ),
    ),
    ("jwks", {"jwks": {"keys": [KEY, OTHER_KEY]}}, lambda c: [k["kid"] for k in c["jwks"]["keys"]] == ["one", "two"]),
    ("jwks_uri", {"jwks_uri": PAGE}, lambda c: c["jwks_uri"] == PAGE),
    (
        "dpop_bound_access_tokens",
        {"dpop_bound_access_tokens": True},
        lambda c: c["dpop_bound_access_tokens"] is True,
    ),
    ("client_uri", {"client_uri": PAGE}, lambda c: c["client_uri"] == PAGE),
    ("logo_uri", {"logo_uri": PAGE}, lambda c: c["logo_uri"] == PAGE),
    ("tos_uri", {"tos_uri": PAGE}, lambda c: c["tos_uri"] == PAGE),
    ("policy_uri", {"policy_uri": PAGE}, lambda c: c["policy_uri"] == PAGE),
]


@pytest.mark.parametrize(("changes", "seen"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_each_setting_is_changed_once(
    changes: dict[str, Any],
    seen: Callable[[dict[str, Any]], bool],
    call: Call,
    cloud: Cloud,
    okta_http: OktaHttp,
    oidc_app: dict[str, Any],
) -> None:
    where = {"app_id": oidc_app["app_id"], "sign_on_mode": "OPENID_CONNECT"}
    before, whole = client(okta_http, oidc_app["app_id"]), okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    secrets = secrets_of(okta_http, oidc_app["app_id"])
    assert not seen({**_none(), **before})
    cloud.log.clear()
    planned = call(function, True, **where, **changes)
    assert planned["changed"] is True and writes(cloud) == []
    answer = call(function, **where, **changes)
    assert answer["operations"] == planned["operations"] == ["replaceApplication"]
    assert writes(cloud) == [f"PUT {ONE}"] and answer["diff"]["before"] != answer["diff"]["after"]
    after = client(okta_http, oidc_app["app_id"])
    assert seen(after)
    # what follows from the named ones: the token's rotation from its grant, the members of the front-channel logout
    touched = set(changes) | {"autoKeyRotation", "participate_slo", "refresh_token"}
    touched |= {name for name in after if name.startswith("frontchannel_")}
    assert {name: value for name, value in after.items() if name not in touched} == {
        name: value for name, value in before.items() if name not in touched
    }
    again = okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    for part in ("name", "label", "visibility", "accessibility", "status"):
        assert again[part] == whole[part]
    assert secrets_of(okta_http, oidc_app["app_id"]) == secrets
    cloud.log.clear()
    assert call(function, **where, **changes)["changed"] is False
    assert writes(cloud) == []


def _none() -> dict[str, Any]:
    """What an app has that was never told of these."""
    names = [
        "participate_slo",
        "frontchannel_logout_uri",
        "frontchannel_logout_session_required",
        "initiate_login_uri",
        "jwks_uri",
        "tos_uri",
        "policy_uri",
        "post_logout_redirect_uris",
        "refresh_token",
    ]
    return {**dict.fromkeys(names), "jwks": {"keys": []}}


def test_every_setting_is_tested() -> None:
    fixed = {"application_type", "client_id"}
    assert {row[0] for row in CHANGES} | fixed == set(oidc_settings.SETTINGS)


@pytest.mark.parametrize("name", ["initiate_login_uri", "client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"])
def test_an_address_is_cleared(name: str, call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any]) -> None:
    assert call(function, **OIDC, **{name: ""})["changed"] is False
    call(function, **OIDC, **{name: PAGE})
    assert call(function, **OIDC, **{name: ""})["operations"] == ["replaceApplication"]
    assert client(okta_http, oidc_app["app_id"]).get(name) is None
    assert call(function, **OIDC, **{name: ""})["changed"] is False


@pytest.mark.parametrize(
    "options",
    [
        {"issuer_mode": "DYNAMIC"},
        {"consent_method": "TRUSTED", "wildcard_redirect": "DISABLED", "auto_key_rotation": True},
        {"pkce_required": False, "dpop_bound_access_tokens": False},
        {"idp_initiated_login": {"mode": "DISABLED", "default_scope": []}},
        {"frontchannel_logout": {"enabled": False}, "post_logout_redirect_uris": [], "jwks": {"keys": []}},
        {"visibility": {"hide": {"ios": True, "web": True}}, "accessibility": {"self_service": False}},
        {"grant_types": ["authorization_code"], "response_types": ["code"], "client_uri": ""},
    ],
)
def test_what_okta_filled_in_is_no_difference(
    options: dict[str, Any], call: Call, cloud: Cloud, oidc_app: dict[str, Any]
) -> None:
    assert call(function, **OIDC, **options)["changed"] is False
    assert writes(cloud) == []


def test_the_leeway_that_okta_does_not_answer(call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any]) -> None:
    rotating: dict[str, Any] = {**OIDC, "grant_types": ["authorization_code", "refresh_token"]}
    call(function, **rotating)
    assert client(okta_http, oidc_app["app_id"])["refresh_token"] == {"rotation_type": "STATIC"}
    assert not call(function, **rotating, refresh_token={"rotation_type": "STATIC", "leeway": 30})["changed"]
    assert call(function, **rotating, refresh_token={"leeway": 5})["changed"]
    assert client(okta_http, oidc_app["app_id"])["refresh_token"] == {"rotation_type": "STATIC", "leeway": 5}
    # without the grant there is no such thing, and nothing of it is sent
    call(function, **OIDC, grant_types=["authorization_code"])
    assert "refresh_token" not in client(okta_http, oidc_app["app_id"])


# -- addresses that applications share --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["redirect_uris", "post_logout_redirect_uris"])
def test_addresses_come_and_go_beside_those_of_others(
    name: str, call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any]
) -> None:
    call(function, **OIDC, post_logout_redirect_uris=[CALLBACK])

    def addresses(**options: Any) -> list[str]:
        where = {"app_id": oidc_app["app_id"], "sign_on_mode": "OPENID_CONNECT", f"purge_{name}": False}
        given = {**where, **{f"{name}{suffix.removeprefix('whole')}": value for suffix, value in options.items()}}
        planned = call(function, True, **given)
        answer = call(function, **given)
        assert answer[name] == planned[name] and answer["changed"] is planned["changed"]
        assert call(function, **given)["changed"] is False
        there: list[str] = client(okta_http, oidc_app["app_id"])[name]
        assert there == answer[name]
        return there

    a, b = "https://a.example.com/x", "https://b.example.com/x"
    assert addresses(whole=[a]) == [CALLBACK, a]
    assert addresses(whole=[b]) == [CALLBACK, a, b]
    assert addresses(whole=[a]) == [CALLBACK, a, b]
    assert addresses(_absent=[CALLBACK, "https://never.example.com"]) == [a, b]
    assert addresses(whole=[CALLBACK], _absent=[a]) == [b, CALLBACK]
    call(function, app_id=oidc_app["app_id"], sign_on_mode="OPENID_CONNECT", **{name: [a, a]})
    assert client(okta_http, oidc_app["app_id"])[name] == [a]


def test_what_another_writer_took_away_is_named(
    call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Okta's PUT knows no precondition: who read before us and writes after us takes our address away."""
    before = okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    put = OktaSession.put

    def overtaken(self: OktaSession, *parts: str, body: Any = None) -> Any:
        answer = put(self, *parts, body=body)
        assert okta_http.put(f"{APPS}/{oidc_app['app_id']}", json=before).ok
        return answer

    monkeypatch.setattr(OktaSession, "put", overtaken)
    monkeypatch.setattr(resource, "PAUSES", (0.0,))
    ours = {"redirect_uris": [PLACEHOLDER], "purge_redirect_uris": False}
    with pytest.raises(WaitError, match=r"written 5 times .*: redirect_uris\. Somebody else") as caught:
        call(function, **{**OIDC, **ours})
    assert caught.value.facts["untaken"] == ["redirect_uris"]
    monkeypatch.undo()
    assert call(function, **{**OIDC, **ours})["changed"] is True
    assert client(okta_http, oidc_app["app_id"])["redirect_uris"] == [CALLBACK, PLACEHOLDER]


def test_a_placeholder_counts_only_initially(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    options = {**OIDC, "redirect_uris": [PLACEHOLDER], "initially": ["redirect_uris"]}
    app = call(function, **options)
    assert client(okta_http, app["app_id"])["redirect_uris"] == [PLACEHOLDER]
    real = {"redirect_uris": [CALLBACK], "redirect_uris_absent": [PLACEHOLDER], "purge_redirect_uris": False}
    call(function, **{**OIDC, **real})
    cloud.log.clear()
    assert call(function, **options)["changed"] is False and writes(cloud) == []
    assert client(okta_http, app["app_id"])["redirect_uris"] == [CALLBACK]


def test_a_placeholder_stands_there_while_nothing_else_does(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    others = "https://others.example.com/callback"
    whose: dict[str, Any] = {
        "label": "Assistant",
        "sign_on_mode": "OPENID_CONNECT",
        "placeholder_redirect_uri": PLACEHOLDER,
        "purge_redirect_uris": False,
    }

    def addresses(**options: Any) -> list[str]:
        planned = call(function, True, **whose, **options)
        answer = call(function, **whose, **options)
        cloud.log.clear()
        assert call(function, **whose, **options)["changed"] is False and writes(cloud) == []
        there: list[str] = client(okta_http, answer["app_id"])["redirect_uris"]
        assert planned["redirect_uris"] == there
        return there

    assert addresses() == [PLACEHOLDER]
    assert addresses(redirect_uris=[CALLBACK]) == [CALLBACK]
    assert addresses(redirect_uris=[]) == [CALLBACK]
    app = call(function, **whose, redirect_uris=[others])
    assert client(okta_http, app["app_id"])["redirect_uris"] == [CALLBACK, others]
    # ours goes, and others still use the app
    assert addresses(redirect_uris=[], redirect_uris_absent=[CALLBACK]) == [others]
    assert addresses(redirect_uris=[], redirect_uris_absent=[others]) == [PLACEHOLDER]


def test_the_last_address_stays(call: Call, cloud: Cloud, oidc_app: dict[str, Any]) -> None:
    """Okta wants at least one; so the last application leaves by the app's own removal."""
    emptied: list[dict[str, Any]] = [{"redirect_uris": []}, {"redirect_uris_absent": [CALLBACK]}]
    for options in emptied:
        with pytest.raises(InputError, match="redirect_uris: should name at least one"):
            call(function, app_id=oidc_app["app_id"], sign_on_mode="OPENID_CONNECT", **options)
    assert writes(cloud) == []


# -- keys -------------------------------------------------------------------------------------------------------------


def test_keys_are_compared_by_id_and_material(call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any]) -> None:
    def keys(*wanted: dict[str, Any]) -> tuple[bool, list[tuple[str, str]]]:
        changed = call(function, **OIDC, jwks={"keys": list(wanted)})["changed"]
        there = client(okta_http, oidc_app["app_id"]).get("jwks", {}).get("keys", [])
        return changed, [(key["kid"], key["id"]) for key in there]

    _changed, [(kid, identifier)] = keys(KEY)
    assert kid == "one"
    assert keys({**KEY, "n": f"{KEY['n']}=", "use": "sig"}) == (False, [("one", identifier)])
    changed, both = keys(OTHER_KEY, KEY)
    assert changed and both[1] == ("one", identifier)
    assert keys(KEY, OTHER_KEY) == (False, both)
    changed, renewed = keys({**rsa_key("one")}, OTHER_KEY)
    assert changed and {kid for kid, _id in renewed} == {"one", "two"}
    changed, off = keys({**OTHER_KEY, "status": "INACTIVE"})
    assert changed and len(off) == 1
    assert client(okta_http, oidc_app["app_id"])["jwks"]["keys"][0]["status"] == "INACTIVE"
    assert keys({**OTHER_KEY, "status": "INACTIVE"})[0] is False


def test_keys_stand_in_the_app_or_at_an_address(call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any]) -> None:
    call(function, **OIDC, jwks={"keys": [KEY]})
    assert call(function, **OIDC, jwks_uri=PAGE)["changed"] is True
    there = client(okta_http, oidc_app["app_id"])
    assert there["jwks_uri"] == PAGE and not there.get("jwks", {}).get("keys")
    assert call(function, **OIDC, jwks={"keys": [KEY]})["changed"] is True
    there = client(okta_http, oidc_app["app_id"])
    assert there.get("jwks_uri") is None and there["jwks"]["keys"][0]["kid"] == "one"


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_saving_never_brings_a_rotated_secret_back(
    call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rotations, each between two saves: the secrets are those that the rotation left, and no body holds one."""
    app_id, where = oidc_app["app_id"], {"app_id": oidc_app["app_id"], "sign_on_mode": "OPENID_CONNECT"}
    bodies: list[Any] = []
    put = OktaSession.put

    def seen(self: OktaSession, *parts: str, body: Any = None) -> Any:
        bodies.append(body)
        return put(self, *parts, body=body)

    monkeypatch.setattr(OktaSession, "put", seen)
    secrets = f"{APPS}/{app_id}/credentials/secrets"
    known = {value for _id, _status, value in secrets_of(okta_http, app_id)}
    for turn in range(2):
        [(old, _status, _value)] = secrets_of(okta_http, app_id)
        assert okta_http.post(secrets, json={}).status_code == 201
        both = secrets_of(okta_http, app_id)
        call(function, **where, tos_uri=f"{PAGE}/{turn}")
        assert secrets_of(okta_http, app_id) == both
        assert okta_http.post(f"{secrets}/{old}/lifecycle/deactivate").ok
        rotated = secrets_of(okta_http, app_id)
        answer = call(function, **where, policy_uri=f"{PAGE}/{turn}")
        assert secrets_of(okta_http, app_id) == rotated
        known |= {value for _id, _status, value in rotated}
        assert not any(value in str(answer) for value in known)
        assert okta_http.delete(f"{secrets}/{old}").status_code == 204
    assert len(bodies) == 4 and len(known) == 3
    assert not any("client_secret" in body["credentials"]["oauthClient"] for body in bodies)
    assert not any(value in str(body) for value in known for body in bodies)


def test_answers_with_a_secret_are_learnt_and_dropped(
    connection: dict[str, Any], call: Call, okta_http: OktaHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    contexts: list[Context] = []

    def watched(context: Context) -> dict[str, object]:
        contexts.append(context)
        return function(context)

    watched.__module__ = function.__module__
    answers = [call(watched, **{**OIDC, **more}) for more in ({}, {"tos_uri": PAGE})]
    [(_id, _status, value)] = secrets_of(okta_http, answers[0]["app_id"])
    assert [context.secrets for context in contexts] == [{value}, {value}]
    assert value not in str(answers) and "client_secret'" not in str(answers)
    # what Okta did not take is said without it as well
    put = OktaSession.put

    def stubborn(self: OktaSession, *parts: str, body: Any = None) -> Any:
        body["settings"]["oauthClient"].pop("policy_uri", None)
        return put(self, *parts, body=body)

    monkeypatch.setattr(OktaSession, "put", stubborn)
    with pytest.raises(ServiceError, match="did not take: policy_uri") as caught:
        call(watched, **OIDC, policy_uri=PAGE)
    assert value not in f"{caught.value.message}{caught.value.facts}" and contexts[-1].secrets == {value}


def test_secrets_are_not_lost_silently(call: Call, cloud: Cloud, okta_http: OktaHttp, oidc_app: dict[str, Any]) -> None:
    options: dict[str, Any] = {**OIDC, "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [KEY]}}
    before = secrets_of(okta_http, oidc_app["app_id"])
    cloud.log.clear()
    for check in (True, False):
        with pytest.raises(InputError, match="allow_secret_loss"):
            call(function, check, **options)
    assert writes(cloud) == [] and secrets_of(okta_http, oidc_app["app_id"]) == before
    answer = call(function, **options, allow_secret_loss=True)
    assert answer["operations"] == ["replaceApplication"] and "client secrets" in answer["warnings"][0]
    assert len(answer["lost"]) == 1 and answer["lost"][0] in answer["warnings"][0]
    assert secrets_of(okta_http, oidc_app["app_id"]) == []
    again = call(function, **options)
    assert again["changed"] is False and "warnings" not in again


def test_what_others_set_is_kept(call: Call, okta_http: OktaHttp, oidc_app: dict[str, Any]) -> None:
    app = okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    app["profile"] = {"cost": "7"}
    app["settings"]["oauthClient"] |= {
        "network": {"connection": "ANYWHERE"},
        "subject_type": "public",
        "post_logout_redirect_uris": [PAGE],
        "consent_method": "REQUIRED",
        "issuer_mode": "ORG_URL",
    }
    app["settings"]["notes"] = {"admin": "theirs", "enduser": None}
    assert okta_http.put(f"{APPS}/{oidc_app['app_id']}", json=app).ok
    before = okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    call(function, **{**OIDC, "label": LABEL, "redirect_uris": [PLACEHOLDER]})
    after = okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    assert after["settings"]["oauthClient"].pop("redirect_uris") == [PLACEHOLDER]
    before["settings"]["oauthClient"].pop("redirect_uris")
    for part in ("profile", "settings", "credentials", "visibility", "accessibility"):
        assert after[part] == before[part], part

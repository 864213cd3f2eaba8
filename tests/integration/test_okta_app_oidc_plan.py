# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``okta_app`` by OpenID Connect: the plan, input that cannot be right, secrets in a real run. The witness is plain
HTTP, never the module."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp, Play
from okta_world import APPS, CALLBACK, LABEL, OIDC, PLACEHOLDER, client, labelled, secrets_of, writes
from qbusiness_sandbox.cloud import Cloud, Fault

PLANNED = "https://planned0.chat.qbusiness.us-east-1.on.aws/authorization-code/callback"


# -- the plan ---------------------------------------------------------------------------------------------------------


def test_the_plan_of_a_new_app(call: Call, cloud: Cloud) -> None:
    answer = call(function, True, **OIDC, groups=["Everyone"])
    assert writes(cloud) == [] and answer["operations"] == ["createApplication", "assignGroupToApplication"]
    assert is_placeholder(answer["client_id"]) and answer["client_id"] == answer["app_id"]
    assert answer["app_name"] == "oidc_client" and answer["redirect_uris"] == [CALLBACK]
    after = answer["diff"]["after"]
    assert answer["diff"]["before"] == {} and after["settings"]["oauth_client"]["grant_types"] == ["authorization_code"]
    assert answer["client_id"] == call(function, True, **OIDC)["client_id"]
    assert call(function, True, **OIDC, client_id="my-own-client")["client_id"] == "my-own-client"


def test_a_later_task_of_the_same_plan(call: Call, cloud: Cloud) -> None:
    """It names the app by a placeholder, and knows nothing else of it; no service is asked."""
    app_id = call(function, True, **OIDC)["app_id"]
    cloud.log.clear()
    for options in (
        {"redirect_uris": [PLANNED], "purge_redirect_uris": False},
        {"application_type": "browser", "client_id": app_id},
        {"refresh_token": {"leeway": 3}, "federated_claims": [{"name": "n", "expression": "e"}]},
    ):
        again = call(function, True, app_id=app_id, sign_on_mode="OPENID_CONNECT", **options)
        assert again["changed"] is True and again["app_id"] == app_id
        assert is_placeholder(again["client_id"])
    assert cloud.log.since() == []


def test_a_plan_with_placeholders_on_an_app_that_is_there(
    call: Call, cloud: Cloud, okta_http: OktaHttp, oidc_app: dict[str, Any]
) -> None:
    options = {**OIDC, "redirect_uris": [PLANNED], "purge_redirect_uris": False}
    planned = call(function, True, **options)
    assert planned["operations"] == ["replaceApplication"] and planned["redirect_uris"] == [CALLBACK, PLANNED]
    assert planned["client_id"] == oidc_app["client_id"]
    before, after = (planned["diff"][side]["settings"]["oauth_client"] for side in ("before", "after"))
    assert before.pop("redirect_uris") == [CALLBACK] and after.pop("redirect_uris") == [CALLBACK, PLANNED]
    assert before == after
    # a client id that another task would make says nothing about this one
    assert call(function, True, **OIDC, client_id="0oaplanned0123456789")["changed"] is False
    assert writes(cloud) == [] and client(okta_http, oidc_app["app_id"])["redirect_uris"] == [CALLBACK]
    with pytest.raises(InputError, match="placeholder"):
        call(function, **options)


def test_the_plan_of_a_change_is_what_comes(call: Call, oidc_app: dict[str, Any]) -> None:
    options: dict[str, Any] = {
        **OIDC,
        "redirect_uris": [PLACEHOLDER, CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "refresh_token": {"rotation_type": "ROTATE", "leeway": 0},
        "token_endpoint_auth_method": "client_secret_post",
        "pkce_required": True,
        "notes": {"admin": "n"},
    }
    planned, done = call(function, True, **options), call(function, **options)
    for answer in (planned, done):
        for side in ("before", "after"):
            answer["diff"][side]["settings"]["oauth_client"]["grant_types"].sort()
    assert planned["diff"] == done["diff"] and planned["operations"] == done["operations"]


# -- input that cannot be right ---------------------------------------------------------------------------------------

FORMS: list[tuple[str, dict[str, Any]]] = [
    ("client_id", {"client_id": "short"}),
    ("client_id", {"client_id": "with space"}),
    ("client_id", {"client_id": "x" * 101}),
    ("client_id", {"client_id": "ALL_CLIENTS"}),
    ("grant_types", {"grant_types": []}),
    ("redirect_uris[0]", {"redirect_uris": ["/relative"]}),
    ("redirect_uris[1]", {"redirect_uris": [CALLBACK, "https://a.example.com/x#part"]}),
    ("redirect_uris[0]", {"redirect_uris": ["https://a.example.com/with space"]}),
    ("redirect_uris[0]", {"redirect_uris": ["https:///x"]}),
    ("redirect_uris[0]", {"redirect_uris": ["https://*.example.com/x"]}),
    ("redirect_uris[0]", {"redirect_uris": ["https://a.*.example.com/x"], "wildcard_redirect": "SUBDOMAIN"}),
    ("redirect_uris[0]", {"redirect_uris": ["https://*.example.com/*"], "wildcard_redirect": "SUBDOMAIN"}),
    ("redirect_uris[0]", {"redirect_uris": ["https://*.com/x"], "wildcard_redirect": "SUBDOMAIN"}),
    ("post_logout_redirect_uris[0]", {"post_logout_redirect_uris": ["nowhere"]}),
    ("redirect_uris_absent[0]", {"redirect_uris_absent": [CALLBACK]}),
    ("initiate_login_uri", {"initiate_login_uri": "app:/x"}),
    ("client_uri", {"client_uri": "x"}),
    ("logo_uri", {"logo_uri": f"https://example.com/{'x' * 1024}"}),
    ("jwks_uri", {"jwks_uri": "ftp://example.com"}),
    ("frontchannel_logout.uri", {"frontchannel_logout": {"enabled": True, "uri": "x"}}),
    ("frontchannel_logout.uri", {"frontchannel_logout": {"enabled": True}}),
    ("refresh_token.leeway", {"refresh_token": {"leeway": 61}, "grant_types": ["authorization_code", "refresh_token"]}),
    ("refresh_token.leeway", {"refresh_token": {"leeway": -1}, "grant_types": ["authorization_code", "refresh_token"]}),
]
COMBINATIONS: list[tuple[str, dict[str, Any]]] = [
    ("redirect_uris", {"redirect_uris": None}),
    ("redirect_uris", {"redirect_uris": [], "application_type": "browser"}),
    ("grant_types", {"grant_types": ["refresh_token"], "response_types": []}),
    ("grant_types", {"application_type": "native", "grant_types": ["implicit"]}),
    ("grant_types", {"application_type": "service", "grant_types": ["password"], "response_types": []}),
    ("response_types", {"response_types": ["code", "id_token"]}),
    ("response_types", {"response_types": ["code", "token"]}),
    ("response_types", {"response_types": []}),
    (
        "response_types",
        {"application_type": "browser", "grant_types": ["implicit"], "response_types": ["code", "token"]},
    ),
    ("response_types", {"grant_types": ["authorization_code", "implicit"], "response_types": ["code"]}),
    ("pkce_required", {"token_endpoint_auth_method": "none", "pkce_required": False}),
    ("pkce_required", {"application_type": "browser", "pkce_required": False}),
    ("jwks", {"token_endpoint_auth_method": "private_key_jwt"}),
    ("refresh_token", {"refresh_token": {"rotation_type": "ROTATE"}}),
    ("initiate_login_uri", {"idp_initiated_login": {"mode": "SPEC"}}),
    (
        "idp_initiated_login.default_scope",
        {"idp_initiated_login": {"mode": "OKTA"}, "initiate_login_uri": "https://example.com"},
    ),
]


@pytest.mark.parametrize(("where", "options"), FORMS + COMBINATIONS)
def test_each_fault_is_seen_before_anything_is_sent(
    where: str, options: dict[str, Any], call: Call, cloud: Cloud
) -> None:
    for check in (True, False):
        with pytest.raises(InputError) as caught:
            call(function, check, **{**OIDC, **options})
        assert [fault.partition(":")[0] for fault in caught.value.faults] == [where]
    assert writes(cloud) == []


@pytest.mark.parametrize(("where", "options"), [row for row in COMBINATIONS if "application_type" not in row[1]])
def test_each_combination_is_judged_with_what_is_there(
    where: str, options: dict[str, Any], call: Call, cloud: Cloud, oidc_app: dict[str, Any]
) -> None:
    if options.get("redirect_uris", CALLBACK) is None:
        options = {"redirect_uris": []}
    if "jwks" in where:
        options = {**options, "allow_secret_loss": True}
    with pytest.raises(InputError) as caught:
        call(function, app_id=oidc_app["app_id"], sign_on_mode="OPENID_CONNECT", **options)
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [where] and writes(cloud) == []


@pytest.mark.parametrize(
    "options",
    [
        {"redirect_uris": [PLACEHOLDER]},
        {"redirect_uris": ["http://localhost:8080/authorization-code/callback", "https://[::1]:8443/x"]},
        {"application_type": "native", "redirect_uris": ["myapp://callback", "com.example.app:/x"]},
        {"wildcard_redirect": "SUBDOMAIN", "redirect_uris": ["https://app-*.example.com/x"]},
        {"client_id": "a$-_.+!*'(),Z9"},
        {"redirect_uris": ["https://ba6e8e6e4fa44c1057cf5f26fba9b2e788dfc34f.extensions.allizom.org"]},
        {"application_type": "service", "redirect_uris": None, "token_endpoint_auth_method": "client_secret_post"},
    ],
)
def test_what_is_right_is_not_refused(options: dict[str, Any], call: Call) -> None:
    given = {**OIDC, **options}
    assert call(function, True, **given)["changed"] is True
    assert call(function, **given)["changed"] is True
    assert call(function, **given)["changed"] is False


def test_all_faults_at_once(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError) as caught:
        call(
            function,
            label=LABEL,
            sign_on_mode="OPENID_CONNECT",
            client_id="x",
            redirect_uris=["nowhere"],
            response_types=["token"],
            token_endpoint_auth_method="none",
            pkce_required=False,
            refresh_token={"leeway": 99},
            federated_claims=[{"name": "n", "expression": "e"}, {"name": "n", "expression": " "}],
            audience="a",
            notes={"admin": "x" * 251},
        )
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "audience",
        "client_id",
        "redirect_uris[0]",
        "refresh_token.leeway",
        "response_types",
        "response_types",
        "pkce_required",
        "refresh_token",
        "federated_claims[1].expression",
        "federated_claims[1].name",
        "notes.admin",
    ]
    assert cloud.log.writes() == []


def test_what_is_odd_already_stands_in_nobodys_way(
    call: Call, cloud: Cloud, okta_http: OktaHttp, oidc_app: dict[str, Any]
) -> None:
    """An app that somebody else left with a combination of his own is changed in what this task names."""
    app = okta_http.get(f"{APPS}/{oidc_app['app_id']}").json()
    app["settings"]["oauthClient"] |= {"grant_types": ["implicit"], "response_types": ["id_token"]}
    assert okta_http.put(f"{APPS}/{oidc_app['app_id']}", json=app).ok
    where = {"app_id": oidc_app["app_id"], "sign_on_mode": "OPENID_CONNECT"}
    assert call(function, **where, tos_uri="https://example.com/tos")["operations"] == ["replaceApplication"]
    with pytest.raises(InputError, match="authorization_code"):
        call(function, **where, response_types=["token"])


# -- a real run -------------------------------------------------------------------------------------------------------


def test_a_real_run_and_its_secrets(play: Play, cloud: Cloud, okta_http: OktaHttp) -> None:
    """No output of any verbosity holds a client secret, of runs that succeed, change and fail."""
    module = "qbusiness.federation.okta_app"
    first = {"name": "App", module: {**OIDC, "groups": ["Everyone"]}, "register": "app"}
    change = {"name": "Change", module: {**OIDC, "pkce_required": True}, "register": "app"}
    show = {"name": "Show", "ansible.builtin.debug": {"var": "app"}}
    played = play([first, show, first, change, show], "-vvvv", "--diff")
    assert [result["changed"] for result in played.results] == [True, False, False, True, False]
    [app] = labelled(okta_http)
    [(_id, _status, secret)] = secrets_of(okta_http, app["id"])
    assert client(okta_http, app["id"])["pkce_required"] is True
    # Okta's answer to the change is there, with the secret in it, before the next call fails
    cloud.faults.add(Fault("error", service="okta", operation="GET /api/v1/apps/{appId}", status=403, code="E0000006"))
    cloud.faults.add(Fault("error", service="okta", operation="PUT /api/v1/apps/{appId}", status=403, code="E0000006"))
    failed = play([{**change, module: {**OIDC, "pkce_required": False}}], "-vvvv", "--diff", fails=True)
    assert "E0000006" in failed.text
    # a private key that was given by mistake
    canary = "cafe-private-key-that-nobody-may-see"
    key = {"kty": "EC", "kid": "k", "x": "AQAB", "y": "AQAB", "d": canary}
    wrong = play([{**change, module: {**OIDC, "jwks": {"keys": [key]}}}], "-vvvv", "--diff", fails=True)
    assert "holds a private key" in wrong.text
    for text in (played.text, failed.text, wrong.text):
        assert secret not in text and canary not in text

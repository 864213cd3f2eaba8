# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_authorization_server`` on the embedded org: who is let in. Witnesses are plain HTTP and a sign-in."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from ansible_collections.qbusiness.federation.plugins.module_utils import resource
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, NotFoundError
from ansible_collections.qbusiness.federation.plugins.modules.okta_authorization_server import function
from conftest import Call, OktaHttp
from okta_servers import CLAIM, CLIENT, FLAT, OTHER, Org
from qbusiness_sandbox.cloud import Cloud
from secret_world import REDIRECT, app_body

NAME = "Amazon Q Business"
POLICY, RULE = "AuthorizationServerPolicy", "AuthorizationServerPolicyRule"
MADE = ["createOAuth2Claim", f"create{POLICY}", f"create{RULE}"]
THIRD = "0oaclientthree000003"


@pytest.fixture
def org(okta_http: OktaHttp, cloud: Cloud) -> Org:
    return Org(okta_http, cloud)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "PAUSES", (0.0,))


@pytest.fixture
def group(okta_http: OktaHttp) -> str:
    """The id of a group."""
    return str(okta_http.post("/api/v1/groups", json={"profile": {"name": "Knowledge"}}).json()["id"])


def clients(policy: dict[str, Any]) -> list[str]:
    return list(policy["conditions"]["clients"]["include"])


# -- the trap --------------------------------------------------------------------------------------------------------


def test_a_fresh_org_gets_policy_and_rule(call: Call, org: Org) -> None:
    assert org.get("policies") == []
    answer = call(function, client_ids=[CLIENT])
    assert answer["operations"] == MADE
    [policy] = org.get("policies")
    assert (policy["name"], policy["status"], policy["priority"]) == (NAME, "ACTIVE", 1)
    assert clients(policy) == [CLIENT]
    [rule] = org.rules(policy["id"])
    assert (rule["name"], rule["status"]) == (NAME, "ACTIVE")
    conditions = rule["conditions"]
    assert conditions["grantTypes"]["include"] == ["authorization_code"]
    assert conditions["scopes"]["include"] == ["*"]
    assert conditions["people"]["groups"]["include"] == ["EVERYONE"]
    assert answer["policy_id"] == policy["id"]
    assert answer["authorization_server"]["policy"]["rules"][0]["groups"] == ["EVERYONE"]


def test_without_clients_the_trap_is_explained(call: Call, org: Org) -> None:
    answer = call(function)
    assert answer["operations"] == ["createOAuth2Claim"]
    [text] = answer["warnings"]
    for part in ("no active access policy", "no matching policy", "Integrator Free", "client_ids"):
        assert part in text
    org.add_policy("theirs", ["ALL_CLIENTS"])
    assert "warnings" not in call(function)


def test_a_policy_that_lets_everybody_in_gets_no_client(call: Call, org: Org) -> None:
    """Also when it is the one that the task names."""
    policy = org.add_policy("theirs", ["ALL_CLIENTS"])
    answer = call(function, client_ids=[CLIENT], policy={"name": "theirs"})
    assert f"replace{POLICY}" not in answer["operations"]
    assert clients(org.get(f"policies/{policy['id']}")) == ["ALL_CLIENTS"]
    again = call(function, client_ids=[CLIENT], policy={"name": "theirs", "description": "for everybody"})
    assert f"replace{POLICY}" in again["operations"]
    assert clients(org.get(f"policies/{policy['id']}")) == ["ALL_CLIENTS"]


@pytest.mark.parametrize("what", ["policy", "rule"])
def test_an_inactive_one_lets_nobody_in(call: Call, org: Org, what: str) -> None:
    policy = org.add_policy("theirs", ["ALL_CLIENTS"])
    path = f"/api/v1/authorizationServers/default/policies/{policy['id']}"
    path += f"/rules/{org.rules(policy['id'])[0]['id']}" if what == "rule" else ""
    org.http.post(f"{path}/lifecycle/deactivate")
    assert "no active access policy" in call(function)["warnings"][0]
    assert call(function, client_ids=[CLIENT])["operations"] == MADE[1:]


def test_whoever_manages_policies_alone_is_told(call: Call, org: Org) -> None:
    with pytest.raises(InputError, match=f"lets {CLIENT} in by authorization_code.*no matching policy"):
        call(function, client_ids=[CLIENT], manage_policy=False)
    assert org.writes() == []
    org.add_policy("theirs", [CLIENT])
    answer = call(function, client_ids=[CLIENT], manage_policy=False)
    assert answer["operations"] == ["createOAuth2Claim"]
    with pytest.raises(InputError, match="rule: goes with manage_policy=true"):
        call(function, client_ids=[CLIENT], manage_policy=False, rule={"priority": 1})


def sign_in(org: Org, client_id: str, session: str) -> dict[str, list[str]]:
    """What the authorize endpoint answers to a signed-in person."""
    answer = org.http.get(
        "/oauth2/default/v1/authorize",
        params={
            "client_id": client_id,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": REDIRECT,
            "state": "s",
            "nonce": "n",
            "prompt": "none",
            "sessionToken": session,
        },
        allow_redirects=False,
    )
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def id_token(org: Org, app: dict[str, Any], code: str) -> dict[str, Any]:
    """The claims of the ID token that a code is traded for."""
    credentials = app["credentials"]["oauthClient"]
    answer = requests.post(
        f"{org.http.url}/oauth2/default/v1/token",
        data={"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT},
        auth=(credentials["client_id"], credentials["client_secret"]),
        timeout=30,
    )
    token = answer.json()["id_token"].split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))))


@pytest.mark.parametrize("form", ["nested", "flat"])
def test_okta_itself_says_no_before_and_yes_after(call: Call, org: Org, form: str) -> None:
    """The witness is a sign-in: with the trap it ends in Okta's error, with the module's policy in a code, and in an ID
    token that carries the tags as STS reads them."""
    profile = {"login": "ann@example.com", "email": "ann@example.com", "firstName": "Ann", "lastName": "Example"}
    given: dict[str, Any] = {"claim_form": form, "principal_tags": {"Email": "user.email", "city": "user.city"}}
    body = {"profile": profile, "credentials": {"password": {"value": "Canary-horse-battery-7"}}}
    user = org.http.post("/api/v1/users?activate=true", json=body).json()
    app = org.http.post("/api/v1/apps", json=app_body()).json()
    org.http.post(f"/api/v1/apps/{app['id']}/users", json={"id": user["id"], "scope": "USER"})
    client_id = app["credentials"]["oauthClient"]["client_id"]

    def token() -> str:
        answer = org.http.post(
            "/api/v1/authn", json={"username": profile["login"], "password": "Canary-horse-battery-7"}
        )
        return str(answer.json()["sessionToken"])

    refused = sign_in(org, client_id, token())
    assert refused["error"] == ["access_denied"] and "olicy" in refused["error_description"][0]
    call(function, client_ids=[client_id], **given)
    claims = id_token(org, app, sign_in(org, client_id, token())["code"][0])
    if form == "nested":
        assert claims[CLAIM] == {"principal_tags": {"Email": ["ann@example.com"], "city": [""]}}
    else:
        assert claims[f"{FLAT}Email"] == "ann@example.com" and CLAIM not in claims
    call(function, client_ids=[client_id], state="absent")
    assert sign_in(org, client_id, token())["error"] == ["access_denied"]


def test_a_policy_for_nobody_is_not_made(call: Call, org: Org) -> None:
    """A policy that names no client could mean any; an empty list is what a play without apps has."""
    answer = call(function, client_ids=[], policy={"name": NAME}, rule={"name": NAME})
    assert answer["operations"] == ["createOAuth2Claim"] and org.get("policies") == []
    with pytest.raises(InputError, match="policy: needs client_ids"):
        call(function, policy={"name": NAME})
    assert call(function, client_ids=[], state="absent")["operations"] == ["deleteOAuth2Claim"]


# -- whom a policy names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [["ALL_CLIENTS"], [CLIENT], [OTHER, CLIENT]])
def test_a_client_that_is_let_in_already_needs_nothing(call: Call, org: Org, named: list[str]) -> None:
    theirs = org.add_policy("theirs", named)
    answer = call(function, client_ids=[CLIENT])
    assert answer["operations"] == ["createOAuth2Claim"]
    assert org.get("policies") == [theirs]
    assert answer["policy_id"] == theirs["id"]


def test_a_rule_of_another_flow_does_not_count(call: Call, org: Org) -> None:
    theirs = org.add_policy("theirs", ["ALL_CLIENTS"], rule=False)
    org.add_rule(theirs["id"], grantTypes={"include": ["client_credentials"]})
    assert call(function, client_ids=[CLIENT])["operations"] == MADE
    policies = {policy["name"]: policy for policy in org.get("policies")}
    assert policies["theirs"] == theirs
    assert policies[NAME]["priority"] == 2  # last: nobody's order changes


def test_clients_are_added_and_those_of_others_stay(call: Call, org: Org) -> None:
    call(function, client_ids=[CLIENT])
    answer = call(function, client_ids=[OTHER])
    assert answer["operations"] == [f"replace{POLICY}"]
    [policy] = org.get("policies")
    assert clients(policy) == [CLIENT, OTHER]
    assert answer["diff"]["after"]["policy"]["client_ids"] == [CLIENT, OTHER]
    assert call(function, client_ids=[OTHER, CLIENT])["changed"] is False


def test_clients_are_taken_out(call: Call, org: Org) -> None:
    call(function, client_ids=[CLIENT, OTHER, THIRD])
    answer = call(function, client_ids=[CLIENT], client_ids_absent=[OTHER])
    assert answer["operations"] == [f"replace{POLICY}"]
    assert clients(org.get("policies")[0]) == [CLIENT, THIRD]
    assert call(function, client_ids=[CLIENT], client_ids_absent=[OTHER])["changed"] is False
    assert call(function, client_ids_absent=[CLIENT, THIRD])["operations"] == [f"delete{POLICY}"]
    assert len(org.tags_claims()) == 1


def test_one_in_and_another_out_at_once(call: Call, org: Org) -> None:
    call(function, client_ids=[OTHER])
    assert call(function, client_ids=[CLIENT], client_ids_absent=[OTHER])["operations"] == [f"replace{POLICY}"]
    assert clients(org.get("policies")[0]) == [CLIENT]


def test_a_policy_made_by_hand_is_adopted_by_its_name(call: Call, org: Org) -> None:
    theirs = org.add_policy("By hand", [OTHER], priority=1)
    answer = call(function, client_ids=[CLIENT], policy={"name": "By hand"})
    assert answer["operations"] == ["createOAuth2Claim", f"replace{POLICY}"]
    [policy] = org.get("policies")
    assert policy["id"] == theirs["id"] == answer["policy_id"]
    assert clients(policy) == [OTHER, CLIENT]
    assert policy["description"] == "theirs"
    assert len(org.rules(policy["id"])) == 1  # theirs lets people in; no second one is made


def test_what_a_policy_is_like(call: Call, org: Org) -> None:
    call(function, client_ids=[CLIENT])
    answer = call(function, client_ids=[CLIENT], policy={"name": NAME, "description": "new", "priority": 3})
    assert answer["operations"] == [f"replace{POLICY}"]
    [policy] = org.get("policies")
    assert (policy["description"], policy["priority"]) == ("new", 3)
    assert call(function, client_ids=[CLIENT], policy={"priority": 3})["changed"] is False


def test_an_inactive_policy_of_ours_is_activated(call: Call, org: Org) -> None:
    made = call(function, client_ids=[CLIENT])
    path = f"/api/v1/authorizationServers/default/policies/{made['policy_id']}"
    rule = org.rules(made["policy_id"])[0]["id"]
    org.http.post(f"{path}/lifecycle/deactivate")
    assert call(function, client_ids=[CLIENT])["operations"] == [f"activate{POLICY}"]
    org.http.post(f"{path}/rules/{rule}/lifecycle/deactivate")
    assert call(function, client_ids=[CLIENT])["operations"] == [f"activate{RULE}"]
    assert org.rules(made["policy_id"])[0]["status"] == "ACTIVE"
    assert call(function, client_ids=[CLIENT])["changed"] is False


# -- the rule --------------------------------------------------------------------------------------------------------


def test_a_rule_in_full(call: Call, org: Org, group: str) -> None:
    rule = {
        "name": "Sign-in",
        "groups": ["Knowledge"],
        "scopes": ["openid", "email"],
        "grant_types": ["authorization_code", "interaction_code"],
        "access_token_lifetime_minutes": 30,
        "refresh_token_lifetime_minutes": 600,
        "refresh_token_window_minutes": 60,
    }
    answer = call(function, client_ids=[CLIENT], rule=rule)
    assert answer["operations"] == MADE
    [made] = org.rules(answer["policy_id"])
    assert made["conditions"]["people"]["groups"]["include"] == [group]
    assert made["conditions"]["scopes"]["include"] == ["openid", "email"]
    assert made["conditions"]["grantTypes"]["include"] == ["authorization_code", "interaction_code"]
    assert made["actions"]["token"] == {
        "accessTokenLifetimeMinutes": 30,
        "refreshTokenLifetimeMinutes": 600,
        "refreshTokenWindowMinutes": 60,
    }
    assert call(function, client_ids=[CLIENT], rule=rule)["changed"] is False
    turned = {**rule, "scopes": ["email", "openid"]}  # the order says nothing
    assert call(function, client_ids=[CLIENT], rule=turned)["changed"] is False


def test_only_what_is_named_of_a_rule_changes(call: Call, org: Org, group: str) -> None:
    made = call(function, client_ids=[CLIENT], rule={"groups": ["Knowledge"], "access_token_lifetime_minutes": 30})
    answer = call(function, client_ids=[CLIENT], rule={"refresh_token_window_minutes": 20})
    assert answer["operations"] == [f"replace{RULE}"]
    [rule] = org.rules(made["policy_id"])
    assert rule["conditions"]["people"]["groups"]["include"] == [group]
    token = rule["actions"]["token"]
    assert (token["accessTokenLifetimeMinutes"], token["refreshTokenWindowMinutes"]) == (30, 20)
    assert call(function, client_ids=[CLIENT], rule={"groups": ["everyone"]})["operations"] == [f"replace{RULE}"]
    [rule] = org.rules(made["policy_id"])
    assert rule["conditions"]["people"]["groups"]["include"] == ["EVERYONE"]


def test_what_others_put_on_a_rule_stays(call: Call, org: Org, group: str) -> None:
    policy = org.add_policy(NAME, [CLIENT], rule=False)
    people = {"groups": {"include": ["EVERYONE"], "exclude": [group]}, "users": {"exclude": ["00uhand"]}}
    theirs = org.add_rule(policy["id"], name=NAME, people=people, grantTypes={"include": ["implicit"]})
    call(function, client_ids=[CLIENT])
    [rule] = org.rules(policy["id"])
    assert rule["id"] == theirs["id"]
    assert rule["conditions"]["grantTypes"]["include"] == ["implicit", "authorization_code"]
    assert rule["conditions"]["people"]["groups"]["exclude"] == [group]
    assert rule["conditions"]["people"]["users"]["exclude"] == ["00uhand"]


def test_another_rule_is_made_beside_those_of_others(call: Call, org: Org) -> None:
    policy = org.add_policy("By hand", [CLIENT])
    options: dict[str, Any] = {"client_ids": [CLIENT], "policy": {"name": "By hand"}, "rule": {"name": "Ours"}}
    assert call(function, **options)["operations"][-1] == f"create{RULE}"
    assert [(rule["name"], rule["priority"]) for rule in org.rules(policy["id"])] == [("theirs", 1), ("Ours", 2)]
    assert call(function, **options)["changed"] is False


def test_groups_that_are_not_there(call: Call, org: Org) -> None:
    with pytest.raises(NotFoundError, match=r"rule\.groups: there is no group named 'Nobody', 'None'"):
        call(function, client_ids=[CLIENT], rule={"groups": ["EVERYONE", "Nobody", "None"]})
    assert org.writes() == []


def test_a_planned_group_is_planned_with(call: Call, org: Org) -> None:
    planned = call(function, check_mode=True, client_ids=[CLIENT], rule={"groups": ["00gplanned0123456789"]})
    assert planned["authorization_server"]["policy"]["rules"][0]["groups"] == ["00gplanned0123456789"]
    assert org.writes() == []

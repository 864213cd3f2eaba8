# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that read an Okta org; the witness is plain HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import client_secret_info
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import okta_id
from ansible_collections.qbusiness.federation.plugins.modules import (
    okta_app,
    okta_app_info,
    okta_authorization_server,
    okta_authorization_server_info,
    okta_client_secret,
    okta_client_secret_info,
    okta_group_info,
)
from conftest import Call, OktaHttp, Play
from info_world import undocumented
from okta_servers import AWS_WRITES, CLIENT, OTHER, Org
from okta_world import GIVEN, LABEL, METADATA, OIDC, reads, secrets_of
from qbusiness_sandbox.cloud import Cloud, Fault
from secret_world import NAME, World

USERS = [f"person{number:02}@example.com" for number in range(7)]
GROUP = 'Knowledge "workers"'


@pytest.fixture
def people(cloud: Cloud) -> dict[str, str]:
    """Users and groups by what names them; the first six people are in the first group."""
    made = cloud.seed(
        {
            "okta": {
                "users": [{"login": login} for login in USERS],
                "groups": [{"name": GROUP, "members": USERS[:6]}, {"name": f"{GROUP} too"}],
            }
        }
    )["okta"]
    cloud.log.clear()
    return {**made["users"], **made["groups"]}


# -- apps --------------------------------------------------------------------------------------------------------------


def apps(call: Call, **options: Any) -> list[dict[str, Any]]:
    answer = call(okta_app_info.function, **options)
    assert answer["changed"] is False
    assert undocumented(okta_app_info.function, "apps", answer["apps"]) == set()
    return list(answer["apps"])


@pytest.mark.parametrize("given", [GIVEN, OIDC], ids=["saml", "oidc"])
def test_an_app_with_the_keys_of_the_writing_module(call: Call, cloud: Cloud, given: dict[str, Any]) -> None:
    made = call(okta_app.function, **given)
    cloud.log.clear()
    [found] = apps(call, app_id=made["app_id"])
    assert reads(cloud) == ["GET /api/v1/apps/{appId}"]
    assert {key: found[key] for key in made["app"]} == made["app"]
    tops = {"app_id", "app_name", "client_id", "redirect_uris", "post_logout_redirect_uris", "signing_key_id"}
    tops |= {"acs_endpoints"}
    assert {key: found[key] for key in tops & set(made)} == {key: made[key] for key in tops & set(made)}


def test_apps_by_exact_label_over_all_pages(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    wanted = [call(okta_app.function, **{**GIVEN, "label": label})["app_id"] for label in ("One", "Ones", "one more")]
    cloud.settings.page_size = 1
    assert [app["app_id"] for app in apps(call, label="One")] == [wanted[0]]
    assert apps(call, label="On") == []
    found = {app["app_id"] for app in apps(call)}
    cloud.settings.page_size = 0
    listed = okta_http.get("/api/v1/apps", params={"limit": 200}).json()
    assert found == {app["id"] for app in listed if app["signOnMode"] in ("SAML_2_0", "OPENID_CONNECT")}
    assert found >= set(wanted)


def test_apps_by_protocol_and_status(call: Call, okta_http: OktaHttp) -> None:
    saml = call(okta_app.function, **GIVEN)["app_id"]
    oidc = call(okta_app.function, **{**OIDC, "label": "Other"})["app_id"]
    okta_http.post(f"/api/v1/apps/{saml}/lifecycle/deactivate")
    assert saml not in {app["app_id"] for app in apps(call, sign_on_mode="OPENID_CONNECT")}
    assert oidc in {app["app_id"] for app in apps(call, sign_on_mode="OPENID_CONNECT")}
    assert [app["app_id"] for app in apps(call, sign_on_mode="SAML_2_0", label=LABEL)] == [saml]
    assert [app["app_id"] for app in apps(call, status="INACTIVE")] == [saml]
    assert apps(call, app_id=oidc, sign_on_mode="SAML_2_0") == []


def test_who_has_an_app(call: Call, okta_http: OktaHttp, cloud: Cloud, people: dict[str, str]) -> None:
    made = call(okta_app.function, **GIVEN, groups=[GROUP], users=USERS[:2])
    cloud.settings.page_size = 1
    [found] = apps(call, app_id=made["app_id"], include_assignments=True)
    # The others of the group have it through the group.
    assert (found["groups"], found["users"]) == ([GROUP], USERS[:2])
    listed = okta_http.get(f"/api/v1/apps/{made['app_id']}/groups").json()
    assert [item["id"] for item in listed] == [people[GROUP]]


def test_metadata_of_a_saml_app(call: Call, okta_http: OktaHttp, cloud: Cloud) -> None:
    made = call(okta_app.function, **GIVEN)
    oidc = call(okta_app.function, **{**OIDC, "label": "Other"})["app_id"]
    cloud.log.clear()
    [found] = apps(call, app_id=made["app_id"], include_metadata=True)
    assert METADATA in reads(cloud)
    for name in ("metadata", "entity_id", "sso_url", "certificates"):
        assert found[name] == made[name]
    assert "metadata" not in apps(call, app_id=made["app_id"])[0]
    assert "metadata" not in apps(call, app_id=oidc, include_metadata=True)[0]
    okta_http.post(f"/api/v1/apps/{made['app_id']}/lifecycle/deactivate")
    cloud.faults.add(Fault("error", service="okta", operation=METADATA, status=403, code="E0000006"))
    answer = call(okta_app_info.function, app_id=made["app_id"], include_metadata=True)
    assert "metadata" not in answer["apps"][0] and "inactive" in answer["warnings"][0]


def test_federated_claims(call: Call, okta_http: OktaHttp) -> None:
    claims = [{"name": "family", "expression": "user.profile.lastName"}]
    made = call(okta_app.function, **OIDC, federated_claims=claims)
    assert apps(call, app_id=made["app_id"], include_federated_claims=True)[0]["federated_claims"] == claims


def test_no_app_is_no_error(call: Call) -> None:
    assert apps(call, app_id="0oanobody00000000001") == []
    assert apps(call, label="nobody") == []
    assert call(okta_app_info.function, True, app_id=okta_id("0oa", "x"))["apps"] == []


def test_a_refusal_is_an_error(call: Call, cloud: Cloud) -> None:
    cloud.faults.add(Fault("error", service="okta", count=-1, status=403, code="E0000006"))
    for module in (okta_app_info, okta_group_info, okta_authorization_server_info):
        with pytest.raises(ServiceError) as caught:
            call(module.function)
        assert caught.value.code == "E0000006"


# -- groups ------------------------------------------------------------------------------------------------------------


def test_members_of_a_group_by_name_over_pages(
    call: Call, cloud: Cloud, okta_http: OktaHttp, people: dict[str, str]
) -> None:
    cloud.settings.page_size = 2
    answer = call(okta_group_info.function, name=GROUP, include_members=True)
    [group] = answer["groups"]
    assert undocumented(okta_group_info.function, "groups", [group]) == set()
    assert (answer["changed"], group["id"], group["name"]) == (False, people[GROUP], GROUP)
    assert [member["login"] for member in group["members"]] == USERS[:6]
    assert [member["id"] for member in group["members"]] == [people[login] for login in USERS[:6]]
    assert reads(cloud).count("GET /api/v1/groups/{groupId}/users") == 3
    user = okta_http.get(f"/api/v1/users/{people[USERS[0]]}").json()
    first = group["members"][0]
    names = ("firstName", "lastName", "email")
    assert [first["first_name"], first["last_name"], first["email"]] == [user["profile"][name] for name in names]
    assert first["status"] == user["status"]


def test_groups_without_members_unless_asked_for(call: Call, cloud: Cloud, people: dict[str, str]) -> None:
    cloud.log.clear()
    [group] = call(okta_group_info.function, group_id=people[GROUP])["groups"]
    assert "members" not in group
    assert reads(cloud) == ["GET /api/v1/groups/{groupId}"]
    [group] = call(okta_group_info.function, name=f"{GROUP} too", include_members=True)["groups"]
    assert group["members"] == []


def test_all_groups(call: Call, okta_http: OktaHttp, people: dict[str, str]) -> None:
    found = call(okta_group_info.function)["groups"]
    assert {group["id"] for group in found} == {group["id"] for group in okta_http.get("/api/v1/groups").json()}
    assert {GROUP, f"{GROUP} too", "Everyone"} <= {group["name"] for group in found}


def test_a_group_that_the_search_does_not_know_yet(call: Call, cloud: Cloud, people: dict[str, str]) -> None:
    body = {"body": "[]", "content_type": "application/json"}
    cloud.faults.add(Fault("answer", service="okta", operation="GET /api/v1/groups", status=200, options=body))
    assert [group["id"] for group in call(okta_group_info.function, name=GROUP)["groups"]] == [people[GROUP]]


def test_no_group_is_no_error(call: Call, people: dict[str, str]) -> None:
    for options in ({"name": "nobody"}, {"group_id": "00gnobody00000000001"}, {"name": "x", "group_id": people[GROUP]}):
        assert call(okta_group_info.function, **options)["groups"] == []


# -- authorization servers ---------------------------------------------------------------------------------------------


def test_a_server_with_what_others_put_on_it(call: Call, okta_http: OktaHttp, cloud: Cloud) -> None:
    made = call(okta_authorization_server.function, client_ids=[CLIENT])
    org = Org(okta_http, cloud)
    org.add_policy("Theirs", [OTHER])
    cloud.log.clear()
    answer = call(okta_authorization_server_info.function, server="default")
    [found] = answer["authorization_servers"]
    assert answer["changed"] is False and org.writes() == []
    assert undocumented(okta_authorization_server_info.function, "authorization_servers", [found]) == set()
    same = set(made["authorization_server"]) - {"policy", "scopes", "last_updated"}
    assert {key: found[key] for key in same} == {key: made["authorization_server"][key] for key in same}
    assert (found["server_id"], found["issuer"]) == (made["server_id"], made["issuer"])
    assert [claim["value"] for claim in found["claims"]] == [AWS_WRITES]
    by_name = {policy["name"]: policy for policy in found["policies"]}
    assert set(by_name) == {policy["name"] for policy in org.get("policies")} >= {"Amazon Q Business", "Theirs"}
    assert by_name["Amazon Q Business"] == made["authorization_server"]["policy"]
    assert by_name["Theirs"]["client_ids"] == [OTHER]
    assert [rule["name"] for rule in by_name["Theirs"]["rules"]] == ["theirs"]
    assert {scope["name"] for scope in found["scopes"]} == {scope["name"] for scope in org.get("scopes")}


def test_servers_by_name_and_all(call: Call, okta_http: OktaHttp) -> None:
    names = ("One", "One more")
    for name in names:
        call(okta_authorization_server.function, server=name, audiences=["api://one"], client_ids=[CLIENT])
    listed = {server["name"]: server["id"] for server in okta_http.get("/api/v1/authorizationServers").json()}
    read = okta_authorization_server_info.function
    assert [server["id"] for server in call(read, server="One")["authorization_servers"]] == [listed["One"]]
    by_id = call(read, server=listed["One more"])["authorization_servers"]
    assert [server["name"] for server in by_id] == ["One more"]
    assert {server["id"] for server in call(read)["authorization_servers"]} == set(listed.values())
    assert call(read, server="nobody")["authorization_servers"] == []


def test_an_org_without_the_licence_has_no_servers(call: Call, cloud: Cloud) -> None:
    cloud.faults.add(Fault("error", service="okta", count=-1, status=401, code="E0000015"))
    answer = call(okta_authorization_server_info.function)
    assert answer["authorization_servers"] == []
    assert "API Access" in answer["warnings"][0]


# -- client secrets ----------------------------------------------------------------------------------------------------


@pytest.fixture
def world(okta_http: OktaHttp, aws: Callable[[str], Any], cloud: Cloud) -> World:
    return World(okta_http, aws, cloud)


def test_client_secrets_without_any_value(call: Call, cloud: Cloud, okta_http: OktaHttp, world: World) -> None:
    made = call(okta_client_secret.function, app_id=world.app_id, secret_name=NAME, tags={"team": "a"})
    second = world.add()
    world.turn(second["id"])
    cloud.log.clear()
    answer = call(okta_client_secret_info.function, app_id=world.app_id, secret_name=NAME)
    assert answer["changed"] is False
    listed = {item[0]: item[1] for item in secrets_of(okta_http, world.app_id)}
    assert {item["id"]: item["status"] for item in answer["client_secrets"]} == listed
    assert sorted(listed.values()) == ["ACTIVE", "INACTIVE"]
    [stored] = answer["secrets"]
    for key in ("client_secrets", "secrets"):
        assert undocumented(okta_client_secret_info.function, key, answer[key]) == set()
    same = ("arn", "name", "description", "kms_key_id", "tags", "deletion_date")
    assert {key: stored[key] for key in same} == {key: made["secret"][key] for key in same}
    assert stored["created_date"] == world.described()["CreatedDate"].isoformat()
    assert stored["rotation_pending"] is False
    text = json.dumps(answer)
    assert world.values() and not [value for value in world.values() if value in text]


def test_no_value_is_asked_of_secrets_manager(call: Call, cloud: Cloud, world: World) -> None:
    call(okta_client_secret.function, app_id=world.app_id, secret_name=NAME)
    cloud.log.clear()
    call(okta_client_secret_info.function, app_id=world.app_id, secret_name=NAME)
    assert reads(cloud) == ["GET /api/v1/apps/{appId}/credentials/secrets", "DescribeSecret"]
    cloud.log.clear()
    call(okta_client_secret_info.function, app_id=world.app_id)
    assert reads(cloud) == ["GET /api/v1/apps/{appId}/credentials/secrets"]


def test_values_are_known_as_secrets(world: World, connection: dict[str, Any]) -> None:
    context = Context({**connection, "app_id": world.app_id}, False, Aws({}))
    client_secret_info.client_secrets(context)
    assert {item["client_secret"] for item in world.listed()} <= context.secrets


def test_a_rotation_that_began(call: Call, world: World) -> None:
    call(okta_client_secret.function, app_id=world.app_id, secret_name=NAME)
    value = json.dumps({"client_secret": "x" * 40})
    world.manager.put_secret_value(SecretId=NAME, SecretString=value, VersionStages=["AWSPENDING"])
    [stored] = call(okta_client_secret_info.function, app_id=world.app_id, secret_name=NAME)["secrets"]
    assert stored["rotation_pending"] is True


def test_no_client_secret_is_no_error(call: Call, world: World) -> None:
    answer = call(okta_client_secret_info.function, app_id="0oanobody00000000001", secret_name="nobody")
    assert (answer["client_secrets"], answer["secrets"]) == ([], [])


def test_through_real_ansible(world: World, people: dict[str, str], call: Call, play: Play) -> None:
    call(okta_client_secret.function, app_id=world.app_id, secret_name=NAME)
    played = play(
        [
            {"qbusiness.federation.okta_app_info": {"app_id": world.app_id}},
            {"qbusiness.federation.okta_group_info": {"name": GROUP, "include_members": True}},
            {"qbusiness.federation.okta_authorization_server_info": {"server": "default"}},
            {"qbusiness.federation.okta_client_secret_info": {"app_id": world.app_id, "secret_name": NAME}},
        ],
        "--check",
        "-vvv",
    )
    shown, groups, servers, secrets = played.results
    assert shown["apps"][0]["client_id"] == world.app["credentials"]["oauthClient"]["client_id"]
    assert len(groups["groups"][0]["members"]) == 6
    assert servers["authorization_servers"][0]["name"] == "default"
    assert secrets["secrets"][0]["name"] == NAME
    assert not [value for value in world.values() if value in played.text]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has an app, by which policy, and with which key it signs. The witness is plain HTTP, never the module."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    InputError,
    NotFoundError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.keys import YEARS
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp
from okta_world import APPS, GIVEN, METADATA, ONE, reads, writes
from qbusiness_sandbox.cloud import Cloud, Fault

USERS = ("ann@example.com", "bob@example.com", "eve@example.com")


@pytest.fixture
def ids(cloud: Cloud) -> dict[str, str]:
    """Groups ``sales``, ``legal``, ``sales 2`` and three users; ann is in sales."""
    made = cloud.seed(
        {
            "okta": {
                "users": [{"login": login} for login in USERS],
                "groups": [
                    {"name": "sales", "members": [USERS[0]]},
                    {"name": "legal"},
                    {"name": "sales 2"},
                    {"name": 'quo"te\\'},
                ],
            }
        }
    )["okta"]
    return {**made["users"], **made["groups"]}


@pytest.fixture
def made(ids: dict[str, str], saml_app: dict[str, Any]) -> dict[str, Any]:
    """An app that the module made, where these groups and users are."""
    assert ids
    return saml_app


def groups_of(http: OktaHttp, app: dict[str, Any]) -> set[str]:
    return {item["id"] for item in http.get(f"{APPS}/{app['app_id']}/groups").json()}


def users_of(http: OktaHttp, app: dict[str, Any]) -> dict[str, str]:
    """id → scope."""
    return {item["id"]: item["scope"] for item in http.get(f"{APPS}/{app['app_id']}/users").json()}


# -- groups -----------------------------------------------------------------------------------------------------------


def test_groups_are_added_and_purged(
    call: Call, cloud: Cloud, okta_http: OktaHttp, made: dict[str, Any], ids: dict[str, str]
) -> None:
    answer = call(function, **GIVEN, groups=["sales", 'quo"te\\'])
    assert answer["operations"] == ["assignGroupToApplication"] * 2
    assert answer["assignments"] == {"groups": ['quo"te\\', "sales"]}
    assert answer["diff"]["before"]["groups"] == [] and answer["diff"]["after"]["groups"] == ['quo"te\\', "sales"]
    assert groups_of(okta_http, made) == {ids["sales"], ids['quo"te\\']}
    # additive
    assert call(function, **GIVEN, groups=["legal"])["changed"] is True
    assert groups_of(okta_http, made) == {ids["sales"], ids['quo"te\\'], ids["legal"]}
    assert call(function, **GIVEN, groups=[])["changed"] is False
    # a plan, then the purge itself
    planned = call(function, True, **GIVEN, groups=["legal", "sales 2"], purge_groups=True)
    assert len(groups_of(okta_http, made)) == 3
    answer = call(function, **GIVEN, groups=["legal", "sales 2"], purge_groups=True)
    assert answer["operations"] == planned["operations"]
    assert groups_of(okta_http, made) == {ids["legal"], ids["sales 2"]}
    cloud.log.clear()
    assert call(function, app_id=made["app_id"], groups=["legal", "sales 2"], purge_groups=True)["changed"] is False
    assert reads(cloud) == [f"GET {ONE}", f"GET {ONE}/groups", METADATA]
    # not named is not managed
    assert call(function, **GIVEN, purge_groups=True)["changed"] is False


def test_priorities_of_others_stay(call: Call, okta_http: OktaHttp, made: dict[str, Any], ids: dict[str, str]) -> None:
    where = f"{APPS}/{made['app_id']}/groups"
    assert okta_http.put(f"{where}/{ids['legal']}", json={"priority": 7, "profile": {"a": "b"}}).ok
    call(function, **GIVEN, groups=["legal", "sales"])
    assigned = okta_http.get(f"{where}/{ids['legal']}").json()
    assert (assigned["priority"], assigned["profile"]) == (7, {"a": "b"})


def test_all_unknown_groups_are_named(call: Call, cloud: Cloud, made: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError) as caught:
        call(function, app_id=made["app_id"], groups=["sales", "Sales", "nobody"], audience="urn:n")
    assert "'Sales'" in caught.value.message and "'nobody'" in caught.value.message
    assert writes(cloud) == []


def test_a_name_of_several_groups(call: Call, cloud: Cloud, made: dict[str, Any], ids: dict[str, str]) -> None:
    other = cloud.seed({"okta": {"groups": [{"name": "sales", "type": "APP_GROUP"}]}})["okta"]["groups"]["sales"]
    with pytest.raises(AmbiguousError) as caught:
        call(function, app_id=made["app_id"], groups=["sales"])
    assert ids["sales"] in caught.value.message and f"{other} (APP_GROUP)" in caught.value.message


def test_assignments_over_all_pages(call: Call, cloud: Cloud, okta_http: OktaHttp, made: dict[str, Any]) -> None:
    names = ["sales", "legal", "sales 2"]
    call(function, **GIVEN, groups=names, users=list(USERS))
    cloud.settings.page_size = 1
    answer = call(function, **GIVEN, groups=names, users=list(USERS), purge_groups=True, purge_users=True)
    assert answer["changed"] is False
    assert answer["assignments"] == {"groups": sorted(names), "users": sorted(USERS)}


# -- users ------------------------------------------------------------------------------------------------------------


def test_users_are_added_and_purged(call: Call, okta_http: OktaHttp, made: dict[str, Any], ids: dict[str, str]) -> None:
    ann, bob, eve = (ids[login] for login in USERS)
    answer = call(function, **GIVEN, users=[USERS[0], USERS[1]])
    assert answer["operations"] == ["assignUserToApplication"] * 2
    assert users_of(okta_http, made) == {ann: "USER", bob: "USER"}
    assert call(function, **GIVEN, users=[USERS[1].upper()])["changed"] is False
    assert call(function, **GIVEN, users=[USERS[2]])["operations"] == ["assignUserToApplication"]
    call(function, **GIVEN, groups=["sales"], users=[USERS[1]], purge_users=True)
    # ann lost the app herself and has it through her group, which is not the module's to take away
    assert users_of(okta_http, made) == {ann: "GROUP", bob: "USER"}
    assert call(function, **GIVEN, users=[USERS[1]], purge_users=True)["changed"] is False
    assert eve not in users_of(okta_http, made)


def test_who_has_it_through_a_group_gets_it_herself(
    call: Call, okta_http: OktaHttp, made: dict[str, Any], ids: dict[str, str]
) -> None:
    call(function, **GIVEN, groups=["sales"])
    assert call(function, **GIVEN, users=[USERS[0]])["operations"] == ["assignUserToApplication"]
    assert users_of(okta_http, made) == {ids[USERS[0]]: "USER"}


def test_a_login_is_a_login(call: Call, cloud: Cloud, made: dict[str, Any], ids: dict[str, str]) -> None:
    """Okta's path also takes ids, short names and ``me``."""
    with pytest.raises(NotFoundError) as caught:
        call(function, app_id=made["app_id"], users=["me", "ann", ids[USERS[0]], "x@example.com"])
    assert caught.value.message.count("'") == 8
    assert writes(cloud) == []


def test_broker_mode_takes_no_assignments(call: Call, cloud: Cloud, okta_http: OktaHttp, made: dict[str, Any]) -> None:
    body = okta_http.get(f"{APPS}/{made['app_id']}").json()
    body["settings"]["implicitAssignment"] = True
    assert okta_http.put(f"{APPS}/{made['app_id']}", json=body).ok
    cloud.log.clear()
    with pytest.raises(InputError, match="broker") as caught:
        call(function, app_id=made["app_id"], groups=["sales"], users=[USERS[0]])
    assert len(caught.value.faults) == 2 and writes(cloud) == []
    # and it stays on when something else changes
    assert call(function, app_id=made["app_id"], audience="urn:n")["changed"] is True
    assert okta_http.get(f"{APPS}/{made['app_id']}").json()["settings"]["implicitAssignment"] is True


# -- the sign-in policy -----------------------------------------------------------------------------------------------


def policy_of(http: OktaHttp, app: dict[str, Any]) -> str:
    href = http.get(f"{APPS}/{app['app_id']}").json()["_links"]["accessPolicy"]["href"]
    name: str = http.get(f"/api/v1/policies/{href.rpartition('/')[2]}").json()["name"]
    return name


def test_a_policy_by_name(call: Call, cloud: Cloud, okta_http: OktaHttp, made: dict[str, Any]) -> None:
    before = policy_of(okta_http, made)
    planned = call(function, True, **GIVEN, access_policy="Password only")
    assert policy_of(okta_http, made) == before != "Password only"
    answer = call(function, **GIVEN, access_policy="Password only")
    assert answer["operations"] == planned["operations"] == ["assignApplicationPolicy"]
    assert answer["diff"]["after"]["access_policy_id"] == planned["diff"]["after"]["access_policy_id"]
    assert policy_of(okta_http, made) == "Password only"
    assert call(function, **GIVEN, access_policy="Password only")["changed"] is False
    # not named is not touched, whatever else changes
    call(function, **{**GIVEN, "audience": "urn:n"})
    assert policy_of(okta_http, made) == "Password only"


def test_a_policy_that_cannot_be(call: Call, made: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError, match="'No such'"):
        call(function, app_id=made["app_id"], access_policy="No such")
    with pytest.raises(ServiceError, match="re-assignment of this policy is not allowed"):
        call(function, app_id=made["app_id"], access_policy="Okta Dashboard")


@pytest.mark.parametrize("exists", [True, False])
def test_a_classic_org_has_no_policies(exists: bool, call: Call, cloud: Cloud, made: dict[str, Any]) -> None:
    cloud.settings.options["okta_pipeline"] = "v1"
    with pytest.raises(InputError, match="Classic"):
        call(function, **{**GIVEN, "label": GIVEN["label"] if exists else "New"}, access_policy="Password only")
    assert writes(cloud) == [] and made["app_id"]


# -- the signing key --------------------------------------------------------------------------------------------------


def keys_of(http: OktaHttp, app: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {key["kid"]: key for key in http.get(f"{APPS}/{app['app_id']}/credentials/keys").json()}


def aged(http: OktaHttp, cloud: Cloud, app: dict[str, Any]) -> str:
    """Give the app a key that is good for 2 years of which nearly all are over; its id."""
    cloud.clock.offset = -timedelta(days=2 * 365 - 10).total_seconds()
    key = http.post(f"{APPS}/{app['app_id']}/credentials/keys/generate", params={"validityYears": YEARS.start}).json()
    cloud.clock.offset = 0
    body = http.get(f"{APPS}/{app['app_id']}").json()
    body["credentials"]["signing"]["kid"] = key["kid"]
    assert http.put(f"{APPS}/{app['app_id']}", json=body).ok
    cloud.log.clear()
    return str(key["kid"])


ROTATE = {"rotate_within_days": 30, "validity_years": 3}


def test_a_key_is_rotated_once(call: Call, cloud: Cloud, okta_http: OktaHttp, made: dict[str, Any]) -> None:
    assert call(function, **GIVEN, signing_key=ROTATE)["changed"] is False
    old = aged(okta_http, cloud, made)
    # the app's first key is younger than the one that is about to expire: it would be taken
    first = made["signing_key_id"]
    answer = call(function, **GIVEN, signing_key=ROTATE)
    assert (answer["operations"], answer["signing_key_id"]) == (["replaceApplication"], first)
    assert answer["certificates"] == made["certificates"] and old in keys_of(okta_http, made)


def test_a_new_key(call: Call, cloud: Cloud, okta_http: OktaHttp, ids: dict[str, str]) -> None:
    cloud.clock.offset = -timedelta(days=10 * 365 - 10).total_seconds()
    app = call(function, **GIVEN)
    cloud.clock.offset = 0
    cloud.log.clear()
    assert call(function, **GIVEN)["changed"] is False
    planned = call(function, True, **GIVEN, signing_key=ROTATE)
    assert writes(cloud) == [] and is_placeholder(planned["metadata"]) and planned["certificates"] == []
    assert (planned["entity_id"], planned["sso_url"]) == (app["entity_id"], app["sso_url"])
    answer = call(function, **GIVEN, signing_key=ROTATE)
    assert answer["operations"] == planned["operations"] == ["generateApplicationKey", "replaceApplication"]
    kid = okta_http.get(f"{APPS}/{app['app_id']}").json()["credentials"]["signing"]["kid"]
    assert kid == answer["signing_key_id"] != app["signing_key_id"]
    assert answer["certificates"] != app["certificates"] and answer["entity_id"] == app["entity_id"]
    expires = datetime.fromisoformat(keys_of(okta_http, app)[kid]["expiresAt"])
    assert timedelta(days=3 * 364) < expires - datetime.now(UTC) < timedelta(days=3 * 367)
    assert call(function, **GIVEN, signing_key=ROTATE)["changed"] is False
    assert len(keys_of(okta_http, app)) == 2


def test_a_rotation_that_was_cut_off_leaves_no_second_key(
    call: Call, cloud: Cloud, okta_http: OktaHttp, ids: dict[str, str]
) -> None:
    cloud.clock.offset = -timedelta(days=10 * 365 - 10).total_seconds()
    app = call(function, **GIVEN)
    cloud.clock.offset = 0
    cloud.faults.add(Fault("error", service="okta", operation=f"PUT {ONE}", status=400, code="E0000001"))
    with pytest.raises(ServiceError):
        call(function, **GIVEN, signing_key=ROTATE)
    assert call(function, **GIVEN, signing_key=ROTATE)["operations"] == ["replaceApplication"]
    assert len(keys_of(okta_http, app)) == 2

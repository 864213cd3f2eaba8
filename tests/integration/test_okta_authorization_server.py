# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_authorization_server`` on the embedded org: server, claims and scopes. The witness is plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import resource
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    InputError,
    InUseError,
    NotFoundError,
    ServiceError,
    WaitError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import creation
from ansible_collections.qbusiness.federation.plugins.modules.okta_authorization_server import function
from conftest import Call, OktaHttp, Play
from okta_servers import AWS_WRITES, CLAIM, CLIENT, FLAT, OTHER, SERVERS, Org
from qbusiness_sandbox.cloud import Cloud, Fault


@pytest.fixture
def org(okta_http: OktaHttp, cloud: Cloud) -> Org:
    return Org(okta_http, cloud)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(creation, "LOOKS", (0.0, 0.0))


# -- the claim -------------------------------------------------------------------------------------------------------


def test_the_claim_is_as_aws_writes_it(call: Call, org: Org) -> None:
    answer = call(function, client_ids=[CLIENT])
    assert answer["changed"] is True
    assert answer["operations"][0] == "createOAuth2Claim"
    [claim] = org.tags_claims()
    assert claim["name"] == CLAIM
    assert claim["value"] == AWS_WRITES
    assert (claim["claimType"], claim["valueType"], claim["status"]) == ("IDENTITY", "EXPRESSION", "ACTIVE")
    assert claim["alwaysIncludeInToken"] is True and claim["conditions"] == {"scopes": []}
    assert answer["claims"] == {CLAIM: AWS_WRITES}
    assert answer["server_id"] == "default"
    assert answer["issuer"] == f"{org.http.url}/oauth2/default"
    assert [item["id"] for item in answer["authorization_server"]["claims"]] == [claim["id"]]


def test_a_second_run_changes_nothing(call: Call, org: Org) -> None:
    call(function, client_ids=[CLIENT])
    org.cloud.log.clear()
    answer = call(function, client_ids=[CLIENT])
    assert answer["changed"] is False and answer["operations"] == []
    assert answer["diff"]["before"] == answer["diff"]["after"]
    assert org.writes() == []
    assert len(org.cloud.log.since()) == 4  # server, policies, the rules of ours, claims


@pytest.mark.parametrize(
    "written",
    [
        '{"principal_tags":{"Email":{user.email}}}',
        ' {\n  "principal_tags" : { "Email" : { user.email } }\n}',
        AWS_WRITES,
    ],
)
def test_white_space_is_no_difference(call: Call, org: Org, written: str) -> None:
    made = org.add_claim(CLAIM, written)
    answer = call(function)
    assert answer["changed"] is False
    assert org.tags_claims() == [made]


@pytest.mark.parametrize(
    "change",
    [
        {"value": '{"principal_tags": {"Email": {user.login} }}'},
        {"alwaysIncludeInToken": False},
        {"status": "INACTIVE"},
        {"conditions": {"scopes": ["profile"]}},
    ],
)
def test_a_claim_made_by_hand_is_adopted_and_put_right(call: Call, org: Org, change: dict[str, Any]) -> None:
    made = org.add_claim(CLAIM, change.pop("value", AWS_WRITES), **change)
    answer = call(function)
    assert answer["operations"] == ["replaceOAuth2Claim"]
    [claim] = org.tags_claims()
    assert claim["id"] == made["id"]
    assert claim["value"] == AWS_WRITES and claim["status"] == "ACTIVE"
    assert claim["alwaysIncludeInToken"] is True and claim["conditions"] == {"scopes": []}


def test_claims_of_others_stay(call: Call, org: Org) -> None:
    foreign = [
        org.add_claim("department", "user.department"),
        org.add_claim(CLAIM, "appuser.tags", claimType="RESOURCE"),
        org.add_claim("https://aws.amazon.com/tagsoup", "user.city"),
    ]
    call(function, client_ids=[CLIENT])
    call(function, claim_form="flat")
    call(function, client_ids=[CLIENT], state="absent")
    left = [claim for claim in org.get("claims") if not claim["system"]]
    assert left == foreign


def test_more_tags_never_become_null(call: Call, org: Org) -> None:
    tags = {
        "Email": "user.email",
        "country": "user.countryCode",
        "team": 'user.team != null ? user.team : "none"',
        "site": '"Berlin ? Mitte"',
    }
    call(function, principal_tags=tags)
    [claim] = org.tags_claims()
    assert claim["value"] == (
        '{"principal_tags": {"Email": {user.email}, '
        '"country": {user.countryCode != null ? user.countryCode : ""}, '
        '"team": {user.team != null ? user.team : "none"}, "site": {"Berlin ? Mitte"} }}'
    )
    assert call(function, principal_tags=tags)["changed"] is False


def test_the_flat_form_is_a_claim_for_each_tag(call: Call, org: Org) -> None:
    call(function)
    answer = call(function, claim_form="flat", principal_tags={"Email": "user.email", "city": "user.city"})
    assert sorted(answer["operations"]) == ["createOAuth2Claim", "createOAuth2Claim", "deleteOAuth2Claim"]
    values = {claim["name"]: claim["value"] for claim in org.tags_claims()}
    assert values == {f"{FLAT}Email": "user.email", f"{FLAT}city": 'user.city != null ? user.city : ""'}
    assert call(function, claim_form="flat")["operations"] == ["deleteOAuth2Claim"]  # city is not named any more
    answer = call(function)
    assert answer["operations"] == ["createOAuth2Claim", "deleteOAuth2Claim"]
    assert [claim["name"] for claim in org.tags_claims()] == [CLAIM]


def test_without_purge_other_tags_stay(call: Call, org: Org) -> None:
    org.add_claim(f"{FLAT}city", "user.city")
    assert call(function, purge_claims=False)["operations"] == ["createOAuth2Claim"]
    assert {claim["name"] for claim in org.tags_claims()} == {CLAIM, f"{FLAT}city"}


def test_without_tags_the_claims_are_left_alone(call: Call, org: Org) -> None:
    made = org.add_claim(CLAIM, "user.email")
    assert call(function, principal_tags={})["changed"] is False
    assert org.tags_claims() == [made]


def test_claims_that_exist_stay(call: Call, org: Org) -> None:
    """Flat ones too, whatever their expressions; without any, the nested one is made."""
    made = org.add_claim(f"{FLAT}Email", "user.login")
    assert call(function, initially=["principal_tags"])["changed"] is False
    assert org.tags_claims() == [made]
    org.http.delete(f"{SERVERS}/default/claims/{made['id']}")
    assert call(function, initially=["principal_tags"])["operations"] == ["createOAuth2Claim"]
    assert [claim["name"] for claim in org.tags_claims()] == [CLAIM]


# -- the server itself -----------------------------------------------------------------------------------------------


def test_a_server_is_made_by_its_name_and_found_by_it(call: Call, org: Org) -> None:
    answer = call(function, server="Assistant", description="For people", client_ids=[CLIENT])
    assert answer["operations"] == [
        "createAuthorizationServer",
        "createOAuth2Claim",
        "createAuthorizationServerPolicy",
        "createAuthorizationServerPolicyRule",
    ]
    [made] = [server for server in org.http.get(SERVERS).json() if server["name"] == "Assistant"]
    assert made["id"] == answer["server_id"] and made["issuer"] == answer["issuer"]
    assert (made["description"], made["audiences"], made["issuerMode"]) == (
        "For people",
        ["api://qbusiness"],
        "ORG_URL",
    )
    assert [claim["name"] for claim in org.tags_claims(made["id"])] == [CLAIM]
    assert org.tags_claims() == []
    for named in ("Assistant", made["id"]):
        again = call(function, server=named, client_ids=[CLIENT])
        assert again["changed"] is False and again["server_id"] == made["id"]
    assert len(org.http.get(SERVERS).json()) == 2


def test_only_what_is_named_changes(call: Call, org: Org) -> None:
    call(function, server="Assistant", audiences=["api://one"], description="For people")
    answer = call(function, server="Assistant", issuer_mode="DYNAMIC")
    assert answer["operations"] == ["replaceAuthorizationServer"]
    server = org.http.get(f"{SERVERS}/{answer['server_id']}").json()
    assert (server["description"], server["audiences"], server["issuerMode"]) == (
        "For people",
        ["api://one"],
        "DYNAMIC",
    )
    assert call(function, server="Assistant", description="")["operations"] == ["replaceAuthorizationServer"]
    assert not org.http.get(f"{SERVERS}/{answer['server_id']}").json()["description"]


def test_an_inactive_server_is_activated(call: Call, org: Org) -> None:
    org.http.post(f"{SERVERS}/default/lifecycle/deactivate")
    assert call(function)["operations"] == ["activateAuthorizationServer", "createOAuth2Claim"]
    assert org.get()["status"] == "ACTIVE"


def test_scopes_by_name(call: Call, org: Org) -> None:
    scopes = [{"name": "knowledge", "description": "Ask", "consent": "REQUIRED"}]
    assert call(function, scopes=scopes)["operations"] == ["createOAuth2Scope", "createOAuth2Claim"]
    [made] = [scope for scope in org.get("scopes") if scope["name"] == "knowledge"]
    assert (made["description"], made["consent"]) == ("Ask", "REQUIRED")
    assert call(function, scopes=scopes)["changed"] is False
    changed = call(function, scopes=[{"name": "knowledge", "metadata_publish": "ALL_CLIENTS"}])
    assert changed["operations"] == ["replaceOAuth2Scope"]
    [left] = [scope for scope in org.get("scopes") if scope["name"] == "knowledge"]
    assert left == {**made, "metadataPublish": "ALL_CLIENTS"}
    assert [scope["name"] for scope in changed["authorization_server"]["scopes"]] == ["knowledge"]


def test_an_unknown_id_is_no_name(call: Call, org: Org) -> None:
    with pytest.raises(NotFoundError, match="server: the org has no authorization server aus0123456789abcdefg"):
        call(function, server="aus0123456789abcdefg")
    assert org.writes() == []


def test_two_servers_of_a_name_are_refused(call: Call, org: Org) -> None:
    room: Any = org.cloud.rooms["okta"]
    for _unused in range(2):
        made = call(function, server=f"Name{_unused}")
        room.org.state.servers[made["server_id"]].body["name"] = "Twice"
    with pytest.raises(AmbiguousError, match="'Twice' is the name of 2 servers"):
        call(function, server="Twice")


# -- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_org_without_the_licence_is_told_what_it_means(call: Call, org: Org, check_mode: bool) -> None:
    org.cloud.settings.options["okta_api_access_management"] = False
    with pytest.raises(ServiceError) as caught:
        call(function, check_mode=check_mode, client_ids=[CLIENT])
    assert caught.value.code == "E0000015"
    for part in ("API Access Management", "custom", "https://aws.amazon.com/tags", "SAML"):
        assert part in caught.value.message
    gone = call(function, client_ids=[CLIENT], state="absent")
    assert gone["changed"] is False and "API Access Management" in gone["warnings"][0]


def test_another_401_is_not_taken_for_a_missing_licence(call: Call, org: Org) -> None:
    with pytest.raises(ServiceError) as caught:
        call(function, okta_api_token="wrong")
    assert "API Access Management" not in caught.value.message


def test_all_faults_at_once(call: Call, org: Org) -> None:
    with pytest.raises(InputError) as caught:
        call(
            function,
            server=" ",
            audiences=[],
            principal_tags={"aws:x": "user.email", "city": "{user.city"},
            scopes=[{"name": "a b"}, {"name": "twice"}, {"name": "twice"}],
            client_ids=["no client", CLIENT],
            client_ids_absent=[CLIENT],
            policy={"name": "", "priority": 0},
            rule={"grant_types": ["implicit"], "groups": [], "access_token_lifetime_minutes": 2},
            remove_server=True,
        )
    expected = [
        "server: is empty",
        "client_ids[0]: 'no client'",
        "remove_server: goes with state=absent",
        "client_ids_absent[0]:",
        "audiences: is empty",
        "principal_tags: has no Email",
        "principal_tags: 'aws:x'",
        "principal_tags.city: its quotes or brackets",
        "scopes: 'a b'",
        "scopes: 'twice' stands there 2 times",
        "policy.name: is empty",
        "policy.priority: 0",
        "rule.access_token_lifetime_minutes: 2",
        "rule.grant_types: has no authorization_code",
        "rule.groups: is empty",
    ]
    assert len(caught.value.faults) == len(expected)
    assert all(any(fault.startswith(start) for fault in caught.value.faults) for start in expected)
    assert org.cloud.log.since() == []


def test_a_long_expression_is_refused(call: Call, org: Org) -> None:
    tags = {"Email": "user.email", **{f"tag{number}": f"user.attribute{number:040}" for number in range(9)}}
    with pytest.raises(InputError, match=r"gets an expression of \d{4} characters; Okta takes 1024"):
        call(function, principal_tags=tags)
    assert call(function, principal_tags=tags, claim_form="flat")["changed"] is True


# -- check mode ------------------------------------------------------------------------------------------------------


def test_the_plan_is_what_is_done(call: Call, org: Org) -> None:
    options: dict[str, Any] = {
        "server": "Assistant",
        "client_ids": [CLIENT],
        "scopes": [{"name": "knowledge"}],
        "rule": {"groups": ["EVERYONE"], "access_token_lifetime_minutes": 30},
    }
    planned = call(function, check_mode=True, **options)
    assert org.writes() == []
    done = call(function, **options)
    assert planned["operations"] == done["operations"] == org.operations()
    assert planned["changed"] is True and "planned0" in planned["issuer"] and len(planned["server_id"]) == 20
    after = planned["diff"]["after"]
    assert after["policy"]["client_ids"] == [CLIENT]
    assert after["policy"]["rules"][0]["access_token_lifetime_minutes"] == 30
    for part in ("name", "audiences", "issuer_mode", "status"):
        assert after[part] == done["authorization_server"][part]


def test_a_placeholder_is_planned_with(call: Call, org: Org) -> None:
    planned = call(function, check_mode=True, client_ids=["0oaplanned0123456789"])
    assert planned["operations"][-1] == "createAuthorizationServerPolicyRule"
    assert planned["authorization_server"]["policy"]["client_ids"] == ["0oaplanned0123456789"]
    server = call(function, check_mode=True, server="ausplanned0123456789", client_ids=[CLIENT])
    assert server["changed"] is True
    assert org.writes() == []
    with pytest.raises(InputError, match="holds a placeholder"):
        call(function, client_ids=["0oaplanned0123456789"])


# -- removal ---------------------------------------------------------------------------------------------------------


def test_removing_takes_out_client_policy_and_claim(call: Call, org: Org) -> None:
    call(function, client_ids=[CLIENT, OTHER])
    planned = call(function, check_mode=True, client_ids=[CLIENT], state="absent")
    answer = call(function, client_ids=[CLIENT], state="absent")
    assert planned["operations"] == answer["operations"] == ["replaceAuthorizationServerPolicy"]
    assert (
        planned["lost"]
        == answer["lost"]
        == [f"{CLIENT} in the access policy Amazon Q Business: its people cannot sign in any more"]
    )
    [policy] = org.get("policies")
    assert policy["conditions"]["clients"]["include"] == [OTHER]
    assert len(org.tags_claims()) == 1
    answer = call(function, client_ids=[OTHER], state="absent")
    assert answer["operations"] == ["deleteAuthorizationServerPolicy", "deleteOAuth2Claim"]
    assert len(answer["lost"]) == 3
    assert org.get("policies") == [] and org.tags_claims() == []
    assert call(function, client_ids=[OTHER], state="absent")["changed"] is False


def test_the_claim_stays_while_others_may_need_it(call: Call, org: Org) -> None:
    org.add_policy("By hand", [OTHER])
    call(function, client_ids=[CLIENT])
    answer = call(function, client_ids=[CLIENT], state="absent")
    assert answer["operations"] == ["deleteAuthorizationServerPolicy"]
    assert "The claim for AWS stays" in answer["warnings"][0] and "By hand" in answer["warnings"][0]
    assert len(org.tags_claims()) == 1


def test_a_client_that_others_named_too_is_said(call: Call, org: Org) -> None:
    org.add_policy("By hand", [CLIENT], rule=False)
    call(function, client_ids=[CLIENT])
    answer = call(function, client_ids=[CLIENT], state="absent")
    assert [policy["name"] for policy in org.get("policies")] == ["By hand"]
    assert any("By hand" in text and CLIENT in text for text in answer["warnings"])
    assert org.tags_claims() == []  # the policy of others names no client but ours


def test_a_whole_server_goes_only_when_nobody_else_is_on_it(call: Call, org: Org) -> None:
    made = call(function, server="Assistant", client_ids=[CLIENT])
    org.add_policy("By hand", [OTHER], server=made["server_id"])
    with pytest.raises(InUseError, match=f"{OTHER} \\(policy By hand\\)"):
        call(function, server="Assistant", client_ids=[CLIENT], state="absent", remove_server=True)
    answer = call(function, server="Assistant", client_ids=[CLIENT], state="absent", remove_server=True, force=True)
    assert answer["operations"] == ["deactivateAuthorizationServer", "deleteAuthorizationServer"]
    assert made["issuer"] in answer["lost"][1]
    assert [server["id"] for server in org.http.get(SERVERS).json()] == ["default"]
    again = call(function, server="Assistant", client_ids=[CLIENT], state="absent", remove_server=True)
    assert again["changed"] is False


def test_the_server_default_is_never_removed(call: Call, org: Org) -> None:
    with pytest.raises(InputError, match="remove_server: the server default belongs to the org"):
        call(function, state="absent", remove_server=True, force=True)
    with pytest.raises(InputError, match="client_ids: is required with state=absent"):
        call(function, state="absent")


# -- cut off, and others ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("done", range(4))
@pytest.mark.parametrize("effect", ["cut_before", "cut_after", "error_after"])
def test_what_was_not_answered_is_looked_up(call: Call, org: Org, done: int, effect: str) -> None:
    """Each creation is cut off, before or after it was carried out: nothing is missing, nothing is doubled."""
    org.cloud.faults.add(Fault(effect, service="okta", writes_only=True, skip=done))
    call(function, server="Assistant", client_ids=[CLIENT])
    one_of_each(org)
    assert call(function, server="Assistant", client_ids=[CLIENT])["changed"] is False


@pytest.mark.parametrize("done", range(4))
@pytest.mark.parametrize("effect", ["cut_before", "cut_after"])
def test_a_run_that_was_cut_off_is_finished_by_the_next(
    call: Call, org: Org, done: int, effect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(creation, "send", lambda post, _look: post())
        org.cloud.faults.add(Fault(effect, service="okta", writes_only=True, skip=done))
        with pytest.raises(ServiceError, match="no answer"):
            call(function, server="Assistant", client_ids=[CLIENT])
    org.cloud.faults.clear()
    call(function, server="Assistant", client_ids=[CLIENT])
    assert call(function, server="Assistant", client_ids=[CLIENT])["changed"] is False
    one_of_each(org)


def one_of_each(org: Org) -> None:
    """The server Assistant with one claim, one policy and one rule."""
    [made] = [server for server in org.http.get(SERVERS).json() if server["name"] == "Assistant"]
    assert len(org.tags_claims(made["id"])) == 1
    [policy] = org.get("policies", made["id"])
    assert policy["conditions"]["clients"]["include"] == [CLIENT]
    assert len(org.get(f"policies/{policy['id']}/rules", made["id"])) == 1


def test_what_did_not_take_is_said(call: Call, org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    room: Any = org.cloud.rooms["okta"]
    handle = room.handle

    def undoing(request: Any, operation: Any) -> Any:
        answer = handle(request, operation)
        if "/claims" in operation.name and operation.write:
            for claim in room.org.state.servers["default"].claims.values():
                claim["alwaysIncludeInToken"] = False
        return answer

    monkeypatch.setattr(room, "handle", undoing)
    with pytest.raises(WaitError, match=r"written 5 times.*did not take or stay: replaceOAuth2Claim"):
        call(function)


def test_real_ansible_in_check_mode_and_for_real(play: Play, org: Org) -> None:
    task = {"qbusiness.federation.okta_authorization_server": {"client_ids": [CLIENT]}}
    planned = play([task], "--check", "--diff").results[0]
    assert planned["changed"] is True and org.writes() == []
    first, second = (play([task]).results[0] for _unused in range(2))
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["operations"] == planned["operations"]
    assert len(org.tags_claims()) == 1

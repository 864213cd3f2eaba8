# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access policies of a custom authorization server decide whether, and for how long, a token is issued."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from okta_client import JANE, Client, org
from okta_oidc_client import CALLBACK, SERVERS, Party, allow, answer_of, new_client

FAILED = ("access_denied", "Policy evaluation failed for this request, please check the policy configurations.")


@pytest.fixture
def rp() -> Iterator[Party]:
    """Without any policy."""
    with org() as client:
        app = new_client(client, grant_types=["authorization_code", "refresh_token"])
        client.assign(app)
        client.sign_in()
        yield Party(client, app)


def group_id(client: Client, name: str) -> str:
    return str(client.call("GET", f"/api/v1/groups?q={name}").json()[0]["id"])


def test_a_fresh_server_issues_nothing(rp: Party) -> None:
    assert rp.client.call("GET", f"{SERVERS}/default/policies").json() == []
    assert rp.refused() == FAILED
    allow(rp.client)
    assert rp.code()


def test_older_orgs_come_with_a_policy() -> None:
    with org(okta_default_server_policy=True) as client:
        app = new_client(client)
        client.assign(app)
        client.sign_in()
        rp = Party(client, app)
        assert rp.code()
        policies = client.call("GET", f"{SERVERS}/default/policies").json()
        assert [(p["name"], p["conditions"]) for p in policies] == [
            ("Default Policy", {"clients": {"include": ["ALL_CLIENTS"]}})
        ]
        client.call("DELETE", f"{SERVERS}/default/policies/{policies[0]['id']}")
        assert rp.refused() == FAILED


def test_a_policy_is_for_its_clients(rp: Party) -> None:
    allow(rp.client, clients=["another"])
    assert rp.refused() == FAILED
    allow(rp.client, clients=["another", rp.client_id], name="second")
    assert rp.code()


def test_a_policy_without_a_rule_lets_nobody_in(rp: Party) -> None:
    policy, rule = allow(rp.client)
    rp.client.call("DELETE", f"{SERVERS}/default/policies/{policy}/rules/{rule}")
    assert rp.refused() == FAILED


@pytest.mark.parametrize("what", ["policy", "rule"])
def test_only_active_ones_count(rp: Party, what: str) -> None:
    policy, rule = allow(rp.client)
    path = f"{SERVERS}/default/policies/{policy}" + (f"/rules/{rule}" if what == "rule" else "")
    rp.client.call("POST", f"{path}/lifecycle/deactivate")
    assert rp.refused() == FAILED
    rp.client.call("POST", f"{path}/lifecycle/activate")
    assert rp.code()


def test_a_rule_is_for_its_grants(rp: Party) -> None:
    allow(rp.client, grants=["client_credentials", "implicit"])
    assert rp.refused() == FAILED


def test_a_rule_covers_all_scopes_that_are_asked_for(rp: Party) -> None:
    allow(rp.client, scopes=["openid", "email"])
    assert rp.refused(scope="openid email profile") == FAILED
    assert rp.code(scope="openid email")


def test_a_rule_without_scopes_rejects_them_all(rp: Party) -> None:
    allow(rp.client, scopes=[])
    text = "Policy evaluation succeeded, but all the requested scopes were rejected."
    assert rp.refused() == ("access_denied", text)


def test_a_rule_is_for_its_people(rp: Party) -> None:
    user = rp.client.call("GET", f"/api/v1/users/{JANE}").json()["id"]
    inside, outside = (
        group_id(rp.client, "aws-users"),
        rp.client.call("POST", "/api/v1/groups", json={"profile": {"name": "empty"}}).json()["id"],
    )
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"groups": {"include": [outside]}}, False),
        ({"groups": {"include": [inside]}}, True),
        ({"users": {"include": [user]}, "groups": {"include": [outside]}}, True),
        ({"groups": {"include": ["EVERYONE"], "exclude": [inside]}}, False),
        ({"users": {"exclude": [user]}, "groups": {"include": ["EVERYONE"]}}, False),
    ]
    for people, right in cases:
        policy, _rule = allow(rp.client, people=people)
        assert ("code" in answer_of(rp.authorize())) == right, people
        rp.client.call("DELETE", f"{SERVERS}/default/policies/{policy}")


def lifetime(minutes: int) -> dict[str, Any]:
    return {"token": {"accessTokenLifetimeMinutes": minutes}}


def test_the_first_match_by_priority_counts(rp: Party) -> None:
    allow(rp.client, name="later", actions=lifetime(30))
    assert rp.tokens()["expires_in"] == 1800
    allow(rp.client, name="other", clients=["another"], priority=1, actions=lifetime(20))
    assert rp.tokens()["expires_in"] == 1800
    allow(rp.client, name="first", priority=1, actions=lifetime(10))
    assert rp.tokens()["expires_in"] == 600
    priorities = {p["name"]: p["priority"] for p in rp.client.call("GET", f"{SERVERS}/default/policies").json()}
    assert priorities == {"first": 1, "other": 2, "later": 3}


def test_a_rule_that_does_not_match_leads_to_the_next_policy(rp: Party) -> None:
    allow(rp.client, name="first", grants=["implicit"])
    allow(rp.client, name="second", actions=lifetime(15))
    assert rp.tokens()["expires_in"] == 900


def test_the_policy_is_asked_again_when_a_code_is_traded(rp: Party) -> None:
    policy, _rule = allow(rp.client)
    code = rp.code()
    rp.client.call("DELETE", f"{SERVERS}/default/policies/{policy}")
    answer = rp.trade(code)
    assert (answer.status_code, answer.json()["error"], answer.json()["error_description"]) == (401, *FAILED)


def test_refresh_tokens_end_as_the_rule_says(rp: Party) -> None:
    actions = {"token": {"refreshTokenLifetimeMinutes": 120, "refreshTokenWindowMinutes": 60}}
    allow(rp.client, actions=actions)
    token = rp.tokens(scope="openid offline_access")["refresh_token"]
    data = {"grant_type": "refresh_token", "refresh_token": token}
    for _unused in range(2):
        rp.client.room.cloud.clock.advance(59 * 60)
        assert rp.post(data).status_code == 200
    rp.client.room.cloud.clock.advance(3 * 60)
    assert rp.post(data).json()["error"] == "invalid_grant"


def test_an_unused_refresh_token_ends(rp: Party) -> None:
    allow(rp.client, actions={"token": {"refreshTokenWindowMinutes": 10}})
    token = rp.tokens(scope="openid offline_access")["refresh_token"]
    rp.client.room.cloud.clock.advance(601)
    assert rp.post({"grant_type": "refresh_token", "refresh_token": token}).json()["error"] == "invalid_grant"


def test_a_policy_can_be_seeded() -> None:
    with org() as client:
        app = new_client(client)
        client.assign(app)
        client.sign_in()
        client.room.seed(
            {
                "authorization_servers": [
                    {
                        "id": "default",
                        "name": "default",
                        "claims": [{"name": "mail", "claimType": "IDENTITY", "value": "user.email"}],
                        "scopes": [{"name": "files"}],
                        "policies": [
                            {
                                "name": "seeded",
                                "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
                                "rules": [
                                    {
                                        "name": "rule",
                                        "conditions": {
                                            "grantTypes": {"include": ["authorization_code"]},
                                            "scopes": {"include": ["*"]},
                                        },
                                    }
                                ],
                            }
                        ],
                    }
                ]
            }
        )
        assert Party(client, app).tokens(scope="openid files")["scope"] == "openid files"
        assert CALLBACK in app["settings"]["oauthClient"]["redirect_uris"]

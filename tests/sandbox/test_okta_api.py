# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The management API beyond what the recordings show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from okta_client import JANE, PASSWORD, SIGN_ON, Client, org


@pytest.fixture
def client() -> Iterator[Client]:
    with org() as running:
        yield running


def error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["errorCode"])


OIDC: dict[str, Any] = {
    "name": "oidc_client",
    "label": "Client",
    "signOnMode": "OPENID_CONNECT",
    "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
    "settings": {
        "oauthClient": {
            "application_type": "web",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "redirect_uris": ["https://web.example.com/authorization-code/callback"],
        }
    },
}


def test_a_token_is_needed(client: Client) -> None:
    for headers in ({}, {"Authorization": "SSWS wrong"}, {"Authorization": "Bearer x"}):
        answer = requests.get(f"{client.url}/api/v1/apps", headers=headers, timeout=30)
        assert error(answer) == (401, "E0000011")
    answer = client.call("GET", "/api/v1/apps")
    assert answer.status_code == 200 and answer.headers["X-Okta-Request-Id"]
    assert client.room.cloud.log.since()[-1].principal == "okta:administrator"


def test_unknown_paths_and_methods(client: Client) -> None:
    assert error(client.call("GET", "/api/v1/nothing")) == (404, "E0000008")
    assert error(client.call("PATCH", "/api/v1/apps")) == (405, "E0000022")
    assert error(client.call("POST", "/api/v1/apps", data=b"{")) == (400, "E0000003")


def test_operations_are_named(client: Client) -> None:
    app = client.new_app()
    client.room.cloud.log.clear()
    client.call("GET", f"/api/v1/apps/{app['id']}")
    client.call("PUT", f"/api/v1/apps/{app['id']}", json={})
    names = [(entry.operation, entry.write) for entry in client.room.cloud.log.since()]
    assert names == [("GET /api/v1/apps/{appId}", False), ("PUT /api/v1/apps/{appId}", True)]


def test_pages_are_followed_by_links(client: Client) -> None:
    made = {client.new_app()["id"] for _unused in range(5)}
    found: list[str] = []
    url = f"{client.url}/api/v1/apps?limit=2"
    headers = {"Authorization": f"SSWS {client.room.cloud.administrator.okta_api_token}"}
    pages = 0
    while url:
        answer = requests.get(url, headers=headers, timeout=30)
        found += [app["id"] for app in answer.json()]
        assert len(answer.json()) <= 2 and "self" in answer.links
        url = answer.links.get("next", {}).get("url", "")
        pages += 1
    assert made < set(found) and len(found) == len(set(found)) == 8 and pages == 4


def test_lookup_is_by_prefix_and_filter_is_exact(client: Client) -> None:
    app = client.new_app()
    for query, count in (("q=exam", 1), ("q=ample", 0), ('filter=name eq "saasure"', 1), ("q=sandbox_", 1)):
        assert len(client.call("GET", f"/api/v1/apps?{query}").json()) == count, query
    assert error(client.call("GET", '/api/v1/apps?filter=label eq "Example"')) == (400, "E0000031")
    found = client.call(
        "GET", f'/api/v1/apps?filter=credentials.signing.kid eq "{app["credentials"]["signing"]["kid"]}"'
    )
    assert [item["id"] for item in found.json()] == [app["id"]]


def test_a_new_application_may_be_missing_from_lists(client: Client) -> None:
    client.room.cloud.settings.options["okta_list_lag"] = 2
    app = client.new_app()
    counts = [len(client.call("GET", "/api/v1/apps?q=Example").json()) for _unused in range(3)]
    assert counts == [0, 0, 1]
    assert client.call("GET", f"/api/v1/apps/{app['id']}").status_code == 200


def test_statements_stay_unless_all_six_fields_are_sent(client: Client) -> None:
    first = {"type": "EXPRESSION", "name": "a", "values": ["user.email"]}
    app = client.new_app(attributeStatements=[first])
    second = [{"type": "EXPRESSION", "name": "b", "values": ["x"]}]
    partial = {key: value for key, value in SIGN_ON.items() if key != "audienceOverride"}
    body = {
        "label": "New",
        "signOnMode": "SAML_2_0",
        "settings": {"signOn": {**partial, "attributeStatements": second}},
    }
    answer = client.call("PUT", f"/api/v1/apps/{app['id']}", json=body).json()
    assert answer["label"] == "New"
    assert [s["name"] for s in answer["settings"]["signOn"]["attributeStatements"]] == ["a"]
    body["settings"] = {"signOn": {**SIGN_ON, "attributeStatements": second}}
    answer = client.call("PUT", f"/api/v1/apps/{app['id']}", json=body).json()
    assert [s["name"] for s in answer["settings"]["signOn"]["attributeStatements"]] == ["b"]
    assert "audienceOverride" not in answer["settings"]["signOn"]


def test_a_put_ignores_what_cannot_be_changed(client: Client) -> None:
    app = client.new_app()
    body = {**app, "status": "INACTIVE", "name": "other", "id": "0oaother", "created": "2020-01-01T00:00:00.000Z"}
    answer = client.call("PUT", f"/api/v1/apps/{app['id']}", json=body).json()
    assert {key: answer[key] for key in ("id", "name", "status", "created")} == {
        key: app[key] for key in ("id", "name", "status", "created")
    }


def test_an_inactive_custom_application_cannot_be_replaced(client: Client) -> None:
    app = client.new_app()
    client.call("POST", f"/api/v1/apps/{app['id']}/lifecycle/deactivate")
    answer = client.call("PUT", f"/api/v1/apps/{app['id']}", json=app)
    assert error(answer) == (400, "E0000024")
    group = client.call("GET", "/api/v1/groups?q=aws-users").json()[0]
    assert error(client.call("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", json={})) == (404, "E0000007")


@pytest.mark.parametrize(
    "changes",
    [
        {"responseSigned": False, "assertionSigned": False},
        {"ssoAcsUrl": ""},
        {"ssoAcsUrl": "no url"},
        {"subjectNameIdFormat": "persistent"},
        {"signatureAlgorithm": "RSA_MD5"},
        {"slo": {"enabled": True, "issuer": "x", "logoutUrl": "https://x.example.com"}},
        {"samlSignedRequestEnabled": True},
        {"inlineHooks": [{"id": "calmissing"}]},
        {"attributeStatements": [{"type": "EXPRESSION", "name": "a", "values": ["x"]}] * 2},
        {"attributeStatements": [{"type": "GROUP", "name": "a", "filterType": "NONE", "filterValue": ""}]},
        {"allowMultipleAcsEndpoints": True, "acsEndpoints": [{"url": "https://x.example.com", "index": 1}] * 2},
        {"spCertificate": {"x5c": ["AAAA"]}},
    ],
)
def test_bad_settings_are_refused(client: Client, changes: dict[str, Any]) -> None:
    body = {"label": "Bad", "signOnMode": "SAML_2_0", "settings": {"signOn": {**SIGN_ON, **changes}}}
    answer = client.call("POST", "/api/v1/apps", json=body)
    assert error(answer) == (400, "E0000001")
    assert answer.json()["errorCauses"]
    assert client.call("GET", "/api/v1/apps?q=Bad").json() == []


def test_a_client_has_two_secrets_at_most_and_one_at_least(client: Client) -> None:
    app = client.call("POST", "/api/v1/apps", json=OIDC).json()
    first = app["credentials"]["oauthClient"]["client_secret"]
    path = f"/api/v1/apps/{app['id']}/credentials/secrets"
    shown = client.call("GET", f"/api/v1/apps/{app['id']}").json()["credentials"]["oauthClient"]
    assert "client_secret" not in shown and first not in str(shown)
    listed = client.call("GET", path).json()
    assert [secret["client_secret"] for secret in listed] == [first]
    assert error(client.call("POST", f"{path}/{listed[0]['id']}/lifecycle/deactivate")) == (400, "E0000001")
    second = client.call("POST", path)
    assert second.status_code == 201
    assert error(client.call("POST", path)) == (400, "E0000001")
    assert error(client.call("DELETE", f"{path}/{listed[0]['id']}")) == (400, "E0000001")
    assert client.call("POST", f"{path}/{listed[0]['id']}/lifecycle/deactivate").json()["status"] == "INACTIVE"
    assert client.call("DELETE", f"{path}/{listed[0]['id']}").status_code == 204
    assert [s["id"] for s in client.call("GET", path).json()] == [second.json()["id"]]


def test_saving_a_client_does_not_roll_a_secret_back_unless_it_is_sent(client: Client) -> None:
    app = client.call("POST", "/api/v1/apps", json=OIDC).json()
    path = f"/api/v1/apps/{app['id']}"
    kept = client.call("PUT", path, json=OIDC).json()["credentials"]["oauthClient"]["client_secret"]
    assert kept == app["credentials"]["oauthClient"]["client_secret"]
    body = json.loads(json.dumps(OIDC))
    body["credentials"]["oauthClient"]["client_secret"] = "a-secret-of-our-own-choice"
    client.call("PUT", path, json=body)
    listed = client.call("GET", f"{path}/credentials/secrets").json()
    assert [secret["client_secret"] for secret in listed] == ["a-secret-of-our-own-choice"]


def test_rate_limits_answer_429_until_the_reset(client: Client) -> None:
    client.room.cloud.settings.options["okta_rate_limits"] = {"apps": 2}
    answers = [client.call("GET", "/api/v1/apps") for _unused in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["errorCode"] == "E0000047" and "Retry-After" not in answers[2].headers
    assert answers[2].headers["X-Rate-Limit-Remaining"] == "0"
    wait = int(answers[2].headers["X-Rate-Limit-Reset"]) - client.room.cloud.clock.now()
    client.room.cloud.clock.advance(wait + 1)
    assert client.call("GET", "/api/v1/apps").status_code == 200


def test_priorities_move_out_of_the_way(client: Client) -> None:
    app = client.new_app()
    groups = {name: client.call("GET", f"/api/v1/groups?q={name}").json()[0]["id"] for name in ("aws-users", "other")}
    path = f"/api/v1/apps/{app['id']}/groups"
    assert client.call("PUT", f"{path}/{groups['aws-users']}", json={}).json()["priority"] == 0
    assert client.call("PUT", f"{path}/{groups['other']}", json={"priority": 0}).json()["priority"] == 0
    assert client.call("GET", f"{path}/{groups['aws-users']}").json()["priority"] == 1
    assert [item["id"] for item in client.call("GET", path).json()] == [groups["other"], groups["aws-users"]]


def test_users_and_groups_are_named_once(client: Client) -> None:
    profile = {"login": JANE, "email": JANE, "firstName": "J", "lastName": "D"}
    assert error(client.call("POST", "/api/v1/users", json={"profile": profile})) == (400, "E0000001")
    assert error(client.call("POST", "/api/v1/groups", json={"profile": {"name": "other"}})) == (400, "E0000001")
    assert error(client.call("GET", "/api/v1/users/nobody@example.com")) == (404, "E0000007")
    found = client.call("GET", '/api/v1/groups?search=profile.name eq "aws-users"').json()
    assert [group["profile"]["name"] for group in found] == ["aws-users"]


def test_the_classic_engine_has_no_policies_per_application() -> None:
    with org(okta_pipeline="v1") as client:
        app = client.new_app()
        assert not {"accessPolicy", "policies", "profileEnrollment"} & set(app["_links"])
        assert client.call("GET", "/.well-known/okta-organization").json()["pipeline"] == "v1"


def test_the_dump_holds_no_secret(client: Client) -> None:
    app = client.call("POST", "/api/v1/apps", json=OIDC).json()
    text = json.dumps(client.room.dump())
    assert app["id"] in text and JANE in text
    token = client.room.cloud.administrator.okta_api_token
    for secret in (app["credentials"]["oauthClient"]["client_secret"], PASSWORD, token):
        assert secret not in text


def test_reset_forgets_everything(client: Client) -> None:
    before = len(client.call("GET", "/api/v1/apps").json())
    client.new_app()
    client.room.reset()
    assert len(client.call("GET", "/api/v1/apps").json()) == before
    assert client.call("GET", f"/api/v1/users/{JANE}").status_code == 404


def test_an_application_as_an_org_answered_it_can_be_seeded(client: Client) -> None:
    app = client.new_app()
    client.room.reset()
    made = client.room.seed({"apps": [app], "assignments": [{"app": "Example", "users": []}]})
    assert made["apps"] == {"Example": app["id"]}
    answer = client.call("GET", f"/api/v1/apps/{app['id']}").json()
    for volatile in ("created", "lastUpdated", "orn", "_links"):
        answer.pop(volatile), app.pop(volatile)
    assert answer == app


def test_the_authorization_server_default_is_there_without_a_policy(client: Client) -> None:
    path = "/api/v1/authorizationServers"
    assert [server["id"] for server in client.call("GET", path).json()] == ["default"]
    assert client.call("GET", f"{path}/default/policies").json() == []
    claim = {"name": "https://aws.amazon.com/tags", "claimType": "IDENTITY", "valueType": "EXPRESSION", "value": "x"}
    made = client.call("POST", f"{path}/default/claims", json=claim)
    assert made.status_code == 201
    assert error(client.call("POST", f"{path}/default/claims", json=claim)) == (400, "E0000001")
    other = client.call("POST", f"{path}/default/claims", json={**claim, "claimType": "RESOURCE"})
    assert other.status_code == 201
    policy = client.call("POST", f"{path}/default/policies", json={"name": "p", "conditions": {"clients": {}}})
    rule = client.call("POST", f"{path}/default/policies/{policy.json()['id']}/rules", json={"name": "r"})
    assert (policy.status_code, rule.status_code) == (201, 201)

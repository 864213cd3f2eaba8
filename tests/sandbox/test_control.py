# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control endpoint and its client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from qbusiness_sandbox.control_client import Control, ControlError
from qbusiness_sandbox.launch import Sandbox
from qbusiness_sandbox.testing import full_cloud


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with full_cloud() as sandbox:
        yield sandbox


@pytest.fixture
def control(running: Sandbox) -> Iterator[Control]:
    running.cloud.reset()
    made = Control(running.control.url)
    yield made
    made.close()


@pytest.fixture
def okta(running: Sandbox) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"SSWS {running.cloud.administrator.okta_api_token}"
        yield session


LISTS = {"iam": "list_roles", "s3": "list_buckets", "qbusiness": "list_applications", "secretsmanager": "list_secrets"}


def _client(running: Sandbox, service: str) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=running.aws.url,
        aws_access_key_id=running.cloud.administrator.access_key_id,
        aws_secret_access_key=running.cloud.administrator.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}),
    )


def _user(login: str) -> dict[str, str]:
    return {"login": login, "password": "Correct-horse-1", "firstName": "Ann", "lastName": "Ang"}


def test_health(control: Control) -> None:
    health = control.health()
    assert health["status"] == "ready"
    assert health["account_id"] == "123456789012"
    assert set(health["rooms"]) >= {"aws", "okta", "web"}


def test_seed_state_reset(running: Sandbox, control: Control, okta: requests.Session) -> None:
    made = control.seed({"okta": {"users": [_user("ann@example.com")]}})
    identifier = made["okta"]["users"]["ann@example.com"]
    assert okta.get(f"{running.okta.url}/api/v1/users/{identifier}").json()["profile"]["firstName"] == "Ann"
    assert "ann@example.com" in str(control.state()["okta"])
    control.reset()
    assert "ann@example.com" not in str(control.state()["okta"])
    assert okta.get(f"{running.okta.url}/api/v1/users/{identifier}").status_code == 404


def test_the_state_holds_no_secret(running: Sandbox, control: Control) -> None:
    control.seed({"okta": {"users": [_user("ann@example.com")]}})
    text = str(control.state())
    administrator = running.cloud.administrator
    for secret in ("Correct-horse-1", administrator.secret_access_key, administrator.okta_api_token):
        assert secret not in text


def test_requests(running: Sandbox, control: Control, okta: requests.Session) -> None:
    okta.get(f"{running.okta.url}/api/v1/apps")
    okta.post(f"{running.okta.url}/api/v1/groups", json={"profile": {"name": "one"}})
    entries = control.requests()
    assert [entry["operation"] for entry in entries] == ["GET /api/v1/apps", "POST /api/v1/groups"]
    assert control.requests(since=entries[0]["number"]) == entries[1:]
    assert control.requests(writes=True) == entries[1:]
    assert control.requests(since=entries[1]["number"]) == []
    control.forget_requests()
    assert control.requests() == []


def test_settings(control: Control) -> None:
    before = control.settings()
    assert control.set(page_size=2, polls={"index": 3})["page_size"] == 2
    assert control.settings()["polls"] == {**before["polls"], "index": 3}
    control.set(options={"okta_pipeline": "v1"}, disabled_checks=["signature"])
    now = control.settings()
    assert (now["options"], now["disabled_checks"]) == ({"okta_pipeline": "v1"}, ["signature"])
    assert now["page_size"] == 2
    assert control.replace_settings(page_size=1) == {**before, "page_size": 1}


def test_a_setting_is_obeyed(running: Sandbox, control: Control) -> None:
    control.set(options={"okta_pipeline": "v1"})
    answer = requests.get(f"{running.okta.url}/.well-known/okta-organization", timeout=30)
    assert answer.json()["pipeline"] == "v1"


def test_faults(running: Sandbox, control: Control, okta: requests.Session) -> None:
    control.fault("error", service="okta", status=429, code="E0000047", count=2)
    url = f"{running.okta.url}/api/v1/apps"
    assert okta.get(url).status_code == 429
    assert [fault["count"] for fault in control.faults()] == [1]
    control.clear_faults()
    assert okta.get(url).status_code == 200


@pytest.mark.parametrize("message", ["plain", 'with "quotes" & <marks>'])
def test_an_injected_error_has_the_form_of_its_service(
    running: Sandbox, control: Control, okta: requests.Session, message: str
) -> None:
    control.fault("error", count=-1, status=418, code="Teapot", message=message)
    answer = okta.get(f"{running.okta.url}/api/v1/apps")
    assert (answer.status_code, answer.json()["errorSummary"]) == (418, message)
    for service in ("iam", "s3", "qbusiness", "secretsmanager"):
        with pytest.raises(ClientError) as refused:
            getattr(_client(running, service), LISTS[service])()
        error = refused.value.response["Error"]
        assert (error["Code"], error["Message"]) == ("Teapot", message)
    assert {entry["error"] for entry in control.requests()} == {"Teapot"}


def test_several_faults_are_added_all_or_none(running: Sandbox, control: Control) -> None:
    good, bad = {"effect": "cut_before"}, {"effect": "error", "count": "two"}
    answer = requests.post(f"{running.control.url}/faults", json=[good, bad], timeout=30)
    assert answer.status_code == 400
    assert answer.json()["error"] == "faults[1].count must be an integer"
    assert control.faults() == []


def test_clock(running: Sandbox, control: Control) -> None:
    before = control.now()
    control.advance(3600)
    assert control.now() >= before + 3600
    assert running.cloud.clock.offset == 3600


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("POST", "/faults", {"service": "iam"}, "fault.effect is missing"),
        ("POST", "/faults", {"effect": "error", "colour": 1}, "fault.colour is not known; the members are effect,"),
        ("POST", "/faults", {"effect": "error", "writes_only": 1}, "fault.writes_only must be true or false"),
        ("POST", "/faults", [1], "faults[0] must be an object"),
        ("PATCH", "/settings", {"polls": 1}, "settings.polls must be an object"),
        ("PATCH", "/settings", {"polls": {"index": "x"}}, "settings.polls.index must be an integer"),
        ("PUT", "/settings", {"page_size": -1}, "settings.page_size must not be negative"),
        ("PUT", "/settings", {"disabled_checks": [1]}, "settings.disabled_checks must be a list of strings"),
        ("POST", "/clock", {}, "advance is missing"),
        ("POST", "/clock", {"advance": True}, "advance must be a number"),
        ("POST", "/clock", {"back": 1}, "back is not known; the member is advance"),
        ("POST", "/seed", [], "The seed must be an object"),
        ("POST", "/seed", {"moon": {}}, "moon is not a room; the rooms are aws, okta, web"),
        ("POST", "/seed", {"okta": []}, "okta must be an object"),
        ("POST", "/seed", {"okta": {"users": [{}]}}, "okta: login is missing or unknown"),
        ("GET", "/requests?since=x", None, "since must be an integer that is not negative"),
        ("GET", "/requests?writes=maybe", None, "writes must be true or false"),
    ],
)
def test_an_error_names_the_member(running: Sandbox, method: str, path: str, body: object, error: str) -> None:
    answer = requests.request(method, running.control.url + path, json=body, timeout=30)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(error)


def test_a_body_that_is_no_json(running: Sandbox) -> None:
    answer = requests.post(f"{running.control.url}/seed", data=b"{", timeout=30)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("The body is not JSON")


def test_unknown_paths_and_methods(running: Sandbox) -> None:
    assert requests.get(f"{running.control.url}/nothing", timeout=30).status_code == 404
    answer = requests.delete(f"{running.control.url}/state", timeout=30)
    assert answer.status_code == 405
    assert answer.json()["error"] == "/state takes GET"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_page_in_a_browser_cannot_reach_it(running: Sandbox, control: Control, headers: dict[str, str]) -> None:
    control.fault("cut_before")
    answer = requests.post(f"{running.control.url}/reset", headers=headers, timeout=30)
    assert answer.status_code == 403
    assert len(control.faults()) == 1


def test_the_client_says_what_the_endpoint_said(control: Control) -> None:
    with pytest.raises(ControlError, match="moon is not a room"):
        control.seed({"moon": {}})

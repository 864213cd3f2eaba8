# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creations that are answered late or not at all, and client tokens that must not bring back what was deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import private_files
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import creation, transport
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness import creations
from ansible_collections.qbusiness.federation.plugins.modules import (
    okta_app,
    okta_authorization_server,
    qbusiness_app,
    qbusiness_datasource,
)
from conftest import Call, OktaHttp
from okta_servers import CLIENT, SERVERS, Org
from okta_world import GIVEN, labelled
from qbusiness_sandbox.cloud import Cloud, Fault
from resource_world import KINDS, Kind, World, camel

APP = {"display_name": "assistant", "description": "First"}
ROTATE = {"rotate_within_days": 30, "validity_years": 3}
Tokens = list[str]


# -- Okta -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are waited for a moment, not half a minute."""
    monkeypatch.setattr(transport, "TIMEOUT", (10, 0.3))
    monkeypatch.setattr(creation, "LOOKS", (0.0, 0.2, 0.4))
    monkeypatch.setattr(creation, "LATE", (0.8,))


@pytest.mark.usefixtures("impatient")
def test_an_app_that_is_made_late(call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    """The answer is given up before Okta has made the app: it is waited for, and not made again."""
    cloud.faults.add(Fault("delay", service="okta", operation="POST /api/v1/apps", seconds=0.8))
    answer = call(okta_app.function, **GIVEN, groups=["Everyone"])
    assert [app["id"] for app in labelled(okta_http)] == [answer["app_id"]]
    assert [entry.operation for entry in cloud.log.writes() if entry.method == "POST"] == ["POST /api/v1/apps"]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("part", ["claims", "policies", "policies/{policyId}/rules"])
def test_a_part_of_a_server_that_is_made_late(call: Call, cloud: Cloud, okta_http: OktaHttp, part: str) -> None:
    org = Org(okta_http, cloud)
    operation = f"POST {SERVERS}/{{serverId}}/{part}"
    cloud.faults.add(Fault("delay", service="okta", operation=operation, seconds=0.8))
    call(okta_authorization_server.function, client_ids=[CLIENT])
    assert [entry.operation for entry in cloud.log.writes()].count(operation) == 1
    [policy] = org.get("policies")
    assert len(org.get(f"policies/{policy['id']}/rules")) == 1
    assert len(org.tags_claims()) == 1


@pytest.mark.parametrize("effect", ["cut_before", "cut_after", "error_after"])
@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("POST /api/v1/apps", {}),
        ("POST /api/v1/apps/{appId}/users", {"users": ["ann@example.com"]}),
        (
            "POST /api/v1/apps/{appId}/credentials/keys/generate",
            {"signing_key": ROTATE},
        ),
        ("POST /api/v1/apps/{appId}/lifecycle/deactivate", {"status": "INACTIVE"}),
    ],
)
def test_every_creation_ends_right(
    call: Call,
    cloud: Cloud,
    okta_http: OktaHttp,
    pauses: list[float],
    effect: str,
    operation: str,
    options: dict[str, Any],
) -> None:
    if "users" in options:
        profile = {"login": "ann@example.com", "email": "ann@example.com", "firstName": "Ann", "lastName": "A"}
        okta_http.post("/api/v1/users", json={"profile": profile}).raise_for_status()
    if "signing_key" in options:
        cloud.clock.offset = -(10 * 365 - 10) * 86400.0
    if options:
        call(okta_app.function, **GIVEN)
    cloud.clock.offset = 0.0
    known = len(keys(okta_http))
    cloud.faults.add(Fault(effect, service="okta", operation=operation))
    answer = call(okta_app.function, **GIVEN, **options)
    assert answer["changed"] is True
    assert cloud.faults.pending() == []
    [app] = labelled(okta_http)
    assert app["status"] == options.get("status", "ACTIVE")
    assert len(keys(okta_http)) == (known + 1 if "signing_key" in options else known or 1)
    people = okta_http.get(f"/api/v1/apps/{app['id']}/users").json()
    assert len(people) == len(options.get("users", []))
    again = {name: value for name, value in options.items() if name != "signing_key"}
    assert call(okta_app.function, **GIVEN, **again)["changed"] is False


def keys(http: OktaHttp) -> list[Any]:
    """The signing keys of all apps of the label."""
    return [key for app in labelled(http) for key in http.get(f"/api/v1/apps/{app['id']}/credentials/keys").json()]


# -- Q Business -------------------------------------------------------------------------------------------------------


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> Tokens:
    """The client tokens that creations carry."""
    sent: Tokens = []
    original = Aws.call

    def call(self: Aws, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        if operation.startswith("Create"):
            sent.append(parameters["clientToken"])
        return original(self, service, operation, **parameters)

    monkeypatch.setattr(Aws, "call", call)
    return sent


@pytest.fixture
def another_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """From now on the tasks are on a machine that knows nothing of those before."""

    def switch() -> None:
        monkeypatch.setattr(private_files, "folder", lambda: tmp_path / "another")

    return switch


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_was_deleted_is_made_anew(
    call: Call,
    world: World,
    tokens: Tokens,
    another_machine: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
) -> None:
    """By the module or by others, here or on a machine that does not know what was made here a moment ago."""
    monkeypatch.setattr(creations, "PAUSES", (0.0, 0.0))
    options = {**kind.where(world), **kind.options(world)}
    options = {name: value for name, value in options.items() if value is not None}
    before = len(kind.all(world))
    ids = [call(kind.function, **options)[kind.id]]
    call(kind.function, **options, state="absent")
    ids.append(call(kind.function, **options)[kind.id])
    getattr(world.q, f"delete_{kind.noun}")(**kind.members(world), **{camel(kind.id): ids[-1]})
    ids.append(call(kind.function, **options)[kind.id])
    assert len(set(tokens)) == 3
    getattr(world.q, f"delete_{kind.noun}")(**kind.members(world), **{camel(kind.id): ids[-1]})
    another_machine()
    ids.append(call(kind.function, **options)[kind.id])
    # There the first token is the one of the first creation, which answers with what is no more.
    assert tokens[3] == tokens[0] and len(set(tokens)) == 4 and len(tokens) == 5
    assert len(set(ids)) == 4
    assert len(kind.all(world)) == before + 1
    assert kind.get(world, ids[-1])


def test_a_token_is_of_what_is_made(call: Call, world: World, tokens: Tokens) -> None:
    """Parent, kind, name and the rest of the input."""
    call(qbusiness_app.function, **APP)
    call(qbusiness_app.function, **{**APP, "display_name": "another"})
    document = {"type": "CUSTOM", "version": "1.0.0"}
    for index_id in (world.index_id, world.index("another")):
        call(
            qbusiness_datasource.function,
            application_id=world.application_id,
            index_id=index_id,
            display_name="assistant",
            configuration=document,
        )
    assert len(set(tokens)) == len(tokens) == 4


def test_one_of_two_goes_and_says_so(call: Call, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine's is there when this one looks again: its is the older, and gets what this task wants."""
    original = Aws.call
    made: list[str] = []

    def other_is_first(self: Aws, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        if operation == "CreateApplication" and not made:
            made.append(world.application("assistant", description="Theirs"))
        return original(self, service, operation, **parameters)

    monkeypatch.setattr(Aws, "call", other_is_first)
    answer = call(qbusiness_app.function, **APP)
    assert answer["application_id"] == made[0]
    assert answer["operations"] == ["CreateApplication", "UpdateApplication"]
    assert "was deleted again" in answer["warnings"][0]
    found = [item for item in world.q.list_applications()["applications"] if item["displayName"] == "assistant"]
    assert [item["applicationId"] for item in found] == made
    assert world.q.get_application(applicationId=made[0])["description"] == "First"

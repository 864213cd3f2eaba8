# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ``federation_info``: its options, and that it answers what its documentation says and the reader reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.federation import info
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.detail import Part
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.survey import REGIONS
from ansible_collections.qbusiness.federation.plugins.modules import federation_info
from conftest import Call, OktaHttp, Play, module_arguments
from hosts_cases import NO_AWS, NO_OKTA, Scene, scene
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import Running
from service_world import TOKEN, service_app

FUNCTION = federation_info.function
MODULE = "qbusiness.federation.federation_info"


@pytest.fixture
def made(running: Running, call: Call) -> Scene:
    """A filled account, made after ``call`` has come to its cloud."""
    assert call
    return scene(running)


def federation(call: Call, **options: Any) -> dict[str, Any]:
    answer = call(FUNCTION, **options)
    assert answer["changed"] is False
    return dict(answer["federation"])


def without_documents(documented: Mapping[str, Any], answered: Any, path: str = "") -> Iterator[str]:
    """The keys of an answer of which RETURN says nothing, as far down as it has ``contains``."""
    contains = documented.get("contains")
    if not contains:
        return
    for item in answered if isinstance(answered, list) else [answered]:
        for key, value in item.items():
            if key not in contains:
                yield f"{path}.{key}"
            else:
                yield from without_documents(contains[key], value, f"{path}.{key}")
        yield from (f"{path}.{key} is not answered" for key in contains if key not in item)


def test_everything_that_is_answered_is_documented(call: Call, made: Scene) -> None:
    found = federation(call)
    assert found["applications"] and found["identities"] and found["references"]
    returned = yaml.safe_load(federation_info.RETURN)["federation"]
    assert list(without_documents(returned, found)) == []
    assert (found["account"], found["regions"], found["unread"]) == (made.cloud.account_id, [made.cloud.region], [])


def test_one_application(call: Call, made: Scene) -> None:
    found = federation(call, applications=[made.application_id], leave_out=["policies", "uses"])
    assert [item["id"] for item in found["applications"]] == [made.application_id]
    [identity] = found["identities"]
    assert (identity["provider"]["arn"], identity["app"]["id"]) == (made.provider_arn, made.app["id"])


def test_parts_that_may_be_left_out(call: Call, made: Scene) -> None:
    documented = yaml.safe_load(federation_info.DOCUMENTATION)["options"]["leave_out"]
    assert documented["choices"] == sorted(Part)
    assert all(f"V({part})" in " ".join(documented["description"]) for part in Part)
    made.cloud.log.clear()
    found = federation(call, leave_out=sorted(Part))
    assert {item["id"] for item in found["applications"]} == {made.application_id, made.center_id}
    operations = {entry.operation for entry in made.cloud.log.since()}
    assert "ListIndices" not in operations and "ListRoles" not in operations


@pytest.mark.parametrize("number", [0, 33])
def test_concurrency_out_of_bounds(call: Call, cloud: Cloud, number: int) -> None:
    with pytest.raises(InputError, match=f"concurrency: {number} is not allowed. It is a number from 1 to 32, like 8."):
        call(FUNCTION, concurrency=number)
    assert cloud.log.since() == []


def test_unknown_part(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError, match="leave_out"):
        call(FUNCTION, leave_out=["everything"])
    assert cloud.log.since() == []


def test_all_regions(call: Call, made: Scene) -> None:
    """The embedded cloud answers every region as its own; an application is known by its own region and id."""
    found = federation(call, regions=["all"], leave_out=sorted(Part))
    assert found["regions"] == sorted(REGIONS)
    assert {item["id"] for item in found["applications"]} == {made.application_id, made.center_id}


def test_credentials_of_aws_that_do_not_work(call: Call, made: Scene) -> None:
    assert made
    with pytest.raises(ServiceError):
        call(FUNCTION, **NO_AWS)


def test_credentials_of_okta_that_do_not_work(call: Call, made: Scene) -> None:
    found = federation(call, **NO_OKTA)
    assert made.application_id in {item["id"] for item in found["applications"]}
    assert {item["code"] for item in found["unread"]} == {"E0000011"}
    assert "Canary" not in json.dumps(found)


def test_without_okta(call: Call, made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OKTA_CLIENT_ORGURL", "OKTA_ORG_URL"):
        monkeypatch.delenv(name, raising=False)
    made.cloud.log.clear()
    found = federation(call, okta_org_url="", okta_api_token="")
    assert (found["org"], [item["app"] for item in found["identities"]]) == ("", [None])
    assert not [entry for entry in made.cloud.log.since() if entry.service == "okta"]
    with pytest.raises(InputError, match="okta_org_url: is required"):
        call(FUNCTION, okta_org_url="")


def test_scopes_of_a_service_app(call: Call, made: Scene, okta_http: OktaHttp) -> None:
    """The token is fetched once, although several threads ask first."""
    app = service_app(okta_http, "okta.apps.read", "okta.authorizationServers.read")
    made.cloud.log.clear()
    found = federation(call, **app)
    assert found["unread"] == []
    assert [identity["app"]["id"] for identity in found["identities"]] == [made.app["id"]]
    assert sum(f"{entry.method} {entry.path}" == TOKEN for entry in made.cloud.log.since()) == 1
    few = service_app(okta_http, "okta.apps.read")
    assert federation(call, **few, leave_out=["authorization_servers"])["unread"] == []


def test_more_requests_at_a_time_than_the_limit_of_okta(call: Call, made: Scene) -> None:
    """Near the limit the threads wait in the queue of the rate budget; nothing is refused."""
    made.cloud.settings.options["okta_rate_window"] = 2
    made.cloud.settings.options["okta_rate_limits"] = {"apps": 3}
    made.cloud.log.clear()
    found = federation(call, concurrency=16)
    assert found["unread"] == []
    asked = [entry for entry in made.cloud.log.since() if entry.path.startswith("/api/v1/apps")]
    assert len(asked) > 3
    assert max(entry.time for entry in asked) - min(entry.time for entry in asked) >= 1
    assert not [entry for entry in asked if entry.status == 429]


def test_in_a_playbook(play: Play, running: Running, cloud: Cloud) -> None:
    made = scene(running)
    ways: list[dict[str, Any]] = [{"name": "controller"}, {"name": "module", "vars": {"qbusiness_execution": "module"}}]
    first, second = play([{**way, MODULE: {"applications": [made.application_id]}} for way in ways]).results
    assert first["federation"] == second["federation"]
    assert [item["id"] for item in first["federation"]["applications"]] == [made.application_id]
    assert first["federation"]["unread"] == []
    assert cloud.administrator.okta_api_token not in json.dumps(first)


def test_options_are_those_of_the_reader() -> None:
    assert set(info.OPTIONS) <= set(module_arguments(FUNCTION)["argument_spec"])

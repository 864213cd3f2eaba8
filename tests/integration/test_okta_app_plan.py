# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_app`` on the embedded org: the plan, faults, limits, secrets. The witness is plain HTTP, never the module."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    InputError,
    ServiceError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp, Play
from okta_world import EMAIL, GIVEN, LABEL, ONE, labelled, sign_on, writes
from qbusiness_sandbox.cloud import Cloud, Fault


def test_the_plan_of_a_new_app(call: Call, cloud: Cloud, connection: dict[str, Any]) -> None:
    answer = call(function, True, **GIVEN, groups=["Everyone"])
    assert writes(cloud) == []
    assert answer["operations"] == ["createApplication", "assignGroupToApplication"]
    for name in ("app_id", "app_name", "metadata", "entity_id", "sso_url", "signing_key_id"):
        assert is_placeholder(answer[name]), name
    assert answer["app_id"].startswith("0oaplanned0") and len(answer["app_id"]) == 20
    assert urlsplit(answer["sso_url"]).netloc == urlsplit(connection["okta_org_url"]).netloc
    assert answer["diff"]["before"] == {} and answer["diff"]["after"]["label"] == LABEL
    cloud.log.clear()
    for more in (GIVEN, {"audience": "urn:n"}):
        again = call(function, True, app_id=answer["app_id"], **more)
        assert again["changed"] is True and cloud.log.since() == []
        assert [again[name] for name in ("app_id", "sso_url", "metadata")] == [
            answer[name] for name in ("app_id", "sso_url", "metadata")
        ]


def test_a_plan_with_placeholders_of_others(call: Call, cloud: Cloud, saml_app: dict[str, Any]) -> None:
    values = ["arn:aws:iam::000000000000:role/r,arn:aws:iam::000000000000:saml-provider/p"]
    role = {"name": "https://aws.amazon.com/SAML/Attributes/Role", "values": values, "exact": False}
    url = "https://planned0.chat.qbusiness.us-east-1.on.aws/saml"
    answer = call(function, True, **{**GIVEN, "sso_acs_url": url, "attribute_statements": [EMAIL, role]})
    assert answer["operations"] == ["replaceApplication"] and answer["app_id"] == saml_app["app_id"]
    assert writes(cloud) == []


def test_the_plan_of_a_change_is_what_comes(call: Call, saml_app: dict[str, Any]) -> None:
    changes: dict[str, Any] = {"app_id": saml_app["app_id"], "audience": "urn:n", "notes": {"admin": "n"}}
    planned, done = call(function, True, **changes), call(function, **changes)
    assert planned["diff"] == done["diff"] and planned["operations"] == done["operations"]


def test_all_faults_at_once_and_nothing_is_sent(call: Call, cloud: Cloud) -> None:
    with pytest.raises(InputError) as caught:
        call(
            function,
            label=LABEL,
            sso_acs_url="nowhere",
            response_signed=False,
            assertion_signed=False,
            notes={"admin": "x" * 251},
            attribute_statements=[EMAIL, dict(EMAIL)],
            signing_key={"rotate_within_days": 9000},
        )
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "audience",
        "sso_acs_url",
        "assertion_signed",
        "attribute_statements[1].name",
        "notes.admin",
        "signing_key.rotate_within_days",
    ]
    assert writes(cloud) == []


def test_the_rate_limit_is_waited_for(call: Call, cloud: Cloud, pauses: list[float]) -> None:
    cloud.settings.options["okta_rate_limits"] = {"apps": 2}
    answer = call(function, **GIVEN, groups=["Everyone"])
    assert answer["operations"] == ["createApplication", "assignGroupToApplication"]
    # The others are those of a creation, whose date has to be over before it is looked for.
    assert pauses and all(0 <= seconds <= 1.1 for seconds in pauses) and 1.0 in pauses
    assert 429 not in [entry.status for entry in cloud.log.since()]


@pytest.mark.parametrize(("effect", "status"), [("cut_before", 0), ("cut_after", 0), ("error", 500), ("error", 503)])
def test_a_change_survives_a_fault(
    effect: str, status: int, call: Call, cloud: Cloud, okta_http: OktaHttp, saml_app: dict[str, Any]
) -> None:
    cloud.faults.add(Fault(effect, service="okta", operation=f"PUT {ONE}", status=status, code="E0000009"))
    assert call(function, app_id=saml_app["app_id"], audience="urn:n")["changed"] is True
    assert sign_on(okta_http, saml_app["app_id"])["audience"] == "urn:n"


def test_a_refusal_says_what_okta_said(call: Call, cloud: Cloud) -> None:
    cloud.settings.options["okta_app_limit"] = 1
    with pytest.raises(ServiceError, match=r"Maximum number of instances has been reached.*error id oae") as caught:
        call(function, **GIVEN)
    assert caught.value.code == "E0000001"


def test_a_real_run_and_its_secrets(play: Play, cloud: Cloud, okta_http: OktaHttp) -> None:
    """Token and address come from the environment. No output of any verbosity holds a token."""
    task = {"name": "App", "qbusiness.federation.okta_app": {**GIVEN, "groups": ["Everyone"]}}
    played = play([task, task], "-vvvv", "--diff")
    assert [result["changed"] for result in played.results] == [True, False]
    assert len(labelled(okta_http)) == 1
    canary = "00canary-token-that-nobody-may-see"
    failing = {**task, "qbusiness.federation.okta_app": {**GIVEN, "okta_api_token": canary}}
    failed = play([failing], "-vvvv", "--diff", fails=True)
    assert "E0000011" in failed.text
    for text in (played.text, failed.text):
        assert canary not in text
        assert cloud.administrator.okta_api_token not in text

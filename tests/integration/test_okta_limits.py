# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A big org and a small bucket: lookups over all pages, and rate limits waited out by Okta's own clock."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import AmbiguousError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import budget as okta_budget
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import session as okta_session
from ansible_collections.qbusiness.federation.plugins.modules import okta_app
from conftest import Call, OktaHttp
from okta_world import APPS, GIVEN, LABEL, ONE, body, labelled, reads, writes
from qbusiness_sandbox.cloud import Cloud

function = okta_app.function
#: More than two of Okta's biggest pages.
MANY = 450


def crowd(cloud: Cloud, made: dict[str, Any], *places: int) -> list[str]:
    """Many apps whose labels begin as ours does; at these places ones of exactly our label. Answers these' ids."""
    apps = []
    for number in range(MANY):
        app = {key: value for key, value in made.items() if key not in ("_links", "id")}
        apps.append(
            {**app, "id": f"0oacrowd{number:012d}", "label": LABEL if number in places else f"{LABEL} {number}"}
        )
    cloud.seed({"okta": {"apps": apps}})
    cloud.log.clear()
    return [apps[place]["id"] for place in places]


@pytest.fixture
def template(okta_http: OktaHttp) -> dict[str, Any]:
    """An app as the org answers it, which is not there any more."""
    made: dict[str, Any] = okta_http.post(APPS, json=body()).json()
    assert okta_http.post(f"{APPS}/{made['id']}/lifecycle/deactivate").ok
    assert okta_http.delete(f"{APPS}/{made['id']}").status_code == 204
    return made


# -- pages ------------------------------------------------------------------------------------------------------------


def test_a_label_on_the_last_page(call: Call, cloud: Cloud, template: dict[str, Any]) -> None:
    [ours] = crowd(cloud, template, MANY - 1)
    answer = call(function, **GIVEN)
    assert answer["app_id"] == ours and "createApplication" not in answer["operations"]
    assert reads(cloud).count(f"GET {APPS}") == 3


def test_a_label_that_two_apps_share_pages_apart(call: Call, cloud: Cloud, template: dict[str, Any]) -> None:
    pair = crowd(cloud, template, 3, MANY - 2)
    with pytest.raises(AmbiguousError) as caught:
        call(function, **GIVEN)
    assert all(identifier in caught.value.message for identifier in pair) and writes(cloud) == []


def test_a_label_that_is_only_a_beginning(call: Call, cloud: Cloud, template: dict[str, Any]) -> None:
    crowd(cloud, template)
    assert call(function, **GIVEN)["operations"] == ["createApplication"]


def test_groups_among_many_of_their_beginning(
    call: Call, cloud: Cloud, okta_http: OktaHttp, saml_app: dict[str, Any]
) -> None:
    names = [f"sales {number}" for number in range(MANY)]
    made = cloud.seed({"okta": {"groups": [{"name": name} for name in [*names, "sales"]]}})["okta"]["groups"]
    assert call(function, **GIVEN, groups=["sales", names[-1]])["operations"] == ["assignGroupToApplication"] * 2
    assigned = {item["id"] for item in okta_http.get(f"{APPS}/{saml_app['app_id']}/groups").json()}
    assert assigned == {made["sales"], made[names[-1]]}


def test_assignments_of_more_than_a_page(
    call: Call, cloud: Cloud, okta_http: OktaHttp, saml_app: dict[str, Any]
) -> None:
    """All of 450 groups and 1100 users are seen: nothing to do; and just the one too many goes."""
    names = [f"team {number}" for number in range(MANY)]
    logins = [f"user{number}@example.com" for number in range(1100)]
    cloud.seed(
        {
            "okta": {
                "groups": [{"name": name} for name in names],
                "users": [{"login": login} for login in logins],
                "assignments": [{"app": saml_app["app_id"], "groups": names, "users": logins}],
            }
        }
    )
    purge = {"purge_groups": True, "purge_users": True}
    assert call(function, **GIVEN, groups=names, users=logins, **purge)["changed"] is False
    assert writes(cloud) == []
    assert reads(cloud).count(f"GET {ONE}/groups") == 3 and reads(cloud).count(f"GET {ONE}/users") == 3
    answer = call(function, **GIVEN, groups=names[:-1], users=logins[1:], **purge)
    assert answer["operations"] == ["unassignApplicationFromGroup", "unassignUserFromApplication"]
    assert len(okta_http.get(f"{APPS}/{saml_app['app_id']}/groups", params={"limit": 200}).json()) == 200


# -- the rate limit ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("skew", [0.0, -7200.0, 86400.0], ids=["same", "behind", "ahead"])
def test_by_oktas_clock_and_not_our_own(
    skew: float, call: Call, cloud: Cloud, okta_http: OktaHttp, pauses: list[float]
) -> None:
    """Whatever this machine's clock shows, a bucket is waited for as long as it takes, and not longer."""
    cloud.clock.offset = skew
    cloud.settings.options["okta_rate_limits"] = {"apps": 2, "app": 1, "groups": 1}
    answer = call(function, **GIVEN, groups=["Everyone"], status="INACTIVE")
    assert answer["operations"] == ["createApplication", "assignGroupToApplication", "deactivateApplication"]
    entries = cloud.log.since()
    assert pauses and 429 not in [entry.status for entry in entries]
    assert all(later.time - now.time <= 63 for now, later in pairwise(entries))
    cloud.settings.options["okta_rate_limits"] = {}
    assert labelled(okta_http)[0]["status"] == "INACTIVE"


def test_a_limit_that_never_ends_is_an_error(
    call: Call, cloud: Cloud, okta_http: OktaHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An org whose bucket somebody else empties all the time: the task ends, and says why."""
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        cloud.clock.advance(seconds)
        for _unused in range(3):
            okta_http.get(APPS)

    cloud.settings.options["okta_rate_limits"] = {"apps": 1}
    okta_http.get(APPS)
    monkeypatch.setattr(okta_session, "time", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(okta_budget, "time", SimpleNamespace(sleep=sleep, monotonic=cloud.clock.now))
    with pytest.raises(ServiceError, match=r"E0000047.*run fewer hosts"):
        call(function, **GIVEN)
    assert 500 < sum(waited) <= 700

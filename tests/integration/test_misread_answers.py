# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy that answers in place of AWS or Okta: nothing is created a second time, and the error names who answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import LayerError, ServiceError
from ansible_collections.qbusiness.federation.plugins.modules import (
    federation_session,
    iam_federation_provider,
    iam_federation_role,
    okta_app,
    okta_client_secret,
    okta_group_info,
    qbusiness_app,
    qbusiness_datasource,
    qbusiness_index,
    qbusiness_retriever,
    s3_bucket_statement,
)
from conftest import Call, OktaHttp
from hosts_world import Stage, both
from okta_world import GIVEN, labelled
from qbusiness_sandbox.cloud import Cloud, Fault
from qbusiness_sandbox.testing import Running
from resource_world import World

PAGE = "<!DOCTYPE html>\n<html><head><title>Access denied by policy 7</title></head><body>no</body></html>"
#: Body and content type of answers with status 200 that are not the service's.
ANSWERS = {
    "page": (PAGE, "text/html"),
    "page without a type": (PAGE.replace("<!DOCTYPE html>\n", ""), ""),
    "nothing": ("", "text/html"),
    "empty object": ("{}", "application/json"),
    "object of others": ('{"error": "blocked", "status": 1}', "application/json"),
    "list": ("[]", "application/json"),
    "null": ("null", "application/json"),
    "half": ('{"applications": [', "application/json"),
    "text": ("blocked", "text/plain"),
}
EMPTY_LIST = {"list"}  # which is what Okta answers where there is nothing


def instead(cloud: Cloud, operation: str, what: str = "page", status: int = 200, service: str = "*") -> None:
    """Answer so to every request of an operation from now on."""
    body, kind = ANSWERS[what]
    options = {"body": body, "content_type": kind, "headers": {"Via": "1.1 corporate-proxy"}}
    cloud.faults.clear()
    cloud.faults.add(Fault("answer", service=service, operation=operation, status=status, count=-1, options=options))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(ServiceError) as caught:
        act()
    message = caught.value.message
    assert "defect" not in message and "blocked" not in message.partition("title")[0]
    return message


@pytest.mark.parametrize("what", ANSWERS)
def test_no_second_application(call: Call, world: World, cloud: Cloud, what: str) -> None:
    given = {"display_name": "parent", "description": "new"}
    instead(cloud, "ListApplications", what)
    message = refused(lambda: call(qbusiness_app.function, **given))
    assert message.startswith("qbusiness ListApplications: ") and "proxy" in message and "HTTPS_PROXY" in message
    assert "HTTP 200" in message and "Via: 1.1 corporate-proxy" in message
    cloud.faults.clear()
    assert len(world.q.list_applications()["applications"]) == 1


def test_the_error_names_what_answered(call: Call, cloud: Cloud) -> None:
    instead(cloud, "ListApplications")
    message = refused(lambda: call(qbusiness_app.function, display_name="only", state="absent"))
    for text in ("HTTP 200 and text/html", "it is an HTML page", "'Access denied by policy 7'", "endpoint_url"):
        assert text in message
    instead(cloud, "ListApplications", status=403)
    assert "HTTP 403 and text/html" in refused(lambda: call(qbusiness_app.function, display_name="x", state="absent"))


@pytest.mark.parametrize("what", ANSWERS)
@pytest.mark.parametrize("kind", ["index", "data source", "retriever"])
def test_no_second_part(
    call: Call, world: World, cloud: Cloud, aws: Callable[[str], Any], kind: str, what: str
) -> None:
    ids = {"applicationId": world.application_id}
    parent = {"application_id": world.application_id}
    service = aws("qbusiness")
    cases: dict[str, tuple[Any, dict[str, Any], str, Callable[[], list[Any]]]] = {
        "index": (
            qbusiness_index,
            {**parent, "display_name": "only"},
            "ListIndices",
            lambda: service.list_indices(**ids)["indices"],
        ),
        "data source": (
            qbusiness_datasource,
            {
                **parent,
                "index_id": world.index_id,
                "display_name": "only",
                "configuration": {"type": "CUSTOM", "syncMode": "FULL_CRAWL", "version": "1.0.0"},
            },
            "ListDataSources",
            lambda: service.list_data_sources(**ids, indexId=world.index_id)["dataSources"],
        ),
        "retriever": (
            qbusiness_retriever,
            {
                **parent,
                "display_name": "only",
                "type": "NATIVE_INDEX",
                "configuration": {"native_index_configuration": {"index_id": world.index_id}},
            },
            "ListRetrievers",
            lambda: service.list_retrievers(**ids)["retrievers"],
        ),
    }
    module, options, operation, listed = cases[kind]
    before = len(listed())
    instead(cloud, operation, what)
    assert refused(lambda: call(module.function, **options)).startswith(f"qbusiness {operation}: ")
    cloud.faults.clear()
    assert len(listed()) == before


@pytest.mark.parametrize("what", ANSWERS)
def test_an_object_that_was_read_by_its_id(call: Call, world: World, cloud: Cloud, what: str) -> None:
    instead(cloud, "GetApplication", what)
    options = {"application_id": world.application_id, "description": "new"}
    assert refused(lambda: call(qbusiness_app.function, **options)).startswith("qbusiness GetApplication: ")
    assert [
        entry.operation for entry in cloud.log.since() if entry.write and entry.operation.startswith("Update")
    ] == []


@pytest.mark.parametrize("what", ANSWERS)
def test_iam_and_s3(call: Call, cloud: Cloud, aws: Callable[[str], Any], what: str) -> None:
    aws("s3").create_bucket(Bucket="house")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::house/*"}
    policy = '{"Version":"2012-10-17","Statement":[%s]}'
    kept = '{"Sid":"mine","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::house/*"}'
    aws("s3").put_bucket_policy(Bucket="house", Policy=policy % kept)
    provider = {"type": "oidc", "url": "https://example.okta.com/oauth2/default"}
    cases: list[tuple[Any, dict[str, Any], str]] = [
        (iam_federation_role, {"name": "role", "state": "absent"}, "GetRole"),
        (iam_federation_provider, {**provider, "client_ids": ["0oa1abcdEFGH2ijkl357"]}, "ListOpenIDConnectProviders"),
        (s3_bucket_statement, {"bucket": "house", "sid": "ours", "statement": statement}, "GetBucketPolicy"),
    ]
    for module, options, operation in cases:
        instead(cloud, operation, what)
        message = refused(partial(call, module.function, **options))
        assert f" {operation}: " in message and "proxy" in message
        cloud.faults.clear()
    assert "mine" in aws("s3").get_bucket_policy(Bucket="house")["Policy"]
    assert [entry.operation for entry in cloud.log.since() if entry.operation.startswith("CreateOpenID")] == []


def test_sts_says_it_in_its_layer(call: Call, cloud: Cloud) -> None:
    instead(cloud, "AssumeRoleWithWebIdentity")
    claims = "eyJzdWIiOiJhIiwiaXNzIjoiaHR0cHM6Ly9leGFtcGxlLm9rdGEuY29tIiwiZW1haWwiOiJhQGIuYyJ9"
    options = {"id_token": f"eyJhbGciOiJub25lIn0.{claims}.c2ln", "role_arn": "arn:aws:iam::123456789012:role/r"}
    with pytest.raises((LayerError, ServiceError)) as caught:
        call(federation_session.function, **options, wait_timeout=0)
    assert "HTML page" in json_of(caught.value) and "proxy" in json_of(caught.value)


def json_of(error: Any) -> str:
    return f"{error.message} {dict(error.facts)}"


@pytest.mark.parametrize("what", [*ANSWERS])
def test_okta(call: Call, cloud: Cloud, okta_http: OktaHttp, saml_app: dict[str, Any], what: str) -> None:
    if what not in EMPTY_LIST:
        instead(cloud, "GET /api/v1/apps", what, service="okta")
        message = refused(lambda: call(okta_app.function, **GIVEN))
        assert message.startswith("Okta GET /api/v1/apps: ") and "proxy" in message and "okta_org_url" in message
        instead(cloud, "GET /api/v1/groups", what, service="okta")
        assert "Okta GET /api/v1/groups: " in refused(lambda: call(okta_group_info.function, name="Everyone"))
    instead(cloud, "GET /api/v1/apps/{appId}", what, service="okta")
    refused(lambda: call(okta_app.function, **GIVEN, app_id=saml_app["app_id"]))
    cloud.faults.clear()
    assert [app["id"] for app in labelled(okta_http)] == [saml_app["app_id"]]


def test_client_secrets_of_okta(call: Call, cloud: Cloud, oidc_app: dict[str, Any]) -> None:
    for what in set(ANSWERS) - EMPTY_LIST:
        instead(cloud, "GET /api/v1/apps/{appId}/credentials/secrets", what, service="okta")
        refused(lambda: call(okta_client_secret.function, app_id=oidc_app["app_id"], secret_name="x"))


@pytest.mark.parametrize("link", ['<https://[::1>; rel="next"', '<>; rel="next"', "rel=next"])
def test_a_link_that_cannot_be_read_ends_no_list(call: Call, cloud: Cloud, link: str) -> None:
    options = {"body": "[]", "content_type": "application/json", "headers": {"Link": link}}
    cloud.faults.add(Fault("answer", service="okta", operation="GET /api/v1/apps", status=200, options=options))
    assert "the header Link" in refused(lambda: call(okta_app.function, **GIVEN))


@pytest.mark.parametrize("reset", ["99999999999999999999", "9" * 400, "-1", "soon"])
def test_a_reset_beyond_time(call: Call, cloud: Cloud, pauses: list[float], reset: str) -> None:
    headers = {"X-Rate-Limit-Limit": "50", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": reset}
    options = {"body": "{}", "content_type": "application/json", "headers": headers}
    cloud.faults.add(
        Fault("answer", service="okta", operation="GET /api/v1/apps", status=429, count=2, options=options)
    )
    assert call(okta_app.function, **GIVEN)["changed"] is True
    assert max(pauses) < 120


def test_both_executions(tmp_path_factory: pytest.TempPathFactory, running: Running, cloud: Cloud) -> None:
    stage = Stage(tmp_path_factory.mktemp("misread"), running)
    instead(cloud, "ListApplications")
    provider = "arn:aws:iam::123456789012:saml-provider/okta"
    options = {"display_name": "one", "identity_type": "AWS_IAM_IDP_SAML", "iam_identity_provider_arn": provider}
    run = stage.tasks(both([{"name": "app", "qbusiness.federation.qbusiness_app": options}]))
    first, second = (run.result(name)["msg"] for name in ("app", "app as module"))
    assert first == second and "it is an HTML page" in first
    assert [entry.operation for entry in cloud.log.since() if entry.write] == []

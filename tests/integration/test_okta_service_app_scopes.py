# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that name their own scopes work with a service app to which just these are granted, on both hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.modules import (
    okta_app_info,
    okta_authorization_server,
    okta_authorization_server_info,
    okta_client_secret,
    okta_client_secret_info,
    okta_group_info,
)
from ansible_collections.qbusiness.federation.plugins.plugin_utils import shared
from conftest import Call, OktaHttp
from okta_servers import CLIENT
from qbusiness_sandbox.cloud import Cloud
from secret_world import NAME, World
from service_world import service_app


@pytest.fixture(params=[None, shared.okta], ids=["module", "controller"])
def connect_okta(request: pytest.FixtureRequest) -> Iterator[Any]:
    """As a module comes to its session, and as the controller does."""
    yield request.param
    shared.forget()


@pytest.fixture
def granted(okta_http: OktaHttp) -> Callable[..., dict[str, str]]:
    """The connection options of a service app with these scopes."""

    def make(*scopes: str) -> dict[str, str]:
        return service_app(okta_http, *scopes)

    return make


def test_okta_client_secret(call: Call, okta_http: OktaHttp, aws: Any, cloud: Cloud, granted: Any) -> None:
    world = World(okta_http, aws, cloud)
    options = {"app_id": world.app_id, "secret_name": NAME}
    connection = granted("okta.apps.manage")
    assert call(okta_client_secret.function, **connection, **options)["changed"] is True
    assert call(okta_client_secret.function, **connection, **options, rotate="always")["rotated"] is True
    assert world.takes(world.stored())
    with pytest.raises(ServiceError, match="scope"):
        call(okta_client_secret.function, **granted("okta.groups.read"), **options)
    # Removing asks Okta nothing.
    assert call(okta_client_secret.function, **granted(), **options, state="absent")["changed"] is True


def test_okta_authorization_server(call: Call, okta_http: OktaHttp, granted: Any) -> None:
    okta_http.post("/api/v1/groups", json={"profile": {"name": "Knowledge"}})
    connection = granted("okta.authorizationServers.manage")
    assert call(okta_authorization_server.function, **connection, client_ids=[CLIENT])["changed"] is True
    rule = {"groups": ["Knowledge"]}
    with pytest.raises(ServiceError, match="scope"):
        call(okta_authorization_server.function, **connection, client_ids=[CLIENT], rule=rule)
    connection = granted("okta.authorizationServers.manage", "okta.groups.read")
    assert call(okta_authorization_server.function, **connection, client_ids=[CLIENT], rule=rule)["changed"] is True


def test_modules_that_only_read(call: Call, okta_http: OktaHttp, aws: Any, cloud: Cloud, granted: Any) -> None:
    world = World(okta_http, aws, cloud)
    okta_http.put(f"/api/v1/apps/{world.app_id}/groups/{_everyone(okta_http)}", json={})
    apps = granted("okta.apps.read")
    [app] = call(okta_app_info.function, **apps, app_id=world.app_id, include_assignments=True)["apps"]
    assert app["groups"] == ["Everyone"]
    assert len(call(okta_client_secret_info.function, **apps, app_id=world.app_id)["client_secrets"]) == 1
    groups = granted("okta.groups.read")
    assert call(okta_group_info.function, **groups, name="Everyone", include_members=True)["groups"]
    servers = granted("okta.authorizationServers.read")
    assert call(okta_authorization_server_info.function, **servers, server="default")["authorization_servers"]
    for function, connection in ((okta_app_info.function, groups), (okta_group_info.function, servers)):
        with pytest.raises(ServiceError, match="scope"):
            call(function, **connection)


def _everyone(http: OktaHttp) -> str:
    return next(str(group["id"]) for group in http.get("/api/v1/groups").json() if group["type"] == "BUILT_IN")

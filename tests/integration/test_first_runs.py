# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two first runs at one instant, on two machines that know nothing of each other: one object is there afterwards.

The witnesses are boto3 and plain HTTP. A creation arrives late, so that both runs have looked before either made it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import OktaHttp
from okta_servers import Org
from okta_world import GIVEN, OIDC, labelled
from qbusiness_sandbox.cloud import Cloud, Fault
from racers import Racer, all_done, races
from resource_world import KINDS, Kind, World, camel

#: Rounds: what `make test` does, and what `make many` does.
ROUNDS = [pytest.param(3, id="quick"), pytest.param(10, id="full", marks=pytest.mark.many)]
rounds_of = pytest.mark.parametrize("rounds", ROUNDS)
#: Kinds of which `make test` does three rounds as well.
SOME = ("app", "datasource")


def _cases() -> Iterator[Any]:
    """Each kind with the same input twice and, where it can be changed, with another one."""
    for kind in KINDS:
        changes: list[dict[str, Any] | None] = [None]
        changes += [{name: update[0]} for name, update in list(kind.updates.items())[:1]]
        for more in changes:
            name = f"{kind.name}-{'different' if more else 'same'}"
            if kind.name in SOME:
                yield pytest.param(kind, more, 3, id=f"{name}-quick")
            yield pytest.param(kind, more, 10, id=f"{name}-full", marks=pytest.mark.many)


CASES = list(_cases())


@pytest.fixture(autouse=True)
def late_creations(cloud: Cloud) -> None:
    """Every creation takes its time to arrive."""
    cloud.faults.add(Fault("delay", writes_only=True, seconds=0.4, count=-1))


def both(
    folder: Path, connection: dict[str, Any], module: str, *pairs: tuple[dict[str, Any], dict[str, Any]]
) -> list[list[dict[str, Any]]]:
    """What two runs on two machines answered, in so many rounds."""
    rounds = [[Racer(module, one, "one"), Racer(module, other, "two")] for one, other in pairs]
    answers = races(folder, connection, rounds)
    all_done(answers)
    return answers


@rounds_of
@pytest.mark.parametrize("protocol", [GIVEN, OIDC], ids=["saml", "oidc"])
def test_an_app(
    okta_http: OktaHttp, connection: dict[str, Any], tmp_path: Path, rounds: int, protocol: dict[str, Any]
) -> None:
    labels = [f"Assistant {number}" for number in range(rounds)]
    options = [{**protocol, "label": label, "groups": ["Everyone"]} for label in labels]
    answers = both(tmp_path, connection, "okta_app", *zip(options, options, strict=True))
    for label, pair in zip(labels, answers, strict=True):
        [app] = labelled(okta_http, label)
        assert {answer["app_id"] for answer in pair} == {app["id"]}
        assert len(okta_http.get(f"/api/v1/apps/{app['id']}/groups").json()) == 1


@rounds_of
def test_apps_that_differ(okta_http: OktaHttp, connection: dict[str, Any], tmp_path: Path, rounds: int) -> None:
    """Both runs go on with the older, and each has its own say."""
    addresses = [f"https://{who}.example.com/authorization-code/callback" for who in ("one", "two")]
    labels = [f"Assistant {number}" for number in range(rounds)]
    one, two = (
        [{**OIDC, "label": label, "purge_redirect_uris": False, "redirect_uris": [address]} for label in labels]
        for address in addresses
    )
    both(tmp_path, connection, "okta_app", *zip(one, two, strict=True))
    for label in labels:
        [app] = labelled(okta_http, label)
        assert sorted(app["settings"]["oauthClient"]["redirect_uris"]) == addresses


@rounds_of
@pytest.mark.parametrize("clients", [["0oasame"], ["0oaone", "0oatwo"]], ids=["same", "different"])
def test_policy_rule_and_claim(
    okta_http: OktaHttp, cloud: Cloud, connection: dict[str, Any], tmp_path: Path, rounds: int, clients: list[str]
) -> None:
    """Of one client: the same twice. Of two: both are let in."""
    org = Org(okta_http, cloud)
    servers = [f"Server {number}" for number in range(rounds)]
    one, two = (
        [{"server": server, "client_ids": [client_id]} for server in servers] for client_id in (clients[0], clients[-1])
    )
    answers = both(tmp_path, connection, "okta_authorization_server", *zip(one, two, strict=True))
    for pair in answers:
        [server_id] = {answer["server_id"] for answer in pair}
        [policy] = org.get("policies", server_id)
        assert sorted(policy["conditions"]["clients"]["include"]) == clients
        assert len(org.get(f"policies/{policy['id']}/rules", server_id)) == 1
        assert len(org.tags_claims(server_id)) == 1


@pytest.mark.parametrize(("kind", "more", "rounds"), CASES)
def test_an_object_of_q_business(
    world: World, connection: dict[str, Any], tmp_path: Path, rounds: int, kind: Kind, more: dict[str, Any] | None
) -> None:
    """The same input twice is one creation to the service. With two inputs there are two, and the older stays."""
    options = {**kind.where(world), **kind.options(world)}
    options = {key: item for key, item in options.items() if item is not None}
    before = [item[camel(kind.id)] for item in kind.all(world)]
    for _number in range(rounds):
        [answers] = both(tmp_path, connection, f"qbusiness_{kind.name}", (options, {**options, **(more or {})}))
        [object_id] = {answer[kind.id] for answer in answers}
        assert [item[camel(kind.id)] for item in kind.all(world)] == [*before, object_id]
        getattr(world.q, f"delete_{kind.noun}")(**kind.members(world), **{camel(kind.id): object_id})
    made = [entry for entry in world.cloud.log.writes() if entry.operation == f"Create{kind.operation}"]
    assert len(made) > rounds  # they did race

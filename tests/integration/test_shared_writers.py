# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writers of one shared object at one instant: everything that each of them put there is there, after one run.

The witnesses are boto3 and plain HTTP. Each writer is a process of its own, and those of one test are on one machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import OktaHttp
from okta_servers import Org
from okta_world import CALLBACK, OIDC, client, labelled
from qbusiness_sandbox.cloud import Cloud, Fault
from racers import Racer, all_done, races

Witness = Callable[[str], Any]
#: (writers, rounds): what `make test` does, and what `make many` does.
QUICK, FULL = (6, 2), (10, 5)
SIZES = [pytest.param(*QUICK, id="quick"), pytest.param(*FULL, id="full", marks=pytest.mark.many)]
BUCKET = "shared-theme-bucket"
ISSUER_NAME = "acme.okta.com/oauth2/default"
sizes = pytest.mark.parametrize(("writers", "rounds"), SIZES)


@pytest.fixture(autouse=True)
def slow_writes(cloud: Cloud) -> None:
    """Every write takes its time to arrive: whoever reads before it, and does not wait, writes what is old by then."""
    for service in ("okta", "iam", "s3"):
        cloud.faults.add(Fault("delay", service=service, writes_only=True, seconds=0.05, count=-1))


@sizes
def test_one_authorization_server(
    okta_http: OktaHttp, cloud: Cloud, connection: dict[str, Any], tmp_path: Path, writers: int, rounds: int
) -> None:
    """Identities on the server ``default`` of a new org: one claim, one policy with all of their clients, one rule."""
    org = Org(okta_http, cloud)
    clients = [f"0oaround{number}client{writer:06}" for number in range(rounds) for writer in range(writers)]
    racers = [
        Racer("okta_authorization_server", {"server": "default", "client_ids": [client_id]}) for client_id in clients
    ]
    all_done(races(tmp_path, connection, in_rounds(racers, writers)))
    [policy] = org.get("policies")
    assert sorted(policy["conditions"]["clients"]["include"]) == clients
    assert len(org.get(f"policies/{policy['id']}/rules")) == 1
    assert len(org.tags_claims()) == 1


@sizes
def test_one_provider(aws: Witness, connection: dict[str, Any], tmp_path: Path, writers: int, rounds: int) -> None:
    """Identities of one issuer: the provider is made once, and has the client id of each; it goes with the last."""
    iam = aws("iam")
    names = [f"client{writer:02}" for writer in range(writers)]
    racers = [
        Racer("iam_federation_provider", {"type": "oidc", "url": f"https://{ISSUER_NAME}", "client_ids": [name]})
        for name in names
    ]
    leaving = [Racer(racer.module, {**racer.options, "state": "absent"}) for racer in racers]
    all_done(races(tmp_path, connection, [*([racers, leaving] * (rounds - 1)), racers]))
    [listed] = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=listed["Arn"])["ClientIDList"]
    assert sorted(found) == names
    all_done(races(tmp_path, connection, [leaving]))
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


@sizes
def test_one_app(okta_http: OktaHttp, connection: dict[str, Any], tmp_path: Path, writers: int, rounds: int) -> None:
    """Applications on one Okta app, which is made by whoever comes first: it has the address of each."""
    addresses = [f"{CALLBACK}/{number}/{writer}" for number in range(rounds) for writer in range(writers)]
    racers = [
        Racer("okta_app", {**OIDC, "redirect_uris": [address], "purge_redirect_uris": False}) for address in addresses
    ]
    answers = races(tmp_path, connection, in_rounds(racers, writers))
    all_done(answers)
    [app] = labelled(okta_http)
    assert {answer["app_id"] for round_ in answers for answer in round_} == {app["id"]}
    assert sorted(client(okta_http, app["id"])["redirect_uris"]) == sorted(addresses)


@sizes
def test_one_bucket_policy(aws: Witness, connection: dict[str, Any], tmp_path: Path, writers: int, rounds: int) -> None:
    """Themes of several applications in one bucket: the statement of each is there, and was written once."""
    s3 = aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    sids = [f"Writer{number}" for number in range(writers * rounds)]
    resource = f"arn:aws:s3:::{BUCKET}/*"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource}
    racers = [Racer("s3_bucket_statement", {"bucket": BUCKET, "sid": sid, "statement": statement}) for sid in sids]
    answers = races(tmp_path, connection, in_rounds(racers, writers))
    all_done(answers)
    assert all(answer["operations"] == ["PutBucketPolicy"] for round_ in answers for answer in round_)
    found = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert sorted(item["Sid"] for item in found) == sorted(sids)


def in_rounds(racers: list[Racer], size: int) -> list[list[Racer]]:
    """The same tasks in rounds of this size."""
    return [racers[start : start + size] for start in range(0, len(racers), size)]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents of ``docs/connectors.md``: made, found unchanged, changed in one place; the witness is boto3."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
import yaml
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FailedStateError, ServiceError
from ansible_collections.qbusiness.federation.plugins.modules.iam_federation_role import function as role
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource import function as datasource
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource_sync import function as sync
from conftest import Call, Play
from okta_world import ROOT
from resource_world import BUCKET, World

pytestmark = pytest.mark.usefixtures("instant")

PAGE = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
#: Heading → the block below it.
BLOCKS = dict(re.findall(r"^## (?:`(?=\w+`\n))?([\w ,]+)`?\n.*?^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
CONNECTORS = [name for name in BLOCKS if name.isupper()]
WIRING = "Role, secret, key and VPC"
SECRET = "confluence-credentials"
SUBNETS, GROUPS = ["subnet-0a1b2c3d", "subnet-1b2c3d4e"], ["sg-0a1b2c3d"]
#: One setting of each document, by its path, with another value.
CHANGES: dict[str, tuple[str, Any]] = {
    "S3": ("additionalProperties.maxFileSizeInMegaBytes", "20"),
    "S3V2": ("filterConfiguration.maxFileSizeInMegaBytes", 20),
    "WEBCRAWLERV2": ("additionalProperties.honorRobots", False),
    "CONFLUENCEV2": ("additionalProperties.isCrawlBlog", False),
    "SHAREPOINTV2": ("additionalProperties.crawlPages", False),
}


@pytest.fixture
def key_arn(world: World) -> str:
    return str(world.aws("kms").create_key(Description="credentials")["KeyMetadata"]["Arn"])


@pytest.fixture
def secret_arn(world: World, key_arn: str) -> str:
    """The ARN of a secret under a key of the account's own."""
    text = json.dumps({"username": "reader", "password": "not for anybody"})
    made = world.aws("secretsmanager").create_secret(Name=SECRET, SecretString=text, KmsKeyId=key_arn)
    return str(made["ARN"])


def document(name: str, world: World, secret_arn: str) -> dict[str, Any]:
    """The page's document of a connector, with the account's own values in it."""
    values = {"bucket": BUCKET, "account_id": world.cloud.account_id, "secret_arn": secret_arn}
    text = re.sub(r"\{\{ (\w+) \}\}", lambda found: values[found[1]], BLOCKS[name])
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def options(world: World, name: str, configuration: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "display_name": name,
        "configuration": configuration,
    }
    return given if name == "CUSTOM" else {**given, "role_arn": world.role("reader")}


def seen(world: World, data_source_id: str) -> dict[str, Any]:
    found: dict[str, Any] = world.q.get_data_source(
        applicationId=world.application_id, indexId=world.index_id, dataSourceId=data_source_id
    )
    return found


def turned(value: Any) -> Any:
    """The same document as a template might give it: everything a text, every list the other way round."""
    if isinstance(value, dict):
        return {key: turned(item) for key, item in reversed(value.items())}
    if isinstance(value, list):
        return [turned(item) for item in reversed(value)]
    return str(value).lower() if isinstance(value, bool) else str(value)


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """The plain values of a document by their paths; lists of texts sorted, others by their keys; all as texts."""
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for key, item in value.items():
            found |= leaves(item, f"{path}.{key}".lstrip("."))
        return found
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return {path: sorted(json.dumps(turned(item), sort_keys=True) for item in value)}
    return {path: sorted(map(str, value)) if isinstance(value, list) else turned(value)}


def test_the_page_has_all_connectors() -> None:
    assert CONNECTORS == ["S3", "S3V2", "CUSTOM", "WEBCRAWLERV2", "CONFLUENCEV2", "SHAREPOINTV2"]
    assert WIRING in BLOCKS


@pytest.mark.parametrize("normalises", [False, True], ids=["as_sent", "normalised"])
@pytest.mark.parametrize("name", CONNECTORS)
def test_a_document_converges(name: str, normalises: bool, call: Call, world: World, secret_arn: str) -> None:
    world.cloud.settings.options["normalise_documents"] = normalises
    wanted = document(name, world, secret_arn)
    given = options(world, name, wanted)
    planned = call(datasource, True, **given)
    made = call(datasource, **given)
    assert planned["operations"] == made["operations"] == ["CreateDataSource"]
    stored = seen(world, made["data_source_id"])
    assert (stored["type"], stored["status"]) == (name, "ACTIVE")
    if normalises and name != "CUSTOM":
        assert stored["configuration"] != wanted
        assert set(leaves(stored["configuration"])) > set(leaves(wanted))
    else:
        assert stored["configuration"] == wanted
    # again, and as a template might give it
    world.cloud.log.clear()
    for same in (wanted, copy.deepcopy(wanted), turned(wanted)):
        for check_mode in (True, False):
            answer = call(datasource, check_mode, **{**given, "configuration": same})
            assert (answer["changed"], answer["operations"]) == (False, [])
            assert answer["diff"]["before"] == answer["diff"]["after"]
    assert world.writes() == []


@pytest.mark.parametrize("normalises", [False, True], ids=["as_sent", "normalised"])
@pytest.mark.parametrize("name", list(CHANGES))
def test_one_change_is_the_only_one(name: str, normalises: bool, call: Call, world: World, secret_arn: str) -> None:
    world.cloud.settings.options["normalise_documents"] = normalises
    wanted = document(name, world, secret_arn)
    given = options(world, name, wanted)
    data_source_id = call(datasource, **given)["data_source_id"]
    before = seen(world, data_source_id)["configuration"]
    path, value = CHANGES[name]
    changed = copy.deepcopy(wanted)
    *parents, last = path.split(".")
    place = changed
    for parent in parents:
        place = place[parent]
    place[last] = value
    answer = call(datasource, **{**given, "configuration": changed})
    assert answer["operations"] == ["UpdateDataSource"]
    after = seen(world, data_source_id)["configuration"]
    left, right = leaves(before), leaves(after)
    assert {item for item in left if left[item] != right.get(item)} == {path} and left.keys() == right.keys()
    assert right[path] == turned(value)
    assert call(datasource, **{**given, "configuration": changed})["changed"] is False
    # a part of it alone: the rest stays
    part: Any = value
    for name_of in reversed(path.split(".")):
        part = {name_of: part}
    alone = {**given, "configuration": {"type": name, **part}}
    assert call(datasource, **alone)["changed"] is False
    assert leaves(seen(world, data_source_id)["configuration"]) == right


@pytest.mark.parametrize("name", [name for name in CONNECTORS if name != "CUSTOM"])
def test_a_document_that_lacks_a_part_is_refused(name: str, call: Call, world: World, secret_arn: str) -> None:
    """The embedded service does hold documents to their connector's schema."""
    wanted = document(name, world, secret_arn)
    wanted["connectionConfiguration"] = {}
    with pytest.raises(ServiceError, match=r"configuration\.connectionConfiguration\.") as caught:
        call(datasource, **options(world, name, wanted))
    assert caught.value.code == "ValidationException"


# -- role, secret, key and VPC ----------------------------------------------------------------------------------------


def wired(world: World, secret_arn: str, key_arn: str) -> dict[str, Any]:
    """The options of the role that reads Confluence."""
    return {
        "name": "QBusiness-DataSource-confluence",
        "kind": "data_source",
        "application_arn": f"arn:aws:qbusiness:{world.cloud.region}:{world.cloud.account_id}:application/"
        f"{world.application_id}",
        "index_id": world.index_id,
        "secret_arn": secret_arn,
        "kms_key_arn": key_arn,
        "vpc_subnet_ids": SUBNETS,
        "vpc_security_group_ids": GROUPS,
    }


@pytest.mark.parametrize("lacking", ["", "secret_arn", "kms_key_arn"])
def test_the_role_reads_secret_and_key(lacking: str, call: Call, world: World, secret_arn: str, key_arn: str) -> None:
    """The sync reads the secret with the role, through its key; without the right to either it fails and says so."""
    given = {key: value for key, value in wired(world, secret_arn, key_arn).items() if key != lacking}
    reader = call(role, **given)["role_arn"]
    made = call(
        datasource,
        **{
            **options(world, "CONFLUENCEV2", document("CONFLUENCEV2", world, secret_arn)),
            "role_arn": reader,
            "vpc_configuration": {"subnet_ids": SUBNETS, "security_group_ids": GROUPS},
        },
    )
    assert seen(world, made["data_source_id"])["vpcConfiguration"] == {
        "subnetIds": SUBNETS,
        "securityGroupIds": GROUPS,
    }
    job = {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "data_source_id": made["data_source_id"],
        "wait": True,
    }
    if lacking:
        with pytest.raises(FailedStateError, match=f"secret .*{SECRET}.* cannot be read with the role"):
            call(sync, **job)
    else:
        assert call(sync, **job)["job"]["status"] == "SUCCEEDED"


def test_the_tasks_of_the_page(play: Play, world: World, secret_arn: str, key_arn: str) -> None:
    values = {
        **{name: value for name, value in wired(world, secret_arn, key_arn).items() if name.endswith(("_arn", "_id"))},
        "application_id": world.application_id,
        "subnet_ids": SUBNETS,
        "security_group_ids": GROUPS,
        "confluence_document": document("CONFLUENCEV2", world, secret_arn),
    }
    tasks = [{"ansible.builtin.set_fact": values}, *yaml.safe_load(BLOCKS[WIRING])]
    first = play(tasks)
    assert [result["changed"] for result in first.results[1:]] == [True, True, True]
    assert first.results[3]["job"]["status"] == "SUCCEEDED"
    assert seen(world, first.results[2]["data_source_id"])["configuration"] == values["confluence_document"]
    again = play(tasks)
    assert [result["changed"] for result in again.results[1:3]] == [False, False]
    assert "not for anybody" not in first.text + again.text

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role by which a plugin's secret is read, made by one module and taken by the other. The witness is boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, ServiceError
from ansible_collections.qbusiness.federation.plugins.modules.iam_federation_role import function as role
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_plugin import function as plugin
from conftest import Call
from resource_world import World

pytestmark = pytest.mark.usefixtures("instant")

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:jira-AbCdEf"
KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-0123-4123-8123-0123456789ab"


def application_arn(world: World) -> str:
    return f"arn:aws:qbusiness:us-east-1:123456789012:application/{world.application_id}"


def wanted(world: World, **more: Any) -> dict[str, Any]:
    return {
        "name": "plugins",
        "kind": "plugin",
        "secret_arn": SECRET,
        "application_arn": application_arn(world),
        **more,
    }


def jira(world: World, role_arn: str) -> dict[str, Any]:
    arm = {"secret_arn": SECRET, "role_arn": role_arn}
    return {
        "application_id": world.application_id,
        "display_name": "tickets",
        "type": "JIRA_CLOUD",
        "server_url": "https://jira.example.com",
        "auth_configuration": {"o_auth2_client_credential_configuration": arm},
    }


def test_the_role_is_as_the_page_shows_it(world: World, call: Call) -> None:
    """https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/plugin-iam-role.html"""
    made = call(role, **wanted(world))
    iam = world.aws("iam")
    (trust,) = iam.get_role(RoleName="plugins")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust == {
        "Sid": "QBusinessFederationPlugin",
        "Effect": "Allow",
        "Principal": {"Service": "qbusiness.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": application_arn(world)},
        },
    }
    policy = {"RoleName": "plugins", "PolicyName": "QBusinessPlugin"}
    read = {
        "Sid": "AllowQBusinessToGetSecretValue",
        "Effect": "Allow",
        "Action": ["secretsmanager:GetSecretValue"],
        "Resource": [SECRET],
    }
    assert iam.get_role_policy(**policy)["PolicyDocument"]["Statement"] == [read]
    assert call(role, **wanted(world))["changed"] is False
    call(role, **wanted(world, kms_key_arn=KEY))
    decrypt = iam.get_role_policy(**policy)["PolicyDocument"]["Statement"][1]
    assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [KEY])
    assert call(role, name="plugins", state="absent")["changed"] is True
    assert made["role_arn"] not in [item["Arn"] for item in iam.list_roles()["Roles"]]


def test_the_plugin_takes_it(world: World, call: Call) -> None:
    made = call(role, **wanted(world))
    answer = call(plugin, **jira(world, made["role_arn"]))
    assert answer["build_status"] == "READY"


@pytest.mark.parametrize("kind", ["secrets", "elsewhere"])
def test_the_plugin_takes_no_other(kind: str, world: World, call: Call) -> None:
    """The role of a client secret is for another principal, the role of another application for another source."""
    options = wanted(world)
    if kind == "secrets":
        options["kind"] = "secrets"
    else:
        options["application_arn"] = application_arn(world).replace(world.application_id, world.application("other"))
    made = call(role, **options)
    with pytest.raises(ServiceError):
        call(plugin, **jira(world, made["role_arn"]))


def test_the_role_needs_its_secret_and_its_application(world: World, call: Call) -> None:
    with pytest.raises(InputError) as caught:
        call(role, name="plugins", kind="plugin", index_id=world.index_id)
    assert {fault.partition(": ")[0] for fault in caught.value.faults} == {"application_arn", "secret_arn", "index_id"}

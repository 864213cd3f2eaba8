# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qbusiness_app`` with identity types that are not of IAM federation: what the service takes and does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ImmutableError, InputError
from ansible_collections.qbusiness.federation.plugins.modules import qbusiness_app
from conftest import Call
from qbusiness_sandbox.cloud import Cloud

INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
CENTER = {"display_name": "center", "identity_type": "AWS_IAM_IDC", "identity_center_instance_arn": INSTANCE}
SIGHT = {
    "display_name": "sight",
    "identity_type": "AWS_QUICKSIGHT_IDP",
    "quick_sight_configuration": {"client_namespace": "default"},
}


def test_identity_center_create_and_no_change(call: Call, cloud: Cloud, aws: Callable[[str], Any]) -> None:
    answer = call(qbusiness_app.function, **CENTER)
    assert answer["application"]["identity_center_instance_arn"] == INSTANCE
    seen = aws("qbusiness").get_application(applicationId=answer["application_id"])
    assert INSTANCE.rpartition("/")[2] in seen["identityCenterApplicationArn"]
    cloud.log.clear()
    again = call(qbusiness_app.function, **CENTER)
    assert (again["changed"], again["operations"], cloud.log.writes()) == (False, [], [])


def test_identity_center_check_names_another_instance(call: Call, cloud: Cloud) -> None:
    call(qbusiness_app.function, **CENTER)
    cloud.log.clear()
    other = INSTANCE.replace("0123", "3210")
    plan = call(qbusiness_app.function, check_mode=True, **{**CENTER, "identity_center_instance_arn": other})
    assert plan["operations"] == ["UpdateApplication"]
    assert plan["diff"]["before"]["identity_center_instance_arn"] == INSTANCE
    assert plan["diff"]["after"]["identity_center_instance_arn"] == other
    assert cloud.log.writes() == []


def test_quick_sight_create_no_change_and_immutable(call: Call, cloud: Cloud, aws: Callable[[str], Any]) -> None:
    answer = call(qbusiness_app.function, **SIGHT)
    seen = aws("qbusiness").get_application(applicationId=answer["application_id"])
    assert seen["quickSightConfiguration"] == {"clientNamespace": "default"}
    cloud.log.clear()
    assert not call(qbusiness_app.function, **SIGHT)["changed"]
    with pytest.raises(ImmutableError, match="quick_sight_configuration"):
        call(qbusiness_app.function, **{**SIGHT, "quick_sight_configuration": {"client_namespace": "other"}})
    assert cloud.log.writes() == []


def test_anonymous_create_and_no_change(call: Call, cloud: Cloud) -> None:
    open_to_all = {"display_name": "open", "identity_type": "ANONYMOUS"}
    assert call(qbusiness_app.function, **open_to_all)["application"]["identity_type"] == "ANONYMOUS"
    assert not call(qbusiness_app.function, **open_to_all)["changed"]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"identity_type": "AWS_IAM_IDC"}, "identity_center_instance_arn: is required"),
        ({"identity_type": "AWS_QUICKSIGHT_IDP"}, "quick_sight_configuration: is required"),
        ({**SIGHT, "identity_center_instance_arn": INSTANCE}, "identity_center_instance_arn: goes only with"),
        (
            {**CENTER, "quick_sight_configuration": SIGHT["quick_sight_configuration"]},
            "quick_sight_configuration: goes",
        ),
        ({**CENTER, "client_ids_for_oidc": ["client"]}, "client_ids_for_oidc: goes only with"),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "",
)
def test_bad_input(call: Call, cloud: Cloud, options: dict[str, Any], fault: str) -> None:
    with pytest.raises(InputError) as caught:
        call(qbusiness_app.function, **{"display_name": "wrong", **options})
    assert [text for text in caught.value.faults if text.startswith(fault)], caught.value.faults
    assert cloud.log.writes() == []

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that Ansible's validation finds and faults that the service model finds, in one message, on both hosts."""

from __future__ import annotations

from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import fault_text
from ansible_collections.qbusiness.federation.plugins.module_utils.option_faults import well_formed
from conftest import Play
from qbusiness_sandbox.cloud import Cloud

WRONG = {
    "display_name": "my assistant",
    "identity_type": "SAML",
    "role_arn": "nobody",
    "attachments_configuration": {"attachments_control_mode": "ON"},
    "encryption_configuration": {"kms_key_id": ""},
    "wait_timeout": "long",
}


def test_both_hosts_tell_all_at_once_and_the_same(play: Play, cloud: Cloud) -> None:
    task: dict[str, Any] = {
        "qbusiness.federation.qbusiness_app": WRONG,
        "register": "told",
        "ignore_errors": True,
    }
    here, apart = play([task, {**task, "vars": {"qbusiness_execution": "module"}}]).results
    assert here["failed"]
    assert here["msg"] == apart["msg"]
    told = here["msg"].split("\n")
    for start in (
        "value of identity_type must be one of: AWS_IAM_IDP_SAML,",
        "value of attachments_control_mode must be one of: ENABLED, DISABLED, got: ON found in attachments_",
        "argument 'wait_timeout' is of type str and we were unable to convert to int",
        "display_name: 'my assistant' does not match the service's pattern",
        "role_arn: 'nobody' does not match the service's pattern",
        "encryption_configuration.kms_key_id: 0 characters given, allowed are 1 to 2048",
    ):
        assert [text for text in told if text.startswith(start)], (start, told)
    assert len(told) == 6
    assert cloud.log.since() == []


class Named(Exception):
    """One error of Ansible's validation."""


def test_one_fault_is_told_once() -> None:
    errors = [
        Named("dictionary requested, could not parse JSON or key=value"),
        Named(
            "argument 'vpc' is of type str and we were unable to convert to dict: dictionary requested, could not "
            "parse JSON or key=value"
        ),
        Named("value of type must be one of: A, B, got: C"),
        Named("missing required arguments: key, operator found in hook -> condition"),
    ]
    more = [
        "type: 'C' is none of A, B",
        "hook.condition.key: is required",
        "hooks[0].condition.key: is required",
        "vpc: is required to create the data_source",
        "type: goes only with another one",
    ]
    assert fault_text(errors, "m", more).split("\n") == [
        str(errors[1]),
        str(errors[2]),
        str(errors[3]),
        "hooks[0].condition.key: is required",
        "type: goes only with another one",
    ]


def test_options_of_another_form_are_left_out_before_they_are_checked() -> None:
    spec = {
        "units": {"type": "int"},
        "tags": {"type": "dict"},
        "origins": {"type": "list", "elements": "str"},
        "hook": {"type": "dict", "options": {"count": {"type": "int"}, "name": {"type": "str"}}},
        "rules": {"type": "list", "elements": "dict", "options": {"on": {"type": "bool"}}},
    }
    given = {
        "units": "five",
        "tags": "a",
        "origins": ["x"],
        "hook": {"count": "many", "name": 5},
        "rules": [{"on": "maybe"}, "rule", {"on": True}],
        "unheard_of": 1,
    }
    assert well_formed(spec, given) == {
        "units": None,
        "tags": None,
        "origins": ["x"],
        "hook": {"count": None, "name": 5},
        "rules": [{"on": None}, "rule", {"on": True}],
        "unheard_of": 1,
    }

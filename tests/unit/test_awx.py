# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions for AWX as options of its modules."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.plugin_utils.awx import awx_inputs, awx_templates


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{  { org_url }}", "{{ org_url }}"),
        ("{  { a }} and {  { b }}", "{{ a }} and {{ b }}"),
        ("no expression", "no expression"),
        ("{ { one gap }}", "{ { one gap }}"),
        ({"env": {"TOKEN": "{  { token }}"}}, {"env": {"TOKEN": "{{ token }}"}}),
        (["{  { a }}", ("{  { b }}",)], ["{{ a }}", ["{{ b }}"]]),
        ({"flag": True, "number": 3, "nothing": None}, {"flag": True, "number": 3, "nothing": None}),
    ],
)
def test_expressions_of_awx(value: Any, expected: Any) -> None:
    assert awx_templates(value) == expected


def test_definitions_stay_as_they_are() -> None:
    definition = {"env": {"TOKEN": "{  { token }}"}}
    awx_templates(definition)
    assert definition == {"env": {"TOKEN": "{  { token }}"}}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"org_url": "https://example.okta.com", "private_key": ""}, {"org_url": "https://example.okta.com"}),
        ({"client_id": None, "api_token": "t"}, {"api_token": "t"}),
        ({"verify": False, "retries": 0}, {"verify": False, "retries": 0}),
        ({}, {}),
    ],
)
def test_inputs_that_are_set(values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert awx_inputs(values) == expected

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of hosts: set or not, lists and maps in them, protocols and identities, told alike by all that ask."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.host_variables import (
    LABELS,
    identity_of,
    is_set,
    items_of,
    names_protocol,
    protocol_of,
    text_list,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.inventory import Inventory
from ansible_collections.qbusiness.federation.plugins.plugin_utils import hosts as of_hosts
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.values import Untemplatable
from hypothesis import given
from hypothesis import strategies as st

SAML, OIDC = {"okta_saml_app_label": "Docs"}, {"okta_oidc_app_label": "Docs"}
TEXTS = st.text(alphabet="abcäß -_/.", min_size=1).map(str.strip).filter(bool)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, False), ("", False), (" \n", False), ("a", True), (0, True), (False, True), ([], True), ({}, True)],
)
def test_a_survey_that_nobody_filled_in_sets_nothing(value: Any, expected: bool) -> None:
    assert is_set(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        ("", []),
        ("a, b,,c ", ["a", "b", "c"]),
        ("a, b\nc\n\n", ["a, b", "c"]),
        (["a, b", " c"], ["a, b", " c"]),
        (("a",), ["a"]),
        ((name for name in "ab"), ["a", "b"]),
        (5, [5]),
        (True, [True]),
        ({"a": 1}, []),
        (Untemplatable("no"), []),
    ],
)
def test_lists_and_texts_of_surveys(value: Any, expected: list[Any]) -> None:
    assert text_list(value) == expected


@given(st.lists(TEXTS, min_size=1))
def test_a_survey_of_several_lines_gives_each_line(items: list[str]) -> None:
    assert text_list("\n".join([*items, ""])) == items == text_list(items)


@pytest.mark.parametrize("value", [None, "", "a, b", 5, {"name": "a"}, Untemplatable("no")])
def test_what_is_no_list_has_no_items(value: Any) -> None:
    assert items_of({"v": value}, "v") == items_of({}, "v") == []


def test_items_keep_their_place() -> None:
    assert items_of({"v": ["a", {"name": "b"}, None, {"name": "c"}]}, "v") == [(1, {"name": "b"}), (3, {"name": "c"})]


@pytest.mark.parametrize(
    ("host", "protocol", "named"),
    [
        ({}, "", ""),
        (SAML, "saml", "saml"),
        (OIDC, "oidc", "oidc"),
        ({**SAML, **OIDC}, "oidc", "oidc"),
        ({**SAML, "okta_oidc_app_label": ""}, "saml", "saml"),
        ({**SAML, "okta_oidc_app_label": None}, "saml", "saml"),
        ({"okta_oidc_app_label": " "}, "", "oidc"),
        ({"okta_saml_app_label": ""}, "", "saml"),
    ],
)
def test_the_label_that_is_set_says_the_protocol(host: dict[str, Any], protocol: str, named: str) -> None:
    assert (protocol_of(host), names_protocol(host)) == (protocol, named)
    assert Inventory(["a"], [], {"a": host}, frozenset()).protocol("a") == protocol
    assert set(LABELS) == {"saml", "oidc"}


@pytest.mark.parametrize(
    ("named", "expected"), [("okta", "okta"), ("", "docs"), (None, "docs"), ("nobody", "docs"), ("docs", "docs")]
)
def test_the_identity_of_an_application(named: Any, expected: str) -> None:
    hosts = {"docs": {"qbusiness_identity": named}, "okta": SAML, "other": {}}
    inventory = Inventory(["okta"], ["docs", "other"], hosts, frozenset())
    assert identity_of("docs", hosts) == inventory.identity_of("docs") == expected
    assert identity_of("unknown", hosts) == "unknown"
    assert ("docs" in of_hosts.applications_of("okta", ["docs", "other"], hosts)) is (expected == "okta")
    assert inventory.applications_of("docs") == ([] if expected == "okta" else ["docs"])


def test_an_application_without_the_variable_is_its_own_identity() -> None:
    assert identity_of("docs", {"docs": {}}) == "docs"


@pytest.mark.parametrize(("state", "removed"), [("absent", True), ("present", False), ("", False), (None, False)])
def test_an_application_that_is_to_be_removed(state: Any, removed: bool) -> None:
    host = {"qbusiness_application_state": state}
    assert of_hosts.is_removed(host) is removed
    assert Inventory([], ["a"], {"a": host}, frozenset()).is_removed("a") is removed
    assert not of_hosts.is_removed({})


def test_an_own_url_has_no_slash_at_its_end() -> None:
    assert of_hosts.own_url({"qbusiness_application_url": "https://docs.example.com//"}) == "https://docs.example.com"
    assert of_hosts.own_url({}) == of_hosts.own_url({"qbusiness_application_url": ""}) == ""


ON: list[Any] = [True, "yes", "True", "on", 1, "1"]
OFF: list[Any] = [False, "no", "", None, 0, "maybe", []]


@pytest.mark.parametrize(("value", "on"), [*((value, True) for value in ON), *((value, False) for value in OFF)])
def test_switches_in_all_of_their_spellings(value: Any, on: bool) -> None:
    assert Inventory([], [], {"a": {"s": value}}, frozenset()).flag("a", "s") is on
    assert not Inventory([], [], {}, frozenset()).flag("a", "s")


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ({}, ""),
        ({"qbusiness_region": "eu-west-1"}, "eu-west-1"),
        ({"federation_region": "us-west-2", "qbusiness_region": "eu-west-1"}, "us-west-2"),
        ({"federation_region": "", "qbusiness_region": "eu-west-1"}, "eu-west-1"),
    ],
)
def test_the_region_of_a_host(host: dict[str, Any], region: str) -> None:
    assert Inventory([], ["a"], {"a": host}, frozenset()).region("a") == region


class Host(dict[str, Any]):
    """A host of Ansible with a template that fails."""

    def get(self, name: str, default: Any = None) -> Any:
        raise RuntimeError("'nobody' is undefined")


def test_a_label_that_cannot_be_evaluated_is_set() -> None:
    """The summary of a run names all hosts, those with errors too."""
    assert protocol_of(Host()) == "oidc"

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds of every inventory, whatever its variables are."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils.federation.host_variables import text_list
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory import check, lookups, specs, variables
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.values import Untemplatable, shown
from hypothesis import given, settings
from hypothesis import strategies as st
from inventories import GROUPS, hosts

KNOWN = sorted(variables.known_variables())
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=40),
    st.sampled_from(["present", "absent", "https://a.example/x", "documents", "ENABLED", "user.email"]),
    st.builds(Untemplatable, st.text(max_size=20)),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["name", "bucket", "type", "configuration", "logo", "Email", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def merged(host: str, changes: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is said of the usual hosts with these variables on one of them."""
    found = hosts()
    found[host].update(changes)
    return check.variable_errors(found, GROUPS)


@settings(max_examples=300, deadline=None)
@given(host=st.sampled_from(["acme", "oidc", "assistant", "handbook"]), name=st.sampled_from(KNOWN), value=VALUES)
def test_any_value_is_answered_in_sentences_about_variables(host: str, name: str, value: Any) -> None:
    for sentences in merged(host, {name: value}).values():
        assert len(sentences) == len(set(sentences))
        for sentence in sentences:
            variable = re.split(r"[\[.:]", sentence, maxsplit=1)[0]
            assert variable in variables.known_variables(), sentence
            assert "Traceback" not in sentence and "\n" not in sentence


@settings(max_examples=100, deadline=None)
@given(host=st.sampled_from(["acme", "assistant"]), changes=st.dictionaries(st.sampled_from(KNOWN), VALUES, max_size=6))
def test_the_same_inventory_is_answered_the_same(host: str, changes: dict[str, Any]) -> None:
    first = merged(host, changes)
    assert merged(host, dict(reversed(changes.items()))).keys() == first.keys()
    assert merged(host, changes) == first


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(KNOWN), st.sampled_from([None, ""]), max_size=8))
def test_what_is_not_set_is_not_looked_up(changes: dict[str, Any]) -> None:
    label = {"okta_saml_app_label": "Q"}
    assert lookups.lookups({**changes, **label}) == []


@given(st.text(max_size=400))
def test_a_value_is_shown_short_and_in_one_line(value: str) -> None:
    text = shown(value)
    assert "\n" not in text and len(text) <= 6 * 100 + 2
    assert shown(f"https://user:{'hunter2'}@host/path?token=hunter2") == '"https://host/path?…"'


@given(st.lists(st.text(alphabet="abc ", min_size=1, max_size=5).map(str.strip).filter(bool), max_size=5))
def test_a_survey_answers_a_list_in_either_form(items: list[str]) -> None:
    assert text_list(", ".join(items)) == items
    assert text_list("\n".join([*items, "last"])) == [*items, "last"]
    assert text_list(items) == items


def test_every_variable_of_every_spec_is_known_and_has_a_type() -> None:
    for role in variables.roles():
        for name, spec in variables.variables_of(role).items():
            assert name in variables.known_variables()
            assert variables.role_of(name) is not None
            assert spec.get("type")
    for name, spec in specs.load().playbooks.items():
        assert variables.role_of(name) is None
        assert {"description", "type", "scope", "where", "unset"} <= set(spec), name


def test_a_role_that_declares_a_variable_of_the_playbooks_is_the_one() -> None:
    declared = specs.document(specs.PLAYBOOK_VARIABLES)["options"]
    twice = [name for role in variables.roles() for name in variables.variables_of(role) if name in declared]
    assert twice == [], "take these out of playbook_variables.yml"


def test_names_of_hosts_are_those_that_are_known() -> None:
    assert variables.names_of_hosts(["team", "qbusiness_region", "okta_saml_app_label", "okta_org_url"]) == [
        "okta_saml_app_label",
        "qbusiness_region",
    ]


def test_defaults_that_are_templates_are_not_literal() -> None:
    found = variables.literal_defaults("qbusiness_application")
    assert found["qbusiness_application_state"] == "present"
    assert "qbusiness_application_saml_audiences" not in found

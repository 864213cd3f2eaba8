# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory names that has to exist, and what is said when it does not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.lookups import KINDS, Lookup, lookups
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.variables import known_variables

SOURCES = "qbusiness_knowledge_data_sources"
ID = "11111111-2222-4333-8444-555555555555"
ROLE = "arn:aws:iam::123456789012:role/documents"

#: Variables of a host with a label, and what of them is looked up.
NAMED: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    ({}, []),
    ({"okta_app_id": "0oa1"}, [("okta_app", "0oa1", "okta_app_id")]),
    (
        {"okta_saml_app_groups": ["Sales", "Support"]},
        [("okta_group", "Sales", "okta_saml_app_groups[0]"), ("okta_group", "Support", "okta_saml_app_groups[1]")],
    ),
    (
        {"okta_saml_app_users": "ada@acme.example, bob@acme.example"},
        [
            ("okta_user", "ada@acme.example", "okta_saml_app_users[0]"),
            ("okta_user", "bob@acme.example", "okta_saml_app_users[1]"),
        ],
    ),
    # of the other protocol, and of an identity that is removed
    ({"okta_oidc_app_groups": ["Sales"]}, []),
    ({"okta_saml_app_state": "absent", "okta_saml_app_groups": ["Sales"]}, []),
    ({SOURCES: [{"name": "a", "bucket": "documents"}]}, [("bucket", "documents", f"{SOURCES}[0].bucket")]),
    ({SOURCES: [{"name": "a"}]}, [("data_source", "a", f"{SOURCES}[0].name")]),
    ({SOURCES: [{"name": "a", "configuration": {"type": "CUSTOM"}}]}, []),
    ({SOURCES: [{"name": "a", "state": "absent", "bucket": "documents"}]}, []),
    (
        {SOURCES: [{"name": "a", "data_source_id": ID, "role_arn": ROLE}]},
        [("data_source", ID, f"{SOURCES}[0].data_source_id"), ("role", ROLE, f"{SOURCES}[0].role_arn")],
    ),
    ({"qbusiness_knowledge_kendra_index_id": ID}, [("kendra_index", ID, "qbusiness_knowledge_kendra_index_id")]),
    ({"qbusiness_application_id": ID}, [("application", ID, "qbusiness_application_id")]),
    (
        {"qbusiness_application_state": "absent", "qbusiness_application_id": ID, "qbusiness_knowledge_index_id": ID},
        [("application", ID, "qbusiness_application_id")],
    ),
    (
        {"qbusiness_knowledge_role_manage": False, "qbusiness_knowledge_role_name": "documents"},
        [("role_name", "documents", "qbusiness_knowledge_role_name")],
    ),
    ({"qbusiness_knowledge_role_manage": True, "qbusiness_knowledge_role_name": "documents"}, []),
    (
        {"qbusiness_knowledge_vpc_subnet_ids": ["subnet-1"]},
        [("subnet", "subnet-1", "qbusiness_knowledge_vpc_subnet_ids[0]")],
    ),
    ({"qbusiness_web_experience_theme_bucket": ""}, []),
    (
        {"qbusiness_web_experience_theme_bucket": "theme"},
        [("bucket", "theme", "qbusiness_web_experience_theme_bucket")],
    ),
]


@pytest.mark.parametrize(("variables", "named"), NAMED, ids=lambda item: str(item)[:70])
def test_what_is_named_is_looked_up(variables: dict[str, Any], named: list[tuple[str, str, str]]) -> None:
    assert lookups({"okta_saml_app_label": "Q", **variables}) == [Lookup(*item) for item in named]


@pytest.mark.parametrize(
    ("server", "looked_up"),
    [(None, "default"), ("", "default"), ("aus1abcd2EFGH3ijk4l5", "aus1abcd2EFGH3ijk4l5"), ("Sales", "")],
)
def test_an_authorization_server_that_a_name_would_create_is_not(server: str | None, looked_up: str) -> None:
    found = lookups({"okta_oidc_app_label": "Q", "okta_authorization_server_name": server}, ["identities"])
    assert [item.value for item in found] == ([looked_up] if looked_up else [])


def test_a_host_of_one_group_is_asked_about_that_one() -> None:
    variables = {"okta_saml_app_label": "Q", "okta_app_id": "0oa1", "qbusiness_application_id": ID}
    assert [item.kind for item in lookups(variables, ["identities"])] == ["okta_app"]
    assert [item.kind for item in lookups(variables, ["applications"])] == ["application"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_missing_is_said(kind: str) -> None:
    said = Lookup(kind, "x", "some_variable[0]").missing("us-east-1")
    assert said.startswith(f'some_variable[0]: {KINDS[kind].noun} "x" not found in us-east-1. Allowed is ')
    assert said.endswith(".")


def test_every_variable_that_is_looked_up_is_known() -> None:
    from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory import lookups as module

    named = {*module._IDENTITY, *module._SECRET, *module._APPLICATION, *module._LISTS, *module.MANAGED}
    assert named - known_variables() == set()

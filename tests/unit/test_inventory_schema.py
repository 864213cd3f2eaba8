# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema of inventories and the table of ``docs/variables.md``: current, complete, right about examples."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory import specs, variables
from inventories import ROOT, documents, hosts

sys.path.insert(0, str(ROOT / "tools"))

import inventory_schema

FILE = ROOT / "docs" / "inventory.schema.json"
SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md")]
_YAML = re.compile(r"^```ya?ml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def faults(document: Any) -> list[str]:
    """Return what a schema says of a document, with the place."""
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:90]}" for error in VALIDATOR.iter_errors(document)
    ]


def blocks() -> list[Any]:
    """Return the YAML of the documentation that is an inventory or a file of variables."""
    found: list[Any] = []
    for page in PAGES:
        for text in _YAML.findall(page.read_text(encoding="utf-8")):
            found += [
                pytest.param(document, id=f"{page.name}-{len(found)}")
                for document in yaml.safe_load_all(text)
                if isinstance(document, dict) and "plugin" not in document
            ]
    return found


def test_the_files_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert inventory_schema.main(["--check"]) == 0, capsys.readouterr().err


def test_a_file_that_is_not_current_is_named_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "inventory.schema.json"
    stale.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(inventory_schema, "ROOT", tmp_path)
    monkeypatch.setattr(inventory_schema, "SCHEMA", stale)
    assert inventory_schema.main(["--check"]) == 1
    assert "inventory.schema.json is not current" in capsys.readouterr().err
    assert stale.read_text(encoding="utf-8") == "{}"
    assert inventory_schema.main([]) == 0
    assert json.loads(stale.read_text(encoding="utf-8")) == SCHEMA


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_variable_is_in_it_with_its_description() -> None:
    properties = SCHEMA["$defs"]["variables"]["properties"]
    assert set(properties) == set(variables.known_variables())
    assert [name for name, found in properties.items() if not found.get("description")] == []
    assert len(properties) > 100


@pytest.mark.parametrize(("path", "document"), [pytest.param(*pair, id=pair[0].name) for pair in documents()])
def test_inventories_of_the_repository_fit(path: Path, document: dict[str, Any]) -> None:
    assert faults(document) == [], path


@pytest.mark.parametrize("document", blocks())
def test_examples_of_the_documentation_fit(document: dict[str, Any]) -> None:
    assert faults(document) == []


def test_the_documentation_has_examples() -> None:
    assert len(blocks()) >= 10


#: Variables of a host that an editor has to mark.
WRONG: list[dict[str, Any]] = [
    {"okta_saml_app_lable": "x"},
    {"qbusiness_knowlege_data_sources": []},
    {"okta_saml_app_label": "x" * 101},
    {"qbusiness_application_display_name": "x" * 1001},
    {"qbusiness_application_display_name": "My App"},
    {"qbusiness_application_subscription_tier": "Q_PRO"},
    {"qbusiness_application_q_apps": "maybe"},
    {"qbusiness_application_citations": "maybe"},
    {"qbusiness_application_tags": ["team"]},
    {"qbusiness_knowledge_data_sources": [{"bucket": "documents"}]},
    {"qbusiness_knowledge_data_sources": [{"name": "a", "buckt": "documents"}]},
    {"qbusiness_knowledge_data_sources": [{"name": "a", "bucket": "Documents"}]},
    {"qbusiness_knowledge_data_sources": "policies"},
    {"qbusiness_knowledge_index_units": 0},
    {"qbusiness_web_experience_theme": {"lgo": "x"}},
    {"okta_client_secret_rotate_after_days": "often"},
    {"okta_client_secret_recovery_window_days": 3},
    {"okta_saml_app_groups": {"a": "b"}},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_wrong_is_marked_wherever_variables_are(wrong: dict[str, Any]) -> None:
    host: dict[str, Any] = {"acme": wrong}
    for document in (
        wrong,
        {"all": {"vars": wrong}},
        {"all": {"hosts": host}},
        {"identities": {"hosts": host}},
        {"all": {"children": {"applications": {"hosts": host}}}},
    ):
        assert faults(document), document


def test_an_unknown_key_of_a_group_is_marked() -> None:
    assert faults({"all": {"host": {"acme": {}}}})


@pytest.mark.parametrize("name", sorted(variables.known_variables()))
def test_a_template_fits_every_variable(name: str) -> None:
    assert faults({name: "{{ lookup('ansible.builtin.env', 'X') }}"}) == []


@pytest.mark.parametrize(
    "right",
    [
        {"okta_org_url": "https://acme.okta.com", "team": "knowledge", "ansible_connection": "local"},
        {"qbusiness_application_q_apps": "yes", "qbusiness_knowledge_index_units": "2"},
        {"qbusiness_application_description": "", "qbusiness_application_url": None},
        {"okta_saml_app_groups": "Sales, Support", "okta_oidc_app_groups": ["Sales"]},
        {"qbusiness_knowledge_data_sources": [{"name": "{{ team }}", "bucket": "{{ team }}-documents"}]},
        *hosts().values(),
    ],
    ids=str,
)
def test_what_is_right_is_not_marked(right: dict[str, Any]) -> None:
    assert faults(right) == []


def test_defaults_of_roles_fit() -> None:
    for role in specs.load().roles:
        assert faults(variables.literal_defaults(role)) == [], role

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong in an inventory is said in its own words: the variable, the value, what would be right."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from qbusiness_sandbox.testing import Process, sandbox_process

sys.path.insert(0, str(Path(__file__).parent))

import playbooks

#: A variable of a host, its value (``None``: it is not there), and what is said.
FAULTS: list[tuple[str, str, Any, str]] = [
    ("assistant", "qbusiness_identity", "amce", "is not a host of the inventory. Did you mean acme?"),
    ("assistant", "qbusiness_identity", None, "qbusiness_identity: is required, as assistant itself has neither"),
    ("acme", "okta_saml_app_label", None, "okta_saml_app_label: is required, as acme is in the group identities"),
    ("acme", "okta_saml_app_label", "", "okta_saml_app_label: is empty. Allowed is the label of the app in Okta"),
    ("acme", "iam_identity_provider_name", None, "iam_identity_provider_name: is required. Allowed is the name"),
    ("assistant", "qbusiness_application_display_name", "", "qbusiness_application_display_name: is required."),
    ("assistant", "qbusiness_application_display_name", None, "qbusiness_application_display_name: is required."),
    (
        "assistant",
        "qbusiness_knowledge_data_sources",
        [{"name": "policies"}],
        "has neither a bucket nor a configuration, and no data source of this name exists",
    ),
]


@pytest.fixture(scope="module")
def cloud() -> Iterator[Process]:
    with sandbox_process() as process:
        playbooks.seed(process, "")
        yield process


@pytest.mark.parametrize(("host", "variable", "value", "said"), FAULTS, ids=lambda item: str(item)[:40])
def test_the_variable_is_named(cloud: Process, tmp_path: Path, host: str, variable: str, value: Any, said: str) -> None:
    inventory = yaml.safe_load(playbooks.SAML.read_text(encoding="utf-8"))
    (variables,) = [group["hosts"][host] for group in inventory["all"]["children"].values() if host in group["hosts"]]
    if value is None:
        del variables[variable]
    else:
        variables[variable] = value
    file = tmp_path / "inventory.json"
    file.write_text(json.dumps(inventory), encoding="utf-8")
    run = playbooks.play(cloud, "saml", "--check", inventory=file)
    assert run.returncode != 0
    assert said in run.output, run.output[-3000:]

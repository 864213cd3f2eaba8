# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of inventories as Ansible itself reads them: ranges of hosts, inherited variables, tagged values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.vars.manager import VariableManager
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory import check, variables
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.values import Untemplatable
from inventories import ROOT, files


def errors(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """Return the templated variables of all hosts, and what is said of the inventory."""
    loader = DataLoader()
    loader.set_basedir(str(ROOT))
    inventory = InventoryManager(loader=loader, sources=[str(path)])
    manager = VariableManager(loader=loader, inventory=inventory)
    hosts: dict[str, dict[str, Any]] = {}
    for host in inventory.get_hosts("identities:applications"):
        found = manager.get_vars(host=host, include_hostvars=False)
        templar = Templar(loader=loader, variables=found)
        hosts[host.name] = dict.fromkeys(found)
        for name in variables.names_of_hosts(found):
            try:
                hosts[host.name][name] = templar.template(found[name])
            except Exception as error:
                hosts[host.name][name] = Untemplatable(str(error))
    groups = {name: [host.name for host in group.get_hosts()] for name, group in inventory.groups.items()}
    return hosts, check.variable_errors(hosts, groups)


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.parent.name}-{path.name}")
def test_inventories_of_the_repository_are_right(path: Path) -> None:
    hosts, found = errors(path)
    assert len(hosts) >= 2
    assert found == {}


def test_ranges_templates_and_group_variables_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "inventory.yml"
    file.write_text(
        """
all:
  vars:
    team: knowledge
    qbusiness_application_tags: {team: "{{ team }}"}
  children:
    identities:
      hosts:
        acme:
          okta_oidc_app_label: "Amazon Q Business of {{ team }}"
    applications:
      vars:
        qbusiness_identity: acme
        qbusiness_application_subscription_tier: Q_BUSINES
      hosts:
        app[1:3]:
          qbusiness_application_display_name: "{{ inventory_hostname }}"
        other:
          qbusiness_application_display_name: "app{{ 1 + 1 }}"
          qbusiness_application_description: "{{ nobody }}"
""",
        encoding="utf-8",
    )
    hosts, found = errors(file)
    assert set(hosts) == {"acme", "app1", "app2", "app3", "other"}
    assert set(found) == {"app1", "app2", "app3", "other"}
    lines = check.error_lines(found)
    assert lines[0].startswith('app1, app2, app3, other: qbusiness_application_subscription_tier: "Q_BUSINES" is not')
    assert [line.partition(': "app2"')[0] for line in lines if "is the name of" in line] == [
        "app2: qbusiness_application_display_name",
        "other: qbusiness_application_display_name",
    ]
    assert any(
        "qbusiness_application_description: cannot be evaluated: " in line and "nobody" in line for line in lines
    )


def test_an_inventory_without_hosts_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "inventory.yml"
    file.write_text("all: {}\n", encoding="utf-8")
    hosts, found = errors(file)
    assert hosts == {}
    assert list(found) == [""]

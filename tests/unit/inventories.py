# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories for tests: hosts with their variables as Ansible has them, from YAML or written here."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
Hosts = dict[str, dict[str, Any]]
Groups = dict[str, list[str]]

SAML: dict[str, Any] = {"okta_saml_app_label": "Amazon Q Business", "iam_identity_provider_name": "okta-acme"}
OIDC: dict[str, Any] = {"okta_oidc_app_label": "Amazon Q Business by OpenID Connect"}
GROUPS: Groups = {"identities": ["acme", "oidc"], "applications": ["assistant", "handbook"]}


def hosts(**changes: Mapping[str, Any]) -> Hosts:
    """Return two identities and two applications that are right, with these variables besides; ``...`` removes one."""
    found: Hosts = {
        "acme": dict(SAML),
        "oidc": dict(OIDC),
        "assistant": {"qbusiness_identity": "acme", "qbusiness_application_display_name": "assistant"},
        "handbook": {"qbusiness_identity": "oidc", "qbusiness_application_display_name": "handbook"},
    }
    for host, variables in changes.items():
        found.setdefault(host, {}).update(variables)
        found[host] = {name: value for name, value in found[host].items() if value is not ...}
    return copy.deepcopy(found)


def files() -> list[Path]:
    """Return the inventories of the repository."""
    places = ("tools/demo/inventory.yml", "tests/e2e/inventories/*.yml", "extensions/molecule/*/inventory/*.yml")
    return sorted(path for place in places for path in ROOT.glob(place))


def read(document: Mapping[str, Any]) -> tuple[Hosts, Groups]:
    """Return the hosts and groups of an inventory that has one level of groups, without its templates."""
    common = document["all"].get("vars") or {}
    found: Hosts = {}
    groups: Groups = {}
    for group, content in document["all"]["children"].items():
        groups[group] = [name.replace("[1:6]", "1") for name in content["hosts"]]
        for host, variables in ((name.replace("[1:6]", "1"), item) for name, item in content["hosts"].items()):
            merged = {**common, **(content.get("vars") or {}), **(variables or {})}
            found.setdefault(host, {}).update(
                {name: host if value == "{{ inventory_hostname }}" else value for name, value in merged.items()}
            )
    return found, groups


def documents() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Return each inventory with what it holds."""
    for path in files():
        yield path, yaml.safe_load(path.read_text(encoding="utf-8"))

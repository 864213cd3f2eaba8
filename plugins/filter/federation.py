# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the roles and playbooks. Each is a function with unit tests; beside it lies its documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils.federation.host_variables import (
    identity_of,
    text_list,
)
from ansible_collections.qbusiness.federation.plugins.plugin_utils import data_sources, role_inputs
from ansible_collections.qbusiness.federation.plugins.plugin_utils.application_values import (
    application_values,
    identity_values,
)
from ansible_collections.qbusiness.federation.plugins.plugin_utils.awx import awx_inputs, awx_templates
from ansible_collections.qbusiness.federation.plugins.plugin_utils.play_hosts import play_hosts
from ansible_collections.qbusiness.federation.plugins.plugin_utils.proofs import unless_refused
from ansible_collections.qbusiness.federation.plugins.plugin_utils.resolved import resolved


def _application_values(
    names: Sequence[str], hosts: Mapping[str, Mapping[str, Any]], identity: str, federation: Mapping[str, Any]
) -> dict[str, Any]:
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise TypeError(f"application_values takes a list of hosts, not {names!r}")
    return application_values(names, hosts, identity, federation)


def _identity_values(
    hosts: Mapping[str, Mapping[str, Any]], name: str, federation: Mapping[str, Any]
) -> dict[str, Any]:
    return identity_values(hosts, identity_of(name, hosts), federation)


class FilterModule:
    """What Ansible finds here."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {
            "acs_endpoints": role_inputs.acs_endpoints,
            "application_values": _application_values,
            "auto_subscription": role_inputs.auto_subscription,
            "awx_inputs": awx_inputs,
            "awx_templates": awx_templates,
            "buckets_of_role": data_sources.buckets_of_role,
            "data_sources": data_sources.data_sources,
            "identity_values": _identity_values,
            "needs_role": data_sources.needs_role,
            "not_set": role_inputs.not_set,
            "play_hosts": play_hosts,
            "resolved": resolved,
            "retriever_configuration": role_inputs.retriever_configuration,
            "saml_audiences": role_inputs.saml_audiences,
            "saml_statements": role_inputs.saml_statements,
            "server_rule": role_inputs.server_rule,
            "sign_in": role_inputs.sign_in,
            "switch": role_inputs.switch,
            "syncable": data_sources.syncable,
            "text_list": text_list,
            "theme_objects": role_inputs.theme_objects,
            "theme_urls": role_inputs.theme_urls,
            "unless_refused": unless_refused,
        }

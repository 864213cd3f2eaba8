# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter contributions."""

from __future__ import annotations

DOCUMENTATION = r"""
name: contributions
short_description: What applications put on the identity that they share
version_added: 1.1.0
author:
  - The qbusiness.federation contributors (@qbusiness)
description:
  - From the facts that the roles of this collection leave, what an Okta app and a provider in IAM get from all
    applications of one identity, so that one task can write it.
  - An application belongs to the identity that its C(qbusiness_identity) names, or to its own host.
  - The playbooks of this collection use it; so may a playbook that combines the roles in another way.
positional: hostvars, identity
options:
  _input:
    description: The names of hosts of applications, usually those of a group.
    type: list
    elements: str
    required: true
  hostvars:
    description: Ansible's C(hostvars).
    type: dict
    required: true
  identity:
    description: The name of the identity's host.
    type: str
    required: true
  provider_arn:
    description: The ARN of the identity's provider, for the roles of applications that were only read.
    type: str
    default: ''
  applications:
    description:
      - Results of M(qbusiness.federation.qbusiness_app) in check mode, looped over RV(_value.unknown) with the variable
        C(qbusiness_contributions_name); those that exist.
    type: list
    elements: dict
    default: []
  web_experiences:
    description:
      - Results of M(qbusiness.federation.qbusiness_web_experience) in check mode, looped over O(applications) with the
        variable C(qbusiness_contributions_application).
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Write what all applications brought
  ansible.builtin.include_role:
    name: qbusiness.federation.okta_oidc_app
  vars:
    brought: "{{ groups['applications'] | qbusiness.federation.contributions(hostvars, inventory_hostname) }}"
    okta_oidc_app_redirect_uris: "{{ brought.redirect_uris }}"
    okta_oidc_app_redirect_uris_absent: "{{ brought.redirect_uris_absent }}"
"""

RETURN = r"""
_value:
  description: What was brought, each list in the order of the hosts and without repetition.
  type: dict
  contains:
    nothing:
      description: Whether all lists but RV(_value.unknown) are empty.
      type: bool
    unknown:
      description: Hosts of applications of which this run does not know whether they exist.
      type: list
      elements: str
    acs_url:
      description: The assertion consumer service URL for the app's sign-on settings, the first that there is.
      type: str
    requestable_urls:
      description: Other such URLs, of applications with a URL of their own.
      type: list
      elements: str
    acs_urls:
      description: Assertion consumer service URLs of web experiences.
      type: list
      elements: str
    acs_urls_absent:
      description: Assertion consumer service URLs that are no more.
      type: list
      elements: str
    redirect_uris:
      description: Redirect URIs.
      type: list
      elements: str
    redirect_uris_absent:
      description: Redirect URIs that are no more.
      type: list
      elements: str
    role_pairs:
      description: Values of the attribute Role, a role's ARN and the provider's.
      type: list
      elements: str
    role_pairs_absent:
      description: Values of the attribute Role that are no more.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.qbusiness.federation.plugins.plugin_utils.contributions import contributions


def _filter(
    names: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    identity: str,
    provider_arn: str = "",
    applications: Sequence[Mapping[str, Any]] = (),
    web_experiences: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise TypeError(f"contributions takes a list of names of hosts, not {names!r}")
    return contributions(names, hostvars, identity, provider_arn, applications, web_experiences)


class FilterModule:
    """What Ansible finds here."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"contributions": _filter}

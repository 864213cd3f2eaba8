# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of Amazon Q Business applications."""

from __future__ import annotations

DOCUMENTATION = r"""
name: qbusiness
short_description: Amazon Q Business applications as hosts
version_added: 1.0.0
author:
  - The qbusiness.federation contributors (@qbusiness)
description:
  - Makes a host of each Amazon Q Business application, of one or several accounts and regions.
  - Its configuration is a YAML file whose name ends in C(qbusiness.yml) or C(qbusiness.yaml).
  - Hosts have no connection of their own; tasks for an application run on the controller. Set C(ansible_connection)
    with O(compose), or in the group variables.
  - A region or account that cannot be read, because the caller may not or the service is not there, is a warning; when
    none can be read, or with O(strict), it is an error.
extends_documentation_fragment:
  - inventory_cache
  - constructed
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
  - amazon.aws.assume_role.plugins
notes:
  - Nothing secret is read, so nothing secret is in the cache; the credentials are not either.
  - A role, of O(assume_role_arn) or O(accounts), is taken only when something is read, not when the cache answers.
options:
  plugin:
    description:
      - Says that the file is for this plugin.
    type: str
    required: true
    choices: [qbusiness.federation.qbusiness]
  regions:
    description:
      - The regions to read. Without it the region of the connection is read.
      - V(all) stands for the regions in which the service is documented to be.
    type: list
    elements: str
    default: []
  accounts:
    description:
      - The accounts to read. Without it the account of the connection is read.
      - Options of the connection are the defaults of each account.
    type: list
    elements: dict
    default: []
    suboptions:
      profile:
        description:
          - A named AWS profile, in the place of the connection's own credentials.
        type: str
      assume_role_arn:
        description:
          - The ARN of a role to take with those credentials, in the place of the connection's. An empty text for none.
        type: str
      external_id:
        description:
          - The external id that the role asks for.
        type: str
      regions:
        description:
          - The regions of this account, in the place of O(regions).
        type: list
        elements: str
  identity_types:
    description:
      - Read only applications whose people sign in so.
    type: list
    elements: str
    choices: [AWS_IAM_IDP_SAML, AWS_IAM_IDP_OIDC, AWS_IAM_IDC, AWS_QUICKSIGHT_IDP, ANONYMOUS]
    default: []
  hostnames:
    description:
      - What a host is called, in order of preference; names of host variables, or Jinja expressions of them.
      - Where several applications would have one name, each of them goes on to its next preference, and at last to its
        id. A warning says so.
    type: list
    elements: str
    default: [application_name]
  include_tags:
    description:
      - Whether to read tags, as C(application_tags). It costs a call for each application.
    type: bool
    default: true
  include_web_experiences:
    description:
      - Whether to read web experiences, as C(web_experiences), with C(web_experience_id) and C(web_experience_url) of
        the first. It costs a call for each application, and one for each web experience.
    type: bool
    default: true
  include_indices:
    description:
      - Whether to read indices, as C(indices), with C(index_id) and C(index_type) of the first. It costs a call for
        each application, and one for each index.
    type: bool
    default: false
  include_retrievers:
    description:
      - Whether to read retrievers, as C(retrievers), with C(retriever_id) and C(retriever_type) of the first. It costs
        a call for each application, and one for each retriever.
    type: bool
    default: false
  include_data_sources:
    description:
      - Whether to list data sources, as C(data_sources). It costs a call for each application, and one for ten data
        sources of each index.
    type: bool
    default: false
  include_last_syncs:
    description:
      - Whether to read the last sync of each data source, as C(last_sync) of it. It costs a call for each data source.
        Data sources are listed then, too.
    type: bool
    default: false
  hostvars_prefix:
    description:
      - What stands before the names of all host variables of this plugin. O(hostnames), O(compose), O(groups) and
        O(keyed_groups) know both names.
    type: str
    default: ''
"""

EXAMPLES = r"""
# knowledge.qbusiness.yml: the applications of one account, on the controller
plugin: qbusiness.federation.qbusiness
regions: [us-east-1, eu-west-1]
compose:
  ansible_connection: "'local'"

---
# Applications of several accounts that sign in by SAML, in groups by team, region and tier
plugin: qbusiness.federation.qbusiness
accounts:
  - profile: production
  - assume_role_arn: arn:aws:iam::210987654321:role/inventory
    regions: [eu-west-1]
identity_types: [AWS_IAM_IDP_SAML]
hostnames:
  - application_tags.Name
  - application_name ~ '.' ~ region
include_data_sources: true
include_last_syncs: true
keyed_groups:
  - key: application_tags.team
    prefix: team
  - key: region
    prefix: region
  - key: subscription_tier
    prefix: tier
    default_value: none
groups:
  stale: data_sources | selectattr('last_sync.status', 'eq', 'FAILED') | list | length > 0
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_timeout: 600
cache_connection: ~/.cache/ansible-qbusiness
"""

import typing as t
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible_collections.amazon.aws.plugins.plugin_utils.inventory import AWSInventoryBase
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.cleaning import cleaned
from ansible_collections.qbusiness.federation.plugins.module_utils.credential_form import of_proxies
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.hostnames import (
    choose,
    is_path,
    path_value,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.survey import (
    OUT_OF_REACH,
    REGIONS,
    Record,
    Survey,
    Wanted,
)

#: The group of all hosts of this plugin.
GROUP = "qbusiness"
SESSION = "ansible-qbusiness-inventory"
_CREDENTIALS = ("access_key", "secret_key", "session_token")
_CONNECTION = (*_CREDENTIALS, "profile", "region", "endpoint_url")


class InventoryModule(AWSInventoryBase):  # type: ignore[misc]  # amazon.aws is untyped
    """Hosts from applications."""

    NAME = "qbusiness.federation.qbusiness"
    INVENTORY_FILE_SUFFIXES = ("qbusiness.yml", "qbusiness.yaml")

    def __init__(self) -> None:
        super().__init__()
        #: Connections whose credentials no text may hold.
        self._used: list[Aws] = []

    @property
    def _hidden(self) -> set[str]:
        return of_proxies().union(*(aws.secrets for aws in self._used))

    def _set_frozen_credentials(self) -> None:
        """amazon.aws would take the role here, before the cache is asked; here it is taken when something is read."""

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """:raises AnsibleParserError: nothing can be read, or something cannot and the inventory is strict"""
        super().parse(inventory, loader, path, cache=cache)
        cached, records = self.get_cached_result(path, cache)
        if not cached:
            try:
                records = self._read()
            except FederationError as error:
                raise AnsibleParserError(cleaned(error.message, self._hidden)) from None
        self._populate(records)
        self.update_cached_result(path, cache, records)

    # -- reading --

    def _read(self) -> list[Record]:
        wanted = Wanted(
            identity_types=frozenset(self.get_option("identity_types") or ()),
            tags=self.get_option("include_tags"),
            web_experiences=self.get_option("include_web_experiences"),
            indices=self.get_option("include_indices"),
            retrievers=self.get_option("include_retrievers"),
            data_sources=self.get_option("include_data_sources"),
            last_syncs=self.get_option("include_last_syncs"),
        )
        strict = bool(self.get_option("strict"))
        found: dict[str, Record] = {}
        unread: list[str] = []
        places = 0
        for where, connect in self._places():
            places += 1
            try:
                survey = Survey(connect(), wanted, strict)
                records = survey.records()
            except ServiceError as error:
                if strict or error.code not in OUT_OF_REACH:
                    raise ServiceError(f"{where}: {error.message}", code=error.code) from error
                unread.append(f"{where}: {error.message}")
                continue
            for notice in survey.notices:
                self.warn(cleaned(f"{where} is read in part: {notice}", self._hidden))
            # The same account may be named twice.
            found.update((str(record["application_arn"]), record) for record in records)
        if unread and len(unread) == places:
            raise ServiceError("No applications can be read. " + " ".join(unread))
        for text in unread:
            self.warn(f"{cleaned(text, self._hidden)} Its applications are not in the inventory.")
        return [found[arn] for arn in sorted(found)]

    def _places(self) -> Iterator[tuple[str, t.Callable[[], Aws]]]:
        """Each account and region: how messages call it, and what connects there."""
        for account in self.get_option("accounts") or [{}]:
            connection = self._connection(account)
            for region in self._regions(account) or [""]:
                there = {**connection, "region": region} if region else connection
                named = self._role(account) or account.get("profile") or "the account"
                yield f"{named}, region {region or 'of the connection'}", self._connector(there, account)

    def _connection(self, account: Mapping[str, Any]) -> dict[str, Any]:
        parameters = {name: self.get_option(name) for name in _CONNECTION}
        if account.get("profile"):
            # What the environment says of the connection's own credentials goes not with a profile.
            parameters.update(dict.fromkeys(_CREDENTIALS), profile=account["profile"])
        return parameters

    def _regions(self, account: Mapping[str, Any]) -> list[str]:
        regions = list(account.get("regions") or self.get_option("regions") or [])
        found = [region for name in regions for region in (REGIONS if name == "all" else [str(name)])]
        return list(dict.fromkeys(found))

    def _role(self, account: Mapping[str, Any]) -> str:
        """The role to take for an account; ``""`` for none."""
        own = account.get("assume_role_arn")
        return str((self.get_option("assume_role_arn") if own is None else own) or "")

    def _connector(self, parameters: Mapping[str, Any], account: Mapping[str, Any]) -> t.Callable[[], Aws]:
        role = self._role(account)

        def connect() -> Aws:
            aws = Aws(parameters)
            self._used.append(aws)
            if not role:
                return aws
            external = {"ExternalId": account["external_id"]} if account.get("external_id") else {}
            answer = aws.call("sts", "AssumeRole", RoleArn=role, RoleSessionName=SESSION, **external)
            return aws.with_credentials(answer["Credentials"])

        return connect

    # -- hosts --

    def _populate(self, records: list[Record]) -> None:
        self.inventory.add_group(GROUP)
        prefix, strict = self.get_option("hostvars_prefix") or "", bool(self.get_option("strict"))
        names, shared = choose(records, self.get_option("hostnames"), self._said)
        for name in shared:
            self.warn(f"Several applications would be called {name}; each is called by its next preference instead.")
        for name, record in zip(names, records, strict=True):
            host = self.inventory.add_host(name, group=GROUP)
            for variable, value in record.items():
                self.inventory.set_variable(host, f"{prefix}{variable}", value)
            variables = {**record, **{f"{prefix}{variable}": value for variable, value in record.items()}}
            self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)

    def _said(self, expression: str, record: Mapping[str, Any]) -> Any:
        """What a preference for names says of a record; ``None`` where it says nothing.

        :raises AnsibleParserError: it cannot be evaluated, and the inventory is strict
        """
        prefix = self.get_option("hostvars_prefix") or ""
        variables = {**record, **{f"{prefix}{name}": value for name, value in record.items()}}
        if is_path(expression):
            return path_value(expression, variables)
        try:
            return self._compose(expression, variables)
        except AnsibleError as error:
            if self.get_option("strict"):
                raise AnsibleParserError(f"hostnames: {expression!r} cannot be evaluated: {error}") from error
            return None

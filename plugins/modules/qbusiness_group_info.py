#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_group_info
short_description: Read the groups of an index
version_added: 1.0.0
description:
  - Reads groups of an index, or of one of its data sources, and how their last change went.
  - The service shows the members of no group. Those of a group in Okta are read by
    M(qbusiness.federation.okta_group_info).
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_aws
options:
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  index_id:
    description:
      - The id of the index.
    type: str
    required: true
  data_source_id:
    description:
      - The id of the data source whose groups are read. Without it all groups of the index are listed; those of data
        sources are then known by their names alone.
    type: str
  group_name:
    description:
      - Read only the group of this name.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_group
  - module: qbusiness.federation.okta_group_info
"""

EXAMPLES = r"""
- name: Read all groups
  qbusiness.federation.qbusiness_group_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
  register: found
"""

RETURN = r"""
groups:
  description: What was found; empty when there is nothing.
  returned: always
  type: list
  elements: dict
  contains:
    application_id:
      description: The id of the application.
      type: str
      returned: always
      sample: "1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"
    index_id:
      description: The id of the index.
      type: str
      returned: always
      sample: "2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"
    group_name:
      description: Its name.
      type: str
      returned: always
      sample: "readers"
    data_source_id:
      description: The data source that knows it.
      type: str
      returned: with O(data_source_id)
      sample: "3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e"
    status:
      description: Its status; null when it belongs to a data source that was not named.
      type: str
      returned: always
      sample: "SUCCEEDED"
    last_updated_at:
      description: When it was put last.
      type: str
      returned: when the service says it
      sample: "2026-11-24T06:00:00+00:00"
    error_detail:
      description: Why its last change failed, with C(error_code) and C(error_message).
      type: dict
      returned: when it failed
      sample: {"error_code": "InvalidRequest", "error_message": "..."}
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.part_info import GROUP_OPTIONS, groups

ARGUMENTS = {
    "argument_spec": aws_arguments(GROUP_OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return groups(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_permission_info
short_description: Read the statements of an application's policy
version_added: 1.0.0
description:
  - Reads statements of the resource policy of an application, with the keys that
    M(qbusiness.federation.qbusiness_permission) answers.
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
  statement_id:
    description:
      - Read only the statement with this id.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_permission
"""

EXAMPLES = r"""
- name: Read who else may use the application
  qbusiness.federation.qbusiness_permission_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
  register: found
"""

RETURN = r"""
permissions:
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
    statement_id:
      description: Its id.
      type: str
      returned: always
      sample: "whiteboard"
    principal:
      description: The role; a list where there are several.
      type: str
      returned: always
      sample: "arn:aws:iam::210987654321:role/whiteboard-retrieval"
    actions:
      description: The actions.
      type: list
      elements: str
      returned: always
      sample: ["qbusiness:SearchRelevantContent"]
    conditions:
      description: The conditions; an empty list when there is none.
      type: list
      elements: dict
      returned: always
      sample: []
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.part_info import (
    PERMISSION_OPTIONS,
    permissions,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(PERMISSION_OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return permissions(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

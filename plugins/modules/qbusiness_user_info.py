#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_user_info
short_description: Read users of an application and their aliases
version_added: 1.0.0
description:
  - Reads users by their names, with the keys that M(qbusiness.federation.qbusiness_user) answers.
  - The service lists no users, so each has to be named.
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
  user_ids:
    description:
      - The e-mail addresses of the users.
    type: list
    elements: str
    required: true
    aliases: [user_id]
seealso:
  - module: qbusiness.federation.qbusiness_user
"""

EXAMPLES = r"""
- name: Read what aliases two people have
  qbusiness.federation.qbusiness_user_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    user_ids: [ann@example.com, ben@example.com]
"""

RETURN = r"""
users:
  description: Those of the users that exist, in the order of O(user_ids).
  returned: always
  type: list
  elements: dict
  contains:
    application_id:
      description: The id of the application.
      type: str
      returned: always
      sample: "1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"
    user_id:
      description: The e-mail address, as it was given.
      type: str
      returned: always
      sample: "ann@example.com"
    user_aliases:
      description: The aliases, each with C(user_id), and C(index_id) and C(data_source_id) where it has them.
      type: list
      elements: dict
      returned: always
      sample: [{"user_id": "ann.example", "index_id": "2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"}]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.part_info import USER_OPTIONS, users

ARGUMENTS = {
    "argument_spec": aws_arguments(USER_OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return users(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

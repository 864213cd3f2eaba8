#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_data_accessor_info
short_description: Read data accessors of an application
version_added: 1.0.0
description:
  - Reads data accessors of an application, with the keys that M(qbusiness.federation.qbusiness_data_accessor)
    answers.
  - Waits for nothing; what is in transition, or failed, is shown as it is.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.info
  - qbusiness.federation.info.tags
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_aws
options:
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  data_accessor_id:
    description:
      - The id of the data accessor to read. Without it all of them are read, or those of O(display_name).
    type: str
  display_name:
    description:
      - Read only what has exactly this name, over all pages of the list.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_data_accessor
"""

EXAMPLES = r"""
- name: Read all data accessors
  qbusiness.federation.qbusiness_data_accessor_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    include_tags: true
  register: found

- name: Read one
  qbusiness.federation.qbusiness_data_accessor_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: whiteboard
"""

RETURN = r"""
data_accessors:
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
    data_accessor_id:
      description: The id of the data accessor.
      type: str
      returned: always
      sample: "3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e"
    data_accessor_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/.../data-accessor/3b1c4d5e..."
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: "whiteboard"
    idc_application_arn:
      description: The ARN of its Identity Center application.
      type: str
      returned: always
      sample: "arn:aws:sso::123456789012:application/ssoins-1234567890abcdef/apl-1234567890abcdef"
    principal:
      description: The ARN of the vendor's role.
      type: str
      returned: always
      sample: "arn:aws:iam::210987654321:role/whiteboard-retrieval"
    action_configurations:
      description: What the vendor may do.
      type: list
      elements: dict
      returned: always
      sample: [{"action": "qbusiness:SearchRelevantContent"}]
    authentication_detail:
      description: How the vendor signs people in.
      type: dict
      returned: when it is set
      sample: {"authentication_type": "AWS_IAM_IDC_AUTH_CODE", "external_ids": ["tenant-4711"]}
    created_at:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-11-24T06:00:00+00:00"
    updated_at:
      description: When it was changed last.
      type: str
      returned: always
      sample: "2026-11-24T06:00:00+00:00"
    tags:
      description: Its tags.
      type: dict
      returned: with O(include_tags)
      sample: {"team": "knowledge"}
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.data_accessor import DATA_ACCESSOR
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.info import info, options

ARGUMENTS = {
    "argument_spec": aws_arguments(options(DATA_ACCESSOR)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return info(context, DATA_ACCESSOR)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

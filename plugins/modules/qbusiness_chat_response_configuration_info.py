#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_chat_response_configuration_info
short_description: Read chat response configurations of an application
version_added: 1.0.0
description:
  - Reads chat response configurations of an application, with the keys that
    M(qbusiness.federation.qbusiness_chat_response_configuration) answers.
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
  chat_response_configuration_id:
    description:
      - The id of the chat response configuration to read. Without it all of them are read, or those of
        O(display_name).
    type: str
  display_name:
    description:
      - Read only what has exactly this name, over all pages of the list.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_chat_response_configuration
"""

EXAMPLES = r"""
- name: Read all chat response configurations
  qbusiness.federation.qbusiness_chat_response_configuration_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    include_tags: true
  register: found

- name: Read one
  qbusiness.federation.qbusiness_chat_response_configuration_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: friendly
"""

RETURN = r"""
chat_response_configurations:
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
    chat_response_configuration_id:
      description: The id of the configuration.
      type: str
      returned: always
      sample: "3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e"
    chat_response_configuration_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/.../chat-response-configuration/3b1c..."
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: "friendly"
    status:
      description: The status of the last configuration that was asked for.
      type: str
      returned: always
      sample: "ACTIVE"
    error:
      description: Why the last configuration that was asked for failed.
      type: dict
      returned: when it did
      sample: {"error_code": "InvalidRequest", "error_message": "..."}
    response_configurations:
      description: The instructions, of the configuration in use when the last one failed.
      type: dict
      returned: always
      sample: {"ALL": {"instruction_collection": {"tone": "Friendly, without jokes"}}}
    in_use_configuration:
      description: The configuration in use, with its own status and times.
      type: dict
      returned: when one is in use
      sample: {"status": "ACTIVE"}
    last_update_configuration:
      description: The last one that was asked for, with its own status, error and times.
      type: dict
      returned: when the service says it
      sample: {"status": "ACTIVE"}
    created_at:
      description: When it was made.
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
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.chat_response_configuration import (
    CHAT_RESPONSE_CONFIGURATION,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.info import info, options

ARGUMENTS = {
    "argument_spec": aws_arguments(options(CHAT_RESPONSE_CONFIGURATION)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return info(context, CHAT_RESPONSE_CONFIGURATION)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

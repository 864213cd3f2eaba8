#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_chat_response_configuration
short_description: Manage a chat response configuration of an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes the instructions by which an application answers, such as length, tone and style.
  - It is found by O(chat_response_configuration_id), or by exactly its O(display_name) in the application.
  - The service shows the configuration in use and the last one that was asked for. The module compares with the last
    one; where that failed, with the one in use. It waits until the last one is in use, and fails where that failed.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - qbusiness.federation.lifecycle
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
options:
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  chat_response_configuration_id:
    description:
      - The id of an existing configuration. Without it the configuration is found by O(display_name).
    type: str
  display_name:
    description:
      - The name, at most 100 characters.
    type: str
  response_configurations:
    description:
      - The instructions. Required to make one.
    type: dict
    suboptions:
      ALL:
        description:
          - For all answers.
        type: dict
        suboptions:
          instruction_collection:
            description:
              - The instructions, each of 5 to 1000 characters.
              - One that is not given is kept, an empty text takes it away.
            type: dict
            suboptions:
              response_length:
                description:
                  - How long answers are.
                type: str
              target_audience:
                description:
                  - For whom they are.
                type: str
              perspective:
                description:
                  - From which point of view they are.
                type: str
              output_style:
                description:
                  - How they are laid out.
                type: str
              identity:
                description:
                  - Who answers.
                type: str
              tone:
                description:
                  - How they sound.
                type: str
              custom_instructions:
                description:
                  - What else is to be done.
                type: str
              examples:
                description:
                  - Examples of answers.
                type: str
seealso:
  - module: qbusiness.federation.qbusiness_app
  - module: qbusiness.federation.qbusiness_chat_controls
"""

EXAMPLES = r"""
- name: Short and friendly answers
  qbusiness.federation.qbusiness_chat_response_configuration:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: House style
    response_configurations:
      ALL:
        instruction_collection:
          response_length: At most three sentences
          tone: Friendly, without jokes

- name: The tone no longer matters
  qbusiness.federation.qbusiness_chat_response_configuration:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: House style
    response_configurations:
      ALL:
        instruction_collection:
          tone: ""
"""

RETURN = r"""
chat_response_configuration:
  description: The object as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist
  type: dict
  contains:
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: House style
    status:
      description: The status of the last configuration that was asked for.
      type: str
      returned: always
      sample: ACTIVE
    response_configurations:
      description: The instructions that the module compares with.
      type: dict
      returned: always
      sample:
        ALL:
          instruction_collection:
            tone: Friendly, without jokes
    in_use_configuration:
      description: The configuration in use, with its own status and times.
      type: dict
      returned: when one is in use
      sample:
        status: ACTIVE
    last_update_configuration:
      description: The last one that was asked for, with its own status, error and times.
      type: dict
      returned: when the service says it
      sample:
        status: ACTIVE
chat_response_configuration_id:
  description: Its id.
  returned: when it exists, existed, or would exist
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
chat_response_configuration_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../chat-response-configuration/2a0b3c4d-...
application_id:
  description: The id of its application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateChatResponseConfiguration]
differences:
  description: The fields of an existing object that were changed, or in check mode would be changed.
  returned: always
  type: list
  elements: dict
  contains:
    field:
      description: The path of the field in the diff, with dots between its parts.
      type: str
      returned: always
      sample: description
    before:
      description: The value before.
      type: raw
      returned: always
      sample: First
    after:
      description: The value after.
      type: raw
      returned: always
      sample: Second
    added:
      description: The items that the list did not hold before.
      type: list
      elements: raw
      returned: when the values are lists
      sample: []
    removed:
      description: The items that the list does not hold any more.
      type: list
      elements: raw
      returned: when the values are lists
      sample: []
  sample: [{field: description, before: First, after: Second}]
lost:
  description: What went, or would go, with it.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: ["chat response configuration House style (2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d) with its instructions: tone"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.chat_response_configuration import (
    CHAT_RESPONSE_CONFIGURATION,
    OPTIONS,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS),
    "required_one_of": [("chat_response_configuration_id", "display_name")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, CHAT_RESPONSE_CONFIGURATION)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

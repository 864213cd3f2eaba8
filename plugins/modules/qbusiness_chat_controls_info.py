#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_chat_controls_info
short_description: Read the chat controls of an application
version_added: 1.0.0
description:
  - Reads the chat controls (guardrails) of an application, all topics of them, with the keys that
    M(qbusiness.federation.qbusiness_chat_controls) answers.
  - An application has one set of them, so there is one, or none when there is no such application.
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
seealso:
  - module: qbusiness.federation.qbusiness_chat_controls
"""

EXAMPLES = r"""
- name: Read the guardrails
  qbusiness.federation.qbusiness_chat_controls_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
  register: found
"""

RETURN = r"""
chat_controls:
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
    response_scope:
      description: Whether answers come from documents only.
      type: str
      returned: when the service says it
      sample: "ENTERPRISE_CONTENT_ONLY"
    orchestration_configuration:
      description: Whether the application chooses between plugins and documents.
      type: dict
      returned: when the service says it
      sample: {"control": "ENABLED"}
    creator_mode_configuration:
      description: Whether people may ask the model without the documents.
      type: dict
      returned: when the service says it
      sample: {"creator_mode_control": "DISABLED"}
    hallucination_reduction_configuration:
      description: Whether answers are checked against the documents.
      type: dict
      returned: when the service says it
      sample: {"hallucination_reduction_control": "DISABLED"}
    blocked_phrases:
      description: The blocked phrases, and what is answered to them.
      type: dict
      returned: when the service says it
      sample: {"blocked_phrases": ["project aurora"], "system_message_override": "I do not talk about that."}
    topic_configurations:
      description: All topics, whole.
      type: list
      elements: dict
      returned: always
      sample: [{"name": "salaries", "rules": [{"rule_type": "CONTENT_BLOCKER_RULE"}]}]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.part_info import (
    CHAT_CONTROLS_OPTIONS,
    chat_controls,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(CHAT_CONTROLS_OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return chat_controls(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

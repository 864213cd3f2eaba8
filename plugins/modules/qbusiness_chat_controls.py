#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_chat_controls
short_description: Manage the chat controls (guardrails) of an Amazon Q Business application
version_added: 1.0.0
description:
  - Says what an application may answer, with which knowledge, about which topics and to whom.
  - Each application has one set of chat controls, from its beginning. The module reads all of it, works out what
    differs from what is given, and sends just that in one call; nothing is sent when nothing differs. What is not given
    stays.
  - An application that people use without sign-in takes blocked phrases only.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
options:
  state:
    description:
      - V(present) makes what is given so.
      - V(absent) deletes the topics, the blocked phrases and the answer to them; the answer RV(lost) names them.
        Switches cannot be deleted; whether the service sets them back is not documented. Where there is no topic and no
        blocked phrase, nothing is done.
    type: str
    choices: [present, absent]
    default: present
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  response_scope:
    description:
      - Whether answers come from the documents of the application only, or also from what the model knows.
    type: str
    choices: [ENTERPRISE_CONTENT_ONLY, EXTENDED_KNOWLEDGE_ENABLED]
  orchestration_configuration:
    description:
      - Whether the application chooses by itself between plugins and documents.
    type: dict
    suboptions:
      control:
        description:
          - The switch.
        type: str
        choices: [ENABLED, DISABLED]
        required: true
  creator_mode_configuration:
    description:
      - Whether people may ask the model without the documents.
    type: dict
    suboptions:
      creator_mode_control:
        description:
          - The switch.
        type: str
        choices: [ENABLED, DISABLED]
        required: true
  hallucination_reduction_configuration:
    description:
      - Whether answers are checked against the documents. It excludes orchestration.
    type: dict
    suboptions:
      hallucination_reduction_control:
        description:
          - The switch.
        type: str
        choices: [ENABLED, DISABLED]
        required: true
  blocked_phrases:
    description:
      - Phrases that are not answered, each of at most 36 characters; an application has at most 20.
      - They are compared as they are written, capital letters included; their order says nothing.
    type: list
    elements: str
  blocked_phrases_absent:
    description:
      - Phrases that are to be answered again.
    type: list
    elements: str
  purge_blocked_phrases:
    description:
      - Whether phrases that are not in O(blocked_phrases) are taken away, where that is given.
    type: bool
    default: true
  system_message_override:
    description:
      - What is answered to a blocked phrase, at most 350 characters. An empty text goes back to the service's own.
    type: str
  topic_configurations:
    description:
      - Topics with rules of their own, known by their names; an application has at most 2.
      - What is not given of a topic that is there is kept.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name, letters, digits and hyphens, at most 36.
        type: str
        required: true
      description:
        description:
          - What the topic is about, at most 350 characters.
        type: str
      example_chat_messages:
        description:
          - Questions about it, at most 5 of at most 350 characters.
        type: list
        elements: str
      rules:
        description:
          - The rules, at most 5, as one value. Needed for a new topic.
        type: list
        elements: dict
        suboptions:
          rule_type:
            description:
              - V(CONTENT_BLOCKER_RULE) does not answer, V(CONTENT_RETRIEVAL_RULE) answers from documents only.
            type: str
            choices: [CONTENT_BLOCKER_RULE, CONTENT_RETRIEVAL_RULE]
            required: true
          included_users_and_groups:
            description:
              - The people for whom the rule is; not together with the excluded ones.
            type: dict
            suboptions:
              user_ids:
                description:
                  - Users, by their e-mail addresses.
                type: list
                elements: str
              user_groups:
                description:
                  - Groups, by their names.
                type: list
                elements: str
          excluded_users_and_groups:
            description:
              - The people for whom the rule is not.
            type: dict
            suboptions:
              user_ids:
                description:
                  - Users, by their e-mail addresses.
                type: list
                elements: str
              user_groups:
                description:
                  - Groups, by their names.
                type: list
                elements: str
          rule_configuration:
            description:
              - More of the rule; the suboption that fits the type.
            type: dict
            suboptions:
              content_blocker_rule:
                description:
                  - For V(CONTENT_BLOCKER_RULE).
                type: dict
                suboptions:
                  system_message_override:
                    description:
                      - What is answered instead, at most 350 characters.
                    type: str
              content_retrieval_rule:
                description:
                  - For V(CONTENT_RETRIEVAL_RULE).
                type: dict
                suboptions:
                  eligible_data_sources:
                    description:
                      - The data sources to answer from, at most 5; without it, all.
                    type: list
                    elements: dict
                    suboptions:
                      index_id:
                        description:
                          - The id of the index.
                        type: str
                      data_source_id:
                        description:
                          - The id of the data source.
                        type: str
  topic_configurations_absent:
    description:
      - Names of topics that are to go.
    type: list
    elements: str
  purge_topics:
    description:
      - Whether topics that are not in O(topic_configurations) are taken away, where that is given.
    type: bool
    default: true
seealso:
  - module: qbusiness.federation.qbusiness_app
  - module: qbusiness.federation.qbusiness_plugin
  - name: Admin controls and guardrails in Amazon Q Business
    description: What each control does.
    link: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails.html
"""

EXAMPLES = r"""
- name: Answer from the company's documents only, and not about salaries
  qbusiness.federation.qbusiness_chat_controls:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    response_scope: ENTERPRISE_CONTENT_ONLY
    creator_mode_configuration:
      creator_mode_control: DISABLED
    blocked_phrases:
      - project aurora
    system_message_override: I do not talk about that.
    topic_configurations:
      - name: salaries
        description: What somebody earns
        example_chat_messages:
          - How much does Ada earn?
        rules:
          - rule_type: CONTENT_BLOCKER_RULE
            excluded_users_and_groups:
              user_groups: [human-resources]
            rule_configuration:
              content_blocker_rule:
                system_message_override: Ask Human Resources.

- name: One more blocked phrase, whatever others there are
  qbusiness.federation.qbusiness_chat_controls:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    blocked_phrases: [project borealis]
    purge_blocked_phrases: false

- name: Check answers against the documents
  qbusiness.federation.qbusiness_chat_controls:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    orchestration_configuration:
      control: DISABLED
    hallucination_reduction_configuration:
      hallucination_reduction_control: ENABLED
"""

RETURN = r"""
chat_controls:
  description: The chat controls as the service describes them.
  returned: with O(state=present), but for an application that check mode only plans and no given control
  type: dict
  contains:
    response_scope:
      description: Whether answers come from documents only.
      type: str
      returned: when the service says it
      sample: ENTERPRISE_CONTENT_ONLY
    orchestration_configuration:
      description: Whether the application chooses between plugins and documents.
      type: dict
      returned: when the service says it
      sample:
        control: ENABLED
    creator_mode_configuration:
      description: Whether people may ask the model without the documents.
      type: dict
      returned: when the service says it
      sample:
        creator_mode_control: DISABLED
    hallucination_reduction_configuration:
      description: Whether answers are checked against the documents.
      type: dict
      returned: when the service says it
      sample:
        hallucination_reduction_control: DISABLED
    blocked_phrases:
      description: The blocked phrases, and what is answered to them.
      type: dict
      returned: when the service says it
      sample:
        blocked_phrases: [project aurora]
        system_message_override: I do not talk about that.
    topic_configurations:
      description: All topics, whole.
      type: list
      elements: dict
      returned: always
      sample:
        - name: salaries
          rules:
            - rule_type: CONTENT_BLOCKER_RULE
application_id:
  description: The id of the application.
  returned: when there are or were chat controls
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
operations:
  description: The write operations that were made, or in check mode would be made.
  returned: always
  type: list
  elements: str
  sample: [UpdateChatControlsConfiguration]
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
  description: What went, or would go.
  returned: with O(state=absent) when there was something
  type: list
  elements: str
  sample: ["topic salaries: 1 rule(s)", "blocked phrase 'project aurora'"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.chat_controls import OPTIONS, chat_controls

ARGUMENTS = {
    "argument_spec": aws_arguments(STATE, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return chat_controls(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

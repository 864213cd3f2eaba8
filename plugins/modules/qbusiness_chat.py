#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_chat
short_description: Ask an Amazon Q Business application a question in a person's name
version_added: 1.0.0
description:
  - Asks one question (C(ChatSync)) and returns the answer with the documents that it rests on.
  - The connection's credentials have to be those of a person who came through the application's identity provider, such
    as M(qbusiness.federation.federation_session) opens. An administrator's own credentials are refused by the service.
  - The first question of a person subscribes the person and is refused. It is asked again within O(wait_timeout), and
    twice in any case.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what would change, without changing it.
    support: partial
    details:
      - In check mode only the options are checked. Nothing is asked, and there is no answer.
  diff_mode:
    description: Answers what changed, or would change, in diff mode.
    support: none
  idempotent:
    description: Changes nothing, and says so, when everything is as wanted already.
    support: none
    details:
      - Each question is a message in a conversation, so that the task has always changed something.
notes:
  - For a profile in a credentials file of its own set E(AWS_SHARED_CREDENTIALS_FILE) in the environment of the task.
options:
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  question:
    description:
      - The question.
    type: str
    required: true
  conversation_id:
    description:
      - The id of the person's conversation that the question belongs to. Without it a new conversation begins.
    type: str
  parent_message_id:
    description:
      - The RV(system_message_id) of the answer that the question follows. Needed with O(conversation_id).
    type: str
  attribute_filter:
    description:
      - Which documents may be used, by their attributes, as the service's C(AttributeFilter) in snake_case. Its members
        are C(and_all_filters), C(or_all_filters), C(not_filter), C(equals_to), C(contains_all), C(contains_any),
        C(greater_than), C(greater_than_or_equals), C(less_than) and C(less_than_or_equals).
      - A value is one of C(string_value), C(string_list_value), C(long_value) and C(date_value).
    type: dict
  chat_mode:
    description:
      - V(RETRIEVAL_MODE) answers from documents, V(CREATOR_MODE) from general knowledge, V(PLUGIN_MODE) through the
        plugin O(plugin_id). Without it the application decides.
    type: str
    choices: [RETRIEVAL_MODE, CREATOR_MODE, PLUGIN_MODE]
  plugin_id:
    description:
      - The id of the plugin. Needed with O(chat_mode=PLUGIN_MODE).
    type: str
  wait_timeout:
    description:
      - How long the question is repeated, in seconds, while the service says that the person has no subscription.
    type: int
    default: 60
seealso:
  - module: qbusiness.federation.federation_session
  - module: qbusiness.federation.federation_proof
"""

EXAMPLES = r"""
- name: Ask with the credentials of a profile
  qbusiness.federation.qbusiness_chat:
    profile: assistant
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    question: How many days of leave are there?
  register: leave

- name: Ask further, in the same conversation and of the handbook alone
  qbusiness.federation.qbusiness_chat:
    profile: assistant
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    question: And who has more?
    conversation_id: "{{ leave.conversation_id }}"
    parent_message_id: "{{ leave.system_message_id }}"
    attribute_filter:
      and_all_filters:
        - equals_to:
            name: _category
            value:
              string_value: handbook
        - greater_than:
            name: _last_updated_at
            value:
              date_value: "2026-01-01T00:00:00Z"

- name: Ask with credentials from a session
  qbusiness.federation.qbusiness_chat:
    access_key: "{{ person.credentials.access_key_id }}"
    secret_key: "{{ person.credentials.secret_access_key }}"
    session_token: "{{ person.credentials.session_token }}"
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    question: How many days of leave are there?
"""

RETURN = r"""
answer:
  description: What the application says.
  returned: not in check mode
  type: str
  sample: There are 27 days of leave a year.
sources:
  description: The documents that the answer rests on. Empty for an answer from general knowledge.
  returned: not in check mode
  type: list
  elements: dict
  contains:
    title:
      description: The document's title.
      type: str
      returned: always
      sample: Leave policy
    url:
      description: Where it is, or an empty text.
      type: str
      returned: always
      sample: s3://handbook/leave.txt
    document_id:
      description: Its id.
      type: str
      returned: always
      sample: s3://handbook/leave.txt
    data_source_id:
      description: The data source that it came by, or an empty text.
      type: str
      returned: always
      sample: 2a3b4c5d-6e7f-4a1b-9c2d-3e4f5a6b7c8d
    citation_number:
      description: Its number in the answer.
      type: int
      returned: always
      sample: 1
    snippet:
      description: The part that matters.
      type: str
      returned: always
      sample: There are 27 days of leave a year.
conversation_id:
  description: The conversation.
  returned: not in check mode
  type: str
  sample: 0c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f
system_message_id:
  description: The answer's message, which a further question names as its parent.
  returned: not in check mode
  type: str
  sample: 3f4a5b6c-7d8e-4f9a-8b0c-1d2e3f4a5b6c
user_message_id:
  description: The question's message.
  returned: not in check mode
  type: str
  sample: 5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7c8d
tries:
  description: How often the question was asked, more than once when the first try subscribed the person.
  returned: not in check mode
  type: int
  sample: 1
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.chat_module import OPTIONS, chat

ARGUMENTS = {
    "argument_spec": aws_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return chat(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

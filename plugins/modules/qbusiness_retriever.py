#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_retriever
short_description: Manage a retriever of an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes a retriever, over a native index or over an Amazon Kendra index.
  - It is found by O(retriever_id), or by exactly its O(display_name) in the application.
  - Relevance tuning that is not given is kept when another setting changes.
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
  retriever_id:
    description:
      - The id of an existing retriever. Without it the retriever is found by O(display_name).
    type: str
  display_name:
    description:
      - The name, letters, digits, hyphens and underscores.
    type: str
  type:
    description:
      - The type of retriever. Fixed at creation.
    type: str
    choices: [NATIVE_INDEX, KENDRA_INDEX]
  role_arn:
    description:
      - The ARN of the role that may query the Kendra index. Required with O(type=KENDRA_INDEX).
    type: str
  configuration:
    description:
      - Where it retrieves from; the arm that fits O(type).
    type: dict
    suboptions:
      native_index_configuration:
        description:
          - For O(type=NATIVE_INDEX).
        type: dict
        suboptions:
          index_id:
            description:
              - The id of the index.
            type: str
            required: true
          boosting_override:
            description:
              - Relevance tuning by attribute name. An empty dictionary clears it; when it is not given, what is there
                is kept.
              - Each attribute has one of C(number_configuration), C(string_configuration), C(date_configuration) and
                C(string_list_configuration), by the attribute's type, with a C(boosting_level), which is V(NONE),
                V(LOW), V(MEDIUM), V(HIGH) or V(VERY_HIGH), or V(ONE) or V(TWO) where the application has the newer
                tuning.
              - A C(number_configuration) may have a C(boosting_type), V(PRIORITIZE_LARGER_VALUES) or
                V(PRIORITIZE_SMALLER_VALUES); a C(string_configuration) an C(attribute_value_boosting), a dictionary of
                values and their levels; a C(date_configuration) C(boosting_duration_in_seconds).
            type: dict
      kendra_index_configuration:
        description:
          - For O(type=KENDRA_INDEX).
        type: dict
        suboptions:
          index_id:
            description:
              - The id of the Kendra index.
            type: str
            required: true
  adopt_single:
    description:
      - Whether the only retriever of the application is used where none is named O(display_name) and O(retriever_id) is
        not set. Its name stays. With several the module stops and names them; O(retriever_id) decides.
      - A retriever counts in every status but C(DELETING).
      - Without effect on O(state=absent).
    type: bool
    default: false
    version_added: 2.0.0
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: A retriever over the native index
  qbusiness.federation.qbusiness_retriever:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: assistant-retriever
    type: NATIVE_INDEX
    configuration:
      native_index_configuration:
        index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
"""

RETURN = r"""
retriever:
  description: The object as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist
  type: dict
  contains:
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: assistant-retriever
    type:
      description: Its type.
      type: str
      returned: always
      sample: NATIVE_INDEX
    status:
      description: Its status.
      type: str
      returned: always
      sample: ACTIVE
retriever_id:
  description: Its id.
  returned: when it exists, existed, or would exist
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
retriever_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../retriever/2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
application_id:
  description: The id of its application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
adopted:
  description: That an object is used that the task does not name.
  returned: with O(adopt_single=true), when it is so
  type: bool
  sample: true
note:
  description: Which object that is.
  returned: with O(adopt_single=true), when it is so
  type: str
  sample: "The retriever finder (2a0b3c4d-...) is used, the only one that exists; none is named 'other'."
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateRetriever]
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
  sample: ["retriever assistant-retriever (2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d) with its relevance tuning"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.retriever import OPTIONS, RETRIEVER

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS),
    "required_one_of": [("retriever_id", "display_name")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, RETRIEVER)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

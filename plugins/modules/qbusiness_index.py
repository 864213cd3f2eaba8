#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_index
short_description: Manage an index of an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes a native index.
  - It is found by O(index_id), or by exactly its O(display_name) in the application.
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
  index_id:
    description:
      - The id of an existing index. Without it the index is found by O(display_name).
    type: str
  display_name:
    description:
      - The name, letters, digits, hyphens and underscores.
    type: str
  description:
    description:
      - A description. An empty text clears it.
    type: str
  type:
    description:
      - The type of index. Fixed at creation.
    type: str
    choices: [ENTERPRISE, STARTER]
  capacity_configuration:
    description:
      - The capacity.
    type: dict
    suboptions:
      units:
        description:
          - Units, each for 20,000 documents or 200 MB of text; at most 50 with O(type=ENTERPRISE), 5
            with O(type=STARTER).
        type: int
        required: true
  document_attribute_configurations:
    description:
      - Document attributes by name, the service's reserved ones (C(_category) and so on) included. They are added and
        changed; the service cannot take one away, so what is not listed stays.
      - The service takes them by an update only; the module makes that second call.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name of the attribute.
        type: str
        required: true
      type:
        description:
          - Its type. Required for a new attribute, and fixed from then on.
        type: str
        choices: [STRING, STRING_LIST, NUMBER, DATE]
      search:
        description:
          - Whether it is searched.
        type: str
        choices: [ENABLED, DISABLED]
  initially:
    description:
      - Names of options that count only when the index is made. Of one that is there they are left as they are,
        in check mode too.
    type: list
    elements: str
    choices: [description, type, capacity_configuration, document_attribute_configurations]
    default: []
    version_added: 1.1.0
  adopt_single:
    description:
      - Whether the only index of the application is used where none is named O(display_name) and O(index_id) is not
        set. Its name stays. With several the module stops and names them; O(index_id) decides.
      - An index counts in every status but C(DELETING).
      - Without effect on O(state=absent).
    type: bool
    default: false
    version_added: 2.0.0
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: A small index
  qbusiness.federation.qbusiness_index:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: assistant-index
    type: STARTER
    capacity_configuration:
      units: 1
"""

RETURN = r"""
index:
  description: The object as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist
  type: dict
  contains:
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: assistant-index
    type:
      description: Its type.
      type: str
      returned: always
      sample: STARTER
    status:
      description: Its status.
      type: str
      returned: always
      sample: ACTIVE
index_id:
  description: Its id.
  returned: when it exists, existed, or would exist
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
index_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../index/2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
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
  sample: "The index knowledge (2a0b3c4d-...) is used, the only one that exists; none is named 'other'."
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateIndex]
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
  sample: ["index assistant-index (2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d)"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.index import INDEX, OPTIONS
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.initially import Adopted

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS),
    "required_one_of": [("index_id", "display_name")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, INDEX, Adopted)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

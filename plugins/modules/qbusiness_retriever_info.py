#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_retriever_info
short_description: Read retrievers of an application
version_added: 1.0.0
description:
  - Reads retrievers of an application, with the keys that M(qbusiness.federation.qbusiness_retriever) answers.
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
  retriever_id:
    description:
      - The id of the retriever to read. Without it all of them are read, or those of O(display_name).
    type: str
  display_name:
    description:
      - Read only what has exactly this name, over all pages of the list.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_retriever
"""

EXAMPLES = r"""
- name: Read all retrievers
  qbusiness.federation.qbusiness_retriever_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    include_tags: true
  register: found

- name: Read one
  qbusiness.federation.qbusiness_retriever_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: assistant-retriever
"""

RETURN = r"""
retrievers:
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
    retriever_id:
      description: The id of the retriever.
      type: str
      returned: always
      sample: "2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"
    retriever_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/.../retriever/2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: "assistant-retriever"
    type:
      description: Its type.
      type: str
      returned: always
      sample: "NATIVE_INDEX"
    configuration:
      description: Which index it asks, and its relevance tuning.
      type: dict
      returned: always
      sample: {"native_index_configuration": {"index_id": "2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"}}
    role_arn:
      description: The ARN of the role that the service takes.
      type: str
      returned: when it has one
      sample: "arn:aws:iam::123456789012:role/assistant"
    status:
      description: Its status.
      type: str
      returned: always
      sample: "ACTIVE"
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
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.info import info, options
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.retriever import RETRIEVER

ARGUMENTS = {
    "argument_spec": aws_arguments(options(RETRIEVER)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return info(context, RETRIEVER)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

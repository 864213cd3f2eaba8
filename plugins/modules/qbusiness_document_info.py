#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_document_info
short_description: Read the documents of an index
version_added: 1.0.0
description:
  - Reads what the service lists of documents, with the keys that M(qbusiness.federation.qbusiness_document) answers
    of what it did not put itself.
  - Their contents cannot be read.
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
  index_id:
    description:
      - The id of the index.
    type: str
    required: true
  data_source_id:
    description:
      - Read only documents of this data source.
    type: str
  document_ids:
    description:
      - Read only documents with these ids.
    type: list
    elements: str
  statuses:
    description:
      - Read only documents in one of these statuses.
    type: list
    elements: str
    choices: [RECEIVED, PROCESSING, INDEXED, UPDATED, FAILED, DELETING, DOCUMENT_FAILED_TO_INDEX]
seealso:
  - module: qbusiness.federation.qbusiness_document
"""

EXAMPLES = r"""
- name: Read which documents could not be indexed
  qbusiness.federation.qbusiness_document_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    statuses: [FAILED, DOCUMENT_FAILED_TO_INDEX]
  register: found
"""

RETURN = r"""
documents:
  description: What was found; empty when there is nothing.
  returned: always
  type: list
  elements: dict
  contains:
    document_id:
      description: Its id.
      type: str
      returned: always
      sample: "handbook/leave.md"
    status:
      description: Its status.
      type: str
      returned: always
      sample: "INDEXED"
    created_at:
      description: When it was put first.
      type: str
      returned: when the service says it
      sample: "2026-11-24T06:00:00+00:00"
    updated_at:
      description: When it was put last.
      type: str
      returned: when the service says it
      sample: "2026-11-24T06:00:00+00:00"
    error:
      description: Why it could not be indexed, with C(error_code) and C(error_message).
      type: dict
      returned: when it could not be indexed
      sample: {"error_code": "InvalidRequest", "error_message": "..."}
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.part_info import (
    DOCUMENT_OPTIONS,
    documents,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(DOCUMENT_OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return documents(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

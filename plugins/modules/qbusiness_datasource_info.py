#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_datasource_info
short_description: Read data sources of an index
version_added: 1.0.0
description:
  - Reads data sources of an index, with the keys that M(qbusiness.federation.qbusiness_datasource) answers.
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
  index_id:
    description:
      - The id of the index.
    type: str
    required: true
  data_source_id:
    description:
      - The id of the data source to read. Without it all of them are read, or those of O(display_name).
    type: str
  display_name:
    description:
      - Read only what has exactly this name, over all pages of the list.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_datasource
  - module: qbusiness.federation.qbusiness_datasource_sync_info
"""

EXAMPLES = r"""
- name: Read all data sources
  qbusiness.federation.qbusiness_datasource_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    include_tags: true
  register: found

- name: Read one
  qbusiness.federation.qbusiness_datasource_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    display_name: handbook
"""

RETURN = r"""
data_sources:
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
    index_id:
      description: The id of the index.
      type: str
      returned: always
      sample: "2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"
    data_source_id:
      description: The id of the data source.
      type: str
      returned: always
      sample: "3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e"
    data_source_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/.../index/.../data-source/3b1c4d5e..."
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: "handbook"
    description:
      description: Its description.
      type: str
      returned: when it has one
      sample: "The handbook"
    type:
      description: Its connector.
      type: str
      returned: always
      sample: "S3"
    configuration:
      description: The connector's own document; its keys are as the connector spells them.
      type: dict
      returned: always
      sample: {"type": "S3", "syncMode": "FULL_CRAWL"}
    role_arn:
      description: The ARN of the role that the service takes.
      type: str
      returned: when it has one
      sample: "arn:aws:iam::123456789012:role/assistant"
    sync_schedule:
      description: When it syncs by itself, in UTC; empty when only on demand.
      type: str
      returned: when it was ever set
      sample: "cron(0 12 * * ? *)"
    vpc_configuration:
      description: The subnets and security groups of the connector.
      type: dict
      returned: when it has some
      sample: {"subnet_ids": ["subnet-0123456789abcdef0"], "security_group_ids": ["sg-0123456789abcdef0"]}
    document_enrichment_configuration:
      description: What is done to documents on the way in.
      type: dict
      returned: when it has some
      sample: {}
    media_extraction_configuration:
      description: Whether images, audio and video are taken in.
      type: dict
      returned: when it was ever set
      sample: {"image_extraction_configuration": {"image_extraction_status": "ENABLED"}}
    status:
      description: Its status.
      type: str
      returned: always
      sample: "ACTIVE"
    error:
      description: What went wrong, as the service says.
      type: dict
      returned: when something did
      sample: {"error_code": "InvalidRequest", "error_message": "..."}
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
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.datasource import DATA_SOURCE
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.info import info, options

ARGUMENTS = {
    "argument_spec": aws_arguments(options(DATA_SOURCE)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return info(context, DATA_SOURCE)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

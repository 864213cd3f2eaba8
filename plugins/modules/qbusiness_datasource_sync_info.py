#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_datasource_sync_info
short_description: Read the sync jobs of a data source
version_added: 1.0.0
description:
  - Reads the sync jobs of a data source, the newest first, with their numbers of documents.
  - Starts none and judges none; M(qbusiness.federation.qbusiness_datasource_sync) does.
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
      - The id of the data source.
    type: str
    required: true
  execution_id:
    description:
      - Read only the job with this id.
    type: str
  status:
    description:
      - Read only jobs in this status.
    type: str
    choices: [SUCCEEDED, FAILED, SYNCING, INCOMPLETE, STOPPING, ABORTED, SYNCING_INDEXING]
  max_jobs:
    description:
      - How many of the newest jobs are read at most. Without it the whole history is, ten jobs a call.
    type: int
seealso:
  - module: qbusiness.federation.qbusiness_datasource_sync
  - module: qbusiness.federation.qbusiness_datasource_info
"""

EXAMPLES = r"""
- name: Read the last two jobs
  qbusiness.federation.qbusiness_datasource_sync_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_source_id: 3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e
    max_jobs: 2
  register: history

- name: Read the jobs that failed
  qbusiness.federation.qbusiness_datasource_sync_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_source_id: 3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e
    status: FAILED
"""

RETURN = r"""
jobs:
  description: The jobs, the newest first; empty when there is none, or no such data source.
  returned: always
  type: list
  elements: dict
  contains:
    execution_id:
      description: Its id.
      type: str
      returned: always
      sample: "4c2d5e6f-3a4b-4c7d-9e0f-9a8b7c6d5e4f"
    status:
      description: Its status. Only that says whether it is over.
      type: str
      returned: always
      sample: "SUCCEEDED"
    running:
      description: Whether it is not over yet.
      type: bool
      returned: always
      sample: false
    start_time:
      description: When it began.
      type: str
      returned: always
      sample: "2026-11-24T06:00:00+00:00"
    end_time:
      description: When it ended; the service says one before it is over, too.
      type: str
      returned: when the service says it
      sample: "2026-11-24T06:05:00+00:00"
    metrics:
      description: How many documents it took.
      type: dict
      returned: always
      sample:
        documents_added: 2
        documents_deleted: 0
        documents_failed: 0
        documents_modified: 0
        documents_scanned: 2
    error:
      description: What went wrong, as the service says.
      type: dict
      returned: when something did
      sample: {"error_code": "InvalidRequest", "error_message": "..."}
    data_source_error_code:
      description: What went wrong, as the data source says.
      type: str
      returned: when something did
      sample: "403"
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.sync_info import OPTIONS, jobs

ARGUMENTS = {
    "argument_spec": aws_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return jobs(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

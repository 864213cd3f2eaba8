#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_datasource_sync
short_description: Sync a data source of an Amazon Q Business application when it is due
version_added: 1.0.0
description:
  - Starts a sync job when one is due, waits for it, and judges how it ended.
  - A sync is due when there never was one, when the definition of the data source or its documents were changed
    since the last one began, or when the last one failed or was aborted.
  - A job that runs already is waited for; whether another one is due is decided when it is over.
  - A job that ended V(INCOMPLETE) is a warning with its numbers; one that failed is an error with the service's own
    text.
  - It takes a list of data sources as well, with O(data_sources); their jobs are started one after the other and waited
    for together.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
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
      - The id of the index.
    type: str
    required: true
  data_source_id:
    description:
      - The id of the data source. Jobs of a C(CUSTOM) one are started by the program that puts its documents; use
        O(start=never) with it.
    type: str
  data_source:
    description:
      - The data source, as M(qbusiness.federation.qbusiness_datasource) answered it a moment ago; it is then not read
        again. One without its type, its configuration and the time of its last change is read.
    type: dict
  start:
    description:
      - V(due) starts a job when one is due, V(always) in any case unless one is running.
      - V(never) starts none; it waits for a running job, and judges the last one.
    type: str
    choices: [due, always, never]
    default: due
  documents_changed: &documents_changed
    description:
      - Whether documents were changed since the last sync.
      - Without it the module looks for itself at the buckets of the connectors C(S3) and C(S3V2), which needs
        C(s3:ListBucket). It does not see that an object was deleted; nor does it look at other connectors.
    type: bool
  wait:
    description:
      - Whether to wait until the job is over.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 3600
  data_sources:
    description:
      - Several data sources of the index. What an item does not say is taken from the task's option of the same name.
      - When an item fails, the others are done nevertheless; then the task fails and names all that failed.
    type: list
    elements: dict
    suboptions:
      data_source_id:
        description:
          - As O(data_source_id), of this item.
        type: str
        required: true
      data_source:
        description:
          - As O(data_source), of this item.
        type: dict
      start:
        description:
          - As O(start), which holds where it is not given.
        type: str
        choices: [due, always, never]
      documents_changed: *documents_changed
seealso:
  - module: qbusiness.federation.qbusiness_datasource
"""

EXAMPLES = r"""
- name: Bring the index up to date
  qbusiness.federation.qbusiness_datasource_sync:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_source_id: 3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e

- name: Sync because a task before has put documents, and go on meanwhile
  qbusiness.federation.qbusiness_datasource_sync:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_source_id: 3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e
    documents_changed: "{{ documents is changed }}"
    wait: false

- name: Sync those that a task before has made or changed, without reading them again
  qbusiness.federation.qbusiness_datasource_sync:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_sources:
      - data_source_id: "{{ made.data_sources[0].data_source_id }}"
        data_source: "{{ made.data_sources[0].data_source }}"

- name: Sync all that are due, and wait for them together
  qbusiness.federation.qbusiness_datasource_sync:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_sources:
      - data_source_id: 3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e
      - data_source_id: 4c2d5e6f-3a4b-4c7d-9e0f-9a8b7c6d5e4f
"""

RETURN = r"""
data_sources:
  description: What came of each item of O(data_sources), in its order.
  returned: when O(data_sources) is given
  type: list
  elements: dict
  contains:
    data_source_id:
      description: The id of the data source.
      type: str
      returned: always
      sample: 3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e
    changed:
      description: Whether a job was started, or in check mode would be.
      type: bool
      returned: always
      sample: true
    job:
      description: Like RV(job).
      type: dict
      returned: unless it failed before there was one
      sample: {execution_id: 4c2d5e6f-3a4b-4c7d-9e0f-9a8b7c6d5e4f, status: SUCCEEDED}
    metrics:
      description: Like RV(metrics).
      type: dict
      returned: unless it failed before there was a job
      sample: {documents_added: 2, documents_scanned: 2}
    reason:
      description: Like RV(reason).
      type: str
      returned: unless it failed
      sample: it was never synced
    operations:
      description: The write operations, in order.
      type: list
      elements: str
      returned: always
      sample: [StartDataSourceSyncJob]
    diff:
      description: C(before) and C(after) with the reason.
      type: dict
      returned: always
      sample: {before: {}, after: {sync: it was never synced}}
    failed:
      description: That it failed.
      type: bool
      returned: when it failed
      sample: true
    msg:
      description: Why it failed.
      type: str
      returned: when it failed
      sample: >-
        data source handbook (3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e): the sync ended FAILED: The bucket does not exist
        (InvalidRequest)
job:
  description: The job that was started or adopted, or else the last one; empty when there is none.
  returned: when O(data_sources) is not given
  type: dict
  contains:
    execution_id:
      description: Its id.
      type: str
      returned: when there is one
      sample: 4c2d5e6f-3a4b-4c7d-9e0f-9a8b7c6d5e4f
    status:
      description: Its status.
      type: str
      returned: when there is one
      sample: SUCCEEDED
    start_time:
      description: When it began.
      type: str
      returned: when there is one
      sample: "2026-11-24T06:00:00+00:00"
metrics:
  description: How many documents the job took.
  returned: when O(data_sources) is not given
  type: dict
  sample: {documents_added: 2, documents_deleted: 0, documents_failed: 0, documents_modified: 0, documents_scanned: 2}
reason:
  description: Why a job was started, or in check mode would be started; empty when none was.
  returned: when O(data_sources) is not given
  type: str
  sample: it was never synced
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [StartDataSourceSyncJob]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.sync import OF_MANY, OPTIONS, sync

ARGUMENTS = {
    "argument_spec": aws_arguments(OPTIONS, OF_MANY),
    "required_one_of": [("data_source_id", "data_sources")],
    "mutually_exclusive": [("data_source_id", "data_sources")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return sync(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

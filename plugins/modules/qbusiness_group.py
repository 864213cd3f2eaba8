#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_group
short_description: Put a group with its members into an index of an Amazon Q Business application
version_added: 1.0.0
description:
  - Puts a group with its members into an index, waits until the service has taken it in, and removes it. With IAM
    federation the groups of Okta do not come along at sign-in; this is how the service learns who is in them.
  - The service replaces all members of a group at once and has no operation that shows them. So they cannot be
    compared, and a group has neither tags nor a description in which a digest of them could be kept. O(update) says
    what is done with a group that is there, and RV(ignore:changed) says whether it was put, not whether a member
    changed.
  - With O(update=always), the default, the group has the members of the task after every run, and every run answers
    that something changed. With O(update=missing) a group that is there is left alone, whoever is in it.
  - A group whose last change failed (status C(FAILED)) is put again with either value.
  - Who is in a group may see its documents. Do not remove a group and make another one under its name.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.lifecycle
  - qbusiness.federation.attributes.group_aws
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what would change, without changing it.
    support: full
  diff_mode:
    description: Answers what changed, or would change, in diff mode.
    support: partial
    details:
      - The members before are unknown, see the description.
  idempotent:
    description: Changes nothing, and says so, when everything is as wanted already.
    support: partial
    details:
      - With O(update=missing), and with O(state=absent). See the description.
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
  group_name:
    description:
      - The name of the group.
    type: str
    required: true
  data_source_id:
    description:
      - The id of the data source that knows the group. Together with O(group_name) it says which group is meant.
        Required with O(type=DATASOURCE).
    type: str
  type:
    description:
      - Whether the names of the members are those of the index (e-mail addresses) or of the data source.
      - When it is not given it is V(DATASOURCE) with O(data_source_id) and V(INDEX) without.
    type: str
    choices: [INDEX, DATASOURCE]
  users:
    description:
      - Names of users that are members. A short form of O(group_members.member_users); both may be given together.
    type: list
    elements: str
  groups:
    description:
      - Names of groups that are members. A short form of O(group_members.member_groups); both may be given together.
    type: list
    elements: str
  group_members:
    description:
      - The members. This, O(users) or O(groups) is required where the group is put; V(users=[]) alone is an empty
        group.
      - At most 1000 users and groups in all, or 100000 in an object in S3.
    type: dict
    suboptions:
      member_users:
        description:
          - Users.
        type: list
        elements: dict
        suboptions:
          user_id:
            description:
              - The name of the user.
            type: str
            required: true
          type:
            description:
              - Whose name it is. The same as O(type) when it is not given.
            type: str
            choices: [INDEX, DATASOURCE]
      member_groups:
        description:
          - Groups.
        type: list
        elements: dict
        suboptions:
          group_name:
            description:
              - The name of the group.
            type: str
            required: true
          type:
            description:
              - Whose name it is. The same as O(type) when it is not given.
            type: str
            choices: [INDEX, DATASOURCE]
      s3_path_for_group_members:
        description:
          - An object in S3 that holds the members; in the place of members in the task. Needs O(role_arn).
        type: dict
        suboptions:
          bucket:
            description:
              - The name of the bucket.
            type: str
            required: true
          key:
            description:
              - The key of the object.
            type: str
            required: true
  role_arn:
    description:
      - The ARN of the role that may read the object in S3.
    type: str
  update:
    description:
      - V(always) puts the group in every run; V(missing) only when it is not there.
    type: str
    choices: [always, missing]
    default: always
notes:
  - With O(role_arn) the caller needs C(iam:PassRole) for that role.
seealso:
  - module: qbusiness.federation.okta_group_info
  - module: qbusiness.federation.qbusiness_user
"""

EXAMPLES = r"""
- name: The people who may read the handbook
  qbusiness.federation.qbusiness_group:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    group_name: handbook-readers
    users:
      - anna@example.com
      - ben@example.com
    groups:
      - everybody-in-berlin

- name: Read who is in a group of Okta
  qbusiness.federation.okta_group_info:
    name: Knowledge workers
    include_members: true
  register: found

- name: The same people as a group of the index
  qbusiness.federation.qbusiness_group:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    group_name: knowledge-workers
    users: "{{ found.groups[0].members | map(attribute='email') }}"

- name: A group too large for a task
  qbusiness.federation.qbusiness_group:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    group_name: everybody
    group_members:
      s3_path_for_group_members:
        bucket: acme-groups
        key: everybody.json
    role_arn: arn:aws:iam::123456789012:role/groups-reader
    update: missing

- name: Remove a group
  qbusiness.federation.qbusiness_group:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    group_name: handbook-readers
    state: absent
"""

RETURN = r"""
group:
  description: The group as the service shows it, and what this task put.
  returned: when it exists, or would exist
  type: dict
  contains:
    group_name:
      description: Its name.
      type: str
      returned: always
      sample: handbook-readers
    data_source_id:
      description: The data source that knows it.
      type: str
      returned: when it has one
      sample: 3b1c4d5e-2f3a-4b5c-8d9e-8f7a6b5c4d3e
    status:
      description: Its status.
      type: str
      returned: always
      sample: SUCCEEDED
    last_updated_at:
      description: When it was put last.
      type: str
      returned: when the service says it
      sample: "2026-11-24T06:00:00+00:00"
    error_detail:
      description: Why its last change failed, with C(error_code) and C(error_message).
      type: dict
      returned: when it failed
      sample: {"error_code": "InvalidRequest", "error_message": "The file cannot be read."}
    type:
      description: Its type.
      type: str
      returned: when this task put it, or would put it
      sample: INDEX
    group_members:
      description: The members that this task put, or would put.
      type: dict
      returned: when this task put it, or would put it
      sample: {"member_users": [{"user_id": "anna@example.com", "type": "INDEX"}]}
group_name:
  description: Its name.
  returned: when it exists, existed, or would exist
  type: str
  sample: handbook-readers
application_id:
  description: The id of the application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
index_id:
  description: The id of the index.
  returned: when it exists, existed, or would exist
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [PutGroup]
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
  sample: ["group handbook-readers with its members"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.group import OPTIONS, manage

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return manage(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

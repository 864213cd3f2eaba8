#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_permission
short_description: Manage one statement of the resource policy of an Amazon Q Business application
version_added: 1.0.0
description:
  - Lets a role, for instance the one of a software vendor in another account, call actions of an application. The
    statement is known by its O(statement_id); every other statement of the policy stays as it is.
  - What is there is read with C(GetPolicy) and compared by meaning. The order of actions and conditions, and small and
    capital letters in actions and in keys of conditions, make no difference.
  - The service has no operation that changes a statement. When one differs it is taken out (C(DisassociatePermission))
    and put in anew (C(AssociatePermission)). Between the two calls, for about a second, the role may not do what the
    statement allows. When the service refuses the new statement, the one that was there is put back and the task
    fails; when a run is cut off between the two calls, the next run puts the new statement in.
  - The caller needs C(qbusiness:PutResourcePolicy) besides the permission for the operations themselves.
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
      - V(present) puts the statement into the policy, or changes it there.
      - V(absent) takes it out.
    type: str
    choices: [present, absent]
    default: present
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  statement_id:
    description:
      - The id of the statement, letters, digits, hyphens and underscores. It is the C(Sid) in the policy.
    type: str
    required: true
  principal:
    description:
      - The ARN of the role that is allowed something. Required with O(state=present).
    type: str
  actions:
    description:
      - The actions that it may call, such as V(qbusiness:SearchRelevantContent), 1 to 10. Required with
        O(state=present). The list is compared whole.
    type: list
    elements: str
  conditions:
    description:
      - When the permission holds, at most 10 conditions. The list is compared whole; without it the statement has
        none.
    type: list
    elements: dict
    suboptions:
      condition_operator:
        description:
          - How the value is compared. The service knows one way.
        type: str
        choices: [StringEquals]
        default: StringEquals
      condition_key:
        description:
          - The key of the request that is looked at, such as V(aws:PrincipalTag/QBusinessDataAccessorExternalId).
        type: str
        required: true
      condition_values:
        description:
          - Its value; a list of exactly one.
        type: list
        elements: str
        required: true
notes:
  - When a role is removed in IAM, policies show a unique id (C(AROA...)) in the place of its ARN. The statement then
    counts as different, and the module warns.
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: Let a vendor search the application
  qbusiness.federation.qbusiness_permission:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    statement_id: vendor-search
    principal: arn:aws:iam::210987654321:role/vendor
    actions:
      - qbusiness:SearchRelevantContent
    conditions:
      - condition_key: aws:PrincipalTag/QBusinessDataAccessorExternalId
        condition_values: [acme-4711]

- name: Take it back
  qbusiness.federation.qbusiness_permission:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    statement_id: vendor-search
    state: absent
"""

RETURN = r"""
permission:
  description: The statement as it is, or would be, in the policy.
  returned: with O(state=present)
  type: dict
  contains:
    statement_id:
      description: Its id.
      type: str
      returned: always
      sample: vendor-search
    principal:
      description: The role.
      type: str
      returned: always
      sample: arn:aws:iam::210987654321:role/vendor
    actions:
      description: The actions.
      type: list
      elements: str
      returned: always
      sample: ["qbusiness:SearchRelevantContent"]
    conditions:
      description: The conditions; an empty list when there is none.
      type: list
      elements: dict
      returned: always
      sample: []
statement_id:
  description: The id of the statement.
  returned: when it exists, existed, or would exist
  type: str
  sample: vendor-search
application_id:
  description: The id of the application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [AssociatePermission]
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
  sample: ["statement vendor-search"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.permission import OPTIONS, manage

ARGUMENTS = {
    "argument_spec": aws_arguments(STATE, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return manage(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

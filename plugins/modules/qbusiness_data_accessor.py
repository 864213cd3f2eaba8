#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_data_accessor
short_description: Manage a data accessor of an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes the access of an independent software vendor to the documents of an application
    with IAM Identity Center. Applications with IAM federation have no data accessors.
  - It is found by O(data_accessor_id), or by exactly its O(display_name) in the application.
  - The service makes an Identity Center application for it. The statement in the policy of the application that lets
    the vendor call, and the people who may use it, are steps of their own.
  - An application has at most 10 data accessors.
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
  data_accessor_id:
    description:
      - The id of an existing data accessor. Without it the data accessor is found by O(display_name).
    type: str
  display_name:
    description:
      - The name, letters, digits, hyphens and underscores.
    type: str
  principal:
    description:
      - The ARN of the vendor's role. Required to make one. Fixed at creation.
    type: str
  action_configurations:
    description:
      - What the vendor may do, 1 to 10 actions. Required to make one. The whole list, in any order.
    type: list
    elements: dict
    suboptions:
      action:
        description:
          - The action.
        type: str
        default: qbusiness:SearchRelevantContent
      filter_configuration:
        description:
          - Which documents the vendor sees; without it, all that the person may see.
        type: dict
        suboptions:
          document_attribute_filter:
            description:
              - A filter of document attributes. It is C(and_all_filters) or C(or_all_filters) (lists of filters),
                C(not_filter) (a filter), or one of C(equals_to), C(contains_all), C(contains_any), C(greater_than),
                C(greater_than_or_equals), C(less_than) and C(less_than_or_equals).
              - Each of the latter has the C(name) of an attribute, and a C(value) that is one of C(string_value),
                C(string_list_value), C(long_value) and C(date_value).
              - Dates are ISO 8601 texts.
            type: dict
  authentication_detail:
    description:
      - How the vendor signs people in. Parts that are not given are kept.
    type: dict
    suboptions:
      authentication_type:
        description:
          - By tokens of a trusted token issuer, or by an authorization code.
        type: str
        choices: [AWS_IAM_IDC_TTI, AWS_IAM_IDC_AUTH_CODE]
        required: true
      authentication_configuration:
        description:
          - More of it. Needed with V(AWS_IAM_IDC_TTI).
        type: dict
        suboptions:
          idc_trusted_token_issuer_configuration:
            description:
              - The trusted token issuer.
            type: dict
            suboptions:
              idc_trusted_token_issuer_arn:
                description:
                  - Its ARN.
                type: str
      external_ids:
        description:
          - The vendor's id of the tenant, exactly one.
        type: list
        elements: str
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: A vendor may search what is published
  qbusiness.federation.qbusiness_data_accessor:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: whiteboard
    principal: arn:aws:iam::210987654321:role/whiteboard-retrieval
    action_configurations:
      - action: qbusiness:SearchRelevantContent
        filter_configuration:
          document_attribute_filter:
            equals_to:
              name: stage
              value:
                string_value: published
    authentication_detail:
      authentication_type: AWS_IAM_IDC_AUTH_CODE
      external_ids: [tenant-4711]
"""

RETURN = r"""
data_accessor:
  description: The object as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist
  type: dict
  contains:
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: whiteboard
    principal:
      description: The ARN of the vendor's role.
      type: str
      returned: always
      sample: arn:aws:iam::210987654321:role/whiteboard-retrieval
    action_configurations:
      description: What the vendor may do.
      type: list
      elements: dict
      returned: always
      sample:
        - action: qbusiness:SearchRelevantContent
    authentication_detail:
      description: How the vendor signs people in.
      type: dict
      returned: when it is set
      sample:
        authentication_type: AWS_IAM_IDC_AUTH_CODE
        external_ids: [tenant-4711]
data_accessor_id:
  description: Its id.
  returned: when it exists, existed, or would exist
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
data_accessor_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../data-accessor/2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
idc_application_arn:
  description: The ARN of its Identity Center application.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:sso::123456789012:application/ssoins-0123456789abcdef/apl-0123456789abcdef
application_id:
  description: The id of its application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateDataAccessor]
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
  sample: ["its Identity Center application arn:aws:sso::123456789012:application/..., with the people assigned to it"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.data_accessor import DATA_ACCESSOR, OPTIONS

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS),
    "required_one_of": [("data_accessor_id", "display_name")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, DATA_ACCESSOR)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

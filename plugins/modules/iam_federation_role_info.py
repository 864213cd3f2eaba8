#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: iam_federation_role_info
short_description: Read the roles of an account that Amazon Q Business or signed-in people take
version_added: 1.0.0
description:
  - Reads roles with their trust policy, all inline policies, the ARNs of attached policies and tags, with the keys that
    M(qbusiness.federation.iam_federation_role) answers, and what these policies name.
  - Without O(name) these are the roles whose trust policy lets in people of an identity provider, or Amazon Q
    Business itself.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_aws
options:
  name:
    description:
      - The name of the role to read, whatever it is for.
    type: str
  path_prefix:
    description:
      - Read only roles whose path begins so.
    type: str
  provider_arn:
    description:
      - Read only roles that people of this identity provider take.
    type: str
  policy_name:
    description:
      - The inline policy to show. Without it that one of the role which is named as
        M(qbusiness.federation.iam_federation_role) names its own.
    type: str
seealso:
  - module: qbusiness.federation.iam_federation_role
"""

EXAMPLES = r"""
- name: Read the roles of the people of one identity provider
  qbusiness.federation.iam_federation_role_info:
    provider_arn: arn:aws:iam::123456789012:saml-provider/okta
  register: found

- name: Read one role
  qbusiness.federation.iam_federation_role_info:
    name: assistant-web
"""

RETURN = r"""
roles:
  description: What was found, in the order of the names; empty when there is nothing.
  returned: always
  type: list
  elements: dict
  contains:
    role_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:iam::123456789012:role/assistant-web"
    arn:
      description: Its ARN, as IAM itself calls it.
      type: str
      returned: always
      sample: "arn:aws:iam::123456789012:role/assistant-web"
    role_name:
      description: Its name.
      type: str
      returned: always
      sample: "assistant-web"
    role_id:
      description: Its unique id.
      type: str
      returned: always
      sample: "AROAEXAMPLEEXAMPLE123"
    path:
      description: Its path.
      type: str
      returned: always
      sample: "/"
    create_date:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
    description:
      description: Its description.
      type: str
      returned: always
      sample: ""
    max_session_duration:
      description: How long a session may last, in seconds.
      type: int
      returned: always
      sample: 3600
    permissions_boundary:
      description: The ARN of the policy that bounds its permissions, or an empty text.
      type: str
      returned: always
      sample: ""
    assume_role_policy_document:
      description: Who may assume it.
      type: dict
      returned: always
      sample: {"Version": "2012-10-17", "Statement": []}
    inline_policies:
      description: All its inline policies, by name.
      type: dict
      returned: always
      sample: {"QBusinessWebExperience": {"Version": "2012-10-17", "Statement": []}}
    attached_policies:
      description: The ARNs of all policies that are attached to it.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:iam::123456789012:policy/by-hand"]
    foreign_principals:
      description: The principals that it trusts and that are everybody (V(*)), or of another account.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:iam::444455556666:root"]
    applications:
      description: The ARNs of the applications that its trust policy and its inline policies name.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"]
    indices:
      description: The ARNs of the indices that they name.
      type: list
      elements: str
      returned: always
      sample: []
    data_sources:
      description: The ARNs of the data sources that they name; one that ends with C(*) is for all of an index.
      type: list
      elements: str
      returned: always
      sample: []
    buckets:
      description: The names of the buckets that they name.
      type: list
      elements: str
      returned: always
      sample: ["handbook"]
    policy_name:
      description: The name of the inline policy that is shown.
      type: str
      returned: when there is one
      sample: "QBusinessWebExperience"
    policy_document:
      description: What it may do by that policy.
      type: dict
      returned: when there is one
      sample: {"Version": "2012-10-17", "Statement": []}
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"team": "knowledge"}
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.role_info import OPTIONS, roles

ARGUMENTS = {
    "argument_spec": aws_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return roles(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_subscription_info
short_description: Read the subscriptions of an application
version_added: 1.0.0
description:
  - Reads subscriptions of users and groups, with the keys that M(qbusiness.federation.qbusiness_subscription)
    answers.
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
  subscription_id:
    description:
      - Read only the subscription with this id.
    type: str
  user:
    description:
      - Read only the subscription of the user with this id in the identity store.
    type: str
  group:
    description:
      - Read only the subscription of the group with this id in the identity store.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_subscription
"""

EXAMPLES = r"""
- name: Read who has which tier
  qbusiness.federation.qbusiness_subscription_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
  register: found
"""

RETURN = r"""
subscriptions:
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
    subscription_id:
      description: The id of the subscription.
      type: str
      returned: always
      sample: "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
    subscription_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/.../subscription/1c2d3e4f..."
    principal:
      description: Who is subscribed, C(user) or C(group) with an id.
      type: dict
      returned: always
      sample: {"user": "54482488-1021-7026-18f3-be45837cd0e4"}
    current_type:
      description: The tier of this month.
      type: str
      returned: always
      sample: "Q_BUSINESS"
    next_type:
      description: The tier of the next month; null when the service shows none.
      type: str
      returned: always
      sample: "Q_LITE"
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.part_info import (
    SUBSCRIPTION_OPTIONS,
    subscriptions,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(SUBSCRIPTION_OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return subscriptions(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_subscription
short_description: Manage the subscription of a user or a group to an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, changes and cancels the subscription of a user or a group of IAM Identity Center. In applications with IAM
    federation people are subscribed when they sign in first
    (O(qbusiness.federation.qbusiness_app#module:auto_subscription_configuration)); the service refuses to make
    subscriptions there, while those that came into being so can be changed and cancelled by O(subscription_id).
  - A higher tier holds, and is paid for, at once. A lower one and a cancellation hold from the next month on, and until
    then the service shows the old tier as the current one. So the tier of the next month is the one that is compared.
  - No operation reads one subscription; it is found in the list, by its principal or its id.
  - Where the list shows no tier for the next month, it does not tell whether the subscription is cancelled or steady.
    Then the call is made in any case, and RV(ignore:changed) says whether the tiers are others afterwards.
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
      - V(present) subscribes the principal, or changes the tier.
      - V(absent) cancels the subscription. It stays in the list until the month is over.
    type: str
    choices: [present, absent]
    default: present
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  user:
    description:
      - The id of the user in the identity store. Exactly one of O(user), O(group) and O(subscription_id) is needed.
    type: str
  group:
    description:
      - The id of the group in the identity store.
    type: str
  subscription_id:
    description:
      - The id of an existing subscription.
    type: str
  type:
    description:
      - The tier. Required with O(state=present).
    type: str
    choices: [Q_LITE, Q_BUSINESS]
notes:
  - Subscriptions cost money. Somebody who is in a subscribed group and has a subscription, too, is covered by both.
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: Subscribe a group
  qbusiness.federation.qbusiness_subscription:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    group: 94482488-3041-7026-18f3-be45837cd0e4
    type: Q_LITE

- name: Cancel the subscription of a user
  qbusiness.federation.qbusiness_subscription:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    user: 54482488-1021-7026-18f3-be45837cd0e4
    state: absent
"""

RETURN = r"""
subscription:
  description: The subscription as the service lists it.
  returned: with O(state=present)
  type: dict
  contains:
    subscription_id:
      description: Its id.
      type: str
      returned: always
      sample: 4c2d5e6f-3a4b-4c5d-9e0f-9a8b7c6d5e4f
    subscription_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../subscription/4c2d5e6f-3a4b-4c5d-9e0f-9a8b7c6d5e4f
    principal:
      description: Who is subscribed, C(user) or C(group) with an id.
      type: dict
      returned: always
      sample: {"group": "94482488-3041-7026-18f3-be45837cd0e4"}
    current_type:
      description: The tier of this month.
      type: str
      returned: always
      sample: Q_BUSINESS
    next_type:
      description: The tier of the next month; null when the service shows none.
      type: str
      returned: always
      sample: Q_LITE
subscription_id:
  description: Its id.
  returned: when it exists, existed, or would exist
  type: str
  sample: 4c2d5e6f-3a4b-4c5d-9e0f-9a8b7c6d5e4f
subscription_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../subscription/4c2d5e6f-3a4b-4c5d-9e0f-9a8b7c6d5e4f
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
  sample: [CreateSubscription]
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
  description: What ends, or would end, with the month.
  returned: with O(state=absent) when something was cancelled
  type: list
  elements: str
  sample: ["subscription 4c2d5e6f-3a4b-4c5d-9e0f-9a8b7c6d5e4f: its tier Q_LITE ends with this month"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.subscription import OPTIONS, manage

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

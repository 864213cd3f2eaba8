#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_app
short_description: Manage an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes an Amazon Q Business application whose users sign in through an identity provider
    in IAM.
  - An application is found by O(application_id), or by exactly its O(display_name) over all pages of the list.
  - Only what is given is compared; what the service filled in by itself is never a difference.
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
      - The id of an existing application. Without it the application is found by O(display_name).
    type: str
  display_name:
    description:
      - The name of the application, letters, digits, hyphens and underscores.
      - With O(application_id) another name renames the application.
    type: str
  description:
    description:
      - A description. An empty text clears it.
    type: str
  identity_type:
    description:
      - How people sign in. Fixed at creation.
      - With V(AWS_IAM_IDP_SAML) and V(AWS_IAM_IDP_OIDC) people sign in through an identity provider in IAM. The other
        types are managed as they are; nothing else of this collection signs people in to them.
    type: str
    choices: [AWS_IAM_IDP_SAML, AWS_IAM_IDP_OIDC, AWS_IAM_IDC, AWS_QUICKSIGHT_IDP, ANONYMOUS]
  iam_identity_provider_arn:
    description:
      - The ARN of the SAML or OIDC provider in IAM. Fixed at creation.
    type: str
  identity_center_instance_arn:
    description:
      - The ARN of the Identity Center instance, required with O(identity_type=AWS_IAM_IDC) at creation.
      - The service does not show it; it is compared with the instance in the ARN of the Identity Center application
        that the service made.
    type: str
  quick_sight_configuration:
    description:
      - The Amazon QuickSight account whose people sign in, required with O(identity_type=AWS_QUICKSIGHT_IDP). Fixed at
        creation.
    type: dict
    suboptions:
      client_namespace:
        description:
          - The namespace in QuickSight.
        type: str
        required: true
  client_ids_for_oidc:
    description:
      - The client ids of the Okta app, with O(identity_type=AWS_IAM_IDP_OIDC). Fixed at creation.
    type: list
    elements: str
  role_arn:
    description:
      - The ARN of the service role. Without it the service uses its service-linked role.
    type: str
  encryption_configuration:
    description:
      - The key that encrypts the application's data. Fixed at creation.
    type: dict
    suboptions:
      kms_key_id:
        description:
          - The id or ARN of a symmetric KMS key.
        type: str
  attachments_configuration:
    description:
      - Whether people may upload files in a chat.
    type: dict
    suboptions:
      attachments_control_mode:
        description:
          - The switch.
        type: str
        choices: [ENABLED, DISABLED]
        required: true
  q_apps_configuration:
    description:
      - Whether people may make and use Q Apps.
    type: dict
    suboptions:
      q_apps_control_mode:
        description:
          - The switch.
        type: str
        choices: [ENABLED, DISABLED]
        required: true
  personalization_configuration:
    description:
      - Whether answers take the person's attributes into account.
    type: dict
    suboptions:
      personalization_control_mode:
        description:
          - The switch.
        type: str
        choices: [ENABLED, DISABLED]
        required: true
  auto_subscription_configuration:
    description:
      - Whether people are subscribed when they first sign in. It is the way for people of an IAM identity provider to
        get in.
      - The service takes it by an update only; the module makes that second call.
    type: dict
    suboptions:
      auto_subscribe:
        description:
          - The switch. Not set, that of an existing application stays.
        type: str
        choices: [ENABLED, DISABLED]
      default_subscription_type:
        description:
          - The tier that new people get. Required when
            O(auto_subscription_configuration.auto_subscribe=ENABLED), unless the application has one already.
        type: str
        choices: [Q_LITE, Q_BUSINESS]
  initially:
    description:
      - Names of options that count only when the application is made. Of one that is there they are left as they are,
        in check mode too.
    type: list
    elements: str
    choices:
      - description
      - identity_type
      - iam_identity_provider_arn
      - identity_center_instance_arn
      - quick_sight_configuration
      - client_ids_for_oidc
      - role_arn
      - encryption_configuration
      - attachments_configuration
      - q_apps_configuration
      - personalization_configuration
      - auto_subscription_configuration
    default: []
    version_added: 1.1.0
seealso:
  - module: qbusiness.federation.iam_federation_provider
  - module: qbusiness.federation.qbusiness_web_experience
"""

EXAMPLES = r"""
- name: An application for people who sign in by SAML
  qbusiness.federation.qbusiness_app:
    display_name: assistant
    identity_type: AWS_IAM_IDP_SAML
    iam_identity_provider_arn: arn:aws:iam::123456789012:saml-provider/okta
    auto_subscription_configuration:
      auto_subscribe: ENABLED
      default_subscription_type: Q_LITE
    tags:
      team: knowledge

- name: Adopt one that was made by hand, whatever it lets people do; a new one lets nobody upload files
  qbusiness.federation.qbusiness_app:
    display_name: handmade
    identity_type: AWS_IAM_IDP_SAML
    iam_identity_provider_arn: arn:aws:iam::123456789012:saml-provider/okta
    attachments_configuration:
      attachments_control_mode: DISABLED
    initially: [attachments_configuration]

- name: Remove it, with everything in it
  qbusiness.federation.qbusiness_app:
    display_name: assistant
    state: absent
"""

RETURN = r"""
application:
  description: The application as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist
  type: dict
  contains:
    application_id:
      description: Its id.
      type: str
      returned: always
      sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    application_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: assistant
    identity_type:
      description: How people sign in.
      type: str
      returned: always
      sample: AWS_IAM_IDP_SAML
    iam_identity_provider_arn:
      description: The ARN of the identity provider.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:saml-provider/okta
    auto_subscription_configuration:
      description: The auto-subscription.
      type: dict
      returned: when it was ever set
      sample: {auto_subscribe: ENABLED, default_subscription_type: Q_LITE}
    identity_center_instance_arn:
      description: The ARN of the Identity Center instance that the service's application there belongs to.
      type: str
      returned: with O(identity_type=AWS_IAM_IDC)
      sample: arn:aws:sso:::instance/ssoins-0123456789abcdef
    status:
      description: Its status.
      type: str
      returned: always
      sample: ACTIVE
application_id:
  description: The id of the application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
application_arn:
  description: The ARN of the application.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateApplication, UpdateApplication]
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
  description: What went, or would go, with a removed application.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: [application assistant (1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c)]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.application import APPLICATION, OPTIONS
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.initially import Adopted

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS),
    "required_one_of": [("application_id", "display_name")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, APPLICATION, Adopted)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

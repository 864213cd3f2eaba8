#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_app_info
short_description: Read applications of Amazon Q Business
version_added: 1.0.0
description:
  - Reads applications of Amazon Q Business, with the keys that M(qbusiness.federation.qbusiness_app) answers.
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
      - The id of the application to read. Without it all of them are read, or those of O(display_name).
    type: str
  display_name:
    description:
      - Read only what has exactly this name, over all pages of the list.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: Read all applications
  qbusiness.federation.qbusiness_app_info:
    include_tags: true
  register: found

- name: Read one
  qbusiness.federation.qbusiness_app_info:
    display_name: assistant
"""

RETURN = r"""
applications:
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
    application_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: "assistant"
    description:
      description: Its description.
      type: str
      returned: when it has one
      sample: "Knowledge for everybody"
    identity_type:
      description: How people sign in.
      type: str
      returned: always
      sample: "AWS_IAM_IDP_SAML"
    iam_identity_provider_arn:
      description: The ARN of the identity provider in IAM.
      type: str
      returned: with an identity type of IAM
      sample: "arn:aws:iam::123456789012:saml-provider/okta"
    client_ids_for_oidc:
      description: The client ids of the Okta app.
      type: list
      elements: str
      returned: with the identity type V(AWS_IAM_IDP_OIDC)
      sample: ["0oa1gjh63g214q0Hq0g4"]
    identity_center_application_arn:
      description: The ARN of the application in IAM Identity Center.
      type: str
      returned: with the identity type V(AWS_IAM_IDC)
      sample: "arn:aws:sso::123456789012:application/ssoins-1234567890abcdef/apl-1234567890abcdef"
    identity_center_instance_arn:
      description: The ARN of the Identity Center instance that this application belongs to.
      type: str
      returned: with the identity type V(AWS_IAM_IDC)
      sample: arn:aws:sso:::instance/ssoins-0123456789abcdef
    quick_sight_configuration:
      description: The namespace of Amazon QuickSight.
      type: dict
      returned: with the identity type V(AWS_QUICKSIGHT_IDP)
      sample: {"client_namespace": "default"}
    role_arn:
      description: The ARN of the role that the service takes.
      type: str
      returned: when it has one
      sample: "arn:aws:iam::123456789012:role/assistant"
    encryption_configuration:
      description: The key that encrypts its data.
      type: dict
      returned: when it has one of its own
      sample: {"kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
    attachments_configuration:
      description: Whether people may upload files in a chat.
      type: dict
      returned: always
      sample: {"attachments_control_mode": "ENABLED"}
    q_apps_configuration:
      description: Whether people may make and use Q Apps.
      type: dict
      returned: always
      sample: {"q_apps_control_mode": "ENABLED"}
    personalization_configuration:
      description: Whether answers take the person's attributes into account.
      type: dict
      returned: always
      sample: {"personalization_control_mode": "ENABLED"}
    auto_subscription_configuration:
      description: The auto-subscription.
      type: dict
      returned: when it was ever set
      sample: {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_LITE"}
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
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.application import APPLICATION
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.info import info, options

ARGUMENTS = {
    "argument_spec": aws_arguments(options(APPLICATION)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return info(context, APPLICATION)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

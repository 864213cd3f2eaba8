#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_client_secret_info
short_description: Read what is known of the client secrets of an Okta app
version_added: 1.0.0
description:
  - Reads which client secrets an OpenID Connect app of Okta has, how old they are and which of them Okta takes; and
    what Secrets Manager says of the secret that holds one.
  - Never answers a value. What Okta sends of them is dropped at once, and Secrets Manager is not asked for one.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.okta
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_aws
  - qbusiness.federation.attributes.group_okta
options:
  app_id:
    description:
      - The id of the app in Okta.
    type: str
    required: true
  secret_name:
    description:
      - The name of the secret in Secrets Manager. Without it AWS is not asked at all.
    type: str
seealso:
  - module: qbusiness.federation.okta_client_secret
"""

EXAMPLES = r"""
- name: Read how old the client secret is
  qbusiness.federation.okta_client_secret_info:
    app_id: 0oa1gjh63g214q0Hq0g4
    secret_name: assistant/okta
  register: secrets
"""

RETURN = r"""
client_secrets:
  description: The client secrets of the app, the newest first; empty when there is none, or no such app.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      returned: always
      sample: "ocsexampleexample123"
    status:
      description: Whether Okta takes it.
      type: str
      returned: always
      sample: "ACTIVE"
    created:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
    last_updated:
      description: When it was changed last.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
secrets:
  description: The secret in Secrets Manager; empty when there is none of O(secret_name), or it was not asked for.
  returned: always
  type: list
  elements: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:secretsmanager:us-east-1:123456789012:secret:assistant/okta-a1b2c3"
    name:
      description: Its name.
      type: str
      returned: always
      sample: "assistant/okta"
    description:
      description: Its description.
      type: str
      returned: always
      sample: ""
    kms_key_id:
      description: The key that encrypts it.
      type: str
      returned: always
      sample: "alias/aws/secretsmanager"
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"team": "knowledge"}
    deletion_date:
      description: When it is deleted for good; null while it is not scheduled for that.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
    created_date:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
    last_changed_date:
      description: When it, or its value, was changed last.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
    last_accessed_date:
      description: The day on which its value was read last.
      type: str
      returned: always
      sample: "2026-01-31T00:00:00+00:00"
    rotation_pending:
      description: Whether a rotation began that is not finished.
      type: bool
      returned: always
      sample: false
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.client_secret_info import (
    OPTIONS,
    client_secrets,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(okta_arguments(OPTIONS)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return client_secrets(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

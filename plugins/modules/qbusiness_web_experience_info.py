#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_web_experience_info
short_description: Read web experiences of an application
version_added: 1.0.0
description:
  - Reads web experiences of an application, with the keys that M(qbusiness.federation.qbusiness_web_experience)
    answers.
  - Waits for nothing; what is in transition, or failed, is shown as it is.
  - The list of the service carries no title, so a web experience is found by its id only.
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
      - The id of the application.
    type: str
    required: true
  web_experience_id:
    description:
      - The id of the web experience to read. Without it all of them are read.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_web_experience
"""

EXAMPLES = r"""
- name: Read all web experiences
  qbusiness.federation.qbusiness_web_experience_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    include_tags: true
  register: found

- name: Read one
  qbusiness.federation.qbusiness_web_experience_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    web_experience_id: 3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e
"""

RETURN = r"""
web_experiences:
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
    web_experience_id:
      description: The id of the web experience.
      type: str
      returned: always
      sample: "3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e"
    web_experience_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/.../web-experience/3b1c4d5e..."
    default_endpoint:
      description: Its URL, with a trailing slash.
      type: str
      returned: always
      sample: "https://abcdefgh.chat.qbusiness.us-east-1.on.aws/"
    saml_acs_url:
      description: The URL to which Okta has to send the assertion.
      type: str
      returned: always
      sample: "https://abcdefgh.chat.qbusiness.us-east-1.on.aws/saml"
    oidc_redirect_uri:
      description: The sign-in redirect URI that the Okta app has to know.
      type: str
      returned: always
      sample: "https://abcdefgh.chat.qbusiness.us-east-1.on.aws/authorization-code/callback"
    title:
      description: Its title.
      type: str
      returned: when it has one
      sample: "Ask Acme"
    subtitle:
      description: Its subtitle.
      type: str
      returned: when it has one
      sample: "Answers from our own documents"
    welcome_message:
      description: What it says first.
      type: str
      returned: when it has one
      sample: "Hello"
    sample_prompts_control_mode:
      description: Whether it shows sample prompts.
      type: str
      returned: always
      sample: "ENABLED"
    origins:
      description: The sites that may embed it.
      type: list
      elements: str
      returned: when it was ever set
      sample: ["https://intranet.example.com"]
    role_arn:
      description: The ARN of the role that the service takes.
      type: str
      returned: when it has one
      sample: "arn:aws:iam::123456789012:role/assistant"
    identity_provider_configuration:
      description: How people sign in.
      type: dict
      returned: when that is set up
      sample:
        saml_configuration:
          authentication_url: https://example.okta.com/app/example_assistant_1/exk1gjh63g214q0Hq0g4/sso/saml
    authentication_configuration:
      description: How people signed in before identity types existed.
      type: dict
      returned: with applications of that time
      sample: {}
    browser_extension_configuration:
      description: The browser extensions.
      type: dict
      returned: when it was ever set
      sample: {"enabled_browser_extensions": ["CHROME"]}
    customization_configuration:
      description: URLs of files that change the looks.
      type: dict
      returned: when it was ever set
      sample: {"logo_url": "https://theme.example.com/logo.svg"}
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
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.info import info, options
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.web_experience import (
    WEB_EXPERIENCE,
    WebExperience,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(options(WEB_EXPERIENCE)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return info(context, WEB_EXPERIENCE, WebExperience)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

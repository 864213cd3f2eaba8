#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_web_experience
short_description: Manage the web experience of an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes a web experience.
  - Lists carry no name, so it is found by O(web_experience_id), or as the only one of the application; several
    are an error that lists them.
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
  web_experience_id:
    description:
      - The id of an existing web experience. Without it the only one of the application is meant.
    type: str
  title:
    description:
      - The title. An empty text clears it.
    type: str
  subtitle:
    description:
      - The subtitle. An empty text clears it.
    type: str
  welcome_message:
    description:
      - The message that greets people. An empty text clears it.
    type: str
  role_arn:
    description:
      - The ARN of the role that people take.
    type: str
  sample_prompts_control_mode:
    description:
      - Whether sample prompts are shown.
    type: str
    choices: [ENABLED, DISABLED]
  origins:
    description:
      - Base URLs of sites that may embed the page, without a path. The list replaces what is there; an
        empty list clears it.
    type: list
    elements: str
  identity_provider_configuration:
    description:
      - How people sign in; one of the two.
    type: dict
    suboptions:
      saml_configuration:
        description:
          - Sign-in by SAML.
        type: dict
        suboptions:
          authentication_url:
            description:
              - The sign-on URL of the Okta app.
            type: str
            required: true
      open_id_connect_configuration:
        description:
          - Sign-in by OIDC.
        type: dict
        suboptions:
          secrets_arn:
            description:
              - The ARN of the secret that holds the client secret. Not set, that of an existing web experience stays.
            type: str
          secrets_role:
            description:
              - The ARN of the role that may read it. Not set, that of an existing web experience stays.
            type: str
  browser_extension_configuration:
    description:
      - Browser extensions.
    type: dict
    suboptions:
      enabled_browser_extensions:
        description:
          - The browsers. Refused for people who sign in by SAML, whom the extension does not support.
        type: list
        elements: str
        choices: [FIREFOX, CHROME]
        required: true
  customization_configuration:
    description:
      - URLs of files that change the looks, without a query. An empty text clears one; one that is not
        given is kept.
    type: dict
    suboptions:
      custom_css_url:
        description:
          - A file that ends in C(.css).
        type: str
      logo_url:
        description:
          - A file that ends in C(.svg) or C(.png).
        type: str
      font_url:
        description:
          - A file that ends in C(.ttf), C(.woff), C(.woff2) or C(.otf).
        type: str
      favicon_url:
        description:
          - A file that ends in C(.svg) or C(.ico).
        type: str
  initially:
    description:
      - Names of options that count only when the web experience is made. Of one that is there they are left
        as they are, in check mode too.
    type: list
    elements: str
    choices:
      - title
      - subtitle
      - welcome_message
      - role_arn
      - sample_prompts_control_mode
      - origins
      - identity_provider_configuration
      - browser_extension_configuration
      - customization_configuration
    default: []
    version_added: 1.1.0
  adopt_single:
    description:
      - Whether the answer says that the only web experience of the application is used, since O(web_experience_id) is
        not set. It is used in any case; with several the module stops and names them.
    type: bool
    default: false
    version_added: 2.0.0
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: The web experience
  qbusiness.federation.qbusiness_web_experience:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    title: Ask Acme
    role_arn: arn:aws:iam::123456789012:role/assistant-web-experience
    identity_provider_configuration:
      saml_configuration:
        authentication_url: https://acme.okta.com/app/acme_q_1/exk1a2b3c4d5e6f7g8h9/sso/saml
"""

RETURN = r"""
web_experience:
  description: The object as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist
  type: dict
  contains:
    title:
      description: Its title.
      type: str
      returned: always
      sample: Ask Acme
    default_endpoint:
      description: Its URL.
      type: str
      returned: always
      sample: https://abcdefgh.chat.qbusiness.us-east-1.on.aws/
    status:
      description: Its status.
      type: str
      returned: always
      sample: ACTIVE
web_experience_id:
  description: Its id.
  returned: when it exists, existed, or would exist
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
web_experience_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../web-experience/2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
application_id:
  description: The id of its application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
default_endpoint:
  description: The URL of the web experience, with a trailing slash.
  returned: when it exists, existed, or would exist
  type: str
  sample: https://abcdefgh.chat.qbusiness.us-east-1.on.aws/
saml_acs_url:
  description: The URL to which Okta has to send the assertion.
  returned: when it exists, existed, or would exist
  type: str
  sample: https://abcdefgh.chat.qbusiness.us-east-1.on.aws/saml
oidc_redirect_uri:
  description: The sign-in redirect URI that the Okta app has to know.
  returned: when it exists, existed, or would exist
  type: str
  sample: https://abcdefgh.chat.qbusiness.us-east-1.on.aws/authorization-code/callback
adopted:
  description: That an object is used that the task does not name.
  returned: with O(adopt_single=true), when it is so
  type: bool
  sample: true
note:
  description: Which object that is.
  returned: with O(adopt_single=true), when it is so
  type: str
  sample: "The web_experience 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d is used, the only one that exists."
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateWebExperience]
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
  sample: ["web experience 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d with its URL https://abcdefgh.chat.qbusiness.us-east-1.on.aws/"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.web_experience import (
    OPTIONS,
    WEB_EXPERIENCE,
    WebExperience,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, WEB_EXPERIENCE, WebExperience)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

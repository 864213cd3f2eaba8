#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_plugin_info
short_description: Read plugins of an application
version_added: 1.0.0
description:
  - Reads plugins of an application, with the keys that M(qbusiness.federation.qbusiness_plugin) answers.
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
      - The id of the application.
    type: str
    required: true
  plugin_id:
    description:
      - The id of the plugin to read. Without it all of them are read, or those of O(display_name).
    type: str
  display_name:
    description:
      - Read only what has exactly this name, over all pages of the list.
    type: str
seealso:
  - module: qbusiness.federation.qbusiness_plugin
"""

EXAMPLES = r"""
- name: Read all plugins
  qbusiness.federation.qbusiness_plugin_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    include_tags: true
  register: found

- name: Read one
  qbusiness.federation.qbusiness_plugin_info:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: weather
"""

RETURN = r"""
plugins:
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
    plugin_id:
      description: The id of the plugin.
      type: str
      returned: always
      sample: "3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e"
    plugin_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:qbusiness:us-east-1:123456789012:application/.../plugin/3b1c4d5e-2f3a-4b6c-8d9e-8f7a6b5c4d3e"
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: "weather"
    type:
      description: Its type.
      type: str
      returned: always
      sample: "CUSTOM"
    build_status:
      description: How the build stands.
      type: str
      returned: always
      sample: "READY"
    state:
      description: Whether it may be used.
      type: str
      returned: when the service says it
      sample: "ENABLED"
    server_url:
      description: The URL of the third party's instance.
      type: str
      returned: when it has one
      sample: "https://example.service-now.com"
    auth_configuration:
      description: How the service signs in to the third party; ARNs of secrets, never what is in them.
      type: dict
      returned: always
      sample: {"no_auth_configuration": {}}
    custom_plugin_configuration:
      description: What a custom plugin can do. Instead of an OpenAPI document there is a summary of it.
      type: dict
      returned: for custom plugins
      sample: {"description": "Says what the weather will be", "api_schema_type": "OPEN_API_V3"}
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
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.plugin import PLUGIN, Plugin

ARGUMENTS = {
    "argument_spec": aws_arguments(options(PLUGIN)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return info(context, PLUGIN, Plugin)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

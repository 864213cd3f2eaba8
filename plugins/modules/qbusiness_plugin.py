#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_plugin
short_description: Manage a plugin of an Amazon Q Business application
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes a plugin, a built-in one or a custom one with an OpenAPI schema.
  - It is found by O(plugin_id), or by exactly its O(display_name) in the application.
  - The service builds a plugin. The module waits for the build; one that failed is said to have failed, but the service
    gives no reason. A plugin whose update failed is built again by the next run.
  - It takes a list of them as well, with O(plugins). That is much faster than a loop, in which each item costs a pass
    through Ansible - names are looked up by one listing, up to eight are read at a time, and all are waited for
    together.
  - An application has at most 25 plugins, a custom plugin at most 20 operations, its schema at most 1 MB.
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
  plugin_id: &plugin_id
    description:
      - The id of an existing plugin. Without it the plugin is found by O(display_name).
    type: str
  display_name: &display_name
    description:
      - The name, letters, digits, hyphens and underscores.
    type: str
  type: &type
    description:
      - The type, as the installed botocore knows them, V(CUSTOM) or a built-in one, such as V(JIRA_CLOUD),
        V(SALESFORCE_CRM), V(SERVICENOW_NOW_PLATFORM), V(ZENDESK_SUITE), V(ATLASSIAN_CONFLUENCE), V(GOOGLE_CALENDAR),
        V(MICROSOFT_TEAMS), V(MICROSOFT_EXCHANGE), V(PAGERDUTY_ADVANCE), V(SMARTSHEET), V(ASANA), V(QUICKSIGHT), and the
        older V(SERVICE_NOW), V(SALESFORCE), V(JIRA), V(ZENDESK).
      - Required to make one. Fixed at creation.
    type: str
  auth_configuration: &auth_configuration
    description:
      - How the service signs in to the third party; exactly one of the suboptions. Required to make one.
      - The secret is an AWS Secrets Manager secret that holds what the third party asks for. The module never reads it.
      - The role is taken by C(qbusiness.amazonaws.com) for the application; it needs C(secretsmanager:GetSecretValue)
        on the secret, and C(kms:Decrypt) on the key where the secret has a key of its own.
        M(qbusiness.federation.iam_federation_role) makes it with C(kind=plugin).
      - Parts of it that are not given are kept, as long as the suboption is the same.
    type: dict
    suboptions:
      basic_auth_configuration:
        description:
          - With a user name and a password from a secret.
        type: dict
        suboptions:
          secret_arn:
            description:
              - The ARN of the secret. Needed here.
            type: str
          role_arn:
            description:
              - The ARN of the role that may read the secret. Needed here.
            type: str
      o_auth2_client_credential_configuration:
        description:
          - With the client credentials of OAuth 2.0 from a secret.
        type: dict
        suboptions:
          secret_arn:
            description:
              - The ARN of the secret. Needed here.
            type: str
          role_arn:
            description:
              - The ARN of the role that may read the secret. Needed here.
            type: str
          authorization_url:
            description:
              - Where people allow the access. An empty text takes it away.
            type: str
          token_url:
            description:
              - Where tokens are given out. An empty text takes it away.
            type: str
      no_auth_configuration:
        description:
          - Without; an empty dictionary.
        type: dict
      idc_auth_configuration:
        description:
          - By AWS IAM Identity Center.
        type: dict
        suboptions:
          idc_application_arn:
            description:
              - The ARN of the Identity Center application. Needed here.
            type: str
          role_arn:
            description:
              - The ARN of the role for the Identity Center application. Needed here.
            type: str
  server_url: &server_url
    description:
      - The URL of the third party's instance, for built-in plugins.
    type: str
  custom_plugin_configuration: &custom_plugin_configuration
    description:
      - What a custom plugin can do. Required with O(type=CUSTOM), and only for it.
    type: dict
    suboptions:
      description:
        description:
          - What the plugin is for, 1 to 200 characters. The service chooses plugins by it. Needed here.
        type: str
      api_schema_type:
        description:
          - The kind of schema.
        type: str
        choices: [OPEN_API_V3]
        default: OPEN_API_V3
      api_schema:
        description:
          - The schema; exactly one of the suboptions.
        type: dict
        suboptions:
          payload:
            description:
              - The OpenAPI 3 document as JSON text, as YAML text, or as data.
              - It is compared by its meaning; layout, order of keys, and JSON or YAML are no difference. Where the
                service does not show the document that it has, it cannot be compared; then O(rebuild) sends it.
              - Answers and differences hold a summary of it, not the document.
            type: raw
          s3:
            description:
              - An object that holds the document. The service reads it while it builds the plugin, so an object that
                changes later is not seen, neither by the service nor by the module; see O(rebuild).
            type: dict
            suboptions:
              bucket:
                description:
                  - The name of the bucket. Needed here.
                type: str
              key:
                description:
                  - The key of the object. Needed here.
                type: str
  plugin_state: &plugin_state
    description:
      - Whether the plugin may be used. It is called C(state) by the service, and set by a second call after creation.
    type: str
    choices: [ENABLED, DISABLED]
  rebuild:
    description:
      - Send O(custom_plugin_configuration) even when nothing differs, so that the service builds the plugin anew. This
        is a change each time; tie it to the task that writes the object in S3.
    type: bool
    default: false
  plugins:
    description:
      - Several plugins of the application. What an item does not say is taken from the task's option of the same name.
      - All faults of all items are named before anything is written. Those to be removed go first, the others follow in
        the order of the list. A new one with O(plugin_state) is waited for before the next is made, because
        the state is set after the build; the others are built side by side.
      - When an item fails, the others are done nevertheless; then the task fails and names all that failed.
    type: list
    elements: dict
    suboptions:
      plugin_id: *plugin_id
      display_name: *display_name
      type: *type
      auth_configuration: *auth_configuration
      server_url: *server_url
      custom_plugin_configuration: *custom_plugin_configuration
      plugin_state: *plugin_state
      rebuild:
        description:
          - As O(rebuild), which holds where it is not given.
        type: bool
      state:
        description:
          - Whether the plugin is wanted. O(state) where it is not given.
        type: str
        choices: [present, absent]
      tags:
        description:
          - Its tags. O(tags) where they are not given.
        type: dict
        aliases: [resource_tags]
      purge_tags:
        description:
          - Whether other tags are removed. O(purge_tags) where it is not given.
        type: bool
seealso:
  - module: qbusiness.federation.iam_federation_role
  - module: qbusiness.federation.qbusiness_app
  - name: IAM role for Amazon Q Business plugins
    description: What the role needs.
    link: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/plugin-iam-role.html
"""

EXAMPLES = r"""
- name: The role that reads the secret
  qbusiness.federation.iam_federation_role:
    name: assistant-plugins
    kind: plugin
    application_arn: arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    secret_arn: arn:aws:secretsmanager:us-east-1:123456789012:secret:leave-AbCdEf

- name: The schema in its bucket
  amazon.aws.s3_object:
    bucket: assistant-schemas
    object: leave.yaml
    src: leave.yaml
    mode: put
    overwrite: different
  register: schema

- name: A custom plugin whose schema is in S3, built anew when the schema has changed
  qbusiness.federation.qbusiness_plugin:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: leave
    type: CUSTOM
    auth_configuration:
      o_auth2_client_credential_configuration:
        secret_arn: arn:aws:secretsmanager:us-east-1:123456789012:secret:leave-AbCdEf
        role_arn: arn:aws:iam::123456789012:role/assistant-plugins
        authorization_url: https://login.example.com/authorize
        token_url: https://login.example.com/token
    custom_plugin_configuration:
      description: Asks for leave, and says how many days are left
      api_schema:
        s3:
          bucket: assistant-schemas
          key: leave.yaml
    rebuild: "{{ schema is changed }}"
    plugin_state: ENABLED

- name: A custom plugin whose schema is a file of the playbook
  qbusiness.federation.qbusiness_plugin:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: weather
    type: CUSTOM
    auth_configuration:
      no_auth_configuration: {}
    custom_plugin_configuration:
      description: Says what the weather will be
      api_schema:
        payload: "{{ lookup('ansible.builtin.file', 'weather.yaml') }}"

- name: A built-in plugin, switched off
  qbusiness.federation.qbusiness_plugin:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    display_name: tickets
    type: JIRA_CLOUD
    server_url: https://api.atlassian.com/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421
    auth_configuration:
      o_auth2_client_credential_configuration:
        secret_arn: arn:aws:secretsmanager:us-east-1:123456789012:secret:jira-AbCdEf
        role_arn: arn:aws:iam::123456789012:role/assistant-plugins
    plugin_state: DISABLED

- name: All plugins of the application in one task
  qbusiness.federation.qbusiness_plugin:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    type: CUSTOM
    auth_configuration:
      no_auth_configuration: {}
    plugins:
      - display_name: weather
        custom_plugin_configuration:
          description: Says what the weather will be
          api_schema:
            payload: "{{ lookup('ansible.builtin.file', 'weather.yaml') }}"
      - display_name: trains
        custom_plugin_configuration:
          description: Says when trains leave
          api_schema:
            payload: "{{ lookup('ansible.builtin.file', 'trains.yaml') }}"
      - display_name: ferries
        state: absent
"""

RETURN = r"""
plugin:
  description: The object as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist, and O(plugins) is not given
  type: dict
  contains:
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: leave
    type:
      description: Its type.
      type: str
      returned: always
      sample: CUSTOM
    build_status:
      description: How the build stands.
      type: str
      returned: always
      sample: READY
    state:
      description: Whether it may be used.
      type: str
      returned: when the service says it
      sample: ENABLED
    server_url:
      description: The URL of the third party's instance.
      type: str
      returned: when it has one
      sample: https://api.atlassian.com/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421
    auth_configuration:
      description: How the service signs in to the third party.
      type: dict
      returned: always
      sample:
        no_auth_configuration: {}
    custom_plugin_configuration:
      description: What a custom plugin can do. Instead of an OpenAPI document there is a summary of it.
      type: dict
      returned: for custom plugins
      sample:
        description: Says what the weather will be
        api_schema_type: OPEN_API_V3
        api_schema:
          payload: "OpenAPI 3.0.1 'Weather 1.0', 2 operation(s), sha256 0a1b2c3d4e5f6071"
plugin_id:
  description: Its id.
  returned: when it exists, existed, or would exist, and O(plugins) is not given
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
plugin_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist, and O(plugins) is not given
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../plugin/2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
build_status:
  description: How the build stands.
  returned: when it exists, existed, or would exist, and O(plugins) is not given
  type: str
  sample: READY
application_id:
  description: The id of its application.
  returned: when it exists, existed, or would exist, and O(plugins) is not given
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
plugins:
  description: What came of each item of O(plugins), in its order.
  returned: when O(plugins) is given
  type: list
  elements: dict
  contains:
    display_name:
      description: As the item says it.
      type: str
      returned: when given
      sample: leave
    changed:
      description: Whether it was changed, or in check mode would be.
      type: bool
      returned: always
      sample: true
    plugin:
      description: Like RV(plugin).
      type: dict
      returned: when it exists, or would exist
      sample: {display_name: leave, type: CUSTOM, build_status: READY}
    plugin_id:
      description: Its id.
      type: str
      returned: when it exists, existed, or would exist
      sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    plugin_arn:
      description: Its ARN.
      type: str
      returned: when it exists, existed, or would exist
      sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../plugin/2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    build_status:
      description: How the build stands.
      type: str
      returned: when it exists, existed, or would exist
      sample: READY
    application_id:
      description: The id of its application.
      type: str
      returned: when it exists, existed, or would exist
      sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    operations:
      description: The write operations, in order.
      type: list
      elements: str
      returned: always
      sample: [CreatePlugin]
    differences:
      description: Like RV(differences).
      type: list
      elements: dict
      returned: when it did not fail
      sample: [{field: description, before: First, after: Second}]
    diff:
      description: What it was and what it is, C(before) and C(after).
      type: dict
      returned: always
      sample: {before: {}, after: {display_name: leave}}
    lost:
      description: Like RV(lost).
      type: list
      elements: str
      returned: with O(state=absent) when there was one
      sample: ["plugin leave (2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d): nobody can act through it in chat any more"]
    failed:
      description: That it failed.
      type: bool
      returned: when it failed
      sample: true
    msg:
      description: Why it failed.
      type: str
      returned: when it failed
      sample: Several objects of the kind plugin are named 'leave'.
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreatePlugin, UpdatePlugin]
differences:
  description: The fields of an existing object that were changed, or in check mode would be changed.
  returned: when O(plugins) is not given
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
unlisted:
  description: Existing plugins of the application that O(plugins) does not name, by name. They stay as they are.
  returned: when O(plugins) is given and the plugins of the application can be listed
  type: list
  elements: dict
  contains:
    plugin_id:
      description: Its id.
      type: str
      returned: always
      sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: tickets
    type:
      description: Its type.
      type: str
      returned: always
      sample: CUSTOM
lost:
  description: What went, or would go, with it.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: ["plugin leave (2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d): nobody can act through it in chat any more"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.plugin import (
    MANY,
    OF_MANY,
    OPTIONS,
    PLUGIN,
    Plugin,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS, OF_MANY),
    "required_one_of": [("plugin_id", "display_name", "plugins")],
    "mutually_exclusive": [("plugins", "plugin_id"), ("plugins", "display_name")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, PLUGIN, Plugin, many=MANY)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

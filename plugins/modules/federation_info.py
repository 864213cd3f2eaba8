#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: federation_info
short_description: Read a federation as a whole
version_added: 2.0.0
description:
  - Reads identities (Okta app, identity provider in IAM, authorization server, client secret) with their applications
    in Amazon Q Business, and everything that ties them, of one account and several regions.
  - Follows references in both directions. An application leads to its provider, and that to its Okta app by entity id,
    issuer and client id. A provider leads to the roles that trust it and to the applications that use it.
  - Objects are shown with the settings that the module which manages them answers.
  - What cannot be read is an entry in RV(federation.unread) with its reason; it hides nothing else. Only AWS
    credentials that do not work are an error.
  - Never reads the value of a secret, and answers none.
  - Sends several requests at the same time, and keeps to Okta's rate limits as all modules do.
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
  applications:
    description:
      - Names, ids or ARNs of applications. Their identities are read, too.
      - Without O(applications) and O(identities) everything is read that the account has in O(regions).
    type: list
    elements: str
  identities:
    description:
      - Names or ARNs of identity providers, or ids or labels of Okta apps. The applications that use them are read,
        too.
    type: list
    elements: str
  regions:
    description:
      - The regions in which applications are read. Without it the region of the connection is read.
      - V(all) stands for the regions in which the service is documented to be.
    type: list
    elements: str
  leave_out:
    description:
      - Parts that are not read, each of which saves requests.
      - V(tags), V(indices) (with their data sources), V(retrievers), V(data_sources), V(web_experiences), V(plugins),
        V(chat_controls), V(chat_response_configurations), V(data_accessors), V(permissions), V(subscriptions) are
        parts of applications. V(syncs) is the last sync job of each data source, V(index_groups) the number of groups
        of each index, V(themes) the policies of buckets that hold themes.
      - V(roles) are the roles of applications. V(policies) are all policies of roles; without them, the one that the
        collection writes is read, and all others only where a role does not have it.
      - V(metadata) of SAML apps, V(app_groups) and V(app_users) (assignments), V(federated_claims),
        V(authorization_servers), V(client_secrets) (not their values) are parts of identities. V(uses) are the roles
        that trust the provider, and the Okta apps that name a URL, a role or a provider.
    type: list
    elements: str
    choices:
      - app_groups
      - app_users
      - authorization_servers
      - chat_controls
      - chat_response_configurations
      - client_secrets
      - data_accessors
      - data_sources
      - federated_claims
      - index_groups
      - indices
      - metadata
      - permissions
      - plugins
      - policies
      - retrievers
      - roles
      - subscriptions
      - syncs
      - tags
      - themes
      - uses
      - web_experiences
  concurrency:
    description:
      - How many requests are under way at the same time, from 1 to 32.
    type: int
    default: 8
notes:
  - Okta is asked only where the connection with an org is given, by options or the environment.
  - With a service app, the scopes C(okta.apps.read) and C(okta.authorizationServers.read) are asked for; the second
    is not with O(leave_out=authorization_servers).
  - Users of an application cannot be listed, nor the members of a group. What documents say is not read.
seealso:
  - module: qbusiness.federation.iam_federation_provider_info
  - module: qbusiness.federation.okta_app_info
  - module: qbusiness.federation.qbusiness_app_info
"""

EXAMPLES = r"""
- name: Read everything that the account has in two regions
  qbusiness.federation.federation_info:
    regions: [us-east-1, eu-west-1]
  register: found

- name: Fail if something could not be read
  ansible.builtin.assert:
    that: not found.federation.unread
    fail_msg: "{{ found.federation.unread }}"

- name: Read one application with its identity, and neither documents nor plugins
  qbusiness.federation.federation_info:
    applications: [assistant]
    leave_out: [indices, data_sources, plugins]

- name: Read which applications use an Okta app
  qbusiness.federation.federation_info:
    identities: [Amazon Q Business]
"""

RETURN = r"""
federation:
  description: What was found. All lists are in a stable order.
  returned: always
  type: dict
  contains:
    account:
      description: The id of the AWS account.
      type: str
      returned: always
      sample: "123456789012"
    partition:
      description: The partition of AWS.
      type: str
      returned: always
      sample: aws
    caller:
      description: The ARN of the credentials that read.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:user/operator
    org:
      description: The origin of the Okta org; empty where no connection was given.
      type: str
      returned: always
      sample: https://example.okta.com
    regions:
      description: The regions in which applications were read.
      type: list
      elements: str
      returned: always
      sample: [us-east-1]
    identities:
      description: The identities. A provider with several client ids is one for each.
      type: list
      elements: dict
      returned: always
      contains:
        protocol:
          description: V(saml) or V(oidc).
          type: str
          returned: always
          sample: saml
        provider:
          description: >-
            The identity provider in IAM (C(arn), C(type), C(name), C(entity_id), C(url), C(client_ids),
            C(certificates) with C(fingerprint_sha256) and C(not_after), C(thumbprints), C(endpoints), C(tags), and
            C(settings) as M(qbusiness.federation.iam_federation_provider) answers them). Null for an Okta app
            without one in this account.
          type: dict
          returned: always
          sample: {"arn": "arn:aws:iam::123456789012:saml-provider/okta", "type": "saml", "name": "okta"}
        client_id:
          description: The client id with OpenID Connect, otherwise empty.
          type: str
          returned: always
          sample: ""
        app:
          description: >-
            The Okta app (C(id), C(label), C(name), C(status), C(sign_on_mode), C(org), C(client_id), C(entity_id),
            C(sso_url), C(certificates), C(sign_in_urls), C(role_pairs), C(metadata), C(groups), C(users),
            C(federated_claims), and C(settings) as M(qbusiness.federation.okta_app) answers them). Null where the
            org has none.
          type: dict
          returned: always
          sample: {"id": "0oa1gjh63g214q0Hq0g4", "label": "Amazon Q Business", "status": "ACTIVE"}
        authorization_server:
          description: >-
            The custom authorization server (C(id), C(name), C(issuer), C(status), and C(settings) with its claims,
            scopes, policies and rules, as M(qbusiness.federation.okta_authorization_server_info) answers them).
            Null with SAML.
          type: dict
          returned: always
          sample: {"id": "default", "name": "default", "issuer": "https://example.okta.com/oauth2/default"}
        client_secrets:
          description: The client secrets of the app (C(id), C(status), C(created), C(updated)), without their values.
          type: list
          elements: dict
          returned: always
          sample: [{"id": "ocsexampleexample123", "status": "ACTIVE", "created": "2026-01-31T12:00:00+00:00"}]
        secrets:
          description: >-
            The secrets in Secrets Manager that its web experiences name (C(arn), C(name), C(region),
            C(description), C(kms_key_id), C(tags), C(created), C(last_changed), C(last_accessed), C(deleted),
            C(rotation_pending)), without their values.
          type: list
          elements: dict
          returned: always
          sample: [{"arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:assistant/okta-a1b2c3"}]
        roles:
          description: >-
            The roles that trust the provider, and take the client id (C(arn), C(name), C(path), C(trust), C(inline)
            by name, C(attached), C(policies_read), C(description), C(max_session_duration),
            C(permissions_boundary), C(tags)).
          type: list
          elements: dict
          returned: always
          sample: [{"arn": "arn:aws:iam::123456789012:role/assistant-web", "name": "assistant-web"}]
        applications:
          description: The ARNs of the applications that use it, of those that were read.
          type: list
          elements: str
          returned: always
          sample: ["arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"]
    applications:
      description: >-
        The applications. Each, and each of their parts, has C(id), C(arn), C(name), C(status), C(tags) (null where
        they were not read) and C(settings), which are what the module that manages it answers.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: The id of the application.
          type: str
          returned: always
          sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
        arn:
          description: Its ARN.
          type: str
          returned: always
          sample: "arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"
        name:
          description: Its display name.
          type: str
          returned: always
          sample: assistant
        status:
          description: Its status.
          type: str
          returned: always
          sample: ACTIVE
        region:
          description: Its region.
          type: str
          returned: always
          sample: us-east-1
        settings:
          description: Its settings, as M(qbusiness.federation.qbusiness_app) answers them.
          type: dict
          returned: always
          sample: {"display_name": "assistant", "identity_type": "AWS_IAM_IDP_SAML"}
        tags:
          description: Its tags.
          type: dict
          returned: always
          sample: {"team": "knowledge"}
        identity_type:
          description: How people sign in.
          type: str
          returned: always
          sample: AWS_IAM_IDP_SAML
        provider_arn:
          description: The ARN of its identity provider; empty where it has none.
          type: str
          returned: always
          sample: arn:aws:iam::123456789012:saml-provider/okta
        client_ids:
          description: Its client ids with OpenID Connect.
          type: list
          elements: str
          returned: always
          sample: []
        indices:
          description: Its indices, also with C(type), C(units) and C(groups), the number of groups.
          type: list
          elements: dict
          returned: always
          sample: [{"name": "assistant-index", "type": "ENTERPRISE", "units": 1, "groups": 0}]
        retrievers:
          description: Its retrievers, also with C(type), C(index_id) and C(role_arn).
          type: list
          elements: dict
          returned: always
          sample: [{"name": "assistant-retriever", "type": "NATIVE_INDEX"}]
        data_sources:
          description: >-
            The data sources of all its indices, also with C(index_id), C(type), C(role_arn), C(buckets), C(secrets)
            (ARNs or names) and C(last_sync), as M(qbusiness.federation.qbusiness_datasource_sync) answers a job.
          type: list
          elements: dict
          returned: always
          sample: [{"name": "handbook", "type": "S3", "buckets": ["handbook-documents"]}]
        web_experiences:
          description: >-
            Its web experiences, also with C(url), C(saml_acs_url), C(oidc_redirect_uri), C(role_arn),
            C(authentication_url), C(secret_arn), C(secrets_role_arn) and C(theme_buckets).
          type: list
          elements: dict
          returned: always
          sample: [{"name": "Ask", "url": "https://abcdefgh.chat.qbusiness.us-east-1.on.aws/"}]
        roles:
          description: >-
            The roles that it, its parts and their policies name, each once, with the keys of the roles of an
            identity.
          type: list
          elements: dict
          returned: always
          sample: [{"arn": "arn:aws:iam::123456789012:role/assistant-web", "name": "assistant-web"}]
        theme_buckets:
          description: The buckets that hold its themes, with the C(statements) of their policies.
          type: list
          elements: dict
          returned: always
          sample: [{"name": "themes", "statements": []}]
        plugins:
          description: Its plugins, also with C(type), C(role_arn) and C(secret_arn).
          type: list
          elements: dict
          returned: always
          sample: [{"name": "leave", "type": "CUSTOM"}]
        chat_controls:
          description: >-
            Its chat controls, as M(qbusiness.federation.qbusiness_chat_controls) answers them. Null where not read.
          type: dict
          returned: always
          sample: {"response_scope": "ENTERPRISE_CONTENT_ONLY"}
        chat_response_configurations:
          description: Its chat response configurations.
          type: list
          elements: dict
          returned: always
          sample: [{"name": "House style"}]
        data_accessors:
          description: Its data accessors.
          type: list
          elements: dict
          returned: always
          sample: [{"name": "whiteboard"}]
        permissions:
          description: The statements of its policy, as M(qbusiness.federation.qbusiness_permission) answers them.
          type: list
          elements: dict
          returned: always
          sample: [{"statement_id": "vendor-search"}]
        subscriptions:
          description: Its subscriptions, as M(qbusiness.federation.qbusiness_subscription) answers them.
          type: list
          elements: dict
          returned: always
          sample: [{"subscription_id": "3b1c4d5e-2f3a-4b6c-9d7e-8f9a0b1c2d3e", "current_type": "Q_LITE"}]
        read:
          description: The parts that were read without anything left out, by the names of O(leave_out).
          type: list
          elements: str
          returned: always
          sample: [tags, web_experiences]
        unread:
          description: What could not be read of it, with the keys of RV(federation.unread).
          type: list
          elements: dict
          returned: always
          sample: []
    references:
      description: Who names a URL, a role, a secret, a bucket or a provider.
      type: list
      elements: dict
      returned: always
      contains:
        kind:
          description: V(url), V(role), V(secret), V(bucket) or V(provider).
          type: str
          returned: always
          sample: bucket
        value:
          description: What is named.
          type: str
          returned: always
          sample: handbook-documents
        named_by:
          description: Who names it, each in a short phrase.
          type: list
          elements: str
          returned: always
          sample: ["data source handbook of application assistant (1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c) in us-east-1"]
    unread:
      description: What could not be read, and why; that of the applications included.
      type: list
      elements: dict
      returned: always
      contains:
        object:
          description: The object, or the part of one.
          type: str
          returned: always
          sample: "plugins of application assistant (1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c)"
        reason:
          description: Why, in the service's own words.
          type: str
          returned: always
          sample: "qbusiness ListPlugins: User is not authorized to perform qbusiness:ListPlugins"
        code:
          description: V(AccessDenied), V(NotFound), or the service's own code.
          type: str
          returned: always
          sample: AccessDenied
        region:
          description: The region, for a part of an application.
          type: str
          returned: always
          sample: us-east-1
        application_id:
          description: The id of the application, for a part of one.
          type: str
          returned: always
          sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.info import OPTIONS, federation
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments

ARGUMENTS = {
    "argument_spec": aws_arguments(okta_arguments(OPTIONS)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return federation(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

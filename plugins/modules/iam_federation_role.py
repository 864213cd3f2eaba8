#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: iam_federation_role
short_description: Manage a role in IAM that Amazon Q Business or its users assume
version_added: 1.0.0
description:
  - Creates, adopts, changes and removes a role with the trust and the permissions that one of the jobs around an
    Amazon Q Business application needs, and no more.
  - A role is found by its O(name) or its O(role_arn).
  - Of the trust policy, the statements whose Sid begins with C(QBusinessFederation) are this module's and are kept as
    the O(kind) needs them. Statements of others stay word for word; where they give what is needed, nothing is added.
  - Of the permissions, the one inline policy O(policy_name) is this module's. Other inline policies and attached
    policies stay as they are; where they together allow all that is needed, a role without that policy gets none.
  - Policies are compared by meaning; order and single values written as lists are no difference.
  - Partition, region and account of the policies are those of O(application_arn), O(application_arns) and
    O(provider_arn).
  - Both policies are held to IAM's quotas before anything is written.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
options:
  state:
    description:
      - V(present) makes the role, adopts it when it exists, and changes what differs.
      - V(absent) removes it; the answer RV(lost) names what goes with it. It fails while others have put trust
        statements, policies or instance profiles on the role, unless O(force=true); in check mode that is a warning.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the role. Needed without O(role_arn).
    type: str
  role_arn:
    description:
      - The ARN of a role that exists, in place of O(name). It fails when no role has this ARN.
    type: str
    version_added: 2.0.0
  manage:
    description:
      - With V(false) the role is looked up, answered as others are, and never written, whatever O(state) says. It has
        to exist with O(state=present). With O(kind), RV(insufficient) tells what the role does not give to its job.
    type: bool
    default: true
    version_added: 2.0.0
  path:
    description:
      - The path of the role, with a slash at both ends. Fixed at creation; a new role gets V(/) when it is not set.
    type: str
  description:
    description:
      - A description. An empty text clears it.
    type: str
  permissions_boundary:
    description:
      - The ARN of the managed policy that bounds the role's permissions. An empty text takes the boundary away.
    type: str
  max_session_duration:
    description:
      - How long a session of the role may last, in seconds, 3600 to 43200.
    type: int
  kind:
    description:
      - The job of the role. Needed with O(state=present), unless O(manage=false).
      - V(web_experience) is assumed by people who come through the identity provider O(provider_arn), and lets them
        use the application.
      - V(data_source) is assumed by the service to read documents and put them into an index.
      - V(kendra_retriever) is assumed by the service to search an Amazon Kendra index.
      - V(plugin) is assumed by the service to read the secret by which a plugin signs in to a third party.
      - V(secrets) is assumed by the applications to read the client secret of an OpenID Connect app.
      - V(api_client) is assumed by people who come through the identity provider O(provider_arn) with a program,
        without a web page. It allows conversations and little else.
      - V(web_experience), V(data_source), V(kendra_retriever) and V(plugin) are for one application each, which has a
        role of its own; V(secrets) and V(api_client) may be for several.
    type: str
    choices: [web_experience, data_source, kendra_retriever, plugin, secrets, api_client]
  provider_arn:
    description:
      - The ARN of the SAML or OpenID Connect provider in IAM. Needed with O(kind=web_experience) and
        O(kind=api_client).
    type: str
  saml_audiences:
    description:
      - What the Recipient of an assertion may be, with a SAML provider. List C(https://signin.aws.amazon.com/saml) and
        the ACS URL of each application that is reached through a requestable SSO URL.
      - Without it only the sign-in endpoint of the provider's partition.
    type: list
    elements: str
  oidc_audiences:
    description:
      - The client ids that an ID token may be for. Needed with an OpenID Connect provider.
    type: list
    elements: str
  application_arn:
    description:
      - The ARN of the Amazon Q Business application. Needed with O(state=present), but with O(kind=secrets) and
        O(kind=api_client) O(application_arns) will do.
    type: str
  application_arns:
    description:
      - The ARNs of the applications of one account, with O(kind=secrets) or O(kind=api_client). Together with
        O(application_arn) where both are given.
      - With O(kind=secrets) the trust policy names each, and IAM takes 2048 characters of it unless the quota was
        raised, which is enough for 18 or 19 applications. With O(kind=api_client) about 30 fit into the inline policy.
    type: list
    elements: str
  index_id:
    description:
      - The id of the application's index. Needed with O(kind=data_source).
    type: str
  q_apps:
    description:
      - Whether people may make and use Q Apps, with O(kind=web_experience).
    type: bool
    default: false
  citations:
    description:
      - Whether people may open the documents that an answer cites, with O(kind=web_experience) or O(kind=api_client).
    type: bool
    default: false
  search:
    description:
      - Whether people may search the content (C(SearchRelevantContent)). Without it no with O(kind=web_experience), and
        yes with O(kind=api_client).
    type: bool
  kms_key_arn:
    description:
      - The ARN of a customer managed KMS key that must be used for decryption.
      - With O(kind=web_experience) and V(api_client) the applications' own key, with V(data_source) the key of the
        documents and of O(secret_arn), with V(secrets) and V(plugin) the key of the secret.
    type: str
  buckets:
    description:
      - The names of the S3 buckets with documents, with O(kind=data_source).
    type: list
    elements: str
  bucket_account:
    description:
      - The id of the account that owns the O(buckets). Without it the application's own.
    type: str
  kendra_index_id:
    description:
      - The id of the Amazon Kendra index. Needed with O(kind=kendra_retriever).
    type: str
  secret_arn:
    description:
      - The full ARN of a secret. Needed with O(kind=secrets) and O(kind=plugin); with V(data_source) the credentials of
        a connector.
    type: str
  vpc_subnet_ids:
    description:
      - The subnets through which a data source connects, with O(kind=data_source).
    type: list
    elements: str
  vpc_security_group_ids:
    description:
      - The security groups with which a data source connects, with O(kind=data_source).
    type: list
    elements: str
  policy_name:
    description:
      - The name of the inline policy. Without it C(QBusinessWebExperience), C(QBusinessDataSource),
        C(QBusinessKendraRetriever), C(QBusinessPlugin), C(QBusinessClientSecret) or C(QBusinessApiClient), by O(kind).
      - Another name makes another policy; the one under the former name stays on the role. So does that of another
        O(kind), with a warning. With O(state=absent) and without this option all of these names count as its own.
    type: str
  additional_statements:
    description:
      - Further statements of the inline policy, in IAM's own spelling.
    type: list
    elements: dict
  purge_rights:
    description:
      - Whether rights of the current inline policy O(policy_name) that the options do not ask for are removed.
      - With V(false) the policy becomes the union of both, such as the buckets of before and those of O(buckets), and
        the answer RV(kept_rights) names what stays. A C(Deny) of the current policy stays, too.
    type: bool
    default: true
    version_added: 2.0.0
  force:
    description:
      - With O(state=absent) also remove a role on which others put trust statements, policies or instance profiles.
        Policies and profiles are detached; inline policies are lost. Also one at another O(path).
      - With O(state=present) also trust principals that a role with policies of others does not trust so far. They can
        then do all that those policies allow. Without it the task fails, since such a role is hardly meant. The same
        goes for the role of an application in another region.
    type: bool
    default: false
seealso:
  - module: qbusiness.federation.iam_federation_provider
  - module: qbusiness.federation.qbusiness_web_experience
"""

EXAMPLES = r"""
- name: The role that people take when they sign in by SAML
  qbusiness.federation.iam_federation_role:
    name: assistant-web
    kind: web_experience
    provider_arn: arn:aws:iam::123456789012:saml-provider/okta
    application_arn: arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    citations: true
    tags:
      team: knowledge

- name: The role that reads documents
  qbusiness.federation.iam_federation_role:
    name: QBusiness-DataSource-assistant
    kind: data_source
    application_arn: arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    buckets:
      - handbook
      - contracts

- name: The role by which applications that share an OpenID Connect app read its client secret
  qbusiness.federation.iam_federation_role:
    name: assistants-client-secret
    kind: secrets
    secret_arn: arn:aws:secretsmanager:us-east-1:123456789012:secret:qbusiness/assistant/client-secret-AbCdEf
    application_arns:
      - arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
      - arn:aws:qbusiness:us-east-1:123456789012:application/2b3c4d5e-1f2a-4b5c-9d6e-7f8a9b0c1d2e

- name: The role of programs that ask in a person's name
  qbusiness.federation.iam_federation_role:
    name: assistants-api
    kind: api_client
    provider_arn: arn:aws:iam::123456789012:oidc-provider/example.okta.com/oauth2/default
    oidc_audiences: [0oa1abcdefGHIJKLMNO5]
    application_arns:
      - arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
      - arn:aws:qbusiness:us-east-1:123456789012:application/2b3c4d5e-1f2a-4b5c-9d6e-7f8a9b0c1d2e

- name: Let a role read one more bucket, and keep what its live data sources read
  qbusiness.federation.iam_federation_role:
    name: QBusiness-DataSource-assistant
    kind: data_source
    application_arn: arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    buckets: [policies]
    purge_rights: false

- name: Look up a role that somebody else manages
  qbusiness.federation.iam_federation_role:
    role_arn: arn:aws:iam::123456789012:role/service-role/QBusiness-DataSource-by-hand
    kind: data_source
    application_arn: arn:aws:qbusiness:us-east-1:123456789012:application/1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    buckets: [handbook]
    manage: false

- name: Remove the role that reads documents
  qbusiness.federation.iam_federation_role:
    name: QBusiness-DataSource-assistant
    kind: data_source
    state: absent
"""

RETURN = r"""
role:
  description: The role with its trust policy, its inline policy and its tags.
  returned: when it exists, or would exist
  type: dict
  contains:
    arn:
      description: Its ARN; a placeholder in check mode when it does not exist yet.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/assistant-web
    role_name:
      description: Its name.
      type: str
      returned: always
      sample: assistant-web
    role_id:
      description: Its unique id.
      type: str
      returned: when it exists
      sample: AROAEXAMPLEEXAMPLE123
    path:
      description: Its path.
      type: str
      returned: always
      sample: /
    create_date:
      description: When it was made.
      type: str
      returned: when it exists
      sample: "2026-01-31T12:00:00+00:00"
    description:
      description: Its description.
      type: str
      returned: always
      sample: ""
    max_session_duration:
      description: How long a session may last, in seconds.
      type: int
      returned: always
      sample: 3600
    permissions_boundary:
      description: The ARN of the policy that bounds its permissions, or an empty text.
      type: str
      returned: always
      sample: ""
    assume_role_policy_document:
      description: Who may assume it.
      type: dict
      returned: always
      sample: {"Version": "2012-10-17", "Statement": []}
    policy_name:
      description: The name of the inline policy that the module keeps, whether or not the role has it.
      type: str
      returned: always
      sample: QBusinessWebExperience
    policy_document:
      description: What it may do by that policy; empty where the role has no such policy.
      type: dict
      returned: always
      sample: {"Version": "2012-10-17", "Statement": []}
    inline_policies:
      description: All inline policies, by name.
      type: dict
      returned: when something changes, or with O(manage=false)
      sample: {"QBusinessWebExperience": {"Version": "2012-10-17", "Statement": []}}
    attached_policies:
      description: The ARNs of all attached policies.
      type: list
      elements: str
      returned: when something changes, or with O(manage=false)
      sample: ["arn:aws:iam::123456789012:policy/by-hand"]
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"team": "knowledge"}
role_arn:
  description: The ARN of the role.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:iam::123456789012:role/assistant-web
role_name:
  description: The name of the role.
  returned: when it exists, existed, or would exist
  type: str
  sample: assistant-web
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateRole, PutRolePolicy]
kept_rights:
  description: The rights of the inline policy that the options do not ask for and that stay with O(purge_rights=false).
  returned: with O(state=present)
  type: list
  elements: str
  sample: ["s3:GetObject on arn:aws:s3:::contracts/* (StringEquals aws:ResourceAccount 123456789012)"]
foreign_principals:
  description: The principals that the trust policy lets in and that are everybody (V(*)), or of another account.
  returned: with O(state=present)
  type: list
  elements: str
  sample: ["arn:aws:iam::444455556666:root"]
insufficient:
  description: What the role does not give to its O(kind), each a sentence; also a warning. Empty when it suffices.
  returned: with O(manage=false) and O(state=present)
  type: list
  elements: str
  sample: ["Its permissions do not suffice: s3:ListBucket on arn:aws:s3:::handbook is not allowed."]
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
  description: What went, or would go, with a removed role.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: [role assistant-web (arn:aws:iam::123456789012:role/assistant-web) with its trust policy]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.role import manage
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.role_options import OPTIONS

ARGUMENTS = {
    "argument_spec": aws_arguments(STATE, TAGS, OPTIONS),
    "required_one_of": [("name", "role_arn")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return manage(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

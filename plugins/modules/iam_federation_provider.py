#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: iam_federation_provider
short_description: Manage the identity provider in IAM through which people sign in
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes a SAML or OpenID Connect provider in IAM.
  - A SAML provider is found by its O(name). Its metadata is compared by meaning, that is by entity id, set of signing
    certificates, and sign-on and logout locations; another text of the same meaning is no difference.
  - Other metadata is put in place under the same ARN, so that roles and applications go on to work.
  - An OpenID Connect provider is found by its O(url), since an account has one for each issuer, which all apps of that
    issuer share. Client ids are added and removed one by one; those that others registered are kept, also by tasks that
    run side by side.
  - Before a client id or a provider goes, its users are counted. Users of a provider are the roles whose trust policy
    names it and the Amazon Q Business applications whose people come through it; users of a client id are those of them
    that name it (C(ISSUER:aud) of a role, C(clientIdsForOIDC) of an application) or that name none and so accept each.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - qbusiness.federation.okta
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
  - qbusiness.federation.attributes.group_okta
attributes:
  action_group:
    description: Use C(group/qbusiness.federation.aws) and C(group/qbusiness.federation.okta) in C(module_defaults) to
      set the connection options once.
    support: full
    membership:
      - qbusiness.federation.aws
      - qbusiness.federation.okta
notes:
  - The connection options of Okta are used only with O(okta_app_id).
  - The library C(cryptography) is needed to say when certificates end, and to warn of ended ones. The controller has
    it, because ansible-core needs it.
  - Applications that use a provider are looked for in the region of the task and in O(regions); IAM has one provider
    for all regions, so name those in which the account has applications. Roles are the same in all regions.
  - Google and Microsoft Entra ID are refused with O(type=oidc), because AWS does not support them for Amazon Q Business
    by OpenID Connect.
options:
  state:
    description:
      - V(present) makes the provider, adopts it when it exists, and changes what differs.
      - V(absent) removes it, unless a role trusts it or an application uses it. In check mode such a use is a warning,
        because an earlier task may have planned its end.
      - V(absent) with O(client_ids) removes these client ids, unless a role or an application uses one of them, and the
        provider only when none is left.
    type: str
    choices: [present, absent]
    default: present
  type:
    description:
      - The protocol of the provider.
    type: str
    choices: [saml, oidc]
    default: saml
  provider_arn:
    description:
      - The ARN of the provider, where it is known; its end has to be O(name), or O(url) without C(https://). The
        provider is then read by it, without a list of all providers of the account.
      - One that is not there is made, as without it.
    type: str
  name:
    description:
      - The name of a SAML provider, letters, digits, dots, hyphens and underscores. Needed with O(type=saml).
    type: str
  saml_metadata_document:
    description:
      - The metadata of the identity provider, as XML. It may hold several signing certificates.
      - Needed to create a SAML provider, unless O(okta_app_id) is given.
    type: str
  okta_app_id:
    description:
      - The id of a SAML app in Okta, whose metadata is read from there.
    type: str
  url:
    description:
      - The issuer of an OpenID Connect provider, letter for letter as C(iss) in its ID tokens, with C(https://),
        without a port, a query and a slash at the end. Needed with O(type=oidc).
    type: str
  client_ids:
    description:
      - The client ids of apps whose ID tokens the account accepts, 100 at most together with those of others. Needed to
        create an OpenID Connect provider.
      - With O(state=absent) the client ids that are removed. An empty list removes none, and so no provider that others
        use.
    type: list
    elements: str
  purge_client_ids:
    description:
      - Whether client ids that are not in O(client_ids) are removed, when O(client_ids) is given. One that is in use is
        not removed, and the task fails, unless O(force=true).
    type: bool
    default: false
  thumbprints:
    description:
      - SHA-1 of certificates of authorities, 40 hexadecimal digits each, 1 to 5 of them, for an issuer whose
        certificate comes from an authority that AWS does not know.
      - Leave it out for Okta. Without it thumbprints that are there stay, and a new provider gets those that AWS finds.
    type: list
    elements: str
  regions:
    description:
      - Regions in which applications that use the provider are looked for, beside the region of the task.
    type: list
    elements: str
  force:
    description:
      - Also remove a provider or a client id that is in use. Nobody can sign in through it any more then.
      - Also give a provider that is in use the metadata of another identity provider, by its entity id. Rolled keys of
        the same one need no force.
    type: bool
    default: false
seealso:
  - module: qbusiness.federation.okta_app
  - module: qbusiness.federation.iam_federation_role
"""

EXAMPLES = r"""
- name: A provider for an app in Okta
  qbusiness.federation.iam_federation_provider:
    name: okta-acme
    okta_app_id: 0oa1abcdefGHIJKLMNO5
    tags:
      team: knowledge

- name: A provider from metadata at hand
  qbusiness.federation.iam_federation_provider:
    name: okta-acme
    saml_metadata_document: "{{ lookup('ansible.builtin.file', 'metadata.xml') }}"

- name: A provider for OpenID Connect
  qbusiness.federation.iam_federation_provider:
    type: oidc
    url: https://example.okta.com/oauth2/default
    client_ids: [0oa1abcdefGHIJKLMNO5]

- name: Take one app out of a shared provider, and the provider away with the last one
  qbusiness.federation.iam_federation_provider:
    type: oidc
    url: https://example.okta.com/oauth2/default
    client_ids: [0oa1abcdefGHIJKLMNO5]
    regions: [us-east-1, eu-west-1]
    state: absent

- name: Remove it
  qbusiness.federation.iam_federation_provider:
    name: okta
    state: absent
"""

RETURN = r"""
provider:
  description: The provider.
  returned: when it exists, or would exist
  type: dict
  contains:
    arn:
      description: Its ARN; a placeholder in check mode when it does not exist yet.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:saml-provider/okta
    name:
      description: Its name.
      type: str
      returned: with O(type=saml)
      sample: okta
    type:
      description: Its protocol.
      type: str
      returned: always
      sample: saml
    entity_id:
      description: The entity id of the identity provider.
      type: str
      returned: with O(type=saml)
      sample: http://www.okta.com/exk1abcdefGHIJKLMNO5
    certificates:
      description: The signing certificates, as RV(certificates).
      type: list
      elements: dict
      returned: with O(type=saml)
      sample: []
    endpoints:
      description: Where people are sent to sign on and out; service, binding and location of each.
      type: list
      elements: dict
      returned: with O(type=saml)
      sample: []
    valid_until:
      description: When the metadata ends, as IAM says.
      type: str
      returned: with O(type=saml)
      sample: "2126-01-31T12:00:00+00:00"
    url:
      description: The issuer.
      type: str
      returned: with O(type=oidc)
      sample: https://example.okta.com/oauth2/default
    client_ids:
      description: The client ids.
      type: list
      elements: str
      returned: with O(type=oidc)
      sample: [0oa1abcdefGHIJKLMNO5]
    thumbprints:
      description: The thumbprints, in order. Empty for a provider that would be made without any.
      type: list
      elements: str
      returned: with O(type=oidc)
      sample: [990f4193972f2becf12ddeda5237f9c952f20d9e]
    create_date:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"team": "knowledge"}
provider_arn:
  description: The ARN of the provider.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:iam::123456789012:saml-provider/okta
certificates:
  description: The signing certificates of a SAML provider, in the order of their fingerprints.
  returned: with O(type=saml) when it exists, existed, or would exist
  type: list
  elements: dict
  contains:
    fingerprint_sha256:
      description: SHA-256 of the certificate's DER bytes, in hex.
      type: str
      returned: always
      sample: 2f1c8b6c0f0e4a1fb0d9f5a1c7e0d3b2a4968775cbd1e2f30415263748596a7b
    not_after:
      description: When it ends. Null where the library C(cryptography) is absent.
      type: str
      returned: always
      sample: "2036-01-31T12:00:00+00:00"
client_ids:
  description: The client ids of an OpenID Connect provider.
  returned: with O(type=oidc) when it exists, existed, or would exist
  type: list
  elements: str
  sample: [0oa1abcdefGHIJKLMNO5]
used_by:
  description: The roles and applications that use the provider, or the client ids that are to be removed.
  returned: with O(state=absent) when there was one; in check mode or with O(force), since it fails otherwise
  type: list
  elements: str
  sample: [application assistant (1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c)]
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateSAMLProvider]
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
  description: What went, or would go, with a removed provider or client id.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: [the sign-in through it of application assistant (1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c)]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.providers import OPTIONS, manage
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments

ARGUMENTS = {
    "argument_spec": aws_arguments(okta_arguments(STATE, TAGS, OPTIONS)),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return manage(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

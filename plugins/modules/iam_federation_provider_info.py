#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: iam_federation_provider_info
short_description: Read identity providers of an account
version_added: 1.0.0
description:
  - Reads SAML and OpenID Connect providers of an account, with the keys that
    M(qbusiness.federation.iam_federation_provider) answers.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_aws
options:
  provider_arn:
    description:
      - The ARN of the provider to read.
    type: str
  type:
    description:
      - Read only providers of this protocol.
    type: str
    choices: [saml, oidc]
  name:
    description:
      - Read only the SAML provider of this name.
    type: str
  url:
    description:
      - Read only the OpenID Connect provider of this issuer.
    type: str
  include_uses:
    description:
      - Whether to look who uses each provider, which are roles that trust it and applications whose people come
        through it. It reads every role, and every federated application of the region.
    type: bool
    default: false
  regions:
    description:
      - Further regions whose applications are looked at with O(include_uses).
    type: list
    elements: str
seealso:
  - module: qbusiness.federation.iam_federation_provider
"""

EXAMPLES = r"""
- name: Read all providers, and who uses them
  qbusiness.federation.iam_federation_provider_info:
    include_uses: true
  register: found

- name: Read one
  qbusiness.federation.iam_federation_provider_info:
    url: https://example.okta.com/oauth2/default
"""

RETURN = r"""
providers:
  description: What was found, in the order of the ARNs; empty when there is nothing.
  returned: always
  type: list
  elements: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:iam::123456789012:saml-provider/okta"
    type:
      description: Its protocol.
      type: str
      returned: always
      sample: "saml"
    name:
      description: Its name.
      type: str
      returned: of a SAML provider
      sample: "okta"
    entity_id:
      description: The entity id of the identity provider.
      type: str
      returned: of a SAML provider
      sample: "http://www.okta.com/exk1abcdefGHIJKLMNO5"
    certificates:
      description: The signing certificates, in the order of their fingerprints, each with its end.
      type: list
      elements: dict
      returned: of a SAML provider
      sample: [{"fingerprint_sha256": "2f1c8b6c...", "not_after": "2036-01-31T12:00:00+00:00"}]
    endpoints:
      description: Where people are sent to sign on and out; service, binding and location of each.
      type: list
      elements: dict
      returned: of a SAML provider
      sample: []
    valid_until:
      description: When the metadata ends, as IAM says.
      type: str
      returned: of a SAML provider
      sample: "2126-01-31T12:00:00+00:00"
    url:
      description: The issuer.
      type: str
      returned: of an OpenID Connect provider
      sample: "https://example.okta.com/oauth2/default"
    client_ids:
      description: The client ids.
      type: list
      elements: str
      returned: of an OpenID Connect provider
      sample: ["0oa1abcdefGHIJKLMNO5"]
    thumbprints:
      description: The thumbprints, in order.
      type: list
      elements: str
      returned: of an OpenID Connect provider
      sample: ["990f4193972f2becf12ddeda5237f9c952f20d9e"]
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
    used_by:
      description: The roles and applications that use it.
      type: list
      elements: str
      returned: with O(include_uses)
      sample: ["application assistant (1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c)"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.provider_info import OPTIONS, providers

ARGUMENTS = {
    "argument_spec": aws_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return providers(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

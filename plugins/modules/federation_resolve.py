#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: federation_resolve
short_description: Check an inventory, and find the live objects that its hosts mean
version_added: 2.0.0
description:
  - The first task of the playbooks of this collection. It checks the variables of all hosts of the groups
    C(identities) and C(applications), shows the AWS account, its regions and the Okta org, reads the live estate in
    parallel, and decides for each host which objects it means.
  - A live object is adopted as it is. By its ID, by its name, or because it is the only one of its kind. What only a
    person
    can decide is refused, with the variable that decides.
  - It writes nothing. Tasks of the same run that follow use what it has read.
  - It runs in the controller, once for all hosts, so it needs C(run_once).
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
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
  check_mode:
    details: It only reads.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  purpose:
    description:
      - What the run is for. V(configure) is for both groups, V(identities) and V(applications) for one of them,
        V(api_client) for the roles of API clients, V(prove) for a proof of the sign-in, V(remove) names what a removal
        takes along.
    type: str
    choices: [configure, identities, applications, api_client, prove, remove]
    default: configure
  protocols:
    description: The protocols of the identities that count.
    type: list
    elements: str
    choices: [saml, oidc]
    default: [saml, oidc]
"""

EXAMPLES = r"""
- name: Read the federations and check the inventory
  qbusiness.federation.federation_resolve:
  register: federation
  run_once: true
"""

RETURN = r"""
header:
  description: The AWS account, its regions and the Okta org.
  returned: always
  type: str
  sample: AWS account 123456789012, region us-east-1; Okta org https://example.okta.com
check_mode:
  description: Whether the run is in check mode.
  returned: always
  type: bool
  sample: false
purpose:
  description: What the run is for.
  returned: always
  type: str
  sample: configure
refused:
  description: Why a host is refused, by host. Nothing of such a host is written.
  returned: always
  type: dict
  sample: {}
hosts:
  description: What was found for each host.
  returned: always
  type: dict
  sample:
    assistant:
      application: present
      exists: true
      variables: {qbusiness_application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c}
beside:
  description: Federated applications that no host of the inventory has.
  returned: always
  type: list
  elements: str
  sample: []
unread:
  description: What could not be read, with the reason.
  returned: always
  type: list
  elements: str
  sample: []
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.resolution import PURPOSES
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments

ARGUMENTS = {
    "argument_spec": aws_arguments(
        okta_arguments(),
        {
            "purpose": {"type": "str", "choices": list(PURPOSES), "default": "configure"},
            "protocols": {"type": "list", "elements": "str", "choices": ["saml", "oidc"], "default": ["saml", "oidc"]},
        },
    ),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does outside the controller: it has no inventory there."""
    raise InputError(["federation_resolve: runs in the controller alone, whose action plugin has the inventory"])


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

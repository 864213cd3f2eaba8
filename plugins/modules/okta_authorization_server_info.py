#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_authorization_server_info
short_description: Read custom authorization servers of an Okta org
version_added: 1.0.0
description:
  - Reads authorization servers with the claims for AWS, their scopes, and their access policies with rules.
  - In an org without the product API Access Management there are none, which is said in a warning.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - qbusiness.federation.okta
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_okta
options:
  server:
    description:
      - The id of the server, or exactly its name. Without it all of them are read.
    type: str
seealso:
  - module: qbusiness.federation.okta_authorization_server
"""

EXAMPLES = r"""
- name: Read whom the server default lets in
  qbusiness.federation.okta_authorization_server_info:
    server: default
  register: servers
"""

RETURN = r"""
authorization_servers:
  description: What was found; empty when there is nothing.
  returned: always
  type: list
  elements: dict
  contains:
    server_id:
      description: Its id.
      type: str
      returned: always
      sample: "default"
    id:
      description: Its id, as Okta itself calls it.
      type: str
      returned: always
      sample: "default"
    name:
      description: Its name.
      type: str
      returned: always
      sample: "default"
    description:
      description: Its description.
      type: str
      returned: always
      sample: "Default Authorization Server for your Applications"
    audiences:
      description: What access tokens are for.
      type: list
      elements: str
      returned: always
      sample: ["api://default"]
    issuer:
      description: Its issuer.
      type: str
      returned: always
      sample: "https://example.okta.com/oauth2/default"
    issuer_mode:
      description: Which URL the issuer is.
      type: str
      returned: always
      sample: "ORG_URL"
    status:
      description: Whether it issues tokens.
      type: str
      returned: always
      sample: "ACTIVE"
    default:
      description: Whether it is the one that the org brought along.
      type: bool
      returned: always
      sample: true
    created:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.000Z"
    last_updated:
      description: When it was changed last.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.000Z"
    signing_key:
      description: The id of the key that signs tokens, and how it is rotated.
      type: dict
      returned: always
      sample: {"key_id": "edz5I4aw-nPoqFnAhaqgWM1owHgz0UOvksVaYZmOFlo", "rotation_mode": "AUTO"}
    claims:
      description: The claims of the ID token for AWS, each with its id, name, value, status and scopes.
      type: list
      elements: dict
      returned: always
      sample:
        - id: oclexampleexample123
          name: https://aws.amazon.com/tags
          value: '{"principal_tags": {"Email": {user.email} }}'
          status: ACTIVE
    scopes:
      description: Its scopes.
      type: list
      elements: dict
      returned: always
      sample: [{"id": "scpexampleexample123", "name": "openid"}]
    policies:
      description: Its access policies, each with its clients and rules.
      type: list
      elements: dict
      returned: always
      sample:
        - id: 00pexampleexample123
          name: Amazon Q Business
          client_ids:
            - 0oaexampleexample123
          rules:
            - name: Amazon Q Business
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.authorization_server_info import (
    OPTIONS,
    servers,
)

ARGUMENTS = {
    "argument_spec": okta_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return servers(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_app_info
short_description: Read apps of an Okta org
version_added: 1.0.0
description:
  - Reads SAML and OpenID Connect apps of an Okta org, with the keys that M(qbusiness.federation.okta_app) answers.
  - Never reads a client secret.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - qbusiness.federation.okta
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_okta
options:
  app_id:
    description:
      - The id of the app to read.
    type: str
  label:
    description:
      - Read only apps of exactly this label, over all pages of the list.
    type: str
  sign_on_mode:
    description:
      - Read only apps of this protocol. Without it those of both.
    type: str
    choices: [SAML_2_0, OPENID_CONNECT]
  status:
    description:
      - Read only apps in this status.
    type: str
    choices: [ACTIVE, INACTIVE]
  include_assignments:
    description:
      - Whether to read the groups that have each app, and the users that have it themselves. It costs two more calls
        for each app, and more where there are many.
    type: bool
    default: false
  include_federated_claims:
    description:
      - Whether to read the federated claims. It costs one more call for each app.
    type: bool
    default: false
  include_metadata:
    description:
      - Whether to read the metadata document of each SAML app. It costs one more call for each; that of an inactive
        app is not to be had.
    type: bool
    default: false
seealso:
  - module: qbusiness.federation.okta_app
"""

EXAMPLES = r"""
- name: Read every app by which people sign in to something
  qbusiness.federation.okta_app_info:
  register: apps

- name: Read one, and who has it
  qbusiness.federation.okta_app_info:
    label: Assistant
    include_assignments: true
"""

RETURN = r"""
apps:
  description: What was found; empty when there is nothing.
  returned: always
  type: list
  elements: dict
  contains:
    app_id:
      description: Its id.
      type: str
      returned: always
      sample: "0oa1gjh63g214q0Hq0g4"
    app_name:
      description: The name that Okta made of the label; V(oidc_client) of every OpenID Connect app.
      type: str
      returned: always
      sample: "example_assistant_1"
    id:
      description: Its id, as Okta itself calls it.
      type: str
      returned: always
      sample: "0oa1gjh63g214q0Hq0g4"
    name:
      description: The same as RV(apps[].app_name), as Okta itself calls it.
      type: str
      returned: always
      sample: "example_assistant_1"
    label:
      description: The name that people see.
      type: str
      returned: always
      sample: "Assistant"
    status:
      description: Its status.
      type: str
      returned: always
      sample: "ACTIVE"
    sign_on_mode:
      description: How people sign in.
      type: str
      returned: always
      sample: "SAML_2_0"
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
    orn:
      description: Its name among all resources of Okta.
      type: str
      returned: when Okta says it
      sample: "orn:okta:idp:00o1gjh63g214q0Hq0g4:apps:example_assistant_1:0oa1gjh63g214q0Hq0g4"
    features:
      description: What Okta does with it beside signing people in (provisioning).
      type: list
      elements: str
      returned: when Okta says it
      sample: []
    profile:
      description: Its own attributes, with keys as they were given.
      type: dict
      returned: when it has some
      sample: {"costCenter": "4711"}
    licensing:
      description: How many seats it has.
      type: dict
      returned: when Okta says it
      sample: {"seat_count": 0}
    express_configuration:
      description: How it was set up by Okta itself.
      type: dict
      returned: when it was
      sample: {}
    universal_logout:
      description: Whether it takes part in universal logout.
      type: dict
      returned: when Okta says it
      sample: {"status": "DISABLED"}
    credentials:
      description: How it proves itself; C(oauth_client) of an OpenID Connect app, without any secret.
      type: dict
      returned: always
      sample:
        oauth_client:
          client_id: 0oa1gjh63g214q0Hq0g4
          token_endpoint_auth_method: client_secret_basic
    settings:
      description: Its settings; those of SAML stand in C(sign_on), most of OpenID Connect in C(oauth_client).
      type: dict
      returned: always
      sample: {"sign_on": {"sso_acs_url": "https://abcdefgh.chat.qbusiness.us-east-1.on.aws/saml"}}
    visibility:
      description: Where people see it.
      type: dict
      returned: always
      sample: {"auto_submit_toolbar": false}
    accessibility:
      description: How people get at it.
      type: dict
      returned: always
      sample: {"self_service": false}
    access_policy_id:
      description: The id of its sign-in policy; empty in a Classic org.
      type: str
      returned: always
      sample: "rst1gjh63g214q0Hq0g4"
    client_id:
      description: The client id.
      type: str
      returned: of an OpenID Connect app
      sample: "0oa1gjh63g214q0Hq0g4"
    redirect_uris:
      description: Where people may be sent after they signed in.
      type: list
      elements: str
      returned: of an OpenID Connect app
      sample: ["https://abcdefgh.chat.qbusiness.us-east-1.on.aws/authorization-code/callback"]
    post_logout_redirect_uris:
      description: Where people may be sent after they signed out.
      type: list
      elements: str
      returned: of an OpenID Connect app
      sample: []
    signing_key_id:
      description: The id of the key that it signs with.
      type: str
      returned: of a SAML app
      sample: "SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d-F1bm4"
    acs_endpoints:
      description: The URLs that requests may ask for, each with its number.
      type: list
      elements: dict
      returned: of a SAML app
      sample: [{"url": "https://legal.example.com/saml", "index": 0}]
    metadata:
      description: The metadata document, with the certificate of the active key.
      type: str
      returned: with O(include_metadata) of an active SAML app
      sample: "<md:EntityDescriptor ..."
    entity_id:
      description: The issuer of its assertions.
      type: str
      returned: with O(include_metadata) of an active SAML app
      sample: "http://www.okta.com/exk1gjh63g214q0Hq0g4"
    sso_url:
      description: The URL where people sign in.
      type: str
      returned: with O(include_metadata) of an active SAML app
      sample: "https://example.okta.com/app/example_assistant_1/exk1gjh63g214q0Hq0g4/sso/saml"
    slo_url:
      description: The URL of single logout.
      type: str
      returned: with O(include_metadata) of an active SAML app that has one
      sample: "https://example.okta.com/app/example_assistant_1/exk1gjh63g214q0Hq0g4/slo/saml"
    certificates:
      description: The certificates in the metadata, each with its fingerprint and when it expires.
      type: list
      elements: dict
      returned: with O(include_metadata) of an active SAML app
      sample: [{"fingerprint_sha256": "3fb1d0c4a7...", "not_after": "2036-01-31T12:00:00+00:00"}]
    groups:
      description: The names of the groups that have it.
      type: list
      elements: str
      returned: with O(include_assignments)
      sample: ["Everyone"]
    users:
      description: The logins of the users that have it themselves.
      type: list
      elements: str
      returned: with O(include_assignments)
      sample: ["ann@example.com"]
    federated_claims:
      description: Its federated claims.
      type: list
      elements: dict
      returned: with O(include_federated_claims)
      sample: [{"name": "family", "expression": "user.profile.lastName"}]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.app_info import OPTIONS, apps
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments

ARGUMENTS = {
    "argument_spec": okta_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return apps(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

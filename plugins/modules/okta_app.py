#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_app
short_description: Manage an app of an Okta org, by SAML or OpenID Connect
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes an app of an Okta org, assigns it to groups and users, and answers what others
    need of it, the metadata of a SAML app, the client id of an OpenID Connect app.
  - The options from O(sso_acs_url) to O(signing_key) belong to apps of O(sign_on_mode=SAML_2_0), those from
    O(application_type) to O(policy_uri) to apps of O(sign_on_mode=OPENID_CONNECT). Those of the other protocol are
    refused.
  - An app is found by O(app_id), or by exactly its O(label) over all pages of the list.
  - Only what is given is compared; what Okta filled in by itself, and what others set, is kept and is never a
    difference.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - qbusiness.federation.okta
  - qbusiness.federation.okta_app_general
  - qbusiness.federation.okta_app_saml
  - qbusiness.federation.okta_app_oidc
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_okta
options:
  state:
    description:
      - V(present) makes the app, adopts it when it exists, and changes what differs.
      - V(absent) deactivates and deletes it; the answer RV(lost) names what goes with it.
    type: str
    choices: [present, absent]
    default: present
  app_id:
    description:
      - The id of an existing app. Without it the app is found by O(label).
    type: str
  label:
    description:
      - The name that people see. Needed to make an app.
      - With O(app_id) another label renames the app.
    type: str
  sign_on_mode:
    description:
      - How people sign in. An app of another mode is refused.
    type: str
    choices: [SAML_2_0, OPENID_CONNECT]
    default: SAML_2_0
  status:
    description:
      - Whether the app can be used.
      - Okta assigns an app, and changes a SAML app of the org's own, only while it is active. The module activates an
        inactive one for that, and deactivates it at the end.
    type: str
    choices: [ACTIVE, INACTIVE]
    default: ACTIVE
  initially:
    description:
      - Names of options of the protocol that count only when the app is made and are left alone afterwards. So a
        placeholder never overwrites what was put in its place.
    type: list
    elements: str
    choices:
      - sso_acs_url
      - destination
      - recipient
      - audience
      - idp_issuer
      - subject_name_id_template
      - subject_name_id_format
      - response_signed
      - assertion_signed
      - signature_algorithm
      - digest_algorithm
      - honor_force_authn
      - request_compressed
      - authn_context_class_ref
      - default_relay_state
      - allow_multiple_acs_endpoints
      - acs_endpoints
      - slo
      - sp_certificate
      - saml_signed_request_enabled
      - participate_slo
      - assertion_encryption
      - saml_assertion_lifetime_seconds
      - inline_hooks
      - attribute_statements
      - application_type
      - client_id
      - grant_types
      - response_types
      - redirect_uris
      - post_logout_redirect_uris
      - wildcard_redirect
      - token_endpoint_auth_method
      - pkce_required
      - auto_key_rotation
      - consent_method
      - refresh_token
      - issuer_mode
      - initiate_login_uri
      - idp_initiated_login
      - frontchannel_logout
      - jwks
      - jwks_uri
      - dpop_bound_access_tokens
      - client_uri
      - logo_uri
      - tos_uri
      - policy_uri
    default: []
  federated_claims:
    description:
      - Claims of the app in assertions and ID tokens, matched by their names, beside O(attribute_statements) and the
        claims of authorization servers. Those that are not named stay, unless O(purge_federated_claims=true).
      - Not every org has them; the module says so.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name of the claim, unique in the app.
        type: str
        required: true
      expression:
        description:
          - Its value, like V(user.profile.lastName).
        type: str
        required: true
  purge_federated_claims:
    description:
      - Whether claims that O(federated_claims) does not name are removed.
    type: bool
    default: false
  groups:
    description:
      - Names of groups that have the app. They must exist. A name that several groups bear is refused.
      - Priority and profile of an assignment are left to Okta.
    type: list
    elements: str
  purge_groups:
    description:
      - Whether groups that O(groups) does not name lose the app.
    type: bool
    default: false
  users:
    description:
      - Logins of users who have the app themselves. They must exist.
    type: list
    elements: str
  purge_users:
    description:
      - Whether users that O(users) does not name lose the app. Who has it through a group keeps it.
    type: bool
    default: false
  access_policy:
    description:
      - The name of the sign-in policy (Identity Engine). Without it the policy is left alone.
    type: str
seealso:
  - module: qbusiness.federation.iam_federation_provider
  - module: qbusiness.federation.okta_authorization_server
  - module: qbusiness.federation.okta_client_secret
"""

EXAMPLES = r"""
- name: The app through which people sign in to Amazon Q Business
  qbusiness.federation.okta_app:
    okta_org_url: https://example.okta.com
    label: Assistant
    sso_acs_url: https://abcdefgh.chat.qbusiness.us-east-1.on.aws/saml
    destination: https://abcdefgh.chat.qbusiness.us-east-1.on.aws/saml
    recipient: https://signin.aws.amazon.com/saml
    audience: https://signin.aws.amazon.com/saml
    subject_name_id_format: urn:oasis:names:tc:SAML:2.0:nameid-format:persistent
    attribute_statements:
      - name: https://aws.amazon.com/SAML/Attributes/PrincipalTag:Email
        values: [user.email]
      - name: https://aws.amazon.com/SAML/Attributes/RoleSessionName
        values: [user.email]
      - name: https://aws.amazon.com/SAML/Attributes/Role
        values: ["arn:aws:iam::123456789012:role/assistant,arn:aws:iam::123456789012:saml-provider/okta"]
        exact: false
    groups: [Everyone]
  register: app

- name: Let two more applications sign people in through the same app
  qbusiness.federation.okta_app:
    app_id: "{{ app.app_id }}"
    acs_endpoints:
      - url: https://legal.example.com/saml
      - url: https://sales.example.com/saml
    purge_acs_endpoints: false

- name: Take one of them out again, whatever else is there
  qbusiness.federation.okta_app:
    app_id: "{{ app.app_id }}"
    acs_endpoints_absent: [https://legal.example.com/saml]

- name: Rotate its key a month before the certificate expires
  qbusiness.federation.okta_app:
    app_id: "{{ app.app_id }}"
    signing_key:
      rotate_within_days: 30

- name: Remove it
  qbusiness.federation.okta_app:
    label: Assistant
    state: absent

- name: An OpenID Connect app, whose address is a placeholder until the web experience is there
  qbusiness.federation.okta_app:
    okta_org_url: https://example.okta.com
    label: Assistant by OpenID Connect
    sign_on_mode: OPENID_CONNECT
    placeholder_redirect_uri: http://sampleurl.com/authorization-code/callback
    groups: [Everyone]
  register: app

- name: One more web experience signs in through it, its refresh tokens change with each use
  qbusiness.federation.okta_app:
    app_id: "{{ app.app_id }}"
    sign_on_mode: OPENID_CONNECT
    grant_types: [authorization_code, refresh_token]
    refresh_token:
      rotation_type: ROTATE
      leeway: 10
    redirect_uris: [https://abcdefgh.chat.qbusiness.us-east-1.on.aws/authorization-code/callback]
    placeholder_redirect_uri: http://sampleurl.com/authorization-code/callback
    purge_redirect_uris: false

- name: A program that gets tokens of its own by a key
  qbusiness.federation.okta_app:
    label: Reporting
    sign_on_mode: OPENID_CONNECT
    application_type: service
    token_endpoint_auth_method: private_key_jwt
    jwks:
      keys: ["{{ lookup('ansible.builtin.file', 'reporting.jwk.json') | from_json }}"]
"""

RETURN = r"""
app:
  description: The app as Okta describes it, in snake_case, and the groups and users that were asked about.
  returned: when it exists, or would exist
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      returned: always
      sample: 0oa1gjh63g214q0Hq0g4
    name:
      description: The name that Okta made of the label; V(oidc_client) of every OpenID Connect app.
      type: str
      returned: always
      sample: example_assistant_1
    label:
      description: The name that people see.
      type: str
      returned: always
      sample: Assistant
    status:
      description: Its status.
      type: str
      returned: always
      sample: ACTIVE
    sign_on_mode:
      description: How people sign in.
      type: str
      returned: always
      sample: SAML_2_0
    credentials:
      description: How it proves itself; C(oauth_client) of an OpenID Connect app, without any secret.
      type: dict
      returned: always
      sample: {oauth_client: {client_id: 0oa1gjh63g214q0Hq0g4, token_endpoint_auth_method: client_secret_basic}}
    settings:
      description: Its settings; those of SAML stand in C(sign_on), most of OpenID Connect in C(oauth_client).
      type: dict
      returned: always
      sample: {sign_on: {sso_acs_url: "https://abcdefgh.chat.qbusiness.us-east-1.on.aws/saml"}}
    access_policy_id:
      description: The id of its sign-in policy; empty in a Classic org.
      type: str
      returned: always
      sample: rst1gjh63g214q0Hq0g4
    groups:
      description: The names of the groups that have the app.
      type: list
      elements: str
      returned: with O(groups)
      sample: [Everyone]
    users:
      description: The logins of those users that have the app themselves; with O(purge_users) of all.
      type: list
      elements: str
      returned: with O(users)
      sample: [ann@example.com]
    federated_claims:
      description: The federated claims of the app.
      type: list
      elements: dict
      returned: with O(federated_claims)
      sample: [{name: family, expression: user.profile.lastName}]
app_id:
  description: The id of the app.
  returned: when it exists, existed, or would exist
  type: str
  sample: 0oa1gjh63g214q0Hq0g4
client_id:
  description: The client id of an OpenID Connect app. The provider in IAM names it as its audience.
  returned: with O(sign_on_mode=OPENID_CONNECT) when it exists, existed, or would exist
  type: str
  sample: 0oa1gjh63g214q0Hq0g4
redirect_uris:
  description: Where people may be sent after they signed in.
  returned: with O(sign_on_mode=OPENID_CONNECT) when it exists, existed, or would exist
  type: list
  elements: str
  sample: ["https://abcdefgh.chat.qbusiness.us-east-1.on.aws/authorization-code/callback"]
post_logout_redirect_uris:
  description: Where people may be sent after they signed out.
  returned: with O(sign_on_mode=OPENID_CONNECT) when it exists, existed, or would exist
  type: list
  elements: str
  sample: []
app_name:
  description: The name that Okta made of the label; it never changes. V(oidc_client) of every OpenID Connect app.
  returned: when it exists, existed, or would exist
  type: str
  sample: example_assistant_1
metadata:
  description: The metadata document, with the certificate of the active key.
  returned: with O(sign_on_mode=SAML_2_0) when it exists, or would exist
  type: str
  sample: <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ...
entity_id:
  description: The issuer of the app's assertions.
  returned: with O(sign_on_mode=SAML_2_0) when it exists, or would exist
  type: str
  sample: http://www.okta.com/exk1gjh63g214q0Hq0g4
sso_url:
  description: The URL where people sign in.
  returned: with O(sign_on_mode=SAML_2_0) when it exists, or would exist
  type: str
  sample: https://example.okta.com/app/example_assistant_1/exk1gjh63g214q0Hq0g4/sso/saml
slo_url:
  description: The URL of single logout.
  returned: when O(slo) is on
  type: str
  sample: https://example.okta.com/app/example_assistant_1/exk1gjh63g214q0Hq0g4/slo/saml
certificates:
  description: The certificates in the metadata; none where only Okta can know them in check mode.
  returned: with O(sign_on_mode=SAML_2_0) when it exists, or would exist
  type: list
  elements: dict
  contains:
    pem:
      description: The certificate.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----..."
    fingerprint_sha256:
      description: The SHA-256 of its DER bytes, hexadecimal.
      type: str
      returned: always
      sample: 3fb1d0c4a7...
    not_after:
      description: When it expires, ISO 8601.
      type: str
      returned: when the Python library cryptography is there
      sample: "2036-01-31T12:00:00+00:00"
signing_key_id:
  description: The id of the key that the app signs with.
  returned: with O(sign_on_mode=SAML_2_0) when it exists, existed, or would exist
  type: str
  sample: SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d-F1bm4
acs_endpoints:
  description: The URLs that requests may ask for, each with its number.
  returned: with O(sign_on_mode=SAML_2_0) when it exists, existed, or would exist
  type: list
  elements: dict
  contains:
    url:
      description: The URL.
      type: str
      returned: always
      sample: https://legal.example.com/saml
    index:
      description: Its number.
      type: int
      returned: always
      sample: 0
assignments:
  description: Who has the app, as far as O(groups) and O(users) asked.
  returned: when it exists, existed, or would exist
  type: dict
  sample: {groups: [Everyone], users: []}
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [createApplication, assignGroupToApplication]
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
  description:
    - What went, or would go, with a removed app, or by a change that takes away more than it names (the secrets with
      O(allow_secret_loss), requestable URLs that are switched off).
  returned: when there is such a loss
  type: list
  elements: str
  sample: ["Okta app Assistant (0oa1gjh63g214q0Hq0g4), through which people sign in"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.applications import OPTIONS, apply
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments

ARGUMENTS = {
    "argument_spec": okta_arguments(STATE, OPTIONS),
    "required_one_of": [("app_id", "label")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return apply(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

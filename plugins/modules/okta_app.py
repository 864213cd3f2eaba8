#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_app
short_description: Manage a SAML app of an Okta org
version_added: 0.1.0
description:
  - Makes, adopts, changes and removes a SAML 2.0 app of an Okta org, assigns it to groups and users, and answers the
    metadata that a service provider needs.
  - An app is found by O(app_id), or by exactly its O(label) over all pages of the list.
  - Only what is given is compared; what Okta filled in by itself, and what others set, is kept and is never a
    difference.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - qbusiness.federation.okta
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
    choices: [SAML_2_0]
    default: SAML_2_0
  status:
    description:
      - Whether the app can be used.
      - Okta changes and assigns an app of the org's own only while it is active. To change an inactive one the module
        activates it, and deactivates it at the end.
    type: str
    choices: [ACTIVE, INACTIVE]
    default: ACTIVE
  sso_acs_url:
    description:
      - The URL that takes the assertion. Needed to make an app.
    type: str
  destination:
    description:
      - The C(Destination) of the response. A new app gets O(sso_acs_url) without it.
    type: str
  recipient:
    description:
      - The C(Recipient) of the assertion. A new app gets O(sso_acs_url) without it.
      - AWS wants V(https://signin.aws.amazon.com/saml), whatever the destination is.
    type: str
  audience:
    description:
      - The entity id of the service provider. Needed to make an app.
    type: str
  idp_issuer:
    description:
      - The issuer that assertions name. C(${org.externalKey}) stands for the app's own key.
    type: str
  subject_name_id_template:
    description:
      - The expression of the NameID. A new app gets C(${user.userName}) without it.
    type: str
  subject_name_id_format:
    description:
      - The format of the NameID. A new app gets the unspecified one without it.
    type: str
    choices:
      - urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified
      - urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
      - urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName
      - urn:oasis:names:tc:SAML:2.0:nameid-format:persistent
      - urn:oasis:names:tc:SAML:2.0:nameid-format:transient
  response_signed:
    description:
      - Whether the response is signed. It or the assertion has to be. A new app signs it without this option.
    type: bool
  assertion_signed:
    description:
      - Whether the assertion is signed. It or the response has to be. A new app signs it without this option.
    type: bool
  signature_algorithm:
    description:
      - The algorithm of signatures. A new app gets V(RSA_SHA256) without it.
    type: str
    choices: [RSA_SHA256, RSA_SHA1]
  digest_algorithm:
    description:
      - The algorithm of digests. A new app gets V(SHA256) without it.
    type: str
    choices: [SHA256, SHA1]
  honor_force_authn:
    description:
      - Whether a service provider may demand a new authentication. A new app honours that without this option.
    type: bool
  request_compressed:
    description:
      - Whether requests come compressed.
    type: bool
  authn_context_class_ref:
    description:
      - The authentication context that assertions name. A new app gets that of a password over TLS without it.
      - Okta is reported not to take a change of an existing app; the module warns where it sees that.
    type: str
    choices:
      - urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified
      - urn:oasis:names:tc:SAML:2.0:ac:classes:Password
      - urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport
      - urn:oasis:names:tc:SAML:2.0:ac:classes:X509
      - urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient
      - urn:federation:authentication:windows
      - oasis:names:tc:SAML:2.0:ac:classes:Kerberos
  default_relay_state:
    description:
      - Where the service provider sends people who begin at Okta. An empty text clears it.
    type: str
  allow_multiple_acs_endpoints:
    description:
      - Whether requests may name one of O(acs_endpoints). Okta drops those when it is switched off.
      - Without it, it follows O(acs_endpoints) and O(acs_endpoints_absent), on with the first URL, off with the last.
    type: bool
  acs_endpoints:
    description:
      - URLs that requests may ask the assertion to be sent to, at most 100. That is how several applications share one
        app; only one of them can have O(sso_acs_url), to which people come who begin at Okta.
      - The list is the whole list, in order, unless O(purge_acs_endpoints=false).
    type: list
    elements: dict
    suboptions:
      url:
        description:
          - The URL.
        type: str
        required: true
      index:
        description:
          - Its number, from 0, each once. Requests may ask by it, so it is best left alone. Without it a URL that is
            there keeps its number, and a new one takes the lowest that is free.
        type: int
  acs_endpoints_absent:
    description:
      - URLs that are not to be among O(acs_endpoints).
    type: list
    elements: str
  purge_acs_endpoints:
    description:
      - Whether URLs that O(acs_endpoints) does not name are removed. V(false) keeps them, with their numbers.
    type: bool
    default: true
  slo:
    description:
      - Single logout. Needs O(sp_certificate).
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it is on.
        type: bool
        required: true
      issuer:
        description:
          - The issuer of the service provider's logout requests. Needed when it is on.
        type: str
      logout_url:
        description:
          - The URL that Okta sends logout responses to. Needed when it is on.
        type: str
  sp_certificate:
    description:
      - The certificate with which the service provider signs its requests, as PEM or its base64.
      - An empty text clears it.
    type: str
  saml_signed_request_enabled:
    description:
      - Whether requests have to be signed. Needs O(sp_certificate).
    type: bool
  participate_slo:
    description:
      - Logout of this app when people log out elsewhere (Identity Engine).
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it is on.
        type: bool
        required: true
      binding_type:
        description:
          - How Okta sends the request. Needed when it is on.
        type: str
        choices: [POST, REDIRECT]
      logout_request_url:
        description:
          - Where Okta sends the request. Needed when it is on.
        type: str
      session_index_required:
        description:
          - Whether the request names the session.
        type: bool
  assertion_encryption:
    description:
      - Encryption of assertions.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it is on.
        type: bool
        required: true
      encryption_algorithm:
        description:
          - The algorithm of the encryption.
        type: str
        choices: [AES128_CBC, AES256_CBC, AES256_GCM]
      key_transport_algorithm:
        description:
          - How the key is carried.
        type: str
        choices: [RSA_OAEP, RSA_15]
      certificate:
        description:
          - The certificate to encrypt for, as PEM or its base64. Needed when it is on.
        type: str
  saml_assertion_lifetime_seconds:
    description:
      - How long an assertion is good for, in seconds.
    type: int
  inline_hooks:
    description:
      - The ids of inline hooks that change assertions. The list is the whole list.
    type: list
    elements: str
  attribute_statements:
    description:
      - Attribute statements, matched by their names. Those that are not named stay, unless
        O(purge_attribute_statements=true).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name of the attribute, unique in the app.
        type: str
        required: true
      type:
        description:
          - Values by expressions, or the names of those of the user's groups that pass a filter.
        type: str
        choices: [EXPRESSION, GROUP]
        default: EXPRESSION
      namespace:
        description:
          - The format of the name. A new statement gets the unspecified one without it.
        type: str
        choices:
          - urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified
          - urn:oasis:names:tc:SAML:2.0:attrname-format:uri
          - urn:oasis:names:tc:SAML:2.0:attrname-format:basic
      values:
        description:
          - Expressions like V(user.email), or constants, which are written without quotes. Their order has no meaning.
          - With O(attribute_statements[].exact=true) an empty list removes the statement.
        type: list
        elements: str
      values_absent:
        description:
          - Values to take away. Goes only with O(attribute_statements[].exact=false). A statement that keeps no value
            is removed.
        type: list
        elements: str
      exact:
        description:
          - Whether O(attribute_statements[].values) are all values. V(false) keeps others that are there.
        type: bool
        default: true
      filter_type:
        description:
          - How names of groups are filtered. Needed with O(attribute_statements[].type=GROUP).
        type: str
        choices: [STARTS_WITH, EQUALS, CONTAINS, REGEX]
      filter_value:
        description:
          - What is compared. Needed with O(attribute_statements[].type=GROUP).
        type: str
  purge_attribute_statements:
    description:
      - Whether statements that O(attribute_statements) does not name are removed.
    type: bool
    default: false
  initially:
    description:
      - Names of options, of those above from O(sso_acs_url) to O(attribute_statements), that count only when the app is
        made and are left alone afterwards. So a placeholder never overwrites what was put in its place.
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
    default: []
  visibility:
    description:
      - Where people see the app.
    type: dict
    suboptions:
      auto_launch:
        description:
          - Whether it opens when people sign in at Okta.
        type: bool
      auto_submit_toolbar:
        description:
          - Whether the browser plugin signs in by itself.
        type: bool
      hide:
        description:
          - Where the app is hidden.
        type: dict
        suboptions:
          ios:
            description:
              - In Okta Mobile.
            type: bool
          web:
            description:
              - On the dashboard.
            type: bool
      app_links:
        description:
          - Links of the app by name, and whether each is shown.
        type: dict
  accessibility:
    description:
      - How people come to the app.
    type: dict
    suboptions:
      self_service:
        description:
          - Whether people may ask for it.
        type: bool
      error_redirect_url:
        description:
          - A page for people who may not use it. An empty text clears it.
        type: str
      login_redirect_url:
        description:
          - A sign-in page of its own. An empty text clears it.
        type: str
  notes:
    description:
      - Notes, at most 250 characters each. An empty text clears one.
    type: dict
    suboptions:
      admin:
        description:
          - For administrators.
        type: str
      enduser:
        description:
          - For the people who use it.
        type: str
  user_name_template:
    description:
      - How user names in the app are made.
    type: dict
    suboptions:
      template:
        description:
          - The expression.
        type: str
      type:
        description:
          - The kind of the template.
        type: str
        choices: [NONE, BUILT_IN, CUSTOM]
      user_suffix:
        description:
          - A suffix of built-in templates.
        type: str
      push_status:
        description:
          - Whether changes are pushed.
        type: str
        choices: [PUSH, DONT_PUSH]
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
  signing_key:
    description:
      - When to sign with a new key. Keys cannot be deleted, so one that was made and never used is taken first.
    type: dict
    suboptions:
      rotate_within_days:
        description:
          - The app gets a new key when the certificate of its active one expires within so many days.
          - The service provider trusts the new key only after it got the new RV(metadata).
        type: int
        required: true
      validity_years:
        description:
          - For how many years a new certificate is good, 2 to 10.
        type: int
        default: 10
seealso:
  - module: qbusiness.federation.iam_federation_provider
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
      description: The name that Okta made of the label.
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
    settings:
      description: Its settings; those of SAML stand in C(sign_on).
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
app_id:
  description: The id of the app.
  returned: when it exists, existed, or would exist
  type: str
  sample: 0oa1gjh63g214q0Hq0g4
app_name:
  description: The name that Okta made of the label; it never changes.
  returned: when it exists, existed, or would exist
  type: str
  sample: example_assistant_1
metadata:
  description: The metadata document, with the certificate of the active key.
  returned: when the app exists, or would exist
  type: str
  sample: <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ...
entity_id:
  description: The issuer of the app's assertions.
  returned: when the app exists, or would exist
  type: str
  sample: http://www.okta.com/exk1gjh63g214q0Hq0g4
sso_url:
  description: The URL where people sign in.
  returned: when the app exists, or would exist
  type: str
  sample: https://example.okta.com/app/example_assistant_1/exk1gjh63g214q0Hq0g4/sso/saml
slo_url:
  description: The URL of single logout.
  returned: when O(slo) is on
  type: str
  sample: https://example.okta.com/app/example_assistant_1/exk1gjh63g214q0Hq0g4/slo/saml
certificates:
  description: The certificates in the metadata; none where only Okta can know them in check mode.
  returned: when the app exists, or would exist
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
  returned: when it exists, existed, or would exist
  type: str
  sample: SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d-F1bm4
acs_endpoints:
  description: The URLs that requests may ask for, each with its number.
  returned: when it exists, existed, or would exist
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
lost:
  description: What went, or would go, with a removed app.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: ["Okta app Assistant (0oa1gjh63g214q0Hq0g4), through which people sign in"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.applications import OPTIONS, apply
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return apply(context)


def main() -> None:
    module = AnsibleModule(
        argument_spec=okta_arguments(STATE, OPTIONS),
        required_one_of=[("app_id", "label")],
        supports_check_mode=True,
    )
    run(module, function)


if __name__ == "__main__":
    main()

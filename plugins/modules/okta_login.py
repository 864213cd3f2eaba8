#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_login
short_description: Sign a test user in at Okta, and check the SAML response or the ID token
version_added: 1.0.0
description:
  - Signs a test user in at Okta with a password and gets what an application would get, the SAML response of a SAML app
    or the ID token of an OpenID Connect app, without a browser. Or takes one that was obtained elsewhere.
  - What it says is compared with O(expect). A SAML response's times are checked, of an ID token the signature against
    the issuer's keys, issuer, client id, times and nonce. The signature of a SAML response is left to STS.
  - The response or token itself is answered only with O(return_credentials).
  - Nothing is changed, but a sign-in leaves traces in Okta (its System Log, a session that is closed again, and after a
    wrong password the lockout counter).
  - The user needs sign-in policies that ask for nothing but a password. Where that cannot be, give O(saml_response) or
    O(id_token).
  - A refused password is never tried again.
author:
  - The qbusiness.federation contributors (@qbusiness)
requirements:
  - requests
  - cryptography (for an OpenID Connect app)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
  - qbusiness.federation.attributes.group_okta
  - qbusiness.federation.login
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what would change, without changing it.
    support: partial
    details:
      - In check mode only the options are checked, since a sign-in leaves traces.
  diff_mode:
    description: Answers what changed, or would change, in diff mode.
    support: none
  action_group:
    description: Use C(group/qbusiness.federation.aws) and C(group/qbusiness.federation.okta) in C(module_defaults) to
      set the connection options once.
    support: full
    membership:
      - qbusiness.federation.aws
      - qbusiness.federation.okta
options:
  saml_binding:
    description:
      - How the request is carried. V(redirect) is deflated, in the query; V(post) is a form field.
    type: str
    choices: [redirect, post]
    default: redirect
  relay_state:
    description:
      - Handed through to the SAML app, which answers it with the response.
    type: str
  expect:
    description:
      - What the response or token should say. What is not given is not compared. All differences are named at once.
    type: dict
    suboptions:
      destination:
        description:
          - The URL to which the SAML response goes, which is the form's action and C(Destination).
        type: str
      recipient:
        description:
          - The recipient that the assertion names.
        type: str
      audience:
        description:
          - An audience that the assertion names.
        type: str
      role_pairs:
        description:
          - Values of the Role attribute that are there, each the role's ARN, a comma and the provider's ARN.
        type: list
        elements: str
      attributes:
        description:
          - Attributes of the assertion by their full names, each with a text or a list of texts.
        type: dict
      email:
        description:
          - The email address that AWS is told, the attribute C(PrincipalTag:Email) or the principal tag C(Email).
        type: str
      tags:
        description:
          - Principal tags of the ID token by their names, each with a text or a list of texts.
        type: dict
      claims:
        description:
          - Further claims of the ID token by their names.
        type: dict
  return_credentials:
    description:
      - Whether to answer the SAML response or the ID token itself. It is a credential, so the task should then have
        C(no_log).
    type: bool
    default: false
  close_session:
    description:
      - Whether to end the session at Okta. Its cookies are forgotten in any case.
    type: bool
    default: true
seealso:
  - module: qbusiness.federation.federation_proof
  - module: qbusiness.federation.federation_session
  - module: qbusiness.federation.okta_app
  - module: qbusiness.federation.okta_client_secret
"""

EXAMPLES = r"""
- name: Check what the SAML app says, with a test user whose name and password are in the environment
  qbusiness.federation.okta_login:
    okta_org_url: https://example.okta.com
    sso_url: "{{ app.sso_url }}"
    expect:
      destination: "{{ experience.saml_acs_url }}"
      role_pairs:
        - arn:aws:iam::123456789012:role/assistant,arn:aws:iam::123456789012:saml-provider/okta
      email: test.user@example.com

- name: Ask for the second application on the same SAML app, as that application would
  qbusiness.federation.okta_login:
    okta_org_url: https://example.okta.com
    sso_url: "{{ app.sso_url }}"
    saml_request:
      acs_index: 1
    return_credentials: true
  no_log: true
  register: login

- name: Get an ID token; the client secret goes from Secrets Manager to Okta and nowhere else
  qbusiness.federation.okta_login:
    okta_org_url: https://example.okta.com
    client_id: "{{ app.client_id }}"
    client_secret_arn: "{{ secret.secret_arn }}"
    authorization_server: default
    redirect_uri: "{{ experience.default_endpoint }}authorization-code/callback"
    return_credentials: true
  no_log: true
  register: login

- name: Check a token that was obtained in a browser, where people need a second factor
  qbusiness.federation.okta_login:
    issuer: https://example.okta.com/oauth2/default
    client_id: 0oa1abcdEFGH2ijkl357
    id_token: "{{ pasted_id_token }}"
    expect:
      email: test.user@example.com
"""

RETURN = r"""
protocol:
  description: V(saml) or V(oidc).
  returned: when the options are right
  type: str
  sample: oidc
checked:
  description: Whether a response or token was there and is as expected. Never true in check mode.
  returned: when the options are right
  type: bool
  sample: true
who:
  description: The person, by the email address that AWS is told, or by another name where that is missing.
  returned: on success, not in check mode
  type: str
  sample: test.user@example.com
session_closed:
  description: Whether the session at Okta was closed again. Null when there was none.
  returned: on success, not in check mode
  type: bool
  sample: true
assertion:
  description: What the assertion claims, its times, and the beginning of its SHA-256. Not the assertion itself.
  returned: with a SAML app, not in check mode
  type: dict
  sample: {recipient: "https://signin.aws.amazon.com/saml", sha256: 2c26b46b68ffc68f}
destination:
  description: Where the SAML response would be posted to. Nobody posted it.
  returned: with a SAML app, not in check mode
  type: str
  sample: https://abcdefgh.chat.qbusiness.us-east-1.on.aws/saml
relay_state:
  description: The relay state that goes with it.
  returned: with a SAML app, not in check mode
  type: str
  sample: ""
token:
  description:
    - What the ID token claims, its times, its principal tags and in which form it has them (V(nested), V(flat), V(both)
      or V(none)), and the beginning of its SHA-256. Not the token itself.
  returned: with an OpenID Connect app, not in check mode
  type: dict
  sample: {issuer: "https://example.okta.com/oauth2/default", tags: {Email: [test.user@example.com]}, tags_form: nested}
saml_response:
  description: The SAML response in base64, unchanged. A credential.
  returned: with a SAML app and O(return_credentials)
  type: str
  sample: PD94bWwg...
id_token:
  description: The ID token. A credential.
  returned: with an OpenID Connect app and O(return_credentials)
  type: str
  sample: eyJraWQi...
layer:
  description: Which part of the way refused.
  returned: on failure, when a layer refused
  type: str
  sample: oidc_authorize
cause:
  description: The cause in one sentence.
  returned: on failure, when a layer refused
  type: str
  sample: No access policy and rule of the authorization server lets this client and user in with these scopes.
next_step:
  description: The next thing to look at.
  returned: on failure, when a layer refused
  type: str
  sample: Add it to the app's grant types.
differences:
  description: Everything that is not as expected.
  returned: on failure, when something is not as expected
  type: list
  elements: str
  sample: ["Recipient is missing, not https://signin.aws.amazon.com/saml"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.login_module import OPTIONS, sign_in_once
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.login_options import GROUP_OPTIONS

ARGUMENTS = {
    "argument_spec": aws_arguments(GROUP_OPTIONS, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return sign_in_once(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: federation_proof
short_description: Prove that people can sign in to an Amazon Q Business application
version_added: 1.0.0
description:
  - Signs a test user in at Okta with a password, fetches the SAML response or the ID token of the app, takes the role
    at STS with it, and asks the application one question with that person's own credentials.
  - O(provider_arn) says which of the two it is.
  - The answer is a record that says for each layer whether it works, and for the first that does not what the cause is
    and where to look next. No secret is in it.
  - Nothing is changed, but a sign-in leaves traces in Okta (its System Log, a session that is closed again, and after a
    wrong password the lockout counter), and the first question of a person may subscribe the person.
  - With SAML the layers are C(okta_sign_in), C(okta_assignment), C(saml_form), C(assertion), C(sts), C(session),
    C(subscription) and C(chat). With OpenID Connect C(oidc_authorize), C(oidc_token) and C(id_token) are in place of
    C(saml_form) and C(assertion), and C(client_secret) comes first where O(client_secret_arn) is given.
  - The user needs sign-in policies that ask for nothing but a password. Where that cannot be, give O(saml_response) or
    O(id_token).
  - A refused password is never tried again.
author:
  - The qbusiness.federation contributors (@qbusiness)
requirements:
  - requests
  - cryptography (for OpenID Connect)
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
  idempotent:
    description: Changes nothing, and says so, when everything is as wanted already.
    support: full
  action_group:
    description: Use C(group/qbusiness.federation.aws) and C(group/qbusiness.federation.okta) in C(module_defaults) to
      set the connection options once.
    support: full
    membership:
      - qbusiness.federation.aws
      - qbusiness.federation.okta
options:
  provider_arn:
    description:
      - The ARN of the SAML provider or of the OpenID Connect provider in IAM. O(issuer) follows from the latter.
    type: str
    required: true
  role_arn:
    description:
      - The ARN of the role that people take.
    type: str
    required: true
  application_id:
    description:
      - The id of the application that is asked.
    type: str
    required: true
  question:
    description:
      - The question.
    type: str
    default: What can you tell me?
  expected_acs_url:
    description:
      - Where the SAML response should be posted to, the web experience's URL with C(/saml). SAML only, and
        not compared when unset.
    type: str
  expected_recipient:
    description:
      - The recipient that the assertion should name. Without it any AWS sign-in endpoint is right. SAML only.
    type: str
  expected_audience:
    description:
      - An audience that the assertion should name. Without it any AWS sign-in endpoint is right. SAML only.
    type: str
  expected_email:
    description:
      - The email address that the assertion or token should carry. Not compared when it is unset.
    type: str
  require_sources:
    description:
      - Whether an answer that rests on no document is a failure.
    type: bool
    default: false
  duration_seconds:
    description:
      - How long the person's session should last, 900 to 43200 seconds. Without it STS's default of one hour.
    type: int
  wait_timeout:
    description:
      - How long refusals are repeated, in seconds, that pass by themselves. STS gives them until a changed role is
        known everywhere, the application until the person is subscribed.
    type: int
    default: 30
  fail_on_error:
    description:
      - Whether the task fails when a layer failed. Otherwise RV(proved) and RV(evidence) say so.
    type: bool
    default: true
seealso:
  - module: qbusiness.federation.okta_login
  - module: qbusiness.federation.okta_app
  - module: qbusiness.federation.iam_federation_role
  - module: qbusiness.federation.qbusiness_web_experience
"""

EXAMPLES = r"""
# OKTA_TEST_USERNAME and OKTA_TEST_PASSWORD are the test user's.
- name: Prove the sign-in by SAML
  qbusiness.federation.federation_proof:
    okta_org_url: https://example.okta.com
    # sso_url of okta_app
    sso_url: https://example.okta.com/app/example_amazonqbusiness_1/exk1abcdefGHIJKLMNO5/sso/saml
    provider_arn: arn:aws:iam::123456789012:saml-provider/okta
    role_arn: arn:aws:iam::123456789012:role/assistant-web-experience
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    # saml_acs_url of qbusiness_web_experience
    expected_acs_url: https://abcd1234.chat.qbusiness.us-east-1.on.aws/saml
    question: Where do I find the travel policy?
    require_sources: true
  register: proof

- name: Prove an application whose people sign in by OpenID Connect
  qbusiness.federation.federation_proof:
    okta_org_url: https://example.okta.com
    client_id: 0oa1abcdefGHIJKLMNO5
    client_secret_arn: arn:aws:secretsmanager:us-east-1:123456789012:secret:qbusiness/assistant/client-secret-AbCdEf
    # oidc_redirect_uri of qbusiness_web_experience
    redirect_uri: https://abcd1234.chat.qbusiness.us-east-1.on.aws/authorization-code/callback
    provider_arn: arn:aws:iam::123456789012:oidc-provider/example.okta.com/oauth2/default
    role_arn: arn:aws:iam::123456789012:role/assistant-web-experience
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
  register: proof

- name: Prove everything behind Okta where people need a second factor
  qbusiness.federation.federation_proof:
    saml_response: "{{ pasted_saml_response }}"
    provider_arn: arn:aws:iam::123456789012:saml-provider/okta
    role_arn: arn:aws:iam::123456789012:role/assistant-web-experience
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    fail_on_error: false
  register: proof
"""

RETURN = r"""
proved:
  description: Whether every layer works. Never true in check mode.
  returned: always
  type: bool
  sample: true
evidence:
  description: The record of the proof. What a layer that was not reached would say is null or empty.
  returned: when the options are right
  type: dict
  contains:
    proved:
      description: Whether every layer works.
      type: bool
      returned: always
      sample: true
    layers:
      description: The layers in order, up to the first that failed.
      type: list
      elements: dict
      returned: always
      contains:
        layer:
          description: Its name.
          type: str
          returned: always
          sample: sts
        ok:
          description: Whether it works.
          type: bool
          returned: always
          sample: true
        detail:
          description: What was seen, or the cause of the failure.
          type: str
          returned: always
          sample: a session until 2026-08-01T10:00:00+00:00
        milliseconds:
          description: How long it took. Layers that one call proves have the same time.
          type: int
          returned: always
          sample: 130
    failed_layer:
      description: The layer that failed.
      type: str
      returned: always
      sample: okta_assignment
    cause:
      description: The cause in one sentence.
      type: str
      returned: always
      sample: The user is not assigned to the app in Okta, or the assignment is in error.
    next_step:
      description: The next thing to look at.
      type: str
      returned: always
      sample: Assign the user, or a group that the user is in, to the app and check the assignment's status.
    cause_key:
      description: The same cause for programs; docs/errors.md lists them.
      type: str
      returned: always
      sample: page.not_assigned
    who:
      description: The person, by the email address that AWS is told, or by the login before that is known.
      type: str
      returned: always
      sample: test.user@example.com
    role_arn:
      description: The role.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/assistant
    provider_arn:
      description: The provider.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:saml-provider/okta
    application_id:
      description: The application.
      type: str
      returned: always
      sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    assertion:
      description: What the assertion claims, its times, and the beginning of its SHA-256. Not the assertion itself.
      type: dict
      returned: always
      sample: {recipient: "https://signin.aws.amazon.com/saml", sha256: 2c26b46b68ffc68f}
    id_token:
      description:
        - What the ID token claims, its times, its principal tags and in which form it has them, and the beginning of
          its SHA-256. Not the token itself.
      type: dict
      returned: always
      sample: {tags: {Email: [test.user@example.com]}, tags_form: nested}
    session:
      description: What STS says about the session, without its credentials.
      type: dict
      returned: always
      sample: {arn: "arn:aws:sts::123456789012:assumed-role/assistant/test.user@example.com"}
    answer:
      description: The beginning of the answer.
      type: str
      returned: always
      sample: The travel policy is on the intranet.
    sources:
      description: The documents that the answer rests on.
      type: list
      elements: dict
      returned: always
      contains:
        title:
          description: Its title.
          type: str
          returned: always
          sample: Travel policy
        url:
          description: Its address.
          type: str
          returned: always
          sample: https://intranet.example.com/travel
    conversation_id:
      description: The id of the conversation.
      type: str
      returned: always
      sample: 5b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d
    session_closed:
      description: Whether the session at Okta was closed again. Null when there was none.
      type: bool
      returned: always
      sample: true
    started:
      description: When the proof began.
      type: str
      returned: always
      sample: "2026-08-01T09:00:00.000Z"
    finished:
      description: When it ended.
      type: str
      returned: always
      sample: "2026-08-01T09:00:02.000Z"
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.login_options import GROUP_OPTIONS
from ansible_collections.qbusiness.federation.plugins.module_utils.proof import OPTIONS, prove

ARGUMENTS = {
    "argument_spec": aws_arguments(GROUP_OPTIONS, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return prove(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: federation_session
short_description: Take a role in a signed-in person's name, and keep the temporary credentials
version_added: 1.0.0
description:
  - Trades an ID token (C(AssumeRoleWithWebIdentity)) or a SAML response (C(AssumeRoleWithSAML)) for temporary AWS
    credentials that carry the person's identity, as Amazon Q Business needs it.
  - Neither call is signed, so no AWS credentials are needed; of the connection options the region, the endpoint and the
    certificate settings count.
  - The credentials can be kept as a profile of a credentials file for the AWS CLI and SDKs, and as variables in a file
    for a shell. Both files get the mode 0600 before the first byte is in them, and are put in place at once and whole.
  - Of a credentials file only the keys, the session token, the end and the region of the one profile are written. Other
    profiles, other members, comments and their order stay as they are, also when several tasks write at the same time.
  - The answer holds no credentials unless O(return_credentials=true).
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what would change, without changing it.
    support: partial
    details:
      - In check mode only the options and the files are checked. No session is opened, and RV(session) is null. The
        options that open it may be missing then, because an earlier task may only have planned to sign in.
  diff_mode:
    description: Answers what changed, or would change, in diff mode.
    support: none
  idempotent:
    description: Changes nothing, and says so, when everything is as wanted already.
    support: none
    details:
      - Each run opens a new session, so that files are written each time. Without files nothing is changed.
notes:
  - With O(return_credentials=true) set C(no_log=true) on the task, or the credentials are in its output. A registered
    variable holds them all the same.
  - A file with credentials is as good as a password until the session ends. Remove it when it is not needed any more.
options:
  id_token:
    description:
      - The ID token of an OpenID Connect app, as the token endpoint of Okta answers it. Not the access token.
      - One of O(id_token) and O(saml_response) is needed.
    type: str
  saml_response:
    description:
      - A SAML response in base64 that is less than five minutes old, as Okta posts it to the application.
    type: str
  provider_arn:
    description:
      - The ARN of the SAML provider in IAM. Needed with O(saml_response).
      - With O(id_token) it is only compared with the token's issuer.
    type: str
  role_arn:
    description:
      - The ARN of the role.
    type: str
    required: true
  session_name:
    description:
      - The name of the session, with O(id_token). Without it the person's email, in which what STS does not take
        becomes a hyphen.
      - With O(saml_response) the assertion says it.
    type: str
  duration_seconds:
    description:
      - How long the session lasts, 900 to 43200 seconds and no longer than the role allows. Without it STS's default of
        one hour.
    type: int
  policy:
    description:
      - A session policy. The session may do what both it and the role's own policies allow.
    type: dict
  profile_name:
    description:
      - The profile that the credentials are written to.
      - A profile that holds keys without an end, or that gets its keys in another way (C(role_arn),
        C(credential_process), SSO), is not written over unless O(force=true).
    type: str
  credentials_file:
    description:
      - The credentials file, with O(profile_name). Without it the file in E(AWS_SHARED_CREDENTIALS_FILE), or
        C(~/.aws/credentials).
    type: path
  env_file:
    description:
      - A file of C(export) lines for a POSIX shell, to be read with C(. FILE). It holds the region too when that is
        known.
      - A file that this module did not write is not written over unless O(force=true).
    type: path
  force:
    description:
      - Whether a profile with other keys, or a file that this module did not write, is written over.
    type: bool
    default: false
  return_credentials:
    description:
      - Whether the answer holds the credentials.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long refusals are repeated, in seconds, that pass when IAM has carried a change to everywhere.
    type: int
    default: 30
seealso:
  - module: qbusiness.federation.okta_login
  - module: qbusiness.federation.iam_federation_role
  - module: qbusiness.federation.qbusiness_chat
"""

EXAMPLES = r"""
- name: Keep a person's credentials for a shell
  qbusiness.federation.federation_session:
    id_token: "{{ id_token_from_okta }}"
    role_arn: arn:aws:iam::123456789012:role/assistants-api
    env_file: ~/.assistant.env

- name: Keep them as a profile of the AWS CLI
  qbusiness.federation.federation_session:
    saml_response: "{{ saml_response_from_okta }}"
    provider_arn: arn:aws:iam::123456789012:saml-provider/okta
    role_arn: arn:aws:iam::123456789012:role/assistants-api
    profile_name: assistant
    region: us-east-1

- name: Use them in the next task, for a quarter of an hour and for nothing but questions
  qbusiness.federation.federation_session:
    id_token: "{{ id_token_from_okta }}"
    role_arn: arn:aws:iam::123456789012:role/assistants-api
    duration_seconds: 900
    policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Action: qbusiness:ChatSync
          Resource: "*"
    return_credentials: true
  register: person
  no_log: true
"""

RETURN = r"""
session:
  description: The session. Null in check mode.
  returned: always
  type: dict
  contains:
    arn:
      description: The ARN that the credentials speak for.
      type: str
      returned: always
      sample: arn:aws:sts::123456789012:assumed-role/assistants-api/ann@example.com
    session_name:
      description: The session's name.
      type: str
      returned: always
      sample: ann@example.com
    issuer:
      description: Who vouched for the person; with an ID token the ARN of the provider.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:oidc-provider/example.okta.com/oauth2/default
    audience:
      description: Whom the token or assertion was made for.
      type: str
      returned: always
      sample: 0oa1abcdefGHIJKLMNO5
    subject:
      description: The person, as the issuer names them.
      type: str
      returned: always
      sample: 00u1abcdefGHIJKLMNO5
    expires:
      description: When the session ends.
      type: str
      returned: always
      sample: "2026-01-31T13:00:00+00:00"
    region:
      description: The region that was written into the files; empty when none is known.
      type: str
      returned: always
      sample: us-east-1
credentials:
  description: The temporary credentials.
  returned: with O(return_credentials=true), not in check mode
  type: dict
  contains:
    access_key_id:
      description: The id of the access key.
      type: str
      returned: always
      sample: ASIAEXAMPLEEXAMPLE12
    secret_access_key:
      description: The secret access key.
      type: str
      returned: always
      sample: a secret text
    session_token:
      description: The session token.
      type: str
      returned: always
      sample: a long secret text
    expiration:
      description: When they end.
      type: str
      returned: always
      sample: "2026-01-31T13:00:00+00:00"
profile_name:
  description: The profile.
  returned: with O(profile_name)
  type: str
  sample: assistant
credentials_file:
  description: The credentials file with the profile.
  returned: with O(profile_name)
  type: str
  sample: /home/ann/.aws/credentials
env_file:
  description: The file for a shell.
  returned: with O(env_file)
  type: str
  sample: /home/ann/.assistant.env
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.open_session import OPTIONS, open_session

ARGUMENTS = {
    "argument_spec": aws_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return open_session(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

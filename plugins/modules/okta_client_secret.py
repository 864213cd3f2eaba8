#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_client_secret
short_description: Bring the client secret of an Okta app into AWS Secrets Manager, and rotate it
version_added: 1.0.0
description:
  - Reads the client secret of an OpenID Connect app from Okta and stores it in Secrets Manager, as JSON with the key
    C(client_secret). All of that is done inside the module; no answer, diff, warning or log ever holds a secret.
  - A later run compares what is stored with what Okta lists, and changes nothing while the stored one is active there.
    Where it is not, the newest active one is stored; where there is none, one is made.
  - A rotation makes a second client secret beside the old one, stores it as C(AWSPENDING), proves it by a token
    request to the org that signs nobody in, makes it C(AWSCURRENT), and only then deactivates the old one, which a
    later run deletes. When the proof fails, everything is as it was before.
  - A run that was cut off anywhere is finished by the next.
  - Of two active client secrets the stored one stays. The other one is left alone, with a warning, until a rotation
    needs its place; Okta keeps two at most.
  - Other keys of the stored JSON are kept. A secret of this name that is scheduled for deletion is restored.
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
  idempotent:
    support: partial
    details:
      - With O(rotate=always) each run rotates.
options:
  state:
    description:
      - V(present) stores the client secret and keeps it the one that Okta takes.
      - V(absent) schedules the secret in Secrets Manager for deletion. The client secret itself stays, because it
        belongs to the app. It fails while a web experience of the region reads the secret, unless O(force=true); in
        check mode that is a warning.
    type: str
    choices: [present, absent]
    default: present
  app_id:
    description:
      - The id of the OpenID Connect app in Okta. Its C(token_endpoint_auth_method) must be C(client_secret_basic) or
        C(client_secret_post).
    type: str
    required: true
  secret_name:
    description:
      - The name of the secret in Secrets Manager.
    type: str
    required: true
  description:
    description:
      - A description. An empty text clears it.
    type: str
  kms_key_id:
    description:
      - The key that encrypts the secret, as id, ARN or alias. An empty text goes back to the key that AWS manages.
    type: str
  rotate:
    description:
      - V(always) rotates the client secret in each run. A run that stores it for the first time, or anew, does not.
    type: str
    choices: [never, always]
    default: never
  rotate_after_days:
    description:
      - Rotate the client secret when Okta made it so many days ago. Without it, never by age.
      - Where the app has another active client secret, which may be somebody's, a rotation by age is left with a
        warning; O(rotate=always) makes room for the new one.
    type: int
  delete_inactive_after_days:
    description:
      - Delete an inactive client secret of the app when it has been inactive for so many days. A rotation deletes it
        before, because it needs the place.
    type: int
    default: 7
  recovery_window_days:
    description:
      - With O(state=absent) how many days the secret can still be restored, 7 to 30. Without it 30.
    type: int
  force_delete:
    description:
      - With O(state=absent) delete the secret at once, also one that is scheduled for deletion.
    type: bool
    default: false
  force:
    description:
      - With O(state=absent) do not look whether a web experience reads the secret.
    type: bool
    default: false
notes:
  - A service app needs the scope C(okta.apps.manage).
  - "In AWS it takes C(secretsmanager:DescribeSecret), C(GetSecretValue), C(CreateSecret), C(PutSecretValue),
    C(UpdateSecret), C(UpdateSecretVersionStage), C(RestoreSecret), C(DeleteSecret), C(TagResource) and
    C(UntagResource); to remove, C(qbusiness:ListApplications), C(ListWebExperiences) and C(GetWebExperience)."
seealso:
  - module: qbusiness.federation.okta_app
  - module: qbusiness.federation.iam_federation_role
  - module: qbusiness.federation.qbusiness_web_experience
"""

EXAMPLES = r"""
- name: Store the client secret
  qbusiness.federation.okta_client_secret:
    app_id: "{{ app.app_id }}"
    secret_name: assistant/okta
    kms_key_id: alias/assistant
    tags:
      team: knowledge
  register: secret

- name: Rotate it every quarter
  qbusiness.federation.okta_client_secret:
    app_id: "{{ app.app_id }}"
    secret_name: assistant/okta
    rotate_after_days: 90

- name: Rotate it now
  qbusiness.federation.okta_client_secret:
    app_id: "{{ app.app_id }}"
    secret_name: assistant/okta
    rotate: always

- name: Remove it, with a week to think again
  qbusiness.federation.okta_client_secret:
    app_id: "{{ app.app_id }}"
    secret_name: assistant/okta
    recovery_window_days: 7
    state: absent
"""

RETURN = r"""
secret:
  description: The secret in Secrets Manager and the client secrets of the app. Holds no value of any of them.
  returned: when it exists, or would exist
  type: dict
  contains:
    arn:
      description: Its ARN; a placeholder in check mode when it does not exist yet.
      type: str
      returned: always
      sample: arn:aws:secretsmanager:us-east-1:123456789012:secret:assistant/okta-a1b2c3
    name:
      description: Its name.
      type: str
      returned: always
      sample: assistant/okta
    description:
      description: Its description.
      type: str
      returned: always
      sample: ""
    kms_key_id:
      description: The key that encrypts it.
      type: str
      returned: always
      sample: alias/aws/secretsmanager
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"team": "knowledge"}
    deletion_date:
      description: When it is deleted for good, if it is scheduled for that.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00+00:00"
    app_id:
      description: The id of the app.
      type: str
      returned: always
      sample: 0oaexampleexample123
    client_secret_id:
      description: The id of the client secret that is stored; null when it is none of the app's.
      type: str
      returned: always
      sample: ocsexampleexample123
    client_secrets:
      description: The client secrets of the app, the newest first.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: Its id.
          type: str
          returned: always
          sample: ocsexampleexample123
        status:
          description: Whether Okta takes it.
          type: str
          returned: always
          sample: ACTIVE
        created:
          description: When it was made.
          type: str
          returned: always
          sample: "2026-01-31T12:00:00+00:00"
        last_updated:
          description: When it was changed last.
          type: str
          returned: always
          sample: "2026-01-31T12:00:00+00:00"
secret_arn:
  description: The ARN of the secret.
  returned: when it exists, existed, or would exist
  type: str
  sample: arn:aws:secretsmanager:us-east-1:123456789012:secret:assistant/okta-a1b2c3
secret_name:
  description: The name of the secret.
  returned: when it exists, existed, or would exist
  type: str
  sample: assistant/okta
client_secret_id:
  description: The id of the client secret that is stored, or would be.
  returned: with O(state=present)
  type: str
  sample: ocsexampleexample123
rotated:
  description: Whether the client secret was rotated, or a rotation finished, or would be.
  returned: with O(state=present)
  type: bool
  sample: false
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateSecret]
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
  description: What went, or would go, with a removed secret.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: [the client secret itself stays, it belongs to the Okta app]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.client_secret import OPTIONS, apply

ARGUMENTS = {
    "argument_spec": aws_arguments(okta_arguments(), STATE, TAGS, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return apply(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

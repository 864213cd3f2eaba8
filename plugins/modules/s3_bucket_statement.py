#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: s3_bucket_statement
short_description: Keep one statement of an S3 bucket policy
version_added: 1.0.0
description:
  - Puts one statement into the policy of an S3 bucket, changes it, or takes it out. It is known by its O(sid); every
    other statement stays as it is.
  - The policy is read, changed and written back whole, because S3 knows no other way. A statement that
    somebody else writes over is put back; still, give tasks of several hosts for one bucket C(throttle=1).
  - Amazon Q Business reads the files of a theme from a private bucket through such a statement.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
options:
  state:
    description:
      - V(present) puts the statement into the policy, or changes it there.
      - V(absent) takes it out, and removes the policy when nothing else is in it.
    type: str
    choices: [present, absent]
    default: present
  bucket:
    description:
      - The name of the bucket. It must exist; in check mode it may be one that an earlier task would make.
    type: str
    required: true
  sid:
    description:
      - The C(Sid) of the statement, letters and digits.
    type: str
    required: true
  statement:
    description:
      - The statement without its C(Sid), in IAM's own spelling. Needed with O(state=present).
    type: dict
seealso:
  - module: qbusiness.federation.qbusiness_web_experience
"""

EXAMPLES = r"""
- name: Let the web experience read its theme
  qbusiness.federation.s3_bucket_statement:
    bucket: theme-bucket
    sid: QBusinessTheme
    statement:
      Effect: Allow
      Principal:
        Service: application.qbusiness.amazonaws.com
      Action: ["s3:GetObject"]
      Resource: ["arn:aws:s3:::theme-bucket/theme.css"]
      Condition:
        StringLike:
          aws:Referer: ["abcdefgh.chat.qbusiness.us-east-1.on.aws"]
        Bool:
          aws:SecureTransport: "true"

- name: Take the statement out
  qbusiness.federation.s3_bucket_statement:
    bucket: theme-bucket
    sid: QBusinessTheme
    state: absent
"""

RETURN = r"""
statement:
  description: The statement as it is, or would be, in the policy.
  returned: with O(state=present)
  type: dict
  contains:
    bucket:
      description: The name of the bucket.
      type: str
      returned: always
      sample: theme-bucket
    sid:
      description: The Sid of the statement.
      type: str
      returned: always
      sample: QBusinessTheme
    document:
      description: The statement in IAM's own spelling.
      type: dict
      returned: always
      sample: {"Sid": "QBusinessTheme", "Effect": "Allow"}
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [PutBucketPolicy]
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
  description: What went, or would go, with a removed statement.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: [statement QBusinessTheme of the policy of bucket theme-bucket]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.bucket_statement import OPTIONS, manage

ARGUMENTS = {
    "argument_spec": aws_arguments(STATE, OPTIONS),
    "required_if": [("state", "present", ["statement"])],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return manage(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

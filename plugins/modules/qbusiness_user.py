#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_user
short_description: Manage a user of an Amazon Q Business application, and the user's aliases
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes a user, with the names under which data sources know the person (aliases). With
    them documents of a source that knows other names than e-mail addresses are shown to the right people.
  - What is there is read with C(GetUser), which shows aliases and nothing else. An alias is known by its index and its
    data source, both, one, or none of them (then it is for the whole application).
  - E-mail addresses are compared as the service does, without regard to small and capital letters and to a
    sub-address; C(Anna+hr@example.com) is C(anna@example.com). An alias that is no address is compared exactly.
  - Users also come into being by themselves, by connectors that crawl identities and by people who sign in. No
    operation lists them, so only the user that is named is looked at.
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
      - V(present) makes the user, or adopts the one that is there, and changes aliases that differ.
      - V(absent) removes the user with all aliases.
    type: str
    choices: [present, absent]
    default: present
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  user_id:
    description:
      - The e-mail address of the user.
    type: str
    required: true
  user_aliases:
    description:
      - The aliases that the user has to have, at most 100, one for each index and data source. Without this option
        aliases are left as they are.
    type: list
    elements: dict
    suboptions:
      user_id:
        description:
          - The name of the person there.
        type: str
        required: true
      index_id:
        description:
          - The id of the index that the alias is for.
        type: str
      data_source_id:
        description:
          - The id of the data source that the alias is for.
        type: str
  purge_aliases:
    description:
      - Whether aliases that are not in O(user_aliases) are removed, those that others gave, too. Needs
        O(user_aliases); V([]) there removes all.
    type: bool
    default: false
notes:
  - When an address goes to another person, remove the user first and make it anew. A user that is adopted keeps what
    the service knows of the former one.
seealso:
  - module: qbusiness.federation.qbusiness_group
"""

EXAMPLES = r"""
- name: Anna, as the wiki knows her
  qbusiness.federation.qbusiness_user:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    user_id: anna@example.com
    user_aliases:
      - user_id: ANNA.MILLER
        index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
        data_source_id: 3b1c4d5e-2f3a-4b5c-8d9e-8f7a6b5c4d3e
    purge_aliases: true

- name: Remove somebody who left
  qbusiness.federation.qbusiness_user:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    user_id: ben@example.com
    state: absent
"""

RETURN = r"""
user:
  description: The user as the service shows it.
  returned: when it exists, or would exist
  type: dict
  contains:
    user_id:
      description: The e-mail address, as it was given.
      type: str
      returned: always
      sample: anna@example.com
    user_aliases:
      description: The aliases, each with C(user_id), and C(index_id) and C(data_source_id) where it has them.
      type: list
      elements: dict
      returned: always
      sample: [{"user_id": "ANNA.MILLER", "index_id": "2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"}]
user_id:
  description: The e-mail address of the user, as it was given.
  returned: when it exists, existed, or would exist
  type: str
  sample: anna@example.com
application_id:
  description: The id of the application.
  returned: when it exists, existed, or would exist
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [UpdateUser]
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
  description: What went, or would go, with it.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: ["user anna@example.com with 1 alias"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.user import OPTIONS, manage

ARGUMENTS = {
    "argument_spec": aws_arguments(STATE, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return manage(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

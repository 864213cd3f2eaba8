#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_group_info
short_description: Read groups of an Okta org and their members
version_added: 1.0.0
description:
  - Reads groups by id, by exactly their name, or all of them, over all pages; and their members.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - qbusiness.federation.okta
  - qbusiness.federation.attributes.info
  - qbusiness.federation.attributes.group_okta
options:
  group_id:
    description:
      - The id of the group to read.
    type: str
  name:
    description:
      - Read only groups of exactly this name. Groups of different types may share one.
    type: str
  include_members:
    description:
      - Whether to read the members of each group. It costs one more call for each, and more where there are many.
    type: bool
    default: false
seealso:
  - module: qbusiness.federation.okta_app
"""

EXAMPLES = r"""
- name: Read who is in a group
  qbusiness.federation.okta_group_info:
    name: Knowledge workers
    include_members: true
  register: found

- name: Show their email addresses
  ansible.builtin.debug:
    msg: "{{ found.groups[0].members | map(attribute='email') }}"
"""

RETURN = r"""
groups:
  description: What was found; empty when there is nothing.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      returned: always
      sample: "00g1gjh63g214q0Hq0g4"
    name:
      description: Its name.
      type: str
      returned: always
      sample: "Knowledge workers"
    description:
      description: Its description; empty when it has none.
      type: str
      returned: always
      sample: "Everybody who asks"
    type:
      description: Whether it is V(OKTA_GROUP), V(APP_GROUP) (of a directory) or V(BUILT_IN).
      type: str
      returned: always
      sample: "OKTA_GROUP"
    created:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.000Z"
    last_membership_updated:
      description: When somebody was added or taken out last.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.000Z"
    members:
      description: >-
        Its members, in the order of their logins; each with id, login, email, first and last name, and status.
      type: list
      elements: dict
      returned: with O(include_members)
      sample:
        - id: 00u1gjh63g214q0Hq0g4
          login: ann@example.com
          email: ann@example.com
          first_name: Ann
          last_name: Example
          status: ACTIVE
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.group_info import OPTIONS, groups

ARGUMENTS = {
    "argument_spec": okta_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return groups(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: federation_summary
short_description: Show what a run did, and where people go now
version_added: 2.0.0
description:
  - The last task of the playbooks of this collection. It shows each application with its status and the URL of its web
    experience, each identity with its app and provider, what changed by object, what needs attention and what to do
    next.
    In check mode it shows what would be created, changed and deleted.
  - It reads the results that the roles register, and asks no service.
  - It runs in the controller, once for all hosts, so it needs C(run_once).
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - qbusiness.federation.attributes
attributes:
  check_mode:
    details: It only reads.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  fail_on_differences:
    description: Fail when anything changed, or would change, and name the fields.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what the run did and where people go now
  qbusiness.federation.federation_summary:
  run_once: true
"""

RETURN = r"""
summary:
  description: The lines that were shown.
  returned: always
  type: list
  elements: str
  sample: ["Applications:", "  assistant: ACTIVE https://abcd1234.chat.qbusiness.us-east-1.on.aws/"]
differences:
  description:
    - The fields that changed, or in check mode would change, the trust of foreign accounts first. Each with the host,
      the object,
      the field, the value of the inventory and the live one.
  returned: always
  type: list
  elements: dict
  sample: []
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run

ARGUMENTS = {
    "argument_spec": {"fail_on_differences": {"type": "bool", "default": False}},
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does outside the controller: it has no results there."""
    raise InputError(["federation_summary: runs in the controller alone, which has the results of the run"])


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()

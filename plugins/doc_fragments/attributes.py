# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of what each module supports."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what would change, without changing it.
    support: full
  diff_mode:
    description: Answers what changed, or would change, in diff mode.
    support: full
  idempotent:
    description: Changes nothing, and says so, when everything is as wanted already.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode); it only reads.
    support: full
  diff_mode:
    description: Answers what changed, or would change, in diff mode.
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    description: Changes nothing, and says so, when everything is as wanted already.
    support: full
"""

    GROUP_AWS = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/qbusiness.federation.aws) in C(module_defaults) to set the connection options once.
    support: full
    membership:
      - qbusiness.federation.aws
"""

    GROUP_OKTA = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/qbusiness.federation.okta) in C(module_defaults) to set the connection options once.
    support: full
    membership:
      - qbusiness.federation.okta
"""

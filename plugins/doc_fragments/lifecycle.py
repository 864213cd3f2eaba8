# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that every resource with a life cycle has."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) makes the object, adopts it when it exists, and changes what differs.
      - V(absent) removes it; the answer RV(ignore:lost) names what goes with it.
    type: str
    choices: [present, absent]
    default: present
  wait:
    description:
      - Whether to wait until the object has reached the state that was asked for.
      - Steps that need the one before (an update that must follow a creation) are waited for in any case.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 1800
"""

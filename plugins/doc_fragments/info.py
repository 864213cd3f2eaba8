# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that modules which only read have in common."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
notes:
  - An object that does not exist, or whose parent does not exist, is no error; the list is empty then.
"""

    TAGS = r"""
options:
  include_tags:
    description:
      - Whether to read the tags of each object, too. It costs one more call for each.
    type: bool
    default: false
"""

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say what a run did. Runs in the controller alone."""

from __future__ import annotations

from ..modules import federation_summary
from ..plugin_utils.summarizing import Summarize


class ActionModule(Summarize):
    module = federation_summary

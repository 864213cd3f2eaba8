# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the federations of an inventory once, and decide what its hosts mean. Runs in the controller alone."""

from __future__ import annotations

from ..modules import federation_resolve
from ..plugin_utils.resolving import Resolve


class ActionModule(Resolve):
    module = federation_resolve
    services = ("sts", "secretsmanager")

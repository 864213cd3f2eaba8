# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..modules import qbusiness_datasource_sync
from ..plugin_utils.controller import Controller


class ActionModule(Controller):
    module = qbusiness_datasource_sync
    services = ("s3",)
    # Jobs that run are never kept, so that what is read here is of one that is over.
    answered = True

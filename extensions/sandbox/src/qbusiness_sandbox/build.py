# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the whole cloud together."""

from __future__ import annotations

from importlib import import_module

from qbusiness_sandbox.cloud import ACCOUNT_ID, REGION, Cloud

#: The rooms by name: module and class.
ROOMS = {
    "aws": ("qbusiness_sandbox.aws.front", "AwsRoom"),
    "okta": ("qbusiness_sandbox.okta.room", "OktaRoom"),
    "web": ("qbusiness_sandbox.web.room", "WebRoom"),
}


def build(account_id: str = ACCOUNT_ID, region: str = REGION) -> Cloud:
    """A cloud with all of its rooms, in their initial state.

    ``account_id``: twelve digits. ``region``: the one region that the cloud is in.
    """
    cloud = Cloud(account_id=account_id, region=region)
    for name, (module, class_name) in ROOMS.items():
        try:
            room = getattr(import_module(module), class_name)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            continue
        cloud.rooms[name] = room(cloud)
    return cloud

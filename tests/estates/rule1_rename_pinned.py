#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 1: with its id in the inventory, a new display name renames the application, and makes nothing."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
host = application_host(live, qbusiness_application_id=live.id, qbusiness_application_display_name="staff-assistant")
publish({"corp": identity_host(identity)}, {"assistant": host}, made=["staff-assistant"], removed=["assistant"])

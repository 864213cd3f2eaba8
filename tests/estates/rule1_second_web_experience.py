#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 1: a SAML app's sign-on URL is never taken from a live web experience by a second application."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
new = {
    "qbusiness_identity": "corp",
    "qbusiness_application_display_name": "helpdesk",
    "qbusiness_application_create": True,
}
publish(
    {"corp": identity_host(identity)},
    {"assistant": application_host(live), "helpdesk": new},
    refused=["helpdesk"],
    message=["assistant", "qbusiness_application_url"],
    unchanged=True,
)

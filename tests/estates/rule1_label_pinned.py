#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 1: with its id in the inventory, a changed label renames the Okta app."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
publish(
    {"corp": identity_host(identity, okta_saml_app_label="Ask the company", okta_app_id=identity.app)},
    {"assistant": application_host(live)},
    made=["Ask the company"],
    removed=[identity.label],
)

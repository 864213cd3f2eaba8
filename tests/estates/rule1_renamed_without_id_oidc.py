#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 1, by OpenID Connect: a new display name without an id is refused, and touches the Okta app no more."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
live = consoles.application(identity, "handbook", sources=consoles.policies())
host = application_host(live, qbusiness_application_display_name="staff-handbook")
publish(
    {"corp": identity_host(identity)},
    {"renamed": host},
    refused=["renamed"],
    message=["qbusiness_application_id", "qbusiness_application_create", live.id],
    unchanged=True,
)

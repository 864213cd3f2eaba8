#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 6: two hosts that mean one application of one account are refused, both by name."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
live = consoles.application(identity, "handbook", sources=consoles.policies())
first = application_host(live, qbusiness_web_experience_title="First")
second = application_host(live, qbusiness_web_experience_title="Second")
publish(
    {"corp": identity_host(identity)},
    {"first-host": first, "second-host": second},
    refused=["first-host", "second-host"],
    message=["handbook", "qbusiness_application_display_name"],
    unchanged=True,
)

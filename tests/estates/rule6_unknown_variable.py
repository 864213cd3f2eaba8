#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 6: a misspelt variable with a role's prefix is refused, and the near name is suggested."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
publish(
    {"corp": identity_host(identity)},
    {"assistant": application_host(live, qbusiness_aplication_subscription_tier="Q_LITE")},
    refused=["assistant"],
    message=["qbusiness_aplication_subscription_tier", "qbusiness_application_subscription_tier"],
    unchanged=True,
)

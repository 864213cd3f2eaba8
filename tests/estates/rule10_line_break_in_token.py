#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 10: an AWS session token with a line break is refused, and not printed."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

#: No token of any account.
FIRST, SECOND = "FwoGEstateSecretTokenFirstHalf0123456789", "EstateSecretTokenSecondHalf9876543210"

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
publish(
    {"corp": identity_host(identity)},
    {"assistant": application_host(live)},
    environment={"AWS_SESSION_TOKEN": f"{FIRST}\n{SECOND}"},
    fails=True,
    message=["AWS_SESSION_TOKEN"],
    never_says=[FIRST, SECOND],
    unchanged=True,
)

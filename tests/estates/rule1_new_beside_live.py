#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 1: an explicit yes makes a second application on the same app of Okta, and leaves the first as it is."""

from __future__ import annotations

from consoles import Consoles, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
live = consoles.application(identity, "handbook", sources=consoles.policies())
new = {
    "qbusiness_identity": "corp",
    "qbusiness_application_display_name": "helpdesk",
    "qbusiness_application_subscription_tier": "Q_LITE",
    "qbusiness_application_create": True,
}
publish(
    {"corp": identity_host(identity)},
    {"helpdesk": new},
    made=["helpdesk"],
    says=["handbook"],
    untouched=[live.id, live.index, live.retriever, live.experience, live.role, *live.sources.values()],
)

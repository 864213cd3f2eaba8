#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 8: `qbusiness_application_state: absent` without the confirmation names the losses, and removes nothing."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
kept = consoles.application(identity, "handbook", sources=consoles.policies())
live = consoles.application(identity, "canteen")
publish(
    {"corp": identity_host(identity)},
    {
        "handbook": application_host(kept),
        "canteen": application_host(live, qbusiness_application_state="absent"),
    },
    says=["canteen", "qbusiness_remove_confirm"],
    untouched=["*"],
)

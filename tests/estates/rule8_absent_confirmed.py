#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 8: with the confirmation the application is removed, and the one beside it stays as it is."""

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
    arguments=["-e", "qbusiness_remove_confirm=yes"],
    removed=["canteen"],
    # The redirect URI of the web experience that is removed.
    changes=["Okta app * settings.oauthClient.redirect_uris*"],
    # Roles made by hand carry what is not the collection's: they stay, and the run says so.
    says=["canteen", "corp-canteen-people", "corp-canteen-secret-reader"],
    untouched=[kept.id, kept.experience, kept.index, kept.role, *kept.sources.values()],
)

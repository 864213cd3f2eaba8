#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 3, by OpenID Connect: foreign redirect URIs, client ids, grants and server policies stay."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
live = consoles.application(identity, "handbook", sources=consoles.policies())
uris = ["https://wiki.corp.example/callback", f"{live.url}authorization-code/callback"]
consoles.okta.redirect_uris(
    identity.app,
    uris,
    grant_types=["authorization_code", "refresh_token"],
    post_logout_redirect_uris=["https://wiki.corp.example/bye"],
)
publish({"corp": identity_host(identity)}, {"handbook": application_host(live)}, untouched=["*"])

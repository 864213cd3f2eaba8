#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 10: with the org's URL and the token swapped, nothing is sent, and the token is not printed."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

#: No token of any org.
TOKEN = "00Estate-Secret_Token_0123456789-abcdefgh"

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
publish(
    {"corp": identity_host(identity)},
    {"assistant": application_host(live)},
    environment={"OKTA_CLIENT_ORGURL": TOKEN, "OKTA_CLIENT_TOKEN": consoles.okta.org},
    fails=True,
    message=["OKTA_CLIENT_ORGURL"],
    never_says=[TOKEN],
    unchanged=True,
)

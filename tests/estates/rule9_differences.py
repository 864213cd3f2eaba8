#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 9: `differences` names object, field, both values, and trust to a foreign account first."""

from __future__ import annotations

from aws_console import foreign_trust
from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies(), trust=[foreign_trust()])
host = application_host(live, qbusiness_web_experience_title="Ask the staff office")
publish(
    {"corp": identity_host(identity)},
    {"assistant": host},
    playbooks=["differences"],
    arguments=["--check"],
    refused=["assistant"],
    message=["title", "Ask the staff office", "Ask assistant", "210987654321"],
    unchanged=True,
)

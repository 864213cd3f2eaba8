#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 2: with two indices and no name that fits, the run stops and asks for one by name."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
consoles.aws.index(live.id, "archive-documents", type="STARTER")
publish(
    {"corp": identity_host(identity)},
    {"assistant": application_host(live)},
    refused=["assistant"],
    message=["assistant-documents", "archive-documents", "qbusiness_knowledge_index_id"],
    unchanged=True,
)

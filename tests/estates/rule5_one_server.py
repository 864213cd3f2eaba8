#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 5: ten identities on one authorization server and one IAM provider, ten at a time: all are there after one run.

A client and a policy of others stand there already."""

from __future__ import annotations

from consoles import Consoles, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
live = consoles.application(identity, "handbook", sources=consoles.policies())
names = [f"team-{number}" for number in range(10)]
hosts = {name: {"okta_oidc_app_label": f"Knowledge of {name}"} for name in names}
publish(
    {"corp": identity_host(identity), **hosts},
    {"handbook": {"qbusiness_identity": "corp", "qbusiness_application_display_name": live.name}},
    arguments=["--forks", "10"],
    made=[str(host["okta_oidc_app_label"]) for host in hosts.values()],
    untouched=[live.id, live.experience, live.role],
)

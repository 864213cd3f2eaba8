#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 7: `…_role_manage: false` looks the roles up, and writes none of them."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.oidc()
live = consoles.application(identity, "handbook", sources=consoles.policies())
for name in ("corp-handbook-people", "corp-handbook-reader"):
    # less than the roles would give it, and enough to ask
    consoles.aws.iam.tag_role(RoleName=name, Tags=[{"Key": "managed-by", "Value": "security-team"}])
host = application_host(
    live,
    qbusiness_application_role_manage=False,
    qbusiness_knowledge_role_manage=False,
    qbusiness_web_experience_secrets_role_manage=False,
    qbusiness_application_role_name="corp-handbook-people",
    qbusiness_knowledge_role_name="corp-handbook-reader",
    qbusiness_web_experience_secrets_role_name="corp-handbook-secret-reader",
    qbusiness_application_citations=True,
)
publish({"corp": identity_host(identity)}, {"handbook": host}, untouched=["corp-handbook-*"])

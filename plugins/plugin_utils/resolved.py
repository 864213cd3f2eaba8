# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``federation_resolve`` found for a host, and the names that new objects get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Names of new objects, by the variable that sets another. ``{0}`` is the display name of the application.
NAMES = {
    "qbusiness_application_role_name": "{0}-web-experience",
    "qbusiness_api_client_role_name": "{0}-api-client",
    "qbusiness_knowledge_index_name": "{0}-index",
    "qbusiness_knowledge_retriever_name": "{0}-retriever",
    "qbusiness_knowledge_role_name": "{0}-knowledge",
    "qbusiness_web_experience_secrets_role_name": "{0}-client-secret",
}
SECRET = "okta_client_secret_name"
#: How variables end that say whether a role is written.
MANAGE = "_role_manage"


def new_name(variable: str, of: str) -> str:
    """Return the name of a new object.

    :param variable: the one that sets another name
    :param of: the display name of the application, or for the client secret the label of the Okta app
    """
    if variable == SECRET:
        return f"qbusiness/{re.sub('[^a-z0-9/_+=.@-]+', '-', of.lower()) or 'okta'}/client-secret"
    return NAMES[variable].format(of) if variable in NAMES else ""


def resolved(federation: Mapping[str, Any], host: str, variable: str, of: Any = "") -> Any:
    """Return what a variable that is not set stands for: the live object, or the name of a new one."""
    found = ((federation.get("hosts") or {}).get(host) or {}).get("variables") or {}
    if variable.endswith(MANAGE):
        return found.get(variable, True)
    return found[variable] if variable in found else new_name(variable, str(of or ""))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of new objects, where the inventory sets none."""

from __future__ import annotations

import re

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


def new_name(variable: str, of: str) -> str:
    """Return the name of a new object.

    :param variable: the one that sets another name
    :param of: the display name of the application, or for the client secret the label of the Okta app
    """
    if variable == SECRET:
        return f"qbusiness/{re.sub('[^a-z0-9/_+=.@-]+', '-', of.lower()) or 'okta'}/client-secret"
    return NAMES[variable].format(of) if variable in NAMES else ""

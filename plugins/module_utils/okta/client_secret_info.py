# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of the client secrets of an Okta app and of the secret that holds one, without any value.

Okta lists the values along (recorded ``sdk_client_secret_lifecycle``): they go into ``context.secrets`` and no further.
Secrets Manager is asked for a description only.
"""

from __future__ import annotations

from typing import Any

from ..aws import Aws, tolerating
from ..host import Context
from ..placeholder import is_placeholder
from . import client_secret_decision as decision_of
from .client_secret import client_secret_view
from .client_secret_store import PENDING, SERVICE, described
from .errors import NOT_FOUND
from .scopes import session_with

OPTIONS: dict[str, Any] = {
    "app_id": {"type": "str", "required": True},
    "secret_name": {"type": "str", "no_log": False},
}
_DATES = (
    ("created_date", "CreatedDate"),
    ("last_changed_date", "LastChangedDate"),
    ("last_accessed_date", "LastAccessedDate"),
)


def client_secrets(context: Context) -> dict[str, Any]:
    """What the module ``okta_client_secret_info`` does.

    :raises ServiceError: Okta or Secrets Manager refuses
    """
    app_id = str(context.parameters["app_id"])
    listed: list[decision_of.ClientSecret] = []
    if not is_placeholder(app_id):
        session = session_with(context, "okta.apps.read")
        with tolerating(NOT_FOUND):
            listed = decision_of.listed(session.items("apps", app_id, "credentials", "secrets"))
        context.secrets.update(secret.value for secret in listed if secret.value)
    return {
        "changed": False,
        "client_secrets": [client_secret_view(secret) for secret in listed],
        "secrets": _stored(context, str(context.parameters.get("secret_name") or "")),
    }


def _stored(context: Context, name: str) -> list[dict[str, Any]]:
    """The secret of a name, as Secrets Manager describes it; none where it is not asked for."""
    found = shown(context.aws, name) if name and not is_placeholder(name) else None
    return [] if found is None else [found]


def shown(aws: Aws, name: str) -> dict[str, Any] | None:
    """A secret as Secrets Manager describes it; ``None`` where there is none.

    :param name: or ARN
    """
    found = aws.get(SERVICE, "DescribeSecret", SecretId=name)
    if found is None:
        return None
    labels = [label for names in (found.get("VersionIdsToStages") or {}).values() for label in names]
    dates = {option: found[member].isoformat() if found.get(member) else None for option, member in _DATES}
    return {**described(found).view(), **dates, "rotation_pending": PENDING in labels}

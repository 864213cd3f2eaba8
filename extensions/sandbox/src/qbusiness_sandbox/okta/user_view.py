# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a user is answered (Okta's Users API reference)."""

from __future__ import annotations

from qbusiness_sandbox.okta.state import User
from qbusiness_sandbox.okta.values import Json, clone, stamp


def _time(value: float | None) -> str | None:
    return None if value is None else stamp(value)


#: Life-cycle links by status.
_LINKS: dict[str, tuple[str, ...]] = {
    "STAGED": ("activate",),
    "PROVISIONED": ("deactivate", "reactivate"),
    "ACTIVE": ("suspend", "resetPassword", "forgotPassword", "expirePassword", "resetFactors", "deactivate"),
    "RECOVERY": ("resetPassword", "deactivate"),
    "PASSWORD_EXPIRED": ("suspend", "resetPassword", "deactivate"),
    "LOCKED_OUT": ("unlock", "resetPassword", "deactivate"),
    "SUSPENDED": ("unsuspend", "deactivate"),
    "DEPROVISIONED": ("activate",),
}
_SEGMENTS = {
    "resetPassword": "reset_password",
    "expirePassword": "expire_password",
    "resetFactors": "reset_factors",
    "forgotPassword": "forgot_password",
}


def user_view(user: User, base: str, brief: bool = False) -> Json:
    """The user as JSON; ``brief``: as lists of members answer it, with one link."""
    own = f"{base}/api/v1/users/{user.id}"
    body: Json = {
        "id": user.id,
        "status": user.status,
        "created": stamp(user.created),
        "activated": _time(user.activated),
        "statusChanged": _time(user.status_changed),
        "lastLogin": _time(user.last_login),
        "lastUpdated": stamp(user.updated or user.created),
        "passwordChanged": _time(user.password_changed),
        "type": {"id": "oty" + user.id[3:6] + "sandboxuser5d7"},
        "profile": clone(user.profile),
    }
    credentials: Json = {"provider": {"type": "OKTA", "name": "OKTA"}}
    if user.password:
        credentials = {"password": {}, **credentials}
    if user.profile.get("email"):
        credentials["emails"] = [{"value": user.profile["email"], "status": "VERIFIED", "type": "PRIMARY"}]
    body["credentials"] = credentials
    links: Json = {"self": {"href": own}}
    if not brief:
        for name in _LINKS.get(user.status, ()):
            href = f"{own}/lifecycle/{_SEGMENTS.get(name, name)}"
            links[name] = {"href": href, "method": "POST"}
        if user.password:
            links["changePassword"] = {"href": f"{own}/credentials/change_password", "method": "POST"}
            links["changeRecoveryQuestion"] = {"href": f"{own}/credentials/change_recovery_question", "method": "POST"}
        links["schema"] = {"href": f"{base}/api/v1/meta/schemas/user/osc{user.id[3:]}"}
        links["type"] = {"href": f"{base}/api/v1/meta/types/user/{body['type']['id']}"}
    body["_links"] = links
    return body

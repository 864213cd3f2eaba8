# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps of an Okta org, read only, shown as ``okta_app`` shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..host import Context
from ..placeholder import is_placeholder
from . import app_document, assignments, federated_claims, metadata, saml_settings
from .protocols import PROTOCOLS
from .scopes import session_with
from .session import OktaSession

_FLAG = {"type": "bool", "default": False}
OPTIONS: dict[str, Any] = {
    "app_id": {"type": "str"},
    "label": {"type": "str"},
    "sign_on_mode": {"type": "str", "choices": list(PROTOCOLS)},
    "status": {"type": "str", "choices": ["ACTIVE", "INACTIVE"]},
    "include_assignments": _FLAG,
    "include_federated_claims": _FLAG,
    "include_metadata": _FLAG,
}


def apps(context: Context) -> dict[str, Any]:
    """What the module ``okta_app_info`` does.

    :raises ServiceError: Okta refuses
    """
    # Groups and users of an app are below the app: no scope but the app's is needed.
    session = session_with(context, "okta.apps.read")
    return {"changed": False, "apps": [_shown(context, session, app) for app in _found(session, context.parameters)]}


def _found(session: OktaSession, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The apps that the options name, in Okta's order."""
    app_id, label = str(parameters.get("app_id") or ""), str(parameters.get("label") or "")
    if is_placeholder(app_id):
        return
    if app_id:
        one = session.find("apps", app_id)
        listed = iter([one] if one is not None else [])
    else:
        # Okta itself only knows how labels begin.
        listed = session.pages("apps", limit=200, **({"q": label} if label else {}))
    mode, status = parameters.get("sign_on_mode"), parameters.get("status")
    for app in listed:
        if app.get("signOnMode") not in ([mode] if mode else PROTOCOLS):
            continue
        if (label and app.get("label") != label) or (status and app.get("status") != status):
            continue
        yield app


def _shown(context: Context, session: OktaSession, app: Mapping[str, Any]) -> dict[str, Any]:
    seen = app_document.without_secrets(app, context.secrets)
    app_id, mode = str(seen["id"]), str(seen["signOnMode"])
    protocol = PROTOCOLS[mode]
    answer = {"app_id": app_id, "app_name": seen["name"], **app_document.view(seen), **protocol.answer(seen)}
    if context.parameters["include_assignments"]:
        groups = assignments.group_difference(session, app_id, [], purge=False)
        # Without purge only the named ones are looked up.
        users = assignments.user_difference(session, app_id, [], purge=True)
        answer["groups"] = sorted(groups.before.values())
        answer["users"] = sorted(users.before.values())
    if context.parameters["include_federated_claims"]:
        claims = federated_claims.difference(session, app_id, [], purge=False).before
        answer["federated_claims"] = [{"name": name, "expression": text} for name, text in sorted(claims.items())]
    if context.parameters["include_metadata"] and mode == saml_settings.MODE:
        answer.update(metadata.answer(session, seen, context.warn))
    return answer

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in policy of an app (Identity Engine): found by its exact name, mapped to the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import AmbiguousError, InputError, NotFoundError
from ..placeholder import is_placeholder
from .session import OktaSession


def of_app(app: Mapping[str, Any]) -> str:
    """The id of the app's policy; empty in a Classic org, whose apps have none."""
    href = app.get("_links", {}).get("accessPolicy", {}).get("href") or ""
    return str(href).rpartition("/")[2]


def named(session: OktaSession, name: str, app: Mapping[str, Any] | None) -> str:
    """The id of a sign-in policy.

    :param app: ``None`` when it is not there yet
    :raises InputError: the org is a Classic one
    :raises NotFoundError: there is none of this name
    :raises AmbiguousError: there are several
    """
    engine = of_app(app) if app is not None else session.pipeline() == "idx"
    if not engine:
        raise InputError(
            ["access_policy: the org runs Okta Classic Engine, whose apps have no sign-in policy of their own"]
        )
    if is_placeholder(name):
        return name
    policies = session.pages("policies", type="ACCESS_POLICY")
    hits = [str(policy["id"]) for policy in policies if policy["name"] == name]
    if not hits:
        raise NotFoundError(f"access_policy: there is no sign-in policy named {name!r}.")
    if len(hits) > 1:
        raise AmbiguousError(f"access_policy: {name!r} is the name of {len(hits)} policies: {', '.join(hits)}.")
    return hits[0]


def assign(session: OktaSession, app_id: str, policy_id: str) -> None:
    session.put("apps", app_id, "policies", policy_id)

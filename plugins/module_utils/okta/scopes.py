# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scopes that a function asks for with a service app, where the user named none."""

from __future__ import annotations

import typing as t

from ..host import Context

if t.TYPE_CHECKING:
    from .session import OktaSession


def session_with(context: Context, *scopes: str) -> OktaSession:
    """The task's session, with these scopes when it is one of a service app and ``okta_scopes`` is not given.

    :raises InputError: naming every fault of the connection options
    """
    given = context.parameters.get("okta_scopes") or list(scopes)
    return context.okta_by({**context.parameters, "okta_scopes": given})

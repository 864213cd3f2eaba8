# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that the items of a loop share, within the one task that a worker lives for.

No connection crosses a fork: what another process made is not used.
"""

from __future__ import annotations

import os
import typing as t
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from ..module_utils.aws import Aws
from ..module_utils.okta.arguments import OPTIONS

if t.TYPE_CHECKING:
    from ..module_utils.okta.session import OktaSession

_made: dict[Hashable, Any] = {}


def _once(kind: str, parameters: Mapping[str, Any], make: Callable[[], Any]) -> Any:
    """What was made for these parameters in this process."""
    key = (kind, os.getpid(), repr(sorted(parameters.items())))
    if key not in _made:
        _made[key] = make()
    return _made[key]


def aws(parameters: Mapping[str, Any]) -> Aws:
    """The clients of a connection.

    :param parameters: the connection options of ``amazon.aws``
    """
    return t.cast("Aws", _once("aws", parameters, lambda: Aws(parameters)))


def okta(parameters: Mapping[str, Any]) -> OktaSession:
    """The session with an Okta org.

    :param parameters: a task's options
    :raises FederationError: as :func:`..module_utils.okta.session.connect`
    """
    from ..module_utils.okta.session import connect, scopes_for

    mine: dict[str, Any] = {name: parameters.get(name) for name in OPTIONS}
    # A service app's token is for these alone, and the items of a loop may need different ones.
    mine["okta_scopes"] = scopes_for(parameters)
    return t.cast("OktaSession", _once("okta", mine, lambda: connect(parameters)))


def forget() -> None:
    """Share none of what was made so far."""
    _made.clear()


def forget_listings() -> None:
    """Read lists anew: what was listed is of another time."""
    for made in _made.values():
        if isinstance(made, Aws):
            made.forget_listings()

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
from pathlib import Path
from typing import Any

from ansible import constants

from ..module_utils.answers import Answers
from ..module_utils.aws import Aws
from ..module_utils.federation.journal import Journal
from ..module_utils.okta.arguments import OPTIONS

if t.TYPE_CHECKING:
    from ..module_utils.okta.session import OktaSession

_made: dict[Hashable, Any] = {}
#: The processes that ask the services, whatever the run has read.
_anew: set[int] = set()


def _folder() -> Path:
    """Return the run's own folder, which Ansible deletes at its end."""
    return Path(vars(constants)["DEFAULT_LOCAL_TMP"])


def answers(*, asked: bool = True) -> Answers:
    """Return what the run has read so far, which all of its workers share.

    :param asked: whether it answers questions; else it only learns what is written
    """
    return Answers(_folder() / "qbusiness.federation-answers", answers=asked)


def journal() -> Journal:
    """Return what the tasks of the run note of what they did."""
    return Journal(_folder() / "qbusiness.federation-journal")


def refused_user() -> Path:
    """Return the file that names the host on which Okta refused the test user of the run."""
    return _folder() / "qbusiness.federation-refused"


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
    made = t.cast("Aws", _once("aws", parameters, lambda: Aws(parameters)))
    _share(made)
    return made


def okta(parameters: Mapping[str, Any]) -> OktaSession:
    """The session with an Okta org.

    :param parameters: a task's options
    :raises FederationError: as :func:`..module_utils.okta.session.connect`
    """
    from ..module_utils.okta.session import connect, scopes_for

    mine: dict[str, Any] = {name: parameters.get(name) for name in OPTIONS}
    # A service app's token is for these alone, and the items of a loop may need different ones.
    mine["okta_scopes"] = scopes_for(parameters)
    made = t.cast("OktaSession", _once("okta", mine, lambda: connect(parameters)))
    _share(made)
    return made


def _share(made: Aws | OktaSession) -> None:
    if made.answers is None:
        kept = answers(asked=not _asks_anew())
        made.answers = kept if kept.exist else None


def answered() -> bool:
    """Return whether questions are answered by what the run has read."""
    return not _asks_anew() and answers().exist


def ask_anew() -> None:
    """Ask the services from now on, whatever the run has read; connections that are made later ask them, too."""
    _anew.add(os.getpid())
    forget_listings()
    for made in _made.values():
        if made.answers is not None:
            made.answers = answers(asked=False)


def _asks_anew() -> bool:
    return os.getpid() in _anew


def forget() -> None:
    """Share none of what was made so far."""
    _made.clear()
    _anew.clear()


def forget_listings() -> None:
    """Read lists anew: what was listed is of another time."""
    for made in _made.values():
        if isinstance(made, Aws):
            made.forget_listings()

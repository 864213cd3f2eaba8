# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be read, as entries: one broken object hides no other."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from dataclasses import dataclass, field

from ..aws import MISSING
from ..errors import DependencyError, FederationError
from ..okta import errors as okta
from .model import DENIED, NOT_FOUND, Unread

T = t.TypeVar("T")
#: Codes of AWS and Okta that say that the caller may not.
#: Source: https://developer.okta.com/docs/reference/error-codes/
_DENIED = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "E0000006", "E0000022"})
_MISSING = MISSING | {okta.NOT_FOUND, "ResourceNotFoundFault"}
#: An answer that is not as the service model or Okta's reference has it.
MALFORMED = "Malformed"


def code_of(error: Exception) -> str:
    """The code of an entry."""
    if not isinstance(error, FederationError):
        return MALFORMED
    code = str(getattr(error, "code", "") or "")
    if code in _DENIED or error.facts.get("http_status") == 403:
        return DENIED
    return NOT_FOUND if code in _MISSING else code or type(error).__name__


def entry(what: str, error: Exception, region: str = "", application_id: str = "") -> Unread:
    """The entry of an error."""
    if isinstance(error, FederationError):
        reason = error.message
    else:
        # The text of such an error may hold a piece of the answer.
        reason = f"The answer cannot be understood ({type(error).__name__})."
    return Unread(what, reason, code_of(error), region, application_id)


@dataclass
class Notes:
    """The entries of one object and its parts."""

    region: str = ""
    application_id: str = ""
    entries: list[Unread] = field(default_factory=list)

    def tried(self, what: str, read: Callable[[], T], default: T) -> T:
        """What ``read`` answers; ``default``, and an entry, where it cannot be read.

        :raises DependencyError: a library is absent
        """
        try:
            return read()
        except DependencyError:
            raise
        except Exception as error:
            self.entries.append(entry(what, error, self.region, self.application_id))
            return default

    def demanded(self, what: str, read: Callable[[], T | None], missing: str) -> T | None:
        """What ``read`` answers; an entry, where it cannot be read or there is none.

        :param missing: the reason where there is none
        """
        own = Notes(self.region, self.application_id)
        found = own.tried(what, read, None)
        if found is None and not own.entries:
            own.missing(what, missing)
        self.entries.extend(own.entries)
        return found

    def missing(self, what: str, reason: str) -> None:
        """Note what is named and does not exist."""
        self.entries.append(Unread(what, reason, NOT_FOUND, self.region, self.application_id))


def in_order(entries: t.Iterable[Unread]) -> tuple[Unread, ...]:
    """Each entry once, in a stable order."""
    return tuple(sorted(set(entries), key=lambda item: (item.region, item.application_id, item.object, item.reason)))

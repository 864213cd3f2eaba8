# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that the collection's functions raise. Both hosts turn them into a failed result; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class FederationError(Exception):
    """Base of all. ``message`` is fit for a person; ``facts`` are extra members of the failed result, never secret."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts: Mapping[str, Any] = facts


class InputError(FederationError):
    """What the user gave cannot be right. Lists every fault at once; raised before anything is sent."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        text = self.faults[0] if len(self.faults) == 1 else "\n".join(f"- {fault}" for fault in self.faults)
        prefix = "" if len(self.faults) == 1 else f"{len(self.faults)} faults in the options:\n"
        super().__init__(prefix + text, faults=self.faults)


class AmbiguousError(FederationError):
    """A name fits several objects."""


class NotFoundError(FederationError):
    """An object that was named by its id, or that another one depends on, does not exist."""


class ImmutableError(FederationError):
    """A wanted change is one that the service cannot make in place."""


class InUseError(FederationError):
    """An object is not removed, because others use it or hang on it. The message lists them."""


class ServiceError(FederationError):
    """The service refused or failed. ``code`` is the service's own error code."""

    def __init__(self, message: str, code: str = "", **facts: Any) -> None:
        super().__init__(message, error_code=code, **facts)
        self.code = code


class FailedStateError(FederationError):
    """The service accepted a call and then ended in a FAILED state."""


class WaitError(FederationError):
    """The state that was asked for was not reached in time."""


class DependencyError(FederationError):
    """A library that is needed is absent or too old."""


class LayerError(FederationError):
    """A layer of the sign-in refused. The message is layer, cause and next step; none of them holds a secret."""

    def __init__(self, layer: str, cause: str, next_step: str, **facts: Any) -> None:
        """:param layer: which part of the way failed (``okta_sign_in``, ``okta_assignment``, ``saml_form``,
        ``assertion``, ``sts``, ``session``, ``subscription``, ``chat``)
        :param cause: what is wrong, in one sentence
        :param next_step: the next thing to look at, in one sentence
        """
        super().__init__(f"{layer}: {cause} {next_step}", layer=layer, cause=cause, next_step=next_step, **facts)
        self.layer = layer
        self.cause = cause
        self.next_step = next_step

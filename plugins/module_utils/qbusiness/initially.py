# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that count only when an object is made: who adopts one that is there leaves them as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..aws import Aws
from ..resource import State
from .table import ServiceResource, Spec

#: Where no object has the name, the only one of the parent is meant.
ADOPT_SINGLE: dict[str, Any] = {"adopt_single": {"type": "bool", "default": False}}


def naming(options: Mapping[str, Any], *apart: str) -> dict[str, Any]:
    """The option ``initially`` of a module with these options.

    :param apart: options that it cannot name, since the object is found by them
    """
    names = [name for name in options if name not in apart]
    return {"initially": {"type": "list", "elements": "str", "choices": names, "default": []}}


class Adopted(ServiceResource):
    """A resource of which, when it is there, nothing is wanted that the option ``initially`` names."""

    def __init__(self, spec: Spec, aws: Aws, *, options: Mapping[str, Any], **others: Any) -> None:
        """As :class:`ServiceResource`."""
        super().__init__(spec, aws, options=options, **others)
        self._initially = frozenset(options.get("initially") or ())

    def find(self) -> State | None:
        current = super().find()
        if current is not None:
            self.wanted = {
                member: value
                for member, value in self.wanted.items()
                if self.spec.option(member) not in self._initially
            }
        return current

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One row of the table of causes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import LayerError

#: In place of codes: whatever the service answers.
ANY = ("*",)


class Difference(NamedTuple):
    """One of several that an error names."""

    cause: str
    next_step: str
    key: str


@dataclass(frozen=True)
class Cause:
    """What a fault looks like, what it means, and where to look next. ``{names}`` are filled in where it is met.

    ``codes`` and ``text`` recognise a service's answer: one of these error codes, and a regular expression in its
    message. ``("*",)`` is any code. Rows without codes are recognised by the code that reads pages and tokens.
    """

    key: str
    layer: str
    seen: str
    cause: str
    next_step: str
    codes: tuple[str, ...] = ()
    text: str = ""

    def fits(self, code: str, message: str) -> bool:
        """Whether a service's answer is this one."""
        return (code in self.codes or self.codes == ANY) and bool(re.search(self.text, message, re.IGNORECASE))

    def difference(self, **values: Any) -> Difference:
        """One of several, filled in."""
        return Difference(self.cause.format_map(values), self.next_step.format_map(values), self.key)

    def error(self, facts: Mapping[str, Any] | None = None, layer: str = "", **values: Any) -> LayerError:
        """The error to raise.

        :param facts: further members of the failed result
        :param layer: where it was met, when a fault can be met in several layers
        """
        told = self.difference(**values)
        return LayerError(layer or self.layer, told.cause, told.next_step, **(facts or {}))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All rows, by variable."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from . import applications, identities, knowledge
from .row import Row


@cache
def rows() -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of each variable that has some. The first call reads the service models."""
    found: dict[str, tuple[Row, ...]] = {}
    for row in (*identities.rows(), *applications.rows(), *knowledge.rows()):
        found[row.variable] = (*found.get(row.variable, ()), row)
    return found

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a sign-in fails: one table, used wherever a layer refuses. ``docs/errors.md`` shows it to people.

A layer either knows what it met and names the row (:func:`error`), or has a service's answer in its hands and lets the
table recognise it (:func:`translated`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .cause_rows import aws, claims, oidc, okta
from .cause_rows.row import Cause, Difference
from .errors import LayerError

#: All rows. Within a group (the part of the key before the dot) the first that fits an answer is taken.
CAUSES: tuple[Cause, ...] = (*okta.ROWS, *oidc.ROWS, *claims.ROWS, *aws.ROWS)
_BY_KEY: dict[str, Cause] = {row.key: row for row in CAUSES}


def error(key: str, facts: Mapping[str, Any] | None = None, *, layer: str = "", **values: Any) -> LayerError:
    """The error of a row.

    :param facts: further members of the failed result; the row's key is added as ``cause_key``
    :param layer: where it was met, when that is another layer than the row's own
    :param values: what the row's texts name in braces
    """
    return _BY_KEY[key].error({**(facts or {}), "cause_key": key}, layer, **values)


def difference(key: str, **values: Any) -> Difference:
    """What a row says, for errors that name several."""
    return _BY_KEY[key].difference(**values)


def translated(
    groups: tuple[str, ...], code: str, message: str, facts: Mapping[str, Any] | None = None, **values: Any
) -> LayerError:
    """The error that a service's answer means: the first row of these groups that fits it.

    :param groups: the last one has a row that fits everything
    :param code: the service's own error code
    :param message: its text; rows may name it, and ``said``, which is both
    """
    said = f"{code}: {message}" if code and message else code or message or "no reason given"
    for row in CAUSES:
        if row.key.partition(".")[0] in groups and row.fits(code, message):
            return error(row.key, facts, message=message, said=said, **values)
    raise KeyError(f"no row of {groups} fits {code}")


def several(heading: str, layer: str, differences: Sequence[Difference]) -> LayerError:
    """One error that names all differences, with the next step and the key of the first.

    :param differences: from :func:`difference`
    """
    first, named = differences[0], [item.cause for item in differences]
    text = f"{heading}: {'; '.join(named)}."
    return LayerError(layer, text, first.next_step, differences=named, cause_key=first.key)

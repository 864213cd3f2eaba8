# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags of IAM objects. Keys are compared without case and kept in their spelling.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import model
from ..aws import Aws, tags_to_list
from ..compare import tag_changes
from ..resource import Call

SERVICE = "iam"


def as_list(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    """As IAM writes them."""
    return tags_to_list(tags, "Key", "Value")


def faults(aws: Aws, operation: str, tags: Mapping[str, str] | None) -> Iterator[str]:
    """What is wrong with the option ``tags``."""
    if tags is None:
        return
    shape = aws.input_shape(SERVICE, operation).members["Tags"]
    yield from model.faults(shape, as_list(tags), "tags")
    seen: dict[str, str] = {}
    for key in tags:
        if key.lower().startswith("aws:"):
            yield f"tags: {key!r} begins with aws:, which belongs to AWS"
        if key.lower() in seen:
            yield f"tags: {key!r} and {seen[key.lower()]!r} are the same key to IAM, which does not look at case"
        seen[key.lower()] = key


def calls(
    aws: Aws,
    kind: str,
    target: Mapping[str, str],
    current: Mapping[str, str],
    wanted: Mapping[str, str] | None,
    purge: bool,
) -> list[Call]:
    """The calls that bring the tags of one object from ``current`` to ``wanted``.

    :param kind: as in ``TagRole``
    :param target: how the operations name the object
    """
    to_set, to_remove = tag_changes(current, wanted, purge)
    result: list[Call] = []
    if to_remove:
        # First: a key that comes back in another case would be removed with its old spelling.
        result.append(Call(f"Untag{kind}", lambda: _write(aws, f"Untag{kind}", target, TagKeys=to_remove)))
    if to_set:
        result.append(Call(f"Tag{kind}", lambda: _write(aws, f"Tag{kind}", target, Tags=as_list(to_set))))
    return result


def _write(aws: Aws, operation: str, target: Mapping[str, str], **parameters: Any) -> None:
    aws.call(SERVICE, operation, **target, **parameters)


def predicted(current: Mapping[str, str], wanted: Mapping[str, str] | None, purge: bool) -> dict[str, str]:
    """The tags after :func:`calls`."""
    if wanted is None:
        return dict(current)
    taken = {key.lower() for key in wanted}
    kept = {
        key: value
        for key, value in current.items()
        if key.lower() not in taken and (not purge or key.startswith("aws:"))
    }
    return {**kept, **wanted}

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pieces of argument specs that several modules share. The documentation fragment beside each has the same name."""

from __future__ import annotations

from typing import Any

#: ``state``, ``wait``, ``wait_timeout``. Fragment: ``lifecycle``.
LIFECYCLE: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1800},
}
#: ``state`` alone, for services that act at once.
STATE: dict[str, Any] = {"state": LIFECYCLE["state"]}
#: As ``amazon.aws`` spells them. Fragment: ``amazon.aws.tags``.
TAGS: dict[str, Any] = {
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


def aws_arguments(*parts: dict[str, Any]) -> dict[str, Any]:
    """The connection options of ``amazon.aws`` and these."""
    from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

    spec: dict[str, Any] = dict(aws_argument_spec())
    for part in parts:
        spec.update(part)
    return spec

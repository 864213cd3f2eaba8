# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pieces of argument specs that several modules share. The documentation fragment beside each has the same name."""

from __future__ import annotations

from collections.abc import Iterable
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


def fault_text(errors: Iterable[Any], module: str) -> str:
    """All that Ansible's own validation of the options found, in the words of Ansible's modules.

    :param errors: the errors of a validation result
    :param module: the module's name as the task says it
    """
    texts = []
    for error in errors:
        text = str(error.args[0] if error.args else error)
        unknown = type(error).__name__ == "UnsupportedError"
        texts.append(f"Unsupported parameters for ({module}) module: {text}" if unknown else text)
    return "\n".join(dict.fromkeys(texts))


def aws_arguments(*parts: dict[str, Any]) -> dict[str, Any]:
    """The connection options of ``amazon.aws`` and these."""
    from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

    spec: dict[str, Any] = dict(aws_argument_spec())
    for part in parts:
        spec.update(part)
    return spec

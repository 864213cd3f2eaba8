# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pieces of argument specs that several modules share. The documentation fragment beside each has the same name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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


#: Where Ansible's own messages name the option, and the option that it is in.
_NAMED = (
    re.compile(r"value of (?P<names>\w+) must be one"),
    re.compile(r"argument '(?P<names>\w+)' is of type"),
    re.compile(r"Elements value for option '(?P<names>\w+)'"),
    re.compile(r"missing required arguments: (?P<names>[\w, ]+?)(?: found in|$)"),
)
_PLACE = re.compile(r"found in '?(?P<place>\w+(?: -> \w+)*)'?")
#: What the check of the service model says of what Ansible has said already.
_SAID = re.compile(r": (?:is required|.* is none of |.* is no (?:boolean|dictionary|list|number|text)\b)")


def fault_text(errors: Iterable[Any], module: str, more: Iterable[str] = ()) -> str:
    """All that is wrong with the options: what Ansible's own validation found, in the words of Ansible's modules, and
    what the check of the input says besides.

    :param errors: the errors of a validation result
    :param module: the module's name as the task says it
    :param more: faults, each a sentence that starts with its option
    """
    texts = []
    for error in errors:
        text = str(error.args[0] if error.args else error)
        unknown = type(error).__name__ == "UnsupportedError"
        texts.append(f"Unsupported parameters for ({module}) module: {text}" if unknown else text)
    # Of one fault Ansible tells the reason alone, too.
    texts = [text for text in texts if not any(text != other and text in other for other in texts)]
    said = {path for text in texts for path in _paths(text)}
    for fault in more:
        path = re.sub(r"\[\d+\]", "", fault.partition(": ")[0])
        if not (path in said and _SAID.search(fault)):
            texts.append(fault)
    return "\n".join(dict.fromkeys(texts))


def _paths(text: str) -> Iterator[str]:
    """The options that a message of Ansible's is about."""
    place = _PLACE.search(text)
    start = place["place"].replace(" -> ", ".") + "." if place else ""
    for pattern in _NAMED:
        match = pattern.search(text)
        if match:
            yield from (start + name for name in match["names"].split(", "))


def aws_arguments(*parts: dict[str, Any]) -> dict[str, Any]:
    """The connection options of ``amazon.aws`` and these."""
    from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

    spec: dict[str, Any] = dict(aws_argument_spec())
    for part in parts:
        spec.update(part)
    return spec

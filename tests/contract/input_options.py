# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inputs of the service's operations, right ones and wrong ones, as options of the modules.

What stands in the reviewed list of members (``tests/unit/model_members.yml``) as no option is left out; what is another
option than its own name is put there. Values of a wrong type stay as they are.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from botocore import xform_name
from qbusiness_sandbox.qbusiness import model

_REVIEWED = yaml.safe_load((Path(__file__).parent.parent / "unit" / "model_members.yml").read_text(encoding="utf-8"))
MODULE_OF: dict[str, str] = _REVIEWED["module_of"]
SPELLED: dict[str, str] = {member: item["option"] for member, item in _REVIEWED["spelled"].items()}
LEFT_OUT: dict[str, str] = _REVIEWED["left_out"]
MODULES = "ansible_collections.qbusiness.federation.plugins.modules"
#: The operations whose inputs some module has.
OPERATIONS = tuple(sorted(MODULE_OF))
Path_ = tuple[Any, ...]


def module_of(operation: str) -> ModuleType:
    """The module whose options the operation's members are."""
    return importlib.import_module(f"{MODULES}.{MODULE_OF[operation]}")


def dotted(operation: str, path: Path_) -> str:
    """A path of members as the reviewed list writes it (``[]`` behind a list, ``{}`` behind a map)."""
    shape = model.operation(operation).input_shape
    text = operation
    for step in path:
        if shape.type_name == "structure":
            text, shape = f"{text}.{xform_name(step)}", shape.members[step]
        elif shape.type_name == "list":
            text, shape = f"{text}[]", shape.member
        else:
            text, shape = f"{text}{{}}", shape.value
    return text


def left_out(operation: str, path: Path_) -> str:
    """Why the member at a path, or one above it, is no option; ``""`` when it is one."""
    for length in range(1, len(path) + 1):
        reason = LEFT_OUT.get(dotted(operation, path[:length]))
        if reason:
            return reason
    return ""


def option_path(operation: str, path: Path_) -> str:
    """The option at a path of members, as a message names it: ``action_configurations[0].action``."""
    rest = path
    name = ""
    for length in range(len(path), 0, -1):
        spelled = SPELLED.get(dotted(operation, path[:length]))
        if spelled:
            name, rest = spelled, path[length:]
            break
    if name == "tags":
        return name
    shape = model.operation(operation).input_shape
    for step in path[: len(path) - len(rest)]:
        shape = _below(shape, step)
    for step in rest:
        kind = shape.type_name
        known = kind == "structure" and step in shape.members
        text = f"[{step}]" if kind == "list" else f".{xform_name(step)}" if known else f".{step}"
        name, shape = name + text if name else text.lstrip("."), _below(shape, step)
    return name


def _below(shape: Any, step: Any) -> Any:
    if shape.type_name == "structure":
        return shape.members[step]
    return shape.member if shape.type_name == "list" else shape.value


def as_options(shape: Any, value: Any, operation: str, path: Path_) -> Any:
    """A value in the spelling of options."""
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type and isinstance(value, Mapping):
        return {
            xform_name(name): as_options(shape.members[name], item, operation, (*path, name))
            for name, item in value.items()
            if dotted(operation, (*path, name)) not in LEFT_OUT
        }
    if kind == "list" and isinstance(value, list):
        return [as_options(shape.member, item, operation, (*path, number)) for number, item in enumerate(value)]
    if kind == "map" and isinstance(value, Mapping):
        return {key: as_options(shape.value, item, operation, (*path, key)) for key, item in value.items()}
    return value


def options_of(operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that ask for an input of an operation.

    :raises NotExpressibleError: there are none
    """
    shape = model.operation(operation).input_shape
    options: dict[str, Any] = {}
    for name, value in values.items():
        apart = _TAKEN_APART.get(f"{operation}.{name}") or _TAKEN_APART.get(name)
        if apart:
            options.update(apart(value))
        elif dotted(operation, (name,)) not in LEFT_OUT:
            spelled = SPELLED.get(dotted(operation, (name,)), str(xform_name(name)))
            options[spelled] = as_options(shape.members[name], value, operation, (name,))
    return options


class NotExpressibleError(Exception):
    """No options say this. The message is the reason."""


def _tags(value: Any) -> dict[str, Any]:
    if not isinstance(value, list):
        return {"tags": value}
    if not all(isinstance(item, Mapping) and set(item) == {"key", "value"} for item in value):
        raise NotExpressibleError("tags are a dictionary: each has a key and a value")
    if any(not isinstance(item["key"], str) for item in value):
        raise NotExpressibleError("tags are a dictionary: its keys are texts")
    # Equal keys are one key of a dictionary: another one makes the same number.
    distinct = {item["key"] for item in value}
    pairs = (
        value
        if len(distinct) == len(value)
        else [{**item, "key": f"{item['key']}{number}"} for number, item in enumerate(value)]
    )
    return {"tags": {item["key"]: item["value"] for item in pairs}}


def _phrases(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise NotExpressibleError("the structure around blocked phrases is no option")
    named = {
        "blockedPhrasesToCreateOrUpdate": "blocked_phrases",
        "blockedPhrasesToDelete": "blocked_phrases_absent",
        "systemMessageOverride": "system_message_override",
    }
    return {named[name]: item for name, item in value.items()}


def _topics_absent(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        if not all(isinstance(item, Mapping) and "name" in item for item in value):
            raise NotExpressibleError("topics are taken away by their names")
        return {"topic_configurations_absent": [item["name"] for item in value]}
    return {"topic_configurations_absent": value}


def _aliases_absent(_value: Any) -> dict[str, Any]:
    return {"purge_aliases": True}


def _principal(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise NotExpressibleError("the structure around user and group is no option")
    return dict(value)


_TAKEN_APART = {
    "CreateSubscription.principal": _principal,
    "tags": _tags,
    "blockedPhrasesConfigurationUpdate": _phrases,
    "topicConfigurationsToDelete": _topics_absent,
    "userAliasesToDelete": _aliases_absent,
}


#: What takes something away that is not in the world: nothing of it is sent.
_REMOVALS = {"topicConfigurationsToDelete", "userAliasesToDelete", "blockedPhrasesToDelete"}


def as_sent(operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """An input without what is no option, and with times in one form: what is compared with what has arrived."""
    made: dict[str, Any] = _plain(model.operation(operation).input_shape, values, operation, ())
    return made


def _plain(shape: Any, value: Any, operation: str, path: Path_) -> Any:
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        return {
            name: _plain(shape.members[name], item, operation, (*path, name))
            for name, item in value.items()
            if name not in _REMOVALS
            and (_is_taken_apart(path, name) or dotted(operation, (*path, name)) not in LEFT_OUT)
        }
    if kind == "list":
        return [_plain(shape.member, item, operation, (*path, number)) for number, item in enumerate(value)]
    if kind == "map":
        return {key: _plain(shape.value, item, operation, (*path, key)) for key, item in value.items()}
    if kind == "timestamp":
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return value


def _is_taken_apart(path: Path_, name: str) -> bool:
    return not path and name in _TAKEN_APART

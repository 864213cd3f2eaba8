# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values by their argument spec: type, choices, required keys and unknown keys. Ansible's own validator judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils.federation.host_variables import is_set, text_list
from .specs import Spec, plain
from .values import Untemplatable, listed, near, shown

#: Type of an argument spec → what a value is not, what is allowed, an example.
TYPES = {
    "str": ("a text", "a text", "assistant"),
    "path": ("a path", "a path", "evidence.json"),
    "bool": ("a boolean", "true and false", "true"),
    "int": ("an integer", "integers", "30"),
    "float": ("a number", "numbers", "0.5"),
    "list": ("a list", "a list", "[one, two]"),
    "dict": ("a dictionary", "a dictionary", "{team: knowledge}"),
}
_LEAF = ("type", "elements", "choices")


def checked(path: str, spec: Spec, value: Any) -> tuple[Any, list[str]]:
    """Return a value in the type that its spec says, and a sentence for each thing that is wrong with it.

    A value that is wrong, not set or cannot be evaluated is returned as ``None``.
    """
    if isinstance(value, Untemplatable):
        reason = " ".join(value.reason.split()).rstrip(".")
        return None, [f"{path}: cannot be evaluated: {reason}. Allowed is a template whose variables are all defined."]
    value = plain(value)
    kind = str(spec.get("type") or "str")
    if value is None or (value == "" and _may_be_empty(spec, kind)):
        return None, []
    if kind == "list" and isinstance(value, str) and _of_texts(spec):
        value = text_list(value)
    if kind == "list" and not _of_texts(spec):
        return _items(path, spec, value)
    if kind == "dict" and spec.get("options"):
        return _members(path, spec, value)
    return _leaf(path, spec, value)


def _may_be_empty(spec: Spec, kind: str) -> bool:
    """Return whether a survey's empty answer stands for what is not set, as the roles take it."""
    return kind == "raw" or "where" in spec or (kind == "list" and _of_texts(spec))


def _of_texts(spec: Spec) -> bool:
    """Return whether the items of a list are texts, which a survey answers in one."""
    return (spec.get("elements") or "str") == "str"


def _leaf(path: str, spec: Spec, value: Any) -> tuple[Any, list[str]]:
    leaf = {key: spec[key] for key in _LEAF if key in spec}
    result = ArgumentSpecValidator({"value": leaf}).validate({"value": value})
    if not result.error_messages:
        return result.validated_parameters["value"], []
    kinds = {type(error).__name__ for error in result.errors}
    return None, [_refused(path, spec, value, by_choice=kinds == {"ArgumentValueError"})]


def _refused(path: str, spec: Spec, value: Any, *, by_choice: bool) -> str:
    hidden = bool(spec.get("no_log"))
    if by_choice:
        choices = [str(choice) for choice in spec["choices"] if choice != ""]
        wrong = [item for item in (value if isinstance(value, list) else [value]) if item not in spec["choices"]]
        text = "the value" if hidden else shown(wrong[0] if wrong else value)
        fit = "" if hidden or not wrong else _similar(str(wrong[0]), choices)
        return f"{path}: {text} is not supported. Allowed are {listed(choices)}, such as {path}: {choices[0]}.{fit}"
    noun, allowed = TYPES[str(spec.get("type") or "str")][:2]
    text = "the value" if hidden else shown(value)
    verb = "are" if allowed.endswith("s") or " and " in allowed else "is"
    return f"{path}: {text} is not {noun}. Allowed {verb} {allowed}, such as {_example_of(spec)}."


def _example_of(spec: Spec) -> str:
    """Return a value that fits a spec, in YAML."""
    kind = str(spec.get("type") or "str")
    if spec.get("options"):
        needed = [name for name, option in spec["options"].items() if option.get("required")] or list(spec["options"])
        item = f"{{{needed[0]}: {_example_of(spec['options'][needed[0]])}}}"
        return f"[{item}]" if kind == "list" else item
    return str(spec["choices"][0]) if spec.get("choices") else TYPES[kind][2]


def _similar(text: str, choices: list[str]) -> str:
    found = near(text.lower(), [choice.lower() for choice in choices])
    return next((f" Did you mean {choice}?" for choice in choices if found and choice.lower() == found), "")


def _items(path: str, spec: Spec, value: Any) -> tuple[Any, list[str]]:
    """Return a list whose items are not texts: each is judged by itself, so that a message can name it."""
    if not isinstance(value, list):
        return None, [_refused(path, spec, value, by_choice=False)]
    item_spec = {"type": spec["elements"], **({"options": spec["options"]} if spec.get("options") else {})}
    items, faults = [], []
    for number, item in enumerate(value):
        result, found = checked(f"{path}[{number}]", item_spec, item)
        if item is None:
            found = [_refused(f"{path}[{number}]", item_spec, item, by_choice=False)]
        faults += found
        items.append({} if result is None and spec["elements"] == "dict" else result)
    return items, faults


def _members(path: str, dictionary: Spec, value: Any) -> tuple[Any, list[str]]:
    options: Mapping[str, Spec] = dictionary["options"]
    value, faults = _leaf(path, dictionary, value)
    if value is None:
        return None, faults
    members: dict[str, Any] = {}
    for key, item in value.items():
        if key not in options:
            faults.append(unknown_key(f"{path}.{key}", str(key), options))
            continue
        members[key], found = checked(f"{path}.{key}", options[key], item)
        faults += found
    for key, spec in options.items():
        if spec.get("required") and not is_set(value.get(key)):
            allowed, example = TYPES[str(spec.get("type") or "str")][1], _example_of(spec)
            faults.append(f"{path}.{key}: is required. Allowed is {allowed}, such as {example}.")
    return members, faults


def unknown_key(path: str, key: str, options: Mapping[str, Spec]) -> str:
    """Return the sentence for a key that a dictionary may not have."""
    fit = near(key, options)
    hint = f"Did you mean {fit}? " if fit else ""
    return (
        f"{path}: is not a known key. {hint}Allowed are {listed(sorted(options))}, such as {fit or sorted(options)[0]}."
    )

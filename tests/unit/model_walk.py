# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The members of the service model's inputs, walked, and the options of the modules that may hold them.

A path is written as in ``CreateRetriever.configuration.native_index_configuration.index_id``: the operation, then the
members in snake_case, ``[]`` behind a list and ``{}`` behind a map.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import yaml
from botocore import xform_name

VERBS = ("Create", "Update", "Put", "Associate")
SERVICE = botocore.session.get_session().get_service_model("qbusiness")
OPERATIONS = tuple(name for name in SERVICE.operation_names if name.startswith(VERBS))
_REVIEWED = yaml.safe_load(Path(__file__).with_name("model_members.yml").read_text(encoding="utf-8"))
#: Operation → the module whose options its members are.
MODULE_OF: dict[str, str] = _REVIEWED["module_of"]
#: Member → (option that it is instead, why).
SPELLED: dict[str, tuple[str, str]] = {
    member: (item["option"], item["reason"]) for member, item in _REVIEWED["spelled"].items()
}
#: Member → why it is no option.
LEFT_OUT: dict[str, str] = _REVIEWED["left_out"]
MODULES = "ansible_collections.qbusiness.federation.plugins.modules"


def members_of(shape: Any, path: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """All members below a shape. A shape in itself is walked once: its members are the same again."""
    kind = shape.type_name
    if kind == "list":
        yield from members_of(shape.member, f"{path}[]", seen)
    elif kind == "map":
        yield from members_of(shape.value, f"{path}{{}}", seen)
    elif kind == "structure" and not shape.is_document_type and shape.name not in seen:
        for name, member in shape.members.items():
            here = f"{path}.{xform_name(name)}"
            yield here
            yield from members_of(member, here, (*seen, shape.name))


def all_members(service: Any = SERVICE) -> list[str]:
    """All members of the inputs of all operations of the four verbs."""
    found: list[str] = []
    for name in service.operation_names:
        if name.startswith(VERBS):
            found += members_of(service.operation_model(name).input_shape, name)
    return found


@dataclass(frozen=True)
class ModuleOptions:
    """What a module takes: by its argument spec, and by its documentation."""

    spec: Mapping[str, Any]
    documented: Mapping[str, Any]


def options_of(module: str) -> ModuleOptions:
    """The options of a module.

    :raises ModuleNotFoundError: there is no such module
    """
    loaded: Any = importlib.import_module(f"{MODULES}.{module}")
    documentation = yaml.safe_load(loaded.DOCUMENTATION)
    documented = dict(documentation.get("options", {}))
    for fragment in documentation.get("extends_documentation_fragment", []):
        documented.update(_fragment(fragment))
    return ModuleOptions(loaded.ARGUMENTS["argument_spec"], documented)


def _fragment(name: str) -> dict[str, Any]:
    """The options of a documentation fragment: ``namespace.collection.fragment``, and perhaps a part of it."""
    namespace, collection, fragment, *part = name.split(".")
    place = f"ansible_collections.{namespace}.{collection}.plugins.doc_fragments.{fragment}"
    text = getattr(importlib.import_module(place).ModuleDocFragment(), (part or ["DOCUMENTATION"])[0].upper())
    return dict(yaml.safe_load(text).get("options") or {})


def held(options: ModuleOptions, path: str) -> str:
    """How a module takes what stands at a path of options: ``option``, or ``described`` where an option above it is a
    dictionary of free form whose description names it; ``""`` when it takes it not at all.
    """
    return _held(options.spec, options.documented, path.split("."))


def _held(spec: Mapping[str, Any], documented: Mapping[str, Any], steps: list[str]) -> str:
    step, *rest = steps
    name = step.rstrip("[]{}")
    option, text = spec.get(name), documented.get(name)
    if option is None or text is None:
        return ""
    if not rest:
        return "option"
    if "options" not in option:
        return "described" if option["type"] in ("dict", "list") and _names(text, rest) else ""
    if step.endswith("[]") != (option["type"] == "list"):
        return ""
    inner, described = option["options"], text.get("suboptions", {})
    if not step.endswith("{}"):
        return _held(inner, described, rest)
    # A map whose keys are options.
    ways = {_held(inner, described, [key, *rest]) for key in inner}
    return ways.pop() if len(ways) == 1 else ""


def _names(text: Any, steps: list[str]) -> bool:
    words = set(re.findall(r"[a-z0-9_]+", " ".join((text or {}).get("description", []))))
    return all(step.rstrip("[]{}") in words for step in steps)

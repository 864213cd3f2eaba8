# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write ``docs/inventory.schema.json``, by which editors check inventories, and the table of ``docs/variables.md``.

Both are made of the argument specs of the roles, of ``playbook_variables.yml`` and of the rows by which an inventory is
checked.
``python tools/inventory_schema.py --check`` writes nothing, and fails where a file is not what it would write.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory import specs, unknown, variables
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.rows.table import rows

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "inventory.schema.json"
PAGE = ROOT / "docs" / "variables.md"
HEADING = "| Name | Where | Default | What it says |\n| --- | --- | --- | --- |\n"
#: The one line of the table for the variables of ``playbooks/vars/awx.yml``, which stand there with comments.
AWX = (
    "| `awx_…` | the whole run (`-e @FILE`) | see the top of `playbooks/vars/awx.yml` | What `awx` makes, and what "
    "it is called. |\n"
)

LICENCE = (
    "Copyright: the qbusiness.federation contributors. GNU General Public License v3.0+ (see "
    "LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt). SPDX-License-Identifier: "
    "GPL-3.0-or-later. Written by tools/inventory_schema.py."
)

Schema = dict[str, Any]
TEMPLATE: Schema = {"$ref": "#/$defs/template"}
EMPTY: Schema = {"enum": ["", None]}
#: Type of an argument spec → the YAML values that Ansible takes for it.
FORMS: dict[str, Schema] = {
    "str": {"type": ["string", "number", "boolean", "null"]},
    "path": {"type": ["string", "null"]},
    "raw": {},
    "bool": {"anyOf": [{"type": ["boolean", "null"]}, {"enum": ["yes", "no", "true", "false", "on", "off"]}, TEMPLATE]},
    "int": {"anyOf": [{"type": ["integer", "null"]}, {"type": "string", "pattern": "^[0-9]+$"}, TEMPLATE]},
    "list": {"anyOf": [{"type": ["array", "string", "null"]}]},
    "dict": {"anyOf": [{"type": ["object", "null"]}, TEMPLATE]},
}


def option(path: str, spec: Mapping[str, Any], limits: Mapping[str, Mapping[str, Any]]) -> Schema:
    """Return the schema of one variable, or of a part of one."""
    found: Schema = {"description": markdown(spec.get("description", ""))}
    default = spec.get("default")
    if default is not None and not variables.has_template(default):
        found["default"] = default
    return found | value(path, spec, limits)


def value(path: str, spec: Mapping[str, Any], limits: Mapping[str, Mapping[str, Any]]) -> Schema:
    """Return the schema of the values of an argument spec."""
    kind = str(spec.get("type") or "str")
    if kind == "list":
        items = value(f"{path}[]", {**spec, "type": spec.get("elements") or "str"}, limits)
        # A survey answers a list of texts as one.
        other: list[Schema] = [{"type": ["string", "null"]} if spec.get("elements") == "str" else EMPTY, TEMPLATE]
        return {"anyOf": [{"type": "array", "items": items}, *other]}
    if spec.get("choices"):
        # What a survey leaves empty is taken only where the argument spec says so.
        return {"anyOf": [{"enum": [*spec["choices"], *([None] if spec.get("default") is not None else [])]}, TEMPLATE]}
    if kind == "dict" and spec.get("options"):
        return {"anyOf": [members(path, spec["options"], limits), EMPTY, TEMPLATE]}
    constraint = limits.get(path)
    if not constraint:
        return FORMS[kind]
    if "enum" in constraint:
        return {"anyOf": [{"enum": [*constraint["enum"]]}, EMPTY, TEMPLATE]}
    if "minimum" in constraint:
        return {
            "anyOf": [
                {"type": "integer", **constraint},
                {"type": "string", "pattern": "^[0-9]*$"},
                {"const": None},
                TEMPLATE,
            ]
        }
    return {"anyOf": [{"type": "string", **constraint}, {"type": "number"}, EMPTY, TEMPLATE]}


def members(path: str, options: Mapping[str, Any], limits: Mapping[str, Mapping[str, Any]]) -> Schema:
    """Return the schema of a dictionary whose keys are known."""
    return {
        "type": "object",
        "properties": {name: option(f"{path}.{name}", spec, limits) for name, spec in sorted(options.items())},
        "required": sorted(name for name, spec in options.items() if spec.get("required")),
        "additionalProperties": False,
    }


def markdown(description: str | list[str]) -> str:
    """Return a description with Ansible's markup as Markdown."""
    text = " ".join(description) if isinstance(description, list) else description
    return re.sub(r"\b[CVOE]\(([^)]*)\)", r"`\1`", text.strip())


def schema() -> Schema:
    """Return the whole schema."""
    limits = {row.path: dict(row.schema) for found in rows().values() for row in found if row.schema}
    declared = dict(reversed(list(specs.load().options())))
    known = sorted(declared)
    strict = "|".join(sorted(unknown.strict_prefixes()))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": LICENCE,
        "title": "Inventory of qbusiness.federation",
        "description": "An inventory in YAML, or a file of host_vars or group_vars.",
        "if": {"anyOf": [{"required": [name]} for name in ("all", "ungrouped", "identities", "applications")]},
        "then": {"$ref": "#/$defs/inventory"},
        "else": {"$ref": "#/$defs/variables"},
        "$defs": {
            "template": {"type": "string", "pattern": r"\{[{%]", "description": "A Jinja template."},
            "inventory": {"type": "object", "additionalProperties": {"$ref": "#/$defs/group"}},
            "group": {
                "type": ["object", "null"],
                "properties": {
                    "hosts": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/variables"}},
                    "vars": {"$ref": "#/$defs/variables"},
                    "children": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/group"}},
                },
                "additionalProperties": False,
            },
            "variables": {
                "type": ["object", "null"],
                "properties": {name: option(name, declared[name], limits) for name in known},
                "propertyNames": {"anyOf": [{"enum": known}, {"not": {"pattern": f"^(?:{strict})"}}]},
            },
        },
    }


def table() -> Iterator[str]:
    """Return the lines of the table of the playbooks' own variables."""
    for name, spec in specs.load().playbooks.items():
        yield f"| `{name}` | {spec['where']} | {spec['unset']} | {spec['description'].strip()} |\n"
    yield AWX


def page() -> str:
    """Return ``docs/variables.md`` with its table."""
    before, heading, after = PAGE.read_text(encoding="utf-8").partition(HEADING)
    rest = re.sub(r"\A(?:\|.*\n)*", "", after)
    return "".join([before, heading, *table(), rest])


def main(arguments: list[str]) -> int:
    """Answers 1 where a file is not current and may not be written."""
    contents = {SCHEMA: json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", PAGE: page()}
    stale = [path for path, text in contents.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if "--check" in arguments:
            print(f"{path.relative_to(ROOT)} is not current: run python tools/inventory_schema.py", file=sys.stderr)
        else:
            path.write_text(contents[path], encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``docs/variables.md`` held against the variables that the playbooks read, and those that are declared.

Seen are names in expressions. What is looked up in another host (``hostvars[name].NAME``) is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory import specs
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent.parent
#: Their variables stand in ``playbooks/vars/awx.yml``, with comments, and the page has one line for them.
AWX = ("awx_", "controller_")
#: Lists of conditions, which are expressions without braces.
CONDITIONS = ("when", "that", "until", "changed_when", "failed_when")
#: What Ansible itself brings.
ANSIBLE = {"groups", "hostvars", "inventory_hostname", "omit", "lookup", "item", "undef"}


def documents(folder: str) -> list[Any]:
    """All YAML files below a folder of the repository."""
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / folder).rglob("*.yml"))]


def expressions(value: Any, condition: bool = False) -> Iterator[str]:
    """All templates of a document."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from expressions(member, key in CONDITIONS)
    elif isinstance(value, list):
        for member in value:
            yield from expressions(member, condition)
    elif isinstance(value, str):
        yield f"{{{{ {value} }}}}" if condition else value


def read(value: Any) -> set[str]:
    """The variables that a document reads."""
    found: set[str] = set()
    for text in expressions(value):
        names = list(Environment(autoescape=True).parse(text).find_all(nodes.Name))
        own = {name.name for name in names if name.ctx in ("store", "param")}
        found |= {name.name for name in names if name.ctx == "load"} - own
    return found


def brought(value: Any) -> Iterator[str]:
    """The variables that a document of tasks or plays sets."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key in ("register", "loop_var") and isinstance(member, str):
                yield member
            elif key in ("vars", "ansible.builtin.set_fact") and isinstance(member, dict):
                yield from member
            yield from brought(member)
    elif isinstance(value, list):
        for member in value:
            yield from brought(member)


def options() -> set[str]:
    """The options of all roles."""
    return {
        name
        for path in (ROOT / "roles").glob("*/meta/argument_specs.yml")
        for name in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    }


def listed() -> set[str]:
    """The names in the page's table."""
    page = (ROOT / "docs" / "variables.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))


def test_the_page_lists_what_the_playbooks_read() -> None:
    playbooks = documents("playbooks")
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "playbooks" / "vars").glob("*.yml")]
    known = {name for document in [*playbooks, *documents("roles")] for name in brought(document)}
    known |= {name for variables in files for name in variables} | options() | ANSIBLE
    seen = {name for document in playbooks for name in read(document) if not name.startswith((*AWX, "ansible_"))}
    assert len(seen) > 15, "the playbooks are not read as they are written"
    assert seen - known <= listed(), "docs/variables.md does not have these"


def test_the_page_lists_what_is_declared() -> None:
    assert listed() == set(specs.document(specs.PLAYBOOK_VARIABLES)["options"])


def test_what_is_declared_is_read() -> None:
    """By a playbook or a role, or by a plugin; to declare a variable is not to read it."""
    files = [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "playbooks").rglob("*.yml"), *(ROOT / "roles").rglob("*.yml")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert {name for name in listed() if not re.search(rf"\b{name}\b", text)} == set()


def test_no_option_of_a_role_is_on_the_page_twice() -> None:
    assert listed() & options() == set()

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the collection: their names, the roles that declare them, and the names that its own tasks set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from . import specs

#: Tasks whose keys are names of variables.
_FACTS = ("set_fact", "ansible.builtin.set_fact")


@cache
def known_variables() -> frozenset[str]:
    """Return the names of all variables that an inventory or a command line can set."""
    return frozenset(name for name, _spec in specs.load().options())


def names_of_hosts(variables: Iterable[str]) -> list[str]:
    """Return, of a host's variables, those whose values are checked, and so have to be templated."""
    return sorted(known_variables().intersection(variables))


def roles() -> tuple[str, ...]:
    """Return the names of the roles."""
    return tuple(specs.load().roles)


def variables_of(role: str) -> dict[str, dict[str, Any]]:
    """Return the argument spec of each option of a role."""
    return dict(specs.load().roles[role])


def role_of(variable: str) -> str | None:
    """Return the role that declares a variable; of several the one whose name it begins with."""
    declaring = [role for role, options in specs.load().roles.items() if variable in options]
    return next((role for role in declaring if variable.startswith(f"{role}_")), declaring[0] if declaring else None)


def literal_defaults(role: str) -> dict[str, Any]:
    """Return the defaults of a role that are values, not templates."""
    return {name: value for name, value in specs.load().defaults[role].items() if not has_template(value)}


def has_template(value: Any) -> bool:
    """Return whether a value is a template, or has one in it."""
    if isinstance(value, Mapping):
        return any(has_template(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_template(item) for item in value)
    return isinstance(value, str) and ("{{" in value or "{%" in value)


@cache
def names_set_by_tasks() -> frozenset[str]:
    """Return the names that the collection's own tasks register or set: a host of a later play has them, too."""
    found: set[str] = set()
    for folder in ("roles", "playbooks"):
        for path in sorted((specs.ROOT / folder).rglob("*.yml")):
            found.update(_set_in(path))
    return frozenset(found)


def _set_in(path: Path) -> Iterator[str]:
    content = specs.document(path)
    if path.parent.name == "vars" and isinstance(content, Mapping):
        yield from content
    elif path.parent.name not in ("meta", "defaults"):
        yield from _names(content)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            if key in ("register", "loop_var") and isinstance(member, str):
                yield member
            elif (key == "vars" or key in _FACTS) and isinstance(member, Mapping):
                yield from member
            yield from _names(member)
    elif isinstance(value, list):
        for member in value:
            yield from _names(member)

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts about Okta's management API as plain data: requests of our own, and what is known of the answers.

The files in ``okta_facts`` are lists of cases. A case is a short dialogue with a fresh org; each step is one request
and what its answer has to be. A fact comes from recorded traffic of real orgs: the case names the recordings. They are
not needed to check the embedded org against it, but where they are provided the facts are checked against them, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from okta_bodies import BODIES, Json, bodies, changed

FOLDER = Path(__file__).with_name("okta_facts")


class Unset:
    """Stands for an expectation that a step does not have, where null is one."""


UNSET = Unset()


@dataclass(frozen=True)
class Step:
    """One request, and what its answer has to be. Paths are dotted; ``[name=x]`` or a number picks a list's item."""

    #: method and path; ``$name`` is a value that an earlier step kept
    do: str
    status: int
    #: the name of a body in ``bodies.yml``, or the body itself
    body: Any = None
    #: members of the body to change, by path
    change: Json = field(default_factory=dict)
    accept: str = "application/json"
    #: members whose values are Okta's own
    facts: Json = field(default_factory=dict)
    #: members that repeat what the request said
    echoes: Json = field(default_factory=dict)
    has: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    #: members, and headers by lower-case name, by regular expressions that have to be found in them
    matches: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    no_headers: list[str] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)
    #: the whole body; null: there is none
    answer: Any = UNSET
    #: regular expressions that have to be found in an answer which is no JSON, or may not
    text: list[str] = field(default_factory=list)
    no_text: list[str] = field(default_factory=list)
    #: values for later steps, by path
    keep: dict[str, str] = field(default_factory=dict)
    #: seconds that pass before
    wait: float = 0
    #: false: needed to get on, or to look behind an answer; no recording shows it
    recorded: bool = True

    @property
    def method(self) -> str:
        return self.do.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.do.partition(" ")[2]


@dataclass(frozen=True)
class Case:
    """A dialogue with a fresh org, and the recordings that it is known from."""

    case: str
    sources: list[str]
    steps: list[Step]
    #: switches of the embedded org, see its ``options.py``: engine, release, limits
    org: Json = field(default_factory=dict)
    #: scopes of a service app that signs token requests; ``$service`` says where it does
    scopes: list[str] = field(default_factory=list)


def _made(kind: type[Any], data: Mapping[str, Any], where: str) -> Any:
    """Return an object of the data. Raises ``ValueError`` for what it does not have."""
    if unknown := set(data) - {item.name for item in fields(kind)}:
        raise ValueError(f"{where}: {sorted(unknown)} is not known")
    return kind(**data)


def cases() -> list[Case]:
    """Return all cases, in the order of their files; one file has the bodies of the requests."""
    return [case for path in sorted(FOLDER.glob("*.yml")) if path != BODIES for case in cases_in(path)]


def cases_in(path: Path) -> Iterator[Case]:
    """Yield the cases of one file. Raises ``ValueError`` for a member that no case or step has."""
    for data in yaml.safe_load(path.read_text(encoding="utf-8")):
        where = f"{path.name}: {data.get('case')}"
        yield _made(Case, {**data, "steps": [_made(Step, step, where) for step in data["steps"]]}, where)


def body_of(step: Step) -> Any:
    """Return the body to send, ``$name`` still in it."""
    body = bodies()[step.body] if isinstance(step.body, str) else step.body
    return changed(body, step.change) if step.change else body

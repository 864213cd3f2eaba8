# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cases of ``okta_facts`` against the recordings that they name.

A recording is of other requests than ours, about other objects. So a step is held against the recorded requests of the
same kind (method, path without ids, names of parameters, status), and of its answer only what does not depend on what
was sent: what repeats the request is only there or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from okta_bodies import Json, names
from okta_fact_check import Answer, differences
from okta_facts import Case, Step

#: Parts of a path that an id follows.
_COLLECTIONS = frozenset(
    (
        *("apps", "features", "federated-claims", "groups", "inlineHooks", "keys", "policies", "secrets"),
        *("authorizationServers", "claims", "scopes"),
    )
)
Kind = tuple[str, str, int]


class AnyText(dict[str, str]):
    """Stands for every value that a step needs and a recording has another one of."""

    def __missing__(self, name: str) -> str:
        return ".+"


def _shape(path: str, query: str) -> str:
    """Return the path without ids, with the names of its parameters."""
    parts = path.split("/")
    shown = [
        "{}" if before in _COLLECTIONS and part != "generate" else part
        for before, part in zip(["", *parts], parts, strict=False)
    ]
    parameters = sorted(item.partition("=")[0] for item in query.split("&") if item)
    return "/".join(shown) + "".join(f" {name}" for name in parameters)


def kind_of_step(step: Step) -> Kind:
    """Return the kind of a step's request and answer."""
    path, _mark, query = step.path.partition("?")
    return step.method, _shape(path, query), step.status


def kind_of_recorded(interaction: Json) -> Kind:
    """Return the kind of a recorded request and answer."""
    request = interaction["request"]
    return request["method"], _shape(request["path"], request["query"] or ""), interaction["response"]["status"]


def kinds(interactions: list[Json]) -> set[Kind]:
    """Return every documented kind that a recording shows."""
    return {kind_of_recorded(item) for item in interactions if "/internal/" not in item["request"]["path"]}


def _answer(interaction: Json) -> Answer:
    headers = interaction["response"]["headers"]
    texts = {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in headers.items()}
    return Answer(interaction["response"]["status"], texts, interaction["response"]["body"])


def _independent(step: Step, trimmed: bool) -> Step:
    """Return the step without what depends on our own request: the values that repeat it, and ids in paths."""

    def own(expected: Mapping[str, Any]) -> dict[str, Any]:
        return {path: value for path, value in expected.items() if not names(path)}

    echoes = [path for path in step.echoes if not names(path)]
    facts = {path: value for path, value in own(step.facts).items() if not names(value)}
    lengths = {} if trimmed else step.lengths
    return replace(step, facts=facts, echoes={}, has=[*step.has, *echoes], lengths=lengths)


def _fits(step: Step, interaction: Json) -> list[str]:
    return differences(_independent(step, "trimmed" in interaction), _answer(interaction), AnyText())


def unlike(case: Case, source: str, interactions: list[Json]) -> Iterator[str]:
    """Yield each step of a case that no answer of the recording agrees with, with how the nearest one differs."""
    for step in case.steps:
        if not step.recorded:
            continue
        alike = [item for item in interactions if kind_of_recorded(item) == kind_of_step(step)]
        found = [_fits(step, item) for item in alike]
        if not alike:
            yield f"{case.case}: {source} has no {kind_of_step(step)}"
        elif all(found):
            yield f"{case.case}: {step.do}, {source}: {min(found, key=len)}"


def uncovered(cases: list[Case], source: str, interactions: list[Json]) -> set[Kind]:
    """Return the kinds of a recording that no case which names it has."""
    covered = {kind_of_step(step) for case in cases if source in case.sources for step in case.steps if step.recorded}
    return kinds(interactions) - covered

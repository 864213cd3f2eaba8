# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The embedded org does what real orgs are known to do: the cases of ``okta_facts``, which need no recording.

``test_okta_recordings.py`` holds the same cases against the recordings, where these are provided.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from okta_bodies import Json, bodies, fill
from okta_fact_check import ABSENT, at, differences, spoiled
from okta_fact_run import Dialogue, Played
from okta_fact_sources import kind_of_step, kinds, uncovered, unlike
from okta_facts import cases, cases_in

CASES = cases()
BY_NAME = {case.case: case for case in CASES}


@cache
def held(name: str) -> Played:
    """Return the dialogue of a case, held once."""
    return Dialogue(BY_NAME[name]).hold()


def leaves(value: Any, path: str = "") -> set[str]:
    """Return the names of all members that an answer has, however deep."""
    if isinstance(value, dict):
        return set(value).union(*(leaves(item) for item in value.values()))
    return set().union(*(leaves(item) for item in value)) if isinstance(value, list) else set()


def test_the_cases_have_names_of_their_own() -> None:
    assert len(BY_NAME) == len(CASES) > 25
    assert all(case.sources and case.steps for case in CASES)


def test_every_body_is_sent() -> None:
    sent = {step.body for case in CASES for step in case.steps if isinstance(step.body, str)}
    assert sent == set(bodies())


@pytest.mark.parametrize("name", BY_NAME)
def test_the_embedded_org_answers_so(name: str) -> None:
    played = held(name)
    assert played.differences == []
    assert len(played.answers) == len(BY_NAME[name].steps)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_single_expectation_can_fail(name: str) -> None:
    """For each of them an answer that breaks it, and nothing else, is seen."""
    for step, answer, values in held(name).answers:
        tried = list(spoiled(step, answer, values))
        unseen = [what for what, wrong in tried if not differences(step, wrong, values)]
        assert unseen == [], f"{step.do}: these could not fail"


@pytest.mark.parametrize("name", BY_NAME)
def test_every_step_says_something(name: str) -> None:
    """More than a status, unless all that there is of an answer is its status."""
    for step, answer, values in held(name).answers:
        more = len(list(spoiled(step, answer, values))) - 1 + len(step.keep)
        assert more > 0, step.do


def test_what_one_answer_lacks_another_has() -> None:
    """A member that no org ever answers is lacking by its spelling, and says nothing."""
    known = set().union(*(leaves(answer.body) for name in BY_NAME for _step, answer, _values in held(name).answers))
    lacking = {path.rpartition(".")[2] for case in CASES for step in case.steps for path in step.lacks}
    # passwords are sent, and no answer ever has them
    assert lacking - known == {"password", "userName"}


def test_another_org_fails_the_case() -> None:
    """The Classic Engine has no sign-in policies, one rate limit has another size."""
    engine = Dialogue(BY_NAME["a SAML app from the catalog answers overrides only, and its template's parameters"])
    assert engine.hold().differences == []
    case = BY_NAME["replacing a SAML app leaves its sign-in policy alone"]
    assert Dialogue(case, okta_pipeline="v1").hold().differences
    case = BY_NAME["a request over the limit is 429 until the minute is over"]
    assert Dialogue(case, okta_rate_limits={"apps": 3}).hold().differences


def recording(name: str) -> list[Json]:
    """Return a recording that the embedded org itself makes of a case."""
    made = []
    for step, answer, values in held(name).answers:
        path, _mark, query = str(fill(step.path, values)).partition("?")
        response = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
        made.append({"request": {"method": step.method, "path": path, "query": query or None}, "response": response})
    return made


@pytest.mark.parametrize("name", BY_NAME)
def test_a_recording_that_contradicts_a_case_is_seen(name: str) -> None:
    """What ``test_okta_recordings.py`` does with recordings of real orgs."""
    case, found = BY_NAME[name], recording(name)
    assert list(unlike(case, "own", found)) == []
    assert uncovered([], "own", found) == kinds(found) != set()
    recorded = {kind_of_step(step) for step in case.steps if step.recorded}
    assert uncovered([replace(case, sources=["own"])], "own", found) == kinds(found) - recorded
    first = case.steps[0]
    wrong = replace(first, has=[*first.has, "no.such.member"])
    assert len(list(unlike(replace(case, steps=[wrong]), "own", found))) == 1
    assert len(list(unlike(replace(case, steps=[replace(first, status=418)]), "own", found))) == 1


def test_a_step_that_is_spelled_wrong_is_refused(tmp_path: Path) -> None:
    step = {"do": "GET /api/v1/apps", "status": 200, "lack": ["id"]}
    path = tmp_path / "cases.yml"
    path.write_text(yaml.safe_dump([{"case": "one", "sources": ["none"], "steps": [step]}]), encoding="utf-8")
    with pytest.raises(ValueError, match="lack"):
        list(cases_in(path))


def test_a_path_picks_items_of_lists() -> None:
    body = [{"name": "a b", "x": {"y": 1}}, {"name": "c", "x": {"y": True}}]
    assert at(body, "[name=a b].x.y") == 1
    assert at(body, "1.x.y") is True
    assert at(body, "2.x") is at(body, "[name=d].x") is at(body, "0.x.z") is ABSENT

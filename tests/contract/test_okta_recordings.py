# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded org answers as real orgs did, within the ratios that the project holds itself to; and our own cases
agree with the recordings that they come from. One skip where no recordings are provided: ``test_okta_facts.py`` needs
none.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import recordings
from okta_bodies import Json
from okta_fact_sources import uncovered, unlike
from okta_facts import Case, cases
from okta_replay import Replay, Result, replay, total
from okta_scenario import Scenario

if (FOUND := recordings.folder()) is None:
    pytest.skip(recordings.MISSING, allow_module_level=True)

FOLDER: Path = FOUND
CASES = cases()
#: Scenarios about authorization servers and OAuth tokens; the rest is applications and what belongs to them.
OTHER = ("authserver_", "sdk_claim_", "sdk_dpop_")


def interactions(path: Path) -> list[Json]:
    found: list[Json] = json.loads(path.read_text(encoding="utf-8"))["interactions"]
    return found


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return replay(FOLDER)


def test_applications_assignments_groups_users_keys_metadata(results: dict[str, Result]) -> None:
    whole = total({name: result for name, result in results.items() if not name.startswith(OTHER)})
    assert whole.replayed > 300
    assert whole.status_equal / whole.replayed >= 0.99, whole.differences
    assert whole.body_equal / whole.replayed >= 0.97, whole.differences


def test_all_recordings(results: dict[str, Result]) -> None:
    whole = total(results)
    assert whole.status_equal / whole.replayed >= 0.97, whole.differences
    assert whole.body_equal / whole.replayed >= 0.93, whole.differences
    assert whole.extra == 0, whole.differences


def test_every_interaction_is_counted_once(results: dict[str, Result]) -> None:
    whole = total(results)
    recorded = sum(len(interactions(path)) for path in recordings.files(FOLDER))
    assert whole.replayed + whole.echoed + whole.skipped == recorded
    assert sum(whole.reasons.values()) == whole.skipped
    assert set(whole.reasons) <= {"internal", "body lost", "depends on a lost body"}


def test_the_last_line_has_its_form(results: dict[str, Result]) -> None:
    line = total(results).last_line()
    assert (
        line.startswith("replayed ") and ", status equal " in line and ", body equal " in line and ", skipped " in line
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("saml_minimal_create_delete_oie", ('"requestCompressed": false', '"requestCompressed": 7')),
        ("group_assignment_crud_oie", ('"priority": 4', '"priority": 40')),
        ("sdk_app_list_parameters", ("Expand query is malformed.", "Something else.")),
    ],
)
def test_a_changed_answer_is_a_difference(tmp_path: Path, name: str, change: tuple[str, str]) -> None:
    """The comparison sees a change in a recorded answer; the requests are left alone."""
    data = json.loads((FOLDER / f"{name}.json").read_text())
    plain = Replay(Scenario(FOLDER / f"{name}.json")).run()
    changes = 0
    for interaction in data["interactions"]:
        text = json.dumps(interaction["response"])
        changes += change[0] in text
        interaction["response"] = json.loads(text.replace(*change))
    altered = tmp_path / f"{name}.json"
    altered.write_text(json.dumps(data))
    assert changes > 0
    assert Replay(Scenario(altered)).run().body_equal <= plain.body_equal - changes


# -- our own cases ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_a_case_agrees_with_the_recordings_that_it_names(case: Case) -> None:
    # another folder may hold others
    provided = [source for source in case.sources if (FOLDER / f"{source}.json").exists()]
    unlikes = [text for source in provided for text in unlike(case, source, interactions(FOLDER / f"{source}.json"))]
    assert unlikes == []


def test_every_recorded_kind_of_answer_has_a_case() -> None:
    """Of the recordings that the cases were made from: each documented method, path and status."""
    named = {source for case in CASES for source in case.sources}
    missing = {
        path.stem: kinds
        for path in recordings.files(FOLDER)
        if path.stem in named and (kinds := uncovered(CASES, path.stem, interactions(path)))
    }
    assert missing == {}

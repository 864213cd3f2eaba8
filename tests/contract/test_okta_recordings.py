# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded org answers as real orgs did, within the ratios that the project holds itself to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from okta_compare import Comparison
from okta_replay import DEFAULT, Replay, Result, replay, total
from okta_scenario import Scenario

#: Scenarios about authorization servers and OAuth tokens; the rest is applications and what belongs to them.
OTHER = ("authserver_", "sdk_claim_", "sdk_dpop_")


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return replay(DEFAULT)


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
    recorded = sum(len(json.loads(path.read_text())["interactions"]) for path in DEFAULT.glob("*.json"))
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
    data = json.loads((DEFAULT / f"{name}.json").read_text())
    plain = Replay(Scenario(DEFAULT / f"{name}.json")).run()
    changes = 0
    for interaction in data["interactions"]:
        text = json.dumps(interaction["response"])
        changes += change[0] in text
        interaction["response"] = json.loads(text.replace(*change))
    altered = tmp_path / f"{name}.json"
    altered.write_text(json.dumps(data))
    assert changes > 0
    assert Replay(Scenario(altered)).run().body_equal <= plain.body_equal - changes


def test_ids_must_stay_the_same() -> None:
    compare = Comparison()
    one, other = "0oa" + "a" * 17, "0oa" + "b" * 17
    assert not compare.answers({"id": one}, {"id": other}, trimmed=False)
    assert compare.answers({"id": one}, {"id": one}, trimmed=False)


def test_a_secret_that_changes_is_a_difference() -> None:
    compare = Comparison()
    assert not compare.answers({"client_secret": "scrubbed-1"}, {"client_secret": "first"}, trimmed=False)
    assert compare.answers({"client_secret": "scrubbed-1"}, {"client_secret": "second"}, trimmed=False)


def test_a_missing_member_and_an_extra_one_are_seen() -> None:
    found = Comparison().answers({"a": 1, "b": None}, {"a": 1, "c": 2}, trimmed=False)
    assert found == [".b is missing", "+.c was not recorded"]

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers of a run: what is kept, for how long, what a write makes forgotten, and broken files."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.answers import (
    LIFETIME,
    WRITTEN,
    Answers,
    question,
)
from hypothesis import given
from hypothesis import strategies as st

ASKED = question("qbusiness", "111122223333 us-east-1", "GetApplication", {"applicationId": "app-1234"})
ANSWER = {"displayName": "docs", "createdAt": datetime(2026, 1, 2, tzinfo=UTC), "raw": b"\x00\xff", "n": [1, None]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "answers"


@pytest.fixture
def kept(folder: Path) -> Answers:
    made = Answers(folder)
    made.begin()
    made.keep(ASKED, ANSWER)
    return made


def file_of(folder: Path) -> Path:
    return next(folder.glob("*.json"))


def test_an_answer_comes_back_whole_in_another_process(kept: Answers, folder: Path) -> None:
    assert Answers(folder).get(ASKED) == kept.get(ASKED) == ANSWER
    assert folder.stat().st_mode & 0o077 == 0


def test_nothing_is_kept_before_the_run_begins(folder: Path) -> None:
    made = Answers(folder)
    made.keep(ASKED, ANSWER)
    assert not made.exist and made.get(ASKED) is None
    folder.mkdir()
    made.keep(ASKED, ANSWER)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (question("secretsmanager", "1 us-east-1", "GetSecretValue", {"SecretId": "s"}), {"Name": "n"}),
        (question("okta", "https://o", "/api/v1/apps/0oa/credentials/secrets", {}), [{"id": "x"}]),
        (question("okta", "https://o", "/oauth2/v1/clients/0oa", {}), {"client_id": "x"}),
        (
            question("okta", "https://o", "/api/v1/apps/0oa", {}),
            {"credentials": {"oauthClient": {"client_secret": "x"}}},
        ),
        (question("okta", "https://o", "/api/v1/apps", {}), [{"a": [{"client_secret": "x"}]}]),
        (question("secretsmanager", "1", "Other", {}), {"SecretString": "x"}),
    ],
)
def test_no_secret_is_kept(folder: Path, asked: str, answer: Any) -> None:
    made = Answers(folder)
    made.begin()
    made.keep(asked, answer)
    assert made.get(asked) is None and list(folder.iterdir()) == []


def test_an_empty_member_of_a_secret_is_no_secret(folder: Path) -> None:
    made = Answers(folder)
    made.begin()
    made.keep(ASKED, {"client_secret": ""})
    assert made.get(ASKED) == {"client_secret": ""}


@pytest.mark.parametrize(
    "written",
    [
        {"applicationId": "app-1234"},
        {"body": {"list": [("app-1234",)]}},
        ["app-1234"],
    ],
)
def test_what_is_written_is_asked_anew_in_every_process(kept: Answers, folder: Path, written: Any) -> None:
    other = Answers(folder)
    assert other.get(ASKED) == ANSWER
    Answers(folder, answers=False).forget(written)
    assert kept.get(ASKED) is None and other.get(ASKED) is None and Answers(folder).get(ASKED) is None


@pytest.mark.parametrize(
    "written", [{"applicationId": "app-9999"}, {"n": 1234, "short": "app"}, {"document": "app-1234" + " " * 600}, {}]
)
def test_a_write_of_something_else_leaves_an_answer(kept: Answers, written: Any) -> None:
    kept.forget(written)
    assert kept.get(ASKED) == ANSWER


@pytest.mark.parametrize("name", ["Übersicht", 'say "hello"', "back\\slash", "line\nbreak"])
def test_names_are_forgotten_in_every_spelling(folder: Path, name: str) -> None:
    asked = question("okta", "https://o", "/api/v1/apps", {"q": name})
    made = Answers(folder)
    made.begin()
    made.keep(asked, [])
    assert made.get(asked) == []
    made.forget({"label": name})
    assert made.get(asked) is None


def test_several_writes_are_all_known(kept: Answers, folder: Path) -> None:
    writer = Answers(folder)
    second = ASKED.replace("app-1234", "app-5678")
    kept.keep(second, {"a": 1})
    writer.forget({"id": "other-1"})
    assert kept.get(ASKED) == ANSWER and kept.get(second) == {"a": 1}
    writer.forget({"id": "app-5678"})
    assert kept.get(ASKED) == ANSWER and kept.get(second) is None
    writer.forget({"id": "app-1234"})
    assert kept.get(ASKED) is None


def test_answers_do_not_outlive_their_time(kept: Answers, folder: Path) -> None:
    now = time.time()
    os.utime(file_of(folder), (now, now - LIFETIME + 60))
    assert kept.get(ASKED) == ANSWER
    os.utime(file_of(folder), (now, now - LIFETIME - 1))
    assert kept.get(ASKED) is None


def test_a_process_that_asks_anew_gets_none_and_still_forgets_for_others(kept: Answers, folder: Path) -> None:
    anew = Answers(folder, answers=False)
    assert anew.get(ASKED) is None
    anew.forget({"id": "app-1234"})
    assert kept.get(ASKED) is None


def test_a_new_play_begins_with_nothing(kept: Answers, folder: Path) -> None:
    kept.forget({"id": "a long name of something else", "other": "app-1234"})
    assert kept.get(ASKED) is None
    kept.begin()
    assert list(folder.iterdir()) == []
    kept.keep(ASKED, {"new": True})
    assert kept.get(ASKED) == {"new": True}
    Answers(folder).forget({"id": "app-1234"})
    assert kept.get(ASKED) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"question": "q"}',
        b'{"answer": 1}',
        b'{"question": "q", "answer": {"__time__": "never"}}',
        b'{"question": "q", "answer": {"__bytes__": "a"}}',
        b'{"question": "q", "answer": {"__time__": 1}}',
    ],
)
def test_a_broken_file_is_no_answer(kept: Answers, folder: Path, content: bytes) -> None:
    file_of(folder).write_bytes(content)
    assert kept.get(ASKED) is None


def test_where_it_is_not_known_what_was_written_nothing_is_answered(kept: Answers, folder: Path) -> None:
    (folder / WRITTEN).write_bytes(b'"broken\n')
    assert kept.get(ASKED) is None


def test_a_line_that_is_being_written_counts_when_it_is_whole(kept: Answers, folder: Path) -> None:
    with (folder / WRITTEN).open("ab", buffering=0) as file:
        file.write(b'"other-1"\n"app-')
        assert kept.get(ASKED) == ANSWER
        file.write(b'1234"\n')
        assert kept.get(ASKED) is None


def test_an_answer_that_json_cannot_hold_is_not_kept(folder: Path) -> None:
    made = Answers(folder)
    made.begin()
    made.keep(ASKED, {"a": object()})
    assert made.get(ASKED) is None and list(folder.glob("*.json")) == []


@pytest.mark.parametrize("name", ["hr", "it!", "1"])
def test_a_short_name_is_forgotten_where_a_question_has_it_alone(folder: Path, name: str) -> None:
    made = Answers(folder)
    made.begin()
    mine = question("iam", "1", "GetRole", {"RoleName": name})
    longer = question("iam", "1", "GetRole", {"RoleName": f"a{name}b"})
    made.keep(mine, {"a": 1})
    made.keep(longer, {"b": 1})
    made.forget({"RoleName": name})
    assert made.get(mine) is None and made.get(longer) == {"b": 1}


def test_a_name_in_a_path_is_forgotten_by_its_own_spelling(folder: Path) -> None:
    made = Answers(folder)
    made.begin()
    asked = question("okta", "https://o", "/api/v1/users/ann%40example.com", {})
    made.keep(asked, {"id": "1"})
    made.forget({"login": "ann@example.com"})
    assert made.get(asked) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.datetimes(timezones=st.just(UTC)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
        max_leaves=8,
    )
)
def test_every_answer_of_a_service_comes_back_as_it_was(answer: Any) -> None:
    with TemporaryDirectory() as place:
        made = Answers(Path(place) / "answers")
        made.begin()
        made.keep(ASKED, answer)
        assert made.get(ASKED) == answer


def test_processes_that_write_and_read_at_once_see_whole_answers_and_all_writes(folder: Path) -> None:
    made = Answers(folder)
    made.begin()
    asked = [question("qbusiness", "1", "GetIndex", {"indexId": f"index-{number:04}"}) for number in range(12)]
    answer = {"text": "x" * 50_000}

    def work(number: int) -> None:
        other = Answers(folder)
        for item in asked:
            made.keep(item, answer)
            assert other.get(item) in (answer, None)
        Answers(folder, answers=False).forget({"id": f"index-{number:04}", "more": ["y" * 400] * 30})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(6)))
    assert [Answers(folder).get(item) for item in asked] == [None] * 6 + [answer] * 6


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({"status": "ACTIVE"}, True),
        ({"status": "CREATING"}, False),
        ({"status": "PENDING_CREATION"}, False),
        ({"state": "ENABLED", "buildStatus": "CREATE_IN_PROGRESS"}, False),
        ([{"id": "a", "status": "ACTIVE"}, {"id": "b", "status": "UPDATING"}], False),
        ({"status": {"status": "PROCESSING"}}, False),
        ({"status": "FAILED"}, True),
        ({"status": "STAGED"}, True),
        ({"status": None, "title": "ONGOING"}, True),
    ],
)
def test_what_is_on_its_way_is_not_kept(folder: Path, answer: Any, kept: bool) -> None:
    made = Answers(folder)
    made.begin()
    made.keep(ASKED, answer)
    assert (made.get(ASKED) == answer) is kept


def test_threads_that_ask_the_same_keep_it_whole(folder: Path) -> None:
    made = Answers(folder)
    made.begin()
    answer = ["a" * 50_000]
    made.keep(ASKED, answer)

    def ask(number: int) -> bool:
        made.keep(ASKED, answer)
        made.forget({"id": f"other-{number}"})
        return bool(made.get(ASKED) == answer)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(400)))
    made.forget({"id": "app-1234"})
    assert made.get(ASKED) is None

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that a run has made already, kept in files: by many threads and processes at one time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible_collections.qbusiness.federation.plugins.module_utils.answers import WRITTEN, Answers

QUESTION = "okta acme GET /api/v1/authorizationServers"


def begun(folder: Path) -> Answers:
    answers = Answers(folder)
    answers.begin()
    return answers


def test_threads_that_ask_the_same_get_whole_answers(tmp_path: Path) -> None:
    answers = begun(tmp_path)
    answer = ["a" * 50_000]

    def ask(_number: int) -> bool:
        answers.keep(QUESTION, answer)
        return answers.get(QUESTION) in (None, answer)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(800)))
    assert answers.get(QUESTION) == answer
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_an_answer_that_was_cut_off_is_none(tmp_path: Path) -> None:
    answers = begun(tmp_path)
    answers.keep(QUESTION, ["x"])
    (file,) = tmp_path.glob("*.json")
    for text in ("", '{"question"'):
        file.write_text(text, encoding="utf-8")
        assert answers.get(QUESTION) is None


def test_a_name_that_is_just_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    answers = begun(tmp_path)
    answers.keep(QUESTION, ["x"])
    written = tmp_path / WRITTEN
    written.write_text('"0oaOther"\n"author', encoding="utf-8")
    assert answers.get(QUESTION) == ["x"]
    with written.open("a", encoding="utf-8") as file:
        file.write('izationServers"\n')
    assert answers.get(QUESTION) is None

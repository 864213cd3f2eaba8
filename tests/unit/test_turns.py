# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns at a shared object: one holder at a time, in all processes; what the file remembers; files of others."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import private_files, turns
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import WaitError
from ansible_collections.qbusiness.federation.plugins.module_utils.turns import now, turn

KEY = "iam oidc-provider example.okta.com"
FORKING = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the files."""
    monkeypatch.setattr(private_files, "folder", lambda: tmp_path / "own")
    monkeypatch.setattr(turns, "_memory", {})
    return tmp_path / "own"


def silent(_text: str) -> None:
    pytest.fail("There was nothing to wait for")


def count_up(file: Path, times: int) -> None:
    """Read, pause, write: whoever does so beside another loses a number."""
    for _number in range(times):
        with turn(KEY, "the counter", lambda _text: None):
            value = int(file.read_text(encoding="utf-8"))
            time.sleep(0.002)
            file.write_text(str(value + 1), encoding="utf-8")


def test_processes_take_turns(tmp_path: Path) -> None:
    file = tmp_path / "counter"
    file.write_text("0", encoding="utf-8")
    workers = [FORKING.Process(target=count_up, args=(file, 10)) for _number in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 5
    assert file.read_text(encoding="utf-8") == "50"


@pytest.mark.parametrize("private", [True, False])
def test_threads_take_turns(tmp_path: Path, place: Path, private: bool) -> None:
    """Also where no file can be had."""
    if not private:
        place.mkdir(mode=0o777)
        place.chmod(0o777)
    file = tmp_path / "counter"
    file.write_text("0", encoding="utf-8")
    workers = [threading.Thread(target=count_up, args=(file, 10)) for _number in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert file.read_text(encoding="utf-8") == "50"


def test_objects_are_not_waited_for_together() -> None:
    with turn(KEY, "one", silent), turn(f"{KEY}.eu", "another", silent):
        pass


def test_whoever_holds_it_goes_on() -> None:
    with turn(KEY, "one", silent) as outer, turn(KEY, "the same", silent) as inner:
        assert inner is outer


def test_what_was_written_is_remembered() -> None:
    began = now()
    with turn(KEY, "one", silent) as first:
        assert not first.changed_since(began)
        first.note("0oa1")
    with turn(KEY, "one", silent) as second:
        assert second.changed_since(began) and second.made == "0oa1"
        assert not second.changed_since(now())
        second.note()
    with turn(KEY, "one", silent) as third:
        assert third.made == "0oa1"


def test_a_time_of_before_a_restart_says_nothing(place: Path) -> None:
    with turn(KEY, "one", silent) as held:
        held.wrote = now() + 1e6
    with turn(KEY, "one", silent) as held:
        assert held.changed_since(now())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"wrote": "yesterday", "made": 1}'])
def test_a_file_that_was_cut_off_is_no_error(place: Path, text: str) -> None:
    with turn(KEY, "one", silent):
        pass
    [file] = place.iterdir()
    file.write_text(text, encoding="utf-8")
    with turn(KEY, "one", silent) as held:
        assert (held.wrote, held.made) == (None, "")


def test_the_file_says_nothing_of_the_object(place: Path) -> None:
    with turn(KEY, "one", silent):
        pass
    assert oct(place.stat().st_mode & 0o777) == "0o700"
    [file] = place.iterdir()
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert "okta" not in file.name and "okta" not in file.read_text(encoding="utf-8")


def hold(ready: Any) -> None:
    """Hold the turn until the end."""
    with turn(KEY, "one", lambda _text: None):
        ready.set()
        time.sleep(60)


@pytest.fixture
def holder() -> Any:
    """Another process, which has the turn."""
    ready = FORKING.Event()
    process = FORKING.Process(target=hold, args=(ready,))
    process.start()
    assert ready.wait(10)
    yield process
    process.kill()
    process.join()


def test_a_long_wait_is_told_and_ends(holder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "WORD", 0.05)
    monkeypatch.setattr(turns, "PATIENCE", 0.3)
    told: list[str] = []
    with (
        pytest.raises(WaitError, match="provider example: another task on this machine"),
        turn(KEY, "provider example", told.append),
    ):
        pytest.fail("It was not free")
    assert set(told) == {told[0]}
    assert told[0].startswith("Waiting since ") and told[0].endswith("that change provider example.")


def test_a_process_that_dies_gives_it_up(holder: Any) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    with turn(KEY, "one", silent):
        pass


def test_a_file_that_was_deleted_meanwhile_is_not_the_lock(
    place: Path, holder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for it asks again: others already have a new one."""
    asked: list[bool] = []
    is_current = private_files.is_current

    def watched(descriptor: int, path: Path) -> bool:
        asked.append(is_current(descriptor, path))
        return asked[-1]

    def deleted() -> None:
        time.sleep(0.2)
        for file in place.iterdir():
            file.unlink()
        holder.kill()

    monkeypatch.setattr(private_files, "is_current", watched)
    thread = threading.Thread(target=deleted)
    thread.start()
    with turn(KEY, "one", silent):
        assert len(list(place.iterdir())) == 1
    thread.join()
    assert asked == [False, True]


def test_a_folder_of_others_is_said(place: Path) -> None:
    place.mkdir(mode=0o755)
    told: list[str] = []
    with turn(KEY, "one", told.append) as held:
        held.note("0oa1")
    assert told == [turns.ALONE.format(folder=place)]
    assert list(place.iterdir()) == []
    with turn(KEY, "one", told.append) as held:
        assert held.made == "0oa1"

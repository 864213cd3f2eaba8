# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine at an object that others write too: a list in a dictionary, and rivals that write at chosen moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import private_files, resource
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import WaitError
from ansible_collections.qbusiness.federation.plugins.module_utils.resource import (
    Call,
    Resource,
    State,
    SupersededError,
    ensure,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.turns import turn

House = dict[str, list[str]]


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(private_files, "folder", lambda: tmp_path / "own")
    monkeypatch.setattr(resource, "PAUSES", (0.0,))


class Names(Resource):
    """A list of names that is written as a whole, as it was read plus one's own."""

    noun = "names"

    def __init__(self, house: House, *mine: str) -> None:
        self.house = house
        self.mine = mine
        self.finds, self.found = 0, False
        #: Rivals, called once each after a look and after a write.
        self.after_look: list[Callable[[], None]] = []
        self.after_write: list[Callable[[], None]] = []

    @property
    def shared_key(self) -> str:
        return "list" if self.found else "new list"

    def find(self) -> State | None:
        self.finds += 1
        found = {"names": list(self.house["list"])} if "list" in self.house else None
        self.found = found is not None
        if self.after_look:
            self.after_look.pop(0)()
        return found

    def check(self, current: State | None) -> None:
        """Every input is right."""

    def _write(self, names: Sequence[str]) -> None:
        self.house["list"] = list(names)
        if self.after_write:
            self.after_write.pop(0)()

    def creation(self) -> Sequence[Call]:
        return [Call("Create", lambda: self._write(self.mine))]

    def changes(self, current: State) -> Sequence[Call]:
        names = list(dict.fromkeys([*current["names"], *self.mine]))
        return [] if names == current["names"] else [Call("Put", lambda: self._write(names))]

    def removal(self, current: State) -> Sequence[Call]:
        left = [name for name in current["names"] if name not in self.mine]
        return [] if left == current["names"] else [Call("Put", lambda: self._write(left))]

    def remains(self) -> bool:
        return bool(set(self.mine) & set(self.house["list"]))

    def predicted(self, current: State | None) -> State:
        return {"names": list(self.mine)}

    def read(self) -> State:
        return {"names": list(self.house.get("list", []))}

    def missing(self, state: State) -> Sequence[str]:
        return [name for name in self.mine if name not in state["names"]]

    def view(self, state: State) -> dict[str, Any]:
        return dict(state)


def rival(house: House, *names: str) -> Callable[[], None]:
    """A writer on another machine, which takes no turn."""
    return lambda: house.update(list=list(names))


def in_turn(house: House, key: str, *names: str) -> Callable[[], None]:
    """A writer on this machine, whose turn is over by the time that ours begins."""

    def write() -> None:
        with turn(key, "list", lambda _text: None) as mine:
            house["list"] = [*house.get("list", []), *names]
            mine.note()

    return write


def test_nobody_else_costs_nothing() -> None:
    house: House = {"list": ["a"]}
    names = Names(house, "b")
    answer = ensure(names, state="present", check_mode=False).answer()
    assert house["list"] == ["a", "b"] and names.finds == 1
    assert (answer["changed"], answer["operations"]) == (True, ["Put"])
    assert ensure(names, state="present", check_mode=False).changed is False


def test_it_is_planned_anew_by_what_the_one_before_left() -> None:
    house: House = {"list": ["a"]}
    names = Names(house, "b")
    names.after_look = [in_turn(house, "list", "c")]
    result = ensure(names, state="present", check_mode=False)
    assert house["list"] == ["a", "c", "b"] and names.finds == 2
    assert result.before == {"names": ["a", "c"]}


def test_what_the_one_before_did_is_not_done_again() -> None:
    house: House = {"list": ["a"]}
    names = Names(house, "b")
    names.after_look = [in_turn(house, "list", "b")]
    result = ensure(names, state="present", check_mode=False)
    assert (result.changed, result.operations) == (False, [])
    assert house["list"] == ["a", "b"]


def test_an_object_that_the_one_before_made_has_another_key() -> None:
    house: House = {}
    names = Names(house, "b")
    names.after_look = [in_turn(house, "new list", "a")]
    result = ensure(names, state="present", check_mode=False)
    assert house["list"] == ["a", "b"] and result.operations == ["Put"]


def test_what_a_rival_took_away_is_written_again() -> None:
    house: House = {"list": ["a"]}
    names = Names(house, "b")
    names.after_write = [rival(house, "a", "c"), rival(house, "a", "c", "d")]
    result = ensure(names, state="present", check_mode=False)
    assert house["list"] == ["a", "c", "d", "b"]
    assert result.operations == ["Put"] * 3
    assert (result.before, result.after) == ({"names": ["a"]}, {"names": house["list"]})


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_rival_that_never_stops_is_said(state: str) -> None:
    before = ["a"] if state == "present" else ["a", "b"]
    house: House = {"list": before}
    names = Names(house, "b")
    names.after_write = [rival(house, *before)] * 99
    with pytest.raises(WaitError, match=f"names was written {resource.WRITES} times") as caught:
        ensure(names, state=state, check_mode=False)
    assert caught.value.facts["untaken"] == (["b"] if state == "present" else ["its removal"])


def test_check_mode_takes_no_turn() -> None:
    house: House = {"list": ["a"]}
    with turn("list", "held by another", lambda _text: None):
        assert ensure(Names(house, "b"), state="present", check_mode=True).changed
    assert house["list"] == ["a"]


class Taken(Names):
    """A list that somebody else makes at the same time."""

    def __init__(self, house: House, *mine: str, made: bool) -> None:
        super().__init__(house, *mine)
        self.made = made

    def creation(self) -> Sequence[Call]:
        def create() -> None:
            self.house["list"] = ["theirs"]
            raise SupersededError(made=self.made)

        return [Call("Create", create)]


@pytest.mark.parametrize(("made", "operations"), [(True, ["Create", "Put"]), (False, ["Put"])])
@pytest.mark.parametrize("mine", [("b",), ("theirs",)])
def test_the_older_one_is_gone_on_with(made: bool, operations: list[str], mine: Sequence[str]) -> None:
    house: House = {}
    result = ensure(Taken(house, *mine, made=made), state="present", check_mode=False)
    wanted: Mapping[str, list[str]] = {"b": ["theirs", "b"], "theirs": ["theirs"]}
    assert house["list"] == wanted[mine[0]] == (result.after or {})["names"]
    expected = operations if mine == ("b",) else [name for name in operations if name != "Put"]
    assert (result.operations, result.changed) == (expected, bool(expected))
